/* The fast ways of csv_column_kernel.h against the types' own parsers, on random and on chosen
 * text. */
#include "decode_support.h"

/* A null value that looks like a number sends every field the slow way. */
static const char *const slow_options[] = {"csv.null-value", "0-never-0", NULL};

static void compare_ways(const char *type, const char *text, size_t length)
{
    char columns[64];
    (void)snprintf(columns, sizeof columns, "v %s, w %s", type, type);
    DecodeCase given = {.columns = columns, .options = slow_options};
    char *expected = decode_all(&given, text, length);
    given.options = NULL;
    for (int level = 0; level <= (int)simd_best(); level++) {
        simd_set((SimdLevel)level);
        for (int variant = 0; variant < 3; variant++) { /* both early, one late, both late */
            given.late = (uint64_t[]){0, 2, 3}[variant];
            char *got = decode_all(&given, text, length);
            if (strcmp(got, expected) != 0) {
                size_t i = 0;
                while (got[i] == expected[i])
                    i++;
                while (i > 0 && got[i - 1] != '\n')
                    i--;
                cr_assert_fail("%s, level %d, variant %d\ngot %.*s\nexpected %.*s", type, level,
                               variant, (int)strcspn(got + i, "\n"), got + i,
                               (int)strcspn(expected + i, "\n"), expected + i);
            }
            free(got);
        }
    }
    simd_set(simd_best());
    free(expected);
}

static const char *const number_types[] = {"TINYINT",       "SMALLINT",       "INT",
                                           "BIGINT",        "FLOAT",          "DOUBLE",
                                           "DECIMAL(10,2)", "DECIMAL(38,20)", "DECIMAL(5,0)"};

Test(csv_values, numbers_at_random)
{
    Random random = {99};
    Buf text;
    buf_init(&text);
    for (int round = 0; round < 40; round++) {
        buf_clear(&text);
        for (int row = 0; row < 500; row++)
            for (int field = 0; field < 2; field++) {
                if (random_below(&random, 6) == 0)
                    buf_add_char(&text, '-');
                for (int n = (int)random_below(&random, random_below(&random, 3) ? 6 : 22); n > 0;
                     n--)
                    buf_add_char(&text, (char)('0' + random_below(&random, 10)));
                if (random_below(&random, 3) == 0) {
                    buf_add_char(&text, '.');
                    for (int n = (int)random_below(&random, random_below(&random, 3) ? 4 : 18);
                         n > 0; n--)
                        buf_add_char(&text, (char)('0' + random_below(&random, 10)));
                }
                if (random_below(&random, 20) == 0)
                    buf_add_char(&text, ".-+ eExX/:\xFF"[random_below(&random, 11)]);
                if (random_below(&random, 30) == 0)
                    buf_printf(&text, "e%d", (int)random_below(&random, 40) - 20);
                buf_add_char(&text, field ? '\n' : ',');
            }
        for (size_t i = 0; i < sizeof number_types / sizeof *number_types; i++)
            compare_ways(number_types[i], text.data, text.length);
    }
    buf_deinit(&text);
}

Test(csv_values, floats_between_floats)
{
    Random random = {5};
    Buf text;
    buf_init(&text);
    for (int row = 0; row < 20000; row++) {
        /* halfway between two floats, and next to it */
        uint32_t mantissa = (1u << 23) + random_below(&random, 1u << 23);
        int shift = (int)random_below(&random, 12);
        double half = ((double)mantissa + 0.5) / (double)(1 << shift);
        buf_printf(&text, "%.*f,%.*f\n", (int)random_below(&random, 9), half, shift + 1, half);
    }
    compare_ways("FLOAT", text.data, text.length);
    compare_ways("DOUBLE", text.data, text.length);
    buf_deinit(&text);
}

Test(csv_values, numbers_at_the_borders)
{
    const char *text =
        "127,-128\n128,-129\n32767,-32768\n32768,-32769\n2147483647,-2147483648\n"
        "2147483648,-2147483649\n9223372036854775807,-9223372036854775808\n"
        "9223372036854775808,-9223372036854775809\n999999999,9999999999\n"
        "9999999999999999,99999999999999999\n0,-0\n00,007\n+1,+\n-,--1\n.,-.\n"
        "5.,.5\n-5.,-.5\n1.2.3,1..2\n 1, 1 \n1 ,\t1\n1 2,1_2\n0x10,1e3\n1E3,1e-3\n"
        "9007199254740992,9007199254740993\n9007199254740994,0.9007199254740993\n"
        "123456789012345.6,1234567890123456.7\n0.000000000000001,0.0000000000000001\n"
        "nan,inf\n-inf,NaN\n1e400,1e-400\n16777217,16777216.5\n1/2,1:2\n"
        "999999999999999.9,0.1\n12345678.90,123456789.01\n1.005,1.004\n";
    for (size_t i = 0; i < sizeof number_types / sizeof *number_types; i++)
        compare_ways(number_types[i], text, strlen(text));
}

static const char *const time_types[] = {"DATE",         "TIMESTAMP",   "TIMESTAMP(3)",
                                         "TIMESTAMP(0)", "TIMESTAMPTZ", "TIME"};

Test(csv_values, times)
{
    Random random = {77};
    Buf text;
    buf_init(&text);
    for (int round = 0; round < 60; round++) {
        buf_clear(&text);
        for (int row = 0; row < 500; row++)
            for (int field = 0; field < 2; field++) {
                char one[64];
                int day = (int)random_below(&random, 32), month = (int)random_below(&random, 14);
                int length = snprintf(
                    one, sizeof one, "%04d-%02d-%02d%c%02d:%02d:%02d.%06d",
                    random_below(&random, 2) ? 2024 : (int)random_below(&random, 10000),
                    random_below(&random, 2) ? 2 : month, random_below(&random, 2) ? 28 : day,
                    random_below(&random, 2) ? 'T' : ' ', (int)random_below(&random, 25),
                    (int)random_below(&random, 61), (int)random_below(&random, 62),
                    (int)random_below(&random, 1000000));
                length = random_below(&random, 3)
                             ? (int[]){10, 16, 19, 23, 26}[random_below(&random, 5)]
                             : (int)random_below(&random, (uint32_t)length + 1);
                if (random_below(&random, 8) == 0)
                    one[random_below(&random, 26)] = "0 :/.-TZx9\xFF"[random_below(&random, 11)];
                buf_add(&text, one, (size_t)length);
                if (random_below(&random, 10) == 0)
                    buf_add_text(&text, (const char *[]){"Z", "+02", "-03:30", " ",
                                                         "0"}[random_below(&random, 5)]);
                buf_add_char(&text, field ? '\n' : ',');
            }
        for (size_t i = 0; i < sizeof time_types / sizeof *time_types; i++)
            compare_ways(time_types[i], text.data, text.length);
    }
    buf_deinit(&text);
}

Test(csv_values, booleans_and_other_types)
{
    const char *text =
        "true,false\nTRUE,False\nt,f\n1,0\nyes,no\nxtrue,truex\ntru,fals\nfalsy,true \n"
        "on,off\n,\n";
    compare_ways("BOOLEAN", text, strlen(text));
    const char *spans = "1 day,01:02:03\nx,1 month\n,\n";
    compare_ways("INTERVAL", spans, strlen(spans));
    compare_ways("JSON", "1,null\n{},[1]\n", 14);
    compare_ways("BYTES", "abc,\\x0102\n", 12);
}

Test(csv_values, text_of_all_lengths)
{
    Buf text, expected;
    buf_init(&text);
    buf_init(&expected);
    for (size_t length = 1; length < 40; length++) {
        for (int i = 0; i < 2; i++) {
            for (size_t k = 0; k < length; k++) {
                char c = (char)('a' + (k + length) % 26);
                buf_add_char(&text, c);
                buf_add_char(&expected, c);
            }
            buf_add_char(&text, i ? '\n' : ',');
            buf_add_char(&expected, i ? '\n' : '|');
        }
    }
    DecodeCase given = {.columns = "v VARCHAR, w VARCHAR", .late = 2};
    expect_decoded(&given, buf_text(&text), buf_text(&expected));
    buf_deinit(&text);
    buf_deinit(&expected);
}
