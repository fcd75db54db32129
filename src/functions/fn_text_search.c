/*
 * fn_text_search.c - finding and replacing plain text: position, replace, translate, split_part.
 */
#include "functions/text_math.h"

#define TEXT_ARG(i) ARG(call, i, Text)
#define TEXT_OUT    OUT(call, Text)
#define FAILS       (FN_STRICT | FN_CAN_FAIL)

static const char *find(Str in, Str what)
{
    return text_find(in.data, in.length, what.data, what.length);
}

/* Character position from 1 of `what`, searched from character `start` (from 0) on; 0: not there.
 */
static int32_t position_of(Str what, Str in, int64_t start)
{
    if (start < 0)
        return 0;
    size_t skip = text_offset(in.data, in.length, (size_t)start);
    if (start > 0 && skip == in.length && (size_t)start > text_count(in.data, in.length))
        return 0;
    const char *found = find((Str){in.data + skip, in.length - skip}, what);
    if (!found)
        return 0;
    return (int32_t)text_count(in.data, (size_t)(found - in.data)) + 1;
}

static Status position(EvalCall *call, int what, int in)
{
    EACH_ROW(call, row)
    {
        int64_t start = call->arg_count > 2 ? (int64_t)ARG(call, 2, int32_t)[row] - 1 : 0;
        OUT(call, int32_t)
        [row] = position_of(text_str(&TEXT_ARG(what)[row]), text_str(&TEXT_ARG(in)[row]), start);
    }
    return OK;
}
static Status position_needle_first(EvalCall *call, Err *err)
{
    (void)err;
    return position(call, 0, 1);
}
static Status position_text_first(EvalCall *call, Err *err)
{
    (void)err;
    return position(call, 1, 0);
}

#define TEXT_TEST(name, expr)                                                                      \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        (void)err;                                                                                 \
        EACH_ROW(call, row)                                                                        \
        {                                                                                          \
            Str text = text_str(&TEXT_ARG(0)[row]), what = text_str(&TEXT_ARG(1)[row]);            \
            OUT(call, bool)[row] = (expr);                                                         \
        }                                                                                          \
        return OK;                                                                                 \
    }
TEXT_TEST(starts_with, str_has_prefix(text, what))
TEXT_TEST(ends_with, str_has_suffix(text, what))
TEXT_TEST(contains, what.length == 0 || find(text, what) != NULL)

static Status replace_one(EvalCall *call, uint32_t row, Err *err)
{
    Str in = text_str(&TEXT_ARG(0)[row]), what = text_str(&TEXT_ARG(1)[row]), by = {"", 0};
    if (call->arg_count > 2)
        by = text_str(&TEXT_ARG(2)[row]);
    const char *end = in.data + in.length;
    size_t matches = 0;
    for (const char *p = in.data; what.length && (p = find((Str){p, (size_t)(end - p)}, what));)
        matches++, p += what.length;
    if (matches == 0) {
        TEXT_OUT[row] = TEXT_ARG(0)[row];
        return OK;
    }
    size_t length = in.length - matches * what.length + matches * by.length;
    char *to = text_room(call, row, length, err), *at = to;
    if (!to)
        return FAIL;
    for (const char *p = in.data;;) {
        const char *found = matches ? find((Str){p, (size_t)(end - p)}, what) : NULL;
        size_t before = (size_t)((found ? found : end) - p);
        memcpy(at, p, before);
        at += before;
        if (!found)
            break;
        memcpy(at, by.data, by.length);
        at += by.length;
        p = found + what.length;
        matches--;
    }
    TEXT_OUT[row] = text_from(to, length);
    return OK;
}
EACH(replace, replace_one)

/* Each character of `from` becomes the one at the same place of `to`, or goes. */
static Status translate_one(EvalCall *call, uint32_t row, Err *err)
{
    Str in = text_str(&TEXT_ARG(0)[row]);
    Str from = text_str(&TEXT_ARG(1)[row]), to = text_str(&TEXT_ARG(2)[row]);
    char *out = text_room(call, row, 4 * in.length, err), *at = out;
    if (!out)
        return FAIL;
    for (const char *p = in.data, *end = p + in.length; p < end;) {
        uint32_t code = text_next(&p, end);
        const char *f = from.data, *f_end = f + from.length, *t = to.data, *t_end = t + to.length;
        bool gone = false;
        while (f < f_end) {
            uint32_t wanted = text_next(&f, f_end);
            bool has = t < t_end;
            uint32_t by = has ? text_next(&t, t_end) : 0;
            if (wanted == code) {
                gone = !has;
                code = by;
                break;
            }
        }
        if (!gone)
            at = text_put(at, code);
    }
    TEXT_OUT[row] = text_from(out, (size_t)(at - out));
    return OK;
}
EACH(translate, translate_one)

/* overlay(text placing new from start [for length]) */
static Status overlay_one(EvalCall *call, uint32_t row, Err *err)
{
    Str in = text_str(&TEXT_ARG(0)[row]), by = text_str(&TEXT_ARG(1)[row]);
    int64_t start = ARG(call, 2, int32_t)[row];
    int64_t length = call->arg_count > 3 ? (int64_t)ARG(call, 3, int32_t)[row]
                                         : (int64_t)text_count(by.data, by.length);
    if (start <= 0)
        return eval_fail(call, row, err, SQLSTATE_SUBSTRING, -1,
                         "negative substring length not allowed");
    int64_t rest = start - 1 + length;
    size_t head = text_offset(in.data, in.length, (size_t)(start - 1));
    size_t tail = text_offset(in.data, in.length, rest > 0 ? (size_t)rest : 0);
    size_t all = head + by.length + in.length - tail;
    char *to = text_room(call, row, all, err);
    if (!to)
        return FAIL;
    memcpy(to, in.data, head);
    memcpy(to + head, by.data, by.length);
    memcpy(to + head + by.length, in.data + tail, in.length - tail);
    TEXT_OUT[row] = text_from(to, all);
    return OK;
}
EACH(overlay, overlay_one)

/* ---- fields ---- */

/* Field `wanted` (from 0) of a text split at `separator`; false: there are fewer. */
static bool find_field(const Text *text, Str separator, int64_t wanted, Text *out)
{
    Str in = text_str(text);
    const char *p = in.data, *end = p + in.length;
    if (wanted < 0 || (separator.length == 0 && wanted > 0))
        return false;
    for (;;) {
        const char *found = separator.length ? find((Str){p, (size_t)(end - p)}, separator) : NULL;
        if (wanted-- == 0) {
            *out = text_slice(text, (size_t)(p - in.data), (size_t)((found ? found : end) - p));
            return true;
        }
        if (!found)
            return false;
        p = found + separator.length;
    }
}

static int64_t count_fields(Str in, Str separator)
{
    int64_t count = 1;
    const char *p = in.data, *end = p + in.length;
    while (separator.length && (p = find((Str){p, (size_t)(end - p)}, separator)))
        count++, p += separator.length;
    return count;
}

static Status split_part_one(EvalCall *call, uint32_t row, Err *err)
{
    const Text *text = &TEXT_ARG(0)[row];
    Str separator = text_str(&TEXT_ARG(1)[row]);
    int64_t field = ARG(call, 2, int32_t)[row];
    if (field == 0)
        return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                         "field position must not be zero");
    field = field > 0 ? field - 1 : field + count_fields(text_str(text), separator);
    if (!find_field(text, separator, field, &TEXT_OUT[row]))
        TEXT_OUT[row] = text_make("", 0);
    return OK;
}
EACH(split_part, split_part_one)

/* Flink's: from 0, NULL when there is no such field. */
static Status split_index(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        if (!find_field(&TEXT_ARG(0)[row], text_str(&TEXT_ARG(1)[row]), ARG(call, 2, int32_t)[row],
                        &TEXT_OUT[row]))
            out_null(call, row);
    }
    return OK;
}

/* The separator as the number of an ASCII character. */
static Status split_index_code(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        int32_t code = ARG(call, 1, int32_t)[row];
        char separator = (char)code;
        if (code < 1 || code > 127 ||
            !find_field(&TEXT_ARG(0)[row], (Str){&separator, 1}, ARG(call, 2, int32_t)[row],
                        &TEXT_OUT[row]))
            out_null(call, row);
    }
    return OK;
}

static Status bind_code(const BindCall *call, FnBinding *binding, Err *err)
{
    if (!type_is_integer(call->given[1]))
        return bind_no_overload(call, "split_index", err);
    binding->arg_types[1] = type_of(TYPE_INT);
    return OK;
}

/* instr(text, what, start [, n]): the n-th from there on; backwards from a negative start. */
static Status instr_from_one(EvalCall *call, uint32_t row, Err *err)
{
    Str in = text_str(&TEXT_ARG(0)[row]), what = text_str(&TEXT_ARG(1)[row]);
    int64_t start = ARG(call, 2, int32_t)[row];
    int32_t n = call->arg_count > 3 ? ARG(call, 3, int32_t)[row] : 1, place = 0;
    int64_t count = (int64_t)text_count(in.data, in.length);
    if (n < 1)
        return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                         "instr() counts matches from 1");
    bool back = start < 0;
    int64_t at = back ? count + start : start - 1; /* characters before it */
    const char *p = in.data, *end = in.data + in.length;
    for (int64_t i = 0; i < at && p < end; i++)
        (void)text_next(&p, end);
    while (at >= 0 && at < count && start != 0) {
        if ((size_t)(end - p) >= what.length && memcmp(p, what.data, what.length) == 0 &&
            --n == 0) {
            place = (int32_t)at + 1;
            break;
        }
        at += back ? -1 : 1;
        if (!back)
            (void)text_next(&p, end);
        else if (at >= 0)
            for (p--; ((unsigned char)*p & 0xC0) == 0x80;)
                p--;
    }
    OUT(call, int32_t)[row] = place;
    return OK;
}
EACH(instr_from, instr_from_one)

extern const ScalarFn fn_text_search[];
const ScalarFn fn_text_search[] = {
    {"position", "4(ss)", FN_STRICT, position_needle_first, NULL},
    {"locate", "4(ss?4)", FN_STRICT, position_needle_first, NULL},
    {"strpos", "4(ss)", FN_STRICT, position_text_first, NULL},
    {"instr", "4(ss)", FN_STRICT, position_text_first, NULL},
    {"instr", "4(ss4?4)", FAILS, instr_from, NULL},
    {"charindex", "4(ss?4)", FN_STRICT, position_needle_first, NULL},
    {"starts_with", "b(ss)", FN_STRICT, starts_with, NULL},
    {"startswith", "b(ss)", FN_STRICT, starts_with, NULL},
    {"ends_with", "b(ss)", FN_STRICT, ends_with, NULL},
    {"endswith", "b(ss)", FN_STRICT, ends_with, NULL},
    {"contains", "b(ss)", FN_STRICT, contains, NULL},
    {"replace", "s(ss?s)", FN_STRICT, replace, NULL},
    {"translate", "s(sss)", FN_STRICT, translate, NULL},
    {"overlay", "s(ss4?4)", FAILS, overlay, NULL},
    {"split_part", "s(ss4)", FAILS, split_part, NULL},
    {"split_index", "s(ss4)", FN_STRICT | FN_MAKES_NULL, split_index, NULL},
    {"split_index", "s(s*4)", FN_STRICT | FN_MAKES_NULL, split_index_code, bind_code},
    {NULL, NULL, 0, NULL, NULL},
};
