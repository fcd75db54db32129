/*
 * state_sort.c - slots in the order of their keys; see state_map.h.
 *
 * What is sorted is 16 bytes a slot: the beginning of its first key column as a
 * number that orders as the key does, and the slot.  Many are sorted by the
 * bytes of that number; only equal beginnings look at the keys themselves.
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
        memcpy(&left, x + layout->columns[key].word, sizeof left);
        memcpy(&right, y + layout->columns[key].word, sizeof right);
        return (left > right) - (left < right);
    }
    return type_class(type)->compare(type, x + layout->columns[key].word,
                                     y + layout->columns[key].word);
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
enum { RUN = 12, RADIX_COUNT = 128 };

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

static void merge_sort(const StateLayout *layout, Entry *entries, Entry *spare, uint32_t count)
{
    Entry *from = entries, *to = spare;
    for (uint32_t at = 0; at < count; at += RUN)
        sort_run(layout, entries + at, count - at < RUN ? count - at : RUN);
    for (uint32_t width = RUN; width < count; width *= 2) {
        for (uint32_t at = 0; at < count; at += 2 * width) {
            uint32_t end = count - at < 2 * width ? count - at : 2 * width;
            merge_runs(layout, from + at, to + at, end < width ? end : width, end);
        }
        Entry *swap = from;
        from = to;
        to = swap;
    }
    if (from != entries)
        memcpy(entries, from, sizeof *entries * count);
}

/* Slots with equal prefixes stand side by side: each such run is sorted by its keys. */
static void sort_equals(const StateLayout *layout, Entry *entries, Entry *spare, uint32_t count)
{
    for (uint32_t from = 0, end; from < count; from = end) {
        for (end = from + 1; end < count && entries[end].prefix == entries[from].prefix; end++)
            ;
        if (end - from > 1)
            merge_sort(layout, entries + from, spare + from, end - from);
    }
}

/* By the prefix, from the lowest byte on; bytes that are the same in all are left out. */
static void radix_sort(Entry *entries, Entry *spare, uint32_t count)
{
    uint64_t all = ~0ull, any = 0;
    Entry *from = entries, *to = spare;
    for (uint32_t i = 0; i < count; i++) {
        all &= entries[i].prefix;
        any |= entries[i].prefix;
    }
    for (int shift = 0; shift < 64; shift += 8) {
        if (((all ^ any) >> shift & 0xFF) == 0)
            continue;
        uint32_t places[256] = {0}, sum = 0;
        for (uint32_t i = 0; i < count; i++)
            places[from[i].prefix >> shift & 0xFF]++;
        for (int b = 0; b < 256; b++) {
            uint32_t here = places[b];
            places[b] = sum;
            sum += here;
        }
        for (uint32_t i = 0; i < count; i++)
            to[places[from[i].prefix >> shift & 0xFF]++] = from[i];
        Entry *swap = from;
        from = to;
        to = swap;
    }
    if (from != entries)
        memcpy(entries, from, sizeof *entries * count);
}

void state_sort(const StateMap *map, StateSlot **slots, uint32_t count)
{
    const StateLayout *layout = &map->layout;
    if (count < 2 || layout->key_count == 0)
        return;
    Entry *entries = mem_alloc(2 * sizeof *entries * count), *spare = entries + count;
    for (uint32_t i = 0; i < count; i++) {
        bool is_null = layout->kind == KEY_MANY ? bitmap_get(state_words(slots[i]), 0)
                                                : (slots[i]->flags & SLOT_NULL_KEY) != 0;
        entries[i].slot = slots[i];
        entries[i].prefix = is_null
                                ? UINT64_MAX
                                : key_order_prefix(type_physical(layout->types[0]),
                                                   state_words(slots[i]) + layout->columns[0].word);
    }
    if (count < RADIX_COUNT) {
        merge_sort(layout, entries, spare, count);
    } else {
        radix_sort(entries, spare, count);
        sort_equals(layout, entries, spare, count);
    }
    for (uint32_t i = 0; i < count; i++)
        slots[i] = entries[i].slot;
    free(entries);
}
