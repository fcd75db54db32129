/* type_bigint.c - BIGINT: 64 bits. */
#include "types/type_class.h"

TYPE_INTEGER(bigint, int64_t, INT64_MIN, INT64_MAX)

const TypeClass type_class_bigint = {
    .id = TYPE_BIGINT,
    .name = "BIGINT",
    .physical = PHYSICAL_I64,
    .size = sizeof(int64_t),
    .pg_oid = 20,
    .pg_size = 8,
    .parse = bigint_parse,
    .format = bigint_format,
    .compare = bigint_compare,
    .hash = bigint_hash,
};
