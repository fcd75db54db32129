/* sink_device.c - /dev/null, /dev/stdout, a pipe: bytes leave at once and nothing is staged. */
#include "io/sink_filesystem.h"

typedef struct Device {
    int fd;
    bool begun;
} Device;

static Status device_open(FilesystemSink *sink, const SinkRows *rows, Err *err)
{
    (void)rows;
    Device *device = mem_zalloc(sizeof *device);
    sink->state = device;
    device->fd = -1;
    return file_open(&device->fd, sink->path, FILE_WRITE, err);
}

static Status device_write_bytes(FilesystemSink *sink, const char *bytes, size_t count,
                                 uint64_t rows, Err *err)
{
    (void)rows;
    Device *device = sink->state;
    if (!device->begun && sink->header.length)
        TRY(file_write(device->fd, sink->header.data, sink->header.length, sink->path, err));
    device->begun = true;
    return file_write(device->fd, bytes, count, sink->path, err);
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
