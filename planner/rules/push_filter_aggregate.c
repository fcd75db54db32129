/*
 * push_filter_aggregate.c - a filter on grouping keys keeps or drops whole groups, so it goes
 * below the aggregate.  Not below a global one or one with a grand total (which have a row even
 * over nothing), and only what cannot fail: it would fail for rows instead of groups.
 */
#include "planner/rules/rule.h"

extern const Rule rule_push_filter_aggregate;

static Substitution keys_of(const LogicalNode *aggregate)
{
    return (Substitution){aggregate->columns, aggregate->aggregate.keys,
                          aggregate->aggregate.key_count};
}

static bool reads_only_keys(const LogicalNode *aggregate, const Bound *bound)
{
    for (int i = aggregate->aggregate.key_count; i < aggregate->column_count; i++)
        if (bound_reads(bound, aggregate->columns[i].id))
            return false;
    return true;
}

static bool movable(void *context, const Bound *bound)
{
    const LogicalNode *aggregate = context;
    Substitution by = keys_of(aggregate);
    if (bound->can_fail || bound->is_constant || !reads_only_keys(aggregate, bound) ||
        !rule_may_substitute(&by, &bound, 1))
        return false;
    for (int i = 0; i < by.count; i++)
        if (by.exprs[i]->can_fail && bound_reads(bound, by.columns[i].id))
            return false;
    return true;
}

static bool has_grand_total(const LogicalNode *aggregate)
{
    const LogicalNode *input = aggregate->inputs[0];
    while (input->kind == LOGICAL_FILTER || input->kind == LOGICAL_PROJECT)
        input = input->inputs[0];
    for (int i = 0; input->kind == LOGICAL_EXPAND && i < input->expand.set_count; i++)
        if (input->expand.sets[i] == 0)
            return true;
    return aggregate->aggregate.key_count == 0;
}

static LogicalNode *apply(RuleCall *call, LogicalNode *node)
{
    if (node->kind != LOGICAL_FILTER || node->inputs[0]->kind != LOGICAL_AGGREGATE ||
        has_grand_total(node->inputs[0]))
        return node;
    LogicalNode *aggregate = node->inputs[0];
    Substitution by = keys_of(aggregate);
    Conjuncts split = {0};
    rule_split(call->arena, node, movable, aggregate, &split);
    if (!split.moved.count)
        return node;
    for (size_t i = 0; i < split.moved.count; i++)
        split.moved.at[i] = rule_substitute(call->arena, &by, split.moved.at[i]);
    LogicalNode *below =
        rule_filter(call->arena, aggregate->inputs[0], split.moved.at, split.moved.count);
    return rule_filter(call->arena, logical_with_input(call->arena, aggregate, below),
                       split.kept.at, split.kept.count);
}

const Rule rule_push_filter_aggregate = {.name = "push_filter_aggregate",
                                         .summary = "moves filters on keys below aggregates",
                                         .settles = true,
                                         .apply = apply};
