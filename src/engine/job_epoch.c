/*
 * job_epoch.c - the end of an epoch: one transaction for everything.
 *
 *     1. operators give their net changes; the sink stages them, fsynced
 *     2. BEGIN IMMEDIATE; state delta, offsets, watermarks, staged files, rejected and late rows,
 *        a view's rows and change log; COMMIT
 *     3. the sink publishes what rolled, an internal table gets its rows; sources may forget;
 *        followers wake
 *
 * On a full disk the epoch waits: everything staged is kept, the commit is
 * tried again, and the job is degraded meanwhile.  SQLite takes a transaction
 * back whose COMMIT fails, so it is written anew; operators have handed out
 * their changes by then, and give their whole state instead.
 */
#include "engine/internal.h"

enum { RETRY_US = 250000, RETRY_MOST_US = 8000000, EPOCHS_KEPT = 64 };

Status job_collect_rows(void *context, const Batch *rows, Err *err)
{
    (void)err;
    row_store_add(context, rows);
    return OK;
}

/* ---- saving ---- */

typedef struct SaveTarget {
    Store *store;
    PipelineState state;
} SaveTarget;

static void state_name(char *to, size_t size, const PipelineState *state, int table)
{
    (void)snprintf(to, size, "%s_%d_%s", state->operator_name, state->node,
                   state->tables[table].name);
}

static Status put_state(void *context, int table, const Batch *rows, Err *err)
{
    SaveTarget *target = context;
    char name[96];
    state_name(name, sizeof name, &target->state, table);
    return store_apply(target->store, name, &target->state.tables[table], rows, err);
}

static Status clear_state(Job *job, const PipelineState *state, Err *err)
{
    for (int t = 0; t < state->table_count; t++) {
        char name[96];
        state_name(name, sizeof name, state, t);
        TRY(store_clear(job->store, name, err));
    }
    return OK;
}

static Status save_operators(Job *job, bool full, Err *err)
{
    for (int i = 0; i < pipeline_state_count(job->pipeline); i++) {
        SaveTarget target = {job->store, pipeline_state(job->pipeline, i)};
        StateOut out = {&target, put_state};
        if (full)
            TRY(clear_state(job, &target.state, err));
        TRY(pipeline_save(job->pipeline, i, full, &out, err));
    }
    return OK;
}

static Status apply_store(Store *store, const char *name, const StateTable *table,
                          const RowStore *rows, Err *err)
{
    for (size_t i = 0; i < rows->batch_count; i++)
        TRY(store_apply(store, name, table, &rows->batches[i], err));
    return OK;
}

static void scratch_rows(RowStore *rows, const StateTable *table, Arena *arena)
{
    Type *types = ARENA_ARRAY(arena, Type, table->column_count);
    for (uint16_t i = 0; i < table->column_count; i++)
        types[i] = table->columns[i].type;
    row_store_init(rows, types, table->column_count);
    rows->with_weight = true; /* -1 removes a row */
}

static Status save_inputs(Job *job, bool full, Err *err)
{
    for (int i = 0; i < job->input_count; i++) {
        Input *input = &job->inputs[i];
        char name[32];
        (void)snprintf(name, sizeof name, "watermark_%d", i);
        TRY(store_set(job->store, name, input->watermark, err));
        const StateTable *table = input->source->class->offsets;
        if (!table)
            continue;
        Arena arena;
        arena_init(&arena);
        RowStore rows;
        scratch_rows(&rows, table, &arena);
        (void)snprintf(name, sizeof name, "offsets_%d", i);
        Status status = full ? store_clear(job->store, name, err) : OK;
        mutex_lock(&input->lock);
        if (status == OK)
            status = input->source->class->save_offsets(input->source, !full, &rows, err);
        mutex_unlock(&input->lock);
        if (status == OK)
            status = apply_store(job->store, name, table, &rows, err);
        row_store_deinit(&rows);
        arena_deinit(&arena);
        TRY(status);
    }
    return OK;
}

static Status save_view(Job *job, Err *err)
{
    if (!job->view)
        return OK;
    if (job->pending_restart)
        TRY(relation_store_clear(&job->relation, err));
    for (size_t i = 0; i < job->pending.batch_count; i++)
        TRY(relation_store_apply(&job->relation, &job->pending.batches[i], err));
    return relation_store_finish(&job->relation, err);
}

static StateColumn epoch_columns[] = {
    {"epoch", {.id = TYPE_BIGINT}},
    {"started", {.id = TYPE_TIMESTAMP, .precision = 6}},
    {"committed", {.id = TYPE_TIMESTAMP, .precision = 6}},
    {"duration_us", {.id = TYPE_BIGINT}},
    {"rows_in", {.id = TYPE_BIGINT}},
    {"rows_out", {.id = TYPE_BIGINT}},
    {"bytes_in", {.id = TYPE_BIGINT}},
};
static const StateTable epochs_table = {"epochs", epoch_columns, 7, 1, true};

static Status save_epoch(Job *job, const EpochRecord *record, Err *err)
{
    int64_t values[] = {record->epoch,       record->started_us, record->committed_us,
                        record->duration_us, record->rows_in,    record->rows_out,
                        record->bytes_in};
    Vector columns[7];
    for (int i = 0; i < 7; i++)
        columns[i] = (Vector){.type = epoch_columns[i].type, .data = &values[i]};
    Batch batch = {.cols = columns, .col_count = 7, .row_count = 1};
    TRY(store_apply(job->store, "epochs", &epochs_table, &batch, err));
    TRY(store_trim(job->store, "epochs", &epochs_table, record->epoch - EPOCHS_KEPT, err));
    return store_set(job->store, "epoch", record->epoch, err);
}

static Status save_all(Job *job, const RowStore *sink_rows, const EpochRecord *record, bool full,
                       Err *err)
{
    TRY(save_operators(job, full, err));
    TRY(save_inputs(job, full, err));
    TRY(job_idle_save(job, err));
    TRY(save_view(job, err));
    if (job->sink && job->sink->class->state) {
        TRY(apply_store(job->store, "sink", job->sink->class->state, sink_rows, err));
        TRY(job_files_save(job, sink_rows, record, err));
    }
    if (job->outbox.columns)
        TRY(job_table_save(job, record->epoch, err));
    TRY(kept_save(job, err));
    return save_epoch(job, record, err);
}

/* ---- committing ---- */

static bool can_wait(const Job *job, const Err *err)
{
    return !job->session && strcmp(err->sqlstate, SQLSTATE_DISK_FULL) == 0;
}

bool job_wait_degraded(Job *job, const Err *why)
{
    if (!can_wait(job, why))
        return false;
    mutex_lock(&job->lock);
    job->retry_us = job->degraded ? job->retry_us * 2 : RETRY_US;
    if (job->retry_us > RETRY_MOST_US)
        job->retry_us = RETRY_MOST_US;
    if (!job->degraded) {
        job->degraded = true;
        (void)snprintf(job->degraded_reason, sizeof job->degraded_reason, "%.250s", why->message);
        cond_broadcast(&job->changed);
        mutex_unlock(&job->lock);
        engine_notice(job->engine, SEVERITY_WARNING, why->sqlstate, why->message,
                      "The job waits and tries again; free some space.");
        mutex_lock(&job->lock);
    }
    int64_t until_us = clock_mono_us() + job->retry_us, left;
    while (!job->crash && !job->stop && (left = until_us - clock_mono_us()) > 0)
        (void)cond_wait_us(&job->changed, &job->lock, left);
    bool go_on = !job->crash && !job->stop;
    mutex_unlock(&job->lock);
    return go_on;
}

static void end_degraded(Job *job)
{
    mutex_lock(&job->lock);
    job->degraded = false;
    cond_broadcast(&job->changed);
    mutex_unlock(&job->lock);
}

static Status stage_sink(Job *job, bool roll, RowStore *rows, Err *err)
{
    if (!job->sink)
        return OK;
    Status status;
    while ((status = job->sink->class->stage(job->sink, roll, rows, err)) != OK)
        if (!job_wait_degraded(job, err))
            return status;
    return OK;
}

/* What saving counts up in memory, for when it was in vain. */
typedef struct Counters {
    int64_t seq, files;
    char *last_file;
} Counters;

static void counters_take(const Job *job, Counters *out)
{
    out->seq = job->relation.seq;
    out->files = job->files;
    out->last_file = job->last_file ? mem_strdup(job->last_file) : NULL;
}

static void counters_restore(Job *job, const Counters *counters)
{
    job->relation.seq = counters->seq;
    job->files = counters->files;
    free(job->last_file);
    job->last_file = counters->last_file ? mem_strdup(counters->last_file) : NULL;
}

static Status try_commit(Job *job, const RowStore *sink_rows, const EpochRecord *record, bool full,
                         Err *err)
{
    mutex_lock(&job->store_lock);
    Counters counters;
    counters_take(job, &counters);
    Status status = store_begin(job->store, err);
    if (status == OK)
        status = save_all(job, sink_rows, record, full, err);
    if (status == OK)
        status = store_commit(job->store, err);
    if (status != OK) {
        store_rollback(job->store);
        counters_restore(job, &counters);
    }
    free(counters.last_file);
    mutex_unlock(&job->store_lock);
    return status;
}

static Status commit_store(Job *job, const RowStore *sink_rows, const EpochRecord *record, Err *err)
{
    if (!job->store)
        return OK;
    Status status = try_commit(job, sink_rows, record, false, err);
    while (status != OK && job_wait_degraded(job, err))
        status = try_commit(job, sink_rows, record, true, err);
    if (status == OK)
        kept_saved(job);
    return status;
}

static void record_epoch(Job *job, const EpochRecord *record)
{
    mutex_lock(&job->lock);
    if (job->epochs.count == EPOCHS_KEPT) {
        memmove(job->epochs.at, job->epochs.at + 1, (EPOCHS_KEPT - 1) * sizeof *job->epochs.at);
        job->epochs.count--;
    }
    list_push(&job->epochs, *record);
    job->committed_epoch = record->epoch;
    cond_broadcast(&job->changed);
    mutex_unlock(&job->lock);
}

/* What is committed will be published: on a full disk later. */
static Status publish_sink(Job *job, Err *err)
{
    enum { TRIES = 3 };
    Status status = OK;
    int tries = 0;
    job->unpublished = job->sink && job->store;
    while (job->sink && (status = job->sink->class->publish(job->sink, err)) != OK)
        if (!job_wait_degraded(job, err) && (!job->session || ++tries == TRIES))
            return status;
    job->unpublished = false;
    end_degraded(job);
    return OK;
}

Status job_commit(Job *job, bool roll, bool ends, Err *err)
{
    TRY(pipeline_end_epoch(job->pipeline, err));
    if (job->session && !job->sink && !job->view) {
        /* A streaming SELECT: nothing is kept. */
        job->epoch_open = false;
        job->last_commit_us = clock_mono_us();
        if (!job->output_since_flush)
            return OK;
        job->output_since_flush = false;
        return job->session->host.flush(job->session->host.context, err);
    }
    Arena arena;
    arena_init(&arena);
    RowStore sink_rows = {0};
    bool sink_state = job->sink && job->sink->class->state;
    if (sink_state)
        scratch_rows(&sink_rows, job->sink->class->state, &arena);
    int64_t now = engine_now_us(job->engine), mono = clock_mono_us();
    EpochRecord record = {
        .epoch = job->epoch + 1,
        .started_us = now - (mono - job->epoch_started_us),
        .committed_us = now,
        .duration_us = mono - job->epoch_started_us,
        .rows_in = (int64_t)job->epoch_rows_in,
        .rows_out = (int64_t)job->epoch_rows_out,
        .bytes_in = (int64_t)job->epoch_bytes_in,
    };
    Status status = stage_sink(job, roll || ends, &sink_rows, err);
    if (status == OK)
        status = commit_store(job, &sink_rows, &record, err);
    if (sink_state)
        row_store_deinit(&sink_rows);
    arena_deinit(&arena);
    TRY(status);
    end_degraded(job);
    TRY(publish_sink(job, err));
    if (job->outbox.columns)
        TRY(job_table_apply(job, record.epoch, err));
    for (int i = 0; i < job->input_count; i++) {
        Input *input = &job->inputs[i];
        mutex_lock(&input->lock);
        if (input->source->class->committed)
            input->source->class->committed(input->source);
        mutex_unlock(&input->lock);
    }
    job->epoch = record.epoch;
    bool changed = job->view && (job->pending.row_count || job->pending_restart);
    if (job_target(job)) {
        row_store_clear(&job->pending);
        job->pending_restart = false;
    }
    job->epoch_open = job->idle_changed = false;
    job->epoch_rows_in = job->epoch_bytes_in = job->epoch_rows_out = 0;
    job->last_commit_us = clock_mono_us();
    record_epoch(job, &record);
    if (changed)
        engine_wake_followers(job->engine, job->view->id);
    return OK;
}

/* ---- recovery ---- */

typedef struct LoadTarget {
    Pipeline *pipeline;
    int state, table;
} LoadTarget;

static Status load_state(void *context, const Batch *rows, Err *err)
{
    LoadTarget *target = context;
    return pipeline_load(target->pipeline, target->state, target->table, rows, err);
}

static Status load_epochs(void *context, const Batch *rows, Err *err)
{
    (void)err;
    Job *job = context;
    for (uint32_t i = 0; i < rows->row_count; i++) {
        int64_t values[7];
        for (int c = 0; c < 7; c++)
            values[c] = ((const int64_t *)rows->cols[c].data)[i];
        EpochRecord record = {.epoch = values[0],
                              .started_us = values[1],
                              .committed_us = values[2],
                              .duration_us = values[3],
                              .rows_in = values[4],
                              .rows_out = values[5],
                              .bytes_in = values[6]};
        list_push(&job->epochs, record);
    }
    return OK;
}

Status job_recover(Job *job, Err *err)
{
    for (int i = 0; i < pipeline_state_count(job->pipeline); i++) {
        PipelineState state = pipeline_state(job->pipeline, i);
        for (int t = 0; t < state.table_count; t++) {
            char name[96];
            state_name(name, sizeof name, &state, t);
            TRY(store_ensure(job->store, name, &state.tables[t], err));
            LoadTarget target = {job->pipeline, i, t};
            TRY(store_scan(job->store, name, &state.tables[t], load_state, &target, err));
        }
    }
    TRY(store_ensure(job->store, "epochs", &epochs_table, err));
    TRY(store_scan(job->store, "epochs", &epochs_table, load_epochs, job, err));
    TRY(job_files_recover(job, err));
    for (int k = 0; k < KEPT_KINDS; k++) {
        TRY(store_ensure(job->store, kept_tables[k].name, &kept_tables[k], err));
        TRY(store_get(job->store, kept_tables[k].name, 0, &job->kept[k].next, err));
    }
    return OK;
}
