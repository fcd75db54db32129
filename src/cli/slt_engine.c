/*
 * slt_engine.c - the engine under a dialog: opened, crashed, restarted, its clock moved, and one
 * statement at a time run on it, but not for ever.
 */
#include "cli/slt_run.h"

#include <stdio.h>
#include "cli/interrupt.h"

/* ---- the host of its session ---- */

static Status slt_columns(void *context, const ResultShape *shape, Err *err)
{
    (void)err;
    slt_result_clear(&((SltRun *)context)->result, shape->column_count);
    ((SltRun *)context)->result.zone = shape->zone;
    return OK;
}

static Status slt_rows(void *context, const Batch *batch, Err *err)
{
    (void)err;
    slt_result_add(&((SltRun *)context)->result, batch);
    return OK;
}

static Status slt_heading(void *context, int64_t number, Err *err)
{
    (void)number, (void)err;
    SltRun *run = context;
    slt_result_clear(&run->result, run->result.columns);
    return OK;
}

static Status slt_flush(void *context, Err *err)
{
    (void)context, (void)err;
    return OK;
}

static void slt_done(void *context, const char *tag)
{
    SltRun *run = context;
    (void)snprintf(run->tag, sizeof run->tag, "%s", tag);
}

static void slt_host_notice(void *context, Severity severity, const char *sqlstate,
                            const char *message, const char *hint)
{
    (void)context, (void)severity, (void)sqlstate, (void)message, (void)hint;
}

/* ---- one statement, not for ever ---- */

typedef struct Watch {
    Mutex lock;
    Cond changed;
    Thread thread;
    Session *session; /* under lock; NULL: nothing runs */
    int64_t until_us;
    bool stop, fired;
} Watch;

static Watch watch;

static void watch_run(void *unused)
{
    (void)unused;
    mutex_lock(&watch.lock);
    while (!watch.stop) {
        int64_t left = watch.session ? watch.until_us - clock_mono_us() : -1;
        if (watch.session && left <= 0) {
            watch.fired = true;
            session_cancel(watch.session);
            watch.session = NULL;
            continue;
        }
        (void)cond_wait_us(&watch.changed, &watch.lock, left);
    }
    mutex_unlock(&watch.lock);
}

static void watch_statement(Session *session, int seconds)
{
    mutex_lock(&watch.lock);
    watch.session = session;
    watch.until_us = clock_mono_us() + seconds * 1000000LL;
    watch.fired = false;
    cond_broadcast(&watch.changed);
    mutex_unlock(&watch.lock);
}

/* True: it was stopped by the watch. */
static bool watch_done(void)
{
    mutex_lock(&watch.lock);
    watch.session = NULL;
    bool fired = watch.fired;
    mutex_unlock(&watch.lock);
    return fired;
}

Status slt_run_sql(SltRun *run, const char *sql, Err *err)
{
    slt_result_clear(&run->result, 0);
    run->tag[0] = '\0';
    if (!run->engine)
        return err_set(err, SQLSTATE_NOT_IN_STATE, -1, "crashed, and not restarted yet");
    size_t length = strlen(sql);
    while (length && strchr("; \t\r\n", sql[length - 1]))
        length--;
    watch_statement(run->session, run->timeout_s);
    Status status = session_run(run->session, (Str){sql, length}, err);
    if (watch_done() && (status == OK || strcmp(err->sqlstate, SQLSTATE_CANCELED) == 0))
        return err_set(err, SQLSTATE_CANCELED, -1, "not done after %d s", run->timeout_s);
    return status;
}

static void settle(SltRun *run)
{
    Err err = ERR_NONE;
    Status status = slt_run_sql(run, "FLUSH", &err);
    (void)status; /* that a job failed is for the dialog to see */
}

/* ---- the engine ---- */

static void cancel(void *session)
{
    session_cancel(session);
}

static Status open_engine(SltRun *run, bool resume, Err *err)
{
    EngineConfig config = {.data_dir = run->data_dir,
                           .threads = run->threads,
                           .batch_rows = run->batch_rows,
                           .clock = &run->clock,
                           .resume_jobs = resume,
                           .notice = replay_notice,
                           .notice_context = &run->notices};
    SessionHost host = {.context = run,
                        .columns = slt_columns,
                        .rows = slt_rows,
                        .heading = slt_heading,
                        .flush = slt_flush,
                        .done = slt_done,
                        .notice = slt_host_notice};
    bool in_use;
    TRY(engine_open(&run->engine, &config, &in_use, err));
    run->session = session_new(run->engine, &host);
    interrupt_set_handler(cancel, run->session);
    return OK;
}

void slt_engine_close(SltRun *run, bool crash)
{
    if (!run->engine)
        return;
    interrupt_set_handler(NULL, NULL);
    session_free(run->session);
    engine_close(run->engine, crash);
    run->engine = NULL;
    run->session = NULL;
    slt_files_close(run);
}

static Status take_setting(SltRun *run, Str word, Err *err)
{
    const char *text = arena_strndup(&run->test->arena, word.data, word.length);
    int threads = 0, batch_rows = 0;
    if (sscanf(text, "threads=%d", &threads) == 1 && threads > 0)
        run->threads = threads;
    else if (sscanf(text, "batch-rows=%d", &batch_rows) == 1 && batch_rows > 0)
        run->batch_rows = batch_rows;
    else
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1,
                       "restart takes threads=N and batch-rows=N");
    return OK;
}

Status slt_engine_restart(SltRun *run, const SltRecord *record, Err *err)
{
    for (int i = 0; i < 2; i++)
        if (record->words[i].length)
            TRY(take_setting(run, record->words[i], err));
    slt_engine_close(run, false);
    return open_engine(run, true, err);
}

Status slt_engine_advance(SltRun *run, const SltRecord *record, Err *err)
{
    Str word = record->words[0];
    if (word.length > 1 && (word.data[0] == '\'' || word.data[0] == '"'))
        word = (Str){word.data + 1, word.length - 2};
    int64_t us;
    if (!text_to_duration_us(arena_strndup(&run->test->arena, word.data, word.length), &us))
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1, "not a duration: \"" STR_FORMAT "\"",
                       STR_ARG(word));
    run->clock.virtual_us += us;
    if (run->engine) {
        engine_clock_moved(run->engine);
        settle(run);
    }
    return OK;
}

Status slt_engine_start(SltRun *run, Err *err)
{
    watch = (Watch){0};
    mutex_init(&watch.lock);
    cond_init(&watch.changed);
    TRY(thread_start(&watch.thread, watch_run, NULL, "watch", err));
    return open_engine(run, false, err);
}

void slt_engine_stop(SltRun *run)
{
    slt_engine_close(run, false);
    mutex_lock(&watch.lock);
    watch.stop = true;
    cond_broadcast(&watch.changed);
    mutex_unlock(&watch.lock);
    thread_join(&watch.thread);
    cond_deinit(&watch.changed);
    mutex_deinit(&watch.lock);
}
