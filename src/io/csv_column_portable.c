/* csv_column_portable.c - the fast ways in plain C: SWAR, for little-endian machines. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "types/type.h"

static inline uint64_t load_word(const char *from)
{
    uint64_t word;
    memcpy(&word, from, 8);
    return word;
}

static inline bool all_digits(uint64_t word) /* of digits' values, '0' taken off */
{
    return ((word | (word + 0x7676767676767676u)) & 0x8080808080808080u) == 0;
}

static inline uint64_t eight_digits(uint64_t word)
{
    word = (word * 10 + (word >> 8)) & 0x00FF00FF00FF00FFu;
    word = (word * 100 + (word >> 16)) & 0x0000FFFF0000FFFFu;
    return (word * 10000 + (word >> 32)) & 0xFFFFFFFFu;
}

/* The `length` (1…16) characters that end at `end`: digits, and one point among them if with_point.
 * *point = 16 without one, else its place counted from end - 16. */
static inline __attribute__((always_inline)) bool digits_read(const char *end, uint32_t length,
                                                              bool with_point, bool store,
                                                              uint64_t *digits, uint32_t *point)
{
    u128 zeros = (u128)0x3030303030303030u << 64 | 0x3030303030303030u;
    u128 all = ((u128)load_word(end - 8) << 64 | load_word(end - 16)) ^ zeros;
    unsigned missing = 8 * (16 - length);
    all = all >> missing << missing;
    if (with_point) {
        /* '.' ^ '0' = 0x1E; a zero byte of `other` is one, the lowest is found exactly */
        u128 ones = (u128)0x0101010101010101u << 64 | 0x0101010101010101u;
        u128 other = all ^ (ones * 0x1E);
        u128 found = (other - ones) & ~other & (ones << 7);
        uint64_t low = (uint64_t)found, high = (uint64_t)(found >> 64);
        if (found) {
            unsigned bit =
                low ? (unsigned)__builtin_ctzll(low) : 64 + (unsigned)__builtin_ctzll(high);
            unsigned shift = bit - 7;
            u128 before = all & (((u128)1 << shift) - 1);
            u128 after = shift == 120 ? 0 : all >> (shift + 8) << (shift + 8);
            *point = shift / 8;
            all = after | before << 8;
        } else {
            *point = 16;
        }
    }
    uint64_t high = (uint64_t)all, low = (uint64_t)(all >> 64);
    if (!all_digits(high) || !all_digits(low))
        return false;
    if (store)
        *digits = eight_digits(high) * 100000000 + eight_digits(low);
    return true;
}

/* The first `length` (1…12) bytes; 16 may be read. */
static inline __attribute__((always_inline)) void text_load(const char *from, uint32_t length,
                                                            Text *text)
{
    uint64_t first = load_word(from), second = load_word(from + 8);
    if (length < 8) {
        first &= (1ull << (8 * length)) - 1;
        second = 0;
    } else {
        second &= (1ull << (8 * (length - 8))) - 1;
    }
    uint64_t words[2] = {length | first << 32, first >> 32 | second << 32};
    memcpy(text, words, 16);
}

static inline __attribute__((always_inline)) bool text_holds(const char *from, uint32_t length,
                                                             char byte)
{
    for (uint32_t i = 0; i < length; i++)
        if (from[i] == byte)
            return true;
    return false;
}

#define CSV_COLUMN_FNS csv_column_portable
#include "io/csv_column_kernel.h"
