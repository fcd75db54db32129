/*
 * internal_table.c - internal tables: their databases, and writing into them.
 *
 * A write is one transaction of the table's database: rows, change log, and for
 * a job's epoch the note that it is there, so that it is there once.
 */
#include "engine/internal.h"

#include <stdlib.h>
#include "base/file.h"

static bool is_known(const JobRecord *records, int count, const char *tag)
{
    for (int i = 0; i < count; i++)
        if (strcmp(records[i].tag, tag) == 0)
            return true;
    return false;
}

Status engine_forget_followers(Engine *engine, RelationStore *relation, Err *err)
{
    if (!engine->store || !relation->followers)
        return OK;
    Arena arena;
    arena_init(&arena);
    JobRecord *records;
    const char **tags;
    int count, followers;
    Status status = catalog_store_jobs(engine, &arena, &records, &count, err);
    if (status == OK)
        status = relation_store_followers(relation, &arena, &tags, &followers, err);
    for (int i = 0; status == OK && i < followers; i++)
        if (!is_known(records, count, tags[i]))
            status = relation_store_unfollow(relation, tags[i], err);
    arena_deinit(&arena);
    return status;
}

static Status open_table(Engine *engine, const Relation *relation, StoreMode mode,
                         InternalTable **out, Err *err)
{
    mutex_lock(&engine->lock);
    for (size_t i = 0; i < engine->tables.count; i++)
        if (engine->tables.at[i]->id == relation->id) {
            *out = engine->tables.at[i];
            bool dropped = (*out)->dropped;
            mutex_unlock(&engine->lock);
            return dropped ? err_set(err, SQLSTATE_UNDEFINED_TABLE, -1, "table \"%s\" was dropped",
                                     relation->name)
                           : OK;
        }
    InternalTable *table = mem_zalloc(sizeof *table);
    table->id = relation->id;
    Arena arena;
    arena_init(&arena);
    Status status = engine_need_directory(engine, err);
    char *path = engine_table_path(engine, relation->id, &arena);
    if (status == OK)
        status = file_make_directory(path_directory(path, &arena), err);
    if (status == OK)
        status = store_open(&table->store, path, mode, !engine->is_private, err);
    if (status == OK)
        status = relation_store_open(&table->relation, table->store, relation, err);
    if (status == OK && (status = engine_forget_followers(engine, &table->relation, err)) != OK)
        relation_store_close(&table->relation);
    arena_deinit(&arena);
    if (status == OK) {
        mutex_init(&table->lock);
        list_push(&engine->tables, table);
        *out = table;
    } else {
        store_close(table->store);
        free(table);
    }
    mutex_unlock(&engine->lock);
    return status == FAIL && mode == STORE_OPEN ? engine_relation_failed(engine, relation, err)
                                                : status;
}

Status engine_relation_failed(Engine *engine, const Relation *relation, Err *err)
{
    if (catalog_holds(engine->catalog, relation))
        return FAIL;
    return err_set(err, SQLSTATE_UNDEFINED_TABLE, -1, "table \"%s\" was dropped", relation->name);
}

Status engine_internal_table(Engine *engine, const Relation *relation, InternalTable **out,
                             Err *err)
{
    return open_table(engine, relation, STORE_OPEN, out, err);
}

Status engine_internal_table_make(Engine *engine, const Relation *relation, Err *err)
{
    InternalTable *table;
    return open_table(engine, relation, STORE_CREATE, &table, err);
}

static void release_table(void *context, void *object)
{
    Engine *engine = context;
    InternalTable *table = object;
    mutex_lock(&engine->lock);
    for (size_t i = engine->tables.count; i-- > 0;)
        if (engine->tables.at[i] == table)
            engine->tables.at[i] = engine->tables.at[--engine->tables.count];
    mutex_unlock(&engine->lock);
    mutex_deinit(&table->lock);
    free(table);
}

static void close_internal(Engine *engine, int64_t id, uint64_t born)
{
    InternalTable *table = NULL;
    mutex_lock(&engine->lock);
    for (size_t i = 0; i < engine->tables.count; i++)
        if (engine->tables.at[i]->id == id)
            table = engine->tables.at[i];
    if (table)
        table->dropped = true;
    mutex_unlock(&engine->lock);
    if (!table)
        return;
    mutex_lock(&table->lock);
    relation_store_close(&table->relation);
    store_close(table->store);
    table->store = NULL;
    mutex_unlock(&table->lock);
    catalog_retire(engine->catalog, born ? born : UINT64_MAX, table, release_table, engine);
}

void engine_internal_table_remove(Engine *engine, int64_t id, uint64_t born)
{
    Arena arena;
    arena_init(&arena);
    close_internal(engine, id, born);
    if (engine->data_dir)
        engine_remove_database(engine_table_path(engine, id, &arena));
    arena_deinit(&arena);
}

static Status write_rows(InternalTable *table, const TableWrite *write, Err *err)
{
    int64_t epoch = 0;
    if (write->job)
        TRY(relation_store_written(&table->relation, write->job, &epoch, err));
    if (write->job && epoch >= write->epoch)
        return OK;
    if (write->overwrite)
        TRY(relation_store_clear(&table->relation, err));
    for (size_t i = 0; i < write->rows->batch_count; i++)
        TRY(relation_store_apply(&table->relation, &write->rows->batches[i], err));
    if (write->job)
        TRY(relation_store_set_written(&table->relation, write->job, write->epoch, err));
    return relation_store_finish(&table->relation, err);
}

Status internal_table_write(Engine *engine, const Relation *relation, const TableWrite *write,
                            Err *err)
{
    InternalTable *table;
    TRY(engine_internal_table(engine, relation, &table, err));
    mutex_lock(&table->lock);
    int64_t seq = table->relation.seq;
    Status status = table->store ? store_begin(table->store, err)
                                 : err_set(err, SQLSTATE_UNDEFINED_TABLE, -1,
                                           "table \"%s\" was dropped", relation->name);
    if (status == OK)
        status = write_rows(table, write, err);
    if (status == OK)
        status = store_commit(table->store, err);
    if (status != OK && table->store) {
        store_rollback(table->store);
        table->relation.seq = seq;
    }
    mutex_unlock(&table->lock);
    if (status == OK)
        engine_wake_followers(engine, relation->id);
    return status;
}

Status internal_table_index(Engine *engine, const Relation *relation, const uint16_t *columns,
                            uint16_t count, Err *err)
{
    InternalTable *table;
    TRY(engine_internal_table(engine, relation, &table, err));
    mutex_lock(&table->lock);
    Status status = table->store ? store_begin(table->store, err)
                                 : err_set(err, SQLSTATE_UNDEFINED_TABLE, -1,
                                           "table \"%s\" was dropped", relation->name);
    if (status == OK)
        status = relation_store_index(&table->relation, columns, count, err);
    if (status == OK)
        status = store_commit(table->store, err);
    if (status != OK && table->store)
        store_rollback(table->store);
    mutex_unlock(&table->lock);
    return status;
}

void internal_table_forget_job(Engine *engine, const Relation *relation, int64_t job)
{
    InternalTable *table;
    Err ignored;
    if (engine_internal_table(engine, relation, &table, &ignored) != OK)
        return;
    mutex_lock(&table->lock);
    Status status = table->store ? store_begin(table->store, &ignored) : FAIL;
    if (status == OK)
        status = relation_store_set_written(&table->relation, job, 0, &ignored);
    if (status == OK)
        status = store_commit(table->store, &ignored);
    if (status != OK && table->store)
        store_rollback(table->store);
    mutex_unlock(&table->lock);
}

static Status refuse_follower(const Relation *relation, const char *what, const char *job, Err *err)
{
    err_set(err, SQLSTATE_IN_USE, -1,
            "\"%s\" cannot be %s: job %s follows it and takes no rows back", relation->name, what,
            job);
    return err_hint(err, "Drop the job first; a materialized view may stay.");
}

static bool appends_from(const Engine *engine, const PhysicalPlan *plan, const Relation *relation)
{
    for (int i = 0; i < plan->scan_count; i++)
        if (plan->scans[i]->append_only && job_scanned(engine, plan->scans[i]) == relation)
            return true;
    return false;
}

/* Jobs that are stored and not loaded: they would find out when they start. */
static Status check_stored(Engine *engine, const Relation *relation, const char *what, Err *err)
{
    Arena arena;
    JobRecord *records;
    int count;
    arena_init(&arena);
    Status status = catalog_store_jobs(engine, &arena, &records, &count, err);
    for (int i = 0; status == OK && i < count; i++) {
        PhysicalPlan *plan = NULL;
        Err ignored = ERR_NONE;
        if (records[i].kind == JOB_NAMED && strcmp(records[i].state, "finished") != 0 &&
            physical_from_json(str_from(records[i].plan), &arena, &plan, &ignored) == OK &&
            appends_from(engine, plan, relation))
            status = refuse_follower(relation, what, records[i].name, err);
    }
    arena_deinit(&arena);
    return status;
}

Status internal_table_check_followers(Engine *engine, const Relation *relation, const char *what,
                                      Err *err)
{
    Status status = OK;
    mutex_lock(&engine->lock);
    for (size_t i = 0; i < engine->jobs.count && status == OK; i++)
        if (engine->jobs.at[i]->name && appends_from(engine, engine->jobs.at[i]->plan, relation))
            status = refuse_follower(relation, what, engine->jobs.at[i]->name, err);
    mutex_unlock(&engine->lock);
    return status == OK ? check_stored(engine, relation, what, err) : status;
}
