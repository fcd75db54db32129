/*
 * format_digits.h - decimal digits two at a time; shared by the format_*.c files.
 */
#ifndef STREAMD_TYPES_FORMAT_DIGITS_H
#define STREAMD_TYPES_FORMAT_DIGITS_H

#include <string.h>
#include "types/pow10.h"

extern const char format_pairs[201]; /* "00" "01" … "99" */

static inline char *format_two(char *to, uint32_t value) /* 0 … 99 */
{
    memcpy(to, format_pairs + 2 * value, 2);
    return to + 2;
}

static inline char *format_four(char *to, uint32_t value) /* 0 … 9999 */
{
    return format_two(format_two(to, value / 100), value % 100);
}

static inline char *format_eight(char *to, uint32_t value) /* 0 … 99999999 */
{
    return format_four(format_four(to, value / 10000), value % 10000);
}

/* A value below 10^count as `count` digits, with leading zeros. */
static inline char *format_digits(char *to, uint64_t value, unsigned count)
{
    char *end = to + count, *at = end;
    while (at - to > 8) { /* eights are independent of one another */
        at -= 8;
        (void)format_eight(at, (uint32_t)(value % 100000000));
        value /= 100000000;
    }
    uint32_t rest = (uint32_t)value;
    while (at - to >= 2) {
        at -= 2;
        memcpy(at, format_pairs + (size_t)2 * (rest % 100), 2);
        rest /= 100;
    }
    if (at > to)
        *to = (char)('0' + rest % 10);
    return end;
}

static inline char *format_u64(char *to, uint64_t value)
{
    return format_digits(to, value, pow10_digits(value));
}

#endif
