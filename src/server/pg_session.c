/* pg_session.c - see pg_session.h. */
#include "server/pg_session.h"

#include <stdio.h>
#include "grammar/parse.h"
#include "server/pg_settings.h"
#include "server/pg_types.h"

enum {
    SEND_BYTES = 64 * 1024,  /* rows are handed to the loop in pieces of about this size */
    KEEP_BYTES = 256 * 1024, /* a buffer that grew beyond is given back after the query */
};

typedef struct PgSession {
    Connection *connection;
    Session *session;
    Buf out;       /* messages not yet handed to the loop */
    Arena rows;    /* scratch of pg_types_row */
    bool skipping; /* an extended query failed: nothing until Sync */
    PgReported reported;
    /* of the statement that runs */
    ResultKind kind;
    const Zone *zone;
    int64_t row_count;
    bool described, copying, is_done;
} PgSession;

static void send_now(PgSession *pg, bool wait)
{
    connection_send(pg->connection, &pg->out, wait);
}

/* ---- what the engine calls ---- */

/* Why rows are not taken any more, if they are not. */
static Status check_client(PgSession *pg, Err *err)
{
    if (!connection_is_cancelled(pg->connection))
        return OK;
    if (connection_is_gone(pg->connection))
        return err_set(err, "08006", -1, "the client has gone");
    if (pg->described && pg->kind != RESULT_ROWS && pg->kind != RESULT_TEXT)
        return STOP;
    return err_canceled(err, NULL);
}

static Status host_columns(void *context, const ResultShape *shape, Err *err)
{
    PgSession *pg = context;
    ResultKind kind = shape->kind;
    pg_reported_kind(&pg->reported, kind, &pg->out);
    pg_types_describe(&pg->out, shape->columns, shape->column_count);
    pg->described = true;
    pg->kind = kind;
    pg->zone = shape->zone;
    Status status = check_client(pg, err);
    if (status == OK && kind != RESULT_ROWS && kind != RESULT_TEXT)
        send_now(pg, false);
    return status;
}

static Status host_rows(void *context, const Batch *batch, Err *err)
{
    PgSession *pg = context;
    for (uint32_t i = 0; i < batch_live(batch); i++) {
        uint32_t row = batch_row(batch, i);
        for (int32_t copies = batch_weight(batch, row); copies > 0; copies--) {
            pg_types_row(&pg->out, batch, row, pg->zone, &pg->rows);
            pg->row_count++;
            if (pg->out.length >= SEND_BYTES) {
                TRY(check_client(pg, err));
                send_now(pg, true);
            }
        }
    }
    arena_reset(&pg->rows);
    return check_client(pg, err);
}

/* A result has one description on the wire, so the tables of one are parted by notices. */
static Status host_heading(void *context, int64_t number, Err *err)
{
    PgSession *pg = context;
    char text[40];
    (void)snprintf(text, sizeof text, "Batch: %lld", (long long)number);
    pg_notice(&pg->out, "NOTICE", NULL, text, NULL);
    return check_client(pg, err);
}

static Status host_flush(void *context, Err *err)
{
    PgSession *pg = context;
    TRY(check_client(pg, err));
    send_now(pg, true);
    return OK;
}

static Status host_copy_begin(void *context, int columns, Err *err)
{
    PgSession *pg = context;
    pg_copy_out(&pg->out, columns);
    pg->copying = true;
    return check_client(pg, err);
}

static Status host_copy_out(void *context, const char *bytes, size_t count, Err *err)
{
    PgSession *pg = context;
    pg_copy_lines(&pg->out, bytes, count);
    TRY(check_client(pg, err));
    send_now(pg, true); /* the query may be a stream: nothing says so here */
    return OK;
}

static void host_done(void *context, const char *tag)
{
    PgSession *pg = context;
    if (pg->copying)
        pg_copy_done(&pg->out);
    pg_command_complete(&pg->out, tag);
    pg->is_done = true;
}

static const char *severity_name(Severity severity)
{
    switch (severity) {
    case SEVERITY_NOTICE:
        return "NOTICE";
    case SEVERITY_WARNING:
    case SEVERITY_ERROR: /* an ErrorResponse would end the statement for the client */
        break;
    }
    return "WARNING";
}

static void host_notice(void *context, Severity severity, const char *sqlstate, const char *message,
                        const char *hint)
{
    PgSession *pg = context;
    pg_notice(&pg->out, severity_name(severity), sqlstate, message, hint);
    send_now(pg, false);
}

/* ---- queries ---- */

/* A position in one statement, as characters from 1 in the whole query; 0: none. */
static uint32_t query_position(Str query, const ParsePiece *piece, const Err *err)
{
    if (err->position < 0)
        return 0;
    size_t offset = (size_t)err->position;
    if (offset > piece->text.length)
        offset = piece->text.length;
    return (uint32_t)utf8_count(query.data, piece->offset + offset) + 1;
}

static Status run_piece(PgSession *pg, const ParsePiece *piece, Err *err)
{
    pg->described = pg->copying = pg->is_done = false;
    pg->kind = RESULT_ROWS;
    pg->row_count = 0;
    *err = ERR_NONE;
    if (connection_is_cancelled(pg->connection))
        return err_canceled(err, NULL);
    Status status = session_run(pg->session, piece->text, err);
    if (status == FAIL)
        return FAIL;
    if (!pg->is_done && (pg->described || pg->copying)) {
        char tag[40];
        (void)snprintf(tag, sizeof tag, "SELECT %lld", (long long)pg->row_count);
        host_done(pg, tag);
    } else if (!pg->is_done) {
        pg_empty_query(&pg->out);
    }
    pg_reported_update(&pg->reported, pg->session, &pg->out);
    return OK;
}

/* Runs the statements of a query in turn; an error ends the rest, and so does a cancel request that
 * a streaming SELECT took as its end. */
static void run_pieces(PgSession *pg, Str query)
{
    ParsePiece piece;
    size_t offset = 0;
    bool any = false;
    while (parse_next(query, &offset, true, &piece)) {
        Err err;
        any = true;
        send_now(pg, false); /* the result before, for this one may take its time */
        if (run_piece(pg, &piece, &err) != OK) {
            pg_error(&pg->out, "ERROR", &err, query_position(query, &piece, &err));
            return;
        }
    }
    if (!any)
        pg_empty_query(&pg->out);
}

static void run_query(PgSession *pg, Str query)
{
    connection_begin(pg->connection);
    if (utf8_valid(query.data, query.length)) {
        run_pieces(pg, query);
    } else {
        Err err = ERR_NONE;
        err_set(&err, SQLSTATE_BAD_ENCODING, -1, "invalid byte sequence for encoding \"UTF8\"");
        pg_error(&pg->out, "ERROR", &err, 0);
    }
    connection_end(pg->connection);
    arena_reset(&pg->rows);
    pg_ready_for_query(&pg->out, 'I');
    send_now(pg, false);
    if (pg->out.capacity > KEEP_BYTES)
        buf_deinit(&pg->out);
}

/* ---- messages ---- */

static void fatal(PgSession *pg, const Err *err)
{
    pg_error(&pg->out, "FATAL", err, 0);
    send_now(pg, false);
}

static void refuse(PgSession *pg, const char *what)
{
    Err err = ERR_NONE;
    err_set(&err, SQLSTATE_NOT_SUPPORTED, -1, "%s are not supported yet", what);
    err_hint(&err, "Send statements as simple queries.");
    pg_error(&pg->out, "ERROR", &err, 0);
    send_now(pg, false);
}

/* False: the session is over. */
static bool handle_message(PgSession *pg, PgFrame frame)
{
    Err err = ERR_NONE;
    Str query;
    if (pg->skipping && frame.type != 'S' && frame.type != 'X')
        return true;
    switch (frame.type) {
    case 'Q':
        if (!pg_read_cstring(&frame.payload, &query) || frame.payload.length)
            break;
        run_query(pg, query);
        return true;
    case 'X':
        return false;
    case 'P':
    case 'B':
    case 'D':
    case 'E':
    case 'C':
        pg->skipping = true;
        refuse(pg, "extended queries");
        return true;
    case 'S':
        pg->skipping = false;
        pg_ready_for_query(&pg->out, 'I');
        send_now(pg, false);
        return true;
    case 'F':
        refuse(pg, "function calls");
        pg_ready_for_query(&pg->out, 'I');
        send_now(pg, false);
        return true;
    case 'H': /* nothing is ever held back */
    case 'd': /* of a COPY that has failed */
    case 'c':
    case 'f':
        return true;
    default:
        err_set(&err, SQLSTATE_PROTOCOL, -1, "invalid frontend message type %d",
                (unsigned char)frame.type);
        fatal(pg, &err);
        return false;
    }
    err_set(&err, SQLSTATE_PROTOCOL, -1, "invalid message format");
    fatal(pg, &err);
    return false;
}

static void serve_messages(PgSession *pg)
{
    Buf bytes;
    PgFrame frame;
    Err err = ERR_NONE;
    ConnectionNext next;
    buf_init(&bytes);
    while ((next = connection_next(pg->connection, &bytes, &frame, &err)) == CONNECTION_MESSAGE &&
           handle_message(pg, frame)) {
        if (bytes.capacity > KEEP_BYTES)
            buf_deinit(&bytes);
    }
    buf_deinit(&bytes);
    if (next == CONNECTION_DRAINED)
        err_set(&err, SQLSTATE_SHUTDOWN, -1, "terminating connection due to administrator command");
    if (next == CONNECTION_DRAINED || next == CONNECTION_BAD)
        fatal(pg, &err);
}

static Status greet(PgSession *pg, const PgStartup *startup, Err *err)
{
    TRY(pg_settings_apply(pg->session, startup, err));
    if (startup->minor || startup->protocol_option_count)
        pg_negotiate_version(&pg->out, startup);
    pg_authentication_ok(&pg->out);
    pg_reported_start(&pg->reported, pg->session, startup, &pg->out);
    pg_backend_key(&pg->out, pg->connection->id, pg->connection->key);
    pg_ready_for_query(&pg->out, 'I');
    send_now(pg, false);
    return OK;
}

void pg_session_serve(Connection *connection, Engine *engine, const PgStartup *startup)
{
    PgSession pg = {.connection = connection};
    SessionHost host = {
        .context = &pg,
        .columns = host_columns,
        .rows = host_rows,
        .heading = host_heading,
        .flush = host_flush,
        .done = host_done,
        .notice = host_notice,
        .copy_begin = host_copy_begin,
        .copy_out = host_copy_out,
    };
    Err err = ERR_NONE;
    buf_init(&pg.out);
    arena_init(&pg.rows);
    pg.session = session_new(engine, &host);
    connection_set_session(connection, pg.session);
    if (greet(&pg, startup, &err) == OK)
        serve_messages(&pg);
    else
        fatal(&pg, &err);
    connection_set_session(connection, NULL);
    session_free(pg.session);
    pg_reported_deinit(&pg.reported);
    arena_deinit(&pg.rows);
    buf_deinit(&pg.out);
    connection_finish(connection);
}
