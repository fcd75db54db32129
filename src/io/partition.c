/* partition.c - see partition.h. */
#include "io/partition.h"

#include <string.h>
#include "io/glob.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

Str partition_unescape(Str text, Arena *arena)
{
    char *bytes = arena_alloc(arena, text.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        int high = -1, low = -1;
        if (text.data[i] == '%' && i + 2 < text.length) {
            high = hex_digit(text.data[i + 1]);
            low = hex_digit(text.data[i + 2]);
        }
        if (high >= 0 && low >= 0) {
            bytes[length++] = (char)(high * 16 + low);
            i += 2;
        } else {
            bytes[length++] = text.data[i];
        }
    }
    bytes[length] = '\0';
    return (Str){bytes, length};
}

void partition_each(const char *path, void (*visit)(void *context, Str name, Str value),
                    void *context)
{
    Str component;
    while (glob_next_component(&path, &component)) {
        const char *equals = memchr(component.data, '=', component.length);
        if (!*path) /* the file's own name is no folder */
            return;
        if (equals && equals > component.data)
            visit(context, (Str){component.data, (size_t)(equals - component.data)},
                  (Str){equals + 1, (size_t)(component.data + component.length - equals - 1)});
    }
}

typedef struct Wanted {
    Str name, value;
    bool found;
} Wanted;

static void look(void *context, Str name, Str value)
{
    Wanted *wanted = context;
    if (str_equal_nocase(name, wanted->name)) {
        wanted->value = value;
        wanted->found = true;
    }
}

bool partition_find(const char *path, const char *name, Str *value)
{
    Wanted wanted = {.name = str_from(name)};
    partition_each(path, look, &wanted);
    if (wanted.found)
        *value = wanted.value;
    return wanted.found;
}

static Status parse_value(const ColumnDef *column, const char *path, Str text, Arena *arena,
                          Value *out, Err *err)
{
    if (str_equal(text, STR(PARTITION_NULL))) {
        *out = value_null(column->type);
        return OK;
    }
    union {
        int64_t align;
        char bytes[64];
    } physical;
    memset(&physical, 0, sizeof physical);
    Str plain = partition_unescape(text, arena);
    Err reason = ERR_NONE;
    if (type_class(column->type)->parse(column->type, plain, &physical, arena, &reason) != OK)
        return err_set(err, reason.sqlstate, -1, "%s: folder for column %s: %s", path, column->name,
                       reason.message);
    *out = value_load(column->type, &physical);
    return OK;
}

Status partition_values(const Relation *table, const char *path, Arena *arena, Value **out,
                        Err *err)
{
    int count = 0;
    for (int i = 0; i < table->column_count; i++)
        count += table->columns[i].kind == COLUMN_PARTITION;
    if (!count) {
        *out = NULL;
        return OK;
    }
    Value *values = ARENA_ARRAY(arena, Value, count);
    int at = 0;
    for (int i = 0; i < table->column_count; i++) {
        const ColumnDef *column = &table->columns[i];
        if (column->kind != COLUMN_PARTITION)
            continue;
        Str text;
        if (!partition_find(path, column->name, &text))
            return err_set(err, SQLSTATE_DATA, -1, "%s lies in no folder %s=…", path, column->name);
        TRY(parse_value(column, path, text, arena, &values[at++], err));
    }
    *out = values;
    return OK;
}
