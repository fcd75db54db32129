/*
 * parse_decimal.c - DECIMAL from text: what lies beyond the scale is rounded half away from zero.
 */
#include "types/parse_scan.h"

enum { EXPONENT_LIMIT = 1000000 };

/* Of [+-]digits[.digits][e[+-]digits]; digits lie in [first, last) with at most one point. */
typedef struct Number {
    const char *first, *last;
    int64_t exponent; /* of the last digit */
    bool negative;
} Number;

static bool scan_number(const char *from, const char *end, Number *number)
{
    scan_trim(&from, &end);
    number->negative = false;
    if (from < end && (*from == '-' || *from == '+'))
        number->negative = *from++ == '-';
    number->first = from;
    int64_t digits = 0, decimals = 0;
    for (; from < end && scan_is_digit(*from); from++)
        digits++;
    if (from < end && *from == '.')
        for (from++; from < end && scan_is_digit(*from); from++)
            decimals++;
    number->last = from;
    if (digits + decimals == 0)
        return false;
    int64_t exponent = 0;
    if (from < end && (*from | ' ') == 'e') {
        from++;
        bool down = false;
        if (from < end && (*from == '-' || *from == '+'))
            down = *from++ == '-';
        if (from == end)
            return false;
        for (; from < end && scan_is_digit(*from); from++)
            if (exponent < EXPONENT_LIMIT)
                exponent = exponent * 10 + (*from - '0');
        if (down)
            exponent = -exponent;
    }
    number->exponent = exponent - decimals;
    return from == end;
}

ParseResult parse_number(const char *from, const char *end, int precision, int scale, i128 *value)
{
    Number number;
    if (!scan_number(from, end, &number))
        return PARSE_FORM;
    const char *at = number.first;
    int64_t left = 0; /* digits not yet read */
    for (const char *c = number.first; c < number.last; c++)
        left += *c != '.';
    /* The last `cut` digits are beyond the scale; or zeros are missing if it is negative. */
    int64_t cut = -(number.exponent + scale);
    u128 magnitude = 0;
    u128 limit = (u128)pow10_i128(precision), room = limit / 10; /* room for one digit more */
    for (; left > 0 && left > cut; at++) {
        if (*at == '.')
            continue;
        if (magnitude >= room)
            return PARSE_RANGE;
        magnitude = magnitude * 10 + (unsigned)(*at - '0');
        left--;
    }
    if (cut > 0 && left == cut) { /* the first digit cut off decides */
        if (*at == '.')
            at++;
        magnitude += *at >= '5';
    }
    for (; cut < 0 && magnitude != 0; cut++) {
        if (magnitude >= room)
            return PARSE_RANGE;
        magnitude *= 10;
    }
    if (magnitude >= limit)
        return PARSE_RANGE;
    *value = number.negative ? -(i128)magnitude : (i128)magnitude;
    return PARSE_OK;
}

bool parse_decimal(const char *from, const char *end, int precision, int scale, i128 *value)
{
    return parse_number(from, end, precision, scale, value) == PARSE_OK;
}
