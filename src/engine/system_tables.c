/*
 * system_tables.c - the schema streamd: what the engine knows of itself, as tables.
 *
 * Each table is a row in `tables`: its columns and the function that fills them.
 * Rows are made when a statement opens the table, in order of the jobs' making.
 */
#include "engine/internal.h"

#include <stdlib.h>
#include "base/file.h"

#define TEXT                                                                                       \
    {                                                                                              \
        .id = TYPE_VARCHAR                                                                         \
    }
#define NUMBER                                                                                     \
    {                                                                                              \
        .id = TYPE_BIGINT                                                                          \
    }
#define STAMP                                                                                      \
    {                                                                                              \
        .id = TYPE_TIMESTAMP, .precision = 6                                                       \
    }
#define REAL                                                                                       \
    {                                                                                              \
        .id = TYPE_DOUBLE                                                                          \
    }

typedef struct Fill {
    Engine *engine;
    const JobList *jobs; /* pinned */
    Session *session;
    RowStore *out;
    Arena *arena;
} Fill;

static Value text(Fill *fill, const char *content)
{
    return content ? value_text(fill->arena, str_from(content)) : value_null(type_of(TYPE_VARCHAR));
}

static Value stamp(int64_t us)
{
    Value value = {.type = STAMP, .as.integer = us};
    value.is_null = us == WM_NONE || us == WM_END || us == 0;
    return value;
}

static Value real(double number)
{
    return value_double(number);
}

static const Job *find_loaded(const Fill *fill, const char *name)
{
    for (size_t i = 0; i < fill->jobs->count; i++)
        if (fill->jobs->at[i]->name && text_equal_nocase(fill->jobs->at[i]->name, name))
            return fill->jobs->at[i];
    return NULL;
}

static const char *job_state(const Job *job)
{
    if (job->state == JOB_RUNNING)
        return job->degraded ? "degraded" : "running";
    return job->state == JOB_FINISHED  ? "finished"
           : job->state == JOB_STOPPED ? "stopped"
                                       : "failed";
}

static Status fill_jobs(Fill *fill, Err *err)
{
    for (size_t i = 0; i < fill->jobs->count; i++) {
        Job *job = fill->jobs->at[i];
        mutex_lock(&job->lock);
        const char *reason = job->state == JOB_FAILED ? job->error.message
                             : job->degraded          ? job->degraded_reason
                                                      : NULL;
        Value row[] = {value_bigint(job->id),
                       text(fill, job->name),
                       text(fill, job->view ? "view" : "job"),
                       text(fill, job_state(job)),
                       text(fill, reason),
                       value_bigint(job->committed_epoch),
                       text(fill, job->sql)};
        mutex_unlock(&job->lock);
        row_store_add_values(fill->out, row);
    }
    JobRecord *records;
    int count;
    TRY(catalog_store_jobs(fill->engine, fill->arena, &records, &count, err));
    for (int i = 0; i < count; i++) {
        if (find_loaded(fill, records[i].name))
            continue;
        char reason[256];
        bool waits = job_waiting_reason(fill->engine, records[i].id, reason, sizeof reason);
        Value row[] = {value_bigint(records[i].id),
                       text(fill, records[i].name),
                       text(fill, records[i].kind == JOB_VIEW ? "view" : "job"),
                       text(fill, waits ? "degraded" : job_record_state(&records[i])),
                       text(fill, waits ? reason : records[i].reason),
                       value_null(type_of(TYPE_BIGINT)),
                       text(fill, records[i].sql)};
        row_store_add_values(fill->out, row);
    }
    return OK;
}

static Status fill_progress(Fill *fill, Err *err)
{
    (void)err;
    for (size_t i = 0; i < fill->jobs->count; i++) {
        Job *job = fill->jobs->at[i];
        mutex_lock(&job->lock);
        EpochRecord last = {0};
        int64_t rows_in = 0, rows_out = 0;
        for (size_t e = 0; e < job->epochs.count; e++) {
            last = job->epochs.at[e];
            rows_in += last.rows_in;
            rows_out += last.rows_out;
        }
        mutex_unlock(&job->lock);
        double seconds = (double)last.duration_us / 1e6;
        Value row[] = {text(fill, job->name),
                       value_bigint(last.epoch),
                       stamp(last.committed_us),
                       value_bigint(last.rows_in),
                       real(seconds > 0 ? (double)last.rows_in / seconds : 0),
                       value_bigint(last.rows_out),
                       value_bigint(last.duration_us / 1000),
                       value_bigint(rows_in),
                       value_bigint(rows_out)};
        row_store_add_values(fill->out, row);
    }
    return OK;
}

static Status fill_epochs(Fill *fill, Err *err)
{
    (void)err;
    for (size_t i = 0; i < fill->jobs->count; i++) {
        Job *job = fill->jobs->at[i];
        mutex_lock(&job->lock);
        for (size_t e = 0; e < job->epochs.count; e++) {
            const EpochRecord *epoch = &job->epochs.at[e];
            Value row[] = {text(fill, job->name),
                           value_bigint(epoch->epoch),
                           stamp(epoch->started_us),
                           stamp(epoch->committed_us),
                           value_bigint(epoch->duration_us),
                           value_bigint(epoch->rows_in),
                           value_bigint(epoch->rows_out),
                           value_bigint(epoch->bytes_in)};
            row_store_add_values(fill->out, row);
        }
        mutex_unlock(&job->lock);
    }
    return OK;
}

typedef struct SourceRow {
    Fill *fill;
    const Job *job;
    const Input *input;
} SourceRow;

static void source_row(void *context, const char *name, int64_t offset, int64_t size)
{
    SourceRow *row = context;
    Fill *fill = row->fill;
    Value values[] = {text(fill, row->job->name),
                      text(fill, row->input->table->name),
                      text(fill, row->input->table->connector),
                      text(fill, name),
                      value_bigint(offset),
                      value_bigint(size),
                      size < 0 ? value_null(type_of(TYPE_BIGINT)) : value_bigint(size - offset),
                      value_bigint((int64_t)row->input->rows)};
    row_store_add_values(fill->out, values);
}

static Status fill_sources(Fill *fill, Err *err)
{
    (void)err;
    for (size_t i = 0; i < fill->jobs->count; i++) {
        Job *job = fill->jobs->at[i];
        for (int k = 0; k < job->input_count; k++) {
            Input *input = &job->inputs[k];
            SourceRow row = {fill, job, input};
            mutex_lock(&input->lock);
            if (input->source && input->source->class->status)
                input->source->class->status(input->source, source_row, &row);
            else
                source_row(&row, input->table->name, -1, -1);
            mutex_unlock(&input->lock);
        }
    }
    return OK;
}

static Status fill_watermarks(Fill *fill, Err *err)
{
    (void)err;
    for (size_t i = 0; i < fill->jobs->count; i++) {
        Job *job = fill->jobs->at[i];
        for (int k = 0; k < job->input_count; k++) {
            Input *input = &job->inputs[k];
            mutex_lock(&input->watermarks.lock);
            int64_t watermark = input->watermarks.value;
            bool idle = input->idle;
            mutex_unlock(&input->watermarks.lock);
            Value row[] = {text(fill, job->name), text(fill, input->table->name), stamp(watermark),
                           value_bool(idle)};
            row_store_add_values(fill->out, row);
        }
    }
    return OK;
}

/* Calls `visit` for each stored job that is not loaded: one that has stopped, in an earlier run. */
static Status
each_unloaded(Fill *fill, Status (*visit)(Fill *fill, const JobRecord *record, int kind, Err *err),
              int kind, Err *err)
{
    JobRecord *records;
    int count;
    TRY(catalog_store_jobs(fill->engine, fill->arena, &records, &count, err));
    for (int i = 0; i < count; i++)
        if (records[i].kind != JOB_INSERT && !find_loaded(fill, records[i].name))
            TRY(visit(fill, &records[i], kind, err));
    return OK;
}

/* Published files, as each job noted them. */
typedef struct FileRow {
    Fill *fill;
    const char *job, *sink;
} FileRow;

static Status file_rows(void *context, const Batch *rows, Err *err)
{
    (void)err;
    FileRow *file = context;
    Arena arena;
    arena_init(&arena);
    Vector *columns = ARENA_ARRAY(&arena, Vector, rows->col_count + 1);
    Value job = text(file->fill, file->job), sink = text(file->fill, file->sink);
    vector_make_const(&columns[0], &arena, &job);
    vector_make_const(&columns[1], &arena, &sink);
    memcpy(columns + 2, rows->cols + 1, (rows->col_count - 1u) * sizeof *columns);
    Batch out = *rows;
    out.cols = columns;
    out.col_count = (uint16_t)(rows->col_count + 1);
    row_store_add(file->fill->out, &out);
    arena_deinit(&arena);
    return OK;
}

static Status scan_store(Fill *fill, int64_t id, const char *name, const StateTable *table,
                         StoreVisit visit, void *context, Err *err)
{
    Store *reader = NULL;
    const char *path = engine_job_path(fill->engine, id, fill->arena);
    FileInfo info;
    TRY(file_stat(path, &info, err));
    if (!info.exists)
        return OK; /* it never committed anything */
    TRY(store_open(&reader, path, STORE_READ_ONLY, true, err));
    Status status = store_begin(reader, err);
    if (status == OK)
        status = store_scan(reader, name, table, visit, context, err);
    store_close(reader);
    return status;
}

static Status scan_job_store(Fill *fill, const Job *job, const char *name, const StateTable *table,
                             StoreVisit visit, void *context, Err *err)
{
    return job->id ? scan_store(fill, job->id, name, table, visit, context, err) : OK;
}

static Status unloaded_files(Fill *fill, const JobRecord *record, int kind, Err *err)
{
    (void)kind;
    const Relation *sink = NULL;
    if (record->kind == JOB_VIEW)
        return OK;
    TRY(stored_sink(fill->engine, record->sql, fill->arena, &sink, err));
    FileRow row = {fill, record->name, sink ? sink->name : NULL};
    return scan_store(fill, record->id, "files", &job_files_table, file_rows, &row, err);
}

static Status fill_files(Fill *fill, Err *err)
{
    for (size_t i = 0; i < fill->jobs->count; i++) {
        Job *job = fill->jobs->at[i];
        const char *connector = job->sink_table ? job->sink_table->connector : NULL;
        const SinkClass *class = connector ? sink_class_find(connector) : NULL;
        if (!class || !class->state)
            continue;
        FileRow row = {fill, job->name, job->sink_table->name};
        TRY(scan_job_store(fill, job, "files", &job_files_table, file_rows, &row, err));
    }
    return each_unloaded(fill, unloaded_files, 0, err);
}

/* Kept rows: a job's from its store, the session's own with job NULL. */
typedef struct KeptRow {
    Fill *fill;
    const char *job;
} KeptRow;

static Status kept_rows(void *context, const Batch *rows, Err *err)
{
    (void)err;
    KeptRow *kept = context;
    Arena arena;
    arena_init(&arena);
    Batch out = *rows;
    out.cols = ARENA_ARRAY(&arena, Vector, rows->col_count);
    Value job = text(kept->fill, kept->job);
    memcpy(out.cols, rows->cols, rows->col_count * sizeof(Vector));
    vector_make_const(&out.cols[0], &arena, &job); /* the number gives way to the job */
    row_store_add(kept->fill->out, &out);
    arena_deinit(&arena);
    return OK;
}

static Status unloaded_kept(Fill *fill, const JobRecord *record, int kind, Err *err)
{
    KeptRow row = {fill, record->name};
    return scan_store(fill, record->id, kept_tables[kind].name, &kept_tables[kind], kept_rows, &row,
                      err);
}

static Status fill_kept(Fill *fill, int kind, Err *err)
{
    for (size_t i = 0; i < fill->jobs->count; i++) {
        Job *job = fill->jobs->at[i];
        KeptRow row = {fill, job->name};
        TRY(scan_job_store(fill, job, kept_tables[kind].name, &kept_tables[kind], kept_rows, &row,
                           err));
    }
    TRY(each_unloaded(fill, unloaded_kept, kind, err));
    if (!fill->session)
        return OK;
    KeptRow row = {fill, NULL};
    const RowStore *rows = &fill->session->kept[kind].rows;
    int64_t limit = settings_int(&fill->session->settings, "rejects.max-rows");
    size_t shown = limit > 0 ? (size_t)limit : 0;
    size_t skip = rows->row_count > shown ? rows->row_count - shown : 0;
    for (size_t i = 0; i < rows->batch_count; i++) {
        uint16_t sel[BATCH_ROWS];
        Batch batch = kept_newest(&rows->batches[i], &skip, sel);
        TRY(kept_rows(&row, &batch, err));
    }
    return OK;
}

static Status fill_rejected(Fill *fill, Err *err)
{
    return fill_kept(fill, KEPT_REJECTED, err);
}

static Status fill_late(Fill *fill, Err *err)
{
    return fill_kept(fill, KEPT_LATE, err);
}

typedef struct SystemTable {
    const char *name;
    Status (*fill)(Fill *fill, Err *err);
    ColumnDef columns[10]; /* to the first without a name */
} SystemTable;

static SystemTable tables[] = {
    {"jobs",
     fill_jobs,
     {{.name = "id", .type = NUMBER},
      {.name = "name", .type = TEXT},
      {.name = "kind", .type = TEXT},
      {.name = "state", .type = TEXT},
      {.name = "reason", .type = TEXT},
      {.name = "epoch", .type = NUMBER},
      {.name = "sql", .type = TEXT}}},
    {"job_progress",
     fill_progress,
     {{.name = "name", .type = TEXT},
      {.name = "batch_id", .type = NUMBER},
      {.name = "timestamp", .type = STAMP},
      {.name = "num_input_rows", .type = NUMBER},
      {.name = "processed_rows_per_second", .type = REAL},
      {.name = "num_output_rows", .type = NUMBER},
      {.name = "duration_ms", .type = NUMBER},
      {.name = "total_input_rows", .type = NUMBER},
      {.name = "total_output_rows", .type = NUMBER}}},
    {"sources",
     fill_sources,
     {{.name = "job", .type = TEXT},
      {.name = "source", .type = TEXT},
      {.name = "connector", .type = TEXT},
      {.name = "name", .type = TEXT},
      {.name = "offset", .type = NUMBER},
      {.name = "size", .type = NUMBER},
      {.name = "lag", .type = NUMBER},
      {.name = "rows", .type = NUMBER}}},
    {"watermarks",
     fill_watermarks,
     {{.name = "job", .type = TEXT},
      {.name = "source", .type = TEXT},
      {.name = "watermark", .type = STAMP},
      {.name = "idle", .type = {.id = TYPE_BOOLEAN}}}},
    {"epochs",
     fill_epochs,
     {{.name = "job", .type = TEXT},
      {.name = "epoch", .type = NUMBER},
      {.name = "started", .type = STAMP},
      {.name = "committed", .type = STAMP},
      {.name = "duration_us", .type = NUMBER},
      {.name = "rows_in", .type = NUMBER},
      {.name = "rows_out", .type = NUMBER},
      {.name = "bytes_in", .type = NUMBER}}},
    {"files",
     fill_files,
     {{.name = "job", .type = TEXT},
      {.name = "sink", .type = TEXT},
      {.name = "path", .type = TEXT},
      {.name = "kind", .type = TEXT},
      {.name = "rows", .type = NUMBER},
      {.name = "bytes", .type = NUMBER},
      {.name = "epoch", .type = NUMBER},
      {.name = "published", .type = STAMP}}},
    {"rejected_rows",
     fill_rejected,
     {{.name = "job", .type = TEXT},
      {.name = "source", .type = TEXT},
      {.name = "file_path", .type = TEXT},
      {.name = "line", .type = NUMBER},
      {.name = "file_offset", .type = NUMBER},
      {.name = "raw", .type = TEXT},
      {.name = "reason", .type = TEXT},
      {.name = "at", .type = STAMP}}},
    {"late_rows",
     fill_late,
     {{.name = "job", .type = TEXT},
      {.name = "source", .type = TEXT},
      {.name = "event_time", .type = STAMP},
      {.name = "watermark", .type = STAMP},
      {.name = "row", .type = TEXT}}},
};
enum { TABLE_COUNT = sizeof tables / sizeof *tables };

Status system_tables_add(Catalog *catalog, Err *err)
{
    for (int i = 0; i < TABLE_COUNT; i++) {
        Arena *arena = mem_alloc(sizeof *arena);
        arena_init(arena);
        Relation *relation = ARENA_NEW(arena, Relation);
        relation->arena = arena;
        relation->kind = RELATION_SYSTEM;
        relation->schema = "streamd";
        relation->name = tables[i].name;
        relation->columns = tables[i].columns;
        while (relation->column_count < 10 && tables[i].columns[relation->column_count].name)
            relation->column_count++;
        relation->watermark_column = -1;
        relation->id = -(i + 1);
        TRY(catalog_add(catalog, relation, false, err));
    }
    return OK;
}

/* ---- state."<job>.<operator>": a stateful operator's state, as its job committed it last ---- */

/* The first table is the operator's, others say which. */
static char *state_name(const Job *job, const PipelineState *state, int table, Arena *arena)
{
    return table == 0
               ? arena_printf(arena, "%s.%s_%d", job->name, state->operator_name, state->node)
               : arena_printf(arena, "%s.%s_%d.%s", job->name, state->operator_name, state->node,
                              state->tables[table].name);
}

Status system_tables_add_state(Engine *engine, const Job *job, Err *err)
{
    for (int i = 0; i < pipeline_state_count(job->pipeline); i++) {
        PipelineState state = pipeline_state(job->pipeline, i);
        for (int t = 0; t < state.table_count; t++) {
            const StateTable *table = &state.tables[t];
            Arena *arena = mem_alloc(sizeof *arena);
            arena_init(arena);
            Relation *relation = ARENA_NEW(arena, Relation);
            *relation = (Relation){.kind = RELATION_SYSTEM,
                                   .schema = "state",
                                   .arena = arena,
                                   .watermark_column = -1,
                                   .id = INT64_MIN};
            relation->name = state_name(job, &state, t, arena);
            relation->job = arena_strdup(arena, job->name);
            relation->format = arena_printf(arena, "%s_%d_%s", state.operator_name, state.node,
                                            table->name); /* the SQL table */
            relation->column_count = table->column_count;
            relation->columns = ARENA_ARRAY(arena, ColumnDef, table->column_count);
            relation->key_column_count = table->key_count;
            relation->append_only = table->numbered;
            for (uint16_t c = 0; c < table->column_count; c++)
                relation->columns[c] =
                    (ColumnDef){.name = arena_strdup(arena, table->columns[c].name),
                                .type = table->columns[c].type};
            TRY(catalog_add(engine->catalog, relation, true, err));
        }
    }
    return OK;
}

typedef struct StateSearch {
    Arena arena;
    const char *job;
    LIST(const char *) names;
} StateSearch;

static bool note_state(void *context, const Relation *relation)
{
    StateSearch *search = context;
    if (strcmp(relation->schema, "state") == 0 && text_equal_nocase(relation->job, search->job))
        list_push_arena(&search->arena, &search->names,
                        (const char *)arena_strdup(&search->arena, relation->name));
    return true;
}

void system_tables_drop_state(Engine *engine, const Job *job)
{
    StateSearch search = {.job = job->name};
    if (!job->name)
        return;
    arena_init(&search.arena);
    catalog_each(engine->catalog, note_state, &search);
    for (size_t i = 0; i < search.names.count; i++)
        (void)catalog_drop(engine->catalog, "state", search.names.at[i]);
    arena_deinit(&search.arena);
}

static Status state_rows(void *context, const Batch *rows, Err *err)
{
    (void)err;
    row_store_add(context, rows);
    return OK;
}

static Status fill_state(Fill *fill, const Relation *relation, Err *err)
{
    const Job *job = find_loaded(fill, relation->job);
    if (!job)
        return err_set(err, SQLSTATE_UNDEFINED_OBJECT, -1, "job \"%s\" is not running",
                       relation->job);
    StateTable table = {.name = relation->format,
                        .column_count = (uint16_t)relation->column_count,
                        .key_count = (uint16_t)relation->key_column_count,
                        .numbered = relation->append_only};
    table.columns = ARENA_ARRAY(fill->arena, StateColumn, relation->column_count);
    for (int i = 0; i < relation->column_count; i++)
        table.columns[i] = (StateColumn){relation->columns[i].name, relation->columns[i].type};
    return scan_job_store(fill, job, table.name, &table, state_rows, fill->out, err);
}

Status system_table_rows(Engine *engine, Session *session, const Relation *relation, RowStore *out,
                         Err *err)
{
    Arena arena;
    arena_init(&arena);
    JobList jobs = engine_pin_jobs(engine);
    Fill fill = {engine, &jobs, session, out, &arena};
    int at = (int)(-relation->id) - 1;
    Status status = relation->job ? fill_state(&fill, relation, err) : tables[at].fill(&fill, err);
    engine_unpin_jobs(engine, &jobs);
    arena_deinit(&arena);
    return status;
}
