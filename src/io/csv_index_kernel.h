/*
 * csv_index_kernel.h - the pass itself, included by csv_index_<level>.c, which defines
 *
 *     CSV_INDEX_CLASS            the name of the CsvIndexClass
 *     CSV_UTF8_VALID             its test for UTF-8
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

/* May a field end before the byte at `at`?  A return counts only together with its line end. */
static bool ends_field(const Scan *scan, size_t at)
{
    if (at >= scan->length)
        return true;
    char c = scan->data[at];
    if (c == '\r')
        return at + 1 == scan->length || scan->data[at + 1] == '\n';
    return c == '\n' || c == scan->delimiter || c == scan->quote;
}

/* Takes what is inside quotes out of the masks of the block at `at`. */
static inline __attribute__((always_inline)) void
quotes_apply(Scan *scan, size_t at, uint64_t quotes, uint64_t *separators, uint64_t *newlines)
{
    uint64_t inside = prefix_xor(quotes) ^ scan->inside;
    uint64_t opening = quotes & inside, closing = quotes & ~inside;
    /* A quote closes before a separator or another quote; the last bit and returns are looked at
     * one by one. */
    uint64_t unclear = closing & ~((*separators | quotes) >> 1);
    *separators &= ~inside;
    *newlines &= ~inside;
    scan->inside = (uint64_t)((int64_t)inside >> 63);

    /* It opens after a separator, or goes on after one that closed. */
    char before = at > 0 ? scan->data[at - 1] : '\n';
    uint64_t first = before == '\n' || before == scan->delimiter || before == scan->quote;
    scan->irregular |= (opening & ~((*separators | closing) << 1 | first)) != 0;
    for (; UNLIKELY(unclear != 0); unclear &= unclear - 1)
        scan->irregular |= !ends_field(scan, at + (size_t)__builtin_ctzll(unclear) + 1);
}

static inline __attribute__((always_inline)) void
scan_run(const char *data, size_t length, char delimiter, int quote, uint32_t *at, CsvIndex *out)
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
            quotes_apply(&scan, i, quotes, &separators, &newlines);
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

static size_t survey(const char *data, size_t length, int quote, bool *has_quotes)
{
    Needles needles = needles_make('\n', quote < 0 ? '\n' : (char)quote);
    size_t count = 0, i = 0;
    uint64_t quotes = 0;
    for (; length - i >= 64; i += 64) {
        BlockMasks masks = block_find(data + i, &needles);
        count += (size_t)__builtin_popcountll(masks.newlines);
        quotes |= masks.quotes;
    }
    for (; i < length; i++) {
        count += data[i] == '\n';
        quotes |= data[i] == (char)quote;
    }
    *has_quotes = quote >= 0 && quotes != 0;
    return count;
}

const CsvIndexClass CSV_INDEX_CLASS = {index_text, survey, CSV_UTF8_VALID};
