/*
 * aggregate_state.c - an aggregate's state as typed tables, and what leaves it.
 *
 *     groups         number, keys, [rows], columns of each aggregate's state
 *     distinct_<i>   keys (a global aggregate: id 0), arguments, count        of aggregate i
 *     values_<i>
 *
 * A group gets its number when it is first saved: rows that are found by a number are
 * much cheaper to store than by their keys.
 *
 * Until something was saved or loaded nothing is tracked, so a bounded query
 * pays nothing; from then on each part lists its dirty slots.
 */
#include "executor/aggregate.h"

#include <stdlib.h>

/* ---- the tables ---- */

static const char *unique_name(Arena *job, const StateTable *table, const char *name)
{
    const char *unique = name;
    for (int number = 2, c = 0; c < table->column_count; c++)
        if (text_equal_nocase(table->columns[c].name, unique)) {
            unique = arena_printf(job, "%s_%d", name, number++);
            c = -1;
        }
    return unique;
}

static void add_column(Arena *job, StateTable *table, const char *name, Type type)
{
    name = unique_name(job, table, name);
    table->columns[table->column_count++] = (StateColumn){name, type};
}

/* The key columns that the tables of values begin with. */
static void add_keys(AggregateOp *self, Arena *job, StateTable *table, const char *name,
                     int columns)
{
    const PhysicalNode *plan = self->op.plan;
    *table = (StateTable){.name = name, .columns = ARENA_ARRAY(job, StateColumn, columns)};
    if (plan->as.aggregate.key_count == 0)
        add_column(job, table, "id", type_of(TYPE_INT));
    for (uint16_t k = 0; k < plan->as.aggregate.key_count; k++)
        add_column(job, table, plan->columns[k].name, plan->columns[k].type);
    table->key_count = table->column_count;
}

static Status add_states(AggregateOp *self, Arena *job, StateTable *table, Err *err)
{
    for (int a = 0; a < self->item_count; a++) {
        AggregateItem *item = &self->items[a];
        const AggOps *ops = item->binding->ops;
        Type *types = ARENA_ARRAY(job, Type, ops->column_count);
        TRY(ops->columns(item->binding, types));
        item->first_column = table->column_count;
        item->column_count = ops->column_count;
        const char *name = item->plan->name ? item->plan->name : "aggregate";
        for (int c = 0; c < ops->column_count; c++)
            add_column(job, table,
                       ops->column_count == 1 ? arena_printf(job, "%s_%d", name, a)
                                              : arena_printf(job, "%s_%d_%d", name, a, c),
                       types[c]);
    }
    (void)err;
    return OK;
}

Status aggregate_make_tables(AggregateOp *self, Arena *job, Err *err)
{
    const PhysicalNode *plan = self->op.plan;
    int columns = plan->as.aggregate.key_count + 2;
    for (int a = 0; a < self->item_count; a++)
        columns += self->items[a].binding->ops->column_count;
    self->tables = ARENA_ARRAY(job, StateTable, 1 + self->item_count);
    self->table_count = 1;
    StateTable *groups = &self->tables[0];
    *groups = (StateTable){.name = "groups",
                           .columns = ARENA_ARRAY(job, StateColumn, columns),
                           .key_count = 1,
                           .numbered = true};
    add_column(job, groups, "number", type_of(TYPE_BIGINT));
    for (uint16_t k = 0; k < plan->as.aggregate.key_count; k++)
        add_column(job, groups, plan->columns[k].name, plan->columns[k].type);
    self->group_columns = groups->column_count;
    if (self->weighted)
        add_column(job, groups, "rows", type_of(TYPE_BIGINT));
    TRY(add_states(self, job, groups, err));
    Type *types = ARENA_ARRAY(job, Type, columns + 5);
    types[0] = type_of(TYPE_BIGINT);
    row_store_init(&self->deleted, types, 1);
    for (int a = 0; a < self->item_count; a++) {
        AggregateItem *item = &self->items[a];
        if (!item->set)
            continue;
        item->set->table = self->table_count;
        StateTable *table = &self->tables[self->table_count++];
        add_keys(self, job, table,
                 arena_printf(job, item->set->distinct ? "distinct_%d" : "values_%d", a),
                 plan->as.aggregate.key_count + 6);
        for (uint16_t g = 0; g < item->plan->arg_count; g++) {
            add_column(job, table, "value", plan->inputs[0]->columns[item->plan->args[g]].type);
            table->key_count++;
        }
        for (uint16_t k = 0; k < table->key_count; k++)
            types[k] = table->columns[k].type;
        add_column(job, table, "count", type_of(TYPE_BIGINT));
        row_store_init(&item->set->deleted, types, table->key_count);
    }
    return OK;
}

const StateTable *aggregate_state_tables(const Operator *op, int *count)
{
    const AggregateOp *self = (const AggregateOp *)op;
    *count = self->table_count;
    return self->tables;
}

/* ---- slots to rows ---- */

static void number_column(const AggregateOp *self, StateSlot *const *slots, uint32_t count,
                          Vector *out, Arena *scratch)
{
    vector_make(out, scratch, type_of(TYPE_BIGINT), count, false);
    for (uint32_t i = 0; i < count; i++)
        ((int64_t *)out->data)[i] = *aggregate_number(self, slots[i]);
}

/* Key columns as in the tables: the window's bounds from the part, the others from the slots, then
 * (values) the arguments. */
static void key_columns(const AggregateOp *self, const StateMap *map, const StatePart *part,
                        StateSlot *const *slots, uint32_t count, Vector *cols, Arena *scratch)
{
    const PhysicalNode *plan = self->op.plan;
    uint16_t next = 0, col = 0;
    if (map == &self->groups) {
        number_column(self, slots, count, &cols[col++], scratch);
    } else if (plan->as.aggregate.key_count == 0) {
        Value id = value_int(0);
        vector_make_const(&cols[col++], scratch, &id);
    }
    for (uint16_t k = 0; k < plan->as.aggregate.key_count; k++, col++) {
        bool is_end = self->windowed && k == plan->as.aggregate.window_end;
        if (is_end || (self->windowed && k == plan->as.aggregate.window_start)) {
            Value bound = {.type = plan->columns[k].type};
            bound.as.integer = is_end ? part->end : part->start;
            vector_make_const(&cols[col], scratch, &bound);
            continue;
        }
        vector_make(&cols[col], scratch, map->layout.types[next], count, false);
        state_key_column(map, slots, count, next++, &cols[col], 0, count, scratch);
    }
    for (; next < map->layout.key_count; next++, col++) {
        vector_make(&cols[col], scratch, map->layout.types[next], count, false);
        state_key_column(map, slots, count, next, &cols[col], 0, count, scratch);
    }
}

static void note_deleted(const AggregateOp *self, const StateMap *map, const StatePart *part,
                         StateSlot **slots, uint32_t count, RowStore *deleted, Arena *scratch)
{
    for (uint32_t at = 0; at < count; at += BATCH_ROWS) {
        uint32_t left = count - at, now = left < BATCH_ROWS ? left : BATCH_ROWS;
        Vector *cols = ARENA_ARRAY(scratch, Vector, deleted->col_count);
        if (map == &self->groups)
            number_column(self, slots + at, now, cols, scratch);
        else
            key_columns(self, map, part, slots + at, now, cols, scratch);
        Batch batch = {.cols = cols, .col_count = deleted->col_count, .row_count = (uint16_t)now};
        row_store_add(deleted, &batch);
        arena_reset(scratch);
    }
}

static void note_deleted_part(const AggregateOp *self, const StateMap *map, const StatePart *part,
                              RowStore *deleted, Arena *scratch)
{
    StateSlot **slots = mem_alloc(sizeof *slots * (part->count + 1u));
    uint32_t kept = 0;
    state_part_list(map, part, slots);
    for (uint32_t i = 0; i < part->count; i++)
        if (slots[i]->flags & SLOT_SAVED)
            slots[kept++] = slots[i];
    note_deleted(self, map, part, slots, kept, deleted, scratch);
    free(slots);
}

void aggregate_drop(AggregateOp *self, uint32_t parts, Arena *scratch)
{
    if (parts == 0)
        return;
    int64_t end = self->groups.parts[parts - 1]->end;
    (void)scratch;
    Arena work;
    arena_init(&work);
    for (uint32_t p = 0; self->tracking && p < parts; p++)
        note_deleted_part(self, &self->groups, self->groups.parts[p], &self->deleted, &work);
    state_map_drop(&self->groups, parts);
    for (int a = 0; a < self->item_count; a++) {
        ValueSet *set = self->items[a].set;
        uint32_t due = 0;
        if (!set)
            continue;
        for (; due < set->map.part_count && set->map.parts[due]->end <= end; due++)
            if (self->tracking)
                note_deleted_part(self, &set->map, set->map.parts[due], &set->deleted, &work);
        state_map_drop(&set->map, due);
    }
    arena_deinit(&work);
}

/* ---- what has gone ---- */

static bool value_is_gone(const ValueSet *set, StateSlot *slot)
{
    return ((ValueEntry *)(void *)state_payload(&set->map, slot))->count == 0;
}

static void remove_value(AggregateOp *self, ValueSet *set, StatePart *set_part, StateSlot *slot)
{
    aggregate_unlink(self, set, slot);
    state_part_remove(&set->map, set_part, slot);
}

static bool group_is_gone(const AggregateOp *self, StateSlot *slot)
{
    if (!self->weighted || slot == self->always)
        return false;
    return *aggregate_rows(self, slot) == 0;
}

static void remove_group(AggregateOp *self, StatePart *part, StateSlot *slot)
{
    aggregate_forget_group(self, slot);
    state_part_remove(&self->groups, part, slot);
}

void aggregate_sweep(AggregateOp *self, StatePart *part)
{
    if (!self->weighted || self->tracking)
        return;
    for (int a = 0; a < self->item_count; a++) {
        ValueSet *set = self->items[a].set;
        StatePart *set_part = set ? aggregate_find_part(&set->map, part) : NULL;
        if (!set_part)
            continue;
        for (size_t i = 0; i < set_part->touched.count; i++) {
            StateSlot *slot = set_part->touched.at[i];
            slot->mark = 0;
            if (value_is_gone(set, slot))
                remove_value(self, set, set_part, slot);
        }
        set_part->touched.count = 0;
    }
    for (size_t i = 0; i < part->touched.count; i++)
        if (group_is_gone(self, part->touched.at[i]))
            remove_group(self, part, part->touched.at[i]);
}

/* ---- saving ---- */

static Status put_deleted(const AggregateOp *self, int table, RowStore *deleted,
                          const StateOut *out, Arena *scratch, Err *err)
{
    const StateTable *columns = &self->tables[table];
    for (size_t b = 0; b < deleted->batch_count; b++) {
        Batch batch = deleted->batches[b];
        int32_t *weight = arena_alloc(scratch, sizeof *weight * batch.row_count);
        Vector *cols = ARENA_ARRAY(scratch, Vector, columns->column_count);
        for (uint16_t c = 0; c < columns->column_count; c++) {
            Value none = value_null(columns->columns[c].type);
            if (c < columns->key_count)
                cols[c] = batch.cols[c];
            else
                vector_make_const(&cols[c], scratch, &none);
        }
        for (uint32_t i = 0; i < batch.row_count; i++)
            weight[i] = -1;
        batch.cols = cols;
        batch.col_count = columns->column_count;
        batch.weight = weight;
        TRY(out->put(out->context, table, &batch, err));
    }
    row_store_clear(deleted);
    return OK;
}

static void fill_counts(Vector *out, const StateMap *map, StateSlot *const *slots, uint32_t count)
{
    int64_t *to = out->data;
    for (uint32_t i = 0; i < count; i++)
        memcpy(&to[i], state_payload(map, slots[i]), sizeof *to);
}

static Status save_states(AggregateOp *self, StateSlot *const *slots, uint32_t count, Vector *cols,
                          Arena *scratch, Err *err)
{
    uint8_t **states = arena_alloc(scratch, sizeof *states * count);
    for (int a = 0; a < self->item_count; a++) {
        const AggregateItem *item = &self->items[a];
        for (uint32_t i = 0; i < count; i++)
            states[i] = state_payload(&self->groups, slots[i]) + item->state_at;
        TRY(item->binding->ops->save(item->binding, states, count, &cols[item->first_column], 0,
                                     count, scratch, err));
    }
    return OK;
}

/* Up to BATCH_ROWS slots as rows of a table (0: groups), upserted. */
static Status put_slots(AggregateOp *self, int table, ValueSet *set, StatePart *part,
                        StateSlot *const *slots, uint32_t count, const StateOut *out,
                        Arena *scratch, Err *err)
{
    const StateTable *columns = &self->tables[table];
    StateMap *map = set ? &set->map : &self->groups;
    Vector *cols = ARENA_ARRAY(scratch, Vector, columns->column_count);
    key_columns(self, map, part, slots, count, cols, scratch);
    int first = set ? columns->key_count : self->group_columns;
    for (int c = first; c < columns->column_count; c++)
        vector_make(&cols[c], scratch, columns->columns[c].type, count, true);
    if (set || self->weighted)
        fill_counts(&cols[first], map, slots, count);
    if (!set) {
        TRY(aggregate_refresh(self, part, slots, count, scratch, err));
        TRY(save_states(self, slots, count, cols, scratch, err));
    }
    Batch batch = {.cols = cols, .col_count = columns->column_count, .row_count = (uint16_t)count};
    return out->put(out->context, table, &batch, err);
}

/* What of a part is to be saved: the dirty slots, or all.  Those that are gone leave the list:
 * noted for deletion if the store has them, and then removed. */
static uint32_t collect(AggregateOp *self, ValueSet *set, StatePart *part, bool full,
                        StateSlot **slots, Arena *work)
{
    StateMap *map = set ? &set->map : &self->groups;
    uint32_t count = 0, kept = 0, saved = 0;
    if (full) {
        state_part_list(map, part, slots);
        count = part->count;
    } else {
        count = (uint32_t)part->dirty.count;
        if (count)
            memcpy(slots, part->dirty.at, sizeof *slots * count);
    }
    part->dirty.count = 0;
    StateSlot **gone = mem_alloc(sizeof *gone * (count + 1u));
    uint32_t gone_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        slots[i]->flags &= ~(uint32_t)SLOT_DIRTY;
        if (set ? !value_is_gone(set, slots[i]) : !group_is_gone(self, slots[i])) {
            slots[kept++] = slots[i];
            continue;
        }
        gone[gone_count++] = slots[i];
    }
    for (uint32_t i = 0; i < gone_count; i++) { /* the saved ones to the front */
        StateSlot *slot = gone[i];
        if (slot->flags & SLOT_SAVED) {
            gone[i] = gone[saved];
            gone[saved++] = slot;
        }
    }
    note_deleted(self, map, part, gone, saved, set ? &set->deleted : &self->deleted, work);
    for (uint32_t i = 0; i < gone_count; i++) {
        if (set)
            remove_value(self, set, part, gone[i]);
        else
            remove_group(self, part, gone[i]);
    }
    for (uint32_t i = 0; i < kept; i++) {
        if (!set && !(slots[i]->flags & SLOT_SAVED))
            *aggregate_number(self, slots[i]) = ++self->last_number;
        slots[i]->flags |= SLOT_SAVED;
    }
    free(gone);
    return kept;
}

/* All parts of one table: first what is deleted, then what is there. */
static Status save_table(AggregateOp *self, int table, ValueSet *set, bool full,
                         const StateOut *out, Err *err)
{
    StateMap *map = set ? &set->map : &self->groups;
    RowStore *deleted = set ? &set->deleted : &self->deleted;
    size_t most = 0;
    for (uint32_t p = 0; p < map->part_count; p++)
        most += full ? map->parts[p]->count : map->parts[p]->dirty.count;
    StateSlot **slots = mem_alloc(sizeof *slots * (most + 1));
    uint32_t *counts = mem_alloc(sizeof *counts * (map->part_count + 1u));
    Arena work;
    arena_init(&work);
    StateSlot **at = slots;
    for (uint32_t p = 0; p < map->part_count; p++) {
        counts[p] = collect(self, set, map->parts[p], full, at, &work);
        at += counts[p];
    }
    Status status = OK;
    if (full) /* the table is written anew */
        row_store_clear(deleted);
    else
        status = put_deleted(self, table, deleted, out, &work, err);
    at = slots;
    for (uint32_t p = 0; p < map->part_count && status == OK; p++) {
        for (uint32_t done = 0; done < counts[p] && status == OK; done += BATCH_ROWS) {
            uint32_t left = counts[p] - done;
            status = put_slots(self, table, set, map->parts[p], at + done,
                               left < BATCH_ROWS ? left : BATCH_ROWS, out, &work, err);
            arena_reset(&work);
        }
        at += counts[p];
    }
    arena_deinit(&work);
    free(counts);
    free(slots);
    return status;
}

Status aggregate_save(Operator *op, bool full, const StateOut *out, Arena *scratch, Err *err)
{
    AggregateOp *self = (AggregateOp *)op;
    (void)scratch;
    full |= !self->tracking;
    self->tracking = true;
    for (int a = 0; a < self->item_count; a++)
        if (self->items[a].set)
            TRY(save_table(self, self->items[a].set->table, self->items[a].set, full, out, err));
    return save_table(self, 0, NULL, full, out, err);
}

/* ---- loading ---- */

/* `first`: the column where the group's keys begin. */
static void load_keys(AggregateOp *self, const StateMap *map, const Batch *rows, uint16_t first,
                      Arena *scratch, StateKeys *keys)
{
    const PhysicalNode *plan = self->op.plan;
    const Vector **cols = ARENA_ARRAY(scratch, const Vector *, map->layout.key_count);
    uint16_t next = 0, col = first;
    for (uint16_t k = 0; k < plan->as.aggregate.key_count; k++, col++)
        if (!self->windowed ||
            (k != plan->as.aggregate.window_end && k != plan->as.aggregate.window_start))
            cols[next++] = &rows->cols[col];
    for (; next < map->layout.key_count; next++, col++)
        cols[next] = &rows->cols[col];
    state_keys_make(map, cols, rows->row_count, rows->sel, batch_live(rows), scratch, keys);
}

static void bounds(const AggregateOp *self, const Batch *rows, uint16_t first, uint32_t row,
                   int64_t *end, int64_t *start)
{
    int32_t end_at = self->op.plan->as.aggregate.window_end;
    int32_t start_at = self->op.plan->as.aggregate.window_start;
    *end = *start = 0;
    if (!self->windowed)
        return;
    memcpy(end, vector_value(&rows->cols[first + end_at], row), sizeof *end);
    if (start_at >= 0)
        memcpy(start, vector_value(&rows->cols[first + start_at], row), sizeof *start);
}

static Status load_group(AggregateOp *self, StatePart *part, StateSlot *slot, const Vector *flat,
                         uint32_t row, Err *err)
{
    int64_t number = ((const int64_t *)flat[0].data)[row];
    slot->flags |= SLOT_SAVED;
    *aggregate_number(self, slot) = number;
    self->last_number = number > self->last_number ? number : self->last_number;
    if (self->weighted)
        *aggregate_rows(self, slot) = ((const int64_t *)flat[self->group_columns].data)[row];
    if (aggregate_is_live(self, slot))
        slot->flags |= SLOT_SHOWN;
    for (int a = 0; a < self->item_count; a++) {
        const AggregateItem *item = &self->items[a];
        uint8_t *state = state_payload(&self->groups, slot) + item->state_at;
        TRY(item->binding->ops->load(item->binding, state, &flat[item->first_column], row,
                                     &part->heap, err));
    }
    return OK;
}

static ValueSet *set_of_table(const AggregateOp *self, int table)
{
    for (int a = 0; a < self->item_count; a++)
        if (self->items[a].set && self->items[a].set->table == table)
            return self->items[a].set;
    return NULL;
}

static Status load_rows(AggregateOp *self, int table, const Batch *rows, Arena *work, Err *err)
{
    ValueSet *set = set_of_table(self, table);
    StateMap *map = set ? &set->map : &self->groups;
    StateKeys keys, group_keys;
    uint16_t first = set ? self->op.plan->as.aggregate.key_count == 0 : 1;
    load_keys(self, map, rows, first, work, &keys);
    load_keys(self, &self->groups, rows, first, work, &group_keys);
    Vector *flat = ARENA_ARRAY(work, Vector, rows->col_count);
    for (uint16_t c = 0; c < rows->col_count; c++)
        vector_flatten(&flat[c], &rows->cols[c], rows->row_count, work);
    for (uint32_t i = 0; i < batch_live(rows); i++) {
        uint16_t row = (uint16_t)batch_row(rows, i);
        int64_t end, start;
        StateSlot *slot, *group;
        bounds(self, rows, first, row, &end, &start);
        StatePart *part = state_map_part(&self->groups, end, start);
        state_part_upsert(&self->groups, part, &group_keys, &row, 1, &group);
        if (!set) {
            TRY(load_group(self, part, group, flat, row, err));
            continue;
        }
        state_part_upsert(map, state_map_part(map, end, start), &keys, &row, 1, &slot);
        int64_t count = ((const int64_t *)flat[rows->col_count - 1].data)[row];
        aggregate_load_value(self, set, slot, group, count);
    }
    return OK;
}

Status aggregate_load(Operator *op, int table, const Batch *rows, Err *err)
{
    AggregateOp *self = (AggregateOp *)op;
    if (table < 0 || table >= self->table_count ||
        rows->col_count != self->tables[table].column_count)
        return err_set(err, SQLSTATE_CORRUPT, -1, "stored state does not fit the operator");
    self->tracking = self->changed = true;
    Arena work;
    arena_init(&work);
    Status status = load_rows(self, table, rows, &work, err);
    arena_deinit(&work);
    return status;
}
