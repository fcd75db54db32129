/*
 * parse_interval.c - INTERVAL from text, in all of PostgreSQL's forms:
 *
 *     5 minutes · 1 day 2 hours · 1.5 hours · 1 day ago        numbers with units
 *     02:03:04.5 · 02:03                                       a time: hours, minutes, seconds
 *     1 02:03:04                                               days before a time
 *     1-2                                                      years and months
 *     P1Y2M3DT4H5M6S · P2W                                     ISO 8601
 *
 * A number without a unit is seconds.  Fractions go on to the next smaller unit (of a month: days
 * of 30; of a day: hours of 24), of a year to whole months.
 */
#include "types/parse_scan.h"

enum { FRACTION_UNIT = 1000000000 };

/* Sums that may overflow; `failed` sticks. */
typedef struct Span {
    int64_t months, days, us;
    bool failed;
} Span;

typedef struct Number {
    int64_t whole, billionths; /* same sign */
    bool has_fraction;
} Number;

static void span_add(Span *span, int64_t *to, int64_t count, int64_t unit)
{
    int64_t product;
    if (__builtin_mul_overflow(count, unit, &product) || __builtin_add_overflow(*to, product, to))
        span->failed = true;
}

static void add_us(Span *span, Number number, int64_t unit)
{
    span_add(span, &span->us, number.whole, unit);
    i128 part = (i128)number.billionths * unit;
    i128 half = part < 0 ? -FRACTION_UNIT / 2 : FRACTION_UNIT / 2;
    span_add(span, &span->us, (int64_t)((part + half) / FRACTION_UNIT), 1);
}

static void add_days(Span *span, Number number, int64_t unit)
{
    span_add(span, &span->days, number.whole, unit);
    int64_t part = number.billionths * unit;
    span_add(span, &span->days, part / FRACTION_UNIT, 1);
    add_us(span, (Number){0, part % FRACTION_UNIT, true}, US_PER_DAY);
}

static void add_months(Span *span, Number number, int64_t unit)
{
    span_add(span, &span->months, number.whole, unit);
    if (unit == 1) {
        add_days(span, (Number){0, number.billionths, true}, 30);
    } else {
        int64_t part = number.billionths * unit;
        int64_t half = part < 0 ? -FRACTION_UNIT / 2 : FRACTION_UNIT / 2;
        span_add(span, &span->months, (part + half) / FRACTION_UNIT, 1);
    }
}

static const struct {
    const char *name; /* without a plural's s */
    char field;       /* m: months, d: days, u: µs */
    int64_t unit;
} units[] = {
    {"microsecond", 'u', 1},
    {"usec", 'u', 1},
    {"us", 'u', 1},
    {"millisecond", 'u', 1000},
    {"msec", 'u', 1000},
    {"ms", 'u', 1000},
    {"second", 'u', US_PER_SECOND},
    {"sec", 'u', US_PER_SECOND},
    {"s", 'u', US_PER_SECOND},
    {"minute", 'u', 60LL * US_PER_SECOND},
    {"min", 'u', 60LL * US_PER_SECOND},
    {"m", 'u', 60LL * US_PER_SECOND},
    {"hour", 'u', 3600LL * US_PER_SECOND},
    {"hr", 'u', 3600LL * US_PER_SECOND},
    {"h", 'u', 3600LL * US_PER_SECOND},
    {"day", 'd', 1},
    {"d", 'd', 1},
    {"week", 'd', 7},
    {"w", 'd', 7},
    {"month", 'm', 1},
    {"mon", 'm', 1},
    {"quarter", 'm', 3},
    {"year", 'm', 12},
    {"yr", 'm', 12},
    {"y", 'm', 12},
    {"decade", 'm', 120},
    {"century", 'm', 1200},
    {"centurie", 'm', 1200},
    {"millennium", 'm', 12000},
    {"millennia", 'm', 12000},
};

static bool add_unit(Span *span, const char *from, const char *end, Number number)
{
    const char *singular = end - from > 2 && (end[-1] | ' ') == 's' ? end - 1 : end;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (!scan_is_word(from, end, units[i].name) && !scan_is_word(from, singular, units[i].name))
            continue;
        if (units[i].field == 'u')
            add_us(span, number, units[i].unit);
        else if (units[i].field == 'd')
            add_days(span, number, units[i].unit);
        else
            add_months(span, number, units[i].unit);
        return true;
    }
    return false;
}

/* Digits with an optional fraction; the sign has been read. */
static bool scan_magnitude(Span *span, const char **from, const char *end, Number *number)
{
    const char *start = *from;
    int64_t whole = 0, billionths = 0;
    for (; *from < end && scan_is_digit(**from); ++*from)
        if (__builtin_mul_overflow(whole, 10, &whole) ||
            __builtin_add_overflow(whole, **from - '0', &whole))
            span->failed = true;
    bool any = *from > start;
    number->has_fraction = *from < end && **from == '.';
    if (number->has_fraction) {
        int64_t unit = FRACTION_UNIT / 10;
        for (++*from; *from < end && scan_is_digit(**from); ++*from) {
            billionths += unit * (**from - '0');
            unit /= 10;
            any = true;
        }
    }
    number->whole = span->failed ? 0 : whole;
    number->billionths = billionths;
    return any;
}

static void negate(Number *number)
{
    number->whole = -number->whole;
    number->billionths = -number->billionths;
}

static bool scan_sign(const char **from, const char *end)
{
    if (*from == end || (**from != '-' && **from != '+'))
        return false;
    bool negative = *(*from)++ == '-';
    while (*from < end && scan_is_blank(**from))
        ++*from;
    return negative;
}

/* After "hours:" */
static bool scan_clock(Span *span, const char **from, const char *end, Number hours, bool negative)
{
    Number minutes, seconds = {0};
    if (hours.has_fraction || !scan_magnitude(span, from, end, &minutes))
        return false;
    if (minutes.has_fraction) { /* "02:03.5" is minutes and seconds */
        seconds = minutes;
        minutes = hours;
        hours = (Number){0};
    } else if (*from < end && **from == ':') {
        ++*from;
        if (!scan_magnitude(span, from, end, &seconds))
            return false;
    }
    if (minutes.whole > 59 || seconds.whole > 60)
        span->failed = true;
    if (negative) {
        negate(&hours);
        negate(&minutes);
        negate(&seconds);
    }
    add_us(span, hours, 3600LL * US_PER_SECOND);
    add_us(span, minutes, 60LL * US_PER_SECOND);
    add_us(span, seconds, US_PER_SECOND);
    return true;
}

/* A whole item that begins with a number: a time, years and months, or a number with its unit. */
static bool scan_item(Span *span, const char **from, const char *end)
{
    Number number;
    bool negative = scan_sign(from, end);
    if (!scan_magnitude(span, from, end, &number))
        return false;
    if (*from < end && **from == ':') {
        ++*from;
        return scan_clock(span, from, end, number, negative);
    }
    if (end - *from >= 2 && **from == '-' && scan_is_digit((*from)[1]) && !number.has_fraction) {
        Number months;
        ++*from;
        if (!scan_magnitude(span, from, end, &months) || months.has_fraction)
            return false;
        if (months.whole > 11)
            span->failed = true;
        if (negative) {
            negate(&number);
            negate(&months);
        }
        add_months(span, number, 12);
        add_months(span, months, 1);
        return true;
    }
    if (negative)
        negate(&number);
    bool parted = *from < end && scan_is_blank(**from);
    while (*from < end && scan_is_blank(**from))
        ++*from;
    const char *word = *from;
    while (*from < end && ((**from | ' ') >= 'a' && (**from | ' ') <= 'z'))
        ++*from;
    if (*from > word)
        return add_unit(span, word, *from, number);
    if (word == end) {
        add_us(span, number, US_PER_SECOND);
        return true;
    }
    /* "1 02:03:04": days */
    const char *ahead = word + (*word == '-' || *word == '+');
    while (ahead < end && scan_is_digit(*ahead))
        ahead++;
    if (!parted || ahead == end || *ahead != ':')
        return false;
    add_days(span, number, 1);
    return true;
}

/* P[n Y][n M][n W][n D][T[n H][n M][n S]] */
static bool scan_iso(Span *span, const char *from, const char *end)
{
    bool in_time = false, any = false;
    while (from < end) {
        if (*from == 'T' && !in_time) {
            in_time = true;
            from++;
            continue;
        }
        Number number;
        bool negative = scan_sign(&from, end);
        if (!scan_magnitude(span, &from, end, &number) || from == end)
            return false;
        if (negative)
            negate(&number);
        any = true;
        switch (*from++) {
        case 'Y':
            add_months(span, number, 12);
            break;
        case 'M':
            if (in_time)
                add_us(span, number, 60LL * US_PER_SECOND);
            else
                add_months(span, number, 1);
            break;
        case 'W':
            add_days(span, number, 7);
            break;
        case 'D':
            add_days(span, number, 1);
            break;
        case 'H':
            add_us(span, number, 3600LL * US_PER_SECOND);
            break;
        case 'S':
            add_us(span, number, US_PER_SECOND);
            break;
        default:
            return false;
        }
    }
    return any;
}

static bool scan_items(Span *span, const char *from, const char *end)
{
    if (from < end && *from == '@')
        from++;
    bool any = false;
    while (true) {
        while (from < end && scan_is_blank(*from))
            from++;
        if (from == end)
            return any;
        if (any && scan_is_word(from, end, "ago")) {
            span_add(span, &span->months, span->months, -2);
            span_add(span, &span->days, span->days, -2);
            span_add(span, &span->us, span->us, -2);
            return true;
        }
        if (!scan_item(span, &from, end))
            return false;
        any = true;
    }
}

ParseResult parse_span(const char *from, const char *end, Interval *value)
{
    Span span = {0};
    scan_trim(&from, &end);
    bool understood =
        from < end && *from == 'P' ? scan_iso(&span, from + 1, end) : scan_items(&span, from, end);
    if (!understood)
        return PARSE_FORM;
    if (span.failed || span.months != (int32_t)span.months || span.days != (int32_t)span.days)
        return PARSE_RANGE;
    *value = (Interval){(int32_t)span.months, (int32_t)span.days, span.us};
    return PARSE_OK;
}

bool parse_interval(const char *from, const char *end, Interval *value)
{
    return parse_span(from, end, value) == PARSE_OK;
}
