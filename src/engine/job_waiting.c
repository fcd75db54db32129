/*
 * job_waiting.c - jobs that are to run and cannot be resumed, for the disk is full; INSERTs that
 * are committed and cannot be published.
 *
 * As a running job waits with its epoch until there is room, one that finds no room to open its
 * database waits to start: it is degraded, and a thread tries again and again.  So it does with the
 * files of an INSERT, of which otherwise some would be there and some not.
 */
#include "engine/internal.h"

enum { RETRY_US = 250000, RETRY_MOST_US = 8000000 };

static void note(Engine *engine, int64_t id, const char *name, bool insert, const char *reason)
{
    mutex_lock(&engine->lock);
    size_t at = 0;
    while (at < engine->waiting.count && engine->waiting.at[at].id != id)
        at++;
    if (at == engine->waiting.count)
        list_push(&engine->waiting, (WaitingJob){.id = id});
    WaitingJob *waiting = &engine->waiting.at[at];
    waiting->insert = insert;
    (void)snprintf(waiting->name, sizeof waiting->name, "%.127s", name);
    (void)snprintf(waiting->reason, sizeof waiting->reason, "%.255s", reason);
    mutex_unlock(&engine->lock);
}

void job_waiting_forget(Engine *engine, int64_t id)
{
    mutex_lock(&engine->lock);
    for (size_t i = engine->waiting.count; i-- > 0;)
        if (engine->waiting.at[i].id == id)
            engine->waiting.at[i] = engine->waiting.at[--engine->waiting.count];
    mutex_unlock(&engine->lock);
}

bool job_waiting_reason(Engine *engine, int64_t id, char *to, size_t size)
{
    bool waits = false;
    mutex_lock(&engine->lock);
    for (size_t i = 0; i < engine->waiting.count; i++)
        if (engine->waiting.at[i].id == id) {
            waits = true;
            (void)snprintf(to, size, "%s", engine->waiting.at[i].reason);
        }
    mutex_unlock(&engine->lock);
    return waits;
}

Status job_waiting_check(Engine *engine, Err *err)
{
    return engine->waiting.count ? err_set(err, SQLSTATE_DISK_FULL, -1, "job %s is degraded: %s",
                                           engine->waiting.at[0].name, engine->waiting.at[0].reason)
                                 : OK;
}

Status job_waiting_resume(Engine *engine, const JobRecord *record, bool *waits, Err *err)
{
    char before[256];
    bool waited = job_waiting_reason(engine, record->id, before, sizeof before);
    Status status = job_resume(engine, record, NULL, err);
    *waits = status != OK && strcmp(err->sqlstate, SQLSTATE_DISK_FULL) == 0;
    if (*waits)
        note(engine, record->id, record->name, false, err->message);
    else
        job_waiting_forget(engine, record->id);
    if (*waits && !waited) {
        char message[ERR_MESSAGE_BYTES];
        (void)snprintf(message, sizeof message, "job %s does not start yet: %.900s", record->name,
                       err->message);
        engine_notice(engine, SEVERITY_WARNING, err->sqlstate, message,
                      "The job waits and tries again; free some space.");
    }
    return status;
}

/* Under ddl: one round over those that wait. */
static void try_again(Engine *engine)
{
    Arena arena;
    arena_init(&arena);
    JobRecord *records = NULL;
    int count = 0;
    Err err = ERR_NONE;
    if (catalog_store_jobs(engine, &arena, &records, &count, &err) != OK)
        count = 0;
    for (int i = 0; i < count; i++) {
        char reason[256];
        bool waits;
        if (!job_waiting_reason(engine, records[i].id, reason, sizeof reason))
            continue;
        if (records[i].kind == JOB_INSERT) {
            if (job_finish_insert(engine, &records[i], &err) == OK)
                job_waiting_forget(engine, records[i].id);
            continue;
        }
        if (engine_find_job(engine, records[i].name)) {
            job_waiting_forget(engine, records[i].id); /* somebody has started it */
            continue;
        }
        if (job_waiting_resume(engine, &records[i], &waits, &err) == OK || waits)
            continue;
        char message[ERR_MESSAGE_BYTES];
        (void)snprintf(message, sizeof message, "job %s does not start: %.900s", records[i].name,
                       err.message);
        engine_notice(engine, SEVERITY_ERROR, err.sqlstate, message, err.hint);
        mutex_lock(&engine->lock);
        engine->failed_jobs++;
        mutex_unlock(&engine->lock);
    }
    arena_deinit(&arena);
}

static void retry(void *arg)
{
    Engine *engine = arg;
    int64_t pause_us = RETRY_US;
    mutex_lock(&engine->lock);
    while (!engine->closing) {
        int64_t until_us = clock_mono_us() + pause_us, left_us;
        while (!engine->closing && (left_us = until_us - clock_mono_us()) > 0)
            (void)cond_wait_us(&engine->changed, &engine->lock, left_us);
        bool some = engine->waiting.count > 0;
        if (engine->closing)
            break;
        pause_us = !some ? RETRY_US : pause_us * 2 > RETRY_MOST_US ? RETRY_MOST_US : pause_us * 2;
        mutex_unlock(&engine->lock);
        if (some) {
            mutex_lock(&engine->ddl);
            try_again(engine);
            mutex_unlock(&engine->ddl);
        }
        mutex_lock(&engine->lock);
        while (!engine->closing && !engine->waiting.count)
            (void)cond_wait_us(&engine->changed, &engine->lock, -1);
    }
    mutex_unlock(&engine->lock);
}

Status job_waiting_start(Engine *engine, Err *err)
{
    Status status = OK;
    mutex_lock(&engine->lock);
    if (engine->waiting.count && !engine->retrying.started)
        status = thread_start(&engine->retrying, retry, engine, "retry", err);
    cond_broadcast(&engine->changed);
    mutex_unlock(&engine->lock);
    return status;
}

void job_waiting_publish(Engine *engine, int64_t id, const Err *why)
{
    Err ignored = ERR_NONE;
    note(engine, id, "insert", true, why->message);
    /* Without a thread the next start of the process does it. */
    (void)!job_waiting_start(engine, &ignored);
}

void job_waiting_end(Engine *engine)
{
    mutex_lock(&engine->lock);
    engine->closing = true;
    cond_broadcast(&engine->changed);
    mutex_unlock(&engine->lock);
    thread_join(&engine->retrying);
    list_free(&engine->waiting);
}
