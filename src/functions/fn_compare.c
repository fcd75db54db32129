/*
 * fn_compare.c - = <> < <= > >=, IS [NOT] DISTINCT FROM and IN over constants.
 *
 * Both sides have one type by the time a kernel runs.  The order is SQL's: NaN is
 * equal to itself and greatest, text goes by bytes.
 */
#include "base/hash.h"
#include "functions/kernel.h"

enum { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, COMPARE_OPS };

#define ORDERED(S, T)                                                                              \
    MAP2(eq_##S, T, T, bool, x == y)                                                               \
    MAP2(ne_##S, T, T, bool, x != y)                                                               \
    MAP2(lt_##S, T, T, bool, x < y)                                                                \
    MAP2(le_##S, T, T, bool, x <= y)                                                               \
    MAP2(gt_##S, T, T, bool, x > y)                                                                \
    MAP2(ge_##S, T, T, bool, x >= y)
ORDERED(i8, int8_t)
ORDERED(i16, int16_t)
ORDERED(i32, int32_t)
ORDERED(i64, int64_t)
ORDERED(i128, i128)

/* NaN is the greatest: where y is NaN, !(x >= y) holds, as it shall unless x is NaN too. */
#define FLOATING(S, T)                                                                             \
    MAP2(eq_##S, T, T, bool, (x == y) | ((x != x) & (y != y)))                                     \
    MAP2(ne_##S, T, T, bool, (x != y) & ((x == x) | (y == y)))                                     \
    MAP2(lt_##S, T, T, bool, !(x >= y) & (x == x))                                                 \
    MAP2(le_##S, T, T, bool, (x <= y) | (y != y))                                                  \
    MAP2(gt_##S, T, T, bool, !(x <= y) & (y == y))                                                 \
    MAP2(ge_##S, T, T, bool, (x >= y) | (x != x))
FLOATING(f32, float)
FLOATING(f64, double)

#define TEXT(name, expr)                                                                           \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        const Text *as = ARG(call, 0, Text), *bs = ARG(call, 1, Text);                             \
        bool *outs = OUT(call, bool);                                                              \
        (void)err;                                                                                 \
        ROW_LOOP(call, row, const Text *a = &as[row]; const Text *b = &bs[row];                    \
                 outs[row] = (expr););                                                             \
        return OK;                                                                                 \
    }
TEXT(eq_text, text_equal(a, b))
TEXT(ne_text, !text_equal(a, b))
TEXT(lt_text, text_compare(a, b) < 0)
TEXT(le_text, text_compare(a, b) <= 0)
TEXT(gt_text, text_compare(a, b) > 0)
TEXT(ge_text, text_compare(a, b) >= 0)

#define GENERIC(name, test)                                                                        \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        (void)err;                                                                                 \
        EACH_ROW(call, row)                                                                        \
        OUT(call, bool)[row] = vector_compare(call->args[0], row, call->args[1], row) test 0;      \
        return OK;                                                                                 \
    }
GENERIC(eq_any, ==)
GENERIC(ne_any, !=)
GENERIC(lt_any, <)
GENERIC(le_any, <=)
GENERIC(gt_any, >)
GENERIC(ge_any, >=)

#define COMPARE_ROW(S)                                                                             \
    {                                                                                              \
        eq_##S, ne_##S, lt_##S, le_##S, gt_##S, ge_##S                                             \
    }
static const ScalarEval compare_kernels[][COMPARE_OPS] = {
    [PHYSICAL_BOOL] = COMPARE_ROW(i8),   [PHYSICAL_I8] = COMPARE_ROW(i8),
    [PHYSICAL_I16] = COMPARE_ROW(i16),   [PHYSICAL_I32] = COMPARE_ROW(i32),
    [PHYSICAL_I64] = COMPARE_ROW(i64),   [PHYSICAL_I128] = COMPARE_ROW(i128),
    [PHYSICAL_F32] = COMPARE_ROW(f32),   [PHYSICAL_F64] = COMPARE_ROW(f64),
    [PHYSICAL_VIEW] = COMPARE_ROW(text), [PHYSICAL_INTERVAL] = COMPARE_ROW(any),
    [PHYSICAL_LIST] = COMPARE_ROW(any),  [PHYSICAL_STRUCT] = COMPARE_ROW(any),
};

static Status bind_compare(FnBinding *binding, int op)
{
    PhysicalClass physical = type_physical(binding->arg_types[0]);
    binding->eval = compare_kernels[physical][op];
    /* What lies under a NULL is readable, but text and lists would follow it elsewhere. */
    if (physical != PHYSICAL_VIEW && physical != PHYSICAL_LIST && physical != PHYSICAL_STRUCT)
        binding->flags |= FN_TOTAL;
    return OK;
}
#define BIND_COMPARE(name, op)                                                                     \
    static Status name(const BindCall *call, FnBinding *binding, Err *err)                         \
    {                                                                                              \
        (void)call;                                                                                \
        (void)err;                                                                                 \
        return bind_compare(binding, op);                                                          \
    }
BIND_COMPARE(bind_eq, OP_EQ)
BIND_COMPARE(bind_ne, OP_NE)
BIND_COMPARE(bind_lt, OP_LT)
BIND_COMPARE(bind_le, OP_LE)
BIND_COMPARE(bind_gt, OP_GT)
BIND_COMPARE(bind_ge, OP_GE)

/* ---- IS [NOT] DISTINCT FROM ---- */

/* Rows where neither side is NULL go through the <> kernel; `same`: the answer is turned round. */
static Status distinct(EvalCall *call, bool same, Err *err)
{
    bool *outs = OUT(call, bool);
    uint16_t *both = arena_alloc(call->scratch, call->count * sizeof *both + 1);
    uint32_t count = 0;
    EACH_ROW(call, row)
    {
        bool a_null = arg_is_null(call, 0, row), b_null = arg_is_null(call, 1, row);
        if (a_null || b_null)
            outs[row] = (a_null != b_null) != same;
        else
            both[count++] = (uint16_t)row;
    }
    EvalCall inner = *call;
    inner.sel = both;
    inner.count = count;
    int op = same ? OP_EQ : OP_NE;
    return compare_kernels[type_physical(call->args[0]->type)][op](&inner, err);
}
static Status is_distinct_from(EvalCall *call, Err *err)
{
    return distinct(call, false, err);
}
static Status is_not_distinct_from(EvalCall *call, Err *err)
{
    return distinct(call, true, err);
}

/* ---- x IN (c1, c2, …) ---- */

typedef struct InList {
    bool all_constant, has_null;
    uint8_t size;          /* bytes a value */
    uint32_t count;        /* values that are not NULL */
    uint32_t mask;         /* slots - 1 */
    const uint8_t *values; /* in physical form, `size` apart */
    const uint32_t *slots; /* hash table of value number + 1 */
    Type type;
    const TypeClass *class;
} InList;

/* Whether constant list items are found by the list or compared one by one as expressions. */
static bool in_list_found(const InList *list, const uint8_t *value)
{
    uint64_t hash = list->class->hash(list->type, value);
    for (uint32_t slot = (uint32_t)hash & list->mask;; slot = (slot + 1) & list->mask) {
        uint32_t entry = list->slots[slot];
        if (entry == 0)
            return false;
        const uint8_t *found = list->values + (size_t)(entry - 1) * list->size;
        if (list->class->compare(list->type, value, found) == 0)
            return true;
    }
}

static Status in_constants(EvalCall *call, Err *err)
{
    const InList *list = call->state;
    const uint8_t *values = call->args[0]->data;
    (void)err;
    EACH_ROW(call, row)
    {
        bool found = false;
        if (arg_is_null(call, 0, row))
            out_null(call, row);
        else if (!(found = in_list_found(list, values + (size_t)row * list->size)) &&
                 list->has_null)
            out_null(call, row);
        OUT(call, bool)[row] = found;
    }
    return OK;
}

/* A few integers: one compare each, all rows at a time. */
enum { IN_FEW = 8 };
#define IN_FEW_KERNEL(S, T)                                                                        \
    static Status in_few_##S(EvalCall *call, Err *err)                                             \
    {                                                                                              \
        const InList *list = call->state;                                                          \
        const T *restrict xs = ARG(call, 0, T);                                                    \
        bool *restrict outs = OUT(call, bool);                                                     \
        T known[IN_FEW];                                                                           \
        (void)err;                                                                                 \
        for (uint32_t i = 0; i < IN_FEW; i++)                                                      \
            memcpy(&known[i], list->values + (i < list->count ? i : 0) * sizeof(T), sizeof(T));    \
        ROW_LOOP(call, row, const T x = xs[row]; outs[row] = (x == known[0]) | (x == known[1]) |   \
                                                             (x == known[2]) | (x == known[3]) |   \
                                                             (x == known[4]) | (x == known[5]) |   \
                                                             (x == known[6]) | (x == known[7]););  \
        return OK;                                                                                 \
    }
IN_FEW_KERNEL(i32, int32_t)
IN_FEW_KERNEL(i64, int64_t)

static Status in_expressions(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        bool found = false, unknown = arg_is_null(call, 0, row);
        for (int i = 1; i < call->arg_count && !found; i++) {
            if (arg_is_null(call, i, row) || arg_is_null(call, 0, row))
                unknown = true;
            else
                found = vector_compare(call->args[0], row, call->args[i], row) == 0;
        }
        if (!found && unknown)
            out_null(call, row);
        OUT(call, bool)[row] = found;
    }
    return OK;
}

static Status in_list_make(const BindCall *call, const FnBinding *binding, InList **out, Err *err)
{
    InList *list = ARENA_NEW(call->arena, InList);
    uint32_t slots = 16;
    while (slots < 2 * (uint32_t)call->arg_count)
        slots *= 2;
    list->type = binding->arg_types[0];
    list->class = type_class(list->type);
    list->size = (uint8_t)type_size(list->type);
    list->mask = slots - 1;
    uint8_t *values = arena_zalloc(call->arena, (size_t)call->arg_count * list->size);
    uint32_t *table = ARENA_ARRAY(call->arena, uint32_t, slots);
    list->values = values;
    list->slots = table;
    list->all_constant = true;
    for (int i = 1; i < call->arg_count; i++) {
        const Value *value;
        TRY(bind_constant(call, binding, i, &value, err));
        if (!value) {
            list->all_constant = false;
            break;
        }
        if (value->is_null) {
            list->has_null = true;
            continue;
        }
        uint8_t *to = values + (size_t)list->count * list->size;
        value_store(value, to);
        if (in_list_found(list, to))
            continue;
        uint32_t slot = (uint32_t)list->class->hash(list->type, to) & list->mask;
        while (table[slot])
            slot = (slot + 1) & list->mask;
        table[slot] = ++list->count;
    }
    *out = list;
    return OK;
}

/* With constants only, the kernel reads nothing but the first argument. */
static Status bind_in_list(const BindCall *call, FnBinding *binding, Err *err)
{
    InList *list;
    PhysicalClass physical = type_physical(binding->arg_types[0]);
    binding->eval = in_expressions;
    if (physical == PHYSICAL_LIST || physical == PHYSICAL_STRUCT)
        return OK;
    TRY(in_list_make(call, binding, &list, err));
    if (!list->all_constant)
        return OK;
    binding->state = list;
    binding->eval = in_constants;
    if (!list->has_null && list->count > 0 && list->count <= IN_FEW &&
        (physical == PHYSICAL_I32 || physical == PHYSICAL_I64)) {
        binding->eval = physical == PHYSICAL_I32 ? in_few_i32 : in_few_i64;
        binding->flags = FN_STRICT | FN_TOTAL;
    }
    return OK;
}

extern const ScalarFn fn_compare[];
const ScalarFn fn_compare[] = {
    {"=", "b(aa)", FN_STRICT, NULL, bind_eq},
    {"<>", "b(aa)", FN_STRICT, NULL, bind_ne},
    {"!=", "b(aa)", FN_STRICT, NULL, bind_ne},
    {"<", "b(aa)", FN_STRICT, NULL, bind_lt},
    {"<=", "b(aa)", FN_STRICT, NULL, bind_le},
    {">", "b(aa)", FN_STRICT, NULL, bind_gt},
    {">=", "b(aa)", FN_STRICT, NULL, bind_ge},
    {"is_distinct_from", "b(aa)", 0, is_distinct_from, NULL},
    {"is_not_distinct_from", "b(aa)", 0, is_not_distinct_from, NULL},
    {"in_list", "b(aa.)", FN_MAKES_NULL, NULL, bind_in_list},
    {NULL, NULL, 0, NULL, NULL},
};
