/*
 * fn_logic.c - NOT and the IS tests.  AND and OR are instructions of the vector program.
 */
#include "functions/kernel.h"

/* As bytes: what lies under a NULL may be no bool. */
MAP1(not_bool, uint8_t, uint8_t, !x)

/* IS … of a BOOLEAN: the answers for a NULL, for false and for true. */
#define IS_BOOL(name, if_null, if_false, if_true)                                                  \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        const bool *xs = ARG(call, 0, bool);                                                       \
        bool *outs = OUT(call, bool);                                                              \
        (void)err;                                                                                 \
        EACH_ROW(call, row)                                                                        \
        outs[row] = arg_is_null(call, 0, row) ? (if_null) : xs[row] ? (if_true) : (if_false);      \
        return OK;                                                                                 \
    }
IS_BOOL(is_true, false, false, true)
IS_BOOL(is_not_true, true, true, false)
IS_BOOL(is_false, false, true, false)
IS_BOOL(is_not_false, true, false, true)

static Status null_test(EvalCall *call, bool wanted)
{
    bool *outs = OUT(call, bool);
    if (!call->args[0]->valid) {
        EACH_ROW(call, row)
        outs[row] = !wanted;
        return OK;
    }
    EACH_ROW(call, row)
    outs[row] = arg_is_null(call, 0, row) == wanted;
    return OK;
}
static Status is_null(EvalCall *call, Err *err)
{
    (void)err;
    return null_test(call, true);
}
static Status is_not_null(EvalCall *call, Err *err)
{
    (void)err;
    return null_test(call, false);
}

extern const ScalarFn fn_logic[];
const ScalarFn fn_logic[] = {
    {"not", "b(b)", FN_STRICT | FN_TOTAL, not_bool, NULL}, {"is_null", "b(*)", 0, is_null, NULL},
    {"is_not_null", "b(*)", 0, is_not_null, NULL},         {"is_true", "b(b)", 0, is_true, NULL},
    {"is_not_true", "b(b)", 0, is_not_true, NULL},         {"is_false", "b(b)", 0, is_false, NULL},
    {"is_not_false", "b(b)", 0, is_not_false, NULL},       {"is_unknown", "b(b)", 0, is_null, NULL},
    {"is_not_unknown", "b(b)", 0, is_not_null, NULL},      {NULL, NULL, 0, NULL, NULL},
};
