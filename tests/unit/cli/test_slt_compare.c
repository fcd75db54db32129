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
    SltExpected wanted = {.text = str_from(expected), .types = STR("TR"), .sort = sort};
    buf_clear(&should);
    buf_clear(&was);
    return slt_compare(&result, &wanted, &should, &was);
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
    slt_result_rows(&result, SLT_ROWSORT, false, &was);
    cr_assert_str_eq(buf_text(&was), "(empty)\tNULL\na\t-1.5\nb c\t2.0\n",
                     "tabs, for a value holds a blank");
}

/* The row-by-row forms of one value. */
static bool spelled(Type type, Value value, const char *text)
{
    RowStore rows;
    row_store_init(&rows, &type, 1);
    row_store_add_values(&rows, &value);
    slt_result_clear(&result, 1);
    slt_result_add(&result, &rows.batches[0]);
    row_store_deinit(&rows);
    return slt_spelled(&result, 0, str_from(text));
}

Test(slt_compare, spellings, .init = begin, .fini = end)
{
    static const char *const ones[] = {"1.0", "1", "1.00", "1e0", "+1"};
    for (size_t i = 0; i < 5; i++)
        cr_assert(spelled(type_of(TYPE_DOUBLE), value_double(1), ones[i]), "%s", ones[i]);
    static const char *const others[] = {
        "1.1", "2", "", "NULL", "one", "1 1", "1.0000000000000002"};
    for (size_t i = 0; i < 7; i++)
        cr_assert(!spelled(type_of(TYPE_DOUBLE), value_double(1), others[i]), "%s", others[i]);
    cr_assert(spelled(type_of(TYPE_DOUBLE), value_double(0.9504384952922168), "0.950438495292"));
    cr_assert(
        spelled(type_of(TYPE_DOUBLE), value_double(-13.287712379549449), "-13.28771237954945"));
    cr_assert(!spelled(type_of(TYPE_DOUBLE), value_double(0.9504384952922168), "0.950438495293"));
    cr_assert(!spelled(type_of(TYPE_DOUBLE), value_double(0.9504384952922168), "0.95"),
              "too short");
    cr_assert(!spelled(type_of(TYPE_DOUBLE), value_double(0.1 + 0.2), "0.3"));
    cr_assert(!spelled(type_of(TYPE_DOUBLE), value_double(123456.2), "123456"));
    cr_assert(spelled(type_of(TYPE_DOUBLE), value_double(__builtin_nan("")), "nan"));
    cr_assert(spelled(type_of(TYPE_DOUBLE), value_double(__builtin_inf()), "inf"));
    cr_assert(!spelled(type_of(TYPE_DOUBLE), value_double(__builtin_inf()), "-inf"));
    static const char *const truths[] = {"true", "t", "1", "TRUE"};
    for (size_t i = 0; i < 4; i++) {
        cr_assert(spelled(type_of(TYPE_BOOLEAN), value_bool(true), truths[i]));
        cr_assert(!spelled(type_of(TYPE_BOOLEAN), value_bool(false), truths[i]));
    }
    cr_assert(spelled(type_of(TYPE_INT), value_int(7), "<REGEX>:[6-8]"));
    cr_assert(!spelled(type_of(TYPE_INT), value_int(77), "<REGEX>:[6-8]"), "all of it");
    cr_assert(spelled(type_of(TYPE_INT), value_int(7), "<!REGEX>:[0-6]"));
    cr_assert(!spelled(type_of(TYPE_INT), value_int(7), "<REGEX>:["), "no expression");
    cr_assert(spelled(type_of(TYPE_INT), value_int(10), "10.000000"));
    cr_assert(!spelled(type_of(TYPE_INT), value_int(10), "10.000001"));
    cr_assert(!spelled(type_of(TYPE_INT), value_int(10), "1"));
    cr_assert(!spelled(type_of(TYPE_INT), value_null(type_of(TYPE_INT)), "0"));
    result.own_spelling = true;
    cr_assert(spelled(type_of(TYPE_DOUBLE), value_double(1), "1.0"));
    cr_assert(!spelled(type_of(TYPE_DOUBLE), value_double(1), "1"));
    result.own_spelling = false;
}

Test(slt_compare, names_and_layouts, .init = begin, .fini = end)
{
    const char *names[] = {"k", "x y"};
    result.names = names;
    SltExpected wanted = {.text = STR("k   x y\na -1.5\nb c 2\n(empty) NULL\n"),
                          .sort = SLT_ROWSORT,
                          .has_names = true};
    cr_assert(slt_compare(&result, &wanted, &should, &was), "%s", buf_text(&was));
    wanted.text = STR("x y k\na -1.5\nb c 2\n(empty) NULL\n");
    cr_assert(!slt_compare(&result, &wanted, &should, &was));
    wanted = (SltExpected){.text = STR("b c\n2.0\n(empty)\nNULL\na\n-1.5\n"),
                           .layout = SLT_LAYOUT_VALUES};
    cr_assert(slt_compare(&result, &wanted, &should, &was));
    wanted.layout = SLT_LAYOUT_ROWS;
    cr_assert(!slt_compare(&result, &wanted, &should, &was));
    result.names = NULL;
}
