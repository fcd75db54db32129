/* type_boolean.c - BOOLEAN: one byte, 0 or 1. */
#include "types/type_class.h"

static Status boolean_parse(Type type, Str text, void *value, Arena *arena, Err *err)
{
    (void)arena;
    bool parsed = false;
    ParseResult result =
        parse_bool(text.data, text.data + text.length, &parsed) ? PARSE_OK : PARSE_FORM;
    TRY(type_check_parse(result, type, text, SQLSTATE_INVALID_TEXT, SQLSTATE_INVALID_TEXT, err));
    *(bool *)value = parsed;
    return OK;
}

static void boolean_format(Type type, const void *value, Buf *out)
{
    (void)type;
    buf_add_text(out, *(const bool *)value ? "true" : "false");
}

TYPE_INTEGER_ORDER(boolean, bool)

const TypeClass type_class_boolean = {
    .id = TYPE_BOOLEAN,
    .name = "BOOLEAN",
    .physical = PHYSICAL_BOOL,
    .size = sizeof(bool),
    .pg_oid = 16,
    .pg_size = 1,
    .parse = boolean_parse,
    .format = boolean_format,
    .compare = boolean_compare,
    .hash = boolean_hash,
};
