/*
 * fn_array.c - arrays made of values, and their elements.
 *
 * Positions count from 1; an element out of range is NULL.
 */
#include <stdlib.h>
#include "functions/array.h"

#define FAILS (FN_STRICT | FN_CAN_FAIL)

/* ---- making and changing ---- */

static Status make_array(EvalCall *call, Err *err)
{
    ArrayBuilder array;
    const size_t size = type_size(*call->out->type.element);
    (void)err;
    array_builder_init(&array, call, size);
    array_builder_grow(&array, call->count * (uint32_t)call->arg_count + 1);
    EACH_ROW(call, row)
    {
        array_builder_open(&array, row);
        for (int i = 0; i < call->arg_count; i++) {
            if (arg_is_null(call, i, row))
                array_builder_add_null(&array);
            else
                array_builder_add(&array, (const char *)call->args[i]->data + row * size);
        }
        array_builder_close(&array);
    }
    array_builder_finish(&array);
    return OK;
}

static Status set_array_type(const BindCall *call, FnBinding *binding, Type element_type)
{
    Type *copy = ARENA_NEW(call->arena, Type);
    *copy = element_type;
    binding->result = type_array(copy);
    return OK;
}
static bool is_nested(Type type)
{
    PhysicalClass physical = type_physical(type);
    return physical == PHYSICAL_LIST || physical == PHYSICAL_STRUCT;
}
static Status fail_nested(const BindCall *call, Err *err)
{
    return err_set(err, SQLSTATE_NOT_SUPPORTED, call->position,
                   "arrays of arrays or rows are not supported yet");
}
static Status bind_make_array(const BindCall *call, FnBinding *binding, Err *err)
{
    Type element_type = call->arg_count ? binding->arg_types[0] : type_varchar(0);
    if (is_nested(element_type))
        return fail_nested(call, err);
    return set_array_type(call, binding, element_type);
}

static void add_elements(ArrayBuilder *array, const Vector *from, ListEntry entry)
{
    for (uint32_t i = entry.offset; i < entry.offset + entry.length; i++)
        array_builder_add_from(array, from, i);
}
static void add_value(ArrayBuilder *array, const EvalCall *call, int arg, uint32_t row)
{
    if (arg_is_null(call, arg, row))
        array_builder_add_null(array);
    else
        array_builder_add(array, (const char *)call->args[arg]->data + row * array->size);
}

/* array || array, array || element, element || array; a NULL array counts as empty, two as NULL. */
static Status array_cat(EvalCall *call, Err *err)
{
    ArrayBuilder array;
    (void)err;
    array_builder_init(&array, call, type_size(*call->out->type.element));
    EACH_ROW(call, row)
    {
        bool any = false;
        array_builder_open(&array, row);
        for (int i = 0; i < 2; i++) {
            if (call->args[i]->type.id != TYPE_ARRAY) {
                add_value(&array, call, i, row);
                any = true;
            } else if (!arg_is_null(call, i, row)) {
                add_elements(&array, call->args[i], array_entry(call, i, row));
                any = true;
            }
        }
        array_builder_close(&array);
        if (!any)
            out_null(call, row);
    }
    array_builder_finish(&array);
    return OK;
}

Status array_bind_pair(const BindCall *call, FnBinding *binding, int array_arg, bool or_array,
                       Err *err)
{
    int other = 1 - array_arg;
    Type array = binding->arg_types[array_arg], given = call->given[other], common;
    if (array.id != TYPE_ARRAY)
        return bind_no_overload(call, binding->fn->name, err);
    if (is_nested(*array.element))
        return fail_nested(call, err);
    bool both = given.id == TYPE_ARRAY;
    if (both && !or_array)
        return bind_no_overload(call, binding->fn->name, err);
    TRY(type_common(*array.element, both ? *given.element : given, &common, call->position, err));
    Type *element_type = ARENA_NEW(call->arena, Type);
    *element_type = common;
    binding->arg_types[array_arg] = type_array(element_type);
    binding->arg_types[other] = both ? type_array(element_type) : common;
    return OK;
}
/* A bare '{…}' is an array, as PostgreSQL reads any. */
static bool is_array_text(const BindCall *call, int i)
{
    const Value *given = call->constants ? call->constants[i] : NULL;
    if (call->given[i].id != TYPE_NULL || !given || given->is_null)
        return false;
    Str text = str_trim(text_str(&given->as.text));
    return text.length > 0 && *text.data == '{';
}

static Status bind_cat(const BindCall *call, FnBinding *binding, Err *err)
{
    int array_arg = call->given[0].id == TYPE_ARRAY ? 0 : 1;
    if (call->given[array_arg].id == TYPE_ARRAY && is_array_text(call, 1 - array_arg)) {
        binding->arg_types[1 - array_arg] = binding->arg_types[array_arg];
        return array_bind_whole(call, binding, err);
    }
    array_arg = binding->arg_types[0].id == TYPE_ARRAY ? 0 : 1;
    TRY(array_bind_pair(call, binding, array_arg, true, err));
    binding->result = binding->arg_types[array_arg];
    return OK;
}

/* ---- elements ---- */

static Status get_element(EvalCall *call, bool from_end)
{
    const Vector *array = call->args[0];
    const size_t size = type_size(call->out->type);
    EACH_ROW(call, row)
    {
        ListEntry entry = array_entry(call, 0, row);
        int64_t at = ARG(call, 1, int64_t)[row];
        if (from_end && at < 0)
            at += (int64_t)entry.length + 1;
        if (at < 1 || at > entry.length ||
            array_element_is_null(array, entry.offset + (uint32_t)(at - 1)))
            out_null(call, row);
        else
            memcpy((char *)call->out->data + row * size,
                   array_element(array, entry.offset + (uint32_t)(at - 1)), size);
    }
    return OK;
}
static Status array_get(EvalCall *call, Err *err)
{
    (void)err;
    return get_element(call, false);
}
static Status element_at(EvalCall *call, Err *err)
{
    (void)err;
    return get_element(call, true);
}
static Status bind_get(const BindCall *call, FnBinding *binding, Err *err)
{
    if (binding->arg_types[0].id != TYPE_ARRAY)
        return bind_no_overload(call, binding->fn->name, err);
    if (is_nested(*binding->arg_types[0].element))
        return fail_nested(call, err);
    binding->result = *binding->arg_types[0].element;
    return OK;
}

static Status cardinality(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    OUT(call, int32_t)[row] = (int32_t)array_entry(call, 0, row).length;
    return OK;
}
/* PostgreSQL's: of dimension 1 only, NULL for an empty array. */
static Status array_length(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        uint32_t length = array_entry(call, 0, row).length;
        if (length == 0 || ARG(call, 1, int32_t)[row] != 1)
            out_null(call, row);
        else
            OUT(call, int32_t)[row] = (int32_t)length;
    }
    return OK;
}

/* Position of the value from 1, 0: not there. */
static uint32_t find_element(const EvalCall *call, uint32_t row)
{
    const Vector *array = call->args[0];
    ListEntry entry = array_entry(call, 0, row);
    const TypeClass *class = type_class(array->child->type);
    const char *wanted =
        (const char *)call->args[1]->data + row * (size_t)type_size(call->args[1]->type);
    for (uint32_t i = 0; i < entry.length; i++)
        if (!array_element_is_null(array, entry.offset + i) &&
            class->compare(array->child->type, array_element(array, entry.offset + i), wanted) == 0)
            return i + 1;
    return 0;
}
static Status array_contains(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    OUT(call, bool)[row] = find_element(call, row) != 0;
    return OK;
}
static Status array_position(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        uint32_t at = find_element(call, row);
        if (at == 0)
            out_null(call, row);
        else
            OUT(call, int32_t)[row] = (int32_t)at;
    }
    return OK;
}
static Status bind_find(const BindCall *call, FnBinding *binding, Err *err)
{
    return array_bind_pair(call, binding, 0, false, err);
}

/* x = ANY(array): NULL when it is not found but there is a NULL. */
static Status equals_any(EvalCall *call, Err *err)
{
    const Vector *array = call->args[1];
    const TypeClass *class = type_class(call->args[0]->type);
    const size_t size = type_size(call->args[0]->type);
    (void)err;
    EACH_ROW(call, row)
    {
        ListEntry entry = array_entry(call, 1, row);
        bool found = false, unknown = false;
        for (uint32_t i = entry.offset; i < entry.offset + entry.length && !found; i++) {
            if (array_element_is_null(array, i))
                unknown = true;
            else
                found = class->compare(call->args[0]->type,
                                       (const char *)call->args[0]->data + row * size,
                                       array_element(array, i)) == 0;
        }
        if (!found && unknown)
            out_null(call, row);
        OUT(call, bool)[row] = found;
    }
    return OK;
}
static Status bind_equals_any(const BindCall *call, FnBinding *binding, Err *err)
{
    return array_bind_pair(call, binding, 1, false, err);
}

/* ---- whole arrays ---- */

static Status array_reverse(EvalCall *call, Err *err)
{
    ArrayBuilder array;
    (void)err;
    array_builder_init(&array, call, type_size(*call->out->type.element));
    EACH_ROW(call, row)
    {
        ListEntry entry = array_entry(call, 0, row);
        array_builder_open(&array, row);
        for (uint32_t i = entry.length; i-- > 0;)
            array_builder_add_from(&array, call->args[0], entry.offset + i);
        array_builder_close(&array);
    }
    array_builder_finish(&array);
    return OK;
}

/* array_slice(array, from, to): both from 1 and included, negative ones from the end. */
static Status array_slice(EvalCall *call, Err *err)
{
    ArrayBuilder array;
    (void)err;
    array_builder_init(&array, call, type_size(*call->out->type.element));
    EACH_ROW(call, row)
    {
        ListEntry entry = array_entry(call, 0, row);
        int64_t from = ARG(call, 1, int32_t)[row], to = ARG(call, 2, int32_t)[row];
        from = from < 0 ? from + entry.length + 1 : from;
        to = to < 0 ? to + entry.length + 1 : to;
        from = from < 1 ? 1 : from;
        to = to > entry.length ? entry.length : to;
        array_builder_open(&array, row);
        if (from <= to)
            add_elements(&array, call->args[0],
                         (ListEntry){entry.offset + (uint32_t)from - 1, (uint32_t)(to - from + 1)});
        array_builder_close(&array);
    }
    array_builder_finish(&array);
    return OK;
}

typedef struct SortContext {
    const Vector *array;
    const TypeClass *class;
    int sign, null_sign; /* -1: descending; NULL is least */
} SortContext;

static int compare_elements(const void *a, const void *b, void *context)
{
    const SortContext *sort = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    bool x_null = array_element_is_null(sort->array, x),
         y_null = array_element_is_null(sort->array, y);
    int order = x_null || y_null
                    ? sort->null_sign * (x_null - y_null)
                    : sort->class->compare(sort->array->child->type, array_element(sort->array, x),
                                           array_element(sort->array, y));
    return order ? sort->sign * (order > 0 ? 1 : -1) : (x > y) - (x < y);
}
const uint32_t *array_sorted(EvalCall *call, uint32_t row, bool descending, bool null_is_least)
{
    const Vector *in = call->args[0];
    ListEntry entry = array_entry(call, 0, row);
    SortContext sort = {.array = in,
                        .class = type_class(in->child->type),
                        .sign = descending ? -1 : 1,
                        .null_sign = null_is_least ? -1 : 1};
    uint32_t *order = arena_alloc(call->scratch, (entry.length + 1) * sizeof *order);
    for (uint32_t i = 0; i < entry.length; i++)
        order[i] = entry.offset + i;
    qsort_r(order, entry.length, sizeof *order, compare_elements, &sort);
    return order;
}

/* Sorted, or (distinct) the first of each kind in their old order. */
static Status sort_or_distinct(EvalCall *call, bool distinct)
{
    const Vector *in = call->args[0];
    ArrayBuilder array;
    array_builder_init(&array, call, type_size(*call->out->type.element));
    EACH_ROW(call, row)
    {
        ListEntry entry = array_entry(call, 0, row);
        const uint32_t *order = array_sorted(call, row, false, false);
        bool *taken = arena_zalloc(call->scratch, entry.length + 1);
        array_builder_open(&array, row);
        for (uint32_t i = 0; i < entry.length; i++) {
            if (!distinct) {
                array_builder_add_from(&array, in, order[i]);
                continue;
            }
            bool null = array_element_is_null(in, order[i]);
            bool same = i > 0 && null == array_element_is_null(in, order[i - 1]) &&
                        (null || type_class(in->child->type)
                                         ->compare(in->child->type, array_element(in, order[i - 1]),
                                                   array_element(in, order[i])) == 0);
            taken[order[i] - entry.offset] = !same;
        }
        for (uint32_t i = 0; distinct && i < entry.length; i++)
            if (taken[i])
                array_builder_add_from(&array, in, entry.offset + i);
        array_builder_close(&array);
    }
    array_builder_finish(&array);
    return OK;
}
static Status array_sort(EvalCall *call, Err *err)
{
    (void)err;
    return sort_or_distinct(call, false);
}
static Status array_distinct(EvalCall *call, Err *err)
{
    (void)err;
    return sort_or_distinct(call, true);
}
Status array_bind_whole(const BindCall *call, FnBinding *binding, Err *err)
{
    if (binding->arg_types[0].id != TYPE_ARRAY)
        return bind_no_overload(call, binding->fn->name, err);
    if (is_nested(*binding->arg_types[0].element))
        return fail_nested(call, err);
    binding->result = binding->arg_types[0];
    return OK;
}

extern const ScalarFn fn_array[];
const ScalarFn fn_array[] = {
    {"array", "A(?a.)", 0, make_array, bind_make_array},
    {"make_array", "A(?a.)", 0, make_array, bind_make_array},
    {"array_get", "*(A8)", FN_STRICT | FN_MAKES_NULL, array_get, bind_get},
    {"element_at", "*(A8)", FN_STRICT | FN_MAKES_NULL, element_at, bind_get},
    {"try_element_at", "*(A8)", FN_STRICT | FN_MAKES_NULL, element_at, bind_get},
    {"cardinality", "4(A)", FN_STRICT, cardinality, NULL},
    {"size", "4(A)", FN_STRICT, cardinality, NULL},
    {"len", "4(A)", FN_STRICT, cardinality, NULL},
    {"array_size", "4(A)", FN_STRICT, cardinality, NULL},
    {"array_length", "4(A)", FN_STRICT, cardinality, NULL},
    {"array_length", "4(A4)", FN_STRICT | FN_MAKES_NULL, array_length, NULL},
    {"array_contains", "b(A*)", FN_STRICT, array_contains, bind_find},
    {"array_position", "4(A*)", FN_STRICT | FN_MAKES_NULL, array_position, bind_find},
    {"equals_any", "b(*A)", FN_STRICT | FN_MAKES_NULL, equals_any, bind_equals_any},
    {"array_cat", "A(AA)", FN_MAKES_NULL, array_cat, bind_cat},
    {"array_concat", "A(AA)", FN_MAKES_NULL, array_cat, bind_cat},
    {"array_append", "A(A*)", FN_MAKES_NULL, array_cat, bind_cat},
    {"array_prepend", "A(*A)", FN_MAKES_NULL, array_cat, bind_cat},
    {"||", "A(AA)", FN_MAKES_NULL, array_cat, bind_cat},
    {"||", "A(A*)", FN_MAKES_NULL, array_cat, bind_cat},
    {"||", "A(*A)", FN_MAKES_NULL, array_cat, bind_cat},
    {"array_reverse", "A(A)", FN_STRICT, array_reverse, array_bind_whole},
    {"array_slice", "A(A44)", FN_STRICT, array_slice, array_bind_whole},
    {"array_sort", "A(A)", FN_STRICT, array_sort, array_bind_whole},
    {"array_distinct", "A(A)", FN_STRICT, array_distinct, array_bind_whole},
    {NULL, NULL, 0, NULL, NULL},
};
