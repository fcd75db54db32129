/* remote_paths.c - see remote_paths.h. */
#include "cli/remote_paths.h"

#include <stdlib.h>
#include "base/file.h"
#include "grammar/lexer.h"
#include "grammar/parse.h"

/* Where the statement's paths stand. */
typedef struct Walk {
    Arena *arena;
    LIST(int32_t) places;
} Walk;

static void walk_query(Walk *walk, const Query *query);
static void walk_expr(Walk *walk, const Expr *expr);

static void add_place(Walk *walk, int32_t position)
{
    if (position >= 0)
        list_push_arena(walk->arena, &walk->places, position);
}

static void walk_exprs(Walk *walk, const ExprList *list)
{
    for (size_t i = 0; i < list->count; i++)
        walk_expr(walk, list->at[i]);
}

static void walk_items(Walk *walk, const SelectList *items)
{
    for (size_t i = 0; i < items->count; i++)
        walk_expr(walk, items->at[i].expr);
}

static void walk_order(Walk *walk, const OrderList *items)
{
    for (size_t i = 0; i < items->count; i++)
        walk_expr(walk, items->at[i].expr);
}

static void walk_call(Walk *walk, const FunctionCall *call)
{
    walk_exprs(walk, &call->args);
    walk_order(walk, &call->order_by);
    walk_expr(walk, call->filter);
    if (call->over) {
        walk_exprs(walk, &call->over->partition_by);
        walk_order(walk, &call->over->order_by);
    }
}

/* Only what may hold a query matters. */
static void walk_expr(Walk *walk, const Expr *expr)
{
    if (!expr)
        return;
    switch (expr->kind) {
    case EXPR_UNARY:
        walk_expr(walk, expr->unary.arg);
        return;
    case EXPR_BINARY:
        walk_expr(walk, expr->binary.left);
        walk_expr(walk, expr->binary.right);
        return;
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_ARRAY:
    case EXPR_ROW:
        walk_exprs(walk, &expr->list);
        return;
    case EXPR_IS:
        walk_expr(walk, expr->is.arg);
        return;
    case EXPR_LIKE:
        walk_expr(walk, expr->like.value);
        walk_expr(walk, expr->like.pattern);
        return;
    case EXPR_BETWEEN:
        walk_expr(walk, expr->between.value);
        walk_expr(walk, expr->between.low);
        walk_expr(walk, expr->between.high);
        return;
    case EXPR_IN_LIST:
        walk_expr(walk, expr->in.value);
        walk_exprs(walk, &expr->in.items);
        return;
    case EXPR_IN_QUERY:
        walk_expr(walk, expr->sub.value);
        walk_query(walk, expr->sub.query);
        return;
    case EXPR_EXISTS:
    case EXPR_SUBQUERY:
    case EXPR_ARRAY_QUERY:
        walk_query(walk, expr->sub.query);
        return;
    case EXPR_QUANTIFIED:
        walk_expr(walk, expr->quantified.left);
        walk_expr(walk, expr->quantified.array);
        walk_query(walk, expr->quantified.query);
        return;
    case EXPR_CAST:
        walk_expr(walk, expr->cast.arg);
        return;
    case EXPR_CASE:
        walk_expr(walk, expr->cased->operand);
        for (size_t i = 0; i < expr->cased->whens.count; i++) {
            walk_expr(walk, expr->cased->whens.at[i].when);
            walk_expr(walk, expr->cased->whens.at[i].then);
        }
        walk_expr(walk, expr->cased->otherwise);
        return;
    case EXPR_CALL:
        walk_call(walk, expr->call);
        return;
    case EXPR_SUBSCRIPT:
    case EXPR_SLICE:
        walk_expr(walk, expr->subscript.arg);
        return;
    case EXPR_FIELD:
        walk_expr(walk, expr->field.arg);
        return;
    case EXPR_COLLATE:
        walk_expr(walk, expr->collate.arg);
        return;
    case EXPR_AT_TIME_ZONE:
        walk_expr(walk, expr->at_zone.arg);
        return;
    case EXPR_TABLE:
        walk_query(walk, expr->table->query);
        return;
    case EXPR_LITERAL:
    case EXPR_TYPED_LITERAL:
    case EXPR_INTERVAL:
    case EXPR_COLUMN:
    case EXPR_STAR:
    case EXPR_PARAM:
    case EXPR_DEFAULT:
    case EXPR_DESCRIPTOR:
        return;
    }
}

static void walk_options(Walk *walk, const OptionClauseList *options)
{
    for (size_t i = 0; i < options->count; i++)
        if ((text_equal_nocase(options->at[i].key, "path") ||
             text_equal_nocase(options->at[i].key, "scan.archive-path")) &&
            options->at[i].value_quoted)
            add_place(walk, options->at[i].value_position);
}

/* read_csv('path', …) */
static void walk_table_function(Walk *walk, const FunctionCall *call)
{
    const char *name = call->name.count ? call->name.at[call->name.count - 1].text : "";
    if (str_equal_nocase((Str){name, strnlen(name, 5)}, STR("read_")) && call->args.count &&
        call->args.at[0]->kind == EXPR_LITERAL)
        add_place(walk, call->args.at[0]->start);
    walk_call(walk, call);
}

static void walk_table(Walk *walk, const TableRef *table)
{
    switch (table->kind) {
    case TABLE_NAMED:
        walk_options(walk, &table->named.hint);
        return;
    case TABLE_FILE:
        add_place(walk, table->position);
        return;
    case TABLE_FUNCTION:
        walk_table_function(walk, table->function.call);
        return;
    case TABLE_QUERY:
        walk_query(walk, table->query);
        return;
    case TABLE_JOIN:
        walk_table(walk, table->join.left);
        walk_table(walk, table->join.right);
        walk_expr(walk, table->join.on);
        return;
    }
}

static void walk_select(Walk *walk, const Select *select)
{
    walk_items(walk, &select->items);
    for (size_t i = 0; i < select->from.count; i++)
        walk_table(walk, select->from.at[i]);
    walk_expr(walk, select->where);
    walk_expr(walk, select->having);
    walk_expr(walk, select->qualify);
}

static void walk_query(Walk *walk, const Query *query)
{
    if (!query)
        return;
    for (size_t i = 0; query->with && i < query->with->tables.count; i++)
        walk_query(walk, query->with->tables.at[i].query);
    switch (query->kind) {
    case QUERY_SELECT:
        walk_select(walk, query->select);
        break;
    case QUERY_VALUES:
        for (size_t i = 0; i < query->rows.count; i++)
            walk_exprs(walk, &query->rows.at[i]);
        break;
    case QUERY_SET:
        walk_query(walk, query->set.left);
        walk_query(walk, query->set.right);
        break;
    }
    walk_order(walk, &query->order_by);
}

static void walk_statement(Walk *walk, const Statement *statement)
{
    if (!statement)
        return;
    if (statement->kind == STATEMENT_QUERY) {
        walk_query(walk, statement->query);
    } else if (statement->kind == STATEMENT_INSERT) {
        walk_options(walk, &statement->insert->hint);
        walk_query(walk, statement->insert->query);
    } else if (statement->kind == STATEMENT_CREATE) {
        walk_options(walk, &statement->create->options);
        walk_query(walk, statement->create->query);
        walk_statement(walk, statement->create->body);
    } else if (statement->kind == STATEMENT_EXPLAIN) {
        walk_statement(walk, statement->explain->statement);
    } else if (statement->kind == STATEMENT_COPY) {
        walk_query(walk, statement->copy->query);
    }
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
    if (!*path || *path == '/')
        return false;
    ast_print_string(out, str_from(file_absolute(path, arena)));
    return true;
}

static Str edit(Walk *walk, Str statement, PathEdits *edits)
{
    Buf out;
    buf_init(&out);
    size_t at = 0;
    qsort(walk->places.at, walk->places.count, sizeof *walk->places.at, compare_places);
    for (size_t i = 0; i < walk->places.count; i++) {
        size_t place = (size_t)walk->places.at[i];
        Span span = lexer_span(statement, place);
        if (place < at || span.kind != SPAN_STRING || span.open)
            continue;
        Str literal = {statement.data + span.start, span.end - span.start};
        buf_add(&out, statement.data + at, place - at);
        at = place;
        size_t before = out.length;
        if (!absolute_literal(literal, walk->arena, &out))
            continue;
        at = span.end;
        PathEdit made = {place, literal.length, out.length - before};
        list_push_arena(walk->arena, edits, made);
    }
    buf_add(&out, statement.data + at, statement.length - at);
    Str result = statement;
    if (edits->count)
        result = (Str){arena_strndup(walk->arena, buf_text(&out), out.length), out.length};
    buf_deinit(&out);
    return result;
}

Str remote_paths_absolute(Str statement, Arena *arena, PathEdits *edits)
{
    Walk walk = {.arena = arena};
    Statement *parsed = NULL;
    Err ignored = ERR_NONE;
    *edits = (PathEdits){0};
    if (parse_statement(statement, arena, &parsed, &ignored) != OK)
        return statement;
    walk_statement(&walk, parsed);
    return walk.places.count ? edit(&walk, statement, edits) : statement;
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
