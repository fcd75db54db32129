/*
 * client.h - libpq, loaded when there is a daemon to talk to.
 *
 * It is not linked: a process that asks nobody starts without it.  Names are as libpq's, without
 * PQ.
 */
#ifndef STREAMD_CLI_CLIENT_H
#define STREAMD_CLI_CLIENT_H

#include <libpq-fe.h>
#include "base/err.h"
#include "base/str.h"
#include "base/thread.h"
#include "cli/args.h"

#define CLIENT_FUNCTIONS(X)                                                                        \
    X(connectdbParams)                                                                             \
    X(reset)                                                                                       \
    X(status)                                                                                      \
    X(errorMessage)                                                                                \
    X(finish)                                                                                      \
    X(socket)                                                                                      \
    X(setNoticeReceiver)                                                                           \
    X(parameterStatus)                                                                             \
    X(getCancel)                                                                                   \
    X(cancel)                                                                                      \
    X(freeCancel)                                                                                  \
    X(sendQuery)                                                                                   \
    X(setSingleRowMode)                                                                            \
    X(consumeInput)                                                                                \
    X(isBusy)                                                                                      \
    X(getResult)                                                                                   \
    X(resultStatus)                                                                                \
    X(resultErrorField)                                                                            \
    X(nfields)                                                                                     \
    X(ntuples)                                                                                     \
    X(fname)                                                                                       \
    X(ftype)                                                                                       \
    X(getvalue)                                                                                    \
    X(getlength)                                                                                   \
    X(getisnull)                                                                                   \
    X(cmdStatus)                                                                                   \
    X(clear)                                                                                       \
    X(getCopyData)                                                                                 \
    X(putCopyEnd)                                                                                  \
    X(freemem)

/* extern __typeof__(PQstatus) *status; … */
typedef struct Client {
#define CLIENT_MEMBER(name) __typeof__(PQ##name) *name;
    CLIENT_FUNCTIONS(CLIENT_MEMBER)
#undef CLIENT_MEMBER
    PGconn *connection;
    PGcancel *cancel_handle;
} Client;

/* True: a daemon was named (--host, --port, --socket), so that nothing else may be used. */
bool client_is_named(const Args *args);
/* The default socket, if there is one that may be trusted; else NULL. */
const char *client_default_socket(Arena *arena);
/* socket_path: a socket, or the folder it is in; NULL: by --host, --port, --socket.  08001 when it
 * cannot be reached. */
Status client_connect(Client *client, const Args *args, const char *socket_path,
                      Err *err) MUST_CHECK;
/* The same daemon again, after the connection was lost; a session of its own. `lock` is held while
 * the cancel handle changes.  08001 when it cannot be reached. */
Status client_reconnect(Client *client, Mutex *lock, Err *err) MUST_CHECK;
/* The first line of what libpq says: the others only guess what that means. */
Str client_error(const Client *client);
void client_close(Client *client);

#endif
