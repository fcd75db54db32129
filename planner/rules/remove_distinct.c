/*
 * remove_distinct.c - DISTINCT over rows that a grouping below already keeps apart.
 */
#include "planner/rules/rule.h"

extern const Rule rule_remove_distinct;

static bool keeps_apart(const LogicalNode *distinct, const LogicalNode *below)
{
    for (int i = 0; i < below->aggregate.key_count; i++) {
        bool found = false;
        for (int k = 0; k < distinct->aggregate.key_count && !found; k++)
            found = distinct->aggregate.keys[k]->kind == BOUND_COLUMN &&
                    distinct->aggregate.keys[k]->column.id == below->columns[i].id;
        if (!found)
            return false;
    }
    return true;
}

static LogicalNode *apply(RuleCall *call, LogicalNode *node)
{
    if (node->kind != LOGICAL_AGGREGATE || node->aggregate.aggregate_count > 0)
        return node;
    const LogicalNode *below = node->inputs[0];
    while (below->kind == LOGICAL_FILTER)
        below = below->inputs[0];
    if (below->kind != LOGICAL_AGGREGATE || !keeps_apart(node, below))
        return node;
    return logical_project(call->arena, node->inputs[0], node->aggregate.keys, node->columns,
                           node->column_count);
}

const Rule rule_remove_distinct = {.name = "remove_distinct",
                                   .summary = "drops DISTINCT where rows are distinct already",
                                   .settles = true,
                                   .apply = apply};
