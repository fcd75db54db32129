/* op_values.h - rows that stand in the statement. */
#ifndef STREAMD_EXECUTOR_OP_VALUES_H
#define STREAMD_EXECUTOR_OP_VALUES_H

#include "executor/operator.h"

/* Emits all rows of a PHYSICAL_VALUES operator, stamped with `arrival_us`. */
Status values_emit(Operator *op, int64_t arrival_us, Arena *scratch, Err *err) MUST_CHECK;

#endif
