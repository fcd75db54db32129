/*
 * bind_sort.c - ORDER BY over the columns that a query gives.
 */
#include "planner/bind.h"

Status bind_ordinal(const Binder *binder, const Expr *expr, int count, const char *clause, int *out,
                    Err *err)
{
    *out = -1;
    if (expr->kind != EXPR_LITERAL || expr->literal.kind == LITERAL_NULL)
        return OK;
    if (expr->literal.kind != LITERAL_INTEGER || expr->literal.suffix)
        return err_set(err, SQLSTATE_SYNTAX, bind_pos(binder, expr->position),
                       "non-integer constant in %s", clause);
    if (!expr->literal.fits || expr->literal.integer < 1 || expr->literal.integer > count)
        return err_set(err, SQLSTATE_BAD_COLUMN_REFERENCE, bind_pos(binder, expr->position),
                       "%s position " STR_FORMAT " is not in the select list", clause,
                       STR_ARG(expr->literal.text));
    *out = (int)expr->literal.integer - 1;
    return OK;
}

static LogicalSortKey sort_key(const OrderItem *item, int32_t id)
{
    bool nulls_first = item->nulls == NULLS_DEFAULT ? item->descending : item->nulls == NULLS_FIRST;
    return (LogicalSortKey){.id = id, .descending = item->descending, .nulls_first = nulls_first};
}

static Status order_item(Binder *binder, const LogicalNode *node, const OrderItem *item,
                         LogicalSortKey *out, Err *err)
{
    int ordinal;
    TRY(bind_ordinal(binder, item->expr, node->column_count, "ORDER BY", &ordinal, err));
    if (ordinal < 0) {
        Scope scope = {.node = NULL};
        const ScopeColumn *column;
        for (int i = 0; i < node->column_count; i++) {
            ScopeColumn one = {.column = node->columns[i]};
            list_push_arena(binder->arena, &scope.columns, one);
        }
        if (item->expr->kind != EXPR_COLUMN) {
            bind_unsupported(binder, item->expr->position,
                             "ORDER BY expressions after UNION and VALUES are", err);
            return err_hint(err, "Order by columns of the result, or put the query into FROM ( ).");
        }
        TRY(scope_find(binder, &scope, &item->expr->column, &column, err));
        *out = sort_key(item, column->column.id);
        return OK;
    }
    *out = sort_key(item, node->columns[ordinal].id);
    return OK;
}

Status bind_order_output(Binder *binder, const Query *query, LogicalNode **node, Err *err)
{
    int count = query->order_all ? (*node)->column_count : (int)query->order_by.count;
    if (count == 0)
        return OK;
    LogicalSortKey *keys = ARENA_ARRAY(binder->arena, LogicalSortKey, count);
    for (int i = 0; i < count; i++) {
        if (query->order_all)
            keys[i] = sort_key(&query->order_all_item, (*node)->columns[i].id);
        else
            TRY(order_item(binder, *node, &query->order_by.at[i], &keys[i], err));
    }
    *node = logical_sort(binder->arena, *node, keys, count);
    if (!query->order_all)
        (*node)->position = bind_pos(binder, query->order_by.at[0].expr->position);
    return OK;
}
