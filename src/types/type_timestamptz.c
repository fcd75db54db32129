/* type_timestamptz.c - TIMESTAMPTZ(p): µs since 1970-01-01 00:00:00 UTC; shown on the clocks of a
 * zone. */
#include "types/type_class.h"

Status timestamptz_parse_in(Type type, Str text, const Zone *zone, int64_t *us, Err *err)
{
    int64_t moment = 0;
    ParseResult result = parse_moment_in(text.data, text.data + text.length, zone, &moment);
    TRY(type_check_parse(result, type, text, SQLSTATE_DATETIME_FORMAT, SQLSTATE_DATETIME_OVERFLOW,
                         err));
    *us = timestamp_round(moment, type.precision);
    return OK;
}

static Status timestamptz_parse(Type type, Str text, void *value, Arena *arena, Err *err)
{
    (void)arena;
    return timestamptz_parse_in(type, text, NULL, value, err);
}

static void timestamptz_format(Type type, const void *value, Buf *out)
{
    (void)type;
    char *to = buf_reserve(out, FORMAT_TIMESTAMP_MAX);
    out->length += (size_t)(format_timestamptz(to, *(const int64_t *)value, NULL) - to);
}

TYPE_INTEGER_ORDER(timestamptz, int64_t)

const TypeClass type_class_timestamptz = {
    .id = TYPE_TIMESTAMPTZ,
    .name = "TIMESTAMPTZ",
    .physical = PHYSICAL_I64,
    .size = sizeof(int64_t),
    .pg_oid = 1184,
    .pg_size = 8,
    .parse = timestamptz_parse,
    .format = timestamptz_format,
    .compare = timestamptz_compare,
    .hash = timestamptz_hash,
};
