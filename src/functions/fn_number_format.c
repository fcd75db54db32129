/*
 * fn_number_format.c - to_char of numbers, by PostgreSQL's templates.
 *
 *     9  a digit, blank in front of the first     0  a digit, 0 there
 *     . D  the point      , G  between groups     S  the sign, always    MI  '-' or a blank
 *     FM  without padding                         "text" and what means nothing: itself
 *
 * Without S and MI a number has its sign, or a blank, in front of its first digit.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <strings.h>
#include "functions/decimal_math.h"
#include "functions/text_math.h"

enum { TEMPLATE_MAX = 100, DIGITS_MAX = 512 };

typedef enum Sign {
    SIGN_ANCHORED,
    SIGN_PLACED,
    SIGN_MINUS
} Sign; /* default and S in front; S behind; MI */

typedef struct Template {
    /* '9', '0', '.', ',', 'S', 'M' (MI); literals as 'x' with the byte in `text` */
    char kind[TEMPLATE_MAX], text[TEMPLATE_MAX];
    int length, before, behind; /* digits before and behind the point */
    int first_zero;             /* first digit that is shown in any case */
    int last_zero;              /* last digit behind the point that FM keeps; 0: none */
    bool fill_mode, plus;
    Sign sign;
} Template;

typedef struct Number {
    bool negative, finite;
    char digits[DIGITS_MAX]; /* of the whole part, then those behind the point */
    int whole;
} Number;

static Status unsupported(const char *what, Err *err)
{
    return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                   "the pattern %s in to_char is not supported yet", what);
}

static bool starts(Str rest, const char *word)
{
    size_t length = strlen(word);
    return rest.length >= length && strncasecmp(rest.data, word, length) == 0;
}

static Status add(Template *t, char kind, char text, Err *err)
{
    if (t->length == TEMPLATE_MAX)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1,
                       "a number template has at most %d parts", TEMPLATE_MAX);
    t->kind[t->length] = kind;
    t->text[t->length++] = text;
    return OK;
}

static Status add_digit(Template *t, char digit, bool point, Err *err)
{
    if (!point) {
        if (digit == '0' && t->first_zero < 0)
            t->first_zero = t->before;
        t->before++;
    } else {
        t->behind++;
        if (digit == '0')
            t->last_zero = t->behind;
    }
    return add(t, digit, digit, err);
}

static Status template_parse(Str text, Template *t, Err *err)
{
    static const char *const missing[] = {"EEEE", "RN", "TH", "SG", "PL", "PR", "V", "L", "B"};
    bool point = false, quoted = false;
    *t = (Template){.first_zero = -1};
    for (size_t i = 0; i < text.length; i++) {
        Str rest = {text.data + i, text.length - i};
        char c = text.data[i];
        if (c == '"') {
            quoted = !quoted;
            continue;
        }
        if (quoted) {
            TRY(add(t, 'x', c, err));
            continue;
        }
        for (size_t m = 0; m < sizeof missing / sizeof *missing; m++)
            if (starts(rest, missing[m]))
                return unsupported(missing[m], err);
        if (c == '9' || c == '0') {
            TRY(add_digit(t, c, point, err));
        } else if (c == '.' || c == 'D' || c == 'd') {
            if (point)
                return err_set(err, SQLSTATE_SYNTAX, -1, "multiple decimal points");
            point = true;
            TRY(add(t, '.', '.', err));
        } else if (c == ',' || c == 'G' || c == 'g') {
            TRY(add(t, ',', ',', err));
        } else if (starts(rest, "FM")) {
            t->fill_mode = true;
            i++;
        } else if (starts(rest, "MI")) {
            t->sign = SIGN_MINUS;
            TRY(add(t, 'M', '-', err));
            i++;
        } else if (c == 'S' || c == 's') {
            t->plus = true;
            t->sign = t->before + t->behind > 0 ? SIGN_PLACED : SIGN_ANCHORED;
            if (t->sign == SIGN_PLACED)
                TRY(add(t, 'S', '+', err));
        } else {
            TRY(add(t, 'x', c, err));
        }
    }
    return OK;
}

/* ---- numbers as digits ---- */

static void take_digits(Number *n, const char *text, int behind)
{
    size_t length = strlen(text), whole = length - (size_t)behind, from = 0;
    while (from < whole && text[from] == '0')
        from++;
    n->whole = (int)(whole - from);
    memcpy(n->digits, text + from, length - from + 1);
}

static bool number_of_decimal(i128 value, int scale, int behind, Number *n)
{
    char text[64], *at = text + sizeof text - 1;
    if (!decimal_rescale(value, scale, behind, &value))
        return false;
    n->negative = value < 0;
    n->finite = true;
    *at = '\0';
    unsigned __int128 rest = n->negative ? -(unsigned __int128)value : (unsigned __int128)value;
    for (int count = 0; rest || count < behind; rest /= 10, count++)
        *--at = (char)('0' + (int)(rest % 10));
    take_digits(n, at, behind);
    return true;
}

static bool number_of_double(double value, int behind, Number *n)
{
    char text[DIGITS_MAX], plain[DIGITS_MAX];
    n->finite = isfinite(value);
    n->negative = value < 0;
    if (!n->finite)
        return true;
    (void)snprintf(text, sizeof text, "%.*f", behind, fabs(value));
    size_t used = 0;
    for (const char *p = text; *p; p++)
        if (isdigit((unsigned char)*p))
            plain[used++] = *p;
    plain[used] = '\0';
    take_digits(n, plain, behind);
    n->negative &= strspn(n->digits, "0") != strlen(n->digits);
    return true;
}

/* ---- putting them together ---- */

static void put_sign(const Template *t, const Number *n, bool *pending, char **to)
{
    if (!*pending)
        return;
    *pending = false;
    if (n->negative)
        *(*to)++ = '-';
    else if (t->plus)
        *(*to)++ = '+';
    else if (!t->fill_mode)
        *(*to)++ = ' ';
}

/* At most 2 bytes a part of the template; returns the end. */
static char *number_put(const Template *t, const Number *n, char *to)
{
    bool fits = n->finite && n->whole <= t->before, pending = t->sign == SIGN_ANCHORED;
    bool begun = false, point = false;
    /* A zero in front of the point is shown where there is nothing behind it. */
    const char *digits = n->digits;
    int whole = n->whole, place = 0, kept = t->behind;
    while (t->fill_mode && fits && kept > t->last_zero && digits[whole + kept - 1] == '0')
        kept--;
    if (fits && whole == 0 && kept == 0 && t->before > 0) {
        digits = "0";
        whole = 1;
    }
    for (int i = 0; i < t->length; i++) {
        char kind = t->kind[i];
        if (kind == '.') {
            put_sign(t, n, &pending, &to);
            *to++ = '.';
            point = true;
            place = 0;
        } else if ((kind == '9' || kind == '0') && point) {
            if (place < kept)
                *to++ = fits ? digits[whole + place] : '#';
            place++;
        } else if (kind == '9' || kind == '0') {
            int at = place++ - (t->before - whole);
            bool zero = t->first_zero >= 0 && place > t->first_zero;
            if (fits && at < 0 && !zero) {
                if (!t->fill_mode)
                    *to++ = ' ';
                continue;
            }
            put_sign(t, n, &pending, &to);
            begun = true;
            *to++ = !fits ? '#' : at < 0 ? '0' : digits[at];
        } else if (kind == ',') {
            if (begun || !t->fill_mode)
                *to++ = begun ? ',' : ' ';
        } else if (kind == 'S') {
            *to++ = n->negative ? '-' : '+';
        } else if (kind == 'M') {
            if (n->negative || !t->fill_mode)
                *to++ = n->negative ? '-' : ' ';
        } else {
            *to++ = t->text[i];
        }
    }
    return to;
}

static bool number_take(const EvalCall *call, uint32_t row, int behind, Number *n)
{
    Type type = call->args[0]->type;
    if (type.id == TYPE_BIGINT)
        return number_of_decimal(ARG(call, 0, int64_t)[row], 0, behind, n);
    if (type.id == TYPE_DECIMAL)
        return number_of_decimal(ARG(call, 0, i128)[row], type.scale, behind, n);
    return number_of_double(ARG(call, 0, double)[row], behind, n);
}

static Status to_char_one(EvalCall *call, uint32_t row, Err *err)
{
    Template t;
    Number n;
    TRY(template_parse(text_str(&ARG(call, 1, Text)[row]), &t, err));
    if (!number_take(call, row, t.behind, &n))
        return kernel_out_of_range(call, row, TYPE_DECIMAL, err);
    char *to = text_room(call, row, 2u * TEMPLATE_MAX + 2, err);
    if (!to)
        return FAIL;
    OUT(call, Text)[row] = text_from(to, (size_t)(number_put(&t, &n, to) - to));
    return OK;
}
EACH(to_char_number, to_char_one)

/* A bare string may be a number or a time. */
static Status bind_double(const BindCall *call, FnBinding *binding, Err *err)
{
    (void)binding;
    const Value *given = call->constants ? call->constants[0] : NULL;
    if (call->given[0].id != TYPE_NULL || !given || given->is_null)
        return OK;
    err_set(err, SQLSTATE_AMBIGUOUS_FUNCTION, call->position,
            "function to_char(unknown, unknown) is not unique");
    return err_hint(err, "Write TIMESTAMP '…' for a time, a number without quotes.");
}

extern const ScalarFn fn_number_format[];
const ScalarFn fn_number_format[] = {
    {"to_char", "s(8s)", FN_STRICT | FN_CAN_FAIL, to_char_number, NULL},
    {"to_char", "s(ns)", FN_STRICT | FN_CAN_FAIL, to_char_number, NULL},
    {"to_char", "s(ds)", FN_STRICT | FN_CAN_FAIL, to_char_number, bind_double},
    {NULL, NULL, 0, NULL, NULL},
};
