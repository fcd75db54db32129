/*
 * fn_cast.c - every CAST: finds the kernel for two types.
 *
 * The kernels are in cast_number.c, cast_text.c, cast_time.c and cast_array.c.
 */
#include "functions/cast.h"
#include "functions/cast_rules.h"

static const ScalarFn cast_function = {"cast", "*(*)", FN_STRICT, NULL, NULL};

static Status same(EvalCall *call, Err *err)
{
    (void)err;
    vector_copy(call->out, 0, call->rows, call->args[0], NULL, call->rows, call->scratch, NULL);
    return OK;
}

static Status all_null(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    out_null(call, row);
    return OK;
}

static ScalarEval find_kernel(Type from, Type to, uint32_t *flags)
{
    if (from.id == TYPE_NULL) {
        *flags = FN_MAKES_NULL;
        return all_null;
    }
    ScalarEval eval = NULL;
    bool plain = from.id == to.id && from.id != TYPE_ARRAY && from.id != TYPE_ROW;
    if (plain && type_equal(from, to)) {
        *flags = FN_STRICT;
        return same;
    }
    if (!eval)
        eval = cast_text_kernel(from, to, flags);
    if (!eval)
        eval = cast_number_kernel(from, to, flags);
    if (!eval)
        eval = cast_time_kernel(from, to, flags);
    if (!eval && plain) {
        *flags = FN_STRICT;
        eval = same;
    }
    return eval;
}

static bool is_scalar(Type type)
{
    return type.id != TYPE_ARRAY && type.id != TYPE_ROW && type.id != TYPE_NULL;
}

static Status fail_cast(Type from, Type to, int32_t position, Err *err)
{
    Buf names;
    buf_init(&names);
    type_print(from, &names);
    buf_add_text(&names, " to ");
    type_print(to, &names);
    err_set(err, SQLSTATE_CANNOT_COERCE, position, "cannot cast type %s", buf_text(&names));
    buf_deinit(&names);
    return FAIL;
}

Status cast_resolve(Type from, Type to, bool try_cast, const FnSession *session, Arena *arena,
                    FnBinding *out, int32_t position, Err *err)
{
    CastState *cast = ARENA_NEW(arena, CastState);
    *cast = (CastState){.from = from, .to = to, .try_cast = try_cast};
    FnBinding binding = {.fn = &cast_function, .arg_count = 1, .result = to, .state = cast};
    binding.arg_types = ARENA_NEW(arena, Type);
    binding.arg_types[0] = from;
    cast->from_class = type_class(from);
    cast->to_class = type_class(to);
    if (session && session->timezone)
        TRY(zone_find(str_from(session->timezone), &cast->zone, err));
    if (from.id == TYPE_ARRAY && to.id == TYPE_ARRAY && from.element && to.element) {
        cast->element = ARENA_NEW(arena, FnBinding);
        TRY(cast_resolve(*from.element, *to.element, try_cast, session, arena, cast->element,
                         position, err));
        binding.eval = type_equal(*from.element, *to.element) ? same : cast_array;
        binding.flags = FN_STRICT | (cast->element->flags & FN_CAN_FAIL);
    } else if (type_is_text(from) && to.id == TYPE_ARRAY && to.element && is_scalar(*to.element)) {
        binding.eval = cast_text_to_array;
        binding.flags = FN_STRICT | FN_CAN_FAIL;
    } else {
        binding.eval = find_kernel(from, to, &binding.flags);
    }
    if (!binding.eval)
        return fail_cast(from, to, position, err);
    if (try_cast && (binding.flags & FN_CAN_FAIL)) {
        binding.flags &= ~(uint32_t)FN_CAN_FAIL;
        binding.flags |= FN_MAKES_NULL;
    }
    *out = binding;
    return OK;
}

Status cast_value(const Value *from, Type to, Value *out, Arena *arena, int32_t position, Err *err)
{
    if (from->is_null) {
        *out = value_null(to);
        return OK;
    }
    Value source = *from;
    if (source.type.id == TYPE_NULL) /* a bare string */
        source.type = type_varchar(0);
    if (type_equal(source.type, to)) {
        *out = source;
        return OK;
    }
    FnBinding binding;
    TRY(cast_resolve(source.type, to, false, NULL, arena, &binding, position, err));
    Status status = function_eval_const(&binding, &source, out, arena, err);
    if (status != OK && err && err->position < 0)
        err->position = position;
    return status;
}
