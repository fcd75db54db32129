/*
 * source_datagen.c - made-up rows: the same rows for the same seed, whatever the rate, which only
 * delays them.
 *
 * A chunk holds no bytes, only which rows it stands for; decoders make them.  The input ends with
 * 'number-of-rows' or with the shortest sequence.
 */
#include <stdlib.h>
#include "io/chunk_pool.h"
#include "io/connector_options.h"
#include "io/datagen_field.h"
#include "io/decode_columns.h"
#include "io/state_rows.h"

extern const SourceClass source_datagen;

enum { CHUNK_ROWS = 16 * 1024, LEAST_WAIT_US = 10000, POOLED_CHUNKS = 16 };

typedef struct DatagenRows { /* Chunk.origin */
    int64_t first;
    uint32_t count;
} DatagenRows;

typedef struct DatagenSource {
    Source base;
    SourceConfig config;
    uint64_t seed;
    int64_t rows_per_second, row_count; /* INT64_MAX: no end */
    int64_t next_row, started_row, started_us, saved_row;
    uint64_t next_ticket;
    ChunkPool pool;
} DatagenSource;

static StateColumn offset_columns[] = {{"source", {.id = TYPE_BIGINT}},
                                       {"next_row", {.id = TYPE_BIGINT}}};
static const StateTable datagen_offsets = {
    .name = "datagen", .columns = offset_columns, .column_count = 2, .key_count = 1};

static Status read_options(const Relation *table, int64_t *rows_per_second, int64_t *row_count,
                           uint64_t *seed, Err *err)
{
    const OptionList *options = &table->options;
    *seed = (uint64_t)option_get_int(options, datagen_options, "seed");
    *rows_per_second = option_get_int(options, datagen_options, "rows-per-second");
    *row_count = INT64_MAX;
    if (*rows_per_second < 0 || *rows_per_second > 1000000000)
        return connector_bad_option(table, "rows-per-second", "must lie between 0 and 1000000000",
                                    err);
    if (option_is_set(options, "number-of-rows"))
        *row_count = option_get_int(options, datagen_options, "number-of-rows");
    if (*row_count < 0)
        return connector_bad_option(table, "number-of-rows", "must not be negative", err);
    for (int i = 0; i < table->column_count; i++) {
        DatagenField field;
        if (table->columns[i].kind != COLUMN_PHYSICAL)
            continue;
        TRY(datagen_field_init(&field, table, &table->columns[i], *seed, err));
        if (field.sequence && field.count < *row_count)
            *row_count = field.count;
    }
    return OK;
}

static Status datagen_describe(const Relation *table, ScanDefault scan_default,
                               SourceTraits *traits, Arena *arena, ColumnDef **columns,
                               int *column_count, Err *err)
{
    int64_t rate, rows;
    uint64_t seed;
    (void)scan_default;
    (void)arena;
    (void)column_count;
    if (columns)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1, "datagen needs a table with columns");
    TRY(read_options(table, &rate, &rows, &seed, err));
    *traits = (SourceTraits){.bounded = rows != INT64_MAX,
                             .append_only = true,
                             .ordered = true,
                             .replayable = true,
                             .estimated_rows = rows == INT64_MAX ? -1 : rows};
    return OK;
}

static Status load_row(void *context, const Value *values, Err *err)
{
    (void)err;
    ((DatagenSource *)context)->next_row = state_int(&values[1]);
    return OK;
}

static Status datagen_open(Source **out, const SourceConfig *config, Err *err)
{
    DatagenSource *source = mem_zalloc(sizeof *source);
    source->base.class = &source_datagen;
    source->config = *config;
    source->saved_row = -1;
    Status status = read_options(config->table, &source->rows_per_second, &source->row_count,
                                 &source->seed, err);
    if (status == OK && config->available_now && source->row_count == INT64_MAX) {
        status = err_set(err, SQLSTATE_INVALID_PARAMETER, -1,
                         "%s has no end that the trigger could wait for", config->table->name);
        err_hint(err, "Give it 'number-of-rows'.");
    }
    if (status == OK && config->offsets)
        status = state_rows_each(config->offsets, &datagen_offsets, load_row, source, err);
    if (status != OK) {
        free(source);
        return status;
    }
    /* Replays have no time to wait in. */
    if (config->replay || (config->clock && config->clock->is_virtual))
        source->rows_per_second = 0;
    source->started_row = source->next_row;
    source->started_us = clock_mono_us();
    chunk_pool_init(&source->pool, 64, POOLED_CHUNKS);
    *out = &source->base;
    return OK;
}

/* Rows before this one may come now. */
static int64_t due_row(const DatagenSource *source, int64_t now_us)
{
    if (source->rows_per_second == 0)
        return source->row_count;
    i128 due = (i128)(now_us - source->started_us) * source->rows_per_second / US_PER_SECOND + 1 +
               source->started_row;
    return due < source->row_count ? (int64_t)due : source->row_count;
}

static Status datagen_next(Source *base, Chunk **chunk, SourceState *state, int64_t *wait_until_us,
                           Err *err)
{
    DatagenSource *source = (DatagenSource *)base;
    (void)err;
    int64_t now_us = clock_mono_us(), ready = due_row(source, now_us) - source->next_row;
    if (source->next_row >= source->row_count) {
        *state = SOURCE_END;
        return OK;
    }
    if (ready <= 0) {
        i128 wait_us = (i128)(source->next_row - source->started_row) * US_PER_SECOND /
                           source->rows_per_second -
                       (now_us - source->started_us);
        *state = SOURCE_WAIT;
        *wait_until_us = clock_now_us(source->config.clock) +
                         (wait_us < LEAST_WAIT_US ? LEAST_WAIT_US : (int64_t)wait_us);
        return OK;
    }
    Chunk *made = chunk_pool_take(&source->pool, 0);
    DatagenRows *rows = ARENA_NEW(&made->text, DatagenRows);
    *rows = (DatagenRows){source->next_row, ready < CHUNK_ROWS ? (uint32_t)ready : CHUNK_ROWS};
    made->origin = rows;
    made->ticket = source->next_ticket++;
    made->file_offset = rows->first;
    made->arrival_us = clock_now_us(source->config.clock);
    source->next_row += rows->count;
    *chunk = made;
    *state = SOURCE_CHUNK;
    return OK;
}

/* ---- decoding ---- */

typedef struct DatagenDecoder {
    Decoder base;
    Arena arena;
    DecodeColumns wanted;
    DatagenField *fields; /* of the wanted columns */
} DatagenDecoder;

static const DatagenRows *rows_of(const DatagenDecoder *self)
{
    return self->wanted.chunk->origin;
}

static Status datagen_begin(Decoder *decoder, Chunk *chunk, uint32_t *batches, Err *err)
{
    DatagenDecoder *self = (DatagenDecoder *)decoder;
    (void)err;
    const DatagenRows *rows = chunk->origin;
    *batches = (rows->count + self->wanted.batch_rows - 1u) / self->wanted.batch_rows;
    decode_columns_begin(&self->wanted, chunk, *batches);
    return OK;
}

static void fill(DatagenDecoder *self, uint32_t b, const Batch *batch, bool early)
{
    int64_t first = rows_of(self)->first + (int64_t)b * self->wanted.batch_rows;
    for (uint16_t i = 0; i < self->wanted.count; i++) {
        const DecodeColumn *column = &self->wanted.columns[i];
        bool has_null;
        if (column->early != early || column->kind != DECODE_FIELD)
            continue;
        uint64_t *valid = decode_columns_valid(&self->wanted, b, i);
        datagen_field_fill(&self->fields[i], first, batch->row_count, batch->cols[i].data, valid,
                           &has_null, &self->wanted.chunk->text);
        batch->cols[i].valid = has_null ? valid : NULL;
    }
}

static Status datagen_early(Decoder *decoder, uint32_t b, Batch *out, Err *err)
{
    DatagenDecoder *self = (DatagenDecoder *)decoder;
    (void)err;
    uint32_t first = b * self->wanted.batch_rows, left = rows_of(self)->count - first;
    decode_columns_batch(&self->wanted, b,
                         left < self->wanted.batch_rows ? left : self->wanted.batch_rows, first,
                         out);
    fill(self, b, out, true);
    return OK;
}

static Status datagen_late(Decoder *decoder, uint32_t b, Batch *batch, Err *err)
{
    (void)err;
    fill((DatagenDecoder *)decoder, b, batch, false);
    return OK;
}

static void datagen_rejects(Decoder *decoder, const Reject **rejects, uint32_t *count)
{
    (void)decoder;
    *rejects = NULL;
    *count = 0;
}

static void datagen_end(Decoder *decoder)
{
    decode_columns_end(&((DatagenDecoder *)decoder)->wanted);
}

static void datagen_free(Decoder *decoder)
{
    DatagenDecoder *self = (DatagenDecoder *)decoder;
    decode_columns_deinit(&self->wanted);
    arena_deinit(&self->arena);
    free(self);
}

static const DecoderClass datagen_decoder_class = {.begin = datagen_begin,
                                                   .early = datagen_early,
                                                   .late = datagen_late,
                                                   .rejects = datagen_rejects,
                                                   .end = datagen_end,
                                                   .free = datagen_free};

static Status datagen_decoder_new(Source *base, const DecodeSpec *spec, Decoder **out, Err *err)
{
    const DatagenSource *source = (const DatagenSource *)base;
    DatagenDecoder *self = mem_zalloc(sizeof *self);
    self->base.class = &datagen_decoder_class;
    arena_init(&self->arena);
    self->fields = ARENA_ARRAY(&self->arena, DatagenField, spec->column_count + 1);
    Status status = decode_columns_init(&self->wanted, spec, &self->arena, err);
    for (uint16_t i = 0; i < spec->column_count && status == OK; i++)
        status = datagen_field_init(&self->fields[i], spec->table,
                                    &spec->table->columns[spec->columns[i]], source->seed, err);
    if (status != OK) {
        datagen_free(&self->base);
        return status;
    }
    *out = &self->base;
    return OK;
}

/* ---- offsets ---- */

static Status datagen_save_offsets(Source *base, bool changes_only, RowStore *out, Err *err)
{
    DatagenSource *source = (DatagenSource *)base;
    (void)err;
    if (changes_only && source->saved_row == source->next_row)
        return OK;
    Value values[] = {value_bigint(0), value_bigint(source->next_row)};
    state_rows_add(out, &datagen_offsets, values, 1);
    source->saved_row = source->next_row;
    return OK;
}

static Status datagen_refresh(Source *base, Err *err)
{
    (void)base;
    (void)err;
    return OK;
}

static void datagen_status(Source *base,
                           void (*row)(void *context, const char *name, int64_t offset,
                                       int64_t size),
                           void *context)
{
    const DatagenSource *source = (const DatagenSource *)base;
    row(context, "rows", source->next_row, source->row_count == INT64_MAX ? -1 : source->row_count);
}

static void datagen_close(Source *base)
{
    DatagenSource *source = (DatagenSource *)base;
    chunk_pool_deinit(&source->pool);
    free(source);
}

const SourceClass source_datagen = {
    .name = "datagen",
    .options = datagen_options,
    .offsets = &datagen_offsets,
    .describe = datagen_describe,
    .open = datagen_open,
    .next = datagen_next,
    .decoder_new = datagen_decoder_new,
    .save_offsets = datagen_save_offsets,
    .refresh = datagen_refresh,
    .queued_chunks = 1,
    .status = datagen_status,
    .close = datagen_close,
};
