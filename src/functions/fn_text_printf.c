/*
 * fn_text_printf.c - format_string and printf, by C's and Java's patterns.
 *
 *     %[n$][-+ 0,][width][.precision](s|S|d|i|x|X|o|f|e|E|g|G|c|b)     %% and %n
 *
 * Whole numbers go to the kernel as BIGINT, FLOAT and DOUBLE as DOUBLE, all else as text.
 */
#include <stdio.h>
#include <stdlib.h>
#include "base/buf.h"
#include "functions/text_math.h"

enum { WIDTH_MOST = 1000, NUMBER_BYTES = 2 * WIDTH_MOST + 500 }; /* the largest DOUBLE has 309 */

typedef struct Spec {
    bool positional, left, plus, space, zero, group, has_precision;
    int width, precision;
    char letter;
} Spec;

static bool read_number(const char **p, const char *end, int *out)
{
    const char *start = *p;
    for (*out = 0; *p < end && **p >= '0' && **p <= '9' && *out <= WIDTH_MOST; ++*p)
        *out = *out * 10 + (**p - '0');
    return *p > start;
}

/* Behind the %; false: no pattern. */
static bool read_spec(const char **p, const char *end, Spec *spec, int *arg)
{
    const char *start = *p;
    int number;
    *spec = (Spec){.letter = 0};
    if (read_number(p, end, &number) && *p < end && **p == '$' && number > 0) {
        ++*p;
        *arg = number;
        spec->positional = true;
    } else {
        *p = start;
        ++*arg;
    }
    for (; *p < end && strchr("-+ 0,#", **p); ++*p) {
        spec->left |= **p == '-';
        spec->plus |= **p == '+';
        spec->space |= **p == ' ';
        spec->zero |= **p == '0';
        spec->group |= **p == ',';
    }
    (void)read_number(p, end, &spec->width);
    if (*p < end && **p == '.') {
        ++*p;
        spec->has_precision = true;
        if (!read_number(p, end, &spec->precision))
            return false;
    }
    if (*p == end || spec->width > WIDTH_MOST || spec->precision > WIDTH_MOST)
        return false;
    spec->letter = *(*p)++;
    return strchr("sSdixXofeEgGcb", spec->letter) != NULL;
}

static void add_padded(Buf *out, const Spec *spec, Str text)
{
    int have = (int)text_count(text.data, text.length);
    for (int i = have; i < spec->width && !spec->left; i++)
        buf_add_char(out, ' ');
    buf_add(out, text.data, text.length);
    for (int i = have; i < spec->width && spec->left; i++)
        buf_add_char(out, ' ');
}

/* Puts commas between groups of three digits before the point. */
static int add_commas(char *text, int length)
{
    int start = text[0] >= '0' && text[0] <= '9' ? 0 : 1, whole = start;
    while (whole < length && text[whole] >= '0' && text[whole] <= '9')
        whole++;
    for (int i = whole - 3; i > start; i -= 3, length++) {
        memmove(text + i + 1, text + i, (size_t)(length - i));
        text[i] = ',';
    }
    return length;
}

/* A number's text by the C library, without its width. */
static void add_number(Buf *out, const Spec *spec, const Value *value)
{
    char pattern[16], text[NUMBER_BYTES], *to = pattern;
    bool is_float = strchr("feEgG", spec->letter) != NULL;
    int length;
    *to++ = '%';
    if (spec->plus)
        *to++ = '+';
    else if (spec->space)
        *to++ = ' ';
    if (spec->zero && !spec->left && !spec->group)
        *to++ = '0';
    *to++ = '*';
    if (is_float) {
        *to++ = '.';
        *to++ = '*';
    } else {
        *to++ = 'l';
        *to++ = 'l';
    }
    *to++ = spec->letter;
    *to = '\0';
    int width = spec->zero && !spec->left && !spec->group ? spec->width : 0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    if (is_float)
        length = snprintf(text, sizeof text, pattern, width,
                          spec->has_precision ? spec->precision : 6, value->as.f64);
    else
        length = snprintf(text, sizeof text, pattern, width, (long long)value->as.integer);
#pragma GCC diagnostic pop
    if (spec->group)
        length = add_commas(text, length);
    add_padded(out, spec, (Str){text, (size_t)length});
}

/* What the argument is for a letter of numbers; false: no number. */
static bool take_number(const EvalCall *call, int arg, uint32_t row, bool real, Value *out)
{
    Type type = call->args[arg]->type;
    double value;
    if (type.id == TYPE_BIGINT && !real) {
        out->as.integer = ARG(call, arg, int64_t)[row];
        return true;
    }
    if (type.id == TYPE_BIGINT) {
        value = (double)ARG(call, arg, int64_t)[row];
    } else if (type.id == TYPE_DOUBLE) {
        value = ARG(call, arg, double)[row];
    } else {
        Str text = text_str(&ARG(call, arg, Text)[row]);
        if (!parse_f64(text.data, text.data + text.length, &value))
            return false;
    }
    out->as.f64 = value;
    return real;
}

static Str text_of(const EvalCall *call, int arg, uint32_t row, char small[FORMAT_F64_MAX])
{
    Type type = call->args[arg]->type;
    if (type.id == TYPE_VARCHAR)
        return text_str(&ARG(call, arg, Text)[row]);
    char *end = type.id == TYPE_BIGINT ? format_i64(small, ARG(call, arg, int64_t)[row])
                                       : format_f64(small, ARG(call, arg, double)[row]);
    return (Str){small, (size_t)(end - small)};
}

static Status add_argument(EvalCall *call, uint32_t row, const Spec *spec, int arg, Buf *out,
                           Err *err)
{
    char small[FORMAT_F64_MAX], upper[FORMAT_F64_MAX];
    Value number = {.type = type_of(TYPE_NULL)};
    if (arg >= call->arg_count)
        return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                         "too few arguments for format_string()");
    bool is_text = strchr("sScb", spec->letter) != NULL;
    if (arg_is_null(call, arg, row) || is_text) {
        Str text = arg_is_null(call, arg, row) ? STR("null") : text_of(call, arg, row, small);
        if (spec->has_precision) {
            size_t bytes = 0;
            for (int i = 0; i < spec->precision && bytes < text.length; i++)
                for (bytes++; bytes < text.length && (text.data[bytes] & 0xC0) == 0x80;)
                    bytes++;
            text.length = bytes;
        }
        if (spec->letter == 'S' && text.length < sizeof upper) {
            for (size_t i = 0; i < text.length; i++)
                upper[i] = (char)(text.data[i] >= 'a' && text.data[i] <= 'z' ? text.data[i] - 32
                                                                             : text.data[i]);
            text.data = upper;
        }
        add_padded(out, spec, text);
        return OK;
    }
    if (!take_number(call, arg, row, strchr("feEgG", spec->letter) != NULL, &number))
        return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                         "argument %d of format_string() is no number for %%%c", arg, spec->letter);
    add_number(out, spec, &number);
    return OK;
}

static Status format_one(EvalCall *call, uint32_t row, Err *err)
{
    Str pattern = text_str(&ARG(call, 0, Text)[row]);
    Buf out;
    int arg = 0;
    if (arg_is_null(call, 0, row)) {
        out_null(call, row);
        return OK;
    }
    buf_init(&out);
    for (const char *p = pattern.data, *end = p + pattern.length; p < end;) {
        Spec spec;
        if (*p != '%') {
            buf_add_char(&out, *p++);
        } else if (++p < end && (*p == '%' || *p == 'n')) {
            buf_add_char(&out, *p++ == 'n' ? '\n' : '%');
        } else {
            int used = arg;
            Status status =
                read_spec(&p, end, &spec, &used)
                    ? add_argument(call, row, &spec, used, &out, err)
                    : eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                                "invalid pattern of format_string(): \"" STR_FORMAT "\"",
                                STR_ARG(pattern));
            if (status != OK) {
                buf_deinit(&out);
                return FAIL;
            }
            arg = spec.positional ? arg : used;
        }
    }
    char *to = text_room(call, row, out.length, err);
    if (to && out.length)
        memcpy(to, out.data, out.length);
    if (to)
        OUT(call, Text)[row] = text_from(to, out.length);
    buf_deinit(&out);
    return to ? OK : FAIL;
}
EACH(format_string, format_one)

static Status bind_arguments(const BindCall *call, FnBinding *binding, Err *err)
{
    (void)err;
    for (int i = 1; i < call->arg_count; i++) {
        TypeId id = (TypeId)binding->arg_types[i].id;
        binding->arg_types[i] = type_is_integer(binding->arg_types[i])  ? type_of(TYPE_BIGINT)
                                : id == TYPE_FLOAT || id == TYPE_DOUBLE ? type_of(TYPE_DOUBLE)
                                                                        : type_varchar(0);
    }
    return OK;
}

extern const ScalarFn fn_text_printf[];
const ScalarFn fn_text_printf[] = {
    {"format_string", "s(s?*.)", FN_CAN_FAIL | FN_MAKES_NULL, format_string, bind_arguments},
    {"printf", "s(s?*.)", FN_CAN_FAIL | FN_MAKES_NULL, format_string, bind_arguments},
    {NULL, NULL, 0, NULL, NULL},
};
