#include "types_help.h"

HELP_PARSER(parse_interval, Interval)

static void check(const char *text, const char *shown)
{
    Interval value;
    char out[FORMAT_INTERVAL_MAX + 1];
    bool good = help_parse_interval(text, &value);
    cr_assert_eq(good, shown != NULL, "%s", text);
    if (!shown)
        return;
    char *end = format_interval(out, value);
    *end = '\0';
    cr_assert_leq(end - out, FORMAT_INTERVAL_MAX);
    cr_assert_str_eq(out, shown, "%s: %s", text, out);
    Interval back;
    cr_assert(help_parse_interval(out, &back), "%s", out);
    cr_assert(back.months == value.months && back.days == value.days && back.us == value.us, "%s",
              out);
}

Test(interval, text)
{
    check("5 minutes", "00:05:00");
    check("5", "00:00:05");
    check("0", "00:00:00");
    check("1 day 2 hours", "1 day 02:00:00");
    check("1 day 02:03:04.5", "1 day 02:03:04.5");
    check("1 02:03:04", "1 day 02:03:04");
    check("1 -02:03:04", "1 day -02:03:04");
    check("01:02:03", "01:02:03");
    check("01:02", "01:02:00");
    check("02:03.5", "00:02:03.5");
    check("-01:02:03", "-01:02:03");
    check("1-2", "1 year 2 mons");
    check("-1-2", "-1 years -2 mons");
    check("1 year 2 months 3 days", "1 year 2 mons 3 days");
    check("P1DT2H", "1 day 02:00:00");
    check("P1Y2M3DT4H5M6.789S", "1 year 2 mons 3 days 04:05:06.789");
    check("P2W", "14 days");
    check("PT-5M", "-00:05:00");
    check("PT0.001S", "00:00:00.001");
    check("100ms", "00:00:00.1");
    check("100 milliseconds", "00:00:00.1");
    check("7 microseconds", "00:00:00.000007");
    check("2 weeks", "14 days");
    check("1 week 1 day", "8 days");
    check("1.5 hours", "01:30:00");
    check("1.5 days", "1 day 12:00:00");
    check("1.5 months", "1 mon 15 days");
    check("1.5 years", "1 year 6 mons");
    check("0.1 s", "00:00:00.1");
    check("-1 day 2 hours", "-1 days +02:00:00");
    check("-1 month +1 day", "-1 mons +1 day");
    check("1 day ago", "-1 days");
    check("@ 1 minute", "00:01:00");
    check("1 century 1 decade", "110 years");
    check("  10   SECONDS  ", "00:00:10");
    check("1 Mon 1 min 1 m", "1 mon 00:02:00");
    check("100:00:00", "100:00:00");
    check("3 quarters", "9 mons");
    check("-0.5 seconds", "-00:00:00.5");
    check("0.0000005 s", "00:00:00.000001");
    check("178956970 years 7 months", "178956970 years 7 mons");
    check("-178956970 years -8 months", "-178956970 years -8 mons");
    static const char *const bad[] = {
        "",
        " ",
        "day",
        "1 foo",
        "1 day 2",
        "x",
        "1:2:3:4",
        "P",
        "PT",
        "P1",
        "P1X",
        "1--2",
        "1-",
        "1-12",
        "01:60:00",
        "5 5 minutes",
        "ago",
        "178956970 years 8 months",
        "2147483648 days",
        "9223372036854775808 us",
        "99999999999999999999999 days",
        "1e3 s",
        "P1DT2HT3M",
        "1 dayss",
        "01:02:61",
        "1.5-2",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (strcmp(bad[i], "1 day 2") == 0)
            check(bad[i], "1 day 00:00:02"); /* as in PostgreSQL: seconds */
        else
            check(bad[i], NULL);
    }
}

Test(interval, extremes)
{
    char out[FORMAT_INTERVAL_MAX];
    Interval least = {INT32_MIN, INT32_MIN, INT64_MIN}, most = {INT32_MAX, INT32_MAX, INT64_MAX};
    cr_assert_leq(format_interval(out, least) - out, FORMAT_INTERVAL_MAX);
    cr_assert_leq(format_interval(out, most) - out, FORMAT_INTERVAL_MAX);
    Type type = type_of(TYPE_INTERVAL);
    cr_assert_lt(type_class(type)->compare(type, &least, &most), 0);
}

Test(interval, random_round_trips)
{
    uint64_t state = 7;
    for (int i = 0; i < 50000; i++) {
        Interval value = {(int32_t)help_random(&state) >> (help_random(&state) % 32),
                          (int32_t)help_random(&state) >> (help_random(&state) % 32),
                          (int64_t)help_random(&state) >> (1 + help_random(&state) % 63)};
        char text[FORMAT_INTERVAL_MAX + 1];
        *format_interval(text, value) = '\0';
        Interval back = {0};
        cr_assert(help_parse_interval(text, &back), "%s", text);
        cr_assert(back.months == value.months && back.days == value.days && back.us == value.us,
                  "%s", text);
    }
}

Test(interval, order_and_hash)
{
    Arena arena;
    arena_init(&arena);
    Value month = help_value(&arena, "INTERVAL", "1 month"),
          days = help_value(&arena, "INTERVAL", "30 days");
    Value hours = help_value(&arena, "INTERVAL", "720:00:00"),
          more = help_value(&arena, "INTERVAL", "30 days 1 us");
    cr_assert_eq(value_compare(&month, &days), 0);
    cr_assert_eq(value_compare(&month, &hours), 0);
    cr_assert_eq(value_hash(&month), value_hash(&days));
    cr_assert_eq(value_hash(&month), value_hash(&hours));
    cr_assert_lt(value_compare(&month, &more), 0);
    arena_deinit(&arena);
}
