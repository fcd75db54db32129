/*
 * server.c - see server.h.
 *
 * The loop accepts, reads, writes and hears signals; it parses start-up packets
 * and nothing else, and never waits for a statement or a client.
 *
 *     accepted --start-up packet--> session (a thread) --finished, all sent--> closed, joined
 *         \--cancel request, time-out, refusal--> closed
 */
#include "server/server.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>
#include "base/file.h"
#include "base/log.h"
#include "base/net.h"
#include "base/paths.h"
#include "server/pg_session.h"
#include "server/sd_notify.h"

enum {
    BACKLOG = 128,
    READ_BYTES = 64 * 1024,
    KEEP_BYTES = 256 * 1024, /* of a write buffer when all is sent */
    /* Connections beyond the sessions: those that have not said yet who they are, cancel requests.
     */
    STARTING_MAX = 64,
    NUDGE_MS = 200,
};

typedef struct Client {
    Connection connection; /* first: a Connection is its Client */
    _Atomic bool attention;
    Server *server;
    struct Client *next;
    uv_pipe_t pipe;
    uv_timer_t timeout; /* of the start-up */
    uv_write_t write;
    Buf writing;     /* what `write` is sending */
    Buf start_bytes; /* what came before the session began; the start-up packet stays here */
    PgStartup startup;
    Thread thread;
    bool started, is_writing, is_reading, is_closing;
    int open_handles, encryption_requests;
} Client;

struct Server {
    ServerConfig config;
    Engine *engine;
    Arena arena;
    const char *path;
    int lock_fd, listen_fd;
    uv_loop_t loop;
    uv_pipe_t listener;
    uv_async_t attention; /* a connection wants the loop, or somebody wants to stop */
    uv_signal_t signals[2];
    uv_timer_t nudge, deadline;
    Client *clients;
    int client_count, session_count;
    uint32_t next_id;
    _Atomic bool stop_wanted;
    bool stopping;
    char read_bytes[READ_BYTES];
};

static void client_look(Client *client);

/* ---- a client's end ---- */

static void client_unlink(Client *client)
{
    Client **link = &client->server->clients;
    while (*link != client)
        link = &(*link)->next;
    *link = client->next;
    client->server->client_count--;
    client->server->session_count -= client->started;
}

static void server_close_handles(Server *server);

static void on_client_closed(uv_handle_t *handle)
{
    Client *client = handle->data;
    if (--client->open_handles)
        return;
    Server *server = client->server;
    client_unlink(client);
    thread_join(&client->thread);
    connection_deinit(&client->connection);
    buf_deinit(&client->writing);
    buf_deinit(&client->start_bytes);
    free(client);
    if (server->stopping && !server->clients)
        server_close_handles(server);
}

static void client_close(Client *client)
{
    if (client->is_closing)
        return;
    client->is_closing = true;
    uv_close((uv_handle_t *)&client->pipe, on_client_closed);
    uv_close((uv_handle_t *)&client->timeout, on_client_closed);
}

/* The peer is no more: nothing can be sent.  Its thread, if any, finds out and finishes. */
static void client_gone(Client *client)
{
    connection_set_gone(&client->connection);
    if (client->is_reading)
        (void)uv_read_stop((uv_stream_t *)&client->pipe);
    client->is_reading = false;
    if (!client->started)
        connection_finish(&client->connection);
    client_look(client);
}

static void client_fatal(Client *client, const Err *err)
{
    Buf out;
    buf_init(&out);
    pg_error(&out, "FATAL", err, 0);
    connection_send(&client->connection, &out, false);
    buf_deinit(&out);
    connection_finish(&client->connection);
}

/* ---- writing ---- */

static void on_written(uv_write_t *write, int status)
{
    Client *client = write->data;
    client->is_writing = false;
    buf_clear(&client->writing);
    connection_wrote(&client->connection);
    if (status < 0 && !client->is_closing)
        client_gone(client);
    else if (!client->is_closing)
        client_look(client);
}

static void client_write(Client *client)
{
    if (client->is_writing || !connection_take(&client->connection, &client->writing)) {
        if (!client->is_writing && client->writing.capacity > KEEP_BYTES)
            buf_deinit(&client->writing);
        return;
    }
    uv_buf_t bytes = uv_buf_init(client->writing.data, (unsigned)client->writing.length);
    client->write.data = client;
    client->is_writing = true;
    if (uv_write(&client->write, (uv_stream_t *)&client->pipe, &bytes, 1, on_written) < 0) {
        client->is_writing = false;
        client_gone(client);
    }
}

/* ---- reading ---- */

/* Closed altogether, and not only for sending. */
static bool client_hung_up(const Client *client)
{
    uv_os_fd_t fd;
    if (uv_fileno((const uv_handle_t *)&client->pipe, &fd) < 0)
        return true;
    struct pollfd state = {.fd = fd};
    return poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLERR));
}

/* Keeps looking after cancelled statements and half-closed clients, while there are any. */
static void on_nudge(uv_timer_t *timer)
{
    Server *server = timer->data;
    bool any = false;
    for (Client *client = server->clients, *next; client; client = next) {
        next = client->next;
        if (!client->started || client->is_closing)
            continue;
        any |= connection_nudge(&client->connection);
        if (!connection_is_half_closed(&client->connection))
            continue;
        any = true;
        if (client_hung_up(client))
            client_gone(client);
    }
    if (!any)
        (void)uv_timer_stop(timer);
}

static void server_nudge_soon(Server *server)
{
    if (!uv_is_active((uv_handle_t *)&server->nudge))
        (void)uv_timer_start(&server->nudge, on_nudge, NUDGE_MS, NUDGE_MS);
}

/* The client sends no more.  It may still be reading (`… | nc -U`): then what it sent is answered.
 */
static void client_input_ended(Client *client, ssize_t reason)
{
    client->is_reading = false;
    (void)uv_read_stop((uv_stream_t *)&client->pipe);
    if (reason != UV_EOF || client_hung_up(client) || !client->started) {
        client_gone(client);
    } else {
        connection_end_input(&client->connection);
        server_nudge_soon(client->server);
    }
}

static void server_cancel(Server *server, uint32_t pid, uint32_t key)
{
    for (Client *client = server->clients; client; client = client->next)
        if (client->started && client->connection.id == pid && client->connection.key == key) {
            connection_cancel(&client->connection);
            server_nudge_soon(server);
            return;
        }
    log_write(LOG_DEBUG, "a cancel request for an unknown session");
}

static void session_main(void *arg)
{
    Client *client = arg;
    pg_session_serve(&client->connection, client->server->engine, &client->startup);
}

static Status client_start(Client *client, Err *err)
{
    Server *server = client->server;
    if (server->stopping)
        return err_set(err, "57P03", -1, "streamd is shutting down");
    if (server->session_count >= server->config.max_connections) {
        err_set(err, SQLSTATE_TOO_MANY_CONNECTIONS, -1, "sorry, too many clients already");
        return err_hint(err, "At most %d sessions at a time.", server->config.max_connections);
    }
    TRY(thread_start(&client->thread, session_main, client, "session", err));
    client->started = true;
    server->session_count++;
    (void)uv_timer_stop(&client->timeout);
    return OK;
}

/* Looks for a start-up packet in start_bytes; true: one was there and another may follow. */
static bool client_start_packet(Client *client)
{
    Err err = ERR_NONE;
    Str bytes = {client->start_bytes.data, client->start_bytes.length};
    PgStartup *startup = &client->startup;
    switch (pg_startup_next(bytes, startup, &err)) {
    case PG_FRAME_PARTIAL:
        return false;
    case PG_FRAME_BAD:
        client_fatal(client, &err);
        return false;
    case PG_FRAME_WHOLE:
        break;
    }
    switch (startup->kind) {
    case PG_STARTUP_SSL:
    case PG_STARTUP_GSSENC:
        if (++client->encryption_requests > 2) {
            err_set(&err, SQLSTATE_PROTOCOL, -1, "too many requests for encryption");
            client_fatal(client, &err);
            return false;
        }
        Buf no;
        buf_init(&no);
        buf_add_char(&no, 'N');
        connection_send(&client->connection, &no, false);
        buf_deinit(&no);
        client->start_bytes.length -= startup->bytes;
        memmove(client->start_bytes.data, bytes.data + startup->bytes, client->start_bytes.length);
        return client->start_bytes.length > 0;
    case PG_STARTUP_CANCEL:
        server_cancel(client->server, startup->cancel_pid, startup->cancel_key);
        connection_finish(&client->connection);
        return false;
    case PG_STARTUP_SESSION:
        break;
    }
    /* What came behind the packet is the session's first input. */
    (void)connection_feed(&client->connection, bytes.data + startup->bytes,
                          bytes.length - startup->bytes);
    if (client_start(client, &err) != OK)
        client_fatal(client, &err);
    return false;
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    Client *client = handle->data;
    (void)suggested;
    *buf = uv_buf_init(client->server->read_bytes, READ_BYTES);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    Client *client = stream->data;
    if (count < 0) {
        client_input_ended(client, count);
    } else if (client->started) {
        if (!connection_feed(&client->connection, buf->base, (size_t)count)) {
            (void)uv_read_stop(stream);
            client->is_reading = false;
        }
    } else if (count > 0 && !connection_is_finished(&client->connection)) {
        buf_add(&client->start_bytes, buf->base, (size_t)count);
        while (client_start_packet(client)) {
        }
        client_look(client);
    }
}

static void client_read(Client *client)
{
    if (client->is_reading || !connection_wants_input(&client->connection))
        return;
    client->is_reading = uv_read_start((uv_stream_t *)&client->pipe, on_alloc, on_read) == 0;
}

/* Does what there is to do: send, read on, close. */
static void client_look(Client *client)
{
    if (client->is_closing)
        return;
    /* Asked first: what was sent before the end is then seen below. */
    bool finished = connection_is_finished(&client->connection);
    client_write(client);
    if (finished && (!client->is_writing || connection_is_gone(&client->connection)))
        client_close(client);
    else
        client_read(client);
}

/* ---- accepting ---- */

static void attend(Connection *connection)
{
    Client *client = (Client *)connection;
    client->attention = true;
    (void)uv_async_send(&client->server->attention);
}

static void on_startup_timeout(uv_timer_t *timer)
{
    Client *client = timer->data;
    if (!client->started)
        client_close(client);
}

static uint32_t random_key(void)
{
    uint32_t key;
    if (getrandom(&key, sizeof key, 0) != (ssize_t)sizeof key)
        key = (uint32_t)clock_mono_ns(); /* no kernel of the last ten years comes here */
    return key;
}

static void on_connection(uv_stream_t *listener, int status)
{
    Server *server = listener->data;
    if (status < 0) {
        log_write(LOG_WARNING, "cannot accept a connection: %s", uv_strerror(status));
        return;
    }
    Client *client = mem_zalloc(sizeof *client);
    client->server = server;
    client->next = server->clients;
    server->clients = client;
    server->client_count++;
    connection_init(&client->connection, server->next_id++, random_key(), attend);
    (void)uv_pipe_init(&server->loop, &client->pipe, 0);
    (void)uv_timer_init(&server->loop, &client->timeout);
    client->pipe.data = client->timeout.data = client;
    client->open_handles = 2;
    if (uv_accept(listener, (uv_stream_t *)&client->pipe) < 0 ||
        server->client_count > server->config.max_connections + STARTING_MAX) {
        client_close(client);
        return;
    }
    (void)uv_timer_start(&client->timeout, on_startup_timeout,
                         (uint64_t)server->config.startup_timeout_ms, 0);
    client_read(client);
}

/* ---- the end ---- */

static void server_close_handles(Server *server)
{
    uv_close((uv_handle_t *)&server->attention, NULL);
    uv_close((uv_handle_t *)&server->nudge, NULL);
    uv_close((uv_handle_t *)&server->deadline, NULL);
    for (int i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&server->signals[i], NULL);
}

static void on_deadline(uv_timer_t *timer)
{
    Server *server = timer->data;
    for (Client *client = server->clients, *next; client; client = next) {
        next = client->next;
        if (!client->is_closing)
            client_gone(client);
    }
}

static void begin_stop(Server *server)
{
    if (server->stopping)
        return;
    server->stopping = true;
    sd_notify("STOPPING=1");
    log_write(LOG_INFO, "stopping");
    uv_close((uv_handle_t *)&server->listener, NULL);
    Err ignored;
    if (file_unlink(server->path, true, &ignored) != OK)
        log_write(LOG_WARNING, "%s", ignored.message);
    for (Client *client = server->clients, *next; client; client = next) {
        next = client->next;
        if (!client->started)
            client_close(client);
        else
            connection_drain(&client->connection);
    }
    server_nudge_soon(server);
    (void)uv_timer_start(&server->deadline, on_deadline, (uint64_t)server->config.drain_timeout_ms,
                         0);
    if (!server->clients)
        server_close_handles(server);
}

static void on_attention(uv_async_t *async)
{
    Server *server = async->data;
    if (server->stop_wanted)
        begin_stop(server);
    for (Client *client = server->clients, *next; client; client = next) {
        next = client->next;
        bool wanted = client->attention;
        client->attention = false;
        if (wanted)
            client_look(client);
    }
}

static void on_signal(uv_signal_t *handle, int number)
{
    Server *server = handle->data;
    if (server->stopping) {
        log_write(LOG_WARNING, "signal %d again: leaving at once", number);
        _exit(128 + number);
    }
    begin_stop(server);
}

void server_stop(Server *server)
{
    server->stop_wanted = true;
    (void)uv_async_send(&server->attention);
}

/* ---- the beginning ---- */

Status server_new(Server **out, const ServerConfig *config, bool *in_use, Err *err)
{
    Server *server = mem_zalloc(sizeof *server);
    server->config = *config;
    if (!server->config.max_connections)
        server->config.max_connections = 100;
    if (!server->config.startup_timeout_ms)
        server->config.startup_timeout_ms = 60000;
    if (!server->config.drain_timeout_ms)
        server->config.drain_timeout_ms = 5000;
    server->next_id = (uint32_t)getpid();
    server->listen_fd = server->lock_fd = -1;
    arena_init(&server->arena);
    server->path = path_join(&server->arena, config->socket_dir, PATHS_SOCKET_NAME);
    bool busy = false;
    Status status = paths_make_socket_dir(config->socket_dir, err);
    if (status == OK)
        status = file_lock(arena_printf(&server->arena, "%s.lock", server->path), &server->lock_fd,
                           &busy, err);
    *in_use = busy;
    if (busy)
        status =
            err_set(err, SQLSTATE_IN_USE, -1, "another streamd listens in %s", config->socket_dir);
    if (status != OK) {
        arena_deinit(&server->arena);
        free(server);
        return status;
    }
    /* A client that goes away is an error of its own write, not the end of the process. */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)uv_loop_init(&server->loop);
    (void)uv_async_init(&server->loop, &server->attention, on_attention);
    server->attention.data = server;
    *out = server;
    return OK;
}

Status server_listen(Server *server, Err *err)
{
    TRY(net_listen_unix(server->path, BACKLOG, &server->listen_fd, err));
    /* Whoever can connect may do what the server's user may. */
    if (chmod(server->path, 0600) < 0)
        log_write(LOG_WARNING, "cannot keep others from %s", server->path);
    return OK;
}

const char *server_socket_path(const Server *server)
{
    return server->path;
}

Status server_run(Server *server, Engine *engine, Err *err)
{
    static const int numbers[2] = {SIGTERM, SIGINT};
    server->engine = engine;
    (void)uv_pipe_init(&server->loop, &server->listener, 0);
    (void)uv_timer_init(&server->loop, &server->nudge);
    (void)uv_timer_init(&server->loop, &server->deadline);
    server->listener.data = server->nudge.data = server->deadline.data = server;
    int failure = uv_pipe_open(&server->listener, server->listen_fd);
    if (failure == 0) {
        server->listen_fd = -1;
        failure = uv_listen((uv_stream_t *)&server->listener, BACKLOG, on_connection);
    }
    for (int i = 0; i < 2; i++) {
        (void)uv_signal_init(&server->loop, &server->signals[i]);
        server->signals[i].data = server;
        if (failure == 0)
            failure = uv_signal_start(&server->signals[i], on_signal, numbers[i]);
    }
    if (failure == 0) {
        sd_notify("READY=1");
        log_write(LOG_INFO, "listening on %s", server->path);
    } else {
        begin_stop(server);
    }
    (void)uv_run(&server->loop, UV_RUN_DEFAULT);
    return failure == 0 ? OK
                        : err_set(err, SQLSTATE_CONNECTION, -1, "cannot listen on %s: %s",
                                  server->path, uv_strerror(failure));
}

void server_free(Server *server)
{
    if (!server)
        return;
    if (!uv_is_closing((uv_handle_t *)&server->attention)) { /* it never ran */
        uv_close((uv_handle_t *)&server->attention, NULL);
        (void)uv_run(&server->loop, UV_RUN_DEFAULT);
        Err ignored;
        if (server->listen_fd >= 0 && file_unlink(server->path, true, &ignored) != OK)
            log_write(LOG_WARNING, "%s", ignored.message);
    }
    (void)uv_loop_close(&server->loop);
    net_close(server->listen_fd);
    if (server->lock_fd >= 0)
        file_close(server->lock_fd);
    arena_deinit(&server->arena);
    free(server);
}
