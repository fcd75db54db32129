/* pg_text.c - see pg_text.h. */
#include "types/pg_text.h"

#include "types/value_text.h"

/* Turns the shortest text `from` … `end` of a float into PostgreSQL's: the same digits, no ".0",
 * and an exponent when there are `digits` or more before the point. */
static char *reshape_float(char *from, char *end, int digits)
{
    char *start = *from == '-' ? from + 1 : from;
    char *point = memchr(start, '.', (size_t)(end - start));
    if (!point || memchr(point, 'e', (size_t)(end - point)))
        return end; /* "Infinity", "NaN", "1e+16", "1.5e-07" */
    long before = point - start;
    if (before <= digits)
        return end - point == 2 && point[1] == '0' ? point : end;
    memmove(point, point + 1, (size_t)(end - point - 1));
    end--;
    while (end > start + 1 && end[-1] == '0')
        end--;
    if (end > start + 1) {
        memmove(start + 2, start + 1, (size_t)(end - start - 1));
        start[1] = '.';
        end++;
    }
    long exponent = before - 1;
    *end++ = 'e';
    *end++ = '+';
    *end++ = (char)('0' + exponent / 10);
    *end++ = (char)('0' + exponent % 10);
    return end;
}

/* `value` points to one value in physical form; no ARRAY, no ROW. */
static void add_physical(Buf *out, Type type, const void *value, const Zone *zone)
{
    char *to = buf_reserve(out, FORMAT_INTERVAL_MAX), *end = to;
    switch ((TypeId)type.id) {
    case TYPE_BOOLEAN:
        *end++ = *(const bool *)value ? 't' : 'f';
        break;
    case TYPE_TINYINT:
        end = format_i64(to, *(const int8_t *)value);
        break;
    case TYPE_SMALLINT:
        end = format_i64(to, *(const int16_t *)value);
        break;
    case TYPE_INT:
        end = format_i64(to, *(const int32_t *)value);
        break;
    case TYPE_BIGINT:
        end = format_i64(to, *(const int64_t *)value);
        break;
    case TYPE_FLOAT:
        end = reshape_float(to, format_f32(to, *(const float *)value), 6);
        break;
    case TYPE_DOUBLE:
        end = reshape_float(to, format_f64(to, *(const double *)value), 15);
        break;
    case TYPE_VARCHAR:
    case TYPE_JSON: {
        Str text = text_str(value);
        buf_add(out, text.data, text.length);
        return;
    }
    case TYPE_TIMESTAMP:
        end = format_timestamp(to, *(const int64_t *)value);
        break;
    case TYPE_TIMESTAMPTZ:
        end = format_timestamptz(to, *(const int64_t *)value, zone);
        break;
    case TYPE_DECIMAL:
    case TYPE_BYTES:
    case TYPE_DATE:
    case TYPE_TIME:
    case TYPE_INTERVAL:
        type_class(type)->format(type, value, out);
        return;
    case TYPE_NULL:
    case TYPE_ARRAY:
    case TYPE_ROW:
    case TYPE_COUNT:
        break;
    }
    out->length += (size_t)(end - to);
}

void pg_text_value(Buf *out, const Value *value, const Zone *zone)
{
    union {
        i128 decimal;
        Text text;
        Interval interval;
    } physical;
    bool is_row = value->type.id == TYPE_ROW, is_array = value->type.id == TYPE_ARRAY;
    if (value->is_null) {
        buf_add_text(out, "NULL");
        return;
    }
    if (!is_row && !is_array) {
        value_store(value, &physical);
        add_physical(out, value->type, &physical, zone);
        return;
    }
    buf_add_char(out, is_row ? '(' : '{');
    for (uint32_t i = 0; value->as.list.items && i < value->as.list.count; i++) {
        const Value *item = &value->as.list.items[i];
        if (i)
            buf_add_char(out, ',');
        if (item->is_null) {
            buf_add_text(out, is_row ? "" : "NULL");
            continue;
        }
        size_t start = out->length;
        pg_text_value(out, item, zone);
        if (is_row || item->type.id != TYPE_ARRAY)
            value_quote_element(out, start, is_row);
    }
    buf_add_char(out, is_row ? ')' : '}');
}

void pg_text_field(Buf *out, const Vector *column, uint32_t row, const Zone *zone, Arena *scratch)
{
    if (column->type.id == TYPE_ARRAY || column->type.id == TYPE_ROW) {
        Value value = vector_get_deep(column, row, scratch);
        pg_text_value(out, &value, zone);
    } else {
        add_physical(out, column->type, vector_value(column, row), zone);
    }
}
