/*
 * state_sort.c - slots in the order of their keys; see state_map.h.
 *
 * What is sorted is 16 bytes a slot: the beginning of its first key column as a
 * number that orders as the key does, and the slot.  Only equal beginnings look
 * at the keys themselves.
 */
#include "executor/key_order.h"
#include "executor/state_map.h"

#include <stdlib.h>

typedef struct Entry {
    uint64_t prefix;
    StateSlot *slot;
} Entry;

static int compare_column(const StateLayout *layout, uint16_t key, const StateSlot *a,
                          const StateSlot *b)
{
    const uint64_t *x = state_words(a), *y = state_words(b);
    bool null_x, null_y;
    if (layout->kind == KEY_MANY) {
        null_x = bitmap_get(x, key);
        null_y = bitmap_get(y, key);
    } else {
        null_x = a->flags & SLOT_NULL_KEY;
        null_y = b->flags & SLOT_NULL_KEY;
    }
    if (null_x || null_y)
        return null_x - null_y;
    Type type = layout->types[key];
    if (type_physical(type) == PHYSICAL_I128) { /* the words are not aligned for it */
        i128 left, right;
        memcpy(&left, x + layout->word[key], sizeof left);
        memcpy(&right, y + layout->word[key], sizeof right);
        return (left > right) - (left < right);
    }
    return type_class(type)->compare(type, x + layout->word[key], y + layout->word[key]);
}

static int compare(const StateLayout *layout, const Entry *a, const Entry *b)
{
    if (a->prefix != b->prefix)
        return a->prefix < b->prefix ? -1 : 1;
    for (uint16_t k = 0; k < layout->key_count; k++) {
        int order = compare_column(layout, k, a->slot, b->slot);
        if (order)
            return order;
    }
    return 0;
}

/* Insertion into runs, then merging them back and forth. */
enum { RUN = 12 };

static void sort_run(const StateLayout *layout, Entry *entries, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        Entry entry = entries[i];
        uint32_t at = i;
        for (; at > 0 && compare(layout, &entry, &entries[at - 1]) < 0; at--)
            entries[at] = entries[at - 1];
        entries[at] = entry;
    }
}

static void merge_runs(const StateLayout *layout, const Entry *from, Entry *to, uint32_t middle,
                       uint32_t end)
{
    uint32_t a = 0, b = middle, out = 0;
    while (a < middle && b < end) {
        bool second = from[b].prefix != from[a].prefix ? from[b].prefix < from[a].prefix
                                                       : compare(layout, &from[b], &from[a]) < 0;
        to[out++] = second ? from[b] : from[a];
        b += second;
        a += !second;
    }
    while (a < middle)
        to[out++] = from[a++];
    while (b < end)
        to[out++] = from[b++];
}

void state_sort(const StateMap *map, StateSlot **slots, uint32_t count)
{
    const StateLayout *layout = &map->layout;
    if (count < 2 || layout->key_count == 0)
        return;
    Entry *entries = mem_alloc(2 * sizeof *entries * count), *spare = entries + count;
    Entry *memory = entries;
    for (uint32_t i = 0; i < count; i++) {
        bool is_null = layout->kind == KEY_MANY ? bitmap_get(state_words(slots[i]), 0)
                                                : (slots[i]->flags & SLOT_NULL_KEY) != 0;
        entries[i].slot = slots[i];
        entries[i].prefix = is_null ? UINT64_MAX
                                    : key_order_prefix(type_physical(layout->types[0]),
                                                       state_words(slots[i]) + layout->word[0]);
    }
    for (uint32_t at = 0; at < count; at += RUN)
        sort_run(layout, entries + at, count - at < RUN ? count - at : RUN);
    for (uint32_t width = RUN; width < count; width *= 2) {
        for (uint32_t at = 0; at < count; at += 2 * width) {
            uint32_t end = count - at < 2 * width ? count - at : 2 * width;
            merge_runs(layout, entries + at, spare + at, end < width ? end : width, end);
        }
        Entry *swap = entries;
        entries = spare;
        spare = swap;
    }
    for (uint32_t i = 0; i < count; i++)
        slots[i] = entries[i].slot;
    free(memory);
}
