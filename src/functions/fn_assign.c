/*
 * fn_assign.c - what a column asks of the values that are written into it.
 *
 * The planner puts these calls around an INSERT's columns: CAST cuts a text to the length of its
 * type, as SQL says, but what a table keeps is never another value than what was given.
 */
#include "functions/kernel.h"

#include "catalog/partition_name.h"
#include "functions/text_math.h"

/* check_not_null(value, column): the value, 23502 if there is none. */
static Status check_not_null(EvalCall *call, Err *err)
{
    const size_t size = type_size(call->out->type);
    const uint8_t *from = call->args[0]->data;
    EACH_ROW(call, row)
    {
        if (arg_is_null(call, 0, row)) {
            Str column = text_str(&ARG(call, 1, Text)[row]);
            return eval_fail(call, row, err, SQLSTATE_NOT_NULL, -1,
                             "column \"%.*s\" must not be NULL", (int)column.length, column.data);
        }
        memcpy((uint8_t *)call->out->data + row * size, from + row * size, size);
    }
    return OK;
}

/* check_length(text, n, column): the text, 22001 if it has more than n characters. Blanks behind
 * them are cut off, as in PostgreSQL. */
static Status check_length(EvalCall *call, Err *err)
{
    EACH_ROW(call, row)
    {
        Text text = ARG(call, 0, Text)[row];
        int64_t most = ARG(call, 1, int64_t)[row];
        if (text.length > most) {
            Str whole = text_str(&text);
            const char *p = whole.data, *end = p + whole.length;
            for (int64_t i = 0; i < most && p < end; i++)
                text_next(&p, end);
            Str rest = {p, (size_t)(end - p)};
            if (str_trim(rest).length) {
                Str column = text_str(&ARG(call, 2, Text)[row]);
                return eval_fail(call, row, err, SQLSTATE_TRUNCATION, -1,
                                 "value is longer than the %d characters of column \"%.*s\"",
                                 (int)most, (int)column.length, column.data);
            }
            text = text_slice(&ARG(call, 0, Text)[row], 0, (size_t)(p - whole.data));
        }
        OUT(call, Text)[row] = text;
    }
    return OK;
}

/* check_folder(value, column): the value, 22001 if PARTITIONED BY cannot name a folder after it. */
static Status check_folder(EvalCall *call, Err *err)
{
    const size_t size = type_size(call->out->type);
    const uint8_t *from = call->args[0]->data;
    Status status = OK;
    Buf text;
    buf_init(&text);
    EACH_ROW(call, row)
    {
        buf_clear(&text);
        vector_format(call->args[0], row, NULL, &text);
        Str column = text_str(&ARG(call, 1, Text)[row]);
        size_t length = partition_escaped_length(column) + 1 +
                        partition_escaped_length((Str){text.data, text.length});
        if (length > PARTITION_NAME_MOST) {
            status = eval_fail(call, row, err, SQLSTATE_TRUNCATION, -1,
                               "the folder of partition column \"%.*s\" would have a name of %zu "
                               "bytes, more than %d",
                               (int)column.length, column.data, length, PARTITION_NAME_MOST);
            break;
        }
        memcpy((uint8_t *)call->out->data + row * size, from + row * size, size);
    }
    buf_deinit(&text);
    return status;
}

static Status bind_not_null(const BindCall *call, FnBinding *binding, Err *err)
{
    PhysicalClass physical = type_physical(binding->result);
    if (physical == PHYSICAL_LIST || physical == PHYSICAL_STRUCT)
        return bind_no_overload(call, binding->fn->name, err);
    return OK;
}

extern const ScalarFn fn_assign[];
const ScalarFn fn_assign[] = {
    {"check_not_null", "a(as)", FN_CAN_FAIL, check_not_null, bind_not_null},
    {"check_folder", "a(as)", FN_STRICT | FN_CAN_FAIL, check_folder, bind_not_null},
    {"check_length", "s(s8s)", FN_STRICT | FN_CAN_FAIL, check_length, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
