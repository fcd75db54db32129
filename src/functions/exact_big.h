/*
 * exact_big.h - big binary numbers for the end of exact sums: limbs * 2^exponent.
 *
 * Large enough for n * Σx² - (Σx)² over all doubles; everything is exact, and
 * big_to_double rounds once, half to even.
 */
#ifndef STREAMD_FUNCTIONS_EXACT_BIG_H
#define STREAMD_FUNCTIONS_EXACT_BIG_H

#include <stdbool.h>
#include <stdint.h>

enum { BIG_LIMBS = 176 };

typedef struct Big {
    bool negative;
    int32_t exponent;         /* of bit 0 of limb[0] */
    int32_t count;            /* limbs in use, the last one not zero; 0: the number is zero */
    uint32_t limb[BIG_LIMBS]; /* least significant first */
} Big;

void big_multiply(const Big *a, const Big *b, Big *out);
void big_multiply_u64(const Big *a, uint64_t by, Big *out);
void big_subtract(const Big *a, const Big *b, Big *out);
/* The nearest double to number / (divisor1 * divisor2), both at least 1; infinite if out of range.
 */
double big_to_double(const Big *number, uint64_t divisor1, uint64_t divisor2);

#endif
