/*
 * aggregate_emit.c - groups into rows, in order of window and key.
 *
 * Output is collected in `out` until a batch is full, across windows; its memory
 * (and what later operators take as scratch) is emit_arena, cleared after each batch.
 */
#include "executor/aggregate.h"

#include <stdlib.h>

enum { CHANGES_BLOCK = BATCH_ROWS / 2 }; /* an old and a new row each */

Status aggregate_results(AggregateOp *self, StatePart *part, StateSlot *const *slots,
                         uint32_t count, Vector *cols, uint32_t at, uint32_t out_rows,
                         Arena *scratch, Err *err)
{
    TRY(aggregate_refresh(self, part, slots, count, scratch, err));
    uint8_t **states = arena_alloc(scratch, sizeof *states * count);
    for (int a = 0; a < self->item_count; a++) {
        const AggBinding *binding = self->items[a].binding;
        uint32_t offset = self->groups.layout.payload_at + self->items[a].state_at;
        aggregate_states(states, slots, count, offset);
        TRY(binding->ops->finish(binding, states, count, &cols[a], at, out_rows, scratch, err));
    }
    return OK;
}

static void out_begin(AggregateOp *self)
{
    const PhysicalNode *plan = self->op.plan;
    arena_reset(&self->emit_arena);
    for (uint16_t c = 0; c < plan->column_count; c++)
        vector_make(&self->out[c], &self->emit_arena, plan->columns[c].type, BATCH_ROWS, false);
    self->out_wm = NULL;
    self->out_weight = NULL;
    if (plan->as.aggregate.emit == EMIT_ON_CLOSE)
        self->out_wm = arena_alloc(&self->emit_arena, sizeof(int64_t) * BATCH_ROWS);
    self->out_count = 0;
}

static Status out_flush(AggregateOp *self, Err *err)
{
    uint32_t count = self->out_count;
    if (count == 0)
        return OK;
    TRY(operator_check(&self->op, err));
    Batch batch = {.cols = self->out,
                   .col_count = self->op.plan->column_count,
                   .row_count = (uint16_t)count,
                   .weight = self->out_weight,
                   .ticket = self->emitted,
                   .arrival_us = self->arrival_us == INT64_MIN ? 0 : self->arrival_us,
                   .wm_first = WM_NONE,
                   .wm_after = WM_NONE};
    if (self->out_wm) {
        batch.has_wm = true;
        batch.wm_first = self->out_wm[0];
        batch.wm_after = self->out_wm[count - 1];
        batch.wm = batch.wm_first == batch.wm_after ? NULL : self->out_wm;
    }
    self->emitted += count;
    Status status = operator_emit(&self->op, &batch, &self->emit_arena, err);
    out_begin(self);
    return status;
}

static void fill_time(Vector *out, uint32_t at, uint32_t count, int64_t value)
{
    int64_t *to = (int64_t *)out->data + at;
    for (uint32_t i = 0; i < count; i++)
        to[i] = value;
}

/* Key columns of the slots into rows at… of the output. */
static void out_keys(AggregateOp *self, const StatePart *part, StateSlot *const *slots,
                     uint32_t count, uint32_t at)
{
    const PhysicalNode *plan = self->op.plan;
    uint16_t other = 0;
    for (uint16_t k = 0; k < plan->as.aggregate.key_count; k++) {
        if (self->windowed && k == plan->as.aggregate.window_end)
            fill_time(&self->out[k], at, count, part->end);
        else if (self->windowed && k == plan->as.aggregate.window_start)
            fill_time(&self->out[k], at, count, part->start);
        else
            state_key_column(&self->groups, slots, count, other++, &self->out[k], at, BATCH_ROWS,
                             &self->emit_arena);
    }
}

/* In the order of their keys slots lie anywhere: all on their way to the cache at once. */
static void fetch(const AggregateOp *self, StateSlot *const *slots, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t byte = 0; byte < self->groups.layout.slot_bytes; byte += 64)
            __builtin_prefetch((const char *)slots[i] + byte);
}

static Status out_slots(AggregateOp *self, StatePart *part, StateSlot *const *slots, uint32_t count,
                        Err *err)
{
    uint16_t keys = self->op.plan->as.aggregate.key_count;
    while (count > 0) {
        uint32_t room = BATCH_ROWS - self->out_count, now = count < room ? count : room;
        uint32_t at = self->out_count;
        fetch(self, slots, now);
        out_keys(self, part, slots, now, at);
        TRY(aggregate_results(self, part, slots, now, self->out + keys, at, BATCH_ROWS,
                              &self->emit_arena, err));
        for (uint32_t i = 0; self->out_wm && i < now; i++)
            self->out_wm[at + i] = part->end - 1;
        self->out_count += now;
        slots += now;
        count -= now;
        if (self->out_count == BATCH_ROWS)
            TRY(out_flush(self, err));
    }
    return OK;
}

static uint32_t only_live(const AggregateOp *self, StateSlot **slots, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++)
        if (aggregate_is_live(self, slots[i]))
            slots[kept++] = slots[i];
    return kept;
}

Status aggregate_emit_all(AggregateOp *self, uint32_t parts, Err *err)
{
    uint32_t most = 0;
    for (uint32_t p = 0; p < parts; p++)
        most = self->groups.parts[p]->count > most ? self->groups.parts[p]->count : most;
    if (most == 0)
        return OK;
    StateSlot **slots = mem_alloc(sizeof *slots * most);
    Status status = OK;
    out_begin(self);
    for (uint32_t p = 0; p < parts && status == OK; p++) {
        StatePart *part = self->groups.parts[p];
        state_part_list(&self->groups, part, slots);
        uint32_t count = only_live(self, slots, part->count);
        state_sort(&self->groups, slots, count, &self->op.host->parallel);
        status = out_slots(self, part, slots, count, err);
    }
    if (status == OK)
        status = out_flush(self, err);
    free(slots);
    return status;
}

/* ---- changes ---- */

static bool same_results(const AggregateOp *self, const Vector *results, uint32_t row,
                         uint32_t old_row)
{
    const Batch *old = &self->old.batches[old_row / BATCH_ROWS];
    for (int a = 0; a < self->item_count; a++)
        if (vector_compare(&results[a], row, &old->cols[a], old_row % BATCH_ROWS) != 0)
            return false;
    return true;
}

static void out_change(AggregateOp *self, const StatePart *part, StateSlot *slot,
                       const Vector *results, uint16_t row, int32_t weight)
{
    uint16_t keys = self->op.plan->as.aggregate.key_count;
    uint32_t at = self->out_count++;
    out_keys(self, part, &slot, 1, at);
    for (int a = 0; a < self->item_count; a++)
        vector_copy(&self->out[keys + a], at, BATCH_ROWS, &results[a], &row, 1, &self->emit_arena,
                    NULL);
    self->out_weight[at] = weight;
}

/* -old +new of one touched group; nothing when they are the same. */
static void out_group(AggregateOp *self, const StatePart *part, StateSlot *slot,
                      const Vector *results, uint16_t row)
{
    bool was = slot->mark > 1, is = aggregate_is_live(self, slot);
    uint32_t old_row = was ? slot->mark - 2 : 0;
    if (!was || !is || !same_results(self, results, row, old_row)) {
        const Batch *old = was ? &self->old.batches[old_row / BATCH_ROWS] : NULL;
        if (was)
            out_change(self, part, slot, old->cols, (uint16_t)(old_row % BATCH_ROWS), -1);
        if (is)
            out_change(self, part, slot, results, row, 1);
    }
    slot->mark = 0;
    slot->flags = is ? slot->flags | SLOT_SHOWN : slot->flags & ~(uint32_t)SLOT_SHOWN;
}

static Status emit_part_changes(AggregateOp *self, StatePart *part, Err *err)
{
    StateSlot **slots = part->touched.at;
    uint32_t count = (uint32_t)part->touched.count;
    state_sort(&self->groups, slots, count, &self->op.host->parallel);
    for (uint32_t at = 0; at < count; at += CHANGES_BLOCK) {
        uint32_t now = count - at < CHANGES_BLOCK ? count - at : CHANGES_BLOCK;
        if (self->out_count + 2 * now > BATCH_ROWS)
            TRY(out_flush(self, err));
        if (!self->out_weight)
            self->out_weight = arena_alloc(&self->emit_arena, sizeof(int32_t) * BATCH_ROWS);
        Vector *results = ARENA_ARRAY(&self->emit_arena, Vector, self->item_count);
        for (int a = 0; a < self->item_count; a++)
            vector_make(&results[a], &self->emit_arena, self->items[a].binding->result, now, false);
        TRY(aggregate_results(self, part, slots + at, now, results, 0, now, &self->emit_arena,
                              err));
        for (uint32_t i = 0; i < now; i++)
            out_group(self, part, slots[at + i], results, (uint16_t)i);
    }
    return OK;
}

/* The row that a global aggregate has over no input is shown once too. */
static void touch_global(AggregateOp *self)
{
    StateSlot *slot = self->always;
    if (!slot || slot->mark || slot->flags & SLOT_SHOWN)
        return;
    slot->mark = 1;
    state_slots_push(&self->groups.parts[0]->touched, slot);
}

Status aggregate_emit_changes(AggregateOp *self, Err *err)
{
    touch_global(self);
    out_begin(self);
    Status status = OK;
    for (uint32_t p = 0; p < self->groups.part_count && status != FAIL; p++) {
        StatePart *part = self->groups.parts[p];
        if (part->touched.count == 0)
            continue;
        status = emit_part_changes(self, part, err);
        if (status == FAIL)
            return FAIL;
        aggregate_sweep(self, part);
        part->touched.count = 0;
    }
    if (status != FAIL) {
        Status last = out_flush(self, err);
        status = last == OK ? status : last;
    }
    row_store_clear(&self->old);
    return status;
}
