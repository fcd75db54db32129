/*
 * push_filter_window.c - a filter on the rows themselves goes below a window function and below
 * explode(): it need not look at a row once per window or element.
 *
 * Only what cannot fail moves: a row that belongs to no window (its time is NULL), or whose array
 * is empty, never met the filter before.
 */
#include "planner/rules/rule.h"

extern const Rule rule_push_filter_window;

static bool movable(void *context, const Bound *bound)
{
    const LogicalNode *node = context;
    return !bound->can_fail && logical_gives(node->inputs[0], bound);
}

static LogicalNode *apply(RuleCall *call, LogicalNode *node)
{
    if (node->kind != LOGICAL_FILTER ||
        (node->inputs[0]->kind != LOGICAL_WINDOW && node->inputs[0]->kind != LOGICAL_EXPLODE))
        return node;
    LogicalNode *window = node->inputs[0];
    Conjuncts split = {0};
    rule_split(call->arena, node, movable, window, &split);
    if (!split.moved.count)
        return node;
    LogicalNode *below =
        rule_filter(call->arena, window->inputs[0], split.moved.at, split.moved.count);
    return rule_filter(call->arena, logical_with_input(call->arena, window, below), split.kept.at,
                       split.kept.count);
}

const Rule rule_push_filter_window = {.name = "push_filter_window",
                                      .summary = "moves filters below windows and explode()",
                                      .settles = true,
                                      .apply = apply};
