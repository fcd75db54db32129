/*
 * test_planner.c - the ways into the planner: parameters, single expressions, definitions,
 * settings.
 */
#include <criterion/criterion.h>

#include "plan_help.h"
#include "planner/optimizer.h"

static Plans plans;

static void setup(void)
{
    PlanResult result = {.parsed = NULL};
    Err err = ERR_NONE;
    plans_init(&plans);
    cr_assert(plans_run(&plans,
                        "CREATE TABLE t (a INT, b BIGINT NOT NULL, c VARCHAR(5), ts TIMESTAMP(3), "
                        "d AS a * 2, WATERMARK FOR ts AS ts - INTERVAL '1' SECOND, "
                        "PRIMARY KEY (b) NOT ENFORCED) WITH ('connector'='mem', 'header'='true')",
                        &result, &err) == OK,
              "%s", err.message);
}

static void teardown(void)
{
    plans_deinit(&plans);
}

TestSuite(planner, .init = setup, .fini = teardown);

Test(planner, parameters_take_their_place_s_type)
{
    PlanResult result = {.parsed = NULL};
    Err err = ERR_NONE;
    plans.context.param_count = 4;
    cr_assert(plans_run(&plans, "SELECT a FROM t WHERE a = $1 AND b > $2 AND c LIKE $3 LIMIT $4",
                        &result, &err) == OK,
              "%s", err.message);
    cr_assert_eq(result.param_count, 4);
    cr_assert_eq(result.param_types[0].id, TYPE_INT);
    cr_assert_eq(result.param_types[1].id, TYPE_BIGINT);
    cr_assert_eq(result.param_types[2].id, TYPE_VARCHAR);
    cr_assert_eq(result.param_types[3].id, TYPE_BIGINT);
}

Test(planner, parameters_have_values)
{
    PlanResult result = {.parsed = NULL};
    Err err = ERR_NONE;
    Value values[2] = {value_text(&plans.arena, STR("40")), value_bigint(2)};
    Type types[2] = {type_of(TYPE_NULL), type_of(TYPE_BIGINT)};
    Buf text;
    plans.context.param_count = 2;
    plans.context.params = values;
    plans.context.param_types = types;
    cr_assert(plans_run(&plans, "SELECT b FROM t WHERE a = $1 + $2", &result, &err) == OK, "%s",
              err.message);
    buf_init(&text);
    physical_print(result.physical, false, &text);
    cr_assert(strstr(buf_text(&text), "= 42"), "%s", buf_text(&text));
    buf_deinit(&text);
    cr_assert(plans_run(&plans, "SELECT $3", &result, &err) == FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_UNDEFINED_PARAMETER);
}

Test(planner, bad_parameter_values_are_errors)
{
    PlanResult result = {.parsed = NULL};
    Err err = ERR_NONE;
    Value values[1] = {value_text(&plans.arena, STR("forty"))};
    plans.context.param_count = 1;
    plans.context.params = values;
    cr_assert(plans_run(&plans, "SELECT b FROM t WHERE a = $1", &result, &err) == FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_INVALID_TEXT);
    cr_assert_eq(err.position, 26);
}

static Status evaluate(const char *sql, const Type *type, Value *out, Err *err)
{
    Expr *expr;
    TRY(parse_expression(str_from(sql), &plans.arena, &expr, err));
    return plan_expression(&plans.context, expr, type, out, err);
}

Test(planner, expressions_alone)
{
    Value value;
    Err err = ERR_NONE;
    Type type = type_of(TYPE_BIGINT);
    cr_assert(evaluate("1 + 2 * 3", NULL, &value, &err) == OK, "%s", err.message);
    cr_assert_eq(value.type.id, TYPE_INT);
    cr_assert_eq(value.as.integer, 7);
    cr_assert(evaluate("'12'", &type, &value, &err) == OK, "%s", err.message);
    cr_assert_eq(value.type.id, TYPE_BIGINT);
    cr_assert_eq(value.as.integer, 12);
    cr_assert(evaluate("1 / 0", NULL, &value, &err) == FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_DIVISION_BY_ZERO);
    cr_assert(evaluate("a", NULL, &value, &err) == FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_UNDEFINED_COLUMN);
    cr_assert(evaluate("CASE WHEN TRUE THEN 1 ELSE 1 / 0 END", NULL, &value, &err) == OK);
}

Test(planner, tables_are_defined_whole)
{
    const Relation *table = catalog_find(plans.catalog, NULL, "T");
    cr_assert(table);
    cr_assert_eq(table->kind, RELATION_TABLE);
    cr_assert_eq(table->column_count, 5);
    cr_assert_eq(table->columns[4].kind, COLUMN_COMPUTED);
    cr_assert_eq(table->columns[4].type.id, TYPE_INT);
    cr_assert_str_eq(table->columns[4].expr, "a * 2");
    cr_assert(table->columns[1].not_null);
    cr_assert_eq(table->columns[2].type.length, 5);
    cr_assert_eq(table->watermark_column, 3);
    cr_assert_eq(table->primary_key_count, 1);
    cr_assert_str_eq(table->primary_key[0], "b");
    cr_assert(option_is_set(&table->options, "csv.header"));
    cr_assert_not(option_is_set(&table->options, "header"));
}

Test(planner, views_know_their_shape)
{
    PlanResult result = {.parsed = NULL};
    Err err = ERR_NONE;
    cr_assert(plans_run(&plans, "CREATE VIEW v (x) AS SELECT a, d AS dd FROM t", &result, &err) ==
                  OK,
              "%s", err.message);
    const Relation *view = catalog_find(plans.catalog, NULL, "v");
    cr_assert_eq(view->kind, RELATION_VIEW);
    cr_assert_eq(view->column_count, 2);
    cr_assert_str_eq(view->columns[0].name, "x");
    cr_assert_str_eq(view->columns[1].name, "dd");
    cr_assert(plans_run(&plans,
                        "CREATE MATERIALIZED VIEW m AS SELECT c, count(*) AS n FROM t GROUP BY c",
                        &result, &err) == OK,
              "%s", err.message);
    view = catalog_find(plans.catalog, NULL, "m");
    cr_assert_eq(view->kind, RELATION_MATERIALIZED);
    cr_assert_eq(view->key_column_count, 1);
    cr_assert_str_eq(view->key_columns[0], "c");
    cr_assert(result.physical);
}

Test(planner, settings_name_rules)
{
    Err err = ERR_NONE;
    cr_assert(optimizer_check_setting("push_limit, fold_constants", &err) == OK);
    cr_assert(optimizer_check_setting("", &err) == OK);
    cr_assert(optimizer_check_setting("push_limits", &err) == FAIL);
    cr_assert_str_eq(err.sqlstate, SQLSTATE_UNDEFINED_OBJECT);
}

/* Names longer than anything, numbers of things beyond reason. */
Test(planner, large_statements)
{
    Buf sql, out;
    buf_init(&sql);
    buf_init(&out);
    buf_add_text(&sql, "SELECT a");
    for (int i = 0; i < 3000; i++)
        buf_printf(&sql, ", a + %d AS c%d", i, i);
    buf_add_text(&sql, " FROM t WHERE a IN (0");
    for (int i = 0; i < 3000; i++)
        buf_printf(&sql, ", %d", i);
    buf_add_text(&sql, ")");
    plans_explain(&plans, buf_text(&sql), &out);
    cr_assert(strncmp(buf_text(&out), "Scan t", 6) == 0, "%.200s", buf_text(&out));
    cr_assert_not(strstr(buf_text(&out), "JSON"));
    buf_clear(&sql);
    buf_clear(&out);
    buf_add_text(&sql, "SELECT ");
    for (int i = 0; i < 900; i++)
        buf_add_text(&sql, "1 + ");
    buf_add_text(&sql, "a FROM t");
    plans_explain(&plans, buf_text(&sql), &out);
    cr_assert(buf_text(&out)[0]);
    buf_clear(&sql);
    buf_clear(&out);
    for (int i = 0; i < 400; i++)
        buf_add_text(&sql, "SELECT * FROM (");
    buf_add_text(&sql, "SELECT a FROM t");
    for (int i = 0; i < 400; i++)
        buf_printf(&sql, ") AS s%d", i);
    plans_explain(&plans, buf_text(&sql), &out);
    cr_assert(strstr(buf_text(&out), "54001"), "%.200s", buf_text(&out));
    buf_deinit(&sql);
    buf_deinit(&out);
}

/* Each level doubles: what is written in a line must not become gigabytes. */
Test(planner, doubling_stays_small)
{
    Buf sql, out;
    buf_init(&sql);
    buf_init(&out);
    buf_add_text(&sql, "WITH c0 AS (SELECT a FROM t)");
    for (int i = 1; i < 40; i++)
        buf_printf(&sql, ", c%d AS (SELECT a + a AS a FROM c%d)", i, i - 1);
    buf_add_text(&sql, " SELECT * FROM c39");
    plans_explain(&plans, buf_text(&sql), &out);
    cr_assert(out.length < 1000000);
    cr_assert_not(strstr(buf_text(&out), "ERROR"), "%.200s", buf_text(&out));
    buf_clear(&sql);
    buf_clear(&out);
    buf_add_text(&sql, "WITH c0 AS (SELECT a FROM t)");
    for (int i = 1; i < 40; i++)
        buf_printf(&sql, ", c%d AS (SELECT * FROM c%d UNION ALL SELECT * FROM c%d)", i, i - 1,
                   i - 1);
    buf_add_text(&sql, " SELECT * FROM c39");
    plans_explain(&plans, buf_text(&sql), &out);
    cr_assert(strstr(buf_text(&out), "54001"), "%.200s", buf_text(&out));
    buf_deinit(&sql);
    buf_deinit(&out);
}
