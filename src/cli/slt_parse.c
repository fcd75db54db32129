/* slt_parse.c - see slt_parse.h. */
#include "cli/slt_parse.h"

enum { WORDS_MAX = 16 };

typedef struct Lines {
    Str text;
    size_t at;  /* of the next line */
    int number; /* of the line last read */
} Lines;

static bool next_line(Lines *lines, Str *line)
{
    if (lines->at >= lines->text.length)
        return false;
    const char *from = lines->text.data + lines->at;
    const char *stop = memchr(from, '\n', lines->text.length - lines->at);
    size_t length = stop ? (size_t)(stop - from) : lines->text.length - lines->at;
    lines->at += length + (stop != NULL);
    lines->number++;
    if (length && from[length - 1] == '\r')
        length--;
    *line = (Str){from, length};
    return true;
}

static bool is_blank(Str line)
{
    return str_trim(line).length == 0;
}

static int split_words(Str line, Str *words)
{
    int count = 0;
    size_t at = 0;
    while (count < WORDS_MAX) {
        while (at < line.length && (line.data[at] == ' ' || line.data[at] == '\t'))
            at++;
        if (at == line.length)
            break;
        size_t from = at;
        while (at < line.length && line.data[at] != ' ' && line.data[at] != '\t')
            at++;
        words[count++] = (Str){line.data + from, at - from};
    }
    return count;
}

/* What follows the n-th word. */
static Str rest_after(Str line, Str word)
{
    return str_trim((Str){word.data + word.length,
                          line.length - (size_t)(word.data + word.length - line.data)});
}

static bool word_is(Str word, const char *text)
{
    return str_equal(word, str_from(text));
}

/* Lines up to a blank one or, with `stop_at_dashes`, to `----`; true: it was the dashes. */
static bool take_block(Lines *lines, Str *block, bool stop_at_dashes)
{
    size_t from = lines->at, to = from;
    Str line;
    while (next_line(lines, &line)) {
        if (is_blank(line))
            break;
        if (stop_at_dashes && word_is(line, "----")) {
            *block = (Str){lines->text.data + from, to - from};
            return true;
        }
        to = (size_t)(line.data + line.length - lines->text.data);
    }
    *block = (Str){lines->text.data + from, to - from};
    return false;
}

static void take_result(Lines *lines, SltRecord *record)
{
    Str block;
    record->has_result = true;
    record->result_from = lines->at;
    (void)take_block(lines, &block, false);
    record->result_to = record->result_from + block.length;
    /* With its last line end. */
    if (block.length && record->result_to < lines->text.length)
        record->result_to = (size_t)(block.data + block.length - lines->text.data);
}

static bool sort_from(Str word, SltSort *sort)
{
    if (word_is(word, "nosort"))
        *sort = SLT_NOSORT;
    else if (word_is(word, "rowsort"))
        *sort = SLT_ROWSORT;
    else if (word_is(word, "valuesort"))
        *sort = SLT_VALUESORT;
    else
        return false;
    return true;
}

static bool are_types(Str word)
{
    for (size_t i = 0; i < word.length; i++)
        if (!memchr("TIRDB?", word.data[i], 6))
            return false;
    return true;
}

static Status bad(int line, const char *what, Str word, Err *err)
{
    return err_set(err, SQLSTATE_SYNTAX, -1, "line %d: %s \"" STR_FORMAT "\"", line, what,
                   STR_ARG(word));
}

static void take_error(Lines *lines, Str line, Str word, SltRecord *record)
{
    record->fails = true;
    record->pattern = rest_after(line, word);
    if (take_block(lines, &record->sql, true)) {
        Str text;
        (void)take_block(lines, &text, false);
        if (!record->pattern.length)
            record->pattern = str_trim(text);
        static const Str duckdb_mark = {"<REGEX>:", 8};
        if (str_has_prefix(record->pattern, duckdb_mark))
            record->pattern = (Str){record->pattern.data + 8, record->pattern.length - 8};
    }
}

static Status parse_record_statement(Lines *lines, Str line, const Str *words, int count,
                                     SltRecord *record, Err *err)
{
    record->verb = SLT_STATEMENT;
    if (count > 1 && word_is(words[1], "error")) {
        take_error(lines, line, words[1], record);
        return OK;
    }
    if (count > 2 && word_is(words[1], "count")) {
        char number[24] = "";
        memcpy(number, words[2].data, words[2].length < 23 ? words[2].length : 23);
        if (!text_to_i64(number, &record->count))
            return bad(record->line, "not a number", words[2], err);
    } else if (count < 2 || !word_is(words[1], "ok")) {
        return bad(record->line, "a statement is ok, error or count, not",
                   count > 1 ? words[1] : STR(""), err);
    }
    (void)take_block(lines, &record->sql, false);
    return OK;
}

static Status parse_record_query(Lines *lines, Str line, const Str *words, int count,
                                 SltRecord *record, Err *err)
{
    record->verb = SLT_QUERY;
    if (count > 1 && word_is(words[1], "error")) {
        take_error(lines, line, words[1], record);
        return OK;
    }
    int at = 1;
    SltSort sort;
    if (at < count && !sort_from(words[at], &sort)) {
        if (!are_types(words[at]))
            return bad(record->line, "not a list of types", words[at], err);
        record->types = words[at++];
    }
    if (at < count && sort_from(words[at], &record->sort)) {
        record->sort_given = true;
        at++;
    }
    if (at < count)
        record->label = words[at];
    if (take_block(lines, &record->sql, true))
        take_result(lines, record);
    return OK;
}

/* Verbs with up to two arguments and perhaps lines or a result. */
static const struct VerbDef {
    const char *word;
    SltVerb verb;
    int least, most; /* arguments */
    bool takes_lines;
} verbs[] = {
    {"feed", SLT_FEED, 1, 2, true},
    {"write", SLT_WRITE, 1, 1, true},
    {"append", SLT_APPEND, 1, 1, true},
    {"mkdir", SLT_MKDIR, 1, 1, false},
    {"remove", SLT_REMOVE, 1, 1, false},
    {"rename", SLT_RENAME, 2, 2, false},
    {"age", SLT_AGE, 2, 2, false},
    {"output", SLT_OUTPUT, 1, 2, false},
    {"advance", SLT_ADVANCE, 1, 1, false},
    {"crash", SLT_CRASH, 0, 0, false},
    {"restart", SLT_RESTART, 0, 2, false},
    {"include", SLT_INCLUDE, 1, 1, false},
    {"hash-threshold", SLT_HASH_THRESHOLD, 1, 1, false},
    {"halt", SLT_HALT, 0, 0, false},
};

/* Records that other runners know and that have no meaning here. */
static bool is_foreign(Str word)
{
    static const char *const names[] = {"loop",
                                        "foreach",
                                        "concurrentloop",
                                        "concurrentforeach",
                                        "endloop",
                                        "mode",
                                        "require",
                                        "load",
                                        "connection",
                                        "system",
                                        "let",
                                        "unzip",
                                        "test-scope",
                                        "reset",
                                        "set",
                                        "continue",
                                        "reconnect"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (word_is(word, names[i]))
            return true;
    return false;
}

static const struct VerbDef *verb_find(Str word)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (word_is(word, verbs[i].word))
            return &verbs[i];
    return NULL;
}

static bool is_known(Str word)
{
    return verb_find(word) || word_is(word, "statement") || word_is(word, "query") ||
           word_is(word, "control");
}

static Status parse_record_verb(Lines *lines, Str line, const Str *words, int count,
                                SltRecord *record, Err *err)
{
    const struct VerbDef *verb = verb_find(words[0]);
    if (word_is(words[0], "sleep")) {
        (void)err_set(err, SQLSTATE_SYNTAX, -1, "line %d: a dialog never sleeps", record->line);
        return err_hint(err, "FLUSH waits for the jobs, advance moves the clock.");
    }
    if (!verb && is_foreign(words[0])) {
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                       "line %d: the record \"" STR_FORMAT "\" is not supported yet", record->line,
                       STR_ARG(words[0]));
    }
    if (!verb)
        return bad(record->line, "unknown record", words[0], err);
    record->verb = verb->verb;
    int arguments = 0;
    for (int i = 1; i < count; i++) {
        if (verb->takes_lines && word_is(words[i], "-n")) {
            record->no_line_end = true;
            continue;
        }
        if (verb->verb == SLT_ADVANCE) {
            record->words[0] = rest_after(line, words[0]);
            arguments = 1;
            break;
        }
        if (arguments == verb->most)
            return bad(record->line, "unexpected", words[i], err);
        record->words[arguments++] = words[i];
    }
    if (arguments < verb->least)
        return bad(record->line, "an argument is missing after", words[0], err);
    bool is_eof = verb->verb == SLT_FEED && word_is(record->words[1], "eof");
    if (verb->takes_lines && !is_eof) {
        (void)take_block(lines, &record->sql, false);
    } else if (verb->verb == SLT_OUTPUT) {
        Str nothing;
        if (record->words[1].length && !sort_from(record->words[1], &record->sort))
            return bad(record->line, "not a sort mode", record->words[1], err);
        if (!take_block(lines, &nothing, true) || nothing.length)
            return bad(record->line, "---- is missing after", words[0], err);
        take_result(lines, record);
    }
    return OK;
}

static Status parse_record(Lines *lines, Str line, const Str *words, int count, SltRecord *record,
                           Err *err)
{
    if (word_is(words[0], "statement"))
        return parse_record_statement(lines, line, words, count, record, err);
    if (word_is(words[0], "query"))
        return parse_record_query(lines, line, words, count, record, err);
    if (word_is(words[0], "control")) {
        record->verb = SLT_SORTMODE;
        if (count < 3 || !word_is(words[1], "sortmode") || !sort_from(words[2], &record->sort))
            return bad(record->line, "unknown control", count > 1 ? words[1] : STR(""), err);
        return OK;
    }
    return parse_record_verb(lines, line, words, count, record, err);
}

Status slt_parse(Str text, SltRecords *out, Err *err)
{
    Lines lines = {.text = text};
    Str line, words[WORDS_MAX];
    bool skipped = false;
    while (next_line(&lines, &line)) {
        int count = split_words(line, words);
        if (!count || words[0].data[0] == '#' || word_is(words[0], "subtest"))
            continue;
        bool only = word_is(words[0], "onlyif");
        if (only || word_is(words[0], "skipif")) {
            if (count < 2)
                return bad(lines.number, "a name is missing after", words[0], err);
            skipped |= only != word_is(words[1], "streamd");
            continue;
        }
        SltRecord record = {.line = lines.number, .skipped = skipped, .count = -1};
        if (skipped && !is_known(words[0])) {
            Str whatever;
            (void)take_block(&lines, &whatever, false);
            skipped = false;
            continue;
        }
        TRY(parse_record(&lines, line, words, count, &record, err));
        list_push(out, record);
        /* What follows may be anything. */
        if (record.verb == SLT_HALT && !skipped)
            break;
        skipped = false;
    }
    return OK;
}
