/*
 * slt_engine.c - the engine under a dialog: opened, crashed, restarted, its clock moved, and one
 * statement at a time run on it, but not for ever.
 */
#include "cli/slt_run.h"

#include <stdio.h>
#include "cli/interrupt.h"
#include "cli/report.h"

/* ---- the host of its session ---- */

static Status slt_columns(void *context, const ResultShape *shape, Err *err)
{
    (void)err;
    SltResult *result = &((SltRun *)context)->result;
    slt_result_clear(result, shape->column_count);
    result->zone = shape->zone;
    result->names = ARENA_ARRAY(&result->arena, const char *, shape->column_count + 1);
    for (int i = 0; i < shape->column_count; i++)
        result->names[i] = arena_strdup(&result->arena, shape->columns[i].name);
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
    run->result.cells.count = 0;
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
    SltRun *run = context;
    report_notice_text(&run->notice, severity, sqlstate, message, hint);
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

/* ---- sessions ---- */

static void cancel(void *session)
{
    session_cancel(session);
}

static Session *open_session(SltRun *run)
{
    SessionHost host = {.context = run,
                        .columns = slt_columns,
                        .rows = slt_rows,
                        .heading = slt_heading,
                        .flush = slt_flush,
                        .done = slt_done,
                        .notice = slt_host_notice};
    return session_new(run->engine, &host);
}

static SltSession *find_session(SltRun *run, Str name)
{
    if (!name.length || str_equal(name, STR("default")))
        name = str_from(run->session_name);
    for (size_t i = 0; i < run->sessions.count; i++)
        if (str_equal(name, str_from(run->sessions.at[i].name)))
            return &run->sessions.at[i];
    SltSession session = {arena_strndup(&run->test->arena, name.data, name.length),
                          open_session(run)};
    list_push(&run->sessions, session);
    return &run->sessions.at[run->sessions.count - 1];
}

void slt_engine_reconnect(SltRun *run)
{
    if (!run->engine)
        return;
    SltSession *session = find_session(run, STR(""));
    session_free(session->session);
    session->session = open_session(run);
}

Status slt_run_sql(SltRun *run, Str connection, const char *sql, Err *err)
{
    slt_result_clear(&run->result, 0);
    buf_clear(&run->notice);
    run->tag[0] = '\0';
    if (!run->engine)
        return err_set(err, SQLSTATE_NOT_IN_STATE, -1, "crashed, and not restarted yet");
    size_t length = strlen(sql);
    while (length && strchr("; \t\r\n", sql[length - 1]))
        length--;
    Session *session = find_session(run, connection)->session;
    interrupt_set_handler(cancel, session);
    watch_statement(session, run->timeout_s);
    Status status = session_run(session, (Str){sql, length}, err);
    interrupt_set_handler(NULL, NULL);
    if (watch_done() && (status == OK || strcmp(err->sqlstate, SQLSTATE_CANCELED) == 0))
        return err_set(err, SQLSTATE_CANCELED, -1, "not done after %d s", run->timeout_s);
    return status;
}

void slt_engine_settle(SltRun *run)
{
    Err err = ERR_NONE;
    Status status = slt_run_sql(run, STR(""), "FLUSH", &err);
    (void)status; /* that a job failed is for the dialog to see */
}

/* ---- the engine ---- */

static Status open_engine(SltRun *run, bool resume, Err *err)
{
    EngineConfig config = {.data_dir = run->data_dir,
                           .threads = run->threads,
                           .batch_rows = run->batch_rows,
                           .clock = &run->clock,
                           .resume_jobs = resume,
                           .notice = replay_notice,
                           .notice_context = &run->notices};
    bool in_use;
    return engine_open(&run->engine, &config, &in_use, err);
}

void slt_engine_close(SltRun *run, bool crash)
{
    if (!run->engine)
        return;
    for (size_t i = 0; i < run->sessions.count; i++)
        session_free(run->sessions.at[i].session);
    run->sessions.count = 0;
    engine_close(run->engine, crash);
    run->engine = NULL;
    slt_files_close(run);
}

static Status take_setting(SltRun *run, Str word, Err *err)
{
    if (str_equal(word, STR("no_extension_load"))) /* DuckDB's; there are none to load */
        return OK;
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

Status slt_engine_load(SltRun *run, const SltRecord *record, Err *err)
{
    const char *path = slt_expand(run, record->words[0]);
    bool keeps = str_equal(record->words[1], STR("readonly"));
    const char *folder = NULL;
    for (size_t i = run->databases.count; i-- > 0 && keeps && !folder;)
        if (strcmp(run->databases.at[i].path, path) == 0)
            folder = run->databases.at[i].folder;
    slt_engine_close(run, false);
    if (!folder) {
        folder = arena_printf(&run->test->arena, "%s/data%zu", run->test->scratch,
                              run->databases.count + 1);
        SltDatabase database = {path, folder};
        list_push(&run->databases, database);
    }
    run->data_dir = folder;
    return open_engine(run, true, err);
}

Status slt_engine_move_clock(SltRun *run, int64_t us, Err *err)
{
    if (us < 0 || run->clock.virtual_us > INT64_MAX - us)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1, "the clock cannot move that far");
    run->clock.virtual_us += us;
    if (run->engine) {
        engine_clock_moved(run->engine);
        slt_engine_settle(run);
    }
    return OK;
}

Status slt_engine_advance(SltRun *run, const SltRecord *record, Err *err)
{
    Str word = record->rest;
    if (word.length > 1 && (word.data[0] == '\'' || word.data[0] == '"'))
        word = (Str){word.data + 1, word.length - 2};
    int64_t us;
    if (!text_to_duration_us(slt_expand(run, word), &us))
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1, "not a duration: \"" STR_FORMAT "\"",
                       STR_ARG(word));
    return slt_engine_move_clock(run, us, err);
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
