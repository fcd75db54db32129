/* state_sort.c - slots in the order of their keys; see state_map.h. */
#include "executor/key_sort.h"
#include "executor/state_map.h"

#include <stdlib.h>

static const StateSlot *slot_of(uint64_t row)
{
    return (const StateSlot *)(uintptr_t)row;
}

static bool key_is_null(const StateLayout *layout, uint16_t key, const StateSlot *slot)
{
    return layout->kind == KEY_MANY ? bitmap_get(state_words(slot), key)
                                    : (slot->flags & SLOT_NULL_KEY) != 0;
}

static void values(const void *context, uint16_t column, const KeyItem *items, uint32_t count,
                   const void **values)
{
    const StateLayout *layout = context;
    /* Slots lie anywhere: all at once on their way to the cache. */
    for (uint32_t i = 0; i < count; i++)
        __builtin_prefetch(state_words(slot_of(items[i].row)));
    for (uint32_t i = 0; i < count; i++) {
        const StateSlot *slot = slot_of(items[i].row);
        values[i] = key_is_null(layout, column, slot)
                        ? NULL
                        : state_words(slot) + layout->columns[column].word;
    }
}

static int compare(const void *context, uint16_t key, uint64_t row, uint64_t other)
{
    const StateLayout *layout = context;
    const StateSlot *a = slot_of(row), *b = slot_of(other);
    bool null_a = key_is_null(layout, key, a), null_b = key_is_null(layout, key, b);
    if (null_a || null_b)
        return null_a - null_b;
    const uint64_t *x = state_words(a) + layout->columns[key].word;
    const uint64_t *y = state_words(b) + layout->columns[key].word;
    Type type = layout->types[key];
    if (type_physical(type) == PHYSICAL_I128) { /* the words are not aligned for it */
        i128 left, right;
        memcpy(&left, x, sizeof left);
        memcpy(&right, y, sizeof right);
        return (left > right) - (left < right);
    }
    return type_class(type)->compare(type, x, y);
}

void state_sort(const StateMap *map, StateSlot **slots, uint32_t count, const Parallel *parallel)
{
    const StateLayout *layout = &map->layout;
    if (count < 2 || layout->key_count == 0)
        return;
    KeyColumn *columns = mem_zalloc(sizeof *columns * layout->key_count);
    for (uint16_t k = 0; k < layout->key_count; k++)
        columns[k].physical = type_physical(layout->types[k]);
    KeyItem *items = mem_alloc_wide(sizeof *items * count);
    for (uint32_t i = 0; i < count; i++)
        items[i].row = (uintptr_t)slots[i];
    KeySort sort = {.columns = columns,
                    .column_count = layout->key_count,
                    .context = layout,
                    .values = values,
                    .compare = compare,
                    .parallel = parallel};
    key_sort(&sort, items, count);
    for (uint32_t i = 0; i < count; i++)
        slots[i] = (StateSlot *)(uintptr_t)items[i].row;
    free(items);
    free(columns);
}
