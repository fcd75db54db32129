/*
 * fn_conditional.c - greatest, least and nullif.  CASE and COALESCE are made of instructions of the
 * vector program.
 */
#include "functions/kernel.h"

/* Copies one value, text as a view. */
static inline void take(EvalCall *call, int arg, uint32_t row, size_t size)
{
    const uint8_t *from = call->args[arg]->data;
    memcpy((uint8_t *)call->out->data + row * size, from + row * size, size);
}

/* The greatest (sign 1) or least (-1) of the arguments that are not NULL. */
static Status extreme(EvalCall *call, int sign)
{
    const size_t size = type_size(call->out->type);
    EACH_ROW(call, row)
    {
        int best = -1;
        for (int i = 0; i < call->arg_count; i++) {
            if (arg_is_null(call, i, row))
                continue;
            if (best < 0 || sign * vector_compare(call->args[i], row, call->args[best], row) > 0)
                best = i;
        }
        if (best < 0)
            out_null(call, row);
        else
            take(call, best, row, size);
    }
    return OK;
}
static Status greatest(EvalCall *call, Err *err)
{
    (void)err;
    return extreme(call, 1);
}
static Status least(EvalCall *call, Err *err)
{
    (void)err;
    return extreme(call, -1);
}

/* Two numbers without NULLs need no generic compare. */
#define EXTREME2(S, T)                                                                             \
    static Status greatest_##S(EvalCall *call, Err *err)                                           \
    {                                                                                              \
        if (call->arg_count != 2 || call->args[0]->valid || call->args[1]->valid)                  \
            return greatest(call, err);                                                            \
        const T *restrict xs = ARG(call, 0, T), *restrict ys = ARG(call, 1, T);                    \
        T *restrict outs = OUT(call, T);                                                           \
        ROW_LOOP(call, row, outs[row] = xs[row] >= ys[row] ? xs[row] : ys[row];);                  \
        return OK;                                                                                 \
    }                                                                                              \
    static Status least_##S(EvalCall *call, Err *err)                                              \
    {                                                                                              \
        if (call->arg_count != 2 || call->args[0]->valid || call->args[1]->valid)                  \
            return least(call, err);                                                               \
        const T *restrict xs = ARG(call, 0, T), *restrict ys = ARG(call, 1, T);                    \
        T *restrict outs = OUT(call, T);                                                           \
        ROW_LOOP(call, row, outs[row] = xs[row] <= ys[row] ? xs[row] : ys[row];);                  \
        return OK;                                                                                 \
    }
EXTREME2(i32, int32_t)
EXTREME2(i64, int64_t)

static Status no_lists(const BindCall *call, const FnBinding *binding, Err *err)
{
    PhysicalClass physical = type_physical(binding->result);
    if (physical == PHYSICAL_LIST || physical == PHYSICAL_STRUCT)
        return bind_no_overload(call, binding->fn->name, err);
    return OK;
}
static Status bind_greatest(const BindCall *call, FnBinding *binding, Err *err)
{
    PhysicalClass physical = type_physical(binding->result);
    if (physical == PHYSICAL_I32)
        binding->eval = greatest_i32;
    else if (physical == PHYSICAL_I64)
        binding->eval = greatest_i64;
    return no_lists(call, binding, err);
}
static Status bind_least(const BindCall *call, FnBinding *binding, Err *err)
{
    PhysicalClass physical = type_physical(binding->result);
    if (physical == PHYSICAL_I32)
        binding->eval = least_i32;
    else if (physical == PHYSICAL_I64)
        binding->eval = least_i64;
    return no_lists(call, binding, err);
}

static Status nullif_any(EvalCall *call, Err *err)
{
    const size_t size = type_size(call->out->type);
    (void)err;
    EACH_ROW(call, row)
    {
        bool gone = arg_is_null(call, 0, row) ||
                    (!arg_is_null(call, 1, row) &&
                     vector_compare(call->args[0], row, call->args[1], row) == 0);
        if (gone)
            out_null(call, row);
        else
            take(call, 0, row, size);
    }
    return OK;
}
static Status bind_nullif(const BindCall *call, FnBinding *binding, Err *err)
{
    return no_lists(call, binding, err);
}

/* The first argument that is not NULL; both are computed, unlike COALESCE's. */
static Status ifnull(EvalCall *call, Err *err)
{
    const size_t size = type_size(call->out->type);
    (void)err;
    EACH_ROW(call, row)
    {
        int from = arg_is_null(call, 0, row) ? 1 : 0;
        if (arg_is_null(call, from, row))
            out_null(call, row);
        else
            take(call, from, row, size);
    }
    return OK;
}

extern const ScalarFn fn_conditional[];
const ScalarFn fn_conditional[] = {
    {"greatest", "a(a.)", FN_MAKES_NULL, greatest, bind_greatest},
    {"least", "a(a.)", FN_MAKES_NULL, least, bind_least},
    {"ifnull", "a(aa)", FN_MAKES_NULL, ifnull, bind_nullif},
    {"nvl", "a(aa)", FN_MAKES_NULL, ifnull, bind_nullif},
    {"nullif", "a(aa)", FN_MAKES_NULL, nullif_any, bind_nullif},
    {NULL, NULL, 0, NULL, NULL},
};
