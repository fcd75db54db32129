/* repeat.h - rows of a batch repeated, as dictionaries: for operators that multiply rows. */
#ifndef STREAMD_EXECUTOR_REPEAT_H
#define STREAMD_EXECUTOR_REPEAT_H

#include "types/batch.h"

/* A column whose row i is row parents[i] of `in`; shares memory with it. */
void repeat_column(Vector *out, const Vector *in, const uint16_t *parents, uint32_t count,
                   Arena *scratch);
/* `out` gets count rows with the watermark, weight and place in the source of their parents; its
 * columns are the caller's. */
void repeat_rows(Batch *out, const Batch *in, const uint16_t *parents, uint32_t count,
                 Arena *scratch);

#endif
