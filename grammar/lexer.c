/*
 * lexer.c - what lexemes say: keywords looked up, literals decoded and checked.
 *
 * Lexis is PostgreSQL's with `…` beside "…".
 */
#include "grammar/lexer_inside.h"

#include <string.h>
#include "grammar/parse.h"
#include "grammar/sql.h"

static Token token_fail(Token token)
{
    token.type = -1;
    return token;
}

#define LEX_FAIL(lexer, token, sqlstate, position, ...)                                            \
    ((void)err_set((lexer)->err, sqlstate, (int32_t)(position), __VA_ARGS__), token_fail(token))

/* The content between quotes with doubled quotes made single, and what a string is made of joined.
 */
static Str undouble(Lexer *lexer, size_t start, size_t end, char quote)
{
    char *out = arena_alloc_aligned(lexer->arena, end - start + 1, 1);
    size_t length = 0;
    for (size_t i = start; i < end; i++) {
        char c = lexer->text.data[i];
        if (c == quote && lexer_at(lexer->text, i + 1) != quote) {
            i = lexer_string_resumes(lexer->text, i + 1) - 1;
            continue;
        }
        out[length++] = c;
        i += c == quote;
    }
    out[length] = '\0';
    return (Str){out, length};
}

static int hex_value(char c)
{
    if (lexer_is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static size_t utf8_put(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

/* Up to `max` digits of base 8 or 16 at *i; their count. */
static int escape_digits(Str text, size_t *i, size_t end, int base, int max, uint32_t *value)
{
    int count = 0;
    for (*value = 0; count < max && *i < end; count++, (*i)++) {
        int digit = hex_value(text.data[*i]);
        if (digit < 0 || digit >= base)
            break;
        *value = *value * (uint32_t)base + (uint32_t)digit;
    }
    return count;
}

/* One escape behind its backslash at *i; false if it has no value. */
static bool escape_put(Str text, size_t *i, size_t end, char *out, size_t *length)
{
    static const char plain[] = "b\bf\fn\nr\rt\t";
    char c = text.data[(*i)++];
    uint32_t value;
    for (size_t k = 0; plain[k]; k += 2) {
        if (c == plain[k]) {
            out[(*length)++] = plain[k + 1];
            return true;
        }
    }
    if (c >= '0' && c <= '7') {
        (*i)--;
        escape_digits(text, i, end, 8, 3, &value);
        out[(*length)++] = (char)(value & 0xff);
        return (value & 0xff) != 0;
    }
    if (c == 'x' && *i < end && hex_value(text.data[*i]) >= 0) {
        escape_digits(text, i, end, 16, 2, &value);
        out[(*length)++] = (char)value;
        return value != 0;
    }
    if (c == 'u' || c == 'U') {
        int wanted = c == 'u' ? 4 : 8;
        if (escape_digits(text, i, end, 16, wanted, &value) != wanted || value == 0)
            return false;
        uint32_t low;
        if (value >= 0xd800 && value < 0xdc00 && *i + 6 <= end && text.data[*i] == '\\' &&
            text.data[*i + 1] == 'u') {
            *i += 2;
            if (escape_digits(text, i, end, 16, 4, &low) != 4 || low < 0xdc00 || low > 0xdfff)
                return false;
            value = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
        }
        if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
            return false;
        *length += utf8_put(out + *length, value);
        return true;
    }
    out[(*length)++] = c;
    return true;
}

static Token escape_string(Lexer *lexer, Span span, Token token)
{
    size_t end = span.end - 1, length = 0;
    char *out = arena_alloc_aligned(lexer->arena, span.end - span.start + 1, 1);
    for (size_t i = span.start + 2; i < end;) {
        size_t escape = i;
        char c = lexer->text.data[i++];
        if (c == '\\') {
            if (!escape_put(lexer->text, &i, end, out, &length))
                return LEX_FAIL(lexer, token, SQLSTATE_BAD_ESCAPE, escape,
                                "invalid escape in a string");
        } else if (c == '\'' && lexer_at(lexer->text, i) != '\'') {
            i = lexer_string_resumes(lexer->text, i);
        } else {
            out[length++] = c;
            i += c == '\'';
        }
    }
    out[length] = '\0';
    token.value = (Str){out, length};
    if (!utf8_valid(out, length))
        return LEX_FAIL(lexer, token, SQLSTATE_BAD_ENCODING, span.start,
                        "the escapes of a string do not make valid UTF-8");
    return token;
}

/* U&'…' and U&"…": the escape character and four digits, or a plus and six, are a character. */
static Token unicode_escapes(Lexer *lexer, Span span, Token token, char escape)
{
    Str in = token.value;
    size_t length = 0;
    uint32_t high = 0, value;
    char *out = arena_alloc_aligned(lexer->arena, in.length + 1, 1);
    for (size_t i = 0; i < in.length;) {
        char c = in.data[i++];
        bool escaped = c == escape && lexer_at(in, i) != escape;
        if (escaped) {
            int wanted = lexer_at(in, i) == '+' ? 6 : 4;
            i += wanted == 6;
            if (escape_digits(in, &i, in.length, 16, wanted, &value) != wanted || value == 0 ||
                value > 0x10ffff)
                return LEX_FAIL(lexer, token, SQLSTATE_SYNTAX, span.start,
                                "invalid Unicode escape");
        }
        bool low = escaped && value >= 0xdc00 && value <= 0xdfff;
        if (low != (high != 0))
            return LEX_FAIL(lexer, token, SQLSTATE_SYNTAX, span.start,
                            "invalid Unicode surrogate pair");
        if (!escaped) {
            out[length++] = c;
            i += c == escape;
        } else if (low) {
            length += utf8_put(out + length, 0x10000 + ((high - 0xd800) << 10) + (value - 0xdc00));
            high = 0;
        } else if (value >= 0xd800 && value <= 0xdbff) {
            high = value;
        } else {
            length += utf8_put(out + length, value);
        }
    }
    if (high)
        return LEX_FAIL(lexer, token, SQLSTATE_SYNTAX, span.start,
                        "invalid Unicode surrogate pair");
    out[length] = '\0';
    token.value = (Str){out, length};
    return token;
}

static Span telling_span(Lexer *lexer);

/* token.value is the content; UESCAPE '…' behind it names another escape character. */
static Token unicode_token(Lexer *lexer, Span span, Token token)
{
    char escape = '\\';
    size_t resume = lexer->at;
    Span word = telling_span(lexer);
    Str said = {lexer->text.data + word.start, word.end - word.start};
    if (word.kind != SPAN_WORD || !str_equal_nocase(said, STR("UESCAPE"))) {
        lexer->at = resume;
    } else {
        Span quoted = telling_span(lexer);
        token.end = (int32_t)quoted.end;
        escape = lexer_at(lexer->text, quoted.start + 1);
        if (quoted.kind != SPAN_STRING || quoted.end - quoted.start != 3 ||
            hex_value(escape) >= 0 || strchr("+'\"", escape) || lexer_is_blank(escape))
            return LEX_FAIL(lexer, token, SQLSTATE_SYNTAX, quoted.start,
                            "invalid Unicode escape character");
    }
    return unicode_escapes(lexer, span, token, escape);
}

static Token bytes_literal(Lexer *lexer, Span span, Token token)
{
    size_t end = span.end - 1, length = 0;
    char *out = arena_alloc_aligned(lexer->arena, (span.end - span.start) / 2 + 1, 1);
    size_t i = span.start + 2;
    for (; i + 1 < end; i += 2) {
        if (lexer->text.data[i] == '\'' && lexer_string_resumes(lexer->text, i + 1)) {
            i = lexer_string_resumes(lexer->text, i + 1) - 2;
            continue;
        }
        int high = hex_value(lexer->text.data[i]), low = hex_value(lexer->text.data[i + 1]);
        if (high < 0 || low < 0)
            return LEX_FAIL(lexer, token, SQLSTATE_INVALID_TEXT, i,
                            "invalid hexadecimal digit in X'…'");
        out[length++] = (char)(high << 4 | low);
    }
    if (i != end)
        return LEX_FAIL(lexer, token, SQLSTATE_INVALID_TEXT, span.start,
                        "an odd number of hexadecimal digits in X'…'");
    out[length] = '\0';
    token.value = (Str){out, length};
    return token;
}

static Token hex_number(Lexer *lexer, Span span, Token token)
{
    uint64_t value = 0;
    size_t i = span.start + 2;
    if (i == span.end)
        return LEX_FAIL(lexer, token, SQLSTATE_SYNTAX, span.start, "invalid hexadecimal number");
    for (; i < span.end; i++) {
        int digit = hex_value(lexer->text.data[i]);
        if (digit < 0)
            return LEX_FAIL(lexer, token, SQLSTATE_SYNTAX, span.start,
                            "invalid hexadecimal number");
        if (value >> 60)
            return LEX_FAIL(lexer, token, SQLSTATE_OUT_OF_RANGE, span.start,
                            "hexadecimal number out of range");
        value = value << 4 | (uint64_t)digit;
    }
    token.type = TK_INTEGER;
    token.value = str_from(arena_printf(lexer->arena, "%llu", (unsigned long long)value));
    token.owned = true;
    return token;
}

/* 1_000 is 1000; an underscore that does not stand between two digits stays, and is junk. */
static Str without_underscores(Lexer *lexer, Str text)
{
    char *out = arena_alloc_aligned(lexer->arena, text.length + 1, 1);
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] != '_' || !i || !lexer_is_digit(text.data[i - 1]) ||
            !lexer_is_digit(lexer_at(text, i + 1)))
            out[length++] = text.data[i];
    out[length] = '\0';
    return (Str){out, length};
}

/* Spark's letters for the type of a number: 1Y, 1S, 1L, 1.5F, 1.5D, 1.5BD; 0: none of them. */
static int number_suffix(Str rest, bool is_integer)
{
    if (rest.length == 2 && (rest.data[0] | 0x20) == 'b' && (rest.data[1] | 0x20) == 'd')
        return 'B';
    if (rest.length != 1)
        return 0;
    int letter = rest.data[0] & ~0x20;
    return letter == 'F' || letter == 'D'                                    ? letter
           : is_integer && (letter == 'L' || letter == 'S' || letter == 'Y') ? letter
                                                                             : 0;
}

static Token number(Lexer *lexer, Span span, Token token)
{
    const Str said = token.value;
    Str text = said;
    if (text.length > 1 && text.data[0] == '0' && (text.data[1] | 0x20) == 'x')
        return hex_number(lexer, span, token);
    token.type = TK_INTEGER;
    if (memchr(text.data, '_', text.length)) {
        text = token.value = without_underscores(lexer, text);
        token.owned = true;
    }
    size_t i = 0;
    for (; i < text.length; i++) {
        char c = text.data[i];
        if (c == '.' && token.type == TK_INTEGER) {
            token.type = TK_DECIMAL;
        } else if ((c == 'e' || c == 'E') && token.type != TK_FLOAT && i + 1 < text.length) {
            token.type = TK_FLOAT;
            i += text.data[i + 1] == '+' || text.data[i + 1] == '-';
        } else if (!lexer_is_digit(c)) {
            break;
        }
    }
    token.part = number_suffix((Str){text.data + i, text.length - i}, token.type == TK_INTEGER);
    if (token.part) {
        token.value = (Str){text.data, i};
        return token;
    }
    if (i < text.length || text.data[text.length - 1] == 'e' || text.data[text.length - 1] == 'E')
        return LEX_FAIL(lexer, token, SQLSTATE_SYNTAX, span.start,
                        "trailing junk after numeric literal at or near \"" STR_FORMAT "\"",
                        STR_ARG(said));
    return token;
}

static Token unterminated(Lexer *lexer, Span span, Token token)
{
    const char *what = span.kind == SPAN_COMMENT         ? "comment"
                       : span.kind == SPAN_QUOTED_NAME   ? "quoted identifier"
                       : span.kind == SPAN_UNICODE_NAME  ? "quoted identifier"
                       : span.kind == SPAN_DOLLAR_STRING ? "dollar-quoted string"
                       : span.kind == SPAN_BYTES         ? "hexadecimal string"
                                                         : "quoted string";
    return LEX_FAIL(lexer, token, SQLSTATE_SYNTAX, span.start, "unterminated %s", what);
}

static Token name_token(Lexer *lexer, Span span, Token token)
{
    token.type = TK_ID;
    if (span.kind == SPAN_QUOTED_NAME || span.kind == SPAN_UNICODE_NAME) {
        bool unicode = span.kind == SPAN_UNICODE_NAME;
        token.quoted = token.owned = true;
        token.value = undouble(lexer, span.start + (unicode ? 3 : 1), span.end - 1, span.quote);
        if (unicode)
            token = unicode_token(lexer, span, token);
        if (token.type < 0)
            return token;
        if (!token.value.length)
            return LEX_FAIL(lexer, token, SQLSTATE_SYNTAX, span.start,
                            "zero-length delimited identifier");
    } else {
        const Keyword *keyword = keyword_find(token.value.data, token.value.length);
        if (keyword)
            token.type = keyword->token;
    }
    if (token.value.length > PARSE_IDENTIFIER_BYTES_MAX)
        return LEX_FAIL(lexer, token, SQLSTATE_NAME_TOO_LONG, span.start,
                        "identifier longer than %d bytes", (int)PARSE_IDENTIFIER_BYTES_MAX);
    return token;
}

static Token literal(Lexer *lexer, Span span, Token token)
{
    if (span.end - span.start > PARSE_LITERAL_BYTES_MAX)
        return LEX_FAIL(lexer, token, SQLSTATE_LIMIT_EXCEEDED, span.start,
                        "literal longer than %d bytes", (int)PARSE_LITERAL_BYTES_MAX);
    token.type = TK_STRING;
    token.owned = true;
    if (span.kind == SPAN_ESCAPE_STRING)
        return escape_string(lexer, span, token);
    if (span.kind == SPAN_UNICODE_STRING) {
        token.value = undouble(lexer, span.start + 3, span.end - 1, '\'');
        return unicode_token(lexer, span, token);
    }
    if (span.kind == SPAN_BYTES) {
        token.type = TK_BYTES;
        return bytes_literal(lexer, span, token);
    }
    if (span.kind == SPAN_DOLLAR_STRING) {
        const char *body = memchr(token.value.data + 1, '$', token.value.length - 1);
        size_t tag_length = body ? (size_t)(body - token.value.data) + 1 : 1;
        size_t length = token.value.length - 2 * tag_length;
        token.value =
            (Str){arena_strndup(lexer->arena, token.value.data + tag_length, length), length};
    } else {
        token.value = undouble(lexer, span.start + 1, span.end - 1, '\'');
    }
    return token;
}

/* A comment that begins with a plus and OPTIONS( is no comment: how long its opening is, or 0. */
static size_t hint_opening(Str text, Span span)
{
    enum { OPENING = 3 };
    if (span.kind != SPAN_COMMENT || span.open || lexer_at(text, span.start + OPENING - 1) != '+')
        return 0;
    Span word = lexer_span(text, span.start + OPENING);
    if (word.kind == SPAN_BLANK)
        word = lexer_span(text, word.end);
    Str options = {text.data + word.start, word.end - word.start};
    return word.kind == SPAN_WORD && str_equal_nocase(options, STR("OPTIONS")) &&
                   lexer_span(text, word.end).operator_token == TK_LP
               ? OPENING
               : 0;
}

/* The next span that is no blank or comment. */
static Span telling_span(Lexer *lexer)
{
    for (;;) {
        Span span = lexer_span(lexer->text, lexer->at);
        size_t hint = lexer->in_hint ? 0 : hint_opening(lexer->text, span);
        if (hint) {
            lexer->in_hint = true;
            span.kind = SPAN_OPERATOR;
            span.operator_token = TK_HINT;
            span.end = span.start + hint;
        } else if (lexer->in_hint && span.operator_token == TK_STAR &&
                   lexer_at(lexer->text, span.end) == '/') {
            lexer->in_hint = false;
            span.operator_token = TK_HINT_END;
            span.end++;
        }
        lexer->at = span.end;
        if ((span.kind != SPAN_BLANK && span.kind != SPAN_COMMENT) || span.open)
            return span;
    }
}

Token lexer_next(Lexer *lexer)
{
    Span span = telling_span(lexer);
    Token token = {.start = (int32_t)span.start, .end = (int32_t)span.end};
    token.value = (Str){lexer->text.data + span.start, span.end - span.start};
    if (span.open)
        return unterminated(lexer, span, token);
    switch (span.kind) {
    case SPAN_END:
    case SPAN_BLANK:
    case SPAN_COMMENT:
        return token;
    case SPAN_WORD:
    case SPAN_QUOTED_NAME:
    case SPAN_UNICODE_NAME:
        return name_token(lexer, span, token);
    case SPAN_STRING:
    case SPAN_ESCAPE_STRING:
    case SPAN_UNICODE_STRING:
    case SPAN_BYTES:
    case SPAN_DOLLAR_STRING:
        return literal(lexer, span, token);
    case SPAN_NUMBER:
        if (token.value.length > PARSE_LITERAL_BYTES_MAX)
            return LEX_FAIL(lexer, token, SQLSTATE_LIMIT_EXCEEDED, span.start,
                            "literal longer than %d bytes", (int)PARSE_LITERAL_BYTES_MAX);
        return number(lexer, span, token);
    case SPAN_PARAM:
        token.type = TK_PARAM;
        token.value.data++;
        token.value.length--;
        return token;
    case SPAN_OPERATOR:
        token.type = span.operator_token;
        return token;
    case SPAN_UNKNOWN:
        break;
    }
    return LEX_FAIL(lexer, token, SQLSTATE_SYNTAX, span.start, "syntax error at or near \"%c\"",
                    token.value.data[0]);
}
