/* time_pattern.c - a pattern is a list of items, read and written one after the other. */
#include "io/time_pattern.h"

typedef struct PatternItem {
    char letter; /* 0: the byte `literal` */
    char literal;
    uint8_t count;
} PatternItem;

struct TimePattern {
    PatternItem *items;
    int count;
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

enum {
    PATTERN_BYTES = 64,
    PATTERN_LETTERS = 16
}; /* 16 names or years of 9 to 11 bytes fit into TIME_PATTERN_MAX */

static void add_literal(TimePattern *pattern, char c)
{
    pattern->items[pattern->count++] = (PatternItem){.literal = c, .count = 1};
}

Status time_pattern_make(const char *text, Arena *arena, const TimePattern **out, Err *err)
{
    size_t length = strlen(text);
    if (length > PATTERN_BYTES)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1, "time pattern \"%s\" is too long",
                       text);
    TimePattern *pattern = ARENA_NEW(arena, TimePattern);
    pattern->items = ARENA_ARRAY(arena, PatternItem, length + 1);
    int letters = 0;
    for (const char *at = text; *at;) {
        if (*at == '\'') {
            at++;
            if (*at == '\'')
                add_literal(pattern, *at);
            else
                while (*at && (*at != '\'' || at[1] == '\'')) {
                    at += *at == '\'';
                    add_literal(pattern, *at++);
                }
            if (!*at)
                return err_set(err, SQLSTATE_INVALID_PARAMETER, -1,
                               "time pattern \"%s\" has an open quote", text);
            at++;
        } else if (is_letter(*at)) {
            if (!strchr("yuMdHhamsSXxZzE", *at))
                return err_set(err, SQLSTATE_INVALID_PARAMETER, -1,
                               "letter \"%c\" of time pattern \"%s\" is not known", *at, text);
            PatternItem item = {.letter = *at == 'u' ? 'y' : *at};
            for (char letter = *at; *at == letter; at++)
                item.count++;
            pattern->items[pattern->count++] = item;
            if (item.count > 9 || ++letters > PATTERN_LETTERS)
                return err_set(err, SQLSTATE_INVALID_PARAMETER, -1,
                               "time pattern \"%s\" is too long", text);
        } else if (*at == '[' || *at == ']') {
            return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                           "optional parts in time pattern \"%s\" are not supported yet", text);
        } else {
            add_literal(pattern, *at++);
        }
    }
    *out = pattern;
    return OK;
}

/* ---- reading ---- */

typedef struct TimeFields {
    int64_t year, us; /* us: the fraction of a second */
    int month, day, hour, minute, second, zone_seconds;
    bool twelve, afternoon, zoned;
} TimeFields;

/* Between least and most digits. */
static bool read_number(const char **at, const char *end, int least, int most, int64_t *value)
{
    int count = 0;
    int64_t number = 0;
    for (; *at < end && is_digit(**at) && count < most; ++*at, count++)
        number = number * 10 + (**at - '0');
    *value = number;
    return count >= least;
}

static bool read_small(const char **at, const char *end, int count, int *value)
{
    int64_t number;
    if (!read_number(at, end, count, count > 2 ? count : 2, &number))
        return false;
    *value = (int)number;
    return true;
}

static bool read_name(const char **at, const char *end, const char *const *names, int count,
                      bool whole, int *which)
{
    for (int i = 0; i < count; i++) {
        size_t length = whole ? strlen(names[i]) : 3;
        if ((size_t)(end - *at) >= length &&
            str_equal_nocase((Str){*at, length}, (Str){names[i], length})) {
            *at += length;
            *which = i;
            return true;
        }
    }
    return false;
}

static bool read_zone(const char **at, const char *end, int *seconds)
{
    *seconds = 0;
    if (*at < end && (**at == 'Z' || **at == 'z')) {
        ++*at;
        return true;
    }
    if (end - *at >= 3 && (str_equal_nocase((Str){*at, 3}, STR("UTC")) ||
                           str_equal_nocase((Str){*at, 3}, STR("GMT")))) {
        *at += 3;
        return true;
    }
    if (*at == end || (**at != '+' && **at != '-'))
        return false;
    int sign = **at == '-' ? -1 : 1;
    int64_t hours, minutes = 0;
    ++*at;
    if (!read_number(at, end, 2, 2, &hours))
        return false;
    bool colon = *at < end && **at == ':';
    *at += colon;
    if ((colon || (*at < end && is_digit(**at))) && !read_number(at, end, 2, 2, &minutes))
        return false;
    *seconds = sign * (int)(hours * 3600 + minutes * 60);
    return hours <= 18 && minutes < 60;
}

static bool read_fraction(const char **at, const char *end, int count, int64_t *us)
{
    int64_t unit = US_PER_SECOND / 10;
    int digits = 0;
    *us = 0;
    for (; *at < end && is_digit(**at) && (count == 1 || digits < count); ++*at, digits++) {
        *us += unit * (**at - '0');
        unit /= 10;
    }
    return digits >= (count == 1 ? 1 : count);
}

static bool read_item(const PatternItem *item, const char **at, const char *end, TimeFields *fields)
{
    int ignored;
    switch (item->letter) {
    case 0:
        if (*at == end || **at != item->literal)
            return false;
        ++*at;
        return true;
    case 'y':
        if (item->count == 2) {
            bool good = read_number(at, end, 2, 2, &fields->year);
            fields->year += fields->year < 70 ? 2000 : 1900;
            return good;
        }
        return read_number(at, end, item->count, item->count > 4 ? item->count : 4, &fields->year);
    case 'M':
        if (item->count >= 3) {
            bool good = read_name(at, end, calendar_months, 12, item->count > 3, &fields->month);
            fields->month++;
            return good;
        }
        return read_small(at, end, item->count, &fields->month);
    case 'd':
        return read_small(at, end, item->count, &fields->day);
    case 'h':
        fields->twelve = true;
        return read_small(at, end, item->count, &fields->hour);
    case 'H':
        return read_small(at, end, item->count, &fields->hour);
    case 'm':
        return read_small(at, end, item->count, &fields->minute);
    case 's':
        return read_small(at, end, item->count, &fields->second);
    case 'S':
        return read_fraction(at, end, item->count, &fields->us);
    case 'a':
        if (end - *at < 2 || ((*at)[1] | 0x20) != 'm')
            return false;
        fields->afternoon = (**at | 0x20) == 'p';
        *at += 2;
        return fields->afternoon || ((*at)[-2] | 0x20) == 'a';
    case 'E':
        return read_name(at, end, calendar_weekdays, 7, item->count > 3, &ignored);
    default:
        fields->zoned = true;
        return read_zone(at, end, &fields->zone_seconds);
    }
}

static bool fields_to_us(const TimeFields *given, bool with_zone, const Zone *zone, int64_t *us)
{
    static const uint8_t lengths[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    TimeFields fields = *given;
    if (fields.twelve) {
        if (fields.hour < 1 || fields.hour > 12)
            return false;
        fields.hour = fields.hour % 12 + (fields.afternoon ? 12 : 0);
    }
    bool leap = fields.year % 4 == 0 && (fields.year % 100 != 0 || fields.year % 400 == 0);
    if (fields.year < 1 || fields.month < 1 || fields.month > 12 || fields.day < 1 ||
        fields.day > lengths[fields.month] + (fields.month == 2 && leap) || fields.hour > 23 ||
        fields.minute > 59 || fields.second > 59 || fields.year > 200000)
        return false;
    int64_t seconds = (int64_t)days_from_civil(fields.year, fields.month, fields.day) * 86400 +
                      fields.hour * 3600 + fields.minute * 60 + fields.second;
    if (with_zone)
        seconds -= fields.zone_seconds;
    *us = seconds * US_PER_SECOND + fields.us;
    if (with_zone && !fields.zoned)
        *us = zone_to_utc(zone, *us);
    return true;
}

bool time_pattern_parse(const TimePattern *pattern, Str text, bool with_zone, const Zone *zone,
                        int64_t *us)
{
    TimeFields fields = {.year = 1970, .month = 1, .day = 1};
    text = str_trim(text);
    const char *at = text.data, *end = text.data + text.length;
    for (int i = 0; i < pattern->count; i++)
        if (!read_item(&pattern->items[i], &at, end, &fields))
            return false;
    return at == end && fields_to_us(&fields, with_zone, zone, us);
}

/* ---- writing ---- */

static char *write_number(char *to, int64_t value, int width)
{
    char digits[24];
    int count = (int)(format_i64(digits, value) - digits);
    for (int i = count; i < width; i++)
        *to++ = '0';
    memcpy(to, digits, (size_t)count);
    return to + count;
}

static char *write_name(char *to, const char *name, bool whole)
{
    size_t length = whole ? strlen(name) : 3;
    memcpy(to, name, length);
    return to + length;
}

/* x: "+09", xx and Z: "+0900", xxx: "+09:00"; X writes no offset as Z, and so does z. */
static char *write_offset(const PatternItem *item, int32_t seconds, char *to)
{
    int32_t minutes = (seconds < 0 ? -seconds : seconds) / 60;
    bool shown = item->letter == 'x' || item->letter == 'Z';
    if (!seconds && !shown) {
        *to = 'Z';
        return to + 1;
    }
    bool long_form = item->letter == 'Z' || item->letter == 'z' || item->count > 1 || minutes % 60;
    *to++ = seconds < 0 ? '-' : '+';
    to = write_number(to, minutes / 60, 2);
    if (!long_form)
        return to;
    if (item->count > 2 && (item->letter == 'x' || item->letter == 'X'))
        *to++ = ':';
    return write_number(to, minutes % 60, 2);
}

static char *write_item(const PatternItem *item, char *to, int32_t days, int64_t us_of_day,
                        int32_t offset)
{
    int year, month, day;
    civil_from_days(days, &year, &month, &day);
    int64_t second_of_day = us_of_day / US_PER_SECOND, fraction = us_of_day % US_PER_SECOND;
    int64_t hour = second_of_day / 3600;
    switch (item->letter) {
    case 0:
        *to = item->literal;
        return to + 1;
    case 'y':
        return item->count == 2 ? write_number(to, (year % 100 + 100) % 100, 2)
                                : write_number(to, year, item->count);
    case 'M':
        return item->count >= 3 ? write_name(to, calendar_months[month - 1], item->count > 3)
                                : write_number(to, month, item->count);
    case 'd':
        return write_number(to, day, item->count);
    case 'H':
        return write_number(to, hour, item->count);
    case 'h':
        return write_number(to, (hour + 11) % 12 + 1, item->count);
    case 'm':
        return write_number(to, second_of_day / 60 % 60, item->count);
    case 's':
        return write_number(to, second_of_day % 60, item->count);
    case 'S':
        for (int i = 0; i < item->count; i++, fraction = fraction * 10 % US_PER_SECOND)
            *to++ = (char)('0' + fraction * 10 / US_PER_SECOND);
        return to;
    case 'a':
        memcpy(to, hour < 12 ? "AM" : "PM", 2);
        return to + 2;
    case 'E':
        /* 1970-01-01 was a Thursday. */
        return write_name(to, calendar_weekdays[floor_mod((int64_t)days + 4, 7)], item->count > 3);
    default: /* X, x, Z, z */
        return write_offset(item, offset, to);
    }
}

char *time_pattern_format(const TimePattern *pattern, int64_t us, const Zone *zone, char *to)
{
    int32_t offset = zone_offset_seconds(zone, us);
    us = zone_from_utc(zone, us);
    int64_t days = us / US_PER_DAY - (us % US_PER_DAY < 0);
    for (int i = 0; i < pattern->count; i++)
        to = write_item(&pattern->items[i], to, (int32_t)days, us - days * US_PER_DAY, offset);
    return to;
}
