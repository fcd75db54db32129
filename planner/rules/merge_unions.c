/*
 * merge_unions.c - UNION ALL of UNION ALL is one with all inputs, in their order.
 */
#include "planner/rules/rule.h"

extern const Rule rule_merge_unions;

static LogicalNode *apply(RuleCall *call, LogicalNode *node)
{
    LIST(LogicalNode *) inputs = {0};
    if (node->kind != LOGICAL_UNION)
        return node;
    for (int i = 0; i < node->input_count; i++) {
        LogicalNode *input = node->inputs[i];
        if (input->kind == LOGICAL_UNION)
            for (int k = 0; k < input->input_count; k++)
                list_push_arena(call->arena, &inputs, input->inputs[k]);
        else
            list_push_arena(call->arena, &inputs, input);
    }
    if ((int)inputs.count == node->input_count)
        return node;
    LogicalNode *copy = logical_copy(call->arena, node);
    copy->inputs = inputs.at;
    copy->input_count = (int)inputs.count;
    return copy;
}

const Rule rule_merge_unions = {
    .name = "merge_unions", .summary = "makes one UNION ALL of several", .apply = apply};
