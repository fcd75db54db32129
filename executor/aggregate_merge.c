/*
 * aggregate_merge.c - what lanes have aggregated is added to lane 0's.
 *
 * Groups of a window that only one lane met go over as they are.  Many groups are
 * added up by hash partition, by all lanes at once (state_merge.c), where nothing
 * hangs on where a group lies; else one lane's after the other's.
 */
#include "executor/aggregate.h"

#include <stdlib.h>

enum {
    PARALLEL_SLOTS = 1 << 14, /* groups from which on it is worth waking threads */
    /* So many times the groups that are there are added at once: the table gets room for all of
     * them as if none were alike. */
    AT_ONCE = 3,
};

/* For StateMerge too: several lanes may be at it. */
static void add_states(void *owner, StateSlot *const *into, StateSlot *const *from, uint32_t count,
                       Arena *heap)
{
    AggregateOp *self = owner;
    uint8_t *to[BATCH_ROWS], *of[BATCH_ROWS];
    if (self->weighted)
        for (uint32_t i = 0; i < count; i++)
            *aggregate_rows(self, into[i]) += *aggregate_rows(self, from[i]);
    for (int a = 0; a < self->item_count; a++) {
        if (self->items[a].set)
            continue;
        uint32_t offset = self->groups.layout.payload_at + self->items[a].state_at;
        aggregate_states(to, into, count, offset);
        aggregate_states(of, from, count, offset);
        const AggBinding *binding = self->items[a].binding;
        binding->ops->merge(binding, to, of, count, heap);
    }
}

static Status merge_slots(AggregateOp *self, StatePart *part, StateSlot **from, uint32_t count,
                          Arena *scratch, Err *err)
{
    StateSlot **into = self->slots;
    state_part_upsert_slots(&self->groups, part, from, count, into);
    TRY(aggregate_touch(self, part, into, count, scratch, err));
    add_states(self, into, from, count, &part->heap);
    for (uint32_t i = 0; i < count; i++) /* for aggregate_set_merge */
        from[i]->hash = (uint64_t)(uintptr_t)into[i];
    return OK;
}

static Status merge_part(AggregateOp *self, AggregateOp *lane, StatePart *from, Arena *scratch,
                         Err *err)
{
    StatePart *part = state_map_part(&self->groups, from->end, from->start);
    StateSlot **slots = mem_alloc(sizeof *slots * (from->count + 1u));
    Status status = OK;
    state_part_list(&lane->groups, from, slots);
    for (uint32_t at = 0; at < from->count && status == OK; at += BATCH_ROWS) {
        uint32_t left = from->count - at;
        status = merge_slots(self, part, slots + at, left < BATCH_ROWS ? left : BATCH_ROWS, scratch,
                             err);
    }
    free(slots);
    for (int a = 0; a < self->item_count && status == OK; a++) {
        if (!self->items[a].set)
            continue;
        StateMap *map = &lane->items[a].set->map;
        StatePart *values = aggregate_find_part(map, from);
        if (!values)
            continue;
        status =
            aggregate_set_merge(self, &self->items[a], part, &lane->items[a], values, scratch, err);
        state_map_drop(map, 1);
    }
    return status;
}

static bool has_sets(const AggregateOp *self)
{
    for (int i = 0; i < self->item_count; i++)
        if (self->items[i].set)
            return true;
    return false;
}

/* One window's groups by all lanes at once: those of lanes[0], and some more of the lanes after it.
 * False: they are few, or few beside those that lane 0 has, all of which would get a new table; or
 * epoch after epoch has left memory there of groups that had their like. */
static bool merge_window(AggregateOp *self, Operator *const *lanes, int lane_count, Arena *scratch)
{
    StatePart *first = ((AggregateOp *)lanes[0])->groups.parts[0];
    if (first->count < PARALLEL_SLOTS)
        return false;
    StateMerge how = {.parallel = &self->op.host->parallel, .add = add_states, .owner = self};
    StateOther *others = ARENA_ARRAY(scratch, StateOther, lane_count);
    StatePart *part = state_map_part(&self->groups, first->end, first->start);
    size_t most = AT_ONCE * (size_t)(part->count > first->count ? part->count : first->count);
    size_t count = 0, lane_total = (size_t)parallel_lanes(how.parallel);
    if (state_part_free(&self->groups, part) >= part->count * (lane_total - 1))
        return false;
    for (int l = 0; l < lane_count; l++) {
        StateMap *map = &((AggregateOp *)lanes[l])->groups;
        StatePart *other = aggregate_find_part(map, first);
        if (!other || count + other->count > most)
            continue;
        others[how.other_count++] = (StateOther){map, other};
        count += other->count;
    }
    how.others = others;
    if (part->count / lane_total > count)
        return false;
    state_part_merge(&self->groups, part, &how);
    return true;
}

/* The due windows of lanes[0], and of the others what went along. */
static Status merge_lane(AggregateOp *self, Operator *const *lanes, int lane_count, int64_t due_us,
                         Arena *scratch, Err *err)
{
    AggregateOp *lane = (AggregateOp *)lanes[0];
    /* Nothing hangs on where the groups lie, and nobody lists those that change. */
    bool free_to_move =
        !has_sets(self) && !self->tracking && self->op.plan->as.aggregate.emit != EMIT_CHANGES;
    if (lane->arrival_us > self->arrival_us)
        self->arrival_us = lane->arrival_us;
    while (lane->groups.part_count > 0) {
        StatePart *from = lane->groups.parts[0];
        if (self->windowed && from->end > due_us)
            break;
        self->changed = true;
        if (free_to_move && state_map_steal(&self->groups, &lane->groups, 0))
            continue;
        if (!free_to_move || !merge_window(self, lanes, lane_count, scratch))
            TRY(merge_part(self, lane, from, scratch, err));
        state_map_drop(&lane->groups, 1);
        arena_reset(scratch);
    }
    return OK;
}

Status aggregate_merge(Operator *op, Operator *const *lanes, int lane_count, int64_t due_us,
                       Arena *scratch, Err *err)
{
    for (int l = 0; l < lane_count; l++)
        TRY(merge_lane((AggregateOp *)op, lanes + l, lane_count - l, due_us, scratch, err));
    return OK;
}
