/* exec_util.c - see exec_util.h. */
#include "exec_util.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void must(Status status, const Err *err)
{
    if (status == OK)
        return;
    (void)fprintf(stderr, "unexpected error: %s\n", err->message);
    abort();
}

uint64_t rnd(uint64_t *seed)
{
    *seed += 0x9E3779B97F4A7C15ull;
    uint64_t z = *seed;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

/* ---- programs ---- */

Asm *asm_new(Arena *arena, const Type *inputs, uint16_t count)
{
    Asm *a = ARENA_NEW(arena, Asm);
    a->arena = arena;
    a->program = (Program){.input_count = count,
                           .reg_count = count,
                           .reg_types = a->types,
                           .input_used = a->used,
                           .constants = a->constants,
                           .code = a->code,
                           .outputs = a->outputs};
    for (uint16_t i = 0; i < count; i++) {
        a->types[i] = inputs[i];
        a->used[i] = true;
    }
    return a;
}

uint16_t asm_reg(Asm *a, Type type)
{
    a->types[a->program.reg_count] = type;
    return a->program.reg_count++;
}

uint16_t asm_const(Asm *a, Value value)
{
    uint16_t reg = asm_reg(a, value.type);
    a->constants[a->program.constant_count++] = (ProgramConstant){reg, value};
    return reg;
}

static const uint16_t *copy_args(Asm *a, int count, const uint16_t *args)
{
    uint16_t *copy = ARENA_ARRAY(a->arena, uint16_t, count);
    for (int i = 0; i < count; i++)
        copy[i] = args[i];
    return copy;
}

static Instruction *add(Asm *a, Opcode op, uint16_t out, int count, const uint16_t *args)
{
    Instruction *ins = &a->code[a->program.code_count++];
    *ins = (Instruction){.op = (uint8_t)op,
                         .out = out,
                         .arg_count = (uint16_t)count,
                         .args = copy_args(a, count, args),
                         .position = (int32_t)a->program.code_count};
    return ins;
}

static const FnSession session = {"UTC", "test"};

uint16_t asm_call(Asm *a, const char *name, int count, const uint16_t *given)
{
    Err err = ERR_NONE;
    Type types[8];
    const Value *constants[8] = {0};
    uint16_t args[8];
    for (int i = 0; i < count; i++) {
        args[i] = given[i];
        types[i] = a->types[given[i]];
        for (int c = 0; c < a->program.constant_count; c++)
            if (a->constants[c].reg == given[i])
                constants[i] = &a->constants[c].value;
    }
    BindCall call = {.given = types,
                     .constants = constants,
                     .arg_count = count,
                     .session = &session,
                     .arena = a->arena,
                     .position = -1};
    FnBinding *fn = ARENA_NEW(a->arena, FnBinding);
    must(function_resolve(name, &call, fn, &err), &err);
    for (int i = 0; i < count; i++) {
        if (type_equal(types[i], fn->arg_types[i]))
            continue;
        FnBinding *cast = ARENA_NEW(a->arena, FnBinding);
        must(cast_resolve(types[i], fn->arg_types[i], false, &session, a->arena, cast, -1, &err),
             &err);
        uint16_t out = asm_reg(a, fn->arg_types[i]);
        add(a, OP_CALL, out, 1, &args[i])->fn = cast;
        args[i] = out;
    }
    uint16_t out = asm_reg(a, fn->result);
    add(a, OP_CALL, out, count, args)->fn = fn;
    return out;
}

void asm_op(Asm *a, Opcode op, uint16_t out, int count, const uint16_t *args)
{
    (void)add(a, op, out, count, args);
}

void asm_move(Asm *a, uint16_t out, uint16_t in)
{
    (void)add(a, OP_MOVE, out, 1, &in);
}

void asm_filter(Asm *a, uint16_t arg)
{
    (void)add(a, OP_FILTER, 0, 1, &arg);
}

uint32_t asm_branch(Asm *a, BranchTest test, uint16_t arg)
{
    add(a, OP_BRANCH, 0, 1, &arg)->test = (uint8_t)test;
    return a->program.code_count - 1;
}

uint32_t asm_else(Asm *a, uint32_t branch)
{
    (void)add(a, OP_ELSE, 0, 0, NULL);
    a->code[branch].target = a->program.code_count - 1;
    return a->program.code_count - 1;
}

void asm_end(Asm *a, uint32_t branch)
{
    (void)add(a, OP_END, 0, 0, NULL);
    a->code[branch].target = a->program.code_count - 1;
}

void asm_out(Asm *a, uint16_t reg)
{
    a->outputs[a->program.output_count++] = reg;
}

const Program *asm_done(Asm *a)
{
    return &a->program;
}

/* ---- plans ---- */

Plan *plan_new(Arena *arena)
{
    Plan *p = ARENA_NEW(arena, Plan);
    p->arena = arena;
    p->plan.scans = p->scans;
    p->plan.bounded = true;
    p->plan.append_only = true;
    return p;
}

PhysicalNode *plan_node(Plan *p, PhysicalKind kind, int inputs, PhysicalNode *const *in)
{
    PhysicalNode *node = ARENA_NEW(p->arena, PhysicalNode);
    node->kind = kind;
    node->id = p->next_id++;
    node->inputs = ARENA_ARRAY(p->arena, PhysicalNode *, inputs);
    node->input_count = inputs;
    node->append_only = true;
    for (int i = 0; i < inputs; i++) {
        node->inputs[i] = in[i];
        node->append_only &= in[i]->append_only;
        node->has_wm |= in[i]->has_wm;
    }
    return node;
}

void plan_columns(Plan *p, PhysicalNode *node, const Type *types, uint16_t count)
{
    node->columns = ARENA_ARRAY(p->arena, PhysicalColumn, count);
    node->column_count = count;
    for (uint16_t c = 0; c < count; c++)
        node->columns[c] = (PhysicalColumn){arena_printf(p->arena, "c%d", c), types[c]};
}

PhysicalNode *plan_scan(Plan *p, const Type *types, uint16_t count)
{
    PhysicalNode *node = plan_node(p, PHYSICAL_SCAN, 0, NULL);
    plan_columns(p, node, types, count);
    node->as.scan.source = p->plan.scan_count;
    node->as.scan.column_count = count;
    node->as.scan.limit = -1;
    p->scans[p->plan.scan_count++] = node;
    return node;
}

void plan_scan_watermark(Plan *p, PhysicalNode *scan, uint16_t column, int64_t delay_us)
{
    Type types[16];
    for (uint16_t c = 0; c < scan->column_count; c++)
        types[c] = scan->columns[c].type;
    Asm *a = asm_new(p->arena, types, scan->column_count);
    if (delay_us == 0) {
        asm_out(a, column);
    } else {
        Value delay = {.type = type_of(TYPE_INTERVAL)};
        delay.as.interval = (Interval){.us = delay_us};
        asm_out(a, CALL2(a, "-", column, asm_const(a, delay)));
    }
    scan->as.scan.wm = asm_done(a);
    scan->has_wm = true;
}

PhysicalNode *plan_filter(Plan *p, PhysicalNode *in, const Program *program)
{
    PhysicalNode *node = plan_node(p, PHYSICAL_FILTER, 1, &in);
    node->columns = in->columns;
    node->column_count = in->column_count;
    node->as.filter.program = program;
    return node;
}

PhysicalNode *plan_project(Plan *p, PhysicalNode *in, const Program *program)
{
    PhysicalNode *node = plan_node(p, PHYSICAL_PROJECT, 1, &in);
    Type types[32];
    for (uint16_t o = 0; o < program->output_count; o++)
        types[o] = program->reg_types[program->outputs[o]];
    plan_columns(p, node, types, program->output_count);
    node->as.project.program = program;
    return node;
}

PhysicalNode *plan_tumble(Plan *p, PhysicalNode *in, uint16_t time, int64_t size_us)
{
    PhysicalNode *node = plan_node(p, PHYSICAL_WINDOW, 1, &in);
    Type types[32];
    uint16_t count = in->column_count;
    for (uint16_t c = 0; c < count; c++)
        types[c] = in->columns[c].type;
    for (int c = 0; c < 3; c++)
        types[count + c] = type_timestamp(6);
    plan_columns(p, node, types, (uint16_t)(count + 3));
    node->as.window.kind = WINDOW_TUMBLE;
    node->as.window.time = time;
    node->as.window.size_us = size_us;
    node->as.window.drop_late = true;
    return node;
}

PhysicalNode *plan_aggregate(Plan *p, PhysicalNode *in, const uint16_t *keys, uint16_t key_count,
                             AggregateEmit emit)
{
    PhysicalNode *node = plan_node(p, PHYSICAL_AGGREGATE, 1, &in);
    Type types[32];
    uint16_t *copy = ARENA_ARRAY(p->arena, uint16_t, key_count);
    for (uint16_t k = 0; k < key_count; k++) {
        copy[k] = keys[k];
        types[k] = in->columns[keys[k]].type;
    }
    plan_columns(p, node, types, key_count);
    node->as.aggregate.keys = copy;
    node->as.aggregate.key_count = key_count;
    node->as.aggregate.window_start = node->as.aggregate.window_end = -1;
    node->as.aggregate.aggregates = ARENA_ARRAY(p->arena, PhysicalAggregate, 16);
    node->as.aggregate.emit = emit;
    node->append_only = emit == EMIT_FINAL || emit == EMIT_ON_CLOSE || emit == EMIT_COMPLETE;
    node->has_wm = emit == EMIT_ON_CLOSE;
    return node;
}

void plan_agg(Plan *p, PhysicalNode *node, const char *name, int32_t arg, bool distinct,
              int32_t filter)
{
    Err err = ERR_NONE;
    PhysicalAggregate *aggregate =
        &node->as.aggregate.aggregates[node->as.aggregate.aggregate_count++];
    Type type = arg >= 0 ? node->inputs[0]->columns[arg].type : type_of(TYPE_NULL);
    const Value *constant = NULL;
    BindCall call = {.given = &type,
                     .constants = &constant,
                     .arg_count = arg >= 0,
                     .session = &session,
                     .arena = p->arena,
                     .position = -1};
    aggregate->name = name;
    must(aggregate_resolve(name, &call, &aggregate->binding, &err), &err);
    aggregate->arg_count = arg >= 0;
    aggregate->args[0] = (uint16_t)(arg >= 0 ? arg : 0);
    aggregate->distinct = distinct;
    aggregate->filter = filter;
    Type types[32];
    uint16_t count = node->column_count;
    for (uint16_t c = 0; c < count; c++)
        types[c] = node->columns[c].type;
    types[count] = aggregate->binding.result;
    plan_columns(p, node, types, (uint16_t)(count + 1));
}

PhysicalNode *plan_limit(Plan *p, PhysicalNode *in, int64_t limit, int64_t offset)
{
    PhysicalNode *node = plan_node(p, PHYSICAL_LIMIT, 1, &in);
    node->columns = in->columns;
    node->column_count = in->column_count;
    node->as.limit.limit = limit;
    node->as.limit.offset = offset;
    return node;
}

PhysicalNode *plan_sort(Plan *p, PhysicalNode *in, const SortKey *keys, int count, int64_t limit)
{
    PhysicalNode *node = plan_node(p, PHYSICAL_SORT, 1, &in);
    SortKey *copy = ARENA_ARRAY(p->arena, SortKey, count);
    for (int k = 0; k < count; k++)
        copy[k] = keys[k];
    node->columns = in->columns;
    node->column_count = in->column_count;
    node->as.sort.keys = copy;
    node->as.sort.key_count = count;
    node->as.sort.limit = limit;
    return node;
}

const PhysicalPlan *plan_done(Plan *p, PhysicalNode *root)
{
    p->plan.root = root;
    p->plan.append_only = root->append_only;
    return &p->plan;
}

/* ---- rows ---- */

Table *table_new(Arena *arena, const Type *types, uint16_t count)
{
    Table *table = ARENA_NEW(arena, Table);
    table->arena = arena;
    for (uint16_t c = 0; c < count; c++)
        table->types[c] = types[c];
    table->col_count = count;
    return table;
}

void table_add(Table *table, int32_t weight, const Value *values)
{
    if (table->row_count == table->capacity) {
        size_t capacity = table->capacity ? 2 * table->capacity : 64;
        Value *more = ARENA_ARRAY(table->arena, Value, capacity * table->col_count);
        int32_t *weights = ARENA_ARRAY(table->arena, int32_t, capacity);
        if (table->row_count) {
            memcpy(more, table->values, table->row_count * table->col_count * sizeof *more);
            memcpy(weights, table->weights, table->row_count * sizeof *weights);
        }
        table->values = more;
        table->weights = weights;
        table->capacity = capacity;
    }
    memcpy(table->values + table->row_count * table->col_count, values,
           table->col_count * sizeof *values);
    table->weights[table->row_count++] = weight;
    table->weighted |= weight != 1;
}

Value v_null(TypeId type)
{
    return value_null(type_of(type));
}

Value v_ts(int64_t us)
{
    return (Value){.type = type_timestamp(6), .as.integer = us};
}

Value v_text(Arena *arena, const char *text)
{
    return value_text(arena, str_from(text));
}

/* ---- running ---- */

typedef struct Run Run;
typedef struct LaneRun {
    Run *run;
    int lane;
    size_t first, count; /* rows of the chunk */
    uint64_t ticket;
    int64_t before, highest;
    int source;
    Status status;
    Err err;
    Buf out; /* what the lane gave */
    Arena arena;
} LaneRun;

typedef struct StateRows {
    int state, table;
    RowStore rows;
} StateRows;

struct Run {
    const PhysicalPlan *plan;
    const Table *const *tables;
    const RunConfig *config;
    RunResult *result;
    Pipeline *pipeline;
    LaneRun *lanes;
    int64_t watermarks[4];
    pthread_mutex_t lock;
    bool started;
    /* the store: per state and table the rows as they stand, by key text */
    struct {
        Buf keys[4096], rows[4096];
        int count;
    } * store;
};

static void print_row(Buf *out, const Batch *batch, uint32_t row)
{
    for (uint16_t c = 0; c < batch->col_count; c++) {
        if (c)
            buf_add_char(out, '|');
        if (vector_is_null(&batch->cols[c], row))
            buf_add_text(out, "NULL");
        else
            vector_format(&batch->cols[c], row, NULL, out);
    }
    if (batch->weight)
        buf_printf(out, " x%d", batch->weight[row]);
    buf_add_char(out, '\n');
}

static void print_rows(Buf *out, const Batch *batch)
{
    for (uint32_t i = 0; i < batch_live(batch); i++)
        print_row(out, batch, batch_row(batch, i));
}

static Status on_output(void *context, const Batch *batch, Err *err)
{
    (void)err;
    print_rows(&((Run *)context)->result->out, batch);
    return OK;
}

static Status on_restart(void *context, Err *err)
{
    (void)err;
    Run *run = context;
    if (run->config->complete)
        buf_clear(&run->result->out);
    else
        buf_add_text(&run->result->out, "--\n");
    return OK;
}

static Status on_lane_output(void *context, int lane, const Batch *batch, Err *err)
{
    (void)err;
    Run *run = context;
    print_rows(&run->lanes[lane].out, batch);
    return OK;
}

static void on_reject(void *context, int lane, int node, const Batch *batch, uint32_t row,
                      const Err *err)
{
    (void)lane, (void)node, (void)batch, (void)row, (void)err;
    Run *run = context;
    pthread_mutex_lock(&run->lock);
    run->result->rejected++;
    pthread_mutex_unlock(&run->lock);
}

static void on_late(void *context, int lane, int node, const Batch *batch, uint32_t row,
                    int64_t event_time, int64_t watermark)
{
    (void)lane, (void)node, (void)batch, (void)row, (void)event_time, (void)watermark;
    Run *run = context;
    pthread_mutex_lock(&run->lock);
    run->result->late++;
    pthread_mutex_unlock(&run->lock);
}

typedef struct Piece {
    void (*work)(void *arg, int lane);
    void *arg;
    int lane;
    pthread_t thread;
} Piece;

static void *run_piece(void *context)
{
    Piece *piece = context;
    piece->work(piece->arg, piece->lane);
    return NULL;
}

static void run_threads(void *context, int lanes, void (*work)(void *arg, int lane), void *arg)
{
    Piece *pieces = calloc((size_t)lanes, sizeof *pieces);
    (void)context;
    for (int lane = 0; lane < lanes; lane++) {
        pieces[lane] = (Piece){.work = work, .arg = arg, .lane = lane};
        if (pthread_create(&pieces[lane].thread, NULL, run_piece, &pieces[lane]) != 0)
            abort();
    }
    for (int lane = 0; lane < lanes; lane++)
        (void)pthread_join(pieces[lane].thread, NULL);
    free(pieces);
}

Parallel exec_threads(int lanes)
{
    return (Parallel){.lanes = lanes, .run = run_threads};
}

static void new_pipeline(Run *run)
{
    PipelineConfig config = {
        .host = {.context = run,
                 .reject = on_reject,
                 .reject_rows = run->config->reject,
                 .late = on_late,
                 .parallel = exec_threads(run->config->lanes)},
        .lanes = run->config->lanes,
        .output = on_output,
        .restart = on_restart,
        .lane_output = on_lane_output,
        .context = run,
    };
    Err err = ERR_NONE;
    must(pipeline_new(&run->pipeline, run->plan, &config, &err), &err);
}

/* One batch of the table's rows, as a decoder would give it. */
static void make_batch(const Table *table, size_t first, uint32_t rows, Arena *arena, Batch *batch)
{
    *batch = (Batch){.cols = ARENA_ARRAY(arena, Vector, table->col_count),
                     .col_count = table->col_count,
                     .row_count = (uint16_t)rows,
                     .arrival_us = 1000000};
    for (uint16_t c = 0; c < table->col_count; c++) {
        vector_make(&batch->cols[c], arena, table->types[c], rows, true);
        for (uint32_t i = 0; i < rows; i++)
            vector_set_value(&batch->cols[c], arena, i, rows,
                             &table->values[(first + i) * table->col_count + c]);
    }
    if (!table->weighted)
        return;
    int32_t *weight = ARENA_ARRAY(arena, int32_t, rows);
    for (uint32_t i = 0; i < rows; i++)
        weight[i] = table->weights[first + i];
    batch->weight = weight;
}

enum { MAX_BATCHES = 512 };

static void *lane_early(void *arg)
{
    LaneRun *lane = arg;
    Run *run = lane->run;
    const Table *table = run->tables[lane->source];
    size_t step = (size_t)run->config->batch_rows;
    Batch *batches = arena_zalloc(&lane->arena, sizeof *batches * MAX_BATCHES);
    lane->highest = WM_NONE;
    for (size_t at = 0, b = 0; at < lane->count && lane->status == OK; at += step, b++) {
        size_t rows = lane->count - at < step ? lane->count - at : step;
        make_batch(table, lane->first + at, (uint32_t)rows, &lane->arena, &batches[b]);
        batches[b].ticket = lane->ticket << 24 | at;
        lane->status = pipeline_scan_wm(run->pipeline, lane->lane, lane->source, &batches[b],
                                        &lane->highest, &lane->err);
    }
    return batches;
}

static void *lane_chunk(void *arg)
{
    LaneRun *lane = arg;
    Run *run = lane->run;
    size_t step = (size_t)run->config->batch_rows;
    Batch *batches = (Batch *)lane_early(lane);
    for (size_t at = 0, b = 0; at < lane->count && lane->status == OK; at += step, b++) {
        lane->status = pipeline_scan_filter(run->pipeline, lane->lane, lane->source, &batches[b],
                                            lane->before, &lane->err);
        if (lane->status == OK)
            lane->status = pipeline_scan_push(run->pipeline, lane->lane, lane->source, &batches[b],
                                              &lane->err);
    }
    pipeline_lane_reset(run->pipeline, lane->lane);
    arena_reset(&lane->arena);
    return NULL;
}

/* The watermark before a chunk is what the rows before it say: computed here beforehand. */
static int64_t highest_before(Run *run, int source, size_t rows)
{
    const PhysicalNode *scan = run->plan->scans[source];
    if (!scan->as.scan.wm || rows == 0)
        return WM_NONE;
    const Program *wm = scan->as.scan.wm;
    const Table *table = run->tables[source];
    uint16_t column = wm->outputs[0];
    int64_t delay = 0, high = WM_NONE;
    if (column >= wm->input_count) {
        column = wm->code[0].args[0];
        delay = wm->constants[0].value.as.interval.us;
    }
    for (size_t i = 0; i < rows; i++) {
        const Value *value = &table->values[i * table->col_count + column];
        if (!value->is_null && value->as.integer - delay > high)
            high = value->as.integer - delay;
    }
    return high;
}

/* ---- the store ---- */

typedef struct Saving {
    Run *run;
    PipelineState state;
    int base;
} Saving;

enum { TABLES_PER_STATE = 8, STATES = 4 };

static void key_text(const Batch *batch, uint32_t row, uint16_t columns, Buf *out)
{
    for (uint16_t c = 0; c < columns; c++) {
        if (vector_is_null(&batch->cols[c], row))
            buf_add_text(out, "\x01");
        else
            vector_format(&batch->cols[c], row, NULL, out);
        buf_add_char(out, '\x02');
    }
}

static Status on_put(void *context, int table, const Batch *rows, Err *err)
{
    Saving *saving = context;
    (void)err;
    const StateTable *columns = &saving->state.tables[table];
    if (rows->col_count != columns->column_count)
        abort();
    int at = saving->base + table;
    for (uint32_t i = 0; i < batch_live(rows); i++) {
        uint32_t row = batch_row(rows, i);
        Buf key;
        buf_init(&key);
        key_text(rows, row, columns->key_count, &key);
        int found = -1;
        for (int k = 0; k < saving->run->store[at].count; k++) {
            Buf *other = &saving->run->store[at].keys[k];
            if (other->length == key.length && memcmp(other->data, key.data, key.length) == 0)
                found = k;
        }
        saving->run->result->saved_rows++;
        if (batch_weight(rows, row) < 0) {
            if (found < 0)
                abort(); /* deletes what is not there */
            int last = --saving->run->store[at].count;
            buf_deinit(&saving->run->store[at].keys[found]);
            buf_deinit(&saving->run->store[at].rows[found]);
            saving->run->store[at].keys[found] = saving->run->store[at].keys[last];
            saving->run->store[at].rows[found] = saving->run->store[at].rows[last];
            buf_deinit(&key);
            continue;
        }
        Buf text;
        buf_init(&text);
        for (uint16_t c = 0; c < rows->col_count; c++) {
            size_t start = text.length;
            buf_add(&text, "0000", 4);
            if (vector_is_null(&rows->cols[c], row)) {
                memcpy(text.data + start, "NULL", 4);
                continue;
            }
            vector_format(&rows->cols[c], row, NULL, &text);
            uint32_t length = (uint32_t)(text.length - start - 4);
            memcpy(text.data + start, &length, 4);
        }
        if (found < 0) {
            found = saving->run->store[at].count++;
            if (found >= 4096)
                abort();
            saving->run->store[at].keys[found] = key;
        } else {
            buf_deinit(&key);
            buf_deinit(&saving->run->store[at].rows[found]);
        }
        saving->run->store[at].rows[found] = text;
    }
    return OK;
}

static void load_table(Run *run, int state, int table)
{
    PipelineState info = pipeline_state(run->pipeline, state);
    const StateTable *columns = &info.tables[table];
    int at = state * TABLES_PER_STATE + table;
    Arena arena;
    arena_init(&arena);
    Type types[32];
    Err err = ERR_NONE;
    for (uint16_t c = 0; c < columns->column_count; c++)
        types[c] = columns->columns[c].type;
    RowStore store;
    row_store_init(&store, types, columns->column_count);
    for (int r = 0; r < run->store[at].count; r++) {
        const char *from = run->store[at].rows[r].data;
        Value values[32];
        for (uint16_t c = 0; c < columns->column_count; c++) {
            uint32_t length;
            values[c] = value_null(types[c]);
            memcpy(&length, from, 4);
            if (memcmp(from, "NULL", 4) == 0) {
                from += 4;
                continue;
            }
            _Alignas(16) char physical[16];
            must(type_class(types[c])->parse(types[c], (Str){from + 4, length}, physical, &arena,
                                             &err),
                 &err);
            values[c] = value_load(types[c], physical);
            from += 4 + length;
        }
        row_store_add_values(&store, values);
    }
    for (size_t b = 0; b < store.batch_count; b++)
        must(pipeline_load(run->pipeline, state, table, &store.batches[b], &err), &err);
    row_store_deinit(&store);
    arena_deinit(&arena);
}

static void save_all(Run *run)
{
    Err err = ERR_NONE;
    for (int i = 0; i < pipeline_state_count(run->pipeline); i++) {
        Saving saving = {run, pipeline_state(run->pipeline, i), i * TABLES_PER_STATE};
        StateOut out = {&saving, on_put};
        must(pipeline_save(run->pipeline, i, false, &out, &err), &err);
    }
}

static void restart(Run *run)
{
    pipeline_free(run->pipeline);
    new_pipeline(run);
    for (int i = 0; i < pipeline_state_count(run->pipeline); i++)
        for (int t = 0; t < pipeline_state(run->pipeline, i).table_count; t++)
            load_table(run, i, t);
}

/* ---- driving ---- */

static bool settle(Run *run, Status status, const Err *err)
{
    if (status == FAIL && run->result->status != FAIL) {
        run->result->status = FAIL;
        run->result->err = *err;
    }
    return status == OK;
}

static void end_epoch(Run *run)
{
    Err err = ERR_NONE;
    if (!settle(run, pipeline_end_epoch(run->pipeline, &err), &err))
        return;
    OperatorFigures figures[16];
    int64_t bytes = 0;
    for (int i = pipeline_figures(run->pipeline, figures, 16) - 1; i >= 0; i--)
        bytes += figures[i].state_bytes;
    if (bytes > run->result->state_bytes)
        run->result->state_bytes = bytes;
    if (!run->store)
        return;
    save_all(run);
    restart(run);
}

/* Up to `lanes` chunks at once; their output in order. False: stop. */
static bool run_round(Run *run, int source, int lanes, size_t *at, uint64_t *ticket)
{
    const Table *table = run->tables[source];
    pthread_t threads[16];
    int used = 0;
    for (; used < lanes && *at < table->row_count; used++) {
        LaneRun *lane = &run->lanes[used];
        size_t left = table->row_count - *at, rows = (size_t)run->config->chunk_rows;
        lane->source = source;
        lane->first = *at;
        lane->count = left < rows ? left : rows;
        lane->ticket = (*ticket)++;
        lane->before = highest_before(run, source, *at);
        lane->status = OK;
        lane->err = ERR_NONE;
        *at += lane->count;
    }
    for (int l = 1; l < used; l++)
        pthread_create(&threads[l], NULL, lane_chunk, &run->lanes[l]);
    (void)lane_chunk(&run->lanes[0]);
    for (int l = 1; l < used; l++)
        pthread_join(threads[l], NULL);
    bool go_on = true;
    for (int l = 0; l < used; l++) {
        LaneRun *lane = &run->lanes[l];
        if (go_on) {
            buf_add(&run->result->out, lane->out.data, lane->out.length);
            go_on = settle(run, lane->status, &lane->err);
        }
        buf_clear(&lane->out);
    }
    return go_on;
}

static void run_source(Run *run, int source)
{
    const RunConfig *config = run->config;
    const Table *table = run->tables[source];
    int lanes = pipeline_source_is_parallel(run->pipeline, source) ? config->lanes : 1;
    size_t at = 0;
    uint64_t ticket = 0;
    int rounds = 0;
    Err err = ERR_NONE;
    while (at < table->row_count && run_round(run, source, lanes, &at, &ticket)) {
        rounds++;
        run->watermarks[source] = highest_before(run, source, at);
        if (config->barrier_chunks == 0 || rounds % config->barrier_chunks == 0)
            if (!settle(run, pipeline_barrier(run->pipeline, run->watermarks, &err), &err))
                break;
        if (config->epoch_chunks && rounds % config->epoch_chunks == 0)
            end_epoch(run);
        if (pipeline_is_done(run->pipeline))
            break;
    }
}

void run_plan(const PhysicalPlan *plan, const Table *const *tables, const RunConfig *config,
              RunResult *result)
{
    Run run = {.plan = plan, .tables = tables, .config = config, .result = result};
    Err err = ERR_NONE;
    memset(result, 0, sizeof *result);
    buf_init(&result->out);
    buf_init(&result->notes);
    pthread_mutex_init(&run.lock, NULL);
    run.lanes = calloc((size_t)config->lanes, sizeof *run.lanes);
    for (int l = 0; l < config->lanes; l++) {
        run.lanes[l].run = &run;
        run.lanes[l].lane = l;
        arena_init(&run.lanes[l].arena);
        buf_init(&run.lanes[l].out);
    }
    if (config->restart)
        run.store = calloc(STATES * TABLES_PER_STATE, sizeof *run.store);
    for (int s = 0; s < plan->scan_count; s++)
        run.watermarks[s] = WM_NONE;
    new_pipeline(&run);
    (void)settle(&run, pipeline_start(run.pipeline, &err), &err);
    buf_add(&result->out, run.lanes[0].out.data, run.lanes[0].out.length);
    buf_clear(&run.lanes[0].out);
    for (int s = 0; s < plan->scan_count && result->status != FAIL; s++) {
        run_source(&run, s);
        if (!config->no_end)
            run.watermarks[s] = WM_END;
    }
    if (result->status != FAIL &&
        settle(&run, pipeline_barrier(run.pipeline, run.watermarks, &err), &err)) {
        end_epoch(&run);
        if (!config->no_end)
            (void)settle(&run, pipeline_finish(run.pipeline, &err), &err);
        buf_add(&result->out, run.lanes[0].out.data, run.lanes[0].out.length);
    }
    pipeline_free(run.pipeline);
    for (int l = 0; l < config->lanes; l++) {
        arena_deinit(&run.lanes[l].arena);
        buf_deinit(&run.lanes[l].out);
    }
    free(run.lanes);
    for (int t = 0; run.store && t < STATES * TABLES_PER_STATE; t++)
        for (int r = 0; r < run.store[t].count; r++) {
            buf_deinit(&run.store[t].keys[r]);
            buf_deinit(&run.store[t].rows[r]);
        }
    free(run.store);
    pthread_mutex_destroy(&run.lock);
}

void run_free(RunResult *result)
{
    buf_deinit(&result->out);
    buf_deinit(&result->notes);
}
