/*
 * physical_state.c - nodes that keep rows: aggregates and when their rows come out, sorts, limits.
 */
#include "planner/physical_parts.h"

static AggregateEmit choose_emit(PhysicalBuilder *self, const LogicalNode *node,
                                 const PhysicalNode *below, bool windowed, bool top)
{
    const OutputChoice *choice = self->choice;
    if (choice->final || (choice->mode == OUTPUT_APPEND && logical_bounded(node)))
        return windowed ? EMIT_ON_CLOSE : EMIT_FINAL;
    if (top && choice->mode == OUTPUT_COMPLETE)
        return EMIT_COMPLETE;
    if (windowed)
        return top && choice->mode == OUTPUT_UPDATE && choice->explicit ? EMIT_CHANGES
                                                                        : EMIT_ON_CLOSE;
    if (node->aggregate.aggregate_count == 0 && below->append_only)
        return EMIT_FIRST;
    return EMIT_CHANGES;
}

static void aggregate_facts(PhysicalBuilder *self, const LogicalNode *node,
                            const PhysicalNode *made, const PhysicalNode *below, Facts *facts)
{
    int32_t *key = ARENA_ARRAY(self->arena, int32_t, node->aggregate.key_count + 1);
    for (int i = 0; i < node->aggregate.key_count; i++)
        key[i] = node->columns[i].id;
    *facts = (Facts){.key = key, .key_count = node->aggregate.key_count, .has_key = true};
    if (made->as.aggregate.window_end >= 0) {
        facts->window_end = node->columns[made->as.aggregate.window_end].id;
        int32_t at = made->as.aggregate.window_start;
        facts->window_start = at >= 0 ? node->columns[at].id : 0;
        facts->cumulates = at >= 0 && node->columns[at].cumulates;
    }
    if (made->as.aggregate.emit == EMIT_CHANGES)
        facts->change = below->append_only ? CHANGE_REPLACE : CHANGE_ANY;
}

static bool makes_unbounded_state(const LogicalNode *node, const PhysicalNode *made)
{
    return !logical_bounded(node) && made->as.aggregate.key_count > 0 &&
           made->as.aggregate.window_end < 0;
}

static bool is_grouping_key(const LogicalNode *expand, const Bound *key)
{
    const LogicalNode *input = expand->inputs[0];
    int at = key->kind == BOUND_COLUMN
                 ? physical_place(expand->columns, expand->column_count, key->column.id)
                 : -1;
    for (int i = 0; i < expand->expand.key_count && at >= 0 && at < input->column_count; i++)
        if (expand->expand.keys[i] == input->columns[at].id)
            return true;
    return false;
}

/* GROUPING SETS with the set () and no key besides theirs. */
static bool has_empty_set(const LogicalNode *node)
{
    const LogicalNode *expand = node->inputs[0];
    if (expand->kind != LOGICAL_EXPAND || node->aggregate.key_count != expand->expand.key_count + 1)
        return false;
    const Bound *last = node->aggregate.keys[node->aggregate.key_count - 1];
    if (last->kind != BOUND_COLUMN ||
        last->column.id != expand->columns[expand->column_count - 1].id)
        return false;
    for (int i = 0; i < expand->expand.key_count; i++)
        if (!is_grouping_key(expand, node->aggregate.keys[i]))
            return false;
    for (int s = 0; s < expand->expand.set_count; s++)
        if (expand->expand.sets[s] == 0)
            return true;
    return false;
}

/* An argument is run for the rows that pass the FILTER alone. */
static const Bound *guarded(PhysicalBuilder *self, const Bound *filter, const Bound *arg)
{
    if (!filter || !arg->can_fail)
        return arg;
    Value null = value_null(arg->type);
    const Bound *cases[3] = {filter, arg, bound_const(self->arena, &null, arg->position)};
    return bound_list(self->arena, BOUND_CASE, arg->type, cases, 3, arg->position);
}

Status physical_aggregate(PhysicalBuilder *self, LogicalNode *node, Want want, PhysicalNode **out,
                          Facts *facts, Err *err)
{
    LogicalNode *input = node->inputs[0];
    int keys = node->aggregate.key_count, count = node->aggregate.aggregate_count, start, end;
    bool windowed = logical_window_keys(node, &start, &end);
    Want below_want = {
        .rowtime = want.rowtime || windowed, .proctime = want.proctime, .drop_late = windowed};
    PhysicalNeeds needs = {0};
    PhysicalNode *below;
    uint16_t *map, *key_columns = ARENA_ARRAY(self->arena, uint16_t, keys + 1);
    PhysicalAggregate *aggregates = ARENA_ARRAY(self->arena, PhysicalAggregate, count + 1);
    for (int i = 0; i < keys; i++)
        key_columns[i] = physical_need(self, &needs, input, node->aggregate.keys[i]);
    for (int i = 0; i < count; i++) {
        const Bound *bound = node->aggregate.aggregates[i];
        PhysicalAggregate *aggregate = &aggregates[i];
        aggregate->name = arena_strdup(self->arena, bound->aggregate->binding.fn->name);
        aggregate->binding = bound->aggregate->binding;
        aggregate->arg_count = (uint16_t)bound->arg_count;
        const Bound *filter = bound->aggregate->filter;
        aggregate->filter = filter ? physical_need(self, &needs, input, filter) : -1;
        for (int a = 0; a < bound->arg_count; a++)
            aggregate->args[a] =
                physical_need(self, &needs, input, guarded(self, filter, bound->args[a]));
        aggregate->distinct = bound->aggregate->distinct;
    }
    TRY(physical_needed(self, input, &needs, below_want, &below, facts, &map, err));
    for (int i = 0; i < keys; i++)
        key_columns[i] = map[key_columns[i]];
    for (int i = 0; i < count; i++) {
        for (int a = 0; a < aggregates[i].arg_count; a++)
            aggregates[i].args[a] = map[aggregates[i].args[a]];
        if (aggregates[i].filter >= 0)
            aggregates[i].filter = map[aggregates[i].filter];
    }
    PhysicalNode *made =
        physical_make(self, PHYSICAL_AGGREGATE, node->columns, node->column_count, below);
    made->as.aggregate.keys = key_columns;
    made->as.aggregate.key_count = (uint16_t)keys;
    made->as.aggregate.window_start = windowed ? start : -1;
    made->as.aggregate.window_end = windowed ? end : -1;
    made->as.aggregate.empty_set = !windowed && has_empty_set(node);
    made->as.aggregate.aggregates = aggregates;
    made->as.aggregate.aggregate_count = count;
    made->as.aggregate.emit = choose_emit(self, node, below, windowed, want.top);
    made->append_only = made->as.aggregate.emit != EMIT_CHANGES;
    made->has_wm = windowed && below->has_wm;
    made->rows = -1;
    self->plan->unbounded_state |= makes_unbounded_state(node, made);
    aggregate_facts(self, node, made, below, facts);
    *out = made;
    return OK;
}

Status physical_sort(PhysicalBuilder *self, LogicalNode *node, Want want, PhysicalNode **out,
                     Facts *facts, Err *err)
{
    PhysicalNode *below;
    LogicalNode *input = node->inputs[0];
    bool complete = self->choice->mode == OUTPUT_COMPLETE && want.top;
    if (!logical_bounded(node) && !complete) {
        err_set(err, SQLSTATE_NOT_SUPPORTED, node->position,
                "ORDER BY needs the end of its input, and this one has none");
        return err_hint(err, "Use EMIT COMPLETE with an aggregate, or read bounded input.");
    }
    TRY(physical_build_node(self, input, want, &below, facts, err));
    PhysicalNode *made =
        physical_make(self, PHYSICAL_SORT, node->columns, node->column_count, below);
    SortKey *keys = ARENA_ARRAY(self->arena, SortKey, node->sort.key_count + 1);
    for (int i = 0; i < node->sort.key_count; i++) {
        int at = physical_place(input->columns, input->column_count, node->sort.keys[i].id);
        if (at < 0)
            return physical_lost_column(err);
        keys[i] = (SortKey){.column = (uint16_t)at,
                            .descending = node->sort.keys[i].descending,
                            .nulls_first = node->sort.keys[i].nulls_first};
    }
    made->as.sort.keys = keys;
    made->as.sort.key_count = node->sort.key_count;
    made->as.sort.limit = node->sort.limit;
    made->as.sort.offset = node->sort.offset;
    made->has_wm = false;
    *out = made;
    return OK;
}

Status physical_limit(PhysicalBuilder *self, LogicalNode *node, Want want, PhysicalNode **out,
                      Facts *facts, Err *err)
{
    PhysicalNode *below;
    TRY(physical_build_node(self, node->inputs[0], want, &below, facts, err));
    if (facts->change != CHANGE_NONE) {
        err_set(err, SQLSTATE_NOT_SUPPORTED, node->position,
                "LIMIT over rows that change is not supported yet");
        return err_hint(err, "Use EMIT COMPLETE.");
    }
    PhysicalNode *made =
        physical_make(self, PHYSICAL_LIMIT, node->columns, node->column_count, below);
    made->as.limit.limit = node->limit.limit;
    made->as.limit.offset = node->limit.offset;
    *out = made;
    return OK;
}
