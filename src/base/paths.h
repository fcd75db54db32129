/*
 * paths.h - places that the programs agree on without being told.
 */
#ifndef STREAMD_BASE_PATHS_H
#define STREAMD_BASE_PATHS_H

#include "base/arena.h"
#include "base/err.h"

/* The socket's name in its folder: what psql -h FOLDER looks for, and so do all of libpq. */
#define PATHS_SOCKET_NAME ".s.PGSQL.5432"

/* Where streamd listens and streamd-cli looks when nothing else was said: $XDG_RUNTIME_DIR/streamd,
 * else /run/streamd for root, else /tmp/streamd-<uid>.  Nothing is made. */
char *default_socket_dir(Arena *arena);

/* Makes the folder, for its owner alone, unless it is there.  42501 for one that somebody else owns
 * or that others may write to without its sticky bit: whoever can replace the socket can pose as
 * the server. */
Status paths_make_socket_dir(const char *path, Err *err) MUST_CHECK;
/* The same check without making it; for clients.  OK when it is missing. */
Status paths_check_socket_dir(const char *path, Err *err) MUST_CHECK;

#endif
