/*
 * print_name.c - names, strings and types as SQL.
 *
 * A name is quoted where it was, and where it could be taken for a keyword.
 */
#include "grammar/print.h"

#include "grammar/lexer.h"

/* ---- names ---- */

static bool is_plain(const char *name)
{
    for (const char *c = name; *c; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_' ||
                      (unsigned char)*c >= 0x80;
        if (!letter && (c == name || !((*c >= '0' && *c <= '9') || *c == '$')))
            return false;
    }
    const Keyword *keyword = keyword_find(name, strlen(name));
    return *name && !(keyword && keyword->quote);
}

static void print_quoted(Buf *out, Str text, char quote)
{
    buf_add_char(out, quote);
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == quote)
            buf_add_char(out, quote);
        buf_add_char(out, text.data[i]);
    }
    buf_add_char(out, quote);
}

void ast_print_identifier(Buf *out, const char *name)
{
    if (is_plain(name))
        buf_add_text(out, name);
    else
        print_quoted(out, str_from(name), '"');
}

void ast_print_string(Buf *out, Str text)
{
    print_quoted(out, text, '\'');
}

void print_text(Buf *out, const char *text)
{
    ast_print_string(out, str_from(text));
}

void ast_print_name(Buf *out, Name name)
{
    if (name.quoted)
        print_quoted(out, str_from(name.text), '"');
    else
        ast_print_identifier(out, name.text);
}

void ast_print_names(Buf *out, const NameList *name)
{
    for (size_t i = 0; i < name->count; i++) {
        if (i)
            buf_add_char(out, '.');
        ast_print_name(out, name->at[i]);
    }
}

void print_name_list(Buf *out, const NameList *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (i)
            buf_add_text(out, ", ");
        ast_print_name(out, names->at[i]);
    }
}

void print_columns(Buf *out, const NameList *names)
{
    if (!names->count)
        return;
    buf_add_text(out, " (");
    print_name_list(out, names);
    buf_add_char(out, ')');
}

const char *ast_unit_text(IntervalUnit unit)
{
    static const char *const texts[] = {
        [UNIT_NONE] = "",
        [UNIT_MICROSECOND] = "MICROSECOND",
        [UNIT_MILLISECOND] = "MILLISECOND",
        [UNIT_SECOND] = "SECOND",
        [UNIT_MINUTE] = "MINUTE",
        [UNIT_HOUR] = "HOUR",
        [UNIT_DAY] = "DAY",
        [UNIT_WEEK] = "WEEK",
        [UNIT_MONTH] = "MONTH",
        [UNIT_QUARTER] = "QUARTER",
        [UNIT_YEAR] = "YEAR",
    };
    return texts[unit];
}

/* ---- types ---- */

static void print_inner_type(Buf *out, const TypeName *type)
{
    ast_print_type(out, type);
    if (type->not_null)
        buf_add_text(out, " NOT NULL");
}

static void print_fields(Buf *out, const TypeName *type)
{
    buf_add_text(out, "ROW<");
    for (uint32_t i = 0; i < type->child_count; i++) {
        const TypeField *field = &type->fields[i];
        if (i)
            buf_add_text(out, ", ");
        ast_print_name(out, field->name);
        buf_add_char(out, ' ');
        print_inner_type(out, field->type);
        if (field->comment) {
            buf_add_text(out, " COMMENT ");
            print_text(out, field->comment);
        }
    }
    buf_add_char(out, '>');
}

/* Two words that the lexer joins must not be quoted. */
static void print_type_name(Buf *out, const TypeName *type)
{
    const Name *first = &type->name.at[0];
    bool interval =
        type->name.count == 1 && !first->quoted && text_equal_nocase(first->text, "INTERVAL");
    if (interval)
        buf_add_text(out, "INTERVAL");
    else if (!first->quoted && strchr(first->text, ' '))
        buf_add_text(out, first->text);
    else
        ast_print_names(out, &type->name);
}

void ast_print_type(Buf *out, const TypeName *type)
{
    switch (type->kind) {
    case TYPE_NAME_ARRAY:
        buf_add_text(out, "ARRAY<");
        print_inner_type(out, type->children[0]);
        buf_add_char(out, '>');
        return;
    case TYPE_NAME_MAP:
        buf_add_text(out, "MAP<");
        print_inner_type(out, type->children[0]);
        buf_add_text(out, ", ");
        print_inner_type(out, type->children[1]);
        buf_add_char(out, '>');
        return;
    case TYPE_NAME_ROW:
        print_fields(out, type);
        return;
    case TYPE_NAME_PLAIN:
        break;
    }
    print_type_name(out, type);
    if (type->arg_count == 1)
        buf_printf(out, "(%d)", type->args[0]);
    if (type->arg_count == 2)
        buf_printf(out, "(%d, %d)", type->args[0], type->args[1]);
    if (type->from != UNIT_NONE)
        buf_printf(out, " %s", ast_unit_text(type->from));
    if (type->to != UNIT_NONE)
        buf_printf(out, " TO %s", ast_unit_text(type->to));
    if (type->zone != ZONE_UNSAID)
        buf_add_text(out, type->zone == ZONE_WITH      ? " WITH TIME ZONE"
                          : type->zone == ZONE_WITHOUT ? " WITHOUT TIME ZONE"
                                                       : " WITH LOCAL TIME ZONE");
}
