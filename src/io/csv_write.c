/*
 * csv_write.c - the CSV encoder: row by row, with one writer function per column.
 *
 * Room for a block of rows is reserved at once, after a look at their texts' lengths, so that
 * writers write without asking.  Those of values whose text has no known bound reserve again.
 */
#include "io/csv_write.h"

#include <stdlib.h>
#include "io/csv_options.h"
#include "io/csv_put.h"

enum { BLOCK_ROWS = 128 };

typedef uint8_t Bytes16 __attribute__((vector_size(16))); /* the compiler's own vectors */

typedef struct CsvEncoder CsvEncoder;
typedef struct CsvField CsvField;
/* Writes the value of a row that is not NULL; returns the end. */
typedef char *(*CsvFieldFn)(CsvEncoder *self, CsvField *field, const Vector *vector, uint32_t row,
                            char *to);

struct CsvField {
    CsvFieldFn write;
    const TypeClass *class;
    Type type;
    uint16_t column; /* of the batch */
    const TimePattern *pattern;
    const Zone *zone; /* of a TIMESTAMPTZ; NULL: UTC */
    const char *name;
    PutTime last;
};

struct CsvEncoder {
    Encoder base;
    Arena arena;
    CsvDialect dialect;
    CsvField *fields;
    uint16_t field_count, column_count;
    size_t fixed_bytes;     /* what the fields of a row need at most, texts left out */
    size_t block_bytes;     /* what the rest of the block may need */
    bool needs_quotes[256]; /* by byte */
    uint64_t delimiter_word, quote_word;
    Bytes16 delimiter16, quote16;
    bool has_odd_text; /* there is a comment character or a NULL that is text */
    bool cannot_quote; /* a text that needs quotes met a dialect without them */
    Buf *out;
    Buf value; /* of a type that has no writer of its own */
    Arena scratch;
    Vector *flat;
};

static CsvEncoder *encoder_of(Encoder *encoder)
{
    return (CsvEncoder *)(void *)encoder;
}

/* ---- text ---- */

static const uint64_t ones = 0x0101010101010101u, lows = 0x7F7F7F7F7F7F7F7Fu;

/* Nonzero if some byte equals the needle's. */
static inline uint64_t has_byte(uint64_t word, uint64_t needle)
{
    uint64_t x = word ^ needle;
    return ~(((x & lows) + lows) | x | lows);
}

static inline uint64_t has_special(const CsvEncoder *self, uint64_t word)
{
    return has_byte(word, self->delimiter_word) | has_byte(word, self->quote_word) |
           has_byte(word, ones * '\n') | has_byte(word, ones * '\r');
}

static inline bool short_is_special(const CsvEncoder *self, const Text *text)
{
    static const Bytes16 counted = {0,   0,   0,   0,   255, 255, 255, 255,
                                    255, 255, 255, 255, 255, 255, 255, 255};
    Bytes16 x;
    memcpy(&x, text, 16);
    Bytes16 found =
        (Bytes16)((x == self->delimiter16) | (x == self->quote16) | (x == '\n') | (x == '\r'));
    found &= counted;
    uint64_t halves[2];
    memcpy(halves, &found, 16);
    return (halves[0] | halves[1]) != 0;
}

static bool must_quote(const CsvEncoder *self, const char *text, size_t length)
{
    const CsvDialect *dialect = &self->dialect;
    if (length == 0)
        return true;
    uint64_t found = 0;
    size_t i = 0;
    for (; length - i >= 8; i += 8) {
        uint64_t word;
        memcpy(&word, text + i, 8);
        found |= has_special(self, word);
    }
    bool special = found != 0;
    for (; i < length; i++)
        special |= self->needs_quotes[(unsigned char)text[i]];
    if (dialect->comment >= 0)
        special |= *text == (char)dialect->comment;
    if (dialect->null_value.length)
        special |= str_equal((Str){text, length}, dialect->null_value);
    return special;
}

static __attribute__((noinline)) char *write_quoted(CsvEncoder *self, const char *text,
                                                    size_t length, char *to)
{
    const CsvDialect *dialect = &self->dialect;
    if (dialect->quote < 0) {
        self->cannot_quote |= length > 0;
        return to;
    }
    char quote = (char)dialect->quote, escape = (char)dialect->escape;
    *to++ = quote;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == quote)
            *to++ = dialect->escape >= 0 ? escape : quote;
        else if (dialect->escape >= 0 && text[i] == escape)
            *to++ = escape;
        *to++ = text[i];
    }
    *to++ = quote;
    return to;
}

/* Moves the buffer so that a text of `length` bytes fits, and the rest of the block behind it. */
static char *reserve_text(CsvEncoder *self, char *to, size_t length)
{
    Buf *out = self->out;
    out->length = (size_t)(to - out->data);
    return buf_reserve(out, 2 * length + 2 + self->block_bytes);
}

/* There is room for twice the length and two more bytes. */
static __attribute__((noinline)) char *put_bytes(CsvEncoder *self, const char *text, size_t length,
                                                 char *to)
{
    if (must_quote(self, text, length))
        return write_quoted(self, text, length, to);
    memcpy(to, text, length);
    return to + length;
}

static char *write_bytes(CsvEncoder *self, const char *text, size_t length, char *to)
{
    return put_bytes(self, text, length, reserve_text(self, to, length));
}

static char *write_text(CsvEncoder *self, CsvField *field, const Vector *vector, uint32_t row,
                        char *to)
{
    (void)field;
    const Text *text = (const Text *)vector->data + row;
    if (text->length - 1 > TEXT_INLINE_BYTES - 1 || self->has_odd_text)
        return put_bytes(self, text_bytes(text), text->length, to);
    const char *bytes = (const char *)text + 4;
    if (__builtin_expect(short_is_special(self, text), 0))
        return write_quoted(self, bytes, text->length, to);
    memcpy(to, bytes, TEXT_INLINE_BYTES);
    return to + text->length;
}

/* ---- other types ---- */

#define WRITER(name, T, format)                                                                    \
    static char *name(CsvEncoder *self, CsvField *field, const Vector *vector, uint32_t row,       \
                      char *to)                                                                    \
    {                                                                                              \
        (void)self;                                                                                \
        (void)field;                                                                               \
        return format(to, ((const T *)vector->data)[row]);                                         \
    }
WRITER(write_i8, int8_t, put_i64)
WRITER(write_i16, int16_t, put_i64)
WRITER(write_i32, int32_t, put_i64)
WRITER(write_i64, int64_t, put_i64)
WRITER(write_f32, float, format_f32)
WRITER(write_f64, double, put_f64)
WRITER(write_date, int32_t, format_date)
WRITER(write_time, int64_t, format_time)

static char *write_timestamp(CsvEncoder *self, CsvField *field, const Vector *vector, uint32_t row,
                             char *to)
{
    (void)self;
    return put_timestamp(to, ((const int64_t *)vector->data)[row], &field->last);
}

static char *write_timestamptz(CsvEncoder *self, CsvField *field, const Vector *vector,
                               uint32_t row, char *to)
{
    (void)self;
    return format_timestamptz(to, ((const int64_t *)vector->data)[row], field->zone);
}

static char *write_bool(CsvEncoder *self, CsvField *field, const Vector *vector, uint32_t row,
                        char *to)
{
    (void)self;
    (void)field;
    bool value = ((const bool *)vector->data)[row];
    memcpy(to, value ? "true" : "false", 5);
    return to + 5 - value;
}

static char *write_decimal(CsvEncoder *self, CsvField *field, const Vector *vector, uint32_t row,
                           char *to)
{
    (void)self;
    return format_decimal(to, ((const i128 *)vector->data)[row], field->type.scale);
}

static char *write_pattern(CsvEncoder *self, CsvField *field, const Vector *vector, uint32_t row,
                           char *to)
{
    char text[TIME_PATTERN_MAX];
    int64_t us = field->type.id == TYPE_DATE ? ((const int32_t *)vector->data)[row] * US_PER_DAY
                                             : ((const int64_t *)vector->data)[row];
    char *end = time_pattern_format(field->pattern, us, field->zone, text);
    return write_bytes(self, text, (size_t)(end - text), to);
}

static char *write_any(CsvEncoder *self, CsvField *field, const Vector *vector, uint32_t row,
                       char *to)
{
    buf_clear(&self->value);
    vector_format(vector, row, field->zone, &self->value);
    return write_bytes(self, self->value.data, self->value.length, to);
}

/* The longest text of a value that its writer puts without asking for room. */
static size_t fixed_size(CsvFieldFn write)
{
    if (write == write_any || write == write_pattern)
        return 0;
    if (write == write_text) /* the quotes, and twelve bytes of a shorter text */
        return 2 + TEXT_INLINE_BYTES;
    return write == write_decimal ? (size_t)FORMAT_DECIMAL_MAX : (size_t)PUT_ROOM;
}

static CsvFieldFn writer_of(const CsvEncoder *self, const CsvField *field)
{
    static const CsvFieldFn writers[TYPE_COUNT] = {[TYPE_BOOLEAN] = write_bool,
                                                   [TYPE_TINYINT] = write_i8,
                                                   [TYPE_SMALLINT] = write_i16,
                                                   [TYPE_INT] = write_i32,
                                                   [TYPE_BIGINT] = write_i64,
                                                   [TYPE_FLOAT] = write_f32,
                                                   [TYPE_DOUBLE] = write_f64,
                                                   [TYPE_DECIMAL] = write_decimal,
                                                   [TYPE_VARCHAR] = write_text,
                                                   [TYPE_DATE] = write_date,
                                                   [TYPE_TIME] = write_time,
                                                   [TYPE_TIMESTAMP] = write_timestamp,
                                                   [TYPE_TIMESTAMPTZ] = write_timestamptz};
    if (field->pattern)
        return write_pattern;
    CsvFieldFn write = writers[field->type.id];
    if (field->type.id == TYPE_VARCHAR)
        return write;
    /* A number might hold the delimiter itself, or read as NULL. */
    char delimiter = self->dialect.delimiter;
    bool plain = !memchr("0123456789+-.: ", delimiter, 15) &&
                 !((delimiter | 0x20) >= 'a' && (delimiter | 0x20) <= 'z') &&
                 !self->dialect.null_first;
    return plain && write ? write : write_any;
}

static char *write_null(const CsvEncoder *self, char *to)
{
    memcpy(to, self->dialect.null_value.data, self->dialect.null_value.length);
    return to + self->dialect.null_value.length;
}

/* What the live rows from…to-1 need at most, each character being doubled. */
static size_t block_size(const CsvEncoder *self, const Batch *batch, uint32_t from, uint32_t to)
{
    size_t size = (to - from) * self->fixed_bytes;
    for (uint16_t f = 0; f < self->field_count; f++) {
        if (self->fields[f].write != write_text)
            continue;
        const Text *texts = self->flat[f].data;
        for (uint32_t i = from; i < to; i++) {
            uint32_t row = batch_row(batch, i);
            bool is_null = self->flat[f].valid && !bitmap_get(self->flat[f].valid, row);
            size += is_null ? 0 : 2 * (size_t)texts[row].length;
        }
    }
    return size;
}

static void encode_block(CsvEncoder *self, const Batch *batch, uint32_t from, uint32_t to_row)
{
    char delimiter = self->dialect.delimiter;
    self->block_bytes = block_size(self, batch, from, to_row);
    char *to = buf_reserve(self->out, self->block_bytes);
    for (uint32_t i = from; i < to_row; i++) {
        uint32_t row = batch_row(batch, i);
        CsvField *field = self->fields;
        for (const Vector *vector = self->flat, *end = vector + self->field_count; vector < end;
             vector++, field++) {
            if (vector->valid && !bitmap_get(vector->valid, row))
                to = write_null(self, to);
            else
                to = field->write(self, field, vector, row, to);
            *to++ = delimiter;
        }
        to[-1] = '\n';
    }
    self->out->length = (size_t)(to - self->out->data);
}

static Status csv_encode(Encoder *encoder, const Batch *batch, Buf *out, Err *err)
{
    CsvEncoder *self = encoder_of(encoder);
    uint32_t count = batch_live(batch);
    size_t start = out->length;
    arena_reset(&self->scratch);
    for (uint16_t i = 0; i < self->field_count; i++)
        vector_flatten(&self->flat[i], &batch->cols[self->fields[i].column], batch->row_count,
                       &self->scratch);
    self->out = out;
    self->cannot_quote = false;
    for (uint32_t from = 0; from < count; from += BLOCK_ROWS)
        encode_block(self, batch, from, from + BLOCK_ROWS < count ? from + BLOCK_ROWS : count);
    if (self->cannot_quote) {
        out->length = start;
        return err_set(err, SQLSTATE_DATA, -1,
                       "a text holds the delimiter or a line end, and the table has no quote");
    }
    return OK;
}

static void csv_header(Encoder *encoder, Buf *out)
{
    CsvEncoder *self = encoder_of(encoder);
    if (!self->dialect.header)
        return;
    self->out = out;
    self->block_bytes = 1;
    for (uint16_t i = 0; i < self->field_count; i++) {
        const char *name = self->fields[i].name;
        char *end = write_bytes(self, name, strlen(name), buf_reserve(out, 1));
        *end = i + 1 < self->field_count ? self->dialect.delimiter : '\n';
        out->length = (size_t)(end + 1 - out->data);
    }
}

static void csv_encoder_free(Encoder *encoder)
{
    CsvEncoder *self = encoder_of(encoder);
    buf_deinit(&self->value);
    arena_deinit(&self->scratch);
    arena_deinit(&self->arena);
    free(self);
}

static const EncoderClass csv_encoder_class = {csv_encode, csv_header, csv_encoder_free};

static void make_fields(CsvEncoder *self, const Relation *table, const bool *skip, const Zone *zone)
{
    self->fields = ARENA_ARRAY(&self->arena, CsvField, table->column_count + 1);
    self->flat = ARENA_ARRAY(&self->arena, Vector, table->column_count + 1);
    uint16_t column = 0;
    for (int i = 0; i < table->column_count; i++) {
        const ColumnDef *def = &table->columns[i];
        if (def->kind == COLUMN_COMPUTED || def->kind == COLUMN_METADATA)
            continue;
        if (!skip || !skip[i]) {
            CsvField *field = &self->fields[self->field_count++];
            *field = (CsvField){.column = column, .type = def->type, .name = def->name};
            field->last.day = INT64_MIN;
            if (def->type.id != TYPE_TIMESTAMP && def->type.id != TYPE_DATE)
                field->zone = zone; /* those have none, whatever their pattern shows */
            field->class = type_class(def->type);
            if (def->type.id == TYPE_DATE)
                field->pattern = self->dialect.date_pattern;
            else if (def->type.id == TYPE_TIMESTAMP || def->type.id == TYPE_TIMESTAMPTZ)
                field->pattern = self->dialect.timestamp_pattern;
            field->write = writer_of(self, field);
            size_t size = fixed_size(field->write), null_size = self->dialect.null_value.length;
            self->fixed_bytes += (size > null_size ? size : null_size) + 1;
        }
        column++;
    }
}

Status csv_encoder_new(Encoder **out, const Relation *table, const bool *skip, const Zone *zone,
                       Err *err)
{
    CsvEncoder *self = mem_zalloc(sizeof *self);
    Status status;
    self->base.class = &csv_encoder_class;
    arena_init(&self->arena);
    arena_init(&self->scratch);
    buf_init(&self->value);
    TRY_GOTO(csv_dialect_init(&self->dialect, table, &self->arena, err));
    const CsvDialect *dialect = &self->dialect;
    char quote = dialect->quote >= 0 ? (char)dialect->quote : dialect->delimiter;
    self->delimiter_word = ones * (unsigned char)dialect->delimiter;
    self->quote_word = ones * (unsigned char)quote;
    self->delimiter16 = (Bytes16){0} + (uint8_t)dialect->delimiter;
    self->quote16 = (Bytes16){0} + (uint8_t)quote;
    self->needs_quotes['\n'] = self->needs_quotes['\r'] = true;
    self->needs_quotes[(unsigned char)dialect->delimiter] = true;
    self->needs_quotes[(unsigned char)quote] = true;
    self->has_odd_text = dialect->comment >= 0 || dialect->null_value.length > 0;
    make_fields(self, table, skip, zone);
    if (self->field_count == 0) {
        status = err_set(err, SQLSTATE_BAD_OBJECT_DEFINITION, -1,
                         "table \"%s\" has no column that a CSV file could hold", table->name);
        goto done;
    }
    *out = &self->base;
    return OK;
done:
    csv_encoder_free(&self->base);
    return status;
}
