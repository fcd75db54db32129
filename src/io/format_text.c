/* format_text.c - see format_text.h. */
#include "io/format_text.h"

#include <stdlib.h>
#include "io/csv_index.h"
#include "io/decode_columns.h"
#include "io/row_rejects.h"

const OptionSpec text_options[] = {
    {.name = "text.line-delimiter",
     .aliases = "raw.charset raw.endianness wholetext lineSep",
     .kind = OPTION_IGNORED},
    {.name = NULL},
};

/* ---- reading ---- */

typedef struct TextDecoder {
    Decoder base;
    Arena arena;
    DecodeColumns wanted;
    RowRejects rejects;
    uint32_t *ends; /* of the lines; one entry before the first is in use as well */
    size_t room;
    uint32_t rows;
    const ColumnDef *column;
    bool check_utf8;
    int64_t max_row_bytes;
    uint64_t bad_rows[VALID_WORDS];
    bool any_bad;
} TextDecoder;

static TextDecoder *decoder_of(Decoder *decoder)
{
    return (TextDecoder *)(void *)decoder;
}

static Status text_begin(Decoder *decoder, Chunk *chunk, uint32_t *batches, Err *err)
{
    TextDecoder *self = decoder_of(decoder);
    (void)err;
    const ChunkOrigin *origin = chunk->origin;
    size_t wanted = chunk->length + CSV_INDEX_SLACK + 2;
    if (self->room < wanted) {
        free(self->ends);
        self->ends = mem_alloc(wanted * sizeof *self->ends);
        self->room = wanted;
    }
    row_rejects_clear(&self->rejects);
    CsvIndex found;
    self->ends[0] = UINT32_MAX;
    csv_index(chunk->data, chunk->length, '\n', -1, self->ends + 1, &found);
    if (chunk->length && chunk->data[chunk->length - 1] != '\n')
        self->ends[++found.count] = chunk->length;
    self->rows = (uint32_t)found.count;
    self->check_utf8 = self->column->type.id == TYPE_VARCHAR && !found.is_ascii &&
                       !csv_utf8_valid(chunk->data, chunk->length);
    self->max_row_bytes = origin && origin->max_row_bytes > 0 ? origin->max_row_bytes : INT64_MAX;
    *batches = (self->rows + self->wanted.batch_rows - 1u) / self->wanted.batch_rows;
    decode_columns_begin(&self->wanted, chunk, *batches);
    return OK;
}

/* The line's end without a return. */
static uint32_t line_end(const char *data, uint32_t start, uint32_t end)
{
    return end - (end > start && data[end - 1] == '\r');
}

static void check_lines(TextDecoder *self, const uint32_t *ends, uint32_t count)
{
    const Chunk *chunk = self->wanted.chunk;
    uint32_t most = self->column->type.length;
    bool short_enough = chunk->length <= self->max_row_bytes;
    memset(self->bad_rows, 0, sizeof self->bad_rows);
    self->any_bad = false;
    if (!self->check_utf8 && !most && short_enough)
        return;
    for (uint32_t row = 0; row < count; row++) {
        uint32_t start = ends[row - 1l] + 1, end = line_end(chunk->data, start, ends[row]);
        const char *data = chunk->data + start, *reason = NULL, *sqlstate = SQLSTATE_BAD_ENCODING;
        if (ends[row] - start > (uint64_t)self->max_row_bytes) {
            bitmap_set(self->bad_rows, row);
            self->any_bad = true;
            row_rejects_add_too_long(&self->rejects, chunk, start, self->max_row_bytes);
            continue;
        }
        if (self->check_utf8 && !utf8_valid(data, end - start)) {
            reason = "invalid UTF-8";
        } else if (most && end - start > most && utf8_count(data, end - start) > most) {
            reason = "line is too long for the column's type";
            sqlstate = SQLSTATE_TRUNCATION;
        }
        if (!reason)
            continue;
        bitmap_set(self->bad_rows, row);
        self->any_bad = true;
        row_rejects_add(&self->rejects, chunk, start, end, sqlstate, "column %s: %s",
                        self->column->name, reason);
    }
}

static void fill(TextDecoder *self, const uint32_t *ends, uint32_t count, const Batch *batch,
                 bool early)
{
    const char *data = self->wanted.chunk->data;
    for (uint16_t i = 0; i < self->wanted.count; i++) {
        const DecodeColumn *column = &self->wanted.columns[i];
        if (column->early != early)
            continue;
        if (column->kind == DECODE_FIELD) {
            Text *texts = batch->cols[i].data;
            for (uint32_t row = 0; row < count; row++) {
                uint32_t start = ends[row - 1l] + 1, end = line_end(data, start, ends[row]);
                texts[row] = text_make(data + start, end - start);
            }
        } else if (column->kind == DECODE_FILE_OFFSET) {
            int64_t *offsets = batch->cols[i].data;
            for (uint32_t row = 0; row < count; row++)
                offsets[row] = self->wanted.chunk->file_offset + (uint32_t)(ends[row - 1l] + 1);
        }
    }
}

static const uint32_t *batch_lines(const TextDecoder *self, uint32_t b, uint32_t *count)
{
    uint32_t first = b * self->wanted.batch_rows, left = self->rows - first;
    *count = left < self->wanted.batch_rows ? left : self->wanted.batch_rows;
    return self->ends + 1 + first;
}

static Status text_early(Decoder *decoder, uint32_t b, Batch *out, Err *err)
{
    TextDecoder *self = decoder_of(decoder);
    (void)err;
    uint32_t count;
    const uint32_t *ends = batch_lines(self, b, &count);
    decode_columns_batch(&self->wanted, b, count, (uint64_t)b * self->wanted.batch_rows, out);
    check_lines(self, ends, count);
    fill(self, ends, count, out, true);
    if (self->any_bad)
        decode_columns_select(&self->wanted, b, self->bad_rows, out);
    return OK;
}

static Status text_late(Decoder *decoder, uint32_t b, Batch *batch, Err *err)
{
    TextDecoder *self = decoder_of(decoder);
    (void)err;
    uint32_t count;
    const uint32_t *ends = batch_lines(self, b, &count);
    fill(self, ends, count, batch, false);
    return OK;
}

static void text_rejects(Decoder *decoder, const Reject **rejects, uint32_t *count)
{
    TextDecoder *self = decoder_of(decoder);
    row_rejects_list(&self->rejects, self->wanted.chunk, rejects, count);
}

static void text_end(Decoder *decoder)
{
    decode_columns_end(&decoder_of(decoder)->wanted);
}

static void text_free(Decoder *decoder)
{
    TextDecoder *self = decoder_of(decoder);
    decode_columns_deinit(&self->wanted);
    row_rejects_deinit(&self->rejects);
    free(self->ends);
    arena_deinit(&self->arena);
    free(self);
}

static const DecoderClass text_decoder_class = {text_begin,   text_early, text_late,
                                                text_rejects, text_end,   text_free};

/* The one column that holds a line. */
static Status line_column(const Relation *table, const bool *skip, int *which, Err *err)
{
    int found = -1;
    for (int i = 0; i < table->column_count; i++) {
        if (table->columns[i].kind != COLUMN_PHYSICAL || (skip && skip[i]))
            continue;
        if (found >= 0)
            return err_set(err, SQLSTATE_BAD_OBJECT_DEFINITION, -1,
                           "format 'text' has one column, table \"%s\" has more", table->name);
        found = i;
    }
    if (found < 0)
        return err_set(err, SQLSTATE_BAD_OBJECT_DEFINITION, -1,
                       "format 'text' has one column, table \"%s\" has none", table->name);
    TypeId id = (TypeId)table->columns[found].type.id;
    if (id != TYPE_VARCHAR && id != TYPE_BYTES)
        return err_set(err, SQLSTATE_TYPE_MISMATCH, -1,
                       "column \"%s\" of format 'text' must be VARCHAR or BYTES",
                       table->columns[found].name);
    *which = found;
    return OK;
}

Status text_decoder_new(const DecodeSpec *spec, Decoder **out, Err *err)
{
    int which = 0;
    TRY(line_column(spec->table, NULL, &which, err));
    TextDecoder *self = mem_zalloc(sizeof *self);
    self->base.class = &text_decoder_class;
    self->column = &spec->table->columns[which];
    arena_init(&self->arena);
    row_rejects_init(&self->rejects);
    Status status = decode_columns_init(&self->wanted, spec, &self->arena, err);
    if (status == OK)
        *out = &self->base;
    else
        text_free(&self->base);
    return status;
}

Status text_binding_new(const Relation *table, const char *file_path, Str head, bool whole,
                        Arena *arena, size_t *consumed, int64_t *lines, FormatBinding **out,
                        Err *err)
{
    (void)table, (void)file_path, (void)arena, (void)err;
    static const char mark[] = "\xEF\xBB\xBF";
    size_t marked = head.length < 3 ? head.length : 3;
    bool has_mark = memcmp(head.data, mark, marked) == 0;
    *consumed = has_mark && marked == 3 ? 3 : 0;
    if (has_mark && marked < 3 && !whole)
        *consumed = SIZE_MAX;
    *lines = 0;
    *out = NULL;
    return OK;
}

size_t text_cut(const CutPlan *plan, const char *data, size_t length, bool final,
                int64_t max_row_bytes, int64_t *lines)
{
    (void)plan, (void)max_row_bytes;
    const char *last = length ? memrchr(data, '\n', length) : NULL;
    size_t cut = final ? length : last ? (size_t)(last - data) + 1 : 0;
    *lines = (int64_t)csv_count_lines(data, cut);
    return cut;
}

/* ---- writing ---- */

typedef struct TextEncoder {
    Encoder base;
    uint16_t column; /* of the batch */
} TextEncoder;

static Status text_encode(Encoder *encoder, const Batch *batch, Buf *out, Err *err)
{
    (void)err;
    const Vector *vector = &batch->cols[((TextEncoder *)(void *)encoder)->column];
    uint32_t count = batch_live(batch);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = batch_row(batch, i);
        if (!vector_is_null(vector, row)) {
            const Text *text = vector_value(vector, row);
            buf_add(out, text_bytes(text), text->length);
        }
        buf_add_char(out, '\n');
    }
    return OK;
}

static void text_header(Encoder *encoder, Buf *out)
{
    (void)encoder, (void)out;
}

static void text_encoder_free(Encoder *encoder)
{
    free(encoder);
}

static const EncoderClass text_encoder_class = {text_encode, text_header, text_encoder_free};

Status text_encoder_new(Encoder **out, const Relation *table, const bool *skip, const Zone *zone,
                        Err *err)
{
    int which = 0;
    (void)zone; /* the one column is a text */
    TRY(line_column(table, skip, &which, err));
    TextEncoder *self = mem_zalloc(sizeof *self);
    self->base.class = &text_encoder_class;
    for (int i = 0; i < which; i++)
        self->column = (uint16_t)(self->column + (table->columns[i].kind == COLUMN_PHYSICAL ||
                                                  table->columns[i].kind == COLUMN_PARTITION));
    *out = &self->base;
    return OK;
}

extern const FormatClass format_text;
const FormatClass format_text = {
    .name = "text",
    .extension = ".txt",
    .options = text_options,
    .binding_new = text_binding_new,
    .cut = text_cut,
    .decoder_new = text_decoder_new,
    .encoder_new = text_encoder_new,
};
