/*
 * job_order.c - who reads what others write: jobs in an order in which each comes
 * after those that make what it follows, and no circles.
 */
#include "engine/internal.h"

const Relation *job_target(const Job *job)
{
    if (job->view)
        return job->view;
    return job->sink_table && job->sink_table->kind == RELATION_INTERNAL ? job->sink_table : NULL;
}

static bool reads(const Job *job, const Relation *relation)
{
    for (int i = 0; relation && i < job->input_count; i++)
        if (job->inputs[i].followed && job->inputs[i].followed_id == relation->id)
            return true;
    return false;
}

/* Some job in the list from `at` on makes what this one follows. */
static bool waits(const Job *job, const JobList *left)
{
    for (size_t i = 0; i < left->count; i++)
        if (left->at[i] && left->at[i] != job && reads(job, job_target(left->at[i])))
            return true;
    return false;
}

void jobs_in_order(const Engine *engine, JobList *out)
{
    JobList left = {0};
    for (size_t i = 0; i < engine->jobs.count; i++)
        list_push(&left, engine->jobs.at[i]);
    for (bool progress = true; progress;) {
        progress = false;
        for (size_t i = 0; i < left.count; i++) {
            Job *job = left.at[i];
            if (!job || waits(job, &left))
                continue;
            list_push(out, job);
            left.at[i] = NULL;
            progress = true;
        }
    }
    list_free(&left);
}

bool engine_makers_run(Engine *engine, int64_t relation)
{
    bool run = false;
    mutex_lock(&engine->lock);
    for (size_t i = 0; i < engine->jobs.count && !run; i++) {
        Job *job = engine->jobs.at[i];
        const Relation *target = job_target(job);
        if (!target || target->id != relation)
            continue;
        mutex_lock(&job->lock);
        run = job->state == JOB_RUNNING;
        mutex_unlock(&job->lock);
    }
    mutex_unlock(&engine->lock);
    return run;
}

/* ---- circles ---- */

typedef struct Edge {
    const Relation *from, *to; /* a job reads one and writes the other */
    const char *job;
} Edge;
typedef LIST(Edge) EdgeList;

const Relation *job_scanned(const Engine *engine, const PhysicalNode *scan)
{
    return scan->as.scan.relation
               ? scan->as.scan.relation
               : catalog_find(engine->catalog, scan->as.scan.schema, scan->as.scan.table);
}

static void add_edges(const Engine *engine, const PhysicalPlan *plan, const Relation *to,
                      const char *job, EdgeList *edges)
{
    for (int i = 0; to && i < plan->scan_count; i++) {
        Edge edge = {job_scanned(engine, plan->scans[i]), to, job};
        list_push(edges, edge);
    }
}

/* Stored jobs count too, whether they are loaded or not. */
static Status collect_edges(Engine *engine, Arena *arena, EdgeList *edges, Err *err)
{
    JobRecord *records;
    int count;
    for (size_t i = 0; i < engine->jobs.count; i++) {
        const Job *job = engine->jobs.at[i];
        add_edges(engine, job->plan, job_target(job), job->name, edges);
    }
    TRY(catalog_store_jobs(engine, arena, &records, &count, err));
    for (int i = 0; i < count; i++) {
        const JobRecord *record = &records[i];
        const Relation *to = NULL;
        PhysicalPlan *plan = NULL;
        Err ignored = ERR_NONE;
        if (record->kind == JOB_INSERT || engine_find_job(engine, record->name))
            continue;
        if (record->kind == JOB_VIEW)
            to = catalog_find(engine->catalog, NULL, record->name);
        else if (stored_sink(engine, record->sql, arena, &to, &ignored) != OK)
            continue;
        if (to && to->kind != RELATION_TABLE &&
            physical_from_json(str_from(record->plan), arena, &plan, &ignored) == OK)
            add_edges(engine, plan, to, record->name, edges);
    }
    return OK;
}

static Status refuse_circle(const Relation *sink, const char *job, Err *err)
{
    if (!job)
        err_set(err, "42P19", -1, "the job would read \"%s\", which it writes", sink->name);
    else
        err_set(err, "42P19", -1, "the job would read what job %s makes of \"%s\", which it writes",
                job, sink->name);
    return err_hint(err, "A job cannot follow its own output: its rows would come round for ever.");
}

Status job_check_circle(Engine *engine, const PhysicalPlan *plan, const Relation *sink, Err *err)
{
    Arena arena;
    EdgeList edges = {0};
    LIST(Edge) reached = {0}; /* relations that change with the sink, and by which job */
    arena_init(&arena);
    Status status = collect_edges(engine, &arena, &edges, err);
    Edge start = {.to = sink};
    list_push(&reached, start);
    for (size_t r = 0; status == OK && r < reached.count; r++) {
        Edge at = reached.at[r];
        for (int i = 0; status == OK && i < plan->scan_count; i++)
            if (job_scanned(engine, plan->scans[i]) == at.to)
                status = refuse_circle(sink, at.job, err);
        for (size_t e = 0; e < edges.count; e++) {
            if (edges.at[e].from != at.to)
                continue;
            bool known = false;
            for (size_t k = 0; k < reached.count; k++)
                known |= reached.at[k].to == edges.at[e].to;
            if (!known)
                list_push(&reached, edges.at[e]);
        }
    }
    list_free(&edges);
    list_free(&reached);
    arena_deinit(&arena);
    return status;
}
