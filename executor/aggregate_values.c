/*
 * aggregate_values.c - aggregates that need the values themselves: DISTINCT, and those that cannot
 * take a row back (min and max over an input with retractions).
 *
 * A value set counts each (key, arguments).  When a count leaves zero the value
 * appears, when it returns there it vanishes; only that reaches the aggregate:
 *
 *     DISTINCT, retracts     appears: +1   vanishes: -1
 *     otherwise              appears: +1   vanishes: the group is stale and computed anew from
 *                                          its values before its result is looked at
 */
#include "executor/aggregate.h"

#include <stdlib.h>

enum { BLOCK = 1024 };

static ValueEntry *entry_of(const ValueSet *set, StateSlot *slot)
{
    return (ValueEntry *)(void *)state_payload(&set->map, slot);
}

static StateSlot **head_of(const AggregateOp *self, const ValueSet *set, StateSlot *group)
{
    return (StateSlot **)(void *)(state_payload(&self->groups, group) + set->head_at);
}

Status aggregate_set_init(AggregateOp *self, AggregateItem *item, Arena *job, Err *err)
{
    const PhysicalNode *input = self->op.plan->inputs[0];
    uint16_t count = (uint16_t)(self->key_count + item->plan->arg_count);
    Type *types = ARENA_ARRAY(job, Type, count);
    for (uint16_t k = 0; k < self->key_count; k++)
        types[k] = input->columns[self->keys[k]].type;
    for (uint16_t a = 0; a < item->plan->arg_count; a++)
        types[self->key_count + a] = input->columns[item->plan->args[a]].type;
    return state_map_init(&item->set->map, types, count, sizeof(ValueEntry), err);
}

StatePart *aggregate_find_part(StateMap *map, const StatePart *like)
{
    for (uint32_t p = 0; p < map->part_count && map->parts[p]->end <= like->end; p++)
        if (map->parts[p]->end == like->end && map->parts[p]->start == like->start)
            return map->parts[p];
    return NULL;
}

/* ---- the values of a group ---- */

static void link_entry(AggregateOp *self, ValueSet *set, StateSlot *slot, StateSlot *group)
{
    ValueEntry *entry = entry_of(set, slot);
    if (entry->group == group || !set->linked) {
        entry->group = group;
        return;
    }
    StateSlot **head = head_of(self, set, group);
    *entry = (ValueEntry){.count = entry->count, .group = group, .next = *head};
    if (*head)
        entry_of(set, *head)->previous = slot;
    *head = slot;
}

void aggregate_unlink(AggregateOp *self, ValueSet *set, StateSlot *slot)
{
    ValueEntry *entry = entry_of(set, slot);
    if (!set->linked || !entry->group)
        return;
    if (entry->next)
        entry_of(set, entry->next)->previous = entry->previous;
    if (entry->previous)
        entry_of(set, entry->previous)->next = entry->next;
    else
        *head_of(self, set, entry->group) = entry->next;
    entry->group = entry->next = entry->previous = NULL;
}

void aggregate_forget_group(AggregateOp *self, StateSlot *group)
{
    for (int a = 0; a < self->item_count; a++) {
        ValueSet *set = self->items[a].set;
        if (!set || !set->linked)
            continue;
        while (*head_of(self, set, group))
            aggregate_unlink(self, set, *head_of(self, set, group));
    }
}

void aggregate_load_value(AggregateOp *self, ValueSet *set, StateSlot *slot, StateSlot *group,
                          int64_t count)
{
    link_entry(self, set, slot, group);
    entry_of(set, slot)->count = count;
    slot->flags |= SLOT_SAVED;
}

/* ---- counts ---- */

/* Updates the aggregate with the arguments of these values, `weight` each. */
static Status update_values(AggregateOp *self, AggregateItem *item, StatePart *part,
                            StateSlot *const *values, uint8_t *const *states, uint32_t count,
                            int32_t weight, Arena *scratch, Err *err)
{
    const ValueSet *set = item->set;
    Vector cols[4];
    const Vector *args[4];
    int32_t *weights = NULL;
    for (uint16_t a = 0; a < item->plan->arg_count; a++) {
        uint16_t key = (uint16_t)(self->key_count + a);
        vector_make(&cols[a], scratch, set->map.layout.types[key], count, false);
        state_key_column(&set->map, values, count, key, &cols[a], 0, count, scratch);
        args[a] = &cols[a];
    }
    if (weight != 1) {
        weights = arena_alloc(scratch, sizeof *weights * count);
        for (uint32_t i = 0; i < count; i++)
            weights[i] = weight;
    }
    return item->binding->ops->update(item->binding, states, args, NULL, count, weights,
                                      &part->heap, err);
}

typedef struct Moves {
    StateSlot **appeared, **vanished;
    uint8_t **appeared_states, **vanished_states;
    uint32_t appeared_count, vanished_count;
} Moves;

static Status apply_moves(AggregateOp *self, AggregateItem *item, StatePart *part,
                          const Moves *moves, Arena *scratch, Err *err)
{
    if (moves->appeared_count)
        TRY(update_values(self, item, part, moves->appeared, moves->appeared_states,
                          moves->appeared_count, 1, scratch, err));
    if (moves->vanished_count)
        TRY(update_values(self, item, part, moves->vanished, moves->vanished_states,
                          moves->vanished_count, -1, scratch, err));
    return OK;
}

/* Adds delta[i] (NULL: 1) to the count of values[i], which belongs to groups[i]. */
static Status add_counts(AggregateOp *self, AggregateItem *item, StatePart *part,
                         StatePart *set_part, StateSlot *const *values, StateSlot *const *groups,
                         const int64_t *delta, uint32_t count, Arena *scratch, Err *err)
{
    ValueSet *set = item->set;
    bool main_lane = self->op.lane == 0;
    bool needs_values = item->binding->flags & AGG_NEEDS_VALUES;
    bool retracts = set->distinct && item->binding->ops->retracts && !needs_values;
    bool by_value = set->distinct || needs_values;
    uint32_t offset = self->groups.layout.payload_at + item->state_at;
    Moves moves = {.appeared = arena_alloc(scratch, sizeof(StateSlot *) * count),
                   .vanished = arena_alloc(scratch, sizeof(StateSlot *) * count),
                   .appeared_states = arena_alloc(scratch, sizeof(uint8_t *) * count),
                   .vanished_states = arena_alloc(scratch, sizeof(uint8_t *) * count)};
    for (uint32_t i = 0; i < count; i++) {
        link_entry(self, set, values[i], groups[i]);
        ValueEntry *entry = entry_of(set, values[i]);
        int64_t before = entry->count;
        entry->count += delta ? delta[i] : 1;
        if (self->tracking && !(values[i]->flags & SLOT_DIRTY)) {
            values[i]->flags |= SLOT_DIRTY;
            state_slots_push(&set_part->dirty, values[i]);
        } else if (self->weighted && !self->tracking && entry->count == 0 && !values[i]->mark) {
            values[i]->mark = 1;
            state_slots_push(&set_part->touched, values[i]); /* perhaps to be swept */
        }
        bool appears = before <= 0 && entry->count > 0, vanishes = before > 0 && entry->count <= 0;
        moves.appeared[moves.appeared_count] = values[i];
        moves.appeared_states[moves.appeared_count] = (uint8_t *)groups[i] + offset;
        moves.appeared_count += appears && by_value;
        moves.vanished[moves.vanished_count] = values[i];
        moves.vanished_states[moves.vanished_count] = (uint8_t *)groups[i] + offset;
        moves.vanished_count += vanishes && retracts;
        if ((vanishes && !retracts) || !by_value)
            groups[i]->flags |= SLOT_STALE;
    }
    return main_lane ? apply_moves(self, item, part, &moves, scratch, err) : OK;
}

/* Rows whose first argument is not NULL: the others are nothing to an aggregate. */
static uint32_t drop_nulls(const Vector *arg, const uint16_t *sel, uint32_t count,
                           StateSlot *const *slots, uint16_t *to_sel, StateSlot **to_slots)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = sel ? sel[i] : i;
        to_sel[kept] = (uint16_t)row;
        to_slots[kept] = slots[i];
        kept += !arg->valid || bitmap_get(arg->valid, row);
    }
    return kept;
}

Status aggregate_set_push(AggregateOp *self, AggregateItem *item, StatePart *part, const Batch *in,
                          const uint16_t *sel, uint32_t count, StateSlot *const *slots,
                          Arena *scratch, Err *err)
{
    ValueSet *set = item->set;
    uint16_t *rows = arena_alloc(scratch, sizeof *rows * (count + 1));
    StateSlot **groups = arena_alloc(scratch, sizeof *groups * (count + 1));
    const Vector *first = aggregate_flat(self, in, item->plan->args[0], scratch);
    count = drop_nulls(first, sel, count, slots, rows, groups);
    if (count == 0)
        return OK;
    for (uint16_t a = 0; a < item->plan->arg_count; a++)
        self->key_cols[self->key_count + a] = &in->cols[item->plan->args[a]];
    StateKeys keys;
    state_keys_make(&set->map, self->key_cols, in->row_count, rows, count, scratch, &keys);
    StatePart *set_part = state_map_part(&set->map, part->end, part->start);
    StateSlot **values = arena_alloc(scratch, sizeof *values * count);
    state_part_upsert(&set->map, set_part, &keys, rows, count, values);
    int64_t *delta = NULL;
    if (in->weight) {
        delta = arena_alloc(scratch, sizeof *delta * count);
        for (uint32_t i = 0; i < count; i++)
            delta[i] = in->weight[rows[i]];
    }
    return add_counts(self, item, part, set_part, values, groups, delta, count, scratch, err);
}

Status aggregate_set_merge(AggregateOp *self, AggregateItem *item, StatePart *part,
                           AggregateItem *lane_item, StatePart *lane_part, Arena *scratch, Err *err)
{
    ValueSet *set = item->set;
    StatePart *set_part = state_map_part(&set->map, part->end, part->start);
    StateSlot **from = mem_alloc(sizeof *from * (lane_part->count + 1u));
    Status status = OK;
    state_part_list(&lane_item->set->map, lane_part, from);
    for (uint32_t at = 0; at < lane_part->count && status == OK; at += BLOCK) {
        uint32_t left = lane_part->count - at, count = left < BLOCK ? left : BLOCK;
        StateSlot *values[BLOCK], *groups[BLOCK];
        int64_t delta[BLOCK];
        state_part_upsert_slots(&set->map, set_part, from + at, count, values);
        for (uint32_t i = 0; i < count; i++) {
            const ValueEntry *entry = entry_of(lane_item->set, from[at + i]);
            groups[i] = (StateSlot *)(uintptr_t)entry->group->hash;
            delta[i] = entry->count;
        }
        status = add_counts(self, item, part, set_part, values, groups, delta, count, scratch, err);
    }
    free(from);
    return status;
}

/* ---- computing anew ---- */

static Status rebuild(AggregateOp *self, AggregateItem *item, StatePart *part, StateSlot *group,
                      Arena *scratch, Err *err)
{
    ValueSet *set = item->set;
    uint8_t *state = state_payload(&self->groups, group) + item->state_at;
    memset(state, 0, item->binding->ops->state_bytes);
    bool once = set->distinct || item->binding->flags & AGG_NEEDS_VALUES;
    StateSlot *values[BLOCK];
    uint8_t *states[BLOCK];
    uint32_t count = 0;
    for (uint32_t i = 0; i < BLOCK; i++)
        states[i] = state;
    for (StateSlot *at = *head_of(self, set, group); at; at = entry_of(set, at)->next) {
        int64_t times = entry_of(set, at)->count;
        for (times = once && times > 1 ? 1 : times; times > 0; times--) {
            values[count++] = at;
            if (count < BLOCK)
                continue;
            TRY(update_values(self, item, part, values, states, count, 1, scratch, err));
            count = 0;
        }
    }
    return count ? update_values(self, item, part, values, states, count, 1, scratch, err) : OK;
}

Status aggregate_refresh(AggregateOp *self, StatePart *part, StateSlot *const *slots,
                         uint32_t count, Arena *scratch, Err *err)
{
    if (!self->weighted)
        return OK;
    for (uint32_t i = 0; i < count; i++) {
        if (!(slots[i]->flags & SLOT_STALE))
            continue;
        for (int a = 0; a < self->item_count; a++)
            if (self->items[a].set && self->items[a].set->linked)
                TRY(rebuild(self, &self->items[a], part, slots[i], scratch, err));
        slots[i]->flags &= ~(uint32_t)SLOT_STALE;
    }
    return OK;
}
