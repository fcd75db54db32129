/*
 * fold_constants.c - what is constant is computed now: 1 = 1 becomes TRUE, and what TRUE and
 * FALSE decide goes.  What fails is left as it is, for the run to fail or never reach it.
 */
#include "planner/rules/rule.h"

extern const Rule rule_fold_constants;

static const Bound *boolean(Arena *arena, bool value, const Bound *of)
{
    Value constant = value_bool(value);
    return bound_const(arena, &constant, of->position);
}

static bool is_boolean(const Bound *bound, bool value)
{
    return bound->kind == BOUND_CONST && !bound->constant.is_null &&
           bound->type.id == TYPE_BOOLEAN && bound->constant.as.boolean == value;
}

static bool is_null(const Bound *bound)
{
    return bound->kind == BOUND_CONST && bound->constant.is_null;
}

/* x AND TRUE is x; x AND FALSE is FALSE, after what may fail before it. */
static const Bound *simplify_logic(Arena *arena, const Bound *bound)
{
    bool decisive = bound->kind == BOUND_OR, fails = false;
    const Bound **kept = ARENA_ARRAY(arena, const Bound *, bound->arg_count + 1);
    int count = 0;
    for (int i = 0; i < bound->arg_count; i++) {
        const Bound *arg = bound->args[i];
        if (is_boolean(arg, !decisive))
            continue;
        if (is_boolean(arg, decisive) && !fails)
            return boolean(arena, decisive, bound);
        kept[count++] = arg;
        fails |= arg->can_fail;
        if (is_boolean(arg, decisive))
            break;
    }
    if (count == bound->arg_count)
        return bound;
    if (count == 0)
        return boolean(arena, !decisive, bound);
    return bound_list(arena, bound->kind, bound->type, kept, count, bound->position);
}

static const Bound *simplify_case(Arena *arena, const Bound *bound)
{
    const Bound **kept = ARENA_ARRAY(arena, const Bound *, bound->arg_count + 1);
    int count = 0, i = 0;
    for (; i + 1 < bound->arg_count; i += 2) {
        if (is_boolean(bound->args[i], false) || is_null(bound->args[i]))
            continue;
        if (is_boolean(bound->args[i], true)) {
            i++;
            break;
        }
        kept[count++] = bound->args[i];
        kept[count++] = bound->args[i + 1];
    }
    kept[count++] = bound->args[i];
    if (count == 1)
        return kept[0];
    return count == bound->arg_count
               ? bound
               : bound_list(arena, BOUND_CASE, bound->type, kept, count, bound->position);
}

static const Bound *simplify_coalesce(Arena *arena, const Bound *bound)
{
    const Bound **kept = ARENA_ARRAY(arena, const Bound *, bound->arg_count + 1);
    int count = 0;
    for (int i = 0; i < bound->arg_count; i++) {
        if (is_null(bound->args[i]) && i + 1 < bound->arg_count)
            continue;
        kept[count++] = bound->args[i];
        if (bound->args[i]->kind == BOUND_CONST && !is_null(bound->args[i]))
            break;
    }
    if (count == bound->arg_count)
        return bound;
    return count == 1
               ? kept[0]
               : bound_list(arena, BOUND_COALESCE, bound->type, kept, count, bound->position);
}

static const Bound *fold(Arena *arena, const Bound *bound)
{
    Value value;
    if (bound->kind == BOUND_CONST || bound->kind == BOUND_COLUMN)
        return bound;
    if (bound_fold(arena, bound, &value)) {
        value.type = bound->type;
        return bound_const(arena, &value, bound->position);
    }
    const Bound **args = NULL;
    for (int i = 0; i < bound->arg_count; i++) {
        const Bound *arg = fold(arena, bound->args[i]);
        if (arg == bound->args[i])
            continue;
        if (!args) {
            args = ARENA_ARRAY(arena, const Bound *, bound->arg_count);
            memcpy(args, bound->args, sizeof *args * (size_t)bound->arg_count);
        }
        args[i] = arg;
    }
    const Bound *result = args ? bound_with_args(arena, bound, args) : bound;
    switch (result->kind) {
    case BOUND_AND:
    case BOUND_OR:
        return simplify_logic(arena, result);
    case BOUND_CASE:
        return simplify_case(arena, result);
    case BOUND_COALESCE:
        return simplify_coalesce(arena, result);
    case BOUND_AGGREGATE:
        if (result->aggregate->filter) {
            BoundAggregate aggregate = *result->aggregate;
            aggregate.filter = fold(arena, aggregate.filter);
            if (bound_is_true(aggregate.filter))
                aggregate.filter = NULL;
            if (aggregate.filter != result->aggregate->filter)
                return bound_aggregate(arena, &aggregate, result->args, result->arg_count,
                                       result->position);
        }
        return result;
    case BOUND_CALL:
    case BOUND_CONST:
    case BOUND_COLUMN:
        break;
    }
    return result;
}

static LogicalNode *apply(RuleCall *call, LogicalNode *node)
{
    return rule_map_exprs(call->arena, node, fold);
}

const Rule rule_fold_constants = {.name = "fold_constants",
                                  .summary = "computes what is constant",
                                  .settles = true,
                                  .apply = apply};
