/*
 * session_ddl.c - CREATE and DROP: which part of the engine does it.  What
 * changes the catalog and the set of jobs goes one at a time, under Engine.ddl.
 */
#include "engine/internal.h"

static const char *object_tag(ObjectKind object, bool create)
{
    switch (object) {
    case OBJECT_VIEW:
        return create ? "CREATE VIEW" : "DROP VIEW";
    case OBJECT_SOURCE:
        return create ? "CREATE SOURCE" : "DROP SOURCE";
    case OBJECT_SINK:
        return create ? "CREATE SINK" : "DROP SINK";
    case OBJECT_MATERIALIZED_VIEW:
        return create ? "CREATE MATERIALIZED VIEW" : "DROP MATERIALIZED VIEW";
    case OBJECT_JOB:
        return create ? "CREATE JOB" : "DROP JOB";
    case OBJECT_TABLE:
    case OBJECT_FUNCTION:
    case OBJECT_MODEL:
    case OBJECT_CATALOG:
    case OBJECT_DATABASE:
    default:
        return create ? "CREATE TABLE" : "DROP TABLE";
    }
}

Status statement_create(StatementCall *call, Err *err)
{
    const CreateStatement *create = call->statement->create;
    int64_t filling = 0;
    bool defines = create->object == OBJECT_TABLE || create->object == OBJECT_SOURCE ||
                   create->object == OBJECT_SINK;
    if (defines && (create->query || create->from.count))
        return statement_create_as(call, err);
    mutex_lock(&call->engine->ddl);
    Status status;
    switch (create->object) {
    case OBJECT_JOB:
        status = session_create_named_job(call, err);
        break;
    case OBJECT_MATERIALIZED_VIEW:
        status = session_create_materialized(call, &filling, err);
        break;
    case OBJECT_TABLE:
    case OBJECT_SOURCE:
    case OBJECT_SINK:
    case OBJECT_VIEW:
        status = session_create_relation(call, err);
        if (status == OK)
            statement_done(call, object_tag(create->object, true));
        break;
    case OBJECT_FUNCTION:
    case OBJECT_MODEL:
    case OBJECT_CATALOG:
    case OBJECT_DATABASE:
    default:
        status = err_set(err, SQLSTATE_NOT_SUPPORTED, call->statement->position,
                         "this kind of CREATE is not supported yet");
        break;
    }
    mutex_unlock(&call->engine->ddl);
    if (status == OK && create->object == OBJECT_MATERIALIZED_VIEW) {
        TRY(session_wait_filled(call, filling, err));
        statement_done(call, "CREATE MATERIALIZED VIEW");
    }
    return status;
}

Status statement_drop(StatementCall *call, Err *err)
{
    const DropStatement *drop = call->statement->drop;
    mutex_lock(&call->engine->ddl);
    Status status = OK;
    for (size_t i = 0; status == OK && i < drop->names.count; i++) {
        const NameList *name = &drop->names.at[i];
        switch (drop->object) {
        case OBJECT_JOB:
            status = session_drop_job(call, ast_last_name(name), drop->if_exists,
                                      name->at[0].position, err);
            break;
        case OBJECT_TABLE:
        case OBJECT_SOURCE:
        case OBJECT_SINK:
        case OBJECT_VIEW:
        case OBJECT_MATERIALIZED_VIEW:
            status = session_drop_relation(call, drop, name, err);
            break;
        case OBJECT_FUNCTION:
        case OBJECT_MODEL:
        case OBJECT_CATALOG:
        case OBJECT_DATABASE:
        default:
            status = err_set(err, SQLSTATE_NOT_SUPPORTED, call->statement->position,
                             "this kind of DROP is not supported yet");
        }
    }
    mutex_unlock(&call->engine->ddl);
    TRY(status);
    statement_done(call, object_tag(drop->object, false));
    return OK;
}
