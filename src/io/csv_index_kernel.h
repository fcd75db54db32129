/*
 * csv_index_kernel.h - the pass itself, included by csv_index_<level>.c, which defines
 *
 *     CSV_INDEX_CLASS            the name of the CsvIndexClass
 *     Needles, needles_make      what to look for, in registers
 *     block_find                 64 bytes to masks
 *     block_write                a mask's bits to positions; returns the new end
 *     prefix_xor                 bit i = xor of bits 0…i
 *
 * so that all levels agree by construction about everything but these few lines.
 */
#include <string.h>
#include "io/csv_index.h"

#define UNLIKELY(x) __builtin_expect(!!(x), 0)

typedef struct Scan {
    const char *data;
    size_t length;
    char delimiter;
    char quote;
    uint64_t inside; /* all ones: the text so far ends inside quotes */
    bool irregular;
} Scan;

static inline uint64_t bit_if(bool condition, unsigned bit)
{
    return (uint64_t)condition << bit;
}

/* Takes what is inside quotes out of the masks of the block at `at`, which holds `size` bytes. */
static __attribute__((noinline)) void quotes_apply(Scan *scan, size_t at, size_t size,
                                                   const char *block, uint64_t quotes,
                                                   uint64_t *separators, uint64_t *newlines)
{
    uint64_t inside = prefix_xor(quotes) ^ scan->inside;
    uint64_t opening = quotes & inside, closing = quotes & ~inside;
    uint64_t raw_separators = *separators, returns = 0;
    *separators &= ~inside;
    *newlines &= ~inside;

    /* A quote opens after a separator, or goes on after one that closed. */
    char before = at > 0 ? scan->data[at - 1] : '\n';
    bool good_before = before == '\n' || before == scan->delimiter || before == scan->quote;
    scan->irregular |= (opening & ~((*separators | closing) << 1 | bit_if(good_before, 0))) != 0;

    /* It closes before a separator, another quote, the end, or a return that belongs to one. */
    bool at_end = at + size == scan->length;
    char after = at_end ? '\n' : scan->data[at + size];
    for (uint64_t rest = closing; rest; rest &= rest - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(rest) + 1;
        if (bit < size && block[bit] == '\r') {
            char next = bit + 1 < size ? block[bit + 1] : after;
            returns |= bit_if(next == '\n', bit);
        } else if (bit == size && after == '\r') {
            bool ends = at + size + 1 == scan->length || scan->data[at + size + 1] == '\n';
            after = ends ? '\n' : after;
        }
    }
    bool good_after = after == '\n' || after == scan->delimiter || after == scan->quote;
    uint64_t good = (raw_separators | quotes | returns) >> 1 | bit_if(good_after, (unsigned)size - 1);
    scan->irregular |= (closing & ~good) != 0;
    scan->inside = (uint64_t)((int64_t)inside >> 63);
}

static inline __attribute__((always_inline)) void scan_run(const char *data, size_t length,
                                                           char delimiter, int quote, uint32_t *at,
                                                           CsvIndex *out)
{
    Scan scan = {.data = data, .length = length, .delimiter = delimiter, .quote = (char)quote};
    Needles needles = needles_make(delimiter, quote < 0 ? '\n' : (char)quote);
    uint64_t quotes_count = quote < 0 ? 0 : UINT64_MAX;
    uint64_t high = 0, any_quotes = 0;
    size_t newlines_total = 0, separators_total = 0, last_row_end = 0;
    uint32_t *to = at;
    for (size_t i = 0; i < length; i += 64) {
        size_t size = length - i;
        char tail[64];
        const char *block = data + i;
        if (UNLIKELY(size < 64)) {
            memset(tail, 0, sizeof tail);
            memcpy(tail, block, size);
            block = tail;
        } else {
            size = 64;
        }
        BlockMasks masks = block_find(block, &needles);
        uint64_t separators = masks.separators, newlines = masks.newlines;
        uint64_t quotes = masks.quotes & quotes_count;
        high |= masks.high;
        if (UNLIKELY(size < 64)) { /* the delimiter may be the zero byte */
            uint64_t kept = (1ull << size) - 1;
            separators &= kept;
            quotes &= kept;
        }
        if (quotes) {
            any_quotes = 1;
            quotes_apply(&scan, i, size, block, quotes, &separators, &newlines);
        } else if (scan.inside) {
            separators = newlines = 0;
        }
        newlines_total += (size_t)__builtin_popcountll(newlines);
        if (at) {
            to = block_write(to, (uint32_t)i, separators);
        } else {
            separators_total += (size_t)__builtin_popcountll(separators);
            if (newlines)
                last_row_end = i + 64 - (size_t)__builtin_clzll(newlines);
        }
    }
    *out = (CsvIndex){
        .count = at ? (size_t)(to - at) : separators_total,
        .newlines = newlines_total,
        .last_row_end = last_row_end,
        .has_quotes = any_quotes != 0,
        .is_ascii = high == 0,
        .irregular = scan.irregular,
        .is_open = scan.inside != 0,
    };
}

static void index_text(const char *data, size_t length, char delimiter, int quote, uint32_t *at,
                       CsvIndex *out)
{
    if (at)
        scan_run(data, length, delimiter, quote, at, out);
    else
        scan_run(data, length, delimiter, quote, NULL, out);
}

static size_t count_newlines(const char *data, size_t length)
{
    Needles needles = needles_make('\n', '\n');
    size_t count = 0, i = 0;
    for (; length - i >= 64; i += 64)
        count += (size_t)__builtin_popcountll(block_find(data + i, &needles).newlines);
    for (; i < length; i++)
        count += data[i] == '\n';
    return count;
}

const CsvIndexClass CSV_INDEX_CLASS = {index_text, count_newlines};
