/*
 * cast_number.c - casts among BOOLEAN, integers, FLOAT, DOUBLE and DECIMAL.
 *
 * Fractions are rounded: FLOAT and DOUBLE half to even, DECIMAL half away from zero.
 */
#include <math.h>
#include "functions/cast.h"
#include "functions/decimal_math.h"

Status cast_out_of_range(Type to, Err *err)
{
    return err_set(err, SQLSTATE_OUT_OF_RANGE, -1, "%s", kernel_range_message(to.id));
}

#define UNUSED_CAST (void)cast, (void)scratch, (void)err

/* ---- integers and floats ---- */

#define WIDEN(X, TX, Y, TY) MAP1(X##_to_##Y, TX, TY, x)
WIDEN(i8, int8_t, i16, int16_t)
WIDEN(i8, int8_t, i32, int32_t)
WIDEN(i8, int8_t, i64, int64_t)
WIDEN(i8, int8_t, f32, float)
WIDEN(i8, int8_t, f64, double)
WIDEN(i16, int16_t, i32, int32_t)
WIDEN(i16, int16_t, i64, int64_t)
WIDEN(i16, int16_t, f32, float)
WIDEN(i16, int16_t, f64, double)
WIDEN(i32, int32_t, i64, int64_t)
WIDEN(i32, int32_t, f32, float)
WIDEN(i32, int32_t, f64, double)
WIDEN(i64, int64_t, f32, float)
WIDEN(i64, int64_t, f64, double)
WIDEN(f32, float, f64, double)

#define NARROW(X, TX, Y, TY)                                                                       \
    static inline Status X##_to_##Y##_one(const CastState *cast, const TX *x, TY *y,               \
                                          Arena *scratch, Err *err)                                \
    {                                                                                              \
        (void)scratch;                                                                             \
        *y = (TY)*x;                                                                               \
        return *y == *x ? OK : cast_out_of_range(cast->to, err);                                   \
    }                                                                                              \
    CAST_KERNEL(X##_to_##Y, TX, TY, X##_to_##Y##_one)
NARROW(i64, int64_t, i32, int32_t)
NARROW(i64, int64_t, i16, int16_t)
NARROW(i64, int64_t, i8, int8_t)
NARROW(i32, int32_t, i16, int16_t)
NARROW(i32, int32_t, i8, int8_t)
NARROW(i16, int16_t, i8, int8_t)

/* `limit`: 2^(bits - 1), the first value that does not fit. */
#define ROUND(X, TX, Y, TY, limit)                                                                 \
    static inline Status X##_to_##Y##_one(const CastState *cast, const TX *x, TY *y,               \
                                          Arena *scratch, Err *err)                                \
    {                                                                                              \
        double rounded = rint((double)*x);                                                         \
        (void)scratch;                                                                             \
        if (!(rounded >= -(limit) && rounded < (limit)))                                           \
            return cast_out_of_range(cast->to, err);                                               \
        *y = (TY)rounded;                                                                          \
        return OK;                                                                                 \
    }                                                                                              \
    CAST_KERNEL(X##_to_##Y, TX, TY, X##_to_##Y##_one)
#define ROUND_ALL(X, TX)                                                                           \
    ROUND(X, TX, i8, int8_t, 128.0)                                                                \
    ROUND(X, TX, i16, int16_t, 32768.0)                                                            \
    ROUND(X, TX, i32, int32_t, 2147483648.0)                                                       \
    ROUND(X, TX, i64, int64_t, 9223372036854775808.0)
ROUND_ALL(f32, float)
ROUND_ALL(f64, double)

static inline Status f64_to_f32_one(const CastState *cast, const double *x, float *y,
                                    Arena *scratch, Err *err)
{
    UNUSED_CAST;
    *y = (float)*x;
    if (isinf(*y) && !isinf(*x))
        return err_set(err, SQLSTATE_OUT_OF_RANGE, -1, "value out of range: overflow");
    if (*y == 0 && *x != 0)
        return err_set(err, SQLSTATE_OUT_OF_RANGE, -1, "value out of range: underflow");
    return OK;
}
CAST_KERNEL(f64_to_f32, double, float, f64_to_f32_one)

#define BOOLEAN(X, TX)                                                                             \
    MAP1(bool_to_##X, bool, TX, x)                                                                 \
    MAP1(X##_to_bool, TX, bool, x != 0)
BOOLEAN(i8, int8_t)
BOOLEAN(i16, int16_t)
BOOLEAN(i32, int32_t)
BOOLEAN(i64, int64_t)

/* ---- DECIMAL ---- */

static bool fits(i128 value, int precision)
{
    i128 limit = (i128)kernel_pow10[precision];
    return value < limit && value > -limit;
}

static inline Status to_decimal(i128 value, int scale, Type to, i128 *out, Err *err)
{
    if (!decimal_rescale(value, scale, to.scale, out) || !fits(*out, to.precision))
        return cast_out_of_range(to, err);
    return OK;
}

static inline Status decimal_to_decimal_one(const CastState *cast, const i128 *x, i128 *y,
                                            Arena *scratch, Err *err)
{
    (void)scratch;
    return to_decimal(*x, cast->from.scale, cast->to, y, err);
}
CAST_KERNEL(decimal_to_decimal, i128, i128, decimal_to_decimal_one)

#define DECIMAL_INTEGER(X, TX)                                                                     \
    static inline Status X##_to_decimal_one(const CastState *cast, const TX *x, i128 *y,           \
                                            Arena *scratch, Err *err)                              \
    {                                                                                              \
        (void)scratch;                                                                             \
        return to_decimal(*x, 0, cast->to, y, err);                                                \
    }                                                                                              \
    CAST_KERNEL(X##_to_decimal, TX, i128, X##_to_decimal_one)                                      \
    static inline Status decimal_to_##X##_one(const CastState *cast, const i128 *x, TX *y,         \
                                              Arena *scratch, Err *err)                            \
    {                                                                                              \
        i128 whole;                                                                                \
        (void)scratch;                                                                             \
        if (!decimal_rescale(*x, cast->from.scale, 0, &whole) || (TX)whole != whole)               \
            return cast_out_of_range(cast->to, err);                                               \
        *y = (TX)whole;                                                                            \
        return OK;                                                                                 \
    }                                                                                              \
    CAST_KERNEL(decimal_to_##X, i128, TX, decimal_to_##X##_one)
DECIMAL_INTEGER(i8, int8_t)
DECIMAL_INTEGER(i16, int16_t)
DECIMAL_INTEGER(i32, int32_t)
DECIMAL_INTEGER(i64, int64_t)

/* A float becomes the DECIMAL of its shortest text, so that 0.1 is 0.1. */
#define DECIMAL_FLOAT(X, TX)                                                                       \
    static inline Status X##_to_decimal_one(const CastState *cast, const TX *x, i128 *y,           \
                                            Arena *scratch, Err *err)                              \
    {                                                                                              \
        char text[FORMAT_F64_MAX];                                                                 \
        (void)scratch;                                                                             \
        if (!isfinite(*x))                                                                         \
            return err_set(err, SQLSTATE_OUT_OF_RANGE, -1, "cannot convert %s to DECIMAL",         \
                           isnan(*x) ? "NaN" : "infinity");                                        \
        if (!parse_decimal(text, format_##X(text, *x), cast->to.precision, cast->to.scale, y))     \
            return cast_out_of_range(cast->to, err);                                               \
        return OK;                                                                                 \
    }                                                                                              \
    CAST_KERNEL(X##_to_decimal, TX, i128, X##_to_decimal_one)
DECIMAL_FLOAT(f32, float)
DECIMAL_FLOAT(f64, double)

static inline Status decimal_to_f64_one(const CastState *cast, const i128 *x, double *y,
                                        Arena *scratch, Err *err)
{
    UNUSED_CAST;
    *y = decimal_to_double(*x, cast->from.scale);
    return OK;
}
CAST_KERNEL(decimal_to_f64, i128, double, decimal_to_f64_one)

static inline Status decimal_to_f32_one(const CastState *cast, const i128 *x, float *y,
                                        Arena *scratch, Err *err)
{
    char text[FORMAT_DECIMAL_MAX];
    UNUSED_CAST;
    char *end = format_decimal(text, *x, cast->from.scale);
    if (!parse_f32(text, end, y))
        return cast_out_of_range(cast->to, err);
    return OK;
}
CAST_KERNEL(decimal_to_f32, i128, float, decimal_to_f32_one)

typedef struct NumberCast {
    ScalarEval eval;
    bool total;
} NumberCast;

enum { FIRST_NUMBER = TYPE_BOOLEAN, LAST_NUMBER = TYPE_DECIMAL };
#define FAILS(f)                                                                                   \
    {                                                                                              \
        f, false                                                                                   \
    }
#define TOTAL(f)                                                                                   \
    {                                                                                              \
        f, true                                                                                    \
    }
static const NumberCast number_casts[LAST_NUMBER + 1][LAST_NUMBER + 1] = {
    [TYPE_BOOLEAN] = {[TYPE_TINYINT] = TOTAL(bool_to_i8),
                      [TYPE_SMALLINT] = TOTAL(bool_to_i16),
                      [TYPE_INT] = TOTAL(bool_to_i32),
                      [TYPE_BIGINT] = TOTAL(bool_to_i64)},
    [TYPE_TINYINT] = {[TYPE_BOOLEAN] = TOTAL(i8_to_bool),
                      [TYPE_SMALLINT] = TOTAL(i8_to_i16),
                      [TYPE_INT] = TOTAL(i8_to_i32),
                      [TYPE_BIGINT] = TOTAL(i8_to_i64),
                      [TYPE_FLOAT] = TOTAL(i8_to_f32),
                      [TYPE_DOUBLE] = TOTAL(i8_to_f64),
                      [TYPE_DECIMAL] = FAILS(i8_to_decimal)},
    [TYPE_SMALLINT] = {[TYPE_BOOLEAN] = TOTAL(i16_to_bool),
                       [TYPE_TINYINT] = FAILS(i16_to_i8),
                       [TYPE_INT] = TOTAL(i16_to_i32),
                       [TYPE_BIGINT] = TOTAL(i16_to_i64),
                       [TYPE_FLOAT] = TOTAL(i16_to_f32),
                       [TYPE_DOUBLE] = TOTAL(i16_to_f64),
                       [TYPE_DECIMAL] = FAILS(i16_to_decimal)},
    [TYPE_INT] = {[TYPE_BOOLEAN] = TOTAL(i32_to_bool),
                  [TYPE_TINYINT] = FAILS(i32_to_i8),
                  [TYPE_SMALLINT] = FAILS(i32_to_i16),
                  [TYPE_BIGINT] = TOTAL(i32_to_i64),
                  [TYPE_FLOAT] = TOTAL(i32_to_f32),
                  [TYPE_DOUBLE] = TOTAL(i32_to_f64),
                  [TYPE_DECIMAL] = FAILS(i32_to_decimal)},
    [TYPE_BIGINT] = {[TYPE_BOOLEAN] = TOTAL(i64_to_bool),
                     [TYPE_TINYINT] = FAILS(i64_to_i8),
                     [TYPE_SMALLINT] = FAILS(i64_to_i16),
                     [TYPE_INT] = FAILS(i64_to_i32),
                     [TYPE_FLOAT] = TOTAL(i64_to_f32),
                     [TYPE_DOUBLE] = TOTAL(i64_to_f64),
                     [TYPE_DECIMAL] = FAILS(i64_to_decimal)},
    [TYPE_FLOAT] = {[TYPE_TINYINT] = FAILS(f32_to_i8),
                    [TYPE_SMALLINT] = FAILS(f32_to_i16),
                    [TYPE_INT] = FAILS(f32_to_i32),
                    [TYPE_BIGINT] = FAILS(f32_to_i64),
                    [TYPE_DOUBLE] = TOTAL(f32_to_f64),
                    [TYPE_DECIMAL] = FAILS(f32_to_decimal)},
    [TYPE_DOUBLE] = {[TYPE_TINYINT] = FAILS(f64_to_i8),
                     [TYPE_SMALLINT] = FAILS(f64_to_i16),
                     [TYPE_INT] = FAILS(f64_to_i32),
                     [TYPE_BIGINT] = FAILS(f64_to_i64),
                     [TYPE_FLOAT] = FAILS(f64_to_f32),
                     [TYPE_DECIMAL] = FAILS(f64_to_decimal)},
    [TYPE_DECIMAL] = {[TYPE_TINYINT] = FAILS(decimal_to_i8),
                      [TYPE_SMALLINT] = FAILS(decimal_to_i16),
                      [TYPE_INT] = FAILS(decimal_to_i32),
                      [TYPE_BIGINT] = FAILS(decimal_to_i64),
                      [TYPE_FLOAT] = FAILS(decimal_to_f32),
                      [TYPE_DOUBLE] = FAILS(decimal_to_f64),
                      [TYPE_DECIMAL] = FAILS(decimal_to_decimal)},
};

/* Whether no value of a DECIMAL or integer type is too long for the DECIMAL. */
static bool always_fits(Type from, Type to)
{
    static const uint8_t digits[] = {
        [TYPE_TINYINT] = 3, [TYPE_SMALLINT] = 5, [TYPE_INT] = 10, [TYPE_BIGINT] = 19};
    if (from.id == TYPE_DECIMAL && to.id == TYPE_DECIMAL)
        return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
    return to.id == TYPE_DECIMAL && from.id <= TYPE_BIGINT && digits[from.id] &&
           to.precision - to.scale >= digits[from.id];
}

ScalarEval cast_number_kernel(Type from, Type to, uint32_t *flags)
{
    if (from.id < FIRST_NUMBER || from.id > LAST_NUMBER || to.id < FIRST_NUMBER ||
        to.id > LAST_NUMBER)
        return NULL;
    const NumberCast *found = &number_casts[from.id][to.id];
    *flags = found->total ? FN_STRICT | FN_TOTAL : FN_STRICT | FN_CAN_FAIL;
    if (always_fits(from, to) || (from.id == TYPE_DECIMAL && to.id == TYPE_DOUBLE))
        *flags = FN_STRICT;
    return found->eval;
}
