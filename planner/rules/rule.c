#include "planner/rules/rule.h"

enum { SIZE_MAX_MERGED = 400 };

typedef struct Count {
    const Substitution *by;
    uint32_t *uses;
} Count;

static void count_use(void *context, const Bound *bound)
{
    Count *count = context;
    if (bound->kind != BOUND_COLUMN)
        return;
    for (int i = 0; i < count->by->count; i++)
        if (count->by->columns[i].id == bound->column.id)
            count->uses[i]++;
}

bool rule_may_substitute(const Substitution *by, BoundArgs exprs, int count)
{
    bool good = true, single = true;
    uint64_t size = 0;
    uint32_t deepest = 0, depth = 0;
    uint32_t *uses = mem_zalloc(sizeof *uses * ((size_t)by->count + 1));
    Count counter = {by, uses};
    for (int i = 0; i < count; i++) {
        bound_walk(exprs[i], count_use, &counter);
        size += exprs[i]->size;
        if (exprs[i]->depth > depth)
            depth = exprs[i]->depth;
    }
    for (int i = 0; i < by->count; i++) {
        bool plain = by->exprs[i]->kind == BOUND_COLUMN || by->exprs[i]->kind == BOUND_CONST;
        good &= !by->exprs[i]->is_volatile || uses[i] == 0;
        single &= plain || uses[i] <= 1;
        size += (uint64_t)uses[i] * by->exprs[i]->size;
        if (uses[i] && by->exprs[i]->depth > deepest)
            deepest = by->exprs[i]->depth;
    }
    free(uses);
    return good && (single || size <= SIZE_MAX_MERGED) && depth + deepest <= BOUND_DEPTH_MAX;
}

static const Bound *replace(void *context, const Bound *bound)
{
    const Substitution *by = context;
    if (bound->kind == BOUND_COLUMN)
        for (int i = 0; i < by->count; i++)
            if (by->columns[i].id == bound->column.id)
                return by->exprs[i];
    return NULL;
}

const Bound *rule_substitute(Arena *arena, const Substitution *by, const Bound *bound)
{
    Substitution copy = *by;
    return bound_rewrite(arena, bound, replace, &copy);
}

void rule_split(Arena *arena, const LogicalNode *filter, bool (*movable)(void *, const Bound *),
                void *context, Conjuncts *out)
{
    bool blocked = false;
    for (int i = 0; i < filter->filter.conjunct_count; i++) {
        const Bound *bound = filter->filter.conjuncts[i];
        if (!blocked && !bound->is_volatile && movable(context, bound)) {
            list_push_arena(arena, &out->moved, bound);
        } else {
            list_push_arena(arena, &out->kept, bound);
            blocked |= bound->can_fail;
        }
    }
}

LogicalNode *rule_filter(Arena *arena, LogicalNode *input, BoundArgs conjuncts, size_t count)
{
    return count ? logical_filter(arena, input, conjuncts, (int)count) : input;
}

LogicalNode *rule_over(Arena *arena, const LogicalNode *node, LogicalNode *input)
{
    LogicalNode *copy = logical_with_input(arena, node, input);
    copy->columns = input->columns;
    copy->column_count = input->column_count;
    return copy;
}

static bool map_list(Arena *arena, BoundArgs *list, int count,
                     const Bound *(*change)(Arena *, const Bound *))
{
    const Bound **copy = NULL;
    for (int i = 0; i < count; i++) {
        const Bound *changed = change(arena, (*list)[i]);
        if (changed == (*list)[i])
            continue;
        if (!copy) {
            copy = ARENA_ARRAY(arena, const Bound *, count);
            memcpy(copy, *list, sizeof *copy * (size_t)count);
        }
        copy[i] = changed;
    }
    if (copy)
        *list = copy;
    return copy != NULL;
}

LogicalNode *rule_map_exprs(Arena *arena, LogicalNode *node,
                            const Bound *(*change)(Arena *arena, const Bound *bound))
{
    LogicalNode copy = *node;
    bool changed = false;
    switch (node->kind) {
    case LOGICAL_SCAN:
        changed = map_list(arena, &copy.scan.conjuncts, copy.scan.conjunct_count, change);
        if (copy.scan.watermark) {
            const Bound *watermark = change(arena, copy.scan.watermark);
            changed |= watermark != copy.scan.watermark;
            copy.scan.watermark = watermark;
        }
        break;
    case LOGICAL_FILTER:
        changed = map_list(arena, &copy.filter.conjuncts, copy.filter.conjunct_count, change);
        break;
    case LOGICAL_PROJECT:
        changed = map_list(arena, &copy.project.exprs, copy.column_count, change);
        break;
    case LOGICAL_EXPLODE: {
        const Bound *array = change(arena, copy.explode.array);
        changed = array != copy.explode.array;
        copy.explode.array = array;
        break;
    }
    case LOGICAL_AGGREGATE:
        changed = map_list(arena, &copy.aggregate.keys, copy.aggregate.key_count, change);
        changed |=
            map_list(arena, &copy.aggregate.aggregates, copy.aggregate.aggregate_count, change);
        break;
    case LOGICAL_VALUES:
    case LOGICAL_EXPAND:
    case LOGICAL_WINDOW:
    case LOGICAL_UNION:
    case LOGICAL_SORT:
    case LOGICAL_LIMIT:
        break;
    }
    if (!changed)
        return node;
    LogicalNode *result = logical_copy(arena, node);
    LogicalNode **inputs = result->inputs;
    *result = copy;
    result->inputs = inputs;
    return result;
}
