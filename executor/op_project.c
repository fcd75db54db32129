/* op_project.c - PHYSICAL_PROJECT: computes the output columns of each row. */
#include "executor/program_run.h"

typedef struct ProjectOp {
    Operator op;
    ProgramRun *run;
} ProjectOp;

extern const OperatorClass operator_project;

static Status create(Operator **out, const PhysicalNode *plan, const OperatorHost *host, int lane,
                     Arena *job, Err *err)
{
    (void)err;
    ProjectOp *self = operator_make(sizeof *self, &operator_project, plan, host, lane, job);
    self->run = program_run_make(plan->as.project.program, plan->id, host, lane, job);
    *out = &self->op;
    return OK;
}

static Status push(Operator *op, int input, const Batch *in, Arena *scratch, Err *err)
{
    ProjectOp *self = (ProjectOp *)op;
    (void)input;
    return program_run_emit(self->run, op, in, true, scratch, err);
}

const OperatorClass operator_project = {
    .name = "project", .kind = PHYSICAL_PROJECT, .create = create, .push = push};
