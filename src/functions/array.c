/*
 * array.c - the growing child vector of ARRAY results.
 */
#include "functions/array.h"

void array_builder_init(ArrayBuilder *array, EvalCall *call, size_t element_size)
{
    *array = (ArrayBuilder){.call = call, .size = element_size};
    /* Rows that are not computed hold empty arrays. */
    memset(call->out->data, 0, call->rows * sizeof(ListEntry));
}

static size_t bitmap_bytes(uint32_t count)
{
    return ((size_t)count + 63) / 64 * 8;
}

void array_builder_grow(ArrayBuilder *array, uint32_t more)
{
    uint32_t capacity = array->capacity ? 2 * array->capacity : 256;
    if (capacity < array->count + more)
        capacity = array->count + more;
    char *data = arena_alloc(array->call->scratch, capacity * array->size);
    if (array->count)
        memcpy(data, array->data, array->count * array->size);
    array->data = data;
    if (array->valid) {
        uint64_t *valid = arena_alloc(array->call->scratch, bitmap_bytes(capacity));
        memset(valid, 0xFF, bitmap_bytes(capacity));
        memcpy(valid, array->valid, bitmap_bytes(array->capacity));
        array->valid = valid;
    }
    array->capacity = capacity;
}

void array_builder_add_null(ArrayBuilder *array)
{
    if (array->count == array->capacity)
        array_builder_grow(array, 1);
    if (!array->valid) {
        array->valid = arena_alloc(array->call->scratch, bitmap_bytes(array->capacity));
        memset(array->valid, 0xFF, bitmap_bytes(array->capacity));
    }
    memset(array->data + array->count * array->size, 0, array->size);
    bitmap_clear(array->valid, array->count++);
}

void array_builder_finish(ArrayBuilder *array)
{
    Vector *out = array->call->out;
    Vector *child = ARENA_NEW(array->call->scratch, Vector);
    if (!array->data)
        array_builder_grow(array, 1);
    child->type = *out->type.element;
    child->form = VECTOR_FLAT;
    child->data = array->data;
    child->valid = array->valid;
    out->child = child;
    out->child_count = array->count;
}
