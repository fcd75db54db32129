/*
 * bound_eval.c - constant trees are evaluated by the kernels that the executor runs, in
 * the order in which it would run them: what CASE, AND and COALESCE guard is not touched.
 */
#include "functions/registry.h"
#include "planner/bound.h"

static Status eval_logic(Arena *arena, const Bound *bound, Value *out, Err *err)
{
    bool decisive = bound->kind == BOUND_OR, unknown = false;
    for (int i = 0; i < bound->arg_count; i++) {
        Value value;
        TRY(bound_eval(arena, bound->args[i], &value, err));
        if (value.is_null) {
            unknown = true;
        } else if (value.as.boolean == decisive) {
            *out = value_bool(decisive);
            return OK;
        }
    }
    *out = unknown ? value_null(type_of(TYPE_BOOLEAN)) : value_bool(!decisive);
    return OK;
}

static Status eval_case(Arena *arena, const Bound *bound, Value *out, Err *err)
{
    int i = 0;
    for (; i + 1 < bound->arg_count; i += 2) {
        Value when;
        TRY(bound_eval(arena, bound->args[i], &when, err));
        if (!when.is_null && when.as.boolean) {
            i++;
            break;
        }
    }
    return bound_eval(arena, bound->args[i], out, err);
}

static Status eval_coalesce(Arena *arena, const Bound *bound, Value *out, Err *err)
{
    Value value = value_null(bound->type);
    for (int i = 0; i < bound->arg_count; i++) {
        TRY(bound_eval(arena, bound->args[i], &value, err));
        if (!value.is_null)
            break;
    }
    *out = value;
    return OK;
}

static Status eval_call(Arena *arena, const Bound *bound, Value *out, Err *err)
{
    Value *args = ARENA_ARRAY(arena, Value, bound->arg_count + 1), value;
    for (int i = 0; i < bound->arg_count; i++)
        TRY(bound_eval(arena, bound->args[i], &args[i], err));
    TRY(function_eval_const(bound->fn, args, &value, arena, err));
    value.type = bound->type;
    *out = value;
    return OK;
}

Status bound_eval(Arena *arena, const Bound *bound, Value *out, Err *err)
{
    switch (bound->kind) {
    case BOUND_CONST:
        *out = bound->constant;
        return OK;
    case BOUND_CALL:
        return eval_call(arena, bound, out, err);
    case BOUND_AND:
    case BOUND_OR:
        return eval_logic(arena, bound, out, err);
    case BOUND_CASE:
        return eval_case(arena, bound, out, err);
    case BOUND_COALESCE:
        return eval_coalesce(arena, bound, out, err);
    case BOUND_COLUMN:
    case BOUND_AGGREGATE:
        break;
    }
    return err_set(err, SQLSTATE_INTERNAL, bound->position, "the expression is not constant");
}

bool bound_fold(Arena *arena, const Bound *bound, Value *out)
{
    Err err = ERR_NONE;
    return bound->is_constant && bound_eval(arena, bound, out, &err) == OK;
}
