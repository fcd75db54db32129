/*
 * sink_print.c - see sink_print.h.
 *
 * Rows leave in the call that brings them: nothing is staged, so across a crash they come at least
 * once.  In complete mode each new result is printed after the one before.
 */
#include "io/sink_print.h"

#include <stdlib.h>
#include "base/file.h"

typedef struct PrintSink {
    Sink base;
    Encoder *encoder;
    Buf bytes;
    bool started; /* the header is out */
    const _Atomic bool *cancelled;
} PrintSink;

static _Atomic int print_fd = 1;

/* A reader that takes nothing is waited for until the job is cancelled. */
static Status put(const PrintSink *print, const char *bytes, size_t count, Err *err)
{
    static const char name[] = "the standard output";
    int fd = print_fd;
    FileInfo info;
    TRY(file_stat_fd(fd, &info, name, err));
    if (info.is_regular)
        return file_write(fd, bytes, count, name, err);
    for (size_t written; count; bytes += written, count -= written) {
        TRY(file_write_pipe(fd, bytes, count, &written, name, err));
        if (!written && print->cancelled && *print->cancelled)
            return err_canceled(err, "It waited: %s takes no bytes.", name);
    }
    return OK;
}

void sink_print_to(int fd)
{
    print_fd = fd;
}

static const FormatClass *print_format(const Relation *table)
{
    return format_class_find(table->format ? table->format : "csv");
}

Status sink_print_describe(const Relation *table, SinkTraits *traits, Err *err)
{
    const FormatClass *format = print_format(table);
    if (!format || !format->encoder_new)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1, "format %s cannot be written",
                       table->format ? table->format : "csv");
    *traits = (SinkTraits){
        .append = true, .update = true, .complete = true, .bytes = true, .immediate = true};
    return OK;
}

Status sink_print_open_as(const SinkClass *class, Sink **out, const SinkConfig *config, Err *err)
{
    SinkTraits traits;
    TRY(sink_print_describe(config->table, &traits, err));
    Encoder *encoder;
    TRY(print_format(config->table)->encoder_new(&encoder, config->table, NULL, config->zone, err));
    PrintSink *print = mem_zalloc(sizeof *print);
    print->base.class = class;
    print->encoder = encoder;
    buf_init(&print->bytes);
    print->cancelled = config->cancelled;
    *out = &print->base;
    return OK;
}

static Status print_header(PrintSink *print, Err *err)
{
    if (print->started)
        return OK;
    buf_clear(&print->bytes);
    print->encoder->class->header(print->encoder, &print->bytes);
    if (print->bytes.length)
        TRY(put(print, print->bytes.data, print->bytes.length, err));
    print->started = true;
    return OK;
}

Status sink_print_write_bytes(Sink *sink, const char *bytes, size_t count, uint64_t rows, Err *err)
{
    (void)rows;
    TRY(print_header((PrintSink *)sink, err));
    return put((PrintSink *)sink, bytes, count, err);
}

Status sink_print_write(Sink *sink, const Batch *batch, Err *err)
{
    PrintSink *print = (PrintSink *)sink;
    TRY(print_header(print, err));
    buf_clear(&print->bytes);
    TRY(print->encoder->class->encode(print->encoder, batch, &print->bytes, err));
    return put(print, print->bytes.data, print->bytes.length, err);
}

Status sink_print_stage(Sink *sink, bool roll, RowStore *out, Err *err)
{
    (void)sink;
    (void)roll;
    (void)out;
    (void)err;
    return OK;
}

Status sink_print_nothing(Sink *sink, Err *err)
{
    (void)sink;
    (void)err;
    return OK;
}

void sink_print_close(Sink *sink)
{
    PrintSink *print = (PrintSink *)sink;
    print->encoder->class->free(print->encoder);
    buf_deinit(&print->bytes);
    free(print);
}

extern const SinkClass sink_print;

static Status print_open(Sink **out, const SinkConfig *config, Err *err)
{
    return sink_print_open_as(&sink_print, out, config, err);
}

const SinkClass sink_print = {
    .name = "print",
    .describe = sink_print_describe,
    .open = print_open,
    .write = sink_print_write,
    .write_bytes = sink_print_write_bytes,
    .restart = sink_print_nothing,
    .stage = sink_print_stage,
    .publish = sink_print_nothing,
    .abort = sink_print_nothing,
    .close = sink_print_close,
};
