/*
 * pg_settings.h - what a client asks for at start-up, and what it is told of its session's
 * settings.
 *
 * PostgreSQL's clients keep a copy of some settings (PQparameterStatus); they get them
 * at start-up and whenever a statement has changed one.  One is streamd's own: `streamd.result`
 * says what the rows that follow are: rows, text, stream or complete (ResultKind).
 */
#ifndef STREAMD_SERVER_PG_SETTINGS_H
#define STREAMD_SERVER_PG_SETTINGS_H

#include "engine/engine.h"
#include "server/pg_protocol.h"

/* Sets what the start-up packet asks for, its `options` ("-c key=value …") included; settings that
 * nobody knows are passed over. */
Status pg_settings_apply(Session *session, const PgStartup *startup, Err *err) MUST_CHECK;

enum { PG_REPORTED_MAX = 8 };
typedef struct PgReported {
    char *values[PG_REPORTED_MAX]; /* as last told */
    ResultKind kind;
} PgReported;

void pg_reported_start(PgReported *reported, const Session *session, const PgStartup *startup,
                       Buf *out);
void pg_reported_update(PgReported *reported, const Session *session, Buf *out);
void pg_reported_kind(PgReported *reported, ResultKind kind, Buf *out);
void pg_reported_deinit(PgReported *reported);

#endif
