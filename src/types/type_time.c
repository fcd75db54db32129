/* type_time.c - TIME(p): µs since midnight, 24:00:00 included. */
#include "types/type_class.h"

static Status time_parse(Type type, Str text, void *value, Arena *arena, Err *err)
{
    (void)arena;
    int64_t us = 0;
    ParseResult result = parse_time_of_day(text.data, text.data + text.length, &us);
    TRY(type_check_parse(result, type, text, SQLSTATE_DATETIME_FORMAT, SQLSTATE_DATETIME_OVERFLOW,
                         err));
    *(int64_t *)value = timestamp_round(us, type.precision);
    return OK;
}

static void time_format(Type type, const void *value, Buf *out)
{
    (void)type;
    char *to = buf_reserve(out, FORMAT_TIMESTAMP_MAX);
    out->length += (size_t)(format_time(to, *(const int64_t *)value) - to);
}

TYPE_INTEGER_ORDER(time, int64_t)

const TypeClass type_class_time = {
    .id = TYPE_TIME,
    .name = "TIME",
    .physical = PHYSICAL_I64,
    .size = sizeof(int64_t),
    .pg_oid = 1083,
    .pg_size = 8,
    .parse = time_parse,
    .format = time_format,
    .compare = time_compare,
    .hash = time_hash,
};
