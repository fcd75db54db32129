/* csv_index_avx512.c - the pass with one 64-byte register a block; positions by vpcompressb. */
#include <immintrin.h>
#include <stdint.h>

typedef struct Needles {
    __m512i delimiter, newline, quote;
} Needles;

typedef struct BlockMasks {
    uint64_t separators, newlines, quotes, high;
} BlockMasks;

static inline Needles needles_make(char delimiter, char quote)
{
    return (Needles){_mm512_set1_epi8(delimiter), _mm512_set1_epi8('\n'), _mm512_set1_epi8(quote)};
}

static inline BlockMasks block_find(const char *block, const Needles *needles)
{
    __m512i bytes = _mm512_loadu_si512(block);
    uint64_t newlines = _mm512_cmpeq_epi8_mask(bytes, needles->newline);
    return (BlockMasks){
        .separators = newlines | _mm512_cmpeq_epi8_mask(bytes, needles->delimiter),
        .newlines = newlines,
        .quotes = _mm512_cmpeq_epi8_mask(bytes, needles->quote),
        .high = _mm512_movepi8_mask(bytes),
    };
}

static const uint8_t numbers[64] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                    16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
                                    32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
                                    48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};

static inline uint32_t *block_write(uint32_t *to, uint32_t base, uint64_t mask)
{
    unsigned count = (unsigned)__builtin_popcountll(mask);
    __m512i packed = _mm512_maskz_compress_epi8(mask, _mm512_loadu_si512(numbers));
    __m512i bases = _mm512_set1_epi32((int)base);
    uint8_t places[64];
    _mm512_storeu_si512(
        to, _mm512_add_epi32(bases, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(packed))));
    if (__builtin_expect(count <= 16, 1))
        return to + count;
    _mm512_storeu_si512(places, packed);
    for (unsigned done = 16; done < count; done += 16) {
        __m128i next = _mm_loadu_si128((const __m128i_u *)(places + done));
        _mm512_storeu_si512(to + done, _mm512_add_epi32(bases, _mm512_cvtepu8_epi32(next)));
    }
    return to + count;
}

static inline uint64_t prefix_xor(uint64_t mask)
{
    __m128i all = _mm_set1_epi8(-1);
    return (uint64_t)_mm_cvtsi128_si64(
        _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)mask), all, 0));
}

#define CSV_UTF8_VALID  csv_utf8_valid_avx2
#define CSV_INDEX_CLASS csv_index_avx512
#include "io/csv_index_kernel.h"
