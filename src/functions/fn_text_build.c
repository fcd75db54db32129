/*
 * fn_text_build.c - text made from other values: ||, concat, format, repeat, quoting, codes.
 */
#include "functions/text_math.h"

#define TEXT_ARG(i) ARG(call, i, Text)
#define TEXT_OUT    OUT(call, Text)
#define FAILS       (FN_STRICT | FN_CAN_FAIL)

/* Every argument as text, as a CAST would write it. */
static Status bind_all_text(const BindCall *call, FnBinding *binding, Err *err)
{
    (void)err;
    for (int i = 0; i < call->arg_count; i++)
        if (binding->arg_types[i].id != TYPE_VARCHAR)
            binding->arg_types[i] = type_varchar(0);
    return OK;
}

/* `||` of text and anything but an array, which has a row of its own. */
static Status bind_append(const BindCall *call, FnBinding *binding, Err *err)
{
    for (int i = 0; i < call->arg_count; i++)
        if (call->given[i].id == TYPE_ARRAY || call->given[i].id == TYPE_ROW)
            return bind_no_overload(call, "||", err);
    return bind_all_text(call, binding, err);
}

static Status append_one(EvalCall *call, uint32_t row, Err *err)
{
    Str a = text_str(&TEXT_ARG(0)[row]), b = text_str(&TEXT_ARG(1)[row]);
    char small[TEXT_INLINE_BYTES], *to = small;
    size_t length = a.length + b.length;
    if (length > TEXT_INLINE_BYTES && !(to = text_room(call, row, length, err)))
        return FAIL;
    memcpy(to, a.data, a.length);
    memcpy(to + a.length, b.data, b.length);
    TEXT_OUT[row] = text_from(to, length);
    return OK;
}
EACH(append, append_one)

/* Arguments first…last joined, those that are NULL left out. */
static Status join(EvalCall *call, uint32_t row, int first, Str separator, Err *err)
{
    size_t length = 0, used = 0;
    for (int i = first; i < call->arg_count; i++)
        if (!arg_is_null(call, i, row))
            length += TEXT_ARG(i)[row].length, used++;
    length += used > 1 ? (used - 1) * separator.length : 0;
    char *to = text_room(call, row, length, err), *at = to;
    if (!to)
        return FAIL;
    for (int i = first; i < call->arg_count; i++) {
        if (arg_is_null(call, i, row))
            continue;
        Str text = text_str(&TEXT_ARG(i)[row]);
        memcpy(at, text.data, text.length);
        at += text.length;
        if (--used > 0) {
            memcpy(at, separator.data, separator.length);
            at += separator.length;
        }
    }
    TEXT_OUT[row] = text_from(to, length);
    return OK;
}
static Status concat_one(EvalCall *call, uint32_t row, Err *err)
{
    return join(call, row, 0, (Str){"", 0}, err);
}
static Status concat_ws_one(EvalCall *call, uint32_t row, Err *err)
{
    if (arg_is_null(call, 0, row)) {
        out_null(call, row);
        return OK;
    }
    return join(call, row, 1, text_str(&TEXT_ARG(0)[row]), err);
}
EACH(concat, concat_one)
EACH(concat_ws, concat_ws_one)

static Status repeat_one(EvalCall *call, uint32_t row, Err *err)
{
    Str in = text_str(&TEXT_ARG(0)[row]);
    int32_t times = ARG(call, 1, int32_t)[row];
    size_t count = times > 0 ? (size_t)times : 0, length = count * in.length;
    char *to = text_room(call, row, length, err);
    if (!to)
        return FAIL;
    for (size_t i = 0; in.length && i < count; i++)
        memcpy(to + i * in.length, in.data, in.length);
    TEXT_OUT[row] = text_from(to, length);
    return OK;
}
EACH(repeat, repeat_one)

static Status space_one(EvalCall *call, uint32_t row, Err *err)
{
    int32_t count = ARG(call, 0, int32_t)[row];
    size_t length = count > 0 ? (size_t)count : 0;
    char *to = text_room(call, row, length, err);
    if (!to)
        return FAIL;
    memset(to, ' ', length);
    TEXT_OUT[row] = text_from(to, length);
    return OK;
}
EACH(space, space_one)

static Status reverse_one(EvalCall *call, uint32_t row, Err *err)
{
    Str in = text_str(&TEXT_ARG(0)[row]);
    char *to = text_room(call, row, in.length, err);
    if (!to)
        return FAIL;
    char *at = to + in.length;
    for (const char *p = in.data, *end = p + in.length; p < end;) {
        const char *start = p;
        text_next(&p, end);
        at -= p - start;
        memcpy(at, start, (size_t)(p - start));
    }
    TEXT_OUT[row] = text_from(to, in.length);
    return OK;
}
EACH(reverse, reverse_one)

/* ---- codes ---- */

static Status ascii(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        Str in = text_str(&TEXT_ARG(0)[row]);
        const char *p = in.data;
        OUT(call, int32_t)[row] = in.length ? (int32_t)text_next(&p, p + in.length) : 0;
    }
    return OK;
}

static Status chr_one(EvalCall *call, uint32_t row, Err *err)
{
    int32_t code = ARG(call, 0, int32_t)[row];
    char bytes[4];
    if (code == 0)
        return eval_fail(call, row, err, SQLSTATE_LIMIT_EXCEEDED, -1,
                         "null character not permitted");
    if (code < 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return eval_fail(call, row, err, SQLSTATE_LIMIT_EXCEEDED, -1,
                         "requested character not valid: %d", code);
    TEXT_OUT[row] = text_from(bytes, (size_t)(text_put(bytes, (uint32_t)code) - bytes));
    return OK;
}
EACH(chr, chr_one)

/* ---- quoting and format ---- */

static void quote(Buf *out, Str text, char mark)
{
    bool backslash = mark == '\'' && memchr(text.data, '\\', text.length) != NULL;
    if (backslash)
        buf_add_text(out, "E");
    buf_add_char(out, mark);
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == mark || (backslash && text.data[i] == '\\'))
            buf_add_char(out, text.data[i]);
        buf_add_char(out, text.data[i]);
    }
    buf_add_char(out, mark);
}

static void quote_name(Buf *out, Str text)
{
    bool plain = text.length > 0 && !(text.data[0] >= '0' && text.data[0] <= '9');
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        plain &= (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
    if (plain)
        buf_add(out, text.data, text.length);
    else
        quote(out, text, '"');
}

static Status take_buf(EvalCall *call, uint32_t row, Buf *buf, Err *err)
{
    char *to = text_room(call, row, buf->length, err);
    if (to) {
        if (buf->length)
            memcpy(to, buf->data, buf->length);
        TEXT_OUT[row] = text_from(to, buf->length);
    }
    buf_deinit(buf);
    return to ? OK : FAIL;
}

static Status quote_literal_one(EvalCall *call, uint32_t row, Err *err)
{
    Buf buf;
    buf_init(&buf);
    if (arg_is_null(call, 0, row))
        buf_add_text(&buf, "NULL");
    else
        quote(&buf, text_str(&TEXT_ARG(0)[row]), '\'');
    return take_buf(call, row, &buf, err);
}
static Status quote_ident_one(EvalCall *call, uint32_t row, Err *err)
{
    Buf buf;
    buf_init(&buf);
    quote_name(&buf, text_str(&TEXT_ARG(0)[row]));
    return take_buf(call, row, &buf, err);
}
EACH(quote_literal, quote_literal_one)
EACH(quote_ident, quote_ident_one)

/* One %…: [n$][-][width](s|I|L); *arg is the number of the argument last used. */
static Status format_piece(EvalCall *call, uint32_t row, const char **p, const char *end, int *arg,
                           Buf *out, Err *err)
{
    int number = 0, width = 0;
    bool left_aligned = false;
    const char *start = *p;
    while (*p < end && **p >= '0' && **p <= '9' && number < 100000)
        number = number * 10 + (*(*p)++ - '0');
    if (*p < end && **p == '$') {
        ++*p;
        if (number == 0)
            return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                             "format specifies argument 0, but arguments are numbered from 1");
        *arg = number;
    } else {
        *p = start;
        ++*arg;
    }
    for (; *p < end && **p == '-'; ++*p)
        left_aligned = true;
    while (*p < end && **p >= '0' && **p <= '9' && width < 100000)
        width = width * 10 + (*(*p)++ - '0');
    char kind = *p < end ? *(*p)++ : 0;
    if (kind == 0)
        return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                         "unterminated format() type specifier");
    if (kind != 's' && kind != 'I' && kind != 'L')
        return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                         "unrecognized format() type specifier \"%c\"", kind);
    if (*arg >= call->arg_count)
        return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                         "too few arguments for format()");
    Buf piece;
    buf_init(&piece);
    bool null = arg_is_null(call, *arg, row);
    Str text = null ? (Str){"", 0} : text_str(&TEXT_ARG(*arg)[row]);
    if (kind == 's')
        buf_add(&piece, text.data, text.length);
    else if (kind == 'L' && null)
        buf_add_text(&piece, "NULL");
    else if (kind == 'L')
        quote(&piece, text, '\'');
    else
        quote_name(&piece, text);
    int have = (int)text_count(piece.data, piece.length);
    for (int i = have; i < width && !left_aligned; i++)
        buf_add_char(out, ' ');
    buf_add(out, piece.data, piece.length);
    for (int i = have; i < width && left_aligned; i++)
        buf_add_char(out, ' ');
    buf_deinit(&piece);
    if (kind == 'I' && null)
        return eval_fail(call, row, err, SQLSTATE_NULL_NOT_ALLOWED, -1,
                         "null values cannot be formatted as an SQL identifier");
    return OK;
}

static Status format_one(EvalCall *call, uint32_t row, Err *err)
{
    Buf out;
    int arg = 0;
    if (arg_is_null(call, 0, row)) {
        out_null(call, row);
        return OK;
    }
    Str pattern = text_str(&TEXT_ARG(0)[row]);
    buf_init(&out);
    for (const char *p = pattern.data, *end = p + pattern.length; p < end;) {
        char c = *p++;
        if (c != '%') {
            buf_add_char(&out, c);
        } else if (p < end && *p == '%') {
            buf_add_char(&out, '%');
            p++;
        } else if (format_piece(call, row, &p, end, &arg, &out, err) != OK) {
            buf_deinit(&out);
            return FAIL;
        }
    }
    return take_buf(call, row, &out, err);
}
EACH(format_text, format_one)

extern const ScalarFn fn_text_build[];
const ScalarFn fn_text_build[] = {
    {"||", "s(ss)", FN_STRICT, append, NULL},
    {"||", "x(xx)", FN_STRICT, append, NULL},
    {"||", "s(s*)", FN_STRICT, append, bind_append},
    {"||", "s(*s)", FN_STRICT, append, bind_append},
    {"concat", "s(*.)", 0, concat, bind_all_text},
    {"concat_ws", "s(s*.)", FN_MAKES_NULL, concat_ws, bind_all_text},
    {"repeat", "s(s4)", FAILS, repeat, NULL},
    {"space", "s(4)", FAILS, space, NULL},
    {"reverse", "s(s)", FN_STRICT, reverse, NULL},
    {"ascii", "4(s)", FN_STRICT, ascii, NULL},
    {"chr", "s(4)", FAILS, chr, NULL},
    {"char", "s(4)", FAILS, chr, NULL},
    {"quote_literal", "s(*)", FN_STRICT, quote_literal, bind_all_text},
    {"quote_nullable", "s(*)", 0, quote_literal, bind_all_text},
    {"quote_ident", "s(s)", FN_STRICT, quote_ident, NULL},
    {"format", "s(s?*.)", FN_CAN_FAIL | FN_MAKES_NULL, format_text, bind_all_text},
    {NULL, NULL, 0, NULL, NULL},
};
