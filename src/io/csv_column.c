/* csv_column.c - fields by the letter, and which way a column takes. */
#include "io/csv_column.h"

#include "io/csv_read.h"
#include "io/simd.h"

static const char *kind_of(Type type)
{
    return type.id == TYPE_DATE ? "date" : "timestamp";
}

void csv_column_null(CsvColumn *column, uint32_t row)
{
    uint16_t size = column->class->size;
    if (column->is_wanted) {
        memset((char *)column->data + (size_t)row * size, 0, size);
        if (!column->valid) {
            memset(column->valid_space, 0xFF, VALID_WORDS * sizeof(uint64_t));
            column->valid = column->valid_space;
        }
        bitmap_clear(column->valid, row);
    }
    if (!column->not_null)
        return;
    Err err = ERR_NONE;
    err_set(&err, SQLSTATE_NOT_NULL, -1, "must not be NULL");
    column->bad->tell(column->bad->context, row, column, &err);
}

Str csv_unquote(const CsvDialect *dialect, Str raw, Arena *arena)
{
    char quote = (char)dialect->quote;
    const char *from = raw.data + 1, *end = raw.data + raw.length - 1;
    size_t length = (size_t)(end - from);
    bool plain = !memchr(from, quote, length) &&
                 (dialect->escape < 0 || !memchr(from, dialect->escape, length));
    if (plain)
        return (Str){from, length};
    char *copy = arena_alloc_aligned(arena, length, 1), *to = copy;
    for (; from < end; from++) {
        bool skips = *from == quote || (dialect->escape >= 0 && *from == (char)dialect->escape);
        from += skips && from + 1 < end;
        *to++ = *from;
    }
    return (Str){copy, (size_t)(to - copy)};
}

static Status parse_pattern(const CsvColumn *column, const TimePattern *pattern, Str text,
                            void *value, Err *err)
{
    int64_t us;
    if (!time_pattern_parse(pattern, text, column->type.id == TYPE_TIMESTAMPTZ, column->zone, &us))
        return err_set(err, SQLSTATE_DATETIME_FORMAT, -1,
                       "\"" STR_FORMAT "\" is not a %s of the format given", STR_ARG(text),
                       kind_of(column->type));
    if (column->type.id == TYPE_DATE)
        *(int32_t *)value = (int32_t)(us / US_PER_DAY - (us % US_PER_DAY < 0));
    else
        *(int64_t *)value = timestamp_round(us, column->type.precision);
    return OK;
}

static const TimePattern *pattern_of(const CsvColumn *column)
{
    if (column->type.id == TYPE_DATE)
        return column->dialect->date_pattern;
    bool timestamp = column->type.id == TYPE_TIMESTAMP || column->type.id == TYPE_TIMESTAMPTZ;
    return timestamp ? column->dialect->timestamp_pattern : NULL;
}

/* `text` lives as long as the chunk, so a VARCHAR needs no copy. */
static Status parse_value(CsvColumn *column, Str text, void *value, Arena *arena, Err *err)
{
    if (column->check_utf8 && !utf8_valid(text.data, text.length))
        return err_set(err, SQLSTATE_BAD_ENCODING, -1, "invalid UTF-8");
    const TimePattern *pattern = pattern_of(column);
    if (pattern)
        return parse_pattern(column, pattern, text, value, err);
    if (column->zone && column->type.id == TYPE_TIMESTAMPTZ)
        return timestamptz_parse_in(column->type, text, column->zone, value, err);
    if (column->type.id != TYPE_VARCHAR)
        return column->class->parse(column->type, text, value, arena, err);
    Text parsed = {.length = (uint32_t)text.length};
    if (column->type.length || column->type.is_char)
        TRY(column->class->parse(column->type, text, &parsed, column->scratch, err));
    *(Text *)value = text_make(text.data, parsed.length);
    return OK;
}

static bool is_null(const CsvColumn *column, Str raw)
{
    Str null_value = column->dialect->null_value;
    if (raw.length == 0)
        return null_value.length == 0 || column->type.id != TYPE_VARCHAR;
    return null_value.length > 0 && str_equal(raw, null_value);
}

void csv_column_slow(CsvColumn *column, const CsvRows *rows, uint32_t row)
{
    const uint32_t *bounds = rows->bounds + (size_t)row * rows->stride + column->field;
    int32_t length = (int32_t)(bounds[1] - (bounds[0] + 1));
    Str raw = {rows->data + (bounds[0] + 1), length > 0 ? (size_t)length : 0};
    bool quoted =
        raw.length > 0 && column->dialect->quote >= 0 && *raw.data == (char)column->dialect->quote;
    if (!quoted && is_null(column, raw)) {
        csv_column_null(column, row);
        return;
    }
    Arena *arena = column->is_wanted ? column->text : column->scratch;
    _Alignas(16) char value[16];
    Err err = ERR_NONE;
    Status status;
    if (quoted && (raw.length < 2 || raw.data[raw.length - 1] != *raw.data))
        status = err_set(&err, SQLSTATE_BAD_COPY, -1, "unterminated quote");
    else
        status = parse_value(column, quoted ? csv_unquote(column->dialect, raw, arena) : raw, value,
                             arena, &err);
    if (status != OK) {
        if (column->dialect->on_bad_row == BAD_ROW_NULL) {
            csv_column_null(column, row);
            return;
        }
        if (column->is_wanted)
            memset((char *)column->data + (size_t)row * column->class->size, 0,
                   column->class->size);
        column->bad->tell(column->bad->context, row, column, &err);
    } else if (column->is_wanted) {
        memcpy((char *)column->data + (size_t)row * column->class->size, value,
               column->class->size);
    }
}

static void slow_rows(CsvColumn *column, const CsvRows *rows, const uint16_t *sel, uint32_t from,
                      uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        csv_column_slow(column, rows, sel ? sel[i] : i);
}

static const CsvColumnFns *column_fns(void)
{
#if defined(__x86_64__)
    switch (simd_level()) {
    case SIMD_AVX512:
        return &csv_column_avx512;
    case SIMD_AVX2:
        return &csv_column_avx2;
    case SIMD_PORTABLE:
        break;
    }
#endif
    return &csv_column_portable;
}

static const CsvColumnFn *fast_fns(const CsvColumn *column)
{
    const CsvColumnFns *fns = column_fns();
    switch ((TypeId)column->type.id) {
    case TYPE_BOOLEAN:
        return fns->boolean;
    case TYPE_TINYINT:
        return fns->tinyint;
    case TYPE_SMALLINT:
        return fns->smallint;
    case TYPE_INT:
        return fns->integer;
    case TYPE_BIGINT:
        return fns->bigint;
    case TYPE_FLOAT:
        return fns->real;
    case TYPE_DOUBLE:
        return fns->dbl;
    case TYPE_DECIMAL:
        return fns->decimal;
    case TYPE_DATE:
        return fns->date;
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMPTZ:
        return fns->timestamp;
    case TYPE_VARCHAR:
        return column->quotes || column->dialect->null_value.length ? fns->special_text : fns->text;
    case TYPE_NULL:
    case TYPE_BYTES:
    case TYPE_TIME:
    case TYPE_INTERVAL:
    case TYPE_ARRAY:
    case TYPE_ROW:
    case TYPE_JSON:
    case TYPE_COUNT:
        return NULL;
    }
    return NULL;
}

void csv_column_choose(CsvColumn *column)
{
    const CsvDialect *dialect = column->dialect;
    bool is_text = column->type.id == TYPE_VARCHAR;
    bool by_letter =
        dialect->null_first || pattern_of(column) ||
        (column->zone && column->type.id == TYPE_TIMESTAMPTZ) ||
        (is_text && (column->check_utf8 || column->type.length || column->type.is_char));
    const CsvColumnFn *fns = by_letter ? NULL : fast_fns(column);
    unsigned quoted = column->quotes && !is_text ? 2 : 0;
    column->convert = fns ? fns[quoted] : slow_rows;
    column->validate = fns ? fns[quoted + 1] : slow_rows;
    if (fns && is_text && !column->not_null)
        column->validate = NULL;
    /* no field begins with the delimiter */
    column->special[0] = column->special[1] =
        (char)(dialect->quote >= 0 ? dialect->quote : dialect->delimiter);
    if (dialect->null_value.length)
        column->special[1] = dialect->null_value.data[0];
    uint8_t precision = column->type.precision;
    column->longest = precision >= 6 ? 26 : precision >= 3 ? 23 : 19;
}
