/*
 * op_scan.h - the two looks at a batch before its late columns are decoded.
 *
 * What these make for a batch (selection, watermarks) lives in `chunk`, memory
 * that lasts until the chunk's last batch was pushed.  In a statement that ends
 * at its first bad row, an error is kept with the rows before it and returned
 * by the push of that batch.
 */
#ifndef STREAMD_EXECUTOR_OP_SCAN_H
#define STREAMD_EXECUTOR_OP_SCAN_H

#include "executor/operator.h"

Status scan_watermark(Operator *op, Batch *batch, int64_t *highest, Arena *chunk, Arena *scratch,
                      Err *err) MUST_CHECK;
Status scan_filter(Operator *op, Batch *batch, int64_t before, Arena *chunk, Arena *scratch,
                   Err *err) MUST_CHECK;
/* The error kept for this batch, for who does not push it at once. */
Status scan_failure(const Operator *op, const Batch *batch, Err *err) MUST_CHECK;

#endif
