/*
 * state_inside.h - what the state_*.c files share.
 *
 * Of a key's hash the highest bit is always set: see look_at in state_find.c.
 */
#ifndef STREAMD_EXECUTOR_STATE_INSIDE_H
#define STREAMD_EXECUTOR_STATE_INSIDE_H

#include "base/hash.h"
#include "executor/state_map.h"

struct StateBlock {
    StateBlock *next;
    uint32_t bytes, used; /* of the space */
    _Alignas(16) uint8_t space[];
};

/* Entries of tables: 16 bits of the hash and 48 of the slot's address. */
#define STATE_TAG_SHIFT 48
static inline uint64_t state_entry_make(uint64_t hash, const StateSlot *slot)
{
    return (hash >> STATE_TAG_SHIFT) << STATE_TAG_SHIFT | (uint64_t)(uintptr_t)slot;
}
static inline StateSlot *state_entry_slot(uint64_t entry)
{
    return (StateSlot *)(uintptr_t)(entry & ((1ull << STATE_TAG_SHIFT) - 1));
}
/* Whether the entry's slot has this key. */
bool state_entry_is(const StateLayout *layout, uint64_t entry, uint64_t hash, const uint64_t *key);

/* An empty table; written once, for pages that are only read at first are dear to get. */
static inline uint64_t *state_new_table(size_t size)
{
    return memset(mem_alloc_wide(size * sizeof(uint64_t)), 0, size * sizeof(uint64_t));
}
/* A part without its table: its slots are still in its blocks. */
void state_drop_table(StateMap *map, StatePart *part);
/* A list of removed slots, linked by `hash`, to be used again. */
void state_give_back(StatePart *part, StateSlot *list);
/* The other part's slots and long texts go over to `part`; its table stays. */
void state_take_memory(StateMap *map, StatePart *part, StateMap *from, StatePart *other);

/* A new slot of the part, its payload and key zero. */
StateSlot *state_new_slot(StateMap *map, StatePart *part, uint64_t hash);

#define STATE_HASH_MARK (1ull << 63)

static inline uint64_t state_hash_mix(uint64_t a, uint64_t b)
{
    u128 product = (u128)(a ^ 0x9E3779B97F4A7C15ull) * (b ^ 0xD1B54A32D192ED03ull);
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t state_hash_word(const uint64_t *words)
{
    return state_hash_mix(words[0], 0) | STATE_HASH_MARK;
}

static inline uint64_t state_hash_text(const uint64_t *words)
{
    uint64_t second = words[1];
    if (__builtin_expect((uint32_t)words[0] > TEXT_INLINE_BYTES, 0))
        second = hash_bytes((const char *)(uintptr_t)second, (uint32_t)words[0]);
    return state_hash_mix(words[0], second) | STATE_HASH_MARK;
}

#endif
