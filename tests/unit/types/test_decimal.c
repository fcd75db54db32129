#include "types_help.h"

static void check(int precision, int scale, const char *text, const char *expected)
{
    size_t length = strlen(text);
    char *copy = help_exact(text, length), out[FORMAT_DECIMAL_MAX + 1];
    i128 value = 0;
    bool good = parse_decimal(copy, copy + length, precision, scale, &value);
    free(copy);
    cr_assert_eq(good, expected != NULL, "%s", text);
    if (!expected)
        return;
    char *end = format_decimal(out, value, scale);
    *end = '\0';
    cr_assert_leq(end - out, FORMAT_DECIMAL_MAX);
    cr_assert_str_eq(out, expected);
}

Test(decimal, text)
{
    check(10, 2, "1.5", "1.50");
    check(10, 2, " -1.005 ", "-1.01"); /* half away from zero */
    check(10, 2, "1.005", "1.01");
    check(10, 2, "1.00499999999999999999999999999999999999999999999", "1.00");
    check(10, 2, "0.005", "0.01");
    check(10, 2, "0.0049", "0.00");
    check(10, 2, "-0.001", "0.00");
    check(10, 2, "12e3", "12000.00");
    check(10, 2, "1.2345e2", "123.45");
    check(10, 2, "12345e-3", "12.35");
    check(10, 2, "1e-30", "0.00");
    check(10, 2, "5e-3", "0.01");
    check(10, 2, "0e999999999", "0.00");
    check(10, 2, "99999999.99", "99999999.99");
    check(10, 2, "99999999.994", "99999999.99");
    check(10, 2, "99999999.995", NULL);
    check(10, 2, "100000000", NULL);
    check(10, 2, "1e8", NULL);
    check(10, 2, "1e999999999999999999", NULL);
    check(5, 0, "000000000000000000000000000000000000000000000000000012345", "12345");
    check(5, 0, "99999.4", "99999");
    check(5, 0, "99999.5", NULL);
    check(5, 5, "0.123456", "0.12346");
    check(5, 5, ".99999", "0.99999");
    check(5, 5, "1", NULL);
    check(1, 0, "9", "9");
    check(1, 0, "10", NULL);
    check(38, 0, "99999999999999999999999999999999999999",
          "99999999999999999999999999999999999999");
    check(38, 0, "-99999999999999999999999999999999999999",
          "-99999999999999999999999999999999999999");
    check(38, 0, "100000000000000000000000000000000000000", NULL);
    check(38, 0, "340282366920938463463374607431768211456", NULL);
    check(38, 0, "999999999999999999999999999999999999999999999999", NULL);
    check(38, 38, "0.99999999999999999999999999999999999999",
          "0.99999999999999999999999999999999999999");
    check(38, 38, "-0.00000000000000000000000000000000000001",
          "-0.00000000000000000000000000000000000001");
    check(38, 38, "0.999999999999999999999999999999999999995", NULL);
    check(38, 20, "123456789012345678.12345678901234567890",
          "123456789012345678.12345678901234567890");
    static const char *const bad[] = {"",    "-",   ".",   "1e",  "e1", "1..2",
                                      "nan", "inf", "1,2", "0x1", "1 2"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        check(10, 2, bad[i], NULL);
}

Test(decimal, random_round_trips)
{
    uint64_t state = 5;
    for (int i = 0; i < 50000; i++) {
        i128 value = (i128)((u128)help_random(&state) << 64 | help_random(&state));
        value >>= help_random(&state) % 127;
        i128 limit = 1;
        for (int d = 0; d < 38; d++)
            limit *= 10;
        value %= limit;
        int scale = (int)(help_random(&state) % 39);
        char text[FORMAT_DECIMAL_MAX];
        char *end = format_decimal(text, value, scale);
        i128 back = 0;
        cr_assert(parse_decimal(text, end, 38, scale, &back));
        cr_assert(back == value);
    }
}

Test(decimal, class)
{
    Arena arena;
    arena_init(&arena);
    Value bare = help_value(&arena, "numeric", "1.5");
    Buf out;
    buf_init(&out);
    value_format(&bare, NULL, &out);
    cr_assert_str_eq(buf_text(&out), "1.5000000000");
    Value small = help_value(&arena, "DECIMAL(38, 10)", "-7"),
          same = help_value(&arena, "DEC(38,10)", "1.50");
    cr_assert_lt(value_compare(&small, &bare), 0);
    cr_assert(value_equal(&bare, &same));
    cr_assert_eq(value_hash(&bare), value_hash(&same));
    Value ignored;
    Err err = ERR_NONE;
    Type narrow = type_decimal(3, 1);
    cr_assert_eq((int)value_parse(narrow, STR("100"), NULL, &arena, &ignored, &err), FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_OUT_OF_RANGE);
    cr_assert_str_eq(err.message, "value \"100\" is out of range for type DECIMAL(3, 1)");
    buf_deinit(&out);
    arena_deinit(&arena);
}
