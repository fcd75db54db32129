#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "exec_util.h"
#include "executor/key_sort.h"

/* Random rows of all types, beside a plain stable sort that compares them one by one. */
enum { COLUMNS = 3 };

typedef struct Rows {
    Vector cols[COLUMNS];
    KeyColumn keys[COLUMNS];
} Rows;

static const void *value_of(const Vector *vector, uint64_t row)
{
    return vector_is_null(vector, (uint32_t)row) ? NULL : vector_value(vector, (uint32_t)row);
}

static void values(const void *context, uint16_t column, const KeyItem *items, uint32_t count,
                   const void **values)
{
    const Rows *rows = context;
    cr_assert_leq(count, (uint32_t)KEY_SORT_BLOCK);
    for (uint32_t i = 0; i < count; i++)
        values[i] = value_of(&rows->cols[column], items[i].row);
}

static int compare(const void *context, uint16_t column, uint64_t row, uint64_t other)
{
    const Rows *rows = context;
    const Vector *vector = &rows->cols[column];
    const void *a = value_of(vector, row), *b = value_of(vector, other);
    if (!a || !b)
        return a == b ? 0 : (!a == rows->keys[column].nulls_first ? -1 : 1);
    int order = vector_compare(vector, (uint32_t)row, vector, (uint32_t)other);
    return rows->keys[column].descending ? -order : order;
}

static int compare_rows(const Rows *rows, uint64_t a, uint64_t b)
{
    for (uint16_t c = 0; c < COLUMNS; c++) {
        int order = compare(rows, c, a, b);
        if (order)
            return order;
    }
    return 0;
}

static Value random_text(uint64_t *seed, Arena *arena, uint64_t spread)
{
    char text[64];
    size_t length = rnd(seed) % (1 + rnd(seed) % 40);
    for (size_t i = 0; i < length; i++)
        text[i] = (char)(i + 1 < length && rnd(seed) % 8 ? 'a' : rnd(seed) % spread);
    char *kept = arena_strndup(arena, text, length);
    return (Value){.type = type_varchar(0), .as.text = text_make(kept, (uint32_t)length)};
}

static Value random_value(Type type, uint64_t *seed, Arena *arena, uint64_t spread)
{
    static const double reals[] = {0.0,  -0.0, (double)NAN, (double)INFINITY, -(double)INFINITY,
                                   1e300};
    Value value = {.type = type};
    uint64_t pick = rnd(seed) % spread;
    bool extreme = rnd(seed) % 8 == 0;
    if (rnd(seed) % 10 == 0)
        return value_null(type);
    switch (type.id) {
    case TYPE_VARCHAR:
        value = random_text(seed, arena, spread); /* zero bytes, too */
        break;
    case TYPE_FLOAT:
        value.as.f32 = (float)(extreme ? reals[pick % 5] : (double)pick - 20);
        break;
    case TYPE_DOUBLE:
        value.as.f64 = extreme ? reals[pick % 6] : (double)pick - 20;
        break;
    case TYPE_DECIMAL:
        value.as.decimal = ((i128)pick - 20) * ((i128)1 << (pick % 3 * 40));
        break;
    case TYPE_BIGINT:
        value.as.integer = extreme ? (pick % 2 ? INT64_MAX : INT64_MIN) : (int64_t)pick - 20;
        break;
    case TYPE_INTERVAL:
        value.as.interval = (Interval){.months = (int32_t)pick % 3, .days = (int32_t)pick % 40};
        break;
    case TYPE_BOOLEAN:
        value.as.boolean = pick & 1;
        break;
    default:
        value.as.integer = (int64_t)(pick % 100) - 20;
        break;
    }
    return value;
}

/* Random columns and directions; `spread`: how many different values there are, about. */
static void sort_random(uint64_t *seed, size_t count, uint64_t spread, const Parallel *parallel)
{
    const Type types[] = {type_varchar(0),        type_of(TYPE_BIGINT),  type_of(TYPE_INT),
                          type_of(TYPE_SMALLINT), type_of(TYPE_TINYINT), type_of(TYPE_DOUBLE),
                          type_of(TYPE_FLOAT),    type_decimal(30, 2),   type_of(TYPE_BOOLEAN),
                          type_of(TYPE_INTERVAL), type_decimal(10, 2),   type_varchar(0)};
    uint32_t room = (uint32_t)count + 1;
    KeyItem *items = malloc(room * sizeof *items);
    Arena arena;
    arena_init(&arena);
    Rows rows;
    for (int c = 0; c < COLUMNS; c++) {
        Type type = types[rnd(seed) % (sizeof types / sizeof *types)];
        rows.keys[c] = (KeyColumn){type_physical(type), rnd(seed) % 2 == 0, rnd(seed) % 2 == 0};
        vector_make(&rows.cols[c], &arena, type, room, true);
        for (uint32_t i = 0; i < count; i++) {
            Value value = random_value(type, seed, &arena, spread);
            vector_set_value(&rows.cols[c], &arena, i, room, &value);
        }
    }
    KeySort sort = {rows.keys, COLUMNS, &rows, values, compare, parallel};
    for (size_t i = 0; i < count; i++)
        items[i].row = i;
    key_sort(&sort, items, count);
    for (size_t i = 1; i < count; i++) {
        int order = compare_rows(&rows, items[i - 1].row, items[i].row);
        cr_assert(order < 0 || (order == 0 && items[i - 1].row < items[i].row),
                  "rows %zu and %zu of %zu are out of order", (size_t)items[i - 1].row,
                  (size_t)items[i].row, count);
    }
    free(items);
    arena_deinit(&arena);
}

Test(key_sort, as_comparing_sorts)
{
    static const size_t counts[] = {0, 1, 2, 12, 13, 40, 300, 3000};
    uint64_t seed = 5;
    for (int round = 0; round < 400; round++)
        sort_random(&seed, counts[rnd(&seed) % (sizeof counts / sizeof *counts)],
                    rnd(&seed) % 3 ? 120 : 3, NULL);
}

Test(key_sort, many_rows_by_several_lanes)
{
    uint64_t seed = 6;
    for (int round = 0; round < 24; round++) {
        Parallel parallel = exec_threads(2 + round % 4);
        sort_random(&seed, 33000 + rnd(&seed) % 9000, round % 3 ? 120 : 3, &parallel);
    }
}

/* One value that nearly all rows have, at either end of all numbers and between; few others. */
Test(key_sort, lanes_and_a_value_that_most_rows_have)
{
    enum { MANY = 40000 };
    static const int64_t common[] = {INT64_MIN, -1, 0, INT64_MAX};
    uint64_t seed = 7;
    Arena arena;
    arena_init(&arena);
    KeyItem *items = malloc(MANY * sizeof *items);
    for (int round = 0; round < 12; round++) {
        Rows rows = {0};
        for (int c = 0; c < COLUMNS; c++) {
            rows.keys[c] = (KeyColumn){PHYSICAL_I64, round % 2 == 1, false};
            vector_make(&rows.cols[c], &arena, type_of(TYPE_BIGINT), MANY, false);
            for (uint32_t i = 0; i < MANY; i++)
                ((int64_t *)rows.cols[c].data)[i] =
                    rnd(&seed) % 5000 ? common[round % 4] : (int64_t)rnd(&seed);
        }
        for (uint32_t i = 0; i < MANY; i++)
            items[i].row = i;
        Parallel parallel = exec_threads(3);
        KeySort sort = {rows.keys, COLUMNS, &rows, values, compare, &parallel};
        key_sort(&sort, items, MANY);
        for (size_t i = 1; i < MANY; i++) {
            int order = compare_rows(&rows, items[i - 1].row, items[i].row);
            cr_assert(order < 0 || (order == 0 && items[i - 1].row < items[i].row));
        }
        arena_reset(&arena);
    }
    free(items);
    arena_deinit(&arena);
}

Test(key_sort, nothing_is_too_deep)
{
    enum { DEEP = 2000, STEP = 150 };
    Arena arena;
    arena_init(&arena);
    char *text = arena_alloc(&arena, DEEP * STEP);
    memset(text, 'a', DEEP * STEP);
    Rows rows = {0};
    for (int c = 0; c < COLUMNS; c++) {
        Type type = c ? type_of(TYPE_INT) : type_varchar(0);
        rows.keys[c].physical = type_physical(type);
        vector_make(&rows.cols[c], &arena, type, DEEP, false);
        if (c)
            memset(rows.cols[c].data, 0, 4 * DEEP);
    }
    KeyItem *items = malloc(DEEP * sizeof *items);
    for (uint32_t i = 0; i < DEEP; i++) {
        ((Text *)rows.cols[0].data)[i] = text_make(text, (DEEP - i) * STEP);
        items[i].row = i;
    }
    KeySort sort = {rows.keys, COLUMNS, &rows, values, compare, NULL};
    key_sort(&sort, items, DEEP);
    for (uint32_t i = 0; i < DEEP; i++)
        cr_assert_eq(items[i].row, DEEP - 1 - i);
    free(items);
    arena_deinit(&arena);
}
