/*
 * fn_cast.c - every CAST: finds the kernel for two types.
 *
 * The kernels are in cast_number.c, cast_text.c and cast_time.c; arrays and
 * casts to the same kind of type with another length are here.
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

/* ARRAY to ARRAY: the children as one vector. */
static Status array_elements(EvalCall *call, Err *err)
{
    const CastState *cast = call->state;
    const Vector *in = call->args[0];
    Vector *elements = arena_alloc(call->scratch, sizeof *elements);
    uint32_t count = in->child ? in->child_count : 0;
    vector_make(elements, call->scratch, *cast->to.element, count ? count : 1, true);
    if (count) {
        Vector flat;
        vector_flatten(&flat, in->child, count, call->scratch);
        const Vector *args[1] = {&flat};
        if (flat.valid) {
            elements->valid = arena_alloc(call->scratch, (count + 63) / 64 * 8);
            memcpy(elements->valid, flat.valid, (count + 63) / 64 * 8);
        }
        EvalCall inner = {.state = cast->element->state,
                          .args = args,
                          .arg_count = 1,
                          .out = elements,
                          .count = 1,
                          .rows = count,
                          .scratch = call->scratch};
        uint16_t zero = 0;
        Vector one_in = flat, one_out = *elements;
        const size_t in_size = type_size(flat.type), out_size = type_size(elements->type);
        /* A selection has 16 bits, a child may have more elements: runs of elements that are not
         * NULL. */
        for (uint32_t i = 0; i < count;) {
            uint32_t end = i;
            while (end < count && !vector_is_null(&flat, end))
                end++;
            if (end > i) {
                one_in.data = (char *)flat.data + i * in_size;
                one_in.valid = NULL;
                one_out.data = (char *)elements->data + i * out_size;
                one_out.valid = NULL;
                args[0] = &one_in;
                inner.out = &one_out;
                inner.sel = NULL;
                inner.count = inner.rows = end - i;
                Status status = cast->element->eval(&inner, err);
                if (status != OK) {
                    call->failed_row = call->count ? eval_row(call, zero) : 0;
                    return status;
                }
                if (one_out.valid)
                    for (uint32_t k = i; k < end; k++)
                        if (!bitmap_get(one_out.valid, k - i))
                            vector_set_null(elements, call->scratch, k, count);
            }
            i = end < count ? end + 1 : end;
        }
    }
    memcpy(call->out->data, in->data, call->rows * sizeof(ListEntry));
    call->out->child = elements;
    call->out->child_count = count;
    return OK;
}

/* A row is cast alone, so that only its own elements fail. */
static Status array_rows(EvalCall *call, Err *err)
{
    const CastState *cast = call->state;
    if (array_elements(call, NULL) == OK)
        return OK;
    Vector row_in = *call->args[0], row_out = *call->out;
    const Vector *args[1] = {&row_in};
    EvalCall inner = *call;
    inner.args = args;
    inner.out = &row_out;
    inner.sel = NULL;
    inner.count = inner.rows = 1;
    EACH_ROW(call, row)
    {
        ListEntry entry = ARG(call, 0, ListEntry)[row], made;
        Vector child = *call->args[0]->child;
        vector_flatten(&child, call->args[0]->child, call->args[0]->child_count, call->scratch);
        child.data = (char *)child.data + entry.offset * (size_t)type_size(child.type);
        uint64_t *valid = child.valid;
        if (valid) {
            child.valid = arena_zalloc(call->scratch, (entry.length + 64) / 64 * 8);
            for (uint32_t i = 0; i < entry.length; i++)
                if (bitmap_get(valid, entry.offset + i))
                    bitmap_set(child.valid, i);
        }
        row_in.child = &child;
        row_in.child_count = entry.length;
        made = (ListEntry){0, entry.length};
        row_in.data = &made;
        row_in.valid = NULL;
        row_out.data = &made;
        if (array_elements(&inner, cast->try_cast ? NULL : err) != OK) {
            call->failed_row = row;
            return FAIL;
        }
    }
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
        binding.eval = type_equal(*from.element, *to.element) ? same : array_rows;
        binding.flags = FN_STRICT | (cast->element->flags & FN_CAN_FAIL);
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
