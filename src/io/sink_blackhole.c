/*
 * sink_blackhole.c - takes everything and keeps nothing: for measuring, and for jobs that are run
 * for what they count.
 */
#include <stdlib.h>
#include "catalog/connector.h"

extern const SinkClass sink_blackhole;

static Status blackhole_describe(const Relation *table, SinkTraits *traits, Err *err)
{
    (void)table;
    (void)err;
    *traits = (SinkTraits){.append = true, .update = true, .complete = true, .transactional = true};
    return OK;
}

static Status blackhole_open(Sink **out, const SinkConfig *config, Err *err)
{
    (void)config;
    (void)err;
    *out = mem_alloc(sizeof **out);
    (*out)->class = &sink_blackhole;
    return OK;
}

static Status blackhole_write(Sink *sink, const Batch *batch, Err *err)
{
    (void)sink;
    (void)batch;
    (void)err;
    return OK;
}

static Status blackhole_write_bytes(Sink *sink, const char *bytes, size_t count, uint64_t rows,
                                    Err *err)
{
    (void)sink;
    (void)bytes;
    (void)count;
    (void)rows;
    (void)err;
    return OK;
}

static Status blackhole_stage(Sink *sink, bool roll, RowStore *out, Err *err)
{
    (void)sink;
    (void)roll;
    (void)out;
    (void)err;
    return OK;
}

static Status blackhole_nothing(Sink *sink, Err *err)
{
    (void)sink;
    (void)err;
    return OK;
}

static void blackhole_close(Sink *sink)
{
    free(sink);
}

const SinkClass sink_blackhole = {
    .name = "blackhole",
    .describe = blackhole_describe,
    .open = blackhole_open,
    .write = blackhole_write,
    .write_bytes = blackhole_write_bytes,
    .restart = blackhole_nothing,
    .stage = blackhole_stage,
    .publish = blackhole_nothing,
    .abort = blackhole_nothing,
    .close = blackhole_close,
};
