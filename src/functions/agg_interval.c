/*
 * agg_interval.c - sum and avg of INTERVAL: months, days and time added apart.
 */
#include "functions/agg.h"
#include "functions/time_math.h"

typedef struct IntervalSum {
    i128 us;
    int64_t months, days, count;
} IntervalSum;

static Status update(const AggBinding *binding, uint8_t *const *states, const Vector *const *args,
                     const uint16_t *sel, uint32_t count, const int32_t *weight, Arena *heap,
                     Err *err)
{
    const Interval *xs = args[0]->data;
    (void)binding, (void)heap, (void)err;
    AGG_EACH(args, sel, count, weight, IntervalSum *sum = (IntervalSum *)(void *)states[i];
             sum->months += xs[row].months * w; sum->days += xs[row].days * w;
             sum->us += (i128)xs[row].us * w; sum->count += w;);
    return OK;
}

static void merge(const AggBinding *binding, uint8_t *const *into, uint8_t *const *from,
                  uint32_t count, Arena *heap)
{
    (void)binding, (void)heap;
    for (uint32_t i = 0; i < count; i++) {
        IntervalSum *sum = (IntervalSum *)(void *)into[i];
        const IntervalSum *other = (const IntervalSum *)(const void *)from[i];
        sum->months += other->months;
        sum->days += other->days;
        sum->us += other->us;
        sum->count += other->count;
    }
}

static Status finish(uint8_t *const *states, bool average, uint32_t count, Vector *out, uint32_t at,
                     uint32_t out_rows, Arena *scratch, Err *err)
{
    for (uint32_t i = 0; i < count; i++) {
        const IntervalSum *sum = (const IntervalSum *)(const void *)states[i];
        Interval *to = (Interval *)out->data + at + i;
        *to = (Interval){(int32_t)sum->months, (int32_t)sum->days, (int64_t)sum->us};
        if (sum->count <= 0)
            vector_set_null(out, scratch, at + i, out_rows);
        else if (to->months != sum->months || to->days != sum->days || to->us != sum->us ||
                 (average && !interval_scale(*to, 1 / (double)sum->count, to)))
            return err_set(err, SQLSTATE_INTERVAL_OVERFLOW, -1, "interval out of range");
    }
    return OK;
}
static Status finish_sum(const AggBinding *binding, uint8_t *const *states, uint32_t count,
                         Vector *out, uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    (void)binding;
    return finish(states, false, count, out, at, out_rows, scratch, err);
}
static Status finish_avg(const AggBinding *binding, uint8_t *const *states, uint32_t count,
                         Vector *out, uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    (void)binding;
    return finish(states, true, count, out, at, out_rows, scratch, err);
}

enum { COLUMN_US, COLUMN_MONTHS, COLUMN_DAYS, COLUMN_COUNT, COLUMNS };

static Status columns(const AggBinding *binding, Type *types)
{
    (void)binding;
    for (int i = 0; i < COLUMNS; i++)
        types[i] = i == COLUMN_US ? type_decimal(38, 0) : type_of(TYPE_BIGINT);
    return OK;
}
static Status save(const AggBinding *binding, uint8_t *const *states, uint32_t count, Vector *cols,
                   uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    (void)binding, (void)out_rows, (void)scratch, (void)err;
    for (uint32_t i = 0; i < count; i++) {
        const IntervalSum *sum = (const IntervalSum *)(const void *)states[i];
        ((i128 *)cols[COLUMN_US].data)[at + i] = sum->us;
        ((int64_t *)cols[COLUMN_MONTHS].data)[at + i] = sum->months;
        ((int64_t *)cols[COLUMN_DAYS].data)[at + i] = sum->days;
        ((int64_t *)cols[COLUMN_COUNT].data)[at + i] = sum->count;
    }
    return OK;
}
static Status load(const AggBinding *binding, uint8_t *state, const Vector *cols, uint32_t row,
                   Arena *heap, Err *err)
{
    IntervalSum *sum = (IntervalSum *)(void *)state;
    (void)binding, (void)heap, (void)err;
    memcpy(&sum->us, vector_value(&cols[COLUMN_US], row), sizeof sum->us);
    sum->months = *(const int64_t *)vector_value(&cols[COLUMN_MONTHS], row);
    sum->days = *(const int64_t *)vector_value(&cols[COLUMN_DAYS], row);
    sum->count = *(const int64_t *)vector_value(&cols[COLUMN_COUNT], row);
    return OK;
}

#define INTERVAL_OPS(finish_rows)                                                                  \
    {                                                                                              \
        .state_bytes = sizeof(IntervalSum), .retracts = true, .update = update, .merge = merge,    \
        .finish = finish_rows, .column_count = COLUMNS, .columns = columns, .save = save,          \
        .load = load                                                                               \
    }
static const AggOps sum_ops = INTERVAL_OPS(finish_sum), avg_ops = INTERVAL_OPS(finish_avg);

extern const AggregateFn agg_interval[];
const AggregateFn agg_interval[] = {
    {"sum", "i(i)", 0, &sum_ops, NULL},
    {"avg", "i(i)", 0, &avg_ops, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
