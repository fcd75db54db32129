/*
 * session.c - one statement at a time: parse, then one function per kind.
 */
#include "engine/internal.h"

#include <stdarg.h>
#include <stdlib.h>
#include "grammar/parse.h"

Session *session_new(Engine *engine, const SessionHost *host)
{
    Session *session = mem_zalloc(sizeof *session);
    session->engine = engine;
    session->host = *host;
    settings_init(&session->settings);
    mutex_init(&session->lock);
    for (int k = 0; k < KEPT_KINDS; k++)
        kept_init(&session->kept[k], k);
    return session;
}

static void drop_temporary(const Session *session)
{
    if (!session->temporary.count)
        return;
    Engine *engine = session->engine;
    mutex_lock(&engine->ddl);
    for (size_t i = session->temporary.count; i-- > 0;) {
        TemporaryRelation *temporary = &session->temporary.at[i];
        const Relation *relation =
            catalog_find(engine->catalog, temporary->schema, temporary->name);
        if (relation && relation->id == temporary->id)
            (void)catalog_drop(engine->catalog, temporary->schema, temporary->name);
        free(temporary->schema);
        free(temporary->name);
    }
    mutex_unlock(&engine->ddl);
    catalog_reclaim(engine->catalog);
}

void session_free(Session *session)
{
    if (!session)
        return;
    for (int k = 0; k < KEPT_KINDS; k++)
        kept_deinit(&session->kept[k]);
    drop_temporary(session);
    list_free(&session->temporary);
    settings_deinit(&session->settings);
    mutex_deinit(&session->lock);
    free(session);
}

void session_cancel(Session *session)
{
    session->cancelled = true;
    mutex_lock(&session->lock);
    if (session->running) {
        job_cancel(session->running);
        job_wake(session->running);
    }
    mutex_unlock(&session->lock);
}

Status session_set(Session *session, const char *key, const char *value, Err *err)
{
    return settings_set(&session->settings, key, value, -1, -1, err);
}

const char *session_setting(const Session *session, const char *key)
{
    return settings_get(&session->settings, key);
}

void statement_done(StatementCall *call, const char *tag)
{
    call->session->host.done(call->session->host.context, tag);
}

void session_notice(Session *session, Severity severity, const char *sqlstate, const char *format,
                    ...)
{
    if (!session->host.notice)
        return;
    char message[ERR_MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    session->host.notice(session->host.context, severity, sqlstate, message, NULL);
}

static void planner_notice(void *context, const char *text)
{
    session_notice(context, SEVERITY_NOTICE, SQLSTATE_WARNING, "%s", text);
}

PlannerContext session_planner(StatementCall *call, PlanTarget target)
{
    bool watches =
        (target == PLAN_JOB || target == PLAN_MATERIALIZED) && !call->engine->config.replay;
    return (PlannerContext){
        .catalog = call->engine->catalog,
        .session = {.timezone = arena_strdup(call->arena,
                                             settings_get(&call->session->settings, "timezone")),
                    .user = "streamd"},
        .sql = call->sql,
        .target = target,
        .scan_default = watches ? SCAN_DEFAULT_WATCH : SCAN_DEFAULT_BOUNDED,
        .disabled_rules = settings_get(&call->session->settings, "optimizer.disable"),
        .arena = call->arena,
        .notice = planner_notice,
        .notice_context = call->session,
    };
}

Status session_text_rows(Session *session, const char *const *names, int columns,
                         const char *const *cells, int rows, ResultKind kind, Err *err)
{
    Arena arena;
    arena_init(&arena);
    PhysicalColumn *shape = ARENA_ARRAY(&arena, PhysicalColumn, columns + 1);
    Vector *vectors = ARENA_ARRAY(&arena, Vector, columns + 1);
    for (int c = 0; c < columns; c++)
        shape[c] = (PhysicalColumn){names[c], type_of(TYPE_VARCHAR)};
    ResultShape result = {shape, columns, kind, NULL};
    Status status = session->host.columns(session->host.context, &result, err);
    for (int from = 0; status == OK && from < rows; from += BATCH_ROWS) {
        int count = rows - from < BATCH_ROWS ? rows - from : BATCH_ROWS;
        for (int c = 0; c < columns; c++) {
            vector_make(&vectors[c], &arena, type_of(TYPE_VARCHAR), BATCH_ROWS, true);
            for (int r = 0; r < count; r++) {
                const char *text = cells[(from + r) * columns + c];
                if (text)
                    ((Text *)vectors[c].data)[r] = text_make(text, (uint32_t)strlen(text));
                else
                    vector_set_null(&vectors[c], &arena, (uint32_t)r, BATCH_ROWS);
            }
        }
        Batch batch = {
            .cols = vectors, .col_count = (uint16_t)columns, .row_count = (uint16_t)count};
        status = session->host.rows(session->host.context, &batch, err);
    }
    arena_deinit(&arena);
    return status == STOP ? OK : status;
}

static Status not_yet(const char *what, const Statement *statement, Err *err)
{
    return err_set(err, SQLSTATE_NOT_SUPPORTED, statement->position, "%s is not supported yet",
                   what);
}

static Status run_statement(StatementCall *call, Err *err)
{
    const Statement *statement = call->statement;
    if (statement->param_count)
        return err_set(err, SQLSTATE_UNDEFINED_PARAMETER, statement->position,
                       "there is no parameter $1");
    switch (statement->kind) {
    case STATEMENT_QUERY:
        return statement_query(call, err);
    case STATEMENT_INSERT:
        return statement_insert(call, err);
    case STATEMENT_CREATE:
        return statement_create(call, err);
    case STATEMENT_DROP:
        return statement_drop(call, err);
    case STATEMENT_START_JOB:
        return statement_start_job(call, err);
    case STATEMENT_STOP_JOB:
        return statement_stop_job(call, err);
    case STATEMENT_EXPLAIN:
        return statement_explain(call, err);
    case STATEMENT_SHOW:
        return statement_show(call, err);
    case STATEMENT_DESCRIBE:
        return statement_describe(call, err);
    case STATEMENT_SET:
        return statement_set(call, err);
    case STATEMENT_RESET:
        return statement_reset(call, err);
    case STATEMENT_COPY:
        return statement_copy(call, err);
    case STATEMENT_FLUSH:
        return statement_flush(call, err);
    case STATEMENT_DISCARD:
        settings_reset_all(&call->session->settings);
        statement_done(call, "DISCARD ALL");
        return OK;
    case STATEMENT_UPDATE:
        return not_yet("UPDATE", statement, err);
    case STATEMENT_DELETE:
        return not_yet("DELETE", statement, err);
    case STATEMENT_TRUNCATE:
        return not_yet("TRUNCATE", statement, err);
    case STATEMENT_ALTER:
        return not_yet("ALTER", statement, err);
    case STATEMENT_BEGIN_STATEMENT_SET:
    case STATEMENT_END:
        return not_yet("STATEMENT SET", statement, err);
    case STATEMENT_BEGIN:
    case STATEMENT_COMMIT:
    case STATEMENT_ROLLBACK:
    case STATEMENT_SAVEPOINT:
    case STATEMENT_RELEASE:
    case STATEMENT_ROLLBACK_TO:
    case STATEMENT_SET_TRANSACTION:
        return not_yet("a transaction of several statements", statement, err);
    case STATEMENT_PREPARE:
    case STATEMENT_EXECUTE:
    case STATEMENT_DEALLOCATE:
        return not_yet("PREPARE", statement, err);
    case STATEMENT_DECLARE_CURSOR:
    case STATEMENT_FETCH:
    case STATEMENT_CLOSE:
        return not_yet("a cursor", statement, err);
    case STATEMENT_USE:
        return not_yet("USE", statement, err);
    }
    return err_set(err, SQLSTATE_INTERNAL, -1, "a statement of an unknown kind");
}

Status session_run(Session *session, Str text, Err *err)
{
    Arena arena;
    arena_init(&arena);
    session->cancelled = false;
    StatementCall call = {.session = session, .engine = session->engine, .arena = &arena};
    Statement *statement = NULL;
    Status status = parse_statement(text, &arena, &statement, err);
    if (status == OK && statement) {
        call.sql = arena_strndup(&arena, text.data, text.length);
        call.statement = statement;
        catalog_pin(session->engine->catalog, &session->pin, NULL);
        status = run_statement(&call, err);
        catalog_unpin(session->engine->catalog, &session->pin);
        catalog_reclaim(session->engine->catalog);
    }
    arena_deinit(&arena);
    return status == STOP ? OK : status;
}
