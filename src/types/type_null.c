/* type_null.c - the type of a bare NULL before it is coerced; it has no other value. */
#include "types/type_class.h"

static Status null_parse(Type type, Str text, void *value, Arena *arena, Err *err)
{
    (void)value;
    (void)arena;
    return type_check_parse(PARSE_FORM, type, text, SQLSTATE_INVALID_TEXT, SQLSTATE_INVALID_TEXT,
                            err);
}

static void null_format(Type type, const void *value, Buf *out)
{
    (void)type;
    (void)value;
    (void)out;
}

static int null_compare(Type type, const void *a, const void *b)
{
    (void)type;
    (void)a;
    (void)b;
    return 0;
}

static uint64_t null_hash(Type type, const void *value)
{
    (void)type;
    (void)value;
    return 0;
}

const TypeClass type_class_null = {
    .id = TYPE_NULL,
    .name = "NULL",
    .physical = PHYSICAL_BOOL,
    .size = sizeof(bool),
    .pg_oid = 25,
    .pg_size = -1,
    .parse = null_parse,
    .format = null_format,
    .compare = null_compare,
    .hash = null_hash,
};
