/*
 * exact_big.c - schoolbook arithmetic; it runs once a group, not once a row.
 */
#include "functions/exact_big.h"
#include <math.h>
#include <string.h>

static void trim(Big *big)
{
    while (big->count > 0 && big->limb[big->count - 1] == 0)
        big->count--;
    int32_t zeros = 0;
    while (zeros < big->count && big->limb[zeros] == 0)
        zeros++;
    if (big->count == 0) {
        big->negative = false;
        big->exponent = 0;
    } else if (zeros > 0) {
        big->count -= zeros;
        memmove(big->limb, big->limb + zeros, (size_t)big->count * sizeof *big->limb);
        big->exponent += 32 * zeros;
    }
}

void big_multiply(const Big *a, const Big *b, Big *out)
{
    Big product = {.negative = a->negative != b->negative, .exponent = a->exponent + b->exponent};
    product.count = a->count + b->count;
    for (int32_t i = 0; i < a->count; i++) {
        uint64_t carry = 0;
        for (int32_t k = 0; k < b->count; k++) {
            uint64_t sum = (uint64_t)a->limb[i] * b->limb[k] + product.limb[i + k] + carry;
            product.limb[i + k] = (uint32_t)sum;
            carry = sum >> 32;
        }
        product.limb[i + b->count] = (uint32_t)carry;
    }
    trim(&product);
    *out = product;
}

void big_multiply_u64(const Big *a, uint64_t by, Big *out)
{
    Big factor = {.count = 2, .limb = {(uint32_t)by, (uint32_t)(by >> 32)}};
    trim(&factor);
    big_multiply(a, &factor, out);
}

/* The same number with a lower exponent. */
static void lower(const Big *a, int32_t exponent, Big *out)
{
    int32_t bits = a->exponent - exponent, limbs = bits / 32;
    *out = *a;
    memset(out->limb, 0, sizeof out->limb);
    uint64_t carry = 0;
    for (int32_t i = 0; i < a->count; i++) {
        carry |= (uint64_t)a->limb[i] << (bits % 32);
        out->limb[i + limbs] = (uint32_t)carry;
        carry >>= 32;
    }
    out->count = a->count + limbs;
    if (carry)
        out->limb[out->count++] = (uint32_t)carry;
    out->exponent = exponent;
}

static int compare_magnitude(const Big *a, const Big *b)
{
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    for (int32_t i = a->count - 1; i >= 0; i--)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

void big_subtract(const Big *a, const Big *b, Big *out)
{
    Big x, y, result = {.negative = false};
    if (a->count == 0 || b->count == 0) {
        result = a->count ? *a : *b;
        if (a->count == 0 && b->count > 0)
            result.negative = !b->negative;
        *out = result;
        return;
    }
    int32_t exponent = a->exponent < b->exponent ? a->exponent : b->exponent;
    lower(a, exponent, &x);
    lower(b, exponent, &y);
    result.exponent = exponent;
    if (x.negative != y.negative) {
        uint64_t carry = 0;
        int32_t count = x.count > y.count ? x.count : y.count;
        for (int32_t i = 0; i < count; i++) {
            carry += (uint64_t)x.limb[i] + y.limb[i];
            result.limb[i] = (uint32_t)carry;
            carry >>= 32;
        }
        result.limb[count] = (uint32_t)carry;
        result.count = count + 1;
        result.negative = x.negative;
    } else {
        bool swap = compare_magnitude(&x, &y) < 0;
        const Big *large = swap ? &y : &x, *small = swap ? &x : &y;
        int64_t borrow = 0;
        for (int32_t i = 0; i < large->count; i++) {
            int64_t rest =
                (int64_t)large->limb[i] - (i < small->count ? small->limb[i] : 0) + borrow;
            result.limb[i] = (uint32_t)rest;
            borrow = rest >> 32;
        }
        result.count = large->count;
        result.negative = x.negative != swap;
    }
    trim(&result);
    *out = result;
}

/* Divides in place; true if there was a remainder. */
static bool divide(Big *big, uint64_t by)
{
    unsigned __int128 rest = 0;
    for (int32_t i = big->count - 1; i >= 0; i--) {
        rest = rest << 32 | big->limb[i];
        big->limb[i] = (uint32_t)(rest / by);
        rest %= by;
    }
    while (big->count > 0 && big->limb[big->count - 1] == 0)
        big->count--;
    return rest != 0;
}

/* top * 2^exponent, top's highest bit set, a little more if `sticky`: to the nearest, half to even.
 */
static double round_top(uint64_t top, int32_t exponent, bool sticky)
{
    int32_t scale = exponent + 63, keep = 53; /* 2^scale <= value < 2^(scale + 1) */
    if (scale > 1023)
        return HUGE_VAL;
    if (scale < -1022)
        keep = 53 - (-1022 - scale);
    if (keep < 0)
        return 0;
    int32_t drop = 64 - keep;
    uint64_t kept = drop == 64 ? 0 : top >> drop;
    uint64_t rest = drop == 64 ? top : top << (64 - drop), half = 1ull << 63;
    if (rest > half || (rest == half && (sticky || (kept & 1))))
        kept++;
    return ldexp((double)kept, exponent + drop);
}

double big_to_double(const Big *number, uint64_t divisor1, uint64_t divisor2)
{
    Big quotient;
    bool sticky = false;
    if (number->count == 0)
        return 0;
    if (divisor1 > 1 || divisor2 > 1) {
        /* 64 bits of quotient remain after both divisions. */
        lower(number, number->exponent - 7 * 32, &quotient);
        sticky = divide(&quotient, divisor1);
        sticky |= divide(&quotient, divisor2);
    } else {
        quotient = *number;
    }
    int32_t last = quotient.count - 1, exponent = quotient.exponent + 32 * (last - 2);
    uint64_t top = 0;
    /* The three highest limbs hold at least 65 bits. */
    uint32_t high = quotient.limb[last], middle = last > 0 ? quotient.limb[last - 1] : 0;
    uint32_t low = last > 1 ? quotient.limb[last - 2] : 0;
    int zeros = __builtin_clz(high);
    unsigned __int128 all = (unsigned __int128)high << 64 | (unsigned __int128)middle << 32 | low;
    int down = 32 - zeros; /* of 96 bits, 64 from the highest set one on */
    top = (uint64_t)(all >> down);
    sticky |= ((all << (128 - down)) != 0);
    for (int32_t i = 0; i < last - 2; i++)
        sticky |= quotient.limb[i] != 0;
    double result = round_top(top, exponent + down, sticky);
    return number->negative ? -result : result;
}
