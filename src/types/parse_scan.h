/*
 * parse_scan.h - what the parse_*.c files share: verdicts, blanks, digits eight at a time.
 *
 * Nothing here reads outside [from, end).  Words are loaded little-endian.
 */
#ifndef STREAMD_TYPES_PARSE_SCAN_H
#define STREAMD_TYPES_PARSE_SCAN_H

#include "types/pow10.h"
#include "types/type.h"

/* Whether text was understood; PARSE_RANGE: the form is right but the value cannot be held. */
typedef enum ParseResult { PARSE_OK, PARSE_FORM, PARSE_RANGE } ParseResult;

ParseResult parse_integer(const char *from, const char *end, int64_t *value);
ParseResult parse_double(const char *from, const char *end, double *value);
ParseResult parse_float(const char *from, const char *end, float *value);
ParseResult parse_number(const char *from, const char *end, int precision, int scale, i128 *value);
ParseResult parse_day(const char *from, const char *end, int32_t *days);
ParseResult parse_time_of_day(const char *from, const char *end, int64_t *us);
/* A zone's offset is read and ignored when `zoned` is NULL; else it is taken off, and *zoned says
 * whether there was one. */
ParseResult parse_moment(const char *from, const char *end, bool *zoned, int64_t *us);
/* Without an offset the text is wall time of `zone`. */
ParseResult parse_moment_in(const char *from, const char *end, const Zone *zone, int64_t *us);
ParseResult parse_span(const char *from, const char *end, Interval *value);

static inline bool scan_is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}
static inline bool scan_is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}
static inline void scan_trim(const char **from, const char **end)
{
    while (*from < *end && scan_is_blank(**from))
        ++*from;
    while (*end > *from && scan_is_blank((*end)[-1]))
        --*end;
}
/* Whether [from, end) is `word` (given in lower case) in any case. */
static inline bool scan_is_word(const char *from, const char *end, const char *word)
{
    for (; from < end; from++, word++)
        if ((*from >= 'A' && *from <= 'Z' ? *from + 32 : *from) != *word || !*word)
            return false;
    return !*word;
}

static inline uint64_t scan_load8(const char *from)
{
    uint64_t word;
    memcpy(&word, from, 8);
    return word;
}
static inline uint32_t scan_load4(const char *from)
{
    uint32_t word;
    memcpy(&word, from, 4);
    return word;
}
/* One to seven characters as the last of eight; zero bytes in front. */
static inline uint64_t scan_load_short(const char *from, size_t count)
{
    size_t missing = 8 * (8 - count);
    if (count >= 4)
        return (uint64_t)scan_load4(from + count - 4) << 32 |
               (uint32_t)((uint64_t)scan_load4(from) << missing);
    size_t middle = count / 2; /* first, middle and last, which may be the same */
    return (uint64_t)(unsigned char)from[0] << missing |
           (uint64_t)(unsigned char)from[middle] << (missing + 8 * middle) |
           (uint64_t)(unsigned char)from[count - 1] << 56;
}
static inline bool scan_is_eight_digits(uint64_t word)
{
    return (((word + 0x4646464646464646u) | (word - 0x3030303030303030u)) & 0x8080808080808080u) ==
           0;
}
static inline uint32_t scan_eight_digits(uint64_t word)
{
    word = (word & 0x0F0F0F0F0F0F0F0Fu) * 2561 >> 8;
    word = (word & 0x00FF00FF00FF00FFu) * 6553601 >> 16;
    return (uint32_t)((word & 0x0000FFFF0000FFFFu) * 42949672960001u >> 32);
}

#endif
