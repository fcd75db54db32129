/*
 * op_scan.c - PHYSICAL_SCAN: a source's rows on their way into the plan; see op_scan.h.
 *
 *     scan_watermark   early columns → watermark of each row, within the chunk
 *     scan_filter      lifted to the source's; rows that pass
 *     push             all columns → the node's columns
 */
#include "executor/op_scan.h"
#include "executor/program_run.h"
#include "executor/selection.h"

typedef struct ScanOp {
    Operator op;
    ProgramRun *wm, *filter, *project;
    int64_t pushed;  /* rows, for the scan's own limit */
    bool has_failed; /* a batch was cut: its push returns the error */
    uint64_t failed_ticket;
    Err failure;
} ScanOp;

extern const OperatorClass operator_scan;

static Status create(Operator **out, const PhysicalNode *plan, const OperatorHost *host, int lane,
                     Arena *job, Err *err)
{
    (void)err;
    ScanOp *self = operator_make(sizeof *self, &operator_scan, plan, host, lane, job);
    if (plan->as.scan.wm)
        self->wm = program_run_make(plan->as.scan.wm, plan->id, host, lane, job);
    if (plan->as.scan.filter)
        self->filter = program_run_make(plan->as.scan.filter, plan->id, host, lane, job);
    if (plan->as.scan.project)
        self->project = program_run_make(plan->as.scan.project, plan->id, host, lane, job);
    *out = &self->op;
    return OK;
}

/* Runs a program over the batch and narrows the batch to its rows.  A failing row before which
 * there are none is returned at once, else kept for the push. */
static Status narrow(ScanOp *self, ProgramRun *run, Batch *batch, Arena *chunk, Arena *scratch,
                     Err *err)
{
    Status ran = program_run(run, batch, scratch, err);
    uint16_t count;
    const uint16_t *sel = program_run_rows(run, &count);
    if (sel != batch->sel || (sel && count != batch->sel_count)) {
        uint16_t *copy = arena_alloc(chunk, sizeof *copy * (count + 1u));
        if (sel)
            memcpy(copy, sel, sizeof *copy * count);
        batch->sel = copy;
        batch->sel_count = count;
    }
    bool fails = self->has_failed && self->failed_ticket == batch->ticket;
    if (ran != OK && (fails || !self->has_failed)) { /* an earlier batch's failure comes first */
        fails = self->has_failed = true;
        self->failed_ticket = batch->ticket;
        self->failure = *err;
    }
    if (!fails || count > 0)
        return OK;
    *err = self->failure;
    return FAIL;
}

Status scan_watermark(Operator *op, Batch *batch, int64_t *highest, Arena *chunk, Arena *scratch,
                      Err *err)
{
    ScanOp *self = (ScanOp *)op;
    batch->wm = NULL;
    batch->has_wm = op->plan->as.scan.proctime || self->wm;
    if (op->plan->as.scan.proctime) {
        if (batch->arrival_us > *highest)
            *highest = batch->arrival_us;
        batch->wm_first = batch->wm_after = *highest;
        return OK;
    }
    if (!self->wm)
        return OK;
    Status status = narrow(self, self->wm, batch, chunk, scratch, err);
    Vector time;
    vector_flatten(&time, program_run_outputs(self->wm), batch->row_count, scratch);
    const int64_t *times = time.data;
    int64_t *wm = arena_alloc(chunk, sizeof *wm * batch->row_count);
    int64_t high = *highest;
    uint32_t live = batch_live(batch);
    if (!batch->sel && !time.valid) {
        for (uint32_t row = 0; row < live; row++) {
            wm[row] = high;
            high = times[row] > high ? times[row] : high;
        }
    } else {
        for (uint32_t i = 0; i < live; i++) {
            uint32_t row = batch_row(batch, i);
            wm[row] = high;
            if ((!time.valid || bitmap_get(time.valid, row)) && times[row] > high)
                high = times[row];
        }
    }
    batch->wm_first = *highest;
    batch->wm_after = high;
    batch->wm = high == *highest ? NULL : wm;
    *highest = high;
    return status;
}

static void lift(Batch *batch, int64_t before, Arena *chunk)
{
    if (!batch->has_wm || batch->wm_first >= before)
        return;
    batch->wm_first = before;
    if (batch->wm_after <= before || !batch->wm) {
        batch->wm = NULL;
        batch->wm_after = before;
        return;
    }
    int64_t *wm = arena_alloc(chunk, sizeof *wm * batch->row_count);
    uint32_t live = batch_live(batch);
    for (uint32_t i = 0; i < live; i++) {
        uint32_t row = batch_row(batch, i);
        wm[row] = batch->wm[row] > before ? batch->wm[row] : before;
    }
    batch->wm = wm;
}

Status scan_filter(Operator *op, Batch *batch, int64_t before, Arena *chunk, Arena *scratch,
                   Err *err)
{
    ScanOp *self = (ScanOp *)op;
    lift(batch, before, chunk);
    return self->filter ? narrow(self, self->filter, batch, chunk, scratch, err) : OK;
}

Status scan_failure(const Operator *op, const Batch *batch, Err *err)
{
    const ScanOp *self = (const ScanOp *)op;
    if (!self->has_failed || self->failed_ticket != batch->ticket)
        return OK;
    *err = self->failure;
    return FAIL;
}

/* Cuts the batch to what the scan's own limit still wants; true when that is all. */
static bool cut_to_limit(ScanOp *self, Batch *batch, Arena *scratch)
{
    int64_t limit = self->op.plan->as.scan.limit, live = batch_live(batch);
    if (limit < 0)
        return false;
    int64_t left = limit - self->pushed;
    if (live > left) {
        uint16_t *sel = arena_alloc(scratch, sizeof *sel * (size_t)(left + 1));
        for (int64_t i = 0; i < left; i++)
            sel[i] = (uint16_t)batch_row(batch, (uint32_t)i);
        batch->sel = sel;
        batch->sel_count = (uint16_t)left;
        live = left;
    }
    self->pushed += live;
    return self->pushed >= limit;
}

static Status push(Operator *op, int input, const Batch *in, Arena *scratch, Err *err)
{
    ScanOp *self = (ScanOp *)op;
    (void)input;
    Batch batch = *in;
    Err *failure = NULL;
    if (self->has_failed && self->failed_ticket == in->ticket)
        failure = &self->failure;
    if (self->project) {
        Err *late = arena_alloc(scratch, sizeof *late);
        if (program_run(self->project, in, scratch, late) != OK)
            failure = late;
        program_run_batch(self->project, in, true, &batch);
    }
    bool full = cut_to_limit(self, &batch, scratch);
    TRY(operator_emit(op, &batch, scratch, err));
    if (full)
        return STOP;
    if (!failure)
        return OK;
    *err = *failure;
    return FAIL;
}

const OperatorClass operator_scan = {
    .name = "scan", .kind = PHYSICAL_SCAN, .create = create, .push = push};
