/*
 * session_jobs.c - background jobs as statements see them: CREATE JOB and
 * CREATE MATERIALIZED VIEW, START, STOP and FLUSH, and how a stored one resumes.
 * What changes the set of jobs goes one at a time, under Engine.ddl.
 */
#include "engine/internal.h"

#include <stdlib.h>
#include "base/file.h"
#include "grammar/parse.h"

bool session_same_definition(const char *a, const char *b)
{
    static const char clause[] = "IF NOT EXISTS ";
    Arena arena;
    arena_init(&arena);
    const char *texts[2] = {a, b};
    for (int i = 0; i < 2; i++) {
        char *copy = arena_strdup(&arena, texts[i]), *at = strcasestr(copy, clause);
        if (at)
            memmove(at, at + sizeof clause - 1, strlen(at + sizeof clause - 1) + 1);
        texts[i] = copy;
    }
    bool same = strcmp(texts[0], texts[1]) == 0;
    arena_deinit(&arena);
    return same;
}

/* Two writers of one file would each think it theirs. */
static Status check_writers(Engine *engine, const Relation *sink, Err *err)
{
    const char *path = option_get(&sink->options, NULL, "path");
    if (!path)
        return OK;
    FileInfo info;
    TRY(file_stat(path, &info, err));
    size_t length = strlen(path), extension = sink->format ? strlen(sink->format) : 0;
    bool is_file = !info.is_directory && length > extension && path[length - 1] != '/' &&
                   (info.is_regular || strchr(path_base(path), '.'));
    for (size_t i = 0; is_file && i < engine->jobs.count; i++) {
        Job *other = engine->jobs.at[i];
        const char *taken =
            other->sink_table ? option_get(&other->sink_table->options, NULL, "path") : NULL;
        mutex_lock(&other->lock);
        bool runs = other->state == JOB_RUNNING;
        mutex_unlock(&other->lock);
        if (runs && taken && strcmp(taken, path) == 0)
            return err_set(err, SQLSTATE_IN_USE, -1, "the file %s is being written by job %s", path,
                           other->name);
    }
    return OK;
}

/* A job that writes into an internal table. */
static Status check_table(Engine *engine, const JobSpec *spec, Err *err)
{
    TRY(job_check_circle(engine, spec->plan, spec->sink, err));
    if (spec->overwrite)
        TRY(internal_table_check_followers(engine, spec->sink, "overwritten", err));
    if (!job_table_takes_back(spec->plan, spec->sink))
        return OK;
    TRY(internal_table_check_followers(engine, spec->sink, "changed", err));
    catalog_set_changing(engine->catalog, spec->sink);
    return OK;
}

/* Ended jobs of that name make room. */
void session_forget_ended(Engine *engine, const char *name)
{
    Job *job = engine_find_job(engine, name);
    if (job)
        engine_forget_job(engine, job);
}

static Status launch(Engine *engine, Job *job, Err *err)
{
    Status named = system_tables_add_state(engine, job, err);
    if (named != OK) {
        system_tables_drop_state(engine, job);
        job_free(job);
        return named;
    }
    /* In order of making: whoever follows a view was made after it. */
    mutex_lock(&engine->lock);
    list_push(&engine->jobs, job);
    size_t at = engine->jobs.count - 1;
    for (; at > 0 && engine->jobs.at[at - 1]->id > job->id; at--)
        engine->jobs.at[at] = engine->jobs.at[at - 1];
    engine->jobs.at[at] = job;
    mutex_unlock(&engine->lock);
    Status status = job_start(job, err);
    if (status != OK)
        engine_forget_job(engine, job);
    return status;
}

Status session_start_job(Session *session, JobSpec *spec, Err *err)
{
    Engine *engine = session->engine;
    spec->pin = &session->pin;
    spec->durable = !engine->is_private && engine->data_dir;
    if (spec->sink)
        TRY(check_writers(engine, spec->sink, err));
    if (spec->sink && spec->sink->kind == RELATION_INTERNAL)
        TRY(check_table(engine, spec, err));
    if (!engine->data_dir || engine->is_private) {
        static bool said;
        if (!said)
            session_notice(session, SEVERITY_NOTICE, SQLSTATE_WARNING,
                           "without --data-dir jobs and their state end with this process");
        said = true;
    }
    Job *job;
    Buf plan;
    buf_init(&plan);
    physical_to_json(spec->plan, &plan);
    Status status = job_new(engine, spec, &job, err);
    if (status == OK) {
        job->plan_json = mem_strdup(buf_text(&plan));
        status = catalog_store_job(engine, job, "running", err);
        if (status == OK)
            status = launch(engine, job, err);
        else
            job_free(job);
    }
    buf_deinit(&plan);
    return status;
}

/* The INSERT that a stored job's SQL holds. */
static Status stored_insert(const char *sql, Arena *arena, const InsertStatement **out, Err *err)
{
    Statement *statement;
    TRY(parse_statement(str_from(sql), arena, &statement, err));
    if (statement && statement->kind == STATEMENT_CREATE && statement->create->body)
        statement = statement->create->body;
    if (!statement || statement->kind != STATEMENT_INSERT)
        return err_set(err, SQLSTATE_CORRUPT, -1, "catalog.db holds a job without an INSERT");
    *out = statement->insert;
    return OK;
}

Status stored_sink(Engine *engine, const char *sql, Arena *arena, const Relation **out, Err *err)
{
    const InsertStatement *insert = NULL;
    *out = NULL;
    TRY(stored_insert(sql, arena, &insert, err));
    if (insert)
        *out = catalog_find(engine->catalog, ast_schema_name(&insert->table),
                            ast_last_name(&insert->table));
    return OK;
}

static bool has_op(const Relation *sink)
{
    for (int i = 0; i < sink->column_count; i++)
        if (text_equal_nocase(sink->columns[i].name, "op"))
            return true;
    return false;
}

Status job_resume(Engine *engine, const JobRecord *record, const Settings *settings, Err *err)
{
    JobSpec spec = {.kind = record->kind,
                    .name = record->name,
                    .id = record->id,
                    .tag = record->tag,
                    .sql = record->sql,
                    .durable = !engine->is_private};
    Settings stored;
    settings_init(&stored);
    settings_read(&stored, str_from(record->settings));
    if (settings) {
        /* The trigger is the session's, the rest the job's own. */
        Err ignored;
        Status set =
            settings_set(&stored, "trigger", settings_get(settings, "trigger"), -1, -1, &ignored);
        (void)set;
    }
    spec.settings = &stored;
    arena_init(&spec.arena);
    PhysicalPlan *plan = NULL;
    Job *job = NULL;
    Status status = physical_from_json(str_from(record->plan), &spec.arena, &plan, err);
    spec.plan = plan;
    if (status == OK && record->kind == JOB_VIEW) {
        spec.view = catalog_find(engine->catalog, NULL, record->name);
        if (!spec.view)
            status = err_set(err, SQLSTATE_CORRUPT, -1, "the view \"%s\" is not in the catalog",
                             record->name);
    } else if (status == OK) {
        const InsertStatement *insert = NULL;
        status = stored_insert(record->sql, &spec.arena, &insert, err);
        if (status == OK && insert) {
            spec.sink = catalog_find(engine->catalog, ast_schema_name(&insert->table),
                                     ast_last_name(&insert->table));
            spec.overwrite = insert->overwrite;
            if (!spec.sink)
                status = err_set(err, SQLSTATE_UNDEFINED_TABLE, -1, "unknown table \"%s\"",
                                 ast_last_name(&insert->table));
            else
                spec.drops_deletes = plan->mode == OUTPUT_UPDATE && !has_op(spec.sink);
        }
    }
    if (status == OK && spec.sink)
        status = check_writers(engine, spec.sink, err);
    if (status == OK) {
        session_forget_ended(engine, record->name);
        status = job_new(engine, &spec, &job, err);
    }
    if (status == OK) {
        job->plan_json = mem_strdup(record->plan);
        /* The trigger lasts for this run; what is stored stays as the job was made. */
        status = catalog_store_job(engine, job, "running", err);
        if (status == OK)
            status = launch(engine, job, err);
        else
            job_free(job);
    }
    arena_deinit(&spec.arena);
    settings_deinit(&stored);
    return status;
}

static bool is_running(Engine *engine, const char *name)
{
    Job *job = engine_find_job(engine, name);
    if (!job)
        return false;
    mutex_lock(&job->lock);
    bool runs = job->state == JOB_RUNNING;
    mutex_unlock(&job->lock);
    return runs;
}

/* A job or view of that name is there: the same one is started, another one is an error. */
static Status existing_job(StatementCall *call, const char *name, const char *sql,
                           bool if_not_exists, bool *exists, Err *err)
{
    Engine *engine = call->engine;
    JobRecord record = {0};
    bool stored = false;
    TRY(catalog_store_find_job(engine, name, call->arena, &record, &stored, err));
    Job *job = engine_find_job(engine, name);
    *exists = stored || job;
    if (!*exists)
        return OK;
    const char *old = job ? job->sql : record.sql;
    if (!if_not_exists)
        return err_set(err, SQLSTATE_DUPLICATE_OBJECT, call->statement->position,
                       "job \"%s\" already exists", name);
    if (!session_same_definition(old, sql)) {
        err_set(err, SQLSTATE_DUPLICATE_OBJECT, call->statement->position,
                "\"%s\" already exists with another definition", name);
        return err_hint(err, "Use ALTER JOB to change it, or drop it first.");
    }
    if (is_running(engine, name) || !stored)
        return OK;
    return job_resume(engine, &record, &call->session->settings, err);
}

static const char *statement_sql(StatementCall *call)
{
    Buf text;
    buf_init(&text);
    ast_print_statement(&text, call->statement);
    const char *copy = arena_strndup(call->arena, buf_text(&text), text.length);
    buf_deinit(&text);
    return copy;
}

Status session_wait_filled(StatementCall *call, int64_t id, Err *err)
{
    Job *job = engine_pin_job(call->engine, id);
    if (!job)
        return OK;
    bool fill = false;
    for (int i = 0; i < job->input_count; i++)
        fill |= job->inputs[i].followed != NULL || job->inputs[i].traits.bounded;
    Status status = fill ? job_flush(job, &call->session->cancelled, err) : OK;
    engine_unpin(call->engine, job);
    return status;
}

/* A spec with an arena of its own, in which the plan will lie. */
static PlannerContext begin_spec(StatementCall *call, JobKind kind, PlanTarget target,
                                 const char *name, const char *sql, JobSpec *spec)
{
    *spec = (JobSpec){.kind = kind, .name = name, .sql = sql, .settings = &call->session->settings};
    arena_init(&spec->arena);
    PlannerContext context = session_planner(call, target);
    context.arena = &spec->arena;
    context.session.timezone = arena_strdup(&spec->arena, context.session.timezone);
    return context;
}

Status session_create_job(StatementCall *call, Err *err)
{
    Engine *engine = call->engine;
    const CreateStatement *create = call->statement->create;
    const char *name = ast_last_name(&create->name), *sql = statement_sql(call);
    bool exists;
    TRY(existing_job(call, name, sql, create->if_not_exists, &exists, err));
    if (exists)
        return OK;
    JobSpec spec;
    PlannerContext context = begin_spec(call, JOB_NAMED, PLAN_JOB, name, sql, &spec);
    PlanResult plan;
    Status status = plan_insert(&context, create->body->insert, &plan, err);
    if (status == OK) {
        spec.id = engine->next_id++;
        spec.plan = plan.physical;
        spec.sink = plan.sink;
        spec.overwrite = create->body->insert->overwrite;
        spec.drops_deletes = plan.physical->mode == OUTPUT_UPDATE && !plan.sink_has_op;
        status = session_start_job(call->session, &spec, err);
        if (status != OK && err->position < 0)
            err->position = create->body->insert->table.at[0].position;
    }
    arena_deinit(&spec.arena);
    return status;
}

Status session_create_named_job(StatementCall *call, Err *err)
{
    const char *name = ast_last_name(&call->statement->create->name);
    const Relation *taken = catalog_find(call->engine->catalog, NULL, name);
    /* A sink's own job has its name. */
    if (taken && !engine_find_job(call->engine, name))
        return err_set(err, SQLSTATE_DUPLICATE_OBJECT, call->statement->position,
                       "\"%s\" is the name of a table or view", name);
    TRY(session_create_job(call, err));
    statement_done(call, "CREATE JOB");
    return OK;
}

Status session_create_materialized(StatementCall *call, int64_t *made, Err *err)
{
    Engine *engine = call->engine;
    const CreateStatement *create = call->statement->create;
    const char *name = ast_last_name(&create->name), *sql = statement_sql(call);
    bool exists;
    TRY(existing_job(call, name, sql, create->if_not_exists, &exists, err));
    if (exists)
        return OK;
    JobSpec spec;
    PlannerContext context = begin_spec(call, JOB_VIEW, PLAN_MATERIALIZED, name, sql, &spec);
    PlanResult plan;
    Relation *relation = NULL;
    Status status = plan_table_definition(&context, create, &relation, &plan, err);
    if (status == OK) {
        relation->id = engine->next_id++;
        spec.id = relation->id;
        spec.plan = plan.physical;
        spec.view = relation;
        status = catalog_add(engine->catalog, relation, false, err);
        if (status != OK)
            plan_relation_free(relation);
    }
    if (status == OK) {
        /* First the relation, then the job's record: a crash between leaves a view without a job,
         * which the next start removes. */
        status = catalog_store_relation(engine, relation, err);
        if (status == OK)
            status = session_start_job(call->session, &spec, err);
        if (status != OK) {
            Err ignored;
            Status dropped = catalog_store_drop_relation(engine, relation->id, &ignored);
            (void)dropped;
            (void)catalog_drop(engine->catalog, NULL, name);
        }
    }
    arena_deinit(&spec.arena);
    if (status == OK)
        *made = relation->id;
    return status;
}

/* ---- START, STOP, FLUSH ---- */

Status statement_start_job(StatementCall *call, Err *err)
{
    Engine *engine = call->engine;
    const char *name = ast_last_name(&call->statement->job.name);
    mutex_lock(&engine->ddl);
    Status status = OK;
    if (!is_running(engine, name)) {
        JobRecord record = {0};
        bool found = false;
        status = catalog_store_find_job(engine, name, call->arena, &record, &found, err);
        if (status == OK && !found)
            status = err_set(err, SQLSTATE_UNDEFINED_OBJECT, call->statement->position,
                             engine_find_job(engine, name)
                                 ? "job \"%s\" has ended and cannot start again without --data-dir"
                                 : "unknown job \"%s\"",
                             name);
        if (status == OK)
            status = job_resume(engine, &record, &call->session->settings, err);
    }
    mutex_unlock(&engine->ddl);
    TRY(status);
    statement_done(call, "START JOB");
    return OK;
}

Status statement_stop_job(StatementCall *call, Err *err)
{
    Engine *engine = call->engine;
    if (call->statement->job.with_savepoint)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, call->statement->position,
                       "savepoints are not supported yet");
    const char *name = ast_last_name(&call->statement->job.name);
    mutex_lock(&engine->ddl);
    Status status = OK;
    Job *job = engine_find_job(engine, name);
    if (!job) {
        JobRecord record = {0};
        bool found = false;
        status = catalog_store_find_job(engine, name, call->arena, &record, &found, err);
        if (status == OK && !found)
            status = err_set(err, SQLSTATE_UNDEFINED_OBJECT, call->statement->position,
                             "unknown job \"%s\"", name);
        if (status == OK && strcmp(record.state, "running") == 0) {
            /* It would run if this were the daemon, or if there were room on the disk. */
            status = catalog_store_job_state(engine, &record, "stopped", err);
            job_waiting_forget(engine, record.id);
        }
    } else {
        job_stop(job, false);
        status = catalog_store_job(engine, job, "stopped", err);
    }
    mutex_unlock(&engine->ddl);
    TRY(status);
    statement_done(call, "STOP JOB");
    return OK;
}

Status statement_flush(StatementCall *call, Err *err)
{
    TRY(engine_flush(call->engine, &call->session->cancelled, err));
    statement_done(call, "FLUSH");
    return OK;
}
