/*
 * registry.c - the functions by name, and evaluating one over constants.
 */
#include "functions/registry.h"
#include "functions/function_tables.h"
#include "functions/kernel.h"

bool function_exists(const char *name)
{
    for (const ScalarFn *const *table = function_tables; *table; table++)
        for (const ScalarFn *fn = *table; fn->name; fn++)
            if (text_equal_nocase(fn->name, name))
                return true;
    return false;
}

bool aggregate_exists(const char *name)
{
    for (const AggregateFn *const *table = aggregate_tables; *table; table++)
        for (const AggregateFn *fn = *table; fn->name; fn++)
            if (text_equal_nocase(fn->name, name))
                return true;
    return false;
}

void function_each(void (*visit)(void *context, const char *name, const char *signature,
                                 const char *kind),
                   void *context)
{
    for (const ScalarFn *const *table = function_tables; *table; table++)
        for (const ScalarFn *fn = *table; fn->name; fn++)
            visit(context, fn->name, fn->signature, "scalar");
    for (const AggregateFn *const *table = aggregate_tables; *table; table++)
        for (const AggregateFn *fn = *table; fn->name; fn++)
            visit(context, fn->name, fn->signature, "aggregate");
}

Status function_eval_const(const FnBinding *binding, const Value *args, Value *out, Arena *arena,
                           Err *err)
{
    Vector *vectors = ARENA_ARRAY(arena, Vector, binding->arg_count + 1);
    const Vector **pointers = ARENA_ARRAY(arena, const Vector *, binding->arg_count + 1);
    Vector *result = &vectors[binding->arg_count];
    for (int i = 0; i < binding->arg_count; i++) {
        if (args[i].is_null && (binding->flags & FN_STRICT)) {
            *out = value_null(binding->result);
            return OK;
        }
        vector_make(&vectors[i], arena, binding->arg_types[i], 1, true);
        if (args[i].is_null)
            vector_set_null(&vectors[i], arena, 0, 1);
        else
            vector_set_value(&vectors[i], arena, 0, 1, &args[i]);
        pointers[i] = &vectors[i];
    }
    vector_make(result, arena, binding->result, 1, true);
    EvalCall call = {.state = binding->state,
                     .args = pointers,
                     .arg_count = binding->arg_count,
                     .out = result,
                     .count = 1,
                     .rows = 1,
                     .scratch = arena};
    TRY(binding->eval(&call, err));
    if (vector_is_null(result, 0))
        *out = value_null(binding->result);
    else
        *out = vector_get_deep(result, 0, arena);
    return OK;
}
