/*
 * socket_connection.c - one connection: bytes into a chunk, the whole rows of it to the readers.
 */
#include <stdio.h>
#include <string.h>
#include "base/net.h"
#include "io/socket_hub_internal.h"

SocketConnection *connection_new(SocketHub *hub)
{
    SocketConnection *connection = mem_zalloc(sizeof *connection);
    connection->hub = hub;
    (void)uv_tcp_init(hub->loop, &connection->handle);
    connection->handle.data = connection;
    hub->open_handles++;
    return connection;
}

static void name_peer(SocketConnection *connection)
{
    struct sockaddr_storage address;
    int length = sizeof address, port = 0;
    char host[INET6_ADDRSTRLEN] = "?";
    if (uv_tcp_getpeername(&connection->handle, (struct sockaddr *)&address, &length) == 0) {
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
    (void)snprintf(connection->peer, sizeof connection->peer,
                   strchr(host, ':') ? "[%s]:%d" : "%s:%d", host, port);
}

/* ---- rows ---- */

static void deliver(void *context, Chunk *chunk)
{
    hub_deliver(context, chunk);
}

static void refuse(void *context, const char *peer, int64_t line, int64_t offset, Str raw,
                   const char *sqlstate, const char *reason)
{
    hub_refuse(context, peer, line, offset, raw, sqlstate, reason);
}

/* ---- libuv ---- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    SocketConnection *connection = handle->data;
    size_t size;
    buffer->base = row_cutter_room(&connection->cutter, &size);
    buffer->len = size;
}

/* libuv calls it the end, too, when a reset comes together with the last bytes. */
static bool was_reset(const uv_stream_t *stream)
{
    uv_os_fd_t fd;
    return uv_fileno((const uv_handle_t *)stream, &fd) == 0 && net_is_broken(fd);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    (void)buffer;
    SocketConnection *connection = stream->data;
    if (count == 0)
        return;
    if (count > 0) {
        connection->hub->backoff_ms = 0;
        if (!row_cutter_add(&connection->cutter, (size_t)count))
            connection_close(connection);
        return;
    }
    row_cutter_end(&connection->cutter, count != UV_EOF || was_reset(stream));
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
    name_peer(connection);
    connection->cutter = (RowCutter){.table = &hub->table,
                                     .format = hub->format,
                                     .name = connection->peer,
                                     .max_row_bytes = hub->options.max_row_bytes,
                                     .pool = &hub->pool,
                                     .headers = &hub->headers,
                                     .deliver = deliver,
                                     .refuse = refuse,
                                     .context = hub};
    row_cutter_start(&connection->cutter);
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
    row_cutter_stop(&connection->cutter);
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
