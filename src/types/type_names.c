/*
 * type_names.c - the names of types: what people write, and the one that is shown.
 */
#include "base/list.h"
#include "types/parse_scan.h"
#include "types/type.h"

enum { MAX_DEPTH = 32, MAX_FIELDS = 1600, NAME_BYTES = 64 };

/* What the arguments of a type are. */
typedef enum Arguments {
    ARGS_NONE,
    ARGS_LENGTH,  /* (n): 1 or more, VARCHAR and CHAR */
    ARGS_IGNORED, /* (n): accepted for BYTES and the like */
    ARGS_SECONDS, /* (p): fraction digits */
    ARGS_DECIMAL, /* (p[, s]) */
    ARGS_FLOAT    /* (bits): more than 24 are a DOUBLE */
} Arguments;

static const struct TypeName {
    const char *name;
    TypeId id;
    Arguments arguments;
    bool is_char;
} type_aliases[] = {
    {"BOOLEAN", TYPE_BOOLEAN, ARGS_NONE, false},
    {"BOOL", TYPE_BOOLEAN, ARGS_NONE, false},
    {"TINYINT", TYPE_TINYINT, ARGS_NONE, false},
    {"INT1", TYPE_TINYINT, ARGS_NONE, false},
    {"BYTE", TYPE_TINYINT, ARGS_NONE, false},
    {"SMALLINT", TYPE_SMALLINT, ARGS_NONE, false},
    {"INT2", TYPE_SMALLINT, ARGS_NONE, false},
    {"SHORT", TYPE_SMALLINT, ARGS_NONE, false},
    {"INT", TYPE_INT, ARGS_NONE, false},
    {"INTEGER", TYPE_INT, ARGS_NONE, false},
    {"INT4", TYPE_INT, ARGS_NONE, false},
    {"BIGINT", TYPE_BIGINT, ARGS_NONE, false},
    {"INT8", TYPE_BIGINT, ARGS_NONE, false},
    {"LONG", TYPE_BIGINT, ARGS_NONE, false},
    {"OID", TYPE_BIGINT, ARGS_NONE, false},
    {"FLOAT", TYPE_FLOAT, ARGS_FLOAT, false},
    {"REAL", TYPE_FLOAT, ARGS_NONE, false},
    {"FLOAT4", TYPE_FLOAT, ARGS_NONE, false},
    {"DOUBLE", TYPE_DOUBLE, ARGS_NONE, false},
    {"DOUBLE PRECISION", TYPE_DOUBLE, ARGS_NONE, false},
    {"FLOAT8", TYPE_DOUBLE, ARGS_NONE, false},
    {"DECIMAL", TYPE_DECIMAL, ARGS_DECIMAL, false},
    {"DEC", TYPE_DECIMAL, ARGS_DECIMAL, false},
    {"NUMERIC", TYPE_DECIMAL, ARGS_DECIMAL, false},
    {"VARCHAR", TYPE_VARCHAR, ARGS_LENGTH, false},
    {"CHARACTER VARYING", TYPE_VARCHAR, ARGS_LENGTH, false},
    {"CHAR VARYING", TYPE_VARCHAR, ARGS_LENGTH, false},
    {"STRING", TYPE_VARCHAR, ARGS_NONE, false},
    {"TEXT", TYPE_VARCHAR, ARGS_NONE, false},
    {"NAME", TYPE_VARCHAR, ARGS_NONE, false},
    {"REGCLASS", TYPE_VARCHAR, ARGS_NONE, false},
    {"REGTYPE", TYPE_VARCHAR, ARGS_NONE, false},
    {"REGPROC", TYPE_VARCHAR, ARGS_NONE, false},
    {"CHAR", TYPE_VARCHAR, ARGS_LENGTH, true},
    {"CHARACTER", TYPE_VARCHAR, ARGS_LENGTH, true},
    {"BPCHAR", TYPE_VARCHAR, ARGS_LENGTH, true},
    {"BYTES", TYPE_BYTES, ARGS_NONE, false},
    {"BINARY", TYPE_BYTES, ARGS_IGNORED, false},
    {"VARBINARY", TYPE_BYTES, ARGS_IGNORED, false},
    {"BINARY VARYING", TYPE_BYTES, ARGS_IGNORED, false},
    {"BYTEA", TYPE_BYTES, ARGS_NONE, false},
    {"BLOB", TYPE_BYTES, ARGS_NONE, false},
    {"DATE", TYPE_DATE, ARGS_NONE, false},
    {"TIME", TYPE_TIME, ARGS_SECONDS, false},
    {"TIME WITHOUT TIME ZONE", TYPE_TIME, ARGS_SECONDS, false},
    {"TIMESTAMP", TYPE_TIMESTAMP, ARGS_SECONDS, false},
    {"TIMESTAMP WITHOUT TIME ZONE", TYPE_TIMESTAMP, ARGS_SECONDS, false},
    {"TIMESTAMP_NTZ", TYPE_TIMESTAMP, ARGS_SECONDS, false},
    {"DATETIME", TYPE_TIMESTAMP, ARGS_SECONDS, false},
    {"TIMESTAMPTZ", TYPE_TIMESTAMPTZ, ARGS_SECONDS, false},
    {"TIMESTAMP_LTZ", TYPE_TIMESTAMPTZ, ARGS_SECONDS, false},
    {"TIMESTAMP WITH TIME ZONE", TYPE_TIMESTAMPTZ, ARGS_SECONDS, false},
    {"TIMESTAMP WITH LOCAL TIME ZONE", TYPE_TIMESTAMPTZ, ARGS_SECONDS, false},
    {"INTERVAL", TYPE_INTERVAL, ARGS_NONE, false},
    {"JSON", TYPE_JSON, ARGS_NONE, false},
    {"JSONB", TYPE_JSON, ARGS_NONE, false},
    {"NULL", TYPE_NULL, ARGS_NONE, false},
};

static Status bad_arguments(const char *name, const char *expected, int32_t position, Err *err)
{
    return err_set(err, SQLSTATE_INVALID_PARAMETER, position, "type %s takes %s", name, expected);
}

static Status apply_arguments(const struct TypeName *alias, const int64_t *args, int count,
                              Type *type, int32_t position, Err *err)
{
    const char *name = alias->name;
    if (count == 0) {
        if (alias->is_char && strcmp(name, "BPCHAR") != 0)
            type->length = 1; /* CHAR is CHAR(1) */
        return OK;
    }
    switch (alias->arguments) {
    case ARGS_NONE:
        return bad_arguments(name, "no arguments", position, err);
    case ARGS_LENGTH:
        if (count > 1 || args[0] < 1 || args[0] > INT32_MAX)
            return bad_arguments(name, "a length of 1 or more", position, err);
        /* Flink's VARCHAR(2147483647) is its STRING. */
        type->length = args[0] == INT32_MAX ? 0 : (uint32_t)args[0];
        return OK;
    case ARGS_IGNORED:
        if (count > 1 || args[0] < 1)
            return bad_arguments(name, "a length of 1 or more", position, err);
        return OK;
    case ARGS_SECONDS:
        if (count > 1 || args[0] < 0 || args[0] > 9)
            return bad_arguments(name, "0 to 6 fraction digits", position, err);
        type->precision = (uint8_t)(args[0] > 6 ? 6 : args[0]); /* as PostgreSQL; Flink knows 9 */
        return OK;
    case ARGS_DECIMAL:
        if (count > 2 || args[0] < 1 || args[0] > DECIMAL_MAX_PRECISION)
            return bad_arguments(name, "a precision of 1 to 38 digits", position, err);
        if (count == 2 && (args[1] < 0 || args[1] > args[0]))
            return bad_arguments(name, "a scale from 0 to its precision", position, err);
        *type = type_decimal((int)args[0], count == 2 ? (int)args[1] : 0);
        return OK;
    case ARGS_FLOAT:
        if (count > 1 || args[0] < 1 || args[0] > 53)
            return bad_arguments(name, "a precision of 1 to 53 bits", position, err);
        if (args[0] > 24)
            *type = type_of(TYPE_DOUBLE);
        return OK;
    }
    return OK;
}

Status type_resolve(const char *name, const int64_t *args, int arg_count, Type *out,
                    int32_t position, Err *err)
{
    Nearest nearest = nearest_start(name);
    for (size_t i = 0; i < sizeof type_aliases / sizeof *type_aliases; i++) {
        const struct TypeName *alias = &type_aliases[i];
        if (text_equal_nocase(name, alias->name)) {
            Type type = type_of(alias->id);
            type.is_char = alias->is_char;
            TRY(apply_arguments(alias, args, arg_count, &type, position, err));
            *out = type;
            return OK;
        }
        nearest_offer(&nearest, alias->name);
    }
    (void)err_set(err, SQLSTATE_UNDEFINED_OBJECT, position, "type \"%s\" does not exist", name);
    return nearest_hint(&nearest, err);
}

static bool is_word_char(char c)
{
    return scan_is_digit(c) || c == '_' || ((c | ' ') >= 'a' && (c | ' ') <= 'z');
}

static void print_field_name(const char *name, Buf *out)
{
    bool plain = *name && !scan_is_digit(*name);
    for (const char *c = name; *c; c++)
        plain = plain && is_word_char(*c);
    if (plain) {
        buf_add_text(out, name);
        return;
    }
    buf_add_char(out, '"');
    for (const char *c = name; *c; c++) {
        if (*c == '"')
            buf_add_char(out, '"');
        buf_add_char(out, *c);
    }
    buf_add_char(out, '"');
}

void type_print(Type type, Buf *out)
{
    if (type.id == TYPE_VARCHAR && type.is_char)
        buf_add_text(out, type.length ? "CHAR" : "BPCHAR");
    else
        buf_add_text(out, type_class(type)->name);
    if (type.id == TYPE_DECIMAL) {
        buf_printf(out, "(%d, %d)", type.precision, type.scale);
    } else if (type.id == TYPE_VARCHAR && type.length) {
        buf_printf(out, "(%u)", type.length);
    } else if (type.id >= TYPE_TIME && type.id <= TYPE_TIMESTAMPTZ && type.precision != 6) {
        buf_printf(out, "(%d)", type.precision);
    } else if (type.id == TYPE_ARRAY) {
        buf_add_char(out, '<');
        type_print(type.element ? *type.element : type_of(TYPE_NULL), out);
        buf_add_char(out, '>');
    } else if (type.id == TYPE_ROW) {
        buf_add_char(out, '<');
        for (uint16_t i = 0; type.row && i < type.row->count; i++) {
            if (i)
                buf_add_text(out, ", ");
            print_field_name(type.row->names[i], out);
            buf_add_char(out, ' ');
            type_print(type.row->types[i], out);
        }
        buf_add_char(out, '>');
    }
}

const char *type_name(Type type, Arena *arena)
{
    Buf buf;
    buf_init(&buf);
    type_print(type, &buf);
    const char *name = arena_strndup(arena, buf.data, buf.length);
    buf_deinit(&buf);
    return name;
}

/* Reading a type's text: a descent over ARRAY< and ROW<, at most MAX_DEPTH deep. */
typedef struct Reader {
    const char *at, *end;
    Str whole;
    Arena *arena;
    Err *err;
} Reader;

static Status read_type(Reader *reader, int depth, Type *out);

static void skip_blanks(Reader *reader)
{
    while (reader->at < reader->end && scan_is_blank(*reader->at))
        reader->at++;
}

static bool skip_char(Reader *reader, char c)
{
    skip_blanks(reader);
    if (reader->at == reader->end || *reader->at != c)
        return false;
    reader->at++;
    return true;
}

static Status bad_type(const Reader *reader)
{
    return err_set(reader->err, SQLSTATE_UNDEFINED_OBJECT, -1, "cannot read the type \"%.*s\"",
                   STR_ARG(reader->whole));
}

/* Words parted by single blanks, as long as words follow. */
static Status read_words(Reader *reader, char *name, size_t size)
{
    size_t length = 0;
    skip_blanks(reader);
    while (reader->at < reader->end && is_word_char(*reader->at)) {
        if (length > 0)
            name[length++] = ' ';
        while (reader->at < reader->end && is_word_char(*reader->at)) {
            if (length + 2 >= size)
                return bad_type(reader);
            name[length++] = *reader->at++;
        }
        skip_blanks(reader);
    }
    name[length] = '\0';
    return OK;
}

static Status read_field_name(Reader *reader, const char **name)
{
    skip_blanks(reader);
    const char *start = reader->at;
    if (!skip_char(reader, '"')) {
        while (reader->at < reader->end && is_word_char(*reader->at))
            reader->at++;
        if (reader->at == start)
            return bad_type(reader);
        *name = arena_strndup(reader->arena, start, (size_t)(reader->at - start));
        return OK;
    }
    char *to = arena_alloc_aligned(reader->arena, (size_t)(reader->end - start), 1);
    *name = to;
    while (reader->at < reader->end) {
        char c = *reader->at++;
        if (c == '"') {
            if (reader->at == reader->end || *reader->at != '"') {
                *to = '\0';
                return OK;
            }
            reader->at++; /* a doubled quote stands for itself */
        }
        *to++ = c;
    }
    return bad_type(reader);
}

static Status read_row(Reader *reader, int depth, Type *out)
{
    LIST(const char *) names = {0};
    LIST(Type) types = {0};
    do {
        const char *name = NULL;
        Type type;
        TRY(read_field_name(reader, &name));
        TRY(read_type(reader, depth + 1, &type));
        if (names.count == MAX_FIELDS)
            return bad_type(reader);
        list_push_arena(reader->arena, &names, name);
        list_push_arena(reader->arena, &types, type);
    } while (skip_char(reader, ','));
    RowType *row = ARENA_NEW(reader->arena, RowType);
    *row = (RowType){names.at, types.at, (uint16_t)names.count};
    *out = (Type){.id = TYPE_ROW, .row = row};
    return skip_char(reader, '>') ? OK : bad_type(reader);
}

static Status read_type(Reader *reader, int depth, Type *out)
{
    char name[NAME_BYTES];
    if (depth > MAX_DEPTH)
        return err_set(reader->err, SQLSTATE_TOO_COMPLEX, -1, "the type is nested too deeply");
    TRY(read_words(reader, name, sizeof name));
    if (text_equal_nocase(name, "ARRAY") && skip_char(reader, '<')) {
        Type *element = ARENA_NEW(reader->arena, Type);
        TRY(read_type(reader, depth + 1, element));
        *out = type_array(element);
        return skip_char(reader, '>') ? OK : bad_type(reader);
    }
    if (text_equal_nocase(name, "ROW") && skip_char(reader, '<'))
        return read_row(reader, depth, out);
    int64_t args[2] = {0};
    int count = 0;
    if (skip_char(reader, '(')) {
        do {
            skip_blanks(reader);
            const char *start = reader->at;
            while (reader->at < reader->end && scan_is_digit(*reader->at))
                reader->at++;
            if (count == 2 || !parse_i64(start, reader->at, &args[count++]))
                return bad_type(reader);
        } while (skip_char(reader, ','));
        if (!skip_char(reader, ')'))
            return bad_type(reader);
    }
    return type_resolve(name, args, count, out, -1, reader->err);
}

Status type_from_text(Str text, Arena *arena, Type *out, Err *err)
{
    Reader reader = {text.data, text.data + text.length, text, arena, err};
    Type type;
    TRY(read_type(&reader, 0, &type));
    skip_blanks(&reader);
    if (reader.at != reader.end)
        return bad_type(&reader);
    *out = type;
    return OK;
}
