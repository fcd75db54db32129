/* slt_parse.c - see slt_parse.h. */
#include "cli/slt_lines.h"

enum { LOOP_DEPTH_MAX = 16 };

/* ---- the other verbs ---- */

static Status parse_lines(SltLines *lines, const SltLine *line, SltRecord *record, Err *err)
{
    (void)line, (void)err;
    bool is_eof = record->verb == SLT_FEED && slt_word_is(record->words[1], "eof");
    if (!is_eof)
        (void)slt_lines_block(lines, &record->sql, false);
    return OK;
}

static Status parse_output(SltLines *lines, const SltLine *line, SltRecord *record, Err *err)
{
    Str nothing;
    if (record->words[1].length && !slt_sort_from(record->words[1], &record->sort))
        return slt_parse_bad("not a sort mode", record->words[1], err);
    if (!slt_lines_block(lines, &nothing, true) || nothing.length)
        return slt_parse_bad("---- is missing after", line->words[0], err);
    slt_lines_result(lines, record);
    return OK;
}

static Status parse_control(SltLines *lines, const SltLine *line, SltRecord *record, Err *err)
{
    static const struct {
        const char *what;
        const char *values[4];
    } controls[] = {{"sortmode", {"nosort", "rowsort", "valuesort"}},
                    {"resultmode", {"rowwise", "valuewise"}},
                    {"substitution", {"on", "off"}},
                    {"spelling", {"own", "any"}}};
    (void)lines, (void)record;
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
        for (int v = 0; v < 4 && controls[i].values[v]; v++)
            if (slt_word_is(line->words[1], controls[i].what) &&
                slt_word_is(line->words[2], controls[i].values[v]))
                return OK;
    return slt_parse_bad("unknown control", slt_line_rest(line, line->words[0]), err);
}

static Status parse_repeat(SltLines *lines, const SltLine *line, SltRecord *record, Err *err)
{
    (void)lines;
    return slt_parse_integer(line->words[1], 0, INT32_MAX, &record->count, err);
}

/* DuckDB's: only `mode skip` changes what is run, and is seen to by slt_parse. */
static Status parse_mode(SltLines *lines, const SltLine *line, SltRecord *record, Err *err)
{
    static const char *const modes[] = {"skip",      "unskip", "output_hash", "output_result",
                                        "no_output", "debug",  "no_coverage", "cockroach",
                                        "standard",  "sqlite"};
    (void)lines, (void)record;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (slt_word_is(line->words[1], modes[i]))
            return OK;
    return slt_parse_bad("unknown mode", line->words[1], err);
}

/* Which messages DuckDB's runner passes over is of no use here: they are never ours. */
static Status parse_set(SltLines *lines, const SltLine *line, SltRecord *record, Err *err)
{
    (void)lines, (void)err;
    if (!slt_word_is(line->words[1], "ignore_error_messages") &&
        !slt_word_is(line->words[1], "always_fail_error_messages")) {
        record->verb = SLT_REFUSED;
        record->why_code = SQLSTATE_NOT_SUPPORTED;
        record->why = "a dialog has no such setting";
    }
    return OK;
}

static Status parse_refused(SltLines *lines, const SltLine *line, SltRecord *record, Err *err)
{
    (void)line, (void)err;
    (void)slt_lines_block(lines, &record->sql, false);
    return OK;
}

enum { ANY = SLT_WORDS_MAX };

/* What a line may begin with, one row a verb. */
static const struct VerbDef {
    const char *word;
    SltVerb verb;
    int least, most; /* arguments */
    Status (*read)(SltLines *lines, const SltLine *line, SltRecord *record,
                   Err *err); /* what follows */
    const char *why;          /* of what is refused */
} verbs[] = {
    {"statement", SLT_STATEMENT, 1, ANY, slt_parse_statement, NULL},
    {"query", SLT_QUERY, 0, ANY, slt_parse_query, NULL},
    {"let", SLT_LET, 1, ANY, slt_parse_let, NULL},
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
        if (slt_word_is(word, verbs[i].word))
            return &verbs[i];
    return NULL;
}

static bool is_known(Str word)
{
    return verb_find(word) || slt_word_is(word, "skipif") || slt_word_is(word, "onlyif");
}

static Status take_arguments(const struct VerbDef *verb, const SltLine *line, SltRecord *record,
                             Err *err)
{
    int arguments = 0;
    record->rest = slt_line_rest(line, line->words[0]);
    for (int i = 1; i < line->count; i++) {
        Str word = line->words[i];
        if (verb->read == parse_lines && slt_word_is(word, "-n")) {
            record->no_line_end = true;
            continue;
        }
        if (arguments == verb->most)
            return word.data[0] == '#' ? OK : slt_parse_bad("unexpected", word, err);
        if (arguments < 3)
            record->words[arguments] = word;
        arguments++;
    }
    return arguments < verb->least
               ? slt_parse_bad("an argument is missing after", line->words[0], err)
               : OK;
}

static Status parse_record(SltLines *lines, const SltLine *line, SltRecord *record, Err *err)
{
    const struct VerbDef *verb = verb_find(line->words[0]);
    if (!verb)
        return slt_parse_bad("unknown record", line->words[0], err);
    record->verb = verb->verb;
    record->why = verb->why;
    record->why_code = SQLSTATE_NOT_SUPPORTED;
    TRY(take_arguments(verb, line, record, err));
    return verb->read ? verb->read(lines, line, record, err) : OK;
}

/* ---- conditions ---- */

/* Our name, or one of a loop's variable; `config` is of CockroachDB's clusters, none of them ours.
 */
static Status take_condition(const SltLine *line, SltRecord *next, Err *err)
{
    bool only = slt_word_is(line->words[0], "onlyif");
    if (line->count < 2)
        return slt_parse_bad("a name is missing after", line->words[0], err);
    Str word = line->words[1];
    bool compares = false;
    for (size_t i = 0; i < word.length; i++)
        compares |= memchr("=<>", word.data[i], 3) != NULL;
    if (!compares) {
        next->skipped |= only != slt_word_is(word, "streamd");
        return OK;
    }
    if (next->condition_count == SLT_CONDITIONS_MAX)
        return slt_parse_bad("too many conditions", word, err);
    next->conditions[next->condition_count++] = (SltCondition){only, word};
    return OK;
}

/* ---- the file ---- */

/* Lines between `mode skip` and `mode unskip`. */
static void pass_over(SltLines *lines)
{
    Str text;
    SltLine line;
    for (int depth = 1; depth && slt_lines_next(lines, &text);) {
        slt_line_split(text, &line);
        if (line.count == 2 && slt_word_is(line.words[0], "mode"))
            depth += slt_word_is(line.words[1], "skip") - slt_word_is(line.words[1], "unskip");
    }
}

/* Loops that are open, by the index of their first record. */
typedef struct Loops {
    size_t open[LOOP_DEPTH_MAX];
    int depth;
} Loops;

static Status bad_loop(int line, const char *what, Err *err)
{
    return err_set(err, SQLSTATE_SYNTAX, -1, "line %d: %s", line, what);
}

static Status note_loop(Loops *loops, SltRecords *out, Err *err)
{
    size_t index = out->count - 1;
    const SltRecord *record = &out->at[index];
    if (record->verb == SLT_LOOP || record->verb == SLT_FOREACH) {
        if (loops->depth == LOOP_DEPTH_MAX)
            return bad_loop(record->line, "loops are nested too deep", err);
        loops->open[loops->depth++] = index;
    } else if (record->verb == SLT_ENDLOOP) {
        if (!loops->depth)
            return bad_loop(record->line, "there is no loop to end", err);
        out->at[loops->open[--loops->depth]].end = index;
    }
    return OK;
}

/* What cannot be read is one record; a word that begins one of its own is no part of it. */
static void refuse(SltLines *lines, SltRecord *record, Arena *arena, const Err *err)
{
    Str whatever, next = slt_lines_peek(lines);
    record->verb = SLT_REFUSED;
    record->why_code = arena_strdup(arena, err->sqlstate);
    record->why = arena_strdup(arena, err->message);
    if (next.length && !is_known(next))
        (void)slt_lines_block(lines, &whatever, false);
}

Status slt_parse(Str text, bool names_connections, Arena *arena, SltRecords *out, Err *err)
{
    SltLines lines = {.text = text, .names_connections = names_connections, .is_known = is_known};
    Loops loops = {.depth = 0};
    Str line_text;
    SltLine line;
    SltRecord next = {.count = -1}; /* with its conditions */
    while (slt_lines_next(&lines, &line_text)) {
        slt_line_split(line_text, &line);
        if (!line.count || line.words[0].data[0] == '#')
            continue;
        SltRecord record = next;
        Err problem = ERR_NONE;
        record.line = lines.number;
        if (slt_word_is(line.words[0], "onlyif") || slt_word_is(line.words[0], "skipif")) {
            if (take_condition(&line, &next, &problem) == OK)
                continue;
            refuse(&lines, &record, arena, &problem);
        } else if (parse_record(&lines, &line, &record, &problem) != OK) {
            refuse(&lines, &record, arena, &problem);
        }
        next = (SltRecord){.count = -1};
        if (slt_word_is(line.words[0], "mode") && slt_word_is(line.words[1], "skip") &&
            !record.skipped) {
            pass_over(&lines);
            continue;
        }
        list_push(out, record);
        TRY(note_loop(&loops, out, err));
        /* What follows may be anything. */
        if (record.verb == SLT_HALT && !record.skipped && !record.condition_count)
            break;
    }
    return loops.depth
               ? bad_loop(out->at[loops.open[loops.depth - 1]].line, "endloop is missing", err)
               : OK;
}
