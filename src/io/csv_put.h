/*
 * csv_put.h - the usual numbers and timestamps to text without a branch that depends on their
 * digits; what is not usual goes the way of types/type.h, which writes the same.
 */
#ifndef STREAMD_IO_CSV_PUT_H
#define STREAMD_IO_CSV_PUT_H

#include <math.h>
#include <string.h>
#include "types/type.h"

enum { PUT_ROOM = 48 }; /* bytes that any of them may touch */

/* Below 10^8.  Eight digits in a word, split in halves three times, then shifted past the zeros. */
static inline char *put_u32(char *to, uint32_t value)
{
    uint64_t halves = value / 10000 | (uint64_t)(value % 10000) << 32;
    uint64_t hundreds = ((halves * 10486) >> 20) & 0x0000007F0000007Fu;
    uint64_t quarters = hundreds | (halves - 100 * hundreds) << 16;
    uint64_t tens = ((quarters * 103) >> 10) & 0x000F000F000F000Fu;
    uint64_t digits = tens | (quarters - 10 * tens) << 8;
    unsigned zeros = (unsigned)__builtin_ctzll(digits | 1ull << 56) & 56u;
    digits = (digits | 0x3030303030303030u) >> zeros;
    memcpy(to, &digits, 8);
    return to + 8 - zeros / 8;
}

static inline char *put_i64(char *to, int64_t value)
{
    if (__builtin_expect(value > -100000000 && value < 100000000, 1)) {
        bool negative = value < 0;
        *to = '-';
        return put_u32(to + negative, (uint32_t)(negative ? -value : value));
    }
    return format_i64(to, value);
}

/* If the value is the double nearest to some n / 100 with n < 10^10, that is its shortest text:
 * decimals of up to 15 digits round to different doubles. */
static inline char *put_f64(char *to, double value)
{
    double size = fabs(value);
    if (__builtin_expect(size < 1e8, 1)) {
        uint64_t scaled = (uint64_t)(int64_t)(size * 100 + 0.5);
        if ((double)(int64_t)scaled / 100 == size && scaled < 10000000000u) {
            uint32_t cents = (uint32_t)(scaled % 100);
            *to = '-';
            to = put_u32(to + (signbit(value) != 0), (uint32_t)(scaled / 100));
            to[0] = '.';
            to[1] = (char)('0' + cents / 10);
            to[2] = (char)('0' + cents % 10);
            return to + 2 + (cents % 10 != 0);
        }
    }
    return format_f64(to, value);
}

static inline char *put_two(char *to, uint32_t value)
{
    to[0] = (char)('0' + value / 10);
    to[1] = (char)('0' + value % 10);
    return to + 2;
}

/* The date last written, with the blank behind it. */
typedef struct PutTime {
    int64_t day; /* INT64_MIN: none yet */
    char date[16];
} PutTime;

/* False where a timestamp is more than date, blank and time. */
static inline bool put_date_known(PutTime *last, int64_t day)
{
    char midnight[FORMAT_TIMESTAMP_MAX];
    if (day < -719162 || day > 2932896) /* 0001-01-01 to 9999-12-31 */
        return false;
    char *end = format_timestamp(midnight, day * US_PER_DAY);
    if (end - midnight != 19)
        return false;
    memcpy(last->date, midnight, 11);
    last->day = day;
    return true;
}

static inline char *put_timestamp(char *to, int64_t us, PutTime *last)
{
    int64_t day = us / US_PER_DAY - (us % US_PER_DAY < 0);
    if (__builtin_expect(day != last->day, 0) && !put_date_known(last, day))
        return format_timestamp(to, us);
    uint64_t in_day = (uint64_t)(us - day * US_PER_DAY);
    uint32_t seconds = (uint32_t)(in_day / US_PER_SECOND);
    uint32_t fraction = (uint32_t)(in_day % US_PER_SECOND);
    memcpy(to, last->date, 16);
    to = put_two(to + 11, seconds / 3600);
    *to++ = ':';
    to = put_two(to, seconds / 60 % 60);
    *to++ = ':';
    to = put_two(to, seconds % 60);
    if (fraction == 0)
        return to;
    uint32_t ms = fraction / 1000;
    *to = '.';
    to[1] = (char)('0' + ms / 100);
    put_two(to + 2, ms % 100);
    if (fraction == ms * 1000)
        return to + 4 - (ms % 10 == 0) - (ms % 100 == 0);
    uint32_t us_rest = fraction % 1000;
    to[4] = (char)('0' + us_rest / 100);
    put_two(to + 5, us_rest % 100);
    return to + 7 - (us_rest % 10 == 0) - (us_rest % 100 == 0);
}

#endif
