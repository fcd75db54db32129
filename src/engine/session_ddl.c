/*
 * session_ddl.c - CREATE, DROP, START, STOP and FLUSH: what changes the catalog
 * and the set of jobs.  One at a time, under Engine.ddl.
 */
#include "engine/internal.h"

#include <stdlib.h>
#include "base/file.h"
#include "grammar/parse.h"

static void done(StatementCall *call, const char *tag)
{
    call->session->host.done(call->session->host.context, tag);
}

static const char *last_name(const NameList *name)
{
    return name->at[name->count - 1].text;
}

static const char *schema_name(const NameList *name)
{
    return name->count > 1 ? name->at[name->count - 2].text : NULL;
}

/* Two definitions are the same if their SQL is, IF NOT EXISTS aside. */
static bool same_definition(const char *a, const char *b)
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

/* ---- jobs ---- */

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
        const char *taken = other->sink_table
                                ? option_get(&other->sink_table->options, NULL, "path")
                                : NULL;
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
static void forget_ended(Engine *engine, const char *name)
{
    Job *job = engine_find_job(engine, name);
    if (job)
        engine_forget_job(engine, job);
}

static Status launch(Engine *engine, Job *job, Err *err)
{
    Status named = system_tables_add_state(engine, job, err);
    if (named != OK) {
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
        *out = catalog_find(engine->catalog, schema_name(&insert->table), last_name(&insert->table));
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
        Status set = settings_set(&stored, "trigger", settings_get(settings, "trigger"), -1, -1,
                                  &ignored);
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
            spec.sink = catalog_find(engine->catalog, schema_name(&insert->table),
                                     last_name(&insert->table));
            spec.overwrite = insert->overwrite;
            if (!spec.sink)
                status = err_set(err, SQLSTATE_UNDEFINED_TABLE, -1, "unknown table \"%s\"",
                                 last_name(&insert->table));
            else
                spec.drops_deletes = plan->mode == OUTPUT_UPDATE && !has_op(spec.sink);
        }
    }
    if (status == OK && spec.sink)
        status = check_writers(engine, spec.sink, err);
    if (status == OK) {
        forget_ended(engine, record->name);
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
static Status existing_job(StatementCall *call, const char *name, const char *sql, bool if_not_exists,
                           bool *exists, Err *err)
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
    if (!same_definition(old, sql)) {
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

/* Waits until what a new view's bounded inputs hold is in it; without ddl, for that may take long. */
static Status wait_filled(StatementCall *call, int64_t id, Err *err)
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

Status session_create_job(StatementCall *call, Err *err)
{
    Engine *engine = call->engine;
    const CreateStatement *create = call->statement->create;
    const char *name = last_name(&create->name), *sql = statement_sql(call);
    bool exists;
    TRY(existing_job(call, name, sql, create->if_not_exists, &exists, err));
    if (exists)
        return OK;
    JobSpec spec = {.kind = JOB_NAMED, .name = name, .sql = sql, .settings = &call->session->settings};
    arena_init(&spec.arena);
    PlannerContext context = session_planner(call, PLAN_JOB);
    context.arena = &spec.arena;
    context.session.timezone = arena_strdup(&spec.arena, context.session.timezone);
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

static Status create_job(StatementCall *call, Err *err)
{
    const char *name = last_name(&call->statement->create->name);
    const Relation *taken = catalog_find(call->engine->catalog, NULL, name);
    /* A sink's own job has its name. */
    if (taken && !engine_find_job(call->engine, name))
        return err_set(err, SQLSTATE_DUPLICATE_OBJECT, call->statement->position,
                       "\"%s\" is the name of a table or view", name);
    TRY(session_create_job(call, err));
    done(call, "CREATE JOB");
    return OK;
}

/* *made: its job, 0 if it was there before. */
static Status create_materialized(StatementCall *call, int64_t *made, Err *err)
{
    Engine *engine = call->engine;
    const CreateStatement *create = call->statement->create;
    const char *name = last_name(&create->name), *sql = statement_sql(call);
    bool exists;
    TRY(existing_job(call, name, sql, create->if_not_exists, &exists, err));
    if (exists)
        return OK;
    JobSpec spec = {.kind = JOB_VIEW, .name = name, .sql = sql, .settings = &call->session->settings};
    arena_init(&spec.arena);
    PlannerContext context = session_planner(call, PLAN_MATERIALIZED);
    context.arena = &spec.arena;
    context.session.timezone = arena_strdup(&spec.arena, context.session.timezone);
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
        /* First the relation, then the job's record: a crash between leaves a view without a job, which
         * the next start removes. */
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

/* ---- tables and views ---- */

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

static bool job_uses(const Job *job, const Relation *relation)
{
    bool uses = job->sink_table == relation;
    for (int k = 0; k < job->input_count; k++)
        uses |= job->inputs[k].table == relation;
    return uses;
}

/* The same of a job that is stored and not loaded. */
static bool record_uses(Engine *engine, const JobRecord *record, const Relation *relation)
{
    Arena arena;
    arena_init(&arena);
    Err ignored = ERR_NONE;
    PhysicalPlan *plan = NULL;
    const Relation *sink = NULL;
    bool uses = false;
    if (record->kind != JOB_VIEW && stored_sink(engine, record->sql, &arena, &sink, &ignored) == OK)
        uses = sink == relation;
    if (physical_from_json(str_from(record->plan), &arena, &plan, &ignored) == OK)
        for (int i = 0; i < plan->scan_count; i++)
            uses |= !plan->scans[i]->as.scan.relation &&
                    catalog_find(engine->catalog, plan->scans[i]->as.scan.schema,
                                 plan->scans[i]->as.scan.table) == relation;
    arena_deinit(&arena);
    return uses;
}

static Status in_use(const Relation *relation, const char *job, bool is_view, Err *err)
{
    const char *kind = is_view ? "materialized view" : "job";
    err_set(err, SQLSTATE_IN_USE, -1, "\"%s\" is used by %s %s", relation->name, kind, job);
    return err_hint(err, "Drop the %s first, or drop this with CASCADE.", kind);
}

static Status in_view(const Relation *relation, const Relation *view, int32_t position, Err *err)
{
    err_set(err, SQLSTATE_DEPENDENT_OBJECTS, position, "\"%s\" is used by view %s", relation->name,
            view->name);
    return err_hint(err, "Drop the view first, or drop this with CASCADE.");
}

/* Jobs that run, or may run again, need their tables; those that have finished are unloaded. */
static Status relation_in_use(StatementCall *call, const Relation *relation, Err *err)
{
    Engine *engine = call->engine;
    for (size_t i = 0; i < engine->jobs.count;) {
        Job *job = engine->jobs.at[i++];
        if (!job_uses(job, relation))
            continue;
        mutex_lock(&job->lock);
        bool finished = job->state == JOB_FINISHED;
        mutex_unlock(&job->lock);
        if (!finished)
            return in_use(relation, job->name, job->view != NULL, err);
        engine_forget_job(engine, job);
        i--;
    }
    JobRecord *records;
    int count;
    TRY(catalog_store_jobs(engine, call->arena, &records, &count, err));
    for (int i = 0; i < count; i++)
        if (strcmp(records[i].state, "finished") != 0 && records[i].kind != JOB_INSERT &&
            !engine_find_job(engine, records[i].name) && record_uses(engine, &records[i], relation))
            return in_use(relation, records[i].name, records[i].kind == JOB_VIEW, err);
    return OK;
}

/* Views go on over what replaces a relation if its columns are still there, in their places. */
static Status fits_views(StatementCall *call, const Relation *old, const Relation *new, Err *err)
{
    const Relation *view = view_that_uses(call->engine, old);
    if (!view)
        return OK;
    const NameList *name = &call->statement->create->name;
    for (int i = 0; i < old->column_count; i++)
        if (i >= new->column_count ||
            !text_equal_nocase(old->columns[i].name, new->columns[i].name) ||
            !type_equal(old->columns[i].type, new->columns[i].type)) {
            err_set(err, SQLSTATE_DEPENDENT_OBJECTS, name->at[name->count - 1].position,
                    "view %s uses column \"%s\" of \"%s\", which would change", view->name,
                    old->columns[i].name, old->name);
            return err_hint(err, "Drop the view first, or add columns behind the old ones only.");
        }
    return OK;
}

/* What its connector would refuse later is refused now. */
static Status check_connector(StatementCall *call, const Relation *relation, Err *err)
{
    const SourceClass *source = relation->connector ? source_class_find(relation->connector) : NULL;
    SourceTraits traits;
    if (!source || !source->describe)
        return OK;
    Status status =
        source->describe(relation, SCAN_DEFAULT_BOUNDED, &traits, call->arena, NULL, NULL, err);
    const NameList *name = &call->statement->create->name;
    if (status != OK && err->position < 0)
        err->position = name->at[name->count - 1].position;
    return status;
}

static void close_internal(Engine *engine, int64_t id)
{
    InternalTable *table = NULL;
    mutex_lock(&engine->lock);
    for (size_t i = 0; i < engine->tables.count; i++)
        if (engine->tables.at[i]->id == id)
            table = engine->tables.at[i];
    if (table)
        table->dropped = true;
    mutex_unlock(&engine->lock);
    if (!table)
        return;
    mutex_lock(&table->lock);
    relation_store_close(&table->relation);
    store_close(table->store);
    table->store = NULL;
    mutex_unlock(&table->lock);
}

static void remove_internal(Engine *engine, int64_t id)
{
    Arena arena;
    arena_init(&arena);
    close_internal(engine, id);
    if (engine->data_dir)
        engine_remove_database(engine_table_path(engine, id, &arena));
    arena_deinit(&arena);
}

bool session_finds(const StatementCall *call)
{
    const NameList *name = &call->statement->create->name;
    return catalog_find(call->engine->catalog, schema_name(name), last_name(name)) != NULL;
}

Status session_create_relation(StatementCall *call, Err *err)
{
    Engine *engine = call->engine;
    const CreateStatement *create = call->statement->create;
    const char *name = last_name(&create->name);
    const Relation *old = catalog_find(engine->catalog, schema_name(&create->name), name);
    PlannerContext context = session_planner(call, PLAN_SELECT);
    Relation *relation = NULL;
    TRY(plan_table_definition(&context, create, &relation, NULL, err));
    if (old && create->if_not_exists) {
        if (!same_definition(old->sql, relation->sql))
            session_notice(call->session, SEVERITY_NOTICE, SQLSTATE_DUPLICATE_TABLE,
                           "\"%s\" already exists with another definition, which stays", name);
        plan_relation_free(relation);
        return OK;
    }
    Status status = check_connector(call, relation, err);
    if (status == OK && old && create->or_replace)
        status = relation_in_use(call, old, err);
    if (status == OK && old && create->or_replace)
        status = fits_views(call, old, relation, err);
    int64_t old_id = old ? old->id : 0;
    bool old_internal = old && old->kind == RELATION_INTERNAL;
    bool internal = relation->kind == RELATION_INTERNAL;
    relation->id = engine->next_id++;
    if (status == OK && old && !create->or_replace)
        status = catalog_add(engine->catalog, relation, false, err); /* says that there is one */
    /* Its database first: a crash leaves one that nobody knows, which the next start removes. */
    if (status == OK && internal)
        status = engine_internal_table_make(engine, relation, err);
    if (status == OK)
        status = catalog_store_replace_relation(engine, old_id, relation, err);
    if (status == OK)
        status = catalog_add(engine->catalog, relation, true, err);
    if (status != OK) {
        if (internal)
            remove_internal(engine, relation->id);
        plan_relation_free(relation);
        if (err->position < 0)
            err->position = create->name.at[create->name.count - 1].position;
        return status;
    }
    if (old_internal)
        remove_internal(engine, old_id);
    if (relation->temporary)
        list_push(&call->session->temporary, relation);
    return OK;
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
        status = create_job(call, err);
        break;
    case OBJECT_MATERIALIZED_VIEW:
        status = create_materialized(call, &filling, err);
        break;
    case OBJECT_TABLE:
    case OBJECT_SOURCE:
    case OBJECT_SINK:
    case OBJECT_VIEW:
        status = session_create_relation(call, err);
        if (status == OK)
            done(call, object_tag(create->object, true));
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
        TRY(wait_filled(call, filling, err));
        done(call, "CREATE MATERIALIZED VIEW");
    }
    return status;
}

/* ---- DROP ---- */

static void unfollow_all(Engine *engine, const PhysicalPlan *plan, const char *follower)
{
    for (int i = 0; i < plan->scan_count; i++) {
        const Relation *relation = job_scanned(engine, plan->scans[i]);
        if (relation &&
            (relation->kind == RELATION_INTERNAL || relation->kind == RELATION_MATERIALIZED))
            relation_source_unfollow(engine, relation, follower);
    }
}

/* Whether it is loaded or not: nothing is kept for it any longer. */
static void unfollow_record(Engine *engine, const JobRecord *record, Arena *arena)
{
    PhysicalPlan *plan = NULL;
    Err ignored = ERR_NONE;
    if (physical_from_json(str_from(record->plan), arena, &plan, &ignored) == OK)
        unfollow_all(engine, plan, record->tag);
}

static Status drop_job(StatementCall *call, const char *name, bool if_exists, int32_t position,
                       Err *err)
{
    Engine *engine = call->engine;
    Job *job = engine_find_job(engine, name);
    JobRecord record = {0};
    bool stored = false;
    TRY(catalog_store_find_job(engine, name, call->arena, &record, &stored, err));
    if (!job && !stored) {
        if (!if_exists)
            return err_set(err, SQLSTATE_UNDEFINED_OBJECT, position, "unknown job \"%s\"", name);
        session_notice(call->session, SEVERITY_NOTICE, SQLSTATE_WARNING,
                       "job \"%s\" does not exist, skipping", name);
        return OK;
    }
    int64_t id = job ? job->id : record.id;
    const Relation *sink = job ? job->sink_table : NULL;
    if (!job && record.kind == JOB_NAMED)
        TRY(stored_sink(engine, record.sql, call->arena, &sink, err));
    if (job)
        job_stop(job, false);
    /* From here on it is gone: what a crash leaves it following is found at the next start. */
    TRY(catalog_store_drop_job(engine, id, err));
    if (job) {
        unfollow_all(engine, job->plan, job->file_tag);
        forget_ended(engine, name);
    } else {
        unfollow_record(engine, &record, call->arena);
    }
    job_waiting_forget(engine, id);
    engine_remove_job_files(engine, id);
    if (sink && sink->kind == RELATION_INTERNAL)
        internal_table_forget_job(engine, sink, id);
    return OK;
}

static Status drop_relation(StatementCall *call, const DropStatement *drop, const NameList *name,
                            Err *err);

static Status drop_view(StatementCall *call, const char *name, int32_t position, Err *err)
{
    NameList one = {0};
    Name view = {.text = name, .position = position};
    list_push_arena(call->arena, &one, view);
    return drop_relation(call, &(DropStatement){.object = OBJECT_VIEW, .cascade = true}, &one, err);
}

static Status drop_user(StatementCall *call, const char *name, bool is_view, int32_t position,
                        Err *err)
{
    return is_view ? drop_view(call, name, position, err)
                   : drop_job(call, name, true, position, err);
}

/* CASCADE: the jobs and views that use it, loaded or not. */
static Status drop_users(StatementCall *call, const Relation *relation, int32_t position, Err *err)
{
    Engine *engine = call->engine;
    for (size_t i = engine->jobs.count; i-- > 0;) {
        Job *job = engine->jobs.at[i];
        if (!job_uses(job, relation))
            continue;
        TRY(drop_user(call, arena_strdup(call->arena, job->name), job->view != NULL, position, err));
        i = engine->jobs.count; /* others may have gone with it */
    }
    JobRecord *records;
    int count;
    for (const Relation *view; (view = view_that_uses(engine, relation));)
        TRY(drop_view(call, arena_strdup(call->arena, view->name), position, err));
    TRY(catalog_store_jobs(engine, call->arena, &records, &count, err));
    for (int i = 0; i < count; i++)
        if (records[i].kind != JOB_INSERT && record_uses(engine, &records[i], relation) &&
            (records[i].kind != JOB_VIEW || catalog_find(engine->catalog, NULL, records[i].name)))
            TRY(drop_user(call, records[i].name, records[i].kind == JOB_VIEW, position, err));
    return OK;
}

static Status forget_relation(StatementCall *call, const Relation *relation, Err *err)
{
    Engine *engine = call->engine;
    int64_t id = relation->id;
    TRY(catalog_store_drop_relation(engine, id, err));
    (void)catalog_drop(engine->catalog, relation->schema, relation->name);
    if (relation->kind != RELATION_INTERNAL)
        return OK;
    remove_internal(engine, id);
    return OK;
}

Status session_forget_relation(StatementCall *call, Err *err)
{
    const NameList *name = &call->statement->create->name;
    const Relation *relation =
        catalog_find(call->engine->catalog, schema_name(name), last_name(name));
    return relation ? forget_relation(call, relation, err) : OK;
}

/* The job that CREATE SINK … FROM made has the sink's name, and goes with it. */
static Status drop_own_job(StatementCall *call, const Relation *sink, int32_t position, Err *err)
{
    Engine *engine = call->engine;
    JobRecord record = {0};
    bool stored = false;
    const Job *job = engine_find_job(engine, sink->name);
    const Relation *filled = job ? job->sink_table : NULL;
    TRY(catalog_store_find_job(engine, sink->name, call->arena, &record, &stored, err));
    if (!job && stored && record.kind == JOB_NAMED)
        TRY(stored_sink(engine, record.sql, call->arena, &filled, err));
    return filled == sink ? drop_job(call, arena_strdup(call->arena, sink->name), true, position, err)
                          : OK;
}

static Status drop_relation(StatementCall *call, const DropStatement *drop, const NameList *name,
                            Err *err)
{
    Engine *engine = call->engine;
    int32_t position = name->at[name->count - 1].position;
    const Relation *relation = catalog_find(engine->catalog, schema_name(name), last_name(name));
    if (!relation) {
        if (!drop->if_exists)
            return catalog_missing(engine->catalog, schema_name(name), last_name(name), position, err);
        session_notice(call->session, SEVERITY_NOTICE, SQLSTATE_WARNING,
                       "\"%s\" does not exist, skipping", last_name(name));
        return OK;
    }
    bool wants_view = drop->object == OBJECT_VIEW || drop->object == OBJECT_MATERIALIZED_VIEW;
    bool is_view = relation->kind == RELATION_VIEW || relation->kind == RELATION_MATERIALIZED;
    if (wants_view != is_view || relation->kind == RELATION_SYSTEM)
        return err_set(err, SQLSTATE_WRONG_OBJECT_TYPE, position, "\"%s\" is not a %s",
                       relation->name, wants_view ? "view" : "table");
    if (drop->object == OBJECT_SINK)
        TRY(drop_own_job(call, relation, position, err));
    if (drop->cascade)
        TRY(drop_users(call, relation, position, err));
    TRY(relation_in_use(call, relation, err));
    const Relation *view = view_that_uses(engine, relation);
    if (view)
        return in_view(relation, view, position, err);
    if (relation->kind == RELATION_MATERIALIZED)
        TRY(drop_job(call, arena_strdup(call->arena, relation->name), true, position, err));
    return forget_relation(call, relation, err);
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
            status = drop_job(call, last_name(name), drop->if_exists, name->at[0].position, err);
            break;
        case OBJECT_TABLE:
        case OBJECT_SOURCE:
        case OBJECT_SINK:
        case OBJECT_VIEW:
        case OBJECT_MATERIALIZED_VIEW:
            status = drop_relation(call, drop, name, err);
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
    done(call, object_tag(drop->object, false));
    return OK;
}

/* ---- START, STOP, FLUSH ---- */

Status statement_start_job(StatementCall *call, Err *err)
{
    Engine *engine = call->engine;
    const char *name = last_name(&call->statement->job.name);
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
    done(call, "START JOB");
    return OK;
}

Status statement_stop_job(StatementCall *call, Err *err)
{
    Engine *engine = call->engine;
    if (call->statement->job.with_savepoint)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, call->statement->position,
                       "savepoints are not supported yet");
    const char *name = last_name(&call->statement->job.name);
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
    done(call, "STOP JOB");
    return OK;
}

Status statement_flush(StatementCall *call, Err *err)
{
    TRY(engine_flush(call->engine, &call->session->cancelled, err));
    done(call, "FLUSH");
    return OK;
}
