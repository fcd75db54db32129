/*
 * exact_sum.c - the slow paths of the exact sum, and its end.
 *
 * Inside, a term is magnitude * 2^(position - 1074); the wide accumulator takes
 * 2^30 terms before carries must be propagated, since each adds less than 2^32
 * to a chunk of 64 bits.
 */
#include "functions/exact_sum.h"
#include <math.h>

enum { UNIT_MAX = 1973, ACC_BITS = 126 };
#define WIDE_ADDS_MAX (1ll << 30)

ExactWide *exact_sum_wide(ExactSum *sum, Arena *heap)
{
    if (!sum->wide)
        sum->wide = ARENA_NEW(heap, ExactWide);
    return sum->wide;
}

static int bit_length(u128 value)
{
    uint64_t high = (uint64_t)(value >> 64), low = (uint64_t)value;
    return high ? 128 - __builtin_clzll(high) : low ? 64 - __builtin_clzll(low) : 0;
}
static int trailing_zeros(u128 value)
{
    uint64_t high = (uint64_t)(value >> 64), low = (uint64_t)value;
    return low ? __builtin_ctzll(low) : 64 + __builtin_ctzll(high);
}
static u128 magnitude_of(i128 value)
{
    return value < 0 ? (u128)0 - (u128)value : (u128)value;
}

/* Makes every chunk but the last non-negative and below 2^32. */
static void propagate(int64_t *chunk)
{
    for (int i = 0; i + 1 < EXACT_CHUNKS; i++) {
        int64_t carry = chunk[i] >> 32;
        chunk[i] -= carry * (1ll << 32);
        chunk[i + 1] += carry;
    }
}

static void chunks_add(int64_t *chunk, u128 magnitude, uint32_t position, bool negative)
{
    uint32_t index = position / 32, offset = position % 32;
    u128 low = magnitude << offset;
    uint64_t high = offset ? (uint64_t)(magnitude >> (128 - offset)) : 0;
    for (; low || high; index++) {
        int64_t piece = (int64_t)(uint32_t)low;
        chunk[index] += negative ? -piece : piece;
        low = low >> 32 | (u128)high << 96;
        high >>= 32;
    }
}

static void wide_add(ExactSum *sum, u128 magnitude, uint32_t position, bool negative, Arena *heap)
{
    ExactWide *wide = exact_sum_wide(sum, heap);
    if (++wide->adds >= WIDE_ADDS_MAX) {
        propagate(wide->chunk);
        wide->adds = 1;
    }
    chunks_add(wide->chunk, magnitude, position, negative);
}

static void spill(ExactSum *sum, Arena *heap)
{
    if (sum->acc)
        wide_add(sum, magnitude_of(sum->acc), sum->unit, sum->acc < 0, heap);
    sum->acc = 0;
}

/* Moves acc to a unit at which both it and the term fit with room around them; false: there is
 * none. */
static bool make_room(ExactSum *sum, u128 magnitude, int32_t position)
{
    u128 all = magnitude_of(sum->acc);
    int32_t low = position, high = position + bit_length(magnitude);
    if (all) {
        int32_t acc_low = (int32_t)sum->unit + trailing_zeros(all);
        int32_t acc_high = (int32_t)sum->unit + bit_length(all);
        low = acc_low < low ? acc_low : low;
        high = acc_high > high ? acc_high : high;
    }
    int32_t spare = ACC_BITS - (high + 1 - low);
    if (spare < 0)
        return false;
    int32_t unit = low - spare / 2;
    unit = unit < 0 ? 0 : unit > UNIT_MAX ? UNIT_MAX : unit;
    if (high + 1 - unit > ACC_BITS)
        return false;
    if (all) {
        int32_t shift = unit - (int32_t)sum->unit;
        all = shift > 0 ? all >> shift : all << -shift;
        sum->acc = sum->acc < 0 ? -(i128)all : (i128)all;
    }
    sum->unit = (uint32_t)unit;
    return true;
}

static void add_term(ExactSum *sum, u128 magnitude, uint32_t position, bool negative, Arena *heap)
{
    if (magnitude == 0)
        return;
    int zeros = trailing_zeros(magnitude);
    magnitude >>= zeros;
    position += (uint32_t)zeros;
    bool fits =
        position >= sum->unit && position - sum->unit + (uint32_t)bit_length(magnitude) <= ACC_BITS;
    for (int round = 0; round < 2; round++) {
        if (fits || make_room(sum, magnitude, (int32_t)position)) {
            i128 term = (i128)(magnitude << (position - sum->unit));
            i128 acc; /* apart: an overflow stores what wrapped around */
            if (!__builtin_add_overflow(sum->acc, negative ? -term : term, &acc)) {
                sum->acc = acc;
                return;
            }
        }
        /* Start acc anew near this value if it was full; far from it, the value goes alone. */
        if (!fits)
            break;
        spill(sum, heap);
    }
    wide_add(sum, magnitude, position, negative, heap);
}

void exact_sum_add_slow(ExactSum *sum, double value, int64_t weight, Arena *heap)
{
    uint64_t bits;
    memcpy(&bits, &value, 8);
    uint64_t fraction = bits & 0xFFFFFFFFFFFFFull;
    uint32_t exponent = (uint32_t)(bits >> 52) & 0x7FF;
    bool negative = (bits >> 63) != 0;
    if (exponent == 0x7FF) {
        ExactWide *wide = exact_sum_wide(sum, heap);
        if (fraction)
            wide->nans += weight;
        else if (negative)
            wide->minus_infinities += weight;
        else
            wide->plus_infinities += weight;
        return;
    }
    if (exponent)
        fraction |= 0x10000000000000ull;
    uint64_t times = weight < 0 ? (uint64_t)0 - (uint64_t)weight : (uint64_t)weight;
    add_term(sum, (u128)fraction * times, exponent ? exponent - 1 : 0, negative != (weight < 0),
             heap);
}

void exact_sum_merge(ExactSum *into, const ExactSum *from, Arena *heap)
{
    into->count += from->count;
    if (from->acc)
        add_term(into, magnitude_of(from->acc), from->unit, from->acc < 0, heap);
    if (!from->wide)
        return;
    ExactWide *wide = exact_sum_wide(into, heap);
    wide->nans += from->wide->nans;
    wide->plus_infinities += from->wide->plus_infinities;
    wide->minus_infinities += from->wide->minus_infinities;
    /* Two accumulators with propagated carries cannot overflow a chunk. */
    int64_t other[EXACT_CHUNKS];
    memcpy(other, from->wide->chunk, sizeof other);
    propagate(other);
    propagate(wide->chunk);
    wide->adds = 2;
    for (int i = 0; i < EXACT_CHUNKS; i++)
        wide->chunk[i] += other[i];
}

ExactKind exact_sum_kind(const ExactSum *sum)
{
    const ExactWide *wide = sum->wide;
    if (!wide)
        return EXACT_FINITE;
    if (wide->nans || (wide->plus_infinities && wide->minus_infinities))
        return EXACT_NAN;
    return wide->plus_infinities    ? EXACT_PLUS_INFINITY
           : wide->minus_infinities ? EXACT_MINUS_INFINITY
                                    : EXACT_FINITE;
}

void exact_sum_big(const ExactSum *sum, Big *out)
{
    int64_t chunk[EXACT_CHUNKS] = {0};
    if (sum->wide)
        memcpy(chunk, sum->wide->chunk, sizeof chunk);
    propagate(chunk);
    chunks_add(chunk, magnitude_of(sum->acc), sum->unit, sum->acc < 0);
    propagate(chunk);
    /* The sign of the whole is that of the last chunk. */
    *out = (Big){.negative = chunk[EXACT_CHUNKS - 1] < 0, .exponent = -1074};
    if (out->negative) {
        for (int i = 0; i < EXACT_CHUNKS; i++)
            chunk[i] = -chunk[i];
        propagate(chunk);
    }
    for (int i = 0; i < EXACT_CHUNKS; i++)
        out->limb[i] = (uint32_t)chunk[i];
    out->count = EXACT_CHUNKS;
    while (out->count > 0 && out->limb[out->count - 1] == 0)
        out->count--;
    int32_t zeros = 0;
    while (zeros < out->count && out->limb[zeros] == 0)
        zeros++;
    if (zeros > 0 && out->count > 0) {
        out->count -= zeros;
        memmove(out->limb, out->limb + zeros, (size_t)out->count * sizeof *out->limb);
        memset(out->limb + out->count, 0, (size_t)zeros * sizeof *out->limb);
        out->exponent += 32 * zeros;
    }
}

/* The usual case, all in acc: acc * 2^(unit - 1074) / divisor, rounded once to the nearest double,
 * ties to even.  False when the result is near the ends of the range. */
static bool narrow_value(const ExactSum *sum, uint64_t divisor, double *out)
{
    u128 all = magnitude_of(sum->acc);
    if (sum->wide || divisor == 0)
        return false;
    if (all == 0) {
        *out = 0.0;
        return true;
    }
    /* A quotient of at least 55 bits, so that what lies below its 53 leading ones decides. */
    int shift = 56 + bit_length(divisor) - bit_length(all);
    shift = shift < 0 ? 0 : shift;
    all <<= shift;
    u128 quotient = all, rest = 0;
    if (divisor > 1 && all >> 64) {
        quotient = all / divisor;
        rest = all - quotient * divisor;
    } else if (divisor > 1) {
        quotient = (uint64_t)all / divisor;
        rest = (uint64_t)all % divisor;
    }
    int drop = bit_length(quotient) - 53;
    int exponent = (int)sum->unit - 1074 - shift + drop;
    if (drop < 1 || exponent < -1000 || exponent > 960)
        return false;
    u128 low = quotient & (((u128)1 << drop) - 1), half = (u128)1 << (drop - 1);
    uint64_t kept = (uint64_t)(quotient >> drop);
    if (low > half || (low == half && (rest || (kept & 1))))
        kept++;
    double value = ldexp((double)kept, exponent);
    *out = sum->acc < 0 ? -value : value;
    return true;
}

double exact_sum_value(const ExactSum *sum, uint64_t divisor)
{
    double narrow;
    if (narrow_value(sum, divisor, &narrow))
        return narrow;
    ExactKind kind = exact_sum_kind(sum);
    Big big;
    if (kind != EXACT_FINITE)
        return kind == EXACT_NAN ? (double)NAN : kind == EXACT_PLUS_INFINITY ? HUGE_VAL : -HUGE_VAL;
    exact_sum_big(sum, &big);
    return big_to_double(&big, divisor, 1);
}

/* Sign, place of the first byte that is not zero (in bytes from 2^-1074), bytes up to the last
 * such. */
static size_t save_bytes(char *to, bool negative, size_t position, const unsigned char *bytes,
                         size_t length)
{
    size_t first = 0;
    while (bytes[length - 1] == 0)
        length--;
    while (bytes[first] == 0)
        first++;
    position += first;
    to[0] = negative;
    to[1] = (char)(position & 0xFF);
    to[2] = (char)(position >> 8);
    memcpy(to + 3, bytes + first, length - first);
    return 3 + length - first;
}

size_t exact_sum_save(const ExactSum *sum, char *to)
{
    if (!sum->wide) {
        unsigned char narrow[17];
        u128 all = magnitude_of(sum->acc), low = all << (sum->unit % 8);
        if (all == 0)
            return 0;
        memcpy(narrow, &low, 16);
        narrow[16] = (unsigned char)(sum->unit % 8 ? all >> (128 - sum->unit % 8) : 0);
        return save_bytes(to, sum->acc < 0, sum->unit / 8, narrow, sizeof narrow);
    }
    Big big;
    exact_sum_big(sum, &big);
    if (big.count == 0)
        return 0;
    unsigned char bytes[4 * EXACT_CHUNKS];
    for (size_t i = 0; i < 4 * (size_t)big.count; i++)
        bytes[i] = (unsigned char)(big.limb[i / 4] >> (8 * (i % 4)));
    return save_bytes(to, big.negative, (size_t)(big.exponent + 1074) / 8, bytes,
                      4 * (size_t)big.count);
}

bool exact_sum_load(ExactSum *sum, const char *from, size_t length, Arena *heap)
{
    const unsigned char *bytes = (const unsigned char *)from;
    if (length == 0)
        return true;
    size_t position = length < 3 ? 0 : bytes[1] + 256u * bytes[2];
    if (length < 4 || bytes[0] > 1 || position + (length - 3) > 4 * (EXACT_CHUNKS - 1))
        return false;
    for (size_t i = 3; i < length; i++, position++)
        add_term(sum, bytes[i], (uint32_t)position * 8, bytes[0] != 0, heap);
    return true;
}

void exact_sum_columns(Type *types)
{
    types[0] = type_of(TYPE_BYTES);
    for (int i = 1; i < EXACT_COLUMNS; i++)
        types[i] = type_of(TYPE_BIGINT);
}

void exact_sum_store(const ExactSum *sum, Vector *columns, uint32_t row, Arena *scratch)
{
    char bytes[EXACT_BYTES_MAX];
    size_t length = exact_sum_save(sum, bytes);
    const ExactWide *wide = sum->wide;
    ((Text *)columns[0].data)[row] = text_make_copy(scratch, bytes, (uint32_t)length);
    ((int64_t *)columns[1].data)[row] = sum->count;
    ((int64_t *)columns[2].data)[row] = wide ? wide->nans : 0;
    ((int64_t *)columns[3].data)[row] = wide ? wide->plus_infinities : 0;
    ((int64_t *)columns[4].data)[row] = wide ? wide->minus_infinities : 0;
}

bool exact_sum_restore(ExactSum *sum, const Vector *columns, uint32_t row, Arena *heap)
{
    Str bytes = text_str(vector_value(&columns[0], row));
    int64_t counts[EXACT_COLUMNS];
    for (int i = 1; i < EXACT_COLUMNS; i++)
        counts[i] = *(const int64_t *)vector_value(&columns[i], row);
    *sum = (ExactSum){.count = counts[1]};
    if (counts[2] || counts[3] || counts[4]) {
        ExactWide *wide = exact_sum_wide(sum, heap);
        wide->nans = counts[2];
        wide->plus_infinities = counts[3];
        wide->minus_infinities = counts[4];
    }
    return exact_sum_load(sum, bytes.data, bytes.length, heap);
}
