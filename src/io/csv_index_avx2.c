/* csv_index_avx2.c - the pass with two 32-byte registers a block. */
#include <immintrin.h>
#include <stdint.h>

typedef struct Needles {
    __m256i delimiter, newline, quote;
} Needles;

typedef struct BlockMasks {
    uint64_t separators, newlines, quotes, high;
} BlockMasks;

static inline Needles needles_make(char delimiter, char quote)
{
    return (Needles){_mm256_set1_epi8(delimiter), _mm256_set1_epi8('\n'), _mm256_set1_epi8(quote)};
}

static inline uint64_t bits_of(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high)
                                                     << 32;
}

static inline BlockMasks block_find(const char *block, const Needles *needles)
{
    __m256i a = _mm256_loadu_si256((const __m256i_u *)block);
    __m256i b = _mm256_loadu_si256((const __m256i_u *)(block + 32));
    __m256i newline_a = _mm256_cmpeq_epi8(a, needles->newline);
    __m256i newline_b = _mm256_cmpeq_epi8(b, needles->newline);
    __m256i either_a = _mm256_or_si256(newline_a, _mm256_cmpeq_epi8(a, needles->delimiter));
    __m256i either_b = _mm256_or_si256(newline_b, _mm256_cmpeq_epi8(b, needles->delimiter));
    __m256i quote_a = _mm256_cmpeq_epi8(a, needles->quote);
    __m256i quote_b = _mm256_cmpeq_epi8(b, needles->quote);
    __m256i any_quote = _mm256_or_si256(quote_a, quote_b);
    BlockMasks masks = {
        .separators = bits_of(either_a, either_b),
        .newlines = bits_of(newline_a, newline_b),
        .high = (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(a, b)),
    };
    if (!_mm256_testz_si256(any_quote, any_quote))
        masks.quotes = bits_of(quote_a, quote_b);
    return masks;
}

/* Most blocks hold few separators: the first eight are written whether there are so many or not,
 * which costs less than asking. */
static inline uint32_t *block_write(uint32_t *to, uint32_t base, uint64_t mask)
{
    unsigned count = (unsigned)__builtin_popcountll(mask);
    uint32_t *at = to;
    for (unsigned done = 0;; done += 8) {
        for (unsigned i = 0; i < 8; i++) {
            at[i] = base + (uint32_t)_tzcnt_u64(mask);
            mask = _blsr_u64(mask);
        }
        if (__builtin_expect(count <= done + 8, 1))
            return to + count;
        at += 8;
    }
}

static inline uint64_t prefix_xor(uint64_t mask)
{
    __m128i all = _mm_set1_epi8(-1);
    return (uint64_t)_mm_cvtsi128_si64(
        _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)mask), all, 0));
}

#define CSV_UTF8_VALID  csv_utf8_valid_avx2
#define CSV_INDEX_CLASS csv_index_avx2
#include "io/csv_index_kernel.h"
