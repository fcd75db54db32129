/* state_map.c - memory and parts of StateMap; see state_map.h. */
#include "executor/state_inside.h"

#include <stdlib.h>

enum {
    SMALLEST_BLOCK = 1024, /* class 0, its head included; each class doubles */
    KEPT_FREE_BYTES = 4 << 20
};

/* ---- layout ---- */

Status state_map_init(StateMap *map, const Type *key_types, uint16_t key_count,
                      uint32_t payload_bytes, Err *err)
{
    *map = (StateMap){0};
    arena_init(&map->arena);
    StateLayout *layout = &map->layout;
    layout->key_count = key_count;
    layout->types = ARENA_ARRAY(&map->arena, Type, key_count);
    layout->columns = ARENA_ARRAY(&map->arena, StateKeyColumn, key_count);
    layout->kind = KEY_MANY;
    if (key_count == 0)
        layout->kind = KEY_NONE;
    else if (key_count == 1 && type_size(key_types[0]) <= 8)
        layout->kind = KEY_WORD;
    else if (key_count == 1 && type_physical(key_types[0]) == PHYSICAL_VIEW)
        layout->kind = KEY_TEXT;
    if (layout->kind == KEY_MANY)
        layout->null_words = (uint16_t)((key_count + 63) / 64);
    layout->key_words = layout->null_words;
    for (uint16_t k = 0; k < key_count; k++) {
        PhysicalClass physical = type_physical(key_types[k]);
        if (physical == PHYSICAL_LIST || physical == PHYSICAL_STRUCT) {
            arena_deinit(&map->arena);
            return err_set(err, SQLSTATE_NOT_SUPPORTED, -1, "keys of type %s are not supported yet",
                           physical == PHYSICAL_LIST ? "ARRAY" : "ROW");
        }
        layout->types[k] = key_types[k];
        layout->columns[k] = (StateKeyColumn){.word = layout->key_words,
                                              .word_count = type_size(key_types[k]) > 8 ? 2 : 1,
                                              .is_text = physical == PHYSICAL_VIEW};
        layout->key_words = (uint16_t)(layout->key_words + layout->columns[k].word_count);
        layout->has_text |= physical == PHYSICAL_VIEW;
    }
    uint32_t bytes = (uint32_t)sizeof(StateSlot) + 8u * layout->key_words;
    layout->payload_at = (bytes + 15) & ~15u;
    layout->slot_bytes = (layout->payload_at + payload_bytes + 15) & ~15u;
    return OK;
}

/* ---- memory ---- */

static uint32_t class_bytes(uint32_t class)
{
    return ((uint32_t)SMALLEST_BLOCK << class) - (uint32_t)sizeof(StateBlock);
}

static uint32_t block_class(uint32_t bytes)
{
    uint32_t class = 0;
    while (class + 1 < STATE_BLOCK_CLASSES && class_bytes(class) < bytes)
        class ++;
    return class;
}

/* The next block of a part: twice the last one, up to the largest class. */
static void add_block(StateMap *map, StatePart *part)
{
    uint32_t wanted = part->blocks ? 2 * part->blocks->bytes : SMALLEST_BLOCK;
    if (wanted < 4 * map->layout.slot_bytes)
        wanted = 4 * map->layout.slot_bytes;
    uint32_t class = block_class(wanted);
    uint32_t bytes = class_bytes(class);
    StateBlock *block = NULL;
    if (bytes < map->layout.slot_bytes) {
        bytes = map->layout.slot_bytes; /* of no class: never kept for reuse */
    } else if ((block = map->free_blocks[class])) {
        map->free_blocks[class] = block->next;
        map->free_bytes -= bytes;
    }
    if (!block)
        block = mem_alloc_wide(sizeof *block + bytes);
    block->bytes = bytes;
    block->used = 0;
    block->next = part->blocks;
    part->blocks = block;
    map->block_bytes += bytes;
}

static void free_block(StateMap *map, StateBlock *block)
{
    uint32_t class = block_class(block->bytes);
    map->block_bytes -= block->bytes;
    if (block->bytes != class_bytes(class) || map->free_bytes + block->bytes > KEPT_FREE_BYTES) {
        free(block);
        return;
    }
    block->next = map->free_blocks[class];
    map->free_blocks[class] = block;
    map->free_bytes += block->bytes;
}

StateSlot *state_new_slot(StateMap *map, StatePart *part, uint64_t hash)
{
    uint32_t bytes = map->layout.slot_bytes;
    StateSlot *slot = part->free_slots;
    if (slot) {
        part->free_slots = (StateSlot *)(uintptr_t)slot->hash;
    } else {
        if (!part->blocks || part->blocks->bytes - part->blocks->used < bytes)
            add_block(map, part);
        slot = (StateSlot *)(void *)(part->blocks->space + part->blocks->used);
        part->blocks->used += bytes;
    }
    memset(slot, 0, bytes);
    slot->hash = hash;
    slot->flags = SLOT_LIVE;
    part->count++;
    return slot;
}

void state_slots_push(StateSlots *list, StateSlot *slot)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 16;
        list->at = mem_realloc(list->at, list->capacity * sizeof *list->at);
    }
    list->at[list->count++] = slot;
}

void state_drop_table(StateMap *map, StatePart *part)
{
    if (part->table)
        map->table_bytes -= 8 * ((size_t)part->mask + 1);
    free(part->table);
    part->table = NULL;
    part->mask = 0;
}

static void free_part(StateMap *map, StatePart *part)
{
    for (StateBlock *block = part->blocks, *next; block; block = next) {
        next = block->next;
        free_block(map, block);
    }
    state_drop_table(map, part);
    free(part->touched.at);
    free(part->dirty.at);
    arena_deinit(&part->heap);
    free(part);
}

void state_map_deinit(StateMap *map)
{
    for (uint32_t p = 0; p < map->part_count; p++)
        free_part(map, map->parts[p]);
    free(map->parts);
    for (int class = 0; class < STATE_BLOCK_CLASSES; class ++)
        for (StateBlock *block = map->free_blocks[class], *next; block; block = next) {
            next = block->next;
            free(block);
        }
    arena_deinit(&map->arena);
    *map = (StateMap){0};
}

int64_t state_map_rows(const StateMap *map)
{
    int64_t rows = 0;
    for (uint32_t p = 0; p < map->part_count; p++)
        rows += map->parts[p]->count;
    return rows;
}

int64_t state_map_bytes(const StateMap *map)
{
    size_t bytes = map->block_bytes + map->free_bytes + map->table_bytes;
    for (uint32_t p = 0; p < map->part_count; p++)
        bytes += sizeof *map->parts[p] + map->parts[p]->heap.taken;
    return (int64_t)bytes;
}

/* ---- parts ---- */

static bool part_is_before(const StatePart *part, int64_t end, int64_t start)
{
    return part->end < end || (part->end == end && part->start < start);
}

/* The first part that is not before (end, start). */
static uint32_t find_part(const StateMap *map, int64_t end, int64_t start)
{
    uint32_t low = 0, high = map->part_count;
    /* Time mostly moves on: look at the end first. */
    if (high > 0 && part_is_before(map->parts[high - 1], end, start))
        return high;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (part_is_before(map->parts[middle], end, start))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool part_is(const StateMap *map, uint32_t at, int64_t end, int64_t start)
{
    return at < map->part_count && map->parts[at]->end == end && map->parts[at]->start == start;
}

static void insert_part(StateMap *map, uint32_t at, StatePart *part)
{
    if (map->part_count == map->part_capacity) {
        map->part_capacity = map->part_capacity ? 2 * map->part_capacity : 4;
        map->parts = mem_realloc(map->parts, map->part_capacity * sizeof(StatePart *));
    }
    memmove(map->parts + at + 1, map->parts + at, (map->part_count - at) * sizeof(StatePart *));
    map->parts[at] = part;
    map->part_count++;
    map->last_part = at;
}

StatePart *state_map_part(StateMap *map, int64_t end, int64_t start)
{
    if (part_is(map, map->last_part, end, start))
        return map->parts[map->last_part];
    uint32_t at = find_part(map, end, start);
    if (!part_is(map, at, end, start)) {
        StatePart *part = mem_zalloc(sizeof *part);
        part->end = end;
        part->start = start;
        arena_init(&part->heap);
        insert_part(map, at, part);
    }
    map->last_part = at;
    return map->parts[at];
}

static void remove_parts(StateMap *map, uint32_t at, uint32_t count)
{
    map->part_count -= count;
    memmove(map->parts + at, map->parts + at + count, (map->part_count - at) * sizeof(StatePart *));
    map->last_part = 0;
}

void state_map_drop(StateMap *map, uint32_t count)
{
    for (uint32_t p = 0; p < count; p++)
        free_part(map, map->parts[p]);
    if (count)
        remove_parts(map, 0, count);
}

static size_t block_bytes(const StatePart *part)
{
    size_t bytes = 0;
    for (const StateBlock *block = part->blocks; block; block = block->next)
        bytes += block->bytes;
    return bytes;
}

bool state_map_steal(StateMap *map, StateMap *from, uint32_t index)
{
    StatePart *part = from->parts[index];
    uint32_t at = find_part(map, part->end, part->start);
    if (part_is(map, at, part->end, part->start))
        return false;
    size_t bytes = block_bytes(part), table = part->table ? 8 * ((size_t)part->mask + 1) : 0;
    from->block_bytes -= bytes;
    map->block_bytes += bytes;
    from->table_bytes -= table;
    map->table_bytes += table;
    remove_parts(from, index, 1);
    insert_part(map, at, part);
    return true;
}

void state_give_back(StatePart *part, StateSlot *list)
{
    for (StateSlot *slot = list, *next; slot; slot = next) {
        next = (StateSlot *)(uintptr_t)slot->hash;
        slot->hash = (uint64_t)(uintptr_t)part->free_slots;
        part->free_slots = slot;
    }
}

size_t state_part_free(const StateMap *map, const StatePart *part)
{
    size_t used = 0;
    for (const StateBlock *block = part->blocks; block; block = block->next)
        used += block->used;
    return used / map->layout.slot_bytes - part->count;
}

void state_take_memory(StateMap *map, StatePart *part, StateMap *from, StatePart *other)
{
    size_t bytes = block_bytes(other);
    from->block_bytes -= bytes;
    map->block_bytes += bytes;
    StateBlock **end = &part->blocks; /* the part's first block is the one that has room */
    while (*end)
        end = &(*end)->next;
    *end = other->blocks;
    other->blocks = NULL;
    state_give_back(part, other->free_slots);
    other->free_slots = NULL;
    arena_join(&part->heap, &other->heap);
}

/* ---- all slots ---- */

void state_part_list(const StateMap *map, const StatePart *part, StateSlot **slots)
{
    uint32_t bytes = map->layout.slot_bytes;
    for (StateBlock *block = part->blocks; block; block = block->next)
        for (uint32_t at = 0; at + bytes <= block->used; at += bytes) {
            StateSlot *slot = (StateSlot *)(void *)(block->space + at);
            if (slot->flags & SLOT_LIVE)
                *slots++ = slot;
        }
}
