/*
 * push_filter_project.c - a filter goes below a projection, reading what the projection computes
 * from.
 */
#include "planner/rules/rule.h"

extern const Rule rule_push_filter_project;

static bool movable(void *context, const Bound *bound)
{
    const LogicalNode *project = context;
    Substitution by = {project->columns, project->project.exprs, project->column_count};
    return rule_may_substitute(&by, &bound, 1);
}

static LogicalNode *apply(RuleCall *call, LogicalNode *node)
{
    if (node->kind != LOGICAL_FILTER || node->inputs[0]->kind != LOGICAL_PROJECT)
        return node;
    LogicalNode *project = node->inputs[0];
    Substitution by = {project->columns, project->project.exprs, project->column_count};
    Conjuncts split = {0};
    rule_split(call->arena, node, movable, project, &split);
    if (!split.moved.count)
        return node;
    for (size_t i = 0; i < split.moved.count; i++)
        split.moved.at[i] = rule_substitute(call->arena, &by, split.moved.at[i]);
    LogicalNode *below =
        rule_filter(call->arena, project->inputs[0], split.moved.at, split.moved.count);
    return rule_filter(call->arena, logical_with_input(call->arena, project, below), split.kept.at,
                       split.kept.count);
}

const Rule rule_push_filter_project = {.name = "push_filter_project",
                                       .summary = "moves filters below projections",
                                       .settles = true,
                                       .apply = apply};
