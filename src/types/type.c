/* type.c - questions about types; see type.h. */
#include "types/type.h"
#include "types/type_class.h"

const TypeClass *type_class(Type type)
{
    return type_classes[type.id];
}

uint16_t type_size(Type type)
{
    return type_classes[type.id]->size;
}

PhysicalClass type_physical(Type type)
{
    return type_classes[type.id]->physical;
}

Type type_decimal(int precision, int scale)
{
    return (Type){.id = TYPE_DECIMAL, .precision = (uint8_t)precision, .scale = (uint8_t)scale};
}

Type type_timestamp(int precision)
{
    return (Type){.id = TYPE_TIMESTAMP, .precision = (uint8_t)precision};
}

Type type_varchar(uint32_t length)
{
    return (Type){.id = TYPE_VARCHAR, .length = length};
}

Type type_array(const Type *element)
{
    return (Type){.id = TYPE_ARRAY, .element = element};
}

static bool rows_equal(const RowType *a, const RowType *b)
{
    if (a == b)
        return true;
    if (!a || !b || a->count != b->count)
        return false;
    for (uint16_t i = 0; i < a->count; i++)
        if (strcmp(a->names[i], b->names[i]) != 0 || !type_equal(a->types[i], b->types[i]))
            return false;
    return true;
}

bool type_equal(Type a, Type b)
{
    if (a.id != b.id || a.precision != b.precision || a.scale != b.scale ||
        a.is_char != b.is_char || a.length != b.length)
        return false;
    if (a.id == TYPE_ARRAY)
        return a.element == b.element ||
               (a.element && b.element && type_equal(*a.element, *b.element));
    return a.id != TYPE_ROW || rows_equal(a.row, b.row);
}

bool type_is_integer(Type type)
{
    return type.id >= TYPE_TINYINT && type.id <= TYPE_BIGINT;
}

bool type_is_numeric(Type type)
{
    return type.id >= TYPE_TINYINT && type.id <= TYPE_DECIMAL;
}

bool type_is_text(Type type)
{
    return type.id == TYPE_VARCHAR;
}

bool type_is_temporal(Type type)
{
    return type.id >= TYPE_DATE && type.id <= TYPE_INTERVAL;
}

uint32_t type_pg_oid(Type type)
{
    static const struct {
        uint8_t element;
        uint16_t oid;
    } arrays[] = {
        {TYPE_BOOLEAN, 1000},  {TYPE_TINYINT, 1005},   {TYPE_SMALLINT, 1005},
        {TYPE_INT, 1007},      {TYPE_BIGINT, 1016},    {TYPE_FLOAT, 1021},
        {TYPE_DOUBLE, 1022},   {TYPE_DECIMAL, 1231},   {TYPE_VARCHAR, 1009},
        {TYPE_BYTES, 1001},    {TYPE_DATE, 1182},      {TYPE_TIME, 1183},
        {TYPE_JSON, 199},      {TYPE_TIMESTAMP, 1115}, {TYPE_TIMESTAMPTZ, 1185},
        {TYPE_INTERVAL, 1187},
    };
    if (type.id == TYPE_ARRAY && type.element) {
        /* An array of arrays has its element's type, as PostgreSQL's has any dimensions. */
        if (type.element->id == TYPE_ARRAY)
            return type_pg_oid(*type.element);
        for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
            if (arrays[i].element == type.element->id)
                return arrays[i].oid;
    }
    return type_class(type)->pg_oid;
}

int text_compare(const Text *a, const Text *b)
{
    uint32_t x, y;
    memcpy(&x, (const char *)a + 4, 4);
    memcpy(&y, (const char *)b + 4, 4);
    if (x != y) { /* the zeros after a short text are never greater than what they stand against */
        x = __builtin_bswap32(x);
        y = __builtin_bswap32(y);
        return x < y ? -1 : 1;
    }
    uint32_t least = a->length < b->length ? a->length : b->length;
    int order = least ? memcmp(text_bytes(a), text_bytes(b), least) : 0;
    return order ? order : (a->length > b->length) - (a->length < b->length);
}
