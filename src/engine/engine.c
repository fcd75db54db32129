/*
 * engine.c - opening, holding and closing a data directory.
 *
 *     <data dir>/lock          held while a process has it
 *     <data dir>/catalog.db    relations and jobs (catalog_store.c)
 *     <data dir>/jobs/N.db     a job's offsets, watermarks, state, staged files; a view's rows
 *     <data dir>/tables/N.db   an internal table's rows
 */
#include "engine/internal.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/file.h"

int64_t engine_now_us(const Engine *engine)
{
    return clock_now_us(engine->clock);
}

void engine_notice(Engine *engine, Severity severity, const char *sqlstate, const char *message,
                   const char *hint)
{
    if (engine->config.notice)
        engine->config.notice(engine->config.notice_context, severity, sqlstate, message, hint);
}

char *engine_job_path(const Engine *engine, int64_t id, Arena *arena)
{
    return arena_printf(arena, "%s/jobs/%lld.db", engine->data_dir, (long long)id);
}

char *engine_table_path(const Engine *engine, int64_t id, Arena *arena)
{
    return arena_printf(arena, "%s/tables/%lld.db", engine->data_dir, (long long)id);
}

const char *engine_data_dir(const Engine *engine)
{
    return engine->data_dir;
}

/* A left-over file is no harm, since ids are never used again: errors are passed over. */
void engine_remove_database(const char *path)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    Arena arena;
    arena_init(&arena);
    for (int i = 0; i < 3; i++) {
        Err ignored;
        Status removed =
            file_unlink(arena_printf(&arena, "%s%s", path, suffixes[i]), true, &ignored);
        (void)removed;
    }
    arena_deinit(&arena);
}

void engine_remove_job_files(Engine *engine, int64_t id)
{
    Arena arena;
    arena_init(&arena);
    if (engine->data_dir)
        engine_remove_database(engine_job_path(engine, id, &arena));
    arena_deinit(&arena);
}

/* ---- opening ---- */

Status engine_need_directory(Engine *engine, Err *err)
{
    if (engine->data_dir)
        return OK;
    engine->is_private = true;
    TRY(private_dir_make("streamd", &engine->private_dir, err));
    engine->data_dir = mem_strdup(engine->private_dir.path);
    return OK;
}

/* A process that was killed gives its lock back only when the system has taken it apart: what is
 * started at that moment has a little patience. */
static Status lock_soon(const char *path, int *fd, bool *in_use, Err *err)
{
    enum { PATIENCE_US = 500 * 1000, STEP_MS = 10 };
    int64_t until_us = clock_mono_us() + PATIENCE_US;
    for (;;) {
        Err refused = ERR_NONE;
        Status status = file_lock(path, fd, in_use, &refused);
        if (status == OK || !*in_use || clock_mono_us() >= until_us) {
            *err = refused;
            return status;
        }
        (void)poll(NULL, 0, STEP_MS);
    }
}

static Status lock_directory(Engine *engine, bool *in_use, Err *err)
{
    Arena arena;
    arena_init(&arena);
    engine->data_dir = mem_strdup(file_absolute(engine->config.data_dir, &arena));
    Status status = file_make_directory(engine->data_dir, err);
    if (status == OK)
        status =
            lock_soon(path_join(&arena, engine->data_dir, "lock"), &engine->lock_fd, in_use, err);
    if (status != OK && *in_use) {
        err_set(err, SQLSTATE_IN_USE, -1, "the data directory %s is in use by another process",
                engine->data_dir);
        err_hint(err, "Stop the other streamd or streamd-cli, or choose another --data-dir.");
    }
    arena_deinit(&arena);
    return status;
}

static int core_count(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores > 64 ? 64 : (int)cores;
}

/* What a crash kept from its place.  It does not keep everything else from starting: the next start
 * tries again. */
static Status finish_jobs(Engine *engine, JobKind kind,
                          Status (*finish)(Engine *, const JobRecord *, Err *), Err *err)
{
    Arena arena;
    arena_init(&arena);
    JobRecord *records;
    int count;
    Status status = catalog_store_jobs(engine, &arena, &records, &count, err);
    for (int i = 0; status == OK && i < count; i++) {
        Err failed = ERR_NONE;
        if (records[i].kind != kind || finish(engine, &records[i], &failed) == OK)
            continue;
        char message[ERR_MESSAGE_BYTES];
        (void)snprintf(message, sizeof message,
                       "what %s%.200s has committed is not in its place yet: %.700s",
                       kind == JOB_INSERT ? "an INSERT" : "job ",
                       kind == JOB_INSERT ? "" : records[i].name, failed.message);
        engine_notice(engine, SEVERITY_WARNING, failed.sqlstate, message, failed.hint);
    }
    arena_deinit(&arena);
    return status;
}

static bool has_id(const JobRecord *records, int count, int64_t id)
{
    for (int i = 0; i < count; i++)
        if (records[i].id == id)
            return true;
    return false;
}

typedef struct Orphans {
    Engine *engine;
    Arena arena;
    JobRecord *records;
    int count;
    LIST(int64_t) tables;                /* ids of internal tables */
    LIST(const Relation *) lonely_views; /* without the job that keeps them up */
} Orphans;

static bool note_relation(void *context, const Relation *relation)
{
    Orphans *orphans = context;
    if (relation->kind == RELATION_INTERNAL)
        list_push(&orphans->tables, relation->id);
    if (relation->kind == RELATION_MATERIALIZED &&
        !has_id(orphans->records, orphans->count, relation->id))
        list_push(&orphans->lonely_views, relation);
    return true;
}

static bool is_orphan(const Orphans *orphans, bool of_jobs, int64_t id)
{
    if (of_jobs)
        return !has_id(orphans->records, orphans->count, id);
    for (size_t i = 0; i < orphans->tables.count; i++)
        if (orphans->tables.at[i] == id)
            return false;
    return true;
}

static Status remove_databases(Orphans *orphans, bool of_jobs, Err *err)
{
    Engine *engine = orphans->engine;
    char *folder = path_join(&orphans->arena, engine->data_dir, of_jobs ? "jobs" : "tables");
    FileEntry *entries = NULL;
    size_t count = 0;
    FileInfo info;
    TRY(file_stat(folder, &info, err));
    if (info.exists)
        TRY(file_list_directory(folder, &orphans->arena, &entries, &count, err));
    for (size_t i = 0; i < count; i++) {
        char *end;
        int64_t id = strtoll(entries[i].name, &end, 10);
        if (end != entries[i].name && strncmp(end, ".db", 3) == 0 &&
            is_orphan(orphans, of_jobs, id))
            engine_remove_database(of_jobs ? engine_job_path(engine, id, &orphans->arena)
                                           : engine_table_path(engine, id, &orphans->arena));
    }
    return OK;
}

/* What a crash left between making or forgetting a job or table and its file, a view and its job.
 */
static Status remove_orphans(Engine *engine, Err *err)
{
    Orphans orphans = {.engine = engine};
    arena_init(&orphans.arena);
    Status status =
        catalog_store_jobs(engine, &orphans.arena, &orphans.records, &orphans.count, err);
    if (status == OK) {
        catalog_each(engine->catalog, note_relation, &orphans);
        status = remove_databases(&orphans, true, err);
    }
    if (status == OK)
        status = remove_databases(&orphans, false, err);
    for (size_t i = 0; status == OK && i < orphans.lonely_views.count; i++) {
        const Relation *view = orphans.lonely_views.at[i];
        status = catalog_store_drop_relation(engine, view->id, err);
        if (status == OK)
            (void)catalog_drop(engine->catalog, view->schema, view->name);
    }
    list_free(&orphans.tables);
    list_free(&orphans.lonely_views);
    arena_deinit(&orphans.arena);
    return status;
}

static Status resume_all(Engine *engine, Err *err)
{
    Arena arena;
    arena_init(&arena);
    JobRecord *records;
    int count;
    Status status = catalog_store_jobs(engine, &arena, &records, &count, err);
    for (int i = 0; status == OK && i < count; i++) {
        if (strcmp(records[i].state, "running") != 0 || records[i].kind == JOB_INSERT)
            continue;
        /* One job that cannot start does not keep the others from it. */
        Err failed = ERR_NONE;
        bool waits;
        if (job_waiting_resume(engine, &records[i], &waits, &failed) != OK && !waits) {
            char message[ERR_MESSAGE_BYTES];
            (void)snprintf(message, sizeof message, "job %s does not start: %.900s",
                           records[i].name, failed.message);
            engine_notice(engine, SEVERITY_ERROR, failed.sqlstate, message, failed.hint);
            engine->failed_jobs++;
        }
    }
    arena_deinit(&arena);
    return status == OK ? job_waiting_start(engine, err) : status;
}

Status engine_open(Engine **out, const EngineConfig *config, bool *in_use, Err *err)
{
    Engine *engine = mem_zalloc(sizeof *engine);
    engine->config = *config;
    engine->clock = config->clock;
    engine->lock_fd = -1;
    engine->cores = core_count();
    engine->threads = config->threads > 0 ? config->threads : engine->cores;
    if (engine->threads > 64)
        engine->threads = 64;
    engine->batch_rows = config->batch_rows > 0 && config->batch_rows <= BATCH_ROWS
                             ? config->batch_rows
                             : BATCH_ROWS;
    engine->next_id = 1;
    mutex_init(&engine->ddl);
    mutex_init(&engine->lock);
    mutex_init(&engine->catalog_lock);
    cond_init(&engine->changed);
    engine->catalog = catalog_new();
    engine->pool = pool_new(engine->threads);
    engine->started_us = engine_now_us(engine);
    *in_use = false;
    Status status = OK;
    if (config->data_dir) {
        TRY_GOTO(lock_directory(engine, in_use, err));
        TRY_GOTO(system_tables_add(engine->catalog, err));
        TRY_GOTO(catalog_store_open(engine, err));
        TRY_GOTO(finish_jobs(engine, JOB_INSERT, job_finish_insert, err));
        TRY_GOTO(remove_orphans(engine, err));
        /* A table is whole whether its jobs start again or not. */
        TRY_GOTO(finish_jobs(engine, JOB_NAMED, job_table_finish, err));
        if (config->resume_jobs)
            TRY_GOTO(resume_all(engine, err));
    } else {
        TRY_GOTO(system_tables_add(engine->catalog, err));
    }
done:
    if (status != OK) {
        engine_close(engine, true);
        return status;
    }
    *out = engine;
    return OK;
}

/* ---- closing ---- */

/* Followers first, so that nobody is woken by one that goes; in the order opposite to their making.
 */
static void stop_jobs(Engine *engine, bool crash)
{
    if (!crash) {
        /* Sources first: each commits what it has before its followers take their last look. */
        JobList jobs = {0};
        jobs_in_order(engine, &jobs);
        for (size_t i = 0; i < jobs.count; i++)
            job_stop(jobs.at[i], false);
        list_free(&jobs);
    } else {
        for (size_t i = 0; i < engine->jobs.count; i++)
            job_stop(engine->jobs.at[i], true);
    }
    for (size_t i = engine->jobs.count; i-- > 0;)
        job_free(engine->jobs.at[i]);
    engine->jobs.count = 0;
}

void engine_close(Engine *engine, bool crash)
{
    if (!engine)
        return;
    job_waiting_end(engine);
    stop_jobs(engine, crash);
    list_free(&engine->jobs);
    for (size_t i = 0; i < engine->tables.count; i++) {
        InternalTable *table = engine->tables.at[i];
        if (table->dropped)
            continue; /* the catalog has it */
        relation_store_close(&table->relation);
        store_close(table->store);
        mutex_deinit(&table->lock);
        free(table);
    }
    engine->tables.count = 0;
    store_close(engine->store);
    catalog_free(engine->catalog);
    list_free(&engine->tables);
    pool_free(engine->pool);
    Err ignored = ERR_NONE;
    (void)!private_dir_remove(&engine->private_dir, &ignored);
    if (engine->lock_fd >= 0)
        file_close(engine->lock_fd);
    free(engine->data_dir);
    mutex_deinit(&engine->ddl);
    mutex_deinit(&engine->lock);
    mutex_deinit(&engine->catalog_lock);
    cond_deinit(&engine->changed);
    free(engine);
}

/* ---- jobs ---- */

Job *engine_find_job(Engine *engine, const char *name)
{
    for (size_t i = 0; i < engine->jobs.count; i++)
        if (engine->jobs.at[i]->name && text_equal_nocase(engine->jobs.at[i]->name, name))
            return engine->jobs.at[i];
    return NULL;
}

Job *engine_view_job(Engine *engine, const Relation *view)
{
    for (size_t i = 0; i < engine->jobs.count; i++)
        if (engine->jobs.at[i]->view && engine->jobs.at[i]->view->id == view->id)
            return engine->jobs.at[i];
    return NULL;
}

Job *engine_pin_view(Engine *engine, int64_t id)
{
    Job *found = NULL;
    mutex_lock(&engine->lock);
    for (size_t i = 0; i < engine->jobs.count && !found; i++)
        if (engine->jobs.at[i]->view && engine->jobs.at[i]->view->id == id)
            found = engine->jobs.at[i];
    if (found)
        found->pins++;
    mutex_unlock(&engine->lock);
    return found;
}

Job *engine_pin_job(Engine *engine, int64_t id)
{
    Job *found = NULL;
    mutex_lock(&engine->lock);
    for (size_t i = 0; i < engine->jobs.count && !found; i++)
        if (engine->jobs.at[i]->id == id)
            found = engine->jobs.at[i];
    if (found)
        found->pins++;
    mutex_unlock(&engine->lock);
    return found;
}

JobList engine_pin_jobs(Engine *engine)
{
    JobList pinned = {0};
    mutex_lock(&engine->lock);
    for (size_t i = 0; i < engine->jobs.count; i++) {
        engine->jobs.at[i]->pins++;
        list_push(&pinned, engine->jobs.at[i]);
    }
    mutex_unlock(&engine->lock);
    return pinned;
}

void engine_unpin_jobs(Engine *engine, JobList *pinned)
{
    for (size_t i = 0; i < pinned->count; i++)
        engine_unpin(engine, pinned->at[i]);
    list_free(pinned);
}

Status engine_flush(Engine *engine, const _Atomic bool *cancelled, Err *err)
{
    LIST(int64_t) ids = {0};
    JobList jobs = {0};
    mutex_lock(&engine->lock);
    Status status = job_waiting_check(engine, err);
    jobs_in_order(engine, &jobs);
    for (size_t i = 0; i < jobs.count; i++)
        list_push(&ids, jobs.at[i]->id);
    mutex_unlock(&engine->lock);
    list_free(&jobs);
    for (size_t i = 0; status == OK && i < ids.count; i++) {
        Job *job = engine_pin_job(engine, ids.at[i]);
        if (!job)
            continue; /* dropped meanwhile */
        status = job_flush(job, cancelled, err);
        engine_unpin(engine, job);
    }
    list_free(&ids);
    return status;
}

void engine_unpin(Engine *engine, Job *job)
{
    mutex_lock(&engine->lock);
    job->pins--;
    cond_broadcast(&engine->changed);
    mutex_unlock(&engine->lock);
}

void engine_forget_job(Engine *engine, Job *job)
{
    mutex_lock(&engine->lock);
    for (size_t i = 0; i < engine->jobs.count; i++)
        if (engine->jobs.at[i] == job) {
            memmove(&engine->jobs.at[i], &engine->jobs.at[i + 1],
                    (engine->jobs.count - i - 1) * sizeof *engine->jobs.at);
            engine->jobs.count--;
            break;
        }
    while (job->pins)
        (void)cond_wait_us(&engine->changed, &engine->lock, -1);
    mutex_unlock(&engine->lock);
    system_tables_drop_state(engine, job);
    job_free(job);
}

void engine_wake_followers(Engine *engine, int64_t id)
{
    mutex_lock(&engine->lock);
    for (size_t i = 0; i < engine->jobs.count; i++) {
        Job *job = engine->jobs.at[i];
        for (int k = 0; k < job->input_count; k++)
            if (job->inputs[k].followed && job->inputs[k].followed_id == id) {
                job_wake(job);
                break;
            }
    }
    cond_broadcast(&engine->changed);
    mutex_unlock(&engine->lock);
}

static bool job_runs(Job *job)
{
    mutex_lock(&job->lock);
    bool runs = job->state == JOB_RUNNING;
    mutex_unlock(&job->lock);
    return runs;
}

bool engine_is_busy(Engine *engine)
{
    bool busy = false;
    mutex_lock(&engine->lock);
    for (size_t i = 0; i < engine->jobs.count && !busy; i++)
        busy = job_is_outside(engine->jobs.at[i]) && job_runs(engine->jobs.at[i]);
    mutex_unlock(&engine->lock);
    return busy;
}

/* When those with an outside source have ended: what follows them takes in the rest. */
static void flush_followers(Engine *engine)
{
    JobList jobs = {0};
    jobs_in_order(engine, &jobs);
    for (size_t i = 0; i < jobs.count; i++) {
        Err ignored = ERR_NONE;
        if (!job_is_outside(jobs.at[i]) && job_runs(jobs.at[i]) &&
            job_flush(jobs.at[i], NULL, &ignored) != OK)
            continue;
    }
    list_free(&jobs);
}

bool engine_wait(Engine *engine, const _Atomic bool *interrupted)
{
    while (!*interrupted) {
        if (!engine_is_busy(engine)) {
            flush_followers(engine);
            return true;
        }
        mutex_lock(&engine->lock);
        (void)cond_wait_us(&engine->changed, &engine->lock, 50000);
        mutex_unlock(&engine->lock);
    }
    return false;
}

int engine_failed_jobs(Engine *engine)
{
    mutex_lock(&engine->lock);
    int failed = engine->failed_jobs;
    mutex_unlock(&engine->lock);
    return failed;
}

void engine_clock_moved(Engine *engine)
{
    mutex_lock(&engine->lock);
    for (size_t i = 0; i < engine->jobs.count; i++)
        job_wake(engine->jobs.at[i]);
    mutex_unlock(&engine->lock);
}

void engine_progress(Engine *engine, uint64_t *rows, uint64_t *bytes)
{
    *rows = engine->rows_read;
    *bytes = engine->bytes_read;
}
