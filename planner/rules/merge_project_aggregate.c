/*
 * merge_project_aggregate.c - an aggregate over a projection computes its keys and arguments
 * itself.
 */
#include "planner/rules/rule.h"

extern const Rule rule_merge_project_aggregate;

static LogicalNode *apply(RuleCall *call, LogicalNode *node)
{
    if (node->kind != LOGICAL_AGGREGATE || node->inputs[0]->kind != LOGICAL_PROJECT)
        return node;
    LogicalNode *project = node->inputs[0];
    Substitution by = {project->columns, project->project.exprs, project->column_count};
    int keys = node->aggregate.key_count, aggregates = node->aggregate.aggregate_count;
    const Bound **exprs = ARENA_ARRAY(call->arena, const Bound *, keys + aggregates + 1);
    for (int i = 0; i < keys; i++)
        exprs[i] = node->aggregate.keys[i];
    for (int i = 0; i < aggregates; i++)
        exprs[keys + i] = node->aggregate.aggregates[i];
    if (!rule_may_substitute(&by, exprs, keys + aggregates))
        return node;
    for (int i = 0; i < keys + aggregates; i++)
        exprs[i] = rule_substitute(call->arena, &by, exprs[i]);
    LogicalNode *merged = logical_with_input(call->arena, node, project->inputs[0]);
    merged->aggregate.keys = exprs;
    merged->aggregate.aggregates = exprs + keys;
    return merged;
}

const Rule rule_merge_project_aggregate = {.name = "merge_project_aggregate",
                                           .summary = "puts projections into aggregates",
                                           .settles = true,
                                           .apply = apply};
