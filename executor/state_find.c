/*
 * state_find.c - the hash tables of StateMap's parts; see state_map.h.
 *
 * Linear probing over entries that hold a part of the hash beside the slot's
 * address, so that a slot is only looked at when it is very likely the one.
 */
#include "executor/state_inside.h"

#include <stdlib.h>

enum {
    FIRST_TABLE = 16,
    PREFETCH_TABLE = 4096, /* entries from which on a table is not expected in the nearest cache */
    PREFETCH_ROWS = 64
};
static void grow_table(StateMap *map, StatePart *part)
{
    size_t old = part->table ? (size_t)part->mask + 1 : 0;
    size_t size = old ? (old < 4096 ? 4 * old : 2 * old) : FIRST_TABLE;
    uint64_t *table = state_new_table(size);
    uint32_t mask = (uint32_t)(size - 1);
    for (size_t i = 0; i < old; i++) {
        if (!part->table[i])
            continue;
        uint32_t at = (uint32_t)state_entry_slot(part->table[i])->hash & mask;
        while (table[at])
            at = (at + 1) & mask;
        table[at] = part->table[i];
    }
    free(part->table);
    part->table = table;
    part->mask = mask;
    map->table_bytes += 8 * (size - old);
}

/* Half full at most, so that most keys stand at their first place. */
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
    StateSlot *slot = state_new_slot(map, part, hash);
    uint64_t *words = (uint64_t *)(void *)(slot + 1);
    memcpy(words, key, 8u * map->layout.key_words);
    if (map->layout.has_text)
        own_texts(map, part, words);
    uint32_t at = (uint32_t)hash & part->mask;
    while (part->table[at])
        at = (at + 1) & part->mask;
    part->table[at] = state_entry_make(hash, slot);
    return slot;
}

static StateSlot *single_slot(StateMap *map, StatePart *part)
{
    if (!part->single) {
        part->single = state_new_slot(map, part, 0);
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

static inline __attribute__((always_inline)) bool
many_equal(const StateLayout *layout, uint32_t words, const uint64_t *a, const uint64_t *b)
{
    uint64_t differ = 0;
    for (uint32_t w = 0; w < words; w++)
        differ |= a[w] ^ b[w];
    return differ == 0 || (layout->has_text && many_equal_texts(layout, a, b));
}

/* The shape of keys; a constant where speed matters. */
typedef struct Look {
    StateKeyKind kind;
    uint32_t words;
} Look;

static inline Look look_of(const StateLayout *layout)
{
    return (Look){(StateKeyKind)layout->kind, layout->key_words};
}

static inline __attribute__((always_inline)) bool
key_equal(const StateLayout *layout, Look look, const StateSlot *slot, const uint64_t *key)
{
    const uint64_t *have = state_words(slot);
    if (look.kind == KEY_WORD)
        return have[0] == key[0];
    if (look.kind == KEY_TEXT)
        return text_words_equal(have, key);
    return many_equal(layout, look.words, have, key);
}

static inline bool entry_is(const StateLayout *layout, uint64_t entry, uint64_t hash,
                            const uint64_t *key)
{
    return (entry ^ hash) >> STATE_TAG_SHIFT == 0 &&
           key_equal(layout, look_of(layout), state_entry_slot(entry), key);
}

bool state_entry_is(const StateLayout *layout, uint64_t entry, uint64_t hash, const uint64_t *key)
{
    return entry_is(layout, entry, hash, key);
}

/* What stands at the key's first places is another one's, or nothing. */
static __attribute__((noinline)) StateSlot *upsert_slowly(StateMap *map, StatePart *part,
                                                          uint64_t hash, const uint64_t *key)
{
    const StateLayout *layout = &map->layout;
    for (uint32_t at = (uint32_t)hash & part->mask; part->table[at]; at = (at + 1) & part->mask) {
        if (entry_is(layout, part->table[at], hash, key))
            return state_entry_slot(part->table[at]);
    }
    return insert(map, part, hash, key);
}

/* The entry that is very likely the key's, of the two first places: chosen without a branch, for
 * which of them it is nobody can foresee. */
static inline __attribute__((always_inline)) uint64_t entry_of(const StatePart *part, uint64_t hash)
{
    uint32_t at = (uint32_t)hash & part->mask;
    uint64_t first = part->table[at], second = part->table[(at + 1) & part->mask];
    return (first ^ hash) >> STATE_TAG_SHIFT == 0 ? first : second;
}

/* No hash has a tag of 0, so an empty entry never looks like the one wanted. */
static inline __attribute__((always_inline)) StateSlot *upsert(StateMap *map, StatePart *part,
                                                               Look look, uint64_t hash,
                                                               uint64_t entry, const uint64_t *key)
{
    StateSlot *slot = state_entry_slot(entry);
    bool found = (entry ^ hash) >> STATE_TAG_SHIFT == 0 && key_equal(&map->layout, look, slot, key);
    return __builtin_expect(found, 1) ? slot : upsert_slowly(map, part, hash, key);
}

static inline __attribute__((always_inline)) StateSlot *
upsert_now(StateMap *map, StatePart *part, Look look, uint64_t hash, const uint64_t *key)
{
    return upsert(map, part, look, hash, entry_of(part, hash), key);
}

static inline __attribute__((always_inline)) uint64_t hash_of(Look look, const StateKeys *keys,
                                                              uint32_t row, const uint64_t *key)
{
    if (look.kind == KEY_WORD)
        return state_hash_word(key);
    if (look.kind == KEY_TEXT)
        return state_hash_text(key);
    return keys->hashes[row];
}

/* Rows from…end-1 of sel. In a big table what they will look at is fetched beforehand, all at once.
 */
static inline __attribute__((always_inline)) void upsert_some(StateMap *map, StatePart *part,
                                                              Look look, const StateKeys *keys,
                                                              const uint16_t *sel, uint32_t from,
                                                              uint32_t end, StateSlot **slots)
{
    uint64_t hashes[PREFETCH_ROWS], entries[PREFETCH_ROWS];
    for (uint32_t i = from; i < end; i++) {
        uint32_t row = sel ? sel[i] : i;
        hashes[i - from] = hash_of(look, keys, row, keys->words + (size_t)row * look.words);
        __builtin_prefetch(&part->table[(uint32_t)hashes[i - from] & part->mask]);
    }
    for (uint32_t i = from; i < end; i++) {
        entries[i - from] = entry_of(part, hashes[i - from]);
        __builtin_prefetch(state_entry_slot(entries[i - from]) + 1);
    }
    /* A slot that this very loop makes is found by looking again. */
    for (uint32_t i = from; i < end; i++) {
        uint32_t row = sel ? sel[i] : i;
        slots[i] = upsert(map, part, look, hashes[i - from], entries[i - from],
                          keys->words + (size_t)row * look.words);
    }
}

static inline __attribute__((always_inline)) void upsert_rows(StateMap *map, StatePart *part,
                                                              Look look, const StateKeys *keys,
                                                              const uint16_t *sel, uint32_t count,
                                                              StateSlot **slots)
{
    if (look.kind != KEY_MANY && keys->valid) {
        for (uint32_t i = 0; i < count; i++) {
            uint32_t row = sel ? sel[i] : i;
            const uint64_t *key = keys->words + (size_t)row * look.words;
            slots[i] = bitmap_get(keys->valid, row)
                           ? upsert_now(map, part, look, hash_of(look, keys, row, key), key)
                           : single_slot(map, part);
        }
        return;
    }
    if (part->mask >= PREFETCH_TABLE) {
        for (uint32_t from = 0; from < count; from += PREFETCH_ROWS)
            upsert_some(map, part, look, keys, sel, from,
                        count - from < PREFETCH_ROWS ? count : from + PREFETCH_ROWS, slots);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = sel ? sel[i] : i;
        const uint64_t *key = keys->words + (size_t)row * look.words;
        slots[i] = upsert_now(map, part, look, hash_of(look, keys, row, key), key);
    }
}

void state_part_upsert(StateMap *map, StatePart *part, const StateKeys *keys, const uint16_t *sel,
                       uint32_t count, StateSlot **slots)
{
    Look look = look_of(&map->layout);
    if (look.kind == KEY_NONE) {
        StateSlot *slot = single_slot(map, part);
        for (uint32_t i = 0; i < count; i++)
            slots[i] = slot;
        return;
    }
    if (!part->table)
        grow_table(map, part);
    /* One copy of the loop for each frequent shape of keys. */
    if (look.kind == KEY_WORD)
        upsert_rows(map, part, (Look){KEY_WORD, 1}, keys, sel, count, slots);
    else if (look.kind == KEY_TEXT && !sel)
        upsert_rows(map, part, (Look){KEY_TEXT, 2}, keys, NULL, count, slots);
    else if (look.kind == KEY_TEXT)
        upsert_rows(map, part, (Look){KEY_TEXT, 2}, keys, sel, count, slots);
    else if (look.words == 3)
        upsert_rows(map, part, (Look){KEY_MANY, 3}, keys, sel, count, slots);
    else if (look.words == 4)
        upsert_rows(map, part, (Look){KEY_MANY, 4}, keys, sel, count, slots);
    else
        upsert_rows(map, part, look, keys, sel, count, slots);
}

void state_part_upsert_slots(StateMap *map, StatePart *part, StateSlot *const *from, uint32_t count,
                             StateSlot **slots)
{
    Look look = look_of(&map->layout);
    if (!part->table && look.kind != KEY_NONE)
        grow_table(map, part);
    for (uint32_t i = 0; i < count; i++) {
        if (look.kind == KEY_NONE || (from[i]->flags & SLOT_NULL_KEY))
            slots[i] = single_slot(map, part);
        else
            slots[i] = upsert_now(map, part, look, from[i]->hash, state_words(from[i]));
    }
}

/* Closes the gap so that no probe for what stood behind it ends there. */
static void remove_entry(StatePart *part, const StateSlot *slot)
{
    uint32_t mask = part->mask, gap = (uint32_t)slot->hash & mask;
    while (state_entry_slot(part->table[gap]) != slot)
        gap = (gap + 1) & mask;
    for (uint32_t at = (gap + 1) & mask; part->table[at]; at = (at + 1) & mask) {
        uint32_t home = (uint32_t)state_entry_slot(part->table[at])->hash & mask;
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
