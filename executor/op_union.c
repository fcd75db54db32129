/*
 * op_union.c - PHYSICAL_UNION: UNION ALL.
 *
 * Its watermark is the lowest of the inputs, and only their end if one has none.  In a bounded
 * statement without watermarks the result comes by input in order of FROM: rows
 * of a later input wait until the earlier ones have ended.  In lanes the rows
 * only pass through: their order is the driver's.
 */
#include "executor/op_union.h"
#include "executor/kept_rows.h"
#include "executor/plan_shape.h"

typedef struct UnionOp {
    Operator op;
    int64_t *watermarks;
    int64_t handed; /* watermark */
    bool *ended;
    bool ordered;
    int turn;          /* the input whose rows pass */
    KeptRows *waiting; /* per input */
    StateTable table;
} UnionOp;

extern const OperatorClass operator_union;

static Status create(Operator **out, const PhysicalNode *plan, const OperatorHost *host, int lane,
                     Arena *job, Err *err)
{
    (void)err;
    UnionOp *self = operator_make(sizeof *self, &operator_union, plan, host, lane, job);
    self->watermarks = ARENA_ARRAY(job, int64_t, plan->input_count);
    self->ended = ARENA_ARRAY(job, bool, plan->input_count);
    self->waiting = ARENA_ARRAY(job, KeptRows, plan->input_count);
    kept_rows_table(plan, &self->table, job);
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
    for (int i = 0; i < plan->input_count; i++)
        kept_rows_init(&self->waiting[i], plan, false);
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
    row_store_add(&self->waiting[input].rows, in);
    return OK;
}

/* Lets the next inputs in while the one whose turn it is has ended. */
static Status advance(UnionOp *self, Arena *scratch, Err *err)
{
    while (self->ordered && self->turn + 1 < self->op.plan->input_count &&
           self->ended[self->turn]) {
        KeptRows *kept = &self->waiting[++self->turn];
        const RowStore *store = &kept->rows;
        for (size_t b = 0; b < store->batch_count; b++) {
            TRY(operator_check(&self->op, err));
            TRY(operator_emit(&self->op, &store->batches[b], scratch, err));
        }
        kept_rows_clear(kept);
    }
    return OK;
}

/* Hands on what all inputs have reached. */
static Status hand_watermark(UnionOp *self, Arena *scratch, Err *err)
{
    const PhysicalNode *plan = self->op.plan;
    int64_t lowest = WM_END;
    for (int i = 0; i < plan->input_count; i++)
        if (self->watermarks[i] < lowest)
            lowest = self->watermarks[i];
    bool waits = self->ordered && self->turn + 1 < plan->input_count;
    if (lowest <= self->handed || (!plan->has_wm && lowest != WM_END) || waits)
        return OK;
    self->handed = lowest;
    return operator_emit_watermark(&self->op, lowest, scratch, err);
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
    return hand_watermark(self, scratch, err);
}

static Status finish(Operator *op, Arena *scratch, Err *err)
{
    UnionOp *self = (UnionOp *)op;
    for (int i = 0; i < op->plan->input_count; i++)
        self->ended[i] = true;
    TRY(advance(self, scratch, err));
    return hand_watermark(self, scratch, err);
}

/* ---- what waits is state ---- */

static const StateTable *tables(const Operator *op, int *count)
{
    const UnionOp *self = (const UnionOp *)op;
    *count = self->ordered;
    return &self->table;
}

static Status save(Operator *op, bool full, const StateOut *out, Arena *scratch, Err *err)
{
    UnionOp *self = (UnionOp *)op;
    for (int i = 0; i < op->plan->input_count; i++)
        TRY(kept_rows_save(&self->waiting[i], i, &self->table, full, out, scratch, err));
    return OK;
}

static Status load(Operator *op, int table, const Batch *rows, Err *err)
{
    UnionOp *self = (UnionOp *)op;
    Arena scratch;
    (void)table;
    if (rows->col_count != self->table.column_count)
        return err_set(err, SQLSTATE_CORRUPT, -1, "stored state does not fit the operator");
    arena_init(&scratch);
    for (int i = 0; i < op->plan->input_count; i++)
        kept_rows_load(&self->waiting[i], i, rows, &scratch);
    arena_deinit(&scratch);
    return OK;
}

static void destroy(Operator *op)
{
    UnionOp *self = (UnionOp *)op;
    for (int i = 0; i < op->plan->input_count; i++)
        kept_rows_deinit(&self->waiting[i]);
}

const OperatorClass operator_union = {.name = "union",
                                      .kind = PHYSICAL_UNION,
                                      .create = create,
                                      .push = push,
                                      .watermark = watermark,
                                      .finish = finish,
                                      .tables = tables,
                                      .save = save,
                                      .load = load,
                                      .destroy = destroy};
