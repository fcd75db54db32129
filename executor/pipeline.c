/*
 * pipeline.c - builds a plan's operators, lane by lane, and drives them; see pipeline.h.
 *
 * Nodes are kept in post-order (inputs before what reads them), so that walking
 * the array pushes the end of an epoch or of the input from the leaves to the
 * root.  A node in lanes has one operator per lane, any other has one.
 *
 * Which nodes are in lanes: a subtree of stateless operators under one that can
 * merge its lanes (or under the root: then the plan is streaming).  Lane 0 of a
 * merging operator goes on to the rest of the plan; its other lanes only hold
 * state until they are merged.
 */
#include "executor/pipeline.h"
#include "executor/op_scan.h"
#include "executor/op_union.h"
#include "executor/op_values.h"
#include "executor/plan_shape.h"

#include <stdlib.h>

typedef struct Node {
    const PhysicalNode *plan;
    Operator **ops;
    int op_count;
    int parent, parent_input; /* -1: the root */
    int first;                /* its subtree is nodes first…itself */
    bool in_lanes, merges;
} Node;

typedef struct Lane {
    Arena chunk, scratch;
} Lane;

/* Where rows leave the pipeline. */
typedef struct EndOp {
    Operator op;
    Pipeline *pipeline;
} EndOp;

struct Pipeline {
    Arena arena;
    PipelineConfig config;
    const PhysicalPlan *plan;
    Node *nodes;
    int node_count;
    int *source_node; /* by source index */
    _Atomic bool *source_stopped;
    int64_t *watermarks;
    bool *moved; /* by this barrier */
    bool streaming, finished;
    EndOp *ends; /* one, or one a lane when streaming */
    Lane *lanes;
    Arena scratch;
    int *stateful; /* nodes */
    int stateful_count;
};

/* ---- the end ---- */

static Status end_push(Operator *op, int input, const Batch *in, Arena *scratch, Err *err)
{
    const PipelineConfig *config = &((EndOp *)op)->pipeline->config;
    (void)input, (void)scratch;
    if (((EndOp *)op)->pipeline->streaming)
        return config->lane_output(config->context, op->lane, in, err);
    return config->output(config->context, in, err);
}

static Status end_watermark(Operator *op, int input, int64_t time_us, Arena *scratch, Err *err)
{
    (void)op, (void)input, (void)time_us, (void)scratch, (void)err;
    return OK;
}

static Status end_restart(Operator *op, Err *err)
{
    const PipelineConfig *config = &((EndOp *)op)->pipeline->config;
    return config->restart ? config->restart(config->context, err) : OK;
}

static const OperatorClass end_class = {
    .name = "output", .push = end_push, .watermark = end_watermark, .restart = end_restart};

/* ---- building ---- */

static int count_nodes(const PhysicalNode *plan)
{
    int count = 1;
    for (int i = 0; i < plan->input_count; i++)
        count += count_nodes(plan->inputs[i]);
    return count;
}

static int add_nodes(Pipeline *pipeline, const PhysicalNode *plan)
{
    int first = pipeline->node_count;
    int *inputs = arena_alloc(&pipeline->arena, sizeof *inputs * (size_t)(plan->input_count + 1));
    for (int i = 0; i < plan->input_count; i++)
        inputs[i] = add_nodes(pipeline, plan->inputs[i]);
    int at = pipeline->node_count++;
    pipeline->nodes[at] = (Node){.plan = plan, .parent = -1, .first = first};
    for (int i = 0; i < plan->input_count; i++) {
        pipeline->nodes[inputs[i]].parent = at;
        pipeline->nodes[inputs[i]].parent_input = i;
    }
    if (plan->kind == PHYSICAL_SCAN)
        pipeline->source_node[plan->as.scan.source] = at;
    return at;
}

/* Whether lanes of this operator can be added up.  A sort puts lanes back in order by the rows'
 * place in their source, so there must be only one. */
static bool can_merge(const PhysicalNode *plan)
{
    const OperatorClass *class = operator_class(plan->kind);
    if (!class || !class->merge || plan->input_count != 1 || !plan_is_stateless(plan->inputs[0]))
        return false;
    if (plan->kind == PHYSICAL_AGGREGATE)
        return plan->as.aggregate.emit != EMIT_FIRST;
    return plan->kind != PHYSICAL_SORT || plan_count_scans(plan->inputs[0]) == 1;
}

static void place_lanes(Pipeline *pipeline)
{
    int root = pipeline->node_count - 1;
    if (plan_is_stateless(pipeline->plan->root)) {
        pipeline->streaming = true;
        for (int n = 0; n <= root; n++)
            pipeline->nodes[n].in_lanes = true;
        return;
    }
    for (int n = 0; n <= root; n++) {
        Node *node = &pipeline->nodes[n];
        node->merges = can_merge(node->plan);
        for (int below = node->first; node->merges && below <= n; below++)
            pipeline->nodes[below].in_lanes = true;
    }
}

static Status make_node(Pipeline *pipeline, Node *node, Err *err)
{
    const OperatorClass *class = operator_class(node->plan->kind);
    if (!class)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1, "this operator is not supported yet");
    int count = node->in_lanes ? pipeline->config.lanes : 1;
    node->ops = ARENA_ARRAY(&pipeline->arena, Operator *, count);
    for (int lane = 0; lane < count; lane++) {
        TRY(class->create(&node->ops[lane], node->plan, &pipeline->config.host, lane,
                          &pipeline->arena, err));
        node->op_count++;
    }
    if (node->plan->kind == PHYSICAL_UNION && !node->in_lanes && pipeline->plan->bounded &&
        !node->plan->has_wm)
        union_order(node->ops[0]);
    return OK;
}

static void link_nodes(Pipeline *pipeline)
{
    int root = pipeline->node_count - 1;
    int end_count = pipeline->streaming ? pipeline->config.lanes : 1;
    pipeline->ends = ARENA_ARRAY(&pipeline->arena, EndOp, end_count);
    for (int lane = 0; lane < end_count; lane++) {
        pipeline->ends[lane].op =
            (Operator){.class = &end_class, .host = &pipeline->config.host, .lane = lane};
        pipeline->ends[lane].pipeline = pipeline;
    }
    for (int n = 0; n <= root; n++) {
        Node *node = &pipeline->nodes[n];
        const Node *parent = n == root ? NULL : &pipeline->nodes[node->parent];
        for (int lane = 0; lane < node->op_count; lane++) {
            Operator *op = node->ops[lane];
            op->out_input = node->parent_input;
            if (!parent)
                op->out = &pipeline->ends[lane < end_count ? lane : 0].op;
            else
                op->out = parent->ops[lane < parent->op_count ? lane : 0];
        }
    }
}

static void note_stops(Pipeline *pipeline, int lane);

static Status build(Pipeline *pipeline, Err *err)
{
    const PhysicalPlan *plan = pipeline->plan;
    pipeline->nodes = ARENA_ARRAY(&pipeline->arena, Node, count_nodes(plan->root));
    pipeline->source_node = ARENA_ARRAY(&pipeline->arena, int, plan->scan_count);
    pipeline->source_stopped = ARENA_ARRAY(&pipeline->arena, _Atomic bool, plan->scan_count);
    pipeline->watermarks = ARENA_ARRAY(&pipeline->arena, int64_t, plan->scan_count);
    pipeline->moved = ARENA_ARRAY(&pipeline->arena, bool, plan->scan_count);
    for (int s = 0; s < plan->scan_count; s++)
        pipeline->watermarks[s] = WM_NONE;
    pipeline->lanes = ARENA_ARRAY(&pipeline->arena, Lane, pipeline->config.lanes);
    (void)add_nodes(pipeline, plan->root);
    place_lanes(pipeline);
    pipeline->stateful = ARENA_ARRAY(&pipeline->arena, int, pipeline->node_count);
    for (int n = 0; n < pipeline->node_count; n++) {
        Node *node = &pipeline->nodes[n];
        TRY(make_node(pipeline, node, err));
        const OperatorClass *class = node->ops[0]->class;
        int tables = 0;
        if (class->tables && class->tables(node->ops[0], &tables) && tables > 0)
            pipeline->stateful[pipeline->stateful_count++] = n;
    }
    link_nodes(pipeline);
    return OK;
}

Status pipeline_new(Pipeline **out, const PhysicalPlan *plan, const PipelineConfig *config,
                    Err *err)
{
    Pipeline *pipeline = mem_zalloc(sizeof *pipeline);
    arena_init(&pipeline->arena);
    arena_init(&pipeline->scratch);
    pipeline->plan = plan;
    pipeline->config = *config;
    if (pipeline->config.lanes < 1)
        pipeline->config.lanes = 1;
    if (build(pipeline, err) != OK) {
        pipeline_free(pipeline);
        return FAIL;
    }
    note_stops(pipeline, 0); /* LIMIT 0 */
    *out = pipeline;
    return OK;
}

void pipeline_free(Pipeline *pipeline)
{
    if (!pipeline)
        return;
    for (int n = 0; n < pipeline->node_count; n++) {
        Node *node = &pipeline->nodes[n];
        for (int lane = 0; lane < node->op_count; lane++)
            if (node->ops[lane]->class->destroy)
                node->ops[lane]->class->destroy(node->ops[lane]);
    }
    for (int lane = 0; pipeline->lanes && lane < pipeline->config.lanes; lane++) {
        arena_deinit(&pipeline->lanes[lane].chunk);
        arena_deinit(&pipeline->lanes[lane].scratch);
    }
    arena_deinit(&pipeline->scratch);
    arena_deinit(&pipeline->arena);
    free(pipeline);
}

bool pipeline_is_streaming(const Pipeline *pipeline)
{
    return pipeline->streaming;
}

bool pipeline_source_is_parallel(const Pipeline *pipeline, int source)
{
    return pipeline->nodes[pipeline->source_node[source]].in_lanes;
}

/* ---- STOP ---- */

static Operator *scan_op(const Pipeline *pipeline, int source, int lane)
{
    const Node *node = &pipeline->nodes[pipeline->source_node[source]];
    return node->ops[lane < node->op_count ? lane : 0];
}

static bool wants_no_more(const Operator *op)
{
    for (; op; op = op->out)
        if (op->stopped)
            return true;
    return false;
}

/* After a STOP on `lane`: which sources need not be read any more. */
static void note_stops(Pipeline *pipeline, int lane)
{
    for (int s = 0; s < pipeline->plan->scan_count; s++)
        if (wants_no_more(scan_op(pipeline, s, lane)))
            pipeline->source_stopped[s] = true;
}

bool pipeline_source_is_stopped(const Pipeline *pipeline, int source)
{
    return pipeline->source_stopped[source];
}

uint64_t pipeline_source_end(const Pipeline *pipeline, int source)
{
    uint64_t end = UINT64_MAX;
    for (const Operator *op = scan_op(pipeline, source, 0); op; op = op->out)
        if (op->stopped && op->plan && op->plan->kind == PHYSICAL_LIMIT && op->end_seq < end)
            end = op->end_seq;
    return end;
}

bool pipeline_is_done(const Pipeline *pipeline)
{
    for (int s = 0; s < pipeline->plan->scan_count; s++)
        if (!pipeline->source_stopped[s])
            return false;
    return true;
}

/* A STOP that reached the driver is not an error. */
static Status settle(Pipeline *pipeline, Status status)
{
    if (status == STOP)
        note_stops(pipeline, 0);
    return status == FAIL ? FAIL : OK;
}

/* ---- rows ---- */

Status pipeline_scan_wm(Pipeline *pipeline, int lane, int source, Batch *batch, int64_t *highest,
                        Err *err)
{
    Lane *memory = &pipeline->lanes[lane];
    Status status = scan_watermark(scan_op(pipeline, source, lane), batch, highest, &memory->chunk,
                                   &memory->scratch, err);
    arena_reset(&memory->scratch);
    return status;
}

Status pipeline_scan_filter(Pipeline *pipeline, int lane, int source, Batch *batch, int64_t before,
                            Err *err)
{
    Lane *memory = &pipeline->lanes[lane];
    Status status = scan_filter(scan_op(pipeline, source, lane), batch, before, &memory->chunk,
                                &memory->scratch, err);
    arena_reset(&memory->scratch);
    return status;
}

Status pipeline_scan_push(Pipeline *pipeline, int lane, int source, Batch *batch, Err *err)
{
    Lane *memory = &pipeline->lanes[lane];
    Operator *op = scan_op(pipeline, source, lane);
    if (pipeline->source_stopped[source])
        return STOP;
    TRY(operator_check(op, err));
    op->rows_in += batch_live(batch);
    Status status = op->class->push(op, 0, batch, &memory->scratch, err);
    arena_reset(&memory->scratch);
    if (status == STOP) {
        op->stopped = true;
        note_stops(pipeline, lane);
    }
    return status;
}

Status pipeline_scan_failure(Pipeline *pipeline, int lane, int source, const Batch *batch, Err *err)
{
    return scan_failure(scan_op(pipeline, source, lane), batch, err);
}

void pipeline_lane_reset(Pipeline *pipeline, int lane)
{
    arena_reset(&pipeline->lanes[lane].chunk);
}

/* ---- time ---- */

/* What the watermark at a node will be: the lowest of the sources below it; without an end of all
 * of them there is none if one has none. */
static int64_t watermark_at(const Pipeline *pipeline, int n)
{
    int64_t lowest = WM_END;
    bool all_have = true;
    for (int s = 0; s < pipeline->plan->scan_count; s++) {
        int at = pipeline->source_node[s];
        if (at < pipeline->nodes[n].first || at > n)
            continue;
        all_have &= pipeline->nodes[at].plan->has_wm;
        if (pipeline->watermarks[s] < lowest)
            lowest = pipeline->watermarks[s];
    }
    return all_have || lowest == WM_END ? lowest : WM_NONE;
}

/* Adds the lanes' states up: windows that end by the watermark, or everything. */
static Status merge_lanes(Pipeline *pipeline, bool all, Err *err)
{
    for (int n = 0; n < pipeline->node_count; n++) {
        Node *node = &pipeline->nodes[n];
        if (!node->merges || node->op_count < 2)
            continue;
        int64_t due = WM_END;
        if (!all) {
            if (node->plan->kind != PHYSICAL_AGGREGATE ||
                node->plan->as.aggregate.emit != EMIT_ON_CLOSE)
                continue;
            due = watermark_at(pipeline, n);
            if (due == WM_NONE)
                continue;
        }
        Status status = node->ops[0]->class->merge(node->ops[0], node->ops + 1, node->op_count - 1,
                                                   due, &pipeline->scratch, err);
        arena_reset(&pipeline->scratch);
        TRY(status);
    }
    return OK;
}

/* What lies before an operator that has all it wants hears nothing any more: closing a window there
 * could only fail. */
static Operator *last_stopped(Operator *op)
{
    Operator *last = op;
    for (; op; op = op->out)
        if (op->stopped)
            last = op;
    return last;
}

Status pipeline_barrier(Pipeline *pipeline, const int64_t *watermarks, Err *err)
{
    bool any = false;
    for (int s = 0; s < pipeline->plan->scan_count; s++) {
        pipeline->moved[s] = watermarks[s] > pipeline->watermarks[s];
        any |= pipeline->moved[s];
        if (pipeline->moved[s])
            pipeline->watermarks[s] = watermarks[s];
    }
    if (!any || pipeline->streaming)
        return OK;
    TRY(merge_lanes(pipeline, false, err));
    for (int s = 0; s < pipeline->plan->scan_count; s++) {
        if (!pipeline->moved[s])
            continue;
        Operator *op = last_stopped(scan_op(pipeline, s, 0));
        Status status =
            operator_emit_watermark(op, pipeline->watermarks[s], &pipeline->scratch, err);
        arena_reset(&pipeline->scratch);
        TRY(settle(pipeline, status));
    }
    return OK;
}

Status pipeline_tick(Pipeline *pipeline, int64_t now_us, Err *err)
{
    int sources = pipeline->plan->scan_count;
    int64_t *watermarks = mem_alloc(sizeof *watermarks * (size_t)sources);
    for (int s = 0; s < sources; s++) {
        const PhysicalNode *plan = pipeline->nodes[pipeline->source_node[s]].plan;
        watermarks[s] = plan->as.scan.proctime ? now_us : pipeline->watermarks[s];
    }
    Status status = pipeline_barrier(pipeline, watermarks, err);
    free(watermarks);
    return status;
}

/* ---- start, epochs, end ---- */

/* A bounded UNION ALL takes its inputs in order of FROM, so VALUES behind a source wait for its
 * end. */
static bool values_wait(const Pipeline *pipeline, int n)
{
    if (!pipeline->plan->bounded)
        return false;
    for (int before = 0; before < n; before++)
        if (pipeline->nodes[before].plan->kind == PHYSICAL_SCAN)
            return true;
    return false;
}

static Status push_values(Pipeline *pipeline, bool waiting, Err *err)
{
    for (int n = 0; n < pipeline->node_count; n++) {
        Node *node = &pipeline->nodes[n];
        if (node->plan->kind != PHYSICAL_VALUES || values_wait(pipeline, n) != waiting)
            continue;
        Status status =
            values_emit(node->ops[0], pipeline->config.start_us, &pipeline->scratch, err);
        arena_reset(&pipeline->scratch);
        TRY(settle(pipeline, status));
    }
    return OK;
}

/* Constant rows end too: what reads them closes its windows. */
static Status end_values(Pipeline *pipeline, Err *err)
{
    for (int n = 0; n < pipeline->node_count; n++) {
        Node *node = &pipeline->nodes[n];
        if (node->plan->kind != PHYSICAL_VALUES)
            continue;
        Operator *op = last_stopped(node->ops[0]);
        Status status = operator_emit_watermark(op, WM_END, &pipeline->scratch, err);
        arena_reset(&pipeline->scratch);
        TRY(settle(pipeline, status));
    }
    return OK;
}

Status pipeline_start(Pipeline *pipeline, Err *err)
{
    return push_values(pipeline, false, err);
}

/* Complete mode: if any aggregate changed, all of them give their whole result anew. */
static Status restart_complete(Pipeline *pipeline, Err *err)
{
    bool due = false;
    for (int n = 0; n < pipeline->node_count; n++) {
        const Operator *op = pipeline->nodes[n].ops[0];
        due |= op->class->has_changed && op->class->has_changed(op);
    }
    if (!due)
        return OK;
    for (int n = 0; n < pipeline->node_count; n++) {
        Operator *op = pipeline->nodes[n].ops[0];
        op->stopped = false;
        if (op->class->restart)
            TRY(op->class->restart(op, err));
    }
    pipeline->ends[0].op.stopped = false;
    return end_restart(&pipeline->ends[0].op, err);
}

typedef Status (*Turn)(Operator *op, Arena *scratch, Err *err);

/* Inputs before what reads them; lane 0 holds what the lanes had. */
static Status each_operator(Pipeline *pipeline, bool finish, Err *err)
{
    for (int n = 0; n < pipeline->node_count; n++) {
        Operator *op = pipeline->nodes[n].ops[0];
        Turn turn = finish ? op->class->finish : op->class->end_epoch;
        if (!turn || (finish && wants_no_more(op->out)))
            continue;
        Status status = turn(op, &pipeline->scratch, err);
        arena_reset(&pipeline->scratch);
        TRY(settle(pipeline, status));
    }
    return OK;
}

Status pipeline_end_epoch(Pipeline *pipeline, Err *err)
{
    if (pipeline->streaming)
        return OK;
    TRY(merge_lanes(pipeline, true, err));
    TRY(restart_complete(pipeline, err));
    return each_operator(pipeline, false, err);
}

Status pipeline_finish(Pipeline *pipeline, Err *err)
{
    if (pipeline->finished)
        return OK;
    pipeline->finished = true;
    TRY(push_values(pipeline, true, err));
    if (pipeline->streaming)
        return OK;
    TRY(merge_lanes(pipeline, true, err));
    TRY(end_values(pipeline, err));
    return each_operator(pipeline, true, err);
}

/* ---- state and figures ---- */

int pipeline_state_count(const Pipeline *pipeline)
{
    return pipeline->stateful_count;
}

PipelineState pipeline_state(const Pipeline *pipeline, int i)
{
    const Operator *op = pipeline->nodes[pipeline->stateful[i]].ops[0];
    PipelineState state = {.node = op->plan->id, .operator_name = op->class->name};
    state.tables = op->class->tables(op, &state.table_count);
    return state;
}

Status pipeline_save(Pipeline *pipeline, int i, bool full, const StateOut *out, Err *err)
{
    Operator *op = pipeline->nodes[pipeline->stateful[i]].ops[0];
    Status status = op->class->save(op, full, out, &pipeline->scratch, err);
    arena_reset(&pipeline->scratch);
    return status;
}

Status pipeline_load(Pipeline *pipeline, int i, int table, const Batch *rows, Err *err)
{
    Operator *op = pipeline->nodes[pipeline->stateful[i]].ops[0];
    TRY(op->class->load(op, table, rows, err));
    if (op->stopped)
        note_stops(pipeline, 0);
    return OK;
}

int pipeline_figures(const Pipeline *pipeline, OperatorFigures *out, int capacity)
{
    int count = 0;
    for (int n = 0; n < pipeline->node_count && count < capacity; n++) {
        const Node *node = &pipeline->nodes[n];
        OperatorFigures sum = {.node = node->plan->id, .name = node->ops[0]->class->name};
        for (int lane = 0; lane < node->op_count; lane++) {
            const Operator *op = node->ops[lane];
            int64_t rows = 0, bytes = 0;
            if (op->class->figures)
                op->class->figures(op, &rows, &bytes);
            sum.rows_in += op->rows_in;
            sum.rows_out += op->rows_out;
            sum.state_rows += rows;
            sum.state_bytes += bytes;
        }
        out[count++] = sum;
    }
    return count;
}
