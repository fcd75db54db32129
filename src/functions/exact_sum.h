/*
 * exact_sum.h - the exact sum of doubles, whatever their order.
 *
 * A sum is a 128-bit integer in units of 2^(unit - 1074); the unit follows from the
 * first value, so that values within about 2^±36 of it are added by a shift and a
 * 128-bit addition.  What does not fit goes to a wide accumulator over the
 * whole range of doubles; the sum is both together:
 *
 *     wide    … [32 bits][32 bits][32 bits][32 bits][32 bits] …      2304 bits
 *     acc               [     128 bits     ]
 *                                          ^ unit
 *
 * NaN and the infinities are counted apart.  Taking a value back (a weight of -1)
 * and merging are exact too.  All zero bytes are the empty sum.
 */
#ifndef STREAMD_FUNCTIONS_EXACT_SUM_H
#define STREAMD_FUNCTIONS_EXACT_SUM_H

#include <string.h>
#include "base/arena.h"
#include "functions/exact_big.h"
#include "types/vector.h"

enum { EXACT_CHUNKS = 72, EXACT_SHIFT_MAX = 72 };

typedef struct ExactWide {
    int64_t nans, plus_infinities, minus_infinities;
    int64_t adds;                /* since carries were last propagated */
    int64_t chunk[EXACT_CHUNKS]; /* chunk[i] * 2^(32 i - 1074), each signed, overlapping */
} ExactWide;

typedef struct ExactSum {
    i128 acc;
    ExactWide *wide; /* in the heap arena; NULL: not needed so far */
    int64_t count;   /* rows, kept by the caller */
    uint32_t unit;
    uint32_t reserved[3];
} ExactSum;

void exact_sum_add_slow(ExactSum *sum, double value, int64_t weight, Arena *heap);

/* Adds a value.  Does not count it. */
static inline void exact_sum_add(ExactSum *sum, double value, Arena *heap)
{
    uint64_t bits;
    memcpy(&bits, &value, 8);
    /* Zero, subnormal, infinite and NaN all come out as too far. */
    uint32_t shift = ((uint32_t)(bits >> 52) & 0x7FF) - 1 - sum->unit;
    if (__builtin_expect(shift <= EXACT_SHIFT_MAX, 1)) {
        u128 term = (u128)((bits & 0xFFFFFFFFFFFFFull) | 0x10000000000000ull) << shift;
        u128 sign = (u128)((i128)(int64_t)bits >> 127);
        i128 next;
        if (__builtin_expect(!__builtin_add_overflow(sum->acc, (i128)((term ^ sign) - sign), &next),
                             1)) {
            sum->acc = next;
            return;
        }
    }
    exact_sum_add_slow(sum, value, 1, heap);
}

/* Adds value * weight, exactly. */
static inline void exact_sum_add_weighted(ExactSum *sum, double value, int64_t weight, Arena *heap)
{
    exact_sum_add_slow(sum, value, weight, heap);
}

/* Adds another sum and its count. */
void exact_sum_merge(ExactSum *into, const ExactSum *from, Arena *heap);

typedef enum ExactKind {
    EXACT_FINITE,
    EXACT_NAN,
    EXACT_PLUS_INFINITY,
    EXACT_MINUS_INFINITY
} ExactKind;
/* What NaN and the infinities make of the sum. */
ExactKind exact_sum_kind(const ExactSum *sum);
/* The finite part. */
void exact_sum_big(const ExactSum *sum, Big *out);
/* sum / divisor correctly rounded; NaN and infinities as counted; an infinity for EXACT_FINITE is
 * an overflow. */
double exact_sum_value(const ExactSum *sum, uint64_t divisor);

/* The finite part as bytes, the same for the same multiset of values:
 * nothing for zero, else sign (0, 1), position of the lowest byte (2 bytes, little-endian, in bytes
 * from 2^-1074), then the magnitude without zero bytes at either end. */
enum { EXACT_BYTES_MAX = 3 + 4 * EXACT_CHUNKS };
size_t exact_sum_save(const ExactSum *sum, char *to);
/* False: not such bytes. */
bool exact_sum_load(ExactSum *sum, const char *from, size_t length, Arena *heap) MUST_CHECK;
ExactWide *exact_sum_wide(ExactSum *sum, Arena *heap); /* makes it if there is none */

/* A sum as columns of a state table: bytes, count, NaNs, +infinities, -infinities. */
enum { EXACT_COLUMNS = 5 };
void exact_sum_columns(Type *types);
void exact_sum_store(const ExactSum *sum, Vector *columns, uint32_t row, Arena *scratch);
bool exact_sum_restore(ExactSum *sum, const Vector *columns, uint32_t row, Arena *heap) MUST_CHECK;

#endif
