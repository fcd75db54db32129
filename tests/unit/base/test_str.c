#include <criterion/criterion.h>
#include "base/str.h"

Test(str, comparing)
{
    cr_assert(str_equal(STR("abc"), str_from("abc")));
    cr_assert(str_equal((Str){NULL, 0}, STR("")));
    cr_assert(!str_equal(STR("abc"), STR("abd")));
    cr_assert(!str_equal(STR("abc"), STR("ab")));
    cr_assert(str_equal_nocase(STR("SeLeCt"), STR("sElEcT")));
    cr_assert(!str_equal_nocase(STR("[a"), STR("{a")));
    cr_assert(text_equal_nocase("Group", "gROUP"));
    cr_assert(!text_equal_nocase("Group", "Groups"));
    cr_assert(!text_equal_nocase("Groups", "Group"));
    cr_assert_lt(str_compare(STR("a"), STR("b")), 0);
    cr_assert_lt(str_compare(STR("a"), STR("aa")), 0);
    cr_assert_gt(str_compare(STR("\xff"), STR("a")), 0);
    cr_assert_eq(str_compare(STR("a"), STR("a")), 0);
    cr_assert_eq(str_compare((Str){NULL, 0}, STR("")), 0);
}

Test(str, parts)
{
    cr_assert(str_equal(str_trim(STR(" \t\r\n x y \n")), STR("x y")));
    cr_assert_eq(str_trim(STR(" \n ")).length, 0);
    cr_assert(str_has_prefix(STR("data.csv"), STR("data")));
    cr_assert(!str_has_prefix(STR("dat"), STR("data")));
    cr_assert(str_has_suffix(STR("data.csv"), STR(".csv")));
    cr_assert(!str_has_suffix(STR("csv"), STR(".csv")));
}

static bool valid(const char *text)
{
    return utf8_valid(text, strlen(text));
}

Test(str, utf8_valid)
{
    static const char *const good[] = {
        "",
        "plain",
        "삼성전자",
        "é",
        "\xED\x9F\xBF",
        "\xEE\x80\x80",
        "\xF0\x90\x80\x80",
        "\xF4\x8F\xBF\xBF",
        "\xE0\xA0\x80",
        "\xC2\x80",
        "\xEF\xBF\xBD",
    };
    static const char *const bad[] = {
        "\x80",
        "\xBF",
        "\xC0\x80",
        "\xC1\xBF",
        "\xC2",
        "\xC2"
        "a",
        "\xE0\x9F\xBF",
        "\xE1\x80",
        "\xE1\x80"
        "a",
        "\xED\xA0\x80",
        "\xED\xBF\xBF",
        "\xF0\x8F\xBF\xBF",
        "\xF0\x90\x80",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xFF",
        "\xF1\x80\x80"
        "a",
        "\xE1"
        "a\x80",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        cr_assert(valid(good[i]), "good %zu", i);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert(!valid(bad[i]), "bad %zu", i);
}

/* A bad byte is seen wherever it stands to the words of the fast path. */
Test(str, utf8_valid_at_every_place)
{
    char text[80];
    for (size_t length = 1; length < sizeof text; length++) {
        char *exact = mem_alloc(length); /* so that AddressSanitizer sees a read beyond it */
        memset(exact, 'a', length);
        cr_assert(utf8_valid(exact, length));
        for (size_t i = 0; i < length; i++) {
            memset(exact, 'a', length);
            exact[i] = (char)0xE1;
            cr_assert(!utf8_valid(exact, length), "%zu of %zu", i, length);
            if (i + 2 < length) {
                exact[i + 1] = exact[i + 2] = (char)0x80;
                cr_assert(utf8_valid(exact, length), "%zu of %zu", i, length);
                cr_assert_eq(utf8_count(exact, length), length - 2);
            }
        }
        free(exact);
    }
}

/* Against the definition: every code point, encoded, is valid unless it is a surrogate. */
Test(str, utf8_all_code_points)
{
    for (uint32_t c = 0x80; c < 0x120000; c++) {
        char t[4];
        size_t n;
        if (c < 0x800) {
            n = 2;
            t[0] = (char)(0xC0 | c >> 6);
        } else if (c < 0x10000) {
            n = 3;
            t[0] = (char)(0xE0 | c >> 12);
        } else {
            n = 4;
            t[0] = (char)(0xF0 | c >> 18);
        }
        for (size_t i = 1; i < n; i++)
            t[i] = (char)(0x80 | (c >> (6 * (n - 1 - i)) & 0x3F));
        bool expected = c < 0x110000 && !(c >= 0xD800 && c < 0xE000);
        if (utf8_valid(t, n) != expected)
            cr_assert(false, "U+%X", c);
    }
}

Test(str, utf8_count)
{
    cr_assert_eq(utf8_count("", 0), 0);
    cr_assert_eq(utf8_count("abc", 3), 3);
    cr_assert_eq(utf8_count("삼성전자 주식", strlen("삼성전자 주식")), 7);
    cr_assert_eq(utf8_count("\xF0\x9F\x98\x80", 4), 1);
}

Test(str, distance)
{
    cr_assert_eq(text_distance("kitten", "sitting", 10), 3);
    cr_assert_eq(text_distance("ca", "ac", 10), 1);
    cr_assert_eq(text_distance("CA", "ac", 10), 1);
    cr_assert_eq(text_distance("", "abc", 10), 3);
    cr_assert_eq(text_distance("abc", "abc", 0), 0);
    cr_assert_eq(text_distance("abc", "abd", 0), 1);
    cr_assert_eq(text_distance("kitten", "sitting", 2), 3);
    cr_assert_eq(text_distance("volume", "volmue", 1), 1);
    cr_assert_eq(text_distance("abcdef", "badcfe", 3), 3);
    static char longer[4000], other[4000];
    memset(longer, 'x', sizeof longer - 1);
    memset(other, 'X', sizeof other - 1);
    cr_assert_eq(text_distance(longer, other, 3), 0);
    other[5] = 'y';
    cr_assert_eq(text_distance(longer, other, 3), 4);
}

static const char *nearest_of(const char *wanted)
{
    static const char *const names[] = {"ticker", "price", "volume", "ts", "closing_price", "b"};
    Nearest n = nearest_start(wanted);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        nearest_offer(&n, names[i]);
    return n.best ? n.best : "";
}

Test(str, nearest)
{
    cr_assert_str_eq(nearest_of("tikcer"), "ticker");
    cr_assert_str_eq(nearest_of("pirce"), "price");
    cr_assert_str_eq(nearest_of("PRICE"), "price");
    cr_assert_str_eq(nearest_of("volumes"), "volume");
    cr_assert_str_eq(nearest_of("closingprice"), "closing_price");
    cr_assert_str_eq(nearest_of("tx"), "ts");
    cr_assert_str_eq(nearest_of("a"), "");
    cr_assert_str_eq(nearest_of("nothing_like_it"), "");
    cr_assert_str_eq(nearest_of(""), "");
    Err e = ERR_NONE;
    Nearest n = nearest_start("pric");
    cr_assert_eq(nearest_hint(&n, &e), FAIL);
    cr_assert_str_eq(e.hint, "");
    nearest_offer(&n, "price");
    cr_assert_eq(nearest_hint(&n, &e), FAIL);
    cr_assert_str_eq(e.hint, "Did you mean \"price\"?");
}

static int64_t bytes_of(const char *text)
{
    int64_t v = -1;
    return text_to_bytes(text, &v) ? v : -1;
}

Test(str, bytes)
{
    cr_assert_eq(bytes_of("128 MiB"), 128 << 20);
    cr_assert_eq(bytes_of("128mb"), 128 << 20);
    cr_assert_eq(bytes_of(" 64 kb "), 64 << 10);
    cr_assert_eq(bytes_of("0"), 0);
    cr_assert_eq(bytes_of("4096"), 4096);
    cr_assert_eq(bytes_of("1.5k"), 1536);
    cr_assert_eq(bytes_of("2 bytes"), 2);
    cr_assert_eq(bytes_of("7 TiB"), (int64_t)7 << 40);
    static const char *const bad[] = {"",
                                      "MiB",
                                      "-1",
                                      "1 x",
                                      "1 MiB x",
                                      "1.2.3",
                                      ".",
                                      "1 2 MiB",
                                      "99999999999999999999",
                                      "9999999999 TiB"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(bytes_of(bad[i]), -1, "%s", bad[i]);
}

static int64_t us_of(const char *text)
{
    int64_t v = -1;
    return text_to_duration_us(text, &v) ? v : -1;
}

Test(str, durations)
{
    cr_assert_eq(us_of("50 ms"), 50000);
    cr_assert_eq(us_of("50"), 50000);
    cr_assert_eq(us_of("10 min"), 600000000);
    cr_assert_eq(us_of("10 MINUTES"), 600000000);
    cr_assert_eq(us_of("1 s"), 1000000);
    cr_assert_eq(us_of("1.5s"), 1500000);
    cr_assert_eq(us_of("0 ms"), 0);
    cr_assert_eq(us_of("2 h"), 7200000000);
    cr_assert_eq(us_of("1 day 2 hours"), (int64_t)26 * 3600 * 1000000);
    cr_assert_eq(us_of("7 µs"), 7);
    cr_assert_eq(us_of("00:00:01"), 1000000);
    cr_assert_eq(us_of("1:02:03.5"), 3723500000);
    static const char *const bad[] = {"",
                                      "s",
                                      "-1 s",
                                      "1 s 2",
                                      "1 fortnight",
                                      "00:61:00",
                                      "00:00",
                                      "00:00:1:1",
                                      "1 s x",
                                      "1:2.5:3",
                                      "99999999999999999:00:00",
                                      "99999999999999 days"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(us_of(bad[i]), -1, "%s", bad[i]);
}

Test(str, booleans_and_integers)
{
    bool b = false;
    cr_assert(text_to_bool(" TRUE ", &b) && b);
    cr_assert(text_to_bool("off", &b) && !b);
    cr_assert(text_to_bool("1", &b) && b);
    cr_assert(text_to_bool("no", &b) && !b);
    cr_assert(!text_to_bool("ja", &b));
    cr_assert(!text_to_bool("", &b));
    int64_t v = 0;
    cr_assert(text_to_i64(" -9223372036854775808 ", &v) && v == INT64_MIN);
    cr_assert(text_to_i64("+9223372036854775807", &v) && v == INT64_MAX);
    cr_assert(!text_to_i64("9223372036854775808", &v));
    cr_assert(!text_to_i64("-9223372036854775809", &v));
    cr_assert(!text_to_i64("12x", &v));
    cr_assert(!text_to_i64("", &v));
    cr_assert(!text_to_i64("-", &v));
    cr_assert_eq(v, INT64_MAX);
}
