/*
 * lexer_span.c - where lexemes begin and end; see lexer.h.
 *
 * Operators are a fixed list, the longest first; there are no user-defined ones.
 */
#include "grammar/lexer_inside.h"

#include <string.h>
#include "grammar/sql.h"

static const struct {
    const char *text;
    int token;
} operators[] = {
    {"->>", TK_ARROW_TEXT},
    {"#>>", TK_HASH_ARROW_TEXT},
    {"<=>", TK_NULL_SAFE_EQ},
    {"!~~*", TK_NOT_ILIKE_OP},
    {"!~*", TK_NOT_TILDE_STAR},
    {"!~~", TK_NOT_LIKE_OP},
    {"||/", TK_CUBE_ROOT},
    {"~~*", TK_ILIKE_OP},
    {"||", TK_CONCAT},
    {"|/", TK_SQUARE_ROOT},
    {"^@", TK_STARTS_WITH},
    {"::", TK_TYPECAST},
    {"<=", TK_LE},
    {">=", TK_GE},
    {"<>", TK_NE},
    {"!=", TK_NE},
    {"==", TK_EQ},
    {"=>", TK_NAMED},
    {":=", TK_NAMED},
    {"->", TK_ARROW},
    {"#>", TK_HASH_ARROW},
    {"@>", TK_CONTAINS},
    {"<@", TK_CONTAINED},
    {"&&", TK_OVERLAPS},
    {"<<", TK_SHIFT_LEFT},
    {">>", TK_SHIFT_RIGHT},
    {"~*", TK_TILDE_STAR},
    {"!~", TK_NOT_TILDE},
    {"~~", TK_LIKE_OP},
    {"(", TK_LP},
    {")", TK_RP},
    {"[", TK_LB},
    {"]", TK_RB},
    {",", TK_COMMA},
    {";", TK_SEMICOLON},
    {".", TK_DOT},
    {":", TK_COLON},
    {"+", TK_PLUS},
    {"-", TK_MINUS},
    {"*", TK_STAR},
    {"/", TK_SLASH},
    {"%", TK_PERCENT},
    {"^", TK_CARET},
    {"=", TK_EQ},
    {"<", TK_LT},
    {">", TK_GT},
    {"&", TK_AMP},
    {"|", TK_BAR},
    {"#", TK_HASH},
    {"~", TK_TILDE},
    {"?", TK_QUESTION},
    {"@", TK_ABSOLUTE},
};

static bool is_word_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_word(char c)
{
    return is_word_start(c) || lexer_is_digit(c) || c == '$';
}

size_t lexer_string_resumes(Str text, size_t i)
{
    for (bool new_line = false; i < text.length; i++) {
        if (text.data[i] == '\n') {
            new_line = true;
        } else if (text.data[i] == '-' && lexer_at(text, i + 1) == '-') {
            while (i + 1 < text.length && text.data[i + 1] != '\n')
                i++;
        } else if (!lexer_is_blank(text.data[i])) {
            return new_line && text.data[i] == '\'' ? i + 1 : 0;
        }
    }
    return 0;
}

/* Behind the closing quote; doubled quotes (and with `escapes` backslashes) belong to it. */
static size_t quoted_end(Str text, size_t i, char quote, bool escapes, bool *open)
{
    for (; i < text.length; i++) {
        if (escapes && text.data[i] == '\\') {
            i++;
        } else if (text.data[i] == quote) {
            size_t resumes = quote == '\'' ? lexer_string_resumes(text, i + 1) : 0;
            if (lexer_at(text, i + 1) == quote)
                i++;
            else if (resumes)
                i = resumes - 1;
            else
                return i + 1;
        }
    }
    *open = true;
    return text.length;
}

static size_t block_comment_end(Str text, size_t i, bool *open)
{
    for (size_t depth = 1; i + 1 < text.length; i++) {
        if (text.data[i] == '/' && text.data[i + 1] == '*') {
            depth++;
            i++;
        } else if (text.data[i] == '*' && text.data[i + 1] == '/') {
            i++;
            if (--depth == 0)
                return i + 1;
        }
    }
    *open = true;
    return text.length;
}

/* Behind the digits from `i`; single underscores may stand between them. */
static size_t digits_end(Str text, size_t i)
{
    while (lexer_is_digit(lexer_at(text, i)))
        i += lexer_at(text, i + 1) == '_' && lexer_is_digit(lexer_at(text, i + 2)) ? 2 : 1;
    return i;
}

static size_t number_end(Str text, size_t i)
{
    char second = lexer_at(text, i + 1);
    if (lexer_at(text, i) == '0' && (second == 'x' || second == 'X')) {
        i += 2;
    } else {
        i = digits_end(text, i);
        if (lexer_at(text, i) == '.' && lexer_at(text, i + 1) != '.')
            i = digits_end(text, i + 1);
        char e = lexer_at(text, i), sign = lexer_at(text, i + 1);
        if (e == 'e' || e == 'E') {
            size_t digits = i + 1 + (sign == '+' || sign == '-');
            if (lexer_is_digit(lexer_at(text, digits)))
                i = digits_end(text, digits);
        }
    }
    /* What sticks to a number makes it a malformed one, which lexer_next reports. */
    while (is_word(lexer_at(text, i)))
        i++;
    return i;
}

/* $tag$…$tag$ from its first dollar; false if that begins none. */
static bool dollar_string(Str text, Span *span)
{
    size_t tag = span->start + 1;
    if (is_word_start(lexer_at(text, tag)))
        while (is_word(lexer_at(text, tag)) && lexer_at(text, tag) != '$')
            tag++;
    if (lexer_at(text, tag) != '$')
        return false;
    size_t tag_length = tag + 1 - span->start;
    span->kind = SPAN_DOLLAR_STRING;
    span->quote = '$';
    const char *close =
        memmem(text.data + tag + 1, text.length - tag - 1, text.data + span->start, tag_length);
    span->open = !close;
    span->end = close ? (size_t)(close - text.data) + tag_length : text.length;
    return true;
}

static void operator_span(Str text, Span *span)
{
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (operators[i].text[0] != text.data[span->start])
            continue;
        size_t length = strlen(operators[i].text);
        if (span->start + length <= text.length &&
            memcmp(text.data + span->start, operators[i].text, length) == 0) {
            span->kind = SPAN_OPERATOR;
            span->operator_token = operators[i].token;
            span->end = span->start + length;
            return;
        }
    }
    span->kind = SPAN_UNKNOWN;
    span->end = span->start + 1;
}

static void quoted_span(Str text, Span *span, SpanKind kind, size_t skip)
{
    span->kind = kind;
    span->quote = text.data[span->start + skip];
    span->end = quoted_end(text, span->start + skip + 1, span->quote, kind == SPAN_ESCAPE_STRING,
                           &span->open);
}

Span lexer_span(Str text, size_t start)
{
    Span span = {.start = start, .end = start};
    if (start >= text.length)
        return span;
    char c = text.data[start], next = lexer_at(text, start + 1);
    if (lexer_is_blank(c)) {
        span.kind = SPAN_BLANK;
        while (span.end < text.length && lexer_is_blank(text.data[span.end]))
            span.end++;
    } else if (c == '-' && next == '-') {
        span.kind = SPAN_COMMENT;
        while (span.end < text.length && text.data[span.end] != '\n')
            span.end++;
    } else if (c == '/' && next == '*') {
        span.kind = SPAN_COMMENT;
        span.end = block_comment_end(text, start + 2, &span.open);
    } else if (c == '\'') {
        quoted_span(text, &span, SPAN_STRING, 0);
    } else if (c == '"' || c == '`') {
        quoted_span(text, &span, SPAN_QUOTED_NAME, 0);
    } else if ((c == 'E' || c == 'e') && next == '\'') {
        quoted_span(text, &span, SPAN_ESCAPE_STRING, 1);
    } else if ((c == 'U' || c == 'u') && next == '&' && lexer_at(text, start + 2) == '\'') {
        quoted_span(text, &span, SPAN_UNICODE_STRING, 2);
    } else if ((c == 'U' || c == 'u') && next == '&' && lexer_at(text, start + 2) == '"') {
        quoted_span(text, &span, SPAN_UNICODE_NAME, 2);
    } else if ((c == 'X' || c == 'x') && next == '\'') {
        quoted_span(text, &span, SPAN_BYTES, 1);
    } else if (is_word_start(c)) {
        span.kind = SPAN_WORD;
        while (is_word(lexer_at(text, span.end)))
            span.end++;
    } else if (lexer_is_digit(c) || (c == '.' && lexer_is_digit(next))) {
        span.kind = SPAN_NUMBER;
        span.end = number_end(text, start);
    } else if (c == '$' && lexer_is_digit(next)) {
        span.kind = SPAN_PARAM;
        for (span.end++; is_word(lexer_at(text, span.end));)
            span.end++;
    } else if (c != '$' || !dollar_string(text, &span)) {
        operator_span(text, &span);
    }
    return span;
}
