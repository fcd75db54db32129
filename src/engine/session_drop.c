/*
 * session_drop.c - what uses a relation, and DROP: nothing goes that something
 * else needs, CASCADE takes the users with it.  Under Engine.ddl.
 */
#include "engine/internal.h"

enum { OLD_INSERTS_KEPT = 100 };

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

Status session_relation_in_use(StatementCall *call, const Relation *relation, Err *err)
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

static Status in_view(const Relation *relation, const Relation *view, int32_t position, Err *err)
{
    err_set(err, SQLSTATE_DEPENDENT_OBJECTS, position, "\"%s\" is used by view %s", relation->name,
            view->name);
    return err_hint(err, "Drop the view first, or drop this with CASCADE.");
}

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

Status session_drop_job(StatementCall *call, const char *name, bool if_exists, int32_t position,
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
        session_forget_ended(engine, name);
    } else {
        unfollow_record(engine, &record, call->arena);
    }
    job_waiting_forget(engine, id);
    engine_remove_job_files(engine, id);
    if (sink && sink->kind == RELATION_INTERNAL)
        internal_table_forget_job(engine, sink, id);
    return OK;
}

/* One that came to its end by itself, so that nobody waits for it to go on. */
static bool is_old_insert(const JobRecord *record)
{
    if (record->kind != JOB_NAMED ||
        strncmp(record->name, INSERT_JOB_PREFIX, sizeof INSERT_JOB_PREFIX - 1) != 0)
        return false;
    if (strcmp(record->state, "finished") == 0)
        return true;
    Settings settings;
    settings_init(&settings);
    settings_read(&settings, str_from(record->settings));
    const char *trigger = settings_get(&settings, "trigger");
    bool ends = trigger &&
                (text_equal_nocase(trigger, "available-now") || text_equal_nocase(trigger, "once"));
    settings_deinit(&settings);
    return ends && strcmp(record->state, "stopped") == 0;
}

Status session_drop_old_inserts(StatementCall *call, Err *err)
{
    JobRecord *records;
    int count, old = 0;
    TRY(catalog_store_jobs(call->engine, call->arena, &records, &count, err));
    for (int i = count; i-- > 0;) /* by id: the newest first */
        if (is_old_insert(&records[i]) && ++old > OLD_INSERTS_KEPT)
            TRY(session_drop_job(call, records[i].name, true, -1, err));
    return OK;
}

static Status drop_view(StatementCall *call, const char *name, int32_t position, Err *err)
{
    NameList one = {0};
    Name view = {.text = name, .position = position};
    list_push_arena(call->arena, &one, view);
    return session_drop_relation(call, &(DropStatement){.object = OBJECT_VIEW, .cascade = true},
                                 &one, err);
}

static Status drop_user(StatementCall *call, const char *name, bool is_view, int32_t position,
                        Err *err)
{
    return is_view ? drop_view(call, name, position, err)
                   : session_drop_job(call, name, true, position, err);
}

/* CASCADE: the jobs and views that use it, loaded or not. */
static Status drop_users(StatementCall *call, const Relation *relation, int32_t position, Err *err)
{
    Engine *engine = call->engine;
    for (size_t i = engine->jobs.count; i-- > 0;) {
        Job *job = engine->jobs.at[i];
        if (!job_uses(job, relation))
            continue;
        TRY(drop_user(call, arena_strdup(call->arena, job->name), job->view != NULL, position,
                      err));
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
    uint64_t born = relation->born;
    TRY(catalog_store_drop_relation(engine, id, err));
    (void)catalog_drop(engine->catalog, relation->schema, relation->name);
    if (relation->kind != RELATION_INTERNAL)
        return OK;
    engine_internal_table_remove(engine, id, born);
    return OK;
}

Status session_forget_relation(StatementCall *call, Err *err)
{
    const NameList *name = &call->statement->create->name;
    const Relation *relation =
        catalog_find(call->engine->catalog, ast_schema_name(name), ast_last_name(name));
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
    return filled == sink
               ? session_drop_job(call, arena_strdup(call->arena, sink->name), true, position, err)
               : OK;
}

Status session_drop_relation(StatementCall *call, const DropStatement *drop, const NameList *name,
                             Err *err)
{
    Engine *engine = call->engine;
    int32_t position = name->at[name->count - 1].position;
    const Relation *relation =
        catalog_find(engine->catalog, ast_schema_name(name), ast_last_name(name));
    if (!relation) {
        if (!drop->if_exists)
            return catalog_missing(engine->catalog, ast_schema_name(name), ast_last_name(name),
                                   position, err);
        session_notice(call->session, SEVERITY_NOTICE, SQLSTATE_WARNING,
                       "\"%s\" does not exist, skipping", ast_last_name(name));
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
    TRY(session_relation_in_use(call, relation, err));
    const Relation *view = view_that_uses(engine, relation);
    if (view)
        return in_view(relation, view, position, err);
    if (relation->kind == RELATION_MATERIALIZED)
        TRY(session_drop_job(call, arena_strdup(call->arena, relation->name), true, position, err));
    return forget_relation(call, relation, err);
}
