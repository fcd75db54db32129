/*
 * text_math.c - case mapping by the C library's C.UTF-8 tables, and room for results.
 */
#include "functions/text_math.h"
#include <locale.h>
#include <pthread.h>
#include <wctype.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* More text than this in one batch is refused. */
#define BATCH_TEXT_MAX (1ull << 30)

static locale_t unicode; /* NULL: not there, ASCII only */
static pthread_once_t unicode_once = PTHREAD_ONCE_INIT;

static void unicode_open(void)
{
    unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static locale_t unicode_locale(void)
{
    (void)pthread_once(&unicode_once, unicode_open);
    return unicode;
}

uint32_t text_upper(uint32_t code)
{
    if (code < 0x80)
        return code >= 'a' && code <= 'z' ? code - 32 : code;
    locale_t locale = unicode_locale();
    return locale ? (uint32_t)towupper_l((wint_t)code, locale) : code;
}

uint32_t text_lower(uint32_t code)
{
    if (code < 0x80)
        return code >= 'A' && code <= 'Z' ? code + 32 : code;
    locale_t locale = unicode_locale();
    return locale ? (uint32_t)towlower_l((wint_t)code, locale) : code;
}

bool text_is_alnum(uint32_t code)
{
    if (code < 0x80)
        return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ||
               (code >= 'A' && code <= 'Z');
    locale_t locale = unicode_locale();
    return !locale || iswalnum_l((wint_t)code, locale) != 0;
}

#ifdef __SSE2__
/* Bit i: the first and the last byte of `what` stand at data + i and data + i + what_length - 1. */
static inline uint32_t find_step(const char *data, size_t what_length, __m128i first, __m128i last)
{
    __m128i a = _mm_loadu_si128((const __m128i *)(const void *)data);
    __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(data + what_length - 1));
    return (uint32_t)_mm_movemask_epi8(
        _mm_and_si128(_mm_cmpeq_epi8(a, first), _mm_cmpeq_epi8(b, last)));
}

const char *text_find(const char *data, size_t length, const char *what, size_t what_length)
{
    enum { STEP = 16 };
    if (what_length < 2)
        return what_length == 0 ? data : memchr(data, what[0], length);
    /* Long needles have better algorithms, and texts shorter than a load would be read beyond. */
    if (what_length > 64 || length < what_length + STEP - 1)
        return memmem(data, length, what, what_length);
    __m128i first = _mm_set1_epi8(what[0]), last = _mm_set1_epi8(what[what_length - 1]);
    size_t starts = length - what_length + 1; /* places where it may begin */
    for (size_t at = 0; at < starts; at += STEP) {
        if (at + STEP > starts)
            at = starts - STEP; /* the last step overlaps what was seen */
        uint32_t mask = find_step(data + at, what_length, first, last);
        for (; mask; mask &= mask - 1) {
            const char *found = data + at + __builtin_ctz(mask);
            if (memcmp(found, what, what_length) == 0)
                return found;
        }
    }
    return NULL;
}
#else
const char *text_find(const char *data, size_t length, const char *what, size_t what_length)
{
    return memmem(data, length, what, what_length);
}
#endif

char *text_room(EvalCall *call, uint32_t row, size_t size, Err *err)
{
    if (size > KERNEL_TEXT_MAX || call->scratch->taken + size > BATCH_TEXT_MAX) {
        if (kernel_too_long(call, row, err) != OK)
            return NULL;
    }
    return arena_alloc_aligned(call->scratch, size ? size : 1, 1);
}
