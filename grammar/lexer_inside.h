/* lexer_inside.h - what lexer.c and lexer_span.c share. */
#ifndef STREAMD_GRAMMAR_LEXER_INSIDE_H
#define STREAMD_GRAMMAR_LEXER_INSIDE_H

#include "grammar/lexer.h"

static inline bool lexer_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool lexer_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/* The byte at i; behind the end '\0'. */
static inline char lexer_at(Str text, size_t i)
{
    return i < text.length ? text.data[i] : '\0';
}

/* 'a' and 'b' are one literal if a line end (and no more than blanks and comments) is between them:
 * where the second one's content begins, or 0. `i` is behind the first one's closing quote. */
size_t lexer_string_resumes(Str text, size_t i);

#endif
