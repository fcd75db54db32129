#include <criterion/criterion.h>
#include "exec_util.h"

static Arena arena;
static void setup(void)
{
    arena_init(&arena);
}
static void teardown(void)
{
    arena_deinit(&arena);
}
#define PROGRAM_TEST(name) Test(program_run, name, .init = setup, .fini = teardown)

static const RunConfig plain = {.lanes = 1, .batch_rows = 2048, .chunk_rows = 100000};

/* Two INT columns. */
static Table *numbers(int count)
{
    Type types[] = {type_of(TYPE_INT), type_of(TYPE_INT)};
    Table *table = table_new(&arena, types, 2);
    for (int i = 0; i < count; i++) {
        Value row[] = {value_int(i), i % 3 == 2 ? v_null(TYPE_INT) : value_int(i % 5)};
        table_add(table, 1, row);
    }
    return table;
}

static const char *run(const PhysicalPlan *plan, const Table *table, RunConfig config,
                       RunResult *result)
{
    const Table *tables[] = {table};
    run_plan(plan, tables, &config, result);
    return buf_text(&result->out);
}

PROGRAM_TEST(calls_and_nulls)
{
    Plan *p = plan_new(&arena);
    Table *table = numbers(6);
    Asm *a = asm_new(&arena, table->types, 2);
    asm_out(a, CALL2(a, "+", 0, 1));
    asm_out(a, 0);
    asm_out(a, asm_const(a, v_text(&arena, "x")));
    RunResult result;
    const PhysicalPlan *plan =
        plan_done(p, plan_project(p, plan_scan(p, table->types, 2), asm_done(a)));
    cr_assert_str_eq(run(plan, table, plain, &result),
                     "0|0|x\n2|1|x\nNULL|2|x\n6|3|x\n8|4|x\nNULL|5|x\n");
    run_free(&result);
}

PROGRAM_TEST(case_with_branches)
{
    /* CASE WHEN b IS NULL THEN 100 WHEN a < 3 THEN a + b ELSE b END */
    Plan *p = plan_new(&arena);
    Table *table = numbers(7);
    Asm *a = asm_new(&arena, table->types, 2);
    uint16_t hundred = asm_const(a, value_int(100)), three = asm_const(a, value_int(3));
    uint16_t t = asm_reg(a, type_of(TYPE_INT));
    uint32_t outer = asm_branch(a, TEST_NULL, 1);
    asm_move(a, t, hundred);
    outer = asm_else(a, outer);
    uint32_t inner = asm_branch(a, TEST_TRUE, CALL2(a, "<", 0, three));
    asm_move(a, t, CALL2(a, "+", 0, 1));
    inner = asm_else(a, inner);
    asm_move(a, t, 1);
    asm_end(a, inner);
    asm_end(a, outer);
    asm_out(a, t);
    /* The branch instruction stands before the call it tests: put it behind. */
    RunResult result;
    const PhysicalPlan *plan =
        plan_done(p, plan_project(p, plan_scan(p, table->types, 2), asm_done(a)));
    cr_assert_str_eq(run(plan, table, plain, &result), "0\n2\n100\n3\n4\n100\n1\n");
    run_free(&result);
}

PROGRAM_TEST(three_valued_logic)
{
    Type types[] = {type_of(TYPE_BOOLEAN), type_of(TYPE_BOOLEAN)};
    Table *table = table_new(&arena, types, 2);
    Value values[] = {value_bool(true), value_bool(false), v_null(TYPE_BOOLEAN)};
    for (int x = 0; x < 3; x++)
        for (int y = 0; y < 3; y++)
            table_add(table, 1, (Value[]){values[x], values[y]});
    Plan *p = plan_new(&arena);
    Asm *a = asm_new(&arena, types, 2);
    uint16_t both = asm_reg(a, types[0]), either = asm_reg(a, types[0]);
    asm_op(a, OP_AND3, both, 2, (const uint16_t[]){0, 1});
    asm_op(a, OP_OR3, either, 2, (const uint16_t[]){0, 1});
    /* a AND b where b is looked at only if a is not false */
    uint16_t lazy = asm_reg(a, types[0]);
    asm_move(a, lazy, 0);
    uint32_t branch = asm_branch(a, TEST_NOT_FALSE, lazy);
    asm_op(a, OP_AND3, lazy, 2, (const uint16_t[]){lazy, 1});
    asm_end(a, branch);
    asm_out(a, both);
    asm_out(a, either);
    asm_out(a, lazy);
    RunResult result;
    const PhysicalPlan *plan = plan_done(p, plan_project(p, plan_scan(p, types, 2), asm_done(a)));
    cr_assert_str_eq(run(plan, table, plain, &result),
                     "true|true|true\nfalse|true|false\nNULL|true|NULL\n"
                     "false|true|false\nfalse|false|false\nfalse|NULL|false\n"
                     "NULL|true|NULL\nfalse|NULL|false\nNULL|NULL|NULL\n");
    run_free(&result);
}

static const PhysicalPlan *divide(Plan *p, const Table *table, bool filter_first)
{
    Asm *a = asm_new(&arena, table->types, 2);
    if (filter_first)
        asm_filter(a, CALL2(a, ">", 1, asm_const(a, value_int(0))));
    asm_out(a, 0);
    asm_out(a, CALL2(a, "/", asm_const(a, value_int(60)), 1));
    return plan_done(p, plan_project(p, plan_scan(p, table->types, 2), asm_done(a)));
}

PROGRAM_TEST(the_first_failing_row_ends_it)
{
    Plan *p = plan_new(&arena);
    Table *table = numbers(12); /* b of row 5 and 11 is NULL, of row 10 is 0, of row 0 too */
    for (int batch = 1; batch < 14; batch++) {
        RunConfig config = plain;
        config.batch_rows = batch;
        RunResult result;
        run(divide(p, table, false), table, config, &result);
        cr_assert_eq(result.status, FAIL);
        cr_assert_str_eq(result.err.sqlstate, SQLSTATE_DIVISION_BY_ZERO);
        cr_assert_str_eq(buf_text(&result.out), "");
        run_free(&result);
        p->plan.scan_count = 0;
    }
}

PROGRAM_TEST(rows_before_the_failing_one_come_first)
{
    Type types[] = {type_of(TYPE_INT), type_of(TYPE_INT)};
    Table *table = table_new(&arena, types, 2);
    for (int i = 1; i < 40; i++)
        table_add(table, 1, (Value[]){value_int(i), value_int(i % 20)});
    for (int batch = 1; batch < 50; batch += 3) {
        Plan *p = plan_new(&arena);
        RunConfig config = plain;
        config.batch_rows = batch;
        RunResult result;
        run(divide(p, table, false), table, config, &result);
        cr_assert_eq(result.status, FAIL);
        int lines = 0;
        for (size_t i = 0; i < result.out.length; i++)
            lines += result.out.data[i] == '\n';
        cr_assert_eq(lines, 19);
        run_free(&result);
        /* A filter before the division keeps the rows away from it. */
        p = plan_new(&arena);
        run(divide(p, table, true), table, config, &result);
        cr_assert_eq(result.status, OK);
        run_free(&result);
    }
}

PROGRAM_TEST(failing_rows_are_rejected)
{
    Table *table = numbers(3000);
    for (int batch = 1; batch <= 2048; batch = batch * 3 + 1) {
        Plan *p = plan_new(&arena);
        RunConfig config = {.lanes = 1, .batch_rows = batch, .chunk_rows = 400, .reject = true};
        RunResult result;
        run(divide(p, table, false), table, config, &result);
        cr_assert_eq(result.status, OK);
        cr_assert_eq(result.rejected, 400); /* i % 5 == 0 and not i % 3 == 2 */
        run_free(&result);
    }
}

PROGRAM_TEST(a_branch_keeps_failures_away)
{
    /* CASE WHEN b > 0 THEN 60 / b END, rejecting nothing; and 60 / b in the branch that has zeros
     */
    for (int wrong = 0; wrong < 2; wrong++) {
        Plan *p = plan_new(&arena);
        Table *table = numbers(1000);
        Asm *a = asm_new(&arena, table->types, 2);
        uint16_t none = asm_const(a, v_null(TYPE_INT));
        uint16_t sixty = asm_const(a, value_int(60));
        uint16_t test = CALL2(a, ">", 1, asm_const(a, value_int(0)));
        uint16_t t = asm_reg(a, type_of(TYPE_INT));
        uint32_t branch = asm_branch(a, wrong ? TEST_NOT_TRUE : TEST_TRUE, test);
        asm_move(a, t, CALL2(a, "/", sixty, 1));
        branch = asm_else(a, branch);
        asm_move(a, t, none);
        asm_end(a, branch);
        asm_out(a, t);
        RunConfig config = plain;
        config.reject = true;
        RunResult result;
        run(plan_done(p, plan_project(p, plan_scan(p, table->types, 2), asm_done(a))), table,
            config, &result);
        cr_assert_eq(result.status, OK);
        int zeros = 0;
        for (int i = 0; i < 1000; i++)
            zeros += i % 3 != 2 && i % 5 == 0;
        cr_assert_eq(result.rejected, wrong ? zeros : 0);
        int lines = 0;
        for (size_t i = 0; i < result.out.length; i++)
            lines += result.out.data[i] == '\n';
        cr_assert_eq(lines, 1000 - result.rejected);
        run_free(&result);
    }
}
