/* fake_engine.c - see fake_engine.h. */
#include "fake_engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "engine/engine.h"

_Atomic int fake_sessions, fake_running;
_Atomic int64_t fake_rows_handed;

struct Session {
    SessionHost host;
    _Atomic bool cancelled;
    char application_name[64];
};

Session *session_new(Engine *engine, const SessionHost *host)
{
    (void)engine;
    Session *session = mem_zalloc(sizeof *session);
    session->host = *host;
    fake_sessions++;
    return session;
}

void session_free(Session *session)
{
    free(session);
    fake_sessions--;
}

void session_cancel(Session *session)
{
    session->cancelled = true;
}

Status session_set(Session *session, const char *key, const char *value, Err *err)
{
    if (text_equal_nocase(key, "application_name")) {
        (void)snprintf(session->application_name, sizeof session->application_name, "%s", value);
        return OK;
    }
    if (text_equal_nocase(key, "trigger"))
        return err_set(err, SQLSTATE_INVALID_PARAMETER, 3, "bad trigger");
    return err_set(err, SQLSTATE_UNDEFINED_OBJECT, 3, "unknown setting \"%s\"", key);
}

const char *session_setting(const Session *session, const char *key)
{
    return text_equal_nocase(key, "application_name") ? session->application_name : NULL;
}

static Status give_columns(Session *session, ResultKind kind, Err *err)
{
    PhysicalColumn columns[] = {{"n", type_of(TYPE_INT)}, {"t", type_varchar(0)}};
    ResultShape shape = {columns, 2, kind, NULL};
    return session->host.columns(session->host.context, &shape, err);
}

static Status give_rows(Session *session, int first, int count, Err *err)
{
    Arena arena;
    Vector vectors[2];
    Status status = OK;
    arena_init(&arena);
    for (int at = 0; status == OK && at < count; at += BATCH_ROWS) {
        int rows = count - at < BATCH_ROWS ? count - at : BATCH_ROWS;
        vector_make(&vectors[0], &arena, type_of(TYPE_INT), BATCH_ROWS, true);
        vector_make(&vectors[1], &arena, type_varchar(0), BATCH_ROWS, true);
        for (int i = 0; i < rows; i++) {
            ((int32_t *)vectors[0].data)[i] = first + at + i;
            ((Text *)vectors[1].data)[i] = text_make("some text of thirty-two bytes...", 32);
        }
        Batch batch = {.cols = vectors, .col_count = 2, .row_count = (uint16_t)rows};
        status = session->host.rows(session->host.context, &batch, err);
        arena_reset(&arena);
    }
    arena_deinit(&arena);
    return status;
}

static Status flood(Session *session, Err *err)
{
    TRY(give_columns(session, RESULT_STREAM, err));
    Status status = OK;
    for (int i = 0; status == OK && !session->cancelled; i += 100) {
        status = give_rows(session, i, 100, err);
        fake_rows_handed += 100;
    }
    return status;
}

static Status stream(Session *session, bool rows, Err *err)
{
    TRY(give_columns(session, RESULT_STREAM, err));
    for (int i = 0; !session->cancelled; i++) {
        (void)usleep(5000);
        if (rows) {
            TRY(give_rows(session, i, 1, err));
            TRY(session->host.flush(session->host.context, err));
        }
    }
    return OK;
}

static Status run(Session *session, Str text, Err *err)
{
    SessionHost *host = &session->host;
    void *context = host->context;
    char statement[64];
    (void)snprintf(statement, sizeof statement, STR_FORMAT, STR_ARG(text));
    int count = 0;
    if (sscanf(statement, "SELECT rows %d", &count) == 1) {
        TRY(give_columns(session, RESULT_ROWS, err));
        TRY(give_rows(session, 0, count, err));
        (void)snprintf(statement, sizeof statement, "SELECT %d", count);
        host->done(context, statement);
    } else if (strcmp(statement, "SELECT stream") == 0) {
        TRY(stream(session, true, err));
        host->done(context, "SELECT 7");
    } else if (strcmp(statement, "SELECT idle") == 0) {
        TRY(stream(session, false, err));
        host->done(context, "SELECT 0");
    } else if (strcmp(statement, "SELECT flood") == 0) {
        TRY(flood(session, err));
        host->done(context, "SELECT 8");
    } else if (strcmp(statement, "SELECT wait") == 0) {
        while (!session->cancelled)
            (void)usleep(1000);
        return err_set(err, SQLSTATE_CANCELED, -1, "canceling statement due to user request");
    } else if (strcmp(statement, "SELECT complete") == 0) {
        TRY(give_columns(session, RESULT_COMPLETE, err));
        for (int i = 0; i < 3; i++) {
            TRY(host->heading(context, i, err));
            TRY(give_rows(session, i, 1, err));
            TRY(host->flush(context, err));
        }
        host->done(context, "SELECT 3");
    } else if (strcmp(statement, "SELECT half") == 0) {
        TRY(give_columns(session, RESULT_ROWS, err));
        TRY(give_rows(session, 0, 1, err));
        return err_set(err, SQLSTATE_DIVISION_BY_ZERO, -1, "division by zero");
    } else if (sscanf(statement, "FAIL %d", &count) == 1) {
        err_set(err, SQLSTATE_SYNTAX, count, "told to fail");
        return err_hint(err, "Do not.");
    } else if (strcmp(statement, "COPY") == 0) {
        TRY(host->copy_begin(context, 2, err));
        TRY(host->copy_out(context, "a,b\n1,2\n", 8, err));
        TRY(host->copy_out(context, "3,4\n", 4, err));
        host->done(context, "COPY 2");
    } else if (strcmp(statement, "NOTICE") == 0) {
        host->notice(context, SEVERITY_WARNING, SQLSTATE_WARNING, "3 rows rejected", "Look.");
        host->done(context, "NOTICE");
    } else if (strncmp(statement, "NAME ", 5) == 0) {
        TRY(session_set(session, "application_name", statement + 5, err));
        host->done(context, "SET");
    } else {
        host->done(context, "OTHER");
    }
    return OK;
}

Status session_run(Session *session, Str statement, Err *err)
{
    session->cancelled = false;
    fake_running++;
    Status status = run(session, statement, err);
    if (status == STOP) { /* the client wants no more of a stream */
        session->host.done(session->host.context, "SELECT 9");
        status = OK;
    }
    fake_running--;
    return status;
}
