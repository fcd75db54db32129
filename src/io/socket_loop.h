/*
 * socket_loop.h - the one thread of the process that waits for sockets.
 *
 * It starts with the first call that somebody joins and ends with the last that leaves.  All libuv
 * handles belong to it: others ask it for work by socket_loop_call.
 */
#ifndef STREAMD_IO_SOCKET_LOOP_H
#define STREAMD_IO_SOCKET_LOOP_H

#include <uv.h>
#include "base/err.h"

/* Keeps the thread running until the matching leave; *loop is its loop. */
Status socket_loop_join(uv_loop_t **loop, Err *err) MUST_CHECK;
void socket_loop_leave(void);

typedef struct SocketCall {
    void (*run)(
        struct SocketCall *call); /* on the loop's thread; the call may then be used again */
    struct SocketCall *next;
    _Atomic int queued;
} SocketCall;
/* Runs a call soon; one that is queued already runs once. */
void socket_loop_call(SocketCall *call);

#endif
