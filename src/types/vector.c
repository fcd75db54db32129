/* vector.c - making vectors, and their rows one at a time; see vector.h. */
#include "types/vector.h"
#include "types/value_text.h"
#include "types/vector_nested.h"

enum { FIRST_ELEMENTS = 16 };

void vector_make(Vector *out, Arena *arena, Type type, uint32_t rows, bool clear)
{
    size_t size = (size_t)rows * type_size(type);
    *out = (Vector){.type = type, .form = VECTOR_FLAT};
    out->data = clear ? arena_zalloc(arena, size) : arena_alloc(arena, size);
    if (type.id == TYPE_ARRAY) {
        out->child = arena_alloc(arena, sizeof *out->child);
        vector_make(out->child, arena, type.element ? *type.element : type_of(TYPE_NULL), 0, false);
    } else if (type.id == TYPE_ROW && type.row) {
        out->child = arena_alloc(arena, sizeof *out->child * type.row->count);
        for (uint16_t i = 0; i < type.row->count; i++)
            vector_make(&out->child[i], arena, type.row->types[i], rows, clear);
    }
}

void vector_make_const(Vector *out, Arena *arena, const Value *value)
{
    vector_make(out, arena, value->type, 1, true);
    vector_set_value(out, arena, 0, 1, value);
    out->form = VECTOR_CONST;
}

bool vector_is_null(const Vector *vector, uint32_t row)
{
    const Vector *base = vector_base(vector);
    return base->valid && !bitmap_get(base->valid, vector_at(vector, row));
}

const void *vector_value(const Vector *vector, uint32_t row)
{
    const Vector *base = vector_base(vector);
    return (const char *)base->data + (size_t)vector_at(vector, row) * type_size(base->type);
}

void vector_fill_valid(uint64_t *bits, uint32_t at, uint32_t count)
{
    for (; count > 0 && (at & 63); at++, count--)
        bitmap_set(bits, at);
    for (; count >= 64; at += 64, count -= 64)
        bits[at >> 6] = UINT64_MAX;
    for (; count > 0; at++, count--)
        bitmap_set(bits, at);
}

uint64_t *vector_make_valid(Arena *arena, uint32_t rows)
{
    size_t bytes = ((size_t)rows + 63) / 64 * 8;
    return memset(arena_alloc(arena, bytes), 0xFF, bytes);
}

void vector_set_null(Vector *vector, Arena *arena, uint32_t row, uint32_t rows)
{
    if (!vector->valid)
        vector->valid = vector_make_valid(arena, rows);
    bitmap_clear(vector->valid, row);
    uint16_t size = type_size(vector->type);
    if (size)
        memset((char *)vector->data + (size_t)row * size, 0, size);
    for (uint16_t i = 0; vector->type.id == TYPE_ROW && i < vector->type.row->count; i++)
        vector_set_null(&vector->child[i], arena, row, rows);
}

void vector_grow(Vector *vector, Arena *arena, uint32_t used, uint32_t rows)
{
    Vector old = *vector;
    uint16_t size = type_size(old.type);
    vector->data = arena_alloc(arena, (size_t)rows * size);
    if (used && size)
        memcpy(vector->data, old.data, (size_t)used * size);
    if (old.valid) {
        vector->valid = vector_make_valid(arena, rows);
        memcpy(vector->valid, old.valid, ((size_t)used + 63) / 64 * 8);
    }
    if (old.type.id == TYPE_ROW) {
        uint16_t count = old.type.row->count;
        vector->child = arena_alloc(arena, sizeof *vector->child * count);
        for (uint16_t i = 0; i < count; i++) {
            vector->child[i] = old.child[i];
            vector_grow(&vector->child[i], arena, used, rows);
        }
    }
}

void vector_reserve_elements(Vector *vector, Arena *arena, uint32_t more)
{
    uint32_t wanted = vector->child_count + more;
    if (wanted <= vector->child_capacity)
        return;
    uint32_t capacity = vector->child_capacity ? 2 * vector->child_capacity : FIRST_ELEMENTS;
    if (capacity < wanted)
        capacity = wanted;
    vector_grow(vector->child, arena, vector->child_count, capacity);
    vector->child_capacity = capacity;
}

static void set_elements(Vector *vector, Arena *arena, uint32_t row, const Value *value)
{
    uint32_t count = value->as.list.items ? value->as.list.count : 0;
    vector_reserve_elements(vector, arena, count);
    ((ListEntry *)vector->data)[row] = (ListEntry){vector->child_count, count};
    for (uint32_t i = 0; i < count; i++)
        vector_set_value(vector->child, arena, vector->child_count + i, vector->child_capacity,
                         &value->as.list.items[i]);
    vector->child_count += count;
}

void vector_set_value(Vector *vector, Arena *arena, uint32_t row, uint32_t rows, const Value *value)
{
    if (value->is_null) {
        vector_set_null(vector, arena, row, rows);
        return;
    }
    if (vector->valid)
        bitmap_set(vector->valid, row);
    char *to = (char *)vector->data + (size_t)row * type_size(vector->type);
    switch (type_physical(vector->type)) {
    case PHYSICAL_LIST:
        set_elements(vector, arena, row, value);
        break;
    case PHYSICAL_STRUCT:
        for (uint16_t i = 0; i < vector->type.row->count; i++) {
            bool given = value->as.list.items && i < value->as.list.count;
            Value none = value_null(vector->type.row->types[i]);
            vector_set_value(&vector->child[i], arena, row, rows,
                             given ? &value->as.list.items[i] : &none);
        }
        break;
    case PHYSICAL_VIEW:
        *(Text *)to = text_make_copy(arena, text_bytes(&value->as.text), value->as.text.length);
        break;
    case PHYSICAL_BOOL:
    case PHYSICAL_I8:
    case PHYSICAL_I16:
    case PHYSICAL_I32:
    case PHYSICAL_I64:
    case PHYSICAL_I128:
    case PHYSICAL_F32:
    case PHYSICAL_F64:
    case PHYSICAL_INTERVAL:
        value_store(value, to);
        break;
    }
}

Value vector_get(const Vector *vector, uint32_t row)
{
    if (vector_is_null(vector, row))
        return value_null(vector->type);
    return value_load(vector->type, vector_value(vector, row));
}

Value vector_get_deep(const Vector *vector, uint32_t row, Arena *arena)
{
    Value value = vector_get(vector, row);
    if (value.is_null || (value.type.id != TYPE_ARRAY && value.type.id != TYPE_ROW))
        return value;
    const Vector *base = vector_base(vector);
    uint32_t at = vector_at(vector, row), count = value.as.list.count;
    value.as.list.items = ARENA_ARRAY(arena, Value, count);
    if (value.type.id == TYPE_ROW) {
        for (uint32_t i = 0; i < count; i++)
            value.as.list.items[i] = vector_get_deep(&base->child[i], at, arena);
    } else {
        uint32_t offset = ((const ListEntry *)base->data)[at].offset;
        for (uint32_t i = 0; i < count; i++)
            value.as.list.items[i] = vector_get_deep(base->child, offset + i, arena);
    }
    return value;
}

static int compare_lists(const Vector *a, ListEntry x, const Vector *b, ListEntry y)
{
    for (uint32_t i = 0; i < x.length && i < y.length; i++) {
        int order = vector_compare(a->child, x.offset + i, b->child, y.offset + i);
        if (order)
            return order;
    }
    return (x.length > y.length) - (x.length < y.length);
}

int vector_compare(const Vector *a, uint32_t row_a, const Vector *b, uint32_t row_b)
{
    bool null_a = vector_is_null(a, row_a), null_b = vector_is_null(b, row_b);
    if (null_a || null_b)
        return null_a - null_b;
    const void *x = vector_value(a, row_a), *y = vector_value(b, row_b);
    if (a->type.id == TYPE_ARRAY)
        return compare_lists(vector_base(a), *(const ListEntry *)x, vector_base(b),
                             *(const ListEntry *)y);
    if (a->type.id == TYPE_ROW) {
        const Vector *fields_a = vector_base(a)->child, *fields_b = vector_base(b)->child;
        uint32_t at_a = vector_at(a, row_a), at_b = vector_at(b, row_b);
        for (uint16_t i = 0; i < a->type.row->count; i++) {
            int order = vector_compare(&fields_a[i], at_a, &fields_b[i], at_b);
            if (order)
                return order;
        }
        return 0;
    }
    return type_class(a->type)->compare(a->type, x, y);
}

static void format_element(const Vector *child, uint32_t at, bool in_row, const Zone *zone,
                           Buf *out)
{
    if (vector_is_null(child, at)) {
        buf_add_text(out, in_row ? "" : "NULL");
        return;
    }
    size_t start = out->length;
    vector_format(child, at, zone, out);
    if (in_row || child->type.id != TYPE_ARRAY)
        value_quote_element(out, start, in_row);
}

void vector_format(const Vector *vector, uint32_t row, const Zone *zone, Buf *out)
{
    if (vector_is_null(vector, row))
        return;
    const void *value = vector_value(vector, row);
    const Vector *base = vector_base(vector);
    if (vector->type.id == TYPE_ARRAY) {
        ListEntry entry = *(const ListEntry *)value;
        buf_add_char(out, '{');
        for (uint32_t i = 0; i < entry.length; i++) {
            if (i)
                buf_add_char(out, ',');
            format_element(base->child, entry.offset + i, false, zone, out);
        }
        buf_add_char(out, '}');
    } else if (vector->type.id == TYPE_ROW) {
        uint32_t at = vector_at(vector, row);
        buf_add_char(out, '(');
        for (uint16_t i = 0; i < vector->type.row->count; i++) {
            if (i)
                buf_add_char(out, ',');
            format_element(&base->child[i], at, true, zone, out);
        }
        buf_add_char(out, ')');
    } else if (vector->type.id == TYPE_TIMESTAMPTZ) {
        char *to = buf_reserve(out, FORMAT_TIMESTAMP_MAX);
        out->length += (size_t)(format_timestamptz(to, *(const int64_t *)value, zone) - to);
    } else {
        type_class(vector->type)->format(vector->type, value, out);
    }
}
