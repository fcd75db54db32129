/*
 * split.c - finds separators 64 bytes at a time as bits of a word, then cuts at each bit.
 *
 * Nothing outside of the text is read: its last bytes come by a load that
 * overlaps what was seen already, or by a copy when it is shorter than a load.
 */
#include "functions/split.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { STEP = 16, WINDOW = 64 };

/* Bit i: byte i of 16 is the separator. */
static inline uint32_t mask_step(const char *p, char separator)
{
#ifdef __SSE2__
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(separator)));
#else
    uint32_t mask = 0;
    for (int i = 0; i < STEP; i++)
        mask |= (uint32_t)(p[i] == separator) << i;
    return mask;
#endif
}

/* The bits of up to 64 bytes from `at` on. */
static inline uint64_t mask_window(const char *data, size_t length, size_t at, char separator)
{
    uint64_t mask = 0;
    size_t left = length - at < WINDOW ? length - at : WINDOW, i = 0;
    for (; i + STEP <= left; i += STEP)
        mask |= (uint64_t)mask_step(data + at + i, separator) << i;
    size_t rest = left - i;
    if (rest == 0)
        return mask;
    if (length >= STEP) {
        uint32_t tail = mask_step(data + at + left - STEP, separator) >> (STEP - rest);
        return mask | (uint64_t)tail << i;
    }
    char copy[STEP] = {0};
    memcpy(copy, data + at + i, rest);
    return mask | (uint64_t)(mask_step(copy, separator) & ((1u << rest) - 1)) << i;
}

uint32_t split_count(const char *data, size_t length, char separator)
{
    uint32_t count = 0;
    size_t i = 0;
#ifdef __SSE2__
    __m128i sums = _mm_setzero_si128(), zero = _mm_setzero_si128();
    for (; i + STEP <= length; i += STEP) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(data + i));
        __m128i equal = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(separator));
        sums = _mm_add_epi64(sums, _mm_sad_epu8(_mm_sub_epi8(zero, equal), zero));
    }
    count = (uint32_t)_mm_cvtsi128_si32(sums) +
            (uint32_t)_mm_cvtsi128_si32(_mm_unpackhi_epi64(sums, sums));
#endif
    for (; i < length; i++)
        count += data[i] == separator;
    return count;
}

/* 12 bytes at p may be read. */
static inline Text word_inline(const char *p, uint32_t length)
{
    static const uint64_t low_masks[TEXT_INLINE_BYTES + 1] = {
        0,          0xFF,         0xFFFF,         0xFFFFFF,
        0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFF,
        UINT64_MAX, UINT64_MAX,   UINT64_MAX,     UINT64_MAX,
        UINT64_MAX};
    static const uint32_t high_masks[TEXT_INLINE_BYTES + 1] = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF};
    uint64_t low, words[2];
    uint32_t high;
    Text text;
    memcpy(&low, p, 8);
    memcpy(&high, p + 8, 4);
    low &= low_masks[length];
    high &= high_masks[length];
    words[0] = length | low << 32;
    words[1] = low >> 32 | (uint64_t)high << 32;
    memcpy(&text, words, sizeof text);
    return text;
}

Text *split_words(const Text *text, char separator, Text *out)
{
    const size_t length = text->length;
    const char *data = text_bytes(text);
    char padded[2 * TEXT_INLINE_BYTES] = {0};
    size_t readable = length; /* 12 bytes may be read from here backwards */
    if (length <= TEXT_INLINE_BYTES) {
        memcpy(padded, data, length);
        data = padded;
        readable = sizeof padded;
    }
    size_t start = 0;
    for (size_t at = 0; at < length; at += WINDOW) {
        uint64_t mask = mask_window(data, length, at, separator);
        for (; mask; mask &= mask - 1) {
            size_t end = at + (size_t)__builtin_ctzll(mask);
            uint32_t word = (uint32_t)(end - start);
            if (word <= TEXT_INLINE_BYTES && start + TEXT_INLINE_BYTES <= readable)
                *out++ = word_inline(data + start, word);
            else
                *out++ = text_make(data + start, word);
            start = end + 1;
        }
    }
    *out++ = text_make(data + start, (uint32_t)(length - start));
    return out;
}
