/*
 * socket_hub.h - the connections of a socket table: one hub a table and process, shared by all that
 * read it.
 *
 *     sockets --loop's thread--> chunks of whole rows --> a queue for each reader --next--> workers
 *
 * The first reader opens the hub, the last closes it; each gets what comes from then on.  When a
 * reader is behind (its queue is full, or it is paused) the sockets are not read, and TCP tells the
 * senders.  While they are not read the kernel collects, so chunks grow as the load does.
 */
#ifndef STREAMD_IO_SOCKET_HUB_H
#define STREAMD_IO_SOCKET_HUB_H

#include "base/list.h"
#include "base/thread.h"
#include "catalog/connector.h"
#include "io/file_reader.h"

enum {
    SOCKET_CHUNK_BYTES = 64 * 1024, /* larger reads are slower: they leave the cache */
    SOCKET_QUEUE_CHUNKS = 32,       /* of one reader, before the sockets are not read */
    SOCKET_QUEUE_RESUME = 8,        /* and until they are again */
    SOCKET_QUEUE_BYTES = 8 * 1024 * 1024,
    SOCKET_REFUSALS = 1000 /* lines that are no rows count for the same */
};

typedef struct SocketOptions {
    const char *host, *port;
    bool listen, bounded;
    int64_t max_connections, max_row_bytes;
} SocketOptions;

typedef struct SocketHub SocketHub;
typedef struct SocketReader {
    SocketHub *hub;
    void (*wake)(void *context);
    void *context;
    LIST(char *) notices; /* to be told by the next call */
    bool paused;
    LIST(Chunk *) queue; /* from queue_at on */
    size_t queue_at, queue_bytes;
    LIST(Refusal) refusals;
    size_t refusals_taken;
    uint64_t next_ticket;
    struct SocketReader *next;
} SocketReader;

/* Joins the hub of a table, making it if needed: then a port that is in use is 58030. */
Status socket_hub_join(const Relation *table, const FormatClass *format,
                       const SocketOptions *options, SocketReader *reader, Err *err) MUST_CHECK;
void socket_hub_leave(SocketReader *reader);
/* The next chunk, NULL when there is none; *ended: nor will there be. */
Chunk *socket_hub_take(SocketReader *reader, bool *ended);
/* The next notice, to be freed; NULL when there is none. */
char *socket_hub_take_notice(SocketReader *reader);
bool socket_hub_take_refusal(SocketReader *reader, Reject *out);
void socket_hub_pause(SocketReader *reader, bool paused);
/* The port that is listened at, 0 when it is not. */
int socket_hub_port(const SocketReader *reader);
void socket_hub_status(const SocketReader *reader,
                       void (*row)(void *context, const char *name, int64_t offset, int64_t size),
                       void *context);

#endif
