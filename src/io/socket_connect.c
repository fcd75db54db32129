/*
 * socket_connect.c - how a hub comes to its connections: it dials every address of a name in turn,
 * with a growing pause between rounds, or accepts what comes.
 *
 *     resolve -> connect to the 1st, 2nd, … address -> connected -> (ends) -+
 *        ^                          | none answers                          |
 *        +---------- pause 0.1, 0.2 … 5 s <--------------------------------+
 */
#include "base/net.h"
#include "io/socket_hub_internal.h"

enum { BACKOFF_LEAST_MS = 100, BACKOFF_MOST_MS = 5000 };

static void resolve(SocketHub *hub);

static bool stopped(const SocketHub *hub)
{
    return hub->closing || hub->ended;
}

static void on_timer(uv_timer_t *timer)
{
    SocketHub *hub = timer->data;
    if (!stopped(hub))
        resolve(hub);
}

static void connect_later(SocketHub *hub)
{
    if (stopped(hub))
        return;
    hub->backoff_ms = hub->backoff_ms ? hub->backoff_ms * 2 : BACKOFF_LEAST_MS;
    if (hub->backoff_ms > BACKOFF_MOST_MS)
        hub->backoff_ms = BACKOFF_MOST_MS;
    (void)uv_timer_start(&hub->timer, on_timer, (uint64_t)hub->backoff_ms, 0);
}

static void tell_failure(SocketHub *hub, const char *reason)
{
    if (!hub->told)
        hub_notice(hub, "cannot connect to %s:%s: %s; trying again", hub->options.host,
                   hub->options.port, reason);
    hub->told = true;
}

static void try_address(SocketHub *hub, int failure);

static void on_dropped(uv_handle_t *handle)
{
    SocketConnection *connection = handle->data;
    SocketHub *hub = connection->hub;
    free(connection);
    hub_handle_closed(hub);
}

static void on_connect(uv_connect_t *request, int status)
{
    SocketConnection *connection = request->data;
    SocketHub *hub = connection->hub;
    if (status == 0 && !stopped(hub)) {
        uv_freeaddrinfo(hub->addresses);
        hub->addresses = NULL;
        if (hub->told)
            hub_notice(hub, "connected to %s:%s", hub->options.host, hub->options.port);
        hub->told = false;
        connection_start(connection);
        return;
    }
    /* The hub's end has perhaps closed it already. */
    if (!uv_is_closing((uv_handle_t *)&connection->handle))
        uv_close((uv_handle_t *)&connection->handle, on_dropped);
    if (stopped(hub))
        return;
    hub->address = hub->address->ai_next;
    try_address(hub, status);
}

/* Dials the address at hand, or pauses when there is none left. */
static void try_address(SocketHub *hub, int failure)
{
    for (; hub->address; hub->address = hub->address->ai_next) {
        SocketConnection *connection = connection_new(hub);
        hub->connecting.data = connection;
        failure = uv_tcp_connect(&hub->connecting, &connection->handle, hub->address->ai_addr,
                                 on_connect);
        if (failure == 0)
            return;
        uv_close((uv_handle_t *)&connection->handle, on_dropped);
    }
    uv_freeaddrinfo(hub->addresses);
    hub->addresses = NULL;
    tell_failure(hub, uv_strerror(failure));
    connect_later(hub);
}

static void on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *addresses)
{
    SocketHub *hub = request->data;
    hub->resolving = false;
    if (stopped(hub)) {
        uv_freeaddrinfo(addresses);
        hub_handle_closed(hub);
        return;
    }
    hub->open_handles--;
    if (status != 0) {
        uv_freeaddrinfo(addresses);
        tell_failure(hub, uv_strerror(status));
        connect_later(hub);
        return;
    }
    hub->addresses = hub->address = addresses;
    try_address(hub, 0);
}

static void resolve(SocketHub *hub)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    hub->resolver.data = hub;
    int failure = uv_getaddrinfo(hub->loop, &hub->resolver, on_resolved, hub->options.host,
                                 hub->options.port, &hints);
    if (failure) {
        tell_failure(hub, uv_strerror(failure));
        connect_later(hub);
        return;
    }
    hub->resolving = true;
    hub->open_handles++; /* it must have ended before the hub goes */
}

/* ---- listening ---- */

static void accept_one(SocketHub *hub)
{
    SocketConnection *connection = connection_new(hub);
    if (uv_accept((uv_stream_t *)&hub->listener, (uv_stream_t *)&connection->handle) == 0)
        connection_start(connection);
    else
        uv_close((uv_handle_t *)&connection->handle, on_dropped);
}

static void on_connection(uv_stream_t *listener, int status)
{
    SocketHub *hub = listener->data;
    if (status != 0 || stopped(hub))
        return;
    /* Beyond the limit they stay in the kernel's queue until a place is free. */
    if (hub->connection_count >= hub->options.max_connections) {
        hub->waiting_connection = true;
        return;
    }
    accept_one(hub);
}

static void on_handle_closed(uv_handle_t *handle)
{
    hub_handle_closed(handle->data);
}

static void stop_listening(SocketHub *hub)
{
    if (hub->listening)
        uv_close((uv_handle_t *)&hub->listener, on_handle_closed);
    hub->listening = false;
}

void hub_start(SocketHub *hub)
{
    (void)uv_timer_init(hub->loop, &hub->timer);
    hub->timer.data = hub;
    hub->open_handles++;
    hub->timer_made = true;
    if (!hub->options.listen) {
        resolve(hub);
        return;
    }
    (void)uv_tcp_init(hub->loop, &hub->listener);
    hub->listener.data = hub;
    hub->open_handles++;
    hub->listening = true;
    int failure = uv_tcp_open(&hub->listener, hub->listen_fd);
    if (failure)
        net_close(hub->listen_fd);
    else
        failure = uv_listen((uv_stream_t *)&hub->listener, 1024, on_connection);
    if (failure)
        hub_notice(hub, "cannot listen at %s:%s: %s", hub->options.host, hub->options.port,
                   uv_strerror(failure));
}

void hub_connection_gone(SocketHub *hub)
{
    if (hub->closing)
        return;
    if (hub->options.bounded && hub->connection_count == 0 && !hub->waiting_connection) {
        stop_listening(hub);
        hub_end(hub);
        return;
    }
    if (!hub->options.listen) {
        connect_later(hub);
    } else if (hub->waiting_connection) {
        hub->waiting_connection = false;
        accept_one(hub);
    }
}

void hub_handle_closed(SocketHub *hub)
{
    hub->open_handles--;
    if (!hub->closing || hub->open_handles)
        return;
    mutex_lock(&hub->lock);
    hub->closed = true;
    cond_broadcast(&hub->closed_cond);
    mutex_unlock(&hub->lock);
}

void hub_read(SocketHub *hub, bool on)
{
    for (SocketConnection *connection = hub->connections; connection; connection = connection->next)
        connection_read(connection, on);
}

void hub_look(SocketHub *hub)
{
    if (hub->closing)
        return;
    mutex_lock(&hub->lock);
    bool full = hub_is_full(hub), opened = hub->opened;
    hub->full = full;
    hub->opened = true;
    mutex_unlock(&hub->lock);
    if (!opened)
        hub_start(hub);
    hub_read(hub, !full);
}

void hub_shut(SocketHub *hub)
{
    hub->open_handles++; /* held until all closing has been asked for */
    if (hub->timer_made)
        uv_close((uv_handle_t *)&hub->timer, on_handle_closed);
    if (!hub->opened)
        net_close(hub->listen_fd);
    stop_listening(hub);
    while (hub->connections)
        connection_close(hub->connections);
    if (hub->addresses) { /* a call to connect is under way */
        SocketConnection *connection = hub->connecting.data;
        uv_freeaddrinfo(hub->addresses);
        hub->addresses = NULL;
        if (!uv_is_closing((uv_handle_t *)&connection->handle))
            uv_close((uv_handle_t *)&connection->handle, on_dropped);
    }
    if (hub->resolving)
        (void)uv_cancel((uv_req_t *)&hub->resolver);
    hub_handle_closed(hub);
}
