/*
 * agg_sum.c - sum and avg.
 *
 * Integers are added in 128 bits and judged at the end; DECIMAL in 192 bits; FLOAT
 * and DOUBLE exactly (exact_sum.h).  avg divides the exact sum by the count and
 * rounds once.
 */
#include <math.h>
#include "functions/agg.h"
#include "functions/decimal_math.h"
#include "functions/exact_sum.h"

/* ---- integers ---- */

typedef struct IntSum {
    i128 sum;
    int64_t count;
} IntSum;

#define INT_UPDATE(name, T)                                                                        \
    static Status name(const AggBinding *binding, uint8_t *const *states,                          \
                       const Vector *const *args, const uint16_t *sel, uint32_t count,             \
                       const int32_t *weight, Arena *heap, Err *err)                               \
    {                                                                                              \
        const T *xs = args[0]->data;                                                               \
        (void)binding, (void)heap, (void)err;                                                      \
        if (!weight && !args[0]->valid) {                                                          \
            for (uint32_t i = 0; i < count; i++) {                                                 \
                IntSum *sum = (IntSum *)(void *)states[i];                                         \
                sum->sum += xs[sel ? sel[i] : i];                                                  \
                sum->count++;                                                                      \
            }                                                                                      \
            return OK;                                                                             \
        }                                                                                          \
        AGG_EACH(args, sel, count, weight, IntSum *sum = (IntSum *)(void *)states[i];              \
                 sum->sum += (i128)xs[row] * w; sum->count += w;);                                 \
        return OK;                                                                                 \
    }
INT_UPDATE(update_i8, int8_t)
INT_UPDATE(update_i16, int16_t)
INT_UPDATE(update_i32, int32_t)
INT_UPDATE(update_i64, int64_t)

static void int_merge(const AggBinding *binding, uint8_t *const *into, uint8_t *const *from,
                      uint32_t count, Arena *heap)
{
    (void)binding, (void)heap;
    for (uint32_t i = 0; i < count; i++) {
        IntSum *sum = (IntSum *)(void *)into[i];
        const IntSum *other = (const IntSum *)(const void *)from[i];
        sum->sum += other->sum;
        sum->count += other->count;
    }
}

static Status int_finish(const AggBinding *binding, uint8_t *const *states, uint32_t count,
                         Vector *out, uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    (void)binding;
    for (uint32_t i = 0; i < count; i++) {
        const IntSum *sum = (const IntSum *)(const void *)states[i];
        int64_t *to = (int64_t *)out->data + at + i;
        *to = (int64_t)sum->sum;
        if (sum->count == 0)
            vector_set_null(out, scratch, at + i, out_rows);
        else if (*to != sum->sum)
            return agg_out_of_range(TYPE_BIGINT, err);
    }
    return OK;
}

static Status int_avg_finish(const AggBinding *binding, uint8_t *const *states, uint32_t count,
                             Vector *out, uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    (void)binding, (void)err;
    for (uint32_t i = 0; i < count; i++) {
        const IntSum *sum = (const IntSum *)(const void *)states[i];
        double *to = (double *)out->data + at + i;
        *to = 0;
        if (sum->count <= 0) {
            vector_set_null(out, scratch, at + i, out_rows);
        } else if ((int64_t)sum->sum == sum->sum && sum->sum < (1ll << 53) &&
                   sum->sum > -(1ll << 53) && sum->count < (1ll << 53)) {
            *to = (double)(int64_t)sum->sum / (double)sum->count;
        } else {
            ExactSum exact = {.acc = sum->sum, .unit = 1074};
            *to = exact_sum_value(&exact, (uint64_t)sum->count);
        }
    }
    return OK;
}

static Status int_columns(const AggBinding *binding, Type *types)
{
    (void)binding;
    types[0] = type_decimal(38, 0);
    types[1] = type_of(TYPE_BIGINT);
    return OK;
}

static Status int_save(const AggBinding *binding, uint8_t *const *states, uint32_t count,
                       Vector *columns, uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    (void)binding, (void)out_rows, (void)scratch, (void)err;
    for (uint32_t i = 0; i < count; i++) {
        const IntSum *sum = (const IntSum *)(const void *)states[i];
        ((i128 *)columns[0].data)[at + i] = sum->sum;
        ((int64_t *)columns[1].data)[at + i] = sum->count;
    }
    return OK;
}

static Status int_load(const AggBinding *binding, uint8_t *state, const Vector *columns,
                       uint32_t row, Arena *heap, Err *err)
{
    IntSum *sum = (IntSum *)(void *)state;
    (void)binding, (void)heap, (void)err;
    memcpy(&sum->sum, vector_value(&columns[0], row), sizeof sum->sum);
    sum->count = *(const int64_t *)vector_value(&columns[1], row);
    return OK;
}

#define INT_OPS(update_rows, finish_rows)                                                          \
    {                                                                                              \
        .state_bytes = sizeof(IntSum), .retracts = true, .update = update_rows,                    \
        .merge = int_merge, .finish = finish_rows, .column_count = 2, .columns = int_columns,      \
        .save = int_save, .load = int_load                                                         \
    }
static const AggOps sum_i8 = INT_OPS(update_i8, int_finish);
static const AggOps sum_i16 = INT_OPS(update_i16, int_finish);
static const AggOps sum_i32 = INT_OPS(update_i32, int_finish);
static const AggOps sum_i64 = INT_OPS(update_i64, int_finish);
static const AggOps avg_i8 = INT_OPS(update_i8, int_avg_finish);
static const AggOps avg_i16 = INT_OPS(update_i16, int_avg_finish);
static const AggOps avg_i32 = INT_OPS(update_i32, int_avg_finish);
static const AggOps avg_i64 = INT_OPS(update_i64, int_avg_finish);

/* ---- DECIMAL: high * 10^38 + low, |low| < 10^38 ---- */

typedef struct DecimalSum {
    i128 low;
    int64_t high, count;
} DecimalSum;

static void decimal_add(DecimalSum *sum, i128 low, int64_t high)
{
    const i128 limit = (i128)kernel_pow10[38];
    /* Two numbers below 10^38 may overflow 128 bits: bring the first down before. */
    if (low > 0 && sum->low > 0) {
        sum->low -= limit;
        sum->high++;
    } else if (low < 0 && sum->low < 0) {
        sum->low += limit;
        sum->high--;
    }
    sum->low += low;
    sum->high += high;
}

/* The one form of each value: high and low of one sign. */
static DecimalSum decimal_normal(const DecimalSum *sum)
{
    const i128 limit = (i128)kernel_pow10[38];
    DecimalSum out = *sum;
    if (out.low >= limit || out.low <= -limit) {
        int step = out.low > 0 ? 1 : -1;
        out.low -= step * limit;
        out.high += step;
    }
    if (out.high > 0 && out.low < 0) {
        out.low += limit;
        out.high--;
    } else if (out.high < 0 && out.low > 0) {
        out.low -= limit;
        out.high++;
    }
    return out;
}

static void decimal_add_times(DecimalSum *sum, i128 value, int64_t times)
{
    /* value * times by doubling: weights are small. */
    DecimalSum part = {.low = times < 0 ? -value : value};
    for (uint64_t n = times < 0 ? (uint64_t)-times : (uint64_t)times; n; n >>= 1) {
        if (n & 1)
            decimal_add(sum, part.low, part.high);
        decimal_add(&part, part.low, part.high);
        part = decimal_normal(&part);
    }
}

static Status decimal_update(const AggBinding *binding, uint8_t *const *states,
                             const Vector *const *args, const uint16_t *sel, uint32_t count,
                             const int32_t *weight, Arena *heap, Err *err)
{
    const i128 *xs = args[0]->data;
    (void)binding, (void)heap, (void)err;
    AGG_EACH(args, sel, count, weight, DecimalSum *sum = (DecimalSum *)(void *)states[i];
             sum->count += w; if (w == 1) decimal_add(sum, xs[row], 0);
             else decimal_add_times(sum, xs[row], w););
    return OK;
}

static void decimal_merge(const AggBinding *binding, uint8_t *const *into, uint8_t *const *from,
                          uint32_t count, Arena *heap)
{
    (void)binding, (void)heap;
    for (uint32_t i = 0; i < count; i++) {
        DecimalSum *sum = (DecimalSum *)(void *)into[i];
        DecimalSum other = decimal_normal((const DecimalSum *)(const void *)from[i]);
        decimal_add(sum, other.low, other.high);
        sum->count += other.count;
    }
}

static Status decimal_finish(const AggBinding *binding, uint8_t *const *states, uint32_t count,
                             Vector *out, uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    (void)binding;
    for (uint32_t i = 0; i < count; i++) {
        DecimalSum sum = decimal_normal((const DecimalSum *)(const void *)states[i]);
        ((i128 *)out->data)[at + i] = sum.low;
        if (sum.count == 0)
            vector_set_null(out, scratch, at + i, out_rows);
        else if (sum.high != 0)
            return agg_out_of_range(TYPE_DECIMAL, err);
    }
    return OK;
}

static Status decimal_avg_finish(const AggBinding *binding, uint8_t *const *states, uint32_t count,
                                 Vector *out, uint32_t at, uint32_t out_rows, Arena *scratch,
                                 Err *err)
{
    int grow = binding->result.scale - binding->arg_types[0].scale;
    for (uint32_t i = 0; i < count; i++) {
        DecimalSum sum = decimal_normal((const DecimalSum *)(const void *)states[i]);
        i128 *to = (i128 *)out->data + at + i;
        *to = 0;
        if (sum.count <= 0)
            vector_set_null(out, scratch, at + i, out_rows);
        else if (sum.high != 0 || !decimal_divide(sum.low, sum.count, grow, to))
            return agg_out_of_range(TYPE_DECIMAL, err);
    }
    return OK;
}

static Status decimal_columns(const AggBinding *binding, Type *types)
{
    types[0] = type_decimal(38, binding->arg_types[0].scale);
    types[1] = type_of(TYPE_BIGINT);
    types[2] = type_of(TYPE_BIGINT);
    return OK;
}

static Status decimal_save(const AggBinding *binding, uint8_t *const *states, uint32_t count,
                           Vector *columns, uint32_t at, uint32_t out_rows, Arena *scratch,
                           Err *err)
{
    (void)binding, (void)out_rows, (void)scratch, (void)err;
    for (uint32_t i = 0; i < count; i++) {
        DecimalSum sum = decimal_normal((const DecimalSum *)(const void *)states[i]);
        ((i128 *)columns[0].data)[at + i] = sum.low;
        ((int64_t *)columns[1].data)[at + i] = sum.high;
        ((int64_t *)columns[2].data)[at + i] = sum.count;
    }
    return OK;
}

static Status decimal_load(const AggBinding *binding, uint8_t *state, const Vector *columns,
                           uint32_t row, Arena *heap, Err *err)
{
    DecimalSum *sum = (DecimalSum *)(void *)state;
    (void)binding, (void)heap, (void)err;
    memcpy(&sum->low, vector_value(&columns[0], row), sizeof sum->low);
    sum->high = *(const int64_t *)vector_value(&columns[1], row);
    sum->count = *(const int64_t *)vector_value(&columns[2], row);
    return OK;
}

#define DECIMAL_OPS(finish_rows)                                                                   \
    {                                                                                              \
        .state_bytes = sizeof(DecimalSum), .retracts = true, .update = decimal_update,             \
        .merge = decimal_merge, .finish = finish_rows, .column_count = 3,                          \
        .columns = decimal_columns, .save = decimal_save, .load = decimal_load                     \
    }
static const AggOps sum_decimal = DECIMAL_OPS(decimal_finish);
static const AggOps avg_decimal = DECIMAL_OPS(decimal_avg_finish);

static Status bind_decimal_sum(const BindCall *call, AggBinding *binding, Err *err)
{
    (void)call, (void)err;
    binding->result = type_decimal(38, binding->arg_types[0].scale);
    return OK;
}
static Status bind_decimal_avg(const BindCall *call, AggBinding *binding, Err *err)
{
    int scale = binding->arg_types[0].scale;
    (void)call, (void)err;
    binding->result = type_decimal(38, scale > 6 ? scale : 6);
    return OK;
}

/* ---- FLOAT and DOUBLE ---- */

#define FLOAT_UPDATE(name, T)                                                                      \
    static Status name(const AggBinding *binding, uint8_t *const *states,                          \
                       const Vector *const *args, const uint16_t *sel, uint32_t count,             \
                       const int32_t *weight, Arena *heap, Err *err)                               \
    {                                                                                              \
        const T *xs = args[0]->data;                                                               \
        (void)binding, (void)err;                                                                  \
        if (!weight && !args[0]->valid) {                                                          \
            for (uint32_t i = 0; i < count; i++) {                                                 \
                ExactSum *sum = (ExactSum *)(void *)states[i];                                     \
                sum->count++;                                                                      \
                exact_sum_add(sum, (double)xs[sel ? sel[i] : i], heap);                            \
            }                                                                                      \
            return OK;                                                                             \
        }                                                                                          \
        AGG_EACH(args, sel, count, weight, ExactSum *sum = (ExactSum *)(void *)states[i];          \
                 sum->count += w; if (w == 1) exact_sum_add(sum, (double)xs[row], heap);           \
                 else exact_sum_add_weighted(sum, (double)xs[row], w, heap););                     \
        return OK;                                                                                 \
    }
FLOAT_UPDATE(update_f32, float)
FLOAT_UPDATE(update_f64, double)

static void float_merge(const AggBinding *binding, uint8_t *const *into, uint8_t *const *from,
                        uint32_t count, Arena *heap)
{
    (void)binding;
    for (uint32_t i = 0; i < count; i++)
        exact_sum_merge((ExactSum *)(void *)into[i], (const ExactSum *)(const void *)from[i], heap);
}

static Status float_result(uint8_t *const *states, bool average, uint32_t count, Vector *out,
                           uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    for (uint32_t i = 0; i < count; i++) {
        const ExactSum *sum = (const ExactSum *)(const void *)states[i];
        double *to = (double *)out->data + at + i;
        *to = 0;
        if (sum->count <= 0) {
            vector_set_null(out, scratch, at + i, out_rows);
            continue;
        }
        *to = exact_sum_value(sum, average ? (uint64_t)sum->count : 1);
        if (isinf(*to) && exact_sum_kind(sum) == EXACT_FINITE)
            return agg_out_of_range(TYPE_DOUBLE, err);
    }
    return OK;
}
static Status float_finish(const AggBinding *binding, uint8_t *const *states, uint32_t count,
                           Vector *out, uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    (void)binding;
    return float_result(states, false, count, out, at, out_rows, scratch, err);
}
static Status float_avg_finish(const AggBinding *binding, uint8_t *const *states, uint32_t count,
                               Vector *out, uint32_t at, uint32_t out_rows, Arena *scratch,
                               Err *err)
{
    (void)binding;
    return float_result(states, true, count, out, at, out_rows, scratch, err);
}

static Status float_columns(const AggBinding *binding, Type *types)
{
    (void)binding;
    exact_sum_columns(types);
    return OK;
}
static Status float_save(const AggBinding *binding, uint8_t *const *states, uint32_t count,
                         Vector *columns, uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    (void)binding, (void)out_rows, (void)err;
    for (uint32_t i = 0; i < count; i++)
        exact_sum_store((const ExactSum *)(const void *)states[i], columns, at + i, scratch);
    return OK;
}
static Status float_load(const AggBinding *binding, uint8_t *state, const Vector *columns,
                         uint32_t row, Arena *heap, Err *err)
{
    (void)binding;
    if (!exact_sum_restore((ExactSum *)(void *)state, columns, row, heap))
        return agg_bad_state(err);
    return OK;
}

#define FLOAT_OPS(update_rows, finish_rows)                                                        \
    {                                                                                              \
        .state_bytes = sizeof(ExactSum), .retracts = true, .update = update_rows,                  \
        .merge = float_merge, .finish = finish_rows, .column_count = EXACT_COLUMNS,                \
        .columns = float_columns, .save = float_save, .load = float_load                           \
    }
static const AggOps sum_f32 = FLOAT_OPS(update_f32, float_finish);
static const AggOps sum_f64 = FLOAT_OPS(update_f64, float_finish);
static const AggOps avg_f32 = FLOAT_OPS(update_f32, float_avg_finish);
static const AggOps avg_f64 = FLOAT_OPS(update_f64, float_avg_finish);

extern const AggregateFn agg_sum[];
const AggregateFn agg_sum[] = {
    {"sum", "8(1)", 0, &sum_i8, NULL},
    {"sum", "8(2)", 0, &sum_i16, NULL},
    {"sum", "8(4)", 0, &sum_i32, NULL},
    {"sum", "8(8)", 0, &sum_i64, NULL},
    {"sum", "d(f)", 0, &sum_f32, NULL},
    {"sum", "d(d)", 0, &sum_f64, NULL},
    {"sum", "n(n)", 0, &sum_decimal, bind_decimal_sum},
    {"avg", "d(1)", 0, &avg_i8, NULL},
    {"avg", "d(2)", 0, &avg_i16, NULL},
    {"avg", "d(4)", 0, &avg_i32, NULL},
    {"avg", "d(8)", 0, &avg_i64, NULL},
    {"avg", "d(f)", 0, &avg_f32, NULL},
    {"avg", "d(d)", 0, &avg_f64, NULL},
    {"avg", "n(n)", 0, &avg_decimal, bind_decimal_avg},
    {"mean", "d(8)", 0, &avg_i64, NULL},
    {"mean", "d(d)", 0, &avg_f64, NULL},
    {"mean", "n(n)", 0, &avg_decimal, bind_decimal_avg},
    {NULL, NULL, 0, NULL, NULL},
};
