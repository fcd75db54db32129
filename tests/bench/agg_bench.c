/*
 * agg_bench.c - what the executor alone costs a row: batches made beforehand go round and round.
 *
 *     window   900 symbols by 1-minute windows: count, sum(volume), avg(close), min(low), max(high)
 *     words    99,440 words: count
 *     ints     one BIGINT key of 100,000: count, sum
 *     global   count, sum, min, max over everything
 *     filter   volume > 808, three columns
 *
 * Usage: agg_bench [million rows [name]]; prints ns of one core's time a row.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "executor/pipeline.h"
#include "functions/registry.h"

enum { SYMBOLS = 900, WORDS = 99440, BATCHES = 256, TICK_BATCHES = 8 };

static Arena arena;
static uint64_t emitted;
static const char *only; /* the one wanted; NULL: all */

static uint64_t rnd(void)
{
    static uint64_t seed = 42;
    seed += 0x9E3779B97F4A7C15ull;
    uint64_t z = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9ull;
    return z ^ (z >> 29);
}

static void must(Status status, const Err *err)
{
    if (status == OK)
        return;
    (void)fprintf(stderr, "%s\n", err->message);
    exit(1);
}

static double now_ns(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static Status on_output(void *context, const Batch *batch, Err *err)
{
    (void)context, (void)err;
    emitted += batch_live(batch);
    return OK;
}
static Status on_lane_output(void *context, int lane, const Batch *batch, Err *err)
{
    (void)lane;
    return on_output(context, batch, err);
}

/* ---- plans ---- */

static const FnSession session = {"UTC", "bench"};
static PhysicalNode *scans[1];

static PhysicalNode *node_make(PhysicalKind kind, PhysicalNode *in, uint16_t columns)
{
    static int id;
    PhysicalNode *node = ARENA_NEW(&arena, PhysicalNode);
    node->kind = kind;
    node->id = id++;
    node->append_only = true;
    node->columns = ARENA_ARRAY(&arena, PhysicalColumn, columns);
    node->column_count = columns;
    if (!in) {
        scans[0] = node;
        node->as.scan.limit = -1;
        return node;
    }
    node->inputs = ARENA_ARRAY(&arena, PhysicalNode *, 1);
    node->inputs[0] = in;
    node->input_count = 1;
    for (uint16_t c = 0; c < in->column_count && c < columns; c++)
        node->columns[c] = in->columns[c];
    return node;
}

static void add_agg(PhysicalNode *node, const char *name, int arg)
{
    Err err = ERR_NONE;
    PhysicalAggregate *agg = &node->as.aggregate.aggregates[node->as.aggregate.aggregate_count];
    Type type = arg >= 0 ? node->inputs[0]->columns[arg].type : type_of(TYPE_NULL);
    const Value *constant = NULL;
    BindCall call = {.given = &type,
                     .constants = &constant,
                     .arg_count = arg >= 0,
                     .session = &session,
                     .arena = &arena,
                     .position = -1};
    must(aggregate_resolve(name, &call, &agg->binding, &err), &err);
    agg->name = name;
    agg->arg_count = arg >= 0;
    agg->args[0] = (uint16_t)(arg >= 0 ? arg : 0);
    agg->filter = -1;
    uint16_t at = (uint16_t)(node->as.aggregate.key_count + node->as.aggregate.aggregate_count++);
    node->columns[at] = (PhysicalColumn){name, agg->binding.result};
}

static PhysicalNode *agg_make(PhysicalNode *in, const uint16_t *keys, uint16_t key_count, int aggs,
                              AggregateEmit emit)
{
    PhysicalNode *node = node_make(PHYSICAL_AGGREGATE, in, (uint16_t)(key_count + aggs));
    node->as.aggregate.keys = keys;
    node->as.aggregate.key_count = key_count;
    node->as.aggregate.window_start = node->as.aggregate.window_end = -1;
    node->as.aggregate.aggregates = ARENA_ARRAY(&arena, PhysicalAggregate, aggs);
    node->as.aggregate.emit = emit;
    for (uint16_t k = 0; k < key_count; k++)
        node->columns[k] = in->columns[keys[k]];
    return node;
}

/* ---- data ---- */

typedef struct Data {
    Batch batches[BATCHES];
    int count;
    int64_t span_us; /* of all batches' times */
} Data;

enum { AT, SYMBOL, HIGH, LOW, CLOSE, VOLUME, TICK_COLUMNS };

static const Type *tick_types(void)
{
    static Type types[TICK_COLUMNS];
    types[AT] = type_timestamp(6);
    types[SYMBOL] = type_varchar(0);
    types[HIGH] = types[LOW] = types[CLOSE] = type_of(TYPE_DOUBLE);
    types[VOLUME] = type_of(TYPE_BIGINT);
    return types;
}

static Data *make_data(const Type *types, uint16_t columns, int count)
{
    Data *data = ARENA_NEW(&arena, Data);
    data->count = count;
    for (int b = 0; b < count; b++) {
        Batch *batch = &data->batches[b];
        *batch = (Batch){.cols = ARENA_ARRAY(&arena, Vector, columns),
                         .col_count = columns,
                         .row_count = BATCH_ROWS};
        for (uint16_t c = 0; c < columns; c++)
            vector_make(&batch->cols[c], &arena, types[c], BATCH_ROWS, true);
    }
    return data;
}

static Data *tick_data(void)
{
    Data *data = make_data(tick_types(), TICK_COLUMNS, TICK_BATCHES);
    char symbols[SYMBOLS][16];
    for (int s = 0; s < SYMBOLS; s++)
        (void)snprintf(symbols[s], sizeof symbols[s], "SYM%03d", s);
    int64_t at = 0;
    for (int b = 0; b < data->count; b++)
        for (uint32_t i = 0; i < BATCH_ROWS; i++) {
            Vector *cols = data->batches[b].cols;
            at += 1117; /* 60 rows a symbol and window, as tick.csv has */
            double close = (double)(rnd() % 100000) / 100;
            ((int64_t *)cols[AT].data)[i] = at;
            ((Text *)cols[SYMBOL].data)[i] = text_make(symbols[rnd() % SYMBOLS], 6);
            ((double *)cols[CLOSE].data)[i] = close;
            ((double *)cols[HIGH].data)[i] = close + (double)(rnd() % 100) / 100;
            ((double *)cols[LOW].data)[i] = close - (double)(rnd() % 100) / 100;
            ((int64_t *)cols[VOLUME].data)[i] = (int64_t)(rnd() % 900);
        }
    data->span_us = at;
    return data;
}

/* Text in column 0, the same word's number in column 1; frequent words first. */
static Data *word_data(void)
{
    Type types[] = {type_varchar(0), type_of(TYPE_BIGINT)};
    Data *data = make_data(types, 2, BATCHES);
    for (int b = 0; b < BATCHES; b++)
        for (uint32_t i = 0; i < BATCH_ROWS; i++) {
            uint64_t bits = rnd() % 17;
            uint64_t word = rnd() % (WORDS >> bits ? WORDS >> bits : 1);
            char text[16];
            int length = snprintf(text, sizeof text, "w%llx", (unsigned long long)word * 977);
            ((Text *)data->batches[b].cols[0].data)[i] = text_make(text, (uint32_t)length);
            ((int64_t *)data->batches[b].cols[1].data)[i] = (int64_t)word;
        }
    return data;
}

/* ---- running ---- */

static void bench(const char *name, PhysicalNode *root, const Data *data, uint64_t rows)
{
    if (only && strcmp(only, name) != 0)
        return;
    PhysicalPlan plan = {.root = root, .scans = scans, .scan_count = 1, .bounded = true};
    PipelineConfig config = {.lanes = 1, .output = on_output, .lane_output = on_lane_output};
    Pipeline *pipeline;
    Err err = ERR_NONE;
    must(pipeline_new(&pipeline, &plan, &config, &err), &err);
    emitted = 0;
    double start = now_ns();
    uint64_t done = 0;
    int64_t shift = 0, wm = WM_NONE;
    bool timed = data->span_us != 0;
    while (done < rows) {
        for (int b = 0; b < data->count; b++) {
            Batch batch = data->batches[b];
            batch.ticket = done;
            Vector cols[TICK_COLUMNS];
            if (timed) { /* time goes on from round to round */
                memcpy(cols, batch.cols, sizeof *cols * batch.col_count);
                int64_t *at = cols[AT].data;
                for (uint32_t i = 0; shift && i < BATCH_ROWS; i++)
                    at[i] += data->span_us;
                wm = at[BATCH_ROWS - 1];
                batch.has_wm = true;
                batch.wm_first = at[0] - 1;
                batch.wm_after = wm;
                batch.cols = cols;
            }
            must(pipeline_scan_filter(pipeline, 0, 0, &batch, WM_NONE, &err), &err);
            must(pipeline_scan_push(pipeline, 0, 0, &batch, &err), &err);
            done += BATCH_ROWS;
            if (b % 8 == 7)
                pipeline_lane_reset(pipeline, 0);
            if (timed && b % 8 == 7)
                must(pipeline_barrier(pipeline, &wm, &err), &err);
        }
        shift = data->span_us;
    }
    double pushed = now_ns();
    wm = WM_END;
    must(pipeline_barrier(pipeline, &wm, &err), &err);
    must(pipeline_finish(pipeline, &err), &err);
    double finished = now_ns();
    OperatorFigures figures[8];
    int64_t bytes = 0;
    for (int f = pipeline_figures(pipeline, figures, 8) - 1; f >= 0; f--)
        bytes += figures[f].state_bytes;
    (void)printf("%-8s %6.2f ns a row, %6.2f with the result (%llu rows out, %lld kB of state)\n",
                 name, (pushed - start) / (double)done, (finished - start) / (double)done,
                 (unsigned long long)emitted, (long long)bytes / 1024);
    pipeline_free(pipeline);
}

static PhysicalNode *scan_of(const Type *types, uint16_t count)
{
    PhysicalNode *scan = node_make(PHYSICAL_SCAN, NULL, count);
    for (uint16_t c = 0; c < count; c++)
        scan->columns[c] = (PhysicalColumn){"c", types[c]};
    scan->as.scan.column_count = count;
    return scan;
}

static void bench_window(uint64_t rows, bool aggregates)
{
    PhysicalNode *scan = scan_of(tick_types(), TICK_COLUMNS);
    scan->has_wm = true;
    PhysicalNode *window = node_make(PHYSICAL_WINDOW, scan, TICK_COLUMNS + 3);
    for (int c = 0; c < 3; c++)
        window->columns[TICK_COLUMNS + c] = (PhysicalColumn){"w", type_timestamp(6)};
    window->has_wm = true;
    window->as.window.kind = WINDOW_TUMBLE;
    window->as.window.time = AT;
    window->as.window.size_us = 60000000;
    window->as.window.drop_late = true;
    static const uint16_t keys[] = {SYMBOL, TICK_COLUMNS, TICK_COLUMNS + 1};
    PhysicalNode *agg = agg_make(window, keys, 3, 5, EMIT_ON_CLOSE);
    agg->as.aggregate.window_start = 1;
    agg->as.aggregate.window_end = 2;
    add_agg(agg, "count", -1);
    if (aggregates) {
        add_agg(agg, "sum", VOLUME);
        add_agg(agg, "avg", CLOSE);
        add_agg(agg, "min", LOW);
        add_agg(agg, "max", HIGH);
    } else {
        agg->column_count = 4;
    }
    bench(aggregates ? "window" : "w/count", agg, tick_data(), rows);
}

int main(int argc, char **argv)
{
    uint64_t rows = (argc > 1 ? strtoull(argv[1], NULL, 10) : 16) * 1000000;
    only = argc > 2 ? argv[2] : NULL;
    arena_init(&arena);
    bench_window(rows, true);
    bench_window(rows, false);
    Type word_types[] = {type_varchar(0), type_of(TYPE_BIGINT)};
    static const uint16_t first[] = {0}, second[] = {1};
    Data *words = word_data();
    PhysicalNode *agg = agg_make(scan_of(word_types, 2), first, 1, 1, EMIT_FINAL);
    add_agg(agg, "count", -1);
    bench("words", agg, words, rows);
    agg = agg_make(scan_of(word_types, 2), second, 1, 2, EMIT_FINAL);
    add_agg(agg, "count", -1);
    add_agg(agg, "sum", 1);
    bench("ints", agg, words, rows);
    static const uint16_t both[] = {0, 1};
    agg = agg_make(scan_of(word_types, 2), both, 2, 1, EMIT_FINAL);
    add_agg(agg, "count", -1);
    bench("two keys", agg, words, rows);
    agg = agg_make(scan_of(word_types, 2), NULL, 0, 4, EMIT_FINAL);
    add_agg(agg, "count", -1);
    add_agg(agg, "sum", 1);
    add_agg(agg, "min", 1);
    add_agg(agg, "max", 1);
    bench("global", agg, words, rows);
    arena_deinit(&arena);
    return 0;
}
