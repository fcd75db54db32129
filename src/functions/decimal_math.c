/*
 * decimal_math.c - a * b / c with 256 bits in between, by schoolbook methods: most
 * operands fit 128 bits and never come here.
 */
#include "functions/decimal_math.h"
#include "functions/kernel.h"

typedef struct U256 {
    u128 high, low;
} U256;

static u128 magnitude(i128 value)
{
    return value < 0 ? (u128)0 - (u128)value : (u128)value;
}

static bool store(u128 value, bool negative, i128 *out)
{
    if (value >= kernel_pow10[38])
        return false;
    *out = negative ? -(i128)value : (i128)value;
    return true;
}

bool decimal_fits(i128 value)
{
    return magnitude(value) < kernel_pow10[38];
}

static U256 multiply(u128 a, u128 b)
{
    u128 a0 = (uint64_t)a, a1 = a >> 64, b0 = (uint64_t)b, b1 = b >> 64;
    u128 low = a0 * b0, cross = a1 * b0 + (low >> 64);
    u128 cross2 = a0 * b1 + (uint64_t)cross;
    return (U256){.high = a1 * b1 + (cross >> 64) + (cross2 >> 64),
                  .low = (cross2 << 64) | (uint64_t)low};
}

/* value / by, with the remainder; by != 0.  The quotient must fit 256 bits, as it does. */
static U256 divide(U256 value, u128 by, u128 *remainder)
{
    U256 quotient = {.high = value.high / by};
    u128 rest = value.high % by;
    if (rest == 0) {
        quotient.low = value.low / by;
        *remainder = value.low % by;
        return quotient;
    }
    for (int bit = 127; bit >= 0; bit--) {
        bool carry = rest >> 127;
        rest = (rest << 1) | ((value.low >> bit) & 1);
        if (carry || rest >= by) {
            rest -= by;
            quotient.low |= (u128)1 << bit;
        }
    }
    *remainder = rest;
    return quotient;
}

/* Rounded half away from zero. */
static bool divide_round(U256 value, u128 by, bool negative, i128 *out)
{
    u128 remainder;
    U256 quotient = divide(value, by, &remainder);
    if (quotient.high)
        return false;
    if (remainder >= by - remainder) {
        quotient.low++;
        if (quotient.low == 0)
            return false;
    }
    return store(quotient.low, negative, out);
}

bool decimal_multiply(i128 a, i128 b, int drop, i128 *out)
{
    bool negative = (a < 0) != (b < 0);
    i128 product;
    if (drop == 0) {
        if (__builtin_mul_overflow(a, b, &product))
            return false;
        *out = product;
        return decimal_fits(product);
    }
    U256 wide = multiply(magnitude(a), magnitude(b));
    while (drop > 38) {
        u128 rest;
        wide = divide(wide, 10, &rest);
        drop--;
    }
    return divide_round(wide, kernel_pow10[drop], negative, out);
}

bool decimal_divide(i128 a, i128 b, int grow, i128 *out)
{
    bool negative = (a < 0) != (b < 0);
    if (grow > 38) {
        i128 more;
        if (__builtin_mul_overflow(a, (i128)kernel_pow10[grow - 38], &more))
            return false;
        a = more;
        grow = 38;
    }
    return divide_round(multiply(magnitude(a), kernel_pow10[grow]), magnitude(b), negative, out);
}

bool decimal_rescale(i128 value, int from, int to, i128 *out)
{
    if (to >= from) {
        i128 grown;
        if (to - from > 38) {
            *out = 0;
            return value == 0;
        }
        if (__builtin_mul_overflow(value, (i128)kernel_pow10[to - from], &grown))
            return false;
        *out = grown;
        return decimal_fits(grown);
    }
    if (from - to > 38) {
        *out = 0;
        return true;
    }
    u128 by = kernel_pow10[from - to], all = magnitude(value), quotient = all / by;
    if (all % by >= by - all % by)
        quotient++;
    return store(quotient, value < 0, out);
}

double decimal_to_double(i128 value, int scale)
{
    u128 all = magnitude(value);
    if (all < (1ull << 53) && scale <= 22) {
        /* Both are exact, so that the quotient is rounded once. */
        double quotient = (double)(uint64_t)all / (double)kernel_pow10[scale];
        return value < 0 ? -quotient : quotient;
    }
    char text[FORMAT_DECIMAL_MAX];
    double result = 0;
    char *end = format_decimal(text, value, scale);
    if (!parse_f64(text, end, &result))
        return 0;
    return result;
}

bool decimal_from_double(double value, int scale, i128 *out)
{
    char text[FORMAT_F64_MAX];
    if (!(value > -1e38 && value < 1e38))
        return false;
    char *end = format_f64(text, value);
    return parse_decimal(text, end, 38, scale, out);
}
