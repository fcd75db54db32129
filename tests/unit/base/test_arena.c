#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"

Test(arena, alignment_and_zero)
{
    Arena a;
    arena_init(&a);
    for (size_t size = 0; size < 200; size++) {
        unsigned char *p = arena_zalloc(&a, size);
        cr_assert_eq((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < size; i++)
            cr_assert_eq(p[i], 0);
        memset(p, 0xAB, size);
        for (size_t align = 1; align <= 64; align *= 2)
            cr_assert_eq((uintptr_t)arena_alloc_aligned(&a, 3, align) % align, 0);
    }
    arena_deinit(&a);
}

Test(arena, blocks_do_not_overlap)
{
    Arena a;
    arena_init(&a);
    unsigned char *p[300];
    for (size_t i = 0; i < 300; i++) {
        p[i] = arena_alloc(&a, i * 37);
        memset(p[i], (int)i & 0xFF, i * 37);
    }
    for (size_t i = 0; i < 300; i++)
        for (size_t j = 0; j < i * 37; j++)
            cr_assert_eq(p[i][j], i & 0xFF);
    arena_deinit(&a);
}

Test(arena, reset_keeps_the_largest_block)
{
    Arena a;
    arena_init(&a);
    for (int i = 0; i < 1000; i++)
        (void)arena_alloc(&a, 1000);
    cr_assert_geq(a.taken, 1000000);
    arena_reset(&a);
    cr_assert_eq(a.taken, 0);
    const ArenaBlock *kept = a.head;
    cr_assert_not_null(kept);
    (void)arena_alloc(&a, 100000);
    cr_assert_eq(a.head, kept);
    arena_deinit(&a);
    cr_assert_null(a.head);
}

Test(arena, larger_than_any_block)
{
    Arena a;
    arena_init(&a);
    char *p = arena_alloc_aligned(&a, 5u << 20, 64);
    p[0] = p[(5u << 20) - 1] = 'x';
    const ArenaBlock *kept = a.head;
    p = arena_alloc(&a, 50u << 20);
    p[0] = p[(50u << 20) - 1] = 'x';
    arena_reset(&a);
    cr_assert_eq(a.head, kept, "what a huge value needed goes");
    cr_assert_eq(arena_alloc_aligned(&a, 5u << 20, 64) != NULL && a.head == kept, true);
    arena_reset(&a);
    arena_deinit(&a);
}

Test(arena, text)
{
    Arena a;
    arena_init(&a);
    cr_assert_str_eq(arena_strdup(&a, "KOSPI"), "KOSPI");
    cr_assert_str_eq(arena_strndup(&a, "KOSPI", 2), "KO");
    cr_assert_str_eq(arena_strndup(&a, "", 0), "");
    cr_assert_str_eq(arena_printf(&a, "%d-%s", 7, "x"), "7-x");
    arena_deinit(&a);
}

Test(arena, reset_of_an_empty_arena)
{
    Arena a;
    arena_init(&a);
    arena_reset(&a);
    arena_deinit(&a);
    arena_deinit(&a);
}

Test(arena, joined_arenas_die_together)
{
    Arena a, b;
    arena_init(&a);
    arena_init(&b);
    arena_join(&a, &b); /* nothing to nothing */
    char *first = arena_strdup(&b, "first");
    arena_join(&a, &b); /* into an empty one */
    cr_assert_null(b.head);
    char *second = arena_strdup(&b, "second");
    (void)arena_alloc(&b, 100000); /* more than one block */
    char *third = arena_strdup(&a, "third");
    size_t taken = a.taken + b.taken;
    arena_join(&a, &b);
    cr_assert_null(b.head);
    cr_assert_eq(a.taken, taken);
    char *fourth = arena_strdup(&a, "fourth"); /* goes on in its own block */
    cr_assert_str_eq(first, "first");
    cr_assert_str_eq(second, "second");
    cr_assert_str_eq(third, "third");
    cr_assert_str_eq(fourth, "fourth");
    arena_deinit(&b);
    arena_deinit(&a);
}

Test(arena, wide_memory_of_any_size)
{
    static const size_t sizes[] = {0, 1, (2 << 20) - 1, 2 << 20, (5 << 20) + 3};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *p = mem_alloc_wide(sizes[i]);
        memset(p, 1, sizes[i]);
        free(p);
    }
}
