/* type_varchar.c - VARCHAR(n) and CHAR(n): valid UTF-8, n counted in characters. */
#include "types/type_class.h"

/* Blanks belong to the text, but as in PostgreSQL those beyond the length are dropped, and CHAR
 * does not keep any at its end.  That the bytes are UTF-8 is for the borders to check. */
static Status varchar_parse(Type type, Str text, void *value, Arena *arena, Err *err)
{
    if (type.is_char)
        while (text.length > 0 && text.data[text.length - 1] == ' ')
            text.length--;
    if (type.length > 0 && text.length > type.length) {
        size_t characters = utf8_count(text.data, text.length);
        while (characters > type.length && text.data[text.length - 1] == ' ') {
            text.length--;
            characters--;
        }
        if (characters > type.length)
            return err_set(err, SQLSTATE_TRUNCATION, -1,
                           "value of %zu characters is too long for type %s(%u)", characters,
                           type.is_char ? "CHAR" : "VARCHAR", type.length);
    }
    if (text.length > UINT32_MAX)
        return err_set(err, SQLSTATE_LIMIT_EXCEEDED, -1, "text of %zu bytes is too long",
                       text.length);
    *(Text *)value = text_make_copy(arena, text.data, (uint32_t)text.length);
    return OK;
}

const TypeClass type_class_varchar = {
    .id = TYPE_VARCHAR,
    .name = "VARCHAR",
    .physical = PHYSICAL_VIEW,
    .size = sizeof(Text),
    .pg_oid = 25,
    .pg_size = -1,
    .parse = varchar_parse,
    .format = type_text_format,
    .compare = type_text_compare,
    .hash = type_text_hash,
};
