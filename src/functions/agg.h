/*
 * agg.h - what the agg_<topic>.c files share: the loop over states and NULL handling.
 */
#ifndef STREAMD_FUNCTIONS_AGG_H
#define STREAMD_FUNCTIONS_AGG_H

#include "functions/kernel.h"

/* For the i-th live row: its number `row` and weight `w`, skipping rows whose first argument is
 * NULL. */
#define AGG_EACH(args, sel, count, weight, ...)                                                    \
    do {                                                                                           \
        const uint64_t *agg_valid_ = (args)[0]->valid;                                             \
        for (uint32_t i = 0; i < (count); i++) {                                                   \
            const uint32_t row = (sel) ? (sel)[i] : i;                                             \
            const int64_t w = (weight) ? (weight)[row] : 1;                                        \
            if (agg_valid_ && !bitmap_get(agg_valid_, row))                                        \
                continue;                                                                          \
            (void)w;                                                                               \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    } while (0)

static inline bool agg_is_null(const Vector *vector, uint32_t row)
{
    return vector->valid && !bitmap_get(vector->valid, row);
}
/* 22003 of a result. */
Status agg_out_of_range(TypeId id, Err *err);
Status agg_bad_state(Err *err); /* XX001: a stored state that does not read back */

#endif
