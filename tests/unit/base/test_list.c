#include <criterion/criterion.h>
#include "base/list.h"

Test(list, push_on_the_heap)
{
    LIST(int) list = {0};
    for (int i = 0; i < 1000; i++)
        list_push(&list, i * i);
    cr_assert_eq(list.count, 1000);
    for (int i = 0; i < 1000; i++)
        cr_assert_eq(list.at[i], i * i);
    list_reserve(&list, 5000);
    cr_assert_geq(list.capacity, 5000);
    cr_assert_eq(list.at[999], 999 * 999);
    list_free(&list);
    cr_assert_null(list.at);
    cr_assert_eq(list.count, 0);
}

Test(list, push_in_an_arena)
{
    Arena a;
    arena_init(&a);
    LIST(const char *) names = {0};
    for (int i = 0; i < 100; i++)
        list_push_arena(&a, &names, arena_printf(&a, "n%d", i));
    cr_assert_eq(names.count, 100);
    cr_assert_str_eq(names.at[0], "n0");
    cr_assert_str_eq(names.at[99], "n99");
    arena_deinit(&a);
}
