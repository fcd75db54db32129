/* csv_column_avx2.c - the fast ways with 32-byte registers. */
#include "io/csv_column_x86.h"

/* Four numbers at once: rows 0 and 2 in the halves of one register, 1 and 3 in those of the other,
 * so that packing them puts them in order. */

static inline __attribute__((always_inline)) __m256i load_halves(const void *low, const void *high)
{
    return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(low)),
                                   _mm_loadu_si128(high), 1);
}

/* Two fields' digits in the places of their last 16 bytes; `other` collects what is neither a digit
 * nor a point in its place. */
static inline __attribute__((always_inline)) __m256i pair_read(const Field *a, const Field *b,
                                                               bool with_point, uint32_t *point_a,
                                                               uint32_t *point_b, __m256i *other,
                                                               uint32_t *misplaced)
{
    __m256i within = load_halves(last_bytes + a->length, last_bytes + b->length);
    __m256i x = _mm256_sub_epi8(load_halves(a->end - 16, b->end - 16), _mm256_set1_epi8('0'));
    x = _mm256_and_si256(x, within);
    if (with_point) {
        __m256i at = _mm256_cmpeq_epi8(x, _mm256_set1_epi8('.' - '0'));
        uint32_t points = (uint32_t)_mm256_movemask_epi8(at);
        uint32_t places = (uint32_t)_mm256_movemask_epi8(within);
        *misplaced |= points & (~(places << 1) | 0x80008000u); /* first or last */
        *point_a = _tzcnt_u32(points | 0x10000);
        *point_b = _tzcnt_u32(points >> 16 | 0x10000);
        x = _mm256_shuffle_epi8(x, load_halves(without_point[*point_a], without_point[*point_b]));
    }
    *other = _mm256_or_si256(*other, _mm256_subs_epu8(x, _mm256_set1_epi8(9)));
    return x;
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
    __m256i other = _mm256_setzero_si256();
    uint32_t misplaced = 0;
    __m256i even = pair_read(&fields[0], &fields[2], with_point, &four->point[0], &four->point[2],
                             &other, &misplaced);
    __m256i odd = pair_read(&fields[1], &fields[3], with_point, &four->point[1], &four->point[3],
                            &other, &misplaced);
    if (__builtin_expect(misplaced != 0 || !_mm256_testz_si256(other, other), 0))
        return false;
    if (!store)
        return true;
    even = _mm256_maddubs_epi16(even, _mm256_set1_epi16(0x010A));
    odd = _mm256_maddubs_epi16(odd, _mm256_set1_epi16(0x010A));
    even = _mm256_madd_epi16(even, _mm256_set1_epi32(0x00010064));
    odd = _mm256_madd_epi16(odd, _mm256_set1_epi32(0x00010064));
    __m256i eights =
        _mm256_madd_epi16(_mm256_packus_epi32(even, odd), _mm256_set1_epi32(0x00012710));
    four->digits = _mm256_add_epi64(_mm256_mul_epu32(eights, _mm256_set1_epi64x(100000000)),
                                    _mm256_srli_epi64(eights, 32));
    return true;
}

#define CSV_COLUMN_FNS csv_column_avx2
#include "io/csv_column_kernel.h"
