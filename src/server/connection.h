/*
 * connection.h - what the loop and a session's thread share: bytes in, bytes out, and who is gone.
 *
 *        loop                        Connection                     session's thread
 *     reads  --connection_feed-->   in (bounded)   --connection_next-->   messages
 *     writes <-connection_take--    out (bounded)  <--connection_send--   messages
 *                                   running, cancel, draining, gone
 *
 * The loop never waits here.  The thread waits for input and, when a client
 * reads more slowly than its rows come, for room: that is the back-pressure
 * which at last suspends the statement.  A cancelled statement waits no more.
 */
#ifndef STREAMD_SERVER_CONNECTION_H
#define STREAMD_SERVER_CONNECTION_H

#include "base/thread.h"
#include "engine/engine.h"
#include "server/pg_protocol.h"

enum {
    CONNECTION_IN_BYTES =
        1024 * 1024, /* unread input beyond a whole message, before reading pauses */
    CONNECTION_OUT_BYTES = 1024 * 1024, /* unsent output before the thread waits */
};

typedef struct Connection Connection;
struct Connection {
    uint32_t id, key; /* BackendKeyData */
    /* Tells the loop to look at the connection; called by any thread. */
    void (*attend)(Connection *connection);

    Mutex lock; /* all from here to `session_lock` */
    Cond changed;
    Buf in;
    size_t in_at; /* bytes of `in` consumed */
    bool in_paused;
    bool in_ended; /* the client sends no more */
    Buf out;
    size_t in_flight; /* bytes taken and not yet written */
    bool gone;        /* the client reads no more: output goes nowhere */
    bool draining;    /* the server shuts down */
    bool running;     /* a query is running … */
    bool cancelled;   /* … and is to end */
    bool finished;    /* the thread has sent its last */

    Mutex session_lock; /* only for `session`; never held while a statement runs */
    Session *session;
};

void connection_init(Connection *connection, uint32_t id, uint32_t key,
                     void (*attend)(Connection *));
void connection_deinit(Connection *connection);

/* ---- the loop's side ---- */
/* False: enough for now, pause reading until connection_wants_input. */
bool connection_feed(Connection *connection, const char *bytes, size_t count);
bool connection_wants_input(Connection *connection);
void connection_end_input(Connection *connection);
/* All output there is, exchanged for the empty `to`; false when there is none. */
bool connection_take(Connection *connection, Buf *to);
void connection_wrote(Connection *connection);    /* what was taken has been written */
void connection_set_gone(Connection *connection); /* and cancels what runs */
void connection_drain(Connection *connection);    /* ends the session soon, whatever runs */
void connection_cancel(Connection *connection);   /* nothing when no query runs */
/* Cancels again what has not ended yet: the call before may have come just before the statement. */
bool connection_nudge(Connection *connection); /* false: nothing is being cancelled */
bool connection_is_finished(Connection *connection);
bool connection_is_half_closed(Connection *connection); /* input ended, session still there */

/* ---- the thread's side ---- */
typedef enum ConnectionNext {
    CONNECTION_MESSAGE,
    CONNECTION_ENDED,   /* end of the input, or gone */
    CONNECTION_DRAINED, /* the server shuts down */
    CONNECTION_BAD      /* `err` says why */
} ConnectionNext;

/* Waits for a message; its bytes are copied to `bytes`, which `frame` points into. */
ConnectionNext connection_next(Connection *connection, Buf *bytes, PgFrame *frame,
                               Err *err) MUST_CHECK;
/* Takes the bytes of `out`, which is empty afterwards.  `wait`: first waits until there is room. */
void connection_send(Connection *connection, Buf *out, bool wait);
void connection_set_session(Connection *connection, Session *session); /* NULL before it is freed */
void connection_begin(Connection *connection); /* a query starts: it can be cancelled */
void connection_end(Connection *connection);
bool connection_is_cancelled(Connection *connection);
bool connection_is_gone(Connection *connection);
bool connection_is_draining(Connection *connection);
/* The last call: the loop sends what is left and closes. */
void connection_finish(Connection *connection);

#endif
