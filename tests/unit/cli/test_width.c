#include <criterion/criterion.h>
#include "cli/width.h"

static size_t width(const char *text)
{
    return width_text(str_from(text));
}

Test(width, columns)
{
    cr_assert_eq(width(""), 0u);
    cr_assert_eq(width("abc"), 3u);
    cr_assert_eq(width("é"), 1u);
    cr_assert_eq(width("e\xcc\x81"), 1u, "a combining accent");
    cr_assert_eq(width("체결"), 4u);
    cr_assert_eq(width("日本"), 4u);
    cr_assert_eq(width("ﾊ"), 1u, "half width");
    cr_assert_eq(width("😀"), 2u);
    cr_assert_eq(width("│"), 1u);
    cr_assert_eq(width("\xe2\x80\x8b"), 0u, "zero width space");
}

Test(width, bytes_that_are_no_utf8)
{
    size_t length;
    static const char *const bad[] = {"\xff",         "\xc3",     "\xe2\x82",
                                      "\xf0\x9f\x98", "\xc0\x80", "\xed\xa0\x80"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_assert_eq(width_character(bad[i], bad[i] + strlen(bad[i]), &length), 0xfffdu);
        cr_assert_eq(length, 1u);
    }
}

Test(width, escape)
{
    static const char *const cases[][2] = {{"plain 체", "plain 체"},
                                           {"a\nb\tc\r", "a\\nb\\tc\\r"},
                                           {"\x1b[31m", "\\x1b[31m"},
                                           {"\x7f", "\\x7f"},
                                           {"\xff", "\\xff"},
                                           {"\xc2\x9b", "\\x9b"},
                                           {"\xef\xbf\xbd", "\xef\xbf\xbd"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Buf out;
        buf_init(&out);
        width_escape(&out, str_from(cases[i][0]));
        cr_assert_str_eq(buf_text(&out), cases[i][1]);
        buf_deinit(&out);
    }
}
