/*
 * agg_count.c - count(*) and count(x).
 */
#include "functions/agg.h"

Status agg_out_of_range(TypeId id, Err *err)
{
    return err_set(err, SQLSTATE_OUT_OF_RANGE, -1, "%s", kernel_range_message(id));
}

Status agg_bad_state(Err *err)
{
    return err_set(err, SQLSTATE_CORRUPT, -1, "a stored aggregate cannot be read");
}

static Status update_all(const AggBinding *binding, uint8_t *const *states,
                         const Vector *const *args, const uint16_t *sel, uint32_t count,
                         const int32_t *weight, Arena *heap, Err *err)
{
    (void)binding, (void)args, (void)heap, (void)err;
    if (!weight) {
        for (uint32_t i = 0; i < count; i++)
            ++*(int64_t *)(void *)states[i];
        return OK;
    }
    for (uint32_t i = 0; i < count; i++)
        *(int64_t *)(void *)states[i] += weight[sel ? sel[i] : i];
    return OK;
}

static Status update_values(const AggBinding *binding, uint8_t *const *states,
                            const Vector *const *args, const uint16_t *sel, uint32_t count,
                            const int32_t *weight, Arena *heap, Err *err)
{
    if (!args[0]->valid)
        return update_all(binding, states, args, sel, count, weight, heap, err);
    AGG_EACH(args, sel, count, weight, *(int64_t *)(void *)states[i] += w;);
    return OK;
}

/* count(a, b): rows without a NULL among them. */
static Status update_complete(const AggBinding *binding, uint8_t *const *states,
                              const Vector *const *args, const uint16_t *sel, uint32_t count,
                              const int32_t *weight, Arena *heap, Err *err)
{
    (void)heap, (void)err;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = sel ? sel[i] : i;
        bool complete = true;
        for (int k = 0; k < binding->arg_count; k++)
            complete &= !agg_is_null(args[k], row);
        if (complete)
            *(int64_t *)(void *)states[i] += weight ? weight[row] : 1;
    }
    return OK;
}

static Status update_true(const AggBinding *binding, uint8_t *const *states,
                          const Vector *const *args, const uint16_t *sel, uint32_t count,
                          const int32_t *weight, Arena *heap, Err *err)
{
    const bool *xs = args[0]->data;
    (void)binding, (void)heap, (void)err;
    AGG_EACH(args, sel, count, weight, if (xs[row]) * (int64_t *)(void *)states[i] += w;);
    return OK;
}

static void merge(const AggBinding *binding, uint8_t *const *into, uint8_t *const *from,
                  uint32_t count, Arena *heap)
{
    (void)binding, (void)heap;
    for (uint32_t i = 0; i < count; i++)
        *(int64_t *)(void *)into[i] += *(const int64_t *)(const void *)from[i];
}

static Status finish(const AggBinding *binding, uint8_t *const *states, uint32_t count, Vector *out,
                     uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    (void)binding, (void)out_rows, (void)scratch, (void)err;
    int64_t *to = (int64_t *)out->data + at;
    for (uint32_t i = 0; i < count; i++)
        to[i] = *(const int64_t *)(const void *)states[i];
    return OK;
}

static Status columns(const AggBinding *binding, Type *types)
{
    (void)binding;
    types[0] = type_of(TYPE_BIGINT);
    return OK;
}

static Status save(const AggBinding *binding, uint8_t *const *states, uint32_t count, Vector *cols,
                   uint32_t at, uint32_t out_rows, Arena *scratch, Err *err)
{
    return finish(binding, states, count, &cols[0], at, out_rows, scratch, err);
}

static Status load(const AggBinding *binding, uint8_t *state, const Vector *cols, uint32_t row,
                   Arena *heap, Err *err)
{
    (void)binding, (void)heap, (void)err;
    *(int64_t *)(void *)state = *(const int64_t *)vector_value(&cols[0], row);
    return OK;
}

#define COUNT_OPS(update_rows)                                                                     \
    {                                                                                              \
        .state_bytes = 8, .retracts = true, .update = update_rows, .merge = merge,                 \
        .finish = finish, .column_count = 1, .columns = columns, .save = save, .load = load        \
    }
static const AggOps count_all = COUNT_OPS(update_all);
static const AggOps count_values = COUNT_OPS(update_values);
static const AggOps count_complete = COUNT_OPS(update_complete);
static const AggOps count_true = COUNT_OPS(update_true);

extern const AggregateFn agg_count[];
const AggregateFn agg_count[] = {
    {"count", "8()", AGG_EMPTY_IS_ZERO, &count_all, NULL},
    {"count", "8(*)", AGG_EMPTY_IS_ZERO, &count_values, NULL},
    {"count", "8(**.)", AGG_EMPTY_IS_ZERO, &count_complete, NULL},
    {"count_if", "8(b)", AGG_EMPTY_IS_ZERO, &count_true, NULL},
    {"countif", "8(b)", AGG_EMPTY_IS_ZERO, &count_true, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
