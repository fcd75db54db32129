/* type_smallint.c - SMALLINT: 16 bits. */
#include "types/type_class.h"

TYPE_INTEGER(smallint, int16_t, INT16_MIN, INT16_MAX)

const TypeClass type_class_smallint = {
    .id = TYPE_SMALLINT,
    .name = "SMALLINT",
    .physical = PHYSICAL_I16,
    .size = sizeof(int16_t),
    .pg_oid = 21,
    .pg_size = 2,
    .parse = smallint_parse,
    .format = smallint_format,
    .compare = smallint_compare,
    .hash = smallint_hash,
};
