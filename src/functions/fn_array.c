/*
 * fn_array.c - arrays: made of values or of text, their elements, their text.
 *
 * Positions count from 1; an element out of range is NULL.
 */
#include <stdlib.h>
#include "functions/array.h"
#include "functions/split.h"
#include "functions/text_math.h"

#define FAILS       (FN_STRICT | FN_CAN_FAIL)
#define TEXT_ARG(i) ARG(call, i, Text)

static const char *element(const Vector *array, uint32_t index)
{
    return (const char *)array->child->data + index * (size_t)type_size(array->child->type);
}
static bool element_is_null(const Vector *array, uint32_t index)
{
    return array->child->valid && !bitmap_get(array->child->valid, index);
}
static ListEntry entry_of(const EvalCall *call, int arg, uint32_t row)
{
    return ARG(call, arg, ListEntry)[row];
}

/* ---- text to array ---- */

/* Words at a separator of one byte: counted first, so that they are written once. */
static Status split_byte(EvalCall *call, Err *err)
{
    const Text *texts = TEXT_ARG(0);
    ArrayBuilder array;
    size_t total = call->count;
    (void)err;
    array_builder_init(&array, call, sizeof(Text));
    char separator = call->count ? text_bytes(&TEXT_ARG(1)[eval_row(call, 0)])[0] : 0;
    ROW_LOOP(call, row,
             total += split_count(text_bytes(&texts[row]), texts[row].length, separator););
    array_builder_grow(&array, (uint32_t)total);
    Text *words = (Text *)(void *)array.data, *at = words;
    ROW_LOOP(call, row, Text *end = split_words(&texts[row], separator, at);
             OUT(call, ListEntry)[row] =
                 ((ListEntry){(uint32_t)(at - words), (uint32_t)(end - at)});
             at = end;);
    array.count = (uint32_t)(at - words);
    array_builder_finish(&array);
    return OK;
}

static void split_chars(ArrayBuilder *array, const Text *text)
{
    Str in = text_str(text);
    for (const char *p = in.data, *end = p + in.length; p < end;) {
        const char *start = p;
        text_next(&p, end);
        Text part = text_slice(text, (size_t)(start - in.data), (size_t)(p - start));
        array_builder_add(array, &part);
    }
}

/* Parts that equal `null` become NULL. */
static void split_at(ArrayBuilder *array, const Text *text, Str separator, const Text *null)
{
    Str in = text_str(text);
    const char *p = in.data, *end = p + in.length;
    for (;;) {
        const char *found = separator.length
                                ? text_find(p, (size_t)(end - p), separator.data, separator.length)
                                : NULL;
        Text part = text_slice(text, (size_t)(p - in.data), (size_t)((found ? found : end) - p));
        if (null && text_equal(&part, null))
            array_builder_add_null(array);
        else
            array_builder_add(array, &part);
        if (!found)
            return;
        p = found + separator.length;
    }
}

static Status split_text(EvalCall *call, Err *err)
{
    ArrayBuilder array;
    (void)err;
    array_builder_init(&array, call, sizeof(Text));
    EACH_ROW(call, row)
    {
        Str separator = text_str(&TEXT_ARG(1)[row]);
        array_builder_open(&array, row);
        if (separator.length == 0)
            split_chars(&array, &TEXT_ARG(0)[row]);
        else
            split_at(&array, &TEXT_ARG(0)[row], separator, NULL);
        array_builder_close(&array);
    }
    array_builder_finish(&array);
    return OK;
}

/* string_to_array: a NULL separator cuts into characters, an empty one not at all. */
static Status string_to_array(EvalCall *call, Err *err)
{
    ArrayBuilder array;
    (void)err;
    array_builder_init(&array, call, sizeof(Text));
    EACH_ROW(call, row)
    {
        const Text *text = &TEXT_ARG(0)[row];
        array_builder_open(&array, row);
        if (arg_is_null(call, 0, row)) {
            out_null(call, row);
            continue;
        }
        bool has_null = call->arg_count > 2 && !arg_is_null(call, 2, row);
        if (text->length > 0 && arg_is_null(call, 1, row))
            split_chars(&array, text);
        else if (text->length > 0)
            split_at(&array, text, text_str(&TEXT_ARG(1)[row]),
                     has_null ? &TEXT_ARG(2)[row] : NULL);
        array_builder_close(&array);
    }
    array_builder_finish(&array);
    return OK;
}

/* A separator that can only be meant as a regular expression, such as '\s+', is one, as in Spark.
 */
static bool is_regex(Str separator)
{
    for (size_t i = 0; separator.length > 1 && i < separator.length; i++)
        if (memchr("\\[(+*{", separator.data[i], 6))
            return true;
    return false;
}

static Status bind_split(const BindCall *call, FnBinding *binding, Err *err)
{
    const Str *separator;
    TRY(bind_constant_text(call, binding, 1, &separator, err));
    if (!separator)
        return OK;
    if (is_regex(*separator)) {
        FnBinding regex;
        TRY(function_resolve("regexp_split_to_array", call, &regex, err));
        binding->eval = regex.eval;
        binding->state = regex.state;
        binding->flags = regex.flags;
    } else if (separator->length == 1) {
        binding->eval = split_byte;
    }
    return OK;
}

/* ---- array to text ---- */

static Status join_one(EvalCall *call, uint32_t row, Buf *out, Err *err)
{
    ListEntry entry = entry_of(call, 0, row);
    const Vector *array = call->args[0];
    Str separator = text_str(&TEXT_ARG(1)[row]);
    bool first = true;
    buf_clear(out);
    for (uint32_t i = entry.offset; i < entry.offset + entry.length; i++) {
        bool null = element_is_null(array, i);
        if (null && (call->arg_count < 3 || arg_is_null(call, 2, row)))
            continue;
        if (!first)
            buf_add(out, separator.data, separator.length);
        first = false;
        if (null)
            buf_add(out, text_bytes(&TEXT_ARG(2)[row]), TEXT_ARG(2)[row].length);
        else
            vector_format(array->child, i, out);
    }
    char *to = text_room(call, row, out->length, err);
    if (!to)
        return FAIL;
    if (out->length)
        memcpy(to, out->data, out->length);
    OUT(call, Text)[row] = text_from(to, out->length);
    return OK;
}
static Status array_to_string(EvalCall *call, Err *err)
{
    Buf out;
    Status status = OK;
    buf_init(&out);
    EACH_ROW(call, row)
    {
        if (arg_is_null(call, 0, row) || arg_is_null(call, 1, row))
            out_null(call, row);
        else if (status == OK)
            status = join_one(call, row, &out, err);
    }
    buf_deinit(&out);
    return status;
}

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
    for (uint32_t i = entry.offset; i < entry.offset + entry.length; i++) {
        if (element_is_null(from, i))
            array_builder_add_null(array);
        else
            array_builder_add(array, element(from, i));
    }
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
                add_elements(&array, call->args[i], entry_of(call, i, row));
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

/* One element type for the array in argument `array_arg` and the value (or array) in the other. */
static Status bind_with_element(const BindCall *call, FnBinding *binding, int array_arg, Err *err)
{
    int other = 1 - array_arg;
    Type array = binding->arg_types[array_arg], given = call->given[other], common;
    if (array.id != TYPE_ARRAY)
        return bind_no_overload(call, binding->fn->name, err);
    if (is_nested(*array.element))
        return fail_nested(call, err);
    bool both = given.id == TYPE_ARRAY;
    TRY(type_common(*array.element, both ? *given.element : given, &common, call->position, err));
    Type *element_type = ARENA_NEW(call->arena, Type);
    *element_type = common;
    binding->arg_types[array_arg] = type_array(element_type);
    binding->arg_types[other] = both ? type_array(element_type) : common;
    return OK;
}
static Status bind_cat(const BindCall *call, FnBinding *binding, Err *err)
{
    int array_arg = binding->arg_types[0].id == TYPE_ARRAY ? 0 : 1;
    TRY(bind_with_element(call, binding, array_arg, err));
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
        ListEntry entry = entry_of(call, 0, row);
        int64_t at = ARG(call, 1, int64_t)[row];
        if (from_end && at < 0)
            at += (int64_t)entry.length + 1;
        if (at < 1 || at > entry.length ||
            element_is_null(array, entry.offset + (uint32_t)(at - 1)))
            out_null(call, row);
        else
            memcpy((char *)call->out->data + row * size,
                   element(array, entry.offset + (uint32_t)(at - 1)), size);
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
    OUT(call, int32_t)[row] = (int32_t)entry_of(call, 0, row).length;
    return OK;
}
/* PostgreSQL's: of dimension 1 only, NULL for an empty array. */
static Status array_length(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        uint32_t length = entry_of(call, 0, row).length;
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
    ListEntry entry = entry_of(call, 0, row);
    const TypeClass *class = type_class(array->child->type);
    const char *wanted =
        (const char *)call->args[1]->data + row * (size_t)type_size(call->args[1]->type);
    for (uint32_t i = 0; i < entry.length; i++)
        if (!element_is_null(array, entry.offset + i) &&
            class->compare(array->child->type, element(array, entry.offset + i), wanted) == 0)
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
    return bind_with_element(call, binding, 0, err);
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
        ListEntry entry = entry_of(call, 1, row);
        bool found = false, unknown = false;
        for (uint32_t i = entry.offset; i < entry.offset + entry.length && !found; i++) {
            if (element_is_null(array, i))
                unknown = true;
            else
                found = class->compare(call->args[0]->type,
                                       (const char *)call->args[0]->data + row * size,
                                       element(array, i)) == 0;
        }
        if (!found && unknown)
            out_null(call, row);
        OUT(call, bool)[row] = found;
    }
    return OK;
}
static Status bind_equals_any(const BindCall *call, FnBinding *binding, Err *err)
{
    return bind_with_element(call, binding, 1, err);
}

/* ---- whole arrays ---- */

static Status array_reverse(EvalCall *call, Err *err)
{
    ArrayBuilder array;
    (void)err;
    array_builder_init(&array, call, type_size(*call->out->type.element));
    EACH_ROW(call, row)
    {
        ListEntry entry = entry_of(call, 0, row);
        array_builder_open(&array, row);
        for (uint32_t i = entry.length; i-- > 0;)
            add_elements(&array, call->args[0], (ListEntry){entry.offset + i, 1});
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
        ListEntry entry = entry_of(call, 0, row);
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
} SortContext;

/* NULL last; equal elements by place, so that the order is always the same. */
static int compare_elements(const void *a, const void *b, void *context)
{
    const SortContext *sort = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    bool x_null = element_is_null(sort->array, x), y_null = element_is_null(sort->array, y);
    int order = x_null || y_null
                    ? x_null - y_null
                    : sort->class->compare(sort->array->child->type, element(sort->array, x),
                                           element(sort->array, y));
    return order ? order : (x > y) - (x < y);
}

/* Sorted, or (distinct) the first of each kind in their old order. */
static Status sort_or_distinct(EvalCall *call, bool distinct)
{
    const Vector *in = call->args[0];
    ArrayBuilder array;
    array_builder_init(&array, call, type_size(*call->out->type.element));
    SortContext sort = {.array = in, .class = type_class(*call->out->type.element)};
    EACH_ROW(call, row)
    {
        ListEntry entry = entry_of(call, 0, row);
        uint32_t *order = arena_alloc(call->scratch, (entry.length + 1) * sizeof *order);
        bool *taken = arena_zalloc(call->scratch, entry.length + 1);
        for (uint32_t i = 0; i < entry.length; i++)
            order[i] = entry.offset + i;
        qsort_r(order, entry.length, sizeof *order, compare_elements, &sort);
        array_builder_open(&array, row);
        for (uint32_t i = 0; i < entry.length; i++) {
            if (!distinct) {
                add_elements(&array, in, (ListEntry){order[i], 1});
                continue;
            }
            bool null = element_is_null(in, order[i]);
            bool same = i > 0 && null == element_is_null(in, order[i - 1]) &&
                        (null || sort.class->compare(in->child->type, element(in, order[i - 1]),
                                                     element(in, order[i])) == 0);
            taken[order[i] - entry.offset] = !same;
        }
        for (uint32_t i = 0; distinct && i < entry.length; i++)
            if (taken[i])
                add_elements(&array, in, (ListEntry){entry.offset + i, 1});
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
static Status bind_whole(const BindCall *call, FnBinding *binding, Err *err)
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
    {"split", "S(ss)", FN_STRICT, split_text, bind_split},
    {"string_split", "S(ss)", FN_STRICT, split_text, bind_split},
    {"string_to_array", "S(ss?s)", FN_MAKES_NULL, string_to_array, NULL},
    {"array_to_string", "s(As?s)", FN_MAKES_NULL, array_to_string, NULL},
    {"array_join", "s(As?s)", FN_MAKES_NULL, array_to_string, NULL},
    {"array", "A(?a.)", 0, make_array, bind_make_array},
    {"make_array", "A(?a.)", 0, make_array, bind_make_array},
    {"array_get", "*(A8)", FN_STRICT | FN_MAKES_NULL, array_get, bind_get},
    {"element_at", "*(A8)", FN_STRICT | FN_MAKES_NULL, element_at, bind_get},
    {"cardinality", "4(A)", FN_STRICT, cardinality, NULL},
    {"size", "4(A)", FN_STRICT, cardinality, NULL},
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
    {"array_reverse", "A(A)", FN_STRICT, array_reverse, bind_whole},
    {"array_slice", "A(A44)", FN_STRICT, array_slice, bind_whole},
    {"array_sort", "A(A)", FN_STRICT, array_sort, bind_whole},
    {"array_distinct", "A(A)", FN_STRICT, array_distinct, bind_whole},
    {NULL, NULL, 0, NULL, NULL},
};
