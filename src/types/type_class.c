/* type_class.c - what the type_<name>.c files share; see type_class.h. */
#include "types/type_class.h"

enum { QUOTED_BYTES = 80 };

/* How much of a text an error message quotes: not a part of a character. */
static int quoted_length(Str text)
{
    if (text.length <= QUOTED_BYTES)
        return (int)text.length;
    size_t length = QUOTED_BYTES;
    while (length > 0 && ((unsigned char)text.data[length] & 0xC0) == 0x80)
        length--;
    return (int)length;
}

Status type_check_parse(ParseResult result, Type type, Str text, const char *form_sqlstate,
                        const char *range_sqlstate, Err *err)
{
    if (result == PARSE_OK)
        return OK;
    Buf name;
    buf_init(&name);
    type_print(type, &name);
    const char *dots = text.length > QUOTED_BYTES ? "…" : "";
    if (result == PARSE_FORM)
        (void)err_set(err, form_sqlstate, -1, "invalid input syntax for type %s: \"%.*s%s\"",
                      buf_text(&name), quoted_length(text), text.data, dots);
    else
        (void)err_set(err, range_sqlstate, -1, "value \"%.*s%s\" is out of range for type %s",
                      quoted_length(text), text.data, dots, buf_text(&name));
    buf_deinit(&name);
    return FAIL;
}

void type_text_format(Type type, const void *value, Buf *out)
{
    (void)type;
    Str text = text_str(value);
    buf_add(out, text.data, text.length);
}

int type_text_compare(Type type, const void *a, const void *b)
{
    (void)type;
    return text_compare(a, b);
}

uint64_t type_text_hash(Type type, const void *value)
{
    (void)type;
    return type_hash_text(value);
}

Status type_nested_parse(Type type, Str text, void *value, Arena *arena, Err *err)
{
    (void)text;
    (void)value;
    (void)arena;
    Buf name;
    buf_init(&name);
    type_print(type, &name);
    (void)err_set(err, SQLSTATE_NOT_SUPPORTED, -1, "a value of type %s is not supported here yet",
                  buf_text(&name));
    buf_deinit(&name);
    return FAIL;
}

int64_t timestamp_round(int64_t us, int precision)
{
    if (precision >= 6)
        return us;
    int64_t unit = (int64_t)pow10_u64[6 - precision];
    int64_t rest = us % unit, down = us - rest;
    if (rest >= (unit + 1) / 2 && down <= INT64_MAX - unit)
        return down + unit;
    if (rest <= -((unit + 1) / 2) && down >= INT64_MIN + unit)
        return down - unit;
    return down;
}

enum { DAYS_PER_MONTH = 30 };

i128 interval_us(Interval value)
{
    return ((i128)value.months * DAYS_PER_MONTH + value.days) * US_PER_DAY + value.us;
}

Interval interval_canonical(Interval value)
{
    i128 us = interval_us(value), days = us / US_PER_DAY;
    i128 months = days / DAYS_PER_MONTH;
    /* What months cannot hold stays in days and, at the very end, in the time. */
    months = months > INT32_MAX ? INT32_MAX : months < INT32_MIN ? INT32_MIN : months;
    days -= months * DAYS_PER_MONTH;
    days = days > INT32_MAX ? INT32_MAX : days < INT32_MIN ? INT32_MIN : days;
    return (Interval){(int32_t)months, (int32_t)days,
                      (int64_t)(us - (months * DAYS_PER_MONTH + days) * US_PER_DAY)};
}
