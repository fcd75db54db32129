/* type_date.c - DATE: days since 1970-01-01. */
#include "types/type_class.h"

/* As in PostgreSQL a timestamp's text will do, of which the date is taken. */
static ParseResult date_or_timestamp(const char *from, const char *end, int32_t *days)
{
    ParseResult result = parse_day(from, end, days);
    int64_t us;
    if (result != PARSE_FORM || parse_moment(from, end, NULL, &us) != PARSE_OK)
        return result;
    *days = (int32_t)(us / US_PER_DAY - (us % US_PER_DAY < 0));
    return PARSE_OK;
}

static Status date_parse(Type type, Str text, void *value, Arena *arena, Err *err)
{
    (void)arena;
    int32_t parsed = 0;
    ParseResult result = date_or_timestamp(text.data, text.data + text.length, &parsed);
    TRY(type_check_parse(result, type, text, SQLSTATE_DATETIME_FORMAT, SQLSTATE_DATETIME_OVERFLOW,
                         err));
    *(int32_t *)value = parsed;
    return OK;
}

static void date_format(Type type, const void *value, Buf *out)
{
    (void)type;
    char *to = buf_reserve(out, FORMAT_TIMESTAMP_MAX);
    out->length += (size_t)(format_date(to, *(const int32_t *)value) - to);
}

TYPE_INTEGER_ORDER(date, int32_t)

const TypeClass type_class_date = {
    .id = TYPE_DATE,
    .name = "DATE",
    .physical = PHYSICAL_I32,
    .size = sizeof(int32_t),
    .pg_oid = 1082,
    .pg_size = 4,
    .parse = date_parse,
    .format = date_format,
    .compare = date_compare,
    .hash = date_hash,
};
