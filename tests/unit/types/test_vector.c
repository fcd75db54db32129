#include "types_help.h"
#include "types/vector.h"

/* A type and values for it; every third row is NULL in the tests. */
static const struct Column {
    const char *type;
    const char *texts[4];
} columns[] = {
    {"BOOLEAN", {"true", "false", "true", "true"}},
    {"TINYINT", {"-1", "0", "5", "-1"}},
    {"SMALLINT", {"-1", "0", "5", "-1"}},
    {"INT", {"-1", "0", "5", "-1"}},
    {"BIGINT", {"-1", "0", "5", "-1"}},
    {"FLOAT", {"1.5", "nan", "-0.0", "0"}},
    {"DOUBLE", {"1.5", "nan", "-0.0", "0"}},
    {"DECIMAL(38, 3)", {"1.5", "-7", "99999999999999999999999999999999999", "0"}},
    {"VARCHAR", {"", "short", "exactly 12 b", "a text longer than that"}},
    {"BYTES", {"\\x", "\\x00", "\\x000102030405060708090a0b0c0d", "\\xff"}},
    {"DATE", {"2024-01-02", "1969-12-31", "0001-01-01", "2024-01-02"}},
    {"TIMESTAMP", {"2024-01-02", "1969-12-31", "0001-01-01", "2024-01-02"}},
    {"INTERVAL", {"1 mon", "30 days", "-1 mon", "1 us"}},
    {"ARRAY<INT>", {"{}", "{1,2,NULL}", "{3}", "{1,2,3,4,5,6,7,8,9}"}},
    {"ARRAY<VARCHAR>", {"{}", "{a,a rather long element,NULL}", "{NULL}", "{\"\"}"}},
    {"ARRAY<ARRAY<VARCHAR>>", {"{}", "{{a,a rather long element},NULL}", "{{},{}}", "{{NULL}}"}},
    {"ROW<a INT, b VARCHAR>", {"(1,x)", "(,a rather long field)", "(2,)", "(1,x)"}},
    {"ARRAY<ROW<a INT, b ARRAY<VARCHAR>>>",
     {"{}", "{\"(1,{x})\",NULL}", "{\"(2,)\"}", "{\"(,{})\"}"}},
};
enum { COLUMNS = sizeof columns / sizeof *columns, ROWS = 200 };

static Value expected_value(Arena *arena, const struct Column *column, uint32_t row, bool nulls)
{
    return help_value(arena, column->type,
                      nulls && row % 3 == 0 ? NULL : column->texts[row * 7 / 3 % 4]);
}

static void fill(Vector *vector, Arena *arena, const struct Column *column, bool nulls)
{
    Value first = expected_value(arena, column, 1, false);
    vector_make(vector, arena, first.type, ROWS, false);
    for (uint32_t row = 0; row < ROWS; row++) {
        Value value = expected_value(arena, column, row, nulls);
        vector_set_value(vector, arena, row, ROWS, &value);
    }
}

static void check_row(Arena *arena, const struct Column *column, const Vector *vector, uint32_t at,
                      uint32_t original, bool nulls)
{
    Value expected = expected_value(arena, column, original, nulls);
    Value value = vector_get_deep(vector, at, arena);
    cr_assert_eq(vector_is_null(vector, at), expected.is_null, "%s row %u", column->type, at);
    cr_assert(value_equal(&value, &expected), "%s row %u", column->type, at);
    Buf a, b;
    buf_init(&a);
    buf_init(&b);
    vector_format(vector, at, NULL, &a);
    if (!expected.is_null)
        value_format(&expected, NULL, &b);
    cr_assert_str_eq(buf_text(&a), buf_text(&b));
    buf_deinit(&a);
    buf_deinit(&b);
}

static const uint16_t picks[] = {5, 5, 0, 3, 199, 64, 63, 65, 128, 1, 2, 2};
enum { PICKS = sizeof picks / sizeof *picks };

/* All forms of a column hold the same, flatten to the same, hash to the same. */
static void check_forms(const struct Column *column, bool nulls)
{
    Arena arena;
    arena_init(&arena);
    Vector flat;
    fill(&flat, &arena, column, nulls);
    for (uint32_t row = 0; row < ROWS; row++)
        check_row(&arena, column, &flat, row, row, nulls);

    Vector dict = {.type = flat.type, .form = VECTOR_DICT, .child = &flat, .index = picks},
           flattened;
    vector_flatten(&flattened, &dict, PICKS, &arena);
    cr_assert_eq(flattened.form, VECTOR_FLAT);
    uint64_t flat_hash[ROWS], dict_hash[PICKS], flattened_hash[PICKS], picked_hash[PICKS];
    vector_hash(&flat, NULL, ROWS, flat_hash, false);
    vector_hash(&flat, picks, PICKS, picked_hash, false);
    vector_hash(&dict, NULL, PICKS, dict_hash, false);
    vector_hash(&flattened, NULL, PICKS, flattened_hash, false);
    for (uint32_t i = 0; i < PICKS; i++) {
        check_row(&arena, column, &dict, i, picks[i], nulls);
        check_row(&arena, column, &flattened, i, picks[i], nulls);
        cr_assert_eq(vector_compare(&dict, i, &flat, picks[i]), 0);
        cr_assert_eq(dict_hash[i], flat_hash[picks[i]]);
        cr_assert_eq(flattened_hash[i], flat_hash[picks[i]]);
        cr_assert_eq(picked_hash[i], flat_hash[picks[i]]);
    }
    for (uint32_t row = 0; row < 4; row++) {
        Value value = expected_value(&arena, column, row, nulls);
        Vector constant;
        uint64_t hashes[3];
        vector_make_const(&constant, &arena, &value);
        cr_assert_eq(constant.form, VECTOR_CONST);
        check_row(&arena, column, &constant, 2, row, nulls);
        vector_hash(&constant, NULL, 3, hashes, false);
        cr_assert_eq(hashes[2], flat_hash[row], "%s row %u", column->type, row);
        cr_assert_eq(value_hash(&value), flat_hash[row], "%s row %u", column->type, row);
        vector_flatten(&flattened, &constant, 70, &arena);
        check_row(&arena, column, &flattened, 69, row, nulls);
    }
    for (uint32_t i = 0; i < 20; i++)
        for (uint32_t j = 0; j < 20; j++) {
            int order = vector_compare(&flat, i, &flat, j);
            Value a = expected_value(&arena, column, i, nulls),
                  b = expected_value(&arena, column, j, nulls);
            int expected = value_compare(&a, &b);
            cr_assert_eq((order > 0) - (order < 0), (expected > 0) - (expected < 0));
            cr_assert(order != 0 || flat_hash[i] == flat_hash[j]);
        }
    uint64_t combined[PICKS], again[PICKS];
    memcpy(combined, picked_hash, sizeof combined);
    memcpy(again, picked_hash, sizeof again);
    vector_hash(&flat, picks, PICKS, combined, true);
    vector_hash(&dict, NULL, PICKS, again, true);
    cr_assert_eq(memcmp(combined, again, sizeof again), 0);
    cr_assert_eq(combined[0], combined[1]);
    cr_assert_neq(combined[0], picked_hash[0]);
    arena_deinit(&arena);
}

Test(vector, forms)
{
    for (int c = 0; c < COLUMNS; c++) {
        check_forms(&columns[c], false);
        check_forms(&columns[c], true);
    }
}

/* Copies survive the memory that they were made from. */
static void check_copy(const struct Column *column, bool nulls)
{
    Arena arena, source;
    arena_init(&arena);
    arena_init(&source);
    Vector in, out;
    fill(&in, &source, column, nulls);
    vector_make(&out, &arena, expected_value(&arena, column, 1, false).type, 300, false);
    Value zero = expected_value(&arena, column, 1, false);
    Vector constant, dict = {.type = in.type, .form = VECTOR_DICT, .child = &in, .index = picks};
    vector_make_const(&constant, &source, &zero);
    vector_copy(&out, 0, 300, &in, NULL, 100, &arena, &arena);
    vector_copy(&out, 100, 300, &in, picks, PICKS, &arena, &arena);
    vector_copy(&out, 100 + PICKS, 300, &dict, NULL, PICKS, &arena, &arena);
    vector_copy(&out, 100 + 2 * PICKS, 300, &constant, NULL, 70, &arena, &arena);
    vector_copy(&out, 0, 300, &in, NULL, 1, &arena, &arena); /* over what is there */
    arena_deinit(&source);
    for (uint32_t i = 0; i < 100; i++)
        check_row(&arena, column, &out, i, i, nulls);
    for (uint32_t i = 0; i < PICKS; i++) {
        check_row(&arena, column, &out, 100 + i, picks[i], nulls);
        check_row(&arena, column, &out, 100 + PICKS + i, picks[i], nulls);
    }
    for (uint32_t i = 0; i < 70; i++)
        check_row(&arena, column, &out, 100 + 2 * PICKS + i, 1, false);
    arena_deinit(&arena);
}

Test(vector, copy)
{
    for (int c = 0; c < COLUMNS; c++) {
        check_copy(&columns[c], false);
        check_copy(&columns[c], true);
    }
}

/* A row that was NULL gets a value again, and the other way round. */
Test(vector, nulls_come_and_go)
{
    Arena arena;
    arena_init(&arena);
    Vector with, without, out;
    fill(&with, &arena, &columns[3], true);
    fill(&without, &arena, &columns[3], false);
    vector_make(&out, &arena, with.type, ROWS, false);
    vector_copy(&out, 0, ROWS, &without, NULL, ROWS, &arena, &arena);
    cr_assert_null(out.valid);
    vector_copy(&out, 0, ROWS, &with, NULL, ROWS, &arena, &arena);
    cr_assert(vector_is_null(&out, 0) && !vector_is_null(&out, 1));
    vector_copy(&out, 0, ROWS, &without, NULL, 100, &arena, &arena);
    cr_assert_not(vector_is_null(&out, 0));
    cr_assert_not(vector_is_null(&out, 99));
    cr_assert(vector_is_null(&out, 102));
    Value one = value_int(1);
    vector_set_value(&out, &arena, 102, ROWS, &one);
    cr_assert_not(vector_is_null(&out, 102));
    vector_set_null(&out, &arena, 102, ROWS);
    cr_assert(vector_is_null(&out, 102));
    arena_deinit(&arena);
}
