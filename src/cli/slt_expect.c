/* slt_expect.c - what statements, queries and written files should have given. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "cli/slt_run.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/md5.h"
#include "cli/diff.h"

enum { SLT_LET_MAX = 16 };

/* ---- failures ---- */

static void fail_at(SltRun *run, const SltRecord *record, const char *format, ...)
    PRINTF_LIKE(3, 4);
static void fail_at(SltRun *run, const SltRecord *record, const char *format, ...)
{
    Buf *report = &run->test->report;
    buf_printf(report, "%s:%d: ", run->test->name, record->line);
    va_list args;
    va_start(args, format);
    buf_vprintf(report, format, args);
    va_end(args);
    buf_add_char(report, '\n');
    run->test->failures++;
    if (record->verb == SLT_STATEMENT || record->verb == SLT_QUERY || record->verb == SLT_LET)
        buf_printf(report, "    " STR_FORMAT "\n", STR_ARG(record->sql));
    for (size_t i = 0; i < run->variables.count; i++) {
        const SltVariable *variable = &run->variables.at[i];
        if (variable->is_loop)
            buf_printf(report, "    where " STR_FORMAT " is %s\n", STR_ARG(variable->name),
                       variable->value);
    }
}

void slt_fail(SltRun *run, const SltRecord *record, const Err *err)
{
    fail_at(run, record, "ERROR: %s: %s%s%s", err->sqlstate, err->message,
            err->hint[0] ? " HINT: " : "", err->hint);
}

/* ---- expecting ---- */

/* The error as a pattern sees it: the message, `AT: ` and the statement from its position to the
 * line's end, `HINT: ` and the hint. */
static void put_error(Buf *out, const Err *err, const char *sql)
{
    buf_printf(out, "ERROR: %s: %s", err->sqlstate, err->message);
    if (err->position >= 0 && (size_t)err->position <= strlen(sql)) {
        const char *at = sql + err->position;
        buf_printf(out, "\nAT: %.*s", (int)strcspn(at, "\n"), at);
    }
    if (err->hint[0])
        buf_printf(out, "\nHINT: %s", err->hint);
}

static bool matches(SltRun *run, const SltRecord *record, Str pattern_text, Buf *text)
{
    if (!pattern_text.length)
        return true;
    static const Str duckdb_not = {"<!REGEX>:", 9};
    bool unlike = str_has_prefix(pattern_text, duckdb_not);
    if (unlike)
        pattern_text = (Str){pattern_text.data + 9, pattern_text.length - 9};
    const char *pattern = slt_expand(run, pattern_text);
    /* Other projects' files give the message itself. */
    if (strstr(buf_text(text), pattern))
        return !unlike;
    int code;
    PCRE2_SIZE offset;
    pcre2_code *compiled =
        pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
                      PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOTALL, &code, &offset, NULL);
    if (!compiled) {
        fail_at(run, record, "not a regular expression: %s", pattern);
        return true;
    }
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(compiled, NULL);
    int found = pcre2_match(compiled, (PCRE2_SPTR)buf_text(text), text->length, 0, 0, data, NULL);
    pcre2_match_data_free(data);
    pcre2_code_free(compiled);
    return unlike ? found < 0 : found >= 0;
}

/* Where any error will do: not that there was no way to find out. */
static bool says_nothing(const Err *err)
{
    return strcmp(err->sqlstate, SQLSTATE_NOT_SUPPORTED) == 0 ||
           strcmp(err->sqlstate, SQLSTATE_CANCELED) == 0;
}

static void expect_error(SltRun *run, const SltRecord *record, Status status, const Err *err,
                         const char *sql)
{
    Str like = record->pattern.length ? record->pattern : record->sqlstate;
    if (status == OK) {
        fail_at(run, record, "expected an error%s" STR_FORMAT ", but it went well",
                like.length ? " like " : "", STR_ARG(like));
        return;
    }
    Buf text;
    buf_init(&text);
    put_error(&text, err, sql);
    bool same = !record->sqlstate.length || str_equal(record->sqlstate, str_from(err->sqlstate));
    if (record->expect == SLT_ERROR && !like.length && says_nothing(err))
        fail_at(run, record, "expected an error of the statement, but got %s", buf_text(&text));
    else if (!same || !matches(run, record, record->pattern, &text))
        fail_at(run, record,
                "expected an error like " STR_FORMAT "%s" STR_FORMAT "\n    but got %s",
                STR_ARG(record->sqlstate),
                record->sqlstate.length && record->pattern.length ? ": " : "",
                STR_ARG(record->pattern), buf_text(&text));
    buf_deinit(&text);
}

void slt_expect_statement(SltRun *run, const SltRecord *record)
{
    Err err = ERR_NONE;
    const char *sql = slt_expand(run, record->sql);
    if (record->expect == SLT_OK && slt_foreign(run, str_from(sql)))
        return;
    Status status = slt_run_sql(run, record->connection, sql, &err);
    if (status == OK)
        slt_files_note_create(run, sql);
    if (record->expect == SLT_ERROR || (record->expect == SLT_MAYBE && status != OK)) {
        expect_error(run, record, status, &err, sql);
    } else if (status != OK) {
        slt_fail(run, record, &err);
    } else if (record->expect == SLT_NOTICE &&
               !matches(run, record, record->pattern, &run->notice)) {
        fail_at(run, record, "expected a notice like " STR_FORMAT "\n    but was told: %s",
                STR_ARG(record->pattern), buf_text(&run->notice));
    } else if (record->count >= 0) {
        const char *number = strrchr(run->tag, ' ');
        if (!number || strtoll(number, NULL, 10) != record->count)
            fail_at(run, record, "expected %lld rows, but it was %s", (long long)record->count,
                    run->tag);
    }
    if (run->flushes)
        slt_engine_settle(run);
}

/* Each name's value is that of its column in the only row. */
void slt_expect_let(SltRun *run, const SltRecord *record)
{
    Err err = ERR_NONE;
    Status status = slt_run_sql(run, record->connection, slt_expand(run, record->sql), &err);
    if (status != OK) {
        slt_fail(run, record, &err);
        return;
    }
    Str names[SLT_LET_MAX], rest = record->rest;
    int count = 0;
    for (size_t at = 0; at < rest.length && count < SLT_LET_MAX;) {
        size_t from = at;
        while (at < rest.length && !memchr(", \t", rest.data[at], 3))
            at++;
        Str name = {rest.data + from, at - from};
        if (name.length && name.data[0] == '$')
            name = (Str){name.data + 1, name.length - 1};
        if (name.length)
            names[count++] = name;
        at++;
    }
    const SltResult *result = &run->result;
    if (result->columns != count || result->cells.count != (size_t)count) {
        fail_at(run, record, "let has %d names, but it was %zu rows of %d columns", count,
                result->columns ? result->cells.count / (size_t)result->columns : 0,
                result->columns);
        return;
    }
    for (int i = 0; i < count; i++)
        slt_variable_set(run, names[i], slt_result_raw(result, (size_t)i, &run->test->arena),
                         false);
}

static void show_difference(SltRun *run, const SltRecord *record, Buf *should, Buf *was)
{
    fail_at(run, record, "another result than expected");
    Buf diff;
    buf_init(&diff);
    diff_unified(&diff, (Str){buf_text(should), should->length}, "expected",
                 (Str){buf_text(was), was->length}, "got");
    if (!diff.length)
        buf_add_text(&diff, "(the same text, but other columns)\n");
    buf_add(&run->test->report, diff.data, diff.length);
    buf_deinit(&diff);
}

static void check_label(SltRun *run, const SltRecord *record, SltSort sort)
{
    if (!record->label.length)
        return;
    char hash[MD5_TEXT_BYTES];
    slt_result_hash(&run->result, record->types, sort, hash);
    Arena *arena = &run->test->arena;
    const char *entry = arena_printf(arena, STR_FORMAT " %s", STR_ARG(record->label), hash);
    size_t prefix = record->label.length + 1;
    for (size_t i = 0; i < run->labels.count; i++) {
        if (strncmp(run->labels.at[i], entry, prefix) == 0) {
            if (strcmp(run->labels.at[i], entry) != 0)
                fail_at(run, record, "another result than the first query labelled " STR_FORMAT,
                        STR_ARG(record->label));
            return;
        }
    }
    list_push(&run->labels, entry);
}

static void expect_lines(SltRun *run, const SltRecord *record, const char *actual, Buf *should,
                         Buf *was, SltUpdates *updates)
{
    if (run->test->args->update) {
        SltUpdate update = {record->result_from, record->result_to,
                            arena_strdup(&run->test->arena, actual)};
        list_push(updates, update);
    } else {
        show_difference(run, record, should, was);
    }
}

void slt_expect_query(SltRun *run, const SltRecord *record, Str text, SltUpdates *updates)
{
    Err err = ERR_NONE;
    const char *sql = slt_expand(run, record->sql);
    Status status = slt_run_sql(run, record->connection, sql, &err);
    if (record->expect == SLT_ERROR) {
        expect_error(run, record, status, &err, sql);
        return;
    }
    if (status != OK) {
        slt_fail(run, record, &err);
        return;
    }
    /* DuckDB's and DataFusion's INSERT gives a number. */
    const char *number = strrchr(run->tag, ' ');
    if (run->result.columns == 0 && number && number[1] >= '0' && number[1] <= '9' &&
        record->types.length == 1 && !run->result.own_spelling)
        slt_result_set_count(&run->result, number + 1);
    SltSort sort = record->sort_given ? record->sort : run->sort;
    Str raw = {text.data + record->result_from, record->result_to - record->result_from};
    SltExpected expected = {.text = str_from(slt_expand(run, raw)),
                            .types = record->types,
                            .sort = sort,
                            .sort_columns = record->sort_columns,
                            .has_names = record->has_names,
                            .is_text = record->is_text,
                            .layout = run->layout};
    Buf should, was;
    buf_init(&should);
    buf_init(&was);
    bool same = !record->has_result || slt_compare(&run->result, &expected, &should, &was);
    bool letters = !record->types.length || record->types.length == (size_t)run->result.columns;
    /* RisingWave's files don't count their letters. */
    if (!letters && !(same && record->has_result)) {
        fail_at(run, record, "expected %zu columns, but got %d", record->types.length,
                run->result.columns);
    } else if (!same) {
        Buf rows;
        buf_init(&rows);
        slt_result_rows(&run->result, sort, record->has_names, &rows);
        expect_lines(run, record, buf_text(&rows), &should, &was, updates);
        buf_deinit(&rows);
    }
    check_label(run, record, sort);
    buf_deinit(&should);
    buf_deinit(&was);
}

static int compare_lines(const void *a, const void *b)
{
    return str_compare(*(const Str *)a, *(const Str *)b);
}

static void sort_lines(Buf *text)
{
    LIST(Str) lines = {0};
    const char *end = text->data + text->length;
    for (const char *at = text->data; at && at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop + 1 : end;
        Str line = {at, (size_t)(stop - at)};
        list_push(&lines, line);
        at = stop;
    }
    if (lines.count)
        qsort(lines.at, lines.count, sizeof *lines.at, compare_lines);
    Buf sorted;
    buf_init(&sorted);
    for (size_t i = 0; i < lines.count; i++)
        buf_add(&sorted, lines.at[i].data, lines.at[i].length);
    buf_deinit(text);
    *text = sorted;
    list_free(&lines);
}

void slt_expect_output(SltRun *run, const SltRecord *record, Str text, SltUpdates *updates)
{
    Err err = ERR_NONE;
    Buf should, was;
    buf_init(&should);
    buf_init(&was);
    Str raw = {text.data + record->result_from, record->result_to - record->result_from};
    buf_add_text(&should, slt_expand(run, raw));
    if (should.length && should.data[should.length - 1] != '\n')
        buf_add_char(&should, '\n');
    if (slt_files_output(run, slt_expand(run, record->words[0]), &was, &err) != OK) {
        slt_fail(run, record, &err);
    } else {
        if (record->sort != SLT_NOSORT) {
            sort_lines(&should);
            sort_lines(&was);
        }
        if (!str_equal((Str){buf_text(&should), should.length}, (Str){buf_text(&was), was.length}))
            expect_lines(run, record, buf_text(&was), &should, &was, updates);
    }
    buf_deinit(&should);
    buf_deinit(&was);
}
