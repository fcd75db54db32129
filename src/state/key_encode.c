/*
 * key_encode.c - keys as bytes in SQL's order.
 *
 * Each column is a marker (1 a value, 2 NULL) and then
 *     integers          big-endian, sign bit flipped
 *     FLOAT, DOUBLE     IEEE bits big-endian: negative ones inverted, others with the sign flipped;
 *                       -0.0 as 0.0, every NaN as the greatest
 *     text, bytes       the bytes with 00 written 00 FF, then 00 00
 *     ARRAY             each element so, marker 1 or 2, then 0
 */
#include "state/store.h"

static void add_big_endian(Buf *out, uint64_t bits, int bytes)
{
    char *to = buf_reserve(out, (size_t)bytes);
    for (int i = 0; i < bytes; i++)
        to[i] = (char)(bits >> (8 * (bytes - 1 - i)));
    out->length += (size_t)bytes;
}

static void add_i64(Buf *out, int64_t value)
{
    add_big_endian(out, (uint64_t)value ^ 0x8000000000000000u, 8);
}

static void add_f64(Buf *out, double value)
{
    uint64_t bits;
    value += 0.0; /* -0.0 becomes 0.0 */
    memcpy(&bits, &value, 8);
    if (value != value)
        bits = UINT64_MAX;
    else
        bits = bits >> 63 ? ~bits : bits | 0x8000000000000000u;
    add_big_endian(out, bits, 8);
}

static void add_text(Buf *out, const Text *text)
{
    const char *bytes = text_bytes(text), *end = bytes + text->length;
    while (bytes < end) {
        const char *zero = memchr(bytes, 0, (size_t)(end - bytes));
        buf_add(out, bytes, (size_t)((zero ? zero : end) - bytes));
        if (!zero)
            break;
        buf_add(out, "\0\xff", 2);
        bytes = zero + 1;
    }
    buf_add(out, "\0\0", 2);
}

static void add_value(Buf *out, const Vector *vector, uint32_t row)
{
    if (vector_is_null(vector, row)) {
        buf_add_char(out, 2);
        return;
    }
    buf_add_char(out, 1);
    const void *value = vector_value(vector, row);
    switch (type_physical(vector->type)) {
    case PHYSICAL_BOOL:
        buf_add_char(out, *(const char *)value);
        break;
    case PHYSICAL_I8:
        add_i64(out, *(const int8_t *)value);
        break;
    case PHYSICAL_I16:
        add_i64(out, *(const int16_t *)value);
        break;
    case PHYSICAL_I32:
        add_i64(out, *(const int32_t *)value);
        break;
    case PHYSICAL_I64:
        add_i64(out, *(const int64_t *)value);
        break;
    case PHYSICAL_I128: {
        u128 bits = *(const u128 *)value;
        add_i64(out, (int64_t)(bits >> 64));
        add_big_endian(out, (uint64_t)bits, 8);
        break;
    }
    case PHYSICAL_F32:
        add_f64(out, (double)*(const float *)value);
        break;
    case PHYSICAL_F64:
        add_f64(out, *(const double *)value);
        break;
    case PHYSICAL_VIEW:
        add_text(out, value);
        break;
    case PHYSICAL_INTERVAL: {
        const Interval *interval = value;
        int64_t days = (int64_t)interval->months * 30 + interval->days;
        i128 us = (i128)days * US_PER_DAY + interval->us;
        add_i64(out, (int64_t)(us >> 64));
        add_big_endian(out, (uint64_t)us, 8);
        break;
    }
    case PHYSICAL_LIST: {
        const ListEntry *entry = value;
        const Vector *elements = vector_base(vector)->child;
        for (uint32_t i = 0; i < entry->length; i++)
            add_value(out, elements, entry->offset + i);
        buf_add_char(out, 0);
        break;
    }
    case PHYSICAL_STRUCT: {
        const Vector *base = vector_base(vector);
        uint32_t at = vector_at(vector, row);
        for (uint16_t i = 0; i < base->type.row->count; i++)
            add_value(out, &base->child[i], at);
        break;
    }
    }
}

void key_encode(Buf *out, const Vector *columns, uint16_t count, uint32_t row)
{
    for (uint16_t i = 0; i < count; i++)
        add_value(out, &columns[i], row);
}
