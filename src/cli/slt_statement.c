/* slt_statement.c - the dialogs' verbs that have SQL: statement, query, let. */
#include "cli/slt_lines.h"

enum { RETRIES_MAX = 1000, RETRIES = 45 };

/* `retry N backoff 1s` from a word on; `taken`: of how many words, 0: there is none. */
static Status take_retry(const SltLine *line, int at, SltRecord *record, int *taken, Err *err)
{
    *taken = 0;
    if (at >= line->count || !slt_word_is(line->words[at], "retry"))
        return OK;
    if (at + 1 == line->count) { /* CockroachDB's */
        record->retries = RETRIES;
        record->backoff_us = 1000000;
        *taken = 1;
        return OK;
    }
    if (at + 3 >= line->count || !slt_word_is(line->words[at + 2], "backoff"))
        return slt_parse_bad("a number and backoff TIME are missing after", line->words[at], err);
    int64_t retries;
    TRY(slt_parse_integer(line->words[at + 1], 1, RETRIES_MAX, &retries, err));
    Str word = line->words[at + 3];
    char time[32] = "";
    if (word.length < sizeof time)
        memcpy(time, word.data, word.length);
    if (!text_to_duration_us(time, &record->backoff_us))
        return slt_parse_bad("not a duration", word, err);
    record->retries = (int)retries;
    *taken = 4;
    return OK;
}

static bool is_sqlstate(Str word)
{
    for (size_t i = 0; i < word.length; i++)
        if (!((word.data[i] >= '0' && word.data[i] <= '9') ||
              (word.data[i] >= 'A' && word.data[i] <= 'Z')))
            return false;
    return word.length == 5;
}

/* What follows `error`. */
static Status take_error(SltLines *lines, const SltLine *line, SltRecord *record, Err *err)
{
    int taken;
    TRY(take_retry(line, 2, record, &taken, err));
    record->expect = SLT_ERROR;
    Str rest = taken ? STR("") : slt_line_rest(line, line->words[1]);
    if (lines->names_connections && line->count == 3 && line->words[2].data[0] != '#') {
        record->connection = line->words[2];
        rest = STR("");
    }
    if (line->count > 3 && slt_word_is(line->words[2], "pgcode") && is_sqlstate(line->words[3])) {
        record->sqlstate = line->words[3];
        rest = slt_line_rest(line, line->words[3]);
    } else if (rest.length == 7 && rest.data[0] == '(' && rest.data[6] == ')' &&
               is_sqlstate((Str){rest.data + 1, 5})) {
        record->sqlstate = (Str){rest.data + 1, 5};
        rest = STR("");
    }
    record->pattern = rest.length && rest.data[0] == '#' ? STR("") : rest;
    if (slt_lines_sql(lines, &record->sql)) {
        Str text = slt_lines_error(lines);
        if (!record->pattern.length)
            record->pattern = text;
        if (str_has_prefix(record->pattern, STR("<REGEX>:")))
            record->pattern = (Str){record->pattern.data + 8, record->pattern.length - 8};
    }
    return OK;
}

Status slt_parse_statement(SltLines *lines, const SltLine *line, SltRecord *record, Err *err)
{
    Str word = line->words[1];
    int at = 2, taken;
    if (str_equal_nocase(word, STR("error")))
        return take_error(lines, line, record, err);
    if (slt_word_is(word, "count") && line->count > 2) {
        TRY(slt_parse_integer(line->words[2], 0, INT64_MAX, &record->count, err));
        at = 3;
    } else if (slt_word_is(word, "maybe")) {
        record->expect = SLT_MAYBE;
    } else if (slt_word_is(word, "notice")) {
        record->expect = SLT_NOTICE;
        record->pattern = slt_line_rest(line, word);
        at = line->count;
    } else if (!str_equal_nocase(word, STR("ok"))) {
        return slt_parse_bad("a statement is ok, error, count, maybe or notice, not", word, err);
    }
    TRY(take_retry(line, at, record, &taken, err));
    if (at + taken < line->count && line->words[at + taken].data[0] != '#')
        record->connection = line->words[at + taken];
    if (slt_lines_sql(lines, &record->sql)) {
        /* DuckDB's maybe: what the error says, if there is one. */
        Str text = slt_lines_error(lines);
        if (record->expect != SLT_MAYBE)
            return slt_parse_bad("a statement that goes well has no result: query, not",
                                 line->words[0], err);
        record->pattern = text;
    }
    return OK;
}

bool slt_sort_from(Str word, SltSort *sort)
{
    static const struct {
        const char *word;
        SltSort sort;
    } sorts[] = {{"nosort", SLT_NOSORT},
                 {"rowsort", SLT_ROWSORT},
                 {"sort", SLT_ROWSORT},
                 {"valuesort", SLT_VALUESORT}};
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
        if (slt_word_is(word, sorts[i].word)) {
            *sort = sorts[i].sort;
            return true;
        }
    }
    return false;
}

static bool take_option(Str word, SltRecord *record)
{
    static const Str partial = {"partialsort(", 12};
    if (slt_sort_from(word, &record->sort)) {
        record->sort_given = true;
    } else if (str_has_prefix(word, partial) && word.data[word.length - 1] == ')') {
        record->sort = SLT_PARTIALSORT;
        record->sort_given = true;
        record->sort_columns = (Str){word.data + 12, word.length - 13};
    } else if (slt_word_is(word, "colnames")) {
        record->has_names = true;
    } else if (slt_word_is(word, "multiline")) {
        record->is_text = true;
    } else if (slt_word_is(word, "retry")) {
        record->retries = RETRIES;
        record->backoff_us = 1000000;
    } else {
        return false;
    }
    return true;
}

/* One or more, with commas between; those in parentheses are an option's own. */
static bool take_options(Str word, SltRecord *record)
{
    size_t from = 0;
    int depth = 0;
    for (size_t i = 0; i <= word.length; i++) {
        char c = i < word.length ? word.data[i] : ',';
        depth += (c == '(') - (c == ')');
        if (c == ',' && depth <= 0) {
            if (!take_option((Str){word.data + from, i - from}, record))
                return false;
            from = i + 1;
        }
    }
    return true;
}

static bool are_types(Str word)
{
    for (size_t i = 0; i < word.length; i++)
        if (word.data[i] != '?' && (word.data[i] < 'A' || word.data[i] > 'Z'))
            return false;
    return true;
}

Status slt_parse_query(SltLines *lines, const SltLine *line, SltRecord *record, Err *err)
{
    if (line->count > 1 && str_equal_nocase(line->words[1], STR("error")))
        return take_error(lines, line, record, err);
    int at = 1;
    bool empty = line->count > 1 && slt_word_is(line->words[1], "empty");
    if (empty) {
        at++;
    } else if (at < line->count && !slt_word_is(line->words[at], "retry") &&
               !take_options(line->words[at], record)) {
        if (!are_types(line->words[at]))
            return slt_parse_bad("not a list of types", line->words[at], err);
        record->types = line->words[at++];
    }
    while (at < line->count && line->words[at].data[0] != '#') {
        int taken;
        TRY(take_retry(line, at, record, &taken, err));
        at += taken;
        if (taken || take_options(line->words[at], record)) {
            at += !taken;
            continue;
        }
        if (memchr(line->words[at].data, ',', line->words[at].length))
            return slt_parse_bad("not an option of a query", line->words[at], err);
        /* DuckDB's labels stand after a sort mode. */
        if (lines->names_connections && !record->sort_given)
            record->connection = line->words[at++];
        else
            record->label = line->words[at++];
    }
    if (slt_lines_sql(lines, &record->sql)) {
        slt_lines_result(lines, record);
    } else if (empty) {
        record->has_result = true;
        record->result_from = record->result_to = lines->at;
    }
    return OK;
}

Status slt_parse_let(SltLines *lines, const SltLine *line, SltRecord *record, Err *err)
{
    (void)line, (void)err;
    (void)slt_lines_block(lines, &record->sql, true);
    return OK;
}
