/* type_timestamp.c - TIMESTAMP(p): µs since 1970-01-01 00:00:00, without a zone. */
#include "types/type_class.h"

static Status timestamp_parse(Type type, Str text, void *value, Arena *arena, Err *err)
{
    (void)arena;
    int64_t us = 0;
    ParseResult result = parse_moment(text.data, text.data + text.length, NULL, &us);
    TRY(type_check_parse(result, type, text, SQLSTATE_DATETIME_FORMAT, SQLSTATE_DATETIME_OVERFLOW,
                         err));
    *(int64_t *)value = timestamp_round(us, type.precision);
    return OK;
}

static void timestamp_format(Type type, const void *value, Buf *out)
{
    (void)type;
    char *to = buf_reserve(out, FORMAT_TIMESTAMP_MAX);
    out->length += (size_t)(format_timestamp(to, *(const int64_t *)value) - to);
}

TYPE_INTEGER_ORDER(timestamp, int64_t)

const TypeClass type_class_timestamp = {
    .id = TYPE_TIMESTAMP,
    .name = "TIMESTAMP",
    .physical = PHYSICAL_I64,
    .size = sizeof(int64_t),
    .pg_oid = 1114,
    .pg_size = 8,
    .parse = timestamp_parse,
    .format = timestamp_format,
    .compare = timestamp_compare,
    .hash = timestamp_hash,
};
