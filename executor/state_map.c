/* state_map.c - memory, parts and look-up of StateMap; see state_map.h. */
#include "executor/state_hash.h"
#include "executor/state_map.h"

#include <stdlib.h>

enum {
    SMALLEST_BLOCK = 1024, /* class 0; each class doubles */
    FIRST_TABLE = 16,
    KEPT_FREE_BYTES = 4 << 20,
    PREFETCH_TABLE = 4096, /* entries from which on a table is not expected in the nearest cache */
    PREFETCH_ROWS = 64
};
#define TAG_SHIFT 48
#define SLOT_MASK ((1ull << TAG_SHIFT) - 1)

struct StateBlock {
    StateBlock *next;
    uint32_t bytes, used; /* of the space */
    _Alignas(16) uint8_t space[];
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

static uint32_t block_class(uint32_t bytes)
{
    uint32_t class = 0;
    while (class + 1 < STATE_BLOCK_CLASSES && ((uint32_t)SMALLEST_BLOCK << class) < bytes)
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
    uint32_t bytes = (uint32_t)SMALLEST_BLOCK << class;
    StateBlock *block = NULL;
    if (bytes < map->layout.slot_bytes) {
        bytes = map->layout.slot_bytes; /* of no class: never kept for reuse */
    } else if ((block = map->free_blocks[class])) {
        map->free_blocks[class] = block->next;
        map->free_bytes -= bytes;
    }
    if (!block)
        block = mem_alloc(sizeof *block + bytes);
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
    if (block->bytes != (uint32_t)SMALLEST_BLOCK << class ||
        map->free_bytes + block->bytes > KEPT_FREE_BYTES) {
        free(block);
        return;
    }
    block->next = map->free_blocks[class];
    map->free_blocks[class] = block;
    map->free_bytes += block->bytes;
}

static StateSlot *new_slot(StateMap *map, StatePart *part, uint64_t hash)
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

static void free_part(StateMap *map, StatePart *part)
{
    for (StateBlock *block = part->blocks, *next; block; block = next) {
        next = block->next;
        free_block(map, block);
    }
    if (part->table)
        map->table_bytes -= 8 * (size_t)(part->mask + 1);
    free(part->table);
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

bool state_map_steal(StateMap *map, StateMap *from, uint32_t index)
{
    StatePart *part = from->parts[index];
    uint32_t at = find_part(map, part->end, part->start);
    if (part_is(map, at, part->end, part->start))
        return false;
    size_t bytes = 0, table = part->table ? 8 * (size_t)(part->mask + 1) : 0;
    for (const StateBlock *block = part->blocks; block; block = block->next)
        bytes += block->bytes;
    from->block_bytes -= bytes;
    map->block_bytes += bytes;
    from->table_bytes -= table;
    map->table_bytes += table;
    remove_parts(from, index, 1);
    insert_part(map, at, part);
    return true;
}

/* ---- the table ---- */

static inline uint64_t entry_make(uint64_t hash, const StateSlot *slot)
{
    return (hash >> TAG_SHIFT) << TAG_SHIFT | (uint64_t)(uintptr_t)slot;
}

static inline StateSlot *entry_slot(uint64_t entry)
{
    return (StateSlot *)(uintptr_t)(entry & SLOT_MASK);
}

static void grow_table(StateMap *map, StatePart *part)
{
    size_t old = part->table ? (size_t)part->mask + 1 : 0;
    size_t size = old ? (old < 4096 ? 4 * old : 2 * old) : FIRST_TABLE;
    uint64_t *table = mem_zalloc(size * sizeof *table);
    uint32_t mask = (uint32_t)(size - 1);
    for (size_t i = 0; i < old; i++) {
        if (!part->table[i])
            continue;
        uint32_t at = (uint32_t)entry_slot(part->table[i])->hash & mask;
        while (table[at])
            at = (at + 1) & mask;
        table[at] = part->table[i];
    }
    free(part->table);
    part->table = table;
    part->mask = mask;
    map->table_bytes += 8 * (size - old);
}

/* Half full at most, so that probes stay short. */
static inline bool table_is_full(const StatePart *part)
{
    return 2 * (part->count + 1) > part->mask;
}

static void own_texts(StateMap *map, StatePart *part, uint64_t *words)
{
    for (uint16_t k = 0; k < map->layout.key_count; k++) {
        if (!map->layout.columns[k].is_text)
            continue;
        Text text;
        memcpy(&text, words + map->layout.columns[k].word, sizeof text);
        if (text.length > TEXT_INLINE_BYTES) {
            text = text_make_copy(&part->heap, text.data, text.length);
            memcpy(words + map->layout.columns[k].word, &text, sizeof text);
        }
    }
}

static StateSlot *insert(StateMap *map, StatePart *part, uint64_t hash, const uint64_t *key)
{
    if (table_is_full(part))
        grow_table(map, part);
    StateSlot *slot = new_slot(map, part, hash);
    uint64_t *words = (uint64_t *)(void *)(slot + 1);
    memcpy(words, key, 8u * map->layout.key_words);
    if (map->layout.has_text)
        own_texts(map, part, words);
    uint32_t at = (uint32_t)hash & part->mask;
    while (part->table[at])
        at = (at + 1) & part->mask;
    part->table[at] = entry_make(hash, slot);
    return slot;
}

static StateSlot *single_slot(StateMap *map, StatePart *part)
{
    if (!part->single) {
        part->single = new_slot(map, part, 0);
        if (map->layout.kind != KEY_NONE)
            part->single->flags |= SLOT_NULL_KEY;
    }
    return part->single;
}

static inline bool text_words_equal(const uint64_t *a, const uint64_t *b)
{
    if (a[0] != b[0])
        return false;
    if (a[1] == b[1])
        return true;
    uint32_t length = (uint32_t)a[0];
    return length > TEXT_INLINE_BYTES &&
           memcmp((const char *)(uintptr_t)a[1], (const char *)(uintptr_t)b[1], length) == 0;
}

static bool many_equal_texts(const StateLayout *layout, const uint64_t *a, const uint64_t *b)
{
    for (uint32_t w = 0; w < layout->null_words; w++)
        if (a[w] != b[w])
            return false;
    for (uint16_t k = 0; k < layout->key_count; k++) {
        const StateKeyColumn *column = &layout->columns[k];
        uint32_t w = column->word, last = w + column->word_count - 1u;
        if (column->is_text ? !text_words_equal(a + w, b + w) : a[w] != b[w] || a[last] != b[last])
            return false;
    }
    return true;
}

static inline bool many_equal(const StateLayout *layout, const uint64_t *a, const uint64_t *b)
{
    uint64_t differ = 0;
    for (uint32_t w = 0; w < layout->key_words; w++)
        differ |= a[w] ^ b[w];
    return differ == 0 || (layout->has_text && many_equal_texts(layout, a, b));
}

static inline __attribute__((always_inline)) bool
key_equal(const StateLayout *layout, StateKeyKind kind, const StateSlot *slot, const uint64_t *key)
{
    const uint64_t *words = state_words(slot);
    if (kind == KEY_WORD)
        return words[0] == key[0];
    if (kind == KEY_TEXT)
        return text_words_equal(words, key);
    return many_equal(layout, words, key);
}

/* What stands at the key's first place is another one's, or nothing. */
static __attribute__((noinline)) StateSlot *upsert_slowly(StateMap *map, StatePart *part,
                                                          uint64_t hash, const uint64_t *key)
{
    const StateLayout *layout = &map->layout;
    for (uint32_t at = (uint32_t)hash & part->mask; part->table[at]; at = (at + 1) & part->mask) {
        uint64_t entry = part->table[at];
        if ((entry ^ hash) >> TAG_SHIFT == 0 &&
            key_equal(layout, (StateKeyKind)layout->kind, entry_slot(entry), key))
            return entry_slot(entry);
    }
    return insert(map, part, hash, key);
}

/* No hash has a tag of 0, so an empty entry never looks like the one wanted. */
static inline __attribute__((always_inline)) StateSlot *
upsert(StateMap *map, StatePart *part, StateKeyKind kind, uint64_t hash, const uint64_t *key)
{
    uint64_t entry = part->table[(uint32_t)hash & part->mask];
    StateSlot *slot = entry_slot(entry);
    if (__builtin_expect((entry ^ hash) >> TAG_SHIFT == 0 && key_equal(&map->layout, kind, slot, key),
                         1))
        return slot;
    return upsert_slowly(map, part, hash, key);
}

static inline __attribute__((always_inline)) uint64_t
hash_of(StateKeyKind kind, const StateKeys *keys, uint32_t row, const uint64_t *key)
{
    if (kind == KEY_WORD)
        return state_hash_word(key);
    if (kind == KEY_TEXT)
        return state_hash_text(key);
    return keys->hashes[row];
}

/* Rows from…end-1 of sel. In a big table what they will look at is fetched beforehand, all at once. */
static inline __attribute__((always_inline)) void
upsert_some(StateMap *map, StatePart *part, StateKeyKind kind, const StateKeys *keys,
            const uint16_t *sel, uint32_t from, uint32_t end, StateSlot **slots)
{
    const uint32_t stride = kind == KEY_WORD ? 1 : kind == KEY_TEXT ? 2 : map->layout.key_words;
    uint64_t hashes[PREFETCH_ROWS];
    for (uint32_t i = from; i < end; i++) {
        uint32_t row = sel ? sel[i] : i;
        hashes[i - from] = hash_of(kind, keys, row, keys->words + (size_t)row * stride);
        __builtin_prefetch(&part->table[(uint32_t)hashes[i - from] & part->mask]);
    }
    for (uint32_t i = from; i < end; i++)
        __builtin_prefetch(entry_slot(part->table[(uint32_t)hashes[i - from] & part->mask]));
    for (uint32_t i = from; i < end; i++) {
        uint32_t row = sel ? sel[i] : i;
        slots[i] = upsert(map, part, kind, hashes[i - from], keys->words + (size_t)row * stride);
    }
}

static inline __attribute__((always_inline)) void
upsert_rows(StateMap *map, StatePart *part, StateKeyKind kind, const StateKeys *keys,
            const uint16_t *sel, uint32_t count, StateSlot **slots)
{
    const uint32_t stride = kind == KEY_WORD ? 1 : kind == KEY_TEXT ? 2 : map->layout.key_words;
    if (kind != KEY_MANY && keys->valid) {
        for (uint32_t i = 0; i < count; i++) {
            uint32_t row = sel ? sel[i] : i;
            const uint64_t *key = keys->words + (size_t)row * stride;
            slots[i] = bitmap_get(keys->valid, row)
                           ? upsert(map, part, kind, hash_of(kind, keys, row, key), key)
                           : single_slot(map, part);
        }
        return;
    }
    if (part->mask >= PREFETCH_TABLE) {
        for (uint32_t from = 0; from < count; from += PREFETCH_ROWS)
            upsert_some(map, part, kind, keys, sel, from,
                        count - from < PREFETCH_ROWS ? count : from + PREFETCH_ROWS, slots);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = sel ? sel[i] : i;
        const uint64_t *key = keys->words + (size_t)row * stride;
        slots[i] = upsert(map, part, kind, hash_of(kind, keys, row, key), key);
    }
}

void state_part_upsert(StateMap *map, StatePart *part, const StateKeys *keys, const uint16_t *sel,
                       uint32_t count, StateSlot **slots)
{
    StateKeyKind kind = (StateKeyKind)map->layout.kind;
    if (kind == KEY_NONE) {
        StateSlot *slot = single_slot(map, part);
        for (uint32_t i = 0; i < count; i++)
            slots[i] = slot;
        return;
    }
    if (!part->table)
        grow_table(map, part);
    if (kind == KEY_WORD)
        upsert_rows(map, part, KEY_WORD, keys, sel, count, slots);
    else if (kind == KEY_TEXT && !sel)
        upsert_rows(map, part, KEY_TEXT, keys, NULL, count, slots);
    else if (kind == KEY_TEXT)
        upsert_rows(map, part, KEY_TEXT, keys, sel, count, slots);
    else
        upsert_rows(map, part, KEY_MANY, keys, sel, count, slots);
}

void state_part_upsert_slots(StateMap *map, StatePart *part, StateSlot *const *from, uint32_t count,
                             StateSlot **slots)
{
    StateKeyKind kind = (StateKeyKind)map->layout.kind;
    if (!part->table && kind != KEY_NONE)
        grow_table(map, part);
    for (uint32_t i = 0; i < count; i++) {
        if (kind == KEY_NONE || (from[i]->flags & SLOT_NULL_KEY))
            slots[i] = single_slot(map, part);
        else
            slots[i] = upsert(map, part, KEY_MANY, from[i]->hash, state_words(from[i]));
    }
}

/* Closes the gap so that no probe for what stood behind it ends there. */
static void remove_entry(StatePart *part, const StateSlot *slot)
{
    uint32_t mask = part->mask, gap = (uint32_t)slot->hash & mask;
    while (entry_slot(part->table[gap]) != slot)
        gap = (gap + 1) & mask;
    for (uint32_t at = (gap + 1) & mask; part->table[at]; at = (at + 1) & mask) {
        uint32_t home = (uint32_t)entry_slot(part->table[at])->hash & mask;
        if (((at - home) & mask) >= ((at - gap) & mask)) {
            part->table[gap] = part->table[at];
            gap = at;
        }
    }
    part->table[gap] = 0;
}

void state_part_remove(StateMap *map, StatePart *part, StateSlot *slot)
{
    (void)map;
    if (slot == part->single)
        part->single = NULL;
    else
        remove_entry(part, slot);
    slot->flags = 0;
    slot->hash = (uint64_t)(uintptr_t)part->free_slots;
    part->free_slots = slot;
    part->count--;
}

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
