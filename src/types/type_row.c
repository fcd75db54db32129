/* type_row.c - ROW<…>: one child vector per field; the text form is in value_text.c. */
#include "types/type_class.h"

const TypeClass type_class_row = {
    .id = TYPE_ROW,
    .name = "ROW",
    .physical = PHYSICAL_STRUCT,
    .size = 0,
    .pg_oid = 2249,
    .pg_size = -1,
    .parse = type_nested_parse,
};
