/*
 * fn_number_format.c - to_char of numbers and to_number, by PostgreSQL's templates; format_number.
 *
 *     9  a digit, blank in front of the first     0  a digit, 0 there
 *     . D  the point      , G  between groups     S  the sign, always    MI  '-' or a blank
 *     SG  '+' or '-'      PL  '+' or a blank      PR  <1> for -1         TH  st, nd, rd, th
 *     V  moves the point  EEEE  1.5e+03           RN  roman numerals     L  the currency: a blank
 *     FM  without padding                         "text" and what means nothing: itself
 *
 * Without S, SG, MI and PR a number has its sign, or a blank, in front of its first digit.
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
    SIGN_MINUS,
    SIGN_BRACKETS
} Sign; /* default and S in front; S behind and SG; MI; PR */

typedef struct Template {
    /* '9', '0', '.', ',', 'S' (and SG), 'M' (MI), 'P' (PL), 'T' (TH, 't' in `text` for th), 'L';
     * literals as 'x' with the byte in `text` */
    char kind[TEMPLATE_MAX], text[TEMPLATE_MAX];
    int length, before, behind; /* digits before and behind the point */
    int first_zero;             /* first digit that is shown in any case */
    int last_zero;              /* last digit behind the point that FM keeps; 0: none */
    int shift;                  /* digits behind V; -1: no V */
    bool fill_mode, plus, scientific, roman, roman_lower;
    Sign sign;
} Template;

typedef struct Number {
    bool negative, finite;
    char digits[DIGITS_MAX]; /* of the whole part, then those behind the point */
    double value;            /* for EEEE and RN */
    int whole;
} Number;

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

/* The words of two letters and more; *length is what was read, 0 for none. */
static Status add_word(Template *t, Str rest, size_t *length, Err *err)
{
    *length = 2;
    if (starts(rest, "FM")) {
        t->fill_mode = true;
    } else if (starts(rest, "MI")) {
        t->sign = SIGN_MINUS;
        return add(t, 'M', '-', err);
    } else if (starts(rest, "SG")) {
        t->sign = SIGN_PLACED;
        return add(t, 'S', '+', err);
    } else if (starts(rest, "PL")) {
        return add(t, 'P', '+', err);
    } else if (starts(rest, "PR")) {
        t->sign = SIGN_BRACKETS;
    } else if (starts(rest, "TH")) {
        return add(t, 'T', *rest.data, err);
    } else if (starts(rest, "RN")) {
        t->roman = true;
        t->roman_lower = *rest.data == 'r';
    } else if (starts(rest, "EEEE")) {
        t->scientific = true;
        *length = 4;
    } else {
        *length = 0;
    }
    return OK;
}

static Status template_parse(Str text, Template *t, Err *err)
{
    bool point = false, quoted = false;
    *t = (Template){.first_zero = -1, .shift = -1};
    for (size_t i = 0; i < text.length; i++) {
        Str rest = {text.data + i, text.length - i};
        char c = text.data[i];
        bool escapes = c == '\\' && i + 1 < text.length &&
                       (text.data[i + 1] == '"' || (quoted && text.data[i + 1] == '\\'));
        if (escapes) {
            TRY(add(t, 'x', text.data[++i], err));
            continue;
        }
        if (c == '"') {
            quoted = !quoted;
            continue;
        }
        if (quoted) {
            TRY(add(t, 'x', c, err));
            continue;
        }
        size_t word;
        TRY(add_word(t, rest, &word, err));
        if (word) {
            i += word - 1;
        } else if (c == '9' || c == '0') {
            TRY(add_digit(t, c, point, err));
            t->shift += t->shift >= 0;
        } else if (c == 'V' || c == 'v') {
            t->shift = 0;
        } else if (c == 'L' || c == 'l') {
            TRY(add(t, 'L', ' ', err));
        } else if (c == 'B' || c == 'b') {
            continue; /* no number is blank, in PostgreSQL neither */
        } else if (c == '.' || c == 'D' || c == 'd') {
            if (point)
                return err_set(err, SQLSTATE_SYNTAX, -1, "multiple decimal points");
            point = true;
            TRY(add(t, '.', '.', err));
        } else if (c == ',' || c == 'G' || c == 'g') {
            TRY(add(t, ',', ',', err));
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
    char text[TEMPLATE_MAX + 64], *at = text + sizeof text - 1; /* at least `behind` digits */
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
        *(*to)++ = t->sign == SIGN_BRACKETS ? '<' : '-';
    else if (t->plus)
        *(*to)++ = '+';
    else if (!t->fill_mode)
        *(*to)++ = ' ';
}

static char *put_ordinal(const Template *t, const Number *n, bool lower, char *to)
{
    if (n->negative || t->behind || !n->finite || n->whole > t->before)
        return to;
    char last = n->whole ? n->digits[n->whole - 1] : '0';
    bool teen = n->whole > 1 && n->digits[n->whole - 2] == '1';
    const char *text = teen          ? "TH"
                       : last == '1' ? "ST"
                       : last == '2' ? "ND"
                       : last == '3' ? "RD"
                                     : "TH";
    *to++ = (char)(text[0] | (lower ? 0x20 : 0));
    *to++ = (char)(text[1] | (lower ? 0x20 : 0));
    return to;
}

enum { ROMAN_WIDTH = 15, ROMAN_MOST = 3999 };

static char *roman_put(const Template *t, const Number *n, char *to)
{
    static const struct {
        int value;
        const char *text;
    } parts[] = {{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"},
                 {90, "XC"},  {50, "L"},   {40, "XL"}, {10, "X"},   {9, "IX"},
                 {5, "V"},    {4, "IV"},   {1, "I"}};
    char text[ROMAN_WIDTH + 1] = "";
    double rounded = n->finite ? rint(n->value) : 0;
    bool fits = rounded >= 1 && rounded <= ROMAN_MOST;
    size_t length = 0;
    int value = fits ? (int)rounded : 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (; value >= parts[i].value; value -= parts[i].value)
            for (const char *p = parts[i].text; *p; p++)
                text[length++] = (char)(*p | (t->roman_lower ? 0x20 : 0));
    if (!fits)
        memset(text, '#', length = ROMAN_WIDTH);
    for (size_t i = length; i < ROMAN_WIDTH && !t->fill_mode; i++)
        *to++ = ' ';
    memcpy(to, text, length);
    return to + length;
}

static char *scientific_put(const Template *t, const Number *n, char *to)
{
    char text[DIGITS_MAX];
    int length = snprintf(text, sizeof text, "%.*e", t->behind, n->finite ? n->value : 0);
    if (n->finite && !signbit(n->value) && !t->fill_mode)
        *to++ = ' ';
    if (!n->finite)
        for (int i = 0; i < length; i++)
            text[i] = text[i] == '.' ? '.' : '#';
    memcpy(to, text, (size_t)length);
    return to + length;
}

/* At most 2 bytes a part of the template and 2 more; returns the end. */
static char *number_put(const Template *t, const Number *n, char *to)
{
    bool fits = n->finite && n->whole <= t->before;
    bool pending = t->sign == SIGN_ANCHORED || t->sign == SIGN_BRACKETS;

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
            if (t->behind || !fits)
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
        } else if (kind == 'P') {
            if (!n->negative || !t->fill_mode)
                *to++ = n->negative ? ' ' : '+';
        } else if (kind == 'T') {
            to = put_ordinal(t, n, t->text[i] == 't', to);
        } else {
            *to++ = t->text[i];
        }
    }
    if (t->sign == SIGN_BRACKETS && (n->negative || !t->fill_mode))
        *to++ = n->negative ? '>' : ' ';
    return to;
}

/* Rounded to one digit and `behind` more, half away from zero as decimals are. */
static double significant(i128 value, int scale, int behind)
{
    int digits = 0;
    for (i128 rest = value; rest; rest /= 10)
        digits++;
    int drop = digits - behind - 1;
    if (drop > 0 && !decimal_rescale(value, drop, 0, &value))
        return NAN; /* never: it gets smaller */
    return (double)value * pow(10, (drop > 0 ? drop : 0) - scale);
}

static bool number_take(const EvalCall *call, uint32_t row, const Template *t, Number *n)
{
    Type type = call->args[0]->type;
    int behind = t->behind, shift = t->shift > 0 ? t->shift : 0;
    if (type.id == TYPE_DOUBLE) {
        n->value = ARG(call, 0, double)[row];
        return number_of_double(n->value * pow(10, shift), behind, n);
    }
    i128 value = type.id == TYPE_BIGINT ? ARG(call, 0, int64_t)[row] : ARG(call, 0, i128)[row];
    int scale = type.id == TYPE_BIGINT ? 0 : type.scale;
    n->value = t->scientific ? significant(value, scale, behind) : (double)value / pow(10, scale);
    return decimal_rescale(value, 0, shift, &value) && number_of_decimal(value, scale, behind, n);
}

static Status to_char_one(EvalCall *call, uint32_t row, Err *err)
{
    Template t;
    Number n;
    TRY(template_parse(text_str(&ARG(call, 1, Text)[row]), &t, err));
    if (t.scientific &&
        (t.fill_mode || t.sign != SIGN_ANCHORED || t.plus || t.shift >= 0 || t.roman))
        return eval_fail(call, row, err, SQLSTATE_SYNTAX, -1,
                         "\"EEEE\" is incompatible with other formats");
    if (!number_take(call, row, &t, &n))
        return kernel_out_of_range(call, row, TYPE_DECIMAL, err);
    char *to = text_room(call, row, 2u * TEMPLATE_MAX + DIGITS_MAX, err), *end;
    if (!to)
        return FAIL;
    end = t.roman        ? roman_put(&t, &n, to)
          : t.scientific ? scientific_put(&t, &n, to)
                         : number_put(&t, &n, to);
    OUT(call, Text)[row] = text_from(to, (size_t)(end - to));
    return OK;
}
EACH(to_char_number, to_char_one)

/* Spark's format_number(x, digits): 1234567.891 with 2 is 1,234,567.89; NULL for fewer than none.
 */
static Status format_number_one(EvalCall *call, uint32_t row, Err *err)
{
    enum { BEHIND_MOST = 100 };
    Number n;
    int32_t behind = ARG(call, 1, int32_t)[row];
    Template t = {.behind = behind < BEHIND_MOST ? behind : BEHIND_MOST};
    if (behind < 0) {
        out_null(call, row);
        return OK;
    }
    if (!number_take(call, row, &t, &n))
        return kernel_out_of_range(call, row, TYPE_DECIMAL, err);
    char *start = text_room(call, row, 2u * DIGITS_MAX, err), *to = start;
    if (!start)
        return FAIL;
    if (!n.finite) {
        double value = ARG(call, 0, double)[row];
        OUT(call, Text)
        [row] = isnan(value) ? text_make("NaN", 3)
                : value > 0  ? text_make("\u221e", 3)
                             : text_make("-\u221e", 4);
        return OK;
    }
    if (n.negative)
        *to++ = '-';
    if (n.whole == 0)
        *to++ = '0';
    for (int i = 0; i < n.whole; i++) {
        *to++ = n.digits[i];
        if ((n.whole - i) % 3 == 1 && i + 1 < n.whole)
            *to++ = ',';
    }
    if (t.behind)
        *to++ = '.';
    memcpy(to, n.digits + n.whole, (size_t)t.behind);
    OUT(call, Text)[row] = text_from(start, (size_t)(to - start) + (size_t)t.behind);
    return OK;
}
EACH(format_number, format_number_one)

/* ---- to_number ---- */

typedef struct NumberText {
    char digits[2 * TEMPLATE_MAX];
    int length, behind;
    bool negative, point, any;
} NumberText;

static bool take_sign(Str in, size_t *at, NumberText *out)
{
    if (*at == in.length || !strchr("+-<", in.data[*at]))
        return false;
    out->negative |= in.data[(*at)++] != '+';
    return true;
}

static void take_digit(Str in, size_t *at, NumberText *out)
{
    if (!out->any)
        (void)take_sign(in, at, out);
    if (*at == in.length || !isdigit((unsigned char)in.data[*at]))
        return;
    out->digits[out->length++] = in.data[(*at)++];
    out->any = true;
    out->behind += out->point;
}

/* The text's digits at the places of the template's; what stands between them is passed over. */
static void number_read(const Template *t, Str in, NumberText *out)
{
    size_t at = 0;
    *out = (NumberText){.length = 0};
    for (int i = 0; i < t->length; i++) {
        while (at < in.length && in.data[at] == ' ')
            at++;
        char next = at < in.length ? in.data[at] : '\0';
        switch (t->kind[i]) {
        case '9':
        case '0':
            take_digit(in, &at, out);
            break;
        case '.':
            out->point = true;
            at += next == '.';
            break;
        case ',':
            at += next == ',';
            break;
        case 'S':
        case 'M':
        case 'P':
            (void)take_sign(in, &at, out);
            break;
        case 'T':
            at += isalpha((unsigned char)next) ? 2 : 0;
            break;
        case 'L':
            at += next && !isdigit((unsigned char)next) && !strchr("+-<.", next);
            break;
        default:
            at += next == t->text[i];
        }
        at = at < in.length ? at : in.length;
    }
    if (!out->negative && at < in.length && t->sign != SIGN_BRACKETS)
        (void)take_sign(in, &at, out);
}

static Status to_number_one(EvalCall *call, uint32_t row, Err *err)
{
    Template t;
    NumberText number;
    Str in = text_str(&ARG(call, 0, Text)[row]);
    i128 value = 0;
    TRY(template_parse(text_str(&ARG(call, 1, Text)[row]), &t, err));
    if (t.scientific || t.roman)
        return eval_fail(call, row, err, SQLSTATE_NOT_SUPPORTED, -1,
                         "\"%s\" is not supported for input", t.roman ? "RN" : "EEEE");
    number_read(&t, in, &number);
    if (!number.any)
        return eval_fail(call, row, err, SQLSTATE_INVALID_TEXT, -1,
                         "invalid input syntax for type numeric: \"" STR_FORMAT "\"", STR_ARG(in));
    bool fits = true;
    for (int i = 0; i < number.length && fits; i++)
        fits = !__builtin_mul_overflow(value, (i128)10, &value) &&
               !__builtin_add_overflow(value, (i128)(number.digits[i] - '0'), &value);
    int scale = number.behind + (t.shift > 0 ? t.shift : 0);
    if (!fits || !decimal_rescale(value, scale, call->out->type.scale, &value) ||
        !decimal_fits(value))
        return kernel_decimal_overflow(call, row, err);
    OUT(call, i128)[row] = number.negative ? -value : value;
    return OK;
}
EACH(to_number, to_number_one)

/* A constant template says how many digits there are at most. */
static Status bind_to_number(const BindCall *call, FnBinding *binding, Err *err)
{
    const Str *text;
    Template t;
    TRY(bind_constant_text(call, binding, 1, &text, err));
    binding->result = type_decimal(38, 10);
    if (!text || template_parse(*text, &t, NULL) != OK)
        return OK;
    int scale = t.behind + (t.shift > 0 ? t.shift : 0), digits = t.before + t.behind;
    digits = digits < scale ? scale : digits;
    if (digits > 0 && digits <= 38)
        binding->result = type_decimal(digits, scale);
    return OK;
}

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
    {"to_varchar", "s(8s)", FN_STRICT | FN_CAN_FAIL, to_char_number, NULL},
    {"to_varchar", "s(ns)", FN_STRICT | FN_CAN_FAIL, to_char_number, NULL},
    {"format_number", "s(84)", FN_STRICT | FN_CAN_FAIL | FN_MAKES_NULL, format_number, NULL},
    {"format_number", "s(n4)", FN_STRICT | FN_CAN_FAIL | FN_MAKES_NULL, format_number, NULL},
    {"format_number", "s(d4)", FN_STRICT | FN_CAN_FAIL | FN_MAKES_NULL, format_number, NULL},
    {"to_number", "n(ss)", FN_STRICT | FN_CAN_FAIL, to_number, bind_to_number},
    {NULL, NULL, 0, NULL, NULL},
};
