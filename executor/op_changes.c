/*
 * op_changes.c - PHYSICAL_CHANGES: weights become a column: +I -D, and -U +U for a row that was
 * taken back and came again with another value under the same key.
 *
 * Such a pair stands side by side, but perhaps in two batches, so a -1 row at
 * a batch's end waits for the next one.
 */
#include "executor/operator.h"
#include "executor/repeat.h"

enum OpCode { OP_INSERT, OP_UPDATE_BEFORE, OP_UPDATE_AFTER, OP_DELETE };
static const char *const op_texts[] = {"+I", "-U", "+U", "-D"};

typedef struct ChangesOp {
    Operator op;
    Vector *cols, insert; /* insert: constant +I */
    RowStore pending;     /* at most one row of weight -1 */
    /* where `more` goes on, and the memory of what it emits */
    const Batch *in;
    uint32_t next;  /* live row */
    uint32_t times; /* rows of it that were given */
    bool after;     /* it is the second of a pair */
    Arena memory;
    uint16_t parents[BATCH_ROWS];
    uint8_t codes[BATCH_ROWS];
} ChangesOp;

extern const OperatorClass operator_changes;

static Status create(Operator **out, const PhysicalNode *plan, const OperatorHost *host, int lane,
                     Arena *job, Err *err)
{
    (void)err;
    ChangesOp *self = operator_make(sizeof *self, &operator_changes, plan, host, lane, job);
    self->cols = ARENA_ARRAY(job, Vector, plan->column_count);
    Value insert = value_text(job, STR("+I"));
    vector_make_const(&self->insert, job, &insert);
    const PhysicalNode *input = plan->inputs[0];
    Type *types = ARENA_ARRAY(job, Type, input->column_count);
    for (uint16_t c = 0; c < input->column_count; c++)
        types[c] = input->columns[c].type;
    row_store_init(&self->pending, types, input->column_count);
    *out = &self->op;
    return OK;
}

static void destroy(Operator *op)
{
    ChangesOp *self = (ChangesOp *)op;
    row_store_deinit(&self->pending);
    arena_deinit(&self->memory);
}

/* `op` between the other columns. */
static Status emit_with(ChangesOp *self, Batch *out, const Vector *cols, uint16_t count,
                        const Vector *codes, Arena *scratch, Err *err)
{
    uint16_t op_at = (uint16_t)self->op.plan->as.changes.op_column;
    for (uint16_t c = 0, from = 0; c < count + 1; c++)
        self->cols[c] = c == op_at ? *codes : cols[from++];
    out->cols = self->cols;
    out->col_count = (uint16_t)(count + 1);
    out->weight = NULL;
    return operator_emit(&self->op, out, scratch, err);
}

static bool same_key(const ChangesOp *self, const Batch *a, uint32_t row_a, const Batch *b,
                     uint32_t row_b)
{
    const PhysicalNode *plan = self->op.plan;
    for (uint16_t k = 0; k < plan->as.changes.key_count; k++) {
        uint16_t column = plan->as.changes.keys[k];
        if (vector_compare(&a->cols[column], row_a, &b->cols[column], row_b) != 0)
            return false;
    }
    return true; /* an empty key: there is but one row */
}

static Status emit_pending(ChangesOp *self, enum OpCode code, Arena *scratch, Err *err)
{
    if (self->pending.row_count == 0)
        return OK;
    Batch out = self->pending.batches[0];
    Value text = value_text(scratch, str_from(op_texts[code]));
    Vector codes;
    vector_make_const(&codes, scratch, &text);
    out.wm_first = out.wm_after = WM_NONE;
    Status status = emit_with(self, &out, out.cols, out.col_count, &codes, scratch, err);
    row_store_clear(&self->pending);
    return status;
}

/* The code of the next live row, a deletion that may be half of a pair; false: the pair's other
 * half may be in the next batch. */
static bool deletion_code(ChangesOp *self, const Batch *in, uint32_t row, enum OpCode *code)
{
    *code = OP_DELETE;
    if (in->weight[row] != -1)
        return true;
    if (self->next + 1 == batch_live(in))
        return false;
    uint32_t following = batch_row(in, self->next + 1);
    if (in->weight[following] == 1 && same_key(self, in, row, in, following))
        *code = OP_UPDATE_BEFORE;
    return true;
}

static bool fill(ChangesOp *self, uint32_t *count)
{
    const Batch *in = self->in;
    for (; self->next < batch_live(in); self->next++, self->times = 0) {
        uint32_t row = batch_row(in, self->next);
        int32_t weight = in->weight[row];
        uint32_t size = weight < 0 ? 0u - (uint32_t)weight : (uint32_t)weight;
        enum OpCode code = self->after && weight == 1 ? OP_UPDATE_AFTER : OP_INSERT;
        if (weight < 0 && !deletion_code(self, in, row, &code)) {
            Batch last = *in;
            uint16_t sel = (uint16_t)row;
            last.sel = &sel;
            last.sel_count = 1;
            row_store_add(&self->pending, &last);
            continue;
        }
        for (; self->times < size; self->times++) {
            if (*count == BATCH_ROWS)
                return true;
            self->parents[*count] = (uint16_t)row;
            self->codes[(*count)++] = (uint8_t)code;
        }
        self->after = code == OP_UPDATE_BEFORE;
    }
    return false;
}

static Status more(Operator *op, Arena *scratch, Err *err)
{
    ChangesOp *self = (ChangesOp *)op;
    (void)scratch;
    arena_reset(&self->memory);
    uint32_t count = 0;
    op->has_more = fill(self, &count);
    if (count == 0)
        return OK;
    const Batch *in = self->in;
    Batch out;
    repeat_rows(&out, in, self->parents, count, &self->memory);
    Vector codes, *cols = ARENA_ARRAY(&self->memory, Vector, in->col_count);
    for (uint16_t c = 0; c < in->col_count; c++)
        repeat_column(&cols[c], &in->cols[c], self->parents, count, &self->memory);
    vector_make(&codes, &self->memory, self->insert.type, count, false);
    for (uint32_t i = 0; i < count; i++)
        ((Text *)codes.data)[i] = text_make(op_texts[self->codes[i]], 2);
    return emit_with(self, &out, cols, in->col_count, &codes, &self->memory, err);
}

static Status push(Operator *op, int input, const Batch *in, Arena *scratch, Err *err)
{
    ChangesOp *self = (ChangesOp *)op;
    uint32_t live = batch_live(in);
    (void)input;
    if (live == 0)
        return OK;
    uint32_t first = batch_row(in, 0);
    self->after = false;
    if (self->pending.row_count > 0) {
        self->after =
            batch_weight(in, first) == 1 && same_key(self, &self->pending.batches[0], 0, in, first);
        TRY(emit_pending(self, self->after ? OP_UPDATE_BEFORE : OP_DELETE, scratch, err));
    }
    if (!in->weight && !self->after) {
        Batch out = *in;
        return emit_with(self, &out, in->cols, in->col_count, &self->insert, scratch, err);
    }
    Batch weighted = *in;
    if (!in->weight) {
        int32_t *ones = arena_alloc(scratch, sizeof *ones * in->row_count);
        for (uint32_t i = 0; i < in->row_count; i++)
            ones[i] = 1;
        weighted.weight = ones;
    }
    Batch *kept = arena_alloc(scratch, sizeof *kept); /* `more` is called after this returns */
    *kept = weighted;
    self->in = kept;
    self->next = self->times = 0;
    return more(op, scratch, err);
}

static Status flush(Operator *op, Arena *scratch, Err *err)
{
    return emit_pending((ChangesOp *)op, OP_DELETE, scratch, err);
}

const OperatorClass operator_changes = {.name = "changes",
                                        .kind = PHYSICAL_CHANGES,
                                        .create = create,
                                        .push = push,
                                        .more = more,
                                        .end_epoch = flush,
                                        .finish = flush,
                                        .stateful = true,
                                        .destroy = destroy};
