/*
 * fn_string.c - text: length, case, trimming, parts and padding.
 *
 * Positions count characters from 1, as in PostgreSQL.  Parts of a text point into it.
 */
#include "functions/text_math.h"

#define TEXT_ARG(i) ARG(call, i, Text)
#define TEXT_OUT    OUT(call, Text)

/* ---- length ---- */

static Status char_length(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        Str text = text_str(&TEXT_ARG(0)[row]);
        OUT(call, int32_t)[row] = (int32_t)text_count(text.data, text.length);
    }
    return OK;
}
MAP1(octet_length, Text, int32_t, x.length)
MAP1(bit_length, Text, int32_t, x.length * 8)

/* ---- case ---- */

static inline void ascii_case(char *to, const char *from, size_t length, char first)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char offset = (unsigned char)(from[i] - first);
        to[i] = (char)(from[i] ^ (offset < 26 ? 0x20 : 0));
    }
}

typedef uint32_t (*MapCode)(uint32_t code);

static Status map_case(EvalCall *call, MapCode map, char first, Err *err)
{
    EACH_ROW(call, row)
    {
        Str in = text_str(&TEXT_ARG(0)[row]);
        char small[TEXT_INLINE_BYTES], *to = small;
        bool ascii = text_is_ascii(in.data, in.length);
        if (!ascii || in.length > TEXT_INLINE_BYTES) {
            to = text_room(call, row, ascii ? in.length : 4 * in.length, err);
            if (!to)
                return FAIL;
        }
        char *at = to + in.length;
        if (ascii) {
            ascii_case(to, in.data, in.length, first);
        } else {
            at = to;
            for (const char *p = in.data, *end = p + in.length; p < end;)
                at = text_put(at, map(text_next(&p, end)));
        }
        TEXT_OUT[row] = text_from(to, (size_t)(at - to));
    }
    return OK;
}
static Status upper(EvalCall *call, Err *err)
{
    return map_case(call, text_upper, 'a', err);
}
static Status lower(EvalCall *call, Err *err)
{
    return map_case(call, text_lower, 'A', err);
}

static Status initcap_one(EvalCall *call, uint32_t row, Err *err)
{
    Str in = text_str(&TEXT_ARG(0)[row]);
    char *to = text_room(call, row, 4 * in.length, err), *at = to;
    bool inside = false;
    if (!to)
        return FAIL;
    for (const char *p = in.data, *end = p + in.length; p < end;) {
        uint32_t code = text_next(&p, end);
        at = text_put(at, inside ? text_lower(code) : text_upper(code));
        inside = text_is_alnum(code);
    }
    TEXT_OUT[row] = text_from(to, (size_t)(at - to));
    return OK;
}
EACH(initcap, initcap_one)

/* ---- trimming ---- */

/* Whether the character that starts at `p` is one of `set`'s. */
static bool in_set(const char *p, size_t length, Str set)
{
    for (const char *s = set.data, *end = s + set.length; s < end;) {
        const char *start = s;
        text_next(&s, end);
        if ((size_t)(s - start) == length && memcmp(start, p, length) == 0)
            return true;
    }
    return false;
}

static Text trim_text(const Text *text, Str set, bool left, bool right)
{
    Str in = text_str(text);
    const char *start = in.data, *end = start + in.length;
    while (left && start < end) {
        const char *next = start;
        text_next(&next, end);
        if (!in_set(start, (size_t)(next - start), set))
            break;
        start = next;
    }
    while (right && start < end) {
        const char *last = end - 1;
        while (last > start && text_is_continuation(*last))
            last--;
        if (!in_set(last, (size_t)(end - last), set))
            break;
        end = last;
    }
    return text_slice(text, (size_t)(start - in.data), (size_t)(end - start));
}

static Status trim(EvalCall *call, bool left, bool right)
{
    EACH_ROW(call, row)
    {
        Str set = call->arg_count > 1 ? text_str(&TEXT_ARG(1)[row]) : STR(" ");
        TEXT_OUT[row] = trim_text(&TEXT_ARG(0)[row], set, left, right);
    }
    return OK;
}
static Status btrim(EvalCall *call, Err *err)
{
    (void)err;
    return trim(call, true, true);
}
static Status ltrim(EvalCall *call, Err *err)
{
    (void)err;
    return trim(call, true, false);
}
static Status rtrim(EvalCall *call, Err *err)
{
    (void)err;
    return trim(call, false, true);
}

/* ---- parts ---- */

/* Characters [from, to), from 0, clipped to the text. */
static Text part(const Text *text, int64_t from, int64_t to, bool bytes)
{
    Str in = text_str(text);
    size_t start, end;
    if (from < 0)
        from = 0;
    if (to <= from)
        return text_make("", 0);
    if (bytes || text_is_ascii(in.data, in.length)) {
        start = (uint64_t)from < in.length ? (size_t)from : in.length;
        end = (uint64_t)to < in.length ? (size_t)to : in.length;
    } else {
        start = text_offset(in.data, in.length, (size_t)from);
        end = start + text_offset(in.data + start, in.length - start, (size_t)(to - from));
    }
    return text_slice(text, start, end - start);
}

static Status substring(EvalCall *call, bool bytes, Err *err)
{
    const bool has_length = call->arg_count > 2;
    EACH_ROW(call, row)
    {
        int64_t from = (int64_t)ARG(call, 1, int32_t)[row] - 1, to = INT64_MAX;
        if (has_length) {
            int32_t length = ARG(call, 2, int32_t)[row];
            if (length < 0)
                return eval_fail(call, row, err, SQLSTATE_SUBSTRING, -1,
                                 "negative substring length not allowed");
            to = from + length;
        }
        TEXT_OUT[row] = part(&TEXT_ARG(0)[row], from, to, bytes);
    }
    return OK;
}
static Status substring_text(EvalCall *call, Err *err)
{
    return substring(call, false, err);
}
static Status substring_bytes(EvalCall *call, Err *err)
{
    return substring(call, true, err);
}

static Status left(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        const Text *text = &TEXT_ARG(0)[row];
        int64_t count = ARG(call, 1, int32_t)[row];
        if (count < 0)
            count += (int64_t)text_count(text_bytes(text), text->length);
        TEXT_OUT[row] = part(text, 0, count, false);
    }
    return OK;
}
static Status right(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        const Text *text = &TEXT_ARG(0)[row];
        int64_t count = ARG(call, 1, int32_t)[row];
        int64_t length = (int64_t)text_count(text_bytes(text), text->length);
        TEXT_OUT[row] = part(text, count < 0 ? -count : length - count, length, false);
    }
    return OK;
}

/* ---- padding ---- */

static Status pad_one(EvalCall *call, uint32_t row, bool on_left, Err *err)
{
    const Text *text = &TEXT_ARG(0)[row];
    Str in = text_str(text), fill = STR(" ");
    if (call->arg_count > 2)
        fill = text_str(&TEXT_ARG(2)[row]);
    int64_t wanted = ARG(call, 1, int32_t)[row];
    int64_t have = (int64_t)text_count(in.data, in.length);
    if (wanted <= have || fill.length == 0) {
        TEXT_OUT[row] = part(text, 0, wanted < have ? wanted : have, false);
        return OK;
    }
    size_t fill_chars = text_count(fill.data, fill.length), missing = (size_t)(wanted - have);
    size_t whole = missing / fill_chars,
           rest = text_offset(fill.data, fill.length, missing % fill_chars);
    size_t fill_bytes = whole * fill.length + rest;
    char *to = text_room(call, row, in.length + fill_bytes, err);
    if (!to)
        return FAIL;
    char *at = on_left ? to : to + in.length;
    for (size_t i = 0; i < whole; i++)
        memcpy(at + i * fill.length, fill.data, fill.length);
    memcpy(at + whole * fill.length, fill.data, rest);
    memcpy(on_left ? to + fill_bytes : to, in.data, in.length);
    TEXT_OUT[row] = text_from(to, in.length + fill_bytes);
    return OK;
}
static Status lpad_one(EvalCall *call, uint32_t row, Err *err)
{
    return pad_one(call, row, true, err);
}
static Status rpad_one(EvalCall *call, uint32_t row, Err *err)
{
    return pad_one(call, row, false, err);
}
EACH(lpad, lpad_one)
EACH(rpad, rpad_one)

#define FAILS (FN_STRICT | FN_CAN_FAIL)

extern const ScalarFn fn_string[];
const ScalarFn fn_string[] = {
    {"length", "4(s)", FN_STRICT, char_length, NULL},
    {"length", "4(x)", FN_STRICT, octet_length, NULL},
    {"len", "4(s)", FN_STRICT, char_length, NULL},
    {"char_length", "4(s)", FN_STRICT, char_length, NULL},
    {"character_length", "4(s)", FN_STRICT, char_length, NULL},
    {"octet_length", "4(s)", FN_STRICT, octet_length, NULL},
    {"octet_length", "4(x)", FN_STRICT, octet_length, NULL},
    {"bit_length", "4(s)", FN_STRICT, bit_length, NULL},
    {"bit_length", "4(x)", FN_STRICT, bit_length, NULL},
    {"upper", "s(s)", FN_STRICT, upper, NULL},
    {"ucase", "s(s)", FN_STRICT, upper, NULL},
    {"lower", "s(s)", FN_STRICT, lower, NULL},
    {"lcase", "s(s)", FN_STRICT, lower, NULL},
    {"initcap", "s(s)", FN_STRICT, initcap, NULL},
    {"trim", "s(s?s)", FN_STRICT, btrim, NULL},
    {"btrim", "s(s?s)", FN_STRICT, btrim, NULL},
    {"ltrim", "s(s?s)", FN_STRICT, ltrim, NULL},
    {"rtrim", "s(s?s)", FN_STRICT, rtrim, NULL},
    {"substring", "s(s4?4)", FAILS, substring_text, NULL},
    {"substring", "x(x4?4)", FAILS, substring_bytes, NULL},
    {"substr", "s(s4?4)", FAILS, substring_text, NULL},
    {"substr", "x(x4?4)", FAILS, substring_bytes, NULL},
    {"left", "s(s4)", FN_STRICT, left, NULL},
    {"right", "s(s4)", FN_STRICT, right, NULL},
    {"lpad", "s(s4?s)", FAILS, lpad, NULL},
    {"rpad", "s(s4?s)", FAILS, rpad, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
