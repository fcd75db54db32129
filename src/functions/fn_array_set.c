/*
 * fn_array_set.c - arrays as sets, their extremes, parts and series.
 *
 * In sets a NULL is a value like others; @>, && and array_remove leave NULLs alone, as PostgreSQL.
 */
#include "functions/array.h"

enum { PAIRS_MOST = 100000000, ELEMENTS_MOST = 1000000 };

/* Whether two elements are the same; NULLs are, if `nulls`. */
static bool same(const Vector *a, uint32_t i, const Vector *b, uint32_t k, bool nulls)
{
    bool a_null = array_element_is_null(a, i), b_null = array_element_is_null(b, k);
    if (a_null || b_null)
        return nulls && a_null && b_null;
    return type_class(a->child->type)
               ->compare(a->child->type, array_element(a, i), array_element(b, k)) == 0;
}

static bool among(const Vector *a, uint32_t i, const Vector *b, ListEntry entry, bool nulls)
{
    for (uint32_t k = 0; k < entry.length; k++)
        if (same(a, i, b, entry.offset + k, nulls))
            return true;
    return false;
}

static Status check_pairs(EvalCall *call, uint32_t row, uint64_t pairs, Err *err)
{
    if (pairs <= PAIRS_MOST)
        return OK;
    return eval_fail(call, row, err, SQLSTATE_LIMIT_EXCEEDED, -1,
                     "the arrays are too long to be compared");
}

typedef enum SetKind { SET_OF_BOTH, SET_IN_BOTH, SET_IN_FIRST } SetKind;

/* Each element once, in the order in which it comes first. */
static Status array_set(EvalCall *call, SetKind kind, Err *err)
{
    ArrayBuilder array;
    array_builder_init(&array, call, type_size(*call->out->type.element));
    EACH_ROW(call, row)
    {
        ListEntry entries[2] = {array_entry(call, 0, row), array_entry(call, 1, row)};
        uint64_t all = (uint64_t)entries[0].length + entries[1].length;
        TRY(check_pairs(call, row, all * all, err));
        array_builder_open(&array, row);
        for (int side = 0; side < (kind == SET_OF_BOTH ? 2 : 1); side++) {
            const Vector *from = call->args[side];
            for (uint32_t i = 0; i < entries[side].length; i++) {
                uint32_t at = entries[side].offset + i;
                ListEntry before = {entries[side].offset, i};
                bool other = among(from, at, call->args[1 - side], entries[1 - side], true);
                bool wanted =
                    kind == SET_OF_BOTH ? side == 0 || !other : other == (kind == SET_IN_BOTH);
                if (wanted && !among(from, at, from, before, true))
                    array_builder_add_from(&array, from, at);
            }
        }
        array_builder_close(&array);
    }
    array_builder_finish(&array);
    return OK;
}
static Status array_union(EvalCall *call, Err *err)
{
    return array_set(call, SET_OF_BOTH, err);
}
static Status array_intersect(EvalCall *call, Err *err)
{
    return array_set(call, SET_IN_BOTH, err);
}
static Status array_except(EvalCall *call, Err *err)
{
    return array_set(call, SET_IN_FIRST, err);
}

static Status overlap_one(EvalCall *call, uint32_t row, Err *err)
{
    ListEntry a = array_entry(call, 0, row), b = array_entry(call, 1, row);
    bool found = false;
    TRY(check_pairs(call, row, (uint64_t)a.length * b.length, err));
    for (uint32_t i = 0; i < a.length && !found; i++)
        found = among(call->args[0], a.offset + i, call->args[1], b, false);
    OUT(call, bool)[row] = found;
    return OK;
}
/* Whether all of `part` are in `whole`. */
static Status contains_all(EvalCall *call, uint32_t row, int whole, int part, Err *err)
{
    ListEntry a = array_entry(call, whole, row), b = array_entry(call, part, row);
    bool all = true;
    TRY(check_pairs(call, row, (uint64_t)a.length * b.length, err));
    for (uint32_t i = 0; i < b.length && all; i++)
        all = among(call->args[part], b.offset + i, call->args[whole], a, false);
    OUT(call, bool)[row] = all;
    return OK;
}
static Status contains_one(EvalCall *call, uint32_t row, Err *err)
{
    return contains_all(call, row, 0, 1, err);
}
static Status contained_one(EvalCall *call, uint32_t row, Err *err)
{
    return contains_all(call, row, 1, 0, err);
}
EACH(arrays_overlap, overlap_one)
EACH(array_contains_all, contains_one)
EACH(array_contained, contained_one)

/* ---- one array ---- */

static Status extreme(EvalCall *call, int sign)
{
    const Vector *array = call->args[0];
    const size_t size = type_size(call->out->type);
    const TypeClass *class = type_class(call->out->type);
    EACH_ROW(call, row)
    {
        ListEntry entry = array_entry(call, 0, row);
        const char *best = NULL;
        for (uint32_t i = entry.offset; i < entry.offset + entry.length; i++) {
            if (array_element_is_null(array, i))
                continue;
            const char *element = array_element(array, i);
            if (!best || sign * class->compare(call->out->type, element, best) > 0)
                best = element;
        }
        if (best)
            memcpy((char *)call->out->data + row * size, best, size);
        else
            out_null(call, row);
    }
    return OK;
}
static Status array_max(EvalCall *call, Err *err)
{
    (void)err;
    return extreme(call, 1);
}
static Status array_min(EvalCall *call, Err *err)
{
    (void)err;
    return extreme(call, -1);
}

/* Without the NULLs, or (value) without those equal to the second argument. */
static Status without(EvalCall *call, bool value)
{
    ArrayBuilder array;
    const Vector *in = call->args[0];
    const Type type = *call->out->type.element;
    const size_t size = type_size(type);
    array_builder_init(&array, call, size);
    EACH_ROW(call, row)
    {
        ListEntry entry = array_entry(call, 0, row);
        const char *removed = value ? (const char *)call->args[1]->data + row * size : NULL;
        array_builder_open(&array, row);
        for (uint32_t i = entry.offset; i < entry.offset + entry.length; i++) {
            bool null = array_element_is_null(in, i);
            bool gone =
                value ? !null && type_class(type)->compare(type, array_element(in, i), removed) == 0
                      : null;
            if (!gone)
                array_builder_add_from(&array, in, i);
        }
        array_builder_close(&array);
    }
    array_builder_finish(&array);
    return OK;
}
static Status array_compact(EvalCall *call, Err *err)
{
    (void)err;
    return without(call, false);
}
static Status array_remove(EvalCall *call, Err *err)
{
    (void)err;
    return without(call, true);
}

/* slice(array, start, length): from the end if start is negative. */
static Status slice(EvalCall *call, Err *err)
{
    ArrayBuilder array;
    array_builder_init(&array, call, type_size(*call->out->type.element));
    EACH_ROW(call, row)
    {
        ListEntry entry = array_entry(call, 0, row);
        int64_t start = ARG(call, 1, int32_t)[row], length = ARG(call, 2, int32_t)[row];
        if (start == 0 || length < 0)
            return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                             "slice() takes a start that is not 0 and a length from 0");
        int64_t from = start < 0 ? entry.length + start : start - 1;
        array_builder_open(&array, row);
        for (int64_t i = from; from >= 0 && i < from + length && i < entry.length; i++)
            array_builder_add_from(&array, call->args[0], entry.offset + (uint32_t)i);
        array_builder_close(&array);
    }
    array_builder_finish(&array);
    return OK;
}

/* sort_array(array [, ascending]): NULL is least, as in Spark. */
static Status sort_array(EvalCall *call, Err *err)
{
    ArrayBuilder array;
    (void)err;
    array_builder_init(&array, call, type_size(*call->out->type.element));
    EACH_ROW(call, row)
    {
        ListEntry entry = array_entry(call, 0, row);
        bool ascending = call->arg_count < 2 || ARG(call, 1, bool)[row];
        const uint32_t *order = array_sorted(call, row, !ascending, true);
        array_builder_open(&array, row);
        for (uint32_t i = 0; i < entry.length; i++)
            array_builder_add_from(&array, call->args[0], order[i]);
        array_builder_close(&array);
    }
    array_builder_finish(&array);
    return OK;
}

/* ---- made of numbers ---- */

static Status fail_size(EvalCall *call, uint32_t row, Err *err)
{
    return eval_fail(call, row, err, SQLSTATE_LIMIT_EXCEEDED, -1,
                     "an array of more than %d elements would come out", ELEMENTS_MOST);
}

/* sequence(from, to [, step]): the end included.  `may_be_empty`: a step that leads away from the
 * end gives nothing, as PostgreSQL's generate_series, where the step is 1 unless said. */
static Status make_series(EvalCall *call, bool may_be_empty, Err *err)
{
    ArrayBuilder array;
    array_builder_init(&array, call, sizeof(int64_t));
    EACH_ROW(call, row)
    {
        int64_t from = ARG(call, 0, int64_t)[row], to = ARG(call, 1, int64_t)[row];
        int64_t step = call->arg_count > 2          ? ARG(call, 2, int64_t)[row]
                       : from <= to || may_be_empty ? 1
                                                    : -1;
        bool away = from != to && (step > 0) != (from < to);
        if (step == 0 && may_be_empty)
            return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                             "step size cannot equal zero");
        if (step == 0 || (away && !may_be_empty))
            return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                             "the step of sequence() does not lead from its start to its end");
        i128 count = away ? 0 : ((i128)to - from) / step + 1;
        if (count > ELEMENTS_MOST || array.count + count > UINT32_MAX / 2)
            return fail_size(call, row, err);
        array_builder_open(&array, row);
        for (i128 i = 0; i < count; i++) {
            int64_t value = (int64_t)(from + i * step);
            array_builder_add(&array, &value);
        }
        array_builder_close(&array);
    }
    array_builder_finish(&array);
    return OK;
}

static Status sequence(EvalCall *call, Err *err)
{
    return make_series(call, false, err);
}
static Status series(EvalCall *call, Err *err)
{
    return make_series(call, true, err);
}

/* array_repeat(value, count) */
static Status array_repeat(EvalCall *call, Err *err)
{
    ArrayBuilder array;
    const size_t size = type_size(*call->out->type.element);
    array_builder_init(&array, call, size);
    EACH_ROW(call, row)
    {
        int32_t count = arg_is_null(call, 1, row) ? 0 : ARG(call, 1, int32_t)[row];
        if (count > ELEMENTS_MOST ||
            (uint64_t)array.count + (uint32_t)(count > 0 ? count : 0) > UINT32_MAX / 2)
            return fail_size(call, row, err);
        array_builder_open(&array, row);
        for (int32_t i = 0; i < count; i++) {
            if (arg_is_null(call, 0, row))
                array_builder_add_null(&array);
            else
                array_builder_add(&array, (const char *)call->args[0]->data + row * size);
        }
        array_builder_close(&array);
        if (arg_is_null(call, 1, row))
            out_null(call, row);
    }
    array_builder_finish(&array);
    return OK;
}

/* ---- binding ---- */

/* A bare string beside an array is one too. */
static Status bind_tests(const BindCall *call, FnBinding *binding, Err *err)
{
    int array = call->given[0].id == TYPE_ARRAY ? 0 : 1;
    if (call->given[array].id != TYPE_ARRAY || call->given[1 - array].id != TYPE_NULL)
        return array_bind_pair(call, binding, 0, true, err);
    binding->arg_types[1 - array] = binding->arg_types[array];
    TRY(array_bind_whole(call, binding, err));
    binding->result = type_of(TYPE_BOOLEAN);
    return OK;
}
static Status bind_sets(const BindCall *call, FnBinding *binding, Err *err)
{
    TRY(bind_tests(call, binding, err));
    binding->result = binding->arg_types[0];
    return OK;
}
static Status bind_remove(const BindCall *call, FnBinding *binding, Err *err)
{
    TRY(array_bind_pair(call, binding, 0, false, err));
    binding->result = binding->arg_types[0];
    return OK;
}
static Status bind_extreme(const BindCall *call, FnBinding *binding, Err *err)
{
    TRY(array_bind_whole(call, binding, err));
    binding->result = *binding->arg_types[0].element;
    return OK;
}
static Status bind_elements(const BindCall *call, FnBinding *binding, Type type, Err *err)
{
    Type *element = ARENA_NEW(call->arena, Type);
    if (type.id == TYPE_ARRAY || type.id == TYPE_ROW)
        return bind_no_overload(call, binding->fn->name, err);
    *element = type;
    binding->result = type_array(element);
    return OK;
}
static Status bind_sequence(const BindCall *call, FnBinding *binding, Err *err)
{
    return bind_elements(call, binding, type_of(TYPE_BIGINT), err);
}
static Status bind_repeat(const BindCall *call, FnBinding *binding, Err *err)
{
    return bind_elements(call, binding, binding->arg_types[0], err);
}

#define FAILS (FN_STRICT | FN_CAN_FAIL)

extern const ScalarFn fn_array_set[];
const ScalarFn fn_array_set[] = {
    {"array_union", "A(AA)", FAILS, array_union, bind_sets},
    {"array_intersect", "A(AA)", FAILS, array_intersect, bind_sets},
    {"array_except", "A(AA)", FAILS, array_except, bind_sets},
    {"arrays_overlap", "b(AA)", FAILS, arrays_overlap, bind_tests},
    {"&&", "b(AA)", FAILS, arrays_overlap, bind_tests},
    {"@>", "b(AA)", FAILS, array_contains_all, bind_tests},
    {"<@", "b(AA)", FAILS, array_contained, bind_tests},
    {"array_max", "*(A)", FN_STRICT | FN_MAKES_NULL, array_max, bind_extreme},
    {"array_min", "*(A)", FN_STRICT | FN_MAKES_NULL, array_min, bind_extreme},
    {"array_compact", "A(A)", FN_STRICT, array_compact, array_bind_whole},
    {"array_remove", "A(A*)", FN_STRICT, array_remove, bind_remove},
    {"slice", "A(A44)", FAILS, slice, array_bind_whole},
    {"sort_array", "A(A?b)", FN_STRICT, sort_array, array_bind_whole},
    {"sequence", "A(88?8)", FAILS, sequence, bind_sequence},
    {"series", "A(88?8)", FAILS, series, bind_sequence},
    {"array_repeat", "A(*4)", FN_CAN_FAIL | FN_MAKES_NULL, array_repeat, bind_repeat},
    {NULL, NULL, 0, NULL, NULL},
};
