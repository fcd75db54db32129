/*
 * aggregate.h - inside PHYSICAL_AGGREGATE: shared by op_aggregate.c and the aggregate_*.c files.
 *
 *     groups       key → slot: [rows] [state of each aggregate] [heads of value lists]
 *     value sets   (key, arguments) → count, for DISTINCT and for aggregates that
 *                  cannot take a row back: those are computed anew from the values
 *
 * Lane 0 holds the result; other lanes collect what to add to it (their value
 * sets hold counts only).
 */
#ifndef STREAMD_EXECUTOR_AGGREGATE_H
#define STREAMD_EXECUTOR_AGGREGATE_H

#include "executor/operator.h"
#include "executor/state_map.h"

/* Payload of a value's slot. */
typedef struct ValueEntry {
    int64_t count;
    StateSlot *group;
    StateSlot *next, *previous; /* the group's other values, when linked */
} ValueEntry;

typedef struct ValueSet {
    StateMap map;
    bool distinct;    /* the aggregate gets each value once */
    bool linked;      /* values can be walked from their group, to compute it anew */
    uint32_t head_at; /* in a group's payload: its first value */
    int table;
    RowStore deleted; /* keys of saved values that have gone */
} ValueSet;

typedef struct AggregateItem {
    const PhysicalAggregate *plan;
    const AggBinding *binding;
    uint32_t state_at;              /* in a group's payload */
    ValueSet *set;                  /* NULL: rows go straight into the state */
    int first_column, column_count; /* of the state, in table "groups" */
} AggregateItem;

typedef struct AggregateOp {
    Operator op;
    StateMap groups;
    AggregateItem *items;
    int item_count;
    bool windowed;
    bool
        weighted; /* the input may take rows back: payload begins with the group's number of rows */
    uint16_t *keys, key_count; /* input columns of the keys that are not the window's bounds */
    int32_t start_column, end_column; /* input columns; -1: none */
    StateSlot *always; /* the group that is there over no input too: a global one's, the set ()'s */
    StateTable *tables;
    int table_count,
        group_columns;  /* columns before the states in `groups`: the number, the keys */
    uint32_t number_at; /* in a group's payload: its number in `groups`; 0: not saved yet */
    int64_t last_number;
    RowStore deleted;  /* numbers of saved groups that have gone */
    bool tracking;     /* state was saved or loaded: what changes is listed */
    bool changed;      /* complete mode: since the result was given */
    bool ended;        /* the input: told after the final result */
    bool forced;       /* complete mode: give it at the end of this epoch */
    int64_t closed_us; /* changes mode: windows that end by here leave after this epoch */
    int64_t arrival_us;
    uint64_t round; /* batches, for partition */
    RowStore old;   /* results as last shown of the groups touched in this epoch */
    /* output */
    Arena emit_arena;
    Vector *out;
    uint32_t out_count;
    int64_t *out_wm;
    int32_t *out_weight;
    uint64_t emitted;
    /* of the batch */
    Vector *flat;
    bool *is_flat;
    const Vector **key_cols;
    StateSlot *slots[BATCH_ROWS], *item_slots[BATCH_ROWS];
    uint8_t *states[BATCH_ROWS];
    uint16_t piece_sel[BATCH_ROWS], item_sel[BATCH_ROWS], piece_of[BATCH_ROWS];
} AggregateOp;

static inline int64_t *aggregate_rows(const AggregateOp *self, StateSlot *slot)
{
    return (int64_t *)(void *)state_payload(&self->groups, slot);
}

static inline int64_t *aggregate_number(const AggregateOp *self, StateSlot *slot)
{
    return (int64_t *)(void *)(state_payload(&self->groups, slot) + self->number_at);
}
/* A group that is in the result. A global aggregate always has its row. */
static inline bool aggregate_is_live(const AggregateOp *self, StateSlot *slot)
{
    return !self->weighted || slot == self->always || *aggregate_rows(self, slot) > 0;
}

/* op_aggregate.c */
const Vector *aggregate_flat(AggregateOp *self, const Batch *in, uint16_t column, Arena *scratch);
Status aggregate_touch(AggregateOp *self, StatePart *part, StateSlot *const *slots, uint32_t count,
                       Arena *scratch, Err *err) MUST_CHECK;

/* states[i] = the place at `offset` in slots[i]. */
void aggregate_states(uint8_t **restrict states, StateSlot *const *restrict slots, uint32_t count,
                      uint32_t offset);

/* aggregate_merge.c */
Status aggregate_merge(Operator *op, Operator *const *lanes, int lane_count, int64_t due_us,
                       Arena *scratch, Err *err) MUST_CHECK;

/* aggregate_emit.c */
Status aggregate_emit_all(AggregateOp *self, uint32_t parts, Err *err) MUST_CHECK;
Status aggregate_emit_changes(AggregateOp *self, Err *err) MUST_CHECK;
/* The aggregates' results of the slots into rows at… of cols[0…item_count-1]. */
Status aggregate_results(AggregateOp *self, StatePart *part, StateSlot *const *slots,
                         uint32_t count, Vector *cols, uint32_t at, uint32_t out_rows,
                         Arena *scratch, Err *err) MUST_CHECK;

/* aggregate_values.c */
Status aggregate_set_init(AggregateOp *self, AggregateItem *item, Arena *job, Err *err) MUST_CHECK;
Status aggregate_set_push(AggregateOp *self, AggregateItem *item, StatePart *part, const Batch *in,
                          const uint16_t *sel, uint32_t count, StateSlot *const *slots,
                          Arena *scratch, Err *err) MUST_CHECK;
/* Adds a lane's values to a part. The lane's group slots hold in `hash` where they went. */
Status aggregate_set_merge(AggregateOp *self, AggregateItem *item, StatePart *part,
                           AggregateItem *lane_item, StatePart *lane_part, Arena *scratch,
                           Err *err) MUST_CHECK;
/* Computes the aggregates of the stale ones among the slots anew. */
Status aggregate_refresh(AggregateOp *self, StatePart *part, StateSlot *const *slots,
                         uint32_t count, Arena *scratch, Err *err) MUST_CHECK;
/* Takes a value (or, when a group goes, all its values) out of its group's list. */
void aggregate_unlink(AggregateOp *self, ValueSet *set, StateSlot *entry);
void aggregate_forget_group(AggregateOp *self, StateSlot *group);
void aggregate_load_value(AggregateOp *self, ValueSet *set, StateSlot *slot, StateSlot *group,
                          int64_t count);
StatePart *aggregate_find_part(StateMap *map, const StatePart *like);

/* aggregate_state.c */
Status aggregate_make_tables(AggregateOp *self, Arena *job, Err *err) MUST_CHECK;
const StateTable *aggregate_state_tables(const Operator *op, int *count);
Status aggregate_save(Operator *op, bool full, const StateOut *out, Arena *scratch, Err *err);
Status aggregate_load(Operator *op, int table, const Batch *rows, Err *err);
/* Drops the first windows, and what depends on them; what was saved is noted for deletion. */
void aggregate_drop(AggregateOp *self, uint32_t parts, Arena *scratch);
/* Removes the groups of the part's list `touched` that no rows are left of, if nobody will save. */
void aggregate_sweep(AggregateOp *self, StatePart *part);

#endif
