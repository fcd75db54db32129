/*
 * op_aggregate.c - PHYSICAL_AGGREGATE: rows into groups.
 *
 *     batch ──> by window: pieces ──> group of each row ──> one loop per aggregate
 *
 * See aggregate.h for what it keeps, aggregate_emit.c for what comes out when.
 */
#include "executor/aggregate.h"
#include "executor/clones.h"

#include <stdlib.h>

extern const OperatorClass operator_aggregate;

/* ---- making ---- */

static uint32_t align16(uint32_t bytes)
{
    return (bytes + 15) & ~15u;
}

static void find_keys(AggregateOp *self, Arena *job)
{
    const PhysicalNode *plan = self->op.plan;
    int32_t start = plan->as.aggregate.window_start, end = plan->as.aggregate.window_end;
    self->windowed = end >= 0;
    self->start_column = self->end_column = -1;
    self->keys = ARENA_ARRAY(job, uint16_t, plan->as.aggregate.key_count);
    for (uint16_t k = 0; k < plan->as.aggregate.key_count; k++) {
        uint16_t column = plan->as.aggregate.keys[k];
        if (self->windowed && k == end)
            self->end_column = column;
        else if (self->windowed && k == start)
            self->start_column = column;
        else
            self->keys[self->key_count++] = column;
    }
}

static Status check_item(const AggregateOp *self, const PhysicalAggregate *plan, Err *err)
{
    for (uint16_t a = 0; a < plan->arg_count; a++)
        if (plan->args[a] >= self->op.plan->inputs[0]->column_count)
            return err_set(err, SQLSTATE_INTERNAL, -1,
                           "an aggregate reads a column that is not there");
    return OK;
}

static Status make_items(AggregateOp *self, Arena *job, uint32_t *payload, Err *err)
{
    const PhysicalNode *plan = self->op.plan;
    uint32_t at = self->weighted ? 16 : 0, used = self->weighted ? 8 : 0;
    self->items = ARENA_ARRAY(job, AggregateItem, plan->as.aggregate.aggregate_count);
    for (int i = 0; i < plan->as.aggregate.aggregate_count; i++) {
        const PhysicalAggregate *aggregate = &plan->as.aggregate.aggregates[i];
        AggregateItem *item = &self->items[self->item_count];
        TRY(check_item(self, aggregate, err));
        *item = (AggregateItem){.plan = aggregate, .binding = &aggregate->binding, .state_at = at};
        used = at + ((aggregate->binding.ops->state_bytes + 7) & ~7u);
        at += align16(aggregate->binding.ops->state_bytes);
        uint32_t flags = aggregate->binding.flags;
        bool distinct = aggregate->distinct && aggregate->arg_count > 0 &&
                        !(flags & AGG_DISTINCT_IS_NOOP && !self->weighted);
        bool values = self->weighted &&
                      (flags & AGG_NEEDS_VALUES || !aggregate->binding.ops->retracts) &&
                      aggregate->arg_count > 0;
        if (distinct || values) {
            item->set = ARENA_NEW(job, ValueSet);
            item->set->distinct = distinct;
            item->set->linked = values;
            item->set->head_at = at;
            at += values ? 16 : 0;
            used = values ? at : used;
        }
        self->item_count++;
        if (item->set)
            TRY(aggregate_set_init(self, item, job, err));
    }
    /* The group's number goes where alignment left room, if it did. */
    self->number_at = used;
    *payload = at - used >= 8 ? at : at + 16;
    return OK;
}

/* One row even over no input. */
static void make_always(AggregateOp *self)
{
    const PhysicalNode *plan = self->op.plan, *input = plan->inputs[0];
    bool global = self->key_count == 0;
    if (self->windowed || (!global && !plan->as.aggregate.empty_set))
        return;
    StateKeys keys = {0};
    Arena scratch;
    arena_init(&scratch);
    if (!global) {
        const Vector **cols = ARENA_ARRAY(&scratch, const Vector *, self->key_count);
        for (uint16_t k = 0; k < self->key_count; k++) {
            Value value = value_null(input->columns[self->keys[k]].type);
            if (k == self->key_count - 1)
                value = value_bigint((int64_t)((1ull << (self->key_count - 1)) - 1));
            Vector *col = ARENA_NEW(&scratch, Vector);
            vector_make_const(col, &scratch, &value);
            cols[k] = col;
        }
        state_keys_make(&self->groups, cols, 1, NULL, 1, &scratch, &keys);
    }
    state_part_upsert(&self->groups, state_map_part(&self->groups, 0, 0), &keys, NULL, 1,
                      &self->always);
    arena_deinit(&scratch);
}

static Status init(AggregateOp *self, Arena *job, Err *err)
{
    const PhysicalNode *plan = self->op.plan, *input = plan->inputs[0];
    self->weighted = !input->append_only;
    self->closed_us = WM_NONE;
    self->arrival_us = INT64_MIN;
    find_keys(self, job);
    self->flat = ARENA_ARRAY(job, Vector, input->column_count);
    self->is_flat = ARENA_ARRAY(job, bool, input->column_count);
    self->key_cols = ARENA_ARRAY(job, const Vector *, self->key_count + 4);
    self->out = ARENA_ARRAY(job, Vector, plan->column_count);
    uint32_t payload = 0;
    TRY(make_items(self, job, &payload, err));
    Type *types = ARENA_ARRAY(job, Type, self->key_count);
    for (uint16_t k = 0; k < self->key_count; k++)
        types[k] = input->columns[self->keys[k]].type;
    TRY(state_map_init(&self->groups, types, self->key_count, payload, err));
    TRY(aggregate_make_tables(self, job, err));
    types = ARENA_ARRAY(job, Type, self->item_count);
    for (int i = 0; i < self->item_count; i++)
        types[i] = self->items[i].binding->result;
    row_store_init(&self->old, types, (uint16_t)self->item_count);
    if (self->op.lane == 0)
        make_always(self);
    return OK;
}

static void destroy(Operator *op)
{
    AggregateOp *self = (AggregateOp *)op;
    state_map_deinit(&self->groups);
    for (int i = 0; i < self->item_count; i++) {
        if (!self->items[i].set)
            continue;
        state_map_deinit(&self->items[i].set->map);
        row_store_deinit(&self->items[i].set->deleted);
    }
    row_store_deinit(&self->deleted);
    row_store_deinit(&self->old);
    arena_deinit(&self->emit_arena);
}

static Status create(Operator **out, const PhysicalNode *plan, const OperatorHost *host, int lane,
                     Arena *job, Err *err)
{
    AggregateOp *self = operator_make(sizeof *self, &operator_aggregate, plan, host, lane, job);
    arena_init(&self->emit_arena);
    if (init(self, job, err) != OK) {
        destroy(&self->op);
        return FAIL;
    }
    *out = &self->op;
    return OK;
}

/* ---- what changed ---- */

/* Changes mode: keeps what the groups' rows show before they change for the first time in an epoch.
 */
static Status remember_old(AggregateOp *self, StatePart *part, StateSlot **slots, uint32_t count,
                           Arena *scratch, Err *err)
{
    Vector *cols = ARENA_ARRAY(scratch, Vector, self->item_count);
    for (int i = 0; i < self->item_count; i++)
        vector_make(&cols[i], scratch, self->items[i].binding->result, count, false);
    TRY(aggregate_results(self, part, slots, count, cols, 0, count, scratch, err));
    Batch batch = {
        .cols = cols, .col_count = (uint16_t)self->item_count, .row_count = (uint16_t)count};
    for (uint32_t i = 0; i < count; i++)
        slots[i]->mark = (uint32_t)(self->old.row_count + i) + 2;
    row_store_add(&self->old, &batch);
    return OK;
}

Status aggregate_touch(AggregateOp *self, StatePart *part, StateSlot *const *slots, uint32_t count,
                       Arena *scratch, Err *err)
{
    self->changed = true;
    if (self->tracking) {
        for (uint32_t i = 0; i < count; i++) {
            if (slots[i]->flags & SLOT_DIRTY)
                continue;
            slots[i]->flags |= SLOT_DIRTY;
            state_slots_push(&part->dirty, slots[i]);
        }
    }
    if (self->op.plan->as.aggregate.emit != EMIT_CHANGES || self->op.lane > 0)
        return OK;
    StateSlot **shown = arena_alloc(scratch, sizeof *shown * count);
    uint32_t shown_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        StateSlot *slot = slots[i];
        if (slot->mark)
            continue;
        slot->mark = 1;
        state_slots_push(&part->touched, slot);
        if (slot->flags & SLOT_SHOWN)
            shown[shown_count++] = slot;
    }
    return shown_count ? remember_old(self, part, shown, shown_count, scratch, err) : OK;
}

/* ---- rows in ---- */

const Vector *aggregate_flat(AggregateOp *self, const Batch *in, uint16_t column, Arena *scratch)
{
    if (in->cols[column].form == VECTOR_FLAT)
        return &in->cols[column];
    if (!self->is_flat[column]) {
        vector_flatten(&self->flat[column], &in->cols[column], in->row_count, scratch);
        self->is_flat[column] = true;
    }
    return &self->flat[column];
}

CLONES void aggregate_states(uint8_t **restrict states, StateSlot *const *restrict slots,
                             uint32_t count, uint32_t offset)
{
    for (uint32_t i = 0; i < count; i++)
        states[i] = (uint8_t *)slots[i] + offset;
}

static Status push_item(AggregateOp *self, AggregateItem *item, StatePart *part, const Batch *in,
                        const uint16_t *sel, uint32_t count, Arena *scratch, Err *err)
{
    const PhysicalAggregate *plan = item->plan;
    StateSlot **slots = self->slots;
    if (plan->filter >= 0) {
        const Vector *pass = aggregate_flat(self, in, (uint16_t)plan->filter, scratch);
        const uint8_t *bools = pass->data;
        uint32_t kept = 0;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t row = sel ? sel[i] : i;
            self->item_sel[kept] = (uint16_t)row;
            self->item_slots[kept] = slots[i];
            kept += (bools[row] & 1u) & (!pass->valid || bitmap_get(pass->valid, row));
        }
        sel = self->item_sel;
        slots = self->item_slots;
        count = kept;
        if (count == 0)
            return OK;
    }
    if (item->set)
        return aggregate_set_push(self, item, part, in, sel, count, slots, scratch, err);
    uint32_t offset = self->groups.layout.payload_at + item->state_at;
    aggregate_states(self->states, slots, count, offset);
    const Vector *args[4];
    for (uint16_t a = 0; a < plan->arg_count; a++)
        args[a] = aggregate_flat(self, in, plan->args[a], scratch);
    return item->binding->ops->update(item->binding, self->states, args, sel, count, in->weight,
                                      &part->heap, err);
}

/* EMIT_FIRST: hands on the rows whose group is new, as they stand. */
static Status emit_first(AggregateOp *self, const Batch *in, const uint16_t *sel, uint32_t count,
                         Arena *scratch, Err *err)
{
    const PhysicalNode *plan = self->op.plan;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        self->item_sel[kept] = (uint16_t)(sel ? sel[i] : i);
        kept += !(self->slots[i]->flags & SLOT_SHOWN);
        self->slots[i]->flags |= SLOT_SHOWN;
    }
    Batch out = *in;
    out.cols = ARENA_ARRAY(scratch, Vector, plan->as.aggregate.key_count);
    out.col_count = plan->as.aggregate.key_count;
    for (uint16_t k = 0; k < out.col_count; k++)
        out.cols[k] = in->cols[plan->as.aggregate.keys[k]];
    out.sel = self->item_sel;
    out.sel_count = (uint16_t)kept;
    return operator_emit(&self->op, &out, scratch, err);
}

/* Rows of one window. */
static Status push_piece(AggregateOp *self, StatePart *part, const Batch *in, const StateKeys *keys,
                         const uint16_t *sel, uint32_t count, Arena *scratch, Err *err)
{
    state_part_upsert(&self->groups, part, keys, sel, count, self->slots);
    AggregateEmit emit = self->op.plan->as.aggregate.emit;
    if (self->tracking || emit == EMIT_CHANGES || emit == EMIT_COMPLETE)
        TRY(aggregate_touch(self, part, self->slots, count, scratch, err));
    if (self->weighted)
        for (uint32_t i = 0; i < count; i++)
            *aggregate_rows(self, self->slots[i]) += batch_weight(in, sel ? sel[i] : i);
    for (int i = 0; i < self->item_count; i++)
        TRY(push_item(self, &self->items[i], part, in, sel, count, scratch, err));
    if (emit == EMIT_FIRST)
        return emit_first(self, in, sel, count, scratch, err);
    return OK;
}

typedef struct Piece {
    StatePart *part;
    uint32_t count, at;
} Piece;

/* Groups the live rows by window, in order within each; rows without a window are left out. */
static uint32_t partition(AggregateOp *self, const Batch *in, Piece *pieces, Arena *scratch)
{
    const Vector *end_col = aggregate_flat(self, in, (uint16_t)self->end_column, scratch);
    const Vector *start_col = end_col;
    if (self->start_column >= 0)
        start_col = aggregate_flat(self, in, (uint16_t)self->start_column, scratch);
    const int64_t *ends = end_col->data, *starts = start_col->data;
    uint32_t live = batch_live(in), count = 0, last = 0;
    int64_t last_end = 0, last_start = 0;
    self->round++;
    for (uint32_t i = 0; i < live; i++) {
        uint32_t row = batch_row(in, i);
        int64_t end = ends[row], start = self->start_column >= 0 ? starts[row] : 0;
        if (__builtin_expect(end_col->valid && !bitmap_get(end_col->valid, row), 0)) {
            self->piece_of[i] = UINT16_MAX;
            continue;
        }
        if (count == 0 || end != last_end || start != last_start) {
            StatePart *part = state_map_part(&self->groups, end, start);
            if (part->round != self->round) {
                part->round = self->round;
                part->piece = count;
                pieces[count++] = (Piece){.part = part};
            }
            last = part->piece;
            last_end = end;
            last_start = start;
        }
        self->piece_of[i] = (uint16_t)last;
        pieces[last].count++;
    }
    for (uint32_t p = 1; p < count; p++)
        pieces[p].at = pieces[p - 1].at + pieces[p - 1].count;
    for (uint32_t i = 0; i < live; i++)
        if (self->piece_of[i] != UINT16_MAX)
            self->piece_sel[pieces[self->piece_of[i]].at++] = (uint16_t)batch_row(in, i);
    return count;
}

/* The window of all rows at once, if that is how the batch comes. */
static bool one_window(const AggregateOp *self, const Batch *in, int64_t *end, int64_t *start)
{
    *end = *start = 0;
    if (!self->windowed)
        return true;
    const Vector *col = &in->cols[self->end_column];
    if (col->form != VECTOR_CONST || col->valid)
        return false;
    *end = *(const int64_t *)col->data;
    if (self->start_column < 0)
        return true;
    col = &in->cols[self->start_column];
    if (col->form != VECTOR_CONST || col->valid)
        return false;
    *start = *(const int64_t *)col->data;
    return true;
}

static Status push(Operator *op, int input, const Batch *in, Arena *scratch, Err *err)
{
    AggregateOp *self = (AggregateOp *)op;
    (void)input;
    if (in->arrival_us > self->arrival_us)
        self->arrival_us = in->arrival_us;
    memset(self->is_flat, 0, op->plan->inputs[0]->column_count * sizeof *self->is_flat);
    for (uint16_t k = 0; k < self->key_count; k++)
        self->key_cols[k] = &in->cols[self->keys[k]];
    uint32_t live = batch_live(in);
    StateKeys keys;
    state_keys_make(&self->groups, self->key_cols, in->row_count, in->sel, live, scratch, &keys);
    int64_t end, start;
    if (one_window(self, in, &end, &start))
        return push_piece(self, state_map_part(&self->groups, end, start), in, &keys, in->sel, live,
                          scratch, err);
    Piece *pieces = arena_alloc(scratch, sizeof *pieces * live);
    uint32_t count = partition(self, in, pieces, scratch);
    for (uint32_t p = 0; p < count; p++)
        TRY(push_piece(self, pieces[p].part, in, &keys,
                       self->piece_sel + pieces[p].at - pieces[p].count, pieces[p].count, scratch,
                       err));
    return OK;
}

/* ---- time ---- */

static uint32_t due_parts(const AggregateOp *self, int64_t time_us)
{
    uint32_t count = 0;
    while (count < self->groups.part_count && self->groups.parts[count]->end <= time_us)
        count++;
    return count;
}

static Status watermark(Operator *op, int input, int64_t time_us, Arena *scratch, Err *err)
{
    AggregateOp *self = (AggregateOp *)op;
    AggregateEmit emit = op->plan->as.aggregate.emit;
    Status status = OK;
    (void)input;
    if (emit == EMIT_FINAL) {
        self->ended |= time_us == WM_END;
        return OK;
    }
    if (self->windowed && emit == EMIT_ON_CLOSE) {
        uint32_t due = due_parts(self, time_us);
        status = aggregate_emit_all(self, due, err);
        if (status == FAIL)
            return FAIL;
        aggregate_drop(self, due, scratch);
    } else if (self->windowed && emit == EMIT_FIRST) {
        aggregate_drop(self, due_parts(self, time_us), scratch);
    } else if (time_us > self->closed_us) {
        self->closed_us = time_us;
    }
    Status handed = operator_emit_watermark(op, time_us, scratch, err);
    return handed == FAIL ? FAIL : status == OK ? handed : status;
}

static Status end_epoch(Operator *op, Arena *scratch, Err *err)
{
    AggregateOp *self = (AggregateOp *)op;
    AggregateEmit emit = op->plan->as.aggregate.emit;
    Status status = OK;
    if (emit == EMIT_CHANGES) {
        status = aggregate_emit_changes(self, err);
        if (status != FAIL && self->windowed)
            aggregate_drop(self, due_parts(self, self->closed_us), scratch);
    } else if (emit == EMIT_COMPLETE && self->forced) {
        status = aggregate_emit_all(self, self->groups.part_count, err);
        self->forced = self->changed = false;
    }
    return status;
}

static Status finish(Operator *op, Arena *scratch, Err *err)
{
    AggregateOp *self = (AggregateOp *)op;
    switch (op->plan->as.aggregate.emit) {
    case EMIT_FINAL: {
        Status status = aggregate_emit_all(self, self->groups.part_count, err);
        return status == OK && self->ended ? operator_emit_watermark(op, WM_END, scratch, err)
                                           : status;
    }
    case EMIT_CHANGES:
        return end_epoch(op, scratch, err);
    case EMIT_ON_CLOSE:
    case EMIT_COMPLETE:
    case EMIT_FIRST:
        break;
    }
    return OK;
}

static bool has_changed(const Operator *op)
{
    const AggregateOp *self = (const AggregateOp *)op;
    return op->plan->as.aggregate.emit == EMIT_COMPLETE && self->changed;
}

static Status restart(Operator *op, Err *err)
{
    (void)err;
    ((AggregateOp *)op)->forced = true;
    return OK;
}

static void figures(const Operator *op, int64_t *rows, int64_t *bytes)
{
    const AggregateOp *self = (const AggregateOp *)op;
    *rows = state_map_rows(&self->groups);
    *bytes = state_map_bytes(&self->groups);
    for (int i = 0; i < self->item_count; i++) {
        if (!self->items[i].set)
            continue;
        *rows += state_map_rows(&self->items[i].set->map);
        *bytes += state_map_bytes(&self->items[i].set->map);
    }
}

const OperatorClass operator_aggregate = {.name = "aggregate",
                                          .kind = PHYSICAL_AGGREGATE,
                                          .create = create,
                                          .push = push,
                                          .watermark = watermark,
                                          .finish = finish,
                                          .end_epoch = end_epoch,
                                          .merge = aggregate_merge,
                                          .stateful = true,
                                          .has_changed = has_changed,
                                          .restart = restart,
                                          .tables = aggregate_state_tables,
                                          .save = aggregate_save,
                                          .load = aggregate_load,
                                          .figures = figures,
                                          .destroy = destroy};
