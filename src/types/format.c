/* format.c - integers and decimals as text; see type.h. */
#include "types/format_digits.h"
#include "types/type.h"

const char format_pairs[201] = "00010203040506070809"
                               "10111213141516171819"
                               "20212223242526272829"
                               "30313233343536373839"
                               "40414243444546474849"
                               "50515253545556575859"
                               "60616263646566676869"
                               "70717273747576777879"
                               "80818283848586878889"
                               "90919293949596979899";

const uint64_t pow10_u64[20] = {
    1u,
    10u,
    100u,
    1000u,
    10000u,
    100000u,
    1000000u,
    10000000u,
    100000000u,
    1000000000u,
    10000000000u,
    100000000000u,
    1000000000000u,
    10000000000000u,
    100000000000000u,
    1000000000000000u,
    10000000000000000u,
    100000000000000000u,
    1000000000000000000u,
    10000000000000000000u,
};

__int128 pow10_i128(int k)
{
    return k < 20 ? (__int128)pow10_u64[k] : (__int128)pow10_u64[19] * (__int128)pow10_u64[k - 19];
}

char *format_i64(char *to, int64_t value)
{
    uint64_t magnitude = (uint64_t)value;
    if (value < 0) {
        *to++ = '-';
        magnitude = 0 - magnitude;
    }
    return format_u64(to, magnitude);
}

static char *format_u128(char *to, u128 value)
{
    if (value <= UINT64_MAX)
        return format_u64(to, (uint64_t)value);
    uint64_t low = (uint64_t)(value % pow10_u64[19]);
    value /= pow10_u64[19];
    to = format_u128(to, value); /* at most 2^128 / 10^19: one level more */
    return format_digits(to, low, 19);
}

char *format_decimal(char *to, i128 value, int scale)
{
    u128 magnitude = (u128)value;
    if (value < 0) {
        *to++ = '-';
        magnitude = 0 - magnitude;
    }
    if (scale == 0)
        return format_u128(to, magnitude);
    u128 unit = (u128)pow10_i128(scale);
    u128 fraction = magnitude % unit;
    to = format_u128(to, magnitude / unit);
    *to++ = '.';
    if (scale > 19) {
        to = format_digits(to, (uint64_t)(fraction / pow10_u64[19]), (unsigned)scale - 19);
        fraction %= pow10_u64[19];
        scale = 19;
    }
    return format_digits(to, (uint64_t)fraction, (unsigned)scale);
}
