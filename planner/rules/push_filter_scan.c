/*
 * push_filter_scan.c - a filter over a scan becomes the scan's: rows that it drops are never
 * decoded further.  The watermark still sees them.
 */
#include "planner/rules/rule.h"

extern const Rule rule_push_filter_scan;

static LogicalNode *apply(RuleCall *call, LogicalNode *node)
{
    if (node->kind != LOGICAL_FILTER || node->inputs[0]->kind != LOGICAL_SCAN ||
        node->inputs[0]->scan.limit >= 0)
        return node;
    LogicalNode *scan = logical_copy(call->arena, node->inputs[0]);
    LIST(const Bound *) all = {0};
    for (int i = 0; i < scan->scan.conjunct_count; i++)
        list_push_arena(call->arena, &all, scan->scan.conjuncts[i]);
    for (int i = 0; i < node->filter.conjunct_count; i++)
        list_push_arena(call->arena, &all, node->filter.conjuncts[i]);
    scan->scan.conjuncts = all.at;
    scan->scan.conjunct_count = (int)all.count;
    return scan;
}

const Rule rule_push_filter_scan = {
    .name = "push_filter_scan", .summary = "filters while scanning", .apply = apply};
