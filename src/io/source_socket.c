/*
 * source_socket.c - lines from TCP connections: the source class over socket_hub.h.
 *
 * What has been read from a socket is gone when the process dies before the commit: there are no
 * offsets to go back to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "io/connector_options.h"
#include "io/socket_hub.h"

extern const SourceClass source_socket;

static const OptionSpec socket_options[] = {
    {.name = "host",
     .aliases = "hostname",
     .kind = OPTION_TEXT,
     .help = "the name or address to dial, or to listen at"},
    {.name = "port", .kind = OPTION_TEXT, .help = "the port's number or service name"},
    {.name = "mode",
     .aliases = "socket.mode",
     .kind = OPTION_CHOICE,
     .choices = "connect listen",
     .default_value = "connect",
     .help = "dial, or accept connections"},
    {.name = "max-connections",
     .kind = OPTION_INT,
     .default_value = "1024",
     .help = "listen: more than these wait until one ends"},
    {.name = "scan.mode",
     .kind = OPTION_CHOICE,
     .choices = "bounded unbounded watch tail",
     .help = "bounded: the end of the (last) connection ends the input"},
    {.name = "durable",
     .kind = OPTION_BOOL,
     .default_value = "false",
     .help = "what arrives is spooled to disk before it is processed"},
    {.name = "ack",
     .kind = OPTION_CHOICE,
     .choices = "none bytes",
     .default_value = "none",
     .help = "durable: answers each step with the number of durable bytes"},
    {.name = "includeTimestamp", .kind = OPTION_IGNORED},
    {.name = "byte-delimiter", .kind = OPTION_IGNORED},
    {.name = NULL},
};

static const ColumnDef socket_metadata[] = {
    {.name = "file_path", .type = {.id = TYPE_VARCHAR}, .kind = COLUMN_METADATA},
    {.name = "file_offset", .type = {.id = TYPE_BIGINT}, .kind = COLUMN_METADATA},
    {.name = NULL},
};

typedef struct SocketSource {
    Source base;
    SourceConfig config;
    const FormatClass *format;
    SocketReader reader;
} SocketSource;

static Status socket_config(const Relation *table, SocketOptions *options,
                            const FormatClass **format, Err *err)
{
    const OptionList *given = &table->options;
    const char *name = table->format ? table->format : "csv";
    *format = format_class_find(name);
    if (!*format || !(*format)->decoder_new)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1, "format %s cannot be read from sockets",
                       name);
    if (option_get_bool(given, socket_options, "durable") ||
        !text_equal_nocase(option_get(given, socket_options, "ack"), "none"))
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1, "durable sockets are not supported yet");
    TRY(connector_need_option(table, "port", &options->port, err));
    int64_t number;
    if (text_to_i64(options->port, &number) && (number < 0 || number > UINT16_MAX))
        return connector_bad_option(table, "port", "is not a port: they end at 65535", err);
    options->listen = text_equal_nocase(option_get(given, socket_options, "mode"), "listen");
    options->host = option_get(given, socket_options, "host");
    if (!options->host && !options->listen)
        TRY(connector_need_option(table, "host", &options->host, err));
    if (!options->host)
        options->host = "";
    const char *mode = option_get(given, socket_options, "scan.mode");
    options->bounded = mode && text_equal_nocase(mode, "bounded");
    options->max_connections = option_get_int(given, socket_options, "max-connections");
    if (options->max_connections < 1)
        return connector_bad_option(table, "max-connections", "must be at least 1", err);
    return connector_max_line_bytes(table, &options->max_row_bytes, err);
}

static Status socket_describe(const Relation *table, ScanDefault scan_default, SourceTraits *traits,
                              Arena *arena, ColumnDef **columns, int *column_count, Err *err)
{
    (void)scan_default;
    (void)arena;
    (void)column_count;
    SocketOptions options;
    const FormatClass *format;
    TRY(socket_config(table, &options, &format, err));
    if (columns)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                       "the columns of a socket cannot be inferred; name them");
    *traits = (SourceTraits){.bounded = options.bounded, .append_only = true, .estimated_rows = -1};
    return OK;
}

static Status socket_open(Source **out, const SourceConfig *config, Err *err)
{
    SocketOptions options;
    const FormatClass *format;
    TRY(socket_config(config->table, &options, &format, err));
    if (config->available_now && !options.bounded)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                       "a socket has no end that 'available-now' could wait for");
    SocketSource *source = mem_zalloc(sizeof *source);
    source->base.class = &source_socket;
    source->config = *config;
    source->format = format;
    source->reader.wake = config->wake;
    source->reader.context = config->wake_context;
    Status status = socket_hub_join(config->table, format, &options, &source->reader, err);
    if (status != OK) {
        free(source);
        return status;
    }
    if (options.listen && strcmp(options.port, "0") == 0 && config->notice) {
        char text[64];
        (void)snprintf(text, sizeof text, "listening at port %d", socket_hub_port(&source->reader));
        config->notice(config->wake_context, text);
    }
    *out = &source->base;
    return OK;
}

static Status socket_next(Source *base, Chunk **chunk, SourceState *state, int64_t *wait_until_us,
                          Err *err)
{
    (void)err;
    SocketSource *source = (SocketSource *)base;
    bool ended;
    char *text;
    while ((text = socket_hub_take_notice(&source->reader)) != NULL) {
        if (source->config.notice)
            source->config.notice(source->config.wake_context, text);
        free(text);
    }
    Chunk *next = socket_hub_take(&source->reader, &ended);
    *state = next ? SOURCE_CHUNK : ended ? SOURCE_END : SOURCE_WAIT;
    *wait_until_us = INT64_MAX;
    if (next)
        *chunk = next;
    return OK;
}

static Status socket_decoder_new(Source *base, const DecodeSpec *spec, Decoder **out, Err *err)
{
    return ((SocketSource *)base)->format->decoder_new(spec, out, err);
}

static Status socket_refresh(Source *base, Err *err)
{
    (void)base;
    (void)err;
    return OK;
}

static void socket_pause(Source *base, bool paused)
{
    socket_hub_pause(&((SocketSource *)base)->reader, paused);
}

static bool socket_take_reject(Source *base, Reject *out)
{
    return socket_hub_take_refusal(&((SocketSource *)base)->reader, out);
}

static void socket_status(Source *base,
                          void (*row)(void *context, const char *name, int64_t offset,
                                      int64_t size),
                          void *context)
{
    socket_hub_status(&((SocketSource *)base)->reader, row, context);
}

static void socket_close(Source *base)
{
    SocketSource *source = (SocketSource *)base;
    socket_hub_leave(&source->reader);
    free(source);
}

const SourceClass source_socket = {
    .name = "socket",
    .options = socket_options,
    .metadata = socket_metadata,
    .describe = socket_describe,
    .open = socket_open,
    .next = socket_next,
    .decoder_new = socket_decoder_new,
    .refresh = socket_refresh,
    .queued_chunks = 2 * SOCKET_QUEUE_CHUNKS,
    .pause = socket_pause,
    .take_reject = socket_take_reject,
    .status = socket_status,
    .close = socket_close,
};
