/* type_tinyint.c - TINYINT: 8 bits; PostgreSQL's clients see a smallint. */
#include "types/type_class.h"

TYPE_INTEGER(tinyint, int8_t, INT8_MIN, INT8_MAX)

const TypeClass type_class_tinyint = {
    .id = TYPE_TINYINT,
    .name = "TINYINT",
    .physical = PHYSICAL_I8,
    .size = sizeof(int8_t),
    .pg_oid = 21,
    .pg_size = 2,
    .parse = tinyint_parse,
    .format = tinyint_format,
    .compare = tinyint_compare,
    .hash = tinyint_hash,
};
