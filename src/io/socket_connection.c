/*
 * socket_connection.c - one connection: bytes into a chunk, the whole rows of it to the readers.
 */
#include <stdio.h>
#include <string.h>
#include "io/socket_hub_internal.h"

enum { LEAST_ROOM = 4 * 1024, SHOWN_BYTES = 1024 };

SocketConnection *connection_new(SocketHub *hub)
{
    SocketConnection *connection = mem_zalloc(sizeof *connection);
    connection->hub = hub;
    (void)uv_tcp_init(hub->loop, &connection->handle);
    connection->handle.data = connection;
    hub->open_handles++;
    return connection;
}

static const char *peer_name(SocketHub *hub, const uv_tcp_t *handle)
{
    struct sockaddr_storage address;
    int length = sizeof address, port = 0;
    char host[INET6_ADDRSTRLEN] = "?", name[INET6_ADDRSTRLEN + 16];
    if (uv_tcp_getpeername(handle, (struct sockaddr *)&address, &length) == 0) {
        if (address.ss_family == AF_INET6) {
            const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address;
            (void)uv_ip6_name(v6, host, sizeof host);
            port = ntohs(v6->sin6_port);
        } else {
            const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address;
            (void)uv_ip4_name(v4, host, sizeof host);
            port = ntohs(v4->sin_port);
        }
    }
    (void)snprintf(name, sizeof name, strchr(host, ':') ? "[%s]:%d" : "%s:%d", host, port);
    for (size_t i = 0; i < hub->peers.count; i++)
        if (strcmp(hub->peers.at[i], name) == 0)
            return hub->peers.at[i];
    list_push(&hub->peers, mem_strdup(name));
    return hub->peers.at[hub->peers.count - 1];
}

/* ---- rows ---- */

static void fresh_chunk(SocketConnection *connection, const char *from, size_t count)
{
    SocketHub *hub = connection->hub;
    uint32_t capacity = SOCKET_CHUNK_BYTES;
    while (capacity < count + LEAST_ROOM)
        capacity *= 2;
    Chunk *chunk = chunk_pool_take(&hub->pool, capacity);
    memcpy(chunk->data, from, count);
    chunk->length = (uint32_t)count;
    connection->chunk = chunk;
}

/* The chunk's first bytes are no rows. */
static void drop_front(SocketConnection *connection, size_t count, int64_t lines)
{
    Chunk *chunk = connection->chunk;
    memmove(chunk->data, chunk->data + count, chunk->length - count);
    chunk->length -= (uint32_t)count;
    connection->offset += (int64_t)count;
    connection->line += lines;
}

/* What stands before the first row. False: not all of it is there, or the connection is refused. */
static bool bind_header(SocketConnection *connection, bool final)
{
    SocketHub *hub = connection->hub;
    Chunk *chunk = connection->chunk;
    size_t consumed;
    int64_t lines;
    Err err = ERR_NONE;
    if (connection->bound)
        return true;
    if (header_cache_bind(&hub->headers, hub->format, &hub->table, connection->peer,
                          (Str){chunk->data, chunk->length}, final, &consumed, &lines,
                          &connection->binding, &err) != OK) {
        hub_refuse(hub, connection->peer, 1, 0, (Str){chunk->data, chunk->length}, err.sqlstate,
                   err.message);
        chunk->length = 0;
        connection_close(connection);
        return false;
    }
    if (consumed == SIZE_MAX)
        return false;
    connection->bound = true;
    drop_front(connection, consumed, lines);
    return true;
}

/* A line that is too long is told of once and then left out up to its end. True: it has ended. */
static bool skip_line(SocketConnection *connection, bool final)
{
    SocketHub *hub = connection->hub;
    Chunk *chunk = connection->chunk;
    if (!connection->skipping) {
        size_t shown = chunk->length < SHOWN_BYTES ? chunk->length : SHOWN_BYTES;
        hub_refuse(hub, connection->peer, connection->line + 1, connection->offset,
                   (Str){chunk->data, shown}, SQLSTATE_LIMIT_EXCEEDED,
                   "line is longer than max-line-bytes");
        connection->skipping = true;
    }
    const char *end = memchr(chunk->data, '\n', chunk->length);
    drop_front(connection, end ? (size_t)(end + 1 - chunk->data) : chunk->length, end ? 1 : 0);
    connection->skipping = !end && !final;
    return !connection->skipping;
}

static void hand_out(SocketConnection *connection, size_t rows, int64_t lines)
{
    SocketHub *hub = connection->hub;
    Chunk *chunk = connection->chunk;
    fresh_chunk(connection, chunk->data + rows, chunk->length - rows);
    chunk->length = (uint32_t)rows;
    chunk->file_offset = connection->offset;
    chunk->line = connection->line;
    chunk->arrival_us = clock_now_us(NULL);
    ChunkOrigin *origin = ARENA_NEW(&chunk->text, ChunkOrigin);
    *origin = (ChunkOrigin){.file_path = connection->peer,
                            .binding = connection->binding,
                            .max_row_bytes = hub->options.max_row_bytes};
    chunk->origin = origin;
    connection->offset += (int64_t)rows;
    connection->line += lines;
    hub_deliver(hub, chunk);
}

/* Hands out the whole rows that have come. */
static void take_rows(SocketConnection *connection, bool final)
{
    SocketHub *hub = connection->hub;
    int64_t max = hub->options.max_row_bytes;
    while (connection->chunk && connection->chunk->length) {
        Chunk *chunk = connection->chunk;
        if (connection->skipping) {
            if (!skip_line(connection, final))
                return;
            continue;
        }
        if (!bind_header(connection, final))
            return;
        int64_t lines = 0;
        size_t rows = chunk->length ? hub->format->cut(&hub->table, chunk->data, chunk->length,
                                                       final, max, &lines)
                                    : 0;
        if (rows)
            hand_out(connection, rows, lines);
        else if (chunk->length > max)
            (void)skip_line(connection, final);
        else
            return;
    }
}

/* ---- libuv ---- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    SocketConnection *connection = handle->data;
    Chunk *chunk = connection->chunk;
    if (chunk->capacity - chunk->length < LEAST_ROOM) {
        fresh_chunk(connection, chunk->data, chunk->length);
        chunk_release(chunk);
        chunk = connection->chunk;
    }
    buffer->base = chunk->data + chunk->length;
    buffer->len = chunk->capacity - chunk->length;
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    (void)buffer;
    SocketConnection *connection = stream->data;
    if (count == 0)
        return;
    if (count > 0) {
        connection->hub->backoff_ms = 0;
        connection->chunk->length += (uint32_t)count;
        take_rows(connection, false);
        return;
    }
    if (count == UV_EOF) {
        take_rows(connection, true);
    } else if (connection->chunk->length) {
        hub_refuse(connection->hub, connection->peer, connection->line + 1, connection->offset,
                   (Str){connection->chunk->data, connection->chunk->length}, SQLSTATE_CONNECTION,
                   "the connection broke in the middle of this line");
    }
    connection_close(connection);
}

void connection_read(SocketConnection *connection, bool on)
{
    if (connection->closing || connection->reading == on)
        return;
    connection->reading = on;
    if (on)
        (void)uv_read_start((uv_stream_t *)&connection->handle, on_alloc, on_read);
    else
        (void)uv_read_stop((uv_stream_t *)&connection->handle);
}

void connection_start(SocketConnection *connection)
{
    SocketHub *hub = connection->hub;
    connection->peer = peer_name(hub, &connection->handle);
    connection->bound = hub->format->binding_new == NULL;
    fresh_chunk(connection, "", 0);
    mutex_lock(&hub->lock);
    connection->next = hub->connections;
    hub->connections = connection;
    hub->connection_count++;
    hub->ever++;
    bool full = hub->full;
    mutex_unlock(&hub->lock);
    connection_read(connection, !full);
}

static void on_closed(uv_handle_t *handle)
{
    SocketConnection *connection = handle->data;
    SocketHub *hub = connection->hub;
    chunk_release(connection->chunk);
    free(connection);
    hub_handle_closed(hub);
}

void connection_close(SocketConnection *connection)
{
    SocketHub *hub = connection->hub;
    if (connection->closing)
        return;
    connection->closing = true;
    mutex_lock(&hub->lock);
    SocketConnection **at = &hub->connections;
    while (*at && *at != connection)
        at = &(*at)->next;
    if (*at) {
        *at = connection->next;
        hub->connection_count--;
    }
    mutex_unlock(&hub->lock);
    uv_close((uv_handle_t *)&connection->handle, on_closed);
    hub_connection_gone(hub);
}
