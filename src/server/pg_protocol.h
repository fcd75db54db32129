/*
 * pg_protocol.h - PostgreSQL's protocol 3.0 as bytes: frames in, messages out.
 *
 *     start-up packet   | length i32 | code i32 | payload |          length counts itself
 *     message           | type u8 | length i32 | payload |           and not the type
 *
 * All numbers are big-endian.  Nothing here knows a socket or a session; what
 * comes from a client is checked here before anybody else looks at it.
 * The format: PostgreSQL 15 documentation, chapter 55.
 */
#ifndef STREAMD_SERVER_PG_PROTOCOL_H
#define STREAMD_SERVER_PG_PROTOCOL_H

#include "base/buf.h"
#include "base/str.h"

enum {
    PG_STARTUP_BYTES_MAX = 10000,            /* as PostgreSQL's */
    PG_MESSAGE_BYTES_MAX = 64 * 1024 * 1024, /* a message's length field at most */
    PG_PARAMETERS_MAX = 64,                  /* in a start-up packet */
};

typedef enum PgFrameState {
    PG_FRAME_WHOLE,   /* there is one */
    PG_FRAME_PARTIAL, /* more bytes are needed */
    PG_FRAME_BAD      /* `err` says why; the connection cannot go on */
} PgFrameState;

typedef struct PgFrame {
    char type;
    Str payload;  /* points into the bytes given */
    size_t bytes; /* of the whole frame; PARTIAL: as far as known, else 0 */
} PgFrame;

/* Cuts the message at the start of `bytes`. */
PgFrameState pg_frame_next(Str bytes, PgFrame *frame, Err *err) MUST_CHECK;

typedef enum PgStartupKind {
    PG_STARTUP_SESSION,
    PG_STARTUP_CANCEL,
    PG_STARTUP_SSL,   /* to be answered with 'N', then another packet comes */
    PG_STARTUP_GSSENC /* the same */
} PgStartupKind;

typedef struct PgParameter {
    const char *name, *value; /* point into the packet */
} PgParameter;

typedef struct PgStartup {
    PgStartupKind kind;
    size_t bytes; /* of the packet */
    /* SESSION */
    uint32_t minor; /* 3.<minor> as asked for; we speak 3.0 */
    PgParameter parameters[PG_PARAMETERS_MAX];
    int parameter_count;
    int protocol_option_count; /* parameters that begin with "_pq_.", none of which is known */
    /* CANCEL */
    uint32_t cancel_pid, cancel_key;
} PgStartup;

/* Cuts the start-up packet at the start of `bytes`. */
PgFrameState pg_startup_next(Str bytes, PgStartup *startup, Err *err) MUST_CHECK;
/* Value of a parameter, or NULL. */
const char *pg_startup_get(const PgStartup *startup, const char *name);

/* Reading a payload: false when it is too short or a string does not end. */
bool pg_read_cstring(Str *payload, Str *out); /* without its NUL */

/* Building a message:  size_t at = pg_begin(out, 'T'); … ; pg_end(out, at); */
size_t pg_begin(Buf *out, char type);
void pg_end(Buf *out, size_t at);
void pg_add_i16(Buf *out, int value);
void pg_add_i32(Buf *out, int32_t value);
void pg_add_cstring(Buf *out, const char *text);

/* Whole messages. */
void pg_authentication_ok(Buf *out);
void pg_parameter_status(Buf *out, const char *name, const char *value);
void pg_backend_key(Buf *out, uint32_t pid, uint32_t key);
void pg_negotiate_version(Buf *out, const PgStartup *startup);
void pg_ready_for_query(Buf *out, char transaction_state);
void pg_command_complete(Buf *out, const char *tag);
void pg_empty_query(Buf *out);
/* severity "ERROR" or "FATAL"; position: characters from 1, 0: none. */
void pg_error(Buf *out, const char *severity, const Err *err, uint32_t position);
void pg_notice(Buf *out, const char *severity, const char *sqlstate, const char *message,
               const char *hint);        /* hint NULL or "": none */
void pg_copy_out(Buf *out, int columns); /* CopyOutResponse: as text */
/* One CopyData message a line: what clients count on that take one for a row. */
void pg_copy_lines(Buf *out, const char *bytes, size_t count);
void pg_copy_done(Buf *out);

#endif
