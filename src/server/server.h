/*
 * server.h - streamd's front door: a Unix socket, one loop, and a thread for each session.
 *
 *     server_new      takes the socket's folder (a lock says whose it is)
 *     server_listen   makes the socket; from now on clients wait at the door
 *     server_run      the loop, until SIGTERM, SIGINT or server_stop; then drains
 *     server_free
 */
#ifndef STREAMD_SERVER_SERVER_H
#define STREAMD_SERVER_SERVER_H

#include "engine/engine.h"

typedef struct Server Server;

typedef struct ServerConfig {
    const char *socket_dir;
    int max_connections;    /* sessions; 0: 100 */
    int startup_timeout_ms; /* for a client to say who it is; 0: a minute */
    int drain_timeout_ms;   /* at the end, for clients to read what they were sent; 0: 5 s */
} ServerConfig;

/* 55006 with *in_use=true: another server listens in that folder. */
Status server_new(Server **out, const ServerConfig *config, bool *in_use, Err *err) MUST_CHECK;
/* Removes a socket that a dead server left. */
Status server_listen(Server *server, Err *err) MUST_CHECK;
/* Runs sessions on the engine until it is told to stop, then ends them all and removes the socket.
 * SIGTERM and SIGINT stop it; a second one ends the process at once with 128 + signal. */
Status server_run(Server *server, Engine *engine, Err *err) MUST_CHECK;
void server_stop(Server *server); /* from any thread */
void server_free(Server *server); /* NULL allowed */
const char *server_socket_path(const Server *server);

#endif
