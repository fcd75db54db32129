/*
 * fn_text_more.c - text functions that Spark and Flink have and PostgreSQL has not: lists in text,
 * what texts are made of,
 * likeness, URLs.
 */
#include <math.h>
#include "base/buf.h"
#include "functions/text_math.h"

#define TEXT_ARG(i) ARG(call, i, Text)
#define FAILS       (FN_STRICT | FN_CAN_FAIL)

/* ---- lists in text ---- */

/* What stands before the count-th separator; from the end behind it if count is negative. */
static Status substring_index(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        const Text *text = &TEXT_ARG(0)[row];
        Str in = text_str(text), by = text_str(&TEXT_ARG(1)[row]);
        int64_t count = ARG(call, 2, int32_t)[row];
        size_t from = 0, to = in.length;
        if (count == 0 || by.length == 0) {
            to = 0;
        } else if (count > 0) {
            const char *at = in.data, *end = in.data + in.length;
            for (; count > 0; count--) {
                const char *found = text_find(at, (size_t)(end - at), by.data, by.length);
                if (!found)
                    break;
                to = count == 1 ? (size_t)(found - in.data) : in.length;
                at = found + by.length;
            }
        } else {
            for (size_t i = in.length; i >= by.length && count < 0;) {
                if (memcmp(in.data + i - by.length, by.data, by.length) == 0) {
                    if (++count == 0)
                        from = i;
                    i -= by.length;
                } else {
                    i--;
                }
            }
        }
        OUT(call, Text)[row] = text_slice(text, from, to - from);
    }
    return OK;
}

/* The place of a text in 'a,b,c', from 1; 0: it is not there. */
static Status find_in_set(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        Str what = text_str(&TEXT_ARG(0)[row]), set = text_str(&TEXT_ARG(1)[row]);
        int32_t place = 0, index = 1;
        for (size_t start = 0, i = 0; i <= set.length && !place; i++) {
            if (i < set.length && set.data[i] != ',')
                continue;
            if (str_equal((Str){set.data + start, i - start}, what))
                place = index;
            index++;
            start = i + 1;
        }
        OUT(call, int32_t)[row] = memchr(what.data, ',', what.length) ? 0 : place;
    }
    return OK;
}

/* The n-th of the texts behind it. */
static Status elt(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        int32_t n = arg_is_null(call, 0, row) ? 0 : ARG(call, 0, int32_t)[row];
        if (n < 1 || n >= call->arg_count || arg_is_null(call, n, row))
            out_null(call, row);
        else
            OUT(call, Text)[row] = TEXT_ARG(n)[row];
    }
    return OK;
}
static Status bind_elt(const BindCall *call, FnBinding *binding, Err *err)
{
    (void)err;
    for (int i = 1; i < call->arg_count; i++)
        binding->arg_types[i] = type_varchar(0);
    return OK;
}

/* ---- what a text is made of (Flink's); an empty one is of nothing ---- */

static bool all_letters(Str text)
{
    bool all = text.length > 0;
    for (const char *p = text.data, *end = p + text.length; p < end && all;) {
        uint32_t code = text_next(&p, end);
        all = text_is_alnum(code) && !(code >= '0' && code <= '9');
    }
    return all;
}
static bool all_digits(Str text)
{
    bool all = text.length > 0;
    for (size_t i = 0; i < text.length; i++)
        all &= text.data[i] >= '0' && text.data[i] <= '9';
    return all;
}
static bool is_number(Str text)
{
    double value;
    return text.length > 0 && parse_f64(text.data, text.data + text.length, &value) &&
           isfinite(value);
}
#define IS_MADE_OF(name, test)                                                                     \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        (void)err;                                                                                 \
        EACH_ROW(call, row)                                                                        \
        OUT(call, bool)[row] = test(text_str(&TEXT_ARG(0)[row]));                                  \
        return OK;                                                                                 \
    }
IS_MADE_OF(is_alpha, all_letters)
IS_MADE_OF(is_digit, all_digits)
IS_MADE_OF(is_decimal, is_number)

/* ---- likeness ---- */

/* The first letter and three digits of the sounds behind it; what begins with no letter stays. */
static Status soundex(EvalCall *call, Err *err)
{
    enum { CODE = 4 };
    static const char sounds[] = "01230127022455012623010202"; /* 7: does not part equal sounds */
    (void)err;
    EACH_ROW(call, row)
    {
        Str in = text_str(&TEXT_ARG(0)[row]);
        char code[CODE] = "000", last = 0;
        int length = 0;
        for (size_t i = 0; i < in.length && length < CODE; i++) {
            char letter = (char)(in.data[i] & ~0x20);
            bool is_letter = letter >= 'A' && letter <= 'Z' && (in.data[i] & 0x40);
            if (!is_letter && length == 0)
                break;
            char sound = is_letter ? sounds[letter - 'A'] : '0';
            if (letter == 'H' || letter == 'W')
                sound = '7';
            bool first = length == 0;
            if (first)
                code[length++] = letter;
            else if (sound != '0' && sound != '7' && sound != last)
                code[length++] = sound;
            if (sound != '7' || first)
                last = sound;
        }
        while (length && length < CODE)
            code[length++] = '0';
        OUT(call, Text)
        [row] = length ? text_make_copy(call->scratch, code, CODE) : TEXT_ARG(0)[row];
    }
    return OK;
}

static uint32_t *code_points(EvalCall *call, Str in, uint32_t *count)
{
    uint32_t *codes = arena_alloc(call->scratch, (in.length + 1) * sizeof *codes);
    *count = 0;
    for (const char *p = in.data, *end = p + in.length; p < end;)
        codes[(*count)++] = text_next(&p, end);
    return codes;
}

/* How many characters to insert, delete or replace to get from one text to the other. */
static Status levenshtein_one(EvalCall *call, uint32_t row, Err *err)
{
    enum { STEPS_MOST = 100000000 };
    uint32_t rows, columns;
    const uint32_t *a = code_points(call, text_str(&TEXT_ARG(0)[row]), &rows);
    const uint32_t *b = code_points(call, text_str(&TEXT_ARG(1)[row]), &columns);
    if ((uint64_t)rows * columns > STEPS_MOST)
        return eval_fail(call, row, err, SQLSTATE_LIMIT_EXCEEDED, -1,
                         "texts of %u and %u characters are too long for levenshtein", rows,
                         columns);
    uint32_t *cost = arena_alloc(call->scratch, (columns + 1) * sizeof *cost);
    for (uint32_t k = 0; k <= columns; k++)
        cost[k] = k;
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t diagonal = cost[0];
        cost[0] = i + 1;
        for (uint32_t k = 0; k < columns; k++) {
            uint32_t replace = diagonal + (a[i] != b[k]);
            uint32_t least = cost[k] < cost[k + 1] ? cost[k] + 1 : cost[k + 1] + 1;
            diagonal = cost[k + 1];
            cost[k + 1] = replace < least ? replace : least;
        }
    }
    OUT(call, int32_t)[row] = (int32_t)cost[columns];
    return OK;
}
EACH(levenshtein, levenshtein_one)

/* ---- URLs: application/x-www-form-urlencoded ---- */

static bool url_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-_.*", c));
}

static Status url_encode_one(EvalCall *call, uint32_t row, Err *err)
{
    static const char digits[] = "0123456789ABCDEF";
    Str in = text_str(&TEXT_ARG(0)[row]);
    char *start = text_room(call, row, 3 * in.length, err), *to = start;
    if (!to)
        return FAIL;
    for (size_t i = 0; i < in.length; i++) {
        char c = in.data[i];
        if (url_plain(c)) {
            *to++ = c;
        } else if (c == ' ') {
            *to++ = '+';
        } else {
            *to++ = '%';
            *to++ = digits[(unsigned char)c >> 4];
            *to++ = digits[c & 15];
        }
    }
    OUT(call, Text)[row] = text_from(start, (size_t)(to - start));
    return OK;
}
EACH(url_encode, url_encode_one)

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= ' ';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* NULL for what is no such text. */
static Status url_decode_one(EvalCall *call, uint32_t row, Err *err)
{
    Str in = text_str(&TEXT_ARG(0)[row]);
    char *start = text_room(call, row, in.length, err), *to = start;
    bool good = true;
    if (!to)
        return FAIL;
    for (size_t i = 0; i < in.length && good; i++) {
        if (in.data[i] != '%') {
            *to++ = in.data[i] == '+' ? ' ' : in.data[i];
            continue;
        }
        int high = i + 2 < in.length ? hex_digit(in.data[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(in.data[i + 2]) : -1;
        good = low >= 0 && (high || low);
        if (good)
            *to++ = (char)(high << 4 | low);
        i += 2;
    }
    if (good && utf8_valid(start, (size_t)(to - start)))
        OUT(call, Text)[row] = text_from(start, (size_t)(to - start));
    else
        out_null(call, row);
    return OK;
}
EACH(url_decode, url_decode_one)

typedef struct Url {
    Str scheme, authority, user, host, path, query, fragment;
} Url;

static size_t find_any(Str text, size_t from, const char *bytes)
{
    while (from < text.length && !strchr(bytes, text.data[from]))
        from++;
    return from;
}
static Str part(Str text, size_t from, size_t to)
{
    return from < to && to <= text.length ? (Str){text.data + from, to - from} : (Str){NULL, 0};
}

/* RFC 3986: scheme://user@host:port/path?query#fragment. */
static bool url_read(Str text, Url *url)
{
    size_t colon = find_any(text, 0, ":/?#"), at = colon + 1;
    *url = (Url){.scheme = part(text, 0, colon)};
    if (colon == text.length || text.data[colon] != ':' || !colon)
        return false;
    if (text.length >= at + 2 && memcmp(text.data + at, "//", 2) == 0) {
        size_t end = find_any(text, at += 2, "/?#");
        url->authority = part(text, at, end);
        Str authority = url->authority;
        size_t sign = authority.length;
        while (sign > 0 && authority.data[sign - 1] != '@')
            sign--;
        if (sign > 0)
            url->user = part(authority, 0, sign - 1);
        Str host = part(authority, sign, authority.length);
        bool brackets = host.length && *host.data == '[';
        size_t host_end = find_any(host, brackets ? find_any(host, 0, "]") : 0, ":");
        url->host = part(host, 0, host_end);
        at = end;
    }
    size_t end = find_any(text, at, "?#");
    url->path = (Str){text.data + at, end - at};
    if (end < text.length && text.data[end] == '?') {
        size_t query_end = find_any(text, end + 1, "#");
        url->query = (Str){text.data + end + 1, query_end - end - 1};
        end = query_end;
    }
    if (end < text.length)
        url->fragment = (Str){text.data + end + 1, text.length - end - 1};
    return memchr(text.data, ' ', text.length) == NULL;
}

static Str url_value(Str query, Str key)
{
    for (size_t at = 0; query.data && at <= query.length;) {
        size_t end = find_any(query, at, "&");
        Str pair = {query.data + at, end - at};
        size_t sign = find_any(pair, 0, "=");
        if (sign < pair.length && str_equal((Str){pair.data, sign}, key))
            return (Str){pair.data + sign + 1, pair.length - sign - 1};
        at = end + 1;
    }
    return (Str){NULL, 0};
}

/* parse_url(url, part [, key of the query]); NULL for what is not there. */
static Status parse_url(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        const Text *in = &TEXT_ARG(0)[row];
        Str text = text_str(in), name = text_str(&TEXT_ARG(1)[row]), found = {NULL, 0};
        Url url;
        if (!url_read(text, &url))
            found.data = NULL;
        else if (str_equal(name, STR("PROTOCOL")))
            found = url.scheme;
        else if (str_equal(name, STR("AUTHORITY")))
            found = url.authority;
        else if (str_equal(name, STR("USERINFO")))
            found = url.user;
        else if (str_equal(name, STR("HOST")))
            found = url.host;
        else if (str_equal(name, STR("PATH")))
            found = url.path;
        else if (str_equal(name, STR("QUERY")))
            found = url.query;
        else if (str_equal(name, STR("REF")))
            found = url.fragment;
        else if (str_equal(name, STR("FILE")))
            found =
                (Str){url.path.data, url.path.length + (url.query.data ? url.query.length + 1 : 0)};
        if (call->arg_count > 2)
            found = str_equal(name, STR("QUERY")) ? url_value(found, text_str(&TEXT_ARG(2)[row]))
                                                  : (Str){NULL, 0};
        if (found.data)
            OUT(call, Text)[row] = text_slice(in, (size_t)(found.data - text.data), found.length);
        else
            out_null(call, row);
    }
    return OK;
}

extern const ScalarFn fn_text_more[];
const ScalarFn fn_text_more[] = {
    {"substring_index", "s(ss4)", FN_STRICT, substring_index, NULL},
    {"find_in_set", "4(ss)", FN_STRICT, find_in_set, NULL},
    {"elt", "s(4*.)", FN_MAKES_NULL, elt, bind_elt},
    {"soundex", "s(s)", FN_STRICT, soundex, NULL},
    {"levenshtein", "4(ss)", FAILS, levenshtein, NULL},
    {"is_alpha", "b(s)", FN_STRICT, is_alpha, NULL},
    {"is_digit", "b(s)", FN_STRICT, is_digit, NULL},
    {"is_decimal", "b(s)", FN_STRICT, is_decimal, NULL},
    {"parse_url", "s(ss?s)", FN_STRICT | FN_MAKES_NULL, parse_url, NULL},
    {"url_encode", "s(s)", FAILS, url_encode, NULL},
    {"url_decode", "s(s)", FAILS | FN_MAKES_NULL, url_decode, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
