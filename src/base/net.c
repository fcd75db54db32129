/* net.c - see net.h.  Fault injection sees "tcp:host:port", a unix socket's path, or "socket". */
#include "base/net.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/file.h"

static Status net_fail(Err *err, int errnum, const char *what, const char *peer)
{
    char text[128];
    return err_set(err, SQLSTATE_CONNECTION, -1, "cannot %s %s: %s", what, peer,
                   strerror_r(errnum, text, sizeof text));
}

static Status resolve(const char *host, const char *port, int flags, struct addrinfo **list,
                      Err *err)
{
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = flags | AI_ADDRCONFIG};
    const char *name = *host ? host : NULL;
    int failure = getaddrinfo(name, port, &hints, list);
    if (failure) {
        /* A machine without any network has no "configured" address family but loopback. */
        hints.ai_flags = flags;
        failure = getaddrinfo(name, port, &hints, list);
    }
    if (failure)
        return err_set(err, SQLSTATE_CONNECTION, -1, "cannot resolve %s:%s: %s", host, port,
                       failure == EAI_SYSTEM ? "system error" : gai_strerror(failure));
    return OK;
}

enum { CONNECT_MOST_MS = 10000 };

/* connect(2), but not for minutes to a host that does not answer; 0 or the errno. */
static int connect_whole(int fd, const struct sockaddr *address, socklen_t size)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
        return errno;
    if (connect(fd, address, size) < 0) {
        if (errno != EINTR && errno != EINPROGRESS)
            return errno;
        struct pollfd wait = {.fd = fd, .events = POLLOUT};
        int ready;
        while ((ready = poll(&wait, 1, CONNECT_MOST_MS)) < 0)
            if (errno != EINTR)
                return errno;
        int failure = 0;
        socklen_t length = sizeof failure;
        if (ready == 0)
            return ETIMEDOUT;
        if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &length) < 0)
            return errno;
        if (failure)
            return failure;
    }
    return fcntl(fd, F_SETFL, flags) < 0 ? errno : 0;
}

bool net_is_broken(int fd)
{
    int failure = 0;
    socklen_t length = sizeof failure;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &length) < 0 || failure != 0;
}

Status net_connect(const char *host, const char *port, int *fd, Err *err)
{
    char peer[512];
    (void)snprintf(peer, sizeof peer, "tcp:%s:%s", host, port);
    int failure = file_fault_point(peer, NULL);
    if (failure)
        return net_fail(err, failure, "connect to", peer + 4);
    struct addrinfo *list;
    TRY(resolve(host, port, 0, &list, err));
    for (struct addrinfo *a = list; a; a = a->ai_next) {
        int s = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (s < 0) {
            failure = errno;
            continue;
        }
        failure = connect_whole(s, a->ai_addr, a->ai_addrlen);
        if (!failure) {
            *fd = s;
            break;
        }
        (void)close(s);
    }
    freeaddrinfo(list);
    return failure ? net_fail(err, failure, "connect to", peer + 4) : OK;
}

static int port_of(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_storage room;
    } address;
    socklen_t size = sizeof address;
    memset(&address, 0, sizeof address);
    if (getsockname(fd, &address.any, &size) < 0)
        return 0;
    return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}

/* 0 or the errno. */
static int listen_at(const struct addrinfo *a, bool both_families, int backlog, int *fd)
{
    int s = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
    if (s < 0)
        return errno;
    int on = 1, only6 = !both_families;
    (void)setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (a->ai_family == AF_INET6)
        (void)setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &only6, sizeof only6);
    if (bind(s, a->ai_addr, a->ai_addrlen) < 0 || listen(s, backlog) < 0) {
        int failure = errno;
        (void)close(s);
        return failure;
    }
    *fd = s;
    return 0;
}

Status net_listen(const char *host, const char *port, int backlog, int *fd, int *bound_port,
                  Err *err)
{
    bool every = !*host || strcmp(host, "*") == 0;
    char where[512];
    (void)snprintf(where, sizeof where, "tcp:%s:%s", every ? "*" : host, port);
    int failure = file_fault_point(where, NULL);
    if (failure)
        return net_fail(err, failure, "listen on", where + 4);
    struct addrinfo *list;
    TRY(resolve(every ? "" : host, port, AI_PASSIVE, &list, err));
    failure = EADDRNOTAVAIL;
    /* One IPv6 socket serves IPv4 too, so it is tried first. */
    for (int pass = every ? 0 : 1; pass < 2 && failure; pass++)
        for (struct addrinfo *a = list; a && failure; a = a->ai_next)
            if (pass == 1 || a->ai_family == AF_INET6)
                failure = listen_at(a, every, backlog, fd);
    freeaddrinfo(list);
    if (failure)
        return net_fail(err, failure, "listen on", where + 4);
    *bound_port = port_of(*fd);
    return OK;
}

Status net_listen_unix(const char *path, int backlog, int *fd, Err *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length >= sizeof address.sun_path)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1,
                       "path of a socket is longer than %zu bytes: %s", sizeof address.sun_path - 1,
                       path);
    memcpy(address.sun_path, path, length);
    const struct sockaddr *name = (const struct sockaddr *)&address;
    int failure = file_fault_point(path, NULL);
    if (failure)
        return net_fail(err, failure, "listen on", path);
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s < 0)
        return net_fail(err, errno, "listen on", path);
    failure = bind(s, name, sizeof address) < 0 ? errno : 0;
    if (failure == EADDRINUSE) {
        /* A process that died leaves its socket behind; one that nobody answers is replaced. */
        int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (probe >= 0 && connect(probe, name, sizeof address) < 0 && errno == ECONNREFUSED &&
            unlink(path) == 0)
            failure = bind(s, name, sizeof address) < 0 ? errno : 0;
        net_close(probe);
    }
    if (!failure && listen(s, backlog) < 0)
        failure = errno;
    if (failure) {
        net_close(s);
        return net_fail(err, failure, "listen on", path);
    }
    *fd = s;
    return OK;
}

Status net_accept(int listen_fd, int *fd, Err *err)
{
    int failure = file_fault_point("socket", NULL);
    if (failure)
        return net_fail(err, failure, "accept", "a connection");
    int s;
    do {
        s = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
    } while (s < 0 && (errno == EINTR || errno == ECONNABORTED));
    if (s < 0)
        return net_fail(err, errno, "accept", "a connection");
    *fd = s;
    return OK;
}

Status net_read(int fd, void *to, size_t size, size_t *got, bool *again, Err *err)
{
    ssize_t count;
    do {
        count = recv(fd, to, size, 0);
    } while (count < 0 && errno == EINTR);
    bool blocked = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (count < 0 && !blocked)
        return net_fail(err, errno, "read from", "the socket");
    *again = blocked;
    *got = blocked ? 0 : (size_t)count;
    return OK;
}

Status net_write_all(int fd, const void *from, size_t size, Err *err)
{
    bool cut = false;
    int failure = file_fault_point("socket", &cut);
    if (failure && !cut)
        return net_fail(err, failure, "write to", "the socket");
    if (cut)
        size /= 2;
    for (const char *at = from; size;) {
        ssize_t count = send(fd, at, size, MSG_NOSIGNAL);
        if (count >= 0) {
            at += count;
            size -= (size_t)count;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            struct pollfd wait = {.fd = fd, .events = POLLOUT};
            if (poll(&wait, 1, -1) < 0 && errno != EINTR)
                return net_fail(err, errno, "write to", "the socket");
        } else if (errno != EINTR) {
            return net_fail(err, errno, "write to", "the socket");
        }
    }
    return failure ? net_fail(err, failure, "write to", "the socket") : OK;
}

Status net_set_nonblocking(int fd, bool on, Err *err)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) < 0)
        return net_fail(err, errno, "set up", "the socket");
    return OK;
}

void net_set_nodelay(int fd)
{
    int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void net_shutdown(int fd)
{
    if (fd >= 0)
        (void)shutdown(fd, SHUT_RDWR);
}

void net_close(int fd)
{
    if (fd >= 0)
        (void)close(fd);
}
