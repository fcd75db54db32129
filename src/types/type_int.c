/* type_int.c - INT: 32 bits. */
#include "types/type_class.h"

TYPE_INTEGER(int, int32_t, INT32_MIN, INT32_MAX)

const TypeClass type_class_int = {
    .id = TYPE_INT,
    .name = "INT",
    .physical = PHYSICAL_I32,
    .size = sizeof(int32_t),
    .pg_oid = 23,
    .pg_size = 4,
    .parse = int_parse,
    .format = int_format,
    .compare = int_compare,
    .hash = int_hash,
};
