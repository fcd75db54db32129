/*
 * job_blocks.c - several inputs with watermarks in a bounded run: by lowest
 * watermark, ties by position in FROM, in blocks of 8,192 rows.
 *
 * What comes when must depend on the rows alone.  So a block is an input's next
 * 8,192 good rows, however its chunks and batches are cut and however many lanes
 * decode them; what lanes have decoded beyond the block waits as pieces:
 *
 *     lanes    chunk → decode, watermark, filter → pieces, cut where blocks end
 *     here     the input with the lowest watermark → the pieces of its next block → pipeline
 *
 * Pieces are not part of what a commit keeps, so that such a job is one epoch.  Where
 * aggregates take the rows in, their order cannot be seen, and nothing of this is needed.
 */
#include "engine/internal.h"

#include <stdlib.h>

enum { BLOCK_ROWS = 8192, CHUNK_BYTES = 1 << 20 };

struct Piece {
    RowStore rows; /* those that passed the filter */
    int64_t arrival_us;
    int64_t wm_after; /* the input's watermark after all its good rows up to here */
    bool ends_block;
    bool fails; /* the input cannot be read beyond: `err` */
    Err err;
};

/* Whether the result depends on the order in which inputs with watermarks are taken, given that
 * somebody looks at the order of the node's rows (`seen`), or not.  Aggregates do not, and windows
 * close by time. */
static bool depends_on_order(const PhysicalNode *node, bool seen)
{
    switch (node->kind) {
    case PHYSICAL_SCAN:
        return node->has_wm && (seen || node->as.scan.limit >= 0);
    case PHYSICAL_AGGREGATE:
        seen = node->as.aggregate.emit != EMIT_FINAL && node->as.aggregate.emit != EMIT_ON_CLOSE;
        break;
    case PHYSICAL_SORT: /* ties */
    case PHYSICAL_LIMIT:
    case PHYSICAL_CHANGES:
        seen = true;
        break;
    case PHYSICAL_VALUES:
    case PHYSICAL_FILTER:
    case PHYSICAL_PROJECT:
    case PHYSICAL_EXPLODE:
    case PHYSICAL_EXPAND:
    case PHYSICAL_WINDOW:
    case PHYSICAL_UNION:
        break;
    }
    for (int i = 0; i < node->input_count; i++)
        if (depends_on_order(node->inputs[i], seen))
            return true;
    return false;
}

void job_blocks_choose(Job *job)
{
    int with_watermark = 0;
    bool known = true; /* which rows there are is known, not when they arrive */
    for (int i = 0; i < job->input_count; i++) {
        const Input *input = &job->inputs[i];
        with_watermark += input->scan->has_wm;
        known &= input->traits.bounded && input->traits.replayable;
    }
    job->in_blocks = known && with_watermark > 1 && depends_on_order(job->plan->root, true);
    job->once |= job->in_blocks;
    for (int i = 0; i < job->input_count; i++)
        job->inputs[i].in_blocks = job->in_blocks && job->inputs[i].scan->has_wm;
}

bool job_blocks_pending(const Job *job)
{
    for (int i = 0; i < job->input_count; i++)
        if (job->inputs[i].in_blocks && job->inputs[i].ahead.count)
            return true;
    return false;
}

/* ---- lanes: a chunk's rows to pieces ---- */

static Piece *piece_new(const Input *input, int64_t arrival_us)
{
    Piece *piece = mem_zalloc(sizeof *piece);
    row_store_init(&piece->rows, input->piece_types, input->spec.column_count);
    piece->rows.with_wm = true;
    piece->rows.with_weight = !input->scan->append_only;
    piece->arrival_us = arrival_us;
    return piece;
}

static void piece_free(Piece *piece)
{
    row_store_deinit(&piece->rows);
    free(piece);
}

void blocks_drop(PieceList *pieces)
{
    for (size_t i = 0; i < pieces->count; i++)
        piece_free(pieces->at[i]);
    pieces->count = 0;
}

/* The rows of a batch from `row` on, and before `end`. */
static void add_rows(Piece *piece, const Batch *batch, uint32_t row, uint32_t end)
{
    Batch part = *batch;
    uint16_t sel[BATCH_ROWS];
    uint16_t count = 0;
    for (uint32_t i = 0, live = batch_live(batch); i < live; i++) {
        uint32_t at = batch_row(batch, i);
        if (at >= row && at < end)
            sel[count++] = (uint16_t)at;
    }
    part.sel = sel;
    part.sel_count = count;
    if (count)
        row_store_add(&piece->rows, &part);
}

/* Cuts a batch, filtered and decoded, where blocks end.  `good`: its rows before the filter. */
static void cut_batch(Lane *lane, const Input *input, const Batch *batch, const Batch *good,
                      uint64_t first, Piece **open)
{
    uint32_t count = batch_live(good), from = 0;
    for (uint32_t i = 0; i < count; i++) {
        if ((first + i + 1) % BLOCK_ROWS != 0)
            continue;
        uint32_t end = batch_row(good, i) + 1;
        add_rows(*open, batch, from, end);
        (*open)->ends_block = true;
        (*open)->wm_after = i + 1 == count ? batch->wm_after
                            : batch->wm    ? batch->wm[batch_row(good, i + 1)]
                                           : batch->wm_first;
        list_push(&lane->pieces, *open);
        *open = piece_new(input, batch->arrival_us);
        from = end;
    }
    add_rows(*open, batch, from, BATCH_ROWS);
    if (count)
        (*open)->wm_after = batch->wm_after;
}

Status blocks_collect(Lane *lane, Input *input, Decoder *decoder, Batch *batches, uint32_t count,
                      int64_t before, uint64_t first, Err *err)
{
    Pipeline *pipeline = lane->job->pipeline;
    Piece *open = piece_new(input, count ? batches[0].arrival_us : 0);
    Status status = OK;
    open->wm_after = before;
    for (uint32_t b = 0; b < count && status == OK; b++) {
        Batch *batch = &batches[b], good = *batch;
        lane->decoding = decoder; /* for rows that fail in the filter */
        lane->decoding_batch = b;
        status = pipeline_scan_filter(pipeline, lane->index, input->index, batch, before, err);
        lane->decoding = NULL;
        if (status == OK && batch_live(batch))
            status = decoder->class->late(decoder, b, batch, err);
        if (status != OK)
            break;
        cut_batch(lane, input, batch, &good, first, &open);
        first += batch_live(&good);
        status = pipeline_scan_failure(pipeline, lane->index, input->index, batch, err);
    }
    list_push(&lane->pieces, open);
    return status;
}

void blocks_hand_over(Lane *lane, Input *input)
{
    for (size_t i = 0; i < lane->pieces.count; i++) {
        list_push(&input->ahead, lane->pieces.at[i]);
        input->blocks_ahead += lane->pieces.at[i]->ends_block;
    }
    lane->pieces.count = 0;
}

/* ---- the driving thread: a block into the pipeline ---- */

static void add_failure(Input *input, const Err *err)
{
    Piece *piece = piece_new(input, 0);
    piece->fails = true;
    piece->err = *err;
    list_push(&input->ahead, piece);
}

/* Until a whole block is there, or all that will come. */
static Status read_ahead(Job *job, Input *input, bool *progress, Err *err)
{
    bool parallel = job->lane_count > 1 && pipeline_source_is_parallel(job->pipeline, input->index);
    int64_t budget = parallel ? (int64_t)job->lane_count * CHUNK_BYTES : 1;
    while (!input->blocks_ahead && !input->read_all) {
        bool some;
        Status status = job_round(job, input, budget, INT64_MAX, &some, err);
        *progress |= some;
        if (status == FAIL && job->cancel)
            return FAIL;
        if (status == FAIL)
            add_failure(input, err);
        if (status != OK || input->ended)
            input->read_all = true;
        else if (!some)
            return OK; /* waits */
    }
    input->ended = input->drained = false;
    return OK;
}

static Status push_piece(Job *job, Input *input, const Piece *piece, Err *err)
{
    Lane *lane = &job->lanes[0];
    Status status = OK;
    for (size_t b = 0; b < piece->rows.batch_count && status == OK; b++) {
        Batch batch = piece->rows.batches[b];
        batch.ticket = job->rows_taken; /* the order in which rows of all inputs are taken */
        batch.arrival_us = piece->arrival_us;
        job->rows_taken += batch.row_count;
        status = pipeline_scan_push(job->pipeline, 0, input->index, &batch, err);
    }
    /* Rows before a failing one are delivered. */
    Err failed = ERR_NONE;
    kept_flush_lane(lane);
    Status flushed = job_lane_flush(lane, &failed);
    if (status != FAIL && flushed != OK) {
        status = flushed;
        *err = failed;
    }
    return status;
}

Status job_block(Job *job, Input *input, bool *progress, Err *err)
{
    *progress = false;
    TRY(read_ahead(job, input, progress, err));
    if (!input->blocks_ahead && !input->read_all)
        return OK;
    *progress = true;
    Lane *lane = &job->lanes[0];
    Status status = OK;
    size_t done = 0;
    bool ends = false;
    lane->input = input;
    lane->holds = false;
    while (status == OK && !ends && done < input->ahead.count) {
        Piece *piece = input->ahead.at[done++];
        ends = piece->ends_block;
        if (piece->fails) {
            *err = piece->err;
            status = FAIL;
        } else {
            status = push_piece(job, input, piece, err);
            if (piece->wm_after > input->watermark)
                input->watermark = piece->wm_after;
        }
        input->blocks_ahead -= ends;
        piece_free(piece);
    }
    lane->input = NULL;
    input->ahead.count -= done;
    if (input->ahead.count)
        memmove(input->ahead.at, input->ahead.at + done,
                input->ahead.count * sizeof *input->ahead.at);
    input->ended = input->read_all && !input->ahead.count;
    return status;
}
