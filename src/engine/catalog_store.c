/*
 * catalog_store.c - relations and jobs in catalog.db.
 *
 * A relation is kept as the SQL that made it and planned again at start, in
 * order of id, so that what it refers to is there.  A job is kept as SQL, as
 * its physical plan (JSON) and with the settings it was made with.
 */
#include "engine/internal.h"

#include "base/file.h"
#include "grammar/parse.h"

static StateColumn relation_columns[] = {
    {"id", {.id = TYPE_BIGINT}},
    {"name", {.id = TYPE_VARCHAR}},
    {"sql", {.id = TYPE_VARCHAR}},
};
static const StateTable relations_table = {"relations", relation_columns, 3, 1, true};

static StateColumn job_columns[] = {
    {"id", {.id = TYPE_BIGINT}},        {"name", {.id = TYPE_VARCHAR}},
    {"tag", {.id = TYPE_VARCHAR}},      {"kind", {.id = TYPE_VARCHAR}},
    {"sql", {.id = TYPE_VARCHAR}},      {"plan", {.id = TYPE_VARCHAR}},
    {"settings", {.id = TYPE_VARCHAR}}, {"state", {.id = TYPE_VARCHAR}},
};
static const StateTable jobs_table = {"jobs", job_columns, 8, 1, true};

/* Why a job whose state is 'failed' failed; of any other job a row here means nothing. */
static StateColumn failure_columns[] = {
    {"id", {.id = TYPE_BIGINT}},
    {"sqlstate", {.id = TYPE_VARCHAR}},
    {"message", {.id = TYPE_VARCHAR}},
};
static const StateTable failures_table = {"failures", failure_columns, 3, 1, true};

static Status put_rows(Engine *engine, const StateTable *table, const Value *gone,
                       const Value *values, int32_t weight, Err *err);

/* One row, applied in a transaction of its own. */
static Status put_row(Engine *engine, const StateTable *table, const Value *values, int32_t weight,
                      Err *err)
{
    return put_rows(engine, table, NULL, values, weight, err);
}

static void make_row(Batch *out, Arena *arena, const StateTable *table, const Value *values,
                     int32_t weight)
{
    Vector *columns = ARENA_ARRAY(arena, Vector, table->column_count);
    for (uint16_t i = 0; i < table->column_count; i++) {
        vector_make(&columns[i], arena, table->columns[i].type, 1, true);
        vector_set_value(&columns[i], arena, 0, 1, &values[i]);
    }
    int32_t *weights = ARENA_NEW(arena, int32_t);
    *weights = weight;
    *out = (Batch){
        .cols = columns, .col_count = table->column_count, .row_count = 1, .weight = weights};
}

/* `gone`: a row that makes room for it; NULL: none. */
static Status put_rows(Engine *engine, const StateTable *table, const Value *gone,
                       const Value *values, int32_t weight, Err *err)
{
    if (!engine->store)
        return OK; /* a private directory: nothing outlives the process */
    Arena arena;
    arena_init(&arena);
    Batch batch, old;
    make_row(&batch, &arena, table, values, weight);
    if (gone)
        make_row(&old, &arena, table, gone, -1);
    mutex_lock(&engine->catalog_lock);
    Status status = store_begin(engine->store, err);
    if (status == OK && gone)
        status = store_apply(engine->store, table->name, table, &old, err);
    if (status == OK)
        status = store_apply(engine->store, table->name, table, &batch, err);
    if (status == OK)
        status = store_set(engine->store, "next_id", engine->next_id, err);
    if (status == OK)
        status = store_commit(engine->store, err);
    if (status != OK)
        store_rollback(engine->store);
    mutex_unlock(&engine->catalog_lock);
    arena_deinit(&arena);
    return status;
}

static Value text(Arena *arena, const char *content)
{
    return value_text(arena, str_from(content ? content : ""));
}

Status catalog_store_relation(Engine *engine, const Relation *relation, Err *err)
{
    if (relation->temporary)
        return OK;
    Arena arena;
    arena_init(&arena);
    Value values[] = {value_bigint(relation->id), text(&arena, relation->name),
                      text(&arena, relation->sql)};
    Status status = put_row(engine, &relations_table, values, 1, err);
    arena_deinit(&arena);
    return status;
}

Status catalog_store_replace_relation(Engine *engine, int64_t old_id, const Relation *relation,
                                      Err *err)
{
    if (!old_id)
        return catalog_store_relation(engine, relation, err);
    if (relation->temporary)
        return catalog_store_drop_relation(engine, old_id, err);
    Arena arena;
    arena_init(&arena);
    Value old[] = {value_bigint(old_id), value_null(type_of(TYPE_VARCHAR)),
                   value_null(type_of(TYPE_VARCHAR))};
    Value values[] = {value_bigint(relation->id), text(&arena, relation->name),
                      text(&arena, relation->sql)};
    Status status = put_rows(engine, &relations_table, old, values, 1, err);
    arena_deinit(&arena);
    return status;
}

Status catalog_store_drop_relation(Engine *engine, int64_t id, Err *err)
{
    Value values[] = {value_bigint(id), value_null(type_of(TYPE_VARCHAR)),
                      value_null(type_of(TYPE_VARCHAR))};
    return put_row(engine, &relations_table, values, -1, err);
}

static const char *kind_name(JobKind kind)
{
    return kind == JOB_VIEW ? "view" : kind == JOB_INSERT ? "insert" : "job";
}

static JobKind kind_of(const char *name)
{
    return strcmp(name, "view") == 0     ? JOB_VIEW
           : strcmp(name, "insert") == 0 ? JOB_INSERT
                                         : JOB_NAMED;
}

Status catalog_store_job(Engine *engine, const Job *job, const char *state, Err *err)
{
    Arena arena;
    arena_init(&arena);
    Buf settings;
    buf_init(&settings);
    settings_write(&job->settings, &settings);
    Value values[] = {
        value_bigint(job->id),
        text(&arena, job->name),
        text(&arena, job->file_tag),
        text(&arena, kind_name(job->kind)),
        text(&arena, job->sql),
        text(&arena, job->plan_json),
        text(&arena, buf_text(&settings)),
        text(&arena, state),
    };
    Status status = put_row(engine, &jobs_table, values, 1, err);
    buf_deinit(&settings);
    arena_deinit(&arena);
    return status;
}

Status catalog_store_job_state(Engine *engine, const JobRecord *record, const char *state, Err *err)
{
    Arena arena;
    arena_init(&arena);
    Value values[] = {
        value_bigint(record->id),       text(&arena, record->name),
        text(&arena, record->tag),      text(&arena, kind_name(record->kind)),
        text(&arena, record->sql),      text(&arena, record->plan),
        text(&arena, record->settings), text(&arena, state),
    };
    Status status = put_row(engine, &jobs_table, values, 1, err);
    arena_deinit(&arena);
    return status;
}

Status catalog_store_failure(Engine *engine, int64_t id, const Err *why, Err *err)
{
    Arena arena;
    arena_init(&arena);
    Value values[] = {value_bigint(id), text(&arena, why->sqlstate), text(&arena, why->message)};
    Status status = put_row(engine, &failures_table, values, 1, err);
    arena_deinit(&arena);
    return status;
}

Status catalog_store_drop_job(Engine *engine, int64_t id, Err *err)
{
    Value failure[] = {value_bigint(id), value_null(type_of(TYPE_VARCHAR)),
                       value_null(type_of(TYPE_VARCHAR))};
    TRY(put_row(engine, &failures_table, failure, -1, err));
    Value values[8];
    values[0] = value_bigint(id);
    for (int i = 1; i < 8; i++)
        values[i] = value_null(type_of(TYPE_VARCHAR));
    return put_row(engine, &jobs_table, values, -1, err);
}

/* ---- reading ---- */

typedef LIST(JobRecord) RecordList;
typedef struct RecordReading {
    RecordList *records;
    Arena *arena;
} RecordReading;

static const char *cell(Arena *arena, const Batch *rows, int column, uint32_t row)
{
    Value value = vector_get(&rows->cols[column], row);
    return value.is_null ? ""
                         : arena_strndup(arena, text_bytes(&value.as.text), value.as.text.length);
}

static Status read_job(void *context, const Batch *rows, Err *err)
{
    (void)err;
    RecordReading *reading = context;
    for (uint32_t i = 0; i < rows->row_count; i++) {
        Arena *arena = reading->arena;
        JobRecord record = {
            .id = ((const int64_t *)rows->cols[0].data)[i],
            .name = cell(arena, rows, 1, i),
            .tag = cell(arena, rows, 2, i),
            .kind = kind_of(cell(arena, rows, 3, i)),
            .sql = cell(arena, rows, 4, i),
            .plan = cell(arena, rows, 5, i),
            .settings = cell(arena, rows, 6, i),
            .state = cell(arena, rows, 7, i),
        };
        list_push_arena(arena, reading->records, record);
    }
    return OK;
}

static Status read_failure(void *context, const Batch *rows, Err *err)
{
    (void)err;
    RecordReading *reading = context;
    for (uint32_t i = 0; i < rows->row_count; i++)
        for (size_t r = 0; r < reading->records->count; r++) {
            JobRecord *record = &reading->records->at[r];
            if (record->id == ((const int64_t *)rows->cols[0].data)[i] &&
                strcmp(record->state, "failed") == 0)
                record->reason = cell(reading->arena, rows, 2, i);
        }
    return OK;
}

const char *job_record_state(const JobRecord *record)
{
    return strcmp(record->state, "running") == 0 ? "stopped" : record->state;
}

Status catalog_store_jobs(Engine *engine, Arena *arena, JobRecord **out, int *count, Err *err)
{
    RecordList records = {0};
    RecordReading reading = {&records, arena};
    Status status = OK;
    mutex_lock(&engine->catalog_lock);
    if (engine->store)
        status = store_scan(engine->store, "jobs", &jobs_table, read_job, &reading, err);
    if (engine->store && status == OK)
        status =
            store_scan(engine->store, "failures", &failures_table, read_failure, &reading, err);
    mutex_unlock(&engine->catalog_lock);
    TRY(status);
    *out = records.at;
    *count = (int)records.count;
    return OK;
}

Status catalog_store_find_job(Engine *engine, const char *name, Arena *arena, JobRecord *out,
                              bool *found, Err *err)
{
    JobRecord *records;
    int count;
    *found = false;
    TRY(catalog_store_jobs(engine, arena, &records, &count, err));
    for (int i = 0; i < count; i++)
        if (text_equal_nocase(records[i].name, name)) {
            *out = records[i];
            *found = true;
        }
    return OK;
}

/* ---- opening ---- */

static Status add_stored(Engine *engine, int64_t id, const char *sql, Err *err)
{
    Arena arena;
    arena_init(&arena);
    Statement *statement = NULL;
    Relation *relation = NULL;
    Status status = parse_statement(str_from(sql), &arena, &statement, err);
    if (status == OK && (!statement || statement->kind != STATEMENT_CREATE))
        status = err_set(err, SQLSTATE_CORRUPT, -1, "catalog.db holds what is not a definition");
    PlannerContext context = {
        .catalog = engine->catalog,
        .session = {.timezone = "UTC", .user = "streamd"},
        .sql = sql,
        .target = PLAN_MATERIALIZED,
        .scan_default = SCAN_DEFAULT_WATCH,
        .arena = &arena,
    };
    if (status == OK)
        status = plan_table_definition(&context, statement->create, &relation, NULL, err);
    if (status == OK) {
        relation->id = id;
        status = catalog_add(engine->catalog, relation, false, err);
    }
    if (status == FAIL) {
        Err why = *err;
        err_set(err, why.sqlstate, -1, "cannot load a stored definition: %s", why.message);
        (void)err_hint(err, "The definition is: %s", sql);
    }
    arena_deinit(&arena);
    return status;
}

static Status read_relation_row(void *context, const Batch *rows, Err *err)
{
    Engine *engine = context;
    Arena arena;
    arena_init(&arena);
    Status status = OK;
    for (uint32_t i = 0; status == OK && i < rows->row_count; i++)
        status = add_stored(engine, ((const int64_t *)rows->cols[0].data)[i],
                            cell(&arena, rows, 2, i), err);
    arena_deinit(&arena);
    return status;
}

static bool holds_databases(const Engine *engine, const char *folder, Arena *arena)
{
    FileEntry *entries;
    size_t count;
    Err ignored;
    if (file_list_directory(path_join(arena, engine->data_dir, folder), arena, &entries, &count,
                            &ignored) != OK)
        return false;
    for (size_t i = 0; i < count; i++)
        if (str_has_suffix(str_from(entries[i].name), STR(".db")))
            return true;
    return false;
}

/* A catalog that has gone is not begun anew beside the jobs and tables that it knew. */
static Status check_new(Engine *engine, Err *err)
{
    Arena arena;
    arena_init(&arena);
    bool lost =
        holds_databases(engine, "jobs", &arena) || holds_databases(engine, "tables", &arena);
    arena_deinit(&arena);
    if (!lost)
        return OK;
    err_set(err, SQLSTATE_CORRUPT, -1, "catalog.db is empty, though %s holds jobs or tables",
            engine->data_dir);
    return err_hint(err,
                    "Restore it from a backup, or move the data directory away to begin anew.");
}

Status catalog_store_open(Engine *engine, Err *err)
{
    Arena arena;
    arena_init(&arena);
    char *path = path_join(&arena, engine->data_dir, "catalog.db");
    Status status = store_open(&engine->store, path, STORE_CREATE, true, err);
    arena_deinit(&arena);
    TRY(status);
    TRY(store_ensure(engine->store, "relations", &relations_table, err));
    TRY(store_ensure(engine->store, "jobs", &jobs_table, err));
    TRY(store_ensure(engine->store, "failures", &failures_table, err));
    int64_t next_id;
    TRY(store_get(engine->store, "next_id", 0, &next_id, err));
    engine->next_id = next_id;
    if (next_id == 0) {
        TRY(check_new(engine, err));
        engine->next_id = 1;
        TRY(store_set(engine->store, "next_id", 1, err)); /* from now on it is not a lost one */
    }
    return store_scan(engine->store, "relations", &relations_table, read_relation_row, engine, err);
}
