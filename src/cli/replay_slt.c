/*
 * replay_slt.c - a sqllogictest dialog against an engine with a data directory of its own.
 *
 * Jobs run in the background as in life, but by a virtual clock that only `advance` moves.  A
 * record that fails is reported and the dialog goes on, up to FAILURES_MAX of them.
 */
#include "cli/slt_run.h"

#include "base/file.h"
#include "cli/interrupt.h"

enum { FAILURES_MAX = 10, INCLUDE_DEPTH_MAX = 8 };

/* ---- the dialog ---- */

static Status run_file(SltRun *run, const char *path, int depth, Err *err);

/* Verbs that succeed or fail. */
static Status run_verb(SltRun *run, const SltRecord *record, int depth, Err *err)
{
    switch (record->verb) {
    case SLT_ADVANCE:
        return slt_engine_advance(run, record, err);
    case SLT_CRASH:
        slt_engine_close(run, true);
        return OK;
    case SLT_RESTART:
        return slt_engine_restart(run, record, err);
    case SLT_INCLUDE:
        return run_file(
            run, path_join(&run->test->arena, run->test->folder, slt_expand(run, record->words[0])),
            depth + 1, err);
    case SLT_SORTMODE:
        run->sort = record->sort;
        return OK;
    case SLT_HASH_THRESHOLD: /* whether a result is a hash is seen by its text */
    case SLT_HALT:
        return OK;
    case SLT_FEED:
    case SLT_WRITE:
    case SLT_APPEND:
    case SLT_MKDIR:
    case SLT_REMOVE:
    case SLT_RENAME:
    case SLT_AGE:
        return slt_files_run(run, record, err);
    case SLT_STATEMENT:
    case SLT_QUERY:
    case SLT_OUTPUT:
        break;
    }
    return OK;
}

static Status rewrite(SltRun *run, const char *path, Str text, const SltUpdates *updates, Err *err)
{
    Buf out;
    buf_init(&out);
    size_t at = 0;
    for (size_t i = 0; i < updates->count; i++) {
        const SltUpdate *update = &updates->at[i];
        buf_add(&out, text.data + at, update->from - at);
        size_t length = strlen(update->text);
        /* The block's last line end stands after it, unless there was no block. */
        if (update->to > update->from && length && update->text[length - 1] == '\n')
            length--;
        buf_add(&out, update->text, length);
        at = update->to;
    }
    buf_add(&out, text.data + at, text.length - at);
    int fd;
    Status status = file_open(&fd, path, FILE_WRITE_EMPTY, err);
    if (status == OK) {
        status = file_write(fd, out.data, out.length, path, err);
        file_close(fd);
    }
    buf_deinit(&out);
    run->test->recorded = true;
    return status;
}

static int count_failures(const SltRun *run)
{
    int lines = 0;
    Str name = str_from(run->test->name);
    const char *at = run->test->report.data, *end = at + run->test->report.length;
    while (at && at < end) {
        lines += str_has_prefix((Str){at, (size_t)(end - at)}, name);
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        at = stop ? stop + 1 : end;
    }
    return lines;
}

static Status run_records(SltRun *run, const SltRecords *records, Str text, int depth,
                          SltUpdates *updates, Err *err)
{
    for (size_t i = 0; i < records->count && !interrupt_asked; i++) {
        const SltRecord *record = &records->at[i];
        if (record->skipped)
            continue;
        if (record->verb == SLT_HALT)
            return OK;
        if (record->verb == SLT_STATEMENT) {
            slt_expect_statement(run, record);
        } else if (record->verb == SLT_QUERY) {
            slt_expect_query(run, record, text, updates);
        } else if (record->verb == SLT_OUTPUT) {
            slt_expect_output(run, record, text, updates);
        } else {
            Err problem = ERR_NONE;
            if (run_verb(run, record, depth, &problem) != OK)
                slt_fail(run, record, &problem);
        }
        if (count_failures(run) >= FAILURES_MAX)
            return err_set(err, SQLSTATE_LIMIT_EXCEEDED, -1,
                           "too many failures, the rest is left out");
    }
    return OK;
}

static Status run_file(SltRun *run, const char *path, int depth, Err *err)
{
    if (depth > INCLUDE_DEPTH_MAX)
        return err_set(err, SQLSTATE_LIMIT_EXCEEDED, -1, "include is nested too deep");
    Str text;
    char *data;
    TRY(file_read_all(path, &run->test->arena, &data, &text.length, err));
    text.data = data;
    SltRecords records = {0};
    SltUpdates updates = {0};
    Status status = slt_parse(text, &records, err);
    if (status == OK)
        status = run_records(run, &records, text, depth, &updates, err);
    if (status == OK && updates.count)
        status = rewrite(run, path, text, &updates, err);
    list_free(&records);
    list_free(&updates);
    return status;
}

static Status run_dialog(SltRun *run, Err *err)
{
    TRY(file_make_directory(run->files, err));
    Status status = slt_engine_start(run, err);
    if (status == OK)
        status = run_file(run, run->test->path, 0, err);
    slt_engine_stop(run);
    return status;
}

void replay_slt(ReplayCase *test)
{
    SltRun run = {.test = test,
                  .files = path_join(&test->arena, test->scratch, "files"),
                  .data_dir = path_join(&test->arena, test->scratch, "data"),
                  .threads = test->args->threads,
                  .batch_rows = test->args->batch_rows,
                  .timeout_s = test->args->timeout_s ? test->args->timeout_s : SLT_TIMEOUT_S,
                  .clock = {.is_virtual = true,
                            .virtual_us = REPLAY_START_US,
                            .began_us = clock_now_us(NULL)}};
    replay_notices_init(&run.notices);
    slt_result_init(&run.result);
    Err err = ERR_NONE;
    if (run_dialog(&run, &err) != OK)
        buf_printf(&test->report, "%s: ERROR: %s: %s\n", test->name, err.sqlstate, err.message);
    if (test->report.length && run.notices.errors.length)
        buf_printf(&test->report, "jobs said:\n%s", buf_text(&run.notices.errors));
    list_free(&run.tables);
    list_free(&run.labels);
    slt_result_deinit(&run.result);
    replay_notices_deinit(&run.notices);
}
