/*
 * net.h - sockets: the calls that are not libuv's, with the same fault injection as file.h.
 */
#ifndef STREAMD_BASE_NET_H
#define STREAMD_BASE_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "base/err.h"

/* Blocking connect to every address that `host` has, in turn. */
Status net_connect(const char *host, const char *port, int *fd, Err *err) MUST_CHECK;
/* Listens on host:port ("" or "*": every address; port 0: any), SO_REUSEADDR; *bound_port out. */
Status net_listen(const char *host, const char *port, int backlog, int *fd, int *bound_port,
                  Err *err) MUST_CHECK;
Status net_listen_unix(const char *path, int backlog, int *fd, Err *err) MUST_CHECK;
Status net_accept(int listen_fd, int *fd, Err *err) MUST_CHECK;
/* At most `size` bytes, 0 at the peer's orderly end. *again=true (OK, *got=0): would block. */
Status net_read(int fd, void *to, size_t size, size_t *got, bool *again, Err *err) MUST_CHECK;
Status net_write_all(int fd, const void *from, size_t size, Err *err) MUST_CHECK; /* no SIGPIPE */
Status net_set_nonblocking(int fd, bool on, Err *err) MUST_CHECK;
void net_set_nodelay(int fd);
/* Whether the connection has ended by a failure (a reset) that no call has told yet. */
bool net_is_broken(int fd);
void net_shutdown(
    int fd); /* whoever waits for the peer on another thread gets an error; -1 allowed */
void net_close(int fd);

#endif
