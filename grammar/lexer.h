/*
 * lexer.h - text into tokens, in three steps.
 *
 *     text → lexer_span   where a lexeme begins and ends, unfailing; parse_next lives on it
 *          → lexer_next   a Token: keyword looked up, literal decoded and checked
 *          → tokens_next  the token the grammar sees: words that mean something only in company
 *                         (WITH TIME ZONE, NULLS FIRST, INTERVAL '5' MINUTE) are joined or told
 *                         apart by looking ahead, so that hardly any word has to be reserved
 */
#ifndef STREAMD_GRAMMAR_LEXER_H
#define STREAMD_GRAMMAR_LEXER_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

typedef enum SpanKind {
    SPAN_END,
    SPAN_BLANK,
    SPAN_COMMENT,
    SPAN_WORD,
    SPAN_QUOTED_NAME,    /* "…" or `…` */
    SPAN_UNICODE_NAME,   /* U&"…" */
    SPAN_STRING,         /* '…', with all that go on on further lines */
    SPAN_ESCAPE_STRING,  /* E'…' */
    SPAN_UNICODE_STRING, /* U&'…' */
    SPAN_BYTES,          /* X'…' */
    SPAN_DOLLAR_STRING,  /* $tag$…$tag$ */
    SPAN_NUMBER,
    SPAN_PARAM, /* $1 */
    SPAN_OPERATOR,
    SPAN_UNKNOWN, /* a byte that begins nothing */
} SpanKind;

typedef struct Span {
    SpanKind kind;
    bool open;  /* the text ends before the lexeme does */
    char quote; /* what would close it: ' " ` $ */
    int operator_token;
    size_t start, end;
} Span;

Span lexer_span(Str text, size_t start);

typedef struct Token {
    int type; /* of sql.h; 0 at the end, -1 after an error */
    int part; /* TK_QUANTIFIED: the type of the operator in it */
    int32_t start, end;
    bool quoted; /* an identifier in quotes */
    Str value;   /* the name, the content of a literal, else the text; NUL-terminated only where
                    `owned` */
    bool owned;  /* value is in the arena */
} Token;

typedef struct Lexer {
    Str text;
    size_t at;
    bool in_hint; /* behind the opening of a hint */
    Arena *arena;
    Err *err;
} Lexer;

/* The next token; type -1 once an error was set. */
Token lexer_next(Lexer *lexer);

enum { TOKENS_AHEAD = 8, TOKENS_PARENS = 4096 };

typedef struct Tokens {
    Lexer lexer;
    Token ahead[TOKENS_AHEAD];
    unsigned first, count;
    int previous, before_previous; /* types of the last two tokens handed out */
    bool in_interval;              /* behind INTERVAL '…': units are keywords */
    uint32_t angles;               /* open < of types */
    uint32_t parens;               /* open ( */
    uint32_t in_values;            /* 1 + parens where FROM VALUES stands; 0: it does not */
    bool bare_values;              /* FROM VALUES 1, 2: rows without parentheses */
    uint8_t in_position[TOKENS_PARENS / 8]; /* by depth: the parenthesis of POSITION ( */
} Tokens;

void tokens_init(Tokens *tokens, Str text, Arena *arena, Err *err);
Token tokens_next(Tokens *tokens);

typedef struct Keyword {
    const char *text; /* upper case */
    int token;
    bool reserved; /* no identifier unless quoted, or after AS or a dot */
    bool quote;    /* printed in quotes as an identifier, to be safe */
} Keyword;

/* NULL: none. */
const Keyword *keyword_find(const char *text, size_t length);
const Keyword *keyword_at(size_t index); /* sorted; NULL past the end */

#endif
