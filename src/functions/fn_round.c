/*
 * fn_round.c - floor, ceil, round, bround and trunc.
 *
 * Integers stay as they are unless digits before the point are rounded away. DOUBLE
 * without digits rounds half to even, as PostgreSQL; with digits, and DECIMAL, half
 * away from zero, by the number's shortest text.
 */
#include <float.h>
#include <math.h>
#include "functions/decimal_math.h"
#include "functions/kernel.h"

#define FAILS (FN_STRICT | FN_CAN_FAIL)
#define TOTAL (FN_STRICT | FN_TOTAL)

MAP1(floor_f64, double, double, floor(x))
MAP1(ceil_f64, double, double, ceil(x))
MAP1(round_f64, double, double, rint(x))
MAP1(trunc_f64, double, double, trunc(x))

static Status same(EvalCall *call, Err *err)
{
    (void)err;
    vector_copy(call->out, 0, call->rows, call->args[0], NULL, call->rows, call->scratch, NULL);
    return OK;
}

/* ---- digits ---- */

/* Rounds the shortest text of x; `cut`: towards zero instead. */
static double round_text(double x, int digits, bool cut)
{
    i128 scaled = 0;
    char text[FORMAT_F64_MAX];
    int scale = digits > 0 ? digits : 0;
    char *end = format_f64(text, x);
    /* A double below 2^53 has at most 17 digits, so that 18 more fit. */
    if (cut) {
        int have = 37 - 17;
        if (!parse_decimal(text, end, 38, have, &scaled))
            return x;
        i128 unit = (i128)kernel_pow10[have - digits];
        scaled -= scaled % unit;
        scale = have;
    } else if (digits < 0) {
        i128 unit = (i128)kernel_pow10[-digits];
        if (!parse_decimal(text, end, 38, 2, &scaled))
            return x;
        i128 rest = scaled % (unit * 100);
        scaled -= rest;
        if ((rest < 0 ? -rest : rest) * 2 >= unit * 100)
            scaled += rest < 0 ? -unit * 100 : unit * 100;
        scale = 2;
    } else if (!parse_decimal(text, end, 38, scale, &scaled)) {
        return x;
    }
    return copysign(decimal_to_double(scaled, scale), x);
}

static double round_digits(double x, int32_t digits, bool cut)
{
    if (!isfinite(x) || digits > 17 || x == 0 || (digits >= 0 && fabs(x) >= 0x1p53))
        return x;
    if (digits < -18)
        return fabs(x) < 1e18 ? copysign(0, x) : x;
    if (digits >= 0 && digits <= 15 && !cut) {
        double factor = (double)kernel_pow10[digits], scaled = x * factor;
        double whole = trunc(scaled), rest = fabs(scaled - whole);
        /* Clear of the half by more than the product's error: one exact division decides. */
        if (fabs(scaled) < 0x1p45 && fabs(rest - 0.5) > 1e-2)
            return (rest > 0.5 ? whole + copysign(1, x) : whole) / factor;
    }
    return round_text(x, digits, cut);
}

static Status round_f64_digits(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    OUT(call, double)
    [row] = round_digits(ARG(call, 0, double)[row], ARG(call, 1, int32_t)[row], false);
    return OK;
}
static Status trunc_f64_digits(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    OUT(call, double)
    [row] = round_digits(ARG(call, 0, double)[row], ARG(call, 1, int32_t)[row], true);
    return OK;
}

/* The least (or, if not `up`, the greatest) number of so many digits that is not below (above) x.
 */
static double toward(double x, int32_t digits, bool up)
{
    digits = digits < -DBL_MAX_10_EXP ? -DBL_MAX_10_EXP : digits;
    double near = round_digits(x, digits, false);
    if (up ? near >= x : near <= x)
        return near;
    double step = digits >= 0 && digits <= 18 ? 1 / (double)kernel_pow10[digits] : pow(10, -digits);
    return round_digits(near + (up ? step : -step), digits, false);
}
static Status floor_f64_digits(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    OUT(call, double)[row] = toward(ARG(call, 0, double)[row], ARG(call, 1, int32_t)[row], false);
    return OK;
}
static Status ceil_f64_digits(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    OUT(call, double)[row] = toward(ARG(call, 0, double)[row], ARG(call, 1, int32_t)[row], true);
    return OK;
}

/* Integers: digits before the point only. */
static Status integer_digits(EvalCall *call, uint32_t row, bool cut, Err *err)
{
    int64_t x = ARG(call, 0, int64_t)[row];
    int32_t digits = ARG(call, 1, int32_t)[row];
    i128 result = x;
    if (digits < 0) {
        i128 unit = digits < -19 ? 0 : (i128)kernel_pow10[-digits];
        i128 rest = unit ? x % unit : x;
        result = x - rest;
        if (unit && !cut && (rest < 0 ? -rest : rest) * 2 >= unit)
            result += rest < 0 ? -unit : unit;
    }
    if ((int64_t)result != result)
        return kernel_out_of_range(call, row, TYPE_BIGINT, err);
    OUT(call, int64_t)[row] = (int64_t)result;
    return OK;
}
static Status round_i64_one(EvalCall *call, uint32_t row, Err *err)
{
    return integer_digits(call, row, false, err);
}
static Status trunc_i64_one(EvalCall *call, uint32_t row, Err *err)
{
    return integer_digits(call, row, true, err);
}
static Status integer_toward(EvalCall *call, uint32_t row, bool up, Err *err)
{
    int64_t x = ARG(call, 0, int64_t)[row];
    int32_t digits = ARG(call, 1, int32_t)[row];
    i128 result = x;
    if (digits < 0) {
        i128 unit = (i128)kernel_pow10[digits < -20 ? 20 : -digits], rest = x % unit;
        result = x - rest + (up && rest > 0 ? unit : !up && rest < 0 ? -unit : 0);
    }
    if ((int64_t)result != result)
        return kernel_out_of_range(call, row, TYPE_BIGINT, err);
    OUT(call, int64_t)[row] = (int64_t)result;
    return OK;
}
static Status floor_i64_one(EvalCall *call, uint32_t row, Err *err)
{
    return integer_toward(call, row, false, err);
}
static Status ceil_i64_one(EvalCall *call, uint32_t row, Err *err)
{
    return integer_toward(call, row, true, err);
}
EACH(floor_i64_digits, floor_i64_one)
EACH(ceil_i64_digits, ceil_i64_one)
EACH(round_i64_digits, round_i64_one)
EACH(trunc_i64_digits, trunc_i64_one)

/* ---- DECIMAL ---- */

typedef enum Rounding { ROUND_HALF, ROUND_HALF_EVEN, ROUND_CUT, ROUND_DOWN, ROUND_UP } Rounding;

typedef struct DecimalRound {
    int from, to; /* scales */
    Rounding rounding;
} DecimalRound;

/* value / unit as `rounding` says. */
static i128 divide_rounded(i128 value, i128 unit, Rounding rounding)
{
    i128 quotient = value / unit, rest = value % unit;
    if (rounding == ROUND_DOWN)
        return quotient - (rest < 0);
    if (rounding == ROUND_UP)
        return quotient + (rest > 0);
    i128 size = rest < 0 ? -rest : rest;
    bool away = rounding == ROUND_HALF ? size >= unit - size
                : rounding == ROUND_HALF_EVEN
                    ? size > unit - size || (size == unit - size && quotient % 2)
                    : false;
    return away ? quotient + (rest < 0 ? -1 : 1) : quotient;
}

/* Keeps `digits` after the point (before it when negative), in the result's scale. */
static Status round_decimal_one(EvalCall *call, uint32_t row, int64_t digits, Err *err)
{
    const DecimalRound *state = call->state;
    i128 value = ARG(call, 0, i128)[row], out = 0;
    int64_t drop = state->from - digits;
    if (drop <= 0) {
        out = value;
        drop = 0;
    } else if (drop <= 38) {
        out = divide_rounded(value, (i128)kernel_pow10[drop], state->rounding);
    }
    /* `out` has from - drop digits after the point. */
    int64_t scale = state->from - drop, more = state->to - scale;
    bool good = true;
    if (more > 0 && out != 0)
        good = more <= 38 && !__builtin_mul_overflow(out, (i128)kernel_pow10[more], &out);
    else if (more < 0)
        good = decimal_rescale(out, (int)scale, state->to, &out);
    if (!good || !decimal_fits(out))
        return kernel_decimal_overflow(call, row, err);
    OUT(call, i128)[row] = out;
    return OK;
}

static Status round_decimal(EvalCall *call, Err *err)
{
    const DecimalRound *state = call->state;
    EACH_ROW(call, row)
    TRY(round_decimal_one(
        call, row, call->arg_count > 1 ? (int64_t)ARG(call, 1, int32_t)[row] : state->to, err));
    return OK;
}

static Status bind_decimal(const BindCall *call, FnBinding *binding, Rounding rounding, Err *err)
{
    Type type = binding->arg_types[0];
    DecimalRound *state = ARENA_NEW(call->arena, DecimalRound);
    int scale = 0, whole = type.precision - type.scale;
    bool carries = rounding == ROUND_HALF || rounding == ROUND_HALF_EVEN ||
                   (call->arg_count > 1 && rounding != ROUND_CUT);
    if (call->arg_count > 1) {
        const Value *digits;
        TRY(bind_constant(call, binding, 1, &digits, err));
        scale = type.scale;
        if (digits && !digits->is_null && digits->as.integer < scale)
            scale = digits->as.integer > 0 ? (int)digits->as.integer : 0;
    }
    *state = (DecimalRound){.from = type.scale, .to = scale, .rounding = rounding};
    binding->state = state;
    binding->flags &= ~(uint32_t)FN_CAN_FAIL;
    if (scale == type.scale && type.scale > 0 && call->arg_count > 1) {
        binding->result = type;
        binding->flags |= FN_CAN_FAIL;
    } else if (carries) {
        int precision = whole + 1 + scale;
        if (precision > 38) {
            precision = 38;
            binding->flags |= FN_CAN_FAIL;
        }
        binding->result = type_decimal(precision, scale);
    } else {
        /* floor and ceil keep the precision, as Flink. */
        int precision =
            rounding == ROUND_CUT ? (whole + scale > 0 ? whole + scale : 1) : type.precision;
        binding->result = type_decimal(precision, scale);
    }
    return OK;
}
static Status bind_round(const BindCall *call, FnBinding *binding, Err *err)
{
    return bind_decimal(call, binding, ROUND_HALF, err);
}
static Status bind_bround(const BindCall *call, FnBinding *binding, Err *err)
{
    return bind_decimal(call, binding, ROUND_HALF_EVEN, err);
}
static Status bind_trunc(const BindCall *call, FnBinding *binding, Err *err)
{
    return bind_decimal(call, binding, ROUND_CUT, err);
}
static Status bind_floor(const BindCall *call, FnBinding *binding, Err *err)
{
    return bind_decimal(call, binding, ROUND_DOWN, err);
}
static Status bind_ceil(const BindCall *call, FnBinding *binding, Err *err)
{
    return bind_decimal(call, binding, ROUND_UP, err);
}

#define ROWS(name, op, bind)                                                                       \
    {name, "1(1)", FN_STRICT, same, NULL}, {name, "2(2)", FN_STRICT, same, NULL},                  \
        {name, "4(4)", FN_STRICT, same, NULL}, {name, "8(8)", FN_STRICT, same, NULL},              \
        {name, "d(d)", TOTAL, op##_f64, NULL},                                                     \
    {                                                                                              \
        name, "n(n)", FAILS, round_decimal, bind                                                   \
    }
#define DIGIT_ROWS(name, op, bind)                                                                 \
    {name, "8(84)", FAILS, op##_i64_digits, NULL},                                                 \
        {name, "d(d4)", FN_STRICT, op##_f64_digits, NULL},                                         \
    {                                                                                              \
        name, "n(n4)", FAILS, round_decimal, bind                                                  \
    }

extern const ScalarFn fn_round[];
const ScalarFn fn_round[] = {
    ROWS("floor", floor, bind_floor),
    ROWS("ceil", ceil, bind_ceil),
    ROWS("ceiling", ceil, bind_ceil),
    ROWS("round", round, bind_round),
    DIGIT_ROWS("round", round, bind_round),
    ROWS("trunc", trunc, bind_trunc),
    DIGIT_ROWS("trunc", trunc, bind_trunc),
    ROWS("truncate", trunc, bind_trunc),
    DIGIT_ROWS("truncate", trunc, bind_trunc),
    DIGIT_ROWS("floor", floor, bind_floor),
    DIGIT_ROWS("ceil", ceil, bind_ceil),
    DIGIT_ROWS("ceiling", ceil, bind_ceil),
    {"bround", "n(n?4)", FAILS, round_decimal, bind_bround},
    {"bround", "d(d)", TOTAL, round_f64, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
