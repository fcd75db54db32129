/*
 * bound.c - making, comparing and rewriting bound expressions.
 */
#include "planner/bound.h"

#include <string.h>
#include "base/list.h"

static Bound *bound_new(Arena *arena, BoundKind kind, Type type, int32_t position)
{
    Bound *bound = ARENA_NEW(arena, Bound);
    bound->kind = kind;
    bound->type = type;
    bound->position = position;
    bound->size = 1;
    return bound;
}

/* Facts about the tree that follow from the arguments'. */
static void take_args(Arena *arena, Bound *bound, BoundArgs args, int arg_count)
{
    const Bound **copy = ARENA_ARRAY(arena, const Bound *, arg_count + 1);
    bound->is_constant = true;
    bound->depth = 0;
    bound->size = 1;
    for (int i = 0; i < arg_count; i++) {
        copy[i] = args[i];
        if (args[i]->depth >= bound->depth)
            bound->depth = (uint16_t)(args[i]->depth + 1);
        bound->size = bound->size > UINT32_MAX / 2 ? bound->size : bound->size + args[i]->size;
        bound->can_fail |= args[i]->can_fail;
        bound->is_volatile |= args[i]->is_volatile;
        bound->is_constant &= args[i]->is_constant;
    }
    bound->args = copy;
    bound->arg_count = arg_count;
}

const Bound *bound_const(Arena *arena, const Value *value, int32_t position)
{
    Bound *bound = bound_new(arena, BOUND_CONST, value->type, position);
    bound->constant = *value;
    bound->is_constant = true;
    return bound;
}

const Bound *bound_unknown(Arena *arena, const Value *value, int32_t position)
{
    Bound *bound = bound_new(arena, BOUND_CONST, type_of(TYPE_NULL), position);
    bound->constant = *value;
    bound->is_constant = true;
    bound->unknown = true;
    return bound;
}

const Bound *bound_column(Arena *arena, int32_t id, const char *name, Type type, int32_t position)
{
    Bound *bound = bound_new(arena, BOUND_COLUMN, type, position);
    bound->column.id = id;
    bound->column.name = name;
    return bound;
}

const Bound *bound_call(Arena *arena, const FnBinding *fn, BoundArgs args, int arg_count,
                        int32_t position)
{
    Bound *bound = bound_new(arena, BOUND_CALL, fn->result, position);
    FnBinding *copy = ARENA_NEW(arena, FnBinding);
    *copy = *fn;
    bound->fn = copy;
    take_args(arena, bound, args, arg_count);
    bound->can_fail |= (fn->flags & FN_CAN_FAIL) != 0;
    bound->is_volatile |= (fn->flags & FN_VOLATILE) != 0;
    bound->is_constant &= (fn->flags & (FN_VOLATILE | FN_STABLE)) == 0;
    return bound;
}

const Bound *bound_list(Arena *arena, BoundKind kind, Type type, BoundArgs args, int arg_count,
                        int32_t position)
{
    LIST(const Bound *) flat = {0};
    bool is_logic = kind == BOUND_AND || kind == BOUND_OR;
    if (is_logic && arg_count == 1)
        return args[0];
    for (int i = 0; i < arg_count; i++) {
        if (is_logic && args[i]->kind == kind)
            for (int k = 0; k < args[i]->arg_count; k++)
                list_push_arena(arena, &flat, args[i]->args[k]);
        else
            list_push_arena(arena, &flat, args[i]);
    }
    Bound *bound = bound_new(arena, kind, type, position);
    take_args(arena, bound, flat.at, (int)flat.count);
    return bound;
}

const Bound *bound_aggregate(Arena *arena, const BoundAggregate *aggregate, BoundArgs args,
                             int arg_count, int32_t position)
{
    Bound *bound = bound_new(arena, BOUND_AGGREGATE, aggregate->binding.result, position);
    BoundAggregate *copy = ARENA_NEW(arena, BoundAggregate);
    *copy = *aggregate;
    bound->aggregate = copy;
    take_args(arena, bound, args, arg_count);
    bound->can_fail |= aggregate->filter && aggregate->filter->can_fail;
    bound->is_constant = false;
    return bound;
}

const Bound *bound_with_args(Arena *arena, const Bound *bound, BoundArgs args)
{
    if (bound->kind == BOUND_AND || bound->kind == BOUND_OR || bound->kind == BOUND_CASE ||
        bound->kind == BOUND_COALESCE)
        return bound_list(arena, bound->kind, bound->type, args, bound->arg_count, bound->position);
    Bound *copy = ARENA_NEW(arena, Bound);
    *copy = *bound;
    copy->can_fail = copy->is_volatile = false;
    take_args(arena, copy, args, bound->arg_count);
    if (bound->kind == BOUND_CALL) {
        copy->can_fail |= (bound->fn->flags & FN_CAN_FAIL) != 0;
        copy->is_volatile |= (bound->fn->flags & FN_VOLATILE) != 0;
        copy->is_constant &= (bound->fn->flags & (FN_VOLATILE | FN_STABLE)) == 0;
    } else {
        copy->can_fail |= bound->kind == BOUND_AGGREGATE && bound->aggregate->filter &&
                          bound->aggregate->filter->can_fail;
        copy->is_constant = false;
    }
    return copy;
}

static bool args_equal(const Bound *a, const Bound *b)
{
    if (a->arg_count != b->arg_count)
        return false;
    for (int i = 0; i < a->arg_count; i++)
        if (!bound_equal(a->args[i], b->args[i]))
            return false;
    return true;
}

static bool aggregates_equal(const BoundAggregate *a, const BoundAggregate *b)
{
    return a->binding.fn == b->binding.fn && type_equal(a->binding.result, b->binding.result) &&
           a->distinct == b->distinct && !a->filter == !b->filter &&
           (!a->filter || bound_equal(a->filter, b->filter));
}

static bool consts_equal(const Bound *a, const Bound *b)
{
    if (a->unknown != b->unknown || a->param != b->param ||
        a->constant.type.id != b->constant.type.id)
        return false;
    return type_equal(a->constant.type, b->constant.type) &&
           value_equal(&a->constant, &b->constant);
}

bool bound_equal(const Bound *a, const Bound *b)
{
    if (a == b)
        return true;
    if (a->kind != b->kind || a->is_volatile || !type_equal(a->type, b->type))
        return false;
    switch (a->kind) {
    case BOUND_CONST:
        return consts_equal(a, b);
    case BOUND_COLUMN:
        return a->column.id == b->column.id;
    case BOUND_CALL:
        return a->fn->fn == b->fn->fn && a->fn->eval == b->fn->eval && a->is_try == b->is_try &&
               args_equal(a, b);
    case BOUND_AGGREGATE:
        return aggregates_equal(a->aggregate, b->aggregate) && args_equal(a, b);
    case BOUND_AND:
    case BOUND_OR:
    case BOUND_CASE:
    case BOUND_COALESCE:
        return args_equal(a, b);
    }
    return false;
}

bool bound_is_true(const Bound *bound)
{
    return bound->kind == BOUND_CONST && bound->type.id == TYPE_BOOLEAN &&
           !bound->constant.is_null && bound->constant.as.boolean;
}

void bound_walk(const Bound *bound, void (*visit)(void *context, const Bound *bound), void *context)
{
    visit(context, bound);
    for (int i = 0; i < bound->arg_count; i++)
        bound_walk(bound->args[i], visit, context);
    if (bound->kind == BOUND_AGGREGATE && bound->aggregate->filter)
        bound_walk(bound->aggregate->filter, visit, context);
}

bool bound_reads(const Bound *bound, int32_t id)
{
    if (bound->kind == BOUND_COLUMN)
        return bound->column.id == id;
    for (int i = 0; i < bound->arg_count; i++)
        if (bound_reads(bound->args[i], id))
            return true;
    return bound->kind == BOUND_AGGREGATE && bound->aggregate->filter &&
           bound_reads(bound->aggregate->filter, id);
}

bool bound_has_aggregate(const Bound *bound)
{
    if (bound->kind == BOUND_AGGREGATE)
        return true;
    for (int i = 0; i < bound->arg_count; i++)
        if (bound_has_aggregate(bound->args[i]))
            return true;
    return false;
}

const Bound *bound_rewrite(Arena *arena, const Bound *bound, BoundReplace replace, void *context)
{
    const Bound *replacement = replace(context, bound);
    if (replacement)
        return replacement;
    const Bound **args = NULL;
    for (int i = 0; i < bound->arg_count; i++) {
        const Bound *arg = bound_rewrite(arena, bound->args[i], replace, context);
        if (arg == bound->args[i])
            continue;
        if (!args) {
            args = ARENA_ARRAY(arena, const Bound *, bound->arg_count);
            memcpy(args, bound->args, sizeof *args * (size_t)bound->arg_count);
        }
        args[i] = arg;
    }
    const Bound *result = args ? bound_with_args(arena, bound, args) : bound;
    if (bound->kind == BOUND_AGGREGATE && bound->aggregate->filter) {
        const Bound *filter = bound_rewrite(arena, bound->aggregate->filter, replace, context);
        if (filter != bound->aggregate->filter) {
            BoundAggregate aggregate = *bound->aggregate;
            aggregate.filter = filter;
            return bound_aggregate(arena, &aggregate, result->args, result->arg_count,
                                   result->position);
        }
    }
    return result;
}
