/*
 * format_float.c - the shortest decimal text that reads back to the same float.
 *
 * The digits come from Schubfach (R. Giulietti, "The Schubfach way to render doubles", 2020):
 * of the decimals in the interval that rounds to the float it finds the one with the fewest
 * digits, and of those the closest, with three multiplications by a 128-bit power of ten and no
 * loop.  Numbers with up to four decimals, as prices and measurements have, take a shorter way.
 */
#include <math.h>
#include "types/format_digits.h"
#include "types/type.h"

/* digits * 10^exponent */
typedef struct Decimal {
    uint64_t digits;
    int32_t exponent;
} Decimal;

/* floor(log2(10^k)), floor(log10(2^q)) and floor(log10(3/4 * 2^q)), exact in the ranges used. */
static inline int32_t log2_of_pow10(int32_t k)
{
    return (k * 1741647) >> 19;
}
static inline int32_t log10_of_pow2(int32_t q)
{
    return (q * 1262611) >> 22;
}
static inline int32_t log10_of_pow2_three_quarters(int32_t q)
{
    return (q * 1262611 - 524031) >> 22;
}

/* power * factor / 2^128, the lowest bit standing for everything cut off ("round to odd"). */
static inline uint64_t scale_u64(Pow10 power, uint64_t factor)
{
    u128 low = (u128)power.low * factor;
    u128 high = (u128)power.high * factor + (uint64_t)(low >> 64);
    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

static inline uint32_t scale_u32(uint64_t power, uint32_t factor)
{
    u128 product = (u128)power * factor;
    return (uint32_t)(product >> 64) | ((uint32_t)((uint64_t)product >> 32) > 1);
}

/* Picks from the scaled interval [below, above] around 4 * s + …; all three are in quarters. */
static inline Decimal choose(uint64_t below, uint64_t value, uint64_t above, bool is_even,
                             int32_t k)
{
    uint64_t lower = below + !is_even, upper = above - !is_even;
    uint64_t s = value / 4;
    if (s >= 10) { /* one digit less */
        uint64_t tenth = s / 10;
        bool down_fits = lower <= 40 * tenth, up_fits = 40 * tenth + 40 <= upper;
        if (down_fits != up_fits)
            return (Decimal){tenth + up_fits, k + 1};
    }
    bool down_fits = lower <= 4 * s, up_fits = 4 * s + 4 <= upper;
    if (down_fits != up_fits)
        return (Decimal){s + up_fits, k};
    uint64_t middle = 4 * s + 2;
    return (Decimal){s + (value > middle || (value == middle && (s & 1))), k};
}

static Decimal decimal_f64(uint64_t fraction, uint32_t exponent)
{
    uint64_t c = exponent ? fraction | 1ull << 52 : fraction;
    int32_t q = exponent ? (int32_t)exponent - 1075 : -1074;
    /* Below a power of two the neighbour is only half as far away. */
    bool closer_below = fraction == 0 && exponent > 1;
    int32_t k = closer_below ? log10_of_pow2_three_quarters(q) : log10_of_pow2(q);
    int32_t h = q + log2_of_pow10(-k) + 1;
    Pow10 power = pow10_get(-k);
    return choose(scale_u64(power, (4 * c - 2 + closer_below) << h), scale_u64(power, (4 * c) << h),
                  scale_u64(power, (4 * c + 2) << h), (c & 1) == 0, k);
}

static Decimal decimal_f32(uint32_t fraction, uint32_t exponent)
{
    uint32_t c = exponent ? fraction | 1u << 23 : fraction;
    int32_t q = exponent ? (int32_t)exponent - 150 : -149;
    bool closer_below = fraction == 0 && exponent > 1;
    int32_t k = closer_below ? log10_of_pow2_three_quarters(q) : log10_of_pow2(q);
    int32_t h = q + log2_of_pow10(-k) + 1;
    Pow10 wide = pow10_get(-k);
    uint64_t power = wide.high + (wide.low != 0);
    return choose(scale_u32(power, (4 * c - 2 + closer_below) << h), scale_u32(power, (4 * c) << h),
                  scale_u32(power, (4 * c + 2) << h), (c & 1) == 0, k);
}

static char *put_zeros(char *to, int32_t count)
{
    for (int32_t i = 0; i < count; i++)
        *to++ = '0';
    return to;
}

/* Plain from 1e-4 to below 1e16, otherwise d.ddde±xx. */
static char *put_decimal(char *to, Decimal decimal)
{
    uint64_t digits = decimal.digits;
    int32_t exponent = decimal.exponent;
    while (digits % 100 == 0) {
        digits /= 100;
        exponent += 2;
    }
    if (digits % 10 == 0) {
        digits /= 10;
        exponent++;
    }
    int32_t count = (int32_t)pow10_digits(digits);
    int32_t point = count + exponent; /* digits before the point */
    if (point > 16 || point < -3) {
        uint64_t unit = pow10_u64[count - 1];
        *to++ = (char)('0' + digits / unit);
        if (count > 1) {
            *to++ = '.';
            to = format_digits(to, digits % unit, (unsigned)count - 1);
        }
        *to++ = 'e';
        *to++ = point > 0 ? '+' : '-';
        uint32_t shown = (uint32_t)(point > 0 ? point - 1 : 1 - point);
        return shown < 100 ? format_two(to, shown) : format_u64(to, shown);
    }
    if (point <= 0) {
        *to++ = '0';
        *to++ = '.';
        to = put_zeros(to, -point);
        return format_digits(to, digits, (unsigned)count);
    }
    if (exponent >= 0) {
        to = format_digits(to, digits, (unsigned)count);
        to = put_zeros(to, exponent);
        *to++ = '.';
        *to++ = '0';
        return to;
    }
    uint64_t unit = pow10_u64[-exponent];
    to = format_digits(to, digits / unit, (unsigned)point);
    *to++ = '.';
    return format_digits(to, digits % unit, (unsigned)-exponent);
}

static char *put_special(char *to, bool is_nan, bool negative)
{
    if (is_nan) {
        memcpy(to, "NaN", 3);
        return to + 3;
    }
    if (negative)
        *to++ = '-';
    memcpy(to, "Infinity", 8);
    return to + 8;
}

/* If the value is the float nearest to some n / 10^4 with n < 10^15, writes that and returns the
 * end.  Decimals of up to 15 digits round to different doubles, so without its trailing zeros it
 * is the shortest one. */
static inline char *put_four_decimals(char *to, double value)
{
    if (!(value < 1e11))
        return NULL;
    uint64_t scaled = (uint64_t)(int64_t)(value * 1e4 + 0.5);
    if ((double)(int64_t)scaled / 1e4 != value)
        return NULL;
    to = format_u64(to, scaled / 10000);
    *to++ = '.';
    to = format_four(to, (uint32_t)(scaled % 10000));
    if (to[-1] == '0') {
        to--;
        if (to[-1] == '0') {
            to--;
            if (to[-1] == '0')
                to--;
        }
    }
    return to;
}

char *format_f64(char *to, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, 8);
    uint64_t fraction = bits & ((1ull << 52) - 1);
    uint32_t exponent = (uint32_t)(bits >> 52) & 0x7FF;
    bool negative = bits >> 63;
    if (exponent == 0x7FF)
        return put_special(to, fraction != 0, negative);
    if (negative)
        *to++ = '-';
    char *end = put_four_decimals(to, fabs(value));
    return end ? end : put_decimal(to, decimal_f64(fraction, exponent));
}

char *format_f32(char *to, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, 4);
    uint32_t fraction = bits & ((1u << 23) - 1);
    uint32_t exponent = (bits >> 23) & 0xFF;
    bool negative = bits >> 31;
    if (exponent == 0xFF)
        return put_special(to, fraction != 0, negative);
    if (negative)
        *to++ = '-';
    if (fraction == 0 && exponent == 0) {
        memcpy(to, "0.0", 3);
        return to + 3;
    }
    return put_decimal(to, decimal_f32(fraction, exponent));
}
