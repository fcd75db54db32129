#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include "exec_util.h"
#include "executor/state_map.h"

/* Two maps over numbers 0…; payload: a sum. Number n stands for a key of the map's type. */
enum { BATCH = 500 };

typedef struct Keyed {
    StateMap map;
    StatePart *part;
    Type type;
    Arena arena;
} Keyed;

static void open_map(Keyed *keyed, Type type, bool twice)
{
    Err err = ERR_NONE;
    Type types[] = {type, type};
    keyed->type = type;
    arena_init(&keyed->arena);
    cr_assert_eq(state_map_init(&keyed->map, types, twice ? 2 : 1, 8, &err), OK);
    keyed->part = state_map_part(&keyed->map, 0, 0);
}

static void close_map(Keyed *keyed)
{
    state_map_deinit(&keyed->map);
    arena_deinit(&keyed->arena);
}

/* Number 0 is NULL. */
static Value key_of(Keyed *keyed, int64_t number)
{
    if (number == 0)
        return value_null(keyed->type);
    if (keyed->type.id == TYPE_VARCHAR)
        return v_text(&keyed->arena,
                      arena_printf(&keyed->arena,
                                   number % 3 ? "%ld" : "a long text that ends in %ld",
                                   (long)number));
    return (Value){.type = keyed->type, .as.integer = number};
}

/* Adds `amount` to the keys of numbers first, first + step, … */
static void add_numbers(Keyed *keyed, int64_t first, int64_t step, int count, int64_t amount)
{
    for (int done = 0; done < count; done += BATCH) {
        uint32_t rows = (uint32_t)(count - done < BATCH ? count - done : BATCH);
        Vector col;
        const Vector *cols[] = {&col, &col};
        vector_make(&col, &keyed->arena, keyed->type, rows, true);
        for (uint32_t i = 0; i < rows; i++) {
            Value key = key_of(keyed, first + (done + (int64_t)i) * step);
            vector_set_value(&col, &keyed->arena, i, rows, &key);
        }
        StateKeys keys;
        StateSlot *slots[BATCH];
        state_keys_make(&keyed->map, cols, rows, NULL, rows, &keyed->arena, &keys);
        state_part_upsert(&keyed->map, keyed->part, &keys, NULL, rows, slots);
        for (uint32_t i = 0; i < rows; i++)
            *(int64_t *)(void *)state_payload(&keyed->map, slots[i]) += amount;
        arena_reset(&keyed->arena);
    }
}

static void add_payloads(void *owner, StateSlot *const *into, StateSlot *const *from,
                         uint32_t count, Arena *heap)
{
    const StateMap *map = owner;
    for (uint32_t i = 0; i < count; i++)
        *(int64_t *)(void *)state_payload(map, into[i]) +=
            *(int64_t *)(void *)state_payload(map, from[i]);
    (void)arena_alloc(heap, count);
}

/* `rows` slots; those of all numbers below `total` sum up to `sum`, found by key. */
static void check(Keyed *keyed, uint32_t rows, int total, int64_t sum)
{
    cr_assert_eq(keyed->part->count, rows);
    StateSlot **slots = calloc(rows, sizeof *slots);
    state_part_list(&keyed->map, keyed->part, slots);
    int64_t listed = 0, found = 0;
    for (uint32_t i = 0; i < rows; i++)
        listed += *(int64_t *)(void *)state_payload(&keyed->map, slots[i]);
    cr_assert_eq(listed, sum);
    StateSlot **again = calloc(rows, sizeof *slots);
    state_part_upsert_slots(&keyed->map, keyed->part, slots, rows, again);
    for (uint32_t i = 0; i < rows; i++) {
        cr_assert_eq(again[i], slots[i]);
        found += *(int64_t *)(void *)state_payload(&keyed->map, again[i]);
    }
    cr_assert_eq(found, sum);
    add_numbers(keyed, 0, 1, total, 1); /* all are there: none is made */
    cr_assert_eq(keyed->part->count, rows);
    free(slots);
    free(again);
}

/* Leaves free slots among the others. */
static void remove_some(Keyed *keyed)
{
    enum { GONE = 300 };
    Vector col;
    const Vector *cols[] = {&col, &col};
    vector_make(&col, &keyed->arena, keyed->type, GONE, true);
    for (uint32_t k = 0; k < GONE; k++) {
        Value key = key_of(keyed, -1000 - (int64_t)k);
        vector_set_value(&col, &keyed->arena, k, GONE, &key);
    }
    StateKeys keys;
    StateSlot *slots[GONE];
    state_keys_make(&keyed->map, cols, GONE, NULL, GONE, &keyed->arena, &keys);
    state_part_upsert(&keyed->map, keyed->part, &keys, NULL, GONE, slots);
    for (uint32_t k = 0; k < GONE; k++)
        state_part_remove(&keyed->map, keyed->part, slots[k]);
    arena_reset(&keyed->arena);
}

enum { OTHERS = 3, OTHER_ROWS = 30000 };

/* The first one has numbers 0…own_count-1; another one OTHER_ROWS numbers a step apart, which begin
 * `shift` behind those of the one before it. */
static void merge_all(Type type, bool twice, int lanes, int own_count, int step, int shift)
{
    Keyed own, others[OTHERS];
    StateOther parts[OTHERS];
    bool *is_there = calloc((size_t)(own_count + OTHERS * shift + OTHER_ROWS * step), 1);
    uint32_t rows = (uint32_t)own_count, common = 0;
    open_map(&own, type, twice);
    add_numbers(&own, 0, 1, own_count, 1);
    remove_some(&own);
    memset(is_there, true, (size_t)own_count);
    for (int o = 0; o < OTHERS; o++) {
        open_map(&others[o], type, twice);
        add_numbers(&others[o], o * shift, step, OTHER_ROWS, 1000);
        add_numbers(&others[o], o * shift, step, OTHER_ROWS, 1000);
        remove_some(&others[o]);
        parts[o] = (StateOther){&others[o].map, others[o].part};
        for (int i = 0; i < OTHER_ROWS; i++) {
            bool *here = &is_there[o * shift + i * step];
            rows += !*here;
            common += *here;
            *here = true;
        }
    }
    free(is_there);
    size_t removed = state_part_free(&own.map, own.part);
    for (int o = 0; o < OTHERS; o++)
        removed += state_part_free(&others[o].map, others[o].part);
    Parallel parallel = exec_threads(lanes);
    StateMerge how = {parts, OTHERS, &parallel, add_payloads, &own.map};
    state_part_merge(&own.map, own.part, &how);
    cr_assert_eq(state_part_free(&own.map, own.part), removed + common);
    for (int o = 0; o < OTHERS; o++) {
        cr_assert_eq(others[o].part->count, 0);
        state_map_drop(&others[o].map, 1);
        cr_assert_eq(others[o].map.block_bytes, 0);
        cr_assert_eq(others[o].map.table_bytes, 0);
        close_map(&others[o]);
    }
    check(&own, rows, own_count, own_count + OTHERS * 2000 * (int64_t)OTHER_ROWS);
    /* What was removed, or was in several, is used again. */
    int64_t bytes = state_map_bytes(&own.map);
    add_numbers(&own, -400, 1, 300, 1);
    cr_assert(type.id == TYPE_VARCHAR || state_map_bytes(&own.map) == bytes);
    state_map_drop(&own.map, 1);
    cr_assert_eq(own.map.block_bytes, 0);
    cr_assert_eq(own.map.table_bytes, 0);
    close_map(&own);
}

Test(state_merge, big_parts_by_any_number_of_lanes)
{
    for (int lanes = 1; lanes <= 5; lanes++) {
        merge_all(type_of(TYPE_BIGINT), false, lanes, 40000, 2, 1);
        merge_all(type_varchar(0), false, lanes, 20000, 3, 0);
        merge_all(type_varchar(0), true, lanes, 20000, 1, 0);
        merge_all(type_of(TYPE_INT), true, lanes, 100, 1, 10000);
    }
}

Test(state_merge, nothing_in_common_or_nothing_there)
{
    merge_all(type_of(TYPE_BIGINT), false, 3, 0, 1, OTHER_ROWS);
    merge_all(type_varchar(0), true, 2, 1, 2, OTHER_ROWS);
}
