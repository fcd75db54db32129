/*
 * build_query.c - queries, tables and grouping for the grammar's actions.
 */
#include "grammar/build.h"

#include "grammar/parse.h"
#include "grammar/sql.h"

Query *query_make(Parse *p, QueryKind kind, Token at)
{
    Query *query = ARENA_NEW(p->arena, Query);
    query->kind = kind;
    query->depth = 1;
    query->position = at.start;
    query->end = at.end;
    query->emit_position = -1;
    return query;
}

static void query_adopt(Parse *p, Query *query, uint16_t depth, int32_t end)
{
    parse_deepen(p, &query->depth, depth, query->position);
    if (end > query->end)
        query->end = end;
}

void query_adopt_expr(Parse *p, Query *query, const Expr *expr)
{
    if (expr)
        query_adopt(p, query, expr->depth, expr->end);
}

void query_adopt_exprs(Parse *p, Query *query, const ExprList *list)
{
    for (size_t i = 0; i < list->count; i++)
        query_adopt_expr(p, query, list->at[i]);
}

void query_adopt_select(Parse *p, Query *query)
{
    const Select *select = query->select;
    query_adopt_exprs(p, query, &select->distinct_on);
    for (size_t i = 0; i < select->items.count; i++)
        query_adopt_expr(p, query, select->items.at[i].expr);
    for (size_t i = 0; i < select->from.count; i++)
        query_adopt(p, query, select->from.at[i]->depth, select->from.at[i]->end);
    query_adopt_expr(p, query, select->where);
    for (size_t i = 0; i < select->group_by.count; i++)
        query_adopt(p, query, select->group_by.at[i]->depth, 0);
    query_adopt_expr(p, query, select->having);
    for (size_t i = 0; i < select->windows.count; i++)
        query_adopt(p, query, window_depth(select->windows.at[i]), 0);
    query_adopt_expr(p, query, select->qualify);
}

Query *query_set(Parse *p, Query *left, Token op, bool all, Query *right)
{
    Query *query = query_make(p, QUERY_SET, op);
    query->set.op = op.type == TK_UNION       ? SET_UNION
                    : op.type == TK_INTERSECT ? SET_INTERSECT
                                              : SET_EXCEPT;
    query->set.all = all;
    query->set.left = left;
    query->set.right = right;
    query_adopt(p, query, left->depth, left->end);
    query_adopt(p, query, right->depth, right->end);
    return query;
}

/* SELECT * FROM the tables. */
Query *query_star(Parse *p, Token at, TableRef *table)
{
    Query *query = query_make(p, QUERY_SELECT, at);
    query->select = ARENA_NEW(p->arena, Select);
    query->select->items = *items_star(p, at.start);
    query->select->from = *tables_add(p, NULL, table);
    query_adopt_select(p, query);
    return query;
}

Query *query_values(Parse *p, Token at, const RowList *rows)
{
    Query *query = query_make(p, QUERY_VALUES, at);
    query->rows.at = rows->at;
    query->rows.count = rows->count;
    query->rows.capacity = rows->capacity;
    for (size_t i = 0; i < rows->count; i++)
        query_adopt_exprs(p, query, &rows->at[i]);
    return query;
}

Query *query_table(Parse *p, Token at, const NameList *table)
{
    const Name *last = &table->at[table->count - 1];
    TableRef *ref =
        table_make(p, TABLE_NAMED, last->position, last->position + (int32_t)strlen(last->text));
    ref->named.name = *table;
    Query *query = query_star(p, at, ref);
    query->is_table = true;
    return query;
}

static bool has_tail(const Query *query)
{
    return query->with || query->order_by.count || query->order_all || query->limit ||
           query->offset || query->emit != QUERY_EMIT_DEFAULT;
}

Query *query_tail(Parse *p, Query *query, const QueryTail *tail)
{
    /* `(… LIMIT 3) ORDER BY a`: the inner tail comes first, so it must stay inside. */
    if (has_tail(query))
        query = query_star(p, (Token){.start = query->position, .end = query->end},
                           table_query(p, query));
    query->order_by = order_value(tail->order_by);
    query->order_all = tail->order_all;
    query->order_all_item = tail->order_all_item;
    query->limit = tail->limit;
    query->offset = tail->offset;
    query->with_ties = tail->with_ties;
    query->emit = tail->emit;
    query->emit_position = tail->emit != QUERY_EMIT_DEFAULT ? tail->emit_position : -1;
    for (size_t i = 0; i < query->order_by.count; i++)
        query_adopt_expr(p, query, query->order_by.at[i].expr);
    query_adopt_expr(p, query, query->limit);
    query_adopt_expr(p, query, query->offset);
    return query;
}

Query *query_with(Parse *p, With *with, Query *query, Token at)
{
    (void)at;
    if (query->with) /* WITH a AS (…) (WITH b AS (…) SELECT …) */
        query = query_star(p, (Token){.start = query->position, .end = query->end},
                           table_query(p, query));
    query->with = with;
    for (size_t i = 0; i < with->tables.count; i++)
        query_adopt(p, query, with->tables.at[i].query->depth, 0);
    return query;
}

With *with_add(Parse *p, With *with, CommonTable table)
{
    if (!with)
        with = ARENA_NEW(p->arena, With);
    list_push_arena(p->arena, &with->tables, table);
    return with;
}

SelectList *items_add(Parse *p, SelectList *list, Expr *expr, const Token *alias)
{
    if (!list)
        list = ARENA_NEW(p->arena, SelectList);
    SelectItem item = {.expr = expr};
    if (alias)
        item.alias = name_make(p, *alias);
    list_push_arena(p->arena, list, item);
    return list;
}

SelectList items_value(const SelectList *list)
{
    return list ? *list : (SelectList){0};
}

SelectList *items_star(Parse *p, int32_t position)
{
    Token at = {.start = position, .end = position};
    return items_add(p, NULL, expr_star(p, NULL, at), NULL);
}

/* ---- FROM ---- */

TableRef *table_make(Parse *p, TableRefKind kind, int32_t position, int32_t end)
{
    TableRef *table = ARENA_NEW(p->arena, TableRef);
    table->kind = kind;
    table->depth = 1;
    table->position = position;
    table->end = end;
    return table;
}

void table_adopt_expr(Parse *p, TableRef *table, const Expr *expr)
{
    if (!expr)
        return;
    parse_deepen(p, &table->depth, expr->depth, table->position);
    if (expr->end > table->end)
        table->end = expr->end;
}

TableRef *table_join(Parse *p, JoinKind kind, Token at, TableRef *left, TableRef *right)
{
    TableRef *table = table_make(p, TABLE_JOIN, at.start, at.end);
    table->join.kind = kind;
    table->join.left = left;
    table->join.right = right;
    parse_deepen(p, &table->depth, left->depth, at.start);
    parse_deepen(p, &table->depth, right->depth, at.start);
    if (right->end > table->end)
        table->end = right->end;
    return table;
}

void table_join_on(Parse *p, TableRef *join, Expr *on)
{
    join->join.on = on;
    table_adopt_expr(p, join, on);
}

TableRef *table_function(Parse *p, Expr *call)
{
    TableRef *table = table_make(p, TABLE_FUNCTION, call->position, call->end);
    table->function.call = call->call;
    table_adopt_expr(p, table, call);
    return table;
}

TableRef *table_query(Parse *p, Query *query)
{
    TableRef *table = table_make(p, TABLE_QUERY, query->position, query->end);
    table->query = query;
    parse_deepen(p, &table->depth, query->depth, query->position);
    return table;
}

TableList *tables_add(Parse *p, TableList *list, TableRef *table)
{
    if (!list)
        list = ARENA_NEW(p->arena, TableList);
    list_push_arena(p->arena, list, table);
    return list;
}

TableList tables_value(const TableList *list)
{
    return list ? *list : (TableList){0};
}

/* ---- GROUP BY ---- */

GroupItem *group_make(Parse *p, GroupKind kind, int32_t position)
{
    GroupItem *item = ARENA_NEW(p->arena, GroupItem);
    item->kind = kind;
    item->depth = 1;
    item->position = position;
    return item;
}

GroupItem *group_expr(Parse *p, Expr *expr)
{
    GroupItem *item = group_make(p, GROUP_EXPR, expr->start);
    item->expr = expr;
    parse_deepen(p, &item->depth, expr->depth, expr->start);
    return item;
}

/* (a, b) without ROW. */
static bool is_implicit_row(const Parse *p, const GroupItem *item)
{
    return item->kind == GROUP_EXPR && item->expr->kind == EXPR_ROW &&
           p->text.data[item->expr->position] == '(';
}

GroupList *groups_add(Parse *p, GroupList *list, GroupItem *item)
{
    if (!list)
        list = ARENA_NEW(p->arena, GroupList);
    list_push_arena(p->arena, list, item);
    return list;
}

GroupItem *group_of(Parse *p, GroupKind kind, Token at, const GroupList *items)
{
    GroupItem *group = group_make(p, kind, at.start);
    group->items = items->at;
    group->item_count = (uint32_t)items->count;
    for (size_t i = 0; i < items->count; i++) {
        GroupItem *item = items->at[i];
        if (is_implicit_row(p, item)) {
            const ExprList members = item->expr->list;
            GroupList *set = NULL;
            for (size_t k = 0; k < members.count; k++)
                set = groups_add(p, set, group_expr(p, members.at[k]));
            item = items->at[i] = group_of(p, GROUP_SET, (Token){.start = item->position}, set);
        }
        parse_deepen(p, &group->depth, item->depth, at.start);
        if (kind != GROUP_SETS && kind != GROUP_SET && item->kind != GROUP_EXPR &&
            item->kind != GROUP_SET)
            parse_fail(p, SQLSTATE_SYNTAX, item->position,
                       "only expressions may stand inside ROLLUP and CUBE");
    }
    return group;
}

GroupList *groups_add_top(Parse *p, GroupList *list, GroupItem *item)
{
    if (!is_implicit_row(p, item))
        return groups_add(p, list, item);
    for (size_t i = 0; i < item->expr->list.count; i++)
        list = groups_add(p, list, group_expr(p, item->expr->list.at[i]));
    return list;
}
