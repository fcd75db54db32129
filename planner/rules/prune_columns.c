/*
 * prune_columns.c - columns that nobody reads are not made, down to the scans, which then do not
 * convert them.
 */
#include "planner/rules/rule.h"

extern const Rule rule_prune_columns;

typedef struct IdSet {
    uint64_t *words;
    int32_t max;
} IdSet;

typedef struct Pruner {
    Arena *arena;
    int32_t max_id;
} Pruner;

static IdSet set_new(Pruner *self)
{
    return (IdSet){ARENA_ARRAY(self->arena, uint64_t, self->max_id / 64 + 1), self->max_id};
}

static void set_add(IdSet *set, int32_t id)
{
    if (id >= 0 && id <= set->max)
        set->words[id / 64] |= 1ull << (id % 64);
}

static bool set_has(const IdSet *set, int32_t id)
{
    return id >= 0 && id <= set->max && (set->words[id / 64] >> (id % 64) & 1);
}

static void add_read(void *context, const Bound *bound)
{
    if (bound->kind == BOUND_COLUMN)
        set_add(context, bound->column.id);
}

static void add_reads(IdSet *set, BoundArgs exprs, int count)
{
    for (int i = 0; i < count; i++)
        bound_walk(exprs[i], add_read, set);
}

static LogicalNode *prune(Pruner *self, LogicalNode *node, const IdSet *wanted);

/* A copy with the columns (and parallel expressions or numbers) that are wanted; the same node if
 * all are. */
static LogicalNode *keep_columns(Pruner *self, LogicalNode *node, const IdSet *wanted, int **kept)
{
    int count = 0;
    *kept = ARENA_ARRAY(self->arena, int, node->column_count + 1);
    for (int i = 0; i < node->column_count; i++)
        if (set_has(wanted, node->columns[i].id))
            (*kept)[count++] = i;
    if (count == node->column_count)
        return node;
    LogicalNode *copy = logical_copy(self->arena, node);
    copy->columns = ARENA_ARRAY(self->arena, LogicalColumn, count + 1);
    copy->column_count = count;
    for (int i = 0; i < count; i++)
        copy->columns[i] = node->columns[(*kept)[i]];
    return copy;
}

static LogicalNode *prune_scan(Pruner *self, LogicalNode *node, const IdSet *wanted)
{
    int *kept;
    LogicalNode *copy = keep_columns(self, node, wanted, &kept);
    if (copy == node)
        return node;
    uint16_t *numbers = ARENA_ARRAY(self->arena, uint16_t, copy->column_count + 1);
    for (int i = 0; i < copy->column_count; i++)
        numbers[i] = node->scan.table_columns[kept[i]];
    copy->scan.table_columns = numbers;
    return copy;
}

static LogicalNode *prune_values(Pruner *self, LogicalNode *node, const IdSet *wanted)
{
    int *kept;
    LogicalNode *copy = keep_columns(self, node, wanted, &kept);
    if (copy == node)
        return node;
    size_t width = (size_t)copy->column_count, old = (size_t)node->column_count;
    Value *values = ARENA_ARRAY(self->arena, Value, width * node->values.row_count + 1);
    for (size_t row = 0; row < node->values.row_count; row++)
        for (size_t i = 0; i < width; i++)
            values[row * width + i] = node->values.values[row * old + (size_t)kept[i]];
    copy->values.values = values;
    return copy;
}

static LogicalNode *prune_project(Pruner *self, LogicalNode *node, const IdSet *wanted)
{
    int *kept;
    IdSet below = set_new(self);
    LogicalNode *copy = keep_columns(self, node, wanted, &kept);
    const Bound **exprs = ARENA_ARRAY(self->arena, const Bound *, copy->column_count + 1);
    for (int i = 0; i < copy->column_count; i++)
        exprs[i] = node->project.exprs[kept[i]];
    add_reads(&below, exprs, copy->column_count);
    LogicalNode *input = prune(self, node->inputs[0], &below);
    if (copy == node && input == node->inputs[0])
        return node;
    return logical_project(self->arena, input, exprs, copy->columns, copy->column_count);
}

/* Nodes whose columns are their input's. */
static LogicalNode *prune_through(Pruner *self, LogicalNode *node, const IdSet *wanted)
{
    IdSet below = set_new(self);
    for (int i = 0; i < node->column_count; i++)
        if (set_has(wanted, node->columns[i].id))
            set_add(&below, node->columns[i].id);
    if (node->kind == LOGICAL_FILTER)
        add_reads(&below, node->filter.conjuncts, node->filter.conjunct_count);
    for (int i = 0; node->kind == LOGICAL_SORT && i < node->sort.key_count; i++)
        set_add(&below, node->sort.keys[i].id);
    LogicalNode *input = prune(self, node->inputs[0], &below);
    return input == node->inputs[0] ? node : rule_over(self->arena, node, input);
}

static LogicalNode *prune_explode(Pruner *self, LogicalNode *node, const IdSet *wanted)
{
    int added = node->explode.ordinality ? 2 : 1, pass = node->column_count - added, count = 0;
    IdSet below = set_new(self);
    LogicalColumn *columns = ARENA_ARRAY(self->arena, LogicalColumn, node->column_count + 1);
    for (int i = 0; i < node->column_count; i++) {
        if (i < pass && !set_has(wanted, node->columns[i].id))
            continue;
        if (i < pass)
            set_add(&below, node->columns[i].id);
        columns[count++] = node->columns[i];
    }
    add_reads(&below, &node->explode.array, 1);
    LogicalNode *input = prune(self, node->inputs[0], &below);
    if (input == node->inputs[0] && count == node->column_count)
        return node;
    LogicalNode *copy = logical_with_input(self->arena, node, input);
    copy->columns = columns;
    copy->column_count = count;
    return copy;
}

/* Window and Expand: the input's columns, some under new ids, and a few more. */
static LogicalNode *prune_adding(Pruner *self, LogicalNode *node, const IdSet *wanted, int added)
{
    IdSet below = set_new(self);
    const LogicalNode *old = node->inputs[0];
    for (int i = 0; i < old->column_count; i++)
        if (set_has(wanted, node->columns[i].id))
            set_add(&below, old->columns[i].id);
    if (node->kind == LOGICAL_WINDOW)
        set_add(&below, node->window.time);
    for (int i = 0; node->kind == LOGICAL_EXPAND && i < node->expand.key_count; i++)
        set_add(&below, node->expand.keys[i]);
    LogicalNode *input = prune(self, node->inputs[0], &below);
    if (input == node->inputs[0])
        return node;
    LogicalNode *copy = logical_with_input(self->arena, node, input);
    copy->columns = ARENA_ARRAY(self->arena, LogicalColumn, input->column_count + added + 1);
    copy->column_count = input->column_count + added;
    for (int i = 0; i < input->column_count; i++) {
        copy->columns[i] = input->columns[i];
        for (int k = 0; k < old->column_count; k++)
            if (old->columns[k].id == input->columns[i].id)
                copy->columns[i] = node->columns[k];
    }
    for (int i = 0; i < added; i++)
        copy->columns[input->column_count + i] = node->columns[old->column_count + i];
    return copy;
}

static LogicalNode *prune_aggregate(Pruner *self, LogicalNode *node, const IdSet *wanted)
{
    int keys = node->aggregate.key_count, count = 0;
    IdSet below = set_new(self);
    const Bound **kept = ARENA_ARRAY(self->arena, const Bound *, node->column_count + 1);
    LogicalColumn *columns = ARENA_ARRAY(self->arena, LogicalColumn, node->column_count + 1);
    for (int i = 0; i < keys; i++)
        columns[i] = node->columns[i];
    for (int i = 0; i < node->aggregate.aggregate_count; i++) {
        bool last = keys == 0 && count == 0 && i + 1 == node->aggregate.aggregate_count;
        if (!set_has(wanted, node->columns[keys + i].id) && !last)
            continue;
        columns[keys + count] = node->columns[keys + i];
        kept[count++] = node->aggregate.aggregates[i];
    }
    add_reads(&below, node->aggregate.keys, keys);
    add_reads(&below, kept, count);
    LogicalNode *input = prune(self, node->inputs[0], &below);
    if (input == node->inputs[0] && count == node->aggregate.aggregate_count)
        return node;
    LogicalNode *copy = logical_with_input(self->arena, node, input);
    copy->columns = columns;
    copy->column_count = keys + count;
    copy->aggregate.aggregates = kept;
    copy->aggregate.aggregate_count = count;
    return copy;
}

static bool gives_exactly(const LogicalNode *node, const int32_t *ids, int count)
{
    bool same = node->column_count == count;
    for (int i = 0; i < count && same; i++)
        same = node->columns[i].id == ids[i];
    return same;
}

static LogicalNode *prune_union(Pruner *self, LogicalNode *node, const IdSet *wanted)
{
    int *kept;
    LogicalNode *copy = keep_columns(self, node, wanted, &kept);
    LogicalNode **inputs = ARENA_ARRAY(self->arena, LogicalNode *, node->input_count + 1);
    bool changed = copy != node;
    for (int s = 0; s < node->input_count; s++) {
        LogicalNode *side = node->inputs[s];
        IdSet below = set_new(self);
        int32_t *ids = ARENA_ARRAY(self->arena, int32_t, copy->column_count + 1);
        for (int i = 0; i < copy->column_count; i++) {
            ids[i] = side->columns[kept[i]].id;
            set_add(&below, ids[i]);
        }
        inputs[s] = prune(self, side, &below);
        if (!gives_exactly(inputs[s], ids, copy->column_count))
            inputs[s] = logical_keep(self->arena, inputs[s], ids, copy->column_count);
        changed |= inputs[s] != side;
    }
    if (!changed)
        return node;
    if (copy == node)
        copy = logical_copy(self->arena, node);
    copy->inputs = inputs;
    return copy;
}

static LogicalNode *prune(Pruner *self, LogicalNode *node, const IdSet *wanted)
{
    switch (node->kind) {
    case LOGICAL_SCAN:
        return prune_scan(self, node, wanted);
    case LOGICAL_VALUES:
        return prune_values(self, node, wanted);
    case LOGICAL_PROJECT:
        return prune_project(self, node, wanted);
    case LOGICAL_FILTER:
    case LOGICAL_SORT:
    case LOGICAL_LIMIT:
        return prune_through(self, node, wanted);
    case LOGICAL_EXPLODE:
        return prune_explode(self, node, wanted);
    case LOGICAL_EXPAND:
        return prune_adding(self, node, wanted, 1);
    case LOGICAL_WINDOW:
        return prune_adding(self, node, wanted, 3);
    case LOGICAL_AGGREGATE:
        return prune_aggregate(self, node, wanted);
    case LOGICAL_UNION:
        return prune_union(self, node, wanted);
    }
    return node;
}

static LogicalNode *apply(RuleCall *call, LogicalNode *node)
{
    Pruner self = {call->arena, *call->next_id};
    IdSet wanted = set_new(&self);
    int32_t *ids = ARENA_ARRAY(call->arena, int32_t, node->column_count + 1);
    for (int i = 0; i < node->column_count; i++) {
        ids[i] = node->columns[i].id;
        set_add(&wanted, ids[i]);
    }
    LogicalNode *pruned = prune(&self, node, &wanted);
    if (pruned != node && !gives_exactly(pruned, ids, node->column_count))
        pruned = logical_keep(call->arena, pruned, ids, node->column_count);
    return pruned;
}

const Rule rule_prune_columns = {.name = "prune_columns",
                                 .summary = "makes only columns that are read",
                                 .whole = true,
                                 .settles = true,
                                 .apply = apply};
