/*
 * fn_math.c - functions of DOUBLE, and whole-number functions.
 *
 * What PostgreSQL calls an error is one here: a result that is infinite or zero
 * where no argument is, and arguments outside of the domain.
 */
#include <math.h>
#include <sys/random.h>
#include "functions/decimal_math.h"
#include "functions/kernel.h"

#define FAILS (FN_STRICT | FN_CAN_FAIL)
#define TOTAL (FN_STRICT | FN_TOTAL)

static Status fail_range(EvalCall *call, uint32_t row, Err *err)
{
    return eval_fail(call, row, err, SQLSTATE_OUT_OF_RANGE, -1, "input is out of range");
}

/* out = expr of x; `check` may return a failure first. */
#define MATH1(name, check, expr)                                                                   \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        EACH_ROW(call, row)                                                                        \
        {                                                                                          \
            const double x = ARG(call, 0, double)[row];                                            \
            check;                                                                                 \
            const double r = (expr);                                                               \
            if (isinf(r) && !isinf(x))                                                             \
                return kernel_overflow(call, row, err);                                            \
            OUT(call, double)[row] = r;                                                            \
        }                                                                                          \
        return OK;                                                                                 \
    }
#define FINITE                                                                                     \
    if (isinf(x))                                                                                  \
    return fail_range(call, row, err)
#define WITHIN(low, high)                                                                          \
    if (x < (low) || x > (high))                                                                   \
    return fail_range(call, row, err)
#define LOGARITHM                                                                                  \
    if (x <= 0)                                                                                    \
    return eval_fail(call, row, err, SQLSTATE_LOGARITHM, -1, "cannot take logarithm of %s",        \
                     x == 0 ? "zero" : "a negative number")
#define ROOT                                                                                       \
    if (x < 0)                                                                                     \
    return eval_fail(call, row, err, SQLSTATE_POWER, -1,                                           \
                     "cannot take square root of a negative number")
#define NO_CHECK (void)0

MATH1(math_sqrt, ROOT, sqrt(x))
MAP1(math_rint, double, double, rint(x))
/* The C library's may be one digit off: one step of Newton's method. */
static double exact_cbrt(double x)
{
    double r = cbrt(x);
    if (x == 0 || !isfinite(x) || fabs(x) < 1e-290)
        return r;
    return r - fma(r * r, r, -x) / (3 * r * r);
}

MATH1(math_cbrt, NO_CHECK, exact_cbrt(x))
MATH1(math_ln, LOGARITHM, log(x))
MATH1(math_log10, LOGARITHM, log10(x))
MATH1(math_log2, LOGARITHM, log2(x))
MATH1(math_log1p,
      if (x <= -1) return eval_fail(call, row, err, SQLSTATE_LOGARITHM, -1,
                                    "cannot take logarithm of %s",
                                    x == -1 ? "zero" : "a negative number"),
      log1p(x))
MATH1(math_expm1, NO_CHECK, expm1(x))
MATH1(math_sin, FINITE, sin(x))
MATH1(math_cos, FINITE, cos(x))
MATH1(math_tan, FINITE, tan(x))
MATH1(math_cot, FINITE, 1.0 / tan(x))
MATH1(math_sec, FINITE, 1.0 / cos(x))
MATH1(math_csc, FINITE, 1.0 / sin(x))
MATH1(math_asin, WITHIN(-1, 1), asin(x))
MATH1(math_acos, WITHIN(-1, 1), acos(x))
MATH1(math_atan, NO_CHECK, atan(x))
MATH1(math_sinh, NO_CHECK, sinh(x))
MATH1(math_cosh, NO_CHECK, cosh(x))
MATH1(math_tanh, NO_CHECK, tanh(x))
MATH1(math_asinh, NO_CHECK, asinh(x))
MATH1(math_acosh, if (x < 1) return fail_range(call, row, err), acosh(x))
MATH1(math_atanh, if (x <= -1 || x >= 1) return fail_range(call, row, err), atanh(x))
MATH1(math_degrees, NO_CHECK, x *(180.0 / M_PI))
MATH1(math_radians, NO_CHECK, x *(M_PI / 180.0))

static Status math_exp(EvalCall *call, Err *err)
{
    EACH_ROW(call, row)
    {
        double x = ARG(call, 0, double)[row], r = exp(x);
        if (isinf(r) && !isinf(x))
            return kernel_overflow(call, row, err);
        if (r == 0 && !isinf(x))
            return kernel_underflow(call, row, err);
        OUT(call, double)[row] = r;
    }
    return OK;
}

static Status power_one(EvalCall *call, uint32_t row, Err *err)
{
    double x = ARG(call, 0, double)[row], y = ARG(call, 1, double)[row], r = pow(x, y);
    if (x == 0 && y < 0)
        return eval_fail(call, row, err, SQLSTATE_POWER, -1,
                         "zero raised to a negative power is undefined");
    if (x < 0 && isfinite(x) && isfinite(y) && y != floor(y))
        return eval_fail(call, row, err, SQLSTATE_POWER, -1,
                         "a negative number raised to a non-integer power yields a complex result");
    if (isinf(r) && isfinite(x) && isfinite(y))
        return kernel_overflow(call, row, err);
    if (r == 0 && x != 0 && isfinite(x) && isfinite(y))
        return kernel_underflow(call, row, err);
    OUT(call, double)[row] = r;
    return OK;
}
EACH(math_power, power_one)

/* log(base, x) */
static Status log_base_one(EvalCall *call, uint32_t row, Err *err)
{
    double base = ARG(call, 0, double)[row], x = ARG(call, 1, double)[row];
    if (base <= 0 || x <= 0)
        return eval_fail(call, row, err, SQLSTATE_LOGARITHM, -1, "cannot take logarithm of %s",
                         base == 0 || (base > 0 && x == 0) ? "zero" : "a negative number");
    if (base == 1)
        return kernel_zero_divide(call, row, err);
    OUT(call, double)[row] = base == 10 ? log10(x) : base == 2 ? log2(x) : log(x) / log(base);
    return OK;
}
EACH(math_log_base, log_base_one)

/* ---- degrees: exact at the angles that people write ---- */

static double sine_of_degrees(double x)
{
    double turn = fmod(x, 360), sign = turn < 0 ? -1 : 1;
    turn = fabs(turn);
    if (turn >= 180) {
        turn -= 180;
        sign = -sign;
    }
    turn = turn > 90 ? 180 - turn : turn;
    if (turn == 0)
        return 0;
    return sign * (turn == 30 ? 0.5 : turn == 90 ? 1 : sin(turn * (M_PI / 180)));
}
static double cosine_of_degrees(double x)
{
    double turn = fmod(fabs(x), 360);
    return sine_of_degrees(turn + 90);
}
static double tangent_of_degrees(double x)
{
    double turn = fmod(x, 180);
    return turn == 45 || turn == -135   ? 1
           : turn == 135 || turn == -45 ? -1
                                        : sine_of_degrees(x) / cosine_of_degrees(x);
}
static double degrees_of(double radians, double ratio)
{
    double degrees = radians * (180 / M_PI), whole = rint(degrees);
    return (ratio == 0 || fabs(ratio) == 0.5 || fabs(ratio) == 1) && fmod(whole, 15) == 0 ? whole
                                                                                          : degrees;
}
MATH1(math_sind, FINITE, sine_of_degrees(x))
MATH1(math_cosd, FINITE, cosine_of_degrees(x))
MATH1(math_asind, WITHIN(-1, 1), degrees_of(asin(x), x))
MATH1(math_acosd, WITHIN(-1, 1), degrees_of(acos(x), x))
MATH1(math_atand, NO_CHECK, degrees_of(atan(x), x))
/* As PostgreSQL, infinite at 90 degrees. */
static Status math_tand(EvalCall *call, Err *err)
{
    EACH_ROW(call, row)
    {
        double x = ARG(call, 0, double)[row];
        FINITE;
        OUT(call, double)[row] = tangent_of_degrees(x);
    }
    return OK;
}

MAP2(math_atan2, double, double, double, atan2(x, y))
MAP2(math_hypot, double, double, double, hypot(x, y))
MAP1(math_isnan, double, bool, x != x)
MAP1(math_isinf, double, bool, isinf(x))
MAP1(math_isfinite, double, bool, isfinite(x))
MAP2(math_nanvl, double, double, double, x != x ? y : x)

#define CONSTANT(name, value)                                                                      \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        (void)err;                                                                                 \
        EACH_ROW(call, row)                                                                        \
        OUT(call, double)[row] = (value);                                                          \
        return OK;                                                                                 \
    }
CONSTANT(math_pi, M_PI)
CONSTANT(math_e, M_E)

/* ---- sign ---- */

MAP1(sign_i32, int32_t, int32_t, (x > 0) - (x < 0))
MAP1(sign_i64, int64_t, int64_t, (x > 0) - (x < 0))
MAP1(sign_f64, double, double, x != x ? x : (double)((x > 0) - (x < 0)))
MAP1(sign_decimal, i128, i128, (x > 0) - (x < 0))
static Status bind_sign_decimal(const BindCall *call, FnBinding *binding, Err *err)
{
    (void)call, (void)err;
    binding->result = type_decimal(1, 0);
    return OK;
}

/* ---- whole numbers ---- */

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
}
static uint64_t gcd_of(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}
static Status gcd_one(EvalCall *call, uint32_t row, Err *err)
{
    uint64_t gcd =
        gcd_of(magnitude(ARG(call, 0, int64_t)[row]), magnitude(ARG(call, 1, int64_t)[row]));
    if (gcd > INT64_MAX)
        return kernel_out_of_range(call, row, TYPE_BIGINT, err);
    OUT(call, int64_t)[row] = (int64_t)gcd;
    return OK;
}
static Status lcm_one(EvalCall *call, uint32_t row, Err *err)
{
    uint64_t a = magnitude(ARG(call, 0, int64_t)[row]), b = magnitude(ARG(call, 1, int64_t)[row]);
    uint64_t lcm = 0;
    if (a && b && (__builtin_mul_overflow(a / gcd_of(a, b), b, &lcm) || lcm > INT64_MAX))
        return kernel_out_of_range(call, row, TYPE_BIGINT, err);
    OUT(call, int64_t)[row] = (int64_t)lcm;
    return OK;
}
EACH(gcd, gcd_one)
EACH(lcm, lcm_one)

static Status pmod_one(EvalCall *call, uint32_t row, Err *err)
{
    int64_t a = ARG(call, 0, int64_t)[row], b = ARG(call, 1, int64_t)[row];
    if (b == 0)
        return kernel_zero_divide(call, row, err);
    int64_t rest = b == -1 ? 0 : a % b;
    /* Spark's: a negative remainder moves up by b, which may itself be negative. */
    OUT(call, int64_t)[row] = rest < 0 ? (int64_t)(((i128)rest + b) % b) : rest;
    return OK;
}
EACH(pmod, pmod_one)
static Status pmod_f64_one(EvalCall *call, uint32_t row, Err *err)
{
    double a = ARG(call, 0, double)[row], b = ARG(call, 1, double)[row];
    if (b == 0)
        return kernel_zero_divide(call, row, err);
    double rest = fmod(a, b);
    OUT(call, double)[row] = rest < 0 ? fmod(rest + b, b) : rest;
    return OK;
}
EACH(pmod_f64, pmod_f64_one)

static Status factorial_one(EvalCall *call, uint32_t row, Err *err)
{
    int64_t n = ARG(call, 0, int64_t)[row];
    i128 product = 1;
    if (n < 0)
        return eval_fail(call, row, err, SQLSTATE_OUT_OF_RANGE, -1,
                         "factorial of a negative number is undefined");
    if (n > 33)
        return kernel_decimal_overflow(call, row, err);
    for (int64_t i = 2; i <= n; i++)
        product *= i;
    OUT(call, i128)[row] = product;
    return OK;
}
EACH(factorial, factorial_one)
static Status bind_factorial(const BindCall *call, FnBinding *binding, Err *err)
{
    (void)call, (void)err;
    binding->result = type_decimal(38, 0);
    return OK;
}

/* Which of `count` equal buckets between low and high: 0 below, count + 1 above. */
static Status width_bucket_one(EvalCall *call, uint32_t row, Err *err)
{
    double x = ARG(call, 0, double)[row], low = ARG(call, 1, double)[row];
    double high = ARG(call, 2, double)[row];
    int32_t count = ARG(call, 3, int32_t)[row];
    const char *why = count <= 0 ? "count must be greater than zero"
                      : isnan(x) || isnan(low) || isnan(high)
                          ? "operand, lower bound, and upper bound cannot be NaN"
                      : isinf(low) || isinf(high) ? "lower and upper bounds must be finite"
                      : low == high               ? "lower bound cannot equal upper bound"
                                                  : NULL;
    if (why)
        return eval_fail(call, row, err, "2201G", -1, "%s", why);
    bool down = low > high;
    if (down ? x > low : x < low) {
        OUT(call, int32_t)[row] = 0;
    } else if (down ? x <= high : x >= high) {
        if (count == INT32_MAX)
            return kernel_out_of_range(call, row, TYPE_INT, err);
        OUT(call, int32_t)[row] = count + 1;
    } else {
        double part = down ? (low - x) / (low - high) : (x - low) / (high - low);
        int32_t bucket = (int32_t)(part * count);
        OUT(call, int32_t)[row] = (bucket < count ? bucket : count - 1) + 1;
    }
    return OK;
}
EACH(width_bucket, width_bucket_one)

/* ---- bits ---- */

#define BITS(S, T, U, WIDTH)                                                                       \
    MAP2(and_##S, T, T, T, x &y)                                                                   \
    MAP2(or_##S, T, T, T, x | y)                                                                   \
    MAP2(xor_##S, T, T, T, x ^ y)                                                                  \
    MAP1(not_##S, T, T, ~x)                                                                        \
    MAP2(shl_##S, T, int32_t, T, (U)((U)x << ((uint32_t)y % WIDTH)))                               \
    MAP2(shr_##S, T, int32_t, T, x >> ((uint32_t)y % WIDTH))
BITS(i16, int16_t, uint16_t, 16)
BITS(i32, int32_t, uint32_t, 32)
BITS(i64, int64_t, uint64_t, 64)

#define BIT_ROWS(name, op)                                                                         \
    {name, "2(22)", TOTAL, op##_i16, NULL}, {name, "4(44)", TOTAL, op##_i32, NULL},                \
    {                                                                                              \
        name, "8(88)", TOTAL, op##_i64, NULL                                                       \
    }
#define SHIFT_ROWS(name, op)                                                                       \
    {name, "2(24)", TOTAL, op##_i16, NULL}, {name, "4(44)", TOTAL, op##_i32, NULL},                \
    {                                                                                              \
        name, "8(84)", TOTAL, op##_i64, NULL                                                       \
    }

/* ---- random ---- */

static uint64_t random_seed(void)
{
    static _Atomic uint64_t counter;
    if (counter == 0) {
        uint64_t seed = 0;
        if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
            seed = (uint64_t)(uintptr_t)&counter;
        counter += seed | 1;
    }
    return counter += 0x9E3779B97F4A7C15ull;
}

static Status math_random(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        uint64_t z = random_seed(); /* SplitMix64 */
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
        OUT(call, double)[row] = (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
    }
    return OK;
}

extern const ScalarFn fn_math[];
const ScalarFn fn_math[] = {
    {"sqrt", "d(d)", FAILS, math_sqrt, NULL},
    {"cbrt", "d(d)", FAILS, math_cbrt, NULL},
    {"exp", "d(d)", FAILS, math_exp, NULL},
    {"expm1", "d(d)", FAILS, math_expm1, NULL},
    {"ln", "d(d)", FAILS, math_ln, NULL},
    {"log", "d(d)", FAILS, math_log10, NULL},
    {"log", "d(dd)", FAILS, math_log_base, NULL},
    {"log10", "d(d)", FAILS, math_log10, NULL},
    {"log2", "d(d)", FAILS, math_log2, NULL},
    {"log1p", "d(d)", FAILS, math_log1p, NULL},
    {"power", "d(dd)", FAILS, math_power, NULL},
    {"pow", "d(dd)", FAILS, math_power, NULL},
    {"^", "d(dd)", FAILS, math_power, NULL},
    {"sin", "d(d)", FAILS, math_sin, NULL},
    {"cos", "d(d)", FAILS, math_cos, NULL},
    {"tan", "d(d)", FAILS, math_tan, NULL},
    {"cot", "d(d)", FAILS, math_cot, NULL},
    {"sec", "d(d)", FAILS, math_sec, NULL},
    {"csc", "d(d)", FAILS, math_csc, NULL},
    {"sind", "d(d)", FAILS, math_sind, NULL},
    {"cosd", "d(d)", FAILS, math_cosd, NULL},
    {"tand", "d(d)", FAILS, math_tand, NULL},
    {"asind", "d(d)", FAILS, math_asind, NULL},
    {"acosd", "d(d)", FAILS, math_acosd, NULL},
    {"atand", "d(d)", FAILS, math_atand, NULL},
    {"asin", "d(d)", FAILS, math_asin, NULL},
    {"acos", "d(d)", FAILS, math_acos, NULL},
    {"atan", "d(d)", FAILS, math_atan, NULL},
    {"atan2", "d(dd)", TOTAL, math_atan2, NULL},
    {"sinh", "d(d)", FAILS, math_sinh, NULL},
    {"cosh", "d(d)", FAILS, math_cosh, NULL},
    {"tanh", "d(d)", FAILS, math_tanh, NULL},
    {"asinh", "d(d)", FAILS, math_asinh, NULL},
    {"acosh", "d(d)", FAILS, math_acosh, NULL},
    {"atanh", "d(d)", FAILS, math_atanh, NULL},
    {"degrees", "d(d)", FAILS, math_degrees, NULL},
    {"radians", "d(d)", FAILS, math_radians, NULL},
    {"hypot", "d(dd)", TOTAL, math_hypot, NULL},
    {"pi", "d()", 0, math_pi, NULL},
    {"e", "d()", 0, math_e, NULL},
    {"isnan", "b(d)", TOTAL, math_isnan, NULL},
    {"is_nan", "b(d)", TOTAL, math_isnan, NULL},
    {"isinf", "b(d)", TOTAL, math_isinf, NULL},
    {"isfinite", "b(d)", TOTAL, math_isfinite, NULL},
    {"nanvl", "d(dd)", TOTAL, math_nanvl, NULL},
    {"sign", "4(4)", TOTAL, sign_i32, NULL},
    {"sign", "8(8)", TOTAL, sign_i64, NULL},
    {"sign", "d(d)", TOTAL, sign_f64, NULL},
    {"sign", "n(n)", TOTAL, sign_decimal, bind_sign_decimal},
    {"signum", "d(d)", TOTAL, sign_f64, NULL},
    {"gcd", "8(88)", FAILS, gcd, NULL},
    {"lcm", "8(88)", FAILS, lcm, NULL},
    {"pmod", "8(88)", FAILS, pmod, NULL},
    {"pmod", "d(dd)", FAILS, pmod_f64, NULL},
    {"rint", "d(d)", TOTAL, math_rint, NULL},
    {"factorial", "n(8)", FAILS, factorial, bind_factorial},
    {"width_bucket", "4(ddd4)", FAILS, width_bucket, NULL},
    BIT_ROWS("&", and),
    BIT_ROWS("|", or),
    BIT_ROWS("#", xor),
    SHIFT_ROWS("<<", shl),
    SHIFT_ROWS(">>", shr),
    {"~", "2(2)", TOTAL, not_i16, NULL},
    {"~", "4(4)", TOTAL, not_i32, NULL},
    {"~", "8(8)", TOTAL, not_i64, NULL},
    {"bit_not", "2(2)", TOTAL, not_i16, NULL},
    {"bit_not", "4(4)", TOTAL, not_i32, NULL},
    {"bit_not", "8(8)", TOTAL, not_i64, NULL},
    {"random", "d()", FN_VOLATILE, math_random, NULL},
    {"rand", "d()", FN_VOLATILE, math_random, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
