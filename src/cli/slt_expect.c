/* slt_expect.c - what statements, queries and written files should have given. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "cli/slt_run.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/md5.h"
#include "cli/diff.h"

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
    if (record->verb == SLT_STATEMENT || record->verb == SLT_QUERY)
        buf_printf(report, "    " STR_FORMAT "\n", STR_ARG(record->sql));
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

static bool matches(SltRun *run, const SltRecord *record, const Err *err, const char *sql)
{
    if (!record->pattern.length)
        return true;
    const char *pattern = slt_expand(run, record->pattern);
    int code;
    PCRE2_SIZE offset;
    pcre2_code *compiled =
        pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
                      PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOTALL, &code, &offset, NULL);
    if (!compiled) {
        fail_at(run, record, "not a regular expression: %s", pattern);
        return true;
    }
    Buf text;
    buf_init(&text);
    put_error(&text, err, sql);
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(compiled, NULL);
    int found = pcre2_match(compiled, (PCRE2_SPTR)buf_text(&text), text.length, 0, 0, data, NULL);
    pcre2_match_data_free(data);
    pcre2_code_free(compiled);
    /* Other projects' files give the message itself. */
    bool same = found >= 0 || strstr(buf_text(&text), pattern) != NULL;
    buf_deinit(&text);
    return same;
}

static void expect_error(SltRun *run, const SltRecord *record, Status status, const Err *err,
                         const char *sql)
{
    if (status == OK) {
        fail_at(run, record, "expected an error%s" STR_FORMAT ", but it went well",
                record->pattern.length ? " like " : "", STR_ARG(record->pattern));
    } else if (!matches(run, record, err, sql)) {
        Buf text;
        buf_init(&text);
        put_error(&text, err, sql);
        fail_at(run, record, "expected an error like " STR_FORMAT "\n    but got %s",
                STR_ARG(record->pattern), buf_text(&text));
        buf_deinit(&text);
    }
}

void slt_expect_statement(SltRun *run, const SltRecord *record)
{
    Err err = ERR_NONE;
    const char *sql = slt_expand(run, record->sql);
    Status status = slt_run_sql(run, sql, &err);
    if (status == OK)
        slt_files_note_create(run, sql);
    if (record->fails) {
        expect_error(run, record, status, &err, sql);
    } else if (status != OK) {
        slt_fail(run, record, &err);
    } else if (record->count >= 0) {
        const char *number = strrchr(run->tag, ' ');
        if (!number || strtoll(number, NULL, 10) != record->count)
            fail_at(run, record, "expected %lld rows, but it was %s", (long long)record->count,
                    run->tag);
    }
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
    slt_result_hash(&run->result, record, sort, hash);
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
    Status status = slt_run_sql(run, sql, &err);
    if (record->fails) {
        expect_error(run, record, status, &err, sql);
        return;
    }
    if (status != OK) {
        slt_fail(run, record, &err);
        return;
    }
    SltSort sort = record->sort_given ? record->sort : run->sort;
    Str raw = {text.data + record->result_from, record->result_to - record->result_from};
    Str expected = str_from(slt_expand(run, raw));
    Buf should, was;
    buf_init(&should);
    buf_init(&was);
    bool same =
        !record->has_result || slt_compare(&run->result, record, sort, expected, &should, &was);
    bool letters = !record->types.length || record->types.length == (size_t)run->result.columns;
    /* RisingWave's files don't count their letters. */
    if (!letters && !(same && record->has_result)) {
        fail_at(run, record, "expected %zu columns, but got %d", record->types.length,
                run->result.columns);
    } else if (!same) {
        Buf rows;
        buf_init(&rows);
        slt_result_rows(&run->result, sort, &rows);
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
