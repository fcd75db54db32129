/*
 * op_union.c - PHYSICAL_UNION: UNION ALL.
 *
 * Its watermark is the lowest of the inputs that have one.  In a bounded
 * statement without watermarks the result comes by input in order of FROM: rows
 * of a later input wait until the earlier ones have ended.  In lanes the rows
 * only pass through: their order is the driver's.
 */
#include "executor/operator.h"
#include "executor/op_union.h"
#include "executor/plan_shape.h"

#include <stdlib.h>

typedef struct UnionOp {
    Operator op;
    int64_t *watermarks;
    int64_t handed; /* watermark */
    bool *ended;
    bool ordered;
    int turn;          /* the input whose rows pass */
    RowStore *waiting; /* per input */
} UnionOp;

extern const OperatorClass operator_union;

static Status create(Operator **out, const PhysicalNode *plan, const OperatorHost *host, int lane,
                     Arena *job, Err *err)
{
    (void)err;
    UnionOp *self = operator_make(sizeof *self, &operator_union, plan, host, lane, job);
    self->watermarks = ARENA_ARRAY(job, int64_t, plan->input_count);
    self->ended = ARENA_ARRAY(job, bool, plan->input_count);
    self->waiting = ARENA_ARRAY(job, RowStore, plan->input_count);
    self->handed = WM_NONE;
    for (int i = 0; i < plan->input_count; i++)
        self->watermarks[i] = WM_NONE;
    *out = &self->op;
    return OK;
}

void union_order(Operator *op)
{
    UnionOp *self = (UnionOp *)op;
    const PhysicalNode *plan = op->plan;
    Type *types = mem_alloc(sizeof *types * (plan->column_count + 1u));
    for (uint16_t c = 0; c < plan->column_count; c++)
        types[c] = plan->columns[c].type;
    for (int i = 1; i < plan->input_count; i++) {
        row_store_init(&self->waiting[i], types, plan->column_count);
        self->waiting[i].with_weight = !plan->append_only;
    }
    free(types);
    self->ordered = plan->input_count > 1;
    /* VALUES at the front are through before anything else comes. */
    while (self->turn + 1 < plan->input_count && plan_is_stateless(plan->inputs[self->turn]) &&
           plan_count_scans(plan->inputs[self->turn]) == 0)
        self->ended[self->turn++] = true;
}

static Status push(Operator *op, int input, const Batch *in, Arena *scratch, Err *err)
{
    UnionOp *self = (UnionOp *)op;
    if (!self->ordered || input <= self->turn)
        return operator_emit(op, in, scratch, err);
    row_store_add(&self->waiting[input], in);
    return OK;
}

/* Lets the next inputs in while the one whose turn it is has ended. */
static Status advance(UnionOp *self, Arena *scratch, Err *err)
{
    while (self->ordered && self->turn + 1 < self->op.plan->input_count &&
           self->ended[self->turn]) {
        RowStore *store = &self->waiting[++self->turn];
        for (size_t b = 0; b < store->batch_count; b++) {
            TRY(operator_check(&self->op, err));
            TRY(operator_emit(&self->op, &store->batches[b], scratch, err));
        }
        row_store_clear(store);
    }
    return OK;
}

static Status watermark(Operator *op, int input, int64_t time_us, Arena *scratch, Err *err)
{
    UnionOp *self = (UnionOp *)op;
    self->watermarks[input] = time_us;
    if (time_us == WM_END && self->ordered && plan_is_stateless(op->plan->inputs[input]) &&
        plan_count_scans(op->plan->inputs[input]) == 1) {
        self->ended[input] = true;
        TRY(advance(self, scratch, err));
    }
    int64_t lowest = WM_END;
    for (int i = 0; i < op->plan->input_count; i++)
        if (op->plan->inputs[i]->has_wm && self->watermarks[i] < lowest)
            lowest = self->watermarks[i];
    if (!op->plan->inputs[input]->has_wm || lowest <= self->handed)
        return OK;
    self->handed = lowest;
    return operator_emit_watermark(op, lowest, scratch, err);
}

static Status finish(Operator *op, Arena *scratch, Err *err)
{
    UnionOp *self = (UnionOp *)op;
    for (int i = 0; i < op->plan->input_count; i++)
        self->ended[i] = true;
    return advance(self, scratch, err);
}

static void destroy(Operator *op)
{
    UnionOp *self = (UnionOp *)op;
    for (int i = 0; i < op->plan->input_count; i++)
        row_store_deinit(&self->waiting[i]);
}

const OperatorClass operator_union = {.name = "union",
                                      .kind = PHYSICAL_UNION,
                                      .create = create,
                                      .push = push,
                                      .watermark = watermark,
                                      .finish = finish,
                                      .destroy = destroy};
