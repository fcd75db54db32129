/*
 * agg_variance.c - variance, standard deviation, covariance, correlation and regression.
 *
 * The state is exact sums of x, x², y, y² and xy (exact_sum.h); the result is a fixed
 * formula over them, computed exactly and rounded once:
 *
 *     var_pop   (n Σx² - (Σx)²) / n²            var_samp   the same / n (n - 1)
 *     covar_*   (n Σxy - Σx Σy) / n² …           corr       covariance / sqrt(var x * var y)
 *     regr_sxx  (n Σxx - (Σx)²) / n …             slope      sxy / sxx
 *
 * A NaN or infinity among the values makes the result NaN; squares out of range are 22003.
 */
#include <math.h>
#include "functions/agg.h"
#include "functions/exact_sum.h"

/* A product is two doubles, its nearest one and the rest, each in a sum of its own, so that either
 * keeps to its own magnitude. */
enum { SUM_X, SUM_XX, REST_XX, SUM_Y, SUM_YY, REST_YY, SUM_XY, REST_XY, SUMS };
enum { ONE_SUMS = SUM_Y, TWO_SUMS = SUMS };

/* The sums in use come first in the state; the first one counts. */
static int sum_count(const AggBinding *binding)
{
    return binding->arg_count == 1 ? ONE_SUMS : TWO_SUMS;
}
/* Those that are stored: a product's two as one. */
static const int8_t stored_sums[] = {SUM_X, SUM_XX, SUM_Y, SUM_YY, SUM_XY};
static int stored_count(const AggBinding *binding)
{
    return binding->arg_count == 1 ? 2 : 5;
}
static bool is_product(int sum)
{
    return sum == SUM_XX || sum == SUM_YY || sum == SUM_XY;
}
static ExactSum *sums_of(uint8_t *state)
{
    return (ExactSum *)(void *)state;
}

static inline void add(ExactSum *sum, double value, int64_t weight, Arena *heap)
{
    if (weight == 1)
        exact_sum_add(sum, value, heap);
    else
        exact_sum_add_weighted(sum, value, weight, heap);
}

/* x * y into two sums: exact unless the product leaves the range of doubles. */
static inline void add_product(ExactSum *sums, double x, double y, int64_t weight, Arena *heap)
{
    double nearest = x * y;
    add(&sums[0], nearest, weight, heap);
    if (isfinite(nearest))
        add(&sums[1], fma(x, y, -nearest), weight, heap);
}

static Status update_one(const AggBinding *binding, uint8_t *const *states,
                         const Vector *const *args, const uint16_t *sel, uint32_t count,
                         const int32_t *weight, Arena *heap, Err *err)
{
    const double *xs = args[0]->data;
    (void)binding, (void)err;
    AGG_EACH(args, sel, count, weight, ExactSum *sums = sums_of(states[i]);
             const double x = xs[row]; sums[SUM_X].count += w; add(&sums[SUM_X], x, w, heap);
             add_product(&sums[SUM_XX], x, x, w, heap););
    return OK;
}

/* PostgreSQL's order of arguments: covar(y, x). Pairs with a NULL do not count. */
static Status update_two(const AggBinding *binding, uint8_t *const *states,
                         const Vector *const *args, const uint16_t *sel, uint32_t count,
                         const int32_t *weight, Arena *heap, Err *err)
{
    const double *ys = args[0]->data, *xs = args[1]->data;
    (void)binding, (void)err;
    AGG_EACH(args, sel, count, weight, if (agg_is_null(args[1], row)) continue;
             ExactSum *sums = sums_of(states[i]); const double x = xs[row];
             const double y = ys[row]; sums[SUM_X].count += w; add(&sums[SUM_X], x, w, heap);
             add(&sums[SUM_Y], y, w, heap); add_product(&sums[SUM_XX], x, x, w, heap);
             add_product(&sums[SUM_YY], y, y, w, heap); add_product(&sums[SUM_XY], x, y, w, heap););
    return OK;
}

static void merge(const AggBinding *binding, uint8_t *const *into, uint8_t *const *from,
                  uint32_t count, Arena *heap)
{
    for (uint32_t i = 0; i < count; i++)
        for (int k = 0; k < sum_count(binding); k++)
            exact_sum_merge(&sums_of(into[i])[k], &sums_of(from[i])[k], heap);
}

/* The value of a product's two sums. */
static void product_big(const ExactSum *sums, Big *out)
{
    Big rest;
    exact_sum_big(&sums[0], out);
    exact_sum_big(&sums[1], &rest);
    rest.negative = !rest.negative;
    big_subtract(out, &rest, out);
}

/* (n Σab - Σa Σb) / (n * by) */
static double moment(const ExactSum *ab, const ExactSum *a, const ExactSum *b, uint64_t n,
                     uint64_t by)
{
    Big product, left, right;
    exact_sum_big(a, &left);
    exact_sum_big(b, &right);
    big_multiply(&left, &right, &product);
    product_big(ab, &left);
    big_multiply_u64(&left, n, &left);
    big_subtract(&left, &product, &left);
    return big_to_double(&left, n, by);
}

typedef enum Formula {
    VAR_POP,
    VAR_SAMP,
    STDDEV_POP,
    STDDEV_SAMP,
    COVAR_POP,
    COVAR_SAMP,
    CORR,
    REGR_COUNT,
    REGR_SXX,
    REGR_SYY,
    REGR_SXY,
    REGR_AVGX,
    REGR_AVGY,
    REGR_R2,
    REGR_SLOPE,
    REGR_INTERCEPT
} Formula;

/* The line of least squares through the pairs. */
static bool regression(const ExactSum *sums, Formula formula, double *out, bool *null)
{
    uint64_t n = (uint64_t)sums[SUM_X].count;
    if (formula == REGR_AVGX || formula == REGR_AVGY) {
        *out = exact_sum_value(&sums[formula == REGR_AVGX ? SUM_X : SUM_Y], n);
        return isfinite(*out);
    }
    double xx = moment(&sums[SUM_XX], &sums[SUM_X], &sums[SUM_X], n, 1);
    double yy = moment(&sums[SUM_YY], &sums[SUM_Y], &sums[SUM_Y], n, 1);
    double xy = moment(&sums[SUM_XY], &sums[SUM_X], &sums[SUM_Y], n, 1);
    if (formula >= REGR_R2)
        *null = xx <= 0;
    if (*null)
        return true;
    double slope = xx > 0 ? xy / xx : 0;
    if (formula == REGR_SXX)
        *out = xx;
    else if (formula == REGR_SYY)
        *out = yy;
    else if (formula == REGR_SXY)
        *out = xy;
    else if (formula == REGR_R2)
        *out = yy <= 0 ? 1 : (xy * xy) / (xx * yy);
    else if (formula == REGR_SLOPE)
        *out = slope;
    else
        *out = exact_sum_value(&sums[SUM_Y], n) - exact_sum_value(&sums[SUM_X], n) * slope;
    return isfinite(*out);
}

/* *null: too few rows; false: out of range. */
static bool result_of(const ExactSum *sums, int count, Formula formula, double *out, bool *null)
{
    uint64_t n = (uint64_t)sums[SUM_X].count;
    bool sample = formula == VAR_SAMP || formula == STDDEV_SAMP || formula == COVAR_SAMP;
    *out = 0;
    *null = sums[SUM_X].count < (sample ? 2 : 1);
    if (*null)
        return true;
    bool x_finite = exact_sum_kind(&sums[SUM_X]) == EXACT_FINITE;
    bool y_finite = count == ONE_SUMS || exact_sum_kind(&sums[SUM_Y]) == EXACT_FINITE;
    if (!x_finite || !y_finite) {
        *out = (double)NAN;
        return true;
    }
    for (int k = 0; k < count; k++)
        if (exact_sum_kind(&sums[k]) != EXACT_FINITE)
            return false;
    if (formula > CORR)
        return regression(sums, formula, out, null);
    uint64_t by = sample ? n - 1 : n;
    if (formula == COVAR_POP || formula == COVAR_SAMP) {
        *out = moment(&sums[SUM_XY], &sums[SUM_X], &sums[SUM_Y], n, by);
        return isfinite(*out);
    }
    double x = moment(&sums[SUM_XX], &sums[SUM_X], &sums[SUM_X], n, by);
    if (formula == CORR) {
        double y = moment(&sums[SUM_YY], &sums[SUM_Y], &sums[SUM_Y], n, by);
        double xy = moment(&sums[SUM_XY], &sums[SUM_X], &sums[SUM_Y], n, by);
        *null = x <= 0 || y <= 0;
        double r = *null ? 0 : xy / (sqrt(x) * sqrt(y));
        if (!*null && x * y > 1e-290 && x * y < 1e290)
            r = xy / sqrt(x * y);
        *out = r > 1 ? 1 : r < -1 ? -1 : r;
        return isfinite(x) && isfinite(y) && isfinite(xy);
    }
    /* Products lose their last bits far below the range of doubles: never below zero. */
    x = x < 0 ? 0 : x;
    *out = formula == STDDEV_POP || formula == STDDEV_SAMP ? sqrt(x) : x;
    return isfinite(x);
}

static Status finish(const AggBinding *binding, uint8_t *const *states, uint32_t count, Vector *out,
                     uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    Formula formula = *(const Formula *)binding->state;
    for (uint32_t i = 0; i < count; i++) {
        bool null;
        if (!result_of(sums_of(states[i]), sum_count(binding), formula,
                       (double *)out->data + at + i, &null))
            return agg_out_of_range(TYPE_DOUBLE, err);
        if (null)
            vector_set_null(out, scratch, at + i, out_rows);
    }
    return OK;
}

static Status finish_count(const AggBinding *binding, uint8_t *const *states, uint32_t count,
                           Vector *out, uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    (void)binding, (void)out_rows, (void)scratch, (void)err;
    for (uint32_t i = 0; i < count; i++)
        ((int64_t *)out->data)[at + i] = sums_of(states[i])[SUM_X].count;
    return OK;
}

static Status columns(const AggBinding *binding, Type *types)
{
    for (int k = 0; k < stored_count(binding); k++)
        exact_sum_columns(types + k * EXACT_COLUMNS);
    return OK;
}
static Status save(const AggBinding *binding, uint8_t *const *states, uint32_t count, Vector *cols,
                   uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    (void)out_rows, (void)err;
    for (uint32_t i = 0; i < count; i++) {
        for (int k = 0; k < stored_count(binding); k++) {
            int sum = stored_sums[k];
            ExactSum whole = {.unit = 0};
            exact_sum_merge(&whole, &sums_of(states[i])[sum], scratch);
            if (is_product(sum))
                exact_sum_merge(&whole, &sums_of(states[i])[sum + 1], scratch);
            exact_sum_store(&whole, cols + k * EXACT_COLUMNS, at + i, scratch);
        }
    }
    return OK;
}
static Status load(const AggBinding *binding, uint8_t *state, const Vector *cols, uint32_t row,
                   Arena *heap, Err *err)
{
    for (int k = 0; k < stored_count(binding); k++)
        if (!exact_sum_restore(&sums_of(state)[stored_sums[k]], cols + k * EXACT_COLUMNS, row,
                               heap))
            return agg_bad_state(err);
    return OK;
}

static const AggOps one_ops = {.state_bytes = ONE_SUMS * sizeof(ExactSum),
                               .retracts = true,
                               .update = update_one,
                               .merge = merge,
                               .finish = finish,
                               .column_count = 2 * EXACT_COLUMNS,
                               .columns = columns,
                               .save = save,
                               .load = load};
#define TWO_OPS(finish_rows)                                                                       \
    {                                                                                              \
        .state_bytes = TWO_SUMS * sizeof(ExactSum), .retracts = true, .update = update_two,        \
        .merge = merge, .finish = finish_rows, .column_count = 5 * EXACT_COLUMNS,                  \
        .columns = columns, .save = save, .load = load                                             \
    }
static const AggOps two_ops = TWO_OPS(finish), two_count_ops = TWO_OPS(finish_count);

static Status bind(const BindCall *call, AggBinding *binding, Formula formula)
{
    Formula *state = ARENA_NEW(call->arena, Formula);
    *state = formula;
    binding->state = state;
    return OK;
}
#define BIND(name, formula)                                                                        \
    static Status name(const BindCall *call, AggBinding *binding, Err *err)                        \
    {                                                                                              \
        (void)err;                                                                                 \
        return bind(call, binding, formula);                                                       \
    }
BIND(bind_var_pop, VAR_POP)
BIND(bind_var_samp, VAR_SAMP)
BIND(bind_stddev_pop, STDDEV_POP)
BIND(bind_stddev_samp, STDDEV_SAMP)
BIND(bind_covar_pop, COVAR_POP)
BIND(bind_covar_samp, COVAR_SAMP)
BIND(bind_corr, CORR)
BIND(bind_regr_sxx, REGR_SXX)
BIND(bind_regr_syy, REGR_SYY)
BIND(bind_regr_sxy, REGR_SXY)
BIND(bind_regr_avgx, REGR_AVGX)
BIND(bind_regr_avgy, REGR_AVGY)
BIND(bind_regr_r2, REGR_R2)
BIND(bind_regr_slope, REGR_SLOPE)
BIND(bind_regr_intercept, REGR_INTERCEPT)

extern const AggregateFn agg_variance[];
const AggregateFn agg_variance[] = {
    {"var_pop", "d(d)", 0, &one_ops, bind_var_pop},
    {"var_samp", "d(d)", 0, &one_ops, bind_var_samp},
    {"variance", "d(d)", 0, &one_ops, bind_var_samp},
    {"stddev_pop", "d(d)", 0, &one_ops, bind_stddev_pop},
    {"stddev_samp", "d(d)", 0, &one_ops, bind_stddev_samp},
    {"stddev", "d(d)", 0, &one_ops, bind_stddev_samp},
    {"std", "d(d)", 0, &one_ops, bind_stddev_samp},
    {"covar_pop", "d(dd)", 0, &two_ops, bind_covar_pop},
    {"covar_samp", "d(dd)", 0, &two_ops, bind_covar_samp},
    {"corr", "d(dd)", 0, &two_ops, bind_corr},
    {"regr_count", "8(dd)", AGG_EMPTY_IS_ZERO, &two_count_ops, NULL},
    {"regr_sxx", "d(dd)", 0, &two_ops, bind_regr_sxx},
    {"regr_syy", "d(dd)", 0, &two_ops, bind_regr_syy},
    {"regr_sxy", "d(dd)", 0, &two_ops, bind_regr_sxy},
    {"regr_avgx", "d(dd)", 0, &two_ops, bind_regr_avgx},
    {"regr_avgy", "d(dd)", 0, &two_ops, bind_regr_avgy},
    {"regr_r2", "d(dd)", 0, &two_ops, bind_regr_r2},
    {"regr_slope", "d(dd)", 0, &two_ops, bind_regr_slope},
    {"regr_intercept", "d(dd)", 0, &two_ops, bind_regr_intercept},
    {NULL, NULL, 0, NULL, NULL},
};
