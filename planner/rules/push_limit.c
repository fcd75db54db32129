/*
 * push_limit.c - a limit goes below projections, into sorts (top-N) and scans, and to each side
 * of UNION ALL; two limits are one.
 */
#include "planner/rules/rule.h"

extern const Rule rule_push_limit;

/* How many rows must come in; -1: all. */
static int64_t needed(int64_t limit, int64_t offset)
{
    int64_t sum;
    if (limit < 0 || __builtin_add_overflow(limit, offset, &sum))
        return -1;
    return sum;
}

static LogicalNode *merge(RuleCall *call, const LogicalNode *outer, const LogicalNode *inner)
{
    int64_t offset, limit = outer->limit.limit;
    if (__builtin_add_overflow(outer->limit.offset, inner->limit.offset, &offset))
        offset = INT64_MAX;
    if (inner->limit.limit >= 0) {
        int64_t left = inner->limit.limit - outer->limit.offset;
        left = left < 0 ? 0 : left;
        limit = limit < 0 || left < limit ? left : limit;
    }
    return logical_limit(call->arena, inner->inputs[0], limit, offset);
}

static LogicalNode *into_union(RuleCall *call, LogicalNode *node, int64_t rows)
{
    LogicalNode *all = logical_copy(call->arena, node->inputs[0]);
    bool changed = false;
    for (int i = 0; i < all->input_count; i++) {
        LogicalNode *side = all->inputs[i];
        bool limited = side->kind == LOGICAL_LIMIT ||
                       (side->kind == LOGICAL_PROJECT && side->inputs[0]->kind == LOGICAL_LIMIT) ||
                       (side->kind == LOGICAL_SORT && side->sort.limit >= 0);
        if (limited)
            continue;
        all->inputs[i] = logical_limit(call->arena, side, rows, 0);
        changed = true;
    }
    return changed ? logical_with_input(call->arena, node, all) : node;
}

static LogicalNode *apply(RuleCall *call, LogicalNode *node)
{
    if (node->kind != LOGICAL_LIMIT)
        return node;
    LogicalNode *input = node->inputs[0];
    int64_t rows = needed(node->limit.limit, node->limit.offset);
    if (input->kind == LOGICAL_LIMIT)
        return merge(call, node, input);
    if (input->kind == LOGICAL_PROJECT)
        return logical_with_input(call->arena, input,
                                  rule_over(call->arena, node, input->inputs[0]));
    if (input->kind == LOGICAL_SORT && input->sort.limit < 0 && input->sort.offset == 0) {
        LogicalNode *sort = logical_copy(call->arena, input);
        sort->sort.limit = node->limit.limit;
        sort->sort.offset = node->limit.offset;
        return sort;
    }
    if (rows < 0)
        return node;
    if (input->kind == LOGICAL_UNION)
        return into_union(call, node, rows);
    if (input->kind == LOGICAL_SCAN && (input->scan.limit < 0 || input->scan.limit > rows) &&
        input->scan.traits.append_only) {
        LogicalNode *scan = logical_copy(call->arena, input);
        scan->scan.limit = rows;
        return logical_with_input(call->arena, node, scan);
    }
    return node;
}

const Rule rule_push_limit = {.name = "push_limit",
                              .summary = "reads no more than a limit needs",
                              .settles = true,
                              .apply = apply};
