/*
 * agg_bool.c - bool_and (every) and bool_or: how many were true, how many false.
 */
#include "functions/agg.h"

typedef struct BoolCounts {
    int64_t trues, falses;
} BoolCounts;

static Status update(const AggBinding *binding, uint8_t *const *states, const Vector *const *args,
                     const uint16_t *sel, uint32_t count, const int32_t *weight, Arena *heap,
                     Err *err)
{
    const bool *xs = args[0]->data;
    (void)binding, (void)heap, (void)err;
    AGG_EACH(args, sel, count, weight, BoolCounts *counts = (BoolCounts *)(void *)states[i];
             *(xs[row] ? &counts->trues : &counts->falses) += w;);
    return OK;
}

static void merge(const AggBinding *binding, uint8_t *const *into, uint8_t *const *from,
                  uint32_t count, Arena *heap)
{
    (void)binding, (void)heap;
    for (uint32_t i = 0; i < count; i++) {
        BoolCounts *counts = (BoolCounts *)(void *)into[i];
        const BoolCounts *other = (const BoolCounts *)(const void *)from[i];
        counts->trues += other->trues;
        counts->falses += other->falses;
    }
}

static void finish(uint8_t *const *states, bool is_or, uint32_t count, Vector *out, uint32_t at,
                   uint32_t out_rows, Arena *scratch)
{
    for (uint32_t i = 0; i < count; i++) {
        const BoolCounts *counts = (const BoolCounts *)(const void *)states[i];
        ((bool *)out->data)[at + i] = is_or ? counts->trues != 0 : counts->falses == 0;
        if (counts->trues == 0 && counts->falses == 0)
            vector_set_null(out, scratch, at + i, out_rows);
    }
}
static Status finish_and(const AggBinding *binding, uint8_t *const *states, uint32_t count,
                         Vector *out, uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    (void)binding, (void)err;
    finish(states, false, count, out, at, out_rows, scratch);
    return OK;
}
static Status finish_or(const AggBinding *binding, uint8_t *const *states, uint32_t count,
                        Vector *out, uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    (void)binding, (void)err;
    finish(states, true, count, out, at, out_rows, scratch);
    return OK;
}

static Status columns(const AggBinding *binding, Type *types)
{
    (void)binding;
    types[0] = types[1] = type_of(TYPE_BIGINT);
    return OK;
}
static Status save(const AggBinding *binding, uint8_t *const *states, uint32_t count, Vector *cols,
                   uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    (void)binding, (void)out_rows, (void)scratch, (void)err;
    for (uint32_t i = 0; i < count; i++) {
        const BoolCounts *counts = (const BoolCounts *)(const void *)states[i];
        ((int64_t *)cols[0].data)[at + i] = counts->trues;
        ((int64_t *)cols[1].data)[at + i] = counts->falses;
    }
    return OK;
}
static Status load(const AggBinding *binding, uint8_t *state, const Vector *cols, uint32_t row,
                   Arena *heap, Err *err)
{
    BoolCounts *counts = (BoolCounts *)(void *)state;
    (void)binding, (void)heap, (void)err;
    counts->trues = *(const int64_t *)vector_value(&cols[0], row);
    counts->falses = *(const int64_t *)vector_value(&cols[1], row);
    return OK;
}

#define BOOL_OPS(finish_rows)                                                                      \
    {                                                                                              \
        .state_bytes = sizeof(BoolCounts), .retracts = true, .update = update, .merge = merge,     \
        .finish = finish_rows, .column_count = 2, .columns = columns, .save = save, .load = load   \
    }
static const AggOps bool_and = BOOL_OPS(finish_and), bool_or = BOOL_OPS(finish_or);

extern const AggregateFn agg_bool[];
const AggregateFn agg_bool[] = {
    {"bool_and", "b(b)", AGG_DISTINCT_IS_NOOP, &bool_and, NULL},
    {"every", "b(b)", AGG_DISTINCT_IS_NOOP, &bool_and, NULL},
    {"bool_or", "b(b)", AGG_DISTINCT_IS_NOOP, &bool_or, NULL},
    {"some", "b(b)", AGG_DISTINCT_IS_NOOP, &bool_or, NULL},
    {"any", "b(b)", AGG_DISTINCT_IS_NOOP, &bool_or, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
