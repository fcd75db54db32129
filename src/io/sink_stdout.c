/* sink_stdout.c - `print` under the name that goes with `stdin`. */
#include "io/sink_print.h"

extern const SinkClass sink_stdout;

static Status stdout_open(Sink **out, const SinkConfig *config, Err *err)
{
    return sink_print_open_as(&sink_stdout, out, config, err);
}

const SinkClass sink_stdout = {
    .name = "stdout",
    .describe = sink_print_describe,
    .open = stdout_open,
    .write = sink_print_write,
    .write_bytes = sink_print_write_bytes,
    .restart = sink_print_nothing,
    .stage = sink_print_stage,
    .publish = sink_print_nothing,
    .abort = sink_print_nothing,
    .close = sink_print_close,
};
