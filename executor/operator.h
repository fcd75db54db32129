/*
 * operator.h - the contract of operators: batches in, batches out.
 *
 * An operator is made from its plan node and linked to the next one by `out`.
 * It never reads a clock, a file or a socket: time comes as watermarks, rows as
 * batches.  Results are handed on with operator_emit while the call runs; the
 * receiver borrows them.
 *
 * Lanes.  The stateless operators next to a scan are made once per worker lane,
 * and so is the first stateful one if its class has `merge`: each lane then
 * works on its own chunks alone, and at a barrier the lanes' states are added
 * to lane 0's, from where everything later runs on one thread.
 */
#ifndef STREAMD_EXECUTOR_OPERATOR_H
#define STREAMD_EXECUTOR_OPERATOR_H

#include "executor/parallel.h"
#include "planner/physical.h"
#include "types/state_table.h"

typedef struct Operator Operator;

/* What operators report besides rows; shared by a pipeline. Called from any lane. */
typedef struct OperatorHost {
    void *context;
    /* An expression of plan node `node` failed for a row of its input, or of what a scan decoded
     * (reject mode): the row leaves the query. Weight and row as given. */
    void (*reject)(void *context, int lane, int node, const Batch *batch, uint32_t row,
                   const Err *err);
    bool reject_rows; /* false: the first failing row ends the statement, after those before it */
    /* A row came late for a window. `batch` holds the window operator's input. */
    void (*late)(void *context, int lane, int node, const Batch *batch, uint32_t row,
                 int64_t event_time, int64_t watermark);
    bool (*cancelled)(void *context); /* checked per batch */
    /* The threads of the lanes, for what the driving thread has to do between rounds. */
    Parallel parallel;
} OperatorHost;

typedef struct OperatorClass {
    const char *name;
    PhysicalKind kind;
    /* Everything from the job's arena except what the operator frees in destroy. */
    Status (*create)(Operator **out, const PhysicalNode *plan, const OperatorHost *host, int lane,
                     Arena *job, Err *err);
    /* Hands results to op->out.  OK, STOP (no more wanted; travels up to the scan) or an error. */
    Status (*push)(Operator *op, int input, const Batch *in, Arena *scratch, Err *err);
    /* Operators that multiply rows emit the rest here: one push never makes unbounded output.
     * NULL: push does it all.  Called until it leaves op->has_more false. */
    Status (*more)(Operator *op, Arena *scratch, Err *err);
    /* Event time of input `input` has reached time_us: close windows, drop state.  WM_END: that
     * input has ended.  The operator hands on its own watermark with operator_emit_watermark. NULL:
     * handed on as it is. */
    Status (*watermark)(Operator *op, int input, int64_t time_us, Arena *scratch, Err *err);
    /* All inputs ended: what only the end brings (EMIT_FINAL, sort).  Then handed on. */
    Status (*finish)(Operator *op, Arena *scratch, Err *err);
    /* Net changes, complete output; handed on. */
    Status (*end_epoch)(Operator *op, Arena *scratch, Err *err);
    /* Adds the other lanes' states to `op`'s and empties them.  Of windows, only those that end at
     * or before `due_us` must be added (WM_END: all; what stays behind is added at a later call).
     */
    Status (*merge)(Operator *op, Operator *const *lanes, int lane_count, int64_t due_us,
                    Arena *scratch, Err *err);
    bool stateful;
    /* Complete mode: it has another result than it last gave. NULL: it keeps no result. */
    bool (*has_changed)(const Operator *op);
    /* Complete mode: forget what came so far, the whole result follows anew (and what keeps a
     * result gives it at the end of this epoch). NULL: nothing to forget. */
    Status (*restart)(Operator *op, Err *err);
    /* Its state as tables; NULL: stateless. The answer lives as long as the operator. */
    const StateTable *(*tables)(const Operator *op, int *count);
    /* Right after end_epoch: the rows changed since the last save (or all, `full`). */
    Status (*save)(Operator *op, bool full, const StateOut *out, Arena *scratch, Err *err);
    Status (*load)(Operator *op, int table, const Batch *rows, Err *err);
    void (*figures)(const Operator *op, int64_t *state_rows, int64_t *state_bytes); /* NULL: none */
    void (*destroy)(Operator *op);
} OperatorClass;

/* The common head of every operator. */
struct Operator {
    const OperatorClass *class;
    const PhysicalNode *plan;
    const OperatorHost *host;
    int lane;
    Operator *out; /* NULL only for the pipeline's end */
    int out_input; /* which input of `out` this one is */
    bool has_more;
    _Atomic bool stopped; /* wants no more rows: its push said STOP */
    uint64_t end_seq;     /* LIMIT, once stopped: rows of the source from here on were not wanted */
    uint64_t rows_in, rows_out;
};

/* Generated from the list in executor/meson.build. */
const OperatorClass *operator_class(PhysicalKind kind);
Status operator_emit(Operator *op, const Batch *batch, Arena *scratch, Err *err);
Status operator_emit_watermark(Operator *op, int64_t time_us, Arena *scratch, Err *err);
/* What create does first: `size` bytes, cleared, that begin with the common head. */
void *operator_make(size_t size, const OperatorClass *class, const PhysicalNode *plan,
                    const OperatorHost *host, int lane, Arena *job);
/* 57014 when the statement was cancelled; for loops that emit many batches. */
Status operator_check(const Operator *op, Err *err);

#endif
