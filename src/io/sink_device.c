/*
 * sink_device.c - /dev/null, /dev/stdout, a pipe: bytes leave at once and nothing is staged.
 *
 * A pipe is opened when there is something to write and somebody reads, and waits for whoever takes
 * nothing, but not for ever.
 */
#include "base/clock.h"
#include "io/sink_filesystem.h"

enum { PATIENCE_US = 30000000 };

typedef struct Device {
    int fd; /* -1: not open yet */
    bool begun;
} Device;

static Status device_open(FilesystemSink *sink, const SinkRows *rows, Err *err)
{
    (void)rows;
    (void)err;
    Device *device = mem_zalloc(sizeof *device);
    sink->state = device;
    device->fd = -1;
    return OK;
}

/* Nobody takes anything: is it time to give up? */
static Status go_on_waiting(const FilesystemSink *sink, int64_t since_us, const char *what,
                            Err *err)
{
    if (sink->cancelled && *sink->cancelled)
        return err_canceled(err, "It waited: %s %s.", sink->path, what);
    return clock_mono_us() - since_us < PATIENCE_US
               ? OK
               : err_set(err, SQLSTATE_CONNECTION, -1, "%s %s", sink->path, what);
}

static Status open_now(FilesystemSink *sink, Err *err)
{
    Device *device = sink->state;
    int64_t since_us = clock_mono_us();
    while (device->fd < 0) {
        TRY(file_open_pipe(&device->fd, sink->path, err));
        if (device->fd < 0)
            TRY(go_on_waiting(sink, since_us, "has no reader", err));
    }
    return OK;
}

static Status put(FilesystemSink *sink, const char *bytes, size_t count, Err *err)
{
    const Device *device = sink->state;
    int64_t since_us = clock_mono_us();
    for (size_t done = 0, written; done < count; done += written) {
        TRY(file_write_pipe(device->fd, bytes + done, count - done, &written, sink->path, err));
        if (written)
            since_us = clock_mono_us();
        else
            TRY(go_on_waiting(sink, since_us, "takes no bytes", err));
    }
    return OK;
}

static Status device_write_bytes(FilesystemSink *sink, const char *bytes, size_t count,
                                 uint64_t rows, Err *err)
{
    (void)rows;
    Device *device = sink->state;
    TRY(open_now(sink, err));
    if (!device->begun && sink->header.length)
        TRY(put(sink, sink->header.data, sink->header.length, err));
    device->begun = true;
    return put(sink, bytes, count, err);
}

static Status device_nothing(FilesystemSink *sink, Err *err)
{
    (void)sink;
    (void)err;
    return OK;
}

static Status device_stage(FilesystemSink *sink, bool roll, RowStore *out, Err *err)
{
    (void)sink;
    (void)roll;
    (void)out;
    (void)err;
    return OK;
}

static void device_close(FilesystemSink *sink)
{
    Device *device = sink->state;
    file_close(device->fd);
    free(device);
}

const Target target_device = {
    .open = device_open,
    .write_bytes = device_write_bytes,
    .restart = device_nothing,
    .stage = device_stage,
    .publish = device_nothing,
    .abort = device_nothing,
    .close = device_close,
};
