/*
 * fn_bytes.c - bytes as text: hex, base64, PostgreSQL's encode and decode, MD5.
 */
#include "base/md5.h"
#include "functions/text_math.h"

#define TEXT_ARG(i) ARG(call, i, Text)
#define TEXT_OUT    OUT(call, Text)
#define FAILS       (FN_STRICT | FN_CAN_FAIL)

static const char lower_digits[] = "0123456789abcdef", upper_digits[] = "0123456789ABCDEF";
static const char base64_letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* ---- encodings: each writes to `to` and returns the end, or NULL for bad input ---- */

static char *hex_write(char *to, Str in, const char *digits)
{
    for (size_t i = 0; i < in.length; i++) {
        *to++ = digits[(unsigned char)in.data[i] >> 4];
        *to++ = digits[in.data[i] & 15];
    }
    return to;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= ' ';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static char *hex_read(char *to, Str in)
{
    for (size_t i = 0; i < in.length; i += 2) {
        int high = hex_value(in.data[i]), low = i + 1 < in.length ? hex_value(in.data[i + 1]) : -1;
        if (high < 0 || low < 0)
            return NULL;
        *to++ = (char)(high << 4 | low);
    }
    return to;
}

/* `wrap`: a line end after 76 letters, as PostgreSQL's encode. */
static char *base64_write(char *to, Str in, bool wrap)
{
    int column = 0;
    for (size_t i = 0; i < in.length; i += 3) {
        size_t left = in.length - i;
        uint32_t bits = (uint32_t)(unsigned char)in.data[i] << 16;
        if (left > 1)
            bits |= (uint32_t)(unsigned char)in.data[i + 1] << 8;
        if (left > 2)
            bits |= (unsigned char)in.data[i + 2];
        *to++ = base64_letters[bits >> 18];
        *to++ = base64_letters[bits >> 12 & 63];
        *to++ = left > 1 ? base64_letters[bits >> 6 & 63] : '=';
        *to++ = left > 2 ? base64_letters[bits & 63] : '=';
        column += 4;
        if (wrap && column == 76 && left > 3) {
            *to++ = '\n';
            column = 0;
        }
    }
    return to;
}

static char *base64_read(char *to, Str in)
{
    uint32_t bits = 0;
    int count = 0, padding = 0;
    for (size_t i = 0; i < in.length; i++) {
        char c = in.data[i];
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t')
            continue;
        const char *found = c == '=' || !c ? NULL : memchr(base64_letters, c, 64);
        if ((!found && c != '=') || (found && padding))
            return NULL;
        padding += c == '=';
        bits = bits << 6 | (found ? (uint32_t)(found - base64_letters) : 0);
        if (++count == 4) {
            if (padding > 2)
                return NULL;
            *to++ = (char)(bits >> 16);
            if (padding < 2)
                *to++ = (char)(bits >> 8);
            if (padding < 1)
                *to++ = (char)bits;
            bits = 0;
            count = 0;
        }
    }
    return count == 0 ? to : NULL;
}

/* PostgreSQL's escape: zero and high bytes as \ooo, a backslash doubled. */
static char *escape_write(char *to, Str in)
{
    for (size_t i = 0; i < in.length; i++) {
        unsigned char c = (unsigned char)in.data[i];
        if (c == 0 || c >= 0x80) {
            *to++ = '\\';
            *to++ = (char)('0' + (c >> 6));
            *to++ = (char)('0' + (c >> 3 & 7));
            *to++ = (char)('0' + (c & 7));
        } else {
            if (c == '\\')
                *to++ = '\\';
            *to++ = (char)c;
        }
    }
    return to;
}

static char *escape_read(char *to, Str in)
{
    for (size_t i = 0; i < in.length; i++) {
        char c = in.data[i];
        if (c == '\\') {
            Str rest = {in.data + i + 1, in.length - i - 1};
            if (rest.length >= 1 && rest.data[0] == '\\') {
                i++;
            } else if (rest.length >= 3 && rest.data[0] >= '0' && rest.data[0] <= '3' &&
                       rest.data[1] >= '0' && rest.data[1] <= '7' && rest.data[2] >= '0' &&
                       rest.data[2] <= '7') {
                c = (char)((rest.data[0] - '0') << 6 | (rest.data[1] - '0') << 3 |
                           (rest.data[2] - '0'));
                i += 3;
            } else {
                return NULL;
            }
        }
        *to++ = c;
    }
    return to;
}

/* ---- encode, decode ---- */

static Status encode_one(EvalCall *call, uint32_t row, Err *err)
{
    Str in = text_str(&TEXT_ARG(0)[row]), name = text_str(&TEXT_ARG(1)[row]);
    char *to = text_room(call, row, 4 * in.length + 4, err), *end;
    if (!to)
        return FAIL;
    if (str_equal_nocase(name, STR("hex")))
        end = hex_write(to, in, lower_digits);
    else if (str_equal_nocase(name, STR("base64")))
        end = base64_write(to, in, true);
    else if (str_equal_nocase(name, STR("escape")))
        end = escape_write(to, in);
    else
        return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                         "unrecognized encoding: \"" STR_FORMAT "\"", STR_ARG(name));
    TEXT_OUT[row] = text_from(to, (size_t)(end - to));
    return OK;
}
static Status decode_one(EvalCall *call, uint32_t row, Err *err)
{
    Str in = text_str(&TEXT_ARG(0)[row]), name = text_str(&TEXT_ARG(1)[row]);
    char *to = text_room(call, row, in.length + 4, err), *end;
    if (!to)
        return FAIL;
    if (str_equal_nocase(name, STR("hex")))
        end = hex_read(to, in);
    else if (str_equal_nocase(name, STR("base64")))
        end = base64_read(to, in);
    else if (str_equal_nocase(name, STR("escape")))
        end = escape_read(to, in);
    else
        return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                         "unrecognized encoding: \"" STR_FORMAT "\"", STR_ARG(name));
    if (!end)
        return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                         "invalid " STR_FORMAT " text", STR_ARG(name));
    TEXT_OUT[row] = text_from(to, (size_t)(end - to));
    return OK;
}
EACH(encode, encode_one)
EACH(decode, decode_one)

static Status hex_one(EvalCall *call, uint32_t row, Err *err)
{
    Str in = text_str(&TEXT_ARG(0)[row]);
    char *to = text_room(call, row, 2 * in.length, err);
    if (!to)
        return FAIL;
    TEXT_OUT[row] = text_from(to, (size_t)(hex_write(to, in, upper_digits) - to));
    return OK;
}
static Status base64_one(EvalCall *call, uint32_t row, Err *err)
{
    Str in = text_str(&TEXT_ARG(0)[row]);
    char *to = text_room(call, row, 2 * in.length + 4, err);
    if (!to)
        return FAIL;
    TEXT_OUT[row] = text_from(to, (size_t)(base64_write(to, in, false) - to));
    return OK;
}
static Status read_one(EvalCall *call, uint32_t row, const char *what, char *(*read)(char *, Str),
                       bool is_text, Err *err)
{
    Str in = text_str(&TEXT_ARG(0)[row]);
    char *to = text_room(call, row, in.length + 4, err), *end;
    if (!to)
        return FAIL;
    end = read(to, in);
    if (!end)
        return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1, "invalid %s text", what);
    if (is_text && !utf8_valid(to, (size_t)(end - to)))
        return eval_fail(call, row, err, SQLSTATE_BAD_ENCODING, -1,
                         "invalid byte sequence for encoding \"UTF8\"");
    TEXT_OUT[row] = text_from(to, (size_t)(end - to));
    return OK;
}
static Status unhex_one(EvalCall *call, uint32_t row, Err *err)
{
    return read_one(call, row, "hexadecimal", hex_read, false, err);
}
static Status unbase64_one(EvalCall *call, uint32_t row, Err *err)
{
    return read_one(call, row, "base64", base64_read, false, err);
}
static Status from_base64_one(EvalCall *call, uint32_t row, Err *err)
{
    return read_one(call, row, "base64", base64_read, true, err);
}
EACH(hex_text, hex_one)
EACH(base64, base64_one)
EACH(unhex, unhex_one)
EACH(unbase64, unbase64_one)
EACH(from_base64, from_base64_one)

/* ---- text and its bytes ---- */

static Status check_utf8(EvalCall *call, uint32_t row, Err *err)
{
    Str name = text_str(&TEXT_ARG(1)[row]);
    if (!str_equal_nocase(name, STR("UTF8")) && !str_equal_nocase(name, STR("UTF-8")))
        return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                         "unknown encoding \"" STR_FORMAT "\", only UTF8 is known", STR_ARG(name));
    return OK;
}
static Status convert_from_one(EvalCall *call, uint32_t row, Err *err)
{
    Text in = TEXT_ARG(0)[row];
    TRY(check_utf8(call, row, err));
    if (!utf8_valid(text_bytes(&in), in.length) || memchr(text_bytes(&in), 0, in.length))
        return eval_fail(call, row, err, SQLSTATE_BAD_ENCODING, -1,
                         "invalid byte sequence for encoding \"UTF8\"");
    TEXT_OUT[row] = in;
    return OK;
}
static Status convert_to_one(EvalCall *call, uint32_t row, Err *err)
{
    TRY(check_utf8(call, row, err));
    TEXT_OUT[row] = TEXT_ARG(0)[row];
    return OK;
}
EACH(convert_from, convert_from_one)
EACH(convert_to, convert_to_one)

/* ---- numbers in other bases ---- */

static Text number_text(EvalCall *call, uint64_t value, int shift, const char *digits)
{
    char text[64], *at = text + sizeof text;
    do {
        *--at = digits[value & ((1u << shift) - 1)];
        value >>= shift;
    } while (value);
    return text_make_copy(call->scratch, at, (uint32_t)(text + sizeof text - at));
}
#define NUMBER_TEXT(name, T, U, shift, digits)                                                     \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        (void)err;                                                                                 \
        EACH_ROW(call, row)                                                                        \
        TEXT_OUT[row] = number_text(call, (U)ARG(call, 0, T)[row], shift, digits);                 \
        return OK;                                                                                 \
    }
NUMBER_TEXT(to_hex_i32, int32_t, uint32_t, 4, lower_digits)
NUMBER_TEXT(to_hex_i64, int64_t, uint64_t, 4, lower_digits)
NUMBER_TEXT(hex_i64, int64_t, uint64_t, 4, upper_digits)
NUMBER_TEXT(bin_i64, int64_t, uint64_t, 1, lower_digits)

static int digit_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'z' ? c - 'a' + 10
           : c >= 'A' && c <= 'Z' ? c - 'A' + 10
                                  : 99;
}

/* conv(text, from, to): digits as far as they are of the base; 64 bits without a sign, the largest
 * value for more; to a negative base with a sign.  NULL for a base that is none, and for no text.
 */
static Status conv(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        Str in = str_trim(text_str(&TEXT_ARG(0)[row]));
        int64_t from = ARG(call, 1, int32_t)[row], to = ARG(call, 2, int32_t)[row];
        uint64_t base = (uint64_t)(to < 0 ? -to : to), value = 0;
        if (from < 2 || from > 36 || base < 2 || base > 36 || !in.length) {
            out_null(call, row);
            continue;
        }
        bool negative = *in.data == '-', full = false;
        for (size_t i = negative; i < in.length && digit_value(in.data[i]) < from; i++)
            full |= __builtin_mul_overflow(value, (uint64_t)from, &value) ||
                    __builtin_add_overflow(value, (uint64_t)digit_value(in.data[i]), &value);
        value = full ? UINT64_MAX : negative ? -value : value;
        bool sign = to < 0 && (int64_t)value < 0;
        value = sign ? -value : value;
        char text[72], *at = text + sizeof text;
        do {
            *--at = (char)(value % base < 10 ? '0' + (char)(value % base)
                                             : 'A' + (char)(value % base) - 10);
            value /= base;
        } while (value);
        if (sign)
            *--at = '-';
        TEXT_OUT[row] = text_make_copy(call->scratch, at, (uint32_t)(text + sizeof text - at));
    }
    return OK;
}

static Status md5(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        Str in = text_str(&TEXT_ARG(0)[row]);
        char text[MD5_TEXT_BYTES];
        md5_text(in.data, in.length, text);
        TEXT_OUT[row] = text_make_copy(call->scratch, text, sizeof text - 1);
    }
    return OK;
}

static Status bind_conv(const BindCall *call, FnBinding *binding, Err *err)
{
    (void)call, (void)err;
    binding->arg_types[0] = type_varchar(0);
    return OK;
}

extern const ScalarFn fn_bytes[];
const ScalarFn fn_bytes[] = {
    {"encode", "s(xs)", FAILS, encode, NULL},
    {"decode", "x(ss)", FAILS, decode, NULL},
    {"hex", "s(8)", FN_STRICT, hex_i64, NULL},
    {"hex", "s(s)", FN_STRICT, hex_text, NULL},
    {"hex", "s(x)", FN_STRICT, hex_text, NULL},
    {"unhex", "x(s)", FAILS, unhex, NULL},
    {"to_hex", "s(4)", FN_STRICT, to_hex_i32, NULL},
    {"to_hex", "s(8)", FN_STRICT, to_hex_i64, NULL},
    {"bin", "s(8)", FN_STRICT, bin_i64, NULL},
    {"base64", "s(x)", FN_STRICT, base64, NULL},
    {"base64", "s(s)", FN_STRICT, base64, NULL},
    {"unbase64", "x(s)", FAILS, unbase64, NULL},
    {"to_base64", "s(s)", FN_STRICT, base64, NULL},
    {"to_base64", "s(x)", FN_STRICT, base64, NULL},
    {"from_base64", "s(s)", FAILS, from_base64, NULL},
    {"convert_from", "s(xs)", FAILS, convert_from, NULL},
    {"convert_to", "x(ss)", FAILS, convert_to, NULL},
    {"conv", "s(s44)", FN_STRICT | FN_MAKES_NULL, conv, bind_conv},
    {"conv", "s(844)", FN_STRICT | FN_MAKES_NULL, conv, bind_conv},
    {"md5", "s(s)", FN_STRICT, md5, NULL},
    {"md5", "s(x)", FN_STRICT, md5, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
