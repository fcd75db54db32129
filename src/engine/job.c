/*
 * job.c - the life of a job: made from a plan, run on a thread, stopped, asked.
 *
 *     job_new    plan → inputs, pipeline, sink, store; recovers what was committed
 *     job_start  job_run (job_run.c) on a thread of its own; then its last state
 *
 * A foreground statement is the same thing without that thread: a SELECT hands
 * its rows to the session, an INSERT over bounded inputs is one epoch.
 */
#include "engine/internal.h"

#include <stdlib.h>
#include <unistd.h>
#include "base/file.h"

/* How long a stopped job waits for a peer that takes nothing. */
enum { STOP_PATIENCE_US = 3000000 };

bool job_is_background(const Job *job)
{
    return job->kind == JOB_NAMED || job->kind == JOB_VIEW;
}

/* ---- making ---- */

static bool job_cancelled(void *context)
{
    return ((Job *)context)->cancel;
}

static Status read_settings(Job *job, Err *err)
{
    (void)err;
    const Settings *settings = &job->settings;
    job->epoch_interval_us = settings_duration_us(settings, "epoch.interval");
    job->min_interval_us = settings_duration_us(settings, "epoch.min-interval");
    job->max_bytes = settings_bytes(settings, "epoch.max-bytes");
    const char *trigger = settings_get(settings, "trigger");
    job->once = text_equal_nocase(trigger, "once");
    job->available_now = text_equal_nocase(trigger, "available-now");
    if (text_to_duration_us(trigger, &job->trigger_us))
        job->epoch_interval_us = job->min_interval_us = job->trigger_us;
    const char *policy = settings_get(settings, "on-error");
    if (job->sink_table) {
        const char *own = option_get(&job->sink_table->options, NULL, "on-error");
        policy = own ? own : policy;
    }
    job->reject_fails = policy && strcmp(policy, "fail") == 0;
    return OK;
}

static void run_in_lanes(void *pool, int lanes, void (*work)(void *arg, int lane), void *arg)
{
    pool_run(pool, lanes, work, arg);
}

static Status open_pipeline(Job *job, bool streaming_select, Err *err)
{
    PipelineConfig config = {
        .host = {.context = job,
                 .reject = kept_reject_row,
                 .reject_rows = !job->reject_fails && (job->kind != JOB_SELECT || streaming_select),
                 .late = kept_late,
                 .cancelled = job_cancelled,
                 .parallel = {job->lane_count, run_in_lanes, job->engine->pool}},
        .lanes = job->lane_count,
        .output = job_output,
        .restart = job_output_restart,
        .lane_output = job_lane_output,
        .context = job,
        .start_us = engine_now_us(job->engine),
    };
    return pipeline_new(&job->pipeline, job->plan, &config, err);
}

static void sink_notice(void *context, const char *text)
{
    Job *job = context;
    if (job->session)
        session_notice(job->session, SEVERITY_NOTICE, SQLSTATE_WARNING, "%s", text);
    else
        engine_notice(job->engine, SEVERITY_NOTICE, SQLSTATE_WARNING, text, NULL);
}

static Status open_sink(Job *job, bool overwrite, Err *err)
{
    const SinkClass *class = sink_class_find(job->sink_table->connector);
    if (!class)
        return err_set(err, SQLSTATE_WRONG_OBJECT_TYPE, -1, "the connector %s cannot be written",
                       job->sink_table->connector);
    TRY(class->describe(job->sink_table, &job->sink_traits, err));
    RowStore committed = {0};
    Status status = OK;
    if (job->store && class->state) {
        Type *types = ARENA_ARRAY(&job->arena, Type, class->state->column_count);
        for (uint16_t i = 0; i < class->state->column_count; i++)
            types[i] = class->state->columns[i].type;
        row_store_init(&committed, types, class->state->column_count);
        TRY_GOTO(store_ensure(job->store, "sink", class->state, err));
        TRY_GOTO(store_scan(job->store, "sink", class->state, job_collect_rows, &committed, err));
    }
    SinkConfig config = {
        .table = job->sink_table,
        .mode = job->plan->mode,
        .overwrite = overwrite,
        .zone = job->zone,
        .job_name = job->file_tag,
        .committed = committed.types ? &committed : NULL,
        .first = job->epoch == 0,
        .ephemeral = !job->store,
        .clock = job->engine->clock,
        .cancelled = &job->gives_up,
        .notice = sink_notice,
        .notice_context = job,
    };
    status = class->open(&job->sink, &config, err);
done:
    if (committed.types)
        row_store_deinit(&committed);
    return status;
}

/* `stored`: it has run before, and is not begun anew should its database have gone. */
static Status open_store(Job *job, bool stored, bool durable, Err *err)
{
    if (!job_is_background(job) && job->id == 0)
        return OK; /* a foreground statement that nothing has to outlive */
    Arena arena;
    arena_init(&arena);
    Status status = engine_need_directory(job->engine, err);
    char *path = engine_job_path(job->engine, job->id, &arena);
    if (status == OK)
        status = file_make_directory(path_directory(path, &arena), err);
    if (status == OK)
        status = store_open(&job->store, path, stored ? STORE_OPEN : STORE_CREATE, durable, err);
    arena_deinit(&arena);
    if (status == OK)
        status = store_get(job->store, "epoch", 0, &job->epoch, err);
    job->committed_epoch = job->epoch;
    return status;
}

static void draw_tag(Job *job, const char *tag)
{
    if (tag) {
        (void)snprintf(job->file_tag, sizeof job->file_tag, "%s", tag);
        return;
    }
    uint32_t digits = 0;
    if (getentropy(&digits, sizeof digits) != 0)
        digits = (uint32_t)clock_mono_ns() * 2654435761u ^ (uint32_t)getpid();
    (void)snprintf(job->file_tag, sizeof job->file_tag, "%.60s-%08x",
                   job->name ? job->name : "insert", digits);
    for (char *c = job->file_tag; *c; c++)
        if (*c == '/' || (unsigned char)*c < ' ')
            *c = '_';
}

Status job_new(Engine *engine, JobSpec *spec, Job **out, Err *err)
{
    Job *job = mem_zalloc(sizeof *job);
    job->engine = engine;
    catalog_pin(engine->catalog, &job->pin, spec->pin);
    job->session = spec->session;
    job->kind = spec->kind;
    job->id = spec->id;
    job->name = spec->name ? mem_strdup(spec->name) : NULL;
    job->sql = mem_strdup(spec->sql ? spec->sql : "");
    job->arena = spec->arena;
    spec->arena = (Arena){0};
    job->plan = spec->plan;
    job->sink_table = spec->sink;
    job->drops_deletes = spec->drops_deletes;
    job->view = spec->view;
    settings_copy(&job->settings, spec->settings);
    mutex_init(&job->lock);
    mutex_init(&job->store_lock);
    cond_init(&job->changed);
    for (int k = 0; k < KEPT_KINDS; k++)
        kept_init(&job->kept[k], k);
    draw_tag(job, spec->tag);
    job->last_commit_us = clock_mono_us() - 60 * (int64_t)US_PER_SECOND;
    job->lane_count = engine->threads;
    int64_t threads = settings_int(&job->settings, "threads");
    if (threads >= 1 && threads < job->lane_count)
        job->lane_count = (int)threads;
    Status status;
    if (job->plan->session.timezone)
        TRY_GOTO(zone_find(str_from(job->plan->session.timezone), &job->zone, err));
    TRY_GOTO(read_settings(job, err));
    TRY_GOTO(open_store(job, spec->tag != NULL, spec->durable, err));
    if (job->view) {
        TRY_GOTO(relation_store_open(&job->relation, job->store, job->view, err));
        TRY_GOTO(engine_forget_followers(engine, &job->relation, err));
        Type *types = ARENA_ARRAY(&job->arena, Type, job->view->column_count + 1);
        for (int i = 0; i < job->view->column_count; i++)
            types[i] = job->view->columns[i].type;
        row_store_init(&job->pending, types, (uint16_t)job->view->column_count);
        job->pending.with_weight = true;
    }
    TRY_GOTO(open_pipeline(job, job->kind == JOB_SELECT && !job->plan->bounded, err));
    TRY_GOTO(job_scan_open(job, err));
    if (job->store)
        TRY_GOTO(job_recover(job, err));
    if (job->sink_table && job->sink_table->kind == RELATION_INTERNAL)
        TRY_GOTO(job_table_open(job, spec->overwrite, err));
    else if (job->sink_table)
        TRY_GOTO(open_sink(job, spec->overwrite, err));
    job->once |=
        spec->overwrite && job->sink_traits.overwrites_once && job->plan->mode != OUTPUT_COMPLETE;
done:
    if (status != OK) {
        job_free(job);
        return status;
    }
    catalog_pin_settle(engine->catalog, &job->pin, true);
    *out = job;
    return OK;
}

typedef struct KindSearch {
    uint16_t column;
    bool replaced;
} KindSearch;

static Status find_replaced(void *context, const Batch *rows, Err *err)
{
    (void)err;
    KindSearch *search = context;
    for (uint32_t i = 0; i < rows->row_count; i++) {
        Value kind = vector_get(&rows->cols[search->column], i);
        search->replaced |= !kind.is_null && str_equal(text_str(&kind.as.text), STR("replaced"));
    }
    return OK;
}

/* Whether the file was to be replaced is known by what was committed. */
static Status finish_mode(Job *job, PhysicalPlan *plan, Err *err)
{
    const SinkClass *class = sink_class_find(job->sink_table->connector);
    KindSearch search = {0};
    if (!class || !class->state)
        return OK;
    for (uint16_t i = 0; i < class->state->column_count; i++)
        if (strcmp(class->state->columns[i].name, "kind") == 0)
            search.column = i;
    TRY(store_scan(job->store, "sink", class->state, find_replaced, &search, err));
    plan->mode = search.replaced ? OUTPUT_COMPLETE : OUTPUT_APPEND;
    return OK;
}

Status job_finish_insert(Engine *engine, const JobRecord *record, Err *err)
{
    /* A job without plan and inputs: only its store and its sink are opened. */
    Job *job = mem_zalloc(sizeof *job);
    job->engine = engine;
    job->kind = JOB_INSERT;
    job->id = record->id;
    job->epoch = 1;
    mutex_init(&job->lock);
    mutex_init(&job->store_lock);
    cond_init(&job->changed);
    for (int k = 0; k < KEPT_KINDS; k++)
        kept_init(&job->kept[k], k);
    draw_tag(job, record->tag);
    PhysicalPlan *plan = ARENA_NEW(&job->arena, PhysicalPlan);
    plan->mode = OUTPUT_APPEND;
    job->plan = plan;
    Status status = stored_sink(engine, record->sql, &job->arena, &job->sink_table, err);
    if (status == OK && job->sink_table)
        status = open_store(job, true, true, err);
    job->epoch = 1; /* recover, even if nothing was committed: staged files go */
    if (status == OK && job->sink_table)
        status = finish_mode(job, plan, err);
    if (status == OK && job->sink_table)
        status = open_sink(job, false, err);
    if (status == OK && job->sink)
        status = job->sink->class->publish(job->sink, err);
    job_free(job);
    if (status != OK)
        return status;
    TRY(catalog_store_drop_job(engine, record->id, err));
    engine_remove_job_files(engine, record->id);
    return OK;
}

void job_free(Job *job)
{
    if (!job)
        return;
    thread_join(&job->thread);
    if (job->sink)
        job->sink->class->close(job->sink);
    if (job->inputs)
        job_scan_close(job);
    if (job->pipeline)
        pipeline_free(job->pipeline);
    if (job->view && job->relation.store)
        relation_store_close(&job->relation);
    if (job->pending.types)
        row_store_deinit(&job->pending);
    store_close(job->store);
    for (int k = 0; k < KEPT_KINDS; k++)
        kept_deinit(&job->kept[k]);
    list_free(&job->epochs);
    settings_deinit(&job->settings);
    mutex_deinit(&job->lock);
    mutex_deinit(&job->store_lock);
    free(job->kept_first);
    cond_deinit(&job->changed);
    arena_deinit(&job->arena);
    free(job->name);
    free(job->sql);
    free(job->plan_json);
    free(job->last_file);
    catalog_unpin(job->engine->catalog, &job->pin);
    free(job);
}

/* ---- on a thread of its own ---- */

static void set_state(Job *job, JobState state, const Err *err)
{
    mutex_lock(&job->lock);
    job->state = state;
    if (err)
        job->error = *err;
    job->flush_done = job->flush_wanted;
    cond_broadcast(&job->changed);
    mutex_unlock(&job->lock);
    Engine *engine = job->engine;
    mutex_lock(&engine->lock);
    if (state == JOB_FAILED)
        engine->failed_jobs++;
    cond_broadcast(&engine->changed);
    mutex_unlock(&engine->lock);
}

/* So that a daemon does not start it again by itself. */
static void store_state(Job *job, const char *state, const Err *why)
{
    Err err = ERR_NONE;
    Status status = catalog_store_job(job->engine, job, state, &err);
    if (status == OK && why)
        status = catalog_store_failure(job->engine, job->id, why, &err);
    if (status != OK)
        engine_notice(job->engine, SEVERITY_WARNING, err.sqlstate, err.message, err.hint);
}

/* Who has ended may stay in the list for months: it keeps what can be asked about it, and neither
 * files nor buffers.  A view stays open, for who follows it registers there. */
static void release_work(Job *job)
{
    job_lanes_close(job);
    if (job->sink)
        job->sink->class->close(job->sink);
    job->sink = NULL;
    if (job->pipeline)
        pipeline_free(job->pipeline);
    job->pipeline = NULL;
    if (job->view)
        return;
    store_close(job->store);
    job->store = NULL;
}

static void job_thread(void *arg)
{
    Job *job = arg;
    Err err = ERR_NONE;
    Status status = job_run(job, &err);
    if (status == FAIL && job->stop &&
        (strcmp(err.sqlstate, SQLSTATE_DISK_FULL) == 0 ||
         (job->gives_up && strcmp(err.sqlstate, SQLSTATE_CANCELED) == 0))) {
        /* Nothing is lost: what came since the last commit is taken again. */
        char message[ERR_MESSAGE_BYTES];
        (void)snprintf(message, sizeof message, "job %s stops without its last epoch: %.900s",
                       job->name, err.message);
        engine_notice(job->engine, SEVERITY_WARNING, err.sqlstate, message, err.hint);
        status = OK;
    }
    if (status == FAIL) {
        char message[ERR_MESSAGE_BYTES];
        (void)snprintf(message, sizeof message, "job %s failed: %.900s", job->name, err.message);
        engine_notice(job->engine, SEVERITY_ERROR, err.sqlstate, message, err.hint);
        store_state(job, "failed", &err);
        release_work(job);
        set_state(job, JOB_FAILED, &err);
        return;
    }
    bool finished = !job->stop && !job->crash && job_all_ended(job) && job_all_bounded(job);
    if (finished)
        store_state(job, "finished", NULL);
    else if (!job->stop && !job->crash && !job->cancel) /* 'available-now', 'once': when told to */
        store_state(job, "stopped", NULL);
    release_work(job);
    set_state(job, finished ? JOB_FINISHED : JOB_STOPPED, NULL);
    if (job_target(job))
        engine_wake_followers(job->engine, job_target(job)->id);
}

Status job_start(Job *job, Err *err)
{
    return thread_start(&job->thread, job_thread, job, job->name, err);
}

void job_wake(Job *job)
{
    mutex_lock(&job->lock);
    job->woken = true;
    cond_broadcast(&job->changed);
    mutex_unlock(&job->lock);
}

void job_cancel(Job *job)
{
    job->cancel = job->gives_up = true;
}

void job_stop(Job *job, bool crash)
{
    int64_t until_us = clock_mono_us() + STOP_PATIENCE_US, left_us;
    mutex_lock(&job->lock);
    job->stop = true;
    job->crash |= crash;
    if (crash)
        job_cancel(job);
    cond_broadcast(&job->changed);
    /* What it has is still to go out, but not to a peer that takes nothing. */
    while (job->thread.started && job->state == JOB_RUNNING &&
           (left_us = until_us - clock_mono_us()) > 0)
        (void)cond_wait_us(&job->changed, &job->lock, left_us);
    job->gives_up = true;
    mutex_unlock(&job->lock);
    thread_join(&job->thread);
    job->thread.started = false;
}

bool job_is_outside(const Job *job)
{
    for (int i = 0; i < job->input_count; i++)
        if (!job->inputs[i].followed)
            return true;
    return false;
}

static Status tell_failure(Job *job, Err *err)
{
    job->failure_told = true;
    return err_set(err, job->error.sqlstate, -1, "job %s failed: %.900s", job->name,
                   job->error.message);
}

Status job_flush(Job *job, const _Atomic bool *cancelled, Err *err)
{
    Status status = OK;
    mutex_lock(&job->lock);
    if (job->state == JOB_FAILED && !job->failure_told) {
        status = tell_failure(job, err); /* before anybody waited for it: said once */
    } else if (job->state == JOB_RUNNING) {
        int64_t wanted = ++job->flush_wanted;
        cond_broadcast(&job->changed);
        while (job->flush_done < wanted && job->state == JOB_RUNNING && !job->degraded &&
               !(cancelled && *cancelled))
            (void)cond_wait_us(&job->changed, &job->lock, 100000);
        if (cancelled && *cancelled)
            status = err_canceled(err, NULL);
        else if (job->degraded)
            status = err_set(err, SQLSTATE_DISK_FULL, -1, "job %s is degraded: %s", job->name,
                             job->degraded_reason);
        else if (job->state == JOB_FAILED)
            status = tell_failure(job, err);
        else if (job->state == JOB_STOPPED && job->stop)
            status = err_set(err, SQLSTATE_NOT_IN_STATE, -1, "job %s was stopped", job->name);
    }
    mutex_unlock(&job->lock);
    return status;
}
