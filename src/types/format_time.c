/*
 * format_time.c - dates, times and intervals as PostgreSQL's ISO style writes them.
 *
 * Years have at least four digits; a year before 1 is counted backwards and followed by " BC".
 */
#include "types/format_digits.h"
#include "types/type.h"

static char *put_civil(char *to, int32_t days, bool *before_christ)
{
    int year, month, day;
    civil_from_days(days, &year, &month, &day);
    *before_christ = year <= 0;
    if (year <= 0)
        year = 1 - year;
    to = year < 10000 ? format_four(to, (uint32_t)year) : format_u64(to, (uint64_t)year);
    *to++ = '-';
    to = format_two(to, (uint32_t)month);
    *to++ = '-';
    return format_two(to, (uint32_t)day);
}

static char *put_bc(char *to, bool before_christ)
{
    if (before_christ) {
        memcpy(to, " BC", 3);
        to += 3;
    }
    return to;
}

/* ".5": a fraction in µs without trailing zeros, or nothing. */
static char *put_fraction(char *to, uint32_t us)
{
    if (us == 0)
        return to;
    *to++ = '.';
    if (us % 1000 == 0) {
        to = format_digits(to, us / 1000, 3);
    } else {
        to = format_digits(to, us, 6);
    }
    while (to[-1] == '0')
        to--;
    return to;
}

static char *put_time(char *to, uint64_t us)
{
    uint32_t seconds = (uint32_t)(us / US_PER_SECOND);
    to = format_two(to, seconds / 3600);
    *to++ = ':';
    to = format_two(to, seconds / 60 % 60);
    *to++ = ':';
    to = format_two(to, seconds % 60);
    return put_fraction(to, (uint32_t)(us % US_PER_SECOND));
}

char *format_date(char *to, int32_t days)
{
    bool before_christ;
    to = put_civil(to, days, &before_christ);
    return put_bc(to, before_christ);
}

char *format_time(char *to, int64_t us)
{
    if (us < 0 || us > US_PER_DAY) /* not a time of day: shown in range rather than out of bounds */
        us = (us % US_PER_DAY + US_PER_DAY) % US_PER_DAY;
    return put_time(to, (uint64_t)us);
}

static char *put_timestamp(char *to, int64_t us, const char *zone, size_t zone_length)
{
    int64_t days = us / US_PER_DAY, rest = us % US_PER_DAY;
    if (rest < 0) {
        days--;
        rest += US_PER_DAY;
    }
    bool before_christ;
    to = put_civil(to, (int32_t)days, &before_christ);
    *to++ = ' ';
    to = put_time(to, (uint64_t)rest);
    memcpy(to, zone, zone_length);
    return put_bc(to + zone_length, before_christ);
}

char *format_timestamp(char *to, int64_t us)
{
    return put_timestamp(to, us, "", 0);
}

char *format_timestamptz(char *to, int64_t us, const Zone *zone)
{
    char text[ZONE_OFFSET_MAX];
    if (!zone)
        return put_timestamp(to, us, "+00", 3);
    int32_t offset = zone_offset_seconds(zone, us);
    size_t length = (size_t)(zone_format_offset(text, offset) - text);
    return put_timestamp(to, zone_from_utc(zone, us), text, length);
}

/* "-2 mons" with the blank before it; a positive part after a negative one shows its sign. */
static char *put_part(char *to, const char *start, int64_t value, const char *unit, bool *negative)
{
    if (value == 0)
        return to;
    if (to != start)
        *to++ = ' ';
    if (*negative && value > 0)
        *to++ = '+';
    to = format_i64(to, value);
    *to++ = ' ';
    size_t length = strlen(unit);
    memcpy(to, unit, length);
    to += length;
    if (value != 1)
        *to++ = 's';
    *negative = value < 0;
    return to;
}

char *format_interval(char *to, Interval value)
{
    const char *start = to;
    bool negative = false;
    to = put_part(to, start, value.months / 12, "year", &negative);
    to = put_part(to, start, value.months % 12, "mon", &negative);
    to = put_part(to, start, value.days, "day", &negative);
    if (to != start && value.us == 0)
        return to;
    if (to != start)
        *to++ = ' ';
    uint64_t us = (uint64_t)value.us;
    if (value.us < 0) {
        *to++ = '-';
        us = 0 - us;
    } else if (negative) {
        *to++ = '+';
    }
    uint64_t hours = us / (3600ull * US_PER_SECOND);
    uint32_t rest = (uint32_t)(us / US_PER_SECOND % 3600);
    to = hours < 100 ? format_two(to, (uint32_t)hours) : format_u64(to, hours);
    *to++ = ':';
    to = format_two(to, rest / 60);
    *to++ = ':';
    to = format_two(to, rest % 60);
    return put_fraction(to, (uint32_t)(us % US_PER_SECOND));
}
