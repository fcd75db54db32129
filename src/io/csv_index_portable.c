/* csv_index_portable.c - the pass in plain C, 8 bytes at a time in a word. */
#include <stdint.h>
#include <string.h>
#include "base/str.h"

typedef struct Needles {
    uint64_t delimiter, newline, quote; /* in every byte */
} Needles;

typedef struct BlockMasks {
    uint64_t separators, newlines, quotes, high;
} BlockMasks;

static const uint64_t ones = 0x0101010101010101u, lows = 0x7F7F7F7F7F7F7F7Fu;

static inline Needles needles_make(char delimiter, char quote)
{
    return (Needles){ones * (unsigned char)delimiter, ones * '\n', ones * (unsigned char)quote};
}

/* Bit k = byte k of the word equals the needle's. */
static inline uint64_t bytes_equal(uint64_t word, uint64_t needle)
{
    uint64_t x = word ^ needle;
    uint64_t zero = ~(((x & lows) + lows) | x | lows); /* 0x80 where x has a zero byte, exactly */
    return (zero >> 7) * 0x0102040810204080u >> 56;
}

static inline BlockMasks block_find(const char *block, const Needles *needles)
{
    BlockMasks masks = {0};
    for (unsigned i = 0; i < 8; i++) {
        uint64_t word;
        memcpy(&word, block + 8 * i, 8);
        uint64_t newlines = bytes_equal(word, needles->newline);
        masks.newlines |= newlines << (8 * i);
        masks.separators |= (newlines | bytes_equal(word, needles->delimiter)) << (8 * i);
        masks.quotes |= bytes_equal(word, needles->quote) << (8 * i);
        masks.high |= word & ~lows;
    }
    return masks;
}

static inline uint32_t *block_write(uint32_t *to, uint32_t base, uint64_t mask)
{
    for (; mask; mask &= mask - 1)
        *to++ = base + (uint32_t)__builtin_ctzll(mask);
    return to;
}

static inline uint64_t prefix_xor(uint64_t mask)
{
    for (unsigned shift = 1; shift < 64; shift *= 2)
        mask ^= mask << shift;
    return mask;
}

#define CSV_UTF8_VALID  utf8_valid
#define CSV_INDEX_CLASS csv_index_portable
#include "io/csv_index_kernel.h"
