/* type_interval.c - INTERVAL: months, days and µs, each on its own. */
#include "types/type_class.h"

static Status interval_parse(Type type, Str text, void *value, Arena *arena, Err *err)
{
    (void)arena;
    Interval parsed = {0};
    ParseResult result = parse_span(text.data, text.data + text.length, &parsed);
    TRY(type_check_parse(result, type, text, SQLSTATE_DATETIME_FORMAT, SQLSTATE_INTERVAL_OVERFLOW,
                         err));
    *(Interval *)value = parsed;
    return OK;
}

static void interval_format(Type type, const void *value, Buf *out)
{
    (void)type;
    char *to = buf_reserve(out, FORMAT_INTERVAL_MAX);
    out->length += (size_t)(format_interval(to, *(const Interval *)value) - to);
}

static int interval_compare(Type type, const void *a, const void *b)
{
    (void)type;
    i128 x = interval_us(*(const Interval *)a), y = interval_us(*(const Interval *)b);
    return (x > y) - (x < y);
}

static uint64_t interval_hash(Type type, const void *value)
{
    (void)type;
    return type_hash_interval(value);
}

const TypeClass type_class_interval = {
    .id = TYPE_INTERVAL,
    .name = "INTERVAL",
    .physical = PHYSICAL_INTERVAL,
    .size = sizeof(Interval),
    .pg_oid = 1186,
    .pg_size = 16,
    .parse = interval_parse,
    .format = interval_format,
    .compare = interval_compare,
    .hash = interval_hash,
};
