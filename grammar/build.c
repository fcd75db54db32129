/*
 * build.c - errors, words, names and types for the grammar's actions.
 */
#include "grammar/build.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "grammar/parse.h"
#include "grammar/print.h"
#include "grammar/sql.h"

void parse_fail(Parse *p, const char *sqlstate, int32_t position, const char *format, ...)
{
    char message[ERR_MESSAGE_BYTES];
    if (p->failed)
        return;
    p->failed = true;
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    (void)err_set(p->err, sqlstate, position, "%s", message);
}

void parse_fail_at(Parse *p, int32_t start, int32_t end)
{
    enum { SHOWN_MAX = 64 };
    int length = end - start < SHOWN_MAX ? end - start : SHOWN_MAX;
    /* Never cut inside a character. */
    while (length && start + length < (int32_t)p->text.length &&
           ((unsigned char)p->text.data[start + length] & 0xc0) == 0x80)
        length--;
    if (length > 0)
        parse_fail(p, SQLSTATE_SYNTAX, start, "syntax error at or near \"%.*s\"", length,
                   p->text.data + start);
    else
        parse_fail(p, SQLSTATE_SYNTAX, start, "syntax error at end of input");
}

void parse_deepen(Parse *p, uint16_t *depth, uint16_t child_depth, int32_t position)
{
    if (child_depth >= AST_DEPTH_MAX)
        parse_fail(p, SQLSTATE_TOO_COMPLEX, position,
                   "statement too complex: nested deeper than %d levels", (int)AST_DEPTH_MAX);
    else if (*depth <= child_depth)
        *depth = (uint16_t)(child_depth + 1);
}

/* ---- words and names ---- */

bool token_is(Token token, const char *word)
{
    return !token.quoted && str_equal_nocase(token.value, str_from(word));
}

void token_expect(Parse *p, Token token, const char *word)
{
    if (!token_is(token, word))
        parse_fail_at(p, token.start, token.end);
}

const char *token_text(Parse *p, Token token)
{
    return token.owned ? token.value.data
                       : arena_strndup(p->arena, token.value.data, token.value.length);
}

const char *token_text_lower(Parse *p, Token token)
{
    char *text = arena_strndup(p->arena, token.value.data, token.value.length);
    for (char *c = text; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return text;
}

Str token_str(Parse *p, Token token)
{
    return (Str){token_text(p, token), token.value.length};
}

Token token_join(Parse *p, Token left, Token separator, Token right)
{
    const char *text = arena_printf(p->arena, STR_FORMAT STR_FORMAT STR_FORMAT, STR_ARG(left.value),
                                    STR_ARG(separator.value), STR_ARG(right.value));
    left.end = right.end;
    left.value = str_from(text);
    left.owned = true;
    left.quoted = left.quoted || right.quoted;
    return left;
}

Name name_make(Parse *p, Token token)
{
    return (Name){.text = token_text(p, token),
                  .position = token.start,
                  .width = (uint16_t)(token.end - token.start),
                  .quoted = token.quoted};
}

NameList *names_add(Parse *p, NameList *list, Name name)
{
    enum { NAMES_FIRST = 1 };
    if (!list) {
        list = ARENA_NEW(p->arena, NameList);
        list->at = ARENA_ARRAY(p->arena, Name, NAMES_FIRST);
        list->capacity = NAMES_FIRST;
    }
    list_push_arena(p->arena, list, name);
    return list;
}

NameList names_value(const NameList *list)
{
    return list ? *list : (NameList){0};
}

const char *names_text(Parse *p, const NameList *names)
{
    Buf text;
    buf_init(&text);
    print_columns(&text, names);
    const char *copy = arena_strndup(p->arena, text.data + 1, text.length - 1);
    buf_deinit(&text);
    return copy;
}

TokenList *tokens_add(Parse *p, TokenList *list, Token token)
{
    if (!list)
        list = ARENA_NEW(p->arena, TokenList);
    list_push_arena(p->arena, list, token);
    return list;
}

int32_t names_position(const NameList *name)
{
    return name->at[name->count - 1].position;
}

int32_t names_end(const NameList *name)
{
    return names_position(name) + name->at[name->count - 1].width;
}

/* ---- types ---- */

TypeName *type_make(Parse *p, TypeNameKind kind, Token at)
{
    TypeName *type = ARENA_NEW(p->arena, TypeName);
    type->kind = kind;
    type->position = at.start;
    type->end = at.end;
    type->depth = 1;
    return type;
}

TypeName *type_named(Parse *p, const NameList *name)
{
    TypeName *type = type_make(p, TYPE_NAME_PLAIN, (Token){.start = name->at[0].position});
    type->name = *name;
    type->end = names_end(name);
    return type;
}

void type_arg(Parse *p, TypeName *type, Token integer)
{
    int64_t value;
    char *text = arena_strndup(p->arena, integer.value.data, integer.value.length);
    if (!text_to_i64(text, &value) || value < 0 || value > INT32_MAX) {
        parse_fail(p, SQLSTATE_INVALID_PARAMETER, integer.start,
                   "type modifier \"%.32s\" is out of range", text);
        return;
    }
    type->args[type->arg_count++] = (int32_t)value;
}

void type_child(Parse *p, TypeName *type, TypeName *child)
{
    enum { CHILDREN_MAX = 2 };
    if (!type->children)
        type->children = ARENA_ARRAY(p->arena, TypeName *, CHILDREN_MAX);
    type->children[type->child_count++] = child;
    parse_deepen(p, &type->depth, child->depth, type->position);
}

TypeName *type_array_of(Parse *p, TypeName *element, Token at, Token end)
{
    TypeName *type = type_make(p, TYPE_NAME_ARRAY, at);
    type->position = element->position;
    type_child(p, type, element);
    type->end = end.end;
    return type;
}

FieldList *type_field(Parse *p, FieldList *list, Token name, TypeName *type, const Token *comment)
{
    if (!list)
        list = ARENA_NEW(p->arena, FieldList);
    list_push_arena(p->arena, list,
                    ((TypeField){.name = name_make(p, name),
                                 .type = type,
                                 .comment = comment ? token_text(p, *comment) : NULL}));
    return list;
}

TypeName *type_row(Parse *p, Token at, const FieldList *fields, Token end)
{
    TypeName *type = type_make(p, TYPE_NAME_ROW, at);
    type->fields = fields->at;
    type->child_count = (uint32_t)fields->count;
    type->end = end.end;
    for (size_t i = 0; i < fields->count; i++)
        parse_deepen(p, &type->depth, fields->at[i].type->depth, type->position);
    return type;
}

IntervalUnit unit_from(Token token)
{
    Str word = token.value;
    if (word.length && (word.data[word.length - 1] | 0x20) == 's')
        word.length--;
    for (IntervalUnit unit = UNIT_MICROSECOND; unit <= UNIT_YEAR; unit++)
        if (str_equal_nocase(word, str_from(ast_unit_text(unit))))
            return unit;
    return UNIT_NONE;
}

/* ---- options ---- */

OptionClause option_make(Parse *p, Str key, int32_t position, const OptionClause *value)
{
    OptionClause option = {.position = position, .value_position = -1};
    if (value) {
        option = *value;
        option.position = position;
    }
    option.key = arena_strndup(p->arena, key.data, key.length);
    return option;
}

OptionClause option_value(Parse *p, Token token)
{
    return (OptionClause){.value = token_text(p, token),
                          .value_position = token.start,
                          .value_quoted = token.type == TK_STRING || token.quoted};
}

OptionClause option_negative(Parse *p, Token minus, Token number)
{
    return (OptionClause){.value = arena_printf(p->arena, "-" STR_FORMAT, STR_ARG(number.value)),
                          .value_position = minus.start};
}

OptionClauseList *options_add(Parse *p, OptionClauseList *list, OptionClause option)
{
    if (!list)
        list = ARENA_NEW(p->arena, OptionClauseList);
    list_push_arena(p->arena, list, option);
    return list;
}

OptionClauseList options_value(const OptionClauseList *list)
{
    return list ? *list : (OptionClauseList){0};
}
