/*
 * op_sort.c - PHYSICAL_SORT: ORDER BY, and the first rows of it (top-N).
 *
 * Rows are kept in a RowStore and sorted by number.  Rows with equal keys stay
 * in the order of their source, by `seq`, whatever lane they came through: it is
 * one more key, the last.
 *
 * With a limit, only so many rows are kept: whenever twice as many have come
 * the rest is dropped, and from then on rows that cannot be among them are not
 * even copied.
 */
#include "executor/kept_rows.h"
#include "executor/key_sort.h"
#include "executor/operator.h"
#include "executor/plan_shape.h"

#include <stdlib.h>

enum { TRIM_SLACK = 4 * BATCH_ROWS };

typedef struct SortOp {
    Operator op;
    KeptRows kept;
    StateTable table;
    Type *types;
    KeyColumn *keys; /* of the plan, then the place in the source */
    bool
        from_source; /* the rows' own place in their one source orders them; else the next number */
    uint64_t next_seq;
    bool ended;     /* the input: told after the rows */
    bool restarted; /* complete mode: give the result at the end of the epoch */
    bool has_bound; /* rows whose first digit is above the bound are not wanted */
    uint64_t bound;
    int64_t arrival_us;
    Arena emit_arena;
} SortOp;

extern const OperatorClass operator_sort;

static Status create(Operator **out, const PhysicalNode *plan, const OperatorHost *host, int lane,
                     Arena *job, Err *err)
{
    (void)err;
    SortOp *self = operator_make(sizeof *self, &operator_sort, plan, host, lane, job);
    self->op.stopped = plan->as.sort.limit == 0;
    self->types = ARENA_ARRAY(job, Type, plan->column_count);
    for (uint16_t c = 0; c < plan->column_count; c++)
        self->types[c] = plan->columns[c].type;
    self->keys = ARENA_ARRAY(job, KeyColumn, (size_t)plan->as.sort.key_count + 1);
    for (int k = 0; k < plan->as.sort.key_count; k++) {
        const SortKey *key = &plan->as.sort.keys[k];
        self->keys[k] =
            (KeyColumn){type_physical(self->types[key->column]), key->descending, key->nulls_first};
    }
    self->keys[plan->as.sort.key_count] = (KeyColumn){.physical = PHYSICAL_I64};
    const PhysicalNode *input = plan->inputs[0];
    self->from_source = plan_is_stateless(input) && plan_count_scans(input) == 1;
    kept_rows_table(plan, &self->table, job);
    kept_rows_init(&self->kept, plan, true);
    self->kept.rows.with_weight = false;
    *out = &self->op;
    return OK;
}

static void destroy(Operator *op)
{
    SortOp *self = (SortOp *)op;
    kept_rows_deinit(&self->kept);
    arena_deinit(&self->emit_arena);
}

static void clear(SortOp *self)
{
    kept_rows_clear(&self->kept);
    self->has_bound = false;
}

/* ---- order ---- */

static const Batch *batch_of(const SortOp *self, uint64_t row)
{
    return &self->kept.rows.batches[row / BATCH_ROWS];
}

/* NULL: it is NULL. */
static const void *value_of(const Vector *vector, uint32_t row)
{
    return vector_is_null(vector, row) ? NULL : vector_value(vector, row);
}

static void values(const void *context, uint16_t column, const KeyItem *items, uint32_t count,
                   const void **values)
{
    const SortOp *self = context;
    const PhysicalNode *plan = self->op.plan;
    if (column == plan->as.sort.key_count) {
        for (uint32_t i = 0; i < count; i++)
            values[i] = &batch_of(self, items[i].row)->seq[items[i].row % BATCH_ROWS];
        return;
    }
    column = plan->as.sort.keys[column].column;
    for (uint32_t i = 0; i < count; i++)
        values[i] = value_of(&batch_of(self, items[i].row)->cols[column],
                             (uint32_t)(items[i].row % BATCH_ROWS));
}

static int compare(const void *context, uint16_t column, uint64_t row, uint64_t other)
{
    const SortOp *self = context;
    const PhysicalNode *plan = self->op.plan;
    const Batch *a = batch_of(self, row), *b = batch_of(self, other);
    uint32_t row_a = (uint32_t)(row % BATCH_ROWS), row_b = (uint32_t)(other % BATCH_ROWS);
    if (column == plan->as.sort.key_count)
        return (a->seq[row_a] > b->seq[row_b]) - (a->seq[row_a] < b->seq[row_b]);
    const SortKey *key = &plan->as.sort.keys[column];
    const Vector *x = &a->cols[key->column], *y = &b->cols[key->column];
    bool null_a = vector_is_null(x, row_a), null_b = vector_is_null(y, row_b);
    if (null_a && null_b)
        return 0;
    if (null_a || null_b)
        return null_a == key->nulls_first ? -1 : 1;
    int order = vector_compare(x, row_a, y, row_b);
    return key->descending ? -order : order;
}

/* All rows in order; the caller frees it. */
static KeyItem *sorted_items(const SortOp *self, const Parallel *parallel)
{
    size_t count = self->kept.rows.row_count;
    KeyItem *items = mem_alloc_wide(sizeof *items * (count + 1));
    for (size_t i = 0; i < count; i++)
        items[i].row = i;
    KeySort sort = {.columns = self->keys,
                    .column_count = (uint16_t)(self->op.plan->as.sort.key_count + 1),
                    .context = self,
                    .values = values,
                    .compare = compare,
                    .parallel = parallel};
    key_sort(&sort, items, count);
    return items;
}

/* ---- rows by number ---- */

#define GATHER(T)                                                                                  \
    do {                                                                                           \
        T *to = out->data;                                                                         \
        for (uint32_t i = 0; i < count; i++)                                                       \
            to[i] = ((const T *)batch_of(self, items[i].row)->cols[column].data)[items[i].row %    \
                                                                                 BATCH_ROWS];      \
    } while (0)

static void gather_column(const SortOp *self, uint16_t column, const KeyItem *items, uint32_t count,
                          Vector *out, Arena *arena)
{
    PhysicalClass physical = type_physical(self->types[column]);
    vector_make(out, arena, self->types[column], count, false);
    if (physical == PHYSICAL_LIST || physical == PHYSICAL_STRUCT) {
        for (uint32_t i = 0; i < count; i++) {
            uint16_t row = (uint16_t)(items[i].row % BATCH_ROWS);
            vector_copy(out, i, count, &batch_of(self, items[i].row)->cols[column], &row, 1, arena,
                        NULL);
        }
        return;
    }
    switch (type_size(self->types[column])) {
    case 1:
        GATHER(uint8_t);
        break;
    case 2:
        GATHER(uint16_t);
        break;
    case 4:
        GATHER(uint32_t);
        break;
    case 8:
        GATHER(uint64_t);
        break;
    default:
        GATHER(Text);
        break;
    }
    for (uint32_t i = 0; i < count; i++) {
        const Vector *from = &batch_of(self, items[i].row)->cols[column];
        if (from->valid && !bitmap_get(from->valid, items[i].row % BATCH_ROWS))
            vector_set_null(out, arena, i, count);
    }
}

static void gather(const SortOp *self, const KeyItem *items, uint32_t count, Batch *out,
                   Arena *arena)
{
    *out = (Batch){.cols = ARENA_ARRAY(arena, Vector, self->op.plan->column_count),
                   .col_count = self->op.plan->column_count,
                   .row_count = (uint16_t)count,
                   .wm_first = WM_NONE,
                   .wm_after = WM_NONE,
                   .arrival_us = self->arrival_us};
    for (uint16_t c = 0; c < out->col_count; c++)
        gather_column(self, c, items, count, &out->cols[c], arena);
    uint64_t *seq = arena_alloc(arena, sizeof *seq * count);
    for (uint32_t i = 0; i < count; i++)
        seq[i] = batch_of(self, items[i].row)->seq[items[i].row % BATCH_ROWS];
    out->seq = seq;
}

/* ---- top-N ---- */

/* Rows that the result can need; INT64_MAX: all. */
static int64_t wanted(const PhysicalNode *plan)
{
    int64_t limit = plan->as.sort.limit, offset = plan->as.sort.offset;
    return limit < 0 || limit > INT64_MAX - offset ? INT64_MAX : limit + offset;
}

/* Keeps the first rows only.  They are written in the order of the source, so that equal keys stay
 * in it. */
static int compare_place(const void *a, const void *b)
{
    const KeyItem *x = a, *y = b;
    return (x->row > y->row) - (x->row < y->row);
}

static void trim(SortOp *self)
{
    size_t keep = (size_t)wanted(self->op.plan);
    if (self->kept.rows.row_count <= keep)
        return;
    KeyItem *items = sorted_items(self, NULL); /* other lanes are at work */
    const PhysicalNode *plan = self->op.plan;
    if (keep > 0 && plan->as.sort.key_count > 0) {
        const void *last;
        values(self, 0, &items[keep - 1], 1, &last);
        self->has_bound = true;
        self->bound = key_first_digit(&self->keys[0], last);
    }
    qsort(items, keep, sizeof *items, compare_place);
    RowStore kept;
    row_store_init(&kept, self->types, self->op.plan->column_count);
    kept.with_seq = true;
    for (size_t at = 0; at < keep; at += BATCH_ROWS) {
        Batch batch;
        uint32_t count = keep - at < BATCH_ROWS ? (uint32_t)(keep - at) : BATCH_ROWS;
        gather(self, items + at, count, &batch, &self->emit_arena);
        row_store_add(&kept, &batch);
        arena_reset(&self->emit_arena);
    }
    free(items);
    row_store_deinit(&self->kept.rows);
    self->kept.rows = kept;
    kept_rows_replaced(&self->kept);
}

/* The live rows that may still be among the first. */
static void skip_hopeless(const SortOp *self, Batch *batch, Arena *scratch)
{
    if (!self->has_bound)
        return;
    const Vector *vector = &batch->cols[self->op.plan->as.sort.keys[0].column];
    uint32_t live = batch_live(batch), kept = 0;
    uint16_t *sel = arena_alloc(scratch, sizeof *sel * (live + 1));
    for (uint32_t i = 0; i < live; i++) {
        uint32_t row = batch_row(batch, i);
        sel[kept] = (uint16_t)row;
        kept += key_first_digit(&self->keys[0], value_of(vector, row)) <= self->bound;
    }
    batch->sel = sel;
    batch->sel_count = (uint16_t)kept;
}

/* ---- the operator ---- */

/* Numbers the rows in the order in which they came. */
static void number_rows(SortOp *self, Batch *batch, Arena *scratch)
{
    uint64_t *seq = arena_alloc(scratch, sizeof *seq * (batch->row_count + 1u));
    for (uint32_t i = 0; i < batch_live(batch); i++)
        seq[batch_row(batch, i)] = self->next_seq++;
    batch->seq = seq;
}

/* Rows of weight n are n rows. */
static Status add_repeated(SortOp *self, const Batch *in, Arena *scratch, Err *err)
{
    uint32_t live = batch_live(in);
    uint16_t *sel = arena_alloc(scratch, sizeof *sel * (live + 1));
    Batch batch = *in;
    for (int32_t times = 1;; times++) {
        uint32_t kept = 0;
        for (uint32_t i = 0; i < live; i++) {
            uint32_t row = batch_row(in, i);
            if (in->weight[row] < 0)
                return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                               "ORDER BY over a result that changes is not supported yet");
            sel[kept] = (uint16_t)row;
            kept += in->weight[row] >= times;
        }
        if (kept == 0)
            return OK;
        batch.sel = sel;
        batch.sel_count = (uint16_t)kept;
        row_store_add(&self->kept.rows, &batch);
    }
}

static Status push(Operator *op, int input, const Batch *in, Arena *scratch, Err *err)
{
    SortOp *self = (SortOp *)op;
    int64_t want = wanted(op->plan);
    Batch batch = *in;
    (void)input;
    if (in->arrival_us > self->arrival_us)
        self->arrival_us = in->arrival_us;
    if (!self->from_source)
        number_rows(self, &batch, scratch);
    skip_hopeless(self, &batch, scratch);
    if (self->kept.rows.row_count + (size_t)batch_live(&batch) > UINT32_MAX - BATCH_ROWS)
        return err_set(err, SQLSTATE_LIMIT_EXCEEDED, -1, "too many rows to sort");
    if (in->weight)
        TRY(add_repeated(self, &batch, scratch, err));
    else
        row_store_add(&self->kept.rows, &batch);
    if (want < INT64_MAX / 4 && self->kept.rows.row_count > 2 * (size_t)want + TRIM_SLACK)
        trim(self);
    return OK;
}

static Status merge_lane(SortOp *self, SortOp *lane, Err *err)
{
    if (lane->kept.rows.row_count == 0)
        return OK;
    if (self->kept.rows.row_count + lane->kept.rows.row_count > UINT32_MAX - BATCH_ROWS)
        return err_set(err, SQLSTATE_LIMIT_EXCEEDED, -1, "too many rows to sort");
    if (lane->arrival_us > self->arrival_us)
        self->arrival_us = lane->arrival_us;
    for (size_t b = 0; b < lane->kept.rows.batch_count; b++)
        row_store_add(&self->kept.rows, &lane->kept.rows.batches[b]);
    clear(lane);
    return OK;
}

static Status merge(Operator *op, Operator *const *lanes, int lane_count, int64_t due_us,
                    Arena *scratch, Err *err)
{
    (void)due_us, (void)scratch;
    for (int l = 0; l < lane_count; l++)
        TRY(merge_lane((SortOp *)op, (SortOp *)lanes[l], err));
    return OK;
}

static Status emit(SortOp *self, Err *err)
{
    const PhysicalNode *plan = self->op.plan;
    if (self->kept.rows.row_count == 0)
        return OK;
    KeyItem *items = sorted_items(self, &self->op.host->parallel);
    size_t end = self->kept.rows.row_count, at = (size_t)plan->as.sort.offset;
    if ((int64_t)end > wanted(plan))
        end = (size_t)wanted(plan);
    Status status = OK;
    uint64_t ticket = 0;
    while (at < end && status == OK) {
        Batch batch;
        uint32_t count = end - at < BATCH_ROWS ? (uint32_t)(end - at) : BATCH_ROWS;
        gather(self, items + at, count, &batch, &self->emit_arena);
        batch.seq = NULL;
        batch.ticket = ticket;
        ticket += count;
        at += count;
        status = operator_check(&self->op, err);
        if (status == OK)
            status = operator_emit(&self->op, &batch, &self->emit_arena, err);
        arena_reset(&self->emit_arena);
    }
    free(items);
    clear(self);
    return status;
}

static Status finish(Operator *op, Arena *scratch, Err *err)
{
    Status status = emit((SortOp *)op, err);
    return status == OK && ((SortOp *)op)->ended ? operator_emit_watermark(op, WM_END, scratch, err)
                                                 : status;
}

/* The rows come after everything, so their time is only known to have passed at the end. */
static Status watermark(Operator *op, int input, int64_t time_us, Arena *scratch, Err *err)
{
    (void)input, (void)scratch, (void)err;
    ((SortOp *)op)->ended |= time_us == WM_END;
    return OK;
}

static Status restart(Operator *op, Err *err)
{
    SortOp *self = (SortOp *)op;
    (void)err;
    clear(self);
    self->restarted = true;
    return OK;
}

static Status end_epoch(Operator *op, Arena *scratch, Err *err)
{
    SortOp *self = (SortOp *)op;
    (void)scratch;
    if (!self->restarted)
        return OK;
    self->restarted = false;
    return emit(self, err);
}

static const StateTable *tables(const Operator *op, int *count)
{
    *count = 1;
    return &((const SortOp *)op)->table;
}

static Status save(Operator *op, bool full, const StateOut *out, Arena *scratch, Err *err)
{
    SortOp *self = (SortOp *)op;
    return kept_rows_save(&self->kept, 0, &self->table, full, out, scratch, err);
}

static Status load(Operator *op, int table, const Batch *rows, Err *err)
{
    SortOp *self = (SortOp *)op;
    Arena scratch;
    (void)table;
    if (rows->col_count != self->table.column_count)
        return err_set(err, SQLSTATE_CORRUPT, -1, "stored state does not fit the operator");
    arena_init(&scratch);
    kept_rows_load(&self->kept, 0, rows, &scratch);
    arena_deinit(&scratch);
    for (size_t b = 0; b < self->kept.rows.batch_count; b++)
        for (uint32_t i = 0; i < self->kept.rows.batches[b].row_count; i++)
            if (self->kept.rows.batches[b].seq[i] >= self->next_seq)
                self->next_seq = self->kept.rows.batches[b].seq[i] + 1;
    return OK;
}

static void figures(const Operator *op, int64_t *rows, int64_t *bytes)
{
    const SortOp *self = (const SortOp *)op;
    *rows = (int64_t)self->kept.rows.row_count;
    *bytes = (int64_t)self->kept.rows.arena.taken;
}

const OperatorClass operator_sort = {.name = "sort",
                                     .kind = PHYSICAL_SORT,
                                     .create = create,
                                     .push = push,
                                     .watermark = watermark,
                                     .finish = finish,
                                     .end_epoch = end_epoch,
                                     .merge = merge,
                                     .stateful = true,
                                     .restart = restart,
                                     .tables = tables,
                                     .save = save,
                                     .load = load,
                                     .figures = figures,
                                     .destroy = destroy};
