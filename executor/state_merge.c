/*
 * state_merge.c - adds up big parts of equal layout by all lanes at once; see state_map.h.
 *
 *      blocks of all  ──> lists by partition ──┬─> partition 0 ─┐
 *      (shared out)       (of the key's hash)  ├─> partition 1 ─┼─> one table
 *                                              └─> …           ─┘
 *
 * A new table is made for the slots of all.  A partition is a range of the
 * table's places, so of hashes: whoever works on it meets all slots with equal
 * keys, of any part, and nobody else writes there.  A slot whose probing
 * would run over the range's end waits until all are done; so do then all that
 * come after it by the same way, its like among them.
 *
 * No slot moves: a key that the first part has not is put into the table where
 * its slot lies, and the memory of the others goes over with it.
 */
#include "base/list.h"
#include "executor/state_inside.h"

#include <stdlib.h>

typedef struct Lists {
    StateSlots own, other, late_own, late_other; /* of one partition; late: wait for the end */
} Lists;

typedef struct Merge {
    const StateMerge *how;
    StateMap *map;
    StatePart *part;
    StateBlock **blocks; /* of the part, then of the others */
    size_t block_count, own_blocks;
    uint64_t *table;
    uint32_t mask;
    int lanes;
    Lists *lists;     /* [lane that filled them][partition] */
    uint32_t *common; /* slots of the others that had their like, by partition */
    StateSlot **free_slots;
    Arena *heaps;
} Merge;

static inline uint32_t home_of(const Merge *merge, const StateSlot *slot)
{
    return (uint32_t)slot->hash & merge->mask;
}

static inline int partition_of(const Merge *merge, const StateSlot *slot)
{
    return (int)((uint64_t)home_of(merge, slot) * (uint64_t)merge->lanes /
                 ((uint64_t)merge->mask + 1));
}

/* The first place behind the partition. */
static uint64_t partition_end(const Merge *merge, int partition)
{
    uint64_t size = (uint64_t)merge->mask + 1, lanes = (uint64_t)merge->lanes;
    return ((uint64_t)(partition + 1) * size + lanes - 1) / lanes;
}

/* ---- into partitions ---- */

static void list_share(void *context, int lane)
{
    Merge *merge = context;
    Lists *lists = merge->lists + (size_t)lane * (size_t)merge->lanes;
    size_t end = parallel_share(merge->block_count, merge->lanes, lane + 1);
    uint32_t bytes = merge->map->layout.slot_bytes;
    for (size_t b = parallel_share(merge->block_count, merge->lanes, lane); b < end; b++) {
        StateBlock *block = merge->blocks[b];
        bool own = b < merge->own_blocks;
        for (uint32_t at = 0; at + bytes <= block->used; at += bytes) {
            StateSlot *slot = (StateSlot *)(void *)(block->space + at);
            if (!(slot->flags & SLOT_LIVE) || slot->flags & SLOT_NULL_KEY)
                continue;
            Lists *to = &lists[partition_of(merge, slot)];
            state_slots_push(own ? &to->own : &to->other, slot);
        }
    }
}

/* ---- partitions into the table ---- */

/* Puts a slot that has no like there. */
static void place(const Merge *merge, uint64_t end, StateSlot *slot, StateSlots *late)
{
    for (uint64_t at = home_of(merge, slot); at < end; at++) {
        if (merge->table[at])
            continue;
        merge->table[at] = state_entry_make(slot->hash, slot);
        return;
    }
    state_slots_push(late, slot);
}

/* The slot's like, or itself when it was put there now; NULL: it has to wait. */
static StateSlot *find_or_place(const Merge *merge, uint64_t end, StateSlot *slot, StateSlots *late)
{
    const uint64_t *key = state_words(slot);
    for (uint64_t at = home_of(merge, slot); at < end; at++) {
        uint64_t entry = merge->table[at];
        if (!entry) {
            merge->table[at] = state_entry_make(slot->hash, slot);
            return slot;
        }
        if (state_entry_is(&merge->map->layout, entry, slot->hash, key))
            return state_entry_slot(entry);
    }
    state_slots_push(late, slot);
    return NULL;
}

typedef struct Pairs {
    StateSlot *into[BATCH_ROWS], *from[BATCH_ROWS];
    uint32_t count;
} Pairs;

static void add_pairs(Merge *merge, int partition, Pairs *pairs)
{
    if (pairs->count == 0)
        return;
    merge->how->add(merge->how->owner, pairs->into, pairs->from, pairs->count,
                    &merge->heaps[partition]);
    for (uint32_t i = 0; i < pairs->count; i++) {
        pairs->from[i]->flags = 0;
        pairs->from[i]->hash = (uint64_t)(uintptr_t)merge->free_slots[partition];
        merge->free_slots[partition] = pairs->from[i];
    }
    merge->common[partition] += pairs->count;
    pairs->count = 0;
}

static void add_pair(Merge *merge, int partition, Pairs *pairs, StateSlot *into, StateSlot *from)
{
    pairs->into[pairs->count] = into;
    pairs->from[pairs->count++] = from;
    if (pairs->count == BATCH_ROWS)
        add_pairs(merge, partition, pairs);
}

enum { AHEAD = 16 };

static void prefetch_ahead(const Merge *merge, const StateSlots *list, size_t i)
{
    if (i + 2 * AHEAD < list->count)
        __builtin_prefetch(list->at[i + 2 * AHEAD]);
    if (i + AHEAD < list->count)
        __builtin_prefetch(&merge->table[home_of(merge, list->at[i + AHEAD])]);
}

static void fill_partition(void *context, int partition)
{
    Merge *merge = context;
    uint64_t end = partition_end(merge, partition);
    size_t lanes = (size_t)merge->lanes;
    Lists *all = merge->lists + partition, *first = all;
    Pairs *pairs = mem_alloc(sizeof *pairs);
    pairs->count = 0;
    for (size_t lane = 0; lane < lanes; lane++) {
        const StateSlots *list = &all[lane * lanes].own;
        for (size_t i = 0; i < list->count; i++) {
            prefetch_ahead(merge, list, i);
            place(merge, end, list->at[i], &first->late_own);
        }
    }
    for (size_t lane = 0; lane < lanes; lane++) {
        const StateSlots *list = &all[lane * lanes].other;
        for (size_t i = 0; i < list->count; i++) {
            prefetch_ahead(merge, list, i);
            StateSlot *slot = find_or_place(merge, end, list->at[i], &first->late_other);
            if (slot && slot != list->at[i])
                add_pair(merge, partition, pairs, slot, list->at[i]);
        }
    }
    add_pairs(merge, partition, pairs);
    free(pairs);
}

/* ---- what is left, by one thread ---- */

/* Around the table's end too. */
static StateSlot *find_or_place_anywhere(const Merge *merge, StateSlot *slot)
{
    const uint64_t *key = state_words(slot);
    uint32_t at = home_of(merge, slot);
    for (; merge->table[at]; at = (at + 1) & merge->mask)
        if (state_entry_is(&merge->map->layout, merge->table[at], slot->hash, key))
            return state_entry_slot(merge->table[at]);
    merge->table[at] = state_entry_make(slot->hash, slot);
    return slot;
}

static void place_late(Merge *merge)
{
    Pairs *pairs = mem_alloc(sizeof *pairs);
    pairs->count = 0;
    for (int p = 0; p < merge->lanes; p++) {
        const StateSlots *own = &merge->lists[p].late_own, *other = &merge->lists[p].late_other;
        for (size_t i = 0; i < own->count; i++)
            (void)find_or_place_anywhere(merge, own->at[i]);
        for (size_t i = 0; i < other->count; i++) {
            StateSlot *slot = find_or_place_anywhere(merge, other->at[i]);
            if (slot != other->at[i])
                add_pair(merge, 0, pairs, slot, other->at[i]);
        }
    }
    for (int o = 0; o < merge->how->other_count; o++) {
        StateSlot *single = merge->how->others[o].part->single;
        if (single && merge->part->single)
            add_pair(merge, 0, pairs, merge->part->single, single);
        else if (single)
            merge->part->single = single;
    }
    add_pairs(merge, 0, pairs);
    free(pairs);
}

/* The other parts' memory, and what the lanes took and gave back. */
static void take_memory(Merge *merge)
{
    StatePart *part = merge->part;
    for (int o = 0; o < merge->how->other_count; o++) {
        StatePart *other = merge->how->others[o].part;
        state_take_memory(merge->map, part, merge->how->others[o].map, other);
        part->count += other->count;
        other->count = 0;
        other->single = NULL;
    }
    for (int p = 0; p < merge->lanes; p++) {
        part->count -= merge->common[p];
        arena_join(&part->heap, &merge->heaps[p]);
        state_give_back(part, merge->free_slots[p]);
    }
    merge->map->table_bytes += 8 * ((size_t)merge->mask + 1);
    part->table = merge->table;
    part->mask = merge->mask;
}

static void collect_blocks(Merge *merge)
{
    LIST(StateBlock *) blocks = {0};
    for (StateBlock *b = merge->part->blocks; b; b = b->next)
        list_push(&blocks, b);
    merge->own_blocks = blocks.count;
    for (int o = 0; o < merge->how->other_count; o++)
        for (StateBlock *b = merge->how->others[o].part->blocks; b; b = b->next)
            list_push(&blocks, b);
    merge->blocks = blocks.at;
    merge->block_count = blocks.count;
}

void state_part_merge(StateMap *map, StatePart *part, const StateMerge *how)
{
    int lanes = parallel_lanes(how->parallel);
    size_t count = (size_t)lanes;
    Merge merge = {.how = how, .map = map, .part = part, .lanes = lanes};
    uint64_t size = 4096, slots = part->count;
    /* Slots are found by their blocks from here on. */
    state_drop_table(map, part);
    for (int o = 0; o < how->other_count; o++) {
        state_drop_table(how->others[o].map, how->others[o].part);
        slots += how->others[o].part->count;
    }
    while (size < 2 * (slots + 1) && size <= UINT32_MAX)
        size *= 2;
    merge.mask = (uint32_t)(size - 1);
    merge.table = state_new_table(size);
    merge.lists = mem_zalloc(sizeof *merge.lists * count * count);
    merge.common = mem_zalloc(sizeof *merge.common * count);
    merge.free_slots = mem_zalloc(sizeof *merge.free_slots * count);
    merge.heaps = mem_zalloc(sizeof *merge.heaps * count);
    collect_blocks(&merge);
    parallel_run(how->parallel, list_share, &merge);
    parallel_run(how->parallel, fill_partition, &merge);
    place_late(&merge);
    take_memory(&merge);
    for (size_t i = 0; i < count * count; i++) {
        free(merge.lists[i].own.at);
        free(merge.lists[i].other.at);
        free(merge.lists[i].late_own.at);
        free(merge.lists[i].late_other.at);
    }
    free(merge.blocks);
    free(merge.lists);
    free(merge.common);
    free(merge.free_slots);
    free(merge.heaps);
}
