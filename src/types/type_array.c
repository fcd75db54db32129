/* type_array.c - ARRAY<T>: a range of a child vector; the text form is in value_text.c. */
#include "types/type_class.h"

const TypeClass type_class_array = {
    .id = TYPE_ARRAY,
    .name = "ARRAY",
    .physical = PHYSICAL_LIST,
    .size = sizeof(ListEntry),
    .pg_oid = 2277,
    .pg_size = -1,
    .parse = type_nested_parse,
};
