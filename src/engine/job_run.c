/*
 * job_run.c - a job at work: rounds of input until it is drained, epochs at their
 * limits, until the inputs end, STOP, a stop request or an error.
 *
 *     round → round → … → job_commit (job_epoch.c) → wait for input, a request,
 *     the clock of a trigger, the sink's next roll → round → …
 */
#include "engine/internal.h"

enum { ROUND_BYTES = 16 << 20, FIRST_ROUND_BYTES = 1 << 20 };

static void open_epoch(Job *job)
{
    if (job->epoch_open)
        return;
    job->epoch_open = true;
    job->epoch_started_us = clock_mono_us();
    for (int i = 0; i < job->input_count; i++)
        if (job->inputs[i].source->class->epoch_begin)
            job->inputs[i].source->class->epoch_begin(job->inputs[i].source);
}

/* The input to read next: the one with the lowest watermark (ties: position in FROM), in a live run
 * among those that may have something.  Where rows are taken in blocks nobody goes before it: NULL
 * while it waits. */
static Input *next_input(Job *job)
{
    Input *best = NULL;
    for (int i = 0; i < job->input_count; i++) {
        Input *input = &job->inputs[i];
        input->ended |= pipeline_source_is_stopped(job->pipeline, i);
        if (input->ended || (input->drained && !input->in_blocks))
            continue;
        if (!best ||
            (input->scan->has_wm && best->scan->has_wm && input->watermark < best->watermark))
            best = input;
    }
    return best && best->drained ? NULL : best;
}

static bool is_midway(const Input *input)
{
    return input->followed && relation_source_is_midway(input->source);
}

/* For FLUSH: an input that always has more has handed out what it had at the beginning. */
static bool has_caught_up(const Input *input)
{
    int queued = input->source->class->queued_chunks;
    return queued && !input->traits.bounded &&
           input->next_ticket - input->first_ticket >= (uint64_t)queued && !is_midway(input);
}

/* Reads everything there is at the moment, up to the limits of an epoch; *progress: there was
 * something. */
static Status read_inputs(Job *job, bool limited, bool *progress, Err *err)
{
    *progress = false;
    for (int i = 0; i < job->input_count; i++) {
        job->inputs[i].drained = false;
        job->inputs[i].first_ticket = job->inputs[i].next_ticket;
    }
    Input *input;
    int64_t budget = job->input_count > 1 ? FIRST_ROUND_BYTES : ROUND_BYTES;
    while ((input = next_input(job)) != NULL) {
        bool some;
        if (limited && job->once == false && (int64_t)job->epoch_bytes_in >= job->max_bytes)
            break;
        open_epoch(job);
        int64_t until_us = INT64_MAX;
        if (limited && !input->followed && !job->once)
            until_us = job->epoch_started_us + job->epoch_interval_us;
        Status status = input->in_blocks ? job_block(job, input, &some, err)
                                         : job_round(job, input, budget, until_us, &some, err);
        *progress |= some;
        if (status == FAIL) /* no window closes by rows behind the one that failed */
            return FAIL;
        if (some || input->ended)
            TRY(job_barrier(job, err));
        /* A LIMIT somewhere has its rows, but other inputs may go elsewhere. */
        if (status != STOP || !pipeline_source_is_stopped(job->pipeline, input->index))
            TRY(status);
        if (pipeline_is_done(job->pipeline))
            return STOP;
        if (job->cancel || job->crash)
            break;
        if (is_midway(input))
            continue;
        if (job->stop)
            break;
        if (!limited && has_caught_up(input))
            input->drained = true;
        if (limited && clock_mono_us() - job->epoch_started_us >= job->epoch_interval_us)
            break;
    }
    return OK;
}

bool job_all_ended(const Job *job)
{
    for (int i = 0; i < job->input_count; i++)
        if (!job->inputs[i].ended)
            return false;
    return true;
}

bool job_all_bounded(const Job *job)
{
    for (int i = 0; i < job->input_count; i++)
        if (!job->inputs[i].traits.bounded)
            return false;
    return true;
}

/* Rows that no source brings (VALUES). */
static Status push_values(Job *job, Err *err)
{
    TRY(pipeline_start(job->pipeline, err));
    return job_lane_flush(&job->lanes[0], err);
}

/* A bounded SELECT or INSERT: everything in one go. */
static Status run_bounded(Job *job, Err *err)
{
    Status status = push_values(job, err);
    while (status == OK && !job_all_ended(job) && !job->cancel) {
        bool progress;
        status = read_inputs(job, false, &progress, err);
        if (status != OK || job_all_ended(job) || job->cancel)
            break;
        if (progress)
            continue;
        if (job_idle_check(job, engine_now_us(job->engine)))
            TRY(job_barrier(job, err));
        mutex_lock(&job->lock);
        int64_t wait = 50000;
        if (!job->woken)
            (void)cond_wait_us(&job->changed, &job->lock, wait);
        job->woken = false;
        mutex_unlock(&job->lock);
    }
    if (job->cancel)
        return err_canceled(err, NULL);
    if (status == FAIL)
        return FAIL;
    TRY(job_barrier(job, err));
    /* After STOP too: what reads a LIMIT's rows has its end now. */
    if (pipeline_finish(job->pipeline, err) == FAIL)
        return FAIL;
    if (job->sink || job->view)
        return job_commit(job, true, true, err);
    return OK;
}

/* How long until something must happen without input; INT64_MAX: never. */
static int64_t next_due_us(Job *job)
{
    int64_t now = engine_now_us(job->engine), due = INT64_MAX;
    for (int i = 0; i < job->input_count; i++)
        if (job->inputs[i].wait_until_us < due)
            due = job->inputs[i].wait_until_us;
    if (job_idle_due_us(job) < due)
        due = job_idle_due_us(job);
    if (job->sink && job->sink->class->due_us) {
        int64_t roll = job->sink->class->due_us(job->sink);
        if (roll < due)
            due = roll;
    }
    int64_t wait = due == INT64_MAX ? INT64_MAX : due > now ? due - now : 0;
    if (job->epoch_open) {
        int64_t commit = job->last_commit_us + job->min_interval_us - clock_mono_us();
        if (commit < wait)
            wait = commit > 0 ? commit : 0;
    }
    if (job->plan->needs_ticks) {
        int64_t tick = 20000; /* windows end on whole steps of the clock; 20 ms late at most */
        if (tick < wait)
            wait = tick;
    }
    return wait;
}

static bool roll_is_due(Job *job)
{
    return job->sink && job->sink->class->due_us &&
           job->sink->class->due_us(job->sink) <= engine_now_us(job->engine);
}

static bool has_open_file(Job *job)
{
    return job->sink && job->sink->class->due_us &&
           job->sink->class->due_us(job->sink) != INT64_MAX;
}

typedef struct Requests {
    bool stop, crash;
    int64_t flush;
} Requests;

static Requests take_requests(Job *job)
{
    mutex_lock(&job->lock);
    Requests requests = {job->stop, job->crash,
                         job->flush_wanted > job->flush_done ? job->flush_wanted : 0};
    mutex_unlock(&job->lock);
    return requests;
}

static void flush_answered(Job *job, int64_t flush)
{
    mutex_lock(&job->lock);
    job->flush_done = flush;
    cond_broadcast(&job->changed);
    mutex_unlock(&job->lock);
}

static Status refresh_inputs(Job *job, Err *err)
{
    Status status = OK;
    for (int i = 0; i < job->input_count && status == OK; i++) {
        Input *input = &job->inputs[i];
        mutex_lock(&input->lock);
        if (!input->ended && input->source->class->refresh)
            status = input->source->class->refresh(input->source, err);
        mutex_unlock(&input->lock);
    }
    return status;
}

/* Has the epoch anything to commit? */
static bool epoch_has_work(const Job *job)
{
    return job->epoch_open && (job->epoch_bytes_in || job->epoch_rows_in || job->epoch_rows_out ||
                               job->pending_restart || job->idle_changed);
}

/* The last part of an unbounded job's life: commit what is there. */
static Status end_unbounded(Job *job, bool crash, Status status, Err *err)
{
    if (crash)
        return OK;
    if (job_blocks_pending(job) && !job_all_ended(job) && status == OK)
        return OK; /* one epoch or none */
    bool ended = (status == STOP || (job_all_ended(job) && job_all_bounded(job))) && !job->stop &&
                 !job->cancel;
    if (ended) {
        TRY(job_barrier(job, err));
        if (pipeline_finish(job->pipeline, err) == FAIL)
            return FAIL;
    }
    return job_commit(job, true, true, err);
}

/* An input has given an epoch all that it may, and has more. 'once' has but one epoch, without such
 * limits. */
static bool is_full(Job *job)
{
    bool full = false;
    for (int i = 0; i < job->input_count; i++) {
        Source *source = job->inputs[i].source;
        if (!source->class->epoch_full || !source->class->epoch_full(source))
            continue;
        full = true;
        if (job->once)
            source->class->epoch_begin(source);
    }
    return full;
}

static Status epoch_step(Job *job, bool *progress, Err *err)
{
    Requests requests = take_requests(job);
    if (job->once)
        requests.flush = 0; /* there is one epoch: its end answers */
    if (requests.flush)
        TRY(refresh_inputs(job, err));
    int64_t now = engine_now_us(job->engine);
    TRY(read_inputs(job, requests.flush == 0, progress, err));
    if (job->plan->needs_ticks) {
        uint64_t rows = job->rows_out;
        TRY(pipeline_tick(job->pipeline, job_steady_us(job, now), err));
        if (job->rows_out != rows)
            open_epoch(job);
    }
    if (job_idle_check(job, now)) {
        open_epoch(job);
        TRY(job_barrier(job, err));
    }
    if (job->output_since_flush && job->session && !job->sink && job->headings == 0) {
        /* Rows leave as soon as they exist. */
        job->output_since_flush = false;
        TRY(job->session->host.flush(job->session->host.context, err));
    }
    int64_t mono = clock_mono_us();
    bool drained = !*progress || next_input(job) == NULL;
    bool at_limit = mono - job->epoch_started_us >= job->epoch_interval_us ||
                    (int64_t)job->epoch_bytes_in >= job->max_bytes;
    bool full = is_full(job);
    *progress |= full;
    bool may_commit = at_limit || full || requests.flush ||
                      (drained && mono - job->last_commit_us >= job->min_interval_us);
    if (job->once && !job_all_ended(job))
        may_commit = false;
    bool rolls = roll_is_due(job) || (requests.flush && has_open_file(job));
    if (job_blocks_pending(job) && !job_all_ended(job))
        may_commit = rolls = false;
    if ((epoch_has_work(job) && may_commit) || rolls) {
        TRY(job_commit(job, requests.flush != 0, false, err));
    } else if (!epoch_has_work(job)) {
        job->epoch_open = false;
    }
    /* When the inputs have ended, what that closes belongs to it: the end answers. */
    if (requests.flush && !full && !job_all_ended(job))
        flush_answered(job, requests.flush);
    return OK;
}

/* What is there before any input: VALUES, and in a view, which can be asked at any time, the row of
 * a global aggregate. */
static Status first_rows(Job *job, Err *err)
{
    TRY(push_values(job, err));
    if (!job->view)
        return OK;
    uint64_t rows = job->rows_out;
    TRY(pipeline_end_epoch(job->pipeline, err));
    if (job->rows_out != rows)
        open_epoch(job);
    return OK;
}

static Status run_unbounded(Job *job, Err *err)
{
    Status status = OK;
    if (job->epoch == 0)
        status = first_rows(job, err);
    while (status == OK) {
        Requests requests = take_requests(job);
        if (requests.stop || requests.crash || job->cancel)
            break;
        bool progress;
        status = epoch_step(job, &progress, err);
        if (status != OK || job_all_ended(job))
            break;
        if (progress)
            continue;
        int64_t wait = next_due_us(job);
        mutex_lock(&job->lock);
        if (!job->woken && !job->stop && !job->crash && !job->cancel &&
            (job->once || job->flush_wanted <= job->flush_done) && wait > 0)
            (void)cond_wait_us(&job->changed, &job->lock, wait == INT64_MAX ? -1 : wait);
        job->woken = false;
        mutex_unlock(&job->lock);
    }
    if (status == FAIL)
        return FAIL;
    return end_unbounded(job, take_requests(job).crash, status, err);
}

Status job_run(Job *job, Err *err)
{
    if (!job_is_background(job) && job->plan->bounded)
        return run_bounded(job, err);
    return run_unbounded(job, err);
}
