/*
 * job_readers.c - the jobs that read a table and are not loaded: stopped, or of an earlier run.
 *
 * What they have read stands in their databases.  'scan.clean' keeps files for them.
 */
#include "engine/internal.h"

#include "base/file.h"

static bool is_loaded(Engine *engine, const char *name)
{
    mutex_lock(&engine->lock);
    bool loaded = engine_find_job(engine, name) != NULL;
    mutex_unlock(&engine->lock);
    return loaded;
}

/* The rows of one of its inputs; none when it has never committed anything. */
static Status read_offsets(Engine *engine, const JobRecord *record, int input,
                           const StateTable *table, RowStore *out, Err *err)
{
    Arena arena;
    arena_init(&arena);
    const char *path = engine_job_path(engine, record->id, &arena);
    FileInfo info;
    Store *reader = NULL;
    char name[32];
    (void)snprintf(name, sizeof name, "offsets_%d", input);
    Status status = file_stat(path, &info, err);
    if (status == OK && info.exists)
        status = store_open(&reader, path, STORE_READ_ONLY, true, err);
    if (status == OK && reader)
        status = store_begin(reader, err);
    if (status == OK && reader)
        status = store_scan(reader, name, table, job_collect_rows, out, err);
    store_close(reader);
    arena_deinit(&arena);
    return status;
}

static Status visit_inputs(Engine *engine, const JobRecord *record, const Relation *table,
                           OffsetsVisit visit, void *visitor, Arena *arena, Err *err)
{
    const SourceClass *class = source_class_find(table->connector);
    PhysicalPlan *plan = NULL;
    TRY(physical_from_json(str_from(record->plan), arena, &plan, err));
    Type *types = ARENA_ARRAY(arena, Type, class->offsets->column_count);
    for (uint16_t i = 0; i < class->offsets->column_count; i++)
        types[i] = class->offsets->columns[i].type;
    Status status = OK;
    for (int i = 0; i < plan->scan_count && status == OK; i++) {
        const PhysicalNode *scan = plan->scans[i];
        if (scan->as.scan.relation ||
            catalog_find(engine->catalog, scan->as.scan.schema, scan->as.scan.table) != table)
            continue;
        RowStore rows;
        row_store_init(&rows, types, class->offsets->column_count);
        status = read_offsets(engine, record, i, class->offsets, &rows, err);
        if (status == OK)
            status = visit(visitor, record->name, &rows, err);
        row_store_deinit(&rows);
    }
    return status;
}

Status job_other_readers(void *context, const Relation *table, OffsetsVisit visit, void *visitor,
                         Err *err)
{
    Engine *engine = ((Job *)context)->engine;
    Arena arena;
    arena_init(&arena);
    JobRecord *records;
    int count;
    Status status = catalog_store_jobs(engine, &arena, &records, &count, err);
    for (int i = 0; status == OK && i < count; i++)
        if (records[i].kind != JOB_INSERT && strcmp(records[i].state, "finished") != 0 &&
            !is_loaded(engine, records[i].name))
            status = visit_inputs(engine, &records[i], table, visit, visitor, &arena, err);
    arena_deinit(&arena);
    return status;
}
