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

/* The rows whose bit is set. */
static inline uint32_t selection_valid(uint16_t *to, const uint16_t *from, uint32_t count,
                                       const uint64_t *bits)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = from ? from[i] : i;
        to[kept] = (uint16_t)row;
        kept += bitmap_get(bits, row);
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
    if (!valid && !from) {
        for (uint32_t i = 0; i < count; i++) {
            to[kept] = (uint16_t)i;
            kept += bools[i] & 1u;
        }
    } else {
        for (uint32_t i = 0; i < count; i++) {
            uint32_t row = from ? from[i] : i;
            to[kept] = (uint16_t)row;
            kept += bools[row] & 1u & (valid ? (uint32_t)bitmap_get(valid, row) : 1u);
        }
    }
    return kept;
}

#endif
