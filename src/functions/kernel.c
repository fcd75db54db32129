/*
 * kernel.c - the errors and constants that kernels share.
 */
#include "functions/kernel.h"

#define P18 1000000000000000000ull
const u128 kernel_pow10[39] = {
    1ull,
    10ull,
    100ull,
    1000ull,
    10000ull,
    100000ull,
    1000000ull,
    10000000ull,
    100000000ull,
    1000000000ull,
    10000000000ull,
    100000000000ull,
    1000000000000ull,
    10000000000000ull,
    100000000000000ull,
    1000000000000000ull,
    10000000000000000ull,
    100000000000000000ull,
    (u128)P18,
    (u128)P18 * 10ull,
    (u128)P18 * 100ull,
    (u128)P18 * 1000ull,
    (u128)P18 * 10000ull,
    (u128)P18 * 100000ull,
    (u128)P18 * 1000000ull,
    (u128)P18 * 10000000ull,
    (u128)P18 * 100000000ull,
    (u128)P18 * 1000000000ull,
    (u128)P18 * 10000000000ull,
    (u128)P18 * 100000000000ull,
    (u128)P18 * 1000000000000ull,
    (u128)P18 * 10000000000000ull,
    (u128)P18 * 100000000000000ull,
    (u128)P18 * 1000000000000000ull,
    (u128)P18 * 10000000000000000ull,
    (u128)P18 * 100000000000000000ull,
    (u128)P18 *P18,
    (u128)P18 *P18 * 10ull,
    (u128)P18 *P18 * 100ull,
};

const char *kernel_range_message(TypeId id)
{
    if (id == TYPE_TINYINT)
        return "tinyint out of range";
    if (id == TYPE_SMALLINT)
        return "smallint out of range";
    if (id == TYPE_INT)
        return "integer out of range";
    if (id == TYPE_BIGINT)
        return "bigint out of range";
    if (id == TYPE_DATE)
        return "date out of range";
    if (id == TYPE_TIME)
        return "time out of range";
    if (id == TYPE_TIMESTAMP || id == TYPE_TIMESTAMPTZ)
        return "timestamp out of range";
    if (id == TYPE_INTERVAL)
        return "interval out of range";
    if (id == TYPE_DECIMAL)
        return "numeric field overflow";
    return "value out of range: overflow";
}

Status kernel_out_of_range(EvalCall *call, uint32_t row, TypeId id, Err *err)
{
    bool is_datetime = id == TYPE_DATE || id == TYPE_TIME || id == TYPE_TIMESTAMP ||
                       id == TYPE_TIMESTAMPTZ || id == TYPE_INTERVAL;
    return eval_fail(call, row, err,
                     is_datetime ? SQLSTATE_DATETIME_OVERFLOW : SQLSTATE_OUT_OF_RANGE, -1, "%s",
                     kernel_range_message(id));
}

Status kernel_overflow(EvalCall *call, uint32_t row, Err *err)
{
    return kernel_out_of_range(call, row, TYPE_DOUBLE, err);
}

Status kernel_underflow(EvalCall *call, uint32_t row, Err *err)
{
    return eval_fail(call, row, err, SQLSTATE_OUT_OF_RANGE, -1, "value out of range: underflow");
}

Status kernel_zero_divide(EvalCall *call, uint32_t row, Err *err)
{
    return eval_fail(call, row, err, SQLSTATE_DIVISION_BY_ZERO, -1, "division by zero");
}

Status kernel_decimal_overflow(EvalCall *call, uint32_t row, Err *err)
{
    return kernel_out_of_range(call, row, TYPE_DECIMAL, err);
}

Status kernel_too_long(EvalCall *call, uint32_t row, Err *err)
{
    return eval_fail(call, row, err, SQLSTATE_LIMIT_EXCEEDED, -1,
                     "a text result is longer than %d MiB", KERNEL_TEXT_MAX / (1024 * 1024));
}

Status bind_constant(const BindCall *call, const FnBinding *binding, int i, const Value **value,
                     Err *err)
{
    *value = NULL;
    if (i >= call->arg_count || !call->constants || !call->constants[i])
        return OK;
    Value *cast = arena_alloc(call->arena, sizeof *cast);
    TRY(cast_value(call->constants[i], binding->arg_types[i], cast, call->arena, call->position,
                   err));
    *value = cast;
    return OK;
}

Status bind_constant_text(const BindCall *call, const FnBinding *binding, int i, const Str **text,
                          Err *err)
{
    const Value *value;
    TRY(bind_constant(call, binding, i, &value, err));
    *text = NULL;
    if (!value || value->is_null)
        return OK;
    Str *copy = arena_alloc(call->arena, sizeof *copy);
    Str found = text_str(&value->as.text);
    copy->data = arena_strndup(call->arena, found.data, found.length);
    copy->length = found.length;
    *text = copy;
    return OK;
}

Status bind_no_overload(const BindCall *call, const char *name, Err *err)
{
    if (strcmp(name, "negate") == 0 || strcmp(name, "plus") == 0 || strcmp(name, "bit_not") == 0)
        name = name[0] == 'n' ? "-" : name[0] == 'p' ? "+" : "~";
    bool is_operator = strchr("+-*/%=<>!~^&|#@", name[0]) != NULL;
    Buf args;
    buf_init(&args);
    for (int i = 0; i < call->arg_count; i++) {
        if (i > 0)
            buf_add_text(&args, is_operator ? (i == 1 ? " " : ", ") : ", ");
        if (is_operator && i == 1)
            buf_printf(&args, "%s ", name);
        if (call->given[i].id == TYPE_NULL)
            buf_add_text(&args, "unknown");
        else
            type_print(call->given[i], &args);
    }
    if (is_operator)
        err_set(err, SQLSTATE_UNDEFINED_FUNCTION, call->position, "operator does not exist: %s%s%s",
                call->arg_count == 1 ? name : "", call->arg_count == 1 ? " " : "", buf_text(&args));
    else
        err_set(err, SQLSTATE_UNDEFINED_FUNCTION, call->position, "function %s(%s) does not exist",
                name, buf_text(&args));
    buf_deinit(&args);
    return FAIL;
}
