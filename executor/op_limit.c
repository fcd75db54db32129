/*
 * op_limit.c - PHYSICAL_LIMIT: the first `limit` rows after `offset` ones; says STOP once it has
 * them.
 *
 * How many rows went by is its state, so that a job's LIMIT holds across restarts.
 */
#include "executor/operator.h"
#include "executor/selection.h"

typedef struct LimitOp {
    Operator op;
    int64_t seen, saved; /* rows that came, skipped ones included; as last saved */
    uint16_t sel[BATCH_ROWS];
} LimitOp;

extern const OperatorClass operator_limit;

static int64_t wanted_end(const PhysicalNode *plan)
{
    int64_t limit = plan->as.limit.limit, offset = plan->as.limit.offset;
    if (limit == 0)
        return 0;
    return limit < 0 || limit > INT64_MAX - offset ? INT64_MAX : offset + limit;
}

static Status create(Operator **out, const PhysicalNode *plan, const OperatorHost *host, int lane,
                     Arena *job, Err *err)
{
    (void)err;
    LimitOp *self = operator_make(sizeof *self, &operator_limit, plan, host, lane, job);
    self->op.stopped = wanted_end(plan) == 0;
    *out = &self->op;
    return OK;
}

/* A row of weight n counts as n rows; negative ones have no place in an order of arrival. */
static Status push_weighted(LimitOp *self, const Batch *in, Arena *scratch, Err *err)
{
    int64_t from = self->op.plan->as.limit.offset, end = wanted_end(self->op.plan);
    int32_t *weight = arena_alloc(scratch, sizeof *weight * in->row_count);
    Batch out = *in;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < batch_live(in); i++) {
        uint32_t row = batch_row(in, i);
        if (in->weight[row] < 0)
            return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                           "LIMIT over a result that changes is not supported yet");
        int64_t start = self->seen > from ? self->seen : from;
        self->seen += in->weight[row];
        self->op.end_seq = batch_seq(in, row) + 1;
        int64_t stop = self->seen < end ? self->seen : end;
        weight[row] = stop > start ? (int32_t)(stop - start) : 0;
        self->sel[kept] = (uint16_t)row;
        kept += stop > start;
        if (self->seen >= end)
            break;
    }
    out.weight = weight;
    out.sel = self->sel;
    out.sel_count = (uint16_t)kept;
    Status status = operator_emit(&self->op, &out, scratch, err);
    return status == OK && self->seen >= end ? STOP : status;
}

static Status push(Operator *op, int input, const Batch *in, Arena *scratch, Err *err)
{
    LimitOp *self = (LimitOp *)op;
    (void)input;
    int64_t from = op->plan->as.limit.offset, end = wanted_end(op->plan);
    if (self->seen >= end)
        return STOP;
    if (in->weight)
        return push_weighted(self, in, scratch, err);
    uint32_t live = batch_live(in);
    int64_t skip = from > self->seen ? from - self->seen : 0;
    int64_t take = end - self->seen < live ? end - self->seen : live;
    self->seen += live;
    if (take > 0)
        op->end_seq = batch_seq(in, batch_row(in, (uint32_t)take - 1)) + 1;
    Batch out = *in;
    uint32_t kept = 0;
    for (int64_t i = skip; i < take; i++)
        self->sel[kept++] = (uint16_t)batch_row(in, (uint32_t)i);
    if (skip > 0 || take < live) {
        out.sel = self->sel;
        out.sel_count = (uint16_t)kept;
    }
    Status status = operator_emit(op, &out, scratch, err);
    return status == OK && self->seen >= end ? STOP : status;
}

static Status restart(Operator *op, Err *err)
{
    (void)err;
    ((LimitOp *)op)->seen = 0;
    return OK;
}

static StateColumn state_columns[] = {{"id", {.id = TYPE_INT}}, {"seen", {.id = TYPE_BIGINT}}};
static const StateTable state_tables[] = {
    {.name = "rows", .columns = state_columns, .column_count = 2, .key_count = 1}};

static const StateTable *tables(const Operator *op, int *count)
{
    (void)op;
    *count = 1;
    return state_tables;
}

static Status save(Operator *op, bool full, const StateOut *out, Arena *scratch, Err *err)
{
    LimitOp *self = (LimitOp *)op;
    if (self->seen == self->saved && !full)
        return OK;
    Vector cols[2];
    Value id = value_int(0), seen = value_bigint(self->seen);
    vector_make_const(&cols[0], scratch, &id);
    vector_make_const(&cols[1], scratch, &seen);
    Batch batch = {.cols = cols, .col_count = 2, .row_count = 1};
    TRY(out->put(out->context, 0, &batch, err));
    self->saved = self->seen;
    return OK;
}

static Status load(Operator *op, int table, const Batch *rows, Err *err)
{
    LimitOp *self = (LimitOp *)op;
    (void)table, (void)err;
    for (uint32_t i = 0; i < batch_live(rows); i++)
        self->seen = self->saved = vector_get(&rows->cols[1], batch_row(rows, i)).as.integer;
    if (self->seen >= wanted_end(op->plan))
        op->stopped = true;
    return OK;
}

const OperatorClass operator_limit = {.name = "limit",
                                      .kind = PHYSICAL_LIMIT,
                                      .create = create,
                                      .push = push,
                                      .stateful = true,
                                      .restart = restart,
                                      .tables = tables,
                                      .save = save,
                                      .load = load};
