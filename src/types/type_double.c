/* type_double.c - DOUBLE: 64 bits. */
#include "types/type_class.h"

static Status double_parse(Type type, Str text, void *value, Arena *arena, Err *err)
{
    (void)arena;
    double parsed = 0;
    ParseResult result = parse_double(text.data, text.data + text.length, &parsed);
    TRY(type_check_parse(result, type, text, SQLSTATE_INVALID_TEXT, SQLSTATE_OUT_OF_RANGE, err));
    *(double *)value = parsed;
    return OK;
}

static void double_format(Type type, const void *value, Buf *out)
{
    (void)type;
    char *to = buf_reserve(out, FORMAT_F64_MAX);
    out->length += (size_t)(format_f64(to, *(const double *)value) - to);
}

static int double_compare(Type type, const void *a, const void *b)
{
    (void)type;
    return type_compare_f64(*(const double *)a, *(const double *)b);
}

static uint64_t double_hash(Type type, const void *value)
{
    (void)type;
    return type_hash_f64(*(const double *)value);
}

const TypeClass type_class_double = {
    .id = TYPE_DOUBLE,
    .name = "DOUBLE",
    .physical = PHYSICAL_F64,
    .size = sizeof(double),
    .pg_oid = 701,
    .pg_size = 8,
    .parse = double_parse,
    .format = double_format,
    .compare = double_compare,
    .hash = double_hash,
};
