/*
 * job_idle.c - 'scan.watermark.idle-timeout': an input that is silent does not hold the others
 * back.
 *
 *     active --- nothing came for the timeout ---> idle: counts as far as the joint watermark,
 *        ^                                           |    the lowest of the active inputs
 *        `--- a chunk: its own watermark is now the joint one, if that is higher
 *
 * Only these steps look at the clock.  Both are taken between chunks by the
 * thread that drives the job, and what they changed (idle or not, the input's
 * watermark, the joint one) is part of the epoch's commit: a restart goes on
 * from there.  Should all others have ended, an idle input holds its windows: nobody
 * knows how far time has got.
 */
#include "engine/internal.h"

#define JOINT_KEY "joint_watermark"

static void idle_key(char *to, size_t size, const Input *input)
{
    (void)snprintf(to, size, "idle_%d", input->index);
}

void job_idle_open(Job *job, Input *input)
{
    const char *timeout = option_get(&input->table->options, NULL, "scan.watermark.idle-timeout");
    if (!timeout || !input->scan->has_wm || !text_to_duration_us(timeout, &input->idle_timeout_us))
        input->idle_timeout_us = 0;
    input->active_us = engine_now_us(job->engine);
}

Status job_idle_resume(Job *job, Input *input, Err *err)
{
    char key[32];
    int64_t idle;
    idle_key(key, sizeof key, input);
    TRY(store_get(job->store, key, 0, &idle, err));
    input->idle = idle && input->idle_timeout_us;
    return store_get(job->store, JOINT_KEY, WM_NONE, &job->joint_watermark, err);
}

Status job_idle_save(Job *job, Err *err)
{
    bool used = false;
    for (int i = 0; i < job->input_count; i++) {
        const Input *input = &job->inputs[i];
        char key[32];
        if (!input->idle_timeout_us)
            continue;
        used = true;
        idle_key(key, sizeof key, input);
        TRY(store_set(job->store, key, input->idle, err));
    }
    return used ? store_set(job->store, JOINT_KEY, job->joint_watermark, err) : OK;
}

void job_idle_chunk(Job *job, Input *input)
{
    if (!input->idle_timeout_us)
        return;
    input->active_us = engine_now_us(job->engine);
    if (!input->idle)
        return;
    mutex_lock(&input->watermarks.lock);
    input->idle = false;
    if (job->joint_watermark > input->watermarks.value)
        input->watermarks.value = job->joint_watermark;
    mutex_unlock(&input->watermarks.lock);
}

/* Nothing came, and not because the epoch has had its share. */
static bool is_silent(const Input *input)
{
    const SourceClass *class = input->source->class;
    return input->drained && !(class->epoch_full && class->epoch_full(input->source));
}

bool job_idle_check(Job *job, int64_t now_us)
{
    bool changed = false;
    for (int i = 0; i < job->input_count; i++) {
        Input *input = &job->inputs[i];
        if (!input->idle_timeout_us || input->idle || input->ended || !is_silent(input) ||
            now_us - input->active_us < input->idle_timeout_us)
            continue;
        mutex_lock(&input->watermarks.lock);
        input->idle = true;
        mutex_unlock(&input->watermarks.lock);
        changed = true;
    }
    job->idle_changed |= changed;
    return changed;
}

int64_t job_idle_due_us(const Job *job)
{
    int64_t due = INT64_MAX;
    for (int i = 0; i < job->input_count; i++) {
        const Input *input = &job->inputs[i];
        if (input->idle_timeout_us && !input->idle && !input->ended &&
            input->active_us + input->idle_timeout_us < due)
            due = input->active_us + input->idle_timeout_us;
    }
    return due;
}

void job_idle_watermarks(Job *job, int64_t *watermarks)
{
    int64_t joint = WM_END;
    for (int i = 0; i < job->input_count; i++)
        if (job->inputs[i].scan->has_wm && !job->inputs[i].idle && watermarks[i] < joint)
            joint = watermarks[i];
    if (joint != WM_END && joint > job->joint_watermark)
        job->joint_watermark = joint;
    for (int i = 0; i < job->input_count; i++)
        if (job->inputs[i].idle && job->joint_watermark > watermarks[i])
            watermarks[i] = job->joint_watermark;
}
