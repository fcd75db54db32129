/*
 * sink_socket.c - rows to a TCP connection.
 *
 * A thread of the sink dials, writes, and dials again with a growing pause when the connection
 * breaks, beginning with the first byte of the block that may not have arrived: rows come at least
 * once. Writers wait while a few MiB are on their way; stage waits until everything has left.
 */
#include <stdio.h>
#include <stdlib.h>
#include "base/net.h"
#include "base/thread.h"
#include "catalog/connector.h"
#include "io/connector_options.h"

extern const SinkClass sink_socket;

enum {
    BLOCK_BYTES = 4 * 1024 * 1024,
    BACKOFF_LEAST_US = 100000,
    BACKOFF_MOST_US = 5000000,
    PATIENCE_US = 30000000, /* how long a call waits for a peer that takes nothing */
    LOOK_US = 50000         /* … and how often it looks whether it is still to wait */
};

static const OptionSpec socket_options[] = {
    {.name = "host",
     .aliases = "hostname",
     .kind = OPTION_TEXT,
     .help = "the name or address to dial"},
    {.name = "port", .kind = OPTION_TEXT, .help = "the port's number or service name"},
    {.name = "mode",
     .kind = OPTION_CHOICE,
     .choices = "connect listen",
     .default_value = "connect",
     .help = "dial, or accept connections"},
    {.name = NULL},
};

typedef struct SocketSink {
    Sink base;
    Encoder *encoder;
    char *host, *port;
    void (*notice)(void *context, const char *text);
    void *notice_context;
    const _Atomic bool *cancelled;
    Thread thread;
    Mutex lock;
    Cond changed; /* bytes came, bytes left, or the end */
    Buf waiting;  /* to be sent next */
    bool sending; /* the thread has a block of its own on the way */
    int fd;       /* of the thread, -1: not connected */
    bool stopping, headed;
    Err failure; /* why there is no connection; to be told */
    bool untold;
} SocketSink;

static const FormatClass *socket_format(const Relation *table)
{
    return format_class_find(table->format ? table->format : "csv");
}

static Status socket_describe(const Relation *table, SinkTraits *traits, Err *err)
{
    const char *host, *port;
    const FormatClass *format = socket_format(table);
    if (!format || !format->encoder_new)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1, "format %s cannot be written",
                       table->format ? table->format : "csv");
    TRY(connector_need_option(table, "port", &port, err));
    if (text_equal_nocase(option_get(&table->options, socket_options, "mode"), "listen"))
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                       "writing to accepted connections is not supported yet");
    TRY(connector_need_option(table, "host", &host, err));
    *traits = (SinkTraits){.append = true, .update = true, .bytes = true, .immediate = true};
    return OK;
}

/* ---- the thread ---- */

static bool stopping(SocketSink *sink)
{
    mutex_lock(&sink->lock);
    bool stop = sink->stopping;
    mutex_unlock(&sink->lock);
    return stop;
}

/* Dials until it works; -1 at the end. */
static int dial(SocketSink *sink)
{
    int64_t pause_us = BACKOFF_LEAST_US;
    bool told = false;
    while (!stopping(sink)) {
        int fd = -1;
        Err failure = ERR_NONE;
        if (net_connect(sink->host, sink->port, &fd, &failure) == OK) {
            net_set_nodelay(fd);
            mutex_lock(&sink->lock);
            sink->failure = ERR_NONE;
            sink->fd = fd;
            mutex_unlock(&sink->lock);
            return fd;
        }
        mutex_lock(&sink->lock);
        sink->failure = failure;
        sink->untold |= !told;
        told = true;
        cond_broadcast(&sink->changed);
        int64_t until_us = clock_mono_us() + pause_us, left_us;
        while (!sink->stopping && (left_us = until_us - clock_mono_us()) > 0)
            (void)cond_wait_us(&sink->changed, &sink->lock, left_us);
        mutex_unlock(&sink->lock);
        pause_us = pause_us * 2 > BACKOFF_MOST_US ? BACKOFF_MOST_US : pause_us * 2;
    }
    return -1;
}

static void hang_up(SocketSink *sink)
{
    mutex_lock(&sink->lock);
    int fd = sink->fd;
    sink->fd = -1;
    mutex_unlock(&sink->lock);
    net_close(fd);
}

static void send_blocks(void *arg)
{
    SocketSink *sink = arg;
    int fd = -1;
    Buf block;
    buf_init(&block);
    for (;;) {
        mutex_lock(&sink->lock);
        sink->sending = false;
        cond_broadcast(&sink->changed);
        while (!sink->waiting.length && !sink->stopping)
            cond_wait(&sink->changed, &sink->lock);
        bool stop = sink->stopping;
        Buf swap = block;
        block = sink->waiting;
        sink->waiting = swap;
        buf_clear(&sink->waiting);
        sink->sending = !stop;
        cond_broadcast(&sink->changed);
        mutex_unlock(&sink->lock);
        if (stop)
            break;
        Err ignored = ERR_NONE;
        while ((fd >= 0 || (fd = dial(sink)) >= 0) &&
               net_write_all(fd, block.data, block.length, &ignored) != OK) {
            hang_up(sink);
            fd = -1;
        }
        if (fd < 0)
            break;
    }
    hang_up(sink);
    buf_deinit(&block);
}

/* ---- the class ---- */

static Status socket_open(Sink **out, const SinkConfig *config, Err *err)
{
    const char *host = NULL, *port = NULL;
    SinkTraits traits;
    TRY(socket_describe(config->table, &traits, err));
    TRY(connector_need_option(config->table, "host", &host, err));
    TRY(connector_need_option(config->table, "port", &port, err));
    Encoder *encoder;
    TRY(socket_format(config->table)
            ->encoder_new(&encoder, config->table, NULL, config->zone, err));
    SocketSink *sink = mem_zalloc(sizeof *sink);
    sink->base.class = &sink_socket;
    sink->encoder = encoder;
    sink->host = mem_strdup(host);
    sink->port = mem_strdup(port);
    sink->notice = config->notice;
    sink->notice_context = config->notice_context;
    sink->cancelled = config->cancelled;
    sink->failure = ERR_NONE;
    sink->fd = -1;
    mutex_init(&sink->lock);
    cond_init(&sink->changed);
    buf_init(&sink->waiting);
    *out = &sink->base;
    Status status = thread_start(&sink->thread, send_blocks, sink, "socket-sink", err);
    if (status != OK) {
        sink_socket.close(&sink->base);
        *out = NULL;
    }
    return status;
}

static void tell(SocketSink *sink)
{
    char text[ERR_MESSAGE_BYTES + 32];
    if (!sink->untold)
        return;
    sink->untold = false;
    (void)snprintf(text, sizeof text, "%s; trying again", sink->failure.message);
    if (sink->notice)
        sink->notice(sink->notice_context, text);
}

/* With the lock: waits until at most `most` bytes are waiting (and, with `all`, none is on the
 * way). */
static Status wait_for_room(SocketSink *sink, size_t most, bool all, Err *err)
{
    int64_t until_us = clock_mono_us() + PATIENCE_US;
    tell(sink);
    while (sink->waiting.length > most || (all && sink->sending)) {
        int64_t left_us = until_us - clock_mono_us();
        tell(sink);
        if (sink->cancelled && *sink->cancelled)
            return err_canceled(err, "It waited: %s:%s takes no rows.", sink->host, sink->port);
        if (left_us > 0) {
            (void)cond_wait_us(&sink->changed, &sink->lock, left_us < LOOK_US ? left_us : LOOK_US);
            continue;
        }
        if (*sink->failure.sqlstate) {
            if (err)
                *err = sink->failure;
            return FAIL;
        }
        return err_set(err, SQLSTATE_CONNECTION, -1, "%s:%s takes no bytes", sink->host,
                       sink->port);
    }
    return OK;
}

static Status socket_write_bytes(Sink *base, const char *bytes, size_t count, uint64_t rows,
                                 Err *err)
{
    SocketSink *sink = (SocketSink *)base;
    (void)rows;
    mutex_lock(&sink->lock);
    Status status = wait_for_room(sink, BLOCK_BYTES, false, err);
    if (status == OK) {
        if (!sink->headed)
            sink->encoder->class->header(sink->encoder, &sink->waiting);
        sink->headed = true;
        buf_add(&sink->waiting, bytes, count);
        cond_broadcast(&sink->changed);
    }
    mutex_unlock(&sink->lock);
    return status;
}

static Status socket_write(Sink *base, const Batch *batch, Err *err)
{
    SocketSink *sink = (SocketSink *)base;
    Buf bytes;
    buf_init(&bytes);
    Status status = sink->encoder->class->encode(sink->encoder, batch, &bytes, err);
    if (status == OK)
        status = socket_write_bytes(base, bytes.data, bytes.length, batch_live(batch), err);
    buf_deinit(&bytes);
    return status;
}

static Status socket_stage(Sink *base, bool roll, RowStore *out, Err *err)
{
    SocketSink *sink = (SocketSink *)base;
    (void)roll;
    (void)out;
    mutex_lock(&sink->lock);
    Status status = wait_for_room(sink, 0, true, err);
    mutex_unlock(&sink->lock);
    return status;
}

static Status socket_nothing(Sink *base, Err *err)
{
    (void)base;
    (void)err;
    return OK;
}

static void socket_close(Sink *base)
{
    SocketSink *sink = (SocketSink *)base;
    mutex_lock(&sink->lock);
    sink->stopping = true;
    if (sink->sending) /* to a peer that takes nothing */
        net_shutdown(sink->fd);
    cond_broadcast(&sink->changed);
    mutex_unlock(&sink->lock);
    thread_join(&sink->thread);
    sink->encoder->class->free(sink->encoder);
    buf_deinit(&sink->waiting);
    mutex_deinit(&sink->lock);
    cond_deinit(&sink->changed);
    free(sink->host);
    free(sink->port);
    free(sink);
}

const SinkClass sink_socket = {
    .name = "socket",
    .options = socket_options,
    .describe = socket_describe,
    .open = socket_open,
    .write = socket_write,
    .write_bytes = socket_write_bytes,
    .restart = socket_nothing,
    .stage = socket_stage,
    .publish = socket_nothing,
    .abort = socket_nothing,
    .close = socket_close,
};
