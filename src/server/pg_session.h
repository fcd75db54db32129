/*
 * pg_session.h - one client's session: PostgreSQL messages to statements, and results back.
 *
 * It runs on a thread of its own and blocks there: for the next message, in the
 * engine while a statement runs, for room when its client reads too slowly.
 */
#ifndef STREAMD_SERVER_PG_SESSION_H
#define STREAMD_SERVER_PG_SESSION_H

#include "server/connection.h"

/* Serves until the client leaves or the server drains, and ends with connection_finish.  `startup`
 * (its strings too) must live until then. */
void pg_session_serve(Connection *connection, Engine *engine, const PgStartup *startup);

#endif
