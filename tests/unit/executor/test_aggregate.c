#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include "exec_util.h"

/*
 * Random rows through an aggregate, in all its modes, against a plain reference.
 * Columns: 0 key TEXT, 1 at TIMESTAMP, 2 value INT, 3 amount DOUBLE (quarters, so sums are exact),
 * 4 flag
 */
enum { KEY, AT, VALUE, AMOUNT, FLAG, COLUMNS, WINDOW_START = COLUMNS, WINDOW_END };
#define SIZE_US  60000000LL
#define DELAY_US 20000000LL

static Arena arena;
static void setup(void)
{
    arena_init(&arena);
}
static void teardown(void)
{
    arena_deinit(&arena);
}
#define AGGREGATE_TEST(name) Test(aggregate, name, .init = setup, .fini = teardown)

static const char *const words[] = {"a",
                                    "b",
                                    "ab",
                                    "",
                                    "zz",
                                    "twelve bytes",
                                    "more",
                                    "longer than twelve bytes, first",
                                    "longer than twelve bytes, second",
                                    "ümlaut"};

static void types_of(Type *types)
{
    types[KEY] = type_varchar(0);
    types[AT] = type_timestamp(6);
    types[VALUE] = type_of(TYPE_INT);
    types[AMOUNT] = type_of(TYPE_DOUBLE);
    types[FLAG] = type_of(TYPE_BOOLEAN);
}

static Value maybe(uint64_t *seed, Value value)
{
    return rnd(seed) % 10 == 0 ? value_null(value.type) : value;
}

static Table *random_rows(uint64_t *seed, int count, bool weighted)
{
    Type types[COLUMNS];
    types_of(types);
    Table *table = table_new(&arena, types, COLUMNS);
    int64_t now = 1700000000000000;
    int alive[4000], alive_count = 0;
    for (int i = 0; i < count; i++) {
        if (weighted && alive_count > 0 && rnd(seed) % 3 == 0) { /* takes an earlier row back */
            int pick = (int)(rnd(seed) % (uint64_t)alive_count);
            Value copy[COLUMNS];
            memcpy(copy, table->values + (size_t)alive[pick] * COLUMNS, sizeof copy);
            alive[pick] = alive[--alive_count];
            table_add(table, -1, copy);
            continue;
        }
        now += (int64_t)(rnd(seed) % 4000000);
        int64_t at =
            now - (int64_t)(rnd(seed) % 8 == 0 ? rnd(seed) % 100000000 : rnd(seed) % 2000000);
        Value row[COLUMNS];
        row[KEY] = maybe(seed, v_text(&arena, words[rnd(seed) % 10]));
        row[AT] = maybe(seed, v_ts(at));
        row[VALUE] = maybe(seed, value_int((int32_t)(rnd(seed) % 20) - 5));
        row[AMOUNT] = maybe(seed, value_double((double)(rnd(seed) % 1000) * 0.25));
        row[FLAG] = maybe(seed, value_bool(rnd(seed) % 2));
        alive[alive_count++] = (int)table->row_count;
        table_add(table, 1, row);
    }
    return table;
}

/* ---- reference ---- */

typedef struct Group {
    bool no_key;
    const char *key;
    size_t key_length;
    int64_t end;
    int64_t rows, sum, values, flag_sum, flag_values;
    double amount;
    int64_t amounts;
    int64_t counts[32]; /* of each value + 5 */
} Group;

static int compare_groups(const void *a, const void *b)
{
    const Group *x = a, *y = b;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    if (x->no_key || y->no_key)
        return x->no_key - y->no_key;
    return str_compare((Str){x->key, x->key_length}, (Str){y->key, y->key_length});
}

static void print_group(const Group *g, bool windowed, bool keyed, Buf *out)
{
    char text[64];
    if (windowed) {
        buf_add(out, text, (size_t)(format_timestamp(text, g->end - SIZE_US) - text));
        buf_add_char(out, '|');
        buf_add(out, text, (size_t)(format_timestamp(text, g->end) - text));
        buf_add_char(out, '|');
    }
    if (keyed) {
        buf_add(out, g->no_key ? "NULL" : g->key, g->no_key ? 4 : g->key_length);
        buf_add_char(out, '|');
    }
    buf_printf(out, "%lld|", (long long)g->rows);
    if (g->values)
        buf_printf(out, "%lld|", (long long)g->sum);
    else
        buf_add_text(out, "NULL|");
    int low = 0, high = 31, distinct = 0;
    while (low < 32 && g->counts[low] == 0)
        low++;
    while (high >= 0 && g->counts[high] == 0)
        high--;
    for (int i = 0; i < 32; i++)
        distinct += g->counts[i] > 0;
    if (low < 32)
        buf_printf(out, "%d|%d|", low - 5, high - 5);
    else
        buf_add_text(out, "NULL|NULL|");
    if (g->amounts)
        buf_add(out, text, (size_t)(format_f64(text, g->amount / (double)g->amounts) - text));
    else
        buf_add_text(out, "NULL");
    buf_printf(out, "|%d|", distinct);
    if (g->flag_values)
        buf_printf(out, "%lld\n", (long long)g->flag_sum);
    else
        buf_add_text(out, "NULL\n");
}

typedef struct Reference {
    Buf out;
    int late;
} Reference;

static void reference(const Table *table, bool windowed, bool keyed, Reference *ref)
{
    Group *groups = calloc(4000, sizeof *groups);
    int count = 0;
    int64_t wm = INT64_MIN;
    buf_init(&ref->out);
    ref->late = 0;
    if (!windowed && !keyed)
        count = 1;
    for (size_t i = 0; i < table->row_count; i++) {
        const Value *row = table->values + i * COLUMNS;
        int64_t w = table->weights[i], end = 0;
        if (windowed) {
            if (row[AT].is_null)
                continue;
            int64_t at = row[AT].as.integer;
            end = at - at % SIZE_US + SIZE_US;
            bool late = end <= wm;
            ref->late += late;
            if (at - DELAY_US > wm)
                wm = at - DELAY_US;
            if (late)
                continue;
        }
        Str key = keyed && !row[KEY].is_null ? text_str(&row[KEY].as.text) : (Str){"", 0};
        Group find = {.no_key = keyed && row[KEY].is_null,
                      .key = key.data,
                      .key_length = key.length,
                      .end = end};
        int g = 0;
        while (g < count && compare_groups(&groups[g], &find) != 0)
            g++;
        if (g == count)
            groups[count++] = find;
        Group *group = &groups[g];
        group->rows += w;
        if (!row[VALUE].is_null) {
            int64_t value = row[VALUE].as.integer;
            group->values += w;
            group->sum += w * value;
            group->counts[value + 5] += w;
            if (!row[FLAG].is_null && row[FLAG].as.boolean) {
                group->flag_sum += w * value;
                group->flag_values += w;
            }
        }
        if (!row[AMOUNT].is_null) {
            group->amount += (double)w * row[AMOUNT].as.f64;
            group->amounts += w;
        }
    }
    qsort(groups, (size_t)count, sizeof *groups, compare_groups);
    for (int g = 0; g < count; g++)
        if (groups[g].rows > 0 || !keyed)
            print_group(&groups[g], windowed, keyed, &ref->out);
    free(groups);
}

/* ---- the plan ---- */

static const PhysicalPlan *make_plan(bool windowed, bool keyed, bool weighted, AggregateEmit emit)
{
    Plan *p = plan_new(&arena);
    Type types[COLUMNS];
    types_of(types);
    PhysicalNode *node = plan_scan(p, types, COLUMNS);
    node->append_only = !weighted;
    uint16_t keys[3];
    uint16_t count = 0;
    if (windowed) {
        plan_scan_watermark(p, node, AT, DELAY_US);
        node = plan_tumble(p, node, AT, SIZE_US);
        keys[count++] = WINDOW_START;
        keys[count++] = WINDOW_END;
    }
    if (keyed)
        keys[count++] = KEY;
    PhysicalNode *agg = plan_aggregate(p, node, keys, count, emit);
    if (windowed) {
        agg->as.aggregate.window_start = 0;
        agg->as.aggregate.window_end = 1;
    }
    plan_agg(p, agg, "count", -1, false, -1);
    plan_agg(p, agg, "sum", VALUE, false, -1);
    plan_agg(p, agg, "min", VALUE, false, -1);
    plan_agg(p, agg, "max", VALUE, false, -1);
    plan_agg(p, agg, "avg", AMOUNT, false, -1);
    plan_agg(p, agg, "count", VALUE, true, -1);
    plan_agg(p, agg, "sum", VALUE, false, FLAG);
    return plan_done(p, agg);
}

static RunConfig random_config(uint64_t *seed)
{
    static const int lanes[] = {1, 2, 4}, batches[] = {1, 7, 64, 2048}, chunks[] = {64, 200, 1000};
    RunConfig config = {.lanes = lanes[rnd(seed) % 3],
                        .batch_rows = batches[rnd(seed) % 4],
                        .chunk_rows = chunks[rnd(seed) % 3],
                        .barrier_chunks = (int)(rnd(seed) % 3)};
    if (config.batch_rows == 1)
        config.chunk_rows = 64;
    return config;
}

static void check(const PhysicalPlan *plan, const Table *table, const RunConfig *config,
                  const Reference *ref)
{
    const Table *tables[] = {table};
    RunResult result;
    run_plan(plan, tables, config, &result);
    cr_assert_eq(result.status, OK);
    cr_assert_eq(result.late, ref->late);
    Buf expected = ref->out;
    if (strcmp(buf_text(&result.out), buf_text(&expected)) != 0) {
        (void)fprintf(stderr, "lanes %d batch %d chunk %d epochs %d\n--- got\n%s--- wanted\n%s",
                      config->lanes, config->batch_rows, config->chunk_rows, config->epoch_chunks,
                      buf_text(&result.out), buf_text(&expected));
        cr_assert_fail("other rows");
    }
    run_free(&result);
}

/* Adds up a run's changes: the lines that are left, sorted. */
static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sum_changes(Buf *out)
{
    char *lines[20000];
    int count = 0;
    char *text = mem_strdup(buf_text(out));
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        char *weight = strrchr(line, 'x');
        int sign = 1;
        if (weight && weight > line && weight[-1] == ' ') {
            sign = atoi(weight + 1);
            weight[-1] = '\0';
        }
        if (sign > 0) {
            lines[count++] = line;
            continue;
        }
        int found = -1;
        for (int i = 0; i < count; i++)
            if (strcmp(lines[i], line) == 0)
                found = i;
        cr_assert(found >= 0, "takes back what is not there: %s", line);
        lines[found] = lines[--count];
    }
    qsort(lines, (size_t)count, sizeof *lines, compare_lines);
    buf_clear(out);
    for (int i = 0; i < count; i++)
        buf_printf(out, "%s\n", lines[i]);
    free(text);
}

static void check_changes(const PhysicalPlan *plan, const Table *table, const RunConfig *config,
                          const Reference *ref)
{
    const Table *tables[] = {table};
    RunResult result;
    Buf expected;
    buf_init(&expected);
    buf_add(&expected, ref->out.data, ref->out.length);
    run_plan(plan, tables, config, &result);
    cr_assert_eq(result.status, OK);
    sum_changes(&result.out);
    sum_changes(&expected);
    if (strcmp(buf_text(&result.out), buf_text(&expected)) != 0) {
        (void)fprintf(stderr,
                      "lanes %d batch %d chunk %d epochs %d restart %d\n--- got\n%s--- wanted\n%s",
                      config->lanes, config->batch_rows, config->chunk_rows, config->epoch_chunks,
                      config->restart, buf_text(&result.out), buf_text(&expected));
        cr_assert_fail("other rows");
    }
    buf_deinit(&expected);
    run_free(&result);
}

AGGREGATE_TEST(once_at_the_end)
{
    uint64_t seed = 1;
    for (int round = 0; round < 60; round++) {
        bool keyed = round % 4 != 3, weighted = round % 3 == 2;
        Table *table = random_rows(&seed, (int)(rnd(&seed) % 1500), weighted);
        Reference ref;
        reference(table, false, keyed, &ref);
        RunConfig config = random_config(&seed);
        check(make_plan(false, keyed, weighted, EMIT_FINAL), table, &config, &ref);
        buf_deinit(&ref.out);
        arena_reset(&arena);
    }
}

AGGREGATE_TEST(windows_as_they_close)
{
    uint64_t seed = 2;
    for (int round = 0; round < 80; round++) {
        Table *table = random_rows(&seed, (int)(rnd(&seed) % 1500), false);
        Reference ref;
        bool keyed = round % 4 != 3;
        reference(table, true, keyed, &ref);
        RunConfig config = random_config(&seed);
        if (round % 2) {
            config.epoch_chunks = 1 + (int)(rnd(&seed) % 3);
            config.restart = round % 4 == 1;
        }
        check(make_plan(true, keyed, false, EMIT_ON_CLOSE), table, &config, &ref);
        buf_deinit(&ref.out);
        arena_reset(&arena);
    }
}

AGGREGATE_TEST(changes_add_up)
{
    uint64_t seed = 3;
    for (int round = 0; round < 120; round++) {
        bool windowed = round % 5 == 4, keyed = windowed || round % 4 != 3;
        bool weighted = !windowed && round % 2;
        Table *table = random_rows(&seed, (int)(rnd(&seed) % 1500), weighted);
        Reference ref;
        reference(table, windowed, keyed, &ref);
        RunConfig config = random_config(&seed);
        config.epoch_chunks = 1 + (int)(rnd(&seed) % 3);
        config.restart = round % 3 == 0;
        check_changes(make_plan(windowed, keyed, weighted, EMIT_CHANGES), table, &config, &ref);
        buf_deinit(&ref.out);
        arena_reset(&arena);
    }
}

AGGREGATE_TEST(complete_results)
{
    uint64_t seed = 4;
    for (int round = 0; round < 40; round++) {
        bool keyed = round % 4 != 3, weighted = round % 2;
        Table *table = random_rows(&seed, 1 + (int)(rnd(&seed) % 1500), weighted);
        Reference ref;
        reference(table, false, keyed, &ref);
        RunConfig config = random_config(&seed);
        config.epoch_chunks = 1 + (int)(rnd(&seed) % 3);
        config.complete = true;
        config.restart = round % 3 == 0;
        check(make_plan(false, keyed, weighted, EMIT_COMPLETE), table, &config, &ref);
        buf_deinit(&ref.out);
        arena_reset(&arena);
    }
}

AGGREGATE_TEST(saving_costs_what_changed)
{
    /* 1,000 groups, then one row an epoch. */
    Type types[] = {type_of(TYPE_INT)};
    Table *table = table_new(&arena, types, 1);
    for (int i = 0; i < 1000; i++)
        table_add(table, 1, (Value[]){value_int(i)});
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 1000; k++)
            table_add(table, 1, (Value[]){value_int(7)});
    Plan *p = plan_new(&arena);
    PhysicalNode *agg = plan_aggregate(p, plan_scan(p, types, 1), (uint16_t[]){0}, 1, EMIT_CHANGES);
    plan_agg(p, agg, "count", -1, false, -1);
    RunConfig config = {
        .lanes = 1, .batch_rows = 1000, .chunk_rows = 1000, .epoch_chunks = 1, .restart = true};
    RunResult result;
    const Table *tables[] = {table};
    run_plan(plan_done(p, agg), tables, &config, &result);
    cr_assert_eq(result.status, OK);
    cr_assert_eq(result.saved_rows, 1005);
    cr_assert(strstr(buf_text(&result.out), "7|1 x-1\n7|1001 x1\n7|1001 x-1\n7|2001 x1\n"));
    run_free(&result);
}

/* The same groups come in each epoch, in all lanes. */
static int64_t bytes_after(int epochs, int lanes, AggregateEmit emit)
{
    enum { GROUPS = 17000 };
    Type types[] = {type_varchar(0)};
    Table *table = table_new(&arena, types, 1);
    char **texts = ARENA_ARRAY(&arena, char *, GROUPS);
    for (int k = 0; k < GROUPS; k++)
        texts[k] = arena_printf(&arena, "a group of number %d", k);
    for (int i = 0; i < epochs * lanes * GROUPS; i++)
        table_add(table, 1, (Value[]){v_text(&arena, texts[i % GROUPS])});
    Plan *p = plan_new(&arena);
    PhysicalNode *agg = plan_aggregate(p, plan_scan(p, types, 1), (uint16_t[]){0}, 1, emit);
    plan_agg(p, agg, "count", -1, false, -1);
    plan_agg(p, agg, "min", 0, false, -1);
    RunConfig config = {.lanes = lanes,
                        .batch_rows = 2048,
                        .chunk_rows = GROUPS,
                        .epoch_chunks = 1,
                        .complete = emit == EMIT_COMPLETE};
    RunResult result;
    const Table *tables[] = {table};
    run_plan(plan_done(p, agg), tables, &config, &result);
    cr_assert_eq(result.status, OK);
    char row[128];
    (void)snprintf(row, sizeof row, "a group of number 0|%d|a group of number 0", epochs * lanes);
    cr_assert(strstr(buf_text(&result.out), row));
    run_free(&result);
    return result.state_bytes;
}

AGGREGATE_TEST(memory_stays_when_groups_come_again)
{
    for (int lanes = 2; lanes < 5; lanes += 2) {
        int64_t once = bytes_after(1, 1, EMIT_FINAL);
        cr_assert_leq(bytes_after(3, lanes, EMIT_FINAL), 2 * lanes * once);
        cr_assert_leq(bytes_after(12, lanes, EMIT_FINAL), 2 * lanes * once);
        cr_assert_leq(bytes_after(12, lanes, EMIT_COMPLETE), 2 * lanes * once);
    }
}

AGGREGATE_TEST(distinct_as_rows_come)
{
    Type types[] = {type_varchar(0), type_of(TYPE_INT)};
    Table *table = table_new(&arena, types, 2);
    static const int keys[] = {3, 1, 3, 2, 1, 4, 3, 5};
    for (int i = 0; i < 8; i++)
        table_add(table, 1, (Value[]){v_text(&arena, words[keys[i]]), value_int(keys[i] / 2)});
    for (int batch = 1; batch < 9; batch++) {
        Plan *p = plan_new(&arena);
        PhysicalNode *agg =
            plan_aggregate(p, plan_scan(p, types, 2), (uint16_t[]){1, 0}, 2, EMIT_FIRST);
        RunConfig config = {.lanes = 2, .batch_rows = batch, .chunk_rows = 3};
        RunResult result;
        const Table *tables[] = {table};
        run_plan(plan_done(p, agg), tables, &config, &result);
        cr_assert_str_eq(buf_text(&result.out), "1|\n0|b\n1|ab\n2|zz\n2|twelve bytes\n");
        run_free(&result);
    }
}

AGGREGATE_TEST(a_global_aggregate_has_a_row_over_nothing)
{
    Type types[] = {type_of(TYPE_INT)};
    Table *table = table_new(&arena, types, 1);
    for (int emit = EMIT_FINAL; emit <= EMIT_CHANGES; emit++) {
        if (emit == EMIT_ON_CLOSE)
            continue;
        Plan *p = plan_new(&arena);
        PhysicalNode *agg = plan_aggregate(p, plan_scan(p, types, 1), NULL, 0, (AggregateEmit)emit);
        plan_agg(p, agg, "count", -1, false, -1);
        plan_agg(p, agg, "sum", 0, false, -1);
        RunConfig config = {.lanes = 2, .batch_rows = 10, .chunk_rows = 10};
        RunResult result;
        const Table *tables[] = {table};
        run_plan(plan_done(p, agg), tables, &config, &result);
        cr_assert_str_eq(buf_text(&result.out), emit == EMIT_FINAL ? "0|NULL\n" : "0|NULL x1\n");
        run_free(&result);
    }
}
