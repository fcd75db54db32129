/*
 * job_output.c - where a job's rows go: a sink, a view or internal table, or the session.
 *
 * Rows that leave a lane directly (stateless plans) are formatted in the lane
 * when the sink takes bytes, or else kept until it is their chunk's turn.
 */
#include "engine/internal.h"

/* In update mode a sink without `op` gets new rows only. */
static void drop_deletes(const Batch *in, Batch *out, Arena *arena)
{
    *out = *in;
    uint16_t *sel = arena_alloc(arena, sizeof(uint16_t) * BATCH_ROWS);
    uint16_t count = 0;
    for (uint32_t i = 0, live = batch_live(in); i < live; i++) {
        uint32_t row = batch_row(in, i);
        if (batch_weight(in, row) > 0)
            sel[count++] = (uint16_t)row;
    }
    out->sel = sel;
    out->sel_count = count;
    out->weight = NULL;
}

/* A sink that failed has taken nothing, so that each call can be repeated once the disk has room.
 */
static Status write_batch(Job *job, const Batch *batch, Err *err)
{
    Status status;
    while ((status = job->sink->class->write(job->sink, batch, err)) == FAIL)
        if (!job_wait_degraded(job, err))
            break;
    return status;
}

static Status write_bytes(Job *job, const Buf *bytes, uint64_t rows, Err *err)
{
    Status status;
    while ((status = job->sink->class->write_bytes(job->sink, bytes->data, bytes->length, rows,
                                                   err)) == FAIL)
        if (!job_wait_degraded(job, err))
            break;
    return status;
}

static Status write_sink(Job *job, const Batch *batch, Err *err)
{
    if (!job->drops_deletes || !batch->weight)
        return write_batch(job, batch, err);
    Arena arena;
    arena_init(&arena);
    Batch kept;
    drop_deletes(batch, &kept, &arena);
    Status status = batch_live(&kept) ? write_batch(job, &kept, err) : OK;
    arena_deinit(&arena);
    return status;
}

Status job_output(void *context, const Batch *batch, Err *err)
{
    Job *job = context;
    uint32_t live = batch_live(batch);
    if (!live)
        return OK;
    job->rows_out += live;
    job->epoch_rows_out += live;
    job->output_since_flush = true;
    if (job->collected || job_target(job)) {
        row_store_add(job->collected ? job->collected : &job->pending, batch);
        return OK;
    }
    if (job->sink)
        return write_sink(job, batch, err);
    return job->session->host.rows(job->session->host.context, batch, err);
}

Status job_output_restart(void *context, Err *err)
{
    Job *job = context;
    if (job->collected) {
        row_store_clear(job->collected);
        return OK;
    }
    if (job_target(job)) {
        row_store_clear(&job->pending);
        job->pending_restart = true;
        return OK;
    }
    job->output_since_flush = true;
    if (job->sink) {
        Status status;
        while ((status = job->sink->class->restart(job->sink, err)) == FAIL)
            if (!job_wait_degraded(job, err))
                break;
        return status;
    }
    return job->session->host.heading(job->session->host.context, job->headings++, err);
}

static Status make_encoder(Lane *lane, Err *err)
{
    const Relation *table = lane->job->sink_table;
    const FormatClass *format = format_class_find(table->format ? table->format : "csv");
    if (!format || !format->encoder_new)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1, "the format %s cannot be written",
                       table->format);
    return format->encoder_new(&lane->encoder, table, NULL, lane->job->zone, err);
}

Status job_lane_output(void *context, int lane_index, const Batch *batch, Err *err)
{
    Job *job = context;
    Lane *lane = &job->lanes[lane_index];
    if (job->sink && job->sink_traits.bytes && !job->drops_deletes) {
        if (!lane->encoder)
            TRY(make_encoder(lane, err));
        lane->byte_rows += batch_live(batch);
        return lane->encoder->class->encode(lane->encoder, batch, &lane->bytes, err);
    }
    if (!lane->holds)
        return job_output(job, batch, err);
    row_store_add(&lane->held, batch);
    return OK;
}

bool job_lane_has_output(const Lane *lane)
{
    return lane->bytes.length || lane->held.row_count || lane->pieces.count ||
           lane->kept[KEPT_REJECTED].next || lane->kept[KEPT_LATE].next;
}

Status job_lane_flush(Lane *lane, Err *err)
{
    Job *job = lane->job;
    Status status = OK;
    if (lane->bytes.length) {
        job->rows_out += lane->byte_rows;
        job->epoch_rows_out += lane->byte_rows;
        job->output_since_flush = true;
        status = write_bytes(job, &lane->bytes, lane->byte_rows, err);
        buf_clear(&lane->bytes);
        lane->byte_rows = 0;
    }
    for (size_t i = 0; status == OK && i < lane->held.batch_count; i++)
        status = job_output(job, &lane->held.batches[i], err);
    if (lane->held.types)
        row_store_clear(&lane->held);
    return status;
}
