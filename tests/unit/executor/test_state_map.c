#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "exec_util.h"
#include "executor/state_map.h"

/* Random keys of several shapes, against a list that is searched from its start. */
enum { MODEL_ROWS = 3000, BATCH = 200 };

typedef struct Shape {
    Type types[3];
    uint16_t count;
} Shape;

static Value random_value(Type type, uint64_t *seed, Arena *arena)
{
    if (rnd(seed) % 12 == 0)
        return value_null(type);
    Value value = {.type = type};
    uint64_t pick = rnd(seed) % 60;
    switch (type.id) {
    case TYPE_VARCHAR:
        value.as.text =
            v_text(arena, pick < 30 ? arena_printf(arena, "k%d", (int)pick)
                                    : arena_printf(arena, "a text of more than twelve bytes %d",
                                                   (int)pick))
                .as.text;
        break;
    case TYPE_DOUBLE:
        value.as.f64 = pick == 0   ? -0.0
                       : pick == 1 ? 0.0
                       : pick == 2 ? (double)NAN
                       : pick == 3 ? -(double)NAN
                                   : (double)pick - 30;
        break;
    case TYPE_DECIMAL:
        value.as.decimal = ((i128)pick - 30) * ((i128)1 << (pick % 3 * 40));
        break;
    default:
        value.as.integer = (int64_t)pick - 30;
        break;
    }
    return value;
}

static bool same(const Value *a, const Value *b)
{
    if (a->is_null || b->is_null)
        return a->is_null && b->is_null;
    if (a->type.id == TYPE_DOUBLE)
        return a->as.f64 == b->as.f64 || (isnan(a->as.f64) && isnan(b->as.f64));
    return value_equal(a, b);
}

typedef struct Known {
    Value key[3];
    StateSlot *slot;
    int64_t count;
} Known;

static Known *find(Known *known, int *count, const Value *key, uint16_t columns)
{
    for (int i = 0; i < *count; i++) {
        bool equal = true;
        for (uint16_t k = 0; k < columns; k++)
            equal &= same(&known[i].key[k], &key[k]);
        if (equal)
            return &known[i];
    }
    Known *fresh = &known[(*count)++];
    *fresh = (Known){.slot = NULL};
    memcpy(fresh->key, key, sizeof *key * columns);
    return fresh;
}

static void check_order(const StateMap *map, StateSlot **slots, uint32_t count)
{
    Arena arena;
    arena_init(&arena);
    const StateLayout *layout = &map->layout;
    for (uint32_t i = 1; i < count; i++) {
        int order = 0;
        for (uint16_t k = 0; k < layout->key_count && !order; k++) {
            Vector col;
            vector_make(&col, &arena, layout->types[k], 2, true);
            state_key_column(map, slots + i - 1, 2, k, &col, 0, 2, &arena);
            order = vector_compare(&col, 0, &col, 1);
        }
        cr_assert_lt(order, 0);
    }
    arena_deinit(&arena);
}

static void run_shape(const Shape *shape, uint64_t seed)
{
    Arena arena, keep;
    arena_init(&arena);
    arena_init(&keep);
    StateMap map;
    Err err = ERR_NONE;
    cr_assert_eq(state_map_init(&map, shape->types, shape->count, 8, &err), OK);
    StatePart *part = state_map_part(&map, 0, 0);
    Known *known = calloc(MODEL_ROWS, sizeof *known);
    int known_count = 0;
    for (int done = 0; done < MODEL_ROWS; done += BATCH) {
        Vector cols[3];
        const Vector *col_refs[3];
        Value keys[BATCH][3];
        uint16_t sel[BATCH];
        uint32_t selected = 0;
        for (uint16_t k = 0; k < shape->count; k++) {
            vector_make(&cols[k], &arena, shape->types[k], BATCH, true);
            col_refs[k] = &cols[k];
            for (uint32_t i = 0; i < BATCH; i++) {
                keys[i][k] = random_value(shape->types[k], &seed, &keep);
                vector_set_value(&cols[k], &arena, i, BATCH, &keys[i][k]);
            }
        }
        for (uint16_t i = 0; i < BATCH; i++)
            if (rnd(&seed) % 4)
                sel[selected++] = i;
        StateKeys made;
        StateSlot *slots[BATCH];
        state_keys_make(&map, col_refs, BATCH, sel, selected, &arena, &made);
        state_part_upsert(&map, part, &made, sel, selected, slots);
        for (uint32_t i = 0; i < selected; i++) {
            Known *row = find(known, &known_count, keys[sel[i]], shape->count);
            if (!row->slot)
                row->slot = slots[i];
            cr_assert_eq(row->slot, slots[i]);
            int64_t *payload = (int64_t *)(void *)state_payload(&map, slots[i]);
            cr_assert_eq(*payload, row->count);
            row->count = ++*payload;
        }
        for (int r = known_count - 1; r >= 0; r--) /* some go */
            if (rnd(&seed) % 10 == 0) {
                state_part_remove(&map, part, known[r].slot);
                known[r] = known[--known_count];
            }
        arena_reset(&arena);
    }
    cr_assert_eq(part->count, (uint32_t)known_count);
    StateSlot **slots = calloc((size_t)known_count + 1, sizeof *slots);
    state_part_list(&map, part, slots);
    state_sort(&map, slots, part->count, NULL);
    check_order(&map, slots, part->count);
    /* The same keys into another map, by slots and as a whole part. */
    StateMap other;
    cr_assert_eq(state_map_init(&other, shape->types, shape->count, 8, &err), OK);
    StateSlot **into = calloc((size_t)known_count + 1, sizeof *slots);
    state_part_upsert_slots(&other, state_map_part(&other, 7, 0), slots, part->count, into);
    state_part_upsert_slots(&other, state_map_part(&other, 7, 0), slots, part->count, into);
    cr_assert_eq(other.parts[0]->count, part->count);
    check_order(&other, into, part->count);
    cr_assert(state_map_steal(&other, &map, 0));
    cr_assert_eq(map.part_count, 0);
    cr_assert_eq(other.part_count, 2);
    cr_assert_eq(other.parts[0], part);
    cr_assert_eq(state_map_rows(&other), 2 * known_count);
    state_map_drop(&other, 1);
    cr_assert_eq(state_map_rows(&other), known_count);
    free(into);
    free(slots);
    free(known);
    state_map_deinit(&other);
    state_map_deinit(&map);
    arena_deinit(&arena);
    arena_deinit(&keep);
}

Test(state_map, keys_of_every_shape)
{
    const Type text = type_varchar(0), number = type_of(TYPE_BIGINT),
               small = type_of(TYPE_SMALLINT);
    const Type real = type_of(TYPE_DOUBLE), money = type_decimal(30, 2);
    const Shape shapes[] = {
        {{number}, 1},    {{small}, 1},        {{text}, 1},          {{real}, 1},
        {{money}, 1},     {{text, number}, 2}, {{number, small}, 2}, {{money, text, real}, 3},
        {{text, text}, 2}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (uint64_t seed = 1; seed < 4; seed++)
            run_shape(&shapes[s], seed * 1000 + s);
}

Test(state_map, parts_are_in_order_and_give_memory_back)
{
    StateMap map;
    Err err = ERR_NONE;
    Type type = type_of(TYPE_BIGINT);
    cr_assert_eq(state_map_init(&map, &type, 1, 100, &err), OK);
    uint64_t seed = 9;
    Arena arena;
    arena_init(&arena);
    for (int round = 0; round < 40; round++) {
        for (int w = 0; w < 30; w++) {
            int64_t end = (int64_t)(rnd(&seed) % 1000);
            StatePart *part = state_map_part(&map, end, end - 10);
            cr_assert_eq(part, state_map_part(&map, end, end - 10));
            Vector col;
            const Vector *cols[] = {&col};
            vector_make(&col, &arena, type, 300, true);
            for (int i = 0; i < 300; i++)
                ((int64_t *)col.data)[i] = i * 7919;
            StateKeys keys;
            StateSlot *slots[300];
            state_keys_make(&map, cols, 300, NULL, 300, &arena, &keys);
            state_part_upsert(&map, part, &keys, NULL, 300, slots);
            cr_assert_eq(part->count, 300);
        }
        for (uint32_t p = 1; p < map.part_count; p++)
            cr_assert_lt(map.parts[p - 1]->end, map.parts[p]->end);
        state_map_drop(&map, map.part_count / 2);
        arena_reset(&arena);
    }
    state_map_drop(&map, map.part_count);
    cr_assert_eq(state_map_rows(&map), 0);
    cr_assert_eq(map.block_bytes, 0);
    cr_assert_eq(map.table_bytes, 0);
    arena_deinit(&arena);
    state_map_deinit(&map);
}

Test(state_map, arrays_are_no_keys_yet)
{
    StateMap map;
    Err err = ERR_NONE;
    Type element = type_of(TYPE_INT), type = type_array(&element);
    cr_assert_eq(state_map_init(&map, &type, 1, 8, &err), FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_NOT_SUPPORTED);
}
