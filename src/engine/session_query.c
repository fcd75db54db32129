/*
 * session_query.c - statements that run a plan on the session's thread: SELECT,
 * INSERT over bounded inputs, COPY … TO STDOUT, EXPLAIN.
 */
#include "engine/internal.h"

#include <stdlib.h>
#include "types/pg_text.h"

static void set_running(Session *session, Job *job)
{
    mutex_lock(&session->lock);
    session->running = job;
    if (job && session->cancelled)
        job_cancel(job);
    mutex_unlock(&session->lock);
}

/* An INSERT into files of a data directory is one commit: its staged files and what is to be
 * published stand in a database of its own until they are, so that a crash in between is finished
 * at the next start. */
static void begin_insert(StatementCall *call, JobSpec *spec)
{
    Engine *engine = call->engine;
    const SinkClass *class = spec->sink ? sink_class_find(spec->sink->connector) : NULL;
    if (spec->kind != JOB_INSERT || !engine->store || !class || !class->state)
        return;
    mutex_lock(&engine->ddl);
    spec->id = engine->next_id++;
    mutex_unlock(&engine->ddl);
    spec->durable = true;
}

/* Runs a foreground job to its end and frees it; *rows: how many it gave. */
static Status run_foreground(StatementCall *call, JobSpec *spec, int64_t *rows, RowStore *collected,
                             Err *err)
{
    Session *session = call->session;
    spec->session = session;
    spec->pin = &session->pin;
    spec->settings = &session->settings;
    spec->sql = call->sql;
    Job *job;
    int64_t id;
    begin_insert(call, spec);
    id = spec->id;
    TRY(job_new(call->engine, spec, &job, err));
    if (id) {
        Status stored = catalog_store_job(call->engine, job, "running", err);
        if (stored != OK) {
            job_free(job);
            return stored;
        }
    }
    job->collected = collected;
    set_running(session, job);
    catalog_pin_settle(call->engine->catalog, &session->pin, true);
    Status status = job_run(job, err);
    catalog_pin_settle(call->engine->catalog, &session->pin, false);
    set_running(session, NULL);
    bool cancelled = job->cancel;
    *rows = (int64_t)job->rows_out;
    bool unpublished = status == FAIL && job->unpublished;
    if (unpublished) {
        /* All of it will be there: what is missing follows. */
        job_waiting_publish(call->engine, id, err);
        (void)err_hint(err,
                       "The rows are committed; their files appear as soon as that is possible.");
    } else if (status != FAIL || strcmp(err->sqlstate, SQLSTATE_CANCELED) == 0)
        kept_finish_foreground(job, session);
    else if (job->sink && job->sink->class->abort) {
        Err ignored;
        Status aborted = job->sink->class->abort(job->sink, &ignored);
        (void)aborted;
    }
    bool bounded = job->plan->bounded;
    job_free(job);
    if (id && !unpublished) {
        Err ignored = ERR_NONE;
        Status forgotten = catalog_store_drop_job(call->engine, id, &ignored);
        if (forgotten == OK)
            engine_remove_job_files(call->engine, id);
    }
    if (status != FAIL && cancelled && bounded)
        return err_canceled(err, NULL);
    return status == STOP ? OK : status;
}

static Status plan_select(StatementCall *call, const Query *query, Arena *arena, PlanResult *plan,
                          Err *err)
{
    PlannerContext context = session_planner(call, PLAN_SELECT);
    context.arena = arena;
    context.session.timezone = arena_strdup(arena, context.session.timezone);
    return plan_query(&context, query, plan, err);
}

static Status select_rows(StatementCall *call, const Query *query, int64_t *rows, Err *err)
{
    Session *session = call->session;
    JobSpec spec = {.kind = JOB_SELECT};
    arena_init(&spec.arena);
    PlanResult plan;
    mutex_lock(&call->engine->ddl);
    Status status = plan_select(call, query, &spec.arena, &plan, err);
    mutex_unlock(&call->engine->ddl);
    if (status == OK) {
        spec.plan = plan.physical;
        ResultKind kind = plan.physical->bounded                   ? RESULT_ROWS
                          : plan.physical->mode == OUTPUT_COMPLETE ? RESULT_COMPLETE
                                                                   : RESULT_STREAM;
        ResultShape shape = {plan.physical->root->columns, plan.physical->root->column_count, kind,
                             NULL};
        status = settings_zone(&session->settings, &shape.zone, err);
        if (status == OK)
            status = session->host.columns(session->host.context, &shape, err);
    }
    if (status == OK)
        status = run_foreground(call, &spec, rows, NULL, err);
    arena_deinit(&spec.arena);
    return status;
}

Status statement_query(StatementCall *call, Err *err)
{
    int64_t rows = 0;
    TRY(select_rows(call, call->statement->query, &rows, err));
    char tag[64];
    (void)snprintf(tag, sizeof tag, "SELECT %lld", (long long)rows);
    statement_done(call, tag);
    return OK;
}

/* ---- INSERT ---- */

static Status insert_internal(StatementCall *call, JobSpec *spec, const PlanResult *plan,
                              int64_t *count, Err *err)
{
    const PhysicalNode *root = plan->physical->root;
    Type *types = ARENA_ARRAY(call->arena, Type, root->column_count + 1);
    for (uint16_t i = 0; i < root->column_count; i++)
        types[i] = root->columns[i].type;
    RowStore rows;
    row_store_init(&rows, types, root->column_count);
    spec->sink = NULL;
    TableWrite write = {.rows = &rows,
                        .overwrite = call->statement->insert->overwrite ||
                                     plan->physical->mode == OUTPUT_COMPLETE};
    Status status = run_foreground(call, spec, count, &rows, err);
    if (status == OK && write.overwrite)
        status = internal_table_check_followers(call->engine, plan->sink, "overwritten", err);
    if (status == OK)
        status = internal_table_write(call->engine, plan->sink, &write, err);
    row_store_deinit(&rows);
    return status;
}

/* An INSERT over an unbounded input is a job in the background. */
static Status insert_job(StatementCall *call, JobSpec *spec, Err *err)
{
    Engine *engine = call->engine;
    char name[48];
    mutex_lock(&engine->ddl);
    Status status = session_drop_old_inserts(call, err);
    if (status != OK) {
        mutex_unlock(&engine->ddl);
        return status;
    }
    spec->id = engine->next_id++;
    spec->kind = JOB_NAMED;
    (void)snprintf(name, sizeof name, INSERT_JOB_PREFIX "%lld", (long long)spec->id);
    spec->name = name;
    spec->sql = call->sql;
    spec->settings = &call->session->settings;
    status = session_start_job(call->session, spec, err);
    if (status != OK && err->position < 0)
        err->position = call->statement->insert->table.at[0].position;
    mutex_unlock(&engine->ddl);
    if (status == OK)
        statement_done(call, "INSERT 0 0");
    return status;
}

Status statement_insert(StatementCall *call, Err *err)
{
    const InsertStatement *insert = call->statement->insert;
    JobSpec spec = {.kind = JOB_INSERT, .overwrite = insert->overwrite};
    arena_init(&spec.arena);
    PlannerContext context = session_planner(call, PLAN_INSERT);
    context.arena = &spec.arena;
    context.session.timezone = arena_strdup(&spec.arena, context.session.timezone);
    PlanResult plan;
    mutex_lock(&call->engine->ddl);
    Status status = plan_insert(&context, insert, &plan, err);
    mutex_unlock(&call->engine->ddl);
    int64_t rows = 0;
    bool background = false;
    if (status == OK) {
        spec.plan = plan.physical;
        spec.sink = plan.sink;
        spec.drops_deletes = plan.physical->mode == OUTPUT_UPDATE && !plan.sink_has_op;
        background = !plan.physical->bounded;
        if (background)
            status = insert_job(call, &spec, err);
        else if (plan.sink->kind == RELATION_INTERNAL)
            status = insert_internal(call, &spec, &plan, &rows, err);
        else
            status = run_foreground(call, &spec, &rows, NULL, err);
    }
    arena_deinit(&spec.arena);
    TRY(status);
    if (!background) {
        char tag[64];
        (void)snprintf(tag, sizeof tag, "%s %lld", call->is_select ? "SELECT" : "INSERT 0",
                       (long long)rows);
        statement_done(call, tag);
    }
    return OK;
}

/* ---- COPY … TO STDOUT ---- */

typedef struct CopyOut {
    const SessionHost *host;
    Buf line;
    bool csv, header;
    char delimiter;
    const char *null_text;
    const Zone *zone;
    Arena scratch;
} CopyOut;

static void copy_field(CopyOut *copy, const char *bytes, size_t length)
{
    if (copy->csv) {
        bool is_null = length == strlen(copy->null_text) && !memcmp(bytes, copy->null_text, length);
        bool quoted = length == 0 || is_null || memchr(bytes, copy->delimiter, length) ||
                      memchr(bytes, '"', length) || memchr(bytes, '\n', length) ||
                      memchr(bytes, '\r', length);
        if (!quoted) {
            buf_add(&copy->line, bytes, length);
            return;
        }
        buf_add_char(&copy->line, '"');
        for (size_t i = 0; i < length; i++) {
            if (bytes[i] == '"')
                buf_add_char(&copy->line, '"');
            buf_add_char(&copy->line, bytes[i]);
        }
        buf_add_char(&copy->line, '"');
        return;
    }
    for (size_t i = 0; i < length; i++) {
        char c = bytes[i];
        char escaped = c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : c == '\\' ? '\\' : 0;
        if (escaped || c == copy->delimiter)
            buf_add_char(&copy->line, '\\');
        buf_add_char(&copy->line, escaped ? escaped : c);
    }
}

static Status copy_columns(void *context, const ResultShape *shape, Err *err)
{
    CopyOut *copy = context;
    copy->zone = shape->zone;
    if (copy->host->copy_begin)
        TRY(copy->host->copy_begin(copy->host->context, shape->column_count, err));
    if (!copy->header)
        return OK;
    for (int i = 0; i < shape->column_count; i++) {
        const char *name = shape->columns[i].name;
        if (i)
            buf_add_char(&copy->line, copy->delimiter);
        copy_field(copy, name, strlen(name));
    }
    buf_add_char(&copy->line, '\n');
    Status status =
        copy->host->copy_out(copy->host->context, copy->line.data, copy->line.length, err);
    buf_clear(&copy->line);
    return status;
}

static Status copy_rows(void *context, const Batch *batch, Err *err)
{
    CopyOut *copy = context;
    Buf field;
    buf_init(&field);
    buf_clear(&copy->line);
    for (uint32_t i = 0, live = batch_live(batch); i < live; i++) {
        uint32_t row = batch_row(batch, i);
        for (uint16_t c = 0; c < batch->col_count; c++) {
            if (c)
                buf_add_char(&copy->line, copy->delimiter);
            if (vector_is_null(&batch->cols[c], row)) {
                buf_add_text(&copy->line, copy->null_text);
                continue;
            }
            buf_clear(&field);
            pg_text_field(&field, &batch->cols[c], row, copy->zone, &copy->scratch);
            copy_field(copy, buf_text(&field), field.length);
        }
        buf_add_char(&copy->line, '\n');
    }
    buf_deinit(&field);
    arena_reset(&copy->scratch);
    return copy->host->copy_out(copy->host->context, copy->line.data, copy->line.length, err);
}

static Status copy_heading(void *context, int64_t number, Err *err)
{
    (void)context, (void)number, (void)err;
    return OK;
}

static Status copy_flush(void *context, Err *err)
{
    const SessionHost *host = ((CopyOut *)context)->host;
    return host->flush(host->context, err);
}

static void copy_notice(void *context, Severity severity, const char *sqlstate, const char *message,
                        const char *hint)
{
    const SessionHost *host = ((CopyOut *)context)->host;
    host->notice(host->context, severity, sqlstate, message, hint);
}

static Status copy_options(const CopyStatement *statement, CopyOut *copy, Err *err)
{
    bool delimiter_given = false;
    for (size_t i = 0; i < statement->options.count; i++) {
        const OptionClause *option = &statement->options.at[i];
        const char *value = option->value ? option->value : "true";
        if (text_equal_nocase(option->key, "format") && text_equal_nocase(value, "csv")) {
            copy->csv = true;
        } else if (text_equal_nocase(option->key, "format") && text_equal_nocase(value, "text")) {
            copy->csv = false;
        } else if (text_equal_nocase(option->key, "csv")) {
            copy->csv = true;
        } else if (text_equal_nocase(option->key, "header")) {
            if (!text_to_bool(value, &copy->header))
                copy->header = true;
        } else if (text_equal_nocase(option->key, "delimiter") && strlen(value) == 1) {
            copy->delimiter = value[0];
            delimiter_given = true;
        } else if (text_equal_nocase(option->key, "null")) {
            copy->null_text = value;
        } else {
            return err_set(err, SQLSTATE_NOT_SUPPORTED, option->position,
                           "the COPY option \"%s\" is not supported yet", option->key);
        }
    }
    if (!copy->null_text)
        copy->null_text = copy->csv ? "" : "\\N";
    if (!delimiter_given)
        copy->delimiter = copy->csv ? ',' : '\t';
    return OK;
}

/* COPY t (a, b) TO … as a query. */
static Query *table_query(const CopyStatement *copy, Arena *arena)
{
    Query *query = ARENA_NEW(arena, Query);
    query->kind = QUERY_SELECT;
    query->select = ARENA_NEW(arena, Select);
    TableRef *table = ARENA_NEW(arena, TableRef);
    table->kind = TABLE_NAMED;
    table->named.name = copy->table;
    table->position = copy->table.at[0].position;
    list_push_arena(arena, &query->select->from, table);
    for (size_t i = 0; i < copy->columns.count; i++) {
        Expr *column = ARENA_NEW(arena, Expr);
        column->kind = EXPR_COLUMN;
        column->position = copy->columns.at[i].position;
        list_push_arena(arena, &column->column, copy->columns.at[i]);
        SelectItem item = {.expr = column};
        list_push_arena(arena, &query->select->items, item);
    }
    if (!copy->columns.count) {
        Expr *star = ARENA_NEW(arena, Expr);
        star->kind = EXPR_STAR;
        star->star = ARENA_NEW(arena, StarExpr);
        SelectItem item = {.expr = star};
        list_push_arena(arena, &query->select->items, item);
    }
    return query;
}

Status statement_copy(StatementCall *call, Err *err)
{
    const CopyStatement *statement = call->statement->copy;
    Session *session = call->session;
    if (statement->from)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, call->statement->position,
                       "COPY … FROM is not supported yet");
    if (statement->path)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, call->statement->position,
                       "COPY … TO a file is not supported yet");
    if (!session->host.copy_out)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, call->statement->position,
                       "COPY … TO STDOUT is not supported here");
    SessionHost host = session->host;
    CopyOut copy = {.host = &host};
    TRY(copy_options(statement, &copy, err));
    const Query *query = statement->query ? statement->query : table_query(statement, call->arena);
    buf_init(&copy.line);
    arena_init(&copy.scratch);
    session->host.context = &copy;
    session->host.columns = copy_columns;
    session->host.rows = copy_rows;
    session->host.heading = copy_heading;
    session->host.flush = copy_flush;
    session->host.notice = copy_notice;
    int64_t rows = 0;
    Status status = select_rows(call, query, &rows, err);
    session->host = host;
    buf_deinit(&copy.line);
    arena_deinit(&copy.scratch);
    TRY(status);
    char tag[64];
    (void)snprintf(tag, sizeof tag, "COPY %lld", (long long)rows);
    session->host.done(session->host.context, tag);
    return OK;
}

/* ---- EXPLAIN ---- */

static Status explain_plan(StatementCall *call, const Statement *statement, PlanResult *plan,
                           Err *err)
{
    PlannerContext context = session_planner(call, PLAN_SELECT);
    if (statement->kind == STATEMENT_QUERY)
        return plan_query(&context, statement->query, plan, err);
    context.target = PLAN_INSERT;
    if (statement->kind == STATEMENT_INSERT)
        return plan_insert(&context, statement->insert, plan, err);
    if (statement->kind == STATEMENT_CREATE && statement->create->object == OBJECT_JOB &&
        statement->create->body) {
        context = session_planner(call, PLAN_JOB);
        return plan_insert(&context, statement->create->body->insert, plan, err);
    }
    if (statement->kind == STATEMENT_CREATE &&
        statement->create->object == OBJECT_MATERIALIZED_VIEW) {
        context = session_planner(call, PLAN_MATERIALIZED);
        return plan_query(&context, statement->create->query, plan, err);
    }
    return err_set(err, SQLSTATE_NOT_SUPPORTED, statement->position,
                   "EXPLAIN of this statement is not supported yet");
}

Status statement_explain(StatementCall *call, Err *err)
{
    const ExplainStatement *explain = call->statement->explain;
    if (explain->mode == EXPLAIN_ANALYZE || explain->mode == EXPLAIN_WHY || !explain->statement)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, call->statement->position,
                       "EXPLAIN %s is not supported yet",
                       explain->mode == EXPLAIN_WHY ? "WHY" : "ANALYZE");
    PlanResult plan = {0};
    mutex_lock(&call->engine->ddl);
    Status status = explain_plan(call, explain->statement, &plan, err);
    Buf text;
    buf_init(&text);
    if (status == OK)
        plan_explain(&plan, explain->mode, explain->json, &text);
    mutex_unlock(&call->engine->ddl);
    if (status == OK) {
        LIST(const char *) lines = {0};
        char *at = arena_strndup(call->arena, buf_text(&text), text.length);
        for (char *line = at, *end; line && *line; line = end) {
            end = strchr(line, '\n');
            if (end)
                *end++ = '\0';
            list_push_arena(call->arena, &lines, line);
        }
        static const char *const names[] = {"plan"};
        status = session_text_rows(call->session, names, 1, lines.at, (int)lines.count, RESULT_TEXT,
                                   err);
    }
    buf_deinit(&text);
    TRY(status);
    statement_done(call, "EXPLAIN");
    return OK;
}
