/*
 * bind_literal.c - literals: integers are INT, BIGINT or DECIMAL by size, 1.5 is a
 * DECIMAL, 1e5 a DOUBLE, a bare string takes its type from what is around it.
 */
#include "planner/bind.h"

#include "functions/registry.h"

enum { DECIMAL_DIGITS_MAX = 38 };

static Status parse_as(Binder *binder, Type type, Str text, int32_t position, const Bound **out,
                       Err *err)
{
    Value from = {.type = type_varchar(0)}, value;
    from.as.text = text_make_copy(binder->arena, text.data, (uint32_t)text.length);
    FnBinding fn;
    TRY(cast_resolve(from.type, type, false, &binder->context->session, binder->arena, &fn,
                     bind_pos(binder, position), err));
    Err failure = ERR_NONE;
    if (function_eval_const(&fn, &from, &value, binder->arena, &failure) != OK) {
        failure.position = bind_pos(binder, position);
        if (err)
            *err = failure;
        return FAIL;
    }
    value.type = type;
    *out = bound_const(binder->arena, &value, bind_pos(binder, position));
    return OK;
}

/* Digits before and after the point, leading zeros not counted. */
static void count_digits(Str text, int *whole, int *fraction)
{
    bool point = false, leading = true;
    *whole = *fraction = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '.') {
            point = true;
        } else if (point && c >= '0' && c <= '9') {
            (*fraction)++;
        } else if (c >= '0' && c <= '9') {
            leading &= c == '0';
            *whole += !leading;
        }
    }
}

static Status bind_decimal(Binder *binder, const Expr *expr, const Bound **out, Err *err)
{
    int whole, fraction;
    count_digits(expr->literal.text, &whole, &fraction);
    if (whole + fraction > DECIMAL_DIGITS_MAX)
        return parse_as(binder, type_of(TYPE_DOUBLE), expr->literal.text, expr->position, out, err);
    Type type = type_decimal(whole + fraction > 0 ? whole + fraction : 1, fraction);
    return parse_as(binder, type, expr->literal.text, expr->position, out, err);
}

static bool is_digits(Str text, size_t from)
{
    bool digits = from < text.length;
    for (size_t i = from; i < text.length; i++)
        digits &= text.data[i] >= '0' && text.data[i] <= '9';
    return digits;
}

/* '1 02:03:04' DAY TO MINUTE has no seconds: what lies below the last unit is dropped. */
static void keep_fields(Interval *interval, IntervalUnit last)
{
    int64_t unit = last == UNIT_MINUTE ? 60000000 : last == UNIT_HOUR ? 3600000000 : 1;
    if (last == UNIT_YEAR)
        interval->months -= interval->months % 12;
    if (last == UNIT_YEAR || last == UNIT_MONTH)
        interval->days = 0;
    if (last == UNIT_YEAR || last == UNIT_MONTH || last == UNIT_DAY)
        interval->us = 0;
    interval->us -= interval->us % unit;
}

/* '5 days 1' HOUR: the last number is of the unit behind it. */
static bool ends_in_number(Str text, size_t last)
{
    if (last < 2 || !is_digits(text, last))
        return false;
    char before = text.data[last - 2];
    return (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z');
}

/* '5' MINUTE, '1:30' MINUTE TO SECOND, '5 minutes'. */
static Status bind_interval(Binder *binder, const Expr *expr, const Bound **out, Err *err)
{
    Str text = str_trim(expr->interval.text);
    IntervalUnit from = expr->interval.from, to = expr->interval.to;
    Buf whole;
    Interval interval;
    buf_init(&whole);
    bool is_number = text.length > 0;
    for (size_t i = 0; i < text.length; i++)
        is_number &= (text.data[i] >= '0' && text.data[i] <= '9') || text.data[i] == '.' ||
                     ((text.data[i] == '-' || text.data[i] == '+') && i == 0);
    size_t last = text.length; /* where the part behind the last blank begins */
    while (last > 0 && text.data[last - 1] != ' ')
        last--;
    const char *colon = memchr(text.data + last, ':', text.length - last);
    bool one_colon =
        colon && !memchr(colon + 1, ':', (size_t)(text.data + text.length - colon - 1));
    if (from == UNIT_DAY && to == UNIT_HOUR && last > 0 && is_digits(text, last)) {
        buf_add(&whole, text.data, text.length); /* '1 2' DAY TO HOUR */
        buf_add_text(&whole, ":00");
    } else if (to == UNIT_SECOND && from == UNIT_MINUTE && one_colon) {
        bool sign = text.data[last] == '-' || text.data[last] == '+';
        buf_add(&whole, text.data, last + sign);
        buf_add_text(&whole, "00:");
        buf_add(&whole, text.data + last + sign, text.length - last - sign);
    } else {
        buf_add(&whole, text.data, text.length);
        if (is_number && from == UNIT_QUARTER) {
            int64_t quarters;
            buf_clear(&whole);
            bool fits = parse_i64(text.data, text.data + text.length, &quarters) &&
                        quarters > -100000000 && quarters < 100000000;
            buf_printf(&whole, "%lld months", fits ? (long long)quarters * 3 : 0);
            if (!fits)
                buf_clear(&whole);
        } else if (from != UNIT_NONE && (is_number || ends_in_number(text, last))) {
            buf_printf(&whole, " %s", ast_unit_text(to != UNIT_NONE ? to : from));
        }
    }
    bool good = parse_interval(whole.data, whole.data + whole.length, &interval);
    buf_deinit(&whole);
    if (!good)
        return err_set(err, SQLSTATE_DATETIME_FORMAT, bind_pos(binder, expr->position),
                       "invalid input syntax for type interval: \"" STR_FORMAT "\"",
                       STR_ARG(expr->interval.text));
    if (from != UNIT_NONE && !is_number)
        keep_fields(&interval, to != UNIT_NONE ? to : from);
    Value value = {.type = type_of(TYPE_INTERVAL)};
    value.as.interval = interval;
    *out = bound_const(binder->arena, &value, bind_pos(binder, expr->position));
    return OK;
}

/* False: too large for any DECIMAL. */
static bool scan_exponent(const char *from, const char *end, int *exponent)
{
    int64_t value;
    if (!parse_i64(from, end, &value) || value < -100 || value > 100)
        return false;
    *exponent = (int)value;
    return true;
}

/* 1L and the like. */
static Status bind_suffixed(Binder *binder, const Expr *expr, const Bound **out, Err *err)
{
    static const struct {
        char suffix;
        TypeId type;
    } types[] = {{'Y', TYPE_TINYINT}, {'S', TYPE_SMALLINT}, {'L', TYPE_BIGINT}, {'F', TYPE_FLOAT}};
    Type type = type_of(TYPE_DOUBLE);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].suffix == expr->literal.suffix)
            type = type_of(types[i].type);
    if (expr->literal.suffix != 'B')
        return parse_as(binder, type, expr->literal.text, expr->position, out, err);
    if (expr->literal.kind != LITERAL_FLOAT)
        return bind_decimal(binder, expr, out, err);
    /* 1.5e3BD: the exponent moves digits to the front of the point. */
    Str text = expr->literal.text, digits = text;
    int whole, fraction, exponent = 0;
    digits.length = 0;
    while (digits.length < text.length && (text.data[digits.length] | 0x20) != 'e')
        digits.length++;
    count_digits(digits, &whole, &fraction);
    const char *power = text.data + digits.length + 1;
    if (!scan_exponent(power, text.data + text.length, &exponent) ||
        whole + exponent > DECIMAL_DIGITS_MAX || fraction - exponent > DECIMAL_DIGITS_MAX)
        return err_set(err, SQLSTATE_OUT_OF_RANGE, bind_pos(binder, expr->position),
                       "value \"" STR_FORMAT "\" is out of range for type DECIMAL", STR_ARG(text));
    whole = whole + exponent > 0 ? whole + exponent : 0;
    fraction = fraction - exponent > 0 ? fraction - exponent : 0;
    int precision = whole + fraction > DECIMAL_DIGITS_MAX ? DECIMAL_DIGITS_MAX : whole + fraction;
    return parse_as(binder, type_decimal(precision > 0 ? precision : 1, fraction), text,
                    expr->position, out, err);
}

static Status bind_plain_literal(Binder *binder, const Expr *expr, const Bound **out, Err *err)
{
    int32_t position = bind_pos(binder, expr->position);
    Value value = value_null(type_of(TYPE_NULL));
    if (expr->literal.suffix)
        return bind_suffixed(binder, expr, out, err);
    switch (expr->literal.kind) {
    case LITERAL_NULL:
        *out = bound_unknown(binder->arena, &value, position);
        return OK;
    case LITERAL_BOOL:
        value = value_bool(expr->literal.integer != 0);
        break;
    case LITERAL_INTEGER:
        if (!expr->literal.fits)
            return bind_decimal(binder, expr, out, err);
        value = expr->literal.integer >= INT32_MIN && expr->literal.integer <= INT32_MAX
                    ? value_int((int32_t)expr->literal.integer)
                    : value_bigint(expr->literal.integer);
        break;
    case LITERAL_DECIMAL:
        return bind_decimal(binder, expr, out, err);
    case LITERAL_FLOAT:
        return parse_as(binder, type_of(TYPE_DOUBLE), expr->literal.text, expr->position, out, err);
    case LITERAL_STRING:
        value = value_text(binder->arena, expr->literal.text);
        *out = bound_unknown(binder->arena, &value, position);
        return OK;
    case LITERAL_BYTES:
        value = value_text(binder->arena, expr->literal.text);
        value.type = type_of(TYPE_BYTES);
        break;
    }
    *out = bound_const(binder->arena, &value, position);
    return OK;
}

static Status bind_param(Binder *binder, const Expr *expr, const Bound **out, Err *err)
{
    int number = expr->param;
    const PlannerContext *context = binder->context;
    if (number < 1 || number > binder->param_count)
        return err_set(err, SQLSTATE_UNDEFINED_PARAMETER, bind_pos(binder, expr->position),
                       "there is no parameter $%d", number);
    Type type = binder->param_types[number - 1];
    Value value = context->params ? context->params[number - 1] : value_null(type);
    bool declared = type.id != TYPE_NULL;
    Bound *copy = ARENA_NEW(binder->arena, Bound);
    /* A parameter without a declared type is like a literal in its place. */
    if (!declared && (value.is_null || type_is_text(value.type)))
        *copy = *bound_unknown(binder->arena, &value, bind_pos(binder, expr->position));
    else
        *copy = *bound_const(binder->arena, &value, bind_pos(binder, expr->position));
    copy->param = number;
    *out = copy;
    if (declared && !type_equal(copy->type, type)) {
        copy->unknown = type_is_text(value.type);
        copy->type = copy->unknown ? type_of(TYPE_NULL) : copy->type;
        return bind_cast(binder, copy, type, CAST_ASSIGNMENT, expr->position, out, err);
    }
    return OK;
}

Status bind_literal(Binder *binder, const Expr *expr, const Bound **out, Err *err)
{
    if (expr->kind == EXPR_PARAM)
        return bind_param(binder, expr, out, err);
    if (expr->kind == EXPR_INTERVAL)
        return bind_interval(binder, expr, out, err);
    if (expr->kind == EXPR_TYPED_LITERAL) {
        Type type;
        TRY(plan_type(expr->typed.type, binder->arena, &type, err));
        return parse_as(binder, type, expr->typed.text, expr->position, out, err);
    }
    return bind_plain_literal(binder, expr, out, err);
}
