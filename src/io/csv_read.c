/*
 * csv_read.c - the CSV decoder.
 *
 *     begin   chunk -> separators -> rows (csv_rows.c)
 *     early   early columns converted, all others validated, 256 rows at a time so that the rows'
 * text stays in the first-level cache from one column to the next late    what is left, for the
 * rows still selected
 *
 * A row is bad whichever columns are read: early looks at every field of every row.
 */
#include "io/csv_read.h"

#include <stdlib.h>
#include "io/csv_index.h"
#include "io/csv_rows.h"
#include "io/decode_columns.h"

enum { BLOCK_ROWS = 256, DEFAULT_ROW_BYTES = 1 << 20 };

typedef struct CsvDecoder {
    Decoder base;
    Arena arena;
    CsvDialect dialect;
    DecodeColumns wanted;
    CsvColumn *columns; /* the PHYSICAL ones, in the order of the fields */
    int32_t *out;       /* of each: its place in the batch, -1: not wanted */
    uint32_t column_count;
    CsvColumn *by_table; /* the same in the table's order, to be put in the fields' */
    int32_t *out_by_table;
    const FormatBinding *binding; /* that the order is of */
    bool order_known;
    CsvRowIndex index;
    RowRejects rejects;
    Arena scratch;
    CsvBad bad;
    uint64_t bad_rows[VALID_WORDS];
    CsvRows rows; /* of the current batch */
    bool any_bad;
} CsvDecoder;

static CsvDecoder *decoder_of(Decoder *decoder)
{
    return (CsvDecoder *)(void *)decoder;
}

static void row_is_bad(void *context, uint32_t row, const CsvColumn *column, const Err *err)
{
    CsvDecoder *self = context;
    if (bitmap_get(self->bad_rows, row))
        return;
    bitmap_set(self->bad_rows, row);
    self->any_bad = true;
    const uint32_t *bounds = self->rows.bounds + (size_t)row * self->rows.stride;
    row_rejects_add(&self->rejects, self->wanted.chunk, bounds[0] + 1u, bounds[self->column_count],
                    err->sqlstate, "column %s: %s", column->name, err->message);
}

/* Puts the columns in the order of the file's fields. */
static void order_columns(CsvDecoder *self, const FormatBinding *binding)
{
    if (self->order_known && self->binding == binding)
        return;
    for (uint32_t i = 0; i < self->column_count; i++) {
        uint32_t field = binding && binding->fields ? binding->fields[i] : i;
        self->columns[field] = self->by_table[i];
        self->columns[field].field = (uint16_t)field;
        self->out[field] = self->out_by_table[i];
    }
    self->binding = binding;
    self->order_known = true;
}

static Status csv_begin(Decoder *decoder, Chunk *chunk, uint32_t *batches, Err *err)
{
    CsvDecoder *self = decoder_of(decoder);
    (void)err;
    const ChunkOrigin *origin = chunk->origin;
    row_rejects_clear(&self->rejects);
    arena_reset(&self->scratch);
    order_columns(self, origin ? origin->binding : NULL);
    self->index.max_row_bytes =
        origin && origin->max_row_bytes > 0 ? origin->max_row_bytes : DEFAULT_ROW_BYTES;
    csv_rows_find(&self->index, chunk, &self->rejects);
    bool check_utf8 = !self->index.is_ascii && !csv_utf8_valid(chunk->data, chunk->length);
    for (uint32_t i = 0; i < self->column_count; i++) {
        CsvColumn *column = &self->columns[i];
        column->quotes = self->index.has_quotes;
        column->check_utf8 = check_utf8;
        column->text = &chunk->text;
        csv_column_choose(column);
    }
    uint32_t rows = self->wanted.batch_rows;
    *batches = (self->index.rows.count + rows - 1) / rows;
    decode_columns_begin(&self->wanted, chunk, *batches);
    return OK;
}

static void batch_rows(CsvDecoder *self, uint32_t b)
{
    const CsvRows *all = &self->index.rows;
    uint32_t first = b * self->wanted.batch_rows, left = all->count - first;
    self->rows = *all;
    self->rows.bounds = all->bounds + (size_t)first * all->stride;
    self->rows.count = left < self->wanted.batch_rows ? left : self->wanted.batch_rows;
}

static void column_aim(CsvDecoder *self, CsvColumn *column, int32_t out, uint32_t b,
                       const Batch *batch)
{
    column->is_wanted = out >= 0;
    column->valid = NULL;
    if (out < 0)
        return;
    column->data = batch->cols[out].data;
    column->valid_space = decode_columns_valid(&self->wanted, b, (uint32_t)out);
}

static void fill_offsets(const CsvDecoder *self, Vector *vector)
{
    int64_t *offsets = vector->data;
    const uint32_t *bounds = self->rows.bounds;
    for (uint32_t row = 0; row < self->rows.count; row++, bounds += self->rows.stride)
        offsets[row] = self->wanted.chunk->file_offset + (uint32_t)(bounds[0] + 1);
}

static bool is_early(const CsvDecoder *self, uint32_t field)
{
    int32_t out = self->out[field];
    return out >= 0 && self->wanted.columns[out].early;
}

static Status csv_early(Decoder *decoder, uint32_t b, Batch *out, Err *err)
{
    CsvDecoder *self = decoder_of(decoder);
    (void)err;
    batch_rows(self, b);
    uint32_t count = self->rows.count;
    decode_columns_batch(&self->wanted, b, count, (uint64_t)b * self->wanted.batch_rows, out);
    for (uint32_t i = 0; i < self->column_count; i++)
        column_aim(self, &self->columns[i], is_early(self, i) ? self->out[i] : -1, b, out);
    memset(self->bad_rows, 0, sizeof self->bad_rows);
    self->any_bad = false;
    for (uint32_t from = 0; from < count; from += BLOCK_ROWS) {
        uint32_t to = from + BLOCK_ROWS < count ? from + BLOCK_ROWS : count;
        for (uint32_t i = 0; i < self->column_count; i++) {
            CsvColumn *column = &self->columns[i];
            CsvColumnFn work = column->is_wanted ? column->convert : column->validate;
            if (work)
                work(column, &self->rows, NULL, from, to);
        }
    }
    for (uint32_t i = 0; i < self->column_count; i++)
        if (self->columns[i].is_wanted)
            out->cols[self->out[i]].valid = self->columns[i].valid;
    for (uint16_t i = 0; i < self->wanted.count; i++)
        if (self->wanted.columns[i].kind == DECODE_FILE_OFFSET)
            fill_offsets(self, &out->cols[i]);
    if (self->any_bad)
        decode_columns_select(&self->wanted, b, self->bad_rows, out);
    arena_reset(&self->scratch);
    return OK;
}

static Status csv_late(Decoder *decoder, uint32_t b, Batch *batch, Err *err)
{
    CsvDecoder *self = decoder_of(decoder);
    (void)err;
    batch_rows(self, b);
    for (uint32_t i = 0; i < self->column_count; i++) {
        CsvColumn *column = &self->columns[i];
        if (self->out[i] < 0 || is_early(self, i))
            continue;
        column_aim(self, column, self->out[i], b, batch);
        column->convert(column, &self->rows, batch->sel, 0, batch_live(batch));
        batch->cols[self->out[i]].valid = column->valid;
    }
    arena_reset(&self->scratch);
    return OK;
}

static void csv_rejects(Decoder *decoder, const Reject **rejects, uint32_t *count)
{
    CsvDecoder *self = decoder_of(decoder);
    row_rejects_list(&self->rejects, self->wanted.chunk, rejects, count);
}

static void csv_end(Decoder *decoder)
{
    decode_columns_end(&decoder_of(decoder)->wanted);
}

static void csv_free(Decoder *decoder)
{
    CsvDecoder *self = decoder_of(decoder);
    decode_columns_deinit(&self->wanted);
    csv_rows_deinit(&self->index);
    row_rejects_deinit(&self->rejects);
    arena_deinit(&self->scratch);
    arena_deinit(&self->arena);
    free(self);
}

static const DecoderClass csv_decoder_class = {csv_begin,   csv_early, csv_late,
                                               csv_rejects, csv_end,   csv_free};

static Status make_columns(CsvDecoder *self, const DecodeSpec *spec, Err *err)
{
    const Relation *table = spec->table;
    size_t most = (size_t)table->column_count + 1;
    self->columns = ARENA_ARRAY(&self->arena, CsvColumn, most);
    self->by_table = ARENA_ARRAY(&self->arena, CsvColumn, most);
    self->out = ARENA_ARRAY(&self->arena, int32_t, most);
    self->out_by_table = ARENA_ARRAY(&self->arena, int32_t, most);
    for (int i = 0; i < table->column_count; i++) {
        const ColumnDef *def = &table->columns[i];
        if (def->kind != COLUMN_PHYSICAL)
            continue;
        PhysicalClass physical = type_physical(def->type);
        if (physical == PHYSICAL_LIST || physical == PHYSICAL_STRUCT)
            return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                           "column \"%s\": ARRAY and ROW in CSV are not supported yet", def->name);
        self->out_by_table[self->column_count] = -1;
        self->by_table[self->column_count++] = (CsvColumn){
            .name = def->name,
            .type = def->type,
            .class = type_class(def->type),
            .dialect = &self->dialect,
            .zone = spec->zone,
            .not_null = def->not_null,
            .scratch = &self->scratch,
            .bad = &self->bad,
        };
    }
    if (self->column_count == 0)
        return err_set(err, SQLSTATE_BAD_OBJECT_DEFINITION, -1,
                       "table \"%s\" has no column that a CSV file could hold", table->name);
    for (uint16_t i = 0; i < self->wanted.count; i++)
        if (self->wanted.columns[i].kind == DECODE_FIELD)
            self->out_by_table[self->wanted.columns[i].which] = i;
    return OK;
}

Status csv_decoder_new(const DecodeSpec *spec, Decoder **out, Err *err)
{
    CsvDecoder *self = mem_zalloc(sizeof *self);
    Status status;
    self->base.class = &csv_decoder_class;
    arena_init(&self->arena);
    arena_init(&self->scratch);
    row_rejects_init(&self->rejects);
    self->bad = (CsvBad){row_is_bad, self};
    TRY_GOTO(csv_dialect_init(&self->dialect, spec->table, &self->arena, err));
    TRY_GOTO(decode_columns_init(&self->wanted, spec, &self->arena, err));
    TRY_GOTO(make_columns(self, spec, err));
    self->index.dialect = &self->dialect;
    self->index.fields = self->column_count;
    *out = &self->base;
    return OK;
done:
    csv_free(&self->base);
    return status;
}
