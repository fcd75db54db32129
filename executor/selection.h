/*
 * selection.h - loops over selection vectors: ascending row numbers of a batch.
 *
 * `from` NULL means rows 0…count-1.  `to` may be `from`: rows are only taken
 * away.  All are free of branches on the data.
 */
#ifndef STREAMD_EXECUTOR_SELECTION_H
#define STREAMD_EXECUTOR_SELECTION_H

#include "types/batch.h"

/* Rows first…end-1. */
static inline void selection_fill(uint16_t *to, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++)
        to[i - first] = (uint16_t)i;
}

/* How many of the rows lie before `row`. */
static inline uint32_t selection_before(const uint16_t *sel, uint32_t count, uint32_t row)
{
    uint32_t low = 0;
    while (low < count) {
        uint32_t middle = (low + count) / 2;
        if (sel[middle] < row)
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

/* 64 BOOLEANs (bytes 0 or 1) as bits; fewer at the end of a column. */
static inline uint64_t selection_bits(const uint8_t *bools, uint32_t count)
{
    uint64_t bits = 0;
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8) {
        uint64_t eight;
        memcpy(&eight, bools + i, sizeof eight);
        bits |= ((eight & 0x0101010101010101u) * 0x0102040810204080u >> 56) << i;
    }
    for (; i < count; i++)
        bits |= (uint64_t)(bools[i] & 1u) << i;
    return bits;
}

/* Writes first + the number of each set bit; returns where to go on. */
static inline uint16_t *selection_spread(uint16_t *to, uint64_t bits, uint32_t first)
{
    for (; bits; bits &= bits - 1)
        *to++ = (uint16_t)(first + (uint32_t)__builtin_ctzll(bits));
    return to;
}

/* The rows whose bit is set. */
static inline uint32_t selection_valid(uint16_t *to, const uint16_t *from, uint32_t count,
                                       const uint64_t *bits)
{
    uint32_t kept = 0;
    if (!from) {
        uint16_t *at = to;
        for (uint32_t first = 0; first < count; first += 64) {
            uint64_t word = bits[first / 64];
            if (count - first < 64)
                word &= (1ull << (count - first)) - 1;
            at = selection_spread(at, word, first);
        }
        return (uint32_t)(at - to);
    }
    for (uint32_t i = 0; i < count; i++) {
        to[kept] = from[i];
        kept += bitmap_get(bits, to[kept]);
    }
    return kept;
}

/* The rows whose bit is not set. */
static inline uint32_t selection_without(uint16_t *to, const uint16_t *from, uint32_t count,
                                         const uint64_t *bits)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = from ? from[i] : i;
        to[kept] = (uint16_t)row;
        kept += !bitmap_get(bits, row);
    }
    return kept;
}

/* The rows where a BOOLEAN is TRUE: not false, not NULL. */
static inline uint32_t selection_true(uint16_t *to, const uint16_t *from, uint32_t count,
                                      const uint8_t *bools, const uint64_t *valid)
{
    uint32_t kept = 0;
    if (!from) {
        uint16_t *at = to;
        for (uint32_t first = 0; first < count; first += 64) {
            uint64_t word = selection_bits(bools + first, count - first < 64 ? count - first : 64);
            at = selection_spread(at, valid ? word & valid[first / 64] : word, first);
        }
        return (uint32_t)(at - to);
    }
    if (!valid) {
        for (uint32_t i = 0; i < count; i++) {
            to[kept] = from[i];
            kept += bools[to[kept]] & 1u;
        }
        return kept;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = from[i];
        to[kept] = (uint16_t)row;
        kept += bools[row] & 1u & (uint32_t)bitmap_get(valid, row);
    }
    return kept;
}

#endif
