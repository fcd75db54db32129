#include "parse_help.h"

Test(query, select_parts)
{
    Statement *statement =
        parsed("SELECT DISTINCT a AS x, b y, c, t.*, * EXCLUDE (d) FROM t, u AS v "
               "WHERE a > 1 GROUP BY a, 2 HAVING count(*) > 1 "
               "WINDOW w AS (ORDER BY a) QUALIFY rank() OVER w = 1 "
               "ORDER BY a DESC NULLS LAST, 2 LIMIT 5 OFFSET 3 EMIT CHANGES");
    Query *query = statement->query;
    Select *select = query->select;
    cr_assert(select->distinct);
    cr_assert_eq(select->items.count, 5);
    cr_assert_str_eq(select->items.at[0].alias.text, "x");
    cr_assert_str_eq(select->items.at[1].alias.text, "y");
    cr_assert_null(select->items.at[2].alias.text);
    cr_assert_eq(select->items.at[3].expr->kind, EXPR_STAR);
    cr_assert_eq(select->items.at[4].expr->star->exclude.count, 1);
    cr_assert_eq(select->from.count, 2);
    cr_assert_str_eq(select->from.at[1]->alias.text, "v");
    cr_assert_not_null(select->where);
    cr_assert(select->grouped);
    cr_assert_eq(select->group_by.count, 2);
    cr_assert_not_null(select->having);
    cr_assert_eq(select->windows.count, 1);
    cr_assert_not_null(select->qualify);
    cr_assert_eq(query->order_by.count, 2);
    cr_assert_eq(query->order_by.at[0].nulls, NULLS_LAST);
    cr_assert_eq(query->limit->literal.integer, 5);
    cr_assert_eq(query->offset->literal.integer, 3);
    cr_assert_eq(query->emit, QUERY_EMIT_CHANGES);
}

Test(query, set_operations)
{
    Query *query = parsed("SELECT 1 UNION ALL SELECT 2 INTERSECT SELECT 3 ORDER BY 1")->query;
    cr_assert_eq(query->kind, QUERY_SET);
    cr_assert_eq(query->set.op, SET_UNION);
    cr_assert(query->set.all);
    cr_assert_eq(query->set.right->kind, QUERY_SET);
    cr_assert_eq(query->set.right->set.op, SET_INTERSECT);
    cr_assert_eq(query->order_by.count, 1);
    /* An inner LIMIT comes before an outer ORDER BY. */
    query = parsed("(SELECT a FROM t LIMIT 3) ORDER BY a")->query;
    cr_assert_null(query->limit);
    cr_assert_eq(query->select->from.at[0]->kind, TABLE_QUERY);
    cr_assert_not_null(query->select->from.at[0]->query->limit);
}

Test(query, with)
{
    Query *query = parsed("WITH RECURSIVE a (x) AS (SELECT 1), b AS MATERIALIZED (SELECT 2) "
                          "SELECT * FROM a, b")
                       ->query;
    cr_assert(query->with->recursive);
    cr_assert_eq(query->with->tables.count, 2);
    cr_assert_eq(query->with->tables.at[0].columns.count, 1);
    cr_assert_eq(query->with->tables.at[1].materialized, CTE_MATERIALIZED);
}

Test(query, tables)
{
    TableRef *table = parsed_select("SELECT * FROM a.b AS t (x, y)")->from.at[0];
    cr_assert_eq(table->kind, TABLE_NAMED);
    cr_assert_eq(table->named.name.count, 2);
    cr_assert_eq(table->columns.count, 2);
    table = parsed_select("FROM 'dir/*.csv' f")->from.at[0];
    cr_assert_eq(table->kind, TABLE_FILE);
    cr_assert_str_eq(table->path.data, "dir/*.csv");
    table = parsed_select("SELECT * FROM UNNEST(a) WITH ORDINALITY AS t (v, i)")->from.at[0];
    cr_assert_eq(table->kind, TABLE_FUNCTION);
    cr_assert(table->function.ordinality);
    table = parsed_select("SELECT * FROM t, LATERAL (SELECT 1) q")->from.at[1];
    cr_assert_eq(table->kind, TABLE_QUERY);
    cr_assert(table->lateral);
    table = parsed_select("SELECT * FROM a LEFT SEMI JOIN b ON a.x = b.x")->from.at[0];
    cr_assert_eq(table->kind, TABLE_JOIN);
    cr_assert_eq(table->join.kind, JOIN_SEMI);
    table = parsed_select("SELECT * FROM a JOIN r FOR SYSTEM_TIME AS OF a.t AS q USING (k)")
                ->from.at[0];
    cr_assert_not_null(table->join.right->named.as_of);
    cr_assert_str_eq(table->join.right->alias.text, "q");
    cr_assert_eq(table->join.using_columns.count, 1);
    table = parsed_select("SELECT * FROM t /*+ OPTIONS('a' = 'b', c = d) */ x")->from.at[0];
    cr_assert_eq(table->named.hint.count, 2);
    cr_assert_str_eq(table->named.hint.at[1].key, "c");
}

Test(query, window_functions_of_tables)
{
    FunctionCall *call =
        parsed_select("SELECT * FROM TABLE(SESSION(TABLE t PARTITION BY a, b, DESCRIPTOR(ts), "
                      "INTERVAL '1' MINUTE)) AS w")
            ->from.at[0]
            ->function.call;
    cr_assert_str_eq(call->name.at[0].text, "SESSION");
    cr_assert_eq(call->args.count, 3);
    cr_assert_eq(call->args.at[0]->kind, EXPR_TABLE);
    cr_assert_eq(call->args.at[0]->table->partition_by.count, 2);
    cr_assert_eq(call->args.at[1]->kind, EXPR_DESCRIPTOR);
    cr_assert_str_eq(call->args.at[1]->descriptor.at[0].text, "ts");
    call = parsed_select("SELECT * FROM TUMBLE(t, ts, INTERVAL '1' MINUTE)")
               ->from.at[0]
               ->function.call;
    cr_assert_eq(call->args.at[0]->kind, EXPR_COLUMN);
    call = parsed_select("SELECT * FROM TUMBLE(DATA => TABLE t, TIMECOL => DESCRIPTOR(ts), "
                         "SIZE => INTERVAL '1' DAY)")
               ->from.at[0]
               ->function.call;
    cr_assert_str_eq(call->arg_names[0].text, "DATA");
}

Test(query, grouping)
{
    GroupList groups = parsed_select("SELECT 1 FROM t GROUP BY a, ROLLUP (b, (c, d)), (e, f), (), "
                                     "GROUPING SETS ((a, b), c, CUBE (d))")
                           ->group_by;
    cr_assert_eq(groups.count, 6);
    cr_assert_eq(groups.at[0]->kind, GROUP_EXPR);
    cr_assert_eq(groups.at[1]->kind, GROUP_ROLLUP);
    cr_assert_eq(groups.at[1]->items[1]->kind, GROUP_SET);
    cr_assert_eq(groups.at[1]->items[1]->item_count, 2);
    cr_assert_eq(groups.at[2]->kind, GROUP_EXPR);
    cr_assert_eq(groups.at[4]->kind, GROUP_EMPTY);
    cr_assert_eq(groups.at[5]->kind, GROUP_SETS);
    cr_assert_eq(groups.at[5]->items[2]->kind, GROUP_CUBE);
    cr_assert(parsed_select("SELECT a FROM t GROUP BY ALL")->group_all);
    cr_assert_eq(parsed_select("SELECT a FROM t GROUP BY ROW(a, b)")->group_by.count, 1);
}

Test(query, from_first)
{
    Select *select = parsed_select("FROM t WHERE a");
    cr_assert_eq(select->items.at[0].expr->kind, EXPR_STAR);
    select = parsed_select("FROM t SELECT a WHERE b");
    cr_assert_str_eq(select->items.at[0].expr->column.at[0].text, "a");
    cr_assert_not_null(select->where);
}

Test(query, limits)
{
    Query *query = parsed("SELECT 1 OFFSET 2 ROWS FETCH NEXT 3 ROWS ONLY")->query;
    cr_assert_eq(query->limit->literal.integer, 3);
    cr_assert_eq(query->offset->literal.integer, 2);
    query = parsed("SELECT 1 FETCH FIRST ROW WITH TIES")->query;
    cr_assert_eq(query->limit->literal.integer, 1);
    cr_assert(query->with_ties);
    cr_assert_null(parsed("SELECT 1 LIMIT ALL")->query->limit);
    cr_assert_eq(parsed("SELECT ?, ? LIMIT ?")->param_count, 3);
    cr_assert_eq(parsed("SELECT $2, $1")->param_count, 2);
}

Test(query, emit)
{
    cr_assert_eq(parsed("SELECT 1")->query->emit, QUERY_EMIT_DEFAULT);
    cr_assert_eq(parsed("SELECT a FROM t EMIT ON WINDOW CLOSE")->query->emit, QUERY_EMIT_ON_CLOSE);
    cr_assert_eq(parsed("SELECT a FROM t EMIT FINAL")->query->emit, QUERY_EMIT_ON_CLOSE);
    cr_assert_eq(parsed("SELECT a FROM t EMIT COMPLETE")->query->emit, QUERY_EMIT_COMPLETE);
    cr_assert_eq(parsed("SELECT a FROM t EMIT CHANGES")->query->emit_position, 16);
}
