/*
 * state_inside.h - what the state_*.c files share.
 *
 * Of a key's hash the highest bit is always set: see look_at in state_find.c.
 */
#ifndef STREAMD_EXECUTOR_STATE_INSIDE_H
#define STREAMD_EXECUTOR_STATE_INSIDE_H

#include "base/hash.h"
#include "executor/state_map.h"

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
