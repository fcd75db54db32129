/*
 * fn_arithmetic.c - + - * / % and the sign, over numbers.
 *
 * Overflow is looked for once a batch: integers collect the overflow bit of all
 * rows, floats that of an all-ones exponent; only when it is set are the rows
 * looked at one by one.  DECIMAL: + and - keep the larger scale, * adds the
 * scales, / has max(6, s1 + p2 + 1) digits, as Flink and Spark, all within 38
 * digits.
 */
#include <math.h>
#include "functions/decimal_math.h"
#include "functions/kernel.h"

/* ---- integers ---- */

/* out = a OP b in the unsigned type; `bits` has its top bit set when that overflowed. */
#define INT_BINARY(name, T, U, ID, OP, BUILTIN, bits)                                              \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        const T *restrict as = ARG(call, 0, T);                                                    \
        const T *restrict bs = ARG(call, 1, T);                                                    \
        T *restrict outs = OUT(call, T);                                                           \
        U bad = 0;                                                                                 \
        ROW_LOOP(call, row, const U a = (U)as[row]; const U b = (U)bs[row];                        \
                 const U r = (U)(a OP b); outs[row] = (T)r; bad = (U)(bad | (bits)););             \
        if ((T)bad < 0) {                                                                          \
            EACH_ROW(call, row)                                                                    \
            {                                                                                      \
                T ignored;                                                                         \
                if (BUILTIN(as[row], bs[row], &ignored))                                           \
                    return kernel_out_of_range(call, row, ID, err);                                \
            }                                                                                      \
        }                                                                                          \
        return OK;                                                                                 \
    }

#define ADD_BITS ((a ^ r) & (b ^ r))
#define SUB_BITS ((a ^ b) & (a ^ r))

/* out = a * b in a type of twice the width. */
#define INT_MULTIPLY(name, T, W, ID)                                                               \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        const T *restrict as = ARG(call, 0, T);                                                    \
        const T *restrict bs = ARG(call, 1, T);                                                    \
        T *restrict outs = OUT(call, T);                                                           \
        bool bad = false;                                                                          \
        ROW_LOOP(call, row, const W r = (W)((W)as[row] * (W)bs[row]); outs[row] = (T)r;            \
                 bad |= (W)(T)r != r;);                                                            \
        if (bad) {                                                                                 \
            EACH_ROW(call, row)                                                                    \
            {                                                                                      \
                T ignored;                                                                         \
                if (__builtin_mul_overflow(as[row], bs[row], &ignored))                            \
                    return kernel_out_of_range(call, row, ID, err);                                \
            }                                                                                      \
        }                                                                                          \
        return OK;                                                                                 \
    }

#define INT_DIVIDE(T, BITS, ID)                                                                    \
    static Status div_i##BITS(EvalCall *call, Err *err)                                            \
    {                                                                                              \
        const T *as = ARG(call, 0, T), *bs = ARG(call, 1, T);                                      \
        T *outs = OUT(call, T);                                                                    \
        EACH_ROW(call, row)                                                                        \
        {                                                                                          \
            if (bs[row] == 0)                                                                      \
                return kernel_zero_divide(call, row, err);                                         \
            if (bs[row] == -1) {                                                                   \
                if (as[row] == INT##BITS##_MIN)                                                    \
                    return kernel_out_of_range(call, row, ID, err);                                \
                outs[row] = (T)-as[row];                                                           \
            } else {                                                                               \
                outs[row] = (T)(as[row] / bs[row]);                                                \
            }                                                                                      \
        }                                                                                          \
        return OK;                                                                                 \
    }                                                                                              \
    static Status mod_i##BITS(EvalCall *call, Err *err)                                            \
    {                                                                                              \
        const T *as = ARG(call, 0, T), *bs = ARG(call, 1, T);                                      \
        T *outs = OUT(call, T);                                                                    \
        EACH_ROW(call, row)                                                                        \
        {                                                                                          \
            if (bs[row] == 0)                                                                      \
                return kernel_zero_divide(call, row, err);                                         \
            outs[row] = (T)(bs[row] == -1 ? 0 : as[row] % bs[row]);                                \
        }                                                                                          \
        return OK;                                                                                 \
    }                                                                                              \
    static Status neg_i##BITS(EvalCall *call, Err *err)                                            \
    {                                                                                              \
        const T *as = ARG(call, 0, T);                                                             \
        T *outs = OUT(call, T);                                                                    \
        EACH_ROW(call, row)                                                                        \
        {                                                                                          \
            if (as[row] == INT##BITS##_MIN)                                                        \
                return kernel_out_of_range(call, row, ID, err);                                    \
            outs[row] = (T)-as[row];                                                               \
        }                                                                                          \
        return OK;                                                                                 \
    }                                                                                              \
    static Status abs_i##BITS(EvalCall *call, Err *err)                                            \
    {                                                                                              \
        const T *as = ARG(call, 0, T);                                                             \
        T *outs = OUT(call, T);                                                                    \
        EACH_ROW(call, row)                                                                        \
        {                                                                                          \
            if (as[row] == INT##BITS##_MIN)                                                        \
                return kernel_out_of_range(call, row, ID, err);                                    \
            outs[row] = (T)(as[row] < 0 ? -as[row] : as[row]);                                     \
        }                                                                                          \
        return OK;                                                                                 \
    }

#define INT_ALL(T, U, W, BITS, ID)                                                                 \
    INT_BINARY(add_i##BITS, T, U, ID, +, __builtin_add_overflow, ADD_BITS)                         \
    INT_BINARY(sub_i##BITS, T, U, ID, -, __builtin_sub_overflow, SUB_BITS)                         \
    INT_MULTIPLY(mul_i##BITS, T, W, ID)                                                            \
    INT_DIVIDE(T, BITS, ID)

INT_ALL(int8_t, uint8_t, int16_t, 8, TYPE_TINYINT)
INT_ALL(int16_t, uint16_t, int32_t, 16, TYPE_SMALLINT)
INT_ALL(int32_t, uint32_t, int64_t, 32, TYPE_INT)
INT_ALL(int64_t, uint64_t, i128, 64, TYPE_BIGINT)

/* ---- FLOAT and DOUBLE ---- */

static inline uint64_t bits_f64(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, 8);
    return bits;
}
static inline uint32_t bits_f32(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}

/* Top bit: the exponent is all ones (infinite or NaN). */
#define INF_f64(r) ((bits_f64(r) & 0x7FF0000000000000ull) + 0x0010000000000000ull)
#define INF_f32(r) ((bits_f32(r) & 0x7F800000u) + 0x00800000u)
/* Top bit: the result is zero, of either sign. */
#define ZERO_f64(r) (~(bits_f64(r) << 1) & ((bits_f64(r) << 1) - 1))
#define ZERO_f32(r) (~(bits_f32(r) << 1) & ((bits_f32(r) << 1) - 1))

/* `bits`: top bit when r may be an overflow or underflow; fails(a, b, r) looks closer and sets
 * *err. */
#define FLOAT_BINARY(name, T, U, S, expr, bits, fails)                                             \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        const T *restrict as = ARG(call, 0, T);                                                    \
        const T *restrict bs = ARG(call, 1, T);                                                    \
        T *restrict outs = OUT(call, T);                                                           \
        U bad = 0;                                                                                 \
        ROW_LOOP(call, row, const T a = as[row]; const T b = bs[row]; const T r = (expr);          \
                 outs[row] = r; bad |= (bits););                                                   \
        if ((S)bad < 0) {                                                                          \
            EACH_ROW(call, row)                                                                    \
            {                                                                                      \
                if (fails(call, row, (double)as[row], (double)bs[row], (double)outs[row], err))    \
                    return FAIL;                                                                   \
            }                                                                                      \
        }                                                                                          \
        return OK;                                                                                 \
    }

static bool sum_fails(EvalCall *call, uint32_t row, double a, double b, double r, Err *err)
{
    return isinf(r) && !isinf(a) && !isinf(b) && kernel_overflow(call, row, err) == FAIL;
}
static bool product_fails(EvalCall *call, uint32_t row, double a, double b, double r, Err *err)
{
    if (isinf(r) && !isinf(a) && !isinf(b))
        return kernel_overflow(call, row, err) == FAIL;
    return r == 0 && a != 0 && b != 0 && kernel_underflow(call, row, err) == FAIL;
}
static bool quotient_fails(EvalCall *call, uint32_t row, double a, double b, double r, Err *err)
{
    if (b == 0 && !isnan(a))
        return kernel_zero_divide(call, row, err) == FAIL;
    if (isinf(r) && !isinf(a))
        return kernel_overflow(call, row, err) == FAIL;
    return r == 0 && a != 0 && !isinf(b) && kernel_underflow(call, row, err) == FAIL;
}

#define FLOAT_ALL(T, U, S, F)                                                                      \
    FLOAT_BINARY(add_##F, T, U, S, a + b, INF_##F(r), sum_fails)                                   \
    FLOAT_BINARY(sub_##F, T, U, S, a - b, INF_##F(r), sum_fails)                                   \
    FLOAT_BINARY(mul_##F, T, U, S, a *b, INF_##F(r) | ZERO_##F(r), product_fails)                  \
    FLOAT_BINARY(div_##F, T, U, S, a / b, INF_##F(r) | ZERO_##F(r), quotient_fails)                \
    MAP1(neg_##F, T, T, -x)

FLOAT_ALL(double, uint64_t, int64_t, f64)
FLOAT_ALL(float, uint32_t, int32_t, f32)
MAP1(abs_f64, double, double, fabs(x))
MAP1(abs_f32, float, float, fabsf(x))

static Status mod_f64(EvalCall *call, Err *err)
{
    const double *as = ARG(call, 0, double), *bs = ARG(call, 1, double);
    EACH_ROW(call, row)
    {
        if (bs[row] == 0)
            return kernel_zero_divide(call, row, err);
        OUT(call, double)[row] = fmod(as[row], bs[row]);
    }
    return OK;
}

/* ---- DECIMAL ---- */

typedef struct DecimalOp {
    i128 grow_a, grow_b; /* + - %: to the common scale */
    int shift;           /* *: digits to drop; /: digits to add to the numerator */
    bool capped;         /* the result may need more than 38 digits */
} DecimalOp;

/* A precision within 38. */
static Type decimal_type(int precision, int scale)
{
    return type_decimal(precision > 38 ? 38 : precision, scale);
}

static DecimalOp *decimal_op(const BindCall *call, FnBinding *binding, int precision, int scale)
{
    DecimalOp *op = ARENA_NEW(call->arena, DecimalOp);
    binding->result = decimal_type(precision, scale);
    op->capped = precision > 38;
    binding->state = op;
    return op;
}

static Status bind_decimal_sum(const BindCall *call, FnBinding *binding, Err *err)
{
    Type a = binding->arg_types[0], b = binding->arg_types[1];
    int whole_a = a.precision - a.scale, whole_b = b.precision - b.scale;
    int scale = a.scale > b.scale ? a.scale : b.scale;
    (void)err;
    DecimalOp *op =
        decimal_op(call, binding, (whole_a > whole_b ? whole_a : whole_b) + scale + 1, scale);
    op->grow_a = (i128)kernel_pow10[scale - a.scale];
    op->grow_b = (i128)kernel_pow10[scale - b.scale];
    return OK;
}

static Status bind_decimal_mod(const BindCall *call, FnBinding *binding, Err *err)
{
    Type a = binding->arg_types[0], b = binding->arg_types[1];
    int whole_a = a.precision - a.scale, whole_b = b.precision - b.scale;
    TRY(bind_decimal_sum(call, binding, err));
    int scale = binding->result.scale;
    binding->result = decimal_type((whole_a < whole_b ? whole_a : whole_b) + scale, scale);
    return OK;
}

static Status bind_decimal_mul(const BindCall *call, FnBinding *binding, Err *err)
{
    Type a = binding->arg_types[0], b = binding->arg_types[1];
    int precision = a.precision + b.precision + 1, all = a.scale + b.scale, scale = all;
    (void)err;
    /* Exact as long as that leaves room for whole digits. */
    if (precision > 38 && scale > 20) {
        int room = 38 - (precision - all);
        scale = room > 20 ? (room < all ? room : all) : 20;
    }
    decimal_op(call, binding, precision - (all - scale), scale)->shift = all - scale;
    return OK;
}

static Status bind_decimal_div(const BindCall *call, FnBinding *binding, Err *err)
{
    Type a = binding->arg_types[0], b = binding->arg_types[1];
    int scale = a.scale + b.precision + 1 > 6 ? a.scale + b.precision + 1 : 6;
    int whole = a.precision - a.scale + b.scale;
    (void)err;
    if (whole + scale > 38)
        scale = 38 - whole > 6 ? 38 - whole : 6;
    DecimalOp *op = decimal_op(call, binding, whole + scale, scale);
    op->shift = scale - a.scale + b.scale;
    op->capped = true;
    return OK;
}

#define DECIMAL_SUM(name, BUILTIN)                                                                 \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        const i128 *as = ARG(call, 0, i128), *bs = ARG(call, 1, i128);                             \
        i128 *outs = OUT(call, i128);                                                              \
        const DecimalOp *op = call->state;                                                         \
        const i128 grow_a = op->grow_a, grow_b = op->grow_b;                                       \
        EACH_ROW(call, row)                                                                        \
        {                                                                                          \
            i128 a = as[row], b = bs[row];                                                         \
            bool bad = grow_a != 1 && __builtin_mul_overflow(a, grow_a, &a);                       \
            bad |= grow_b != 1 && __builtin_mul_overflow(b, grow_b, &b);                           \
            bad |= BUILTIN(a, b, &outs[row]);                                                      \
            if (bad || (op->capped && !decimal_fits(outs[row])))                                   \
                return kernel_decimal_overflow(call, row, err);                                    \
        }                                                                                          \
        return OK;                                                                                 \
    }
DECIMAL_SUM(add_decimal, __builtin_add_overflow)
DECIMAL_SUM(sub_decimal, __builtin_sub_overflow)

static Status mul_decimal(EvalCall *call, Err *err)
{
    const i128 *as = ARG(call, 0, i128), *bs = ARG(call, 1, i128);
    const DecimalOp *op = call->state;
    EACH_ROW(call, row)
    {
        if (!decimal_multiply(as[row], bs[row], op->shift, &OUT(call, i128)[row]))
            return kernel_decimal_overflow(call, row, err);
    }
    return OK;
}

static Status div_decimal(EvalCall *call, Err *err)
{
    const i128 *as = ARG(call, 0, i128), *bs = ARG(call, 1, i128);
    const DecimalOp *op = call->state;
    EACH_ROW(call, row)
    {
        if (bs[row] == 0)
            return kernel_zero_divide(call, row, err);
        if (!decimal_divide(as[row], bs[row], op->shift, &OUT(call, i128)[row]))
            return kernel_decimal_overflow(call, row, err);
    }
    return OK;
}

/* div (the whole quotient, towards zero) and its remainder. */
#define DECIMAL_WHOLE(name, OPERATOR)                                                              \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        const i128 *as = ARG(call, 0, i128), *bs = ARG(call, 1, i128);                             \
        const DecimalOp *op = call->state;                                                         \
        EACH_ROW(call, row)                                                                        \
        {                                                                                          \
            i128 a, b;                                                                             \
            if (bs[row] == 0)                                                                      \
                return kernel_zero_divide(call, row, err);                                         \
            if (__builtin_mul_overflow(as[row], op->grow_a, &a) ||                                 \
                __builtin_mul_overflow(bs[row], op->grow_b, &b))                                   \
                return kernel_decimal_overflow(call, row, err);                                    \
            OUT(call, i128)[row] = a OPERATOR b;                                                   \
        }                                                                                          \
        return OK;                                                                                 \
    }
DECIMAL_WHOLE(whole_quotient, /)
DECIMAL_WHOLE(mod_decimal, %)
/* Spark's: a negative remainder moves up by b, which may itself be negative. */
static Status pmod_decimal(EvalCall *call, Err *err)
{
    TRY(mod_decimal(call, err));
    const i128 *bs = ARG(call, 1, i128);
    const DecimalOp *op = call->state;
    EACH_ROW(call, row)
    {
        i128 *out = &OUT(call, i128)[row], b = bs[row] * op->grow_b;
        if (*out < 0 && __builtin_add_overflow(*out, b, out))
            return kernel_decimal_overflow(call, row, err);
        *out %= b;
    }
    return OK;
}
static Status bind_decimal_pmod(const BindCall *call, FnBinding *binding, Err *err)
{
    Type b = binding->arg_types[1];
    TRY(bind_decimal_mod(call, binding, err));
    int scale = binding->result.scale;
    binding->result = decimal_type(b.precision - b.scale + scale, scale);
    return OK;
}
static Status bind_whole_quotient(const BindCall *call, FnBinding *binding, Err *err)
{
    Type a = binding->arg_types[0], b = binding->arg_types[1];
    int whole = a.precision - a.scale + b.scale;
    TRY(bind_decimal_mod(call, binding, err));
    binding->result = type_decimal(whole < 1 ? 1 : whole > 38 ? 38 : whole, 0);
    return OK;
}

MAP1(neg_decimal, i128, i128, -x)
MAP1(abs_decimal, i128, i128, x < 0 ? -x : x)

/* ---- intervals ---- */

static Status neg_interval(EvalCall *call, Err *err)
{
    EACH_ROW(call, row)
    {
        Interval x = ARG(call, 0, Interval)[row], *out = &OUT(call, Interval)[row];
        if (__builtin_sub_overflow(0, x.months, &out->months) ||
            __builtin_sub_overflow(0, x.days, &out->days) ||
            __builtin_sub_overflow(0, x.us, &out->us))
            return kernel_out_of_range(call, row, TYPE_INTERVAL, err);
    }
    return OK;
}

static Status plus(EvalCall *call, Err *err)
{
    (void)err;
    vector_copy(call->out, 0, call->rows, call->args[0], NULL, call->rows, call->scratch, NULL);
    return OK;
}

#define FAILS (FN_STRICT | FN_CAN_FAIL)
#define TOTAL (FN_STRICT | FN_TOTAL)
#define NUMBER_ROWS(name, op, bind_decimal)                                                        \
    {name, "1(11)", FAILS, op##_i8, NULL}, {name, "2(22)", FAILS, op##_i16, NULL},                 \
        {name, "4(44)", FAILS, op##_i32, NULL}, {name, "8(88)", FAILS, op##_i64, NULL},            \
        {name, "n(nn)", FAILS, op##_decimal, bind_decimal},                                        \
    {                                                                                              \
        name, "d(dd)", FAILS, op##_f64, NULL                                                       \
    }
#define SIGN_ROWS(name, op)                                                                        \
    {name, "1(1)", FAILS, op##_i8, NULL}, {name, "2(2)", FAILS, op##_i16, NULL},                   \
        {name, "4(4)", FAILS, op##_i32, NULL}, {name, "8(8)", FAILS, op##_i64, NULL},              \
        {name, "f(f)", TOTAL, op##_f32, NULL}, {name, "d(d)", TOTAL, op##_f64, NULL},              \
    {                                                                                              \
        name, "n(n)", TOTAL, op##_decimal, NULL                                                    \
    }

extern const ScalarFn fn_arithmetic[];
const ScalarFn fn_arithmetic[] = {
    NUMBER_ROWS("+", add, bind_decimal_sum),
    {"+", "f(ff)", FAILS, add_f32, NULL},
    NUMBER_ROWS("-", sub, bind_decimal_sum),
    {"-", "f(ff)", FAILS, sub_f32, NULL},
    NUMBER_ROWS("*", mul, bind_decimal_mul),
    {"*", "f(ff)", FAILS, mul_f32, NULL},
    NUMBER_ROWS("/", div, bind_decimal_div),
    {"/", "f(ff)", FAILS, div_f32, NULL},
    NUMBER_ROWS("%", mod, bind_decimal_mod),
    NUMBER_ROWS("mod", mod, bind_decimal_mod),
    {"pmod", "n(nn)", FAILS, pmod_decimal, bind_decimal_pmod},
    {"div", "8(88)", FAILS, div_i64, NULL},
    {"div", "n(nn)", FAILS, whole_quotient, bind_whole_quotient},
    SIGN_ROWS("negate", neg),
    {"negate", "i(i)", FAILS, neg_interval, NULL},
    {"plus", "a(a)", FN_STRICT | FN_TOTAL, plus, NULL},
    SIGN_ROWS("abs", abs),
    {NULL, NULL, 0, NULL, NULL},
};
