/*
 * fold_values.c - projections and filters over constant rows are done now: SELECT 1 + 1 is a
 * row of constants.
 */
#include "planner/rules/rule.h"

extern const Rule rule_fold_values;

enum { CELLS_MAX = 20000 };

/* The expression with a row's values put in, evaluated. */
static bool eval_row(RuleCall *call, const LogicalNode *values, uint32_t row, const Bound *bound,
                     Value *out)
{
    int count = values->column_count;
    const Bound **cells = ARENA_ARRAY(call->arena, const Bound *, count + 1);
    for (int i = 0; i < count; i++) {
        Value value = values->values.values[(size_t)row * (size_t)count + (size_t)i];
        value.type = values->columns[i].type;
        cells[i] = bound_const(call->arena, &value, -1);
    }
    Substitution by = {values->columns, cells, count};
    if (!bound_fold(call->arena, rule_substitute(call->arena, &by, bound), out))
        return false;
    out->type = bound->type;
    return true;
}

static LogicalNode *make_values(RuleCall *call, const LogicalNode *shape, const Value *values,
                                uint32_t rows)
{
    LogicalNode *node = logical_node(call->arena, LOGICAL_VALUES, 0);
    node->columns = shape->columns;
    node->column_count = shape->column_count;
    node->values.values = values;
    node->values.row_count = rows;
    return node;
}

static LogicalNode *project(RuleCall *call, LogicalNode *node)
{
    const LogicalNode *input = node->inputs[0];
    uint32_t rows = input->values.row_count;
    size_t width = (size_t)node->column_count, cells = width * rows;
    for (int i = 0; i < node->column_count; i++)
        if (node->project.exprs[i]->is_volatile)
            return node;
    if (cells > CELLS_MAX)
        return node;
    Value *values = ARENA_ARRAY(call->arena, Value, cells + 1);
    for (size_t i = 0; i < cells; i++)
        if (!eval_row(call, input, (uint32_t)(i / width), node->project.exprs[i % width],
                      &values[i]))
            return node;
    return make_values(call, node, values, rows);
}

static LogicalNode *filter(RuleCall *call, LogicalNode *node)
{
    const LogicalNode *input = node->inputs[0];
    size_t width = (size_t)node->column_count;
    uint32_t kept = 0, rows = input->values.row_count;
    if ((width + 1) * rows > CELLS_MAX)
        return node;
    Value *values = ARENA_ARRAY(call->arena, Value, width * rows + 1);
    for (uint32_t row = 0; row < rows; row++) {
        bool passes = true;
        for (int i = 0; i < node->filter.conjunct_count && passes; i++) {
            Value value;
            if (node->filter.conjuncts[i]->is_volatile ||
                !eval_row(call, input, row, node->filter.conjuncts[i], &value))
                return node;
            passes = !value.is_null && value.as.boolean;
        }
        if (passes && width)
            memcpy(values + width * kept, input->values.values + width * row,
                   width * sizeof *values);
        kept += passes;
    }
    return make_values(call, node, values, kept);
}

static LogicalNode *apply(RuleCall *call, LogicalNode *node)
{
    if (node->input_count != 1 || node->inputs[0]->kind != LOGICAL_VALUES)
        return node;
    if (node->kind == LOGICAL_PROJECT)
        return project(call, node);
    if (node->kind == LOGICAL_FILTER)
        return filter(call, node);
    return node;
}

const Rule rule_fold_values = {
    .name = "fold_values", .summary = "computes constant rows", .apply = apply};
