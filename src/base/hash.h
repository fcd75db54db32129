/*
 * hash.h - hashing of keys.  The functions are part of the stored format nowhere: state is
 * routed by hash at load, so they may change between versions.
 */
#ifndef STREAMD_BASE_HASH_H
#define STREAMD_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t hash_u64(uint64_t x)
{
    x *= 0x9E3779B97F4A7C15ull;
    return x ^ (x >> 32);
}

static inline uint64_t hash_combine(uint64_t seed, uint64_t hash)
{
    return hash_u64(seed ^ (hash + 0x9E3779B97F4A7C15ull + (seed << 6) + (seed >> 2)));
}

uint64_t hash_bytes(const void *data, size_t length); /* XXH3, 64 bits */

#endif
