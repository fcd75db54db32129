/*
 * slt_spelling.c - whether a value is spelled so, by us or by another system; see slt_compare.h.
 *
 * What is accepted is the same value in another form, never another value; but a floating number
 * may be rounded, to no fewer than FLOAT_DIGITS_MIN digits.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "cli/slt_compare.h"

#include <math.h>
#include <pcre2.h>
#include <stdio.h>

enum { FLOAT_DIGITS_MIN = 6, FLOAT_DECIMALS_MAX = 17, FLOAT_TEXT_BYTES = 64 };

static bool is_one_of(Str text, const char *const *words)
{
    for (; *words; words++)
        if (str_equal_nocase(text, str_from(*words)))
            return true;
    return false;
}

static bool same_boolean(Str own, Str text)
{
    static const char *const truths[] = {"true", "t", "1", NULL};
    static const char *const falsehoods[] = {"false", "f", "0", NULL};
    return is_one_of(text, str_equal(own, STR("true")) ? truths : falsehoods);
}

/* Its decimals; -1: fewer than FLOAT_DIGITS_MIN digits that count, or another form. */
static int decimals_of(Str text)
{
    int decimals = 0, digits = 0;
    bool point = false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '.' && !point)
            point = true;
        else if (c >= '0' && c <= '9')
            decimals += point, digits += digits || c != '0';
        else if (i || (c != '-' && c != '+'))
            return -1;
    }
    return digits >= FLOAT_DIGITS_MIN && decimals <= FLOAT_DECIMALS_MAX ? decimals : -1;
}

/* DataFusion's files round to twelve decimals. */
static bool same_rounded(double own, double number, Str text)
{
    int decimals = decimals_of(text);
    char a[FLOAT_TEXT_BYTES], b[FLOAT_TEXT_BYTES];
    if (decimals < 1 || fabs(own) > 1e15)
        return false;
    (void)snprintf(a, sizeof a, "%.*f", decimals, own);
    (void)snprintf(b, sizeof b, "%.*f", decimals, number);
    return strcmp(a, b) == 0;
}

static bool same_float(Str own, Str text, bool is_single)
{
    double a, b;
    if (!parse_f64(own.data, own.data + own.length, &a) ||
        !parse_f64(text.data, text.data + text.length, &b))
        return false;
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b);
    bool same = is_single ? (float)a == (float)b : a == b;
    return same || (isfinite(a) && isfinite(b) && same_rounded(a, b, text));
}

/* Digits with a point, without zeros that say nothing. */
static bool trim_decimal(Str *text)
{
    size_t points = 0, digits = 0;
    for (size_t i = 0; i < text->length; i++) {
        char c = text->data[i];
        points += c == '.';
        digits += c >= '0' && c <= '9';
        if (c != '.' && (c < '0' || c > '9') && !(i == 0 && c == '-'))
            return false;
    }
    if (points > 1 || !digits)
        return false;
    while (points && text->data[text->length - 1] == '0')
        text->length--;
    if (points && text->data[text->length - 1] == '.')
        text->length--;
    return true;
}

static bool same_decimal(Str own, Str text)
{
    return trim_decimal(&own) && trim_decimal(&text) && str_equal(own, text);
}

/* Z and +00:00 are +00, the T of ISO 8601 is a blank. */
static bool same_time(Str own, Str text, Arena *arena)
{
    char *copy = arena_strndup(arena, text.data, text.length);
    size_t length = text.length;
    if (length > 10 && copy[10] == 'T')
        copy[10] = ' ';
    if (length > 1 && copy[length - 1] == 'Z')
        return own.length == length + 2 && memcmp(own.data, copy, length - 1) == 0 &&
               memcmp(own.data + length - 1, "+00", 3) == 0;
    if (length > 6 && memcmp(copy + length - 3, ":00", 3) == 0 &&
        (copy[length - 6] == '+' || copy[length - 6] == '-'))
        length -= 3;
    return str_equal(own, (Str){copy, length});
}

/* Without blanks between elements and quotes around them, in brackets. */
static Str plain_array(Str text, Arena *arena)
{
    char *to = arena_alloc(arena, text.length + 1), *start = to;
    char quote = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (quote ? c == quote : c == '"' || c == '\'')
            quote = quote ? 0 : c;
        else if (quote || (c != ' ' || (to > start && to[-1] != ',' && to[-1] != '[')))
            *to++ = quote ? c : c == '{' ? '[' : c == '}' ? ']' : c;
    }
    return (Str){start, (size_t)(to - start)};
}

static bool same_array(Str own, Str raw, Str text, Arena *arena)
{
    Str plain = plain_array(text, arena);
    return str_equal(plain, plain_array(own, arena)) || str_equal(plain, plain_array(raw, arena));
}

static bool matches(Str pattern, Str text)
{
    int code;
    PCRE2_SIZE offset;
    pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)pattern.data, pattern.length,
                                         PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOTALL |
                                             PCRE2_ANCHORED | PCRE2_ENDANCHORED,
                                         &code, &offset, NULL);
    if (!compiled)
        return false;
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(compiled, NULL);
    int found = pcre2_match(compiled, (PCRE2_SPTR)text.data, text.length, 0, 0, data, NULL);
    pcre2_match_data_free(data);
    pcre2_code_free(compiled);
    return found >= 0;
}

/* CockroachDB's files write a blank inside a value as U+2420. */
static Str with_blanks(Str text, Arena *arena)
{
    static const char mark[] = "\xe2\x90\xa0";
    char *to = arena_alloc(arena, text.length + 1), *start = to;
    for (size_t i = 0; i < text.length;) {
        bool marked = text.length - i >= 3 && memcmp(text.data + i, mark, 3) == 0;
        *to++ = marked ? ' ' : text.data[i];
        i += marked ? 3 : 1;
    }
    return (Str){start, (size_t)(to - start)};
}

static const Str like = {"<REGEX>:", 8}, unlike = {"<!REGEX>:", 9};

bool slt_spelled(SltResult *result, size_t cell, Str text)
{
    Str own = result->cells.at[cell], raw = result->raws.at[cell];
    if (str_equal(own, text))
        return true;
    if (result->own_spelling)
        return false;
    if (str_has_prefix(text, like))
        return matches((Str){text.data + 8, text.length - 8}, raw);
    if (str_has_prefix(text, unlike))
        return !matches((Str){text.data + 9, text.length - 9}, raw);
    if (raw.length && str_equal(raw, text))
        return true;
    arena_reset(&result->scratch);
    Str spaced = with_blanks(text, &result->scratch);
    if (spaced.length != text.length && str_equal(raw, spaced))
        return true;
    TypeId type = result->types[cell % (size_t)result->columns];
    if (str_equal(own, STR("NULL")))
        return false;
    if (type == TYPE_BOOLEAN)
        return same_boolean(own, text);
    if (type == TYPE_FLOAT || type == TYPE_DOUBLE)
        return same_float(own, text, type == TYPE_FLOAT);
    if (type == TYPE_BYTES) /* DataFusion's have no \x before them */
        return raw.length > 2 && str_equal_nocase(text, (Str){raw.data + 2, raw.length - 2});
    if (type == TYPE_DECIMAL || (type >= TYPE_TINYINT && type <= TYPE_BIGINT))
        return same_decimal(own, text); /* DuckDB's: 24.000000 of a BIGINT */
    if (type == TYPE_TIMESTAMP || type == TYPE_TIMESTAMPTZ)
        return same_time(own, text, &result->scratch);
    return type == TYPE_ARRAY && same_array(own, raw, text, &result->scratch);
}
