/*
 * bind_aggregate.c - the Aggregate node of a SELECT.
 *
 * Expressions are bound over the input first; then what equals a grouping key becomes a
 * reference to it, aggregates become references to theirs, and a column that is left is an
 * error.  That is PostgreSQL's rule.
 */
#include "planner/bind.h"

static const LogicalColumn *find_role(const LogicalColumn *columns, int count, ColumnRole role,
                                      int32_t window)
{
    for (int i = 0; i < count; i++)
        if (columns[i].role == role && columns[i].window == window)
            return &columns[i];
    return NULL;
}

/* GROUP BY window_end alone groups by window too: the other bound follows from it, so it becomes
 * a key that nobody sees. */
static void complete_window(AggregateState *state, const LogicalNode *input)
{
    static const ColumnRole bounds[] = {ROLE_WINDOW_START, ROLE_WINDOW_END};
    int keys = state->key_count;
    for (int i = 0; i < keys; i++) {
        const LogicalColumn *key = &state->key_columns[i];
        if (key->role == ROLE_NONE || (key->role == ROLE_WINDOW_START && key->cumulates))
            continue;
        for (int b = 0; b < 2; b++) {
            const LogicalColumn *bound =
                find_role(input->columns, input->column_count, bounds[b], key->window);
            if (!bound || find_role(state->key_columns, state->key_count, bounds[b], key->window))
                continue;
            state->key_exprs[state->key_count] = scope_bound(state->binder, bound, -1);
            state->key_columns[state->key_count++] = *bound;
        }
    }
}

/* Copies of the keys beside the input's columns, multiplied by the grouping sets. */
static LogicalNode *make_expand(AggregateState *state, LogicalNode *input)
{
    Binder *binder = state->binder;
    Arena *arena = binder->arena;
    const Grouping *grouping = state->grouping;
    int keys = (int)grouping->keys.count, inputs = input->column_count, count = inputs + keys;
    const Bound **exprs = ARENA_ARRAY(arena, const Bound *, count + 1);
    LogicalColumn *columns = ARENA_ARRAY(arena, LogicalColumn, count + 2);
    int32_t *ids = ARENA_ARRAY(arena, int32_t, keys + 1);
    for (int i = 0; i < inputs; i++) {
        columns[i] = input->columns[i];
        exprs[i] = scope_bound(binder, &columns[i], -1);
    }
    for (int i = 0; i < keys; i++) {
        exprs[inputs + i] = grouping->keys.at[i];
        columns[inputs + i] =
            scope_output(binder, input, grouping->keys.at[i], grouping->names.at[i]);
        columns[inputs + i].id = bind_new_id(binder);
        /* A bound that some rows lose is no window's any more. */
        for (size_t s = 0; s < grouping->sets.count; s++)
            if (!(grouping->sets.at[s] >> i & 1))
                columns[inputs + i].role = ROLE_NONE;
        columns[inputs + i].rowtime &= columns[inputs + i].role != ROLE_NONE;
        ids[i] = columns[inputs + i].id;
    }
    LogicalNode *node = logical_node(arena, LOGICAL_EXPAND, 1);
    node->inputs[0] = logical_project(arena, input, exprs, columns, count);
    for (int i = 0; i < keys; i++) {
        columns[inputs + i].id = bind_new_id(binder);
        state->key_exprs[i] = scope_bound(binder, &columns[inputs + i], -1);
        state->key_columns[i] = columns[inputs + i];
    }
    columns[count] = (LogicalColumn){
        .id = state->grouping_id, .name = "grouping_id", .type = type_of(TYPE_BIGINT)};
    state->key_exprs[keys] = scope_bound(binder, &columns[count], -1);
    state->key_columns[keys] = columns[count];
    state->key_count = keys + 1;
    node->columns = columns;
    node->column_count = count + 1;
    node->expand.keys = ids;
    node->expand.key_count = keys;
    node->expand.sets = grouping->sets.at;
    node->expand.set_count = (int)grouping->sets.count;
    return node;
}

Status bind_aggregate_start(Binder *binder, const Grouping *grouping, SelectState *select,
                            LogicalNode **input, AggregateState *out, Err *err)
{
    int keys = (int)grouping->keys.count;
    AggregateState state = {
        .binder = binder, .grouping = grouping, .grouping_id = select->grouping_id};
    (void)err;
    state.key_columns = ARENA_ARRAY(binder->arena, LogicalColumn, 3 * keys + 2);
    state.key_exprs = ARENA_ARRAY(binder->arena, const Bound *, 3 * keys + 2);
    if (grouping->has_sets) {
        *input = make_expand(&state, *input);
    } else {
        for (int i = 0; i < keys; i++) {
            state.key_exprs[i] = grouping->keys.at[i];
            state.key_columns[i] =
                scope_output(binder, *input, grouping->keys.at[i], grouping->names.at[i]);
        }
        state.key_count = keys;
        complete_window(&state, *input);
    }
    *out = state;
    return OK;
}

static const Bound *aggregate_column(AggregateState *state, const Bound *bound)
{
    Binder *binder = state->binder;
    size_t i = 0;
    while (i < state->aggregates.count && !bound_equal(state->aggregates.at[i], bound))
        i++;
    if (i == state->aggregates.count) {
        LogicalColumn column = {
            .id = bind_new_id(binder),
            .name = bound_name(binder->arena, bound, bound->aggregate->binding.fn->name),
            .type = bound->type};
        list_push_arena(binder->arena, &state->aggregates, bound);
        list_push_arena(binder->arena, &state->aggregate_columns, column);
    }
    return scope_bound(binder, &state->aggregate_columns.at[i], bound->position);
}

static const Bound *rewrite(void *context, const Bound *bound)
{
    AggregateState *state = context;
    for (size_t i = 0; i < state->grouping->keys.count; i++)
        if (bound_equal(state->grouping->keys.at[i], bound))
            return scope_bound(state->binder, &state->key_columns[i], bound->position);
    if (bound->kind == BOUND_AGGREGATE)
        return aggregate_column(state, bound);
    if (bound->kind != BOUND_COLUMN)
        return NULL;
    if ((!state->grouping_id || bound->column.id != state->grouping_id) && !state->ungrouped)
        state->ungrouped = bound;
    return bound;
}

Status bind_aggregate_rewrite(AggregateState *state, const Bound *bound, const Bound **out,
                              Err *err)
{
    const Bound *result = bound_rewrite(state->binder->arena, bound, rewrite, state);
    if (state->ungrouped)
        return err_set(
            err, SQLSTATE_GROUPING, state->ungrouped->position,
            "column \"%s\" must appear in the GROUP BY clause or be used in an aggregate "
            "function",
            state->ungrouped->column.name);
    *out = result;
    return OK;
}

LogicalNode *bind_aggregate_finish(AggregateState *state, LogicalNode *input)
{
    Arena *arena = state->binder->arena;
    LogicalNode *node = logical_node(arena, LOGICAL_AGGREGATE, 1);
    int keys = state->key_count, aggregates = (int)state->aggregates.count;
    node->inputs[0] = input;
    node->position = state->position;
    node->columns = ARENA_ARRAY(arena, LogicalColumn, keys + aggregates + 1);
    node->column_count = keys + aggregates;
    for (int i = 0; i < keys; i++)
        node->columns[i] = state->key_columns[i];
    for (int i = 0; i < aggregates; i++)
        node->columns[keys + i] = state->aggregate_columns.at[i];
    node->aggregate.keys = state->key_exprs;
    node->aggregate.key_count = keys;
    node->aggregate.aggregates = state->aggregates.at;
    node->aggregate.aggregate_count = aggregates;
    return node;
}
