#include "types_help.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

HELP_PARSER(parse_f64, double)
HELP_PARSER(parse_f32, float)

enum { ROUNDS = 200000 };

static bool same_f64(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}
static bool same_f32(float a, float b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static double f64_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
static float f32_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Significant digits of a number's text. */
static int significant(const char *text)
{
    int count = 0, zeros = 0;
    for (; *text && *text != 'e'; text++) {
        if (*text < '0' || *text > '9' || (count == 0 && *text == '0'))
            continue;
        count++;
        zeros = *text == '0' ? zeros + 1 : 0;
    }
    return count - zeros;
}

static void check_f64(double value)
{
    char text[FORMAT_F64_MAX + 8], other[64];
    char *end = format_f64(text, value);
    *end = '\0';
    cr_assert_leq(end - text, FORMAT_F64_MAX);
    double back = 0;
    cr_assert(help_parse_f64(text, &back), "%s", text);
    cr_assert(same_f64(back, value), "%s is not %.17g", text, value);
    cr_assert(same_f64(strtod(text, NULL), value), "%s is not %.17g", text, value);
    int least = 1;
    for (; least <= 17; least++) {
        (void)snprintf(other, sizeof other, "%.*e", least - 1, value);
        if (strtod(other, NULL) == value)
            break;
    }
    cr_assert_leq(significant(text), least, "%s is longer than %s", text, other);
}

static void check_f32(float value)
{
    char text[FORMAT_F64_MAX + 8], other[64];
    char *end = format_f32(text, value);
    *end = '\0';
    cr_assert_leq(end - text, FORMAT_F64_MAX);
    float back = 0;
    cr_assert(help_parse_f32(text, &back), "%s", text);
    cr_assert(same_f32(back, value), "%s is not %.9g", text, (double)value);
    int least = 1;
    for (; least <= 9; least++) {
        (void)snprintf(other, sizeof other, "%.*e", least - 1, (double)value);
        if (same_f32(strtof(other, NULL), value))
            break;
    }
    cr_assert_leq(significant(text), least, "%s is longer than %s", text, other);
}

Test(float, doubles_round_trip_and_are_shortest)
{
    uint64_t state = 1;
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t bits = help_random(&state);
        if (i % 4 == 1) /* of everyday size */
            bits = (bits & 0x800FFFFFFFFFFFFFu) | (990 + help_random(&state) % 80) << 52;
        else if (i % 16 == 2) /* subnormal */
            bits &= 0x800FFFFFFFFFFFFFu;
        double value = f64_of(bits);
        if (i % 4 == 3)
            value = (double)(int64_t)(help_random(&state) % 100000000000) /
                    pow(10, (double)(help_random(&state) % 8));
        if (isfinite(value))
            check_f64(value);
    }
    for (int exponent = -1074; exponent <= 1023; exponent++) {
        double power = ldexp(1, exponent);
        check_f64(power);
        check_f64(nextafter(power, 0));
        check_f64(nextafter(power, INFINITY));
    }
    for (int k = 0; k < 400; k++) {
        char text[16];
        (void)snprintf(text, sizeof text, "1e%d", k - 200);
        check_f64(strtod(text, NULL));
    }
}

Test(float, floats_round_trip_and_are_shortest)
{
    uint64_t state = 2;
    for (int i = 0; i < ROUNDS; i++) {
        float value = f32_of((uint32_t)help_random(&state));
        if (isfinite(value))
            check_f32(value);
    }
    for (int exponent = -149; exponent <= 127; exponent++) {
        float power = ldexpf(1, exponent);
        check_f32(power);
        check_f32(nextafterf(power, 0));
        check_f32(nextafterf(power, INFINITY));
    }
}

static void check_text_f64(const char *text, bool is_zero)
{
    double expected = strtod(text, NULL), value = 99;
    bool good = help_parse_f64(text, &value);
    cr_assert_eq(good, isfinite(expected) && (expected != 0 || is_zero), "%s", text);
    cr_assert(!good || same_f64(value, expected), "%s: %a instead of %a", text, value, expected);
}

static void check_text_f32(const char *text, bool is_zero)
{
    float expected = strtof(text, NULL), value = 99;
    bool good = help_parse_f32(text, &value);
    cr_assert_eq(good, isfinite(expected) && (expected != 0 || is_zero), "%s", text);
    cr_assert(!good || same_f32(value, expected), "%s: %a instead of %a", text, (double)value,
              (double)expected);
}

Test(float, any_decimal_reads_as_by_strtod)
{
    uint64_t state = 3;
    for (int i = 0; i < ROUNDS; i++) {
        char text[128];
        int at = 0;
        int digits = 1 + (int)(help_random(&state) % (i % 50 ? 22 : 60));
        int point = (int)(help_random(&state) % (uint64_t)(digits + 1));
        bool is_zero = true;
        for (int d = 0; d < digits; d++) {
            if (d == point)
                text[at++] = '.';
            text[at] = (char)('0' + help_random(&state) % 10);
            is_zero = is_zero && text[at] == '0';
            at++;
        }
        (void)sprintf(text + at, "e%d", (int)(help_random(&state) % 700) - 350);
        check_text_f64(text, is_zero);
        (void)sprintf(text + at, "e%d", (int)(help_random(&state) % 110) - 60);
        check_text_f32(text, is_zero);
    }
}

/* Numbers exactly half way between two floats, written in full, and a hair off on both sides. */
Test(float, halves_round_to_even)
{
    uint64_t state = 4;
    char text[1500];
    for (int i = 0; i < 5000; i++) {
        uint32_t bits = (uint32_t)help_random(&state) & 0x7FFFFFFF;
        if (bits >= 0x7F7FFFFF)
            continue;
        double half = ((double)f32_of(bits) + (double)f32_of(bits + 1)) / 2;
        int length = sprintf(text, "%.160f", half);
        check_text_f32(text, half == 0);
        (void)sprintf(text + length, "0001");
        check_text_f32(text, false);
        (void)sprintf(text, "%.60e", half);
        check_text_f32(text, half == 0);
    }
    for (int i = 0; i < 3000; i++) {
        /* m + 1/2 with m of 53 bits, scaled by a power of two */
        uint64_t m = help_random(&state) >> 11 | 1ull << 52;
        int shift = (int)(help_random(&state) % 8);
        int length = sprintf(text, "%llu.5", (unsigned long long)(m >> shift));
        check_text_f64(text, false);
        (void)sprintf(text + length, "%0*d1", (int)(help_random(&state) % 900), 0);
        check_text_f64(text, false);
    }
    (void)sprintf(text, "%.1100f", DBL_TRUE_MIN / 1);
    check_text_f64(text, false);
    check_text_f64("2.4703282292062327208e-324", false);
    check_text_f64("2.4703282292062328e-324", false);
    check_text_f64("2.4703282292062327e-324", false);
    check_text_f64("2.2250738585072011e-308", false);
    check_text_f64("1.7976931348623158e308", false);
    check_text_f64("1.7976931348623159e308", false);
    check_text_f64("1797693134862315807937289714053034150799341327100378269361737789804449682927647"
                   "50946649017977587"
                   "2070963302864166928879109465555478519404026306574886715058206819089020007083836"
                   "76273854845817711"
                   "5317644757302700698555713669596228429148198608349364752927190741684443655107043"
                   "42711559699508093"
                   "042880",
                   false);
    check_text_f64("9007199254740993", false);
    check_text_f64("9007199254740992.999999999999999999999999999", false);
    check_text_f64(
        "0.000000000000000000000000000000000000000000000000000000000012345678901234567890123",
        false);
    check_text_f64("00000000000000000000000000000000000000000000000000.1", false);
    check_text_f64("123456789012345678901234567890e-40", false);
}

Test(float, forms)
{
    static const struct {
        const char *text;
        double value;
    } good[] = {
        {"1", 1},
        {"1.", 1},
        {".5", 0.5},
        {"-.5e1", -5},
        {"+2E+3", 2000},
        {" 7.25\t", 7.25},
        {"0e999999999999999999999", 0},
        {"-0", -0.0},
        {"0.0000", 0},
        {"1e0000000000000000000002", 100},
        {"inf", INFINITY},
        {"-Infinity", -INFINITY},
        {"+INF", INFINITY},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double wide = 99;
        float narrow = 99;
        cr_assert(help_parse_f64(good[i].text, &wide), "%s", good[i].text);
        cr_assert(same_f64(wide, good[i].value), "%s", good[i].text);
        cr_assert(help_parse_f32(good[i].text, &narrow), "%s", good[i].text);
        cr_assert(same_f32(narrow, (float)good[i].value), "%s", good[i].text);
    }
    double wide;
    float narrow;
    cr_assert(help_parse_f64("NaN", &wide) && isnan(wide));
    cr_assert(help_parse_f64("-nan", &wide) && isnan(wide));
    cr_assert(help_parse_f32("nan", &narrow) && isnan(narrow));
    static const char *const bad[] = {
        "",    " ",         "-",           ".",       "+.",     "e5",     ".e5",
        "1e",  "1e+",       "1e5.",        "1..2",    "1.2.3",  "0x1p3",  "1 2",
        "1,5", "nano",      "na",          "infinit", "in",     "1f",     "1d",
        "--1", "12345678a", "0.12345678a", "1e999",   "-1e999", "1e-999", "1e99999999999999999999",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        wide = 99;
        narrow = 99;
        cr_assert_not(help_parse_f64(bad[i], &wide), "%s", bad[i]);
        cr_assert_not(help_parse_f32(bad[i], &narrow), "%s", bad[i]);
        cr_assert_eq(wide, 99);
    }
    cr_assert_not(help_parse_f32("3.4028236e38", &narrow));
    cr_assert(help_parse_f32("3.40282351e38", &narrow) && same_f32(narrow, FLT_MAX));
    cr_assert_not(help_parse_f32("7e-46", &narrow));
}

/* Once, not by way of a double: that would round these to the other neighbour. */
Test(float, floats_are_rounded_once)
{
    float value;
    cr_assert(help_parse_f32("1.00000005960464477540", &value));
    cr_assert(same_f32(value, nextafterf(1, 2)));
    cr_assert(help_parse_f32("1.000000059604644775390625", &value)); /* exactly half: to even */
    cr_assert(same_f32(value, 1));
    cr_assert(help_parse_f32("0.000000000000000000000000000000000000000000001401298464324817071",
                             &value));
    cr_assert(same_f32(value, FLT_TRUE_MIN));
}

Test(float, text)
{
    static const struct {
        double value;
        const char *text;
    } doubles[] = {
        {0, "0.0"},
        {-0.0, "-0.0"},
        {1, "1.0"},
        {2559, "2559.0"},
        {2878.9004, "2878.9004"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1e-4, "0.0001"},
        {0.00012, "0.00012"},
        {9.999e-5, "9.999e-05"},
        {1.5e-5, "1.5e-05"},
        {1e-7, "1e-07"},
        {1e15, "1000000000000000.0"},
        {9007199254740993.0, "9007199254740992.0"},
        {9999999999999998.0, "9999999999999998.0"},
        {1e16, "1e+16"},
        {12345678901234567890.0, "1.2345678901234567e+19"},
        {1e100, "1e+100"},
        {5e-324, "5e-324"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {24879.3, "24879.3"},
        {23.25, "23.25"},
        {1e23, "1e+23"},
        {100, "100.0"},
        {1.005, "1.005"},
        {99999999999.9999, "99999999999.9999"},
        {123456789.12345, "123456789.12345"},
        {INFINITY, "Infinity"},
        {-INFINITY, "-Infinity"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
    };
    char text[64];
    for (size_t i = 0; i < sizeof doubles / sizeof *doubles; i++) {
        *format_f64(text, doubles[i].value) = '\0';
        cr_assert_str_eq(text, doubles[i].text);
    }
    *format_f64(text, (double)NAN) = '\0';
    cr_assert_str_eq(text, "NaN");
    static const struct {
        float value;
        const char *text;
    } floats[] = {
        {0, "0.0"},
        {-0.0F, "-0.0"},
        {0.1F, "0.1"},
        {16777216, "16777216.0"},
        {1e15F, "1000000000000000.0"},
        {1e16F, "1e+16"},
        {3.4028235e38F, "3.4028235e+38"},
        {1e-45F, "1e-45"},
        {0.0001F, "0.0001"},
        {1.17549435e-38F, "1.1754944e-38"},
        {2878.9F, "2878.9"},
        {-INFINITY, "-Infinity"},
        {33554432, "33554432.0"},
    };
    for (size_t i = 0; i < sizeof floats / sizeof *floats; i++) {
        *format_f32(text, floats[i].value) = '\0';
        cr_assert_str_eq(text, floats[i].text);
    }
}

Test(float, order_and_hash)
{
    Type types[] = {type_of(TYPE_DOUBLE), type_of(TYPE_FLOAT)};
    static const double ordered[] = {-INFINITY, -1e30, -1,   -1e-30,   0,
                                     1e-30,     1,     1e30, INFINITY, NAN};
    for (int t = 0; t < 2; t++) {
        const TypeClass *class = type_class(types[t]);
        for (size_t i = 0; i < 10; i++)
            for (size_t j = 0; j < 10; j++) {
                float x32 = (float)ordered[i], y32 = (float)ordered[j];
                const void *x = t ? (const void *)&x32 : &ordered[i],
                           *y = t ? (const void *)&y32 : &ordered[j];
                int order = class->compare(types[t], x, y);
                cr_assert_eq((order > 0) - (order < 0), (i > j) - (i < j));
            }
    }
    double plus = 0.0, minus = -0.0, nan1 = f64_of(0x7FF8000000000000u),
           nan2 = f64_of(0xFFF0000000000001u);
    const TypeClass *class = type_class(types[0]);
    cr_assert_eq(class->compare(types[0], &plus, &minus), 0);
    cr_assert_eq(class->hash(types[0], &plus), class->hash(types[0], &minus));
    cr_assert_eq(class->compare(types[0], &nan1, &nan2), 0);
    cr_assert_eq(class->hash(types[0], &nan1), class->hash(types[0], &nan2));
}
