/*
 * replay_slt.c - a sqllogictest dialog against an engine with a data directory of its own.
 *
 * Jobs run in the background as in life, but by a virtual clock that only `advance` moves.  A
 * record that fails is reported and the dialog goes on, up to FAILURES_MAX of them.
 */
#include "cli/slt_run.h"

#include "base/file.h"

enum { FAILURES_MAX = 10 };

static Status run_dialog(SltRun *run, Err *err)
{
    TRY(file_make_directory(run->files, err));
    Status status = slt_engine_start(run, err);
    if (status == OK)
        status = slt_flow_file(run, run->test->path, 0, err);
    slt_engine_stop(run);
    return status;
}

static void run_init(SltRun *run, ReplayCase *test)
{
    const Args *args = test->args;
    *run = (SltRun){.test = test,
                    .files = path_join(&test->arena, test->scratch, "files"),
                    .data_dir = path_join(&test->arena, test->scratch, "data"),
                    .threads = args->threads,
                    .batch_rows = args->batch_rows,
                    .timeout_s = args->timeout_s ? args->timeout_s : SLT_TIMEOUT_S,
                    .failures_max = args->max_failures < 0 ? FAILURES_MAX : args->max_failures,
                    .session_name = "",
                    .names_connections = str_has_suffix(str_from(test->path), STR(".test")),
                    .clock = {.is_virtual = true,
                              .virtual_us = REPLAY_START_US,
                              .began_us = clock_now_us(NULL)}};
    replay_notices_init(&run->notices);
    slt_result_init(&run->result);
    run->result.own_spelling = args->own_spelling;
    buf_init(&run->notice);
}

static void run_deinit(SltRun *run)
{
    list_free(&run->tables);
    list_free(&run->labels);
    list_free(&run->variables);
    list_free(&run->sessions);
    list_free(&run->databases);
    buf_deinit(&run->notice);
    slt_result_deinit(&run->result);
    replay_notices_deinit(&run->notices);
}

void replay_slt(ReplayCase *test)
{
    SltRun run;
    Err err = ERR_NONE;
    run_init(&run, test);
    if (run_dialog(&run, &err) != OK)
        buf_printf(&test->report, "%s: ERROR: %s: %s\n", test->name, err.sqlstate, err.message);
    if (test->report.length && run.notices.errors.length)
        buf_printf(&test->report, "jobs said:\n%s", buf_text(&run.notices.errors));
    run_deinit(&run);
}
