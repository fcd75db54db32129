/*
 * bind_cast.c - coercions, written out as calls.
 *
 * A bare string or NULL has no type of its own: it takes the one that its place
 * asks for, by parsing now.  That is where `price > '1x'` fails, at the literal.
 */
#include "planner/bind.h"

#include "functions/registry.h"

/* The text of an unknown literal as a value of type `to`. */
static Status cast_unknown(Binder *binder, const Bound *bound, Type to, int32_t position,
                           const Bound **out, Err *err)
{
    Value value;
    if (bound->constant.is_null) {
        value = value_null(to);
    } else if (type_is_text(to) && to.length == 0) {
        value = bound->constant;
        value.type = to;
    } else {
        FnBinding fn;
        Err failure = ERR_NONE;
        TRY(cast_resolve(type_varchar(0), to, false, &binder->context->session, binder->arena, &fn,
                         bind_pos(binder, position), err));
        if (function_eval_const(&fn, &bound->constant, &value, binder->arena, &failure) != OK) {
            failure.position = bind_pos(binder, bound->position);
            if (err)
                *err = failure;
            return FAIL;
        }
    }
    const Bound *made = bound_const(binder->arena, &value, bound->position);
    if (bound->param) {
        Bound *copy = ARENA_NEW(binder->arena, Bound);
        *copy = *made;
        copy->param = bound->param;
        made = copy;
        if (binder->param_types[bound->param - 1].id == TYPE_NULL)
            binder->param_types[bound->param - 1] = to;
    }
    *out = made;
    return OK;
}

/* What PostgreSQL allows in INSERT and UPDATE beyond implicit casts. */
static bool assignable(Type from, Type to)
{
    if (cast_is_implicit(from, to) || from.id == to.id || type_is_text(to))
        return true;
    if (type_is_numeric(from) && type_is_numeric(to))
        return true;
    return type_is_temporal(from) && type_is_temporal(to);
}

Status bind_cast(Binder *binder, const Bound *bound, Type to, CastWay way, int32_t position,
                 const Bound **out, Err *err)
{
    FnBinding fn;
    if (type_equal(bound->type, to)) {
        *out = bound;
        return OK;
    }
    if (bound->unknown && (way == CAST_IMPLICIT || way == CAST_ASSIGNMENT || bound->param))
        return cast_unknown(binder, bound, to, position, out, err);
    if (bound->unknown) {
        /* Written casts run where they stand: CASE may guard them. */
        const Bound *settled;
        TRY(cast_unknown(binder, bound, to, position, &settled, NULL) == OK
                ? OK
                : bind_settle(binder, bound, &settled, err));
        if (type_equal(settled->type, to)) {
            *out = settled;
            return OK;
        }
        bound = settled;
    }
    if (bound->type.id == TYPE_NULL && bound->kind == BOUND_CONST)
        return cast_unknown(binder, bound, to, position, out, err);
    if ((way == CAST_IMPLICIT && !cast_is_implicit(bound->type, to) && bound->type.id != to.id) ||
        (way == CAST_ASSIGNMENT && !assignable(bound->type, to)))
        return err_set(err, SQLSTATE_TYPE_MISMATCH, bind_pos(binder, position),
                       "%s cannot become %s without a CAST", type_name(bound->type, binder->arena),
                       type_name(to, binder->arena));
    TRY(cast_resolve(bound->type, to, way == CAST_TRY, &binder->context->session, binder->arena,
                     &fn, bind_pos(binder, position), err));
    Bound *call = ARENA_NEW(binder->arena, Bound);
    *call = *bound_call(binder->arena, &fn, &bound, 1, bind_pos(binder, position));
    call->type = to;
    call->is_cast = true;
    call->is_try = way == CAST_TRY;
    *out = call;
    return OK;
}

Status bind_settle(Binder *binder, const Bound *bound, const Bound **out, Err *err)
{
    if (!bound->unknown) {
        *out = bound;
        return OK;
    }
    TRY(cast_unknown(binder, bound, type_varchar(0), bound->position, out, err));
    Bound *copy = ARENA_NEW(binder->arena, Bound);
    *copy = **out;
    copy->literal = true;
    *out = copy;
    return OK;
}

Status bind_unify(Binder *binder, const Bound **bounds, int count, int stride, Type *type,
                  int32_t position, Err *err)
{
    Type common = type_of(TYPE_NULL);
    for (int i = 0; i < count; i++) {
        const Bound *bound = bounds[i * stride];
        if (!bound->unknown)
            TRY(type_common(common, bound->type, &common, bind_pos(binder, position), err));
    }
    for (int i = 0; i < count; i++) {
        const Bound *bound = bounds[i * stride];
        if (bound->unknown && !bound->constant.is_null)
            common = type_with_literal(common, text_str(&bound->constant.as.text));
    }
    if (common.id == TYPE_NULL)
        common = type_varchar(0);
    for (int i = 0; i < count; i++) {
        const Bound **bound = &bounds[i * stride];
        int32_t at = (*bound)->position >= 0 ? (*bound)->position : position;
        TRY(bind_cast(binder, *bound, common, (*bound)->unknown ? CAST_IMPLICIT : CAST_EXPLICIT, at,
                      bound, err));
    }
    *type = common;
    return OK;
}
