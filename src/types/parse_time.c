/*
 * parse_time.c - dates and times from text.
 *
 *     timestamp = date [(T | blanks) time [zone]] [BC]      "YYYY-MM-DD HH:MM:SS" has a fast way
 *     date      = year(4…7)-month(1…2)-day(1…2)
 *     time      = hour(1…2):minute(2)[:second(2)[.fraction]]   24:00:00 and second 60 as PostgreSQL
 *     zone      = Z | UTC | GMT | (+|-)hour[:minute[:second]] | (+|-)hhmm
 */
#include "types/parse_scan.h"

enum { FIRST_YEAR = -4712 /* 4713 BC */, LAST_DATE_YEAR = 5874897, FAST_LENGTH = 19 };

static bool days_checked(int64_t year, int month, int day, int32_t *days)
{
    static const uint8_t lengths[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1)
        return false;
    if (day > 28) {
        bool leap = (year & (year % 25 ? 3 : 15)) == 0;
        if (day > lengths[month] + (leap && month == 2))
            return false;
    }
    *days = days_from_civil(year, month, day);
    return true;
}

/* Reads least…most digits. */
static bool scan_count(const char **from, const char *end, int least, int most, int64_t *value)
{
    int count = 0;
    int64_t number = 0;
    for (; *from < end && scan_is_digit(**from); ++*from, count++) {
        if (count == most)
            return false;
        number = number * 10 + (**from - '0');
    }
    *value = number;
    return count >= least;
}

static bool scan_char(const char **from, const char *end, char c)
{
    if (*from == end || **from != c)
        return false;
    ++*from;
    return true;
}

static void scan_blanks(const char **from, const char *end)
{
    while (*from < end && scan_is_blank(**from))
        ++*from;
}

/* The digits after the point, rounded to µs. */
static bool scan_fraction(const char **from, const char *end, int64_t *us)
{
    int64_t value = 0, unit = US_PER_SECOND / 10;
    const char *start = *from;
    for (; *from < end && scan_is_digit(**from); ++*from) {
        if (unit > 0)
            value += unit * (**from - '0');
        else if (*from - start == 6)
            value += **from >= '5';
        unit /= 10;
    }
    *us = value;
    return *from > start;
}

typedef struct Date {
    int64_t year, month, day;
} Date;

static bool scan_date(const char **from, const char *end, Date *date)
{
    return scan_count(from, end, 4, 7, &date->year) && scan_char(from, end, '-') &&
           scan_count(from, end, 1, 2, &date->month) && scan_char(from, end, '-') &&
           scan_count(from, end, 1, 2, &date->day);
}

/* A trailing AD or BC turns the year into the calendar's own, where 1 BC is 0. */
static ParseResult finish_date(const char *from, const char *end, Date date, int32_t *days)
{
    if (date.year == 0)
        return PARSE_RANGE;
    scan_blanks(&from, end);
    if (scan_is_word(from, end, "bc"))
        date.year = 1 - date.year;
    else if (from != end && !scan_is_word(from, end, "ad"))
        return PARSE_FORM;
    if (date.year < FIRST_YEAR || date.year > LAST_DATE_YEAR ||
        !days_checked(date.year, (int)date.month, (int)date.day, days))
        return PARSE_RANGE;
    return PARSE_OK;
}

static ParseResult scan_time(const char **from, const char *end, int64_t *us)
{
    int64_t hour, minute, second = 0, fraction = 0;
    if (!scan_count(from, end, 1, 2, &hour) || !scan_char(from, end, ':') ||
        !scan_count(from, end, 2, 2, &minute))
        return PARSE_FORM;
    if (scan_char(from, end, ':')) {
        if (!scan_count(from, end, 2, 2, &second))
            return PARSE_FORM;
        if (scan_char(from, end, '.') && !scan_fraction(from, end, &fraction))
            return PARSE_FORM;
    }
    *us = ((hour * 60 + minute) * 60 + second) * US_PER_SECOND + fraction;
    return minute > 59 || second > 60 || *us > US_PER_DAY ? PARSE_RANGE : PARSE_OK;
}

/* An offset east of Greenwich in µs; 0 if there is none. */
static ParseResult scan_zone(const char **from, const char *end, int64_t *us, bool *there)
{
    const char *at = *from;
    scan_blanks(&at, end);
    *us = 0;
    *there = true;
    if (at == end) {
        *there = false;
        return PARSE_OK;
    }
    if (*at == 'Z' || *at == 'z') {
        *from = at + 1;
        return PARSE_OK;
    }
    if (end - at >= 3 && (scan_is_word(at, at + 3, "utc") || scan_is_word(at, at + 3, "gmt"))) {
        *from = at + 3;
        return PARSE_OK;
    }
    if (*at != '+' && *at != '-') {
        *there = false;
        return PARSE_OK;
    }
    bool west = *at++ == '-';
    const char *start = at;
    int64_t hour, minute = 0, second = 0;
    if (!scan_count(&at, end, 1, 4, &hour) || at - start == 3)
        return PARSE_FORM;
    if (at - start == 4) {
        minute = hour % 100;
        hour /= 100;
    } else if (scan_char(&at, end, ':')) {
        if (!scan_count(&at, end, 2, 2, &minute) ||
            (scan_char(&at, end, ':') && !scan_count(&at, end, 2, 2, &second)))
            return PARSE_FORM;
    }
    *from = at;
    *us = ((hour * 60 + minute) * 60 + second) * US_PER_SECOND;
    if (west)
        *us = -*us;
    return hour > 15 || minute > 59 || second > 59 ? PARSE_RANGE : PARSE_OK;
}

ParseResult parse_day(const char *from, const char *end, int32_t *days)
{
    Date date;
    scan_trim(&from, &end);
    if (!scan_date(&from, end, &date))
        return PARSE_FORM;
    return finish_date(from, end, date, days);
}

ParseResult parse_time_of_day(const char *from, const char *end, int64_t *us)
{
    int64_t ignored, value;
    bool there;
    scan_trim(&from, &end);
    ParseResult time = scan_time(&from, end, &value);
    if (time == PARSE_FORM)
        return time;
    ParseResult zone = scan_zone(&from, end, &ignored, &there);
    if (zone == PARSE_FORM || from != end)
        return PARSE_FORM;
    if (time == PARSE_OK)
        *us = value;
    return time;
}

static ParseResult moment_slow(const char *from, const char *end, bool *zoned, int64_t *us)
{
    Date date;
    int32_t days = 0;
    bool there = false;
    int64_t time = 0, offset = 0;
    ParseResult time_result = PARSE_OK, zone_result = PARSE_OK;
    if (!scan_date(&from, end, &date))
        return PARSE_FORM;
    const char *after_date = from;
    if (from < end && (*from == 'T' || *from == 't')) {
        from++;
        time_result = scan_time(&from, end, &time);
    } else {
        scan_blanks(&from, end);
        if (from < end && scan_is_digit(*from))
            time_result = scan_time(&from, end, &time);
        else
            from = after_date;
    }
    if (time_result == PARSE_FORM)
        return PARSE_FORM;
    if (from != after_date)
        zone_result = scan_zone(&from, end, &offset, &there);
    if (zone_result == PARSE_FORM)
        return PARSE_FORM;
    ParseResult date_result = finish_date(from, end, date, &days);
    if (date_result != PARSE_OK)
        return date_result;
    if (time_result != PARSE_OK || zone_result != PARSE_OK)
        return PARSE_RANGE;
    i128 value = (i128)days * US_PER_DAY + time - (zoned ? offset : 0);
    if (value <= INT64_MIN || value >= INT64_MAX)
        return PARSE_RANGE;
    if (zoned)
        *zoned = there;
    *us = (int64_t)value;
    return PARSE_OK;
}

/* Eight characters against a pattern of digits ('0') and separators: in each byte the digit, and
 * in its neighbour's pair the number of two digits. */
static inline bool match_pattern(uint64_t word, uint64_t pattern, uint64_t digit_mask,
                                 uint64_t *pairs)
{
    uint64_t digits = word ^ pattern;
    /* A digit's byte is at most 9, a separator's 0. */
    uint64_t over = (digits + (0x7F7F7F7F7F7F7F7Fu - 9 * digit_mask)) | digits;
    *pairs = digits * 10 + (digits >> 8);
    return (over & 0x8080808080808080u) == 0;
}

ParseResult parse_moment(const char *from, const char *end, bool *zoned, int64_t *us)
{
    scan_trim(&from, &end);
    if (end - from < FAST_LENGTH)
        return moment_slow(from, end, zoned, us);
    uint64_t date, time, tail;
    uint64_t middle = scan_load8(from + 8);
    if ((middle & 0xFF0000) == (uint64_t)'T' << 16)
        middle ^= (uint64_t)('T' ^ ' ') << 16;
    /* "0000-00-" "00 00:00" and the last eight characters, "00:00:00" */
    bool fits =
        match_pattern(scan_load8(from), 0x2D30302D30303030u, 0x0001010001010101u, &date) &
        match_pattern(middle, 0x30303A3030203030u, 0x0101000101000101u, &time) &
        match_pattern(scan_load8(from + 11), 0x30303A30303A3030u, 0x0101000101000101u, &tail);
    if (!fits)
        return moment_slow(from, end, zoned, us);
    uint32_t year = (uint32_t)(date & 0xFF) * 100 + (uint32_t)(date >> 16 & 0xFF);
    uint32_t month = (uint32_t)(date >> 40 & 0xFF), day = (uint32_t)(time & 0xFF);
    uint32_t hour = (uint32_t)(time >> 24 & 0xFF), minute = (uint32_t)(time >> 48 & 0xFF);
    uint32_t second = (uint32_t)(tail >> 48 & 0xFF);
    int64_t fraction = 0;
    const char *at = from + FAST_LENGTH;
    if (at < end && (*at != '.' || (at++, !scan_fraction(&at, end, &fraction)) || at != end))
        return moment_slow(from, end, zoned, us);
    int32_t days;
    if (year == 0 || hour > 23 || minute > 59 || second > 59 ||
        !days_checked(year, (int)month, (int)day, &days))
        return moment_slow(from, end, zoned, us);
    *us = days * US_PER_DAY + (int64_t)((hour * 60 + minute) * 60 + second) * US_PER_SECOND +
          fraction;
    if (zoned)
        *zoned = false;
    return PARSE_OK;
}

ParseResult parse_moment_in(const char *from, const char *end, const Zone *zone, int64_t *us)
{
    bool zoned = false;
    ParseResult result = parse_moment(from, end, &zoned, us);
    if (result == PARSE_OK && !zoned)
        *us = zone_to_utc(zone, *us);
    return result;
}

bool parse_date(const char *from, const char *end, int32_t *days)
{
    return parse_day(from, end, days) == PARSE_OK;
}

bool parse_time(const char *from, const char *end, int64_t *us)
{
    return parse_time_of_day(from, end, us) == PARSE_OK;
}

bool parse_timestamp(const char *from, const char *end, int64_t *us)
{
    return parse_moment(from, end, NULL, us) == PARSE_OK;
}

bool parse_timestamptz(const char *from, const char *end, const Zone *zone, int64_t *us)
{
    return parse_moment_in(from, end, zone, us) == PARSE_OK;
}
