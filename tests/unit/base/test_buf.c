#include <criterion/criterion.h>
#include "base/buf.h"

Test(buf, grows)
{
    Buf b;
    buf_init(&b);
    for (int i = 0; i < 100000; i++)
        buf_add_char(&b, (char)('a' + i % 26));
    cr_assert_eq(b.length, 100000);
    for (size_t i = 0; i < b.length; i++)
        cr_assert_eq(b.data[i], (char)('a' + (int)i % 26));
    buf_deinit(&b);
    cr_assert_null(b.data);
}

Test(buf, reserve_then_write_past_the_length)
{
    Buf b;
    buf_init(&b);
    buf_add_text(&b, "head ");
    char *room = buf_reserve(&b, 10000);
    memset(room, '.', 10000);
    b.length += 10000;
    cr_assert_eq(b.length, 10005);
    cr_assert_eq(memcmp(b.data, "head ..", 7), 0);
    buf_deinit(&b);
}

Test(buf, printf_and_text)
{
    Buf b;
    buf_init(&b);
    cr_assert_str_eq(buf_text(&b), "");
    buf_printf(&b, "%s=%d", "x", 12);
    buf_add(&b, "\0y", 2);
    buf_add(&b, NULL, 0);
    cr_assert_eq(b.length, 6);
    cr_assert_str_eq(buf_text(&b), "x=12");
    cr_assert_eq(b.length, 6);
    buf_clear(&b);
    for (int i = 0; i < 1000; i++)
        buf_printf(&b, "%04d", i);
    cr_assert_eq(b.length, 4000);
    cr_assert_eq(memcmp(b.data + 3996, "0999", 4), 0);
    buf_deinit(&b);
}
