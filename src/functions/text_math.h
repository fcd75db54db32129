/*
 * text_math.h - characters in UTF-8 text, and results that share their argument's bytes.
 */
#ifndef STREAMD_FUNCTIONS_TEXT_MATH_H
#define STREAMD_FUNCTIONS_TEXT_MATH_H

#include "functions/kernel.h"

static inline bool text_is_ascii(const char *data, size_t length)
{
    uint64_t bits = 0;
    size_t i = 0;
    for (; i + 8 <= length; i += 8) {
        uint64_t word;
        memcpy(&word, data + i, 8);
        bits |= word;
    }
    for (; i < length; i++)
        bits |= (unsigned char)data[i];
    return (bits & 0x8080808080808080ull) == 0;
}

static inline bool text_is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Characters: bytes that do not continue one. */
static inline size_t text_count(const char *data, size_t length)
{
    const uint64_t ones = 0x0101010101010101ull;
    size_t continued = 0, i = 0;
    for (; i + 8 <= length; i += 8) {
        uint64_t word;
        memcpy(&word, data + i, 8);
        continued += (size_t)((((word >> 7) & (~word >> 6) & ones) * ones) >> 56);
    }
    for (; i < length; i++)
        continued += text_is_continuation(data[i]);
    return length - continued;
}

/* Where `what` first occurs, or NULL; an empty one does at the start. */
const char *text_find(const char *data, size_t length, const char *what, size_t what_length);

/* Byte offset of character `count` (from 0), or the length when there are fewer. */
static inline size_t text_offset(const char *data, size_t length, size_t count)
{
    size_t i = 0;
    while (i < length && (text_is_continuation(data[i]) || count-- > 0))
        i++;
    return i;
}

/* Part of a text; long parts point into it. */
static inline Text text_slice(const Text *text, size_t offset, size_t length)
{
    return text_make(text_bytes(text) + offset, (uint32_t)length);
}

/* Reads the code point at *p and moves past it; end > *p.  Bytes that are no UTF-8 stand for
 * themselves. */
static inline uint32_t text_next(const char **p, const char *end)
{
    unsigned char c = (unsigned char)*(*p)++;
    int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : 0;
    if (more == 0 || end - *p < more)
        return c;
    uint32_t code = c & (0x3Fu >> more);
    while (more-- > 0)
        code = code << 6 | ((unsigned char)*(*p)++ & 0x3F);
    return code;
}

/* Writes a code point (up to 4 bytes); returns the end. */
static inline char *text_put(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xC0 | code >> 6);
        *to++ = (char)(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        *to++ = (char)(0xE0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
        *to++ = (char)(0x80 | (code & 0x3F));
    } else {
        *to++ = (char)(0xF0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 0x3F));
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
        *to++ = (char)(0x80 | (code & 0x3F));
    }
    return to;
}

/* Simple case mapping of one code point (no 'ß' to "SS"). */
uint32_t text_upper(uint32_t code);
uint32_t text_lower(uint32_t code);
bool text_is_alnum(uint32_t code);

/* Room for a result of `size` bytes in the batch's memory; NULL with 54000 set when it is too long.
 */
char *text_room(EvalCall *call, uint32_t row, size_t size, Err *err) MUST_CHECK;

#endif
