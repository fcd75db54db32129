/* operator.c - how operators hand rows and watermarks on; see operator.h. */
#include "executor/operator.h"

void *operator_make(size_t size, const OperatorClass *class, const PhysicalNode *plan,
                    const OperatorHost *host, int lane, Arena *job)
{
    Operator *op = arena_zalloc(job, size);
    op->class = class;
    op->plan = plan;
    op->host = host;
    op->lane = lane;
    return op;
}

Status operator_emit(Operator *op, const Batch *batch, Arena *scratch, Err *err)
{
    Operator *to = op->out;
    uint32_t live = batch_live(batch);
    if (to->stopped)
        return STOP;
    if (live == 0)
        return OK;
    op->rows_out += live;
    to->rows_in += live;
    Status status = to->class->push(to, op->out_input, batch, scratch, err);
    while (status == OK && to->has_more)
        status = to->class->more(to, scratch, err);
    if (status == STOP)
        to->stopped = true;
    return status;
}

Status operator_emit_watermark(Operator *op, int64_t time_us, Arena *scratch, Err *err)
{
    Operator *to = op->out;
    if (!to)
        return OK;
    if (!to->class->watermark)
        return operator_emit_watermark(to, time_us, scratch, err);
    return to->class->watermark(to, op->out_input, time_us, scratch, err);
}

Status operator_check(const Operator *op, Err *err)
{
    const OperatorHost *host = op->host;
    if (host->cancelled && host->cancelled(host->context))
        return err_canceled(err, NULL);
    return OK;
}
