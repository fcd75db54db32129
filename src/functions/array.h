/*
 * array.h - building ARRAY results row by row.
 *
 *     array_builder_init(&array, call, sizeof(Text));
 *     each row: array_builder_open, array_builder_add…, array_builder_close
 *     array_builder_finish(&array);
 *
 * All elements of the batch lie one after the other in the result's child vector.
 */
#ifndef STREAMD_FUNCTIONS_ARRAY_H
#define STREAMD_FUNCTIONS_ARRAY_H

#include "functions/kernel.h"

typedef struct ArrayBuilder {
    EvalCall *call;
    char *data;      /* the elements, in the batch's memory */
    uint64_t *valid; /* NULL: no element is NULL */
    size_t size;
    uint32_t count, capacity;
    uint32_t row, first; /* of the open row */
} ArrayBuilder;

void array_builder_init(ArrayBuilder *array, EvalCall *call, size_t element_size);
void array_builder_grow(ArrayBuilder *array, uint32_t more);
void array_builder_add_null(ArrayBuilder *array);
/* Gives the result its child. */
void array_builder_finish(ArrayBuilder *array);

static inline void array_builder_open(ArrayBuilder *array, uint32_t row)
{
    array->row = row;
    array->first = array->count;
}
static inline void array_builder_add(ArrayBuilder *array, const void *element)
{
    if (array->count == array->capacity)
        array_builder_grow(array, 1);
    memcpy(array->data + array->count * array->size, element, array->size);
    array->count++;
}
static inline void array_builder_close(ArrayBuilder *array)
{
    OUT(array->call, ListEntry)
    [array->row] = (ListEntry){array->first, array->count - array->first};
}

/* ---- for bind functions of two arguments, one of them an ARRAY ---- */

/* One element type for the array in argument `array_arg` and the value (or, with or_array, array)
 * in the other. */
Status array_bind_pair(const BindCall *call, FnBinding *binding, int array_arg, bool or_array,
                       Err *err);
/* The result is of the first argument's type. */
Status array_bind_whole(const BindCall *call, FnBinding *binding, Err *err);

/* ---- reading an ARRAY argument ---- */

static inline const char *array_element(const Vector *array, uint32_t index)
{
    return (const char *)array->child->data + index * (size_t)type_size(array->child->type);
}
static inline bool array_element_is_null(const Vector *array, uint32_t index)
{
    return array->child->valid && !bitmap_get(array->child->valid, index);
}
static inline void array_builder_add_from(ArrayBuilder *array, const Vector *from, uint32_t index)
{
    if (array_element_is_null(from, index))
        array_builder_add_null(array);
    else
        array_builder_add(array, array_element(from, index));
}
static inline ListEntry array_entry(const EvalCall *call, int arg, uint32_t row)
{
    return ARG(call, arg, ListEntry)[row];
}
/* The places of the first argument's elements in their order, in the call's memory.  Equal elements
 * stand by place, so that the order is always the same; NULL is greatest unless `null_is_least`. */
const uint32_t *array_sorted(EvalCall *call, uint32_t row, bool descending, bool null_is_least);

#endif
