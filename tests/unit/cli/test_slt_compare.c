#include <criterion/criterion.h>
#include <stdio.h>
#include "cli/slt_compare.h"

static SltResult result;
static Buf should, was;

static void begin(void)
{
    slt_result_init(&result);
    buf_init(&should);
    buf_init(&was);
    slt_result_clear(&result, 2);
    RowStore rows;
    Type types[] = {type_of(TYPE_VARCHAR), type_of(TYPE_DOUBLE)};
    Arena arena;
    arena_init(&arena);
    row_store_init(&rows, types, 2);
    Value values[][2] = {{value_text(&arena, STR("b c")), value_double(2)},
                         {value_text(&arena, STR("")), value_null(types[1])},
                         {value_text(&arena, STR("a")), value_double(-1.5)}};
    for (size_t i = 0; i < 3; i++)
        row_store_add_values(&rows, values[i]);
    slt_result_add(&result, &rows.batches[0]);
    row_store_deinit(&rows);
    arena_deinit(&arena);
}

static void end(void)
{
    slt_result_deinit(&result);
    buf_deinit(&should);
    buf_deinit(&was);
}

static bool compare(SltSort sort, const char *expected)
{
    SltRecord record = {.types = STR("TR")};
    buf_clear(&should);
    buf_clear(&was);
    return slt_compare(&result, &record, sort, str_from(expected), &should, &was);
}

Test(slt_compare, rows, .init = begin, .fini = end)
{
    cr_assert(compare(SLT_NOSORT, "b c 2.0\n(empty) NULL\na -1.5\n"));
    cr_assert(compare(SLT_NOSORT, "b c     2.0\n(empty)  NULL\na -1.5"));
    cr_assert(compare(SLT_NOSORT, "b c\t2.0\n(empty)\tNULL\na\t-1.5\n"));
    cr_assert(compare(SLT_ROWSORT, "a   -1.5\nb c 2.0\n(empty) NULL\n"));
    cr_assert(!compare(SLT_NOSORT, "a -1.5\nb c 2.0\n(empty) NULL\n"));
    cr_assert(!compare(SLT_NOSORT, "b c 2.0\n(empty) NULL\n"));
    cr_assert_str_eq(buf_text(&should), "b c 2.0\n(empty) NULL\n");
    cr_assert_str_eq(buf_text(&was), "b c 2.0\n(empty) NULL\na -1.5\n");
    cr_assert(!compare(SLT_NOSORT, ""));
}

Test(slt_compare, values, .init = begin, .fini = end)
{
    cr_assert(compare(SLT_NOSORT, "b c\n2.000\n(empty)\nNULL\na\n-1.500\n"));
    cr_assert(compare(SLT_ROWSORT, "(empty)\nNULL\na\n-1.500\nb c\n2.000\n"));
    cr_assert(compare(SLT_VALUESORT, "(empty)\n-1.500\n2.000\nNULL\na\nb c\n"));
    cr_assert(!compare(SLT_NOSORT, "b c\n2.000\n(empty)\nNULL\na\n-1.501\n"));
}

Test(slt_compare, hashes, .init = begin, .fini = end)
{
    /* md5 of "b c\n2.000\n(empty)\nNULL\na\n-1.500\n" */
    cr_assert(!compare(SLT_NOSORT, "6 values hashing to 00000000000000000000000000000000\n"));
    char line[64];
    (void)snprintf(line, sizeof line, "%.*s", (int)was.length - 1, buf_text(&was));
    cr_assert(compare(SLT_NOSORT, line));
    cr_assert(!compare(SLT_ROWSORT, line));
}

Test(slt_compare, rows_for_update, .init = begin, .fini = end)
{
    slt_result_rows(&result, SLT_ROWSORT, &was);
    cr_assert_str_eq(buf_text(&was), "(empty)\tNULL\na\t-1.5\nb c\t2.0\n",
                     "tabs, for a value holds a blank");
}
