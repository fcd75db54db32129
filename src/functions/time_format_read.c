/*
 * time_format_read.c - reads a point in time by a pattern.
 *
 * A number takes up to 9 digits, or no more than its letters when digits follow at once
 * ("yyyyMMdd"). The whole text must be used up, blanks around it aside.  What Java's brackets hold
 * may be missing.  A date comes from the week, the day of the year or the Julian day where the
 * pattern has them.
 */
#include "functions/time_piece.h"
#include "functions/time_unit.h"

typedef struct Reading {
    const char *p, *end;
    int64_t year, doy, julian;
    int month, day, hour, minute, second;
    int64_t us, day_seconds;
    int64_t iso_year, week, week_day, iso_day, week_of_year, week_of_month; /* 0: not said */
    bool before_christ;         /* the year had a sign */
    bool lenient, zone_follows; /* behind this literal, whose sign is the zone's */
    bool pm, has_pm, bc, has_doy, has_julian, has_day_seconds, has_offset;
    int32_t offset;
} Reading;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Up to `most` digits. */
static bool read_number(Reading *r, int most, int64_t *out)
{
    int64_t value = 0;
    int count = 0;
    for (; r->p < r->end && is_digit(*r->p) && count < most; count++)
        value = value * 10 + (*r->p++ - '0');
    *out = value;
    return count > 0;
}
static bool read_int(Reading *r, int most, int *out)
{
    int64_t value;
    bool good = read_number(r, most, &value);
    *out = (int)value;
    return good;
}

static bool read_name(Reading *r, const char *const *names, int count, int *out)
{
    for (int i = 0; i < count; i++) {
        Str full = str_from(names[i]), rest = {r->p, (size_t)(r->end - r->p)};
        for (size_t length = full.length; length >= 3; length = length == 3 ? 0 : 3) {
            if (rest.length >= length &&
                str_equal_nocase((Str){rest.data, length}, (Str){full.data, length})) {
                r->p += length;
                *out = i;
                return true;
            }
        }
    }
    return false;
}

static bool read_roman(Reading *r)
{
    static const char *const roman[] = {"VIII", "III", "VII", "XII", "II", "IV",
                                        "VI",   "IX",  "XI",  "I",   "V",  "X"};
    static const int months[] = {8, 3, 7, 12, 2, 4, 6, 9, 11, 1, 5, 10};
    for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
        Str text = str_from(roman[i]);
        if ((size_t)(r->end - r->p) >= text.length &&
            str_equal_nocase((Str){r->p, text.length}, text)) {
            r->p += text.length;
            r->month = months[i];
            return true;
        }
    }
    return false;
}

static bool read_fraction(Reading *r, int most)
{
    int64_t us = 0;
    int count = 0;
    for (; r->p < r->end && is_digit(*r->p) && count < most; count++, r->p++)
        if (count < 6)
            us = us * 10 + (*r->p - '0');
    for (int i = count; i < 6; i++)
        us *= 10;
    r->us = us;
    return count > 0;
}

static bool read_offset(Reading *r)
{
    int64_t hours, minutes = 0;
    if (r->p < r->end && (*r->p == 'Z' || *r->p == 'z')) {
        r->p++;
        r->has_offset = true;
        return true;
    }
    if (r->p == r->end || (*r->p != '+' && *r->p != '-'))
        return false;
    bool west = *r->p++ == '-';
    if (!read_number(r, 2, &hours))
        return false;
    if (r->p < r->end && *r->p == ':')
        r->p++;
    if (r->p < r->end && is_digit(*r->p) && !read_number(r, 2, &minutes))
        return false;
    r->offset = (int32_t)(hours * 3600 + minutes * 60) * (west ? -1 : 1);
    r->has_offset = true;
    return hours < 16 && minutes < 60;
}

static bool read_offset_hour(Reading *r)
{
    int64_t hours;
    bool west = r->p < r->end && *r->p == '-';
    if (r->p < r->end && (*r->p == '-' || *r->p == '+'))
        r->p++;
    if (!read_number(r, 2, &hours) || hours > 15)
        return false;
    r->offset = (int32_t)(hours * 3600) * (west ? -1 : 1);
    r->has_offset = true;
    return true;
}

static bool read_am(Reading *r)
{
    Str rest = {r->p, (size_t)(r->end - r->p)};
    static const char *const forms[] = {"a.m.", "p.m.", "am", "pm"};
    for (int i = 0; i < 4; i++) {
        Str form = str_from(forms[i]);
        if (rest.length >= form.length && str_equal_nocase((Str){rest.data, form.length}, form)) {
            r->p += form.length;
            r->has_pm = true;
            r->pm = i % 2 == 1;
            return true;
        }
    }
    return false;
}

static bool is_separator(char c)
{
    return (c > 0 && c < '0') || (c > '9' && c < 'A') || (c > 'Z' && c < 'a') ||
           (c > 'z' && c < 127);
}

static void skip_blanks(Reading *r)
{
    while (r->p < r->end && *r->p == ' ')
        r->p++;
}

static bool read_literal(Reading *r, Str literal)
{
    for (size_t i = 0; i < literal.length; i++) {
        if (r->lenient && is_separator(literal.data[i])) {
            skip_blanks(r);
            bool sign = r->p + 1 < r->end && (*r->p == '-' || *r->p == '+') && r->zone_follows &&
                        i + 1 == literal.length;
            if (r->p < r->end && is_separator(*r->p) && !sign)
                r->p++;
            skip_blanks(r);
            continue;
        }
        if (r->p == r->end)
            return false;
        if (*r->p != literal.data[i])
            return false;
        r->p++;
    }
    return true;
}

/* 9, 99 and 995 are 2009, 1999 and 1995. */
static int64_t year_near_2020(int64_t year)
{
    return year < 70     ? year + 2000
           : year < 100  ? year + 1900
           : year < 520  ? year + 2000
           : year < 1000 ? year + 1000
                         : year;
}

static bool read_year(Reading *r, int most, uint8_t width, bool near)
{
    const char *start = r->p;
    bool negative = r->p < r->end && *r->p == '-' && width >= 4;
    if (negative)
        r->p++;
    if (!read_number(r, most, &r->year))
        return false;
    if (near)
        r->year = year_near_2020(r->year);
    else if (width == 2 && r->p - start <= 2)
        r->year += r->year < 70 ? 2000 : 1900;
    if (negative && r->lenient) /* PostgreSQL's: BC */
        r->before_christ = true;
    else if (negative)
        r->year = -r->year;
    return true;
}

/* `most`: how many digits a number may take: its width when digits follow, else any. */
static bool read_piece(Reading *r, const TimePiece *piece, int most)
{
    int ignored, name;
    int64_t skipped;
    switch ((PieceKind)piece->kind) {
    case PIECE_LITERAL:
        return read_literal(r, piece->literal);
    case PIECE_YEAR:
        return read_year(r, most, piece->width, piece->padded);
    case PIECE_ISO_YEAR:
        if (!read_number(r, most, &r->iso_year))
            return false;
        r->iso_year = piece->padded ? year_near_2020(r->iso_year) : r->iso_year;
        return r->iso_year > 0;
    case PIECE_ISO_WEEKDAY:
        return read_number(r, most, &r->week_day) && r->week_day >= 1 && r->week_day <= 7;
    case PIECE_WEEK:
        return read_number(r, most, &r->week) && r->week >= 1 && r->week <= 53;
    case PIECE_WEEK_OF_YEAR:
        return read_number(r, most, &r->week_of_year) && r->week_of_year >= 1 &&
               r->week_of_year <= 53;
    case PIECE_WEEK_OF_MONTH:
        return read_number(r, most, &r->week_of_month) && r->week_of_month >= 1 &&
               r->week_of_month <= 5;
    case PIECE_ISO_DAY_OF_YEAR:
        return read_number(r, most, &r->iso_day) && r->iso_day >= 1 && r->iso_day <= 371;
    case PIECE_WEEKDAY:
    case PIECE_QUARTER:
    case PIECE_CENTURY:
        return read_number(r, most, &skipped);
    case PIECE_MONTH:
        return read_int(r, most, &r->month);
    case PIECE_MONTH_NAME:
        if (!read_name(r, calendar_months, 12, &name))
            return false;
        r->month = name + 1;
        return true;
    case PIECE_MONTH_ROMAN:
        return read_roman(r);
    case PIECE_ORDINAL: /* two letters, whichever */
        r->p += 2;
        return r->p <= r->end;
    case PIECE_DAY:
        return read_int(r, most, &r->day);
    case PIECE_DOY:
        r->has_doy = true;
        return read_number(r, most, &r->doy);
    case PIECE_WEEKDAY_NAME:
        return read_name(r, calendar_weekdays, 7, &ignored);
    case PIECE_HOUR12:
        return read_int(r, most, &r->hour) && r->hour >= 1 && r->hour <= 12;
    case PIECE_HOUR24:
    case PIECE_HOUR11:
        return read_int(r, most, &r->hour);
    case PIECE_HOUR1TO24:
        if (!read_int(r, most, &r->hour))
            return false;
        r->hour %= 24;
        return true;
    case PIECE_MINUTE:
        return read_int(r, most, &r->minute);
    case PIECE_SECOND:
        return read_int(r, most, &r->second);
    case PIECE_FRACTION:
        return read_fraction(r, most > 9 ? 9 : most);
    case PIECE_DAY_SECONDS:
        r->has_day_seconds = true;
        return read_number(r, most, &r->day_seconds);
    case PIECE_JULIAN:
        r->has_julian = true;
        return read_number(r, most, &r->julian);
    case PIECE_AM:
        return read_am(r);
    case PIECE_ERA:
        if (r->end - r->p < (piece->width == 4 ? 4 : 2))
            return false;
        r->bc = (*r->p | ' ') == 'b';
        r->p += piece->width == 4 ? 4 : 2;
        return true;
    case PIECE_OFFSET:
        return read_offset(r);
    case PIECE_OFFSET_HOUR:
        return read_offset_hour(r);
    case PIECE_OFFSET_MINUTE:
        if (!read_number(r, most > 2 ? 2 : most, &skipped) || skipped > 59)
            return false;
        r->offset += (int32_t)(skipped * 60) * (r->offset < 0 ? -1 : 1);
        return true;
    case PIECE_OPTIONAL:
    case PIECE_OPTIONAL_END:
        return true;
    }
    return false;
}

static bool is_number(const TimePiece *piece)
{
    return piece->kind != PIECE_LITERAL && piece->kind != PIECE_MONTH_NAME &&
           piece->kind != PIECE_WEEKDAY_NAME && piece->kind != PIECE_AM &&
           piece->kind != PIECE_ERA && piece->kind != PIECE_OFFSET &&
           piece->kind != PIECE_OFFSET_HOUR && piece->kind != PIECE_OPTIONAL &&
           piece->kind != PIECE_OPTIONAL_END && piece->kind != PIECE_ORDINAL &&
           piece->kind != PIECE_MONTH_ROMAN;
}

/* Of the ISO year, week and day of the week, or of the ISO year and its day. */
static int32_t iso_date(const Reading *r, int64_t year)
{
    int32_t fourth = days_from_civil(r->iso_year ? r->iso_year : year, 1, 4);
    int32_t monday = fourth - (int32_t)floor_mod((int64_t)fourth + 3, 7);
    if (r->iso_day)
        return monday + (int32_t)r->iso_day - 1;
    return monday +
           (int32_t)((r->week ? r->week - 1 : 0) * 7 + (r->week_day ? r->week_day - 1 : 0));
}

/* Puts the fields together; false: one of them is out of range. */
static bool reading_time(const Reading *r, int64_t *wall_us)
{
    int64_t year = r->bc != r->before_christ ? 1 - r->year : r->year;
    int32_t days;
    int hour = r->hour;
    if (r->has_pm) {
        if (hour > 12)
            return false;
        hour = hour % 12 + (r->pm ? 12 : 0);
    }
    if (!time_year_fits(year) || r->month < 1 || r->month > 12 || r->day < 1 ||
        r->day > days_in_month((int)year, r->month) || hour > 24 || r->minute > 59 ||
        r->second > 59 || (hour == 24 && (r->minute || r->second || r->us)))
        return false;
    days = days_from_civil(year, r->month, r->day);
    if (r->has_doy) {
        if (r->doy < 1 || r->doy > (days_in_month((int)year, 2) == 29 ? 366 : 365))
            return false;
        days = days_from_civil(year, 1, 1) + (int32_t)r->doy - 1;
    }
    if (r->week_of_year)
        days = days_from_civil(year, 1, 1) + (int32_t)(r->week_of_year - 1) * 7;
    if (r->week_of_month)
        days = days_from_civil(year, r->month, 1) + (int32_t)(r->week_of_month - 1) * 7;
    if (r->iso_year || r->week || r->iso_day)
        days = iso_date(r, year);
    if (r->has_julian)
        days = (int32_t)(r->julian - 2440588);
    int64_t seconds = hour * 3600 + r->minute * 60 + r->second;
    if (r->has_day_seconds) {
        if (r->day_seconds >= 86400)
            return false;
        seconds = r->day_seconds;
    }
    int64_t day_us;
    return date_to_us(days, &day_us) &&
           !__builtin_add_overflow(day_us, seconds * US_PER_SECOND + r->us, wall_us);
}

/* Where the optional part that begins here ends; an inner one ends with it. */
static uint32_t closing(const TimeFormat *format, uint32_t at)
{
    uint32_t depth = 0, i = at;
    for (; i < format->count; i++) {
        depth += format->pieces[i].kind == PIECE_OPTIONAL;
        if (format->pieces[i].kind == PIECE_OPTIONAL_END && --depth == 0)
            return i;
    }
    return format->count ? format->count - 1 : 0;
}

Status time_format_read(const TimeFormat *format, Str text, int64_t *wall_us, bool *has_offset,
                        int32_t *offset_seconds, Err *err)
{
    Str trimmed = str_trim(text);
    Reading r = {.p = trimmed.data,
                 .end = trimmed.data + trimmed.length,
                 .lenient = format->lenient,
                 .year = 1970,
                 .month = 1,
                 .day = 1};
    bool good = true;
    Reading before = r; /* the optional part that is being read */
    uint32_t optional_end = 0;
    for (uint32_t i = 0; i < format->count; i++) {
        const TimePiece *piece = &format->pieces[i], *next = piece + 1;
        bool digits_follow = i + 1 < format->count && is_number(next);
        if (piece->kind == PIECE_OPTIONAL) {
            before = r;
            optional_end = closing(format, i);
        }
        if (r.lenient && piece->kind != PIECE_LITERAL)
            skip_blanks(&r);
        r.zone_follows = i + 1 < format->count && next->kind == PIECE_OFFSET_HOUR;
        good = read_piece(&r, piece, digits_follow ? piece->width : 9);
        if (!good && i < optional_end) {
            r = before;
            i = optional_end;
            good = true;
        }
        if (!good)
            break;
    }
    if (!good || r.p != r.end)
        return err_set(err, SQLSTATE_DATETIME_FORMAT, -1,
                       "\"" STR_FORMAT "\" does not match the date pattern", STR_ARG(text));
    if (!reading_time(&r, wall_us))
        return err_set(err, SQLSTATE_DATETIME_OVERFLOW, -1,
                       "date/time field value out of range: \"" STR_FORMAT "\"", STR_ARG(text));
    *has_offset = r.has_offset;
    *offset_seconds = r.offset;
    return OK;
}
