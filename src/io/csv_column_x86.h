/*
 * csv_column_x86.h - what csv_column_avx2.c and csv_column_avx512.c share: one field in a 16-byte
 * register.
 */
#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>
#include "io/csv_column.h"

/* 16 bytes from n: the last n of them are set. */
static const uint8_t last_bytes[32] = {
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

/* Shuffles that take out byte `point` and move what is before it up by one; 16: nothing. */
#define TAKE(k, i) (char)((i) == 0 ? -128 : (i) <= (k) ? (i)-1 : (i))
#define SHUFFLE(k)                                                                                 \
    {                                                                                              \
        TAKE(k, 0), TAKE(k, 1), TAKE(k, 2), TAKE(k, 3), TAKE(k, 4), TAKE(k, 5), TAKE(k, 6),        \
            TAKE(k, 7), TAKE(k, 8), TAKE(k, 9), TAKE(k, 10), TAKE(k, 11), TAKE(k, 12),             \
            TAKE(k, 13), TAKE(k, 14), TAKE(k, 15)                                                  \
    }
static const _Alignas(16) char without_point[17][16] = {
    SHUFFLE(0),
    SHUFFLE(1),
    SHUFFLE(2),
    SHUFFLE(3),
    SHUFFLE(4),
    SHUFFLE(5),
    SHUFFLE(6),
    SHUFFLE(7),
    SHUFFLE(8),
    SHUFFLE(9),
    SHUFFLE(10),
    SHUFFLE(11),
    SHUFFLE(12),
    SHUFFLE(13),
    SHUFFLE(14),
    SHUFFLE(15),
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
};

/* The `length` (1…16) characters that end at `end`: digits, and one point among them if with_point.
 * *point = 16 without one, else its place counted from end - 16. */
static inline __attribute__((always_inline)) bool digits_read(const char *end, uint32_t length,
                                                              bool with_point, bool store,
                                                              uint64_t *digits, uint32_t *point)
{
    const __m128i nines = _mm_set1_epi8(9);
    __m128i x = _mm_loadu_si128((const __m128i_u *)(end - 16));
    x = _mm_sub_epi8(x, _mm_set1_epi8('0'));
    x = _mm_and_si128(x, _mm_loadu_si128((const __m128i_u *)(last_bytes + length)));
    if (with_point) {
        __m128i points = _mm_cmpeq_epi8(x, _mm_set1_epi8('.' - '0'));
        *point = _tzcnt_u32((uint32_t)_mm_movemask_epi8(points) | 0x10000);
        x = _mm_shuffle_epi8(x, _mm_load_si128((const __m128i *)without_point[*point]));
    }
    __m128i over = _mm_subs_epu8(x, nines);
    if (__builtin_expect(!_mm_testz_si128(over, over), 0))
        return false;
    if (store) {
        x = _mm_maddubs_epi16(x, _mm_set1_epi16(0x010A));
        x = _mm_madd_epi16(x, _mm_set1_epi32(0x00010064));
        x = _mm_packus_epi32(x, x);
        x = _mm_madd_epi16(x, _mm_set1_epi32(0x00012710));
        uint64_t both = (uint64_t)_mm_cvtsi128_si64(x);
        *digits = (both & 0xFFFFFFFFu) * 100000000 + (both >> 32);
    }
    return true;
}

/* The first `length` (1…12) bytes; 16 may be read. */
static inline __attribute__((always_inline)) void text_load(const char *from, uint32_t length,
                                                            Text *text)
{
    __m128i x = _mm_loadu_si128((const __m128i_u *)from);
    __m128i beyond = _mm_loadu_si128((const __m128i_u *)(last_bytes + 16 - length));
    x = _mm_slli_si128(_mm_andnot_si128(beyond, x), 4);
    x = _mm_or_si128(x, _mm_cvtsi32_si128((int)length));
    _mm_storeu_si128((__m128i_u *)text, x);
}

static inline __attribute__((always_inline)) bool text_holds(const char *from, uint32_t length,
                                                             char byte)
{
    __m128i x = _mm_loadu_si128((const __m128i_u *)from);
    uint32_t found = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_set1_epi8(byte)));
    return _bzhi_u32(found, length) != 0;
}

/* ---- four numbers at once; four_read is the level's ---- */

#define NUMBERS_FOUR
typedef struct Four {
    __m256i digits;    /* four uint64_t */
    uint32_t point[4]; /* as digits_read's */
} Four;

static inline __attribute__((always_inline)) void four_digits(const Four *four, uint64_t *to)
{
    _mm256_storeu_si256((__m256i_u *)to, four->digits);
}

/* Digits below 2^52, as the fraction of 2^52's double, and divided by their powers of ten. */
static inline __attribute__((always_inline)) void
four_doubles(const Four *four, const double *point_powers, double *to)
{
    const __m256d base = _mm256_set1_pd(0x1p52);
    __m256d digits = _mm256_or_pd(_mm256_castsi256_pd(four->digits), base);
    __m256d powers = _mm256_set_pd(point_powers[four->point[3]], point_powers[four->point[2]],
                                   point_powers[four->point[1]], point_powers[four->point[0]]);
    _mm256_storeu_pd(to, _mm256_div_pd(_mm256_sub_pd(digits, base), powers));
}
