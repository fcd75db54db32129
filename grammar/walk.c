/*
 * walk.c - every item of FROM in a statement, however deep: see ast_each_table.
 *
 * Of expressions only those that may hold a query are looked into.
 */
#include "grammar/ast.h"

typedef struct Walk {
    void (*visit)(void *context, const TableRef *table);
    void *context;
} Walk;

static void walk_query(const Walk *walk, const Query *query);
static void walk_expr(const Walk *walk, const Expr *expr);

static void walk_exprs(const Walk *walk, const ExprList *list)
{
    for (size_t i = 0; i < list->count; i++)
        walk_expr(walk, list->at[i]);
}

static void walk_items(const Walk *walk, const SelectList *items)
{
    for (size_t i = 0; i < items->count; i++)
        walk_expr(walk, items->at[i].expr);
}

static void walk_order(const Walk *walk, const OrderList *items)
{
    for (size_t i = 0; i < items->count; i++)
        walk_expr(walk, items->at[i].expr);
}

static void walk_call(const Walk *walk, const FunctionCall *call)
{
    walk_exprs(walk, &call->args);
    walk_order(walk, &call->order_by);
    walk_expr(walk, call->filter);
    if (call->over) {
        walk_exprs(walk, &call->over->partition_by);
        walk_order(walk, &call->over->order_by);
    }
}

static void walk_expr(const Walk *walk, const Expr *expr)
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

static void walk_table(const Walk *walk, const TableRef *table)
{
    walk->visit(walk->context, table);
    switch (table->kind) {
    case TABLE_NAMED:
        walk_expr(walk, table->named.as_of);
        return;
    case TABLE_FILE:
        return;
    case TABLE_FUNCTION:
        walk_call(walk, table->function.call);
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

static void walk_select(const Walk *walk, const Select *select)
{
    walk_items(walk, &select->items);
    for (size_t i = 0; i < select->from.count; i++)
        walk_table(walk, select->from.at[i]);
    walk_expr(walk, select->where);
    walk_expr(walk, select->having);
    walk_expr(walk, select->qualify);
}

static void walk_query(const Walk *walk, const Query *query)
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

static void walk_statement(const Walk *walk, const Statement *statement)
{
    if (!statement)
        return;
    if (statement->kind == STATEMENT_QUERY) {
        walk_query(walk, statement->query);
    } else if (statement->kind == STATEMENT_INSERT) {
        walk_query(walk, statement->insert->query);
    } else if (statement->kind == STATEMENT_CREATE) {
        walk_query(walk, statement->create->query);
        walk_statement(walk, statement->create->body);
    } else if (statement->kind == STATEMENT_EXPLAIN) {
        walk_statement(walk, statement->explain->statement);
    } else if (statement->kind == STATEMENT_DESCRIBE) {
        walk_query(walk, statement->describe.query);
    } else if (statement->kind == STATEMENT_COPY) {
        walk_query(walk, statement->copy->query);
    }
}

void ast_each_table(const Statement *statement, void (*visit)(void *context, const TableRef *table),
                    void *context)
{
    walk_statement(&(Walk){visit, context}, statement);
}
