/*
 * parse_float.c - floats from text, rounded correctly and once.
 *
 * Three ways, by cost:
 *   1. few digits and a small power of ten: one exact floating operation (W. Clinger, 1990);
 *   2. up to 19 digits: a 64 x 128-bit product with a power of ten gives enough bits to round
 *      (D. Lemire, "Number parsing at a gigabyte per second", 2021; N. Mushtak and D. Lemire,
 *      "Fast number parsing without fallback", 2023);
 *   3. more digits: both neighbours of the first 19 are tried; if they round apart, strtod decides
 *      over as many digits as can matter.
 */
#include <stdlib.h>
#include "types/format_digits.h"
#include "types/parse_scan.h"

enum { EXPONENT_LIMIT = 100000, WORD_DIGITS = 19, SIGNIFICANT_DIGITS = 800 };

typedef struct Decimal {
    uint64_t digits;          /* the first 19 significant ones */
    int64_t exponent;         /* of the last of them */
    const char *first, *last; /* all digits, with at most one point */
    int64_t last_exponent;    /* of the last of all */
    bool negative, is_cut;    /* is_cut: there are more digits */
} Decimal;

/* What makes a binary format. */
typedef struct Binary {
    int fraction_bits, exponent_bias, exponent_infinite;
    int pow10_first, pow10_last; /* below and above: zero, infinite */
    int half_first, half_last;   /* powers of ten where an exact half can occur */
} Binary;
static const Binary binary64 = {52, 1023, 0x7FF, -342, 308, -4, 23};
static const Binary binary32 = {23, 127, 0xFF, -65, 38, -17, 10};

/* The exponent and fraction bits of digits * 10^exponent; an infinite one if it is too great. */
static inline uint64_t to_binary(uint64_t digits, int64_t exponent, const Binary *format)
{
    if (digits == 0 || exponent < format->pow10_first)
        return 0;
    uint64_t infinite = (uint64_t)format->exponent_infinite << format->fraction_bits;
    if (exponent > format->pow10_last)
        return infinite;
    int k = (int)exponent;
    int zeros = __builtin_clzll(digits);
    digits <<= zeros;
    Pow10 power = pow10_get(k);
    if (k < -27 || k > 55) { /* inexact: here the product must be from below */
        power.high -= power.low == 0;
        power.low--;
    }
    u128 product = (u128)digits * power.high;
    int kept = format->fraction_bits + 3;
    uint64_t mask = UINT64_MAX >> kept;
    if (((uint64_t)(product >> 64) & mask) == mask)
        product += (u128)digits * power.low >> 64;
    uint64_t high = (uint64_t)(product >> 64), low = (uint64_t)product;

    int top = (int)(high >> 63);
    int shift = top + 64 - kept;
    uint64_t mantissa = high >> shift;
    int exponent2 = (217706 * k >> 16) + 63 + top - zeros + format->exponent_bias;
    if (exponent2 <= 0) { /* subnormal */
        if (exponent2 <= -63)
            return 0;
        mantissa >>= 1 - exponent2;
        mantissa += mantissa & 1;
        return mantissa >> 1; /* a carry into the exponent makes it the smallest normal one */
    }
    if (low <= 1 && k >= format->half_first && k <= format->half_last && (mantissa & 3) == 1 &&
        mantissa << shift == high)
        mantissa &= ~1ull; /* exactly half: to even */
    mantissa += mantissa & 1;
    mantissa >>= 1;
    uint64_t hidden = 1ull << format->fraction_bits;
    if (mantissa >= 2 * hidden) {
        mantissa = hidden;
        exponent2++;
    }
    if (exponent2 >= format->exponent_infinite)
        return infinite;
    return (uint64_t)exponent2 << format->fraction_bits | (mantissa & ~hidden);
}

static void read_first_digits(Decimal *decimal)
{
    const char *at = decimal->first;
    while (at < decimal->last && (*at == '0' || *at == '.'))
        at++;
    int64_t more = 0;
    int count = 0;
    decimal->digits = 0;
    for (; at < decimal->last; at++) {
        if (*at == '.')
            continue;
        if (count < WORD_DIGITS) {
            decimal->digits = decimal->digits * 10 + (uint64_t)(*at - '0');
            count++;
        } else {
            more++;
        }
    }
    decimal->is_cut = more > 0;
    decimal->exponent = decimal->last_exponent + more;
}

/* [+-]digits[.digits][e[+-]digits], all of it. */
static inline bool scan_decimal(const char *from, const char *end, Decimal *decimal)
{
    decimal->negative = false;
    decimal->is_cut = false;
    if (from < end && (*from == '-' || *from == '+'))
        decimal->negative = *from++ == '-';
    decimal->first = from;
    uint64_t digits = 0;
    int64_t exponent = 0;
    while (from < end && scan_is_digit(*from))
        digits = digits * 10 + (uint64_t)(*from++ - '0');
    int64_t count = from - decimal->first;
    if (from < end && *from == '.') {
        const char *point = ++from;
        while (end - from >= 8 && scan_is_eight_digits(scan_load8(from))) {
            digits = digits * 100000000 + scan_eight_digits(scan_load8(from));
            from += 8;
        }
        while (from < end && scan_is_digit(*from))
            digits = digits * 10 + (uint64_t)(*from++ - '0');
        exponent = point - from;
        count -= exponent;
    }
    decimal->last = from;
    if (count == 0)
        return false;
    if (from < end && (*from | ' ') == 'e') {
        from++;
        bool down = false;
        if (from < end && (*from == '-' || *from == '+'))
            down = *from++ == '-';
        if (from == end)
            return false;
        int64_t given = 0;
        for (; from < end && scan_is_digit(*from); from++)
            if (given < EXPONENT_LIMIT)
                given = given * 10 + (*from - '0');
        exponent += down ? -given : given;
    }
    decimal->digits = digits;
    decimal->exponent = decimal->last_exponent = exponent;
    if (count > WORD_DIGITS)
        read_first_digits(decimal);
    return from == end;
}

/* The number as text without a point (so that no locale matters), for strtod.  768 digits and
 * whether anything follows them decide every rounding. */
static void write_digits(const Decimal *decimal, char *to)
{
    const char *at = decimal->first;
    while (*at == '0' || *at == '.')
        at++;
    int64_t more = 0;
    bool sticky = false;
    int count = 0;
    for (; at < decimal->last; at++) {
        if (*at == '.')
            continue;
        if (count < SIGNIFICANT_DIGITS) {
            *to++ = *at;
            count++;
        } else {
            more++;
            sticky |= *at != '0';
        }
    }
    if (sticky) {
        *to++ = '1';
        more--;
    }
    *to++ = 'e';
    *format_i64(to, decimal->last_exponent + more) = '\0';
}

/* nan, inf, infinity, with a sign; PARSE_FORM otherwise. */
static ParseResult parse_special(const char *from, const char *end, double *value)
{
    bool negative = false;
    if (from < end && (*from == '-' || *from == '+'))
        negative = *from++ == '-';
    if (scan_is_word(from, end, "nan"))
        *value = __builtin_nan("");
    else if (scan_is_word(from, end, "inf") || scan_is_word(from, end, "infinity"))
        *value = negative ? -__builtin_inf() : __builtin_inf();
    else
        return PARSE_FORM;
    return PARSE_OK;
}

/* A number too great or, as in PostgreSQL, too small for the type is out of range, never inf or 0.
 */
ParseResult parse_double(const char *from, const char *end, double *value)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    Decimal decimal;
    scan_trim(&from, &end);
    if (!scan_decimal(from, end, &decimal))
        return parse_special(from, end, value);
    if (!decimal.is_cut && decimal.digits <= 1ull << 53 && decimal.exponent >= -22 &&
        decimal.exponent <= 22) {
        double exact = (double)(int64_t)decimal.digits;
        exact = decimal.exponent < 0 ? exact / powers[-decimal.exponent]
                                     : exact * powers[decimal.exponent];
        *value = decimal.negative ? -exact : exact;
        return PARSE_OK;
    }
    uint64_t bits = to_binary(decimal.digits, decimal.exponent, &binary64);
    if (decimal.is_cut && bits != to_binary(decimal.digits + 1, decimal.exponent, &binary64)) {
        char text[SIGNIFICANT_DIGITS + 32];
        write_digits(&decimal, text);
        double slow = strtod(text, NULL);
        memcpy(&bits, &slow, 8);
    }
    if (bits >> 52 == 0x7FF || (bits == 0 && decimal.digits != 0))
        return PARSE_RANGE;
    bits |= (uint64_t)decimal.negative << 63;
    memcpy(value, &bits, 8);
    return PARSE_OK;
}

ParseResult parse_float(const char *from, const char *end, float *value)
{
    static const float powers[] = {1e0F, 1e1F, 1e2F, 1e3F, 1e4F, 1e5F,
                                   1e6F, 1e7F, 1e8F, 1e9F, 1e10F};
    Decimal decimal;
    scan_trim(&from, &end);
    if (!scan_decimal(from, end, &decimal)) {
        double special;
        if (parse_special(from, end, &special) != PARSE_OK)
            return PARSE_FORM;
        *value = (float)special;
        return PARSE_OK;
    }
    if (!decimal.is_cut && decimal.digits <= 1u << 24 && decimal.exponent >= -10 &&
        decimal.exponent <= 10) {
        float exact = (float)(int64_t)decimal.digits;
        exact = decimal.exponent < 0 ? exact / powers[-decimal.exponent]
                                     : exact * powers[decimal.exponent];
        *value = decimal.negative ? -exact : exact;
        return PARSE_OK;
    }
    uint32_t bits = (uint32_t)to_binary(decimal.digits, decimal.exponent, &binary32);
    if (decimal.is_cut &&
        bits != (uint32_t)to_binary(decimal.digits + 1, decimal.exponent, &binary32)) {
        char text[SIGNIFICANT_DIGITS + 32];
        write_digits(&decimal, text);
        float slow = strtof(text, NULL);
        memcpy(&bits, &slow, 4);
    }
    if (bits >> 23 == 0xFF || (bits == 0 && decimal.digits != 0))
        return PARSE_RANGE;
    bits |= (uint32_t)decimal.negative << 31;
    memcpy(value, &bits, 4);
    return PARSE_OK;
}

bool parse_f64(const char *from, const char *end, double *value)
{
    return parse_double(from, end, value) == PARSE_OK;
}

bool parse_f32(const char *from, const char *end, float *value)
{
    return parse_float(from, end, value) == PARSE_OK;
}
