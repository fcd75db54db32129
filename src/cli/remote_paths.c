/* remote_paths.c - see remote_paths.h. */
#include "cli/remote_paths.h"

#include <stdlib.h>
#include "base/file.h"
#include "grammar/lexer.h"
#include "grammar/parse.h"

/* Where the statement's paths stand. */
typedef struct Places {
    Arena *arena;
    LIST(int32_t) at;
} Places;

static void add_place(Places *places, int32_t position)
{
    if (position >= 0)
        list_push_arena(places->arena, &places->at, position);
}

static void add_options(Places *places, const OptionClauseList *options)
{
    for (size_t i = 0; i < options->count; i++)
        if ((text_equal_nocase(options->at[i].key, "path") ||
             text_equal_nocase(options->at[i].key, "scan.archive-path")) &&
            options->at[i].value_quoted)
            add_place(places, options->at[i].value_position);
}

/* read_csv('path', …) */
static void add_reader(Places *places, const FunctionCall *call)
{
    const char *name = call->name.count ? ast_last_name(&call->name) : "";
    if (str_equal_nocase((Str){name, strnlen(name, 5)}, STR("read_")) && call->args.count &&
        call->args.at[0]->kind == EXPR_LITERAL)
        add_place(places, call->args.at[0]->start);
}

static void add_table(void *context, const TableRef *table)
{
    Places *places = context;
    if (table->kind == TABLE_FILE)
        add_place(places, table->position);
    else if (table->kind == TABLE_NAMED)
        add_options(places, &table->named.hint);
    else if (table->kind == TABLE_FUNCTION)
        add_reader(places, table->function.call);
}

static void add_statement(Places *places, const Statement *statement)
{
    ast_each_table(statement, add_table, places);
    if (statement->kind == STATEMENT_CREATE)
        add_options(places, &statement->create->options);
    const Statement *insert =
        statement->kind == STATEMENT_CREATE ? statement->create->body : statement;
    if (insert && insert->kind == STATEMENT_INSERT)
        add_options(places, &insert->insert->hint);
}

/* ---- the text ---- */

static int compare_places(const void *a, const void *b)
{
    int32_t left = *(const int32_t *)a, right = *(const int32_t *)b;
    return (left > right) - (left < right);
}

/* A plain literal with a relative path: its text with the path made absolute. */
static bool absolute_literal(Str literal, Arena *arena, Buf *out)
{
    char *path = arena_alloc(arena, literal.length + 1), *to = path;
    for (size_t i = 1; i + 1 < literal.length; i++) {
        *to++ = literal.data[i];
        if (literal.data[i] == '\'')
            i++;
    }
    *to = 0;
    if (!*path || *path == '/' || str_has_prefix(str_from(path), STR("file://")))
        return false;
    ast_print_string(out, str_from(file_absolute(path, arena)));
    return true;
}

static Str edit(Places *places, Str statement, PathEdits *edits)
{
    Buf out;
    buf_init(&out);
    size_t at = 0;
    qsort(places->at.at, places->at.count, sizeof *places->at.at, compare_places);
    for (size_t i = 0; i < places->at.count; i++) {
        size_t place = (size_t)places->at.at[i];
        Span span = lexer_span(statement, place);
        if (place < at || span.kind != SPAN_STRING || span.open)
            continue;
        Str literal = {statement.data + span.start, span.end - span.start};
        buf_add(&out, statement.data + at, place - at);
        at = place;
        size_t before = out.length;
        if (!absolute_literal(literal, places->arena, &out))
            continue;
        at = span.end;
        PathEdit made = {place, literal.length, out.length - before};
        list_push_arena(places->arena, edits, made);
    }
    buf_add(&out, statement.data + at, statement.length - at);
    Str result = statement;
    if (edits->count)
        result = (Str){arena_strndup(places->arena, buf_text(&out), out.length), out.length};
    buf_deinit(&out);
    return result;
}

Str remote_paths_absolute(Str statement, Arena *arena, PathEdits *edits)
{
    Places places = {.arena = arena};
    Statement *parsed = NULL;
    Err ignored = ERR_NONE;
    *edits = (PathEdits){0};
    if (parse_statement(statement, arena, &parsed, &ignored) != OK || !parsed)
        return statement;
    add_statement(&places, parsed);
    return places.at.count ? edit(&places, statement, edits) : statement;
}

int32_t remote_paths_position(const PathEdits *edits, int32_t position)
{
    for (size_t i = edits->count; i-- > 0 && position >= 0;) {
        /* From the last to the first, each in the text that the earlier ones have made. */
        size_t shift = 0;
        for (size_t k = 0; k < i; k++)
            shift += edits->at[k].new_length - edits->at[k].old_length;
        const PathEdit *edit = &edits->at[i];
        size_t start = edit->at + shift, end = start + edit->new_length, at = (size_t)position;
        if (at >= end)
            return (int32_t)(at - shift - edit->new_length + edit->old_length);
        if (at >= start)
            return (int32_t)edit->at;
    }
    return position;
}
