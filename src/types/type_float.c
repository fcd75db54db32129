/* type_float.c - FLOAT: 32 bits, as in Flink and Spark. */
#include "types/type_class.h"

static Status float_parse(Type type, Str text, void *value, Arena *arena, Err *err)
{
    (void)arena;
    float parsed = 0;
    ParseResult result = parse_float(text.data, text.data + text.length, &parsed);
    TRY(type_check_parse(result, type, text, SQLSTATE_INVALID_TEXT, SQLSTATE_OUT_OF_RANGE, err));
    *(float *)value = parsed;
    return OK;
}

static void float_format(Type type, const void *value, Buf *out)
{
    (void)type;
    char *to = buf_reserve(out, FORMAT_F64_MAX);
    out->length += (size_t)(format_f32(to, *(const float *)value) - to);
}

static int float_compare(Type type, const void *a, const void *b)
{
    (void)type;
    return type_compare_f64((double)*(const float *)a, (double)*(const float *)b);
}

static uint64_t float_hash(Type type, const void *value)
{
    (void)type;
    return type_hash_f32(*(const float *)value);
}

const TypeClass type_class_float = {
    .id = TYPE_FLOAT,
    .name = "FLOAT",
    .physical = PHYSICAL_F32,
    .size = sizeof(float),
    .pg_oid = 700,
    .pg_size = 4,
    .parse = float_parse,
    .format = float_format,
    .compare = float_compare,
    .hash = float_hash,
};
