/* op_union.h - what the pipeline tells a UNION ALL. */
#ifndef STREAMD_EXECUTOR_OP_UNION_H
#define STREAMD_EXECUTOR_OP_UNION_H

#include "executor/operator.h"

/* The statement is bounded and the operator is not in lanes: inputs come in order of FROM. */
void union_order(Operator *op);

#endif
