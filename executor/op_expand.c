/*
 * op_expand.c - PHYSICAL_EXPAND: GROUPING SETS.  Each batch goes out once per set, with the keys
 * that are not in the set NULL and the set's grouping_id behind; an aggregate follows, so order is
 * free.
 */
#include "executor/operator.h"

typedef struct ExpandOp {
    Operator op;
    Vector *nulls; /* per key: a constant NULL */
    Vector *ids;   /* per set: its grouping_id */
    Vector *cols;
} ExpandOp;

extern const OperatorClass operator_expand;

/* Bit i, from the first key at the highest place, says that key i is not in the set. */
static int64_t grouping_id(const PhysicalNode *plan, uint64_t set)
{
    uint64_t id = 0;
    for (uint16_t k = 0; k < plan->as.expand.key_count; k++)
        id = id << 1 | !(set >> k & 1);
    return (int64_t)id;
}

static Status create(Operator **out, const PhysicalNode *plan, const OperatorHost *host, int lane,
                     Arena *job, Err *err)
{
    (void)err;
    ExpandOp *self = operator_make(sizeof *self, &operator_expand, plan, host, lane, job);
    self->nulls = ARENA_ARRAY(job, Vector, plan->as.expand.key_count);
    self->ids = ARENA_ARRAY(job, Vector, plan->as.expand.set_count);
    self->cols = ARENA_ARRAY(job, Vector, plan->column_count);
    for (uint16_t k = 0; k < plan->as.expand.key_count; k++) {
        Value none = value_null(plan->columns[plan->as.expand.keys[k]].type);
        vector_make_const(&self->nulls[k], job, &none);
    }
    for (uint16_t s = 0; s < plan->as.expand.set_count; s++) {
        Value id = value_bigint(grouping_id(plan, plan->as.expand.sets[s]));
        vector_make_const(&self->ids[s], job, &id);
    }
    *out = &self->op;
    return OK;
}

static Status push(Operator *op, int input, const Batch *in, Arena *scratch, Err *err)
{
    ExpandOp *self = (ExpandOp *)op;
    const PhysicalNode *plan = op->plan;
    (void)input;
    for (uint16_t s = 0; s < plan->as.expand.set_count; s++) {
        memcpy(self->cols, in->cols, sizeof *self->cols * in->col_count);
        for (uint16_t k = 0; k < plan->as.expand.key_count; k++)
            if (!(plan->as.expand.sets[s] >> k & 1))
                self->cols[plan->as.expand.keys[k]] = self->nulls[k];
        self->cols[in->col_count] = self->ids[s];
        Batch out = *in;
        out.cols = self->cols;
        out.col_count = (uint16_t)(in->col_count + 1);
        TRY(operator_emit(op, &out, scratch, err));
    }
    return OK;
}

const OperatorClass operator_expand = {
    .name = "expand", .kind = PHYSICAL_EXPAND, .create = create, .push = push};
