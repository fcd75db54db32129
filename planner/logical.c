/*
 * logical.c - making and asking logical plan nodes.
 */
#include "planner/logical.h"

#include "base/list.h"

LogicalNode *logical_node(Arena *arena, LogicalKind kind, int input_count)
{
    LogicalNode *node = ARENA_NEW(arena, LogicalNode);
    node->kind = kind;
    node->position = -1;
    node->input_count = input_count;
    node->inputs = ARENA_ARRAY(arena, LogicalNode *, input_count + 1);
    return node;
}

LogicalNode *logical_copy(Arena *arena, const LogicalNode *node)
{
    LogicalNode *copy = ARENA_NEW(arena, LogicalNode);
    *copy = *node;
    copy->inputs = ARENA_ARRAY(arena, LogicalNode *, node->input_count + 1);
    for (int i = 0; i < node->input_count; i++)
        copy->inputs[i] = node->inputs[i];
    return copy;
}

LogicalNode *logical_with_input(Arena *arena, const LogicalNode *node, LogicalNode *input)
{
    LogicalNode *copy = logical_copy(arena, node);
    copy->inputs[0] = input;
    return copy;
}

static LogicalNode *same_columns(Arena *arena, LogicalKind kind, LogicalNode *input)
{
    LogicalNode *node = logical_node(arena, kind, 1);
    node->inputs[0] = input;
    node->columns = input->columns;
    node->column_count = input->column_count;
    return node;
}

BoundArgs logical_conjuncts(Arena *arena, BoundArgs exprs, int count, int *out_count)
{
    LIST(const Bound *) all = {0};
    for (int i = 0; i < count; i++) {
        if (exprs[i]->kind == BOUND_AND)
            for (int k = 0; k < exprs[i]->arg_count; k++)
                list_push_arena(arena, &all, exprs[i]->args[k]);
        else
            list_push_arena(arena, &all, exprs[i]);
    }
    *out_count = (int)all.count;
    return all.at;
}

LogicalNode *logical_filter(Arena *arena, LogicalNode *input, BoundArgs conjuncts, int count)
{
    LogicalNode *node = same_columns(arena, LOGICAL_FILTER, input);
    node->filter.conjuncts =
        logical_conjuncts(arena, conjuncts, count, &node->filter.conjunct_count);
    return node;
}

LogicalNode *logical_project(Arena *arena, LogicalNode *input, BoundArgs exprs,
                             const LogicalColumn *columns, int count)
{
    LogicalNode *node = logical_node(arena, LOGICAL_PROJECT, 1);
    const Bound **copy = ARENA_ARRAY(arena, const Bound *, count + 1);
    node->inputs[0] = input;
    node->columns = ARENA_ARRAY(arena, LogicalColumn, count + 1);
    node->column_count = count;
    for (int i = 0; i < count; i++) {
        node->columns[i] = columns[i];
        copy[i] = exprs[i];
    }
    node->project.exprs = copy;
    return node;
}

LogicalNode *logical_limit(Arena *arena, LogicalNode *input, int64_t limit, int64_t offset)
{
    LogicalNode *node = same_columns(arena, LOGICAL_LIMIT, input);
    node->limit.limit = limit;
    node->limit.offset = offset;
    return node;
}

LogicalNode *logical_sort(Arena *arena, LogicalNode *input, const LogicalSortKey *keys, int count)
{
    LogicalNode *node = same_columns(arena, LOGICAL_SORT, input);
    node->sort.keys = keys;
    node->sort.key_count = count;
    node->sort.limit = -1;
    return node;
}

LogicalNode *logical_distinct(Arena *arena, LogicalNode *input)
{
    LogicalNode *node = same_columns(arena, LOGICAL_AGGREGATE, input);
    const Bound **keys = ARENA_ARRAY(arena, const Bound *, input->column_count + 1);
    for (int i = 0; i < input->column_count; i++)
        keys[i] = bound_column(arena, input->columns[i].id, input->columns[i].name,
                               input->columns[i].type, -1);
    node->aggregate.keys = keys;
    node->aggregate.key_count = input->column_count;
    return node;
}

LogicalNode *logical_keep(Arena *arena, LogicalNode *input, const int32_t *ids, int count)
{
    const Bound **exprs = ARENA_ARRAY(arena, const Bound *, count + 1);
    LogicalColumn *columns = ARENA_ARRAY(arena, LogicalColumn, count + 1);
    for (int i = 0; i < count; i++) {
        columns[i] = *logical_column(input, ids[i]);
        exprs[i] = bound_column(arena, columns[i].id, columns[i].name, columns[i].type, -1);
    }
    return logical_project(arena, input, exprs, columns, count);
}

const LogicalColumn *logical_column(const LogicalNode *node, int32_t id)
{
    for (int i = 0; i < node->column_count; i++)
        if (node->columns[i].id == id)
            return &node->columns[i];
    return NULL;
}

bool logical_gives(const LogicalNode *node, const Bound *bound)
{
    if (bound->kind == BOUND_COLUMN)
        return logical_column(node, bound->column.id) != NULL;
    for (int i = 0; i < bound->arg_count; i++)
        if (!logical_gives(node, bound->args[i]))
            return false;
    return true;
}

static bool any_can_fail(BoundArgs exprs, int count)
{
    for (int i = 0; i < count; i++)
        if (exprs[i]->can_fail)
            return true;
    return false;
}

bool logical_can_fail(const LogicalNode *node)
{
    bool can = false;
    switch (node->kind) {
    case LOGICAL_SCAN:
        can = any_can_fail(node->scan.conjuncts, node->scan.conjunct_count);
        break;
    case LOGICAL_FILTER:
        can = any_can_fail(node->filter.conjuncts, node->filter.conjunct_count);
        break;
    case LOGICAL_PROJECT:
        can = any_can_fail(node->project.exprs, node->column_count);
        break;
    case LOGICAL_EXPLODE:
        can = node->explode.array->can_fail;
        break;
    case LOGICAL_AGGREGATE:
        can = any_can_fail(node->aggregate.keys, node->aggregate.key_count) ||
              any_can_fail(node->aggregate.aggregates, node->aggregate.aggregate_count);
        break;
    case LOGICAL_VALUES:
    case LOGICAL_EXPAND:
    case LOGICAL_WINDOW:
    case LOGICAL_UNION:
    case LOGICAL_SORT:
    case LOGICAL_LIMIT:
        break;
    }
    for (int i = 0; i < node->input_count && !can; i++)
        can = logical_can_fail(node->inputs[i]);
    return can;
}
