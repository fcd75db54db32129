/*
 * job_table.c - a job whose rows go into an internal table.
 *
 * Two databases have no common commit, so an epoch's rows are first part of the
 * job's own, and then applied in a transaction of the table's that also notes
 * (job, epoch).  After a crash in between that is repeated, and done once:
 *
 *     the job's commit      epoch N, outbox = the rows of N (those of N - 1 are forgotten)
 *     the table's commit    rows, change log, writers[job] = N; nothing if it is N already
 */
#include "engine/internal.h"

#define OUTBOX        "outbox"
#define EPOCH_KEY     "outbox_epoch"
#define OVERWRITE_KEY "outbox_overwrites"

enum { NUMBER, WEIGHT, BEFORE_ROWS };
enum { INDEX_COLUMNS = 8 };

static bool is_stored(const ColumnDef *column)
{
    return column->kind != COLUMN_COMPUTED;
}

static StateTable outbox_table(const Relation *relation, Arena *arena)
{
    StateColumn *columns =
        ARENA_ARRAY(arena, StateColumn, BEFORE_ROWS + (size_t)relation->column_count);
    columns[NUMBER] = (StateColumn){"_number", type_of(TYPE_BIGINT)};
    columns[WEIGHT] = (StateColumn){"_weight", type_of(TYPE_INT)};
    uint16_t count = BEFORE_ROWS;
    for (int i = 0; i < relation->column_count; i++)
        if (is_stored(&relation->columns[i]))
            columns[count++] = (StateColumn){relation->columns[i].name, relation->columns[i].type};
    return (StateTable){OUTBOX, columns, count, 1, true};
}

static void init_rows(RowStore *rows, const StateTable *outbox, Arena *arena)
{
    uint16_t count = (uint16_t)(outbox->column_count - BEFORE_ROWS);
    Type *types = ARENA_ARRAY(arena, Type, count + 1u);
    for (uint16_t i = 0; i < count; i++)
        types[i] = outbox->columns[BEFORE_ROWS + i].type;
    row_store_init(rows, types, count);
    rows->with_weight = true;
}

/* ---- what a crash left between the two commits ---- */

static Status take_row_batch(void *context, const Batch *stored, Err *err)
{
    (void)err;
    Batch rows = *stored;
    rows.cols = stored->cols + BEFORE_ROWS;
    rows.col_count = (uint16_t)(stored->col_count - BEFORE_ROWS);
    rows.weight = stored->cols[WEIGHT].data;
    row_store_add(context, &rows);
    return OK;
}

static Status apply_stored(Engine *engine, Store *store, int64_t job, const Relation *relation,
                           Err *err)
{
    TableWrite write = {.job = job};
    int64_t overwrites;
    TRY(store_get(store, EPOCH_KEY, 0, &write.epoch, err));
    TRY(store_get(store, OVERWRITE_KEY, 0, &overwrites, err));
    write.overwrite = overwrites != 0;
    if (!write.epoch)
        return OK;
    Arena arena;
    RowStore rows;
    arena_init(&arena);
    StateTable outbox = outbox_table(relation, &arena);
    init_rows(&rows, &outbox, &arena);
    write.rows = &rows;
    Status status = store_scan(store, OUTBOX, &outbox, take_row_batch, &rows, err);
    if (status == OK)
        status = internal_table_write(engine, relation, &write, err);
    row_store_deinit(&rows);
    arena_deinit(&arena);
    return status;
}

/* By the result's key; without one, by the whole row, of which the first columns will do. */
static Status index_table(Job *job, Err *err)
{
    uint16_t first[INDEX_COLUMNS], count = (uint16_t)(job->outbox.column_count - BEFORE_ROWS);
    if (job->plan->key_count)
        return internal_table_index(job->engine, job->sink_table, job->plan->key_columns,
                                    job->plan->key_count, err);
    count = count < INDEX_COLUMNS ? count : INDEX_COLUMNS;
    for (uint16_t i = 0; i < count; i++)
        first[i] = i;
    return internal_table_index(job->engine, job->sink_table, first, count, err);
}

Status job_table_open(Job *job, bool overwrite, Err *err)
{
    job->outbox = outbox_table(job->sink_table, &job->arena);
    init_rows(&job->pending, &job->outbox, &job->arena);
    job->pending_restart = overwrite && job->epoch == 0;
    TRY(store_ensure(job->store, OUTBOX, &job->outbox, err));
    if (job_table_takes_back(job->plan, job->sink_table))
        TRY(index_table(job, err));
    return apply_stored(job->engine, job->store, job->id, job->sink_table, err);
}

bool job_table_takes_back(const PhysicalPlan *plan, const Relation *sink)
{
    return sink->kind == RELATION_INTERNAL && !plan->append_only &&
           plan->root->kind != PHYSICAL_CHANGES;
}

static Status finish_table(Engine *engine, const JobRecord *record, const Relation *table,
                           Arena *arena, Err *err)
{
    PhysicalPlan *plan = NULL;
    TRY(physical_from_json(str_from(record->plan), arena, &plan, err));
    if (job_table_takes_back(plan, table))
        catalog_set_changing(engine->catalog, table);
    Store *store = NULL;
    TRY(store_open(&store, engine_job_path(engine, record->id, arena), STORE_OPEN, true, err));
    Status status = apply_stored(engine, store, record->id, table, err);
    store_close(store);
    return status;
}

Status job_table_finish(Engine *engine, const JobRecord *record, Err *err)
{
    Arena arena;
    arena_init(&arena);
    const Relation *table = NULL;
    Status status = stored_sink(engine, record->sql, &arena, &table, err);
    if (status == OK && table && table->kind == RELATION_INTERNAL)
        status = finish_table(engine, record, table, &arena, err);
    arena_deinit(&arena);
    return status;
}

/* ---- an epoch ---- */

static Status save_batch(Job *job, const Batch *rows, int64_t *number, Err *err)
{
    Arena arena;
    arena_init(&arena);
    Batch saved = *rows;
    saved.col_count = job->outbox.column_count;
    saved.weight = NULL;
    saved.cols = ARENA_ARRAY(&arena, Vector, saved.col_count);
    vector_make(&saved.cols[NUMBER], &arena, type_of(TYPE_BIGINT), rows->row_count, true);
    vector_make(&saved.cols[WEIGHT], &arena, type_of(TYPE_INT), rows->row_count, true);
    memcpy(saved.cols + BEFORE_ROWS, rows->cols, rows->col_count * sizeof(Vector));
    for (uint32_t i = 0, live = batch_live(rows); i < live; i++) {
        uint32_t row = batch_row(rows, i);
        ((int64_t *)saved.cols[NUMBER].data)[row] = ++*number;
        ((int32_t *)saved.cols[WEIGHT].data)[row] = batch_weight(rows, row);
    }
    Status status = store_apply(job->store, OUTBOX, &job->outbox, &saved, err);
    arena_deinit(&arena);
    return status;
}

static bool has_changes(const Job *job)
{
    return job->pending.row_count || job->pending_restart;
}

Status job_table_save(Job *job, int64_t epoch, Err *err)
{
    int64_t number = 0;
    TRY(store_clear(job->store, OUTBOX, err));
    TRY(store_set(job->store, EPOCH_KEY, has_changes(job) ? epoch : 0, err));
    TRY(store_set(job->store, OVERWRITE_KEY, job->pending_restart, err));
    for (size_t i = 0; i < job->pending.batch_count; i++)
        TRY(save_batch(job, &job->pending.batches[i], &number, err));
    return OK;
}

Status job_table_apply(Job *job, int64_t epoch, Err *err)
{
    TableWrite write = {&job->pending, job->pending_restart, job->id, epoch};
    Status status = OK;
    while (has_changes(job) &&
           (status = internal_table_write(job->engine, job->sink_table, &write, err)) != OK)
        if (!job_wait_degraded(job, err))
            return status;
    return OK;
}
