#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
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
#define OPERATOR_TEST(name) Test(operators, name, .init = setup, .fini = teardown)

static const char *run(const PhysicalPlan *plan, const Table *table, RunConfig config,
                       RunResult *result)
{
    const Table *tables[] = {table, table, table};
    run_plan(plan, tables, &config, result);
    return buf_text(&result->out);
}

static void count_to(Table *table, int count)
{
    for (int i = 0; i < count; i++)
        table_add(table, 1, (Value[]){value_int(i), value_int(i % 7)});
}

static Table *numbers(int count)
{
    Type types[] = {type_of(TYPE_INT), type_of(TYPE_INT)};
    Table *table = table_new(&arena, types, 2);
    count_to(table, count);
    return table;
}

static const RunConfig configs[] = {
    {.lanes = 1, .batch_rows = 2048, .chunk_rows = 5000},
    {.lanes = 1, .batch_rows = 1, .chunk_rows = 50},
    {.lanes = 2, .batch_rows = 7, .chunk_rows = 100},
    {.lanes = 4, .batch_rows = 64, .chunk_rows = 64},
    {.lanes = 4, .batch_rows = 3, .chunk_rows = 17},
    {.lanes = 3, .batch_rows = 2048, .chunk_rows = 300},
};
#define EACH_CONFIG(c) for (size_t c = 0; c < sizeof configs / sizeof *configs; c++)

OPERATOR_TEST(filter_and_project_keep_the_order)
{
    Table *table = numbers(1000);
    Buf expected;
    buf_init(&expected);
    for (int i = 0; i < 1000; i++)
        if (i % 7 > 4)
            buf_printf(&expected, "%d\n", i + i % 7);
    EACH_CONFIG(c)
    {
        Plan *p = plan_new(&arena);
        Asm *f = asm_new(&arena, table->types, 2);
        asm_filter(f, CALL2(f, ">", 1, asm_const(f, value_int(4))));
        Asm *a = asm_new(&arena, table->types, 2);
        asm_out(a, CALL2(a, "+", 0, 1));
        const PhysicalPlan *plan =
            plan_done(p, plan_project(p, plan_filter(p, plan_scan(p, table->types, 2), asm_done(f)),
                                      asm_done(a)));
        RunResult result;
        cr_assert_str_eq(run(plan, table, configs[c], &result), buf_text(&expected));
        run_free(&result);
    }
    buf_deinit(&expected);
}

OPERATOR_TEST(limit_stops_the_source_and_hides_later_errors)
{
    Table *table = numbers(1000);
    EACH_CONFIG(c)
    {
        Plan *p = plan_new(&arena);
        Asm *a = asm_new(&arena, table->types, 2);
        asm_out(a, 0);
        /* fails at row 30 */
        asm_out(a, CALL2(a, "/", 0, CALL2(a, "-", asm_const(a, value_int(30)), 0)));
        PhysicalNode *node = plan_project(p, plan_scan(p, table->types, 2), asm_done(a));
        RunResult result;
        run(plan_done(p, plan_limit(p, node, 3, 27)), table, configs[c], &result);
        cr_assert_eq(result.status, OK);
        cr_assert_str_eq(buf_text(&result.out), "27|9\n28|14\n29|29\n");
        run_free(&result);
        p->plan.scan_count = 1;
        run(plan_done(p, plan_limit(p, node, 4, 27)), table, configs[c], &result);
        cr_assert_eq(result.status, FAIL);
        cr_assert_str_eq(buf_text(&result.out), "27|9\n28|14\n29|29\n");
        run_free(&result);
    }
}

OPERATOR_TEST(a_scan_has_a_limit_and_a_filter_of_its_own)
{
    Table *table = numbers(1000);
    EACH_CONFIG(c)
    {
        Plan *p = plan_new(&arena);
        PhysicalNode *scan = plan_scan(p, table->types, 2);
        Asm *f = asm_new(&arena, table->types, 2);
        asm_filter(f, CALL2(f, "=", 1, asm_const(f, value_int(6))));
        scan->as.scan.filter = asm_done(f);
        scan->as.scan.limit = 3;
        RunResult result;
        cr_assert_str_eq(run(plan_done(p, scan), table, configs[c], &result), "6|6\n13|6\n20|6\n");
        run_free(&result);
    }
}

OPERATOR_TEST(union_all_comes_in_order_of_from)
{
    Table *table = numbers(5);
    EACH_CONFIG(c)
    {
        Plan *p = plan_new(&arena);
        PhysicalNode *values = plan_node(p, PHYSICAL_VALUES, 0, NULL);
        plan_columns(p, values, (Type[]){type_of(TYPE_BIGINT)}, 1);
        Value rows[] = {value_bigint(-1), value_bigint(-2)};
        values->as.values.values = rows;
        values->as.values.row_count = 2;
        PhysicalNode *agg = plan_aggregate(p, plan_scan(p, table->types, 2), NULL, 0, EMIT_FINAL);
        plan_agg(p, agg, "sum", 0, false, -1);
        Asm *a = asm_new(&arena, table->types, 2);
        asm_out(a, CALL1(a, "abs", CALL2(a, "-", 0, asm_const(a, value_bigint(100)))));
        PhysicalNode *plain = plan_project(p, plan_scan(p, table->types, 2), asm_done(a));
        PhysicalNode *inputs[] = {agg, plain, values};
        PhysicalNode *all = plan_node(p, PHYSICAL_UNION, 3, inputs);
        plan_columns(p, all, (Type[]){type_of(TYPE_BIGINT)}, 1);
        RunConfig config = configs[c];
        config.epoch_chunks = config.restart = c % 2;
        RunResult result;
        cr_assert_str_eq(run(plan_done(p, all), table, config, &result),
                         "10\n100\n99\n98\n97\n96\n-1\n-2\n");
        run_free(&result);
    }
}

OPERATOR_TEST(a_limit_holds_across_restarts)
{
    Table *table = numbers(100);
    EACH_CONFIG(c)
    {
        Plan *p = plan_new(&arena);
        RunConfig config = configs[c];
        config.epoch_chunks = 1;
        config.chunk_rows = 9;
        config.restart = true;
        RunResult result;
        cr_assert_str_eq(run(plan_done(p, plan_limit(p, plan_scan(p, table->types, 2), 4, 25)),
                             table, config, &result),
                         "25|4\n26|5\n27|6\n28|0\n");
        run_free(&result);
    }
}

/* ---- windows ---- */

static Table *times(const int *seconds, int count)
{
    Type types[] = {type_timestamp(6), type_of(TYPE_INT)};
    Table *table = table_new(&arena, types, 2);
    for (int i = 0; i < count; i++)
        table_add(
            table, 1,
            (Value[]){seconds[i] == INT32_MIN ? value_null(types[0]) : v_ts(seconds[i] * 1000000LL),
                      value_int(i)});
    return table;
}

static void windowed(Plan *p, PhysicalNode **node, WindowKind kind, int size, int slide,
                     bool drop_late)
{
    *node = plan_tumble(p, *node, 0, size * 1000000LL);
    (*node)->as.window.kind = kind;
    (*node)->as.window.slide_us = slide * 1000000LL;
    (*node)->as.window.drop_late = drop_late;
    /* row number, start, end as seconds */
    Type types[8];
    for (uint16_t c = 0; c < 5; c++)
        types[c] = (*node)->columns[c].type;
    Asm *a = asm_new(&arena, types, 5);
    asm_out(a, 1);
    asm_out(a, 2);
    asm_out(a, 3);
    *node = plan_project(p, *node, asm_done(a));
}

#define T(s) "1970-01-01 00:00:" s
OPERATOR_TEST(windows_of_a_row)
{
    static const int seconds[] = {0, 14, INT32_MIN, -1};
    Table *table = times(seconds, 4);
    EACH_CONFIG(c)
    {
        RunResult result;
        Plan *p = plan_new(&arena);
        PhysicalNode *node = plan_scan(p, table->types, 2);
        windowed(p, &node, WINDOW_TUMBLE, 10, 0, false);
        cr_assert_str_eq(run(plan_done(p, node), table, configs[c], &result),
                         "0|" T("00") "|" T("10") "\n1|" T("10") "|" T(
                             "20") "\n"
                                   "3|1969-12-31 23:59:50|" T("00") "\n");
        run_free(&result);
        p = plan_new(&arena);
        node = plan_scan(p, table->types, 2);
        windowed(p, &node, WINDOW_HOP, 10, 5, false);
        cr_assert_str_eq(run(plan_done(p, node), table, configs[c], &result),
                         "0|1969-12-31 23:59:55|" T("05") "\n0|" T("00") "|" T(
                             "10") "\n"
                                   "1|" T("05") "|" T("15") "\n1|" T("10") "|" T(
                                       "20") "\n"
                                             "3|1969-12-31 23:59:50|" T(
                                                 "00") "\n3|1969-12-31 23:59:55|" T("05") "\n");
        run_free(&result);
        p = plan_new(&arena);
        node = plan_scan(p, table->types, 2);
        windowed(p, &node, WINDOW_CUMULATE, 15, 5, false);
        cr_assert_str_eq(
            run(plan_done(p, node), table, configs[c], &result),
            "0|" T("00") "|" T("05") "\n0|" T("00") "|" T("10") "\n0|" T("00") "|" T(
                "15") "\n"
                      "1|" T("00") "|" T("15") "\n3|1969-12-31 23:59:45|" T("00") "\n");
        run_free(&result);
        /* Windows further apart than they are long leave rows out; some lengths are no multiple. */
        p = plan_new(&arena);
        node = plan_scan(p, table->types, 2);
        windowed(p, &node, WINDOW_HOP, 3, 10, false);
        cr_assert_str_eq(run(plan_done(p, node), table, configs[c], &result),
                         "0|" T("00") "|" T("03") "\n");
        run_free(&result);
        p = plan_new(&arena);
        node = plan_scan(p, table->types, 2);
        windowed(p, &node, WINDOW_HOP, 7, 5, false);
        cr_assert_str_eq(
            run(plan_done(p, node), table, configs[c], &result),
            "0|1969-12-31 23:59:55|" T("02") "\n0|" T("00") "|" T(
                "07") "\n"
                      "1|" T("10") "|" T("17") "\n3|1969-12-31 23:59:55|" T("02") "\n");
        run_free(&result);
    }
}

OPERATOR_TEST(a_late_row_counts_once_and_goes_where_it_may)
{
    /* Watermark without delay: after 21 the windows to 10 and 15 and 20 are closed. */
    static const int seconds[] = {3, 21, 14, 8, 22};
    Table *table = times(seconds, 5);
    EACH_CONFIG(c)
    {
        Plan *p = plan_new(&arena);
        PhysicalNode *node = plan_scan(p, table->types, 2);
        plan_scan_watermark(p, node, 0, 0);
        node = plan_tumble(p, node, 0, 10000000);
        node->as.window.kind = WINDOW_HOP;
        node->as.window.slide_us = 5000000;
        PhysicalNode *agg = plan_aggregate(p, node, (uint16_t[]){3}, 1, EMIT_ON_CLOSE);
        agg->as.aggregate.window_end = 0;
        plan_agg(p, agg, "count", -1, false, -1);
        RunResult result;
        cr_assert_str_eq(run(plan_done(p, agg), table, configs[c], &result),
                         T("05") "|1\n" T("10") "|1\n" T("25") "|2\n" T("30") "|2\n");
        cr_assert_eq(result.late, 2);
        run_free(&result);
    }
}

/* ---- explode ---- */

OPERATOR_TEST(explode_passes_columns_and_counts)
{
    static const Type text = {.id = TYPE_VARCHAR};
    Type types[] = {type_array(&text), type_of(TYPE_INT)};
    Table *table = table_new(&arena, types, 2);
    Buf inner, outer;
    buf_init(&inner);
    buf_init(&outer);
    uint64_t seed = 5;
    for (int i = 0; i < 300; i++) {
        Value list = {.type = types[0]};
        list.is_null = rnd(&seed) % 9 == 0;
        list.as.list.count = (uint32_t)(rnd(&seed) % (i % 50 == 0 ? 3000 : 6));
        list.as.list.items = ARENA_ARRAY(&arena, Value, list.as.list.count);
        for (uint32_t e = 0; e < list.as.list.count; e++) {
            const char *item = arena_printf(&arena, "item %d of row %d", (int)e, i);
            list.as.list.items[e] = e % 4 == 3 ? value_null(text) : v_text(&arena, item);
            if (!list.is_null) {
                buf_printf(&inner, "%d|%s|%d\n", i, e % 4 == 3 ? "NULL" : item, (int)e + 1);
                buf_printf(&outer, "%d|%s|%d\n", i, e % 4 == 3 ? "NULL" : item, (int)e + 1);
            }
        }
        if (list.is_null || list.as.list.count == 0)
            buf_printf(&outer, "%d|NULL|NULL\n", i);
        table_add(table, 1, (Value[]){list, value_int(i)});
    }
    EACH_CONFIG(c)
    {
        for (int is_outer = 0; is_outer < 2; is_outer++) {
            Plan *p = plan_new(&arena);
            PhysicalNode *scan = plan_scan(p, types, 2);
            PhysicalNode *node = plan_node(p, PHYSICAL_EXPLODE, 1, &scan);
            plan_columns(p, node, (Type[]){types[1], text, type_of(TYPE_BIGINT)}, 3);
            static const uint16_t pass[] = {1};
            node->as.explode.array = 0;
            node->as.explode.pass = pass;
            node->as.explode.pass_count = 1;
            node->as.explode.ordinality = true;
            node->as.explode.outer = is_outer;
            RunResult result;
            cr_assert_str_eq(run(plan_done(p, node), table, configs[c], &result),
                             buf_text(is_outer ? &outer : &inner));
            run_free(&result);
        }
    }
    buf_deinit(&inner);
    buf_deinit(&outer);
}

OPERATOR_TEST(explode_after_a_filter)
{
    static const Type number = {.id = TYPE_BIGINT};
    Type types[] = {type_array(&number), type_of(TYPE_INT)};
    Table *table = table_new(&arena, types, 2);
    Buf expected;
    buf_init(&expected);
    for (int i = 0; i < 200; i++) {
        Value list = {.type = types[0]};
        list.as.list.count = 3;
        list.as.list.items = ARENA_ARRAY(&arena, Value, 3);
        for (int e = 0; e < 3; e++) {
            list.as.list.items[e] = value_bigint(10 * i + e);
            if (i % 3 == 0)
                buf_printf(&expected, "%d\n", 10 * i + e);
        }
        table_add(table, 1, (Value[]){list, value_int(i % 3)});
    }
    EACH_CONFIG(c)
    {
        Plan *p = plan_new(&arena);
        Asm *f = asm_new(&arena, types, 2);
        asm_filter(f, CALL2(f, "=", 1, asm_const(f, value_int(0))));
        PhysicalNode *in = plan_filter(p, plan_scan(p, types, 2), asm_done(f));
        PhysicalNode *node = plan_node(p, PHYSICAL_EXPLODE, 1, &in);
        plan_columns(p, node, &number, 1);
        RunResult result;
        cr_assert_str_eq(run(plan_done(p, node), table, configs[c], &result), buf_text(&expected));
        run_free(&result);
    }
    buf_deinit(&expected);
}

/* ---- grouping sets, sort, changes ---- */

OPERATOR_TEST(grouping_sets)
{
    Type types[] = {type_of(TYPE_INT), type_of(TYPE_INT)};
    Table *table = table_new(&arena, types, 2);
    for (int i = 0; i < 8; i++)
        table_add(table, 1, (Value[]){value_int(i % 2), value_int(i % 4)});
    EACH_CONFIG(c)
    {
        Plan *p = plan_new(&arena);
        PhysicalNode *scan = plan_scan(p, types, 2);
        PhysicalNode *node = plan_node(p, PHYSICAL_EXPAND, 1, &scan);
        plan_columns(p, node, (Type[]){types[0], types[1], type_of(TYPE_BIGINT)}, 3);
        static const uint16_t keys[] = {0, 1};
        static const uint64_t sets[] = {3, 1, 0};
        node->as.expand.keys = keys;
        node->as.expand.key_count = 2;
        node->as.expand.sets = sets;
        node->as.expand.set_count = 3;
        PhysicalNode *agg = plan_aggregate(p, node, (uint16_t[]){0, 1, 2}, 3, EMIT_FINAL);
        plan_agg(p, agg, "count", -1, false, -1);
        RunResult result;
        cr_assert_str_eq(
            run(plan_done(p, agg), table, configs[c], &result),
            "0|0|0|2\n0|2|0|2\n0|NULL|1|4\n1|1|0|2\n1|3|0|2\n1|NULL|1|4\nNULL|NULL|3|8\n");
        run_free(&result);
    }
}

typedef struct SortRow {
    bool no_word, no_number;
    char word[24];
    int number, place;
} SortRow;

static int compare_sorted(const void *a, const void *b)
{
    const SortRow *x = a, *y = b;
    /* word ASC NULLS FIRST, number DESC NULLS LAST */
    if (x->no_word != y->no_word)
        return x->no_word ? -1 : 1;
    int order = x->no_word ? 0 : strcmp(x->word, y->word);
    if (order)
        return order;
    if (x->no_number != y->no_number)
        return x->no_number ? 1 : -1;
    if (!x->no_number && x->number != y->number)
        return x->number > y->number ? -1 : 1;
    return x->place - y->place;
}

OPERATOR_TEST(sorting_is_stable_and_has_a_limit)
{
    uint64_t seed = 6;
    Type types[] = {type_varchar(0), type_of(TYPE_DOUBLE), type_of(TYPE_INT)};
    for (int round = 0; round < 12; round++) {
        int count = round < 6 ? 3000 : 40000;
        Table *table = table_new(&arena, types, 3);
        SortRow *rows = calloc((size_t)count, sizeof *rows);
        for (int i = 0; i < count; i++) {
            rows[i].place = i;
            rows[i].no_word = rnd(&seed) % 20 == 0;
            rows[i].no_number = rnd(&seed) % 20 == 0;
            rows[i].number = (int)(rnd(&seed) % 50) - 25;
            (void)snprintf(rows[i].word, sizeof rows[i].word,
                           rnd(&seed) % 2 ? "the same start %d" : "%d", (int)(rnd(&seed) % 40));
            table_add(
                table, 1,
                (Value[]){rows[i].no_word ? value_null(types[0]) : v_text(&arena, rows[i].word),
                          rows[i].no_number ? value_null(types[1]) : value_double(rows[i].number),
                          value_int(i)});
        }
        qsort(rows, (size_t)count, sizeof *rows, compare_sorted);
        int64_t limit = round % 3 == 0 ? -1 : round % 3 == 1 ? 10 : 1500;
        Buf expected;
        buf_init(&expected);
        for (int i = 0; i < count && (limit < 0 || i < limit); i++)
            buf_printf(&expected, "%d\n", rows[i].place);
        Plan *p = plan_new(&arena);
        SortKey keys[] = {{.column = 0, .nulls_first = true}, {.column = 1, .descending = true}};
        PhysicalNode *node = plan_sort(p, plan_scan(p, types, 3), keys, 2, limit);
        Asm *a = asm_new(&arena, types, 3);
        asm_out(a, 2);
        const PhysicalPlan *plan = plan_done(p, plan_project(p, node, asm_done(a)));
        RunConfig config = configs[rnd(&seed) % 6];
        if (count > 10000)
            config = (RunConfig){.lanes = 1 + round % 3, .batch_rows = 1000, .chunk_rows = 5000};
        if (round < 6 && round % 2) { /* as a job that is started anew after each epoch */
            config.epoch_chunks = 2;
            config.restart = true;
            if (config.batch_rows < 50)
                config.chunk_rows = 200;
        }
        RunResult result;
        cr_assert_str_eq(run(plan, table, config, &result), buf_text(&expected));
        run_free(&result);
        buf_deinit(&expected);
        free(rows);
    }
}

OPERATOR_TEST(changes_become_a_column)
{
    Type types[] = {type_of(TYPE_INT), type_of(TYPE_INT)};
    Table *table = table_new(&arena, types, 2);
    static const int rows[][3] = {{1, 1, 10}, {1, 2, 20},  {-1, 1, 10}, {1, 1, 11}, {-1, 2, 20},
                                  {2, 3, 30}, {-1, 3, 30}, {-1, 1, 11}, {1, 4, 1}};
    for (int i = 0; i < 9; i++)
        table_add(table, rows[i][0], (Value[]){value_int(rows[i][1]), value_int(rows[i][2])});
    for (int batch = 1; batch < 10; batch++) {
        Plan *p = plan_new(&arena);
        PhysicalNode *scan = plan_scan(p, types, 2);
        scan->append_only = false;
        PhysicalNode *node = plan_node(p, PHYSICAL_CHANGES, 1, &scan);
        plan_columns(p, node, (Type[]){types[0], type_varchar(0), types[1]}, 3);
        static const uint16_t keys[] = {0};
        node->as.changes.keys = keys;
        node->as.changes.key_count = 1;
        node->as.changes.op_column = 1;
        RunConfig config = {.lanes = 2, .batch_rows = batch, .chunk_rows = 4};
        RunResult result;
        cr_assert_str_eq(run(plan_done(p, node), table, config, &result),
                         "1|+I|10\n2|+I|20\n1|-U|10\n1|+U|11\n2|-D|20\n3|+I|30\n3|+I|30\n3|-D|30\n"
                         "1|-D|11\n4|+I|1\n");
        run_free(&result);
    }
}
