/* slt_parse.c - see slt_parse.h. */
#include "cli/slt_parse.h"

enum { WORDS_MAX = 16, LOOP_DEPTH_MAX = 16, RETRIES_MAX = 1000 };

/* ---- lines ---- */

typedef struct Lines {
    Str text;
    size_t at;  /* of the next line */
    int number; /* of the line last read */
    bool names_connections;
} Lines;

/* A record's first line. */
typedef struct Line {
    Str text;
    Str words[WORDS_MAX];
    int count;
} Line;

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

bool slt_next_word(Str *rest, Str *word)
{
    size_t at = 0;
    while (at < rest->length && (rest->data[at] == ' ' || rest->data[at] == '\t'))
        at++;
    size_t from = at;
    while (at < rest->length && rest->data[at] != ' ' && rest->data[at] != '\t')
        at++;
    *word = (Str){rest->data + from, at - from};
    *rest = (Str){rest->data + at, rest->length - at};
    return word->length > 0;
}

static void split_words(Str text, Line *line)
{
    Str rest = text;
    line->text = text;
    for (line->count = 0; line->count < WORDS_MAX; line->count++)
        if (!slt_next_word(&rest, &line->words[line->count]))
            return;
}

/* What follows the word. */
static Str rest_after(const Line *line, Str word)
{
    return str_trim((Str){word.data + word.length,
                          line->text.length - (size_t)(word.data + word.length - line->text.data)});
}

static bool word_is(Str word, const char *text)
{
    return str_equal(word, str_from(text));
}

static Status bad(int line, const char *what, Str word, Err *err)
{
    return err_set(err, SQLSTATE_SYNTAX, -1, "line %d: %s \"" STR_FORMAT "\"", line, what,
                   STR_ARG(word));
}

static Status take_integer(int line, Str word, int64_t least, int64_t most, int64_t *number,
                           Err *err)
{
    char text[24] = "";
    if (word.length < sizeof text)
        memcpy(text, word.data, word.length);
    if (!word.length || !text_to_i64(text, number) || *number < least || *number > most)
        return bad(line, "not a number", word, err);
    return OK;
}

/* ---- blocks of lines ---- */

/* Lines up to a blank one or, with `is_sql`, to `----` or a comment; true: it was the dashes. */
static bool take_block(Lines *lines, Str *block, bool is_sql)
{
    size_t from = lines->at, to = from;
    Str line;
    while (next_line(lines, &line)) {
        if (is_blank(line) || (is_sql && line.data[0] == '#'))
            break;
        if (is_sql && word_is(line, "----")) {
            *block = (Str){lines->text.data + from, to - from};
            return true;
        }
        to = (size_t)(line.data + line.length - lines->text.data);
    }
    *block = (Str){lines->text.data + from, to - from};
    return false;
}

static bool is_known(Str word);

/* The next line's first word; nothing at the end or before a blank line. */
static Str peek_word(const Lines *lines)
{
    Lines copy = *lines;
    Str line, word = STR("");
    if (next_line(&copy, &line))
        (void)slt_next_word(&line, &word);
    return word;
}

/* A statement may begin with a blank line. */
static bool take_sql(Lines *lines, Str *sql)
{
    bool dashes = take_block(lines, sql, true);
    Str next = peek_word(lines);
    if (!dashes && !sql->length && next.length && next.data[0] != '#' && !is_known(next))
        dashes = take_block(lines, sql, true);
    return dashes;
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

/* An error's text may have blank lines in it: two of them end it, or one before a record. */
static Str take_error_text(Lines *lines)
{
    Str text;
    (void)take_block(lines, &text, false);
    for (;;) {
        Str next = peek_word(lines), more;
        if (!text.length || !next.length || next.data[0] == '#' || is_known(next))
            return str_trim(text);
        (void)take_block(lines, &more, false);
        text.length = (size_t)(more.data + more.length - text.data);
    }
}

/* ---- statement and query ---- */

/* `retry N backoff 1s` from a word on; `taken`: of how many words, 0: there is none. */
static Status take_retry(const Line *line, int at, SltRecord *record, int *taken, Err *err)
{
    *taken = 0;
    if (at >= line->count || !word_is(line->words[at], "retry"))
        return OK;
    if (at + 3 >= line->count || !word_is(line->words[at + 2], "backoff"))
        return bad(record->line, "a number and backoff TIME are missing after", line->words[at],
                   err);
    int64_t retries;
    TRY(take_integer(record->line, line->words[at + 1], 1, RETRIES_MAX, &retries, err));
    Str word = line->words[at + 3];
    char time[32] = "";
    if (word.length < sizeof time)
        memcpy(time, word.data, word.length);
    if (!text_to_duration_us(time, &record->backoff_us))
        return bad(record->line, "not a duration", word, err);
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
static Status take_error(Lines *lines, const Line *line, SltRecord *record, Err *err)
{
    int taken;
    TRY(take_retry(line, 2, record, &taken, err));
    record->expect = SLT_ERROR;
    Str rest = taken ? STR("") : rest_after(line, line->words[1]);
    if (lines->names_connections && line->count == 3 && line->words[2].data[0] != '#') {
        record->connection = line->words[2];
        rest = STR("");
    }
    if (line->count > 3 && word_is(line->words[2], "pgcode") && is_sqlstate(line->words[3])) {
        record->sqlstate = line->words[3];
        rest = rest_after(line, line->words[3]);
    } else if (rest.length == 7 && rest.data[0] == '(' && rest.data[6] == ')' &&
               is_sqlstate((Str){rest.data + 1, 5})) {
        record->sqlstate = (Str){rest.data + 1, 5};
        rest = STR("");
    }
    record->pattern = rest.length && rest.data[0] == '#' ? STR("") : rest;
    if (take_sql(lines, &record->sql)) {
        Str text = take_error_text(lines);
        if (!record->pattern.length)
            record->pattern = text;
        if (str_has_prefix(record->pattern, STR("<REGEX>:")))
            record->pattern = (Str){record->pattern.data + 8, record->pattern.length - 8};
    }
    return OK;
}

static Status parse_statement(Lines *lines, const Line *line, SltRecord *record, Err *err)
{
    Str word = line->words[1];
    int at = 2, taken;
    if (str_equal_nocase(word, STR("error")))
        return take_error(lines, line, record, err);
    if (word_is(word, "count") && line->count > 2) {
        TRY(take_integer(record->line, line->words[2], 0, INT64_MAX, &record->count, err));
        at = 3;
    } else if (word_is(word, "maybe")) {
        record->expect = SLT_MAYBE;
    } else if (word_is(word, "notice")) {
        record->expect = SLT_NOTICE;
        record->pattern = rest_after(line, word);
        at = line->count;
    } else if (!str_equal_nocase(word, STR("ok"))) {
        return bad(record->line, "a statement is ok, error, count, maybe or notice, not", word,
                   err);
    }
    TRY(take_retry(line, at, record, &taken, err));
    if (at + taken < line->count && line->words[at + taken].data[0] != '#')
        record->connection = line->words[at + taken];
    if (take_sql(lines, &record->sql)) {
        /* DuckDB's maybe: what the error says, if there is one. */
        Str text = take_error_text(lines);
        if (record->expect != SLT_MAYBE)
            return bad(record->line, "a statement that goes well has no result: query, not",
                       line->words[0], err);
        record->pattern = text;
    }
    return OK;
}

static bool sort_from(Str word, SltSort *sort)
{
    static const struct {
        const char *word;
        SltSort sort;
    } sorts[] = {{"nosort", SLT_NOSORT},
                 {"rowsort", SLT_ROWSORT},
                 {"sort", SLT_ROWSORT},
                 {"valuesort", SLT_VALUESORT}};
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
        if (word_is(word, sorts[i].word)) {
            *sort = sorts[i].sort;
            return true;
        }
    }
    return false;
}

static bool take_option(Str word, SltRecord *record)
{
    static const Str partial = {"partialsort(", 12};
    if (sort_from(word, &record->sort)) {
        record->sort_given = true;
    } else if (str_has_prefix(word, partial) && word.data[word.length - 1] == ')') {
        record->sort = SLT_PARTIALSORT;
        record->sort_given = true;
        record->sort_columns = (Str){word.data + 12, word.length - 13};
    } else if (word_is(word, "colnames")) {
        record->has_names = true;
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

static Status parse_query(Lines *lines, const Line *line, SltRecord *record, Err *err)
{
    if (line->count > 1 && str_equal_nocase(line->words[1], STR("error")))
        return take_error(lines, line, record, err);
    int at = 1;
    bool empty = line->count > 1 && word_is(line->words[1], "empty");
    if (empty) {
        at++;
    } else if (at < line->count && !word_is(line->words[at], "retry") &&
               !take_options(line->words[at], record)) {
        if (!are_types(line->words[at]))
            return bad(record->line, "not a list of types", line->words[at], err);
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
            return bad(record->line, "not an option of a query", line->words[at], err);
        /* DuckDB's labels stand after a sort mode. */
        if (lines->names_connections && !record->sort_given)
            record->connection = line->words[at++];
        else
            record->label = line->words[at++];
    }
    if (take_sql(lines, &record->sql)) {
        take_result(lines, record);
    } else if (empty) {
        record->has_result = true;
        record->result_from = record->result_to = lines->at;
    }
    return OK;
}

static Status parse_let(Lines *lines, const Line *line, SltRecord *record, Err *err)
{
    (void)line, (void)err;
    (void)take_block(lines, &record->sql, true);
    return OK;
}

/* ---- the other verbs ---- */

static Status parse_lines(Lines *lines, const Line *line, SltRecord *record, Err *err)
{
    (void)line, (void)err;
    bool is_eof = record->verb == SLT_FEED && word_is(record->words[1], "eof");
    if (!is_eof)
        (void)take_block(lines, &record->sql, false);
    return OK;
}

static Status parse_output(Lines *lines, const Line *line, SltRecord *record, Err *err)
{
    Str nothing;
    if (record->words[1].length && !sort_from(record->words[1], &record->sort))
        return bad(record->line, "not a sort mode", record->words[1], err);
    if (!take_block(lines, &nothing, true) || nothing.length)
        return bad(record->line, "---- is missing after", line->words[0], err);
    take_result(lines, record);
    return OK;
}

static Status parse_control(Lines *lines, const Line *line, SltRecord *record, Err *err)
{
    static const struct {
        const char *what;
        const char *values[4];
    } controls[] = {{"sortmode", {"nosort", "rowsort", "valuesort"}},
                    {"resultmode", {"rowwise", "valuewise"}},
                    {"substitution", {"on", "off"}},
                    {"spelling", {"own", "any"}}};
    (void)lines;
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
        for (int v = 0; v < 4 && controls[i].values[v]; v++)
            if (word_is(line->words[1], controls[i].what) &&
                word_is(line->words[2], controls[i].values[v]))
                return OK;
    return bad(record->line, "unknown control", rest_after(line, line->words[0]), err);
}

static Status parse_repeat(Lines *lines, const Line *line, SltRecord *record, Err *err)
{
    (void)lines;
    return take_integer(record->line, line->words[1], 0, INT32_MAX, &record->count, err);
}

/* DuckDB's: only `mode skip` changes what is run, and is seen to by slt_parse. */
static Status parse_mode(Lines *lines, const Line *line, SltRecord *record, Err *err)
{
    static const char *const modes[] = {"skip",          "unskip",    "output_hash",
                                        "output_result", "no_output", "debug",
                                        "no_coverage",   "cockroach", "standard"};
    (void)lines;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (word_is(line->words[1], modes[i]))
            return OK;
    return bad(record->line, "unknown mode", line->words[1], err);
}

/* Which messages DuckDB's runner passes over is of no use here: they are never ours. */
static Status parse_set(Lines *lines, const Line *line, SltRecord *record, Err *err)
{
    (void)lines, (void)err;
    if (!word_is(line->words[1], "ignore_error_messages") &&
        !word_is(line->words[1], "always_fail_error_messages")) {
        record->verb = SLT_REFUSED;
        record->why = "a dialog has no such setting";
    }
    return OK;
}

static Status parse_refused(Lines *lines, const Line *line, SltRecord *record, Err *err)
{
    (void)line, (void)err;
    (void)take_block(lines, &record->sql, false);
    return OK;
}

enum { ANY = WORDS_MAX };

/* What a line may begin with, one row a verb. */
static const struct VerbDef {
    const char *word;
    SltVerb verb;
    int least, most;                                                             /* arguments */
    Status (*read)(Lines *lines, const Line *line, SltRecord *record, Err *err); /* what follows */
    const char *why; /* of what is refused */
} verbs[] = {
    {"statement", SLT_STATEMENT, 1, ANY, parse_statement, NULL},
    {"query", SLT_QUERY, 0, ANY, parse_query, NULL},
    {"let", SLT_LET, 1, ANY, parse_let, NULL},
    {"loop", SLT_LOOP, 3, 3, NULL, NULL},
    {"concurrentloop", SLT_LOOP, 3, 3, NULL, NULL},
    {"foreach", SLT_FOREACH, 2, ANY, NULL, NULL},
    {"concurrentforeach", SLT_FOREACH, 2, ANY, NULL, NULL},
    {"endloop", SLT_ENDLOOP, 0, 0, NULL, NULL},
    {"repeat", SLT_REPEAT, 1, 1, parse_repeat, NULL},
    {"connection", SLT_CONNECTION, 1, 1, NULL, NULL},
    {"user", SLT_USER, 1, ANY, NULL, NULL},
    {"reconnect", SLT_RECONNECT, 0, 0, NULL, NULL},
    {"load", SLT_LOAD, 0, 3, NULL, NULL},
    {"require", SLT_REQUIRE, 1, ANY, NULL, NULL},
    {"require-env", SLT_REQUIRE_ENV, 1, 2, NULL, NULL},
    {"control", SLT_CONTROL, 2, 2, parse_control, NULL},
    {"include", SLT_INCLUDE, 1, 1, NULL, NULL},
    {"halt", SLT_HALT, 0, ANY, NULL, NULL},
    {"hash-threshold", SLT_PASSED, 1, 1, NULL, NULL}, /* that it is a hash is seen by the result */
    {"subtest", SLT_PASSED, 0, ANY, NULL, NULL},
    {"tags", SLT_PASSED, 0, ANY, NULL, NULL},
    {"mode", SLT_PASSED, 1, 1, parse_mode, NULL},
    {"set", SLT_PASSED, 1, ANY, parse_set, NULL},
    {"feed", SLT_FEED, 1, 2, parse_lines, NULL},
    {"write", SLT_WRITE, 1, 1, parse_lines, NULL},
    {"append", SLT_APPEND, 1, 1, parse_lines, NULL},
    {"mkdir", SLT_MKDIR, 1, 1, NULL, NULL},
    {"remove", SLT_REMOVE, 1, 1, NULL, NULL},
    {"rename", SLT_RENAME, 2, 2, NULL, NULL},
    {"age", SLT_AGE, 2, 2, NULL, NULL},
    {"output", SLT_OUTPUT, 1, 2, parse_output, NULL},
    {"advance", SLT_ADVANCE, 1, ANY, NULL, NULL},
    {"sleep", SLT_ADVANCE, 1, ANY, NULL, NULL},
    {"crash", SLT_CRASH, 0, 0, NULL, NULL},
    {"restart", SLT_RESTART, 0, 2, NULL, NULL},
    {"system", SLT_REFUSED, 0, ANY, parse_refused, "a dialog runs no programs"},
    {"unzip", SLT_REFUSED, 0, ANY, NULL, "a dialog unpacks no archives"},
    {"awaitstatement", SLT_REFUSED, 0, ANY, NULL, "a dialog's statements run one by one"},
    {"retry", SLT_REFUSED, 0, ANY, NULL, "retry stands in the statement's or query's line"},
    {"continue", SLT_REFUSED, 0, ANY, NULL, "a loop runs to its end"},
    {"reset", SLT_REFUSED, 0, ANY, NULL, "a label is never forgotten"},
    {"test-env", SLT_REFUSED, 0, ANY, NULL, "there is no such environment here"},
    {"template", SLT_REFUSED, 0, ANY, NULL, "there are no templates here"},
    {"kv-batch-size", SLT_REFUSED, 0, ANY, NULL, "there is no such setting here"},
    {"cluster-opt", SLT_REFUSED, 0, ANY, NULL, "there is no cluster here"},
    {"upgrade", SLT_REFUSED, 0, ANY, NULL, "there is no cluster here"},
    {"traceon", SLT_REFUSED, 0, ANY, NULL, "a dialog writes no traces"},
    {"traceoff", SLT_REFUSED, 0, ANY, NULL, "a dialog writes no traces"},
    {"copy", SLT_REFUSED, 0, ANY, parse_refused, "there is no COPY FROM STDIN here; feed has rows"},
    {"simple", SLT_REFUSED, 0, ANY, parse_refused, "query shows one statement's result"},
};

static const struct VerbDef *verb_find(Str word)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (word_is(word, verbs[i].word))
            return &verbs[i];
    return NULL;
}

static bool is_known(Str word)
{
    return verb_find(word) || word_is(word, "skipif") || word_is(word, "onlyif");
}

static Status take_arguments(const struct VerbDef *verb, const Line *line, SltRecord *record,
                             Err *err)
{
    int arguments = 0;
    record->rest = rest_after(line, line->words[0]);
    for (int i = 1; i < line->count; i++) {
        Str word = line->words[i];
        if (verb->read == parse_lines && word_is(word, "-n")) {
            record->no_line_end = true;
            continue;
        }
        if (arguments == verb->most)
            return word.data[0] == '#' ? OK : bad(record->line, "unexpected", word, err);
        if (arguments < 3)
            record->words[arguments] = word;
        arguments++;
    }
    return arguments < verb->least
               ? bad(record->line, "an argument is missing after", line->words[0], err)
               : OK;
}

static Status parse_record(Lines *lines, const Line *line, SltRecord *record, Err *err)
{
    const struct VerbDef *verb = verb_find(line->words[0]);
    if (!verb)
        return bad(record->line, "unknown record", line->words[0], err);
    record->verb = verb->verb;
    record->why = verb->why;
    TRY(take_arguments(verb, line, record, err));
    return verb->read ? verb->read(lines, line, record, err) : OK;
}

/* ---- conditions ---- */

/* Our name, or one of a loop's variable; `config` is of CockroachDB's clusters, none of them ours.
 */
static Status take_condition(const Line *line, int number, SltRecord *next, Err *err)
{
    bool only = word_is(line->words[0], "onlyif");
    if (line->count < 2)
        return bad(number, "a name is missing after", line->words[0], err);
    Str word = line->words[1];
    bool compares = false;
    for (size_t i = 0; i < word.length; i++)
        compares |= memchr("=<>", word.data[i], 3) != NULL;
    if (!compares) {
        next->skipped |= only != word_is(word, "streamd");
        return OK;
    }
    if (next->condition_count == SLT_CONDITIONS_MAX)
        return bad(number, "too many conditions", word, err);
    next->conditions[next->condition_count++] = (SltCondition){only, word};
    return OK;
}

/* ---- the file ---- */

/* Lines between `mode skip` and `mode unskip`. */
static void pass_over(Lines *lines)
{
    Str text;
    Line line;
    for (int depth = 1; depth && next_line(lines, &text);) {
        split_words(text, &line);
        if (line.count == 2 && word_is(line.words[0], "mode"))
            depth += word_is(line.words[1], "skip") - word_is(line.words[1], "unskip");
    }
}

/* Loops that are open, by the index of their first record. */
typedef struct Loops {
    size_t open[LOOP_DEPTH_MAX];
    int depth;
} Loops;

static Status note_loop(Loops *loops, SltRecords *out, Err *err)
{
    size_t index = out->count - 1;
    const SltRecord *record = &out->at[index];
    if (record->verb == SLT_LOOP || record->verb == SLT_FOREACH) {
        if (loops->depth == LOOP_DEPTH_MAX)
            return bad(record->line, "loops are nested too deep:", STR("loop"), err);
        loops->open[loops->depth++] = index;
    } else if (record->verb == SLT_ENDLOOP) {
        if (!loops->depth)
            return bad(record->line, "there is no loop to end:", STR("endloop"), err);
        out->at[loops->open[--loops->depth]].end = index;
    }
    return OK;
}

Status slt_parse(Str text, bool names_connections, SltRecords *out, Err *err)
{
    Lines lines = {.text = text, .names_connections = names_connections};
    Loops loops = {.depth = 0};
    Str line_text;
    Line line;
    SltRecord next = {.count = -1}; /* with its conditions */
    while (next_line(&lines, &line_text)) {
        split_words(line_text, &line);
        if (!line.count || line.words[0].data[0] == '#')
            continue;
        if (word_is(line.words[0], "onlyif") || word_is(line.words[0], "skipif")) {
            TRY(take_condition(&line, lines.number, &next, err));
            continue;
        }
        SltRecord record = next;
        record.line = lines.number;
        next = (SltRecord){.count = -1};
        if (record.skipped && !verb_find(line.words[0])) {
            Str whatever;
            (void)take_block(&lines, &whatever, false);
            continue;
        }
        TRY(parse_record(&lines, &line, &record, err));
        if (word_is(line.words[0], "mode") && word_is(line.words[1], "skip") && !record.skipped) {
            pass_over(&lines);
            continue;
        }
        list_push(out, record);
        TRY(note_loop(&loops, out, err));
        /* What follows may be anything. */
        if (record.verb == SLT_HALT && !record.skipped && !record.condition_count)
            break;
    }
    if (loops.depth)
        return bad(out->at[loops.open[loops.depth - 1]].line, "endloop is missing after",
                   STR("loop"), err);
    return OK;
}
