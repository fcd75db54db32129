/* op_filter.c - PHYSICAL_FILTER: the rows for which every condition is TRUE. */
#include "executor/program_run.h"

typedef struct FilterOp {
    Operator op;
    ProgramRun *run;
} FilterOp;

extern const OperatorClass operator_filter;

static Status create(Operator **out, const PhysicalNode *plan, const OperatorHost *host, int lane,
                     Arena *job, Err *err)
{
    (void)err;
    FilterOp *self = operator_make(sizeof *self, &operator_filter, plan, host, lane, job);
    self->run = program_run_make(plan->as.filter.program, plan->id, host, lane, job);
    *out = &self->op;
    return OK;
}

static Status push(Operator *op, int input, const Batch *in, Arena *scratch, Err *err)
{
    FilterOp *self = (FilterOp *)op;
    (void)input;
    return program_run_emit(self->run, op, in, false, scratch, err);
}

const OperatorClass operator_filter = {
    .name = "filter", .kind = PHYSICAL_FILTER, .create = create, .push = push};
