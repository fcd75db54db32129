/* type_decimal.c - DECIMAL(p, s): a 128-bit integer, the value times 10^s. */
#include "types/type_class.h"

static Status decimal_parse(Type type, Str text, void *value, Arena *arena, Err *err)
{
    (void)arena;
    i128 parsed = 0;
    ParseResult result =
        parse_number(text.data, text.data + text.length, type.precision, type.scale, &parsed);
    TRY(type_check_parse(result, type, text, SQLSTATE_INVALID_TEXT, SQLSTATE_OUT_OF_RANGE, err));
    memcpy(value, &parsed, sizeof parsed);
    return OK;
}

static void decimal_format(Type type, const void *value, Buf *out)
{
    i128 decimal;
    memcpy(&decimal, value, sizeof decimal);
    char *to = buf_reserve(out, FORMAT_DECIMAL_MAX);
    out->length += (size_t)(format_decimal(to, decimal, type.scale) - to);
}

static int decimal_compare(Type type, const void *a, const void *b)
{
    (void)type;
    i128 x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static uint64_t decimal_hash(Type type, const void *value)
{
    (void)type;
    i128 decimal;
    memcpy(&decimal, value, sizeof decimal);
    return type_hash_i128(decimal);
}

const TypeClass type_class_decimal = {
    .id = TYPE_DECIMAL,
    .name = "DECIMAL",
    .physical = PHYSICAL_I128,
    .size = sizeof(i128),
    .pg_oid = 1700,
    .pg_size = -1,
    .parse = decimal_parse,
    .format = decimal_format,
    .compare = decimal_compare,
    .hash = decimal_hash,
};
