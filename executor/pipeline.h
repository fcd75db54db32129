/*
 * pipeline.h - a plan in motion: the operators of one statement or job.
 *
 *       lane 0:  scan → filter → … → aggregate ┐ merge
 *       lane 1:  scan → filter → … → aggregate ┘   → having → sort → output
 *       `-- in parallel, one chunk each --'          `-- one thread --'
 *
 * The engine drives it:
 *   for each chunk (any lane, in parallel; tickets in source order):
 *       decoder begin;  for each batch: decoder early
 *       pipeline_scan_wm      the chunk's own highest watermark expression
 *       (the engine chains it in ticket order to the watermark before the chunk)
 *       for each batch: pipeline_scan_filter → decoder late → pipeline_scan_push
 *   pipeline_barrier: all lanes idle; merges what is due, advances the watermark, closes windows
 *   pipeline_end_epoch, pipeline_save: the epoch's changes and state
 *   pipeline_finish: every source has ended
 *
 * When nothing stateful can run in lanes, rows that reach the end of a lane are
 * handed to config.lane_output at once, tagged with their chunk's ticket; the
 * engine puts them back in order.
 */
#ifndef STREAMD_EXECUTOR_PIPELINE_H
#define STREAMD_EXECUTOR_PIPELINE_H

#include "executor/operator.h"

typedef struct PipelineConfig {
    OperatorHost host;
    int lanes;        /* >= 1 */
    int64_t start_us; /* arrival stamp of rows that no source stamps: VALUES, an empty global
                         aggregate */
    /* Final rows, on the driving thread, in the order of the result. `restart` before the first
     * rows of a complete output. STOP: no more wanted. */
    Status (*output)(void *context, const Batch *batch, Err *err);
    Status (*restart)(void *context, Err *err);
    /* Rows at the end of a lane when the plan's rest is empty (pipeline_is_streaming): called by
     * the lane; rows of VALUES on lane 0 by pipeline_start and pipeline_finish. */
    Status (*lane_output)(void *context, int lane, const Batch *batch, Err *err);
    void *context;
} PipelineConfig;

typedef struct Pipeline Pipeline;
Status pipeline_new(Pipeline **out, const PhysicalPlan *plan, const PipelineConfig *config,
                    Err *err) MUST_CHECK;
void pipeline_free(Pipeline *pipeline);
/* The plan is stateless from scan to result: lanes give rows straight to lane_output. */
bool pipeline_is_streaming(const Pipeline *pipeline);
/* Rows from `source` may be pushed by several lanes at once. */
bool pipeline_source_is_parallel(const Pipeline *pipeline, int source);

/* Leaves that are not sources (VALUES): pushed once, at the start of a run that was not resumed;
 * those that stand behind a source in FROM of a bounded statement wait for pipeline_finish. */
Status pipeline_start(Pipeline *pipeline, Err *err) MUST_CHECK;

/* The watermark expression over the selected good rows of a batch whose early columns are decoded:
 * sets batch->wm to the running maximum *within this chunk*, starting from `*highest`, and raises
 * *highest. Rows for which it fails are rejected (taken from batch->sel). Does nothing if the scan
 * has no wm. In a statement that ends at its first failing row the batch is cut to the rows before
 * it, and the error comes from pipeline_scan_push of that batch (or at once, when nothing is left
 * before it). */
Status pipeline_scan_wm(Pipeline *pipeline, int lane, int source, Batch *batch, int64_t *highest,
                        Err *err) MUST_CHECK;
/* Lifts the chunk-local watermarks to at least `before` (the source's watermark before the chunk)
 * and narrows batch->sel to the rows that pass the pushed-down filter. */
Status pipeline_scan_filter(Pipeline *pipeline, int lane, int source, Batch *batch, int64_t before,
                            Err *err) MUST_CHECK;
/* All columns are decoded: projects and pushes. STOP: the source's rows are no longer wanted. To be
 * called for a batch that has no rows left too, in the order of the source. */
Status pipeline_scan_push(Pipeline *pipeline, int lane, int source, Batch *batch,
                          Err *err) MUST_CHECK;
/* For who does not push a batch at once, to be called after its filter: the error that its push
 * would return. */
Status pipeline_scan_failure(Pipeline *pipeline, int lane, int source, const Batch *batch,
                             Err *err) MUST_CHECK;
/* Frees what the last chunk's batches used in the lane's scratch memory. */
void pipeline_lane_reset(Pipeline *pipeline, int lane);

/* No lane is running.  `watermarks[source]`: what each source has reached (WM_NONE: none yet;
 * WM_END: ended; idle ones: as the engine decides).  Merges lanes, closes what is due, emits. */
Status pipeline_barrier(Pipeline *pipeline, const int64_t *watermarks, Err *err) MUST_CHECK;
/* A tick of processing time, for PROCTIME windows. */
Status pipeline_tick(Pipeline *pipeline, int64_t now_us, Err *err) MUST_CHECK;
Status pipeline_end_epoch(Pipeline *pipeline, Err *err) MUST_CHECK;
Status pipeline_finish(Pipeline *pipeline, Err *err) MUST_CHECK;
/* True once STOP has travelled up to every source. */
bool pipeline_is_done(const Pipeline *pipeline);
/* No row of this source is wanted any more; others may be. */
bool pipeline_source_is_stopped(const Pipeline *pipeline, int source);
/* … since a LIMIT was filled: rows with this place (Batch.seq) or a later one were not wanted, and
 * what befell them in the batch at hand did not happen. UINT64_MAX: all were. */
uint64_t pipeline_source_end(const Pipeline *pipeline, int source);

/* State, operator by operator: `visit` gets each stateful operator's id, class name and tables. */
typedef struct PipelineState {
    int node;
    const char *operator_name; /* "aggregate" */
    const StateTable *tables;
    int table_count;
} PipelineState;
int pipeline_state_count(const Pipeline *pipeline);
PipelineState pipeline_state(const Pipeline *pipeline, int i);
Status pipeline_save(Pipeline *pipeline, int i, bool full, const StateOut *out,
                     Err *err) MUST_CHECK;
Status pipeline_load(Pipeline *pipeline, int i, int table, const Batch *rows, Err *err) MUST_CHECK;

/* For streamd.operators: rows in/out, state. */
typedef struct OperatorFigures {
    int node;
    const char *name;
    uint64_t rows_in, rows_out;
    int64_t state_rows, state_bytes;
} OperatorFigures;
int pipeline_figures(const Pipeline *pipeline, OperatorFigures *out, int capacity);

#endif
