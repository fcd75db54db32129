/* csv_column_avx512.c - the fast ways with 64-byte registers. */
#include "io/csv_column_x86.h"

/* Four numbers at once have a 16-byte lane each. */

static inline __attribute__((always_inline)) __m512i load_lanes(const void *a, const void *b,
                                                                const void *c, const void *d)
{
    __m512i all = _mm512_castsi128_si512(_mm_loadu_si128(a));
    all = _mm512_inserti32x4(all, _mm_loadu_si128(b), 1);
    all = _mm512_inserti32x4(all, _mm_loadu_si128(c), 2);
    return _mm512_inserti32x4(all, _mm_loadu_si128(d), 3);
}

/* A lane's last `length` (≤ 15) bytes as bits. */
static inline __attribute__((always_inline)) uint64_t lane_bits(uint32_t length, int lane)
{
    return (uint64_t)(0xFFFF0000u >> length & 0xFFFF) << (16 * lane);
}

/* Four fields of at most `longest` (≤ 15) characters, as digits_read reads them and with digits on
 * both sides of a point; false: some is not of that form. */
static inline __attribute__((always_inline)) bool four_read(const Field *fields, uint32_t longest,
                                                            bool with_point, bool store, Four *four)
{
    bool fits = true;
    for (int i = 0; i < 4; i++)
        fits &= fields[i].length - 1 < longest;
    if (__builtin_expect(!fits, 0))
        return false;
    uint64_t within = lane_bits(fields[0].length, 0) | lane_bits(fields[1].length, 1) |
                      lane_bits(fields[2].length, 2) | lane_bits(fields[3].length, 3);
    __m512i x =
        load_lanes(fields[0].end - 16, fields[1].end - 16, fields[2].end - 16, fields[3].end - 16);
    x = _mm512_maskz_sub_epi8(within, x, _mm512_set1_epi8('0'));
    uint64_t misplaced = 0;
    if (with_point) {
        uint64_t points = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('.' - '0'));
        misplaced = points & (~(within << 1) | 0x8000800080008000u); /* first or last */
        for (int i = 0; i < 4; i++)
            four->point[i] = _tzcnt_u32((uint32_t)(points >> (16 * i)) | 0x10000);
        x = _mm512_shuffle_epi8(
            x, load_lanes(without_point[four->point[0]], without_point[four->point[1]],
                          without_point[four->point[2]], without_point[four->point[3]]));
    }
    uint64_t other = _mm512_cmpgt_epu8_mask(x, _mm512_set1_epi8(9));
    if (__builtin_expect((misplaced | other) != 0, 0))
        return false;
    if (!store)
        return true;
    x = _mm512_maddubs_epi16(x, _mm512_set1_epi16(0x010A));
    x = _mm512_madd_epi16(x, _mm512_set1_epi32(0x00010064));
    x = _mm512_packus_epi32(x, x);
    x = _mm512_madd_epi16(x, _mm512_set1_epi32(0x00012710));
    __m512i digits = _mm512_add_epi64(_mm512_mul_epu32(x, _mm512_set1_epi64(100000000)),
                                      _mm512_srli_epi64(x, 32));
    four->digits = _mm512_castsi512_si256(_mm512_maskz_compress_epi64(0x55, digits));
    return true;
}

#define CSV_COLUMN_FNS csv_column_avx512
#include "io/csv_column_kernel.h"
