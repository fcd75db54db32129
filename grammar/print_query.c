/*
 * print_query.c - queries as SQL, on one line.
 */
#include "grammar/print.h"

static void print_alias(Buf *out, const TableRef *table)
{
    if (!table->alias.text)
        return;
    buf_add_text(out, " AS ");
    ast_print_name(out, table->alias);
    print_columns(out, &table->columns);
}

void print_in_parens(Buf *out, const Query *query)
{
    buf_add_char(out, '(');
    ast_print_query(out, query);
    buf_add_char(out, ')');
}

void print_items(Buf *out, const SelectList *items)
{
    for (size_t i = 0; i < items->count; i++) {
        if (i)
            buf_add_text(out, ", ");
        ast_print_expr(out, items->at[i].expr);
        if (items->at[i].alias.text) {
            buf_add_text(out, " AS ");
            ast_print_name(out, items->at[i].alias);
        }
    }
}

void print_with(Buf *out, const With *with)
{
    static const char *const materialized[] = {"", "MATERIALIZED ", "NOT MATERIALIZED "};
    if (!with)
        return;
    buf_add_text(out, with->recursive ? "WITH RECURSIVE " : "WITH ");
    for (size_t i = 0; i < with->tables.count; i++) {
        const CommonTable *table = &with->tables.at[i];
        if (i)
            buf_add_text(out, ", ");
        ast_print_name(out, table->name);
        print_columns(out, &table->columns);
        buf_printf(out, " AS %s", materialized[table->materialized]);
        print_in_parens(out, table->query);
    }
    buf_add_char(out, ' ');
}

/* ---- FROM ---- */

static void print_table(Buf *out, const TableRef *table, bool enclose_join);

static void print_join(Buf *out, const TableRef *table)
{
    static const char *const kinds[] = {"", "LEFT ", "RIGHT ", "FULL ", "CROSS ", "SEMI ", "ANTI "};
    print_table(out, table->join.left, false);
    buf_printf(out, " %s%s%sJOIN ", table->join.natural ? "NATURAL " : "",
               table->join.asof ? "ASOF " : "", kinds[table->join.kind]);
    print_table(out, table->join.right, true);
    if (table->join.on) {
        buf_add_text(out, " ON ");
        ast_print_expr(out, table->join.on);
    } else if (table->join.using_columns.count) {
        buf_add_text(out, " USING");
        print_columns(out, &table->join.using_columns);
    }
}

static void print_named(Buf *out, const TableRef *table)
{
    const TableSample *sample = table->named.sample;
    ast_print_names(out, &table->named.name);
    print_hint(out, &table->named.hint);
    if (table->named.as_of) {
        buf_add_text(out, " FOR SYSTEM_TIME AS OF ");
        ast_print_expr(out, table->named.as_of);
    }
    print_alias(out, table);
    if (!sample)
        return;
    buf_add_text(out, " TABLESAMPLE ");
    ast_print_name(out, sample->method);
    buf_add_text(out, " (");
    ast_print_expr(out, sample->percent);
    buf_add_char(out, ')');
    if (sample->seed) {
        buf_add_text(out, " REPEATABLE (");
        ast_print_expr(out, sample->seed);
        buf_add_char(out, ')');
    }
}

static void print_table(Buf *out, const TableRef *table, bool enclose_join)
{
    if (table->lateral)
        buf_add_text(out, "LATERAL ");
    switch (table->kind) {
    case TABLE_NAMED:
        print_named(out, table);
        return;
    case TABLE_FILE:
        ast_print_string(out, table->path);
        break;
    case TABLE_FUNCTION:
        print_call(out, table->function.call);
        if (table->function.ordinality)
            buf_add_text(out, " WITH ORDINALITY");
        break;
    case TABLE_QUERY:
        print_in_parens(out, table->query);
        break;
    case TABLE_JOIN:
        enclose_join |= table->alias.text != NULL;
        if (enclose_join)
            buf_add_char(out, '(');
        print_join(out, table);
        if (enclose_join)
            buf_add_char(out, ')');
        break;
    }
    print_alias(out, table);
}

void print_tables(Buf *out, const TableList *tables)
{
    for (size_t i = 0; i < tables->count; i++) {
        if (i)
            buf_add_text(out, ", ");
        print_table(out, tables->at[i], false);
    }
}

/* ---- SELECT ---- */

static void print_group(Buf *out, const GroupItem *item)
{
    switch (item->kind) {
    case GROUP_EXPR:
        ast_print_expr(out, item->expr);
        return;
    case GROUP_EMPTY:
        buf_add_text(out, "()");
        return;
    case GROUP_ROLLUP:
        buf_add_text(out, "ROLLUP ");
        break;
    case GROUP_CUBE:
        buf_add_text(out, "CUBE ");
        break;
    case GROUP_SETS:
        buf_add_text(out, "GROUPING SETS ");
        break;
    case GROUP_SET:
        break;
    }
    buf_add_char(out, '(');
    for (uint32_t i = 0; i < item->item_count; i++) {
        if (i)
            buf_add_text(out, ", ");
        print_group(out, item->items[i]);
    }
    buf_add_char(out, ')');
}

static void print_select(Buf *out, const Select *select)
{
    buf_add_text(out, select->distinct ? "SELECT DISTINCT " : "SELECT ");
    if (select->distinct_on.count) {
        buf_add_text(out, "ON (");
        print_list(out, &select->distinct_on);
        buf_add_text(out, ") ");
    }
    print_items(out, &select->items);
    if (select->from.count) {
        buf_add_text(out, " FROM ");
        print_tables(out, &select->from);
    }
    if (select->where) {
        buf_add_text(out, " WHERE ");
        ast_print_expr(out, select->where);
    }
    if (select->grouped)
        buf_add_text(out, select->group_all ? " GROUP BY ALL" : " GROUP BY ");
    for (size_t i = 0; i < select->group_by.count; i++) {
        if (i)
            buf_add_text(out, ", ");
        print_group(out, select->group_by.at[i]);
    }
    if (select->having) {
        buf_add_text(out, " HAVING ");
        ast_print_expr(out, select->having);
    }
    for (size_t i = 0; i < select->windows.count; i++) {
        buf_add_text(out, i ? ", " : " WINDOW ");
        ast_print_name(out, select->windows.at[i]->name);
        buf_add_text(out, " AS (");
        print_window(out, select->windows.at[i]);
        buf_add_char(out, ')');
    }
    if (select->qualify) {
        buf_add_text(out, " QUALIFY ");
        ast_print_expr(out, select->qualify);
    }
}

static int set_level(const Query *query)
{
    enum { UNION_LEVEL, INTERSECT_LEVEL, SELECT_LEVEL };
    if (query->kind != QUERY_SET)
        return SELECT_LEVEL;
    return query->set.op == SET_INTERSECT ? INTERSECT_LEVEL : UNION_LEVEL;
}

static void print_side(Buf *out, const Query *side, int least)
{
    bool tail = side->with || side->order_by.count || side->order_all || side->limit ||
                side->offset || side->emit != QUERY_EMIT_DEFAULT;
    if (tail || set_level(side) < least)
        print_in_parens(out, side);
    else
        ast_print_query(out, side);
}

static void print_body(Buf *out, const Query *query)
{
    static const char *const ops[] = {"UNION", "INTERSECT", "EXCEPT"};
    switch (query->kind) {
    case QUERY_SELECT:
        print_select(out, query->select);
        break;
    case QUERY_VALUES:
        for (size_t i = 0; i < query->rows.count; i++) {
            buf_add_text(out, i ? ", (" : "VALUES (");
            print_list(out, &query->rows.at[i]);
            buf_add_char(out, ')');
        }
        break;
    case QUERY_SET:
        print_side(out, query->set.left, set_level(query));
        buf_printf(out, " %s%s ", ops[query->set.op], query->set.all ? " ALL" : "");
        print_side(out, query->set.right, set_level(query) + 1);
        break;
    }
}

void ast_print_query(Buf *out, const Query *query)
{
    static const char *const modes[] = {"", " EMIT ON WINDOW CLOSE", " EMIT CHANGES",
                                        " EMIT COMPLETE"};
    print_with(out, query->with);
    print_body(out, query);
    if (query->order_by.count) {
        buf_add_text(out, " ORDER BY ");
        print_order(out, &query->order_by);
    }
    if (query->order_all) {
        buf_add_text(out, " ORDER BY ALL");
        print_direction(out, &query->order_all_item);
    }
    if (query->limit && !query->with_ties) {
        buf_add_text(out, " LIMIT ");
        ast_print_expr(out, query->limit);
    }
    if (query->offset) {
        buf_add_text(out, " OFFSET ");
        ast_print_expr(out, query->offset);
    }
    if (query->limit && query->with_ties) {
        buf_add_text(out, " FETCH FIRST (");
        ast_print_expr(out, query->limit);
        buf_add_text(out, ") ROWS WITH TIES");
    }
    buf_add_text(out, modes[query->emit]);
}
