/*
 * job_files.c - streamd.files: what a job has published, as its sink's rows tell it.
 *
 * A sink forgets a part once it is published, for nothing more can happen to
 * it; its users don't.  So each commit that names a file to publish also writes
 * a line here, at most FILES_KEPT of them, the oldest dropped.
 */
#include "engine/internal.h"

#include <stdlib.h>

enum { FILES_KEPT = 10000 };

static StateColumn columns[] = {
    {"n", {.id = TYPE_BIGINT}},
    {"path", {.id = TYPE_VARCHAR}},
    {"kind", {.id = TYPE_VARCHAR}},
    {"rows", {.id = TYPE_BIGINT}},
    {"bytes", {.id = TYPE_BIGINT}},
    {"epoch", {.id = TYPE_BIGINT}},
    {"published", {.id = TYPE_TIMESTAMP, .precision = 6}},
};
const StateTable job_files_table = {"files", columns, 7, 1, true};

static int column_of(const StateTable *table, const char *name)
{
    for (uint16_t c = 0; c < table->column_count; c++)
        if (strcmp(table->columns[c].name, name) == 0)
            return c;
    return -1;
}

static Value cell(const Batch *rows, const StateTable *table, const char *name, uint32_t row)
{
    int c = column_of(table, name);
    return c < 0 ? value_null(type_of(TYPE_NULL)) : vector_get(&rows->cols[c], row);
}

static bool text_is(const Value *value, const char *text)
{
    return !value->is_null && value->type.id == TYPE_VARCHAR &&
           str_equal(text_str(&value->as.text), str_from(text));
}

/* Whether the sink's row names a file that readers are going to see for the first time. */
static bool is_published(Job *job, const Value *kind, const Value *publish, const Value *path)
{
    if (path->is_null || path->type.id != TYPE_VARCHAR)
        return false;
    if (text_is(kind, "part"))
        return !publish->is_null && publish->as.boolean;
    if (!text_is(kind, "growing") && !text_is(kind, "replaced"))
        return false;
    Str name = text_str(&path->as.text);
    if (job->last_file && str_equal(str_from(job->last_file), name))
        return false;
    free(job->last_file);
    job->last_file = mem_strndup(name.data, name.length);
    return true;
}

Status job_files_save(Job *job, const RowStore *sink_rows, const EpochRecord *epoch, Err *err)
{
    const StateTable *table = job->sink->class->state;
    int64_t before = job->files;
    for (size_t b = 0; b < sink_rows->batch_count; b++) {
        const Batch *rows = &sink_rows->batches[b];
        for (uint32_t row = 0; row < rows->row_count; row++) {
            Value kind = cell(rows, table, "kind", row),
                  publish = cell(rows, table, "publish", row);
            Value path = cell(rows, table, "path", row);
            if (batch_weight(rows, row) < 0 || !is_published(job, &kind, &publish, &path))
                continue;
            Value values[] = {value_bigint(++job->files),
                              path,
                              kind,
                              cell(rows, table, "row_count", row),
                              cell(rows, table, "length", row),
                              value_bigint(epoch->epoch),
                              {.type = columns[6].type, .as.integer = epoch->committed_us}};
            Vector vectors[7];
            Arena arena;
            arena_init(&arena);
            for (int c = 0; c < 7; c++) {
                vector_make(&vectors[c], &arena, columns[c].type, 1, true);
                vector_set_value(&vectors[c], &arena, 0, 1, &values[c]);
            }
            Batch line = {.cols = vectors, .col_count = 7, .row_count = 1};
            Status status = store_apply(job->store, "files", &job_files_table, &line, err);
            arena_deinit(&arena);
            TRY(status);
        }
    }
    if (job->files == before)
        return OK;
    TRY(store_trim(job->store, "files", &job_files_table, job->files - FILES_KEPT, err));
    return store_set(job->store, "files", job->files, err);
}

/* A growing or replaced file is named once, not at each start. */
static Status read_last(void *context, const Batch *rows, Err *err)
{
    (void)err;
    Job *job = context;
    Value kind = vector_get(&rows->cols[2], 0), path = vector_get(&rows->cols[1], 0);
    bool known = !text_is(&kind, "part") && !path.is_null && !job->last_file;
    if (known) {
        Str name = text_str(&path.as.text);
        job->last_file = mem_strndup(name.data, name.length);
    }
    return OK;
}

Status job_files_recover(Job *job, Err *err)
{
    TRY(store_ensure(job->store, "files", &job_files_table, err));
    TRY(store_get(job->store, "files", 0, &job->files, err));
    return store_scan_range(job->store, "files", &job_files_table, job->files - 1, job->files,
                            read_last, job, err);
}
