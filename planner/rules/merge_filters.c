/*
 * merge_filters.c - a filter over a filter is one, the lower one's conjuncts first; conditions
 * that are always TRUE go, and a filter without conditions too.
 */
#include "planner/rules/rule.h"

extern const Rule rule_merge_filters;

static LogicalNode *apply(RuleCall *call, LogicalNode *node)
{
    if (node->kind != LOGICAL_FILTER)
        return node;
    LogicalNode *input = node->inputs[0];
    LIST(const Bound *) all = {0};
    bool changed = input->kind == LOGICAL_FILTER;
    for (int i = 0; changed && i < input->filter.conjunct_count; i++)
        list_push_arena(call->arena, &all, input->filter.conjuncts[i]);
    if (changed)
        input = input->inputs[0];
    for (int i = 0; i < node->filter.conjunct_count; i++) {
        const Bound *bound = node->filter.conjuncts[i];
        changed |= bound->kind == BOUND_AND;
        if (bound_is_true(bound))
            changed = true;
        else
            list_push_arena(call->arena, &all, bound);
    }
    return changed ? rule_filter(call->arena, input, all.at, all.count) : node;
}

const Rule rule_merge_filters = {.name = "merge_filters",
                                 .summary = "makes one filter of several",
                                 .settles = true,
                                 .apply = apply};
