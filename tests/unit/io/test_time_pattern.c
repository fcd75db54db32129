#include <criterion/criterion.h>
#include "io/time_pattern.h"

static void expect(const char *pattern_text, const char *text, const char *iso, const char *written)
{
    Arena arena;
    arena_init(&arena);
    const TimePattern *pattern;
    Err err = ERR_NONE;
    cr_assert_eq(time_pattern_make(pattern_text, &arena, &pattern, &err), OK, "%s", err.message);
    int64_t us = 0, wanted = 0;
    bool good = time_pattern_parse(pattern, str_from(text), true, NULL, &us);
    cr_assert_eq(good, iso != NULL, "%s by %s", text, pattern_text);
    if (iso) {
        cr_assert(parse_timestamp(iso, iso + strlen(iso), &wanted));
        char shown[FORMAT_TIMESTAMP_MAX + 1];
        *format_timestamp(shown, us) = '\0';
        cr_assert_eq(us, wanted, "%s by %s gave %s", text, pattern_text, shown);
        char out[TIME_PATTERN_MAX];
        char *end = time_pattern_format(pattern, us, NULL, out);
        *end = '\0';
        cr_assert_str_eq(out, written ? written : text);
    }
    arena_deinit(&arena);
}

Test(time_pattern, reads_and_writes)
{
    expect("yyyy-MM-dd HH:mm:ss", "2024-01-02 09:30:15", "2024-01-02 09:30:15", NULL);
    expect("yyyy-MM-dd HH:mm:ss.SSS", "2024-01-02 09:30:15.123", "2024-01-02 09:30:15.123", NULL);
    expect("yyyy-MM-dd'T'HH:mm:ss.SSSSSS", "2024-01-02T09:30:15.123456",
           "2024-01-02 09:30:15.123456", NULL);
    expect("yyyy-MM-dd'T'HH:mm:ssXXX", "2024-01-02T09:30:15+02:00", "2024-01-02 07:30:15",
           "2024-01-02T07:30:15Z");
    expect("dd.MM.yyyy", "02.01.2024", "2024-01-02", NULL);
    expect("d/M/yy", "2/1/24", "2024-01-02", NULL);
    expect("M/d/yyyy h:mm a", "1/2/2024 12:05 AM", "2024-01-02 00:05:00", NULL);
    expect("M/d/yyyy h:mm a", "1/2/2024 1:05 pm", "2024-01-02 13:05:00", "1/2/2024 1:05 PM");
    expect("dd MMM yyyy", "02 Jan 2024", "2024-01-02", NULL);
    expect("EEE, dd MMMM yyyy", "Tue, 02 January 2024", "2024-01-02", NULL);
    expect("yyyyMMdd", "20240102", "2024-01-02", NULL);
    expect("yyyy 'o''clock' HH", "2024 o'clock 07", "2024-01-01 07:00:00", NULL);
    expect("yyyy-MM-dd", "1969-12-31", "1969-12-31", NULL);
    expect("yyyy-MM-dd HH:mm:ss.S", "1969-12-31 23:59:59.5", "1969-12-31 23:59:59.5", NULL);
}

Test(time_pattern, refuses_what_does_not_fit)
{
    expect("yyyy-MM-dd", "2024-1-2", NULL, NULL);
    expect("yyyy-MM-dd", "2024-02-30", NULL, NULL);
    expect("yyyy-MM-dd", "2024-01-02x", NULL, NULL);
    expect("yyyy-MM-dd", "", NULL, NULL);
    expect("HH:mm", "24:00", NULL, NULL);
    expect("hh:mm a", "13:00 PM", NULL, NULL);
    expect("hh:mm a", "01:00 XM", NULL, NULL);
    expect("dd MMM yyyy", "02 Foo 2024", NULL, NULL);
    expect("ss.SSS", "01.12", NULL, NULL);
}

Test(time_pattern, refuses_bad_patterns)
{
    static const char *const bad[] = {
        "yyyy-QQ", "yyyy 'open", "yyyyyyyyyy",
        "yyyy-MM-dd yyyy-MM-dd yyyy-MM-dd yyyy-MM-dd yyyy-MM-dd yyyy-MM-dd"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Arena arena;
        arena_init(&arena);
        const TimePattern *pattern;
        Err err = ERR_NONE;
        cr_assert_eq(time_pattern_make(bad[i], &arena, &pattern, &err), FAIL, "%s", bad[i]);
        cr_assert_str_eq(err.sqlstate, SQLSTATE_INVALID_PARAMETER);
        arena_deinit(&arena);
    }
}
