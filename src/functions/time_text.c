/*
 * time_text.c - dates and times as people write them: words and numbers in almost any order.
 *
 * A reader goes over the text once and sorts each word and number into the fields it can only be;
 * where a date has its year is then decided by the number of digits and the place of the month.
 */
#include "functions/time_text.h"

#include "functions/time_math.h"
#include "functions/time_piece.h"
#include "types/parse_scan.h"

enum { NUMBERS = 3, WORD_MAX = 64, LAST_YEAR = 292276 /* of a TIMESTAMP */ };

typedef struct Reader {
    const char *at, *end;
    int64_t numbers[NUMBERS];
    int digits[NUMBERS];
    int count;
    int month;                                      /* by name; 0: none */
    bool compact, bc, era, half, afternoon, joined; /* joined: a T or nothing before this token */
    TimeText *out;
} Reader;

static bool is_letter(char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26;
}

static bool is_name_of(const char *from, const char *end, const char *name)
{
    size_t length = (size_t)(end - from), whole = strlen(name);
    bool september = length == 4 && whole == 9;
    if (length != whole && length != 3 && !september)
        return false;
    for (size_t i = 0; i < length; i++)
        if ((from[i] | 0x20) != (name[i] | 0x20))
            return false;
    return true;
}

static int name_index(const char *from, const char *end, const char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (is_name_of(from, end, names[i]))
            return i;
    return -1;
}

static int64_t read_digits(Reader *reader, int *count)
{
    int64_t value = 0;
    *count = 0;
    for (; reader->at < reader->end && scan_is_digit(*reader->at) && *count < 9; ++*count)
        value = value * 10 + (*reader->at++ - '0');
    return value;
}

static bool read_char(Reader *reader, char c)
{
    if (reader->at == reader->end || *reader->at != c)
        return false;
    reader->at++;
    return true;
}

static bool read_fraction(Reader *reader, int64_t *us)
{
    int64_t value = 0, unit = US_PER_SECOND;
    const char *start = reader->at;
    for (; reader->at < reader->end && scan_is_digit(*reader->at); reader->at++) {
        unit /= 10;
        value += unit * (*reader->at - '0');
    }
    *us += value;
    return reader->at > start;
}

static bool set_time(Reader *reader, int64_t hour, int64_t minute, int64_t second, int64_t us)
{
    bool good = !reader->out->has_time && hour <= 24 && minute <= 59 && second <= 59;
    reader->out->has_time = true;
    reader->out->us = ((hour * 60 + minute) * 60 + second) * US_PER_SECOND + us;
    return good && reader->out->us <= US_PER_DAY;
}

/* Behind "hour:" */
static bool read_clock(Reader *reader, int64_t hour)
{
    int digits;
    int64_t minute = read_digits(reader, &digits), second = 0, us = 0;
    if (digits < 1 || digits > 2)
        return false;
    if (read_char(reader, ':')) {
        second = read_digits(reader, &digits);
        if (digits < 1 || digits > 2 || (read_char(reader, '.') && !read_fraction(reader, &us)))
            return false;
    }
    return set_time(reader, hour, minute, second, us);
}

static bool has_date(const Reader *reader)
{
    return reader->compact || reader->count + (reader->month > 0) == 3;
}

/* 040506 or 0405 behind a date. */
static bool read_compact_time(Reader *reader, int64_t number, int digits)
{
    int64_t us = 0;
    if (digits == 4)
        number *= 100;
    else if (read_char(reader, '.') && !read_fraction(reader, &us))
        return false;
    return set_time(reader, number / 10000, number / 100 % 100, number % 100, us);
}

static bool read_number(Reader *reader)
{
    int digits;
    int64_t number = read_digits(reader, &digits);
    if (read_char(reader, ':'))
        return digits <= 2 && read_clock(reader, number);
    if (has_date(reader))
        return (digits == 6 || (digits == 4 && reader->joined)) &&
               read_compact_time(reader, number, digits);
    if (digits == 8 && reader->count == 0 && !reader->month) {
        reader->compact = true;
        reader->count = NUMBERS;
        reader->numbers[0] = number / 10000;
        reader->numbers[1] = number / 100 % 100;
        reader->numbers[2] = number % 100;
        reader->digits[0] = 4;
        return true;
    }
    if (digits > 6 || reader->count == NUMBERS)
        return false;
    reader->numbers[reader->count] = number;
    reader->digits[reader->count++] = digits;
    if (reader->at < reader->end && strchr("-/.", *reader->at))
        reader->at++;
    return true;
}

/* -8, +05:30, -0330 behind a time. */
static bool read_offset(Reader *reader)
{
    bool west = *reader->at++ == '-';
    int digits, more;
    int64_t hour = read_digits(reader, &digits), minute = 0;
    if (!reader->out->has_time || reader->out->has_zone || digits < 1 || digits > 4 || digits == 3)
        return false;
    if (digits == 4) {
        minute = hour % 100;
        hour /= 100;
    } else if (read_char(reader, ':')) {
        minute = read_digits(reader, &more);
        if (more != 2)
            return false;
    }
    int64_t us = hour * US_PER_HOUR + minute * US_PER_MINUTE;
    reader->out->has_zone = true;
    reader->out->offset_us = west ? -us : us;
    return hour <= 15 && minute <= 59;
}

/* What the tz database has no file for. */
static const struct {
    const char *name;
    int hours;
} abbreviations[] = {{"z", 0},    {"pst", -8}, {"pdt", -7}, {"mst", -7}, {"mdt", -6},
                     {"cst", -6}, {"cdt", -5}, {"est", -5}, {"edt", -4}, {"bst", 1},
                     {"cest", 2}, {"eest", 3}, {"msk", 3},  {"jst", 9},  {"kst", 9}};

static bool read_zone(Reader *reader, const char *from, const char *end)
{
    TimeText *out = reader->out;
    if (out->has_zone || end - from >= WORD_MAX)
        return false;
    out->has_zone = true;
    for (size_t i = 0; i < sizeof abbreviations / sizeof *abbreviations; i++) {
        if (scan_is_word(from, end, abbreviations[i].name)) {
            out->offset_us = abbreviations[i].hours * US_PER_HOUR;
            return true;
        }
    }
    return zone_find((Str){from, (size_t)(end - from)}, &out->zone, NULL) == OK;
}

static bool read_word(Reader *reader)
{
    const char *from = reader->at;
    while (reader->at < reader->end &&
           (is_letter(*reader->at) || *reader->at == '_' ||
            (*reader->at == '/' && reader->at + 1 < reader->end && is_letter(reader->at[1]))))
        reader->at++;
    const char *end = reader->at;
    int month = name_index(from, end, calendar_months, 12);
    if (month >= 0) {
        if (reader->month || reader->compact || reader->count > 2)
            return false;
        reader->month = month + 1;
        if (reader->at < reader->end && strchr("-/.", *reader->at))
            reader->at++;
        return true;
    }
    if (scan_is_word(from, end, "t") && has_date(reader) && !reader->out->has_time) {
        reader->joined = true;
        return true;
    }
    if (scan_is_word(from, end, "am") || scan_is_word(from, end, "pm")) {
        bool good = reader->out->has_time && !reader->half;
        reader->half = true;
        reader->afternoon = (*from | 0x20) == 'p';
        return good;
    }
    if (scan_is_word(from, end, "bc") || scan_is_word(from, end, "ad")) {
        bool good = !reader->era;
        reader->era = true;
        reader->bc = (*from | 0x20) == 'b';
        return good;
    }
    return name_index(from, end, calendar_weekdays, 7) >= 0 || read_zone(reader, from, end);
}

/* 99 is 1999, 69 is 2069; 0099 and 99 BC are 99. */
static int64_t whole_year(const Reader *reader, int64_t year, int digits)
{
    return digits > 2 || reader->bc ? year : year < 70 ? year + 2000 : year + 1900;
}

static bool settle_date(Reader *reader)
{
    int64_t year, day, month = reader->month;
    if (month) {
        bool year_first = reader->digits[0] > 2;
        year = whole_year(reader, reader->numbers[!year_first], reader->digits[!year_first]);
        day = reader->numbers[year_first];
        if (reader->digits[year_first] > 2)
            return false;
    } else {
        year = reader->numbers[0];
        month = reader->numbers[1];
        day = reader->numbers[2];
        if (reader->digits[0] < 3)
            return false;
    }
    if (year < 1 || year > LAST_YEAR || (reader->bc && year > 4713))
        return false;
    year = reader->bc ? 1 - year : year;
    if (month < 1 || month > 12 || day < 1 || day > days_in_month((int)year, (int)month))
        return false;
    reader->out->has_date = true;
    reader->out->days = days_from_civil(year, (int)month, (int)day);
    return true;
}

static bool settle_half(Reader *reader)
{
    int64_t *us = &reader->out->us;
    if (!reader->half)
        return true;
    if (*us >= 13 * US_PER_HOUR || *us < 0)
        return false;
    if (*us >= 12 * US_PER_HOUR)
        *us -= 12 * US_PER_HOUR;
    *us += reader->afternoon ? 12 * US_PER_HOUR : 0;
    return true;
}

bool time_text_read(Str text, TimeText *out)
{
    *out = (TimeText){.has_date = false};
    Reader reader = {.at = text.data, .end = text.data + text.length, .out = out};
    scan_trim(&reader.at, &reader.end);
    if (scan_is_word(reader.at, reader.end, "epoch")) {
        out->has_date = out->has_time = out->has_zone = true;
        return true;
    }
    while (reader.at < reader.end) {
        char c = *reader.at;
        bool good = true;
        if (scan_is_blank(c) || c == ',')
            reader.at++;
        else if (scan_is_digit(c))
            good = read_number(&reader);
        else if (is_letter(c))
            good = read_word(&reader);
        else if (c == '+' || c == '-')
            good = read_offset(&reader);
        else
            return false;
        if (!good)
            return false;
    }
    if (reader.count || reader.month) {
        if (!has_date(&reader) || !settle_date(&reader))
            return false;
    } else if (reader.era) {
        return false;
    }
    return settle_half(&reader) && (out->has_date || out->has_time);
}
