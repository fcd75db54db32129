/* remote.c - see remote.h. */
#include "cli/remote.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include "cli/client.h"
#include "cli/interrupt.h"
#include "cli/remote_paths.h"
#include "cli/remote_rows.h"
#include "cli/report.h"

typedef struct Remote {
    Shell *shell;
    Client client;
    RemoteRows rows;
    bool described; /* the result's columns are known */
    bool stopped;   /* nobody wants the rest */
    ResultKind kind;
    bool heading_pending; /* "Batch: N" has come, its rows have not */
    int64_t heading;
    Status notice_status; /* of writing what a notice brought */
    Err notice_err;
    bool lost;  /* the connection */
    Mutex lock; /* the client's cancel handle, which another thread uses */
    bool local; /* the daemon sees the files that we see */
} Remote;

/* ---- what the server says ---- */

static ResultKind result_kind(Remote *remote)
{
    static const char *const names[] = {"rows", "text", "stream", "complete"};
    const char *name = remote->client.parameterStatus(remote->client.connection, "streamd.result");
    for (int i = 0; name && i < 4; i++)
        if (strcmp(name, names[i]) == 0)
            return (ResultKind)i;
    return RESULT_ROWS;
}

static Status put_heading(Remote *remote, Err *err)
{
    if (!remote->heading_pending)
        return OK;
    remote->heading_pending = false;
    TRY(remote_rows_flush(&remote->rows, &remote->shell->render, err));
    return render_heading(&remote->shell->render, remote->heading, err);
}

static void on_notice(void *context, const PGresult *result)
{
    Remote *remote = context;
    const Client *client = &remote->client;
    const char *message = client->resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *severity = client->resultErrorField(result, PG_DIAG_SEVERITY);
    static const char mark[] = "Batch: ";
    if (!message)
        return;
    if (result_kind(remote) == RESULT_COMPLETE && strncmp(message, mark, sizeof mark - 1) == 0) {
        /* The table before was empty, if its heading still waits. */
        if (remote->described && remote->notice_status == OK)
            remote->notice_status = put_heading(remote, &remote->notice_err);
        remote->heading = strtoll(message + sizeof mark - 1, NULL, 10);
        remote->heading_pending = true;
        return;
    }
    report_notice(severity && strcmp(severity, "WARNING") == 0 ? SEVERITY_WARNING : SEVERITY_NOTICE,
                  client->resultErrorField(result, PG_DIAG_SQLSTATE), message,
                  client->resultErrorField(result, PG_DIAG_MESSAGE_HINT));
}

/* libpq counts characters from 1. */
static int32_t byte_position(const char *field, Str statement)
{
    long character = field ? strtol(field, NULL, 10) : 0;
    if (character < 1)
        return -1;
    size_t at = 0;
    for (long i = 1; i < character && at < statement.length; i++) {
        at++;
        while (at < statement.length && ((unsigned char)statement.data[at] & 0xc0) == 0x80)
            at++;
    }
    return (int32_t)at;
}

static Status take_error(Remote *remote, const PGresult *result, Str statement, Err *err)
{
    const Client *client = &remote->client;
    const char *state = client->resultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = client->resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *hint = client->resultErrorField(result, PG_DIAG_MESSAGE_HINT);
    const char *severity = client->resultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (client->status(client->connection) != CONNECTION_OK ||
        (severity && strcmp(severity, "FATAL") == 0))
        remote->lost = true;
    Str text = message ? str_trim(str_from(message)) : client_error(client);
    (void)err_set(
        err, state ? state : "08006",
        byte_position(client->resultErrorField(result, PG_DIAG_STATEMENT_POSITION), statement),
        STR_FORMAT, STR_ARG(text));
    return hint ? err_hint(err, "%s", hint) : FAIL;
}

/* ---- one statement ---- */

static Status describe(Remote *remote, const PGresult *result, Err *err)
{
    if (remote->described)
        return OK;
    remote->described = true;
    remote->kind = result_kind(remote);
    remote_rows_begin(&remote->rows, &remote->client, result);
    /* Times are text already, on the clocks that the server's session has. */
    ResultShape shape = {remote->rows.columns, remote->rows.column_count, remote->kind, NULL};
    return render_columns(&remote->shell->render, &shape, remote->rows.shapes, err);
}

static Status take_rows(Remote *remote, const PGresult *result, Err *err)
{
    TRY(describe(remote, result, err));
    if (remote->notice_status == FAIL)
        *err = remote->notice_err;
    TRY(remote->notice_status);
    TRY(put_heading(remote, err));
    return remote_rows_add(&remote->rows, &remote->client, result, &remote->shell->render, err);
}

static Status copy_out(Remote *remote, Err *err)
{
    const Client *client = &remote->client;
    char *line;
    int length;
    while ((length = client->getCopyData(client->connection, &line, 0)) > 0) {
        Status status = remote->shell->host.copy_out(remote->shell, line, (size_t)length, err);
        client->freemem(line);
        TRY(status);
    }
    return OK;
}

/* The rows' end, or what a statement without rows answers. */
static Status take_result(Remote *remote, PGresult *result, Str statement, Err *err)
{
    switch (remote->client.resultStatus(result)) {
    case PGRES_SINGLE_TUPLE:
        return take_rows(remote, result, err);
    case PGRES_TUPLES_OK:
        TRY(take_rows(remote, result, err));
        TRY(remote_rows_flush(&remote->rows, &remote->shell->render, err));
        remote->shell->host.done(remote->shell, "");
        return OK;
    case PGRES_COPY_OUT:
        return copy_out(remote, err);
    case PGRES_COPY_IN:
    case PGRES_COPY_BOTH:
        (void)remote->client.putCopyEnd(remote->client.connection, "not supported");
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1, "COPY … FROM STDIN is not supported yet");
    case PGRES_FATAL_ERROR:
    case PGRES_BAD_RESPONSE:
        return take_error(remote, result, statement, err);
    case PGRES_COMMAND_OK:
        remote->shell->host.done(remote->shell, remote->client.cmdStatus(result));
        return OK;
    case PGRES_EMPTY_QUERY:
    case PGRES_NONFATAL_ERROR:
    case PGRES_PIPELINE_SYNC:
    case PGRES_PIPELINE_ABORTED:
        break;
    }
    return OK;
}

/* Shows what there is, then waits until the server has more to say. */
static Status wait_for_more(Remote *remote, Err *err)
{
    const Client *client = &remote->client;
    bool shown = false;
    while (client->isBusy(client->connection)) {
        if (!shown && remote->described) {
            TRY(put_heading(remote, err));
            TRY(remote_rows_flush(&remote->rows, &remote->shell->render, err));
            if (remote->kind != RESULT_ROWS && remote->kind != RESULT_TEXT)
                TRY(render_flush(&remote->shell->render, err));
        }
        shown = true;
        struct pollfd wait = {.fd = client->socket(client->connection), .events = POLLIN};
        if (poll(&wait, 1, -1) < 0 && errno != EINTR)
            return err_errno(err, errno, "wait for", "the daemon");
        if (!client->consumeInput(client->connection))
            return OK; /* the next result says why */
    }
    return OK;
}

static void cancel_now(void *self)
{
    Remote *remote = self;
    char message[256];
    mutex_lock(&remote->lock);
    (void)remote->client.cancel(remote->client.cancel_handle, message, sizeof message);
    mutex_unlock(&remote->lock);
}

static Status run_sent(Remote *remote, Str statement, Err *err)
{
    const Client *client = &remote->client;
    char *text = mem_strndup(statement.data, statement.length);
    int sent = client->sendQuery(client->connection, text);
    free(text);
    if (!sent) {
        remote->lost = true;
        return err_set(err, "08006", -1, STR_FORMAT, STR_ARG(client_error(client)));
    }
    (void)client->setSingleRowMode(client->connection);
    remote->described = remote->heading_pending = remote->stopped = false;
    remote->notice_status = OK;
    Status outcome = OK;
    for (;;) {
        Status status = remote->stopped ? OK : wait_for_more(remote, err);
        PGresult *result = status == OK ? client->getResult(client->connection) : NULL;
        if (status == OK && !result)
            break;
        if (status == OK && (!remote->stopped || outcome == OK))
            status = take_result(remote, result, statement, err);
        if (result)
            client->clear(result);
        if (status == OK)
            continue;
        if (outcome != FAIL)
            outcome = status;
        /* The rest is read and thrown away. */
        if (!remote->stopped && client->status(client->connection) == CONNECTION_OK)
            cancel_now(remote);
        remote->stopped = true;
    }
    return outcome == STOP ? OK : outcome;
}

static Status set_number(Remote *remote, const char *key, int value, Err *err)
{
    if (!value)
        return OK;
    char text[64];
    (void)snprintf(text, sizeof text, "SET '%s' = '%d'", key, value);
    return run_sent(remote, str_from(text), err);
}

static Status begin_session(Remote *remote, Err *err)
{
    const Args *args = remote->shell->args;
    TRY(set_number(remote, "threads", args->threads, err));
    return set_number(remote, "batch-rows", args->batch_rows, err);
}

/* At a prompt a daemon that has been started again is asked again. A script has lost what its
 * session had set, and ends. */
static Status reconnect(Remote *remote, Err *err)
{
    if (!remote->lost || !shell_is_interactive(remote->shell->args))
        return OK;
    TRY(client_reconnect(&remote->client, &remote->lock, err));
    remote->lost = false;
    report_notice(SEVERITY_NOTICE, "00000",
                  "connected again; settings and temporary views of the session are gone", NULL);
    return begin_session(remote, err);
}

static Status run_statement(void *self, Str statement, Err *err)
{
    Remote *remote = self;
    TRY(reconnect(remote, err));
    if (!remote->local)
        return run_sent(remote, statement, err);
    Arena arena;
    PathEdits edits;
    arena_init(&arena);
    Status status = run_sent(remote, remote_paths_absolute(statement, &arena, &edits), err);
    if (status == FAIL)
        err->position = remote_paths_position(&edits, err->position);
    arena_deinit(&arena);
    return status;
}

/* ---- the way in ---- */

static int run_connected(Remote *remote)
{
    Shell *shell = remote->shell;
    Err err = ERR_NONE;
    remote_rows_init(&remote->rows);
    (void)remote->client.setNoticeReceiver(remote->client.connection, on_notice, remote);
    shell->backend = (Backend){remote, run_statement, cancel_now};
    int code = EXIT_SQL;
    mutex_init(&remote->lock);
    if (begin_session(remote, &err) != OK)
        report_error(&err, STR(""), NULL);
    else
        code = shell_run(shell);
    remote_rows_deinit(&remote->rows);
    client_close(&remote->client);
    mutex_deinit(&remote->lock);
    return remote->lost ? EXIT_CONNECT : code;
}

int remote_run(Shell *shell, bool *used)
{
    const Args *args = shell->args;
    bool named = client_is_named(args);
    Arena arena;
    arena_init(&arena);
    *used = named;
    Remote remote = {.shell = shell, .local = !args->host};
    const char *path =
        named || args->local || args->data_dir ? NULL : client_default_socket(&arena);
    int code = 0;
    if (named || path) {
        Err err = ERR_NONE;
        if (client_connect(&remote.client, args, path, &err) == OK) {
            *used = true;
            code = run_connected(&remote);
        } else if (named) {
            report_error(&err, STR(""), NULL);
            code = EXIT_CONNECT;
        }
    }
    arena_deinit(&arena);
    return code;
}
