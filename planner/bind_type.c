/*
 * bind_type.c - types as written to types.
 */
#include "planner/planner.h"

static Status plain_type(const TypeName *name, Type *out, Err *err)
{
    int64_t args[2] = {name->args[0], name->args[1]};
    const char *word = ast_last_name(&name->name); /* pg_catalog.int4: the last */
    char zoned[64];
    if (name->zone == ZONE_WITH || name->zone == ZONE_WITH_LOCAL) {
        Buf text;
        buf_init(&text);
        buf_printf(&text, "%s WITH TIME ZONE", word);
        size_t length = text.length < sizeof zoned - 1 ? text.length : sizeof zoned - 1;
        memcpy(zoned, text.data, length);
        zoned[length] = 0;
        buf_deinit(&text);
        word = zoned;
    }
    return type_resolve(word, args, name->arg_count, out, name->position, err);
}

static Status row_type(const TypeName *name, Arena *arena, Type *out, Err *err)
{
    RowType *row = ARENA_NEW(arena, RowType);
    row->count = (uint16_t)name->child_count;
    row->names = ARENA_ARRAY(arena, const char *, name->child_count + 1);
    row->types = ARENA_ARRAY(arena, Type, name->child_count + 1);
    for (uint32_t i = 0; i < name->child_count; i++) {
        row->names[i] = arena_strdup(arena, name->fields[i].name.text);
        TRY(plan_type(name->fields[i].type, arena, &row->types[i], err));
    }
    *out = type_of(TYPE_ROW);
    out->row = row;
    return OK;
}

Status plan_type(const TypeName *name, Arena *arena, Type *out, Err *err)
{
    switch (name->kind) {
    case TYPE_NAME_PLAIN:
        return plain_type(name, out, err);
    case TYPE_NAME_ARRAY: {
        Type *element = ARENA_NEW(arena, Type);
        TRY(plan_type(name->children[0], arena, element, err));
        *out = type_array(element);
        return OK;
    }
    case TYPE_NAME_ROW:
        return row_type(name, arena, out, err);
    case TYPE_NAME_MAP:
        return err_set(err, SQLSTATE_NOT_SUPPORTED, name->position,
                       "MAP types are not supported yet");
    }
    return err_set(err, SQLSTATE_INTERNAL, name->position, "unknown kind of type");
}
