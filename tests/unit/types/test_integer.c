#include "types_help.h"

HELP_PARSER(parse_i64, int64_t)
HELP_PARSER(parse_bool, bool)

static void check_round_trip(int64_t value)
{
    char text[FORMAT_I64_MAX + 1], expected[32];
    *format_i64(text, value) = '\0';
    (void)snprintf(expected, sizeof expected, "%lld", (long long)value);
    cr_assert_str_eq(text, expected);
    int64_t back = 0;
    cr_assert(help_parse_i64(text, &back));
    cr_assert_eq(back, value);
}

Test(integer, round_trip)
{
    uint64_t state = 42, power = 1;
    for (int i = 0; i < 19; i++, power *= 10)
        for (int64_t near = -2; near <= 2; near++) {
            check_round_trip((int64_t)power + near);
            check_round_trip(-(int64_t)power + near);
        }
    check_round_trip(INT64_MIN);
    check_round_trip(INT64_MAX);
    for (int i = 0; i < 200000; i++)
        check_round_trip((int64_t)help_random(&state) >> (help_random(&state) % 64));
}

Test(integer, forms)
{
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {
        {"+7", 7},
        {"-0", 0},
        {" 12\t", 12},
        {"\n-5 ", -5},
        {"00000000000000000000000000042", 42},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
        {"-000000000000000000000009223372036854775808", INT64_MIN},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t value = 99;
        cr_assert(help_parse_i64(good[i].text, &value), "%s", good[i].text);
        cr_assert_eq(value, good[i].value, "%s", good[i].text);
    }
    static const char *const bad[] = {
        "",
        " ",
        "-",
        "+",
        "+-1",
        "1 2",
        "1.0",
        "1e3",
        "0x10",
        "12a",
        "a12",
        "1234567a",
        "12345678a",
        "a2345678",
        "1234/5678",
        "123:",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "99999999999999999999",
        "123456789012345678901234567890",
        "1234567\x80",
        "1\xb2",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t value = 99;
        cr_assert_not(help_parse_i64(bad[i], &value), "%s", bad[i]);
        cr_assert_eq(value, 99);
    }
}

/* Every byte at every place of a number of every length. */
Test(integer, any_foreign_byte_is_refused)
{
    for (size_t length = 1; length <= 19; length++)
        for (size_t at = 0; at < length; at++)
            for (int byte = 0; byte < 256; byte++) {
                char text[20];
                memset(text, '1', length);
                text[at] = (char)byte;
                bool digit = byte >= '0' && byte <= '9';
                bool sign = at == 0 && length > 1 && (byte == '+' || byte == '-');
                bool blank = (byte == ' ' || (byte >= 9 && byte <= 13)) && length > 1 &&
                             (at == 0 || at == length - 1);
                char *copy = help_exact(text, length);
                int64_t value;
                bool good = parse_i64(copy, copy + length, &value);
                free(copy);
                cr_assert_eq(good, digit || sign || blank, "byte %d at %zu of %zu", byte, at,
                             length);
            }
}

Test(integer, narrow_types_know_their_range)
{
    static const struct {
        const char *type, *least, *most, *below, *above;
    } types[] = {
        {"TINYINT", "-128", "127", "-129", "128"},
        {"SMALLINT", "-32768", "32767", "-32769", "32768"},
        {"INT", "-2147483648", "2147483647", "-2147483649", "2147483648"},
        {"BIGINT", "-9223372036854775808", "9223372036854775807", "-9223372036854775809",
         "9223372036854775808"},
    };
    Arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        Buf out;
        buf_init(&out);
        Value least = help_value(&arena, types[i].type, types[i].least);
        Value most = help_value(&arena, types[i].type, types[i].most);
        value_format(&least, NULL, &out);
        cr_assert_str_eq(buf_text(&out), types[i].least);
        buf_clear(&out);
        value_format(&most, NULL, &out);
        cr_assert_str_eq(buf_text(&out), types[i].most);
        cr_assert_lt(value_compare(&least, &most), 0);
        buf_deinit(&out);
        Value ignored;
        Err err = ERR_NONE;
        cr_assert_eq(
            (int)value_parse(least.type, str_from(types[i].below), NULL, &arena, &ignored, &err),
            FAIL);
        cr_assert_str_eq(err.sqlstate, SQLSTATE_OUT_OF_RANGE);
        cr_assert_eq(
            (int)value_parse(least.type, str_from(types[i].above), NULL, &arena, &ignored, &err),
            FAIL);
        cr_assert_str_eq(err.sqlstate, SQLSTATE_OUT_OF_RANGE);
        cr_assert_eq((int)value_parse(least.type, str_from("1x"), NULL, &arena, &ignored, &err),
                     FAIL);
        cr_assert_str_eq(err.sqlstate, SQLSTATE_INVALID_TEXT);
        cr_assert(strstr(err.message, "\"1x\""));
    }
    arena_deinit(&arena);
}

Test(integer, booleans)
{
    static const char *const yes[] = {"t",   "T",  "true", "TRUE", "tru", "y",
                                      "yes", "on", "ON",   "1",    " 1 "};
    static const char *const no[] = {"f", "false", "False", "fal", "n", "no", "of", "off", "0"};
    static const char *const bad[] = {"", "o", "2", "10", "truer", "yess", "nein", "11", "-1"};
    bool value;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        cr_assert(help_parse_bool(yes[i], &value) && value, "%s", yes[i]);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        cr_assert(help_parse_bool(no[i], &value) && !value, "%s", no[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_not(help_parse_bool(bad[i], &value), "%s", bad[i]);
}
