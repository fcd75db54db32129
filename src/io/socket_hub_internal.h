/*
 * socket_hub_internal.h - a hub, its connections and who may touch what.
 *
 * The loop's thread owns all handles and everything of a connection.  `lock` guards the readers,
 * their queues and the figures that others read.
 */
#ifndef STREAMD_IO_SOCKET_HUB_INTERNAL_H
#define STREAMD_IO_SOCKET_HUB_INTERNAL_H

#include <netinet/in.h>
#include "io/row_cutter.h"
#include "io/socket_hub.h"
#include "io/socket_loop.h"

typedef struct SocketConnection {
    uv_tcp_t handle;
    SocketHub *hub;
    RowCutter cutter;
    char peer[INET6_ADDRSTRLEN + 16]; /* "127.0.0.1:4711" */
    bool reading, closing;
    struct SocketConnection *next;
} SocketConnection;

struct SocketHub {
    char *key;
    Relation table; /* a copy, with its options and columns, for the format */
    Arena arena;
    const FormatClass *format;
    SocketOptions options;
    int references; /* guarded by the list's lock */
    SocketHub *next_hub;

    SocketCall call;  /* asks the loop to look at the flags below */
    SocketCall close; /* asks it to end; the last call there is */
    uv_loop_t *loop;
    uv_tcp_t listener;
    uv_timer_t timer; /* until the next attempt to connect */
    uv_getaddrinfo_t resolver;
    uv_connect_t connecting;
    struct addrinfo *addresses, *address;
    bool listening, timer_made, resolving, waiting_connection; /* one was not accepted yet */
    int listen_fd, port;
    int64_t backoff_ms;
    bool told; /* that there is no connection */
    int open_handles;
    SocketConnection *connections;
    int64_t connection_count, ever;
    ChunkPool pool;
    HeaderCache headers;

    Mutex lock;
    Cond closed_cond;
    SocketReader *readers;
    bool opened; /* the loop has begun with it */
    bool closed;
    _Atomic bool closing;
    bool full; /* some reader is behind: sockets are not read */
    _Atomic bool ended;
};

/* ---- socket_hub.c ---- */
bool hub_is_full(const SocketHub *hub); /* with the lock */
/* Hands rows to all readers; takes the chunk. When one is full then the sockets are not read. */
void hub_deliver(SocketHub *hub, Chunk *chunk);
void hub_refuse(SocketHub *hub, const char *peer, int64_t line, int64_t offset, Str raw,
                const char *sqlstate, const char *reason);
void hub_notice(SocketHub *hub, const char *format, ...) PRINTF_LIKE(2, 3);
void hub_end(SocketHub *hub);

/* ---- socket_connect.c: on the loop's thread ---- */
void hub_start(SocketHub *hub);
void hub_look(SocketHub *hub);          /* the flags have changed */
void hub_shut(SocketHub *hub);          /* closes everything, then says so */
void hub_read(SocketHub *hub, bool on); /* all its connections */
void hub_handle_closed(SocketHub *hub);
void hub_connection_gone(SocketHub *hub);

/* ---- socket_connection.c: on the loop's thread ---- */
SocketConnection *connection_new(SocketHub *hub);
void connection_start(SocketConnection *connection);
void connection_read(SocketConnection *connection, bool on);
void connection_close(SocketConnection *connection);

#endif
