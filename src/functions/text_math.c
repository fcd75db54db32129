/*
 * text_math.c - case mapping by the C library's C.UTF-8 tables, and room for results.
 */
#include "functions/text_math.h"
#include <locale.h>
#include <pthread.h>
#include <wctype.h>

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

char *text_room(EvalCall *call, uint32_t row, size_t size, Err *err)
{
    if (size > KERNEL_TEXT_MAX || call->scratch->taken + size > BATCH_TEXT_MAX) {
        if (kernel_too_long(call, row, err) != OK)
            return NULL;
    }
    return arena_alloc_aligned(call->scratch, size ? size : 1, 1);
}
