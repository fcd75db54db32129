#include "types_help.h"

#include <stdio.h>

HELP_PARSER(parse_date, int32_t)
HELP_PARSER(parse_time, int64_t)
HELP_PARSER(parse_timestamp, int64_t)
static bool parse_moment_utc(const char *from, const char *end, int64_t *us)
{
    return parse_timestamptz(from, end, NULL, us);
}
HELP_PARSER(parse_moment_utc, int64_t)

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

/* Every day of the years 1 to 9999, counted one by one. */
Test(time, calendar)
{
    int32_t days = -719162;
    for (int year = 1; year <= 9999; year++)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= month_length(year, month); day++, days++) {
                int y, m, d;
                civil_from_days(days, &y, &m, &d);
                cr_assert(y == year && m == month && d == day, "%d-%d-%d", year, month, day);
                cr_assert_eq(days_from_civil(year, month, day), days);
                if (days % 37 == 0) {
                    char text[FORMAT_TIMESTAMP_MAX], expected[32];
                    *format_date(text, days) = '\0';
                    (void)snprintf(expected, sizeof expected, "%04d-%02d-%02d", year, month, day);
                    cr_assert_str_eq(text, expected);
                    int32_t back = 0;
                    cr_assert(help_parse_date(text, &back));
                    cr_assert_eq(back, days);
                }
            }
    cr_assert_eq(days_from_civil(1970, 1, 1), 0);
}

Test(time, calendar_far_away)
{
    for (int64_t days = INT32_MIN; days <= INT32_MAX; days += 999983) {
        int year, month, day;
        civil_from_days((int32_t)days, &year, &month, &day);
        cr_assert(month >= 1 && month <= 12 && day >= 1 && day <= 31);
        cr_assert_eq(days_from_civil(year, month, day), days);
    }
}

Test(time, dates)
{
    static const struct {
        const char *text, *shown;
    } good[] = {
        {"2024-02-29", "2024-02-29"},       {" 2024-1-2 ", "2024-01-02"},
        {"0001-01-01", "0001-01-01"},       {"9999-12-31", "9999-12-31"},
        {"10000-01-01", "10000-01-01"},     {"0044-03-15 BC", "0044-03-15 BC"},
        {"4713-01-01 BC", "4713-01-01 BC"}, {"5874897-12-31", "5874897-12-31"},
        {"2024-05-06 AD", "2024-05-06"},    {"0001-12-31 BC", "0001-12-31 BC"},
        {"0001-02-29 BC", "0001-02-29 BC"},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int32_t days;
        char text[FORMAT_TIMESTAMP_MAX];
        cr_assert(help_parse_date(good[i].text, &days), "%s", good[i].text);
        *format_date(text, days) = '\0';
        cr_assert_str_eq(text, good[i].shown);
    }
    static const char *const bad[] = {
        "",
        "2024",
        "2024-01",
        "2024-13-01",
        "2024-00-01",
        "2024-01-00",
        "2024-02-30",
        "2023-02-29",
        "1900-02-29",
        "0000-01-01",
        "24-01-02",
        "2024/01/02",
        "2024-01-02x",
        "2024-01-02 10:00:00",
        "-2024-01-02",
        "2024-001-02",
        "4714-01-01 BC",
        "5874898-01-01",
        "20240102",
        "2024-01-02 CE",
        "99999999-01-01",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int32_t days = 99;
        cr_assert_not(help_parse_date(bad[i], &days), "%s", bad[i]);
        cr_assert_eq(days, 99);
    }
}

static void check_timestamp(const char *text, const char *shown, const char *shown_tz)
{
    char out[FORMAT_TIMESTAMP_MAX + 1];
    int64_t us = 0;
    cr_assert(help_parse_timestamp(text, &us), "%s", text);
    char *end = format_timestamp(out, us);
    *end = '\0';
    cr_assert_leq(end - out, FORMAT_TIMESTAMP_MAX);
    cr_assert_str_eq(out, shown);
    cr_assert(help_parse_moment_utc(text, &us), "%s", text);
    *format_timestamptz(out, us, NULL) = '\0';
    cr_assert_str_eq(out, shown_tz);
}

Test(time, timestamps)
{
    check_timestamp("2024-01-02", "2024-01-02 00:00:00", "2024-01-02 00:00:00+00");
    check_timestamp("2024-01-02 09:00", "2024-01-02 09:00:00", "2024-01-02 09:00:00+00");
    check_timestamp("2024-1-2 9:00", "2024-01-02 09:00:00", "2024-01-02 09:00:00+00");
    check_timestamp("2024-01-02T09:00:00", "2024-01-02 09:00:00", "2024-01-02 09:00:00+00");
    check_timestamp("2024-01-02 09:00:00.001", "2024-01-02 09:00:00.001",
                    "2024-01-02 09:00:00.001+00");
    check_timestamp("2024-01-02 09:00:00.123456", "2024-01-02 09:00:00.123456",
                    "2024-01-02 09:00:00.123456+00");
    check_timestamp("2024-01-02 09:00:00.1234565", "2024-01-02 09:00:00.123457",
                    "2024-01-02 09:00:00.123457+00");
    check_timestamp("2024-01-02 09:00:00.12345649999", "2024-01-02 09:00:00.123456",
                    "2024-01-02 09:00:00.123456+00");
    check_timestamp("2024-12-31 23:59:59.9999999", "2025-01-01 00:00:00", "2025-01-01 00:00:00+00");
    check_timestamp(" 2024-01-02 09:00:00Z ", "2024-01-02 09:00:00", "2024-01-02 09:00:00+00");
    check_timestamp("2024-01-02T09:00:00.5+09:00", "2024-01-02 09:00:00.5",
                    "2024-01-02 00:00:00.5+00");
    check_timestamp("2024-01-02 09:00:00+09", "2024-01-02 09:00:00", "2024-01-02 00:00:00+00");
    check_timestamp("2024-01-02 09:00:00-0330", "2024-01-02 09:00:00", "2024-01-02 12:30:00+00");
    check_timestamp("2024-01-02 09:00:00 +01:30:10", "2024-01-02 09:00:00",
                    "2024-01-02 07:29:50+00");
    check_timestamp("2024-01-02 09:00 UTC", "2024-01-02 09:00:00", "2024-01-02 09:00:00+00");
    check_timestamp("2024-01-02 24:00:00", "2024-01-03 00:00:00", "2024-01-03 00:00:00+00");
    check_timestamp("2016-12-31 23:59:60", "2017-01-01 00:00:00", "2017-01-01 00:00:00+00");
    check_timestamp("0001-01-01 00:00:00", "0001-01-01 00:00:00", "0001-01-01 00:00:00+00");
    check_timestamp("9999-12-31 23:59:59.999999", "9999-12-31 23:59:59.999999",
                    "9999-12-31 23:59:59.999999+00");
    check_timestamp("1969-12-31 23:59:59.999999", "1969-12-31 23:59:59.999999",
                    "1969-12-31 23:59:59.999999+00");
    check_timestamp("294247-01-10 04:00:54", "294247-01-10 04:00:54", "294247-01-10 04:00:54+00");
    check_timestamp("0044-03-15 12:00:00 BC", "0044-03-15 12:00:00 BC",
                    "0044-03-15 12:00:00+00 BC");
    static const char *const bad[] = {
        "",
        "2024-01-02 ",
        "2024-01-02T",
        "2024-01-02 9",
        "2024-01-02 09:0",
        "2024-01-02 09:00:0",
        "2024-01-02 09:00:00.",
        "2024-01-02 09:60:00",
        "2024-01-02 25:00:00",
        "2024-01-02 24:00:01",
        "2024-02-30 00:00:00",
        "2023-02-29 00:00:00",
        "2024-13-01 00:00:00",
        "2024-00-10 00:00:00",
        "0000-01-01 00:00:00",
        "2024-01-02 09:00:00x",
        "2024-01-02 09:00:00.5x",
        "2024-01-02x09:00:00",
        "2024-01-02 09:00:00+",
        "2024-01-02 09:00:00+123",
        "2024-01-02 09:00:00+16",
        "2024-01-02-09:00:00",
        "infinity",
        "now",
        "2024-01-02 09:00:61",
        "300000-01-01",
        "2024-01-02 09:00:00 Asia/Tokyo",
        "2024:01:02 09:00:00",
        "2024-01-02 09-00-00",
        "202a-01-02 09:00:00",
        "2024-01-02 0\x80:00:00",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t us = 99;
        bool blank = i == 1; /* a date and a blank */
        cr_assert_eq(help_parse_timestamp(bad[i], &us), blank, "%s", bad[i]);
        cr_assert(blank || us == 99);
    }
}

/* The fast way must take and refuse exactly what the other does: a blank more forces that one. */
Test(time, both_ways_agree)
{
    uint64_t state = 6;
    static const char signs[] = "0123456789-: T.Z+/;\x80";
    for (int i = 0; i < 300000; i++) {
        char text[64], slow[96];
        int64_t given = (int64_t)(help_random(&state) % 4000000000000000u) - 1000000000000000;
        if (i % 3)
            given -= given % 1000;
        char *end = format_timestamp(text, given);
        *end = '\0';
        if (i % 2)
            for (uint64_t n = 1 + help_random(&state) % 2; n > 0; n--)
                text[help_random(&state) % (uint64_t)(end - text)] =
                    signs[help_random(&state) % (sizeof signs - 1)];
        if (text[10] != ' ' && text[10] != 'T')
            continue;
        bool t = text[10] == 'T';
        (void)snprintf(slow, sizeof slow, "%.10s%s%s", text, t ? "T" : "  ", text + 11);
        if (t)
            (void)strcat(slow, " AD");
        int64_t us = 0, us_slow = 0;
        bool good = help_parse_timestamp(text, &us),
             good_slow = help_parse_timestamp(slow, &us_slow);
        cr_assert_eq(good, good_slow, "%s / %s", text, slow);
        cr_assert_eq(us, us_slow, "%s", text);
        if (i % 2 == 0)
            cr_assert(good && us == given, "%s", text);
    }
}

Test(time, extremes_can_be_shown)
{
    char text[FORMAT_TIMESTAMP_MAX + 1];
    static const int64_t moments[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX};
    for (size_t i = 0; i < 3; i++) {
        char *end = format_timestamptz(text, moments[i], NULL);
        cr_assert_leq(end - text, FORMAT_TIMESTAMP_MAX);
        end = format_time(text, moments[i]);
        cr_assert_leq(end - text, FORMAT_TIMESTAMP_MAX);
    }
    cr_assert_leq(format_date(text, INT32_MIN) - text, FORMAT_TIMESTAMP_MAX);
}

Test(time, times_of_day)
{
    static const struct {
        const char *text, *shown;
    } good[] = {
        {"09:00", "09:00:00"},
        {"9:05:07", "09:05:07"},
        {"23:59:59.999999", "23:59:59.999999"},
        {"24:00:00", "24:00:00"},
        {" 00:00:00.10 ", "00:00:00.1"},
        {"12:00:00+09", "12:00:00"},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t us;
        char text[FORMAT_TIMESTAMP_MAX];
        cr_assert(help_parse_time(good[i].text, &us), "%s", good[i].text);
        *format_time(text, us) = '\0';
        cr_assert_str_eq(text, good[i].shown);
    }
    static const char *const bad[] = {"",      "9",         "09:",    "24:00:01", "25:00",
                                      "09:60", "09:00:00.", "-09:00", "9:0"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t us;
        cr_assert_not(help_parse_time(bad[i], &us), "%s", bad[i]);
    }
}

static void check_class(Arena *arena, const char *type, const char *text, const char *expected)
{
    Buf out;
    buf_init(&out);
    Value value = help_value(arena, type, text);
    value_format(&value, NULL, &out);
    cr_assert_str_eq(buf_text(&out), expected);
    buf_deinit(&out);
}

static void check_error(Arena *arena, TypeId id, const char *text, const char *sqlstate)
{
    Err err = ERR_NONE;
    Value value;
    cr_assert_eq((int)value_parse(type_of(id), str_from(text), NULL, arena, &value, &err), FAIL,
                 "%s", text);
    cr_assert_str_eq(err.sqlstate, sqlstate);
}

Test(time, classes)
{
    Arena arena;
    arena_init(&arena);
    check_class(&arena, "TIMESTAMP(3)", "2024-01-02 09:00:00.0015", "2024-01-02 09:00:00.002");
    check_class(&arena, "TIMESTAMP(0)", "1969-12-31 23:59:59.5", "1969-12-31 23:59:59");
    check_class(&arena, "TIMESTAMP(0)", "1970-01-01 00:00:00.5", "1970-01-01 00:00:01");
    check_class(&arena, "TIMESTAMP", "2024-01-02 09:00:00.000001", "2024-01-02 09:00:00.000001");
    check_class(&arena, "timestamp(9)", "2024-01-02 09:00:00.000001", "2024-01-02 09:00:00.000001");
    check_class(&arena, "TIMESTAMP WITH TIME ZONE", "2024-01-02 09:00:00+09",
                "2024-01-02 00:00:00+00");
    check_class(&arena, "TIME(1)", "09:00:00.06", "09:00:00.1");
    check_class(&arena, "DATE", "2024-01-02", "2024-01-02");
    check_class(&arena, "DATE", "2024-01-02 23:59:59", "2024-01-02");
    check_class(&arena, "DATE", "1969-12-31T23:59:59Z", "1969-12-31");
    check_error(&arena, TYPE_DATE, "soon", SQLSTATE_DATETIME_FORMAT);
    check_error(&arena, TYPE_DATE, "2024-02-30", SQLSTATE_DATETIME_OVERFLOW);
    check_error(&arena, TYPE_TIMESTAMP, "", SQLSTATE_DATETIME_FORMAT);
    check_error(&arena, TYPE_TIMESTAMP, "2024-01-02 09:61:00", SQLSTATE_DATETIME_OVERFLOW);
    check_error(&arena, TYPE_TIMESTAMP, "2024-01-02 25:00:00", SQLSTATE_DATETIME_OVERFLOW);
    check_error(&arena, TYPE_TIME, "25:00:00", SQLSTATE_DATETIME_OVERFLOW);
    arena_deinit(&arena);
}
