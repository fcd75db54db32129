/*
 * utf8_avx2.c - is it UTF-8, 32 bytes at a time.
 *
 * J. Keiser, D. Lemire, "Validating UTF-8 in less than one instruction per byte", 2021: every error
 * but one shows in two bytes in a row.  Three tables, by the first byte's halves and the second
 * byte's upper half, say which errors are possible; what all three agree on is one.  The bit
 * TWO_CONTS is only an error where no third or fourth byte is due.
 */
#include <immintrin.h>
#include <string.h>
#include "io/csv_index.h"

enum {
    TOO_SHORT = 1,
    TOO_LONG = 2,
    OVERLONG_3 = 4,
    TOO_LARGE = 8,
    SURROGATE = 16,
    OVERLONG_2 = 32,
    TOO_LARGE_1000 = 64,
    OVERLONG_4 = 64,
    TWO_CONTS = 128,
    CARRY = TOO_SHORT | TOO_LONG | TWO_CONTS,
    LARGE = CARRY | TOO_LARGE | TOO_LARGE_1000
};

static const uint8_t first_high[16] = {TOO_LONG,
                                       TOO_LONG,
                                       TOO_LONG,
                                       TOO_LONG,
                                       TOO_LONG,
                                       TOO_LONG,
                                       TOO_LONG,
                                       TOO_LONG,
                                       TWO_CONTS,
                                       TWO_CONTS,
                                       TWO_CONTS,
                                       TWO_CONTS,
                                       TOO_SHORT | OVERLONG_2,
                                       TOO_SHORT,
                                       TOO_SHORT | OVERLONG_3 | SURROGATE,
                                       TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4};
static const uint8_t first_low[16] = {CARRY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4,
                                      CARRY | OVERLONG_2,
                                      CARRY,
                                      CARRY,
                                      CARRY | TOO_LARGE,
                                      LARGE,
                                      LARGE,
                                      LARGE,
                                      LARGE,
                                      LARGE,
                                      LARGE,
                                      LARGE,
                                      LARGE,
                                      LARGE | SURROGATE,
                                      LARGE,
                                      LARGE};
static const uint8_t second_high[16] = {TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_LONG | OVERLONG_2 | TWO_CONTS | OVERLONG_3 |
                                            TOO_LARGE_1000 | OVERLONG_4,
                                        TOO_LONG | OVERLONG_2 | TWO_CONTS | OVERLONG_3 | TOO_LARGE,
                                        TOO_LONG | OVERLONG_2 | TWO_CONTS | SURROGATE | TOO_LARGE,
                                        TOO_LONG | OVERLONG_2 | TWO_CONTS | SURROGATE | TOO_LARGE,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT};

static inline __m256i table(const uint8_t *bytes)
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i_u *)bytes));
}

typedef struct Check {
    __m256i error, before; /* before: the 32 bytes before these */
} Check;

static inline void check_block(Check *check, __m256i bytes)
{
    const __m256i half = _mm256_set1_epi8(0x0F);
    __m256i joined = _mm256_permute2x128_si256(check->before, bytes, 0x21);
    __m256i one_back = _mm256_alignr_epi8(bytes, joined, 15);
    __m256i two_back = _mm256_alignr_epi8(bytes, joined, 14);
    __m256i three_back = _mm256_alignr_epi8(bytes, joined, 13);
    __m256i a = _mm256_shuffle_epi8(table(first_high),
                                    _mm256_and_si256(_mm256_srli_epi16(one_back, 4), half));
    __m256i b = _mm256_shuffle_epi8(table(first_low), _mm256_and_si256(one_back, half));
    __m256i c = _mm256_shuffle_epi8(table(second_high),
                                    _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half));
    __m256i possible = _mm256_and_si256(_mm256_and_si256(a, b), c);
    __m256i third = _mm256_subs_epu8(two_back, _mm256_set1_epi8((char)(0xE0 - 0x80)));
    __m256i fourth = _mm256_subs_epu8(three_back, _mm256_set1_epi8((char)(0xF0 - 0x80)));
    __m256i due = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
    check->error = _mm256_or_si256(check->error, _mm256_xor_si256(due, possible));
    check->before = bytes;
}

/* Between whole characters it is enough to look for bytes above 0x7F. */
static inline bool ends_whole(__m256i bytes)
{
    __m256i most = _mm256_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
                                    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, (char)0xEF,
                                    (char)0xDF, (char)0xBF);
    __m256i open = _mm256_subs_epu8(bytes, most);
    return _mm256_testz_si256(open, open);
}

bool csv_utf8_valid_avx2(const char *data, size_t length)
{
    Check check = {_mm256_setzero_si256(), _mm256_setzero_si256()};
    bool whole = true;
    size_t i = 0;
    for (; length - i >= 32; i += 32) {
        __m256i bytes = _mm256_loadu_si256((const __m256i_u *)(data + i));
        if (whole && _mm256_movemask_epi8(bytes) == 0) {
            check.before = bytes;
            continue;
        }
        check_block(&check, bytes);
        whole = ends_whole(bytes);
    }
    char tail[32] = {0};
    memcpy(tail, data + i, length - i);
    check_block(&check, _mm256_loadu_si256((const __m256i_u *)tail));
    return _mm256_testz_si256(check.error, check.error); /* the zeros end what was open */
}
