/*
 * session_as.c - CREATE TABLE t AS query, CREATE SINK s AS query, CREATE SINK s FROM v.
 *
 * Each is two statements in one: a definition, whose columns are the query's,
 * and an INSERT; that of a sink is a job of the sink's name, which goes with it.
 * They are run as those, so what is stored and shown are plain definitions.
 */
#include "engine/internal.h"

#include "grammar/parse.h"

static const Query *query_of(StatementCall *call)
{
    const CreateStatement *create = call->statement->create;
    if (create->query)
        return create->query;
    Arena *arena = call->arena;
    Query *query = ARENA_NEW(arena, Query);
    query->kind = QUERY_SELECT;
    query->select = ARENA_NEW(arena, Select);
    query->position = create->from.at[0].position;
    TableRef *table = ARENA_NEW(arena, TableRef);
    table->kind = TABLE_NAMED;
    table->named.name = create->from;
    table->position = create->from.at[0].position;
    list_push_arena(arena, &query->select->from, table);
    Expr *star = ARENA_NEW(arena, Expr);
    star->kind = EXPR_STAR;
    star->star = ARENA_NEW(arena, StarExpr);
    SelectItem item = {.expr = star};
    list_push_arena(arena, &query->select->items, item);
    return query;
}

static bool names_a_mode(const CreateStatement *create, const Query *query)
{
    bool named = query->emit == QUERY_EMIT_COMPLETE || query->emit == QUERY_EMIT_ON_CLOSE;
    for (size_t i = 0; i < create->options.count; i++)
        named |= text_equal_nocase(create->options.at[i].key, "output-mode") ||
                 text_equal_nocase(create->options.at[i].key, "outputMode");
    return named;
}

static bool is_typed(const CreateStatement *create)
{
    return create->columns.count && create->columns.at[0].type;
}

/* The columns as they would have been written.  A sink of a result that changes says how: `op`. */
static Status derive_columns(StatementCall *call, const Query *query, CreateStatement *made,
                             Err *err)
{
    const CreateStatement *create = call->statement->create;
    PlannerContext context = session_planner(call, PLAN_MATERIALIZED);
    PlanResult plan;
    Statement *parsed = NULL;
    TRY(plan_query(&context, query, &plan, err));
    const PhysicalNode *root = plan.physical->root;
    if (create->columns.count > root->column_count)
        return err_set(err, SQLSTATE_SYNTAX, create->columns.at[root->column_count].name.position,
                       "more column names than the query has columns");
    Buf text;
    buf_init(&text);
    buf_add_text(&text, "CREATE TABLE t (");
    if (create->object == OBJECT_SINK && !plan.physical->append_only &&
        !names_a_mode(create, query))
        buf_add_text(&text, "op STRING, ");
    for (uint16_t i = 0; i < root->column_count; i++) {
        if (i)
            buf_add_text(&text, ", ");
        ast_print_identifier(&text, i < create->columns.count ? create->columns.at[i].name.text
                                                              : root->columns[i].name);
        buf_printf(&text, " %s", type_name(root->columns[i].type, call->arena));
    }
    buf_add_text(&text, ")");
    Status status =
        parse_statement(str_from(arena_strndup(call->arena, buf_text(&text), text.length)),
                        call->arena, &parsed, err);
    buf_deinit(&text);
    if (status != OK) {
        err->position = query->position;
        return status;
    }
    made->columns.at = parsed->create->columns.at;
    made->columns.count = parsed->create->columns.count;
    for (size_t i = 0; i < made->columns.count; i++)
        made->columns.at[i].name.position = query->position;
    return OK;
}

static Statement *definition(StatementCall *call, CreateStatement **create)
{
    Statement *statement = arena_alloc(call->arena, sizeof *statement);
    *statement = *call->statement;
    *create = arena_alloc(call->arena, sizeof **create);
    **create = *call->statement->create;
    (*create)->query = NULL;
    (*create)->from = (NameList){0};
    statement->create = *create;
    return statement;
}

static Statement *insertion(StatementCall *call, const Query *query)
{
    Statement *statement = ARENA_NEW(call->arena, Statement);
    statement->kind = STATEMENT_INSERT;
    statement->position = call->statement->position;
    statement->insert = ARENA_NEW(call->arena, InsertStatement);
    statement->insert->table = call->statement->create->name;
    statement->insert->query = arena_alloc(call->arena, sizeof *query);
    *statement->insert->query = *query;
    return statement;
}

static Statement *job_statement(StatementCall *call, Statement *insert)
{
    const CreateStatement *create = call->statement->create;
    Statement *statement = ARENA_NEW(call->arena, Statement);
    statement->kind = STATEMENT_CREATE;
    statement->position = call->statement->position;
    statement->create = ARENA_NEW(call->arena, CreateStatement);
    statement->create->object = OBJECT_JOB;
    statement->create->if_not_exists = create->if_not_exists;
    statement->create->name = create->name;
    statement->create->body = insert;
    return statement;
}

static StatementCall call_of(const StatementCall *call, const Statement *statement)
{
    StatementCall inner = *call;
    Buf text;
    buf_init(&text);
    ast_print_statement(&text, statement);
    inner.sql = arena_strndup(call->arena, buf_text(&text), text.length);
    inner.statement = statement;
    buf_deinit(&text);
    return inner;
}

static Status check(const CreateStatement *create, Err *err)
{
    if (create->object == OBJECT_SOURCE || (create->from.count && create->object != OBJECT_SINK)) {
        err_set(err, SQLSTATE_SYNTAX, create->name.at[0].position,
                create->object == OBJECT_SOURCE ? "a source is not filled by a query"
                                                : "only a sink is made FROM a table or view");
        return err_hint(err,
                        "CREATE SINK … FROM v or CREATE TABLE … AS SELECT … is meant, perhaps.");
    }
    if (!create->or_replace)
        return OK;
    err_set(err, SQLSTATE_NOT_SUPPORTED, create->name.at[0].position,
            "CREATE OR REPLACE … AS is not supported yet");
    return err_hint(err, "Drop it first.");
}

/* Under ddl: the relation, and a sink's job. */
static Status define(StatementCall *call, const Query *query, Statement *insert, bool *made,
                     Err *err)
{
    CreateStatement *create;
    Statement *statement = definition(call, &create);
    bool there = session_finds(call);
    if (!is_typed(create))
        TRY(derive_columns(call, query, create, err));
    StatementCall inner = call_of(call, statement);
    TRY(session_create_relation(&inner, err));
    *made = !there;
    if (create->object != OBJECT_SINK)
        return OK;
    inner = call_of(call, job_statement(call, insert));
    return session_create_job(&inner, err);
}

Status statement_create_as(StatementCall *call, Err *err)
{
    const CreateStatement *create = call->statement->create;
    TRY(check(create, err));
    const Query *query = query_of(call);
    Statement *insert = insertion(call, query);
    bool made = false;
    mutex_lock(&call->engine->ddl);
    Status status = define(call, query, insert, &made, err);
    mutex_unlock(&call->engine->ddl);
    bool fills = create->object == OBJECT_TABLE && made && status == OK;
    if (fills) {
        StatementCall inner = call_of(call, insert);
        inner.is_select = true;
        status = statement_insert(&inner, err);
    }
    if (status != OK && made) {
        Err ignored = ERR_NONE;
        mutex_lock(&call->engine->ddl);
        (void)!session_forget_relation(call, &ignored);
        mutex_unlock(&call->engine->ddl);
    }
    if (status == OK && !fills)
        statement_done(call, create->object == OBJECT_SINK ? "CREATE SINK" : "CREATE TABLE");
    return status;
}
