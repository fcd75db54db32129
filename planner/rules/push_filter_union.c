/*
 * push_filter_union.c - a filter over UNION ALL filters each side; over a sort without a limit
 * it goes below.
 */
#include "planner/rules/rule.h"

extern const Rule rule_push_filter_union;

static LogicalNode *into_side(RuleCall *call, const LogicalNode *filter, const LogicalNode *all,
                              LogicalNode *side)
{
    const Bound **columns = ARENA_ARRAY(call->arena, const Bound *, all->column_count + 1);
    const Bound **moved =
        ARENA_ARRAY(call->arena, const Bound *, filter->filter.conjunct_count + 1);
    for (int i = 0; i < all->column_count; i++)
        columns[i] = bound_column(call->arena, side->columns[i].id, side->columns[i].name,
                                  side->columns[i].type, -1);
    Substitution by = {all->columns, columns, all->column_count};
    for (int i = 0; i < filter->filter.conjunct_count; i++)
        moved[i] = rule_substitute(call->arena, &by, filter->filter.conjuncts[i]);
    return logical_filter(call->arena, side, moved, filter->filter.conjunct_count);
}

static LogicalNode *apply(RuleCall *call, LogicalNode *node)
{
    if (node->kind != LOGICAL_FILTER)
        return node;
    LogicalNode *input = node->inputs[0];
    for (int i = 0; i < node->filter.conjunct_count; i++)
        if (node->filter.conjuncts[i]->is_volatile)
            return node;
    if (input->kind == LOGICAL_SORT && input->sort.limit < 0 && input->sort.offset == 0)
        return rule_over(call->arena, input,
                         logical_filter(call->arena, input->inputs[0], node->filter.conjuncts,
                                        node->filter.conjunct_count));
    if (input->kind != LOGICAL_UNION)
        return node;
    LogicalNode *all = logical_copy(call->arena, input);
    for (int i = 0; i < all->input_count; i++)
        all->inputs[i] = into_side(call, node, input, input->inputs[i]);
    return all;
}

const Rule rule_push_filter_union = {.name = "push_filter_union",
                                     .summary = "moves filters below UNION ALL and sorts",
                                     .settles = true,
                                     .apply = apply};
