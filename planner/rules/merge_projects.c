/*
 * merge_projects.c - a projection over a projection is one; one that changes nothing goes.
 */
#include "planner/rules/rule.h"

extern const Rule rule_merge_projects;

static bool is_identity(const LogicalNode *node)
{
    const LogicalNode *input = node->inputs[0];
    bool same = node->column_count == input->column_count;
    for (int i = 0; i < node->column_count && same; i++)
        same = node->project.exprs[i]->kind == BOUND_COLUMN &&
               node->project.exprs[i]->column.id == input->columns[i].id &&
               node->columns[i].id == input->columns[i].id;
    return same;
}

static LogicalNode *apply(RuleCall *call, LogicalNode *node)
{
    if (node->kind != LOGICAL_PROJECT)
        return node;
    LogicalNode *input = node->inputs[0];
    if (is_identity(node))
        return input;
    if (input->kind != LOGICAL_PROJECT)
        return node;
    Substitution by = {input->columns, input->project.exprs, input->column_count};
    if (!rule_may_substitute(&by, node->project.exprs, node->column_count))
        return node;
    const Bound **exprs = ARENA_ARRAY(call->arena, const Bound *, node->column_count + 1);
    for (int i = 0; i < node->column_count; i++)
        exprs[i] = rule_substitute(call->arena, &by, node->project.exprs[i]);
    return logical_project(call->arena, input->inputs[0], exprs, node->columns, node->column_count);
}

const Rule rule_merge_projects = {.name = "merge_projects",
                                  .summary = "makes one projection of several",
                                  .settles = true,
                                  .apply = apply};
