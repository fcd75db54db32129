/*
 * cast.h - how the cast_<kind>.c files and fn_cast.c share the kernels of casts.
 *
 * Each cast_<kind>_kernel gives the kernel for a pair of types, or NULL when the pair is not its
 * own.
 */
#ifndef STREAMD_FUNCTIONS_CAST_H
#define STREAMD_FUNCTIONS_CAST_H

#include "functions/kernel.h"
#include "types/zone.h"

typedef struct CastState {
    Type from, to;
    bool try_cast; /* NULL instead of an error */
    const TypeClass *from_class, *to_class;
    const Zone *zone;   /* of the session, for TIMESTAMPTZ */
    FnBinding *element; /* ARRAY to ARRAY */
} CastState;

ScalarEval cast_number_kernel(Type from, Type to, uint32_t *flags);
ScalarEval cast_text_kernel(Type from, Type to, uint32_t *flags);
ScalarEval cast_time_kernel(Type from, Type to, uint32_t *flags);
Status cast_array(EvalCall *call, Err *err); /* ARRAY to ARRAY, by CastState.element */
Status cast_text_to_array(EvalCall *call, Err *err);

/* A row that cannot be cast: FAIL, or NULL and OK for TRY_CAST. */
static inline Status cast_row_failed(EvalCall *call, const CastState *cast, uint32_t row)
{
    if (!cast->try_cast) {
        call->failed_row = row;
        return FAIL;
    }
    out_null(call, row);
    return OK;
}

/* A kernel from `one`: Status (*)(const CastState *, const TX *, TO *, Arena *, Err *). */
#define CAST_KERNEL(name, TX, TO, one)                                                             \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        const CastState *cast = call->state;                                                       \
        const TX *xs = ARG(call, 0, TX);                                                           \
        TO *outs = OUT(call, TO);                                                                  \
        Err *why = cast->try_cast ? NULL : err;                                                    \
        EACH_ROW(call, row)                                                                        \
        {                                                                                          \
            if (one(cast, &xs[row], &outs[row], call->scratch, why) != OK)                         \
                TRY(cast_row_failed(call, cast, row));                                             \
        }                                                                                          \
        return OK;                                                                                 \
    }

Status cast_out_of_range(Type to, Err *err);

#endif
