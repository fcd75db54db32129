/* types_help.h - what the tests of types share. */
#ifndef STREAMD_TESTS_TYPES_HELP_H
#define STREAMD_TESTS_TYPES_HELP_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include "types/value.h"

/* xorshift64: the same numbers in every run. */
static inline uint64_t help_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* A copy on the heap with nothing around it, so that a sanitizer sees a read outside. */
static inline char *help_exact(const char *text, size_t length)
{
    char *copy = mem_zalloc(length ? length : 1);
    memcpy(copy, text, length);
    return copy;
}

#define HELP_PARSER(parser, T)                                                                     \
    static inline bool help_##parser(const char *text, T *result)                                  \
    {                                                                                              \
        size_t length = strlen(text);                                                              \
        char *copy = help_exact(text, length);                                                     \
        bool good = parser(copy, copy + length, result);                                           \
        free(copy);                                                                                \
        return good;                                                                               \
    }

/* A value of the named type; NULL text: NULL.  Fails the test if it does not parse. */
static inline Value help_value(Arena *arena, const char *type_text, const char *text)
{
    Type type;
    Value value;
    Err err = ERR_NONE;
    Status status = type_from_text(str_from(type_text), arena, &type, &err);
    cr_assert_eq((int)status, OK, "%s: %s", type_text, err.message);
    if (!text)
        return value_null(type);
    status = value_parse(type, str_from(text), NULL, arena, &value, &err);
    cr_assert_eq((int)status, OK, "%s '%s': %s", type_text, text, err.message);
    return value;
}

#endif
