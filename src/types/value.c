/* value.c - single values; see value.h. */
#include "types/value.h"
#include "types/type_class.h"

Value value_null(Type type)
{
    return (Value){.type = type, .is_null = true};
}

Value value_bool(bool boolean)
{
    return (Value){.type = type_of(TYPE_BOOLEAN), .as.boolean = boolean};
}

Value value_int(int32_t integer)
{
    return (Value){.type = type_of(TYPE_INT), .as.integer = integer};
}

Value value_bigint(int64_t integer)
{
    return (Value){.type = type_of(TYPE_BIGINT), .as.integer = integer};
}

Value value_double(double f64)
{
    return (Value){.type = type_of(TYPE_DOUBLE), .as.f64 = f64};
}

Value value_text(Arena *arena, Str text)
{
    return (Value){.type = type_of(TYPE_VARCHAR),
                   .as.text = text_make_copy(arena, text.data, (uint32_t)text.length)};
}

Value value_load(Type type, const void *physical)
{
    Value value = {.type = type};
    switch (type_physical(type)) {
    case PHYSICAL_BOOL:
        value.as.boolean = *(const bool *)physical;
        break;
    case PHYSICAL_I8:
        value.as.integer = *(const int8_t *)physical;
        break;
    case PHYSICAL_I16:
        value.as.integer = *(const int16_t *)physical;
        break;
    case PHYSICAL_I32:
        value.as.integer = *(const int32_t *)physical;
        break;
    case PHYSICAL_I64:
        value.as.integer = *(const int64_t *)physical;
        break;
    case PHYSICAL_I128:
        memcpy(&value.as.decimal, physical, sizeof value.as.decimal);
        break;
    case PHYSICAL_F32:
        value.as.f32 = *(const float *)physical;
        break;
    case PHYSICAL_F64:
        value.as.f64 = *(const double *)physical;
        break;
    case PHYSICAL_VIEW:
        value.as.text = *(const Text *)physical;
        break;
    case PHYSICAL_INTERVAL:
        value.as.interval = *(const Interval *)physical;
        break;
    case PHYSICAL_LIST:
        value.as.list.count = ((const ListEntry *)physical)->length;
        break;
    case PHYSICAL_STRUCT:
        value.as.list.count = type.row ? type.row->count : 0;
        break;
    }
    return value;
}

void value_store(const Value *value, void *physical)
{
    if (value->is_null) {
        memset(physical, 0, type_size(value->type));
        return;
    }
    switch (type_physical(value->type)) {
    case PHYSICAL_BOOL:
        *(bool *)physical = value->as.boolean;
        break;
    case PHYSICAL_I8:
        *(int8_t *)physical = (int8_t)value->as.integer;
        break;
    case PHYSICAL_I16:
        *(int16_t *)physical = (int16_t)value->as.integer;
        break;
    case PHYSICAL_I32:
        *(int32_t *)physical = (int32_t)value->as.integer;
        break;
    case PHYSICAL_I64:
        *(int64_t *)physical = value->as.integer;
        break;
    case PHYSICAL_I128:
        memcpy(physical, &value->as.decimal, sizeof value->as.decimal);
        break;
    case PHYSICAL_F32:
        *(float *)physical = value->as.f32;
        break;
    case PHYSICAL_F64:
        *(double *)physical = value->as.f64;
        break;
    case PHYSICAL_VIEW:
        *(Text *)physical = value->as.text;
        break;
    case PHYSICAL_INTERVAL:
        *(Interval *)physical = value->as.interval;
        break;
    case PHYSICAL_LIST: /* its elements are for vector_set_value to place */
        *(ListEntry *)physical = (ListEntry){0, 0};
        break;
    case PHYSICAL_STRUCT:
        break;
    }
}

Value value_copy(const Value *value, Arena *arena)
{
    Value copy = *value;
    if (value->is_null)
        return copy;
    PhysicalClass physical = type_physical(value->type);
    if (physical == PHYSICAL_VIEW) {
        copy.as.text = text_make_copy(arena, text_bytes(&value->as.text), value->as.text.length);
    } else if ((physical == PHYSICAL_LIST || physical == PHYSICAL_STRUCT) && value->as.list.items) {
        copy.as.list.items = ARENA_ARRAY(arena, Value, value->as.list.count);
        for (uint32_t i = 0; i < value->as.list.count; i++)
            copy.as.list.items[i] = value_copy(&value->as.list.items[i], arena);
    }
    return copy;
}

static bool is_nested(const Value *value)
{
    return value->type.id == TYPE_ARRAY || value->type.id == TYPE_ROW;
}

/* Room for any physical form. */
typedef union Physical {
    i128 decimal;
    Text text;
    Interval interval;
    int64_t integer;
} Physical;

int value_compare(const Value *a, const Value *b)
{
    if (a->is_null || b->is_null)
        return a->is_null - b->is_null;
    if (is_nested(a)) {
        uint32_t x = a->as.list.items ? a->as.list.count : 0;
        uint32_t y = b->as.list.items ? b->as.list.count : 0;
        for (uint32_t i = 0; i < x && i < y; i++) {
            int order = value_compare(&a->as.list.items[i], &b->as.list.items[i]);
            if (order)
                return order;
        }
        return (x > y) - (x < y);
    }
    Physical x, y;
    value_store(a, &x);
    value_store(b, &y);
    return type_class(a->type)->compare(a->type, &x, &y);
}

uint64_t value_hash(const Value *value)
{
    if (value->is_null)
        return TYPE_HASH_NULL;
    if (is_nested(value)) {
        uint64_t hash = 0;
        for (uint32_t i = 0; value->as.list.items && i < value->as.list.count; i++)
            hash = hash_combine(hash, value_hash(&value->as.list.items[i]));
        return hash;
    }
    Physical physical;
    value_store(value, &physical);
    return type_class(value->type)->hash(value->type, &physical);
}

bool value_equal(const Value *a, const Value *b)
{
    return type_equal(a->type, b->type) && value_compare(a, b) == 0;
}
