/*
 * job_scan.c - chunks from a source through the lanes of a pipeline.
 *
 *     next chunk (one lane at a time, in source order: the ticket)
 *       → index, decode what watermark and filter read    in parallel
 *       → the watermark before the chunk                  in order of ticket
 *       → filter, decode the rest, push                   in parallel
 *       → the chunk's output                              in order of ticket
 *
 * A lane waits only for chunks with lower tickets, which other lanes hold and
 * are working on, so lanes never wait for one another in a circle.
 */
#include "engine/internal.h"

#include <sched.h>

void turnstile_init(Turnstile *turnstile)
{
    mutex_init(&turnstile->lock);
    cond_init(&turnstile->moved);
    turnstile->next = 0;
    turnstile->value = WM_NONE;
    memset(turnstile->passed, 0, sizeof turnstile->passed);
    turnstile->broken = false;
}

void turnstile_deinit(Turnstile *turnstile)
{
    mutex_deinit(&turnstile->lock);
    cond_deinit(&turnstile->moved);
}

/* Waits until it is `ticket`'s turn; returns with the lock held. */
static void turnstile_enter(Turnstile *turnstile, uint64_t ticket)
{
    mutex_lock(&turnstile->lock);
    for (int spins = 0; turnstile->next != ticket && !turnstile->broken; spins++) {
        if (spins < 64) {
            mutex_unlock(&turnstile->lock);
            (void)sched_yield();
            mutex_lock(&turnstile->lock);
        } else {
            cond_wait(&turnstile->moved, &turnstile->lock);
        }
    }
}

static void turnstile_leave(Turnstile *turnstile)
{
    bool *passed = turnstile->passed;
    for (turnstile->next++; passed[turnstile->next % PASSED_MOST]; turnstile->next++)
        passed[turnstile->next % PASSED_MOST] = false;
    cond_broadcast(&turnstile->moved);
    mutex_unlock(&turnstile->lock);
}

/* For who has nothing to do inside: goes through without waiting for those before, unless it is so
 * far ahead of them that its mark would be taken for a lower ticket's. */
static void turnstile_pass(Turnstile *turnstile, uint64_t ticket)
{
    mutex_lock(&turnstile->lock);
    while (ticket - turnstile->next >= PASSED_MOST && !turnstile->broken)
        cond_wait(&turnstile->moved, &turnstile->lock);
    if (turnstile->next == ticket) {
        turnstile_leave(turnstile);
        return;
    }
    if (!turnstile->broken)
        turnstile->passed[ticket % PASSED_MOST] = true;
    mutex_unlock(&turnstile->lock);
}

int64_t job_steady_us(Job *job, int64_t now_us)
{
    if (now_us >= job->steady_us) {
        job->set_back_us = 0;
    } else {
        now_us += job->set_back_us;
        if (now_us < job->steady_us) {
            job->set_back_us += job->steady_us - now_us;
            now_us = job->steady_us;
        }
    }
    job->steady_us = now_us;
    return now_us;
}

/* ---- opening ---- */

static void input_wake(void *context)
{
    job_wake(context);
}

static void input_notice(void *context, const char *text)
{
    Job *job = context;
    if (job->session)
        session_notice(job->session, SEVERITY_NOTICE, SQLSTATE_WARNING, "%s", text);
    else
        engine_notice(job->engine, SEVERITY_NOTICE, SQLSTATE_WARNING, text, NULL);
}

static Status open_connector(Job *job, Input *input, Err *err)
{
    bool background = job->kind == JOB_NAMED || job->kind == JOB_VIEW;
    const SourceClass *class = source_class_find(input->table->connector);
    if (!class)
        return err_set(err, SQLSTATE_WRONG_OBJECT_TYPE, -1, "the connector %s cannot be read",
                       input->table->connector);
    ScanDefault scan_default = background ? SCAN_DEFAULT_WATCH : SCAN_DEFAULT_BOUNDED;
    if (job->engine->config.replay)
        scan_default = SCAN_DEFAULT_BOUNDED;
    TRY(class->describe(input->table, scan_default, &input->traits, &job->arena, NULL, NULL, err));
    /* A replay reads to the end, and that is the end: the last windows close. */
    if (job->engine->config.replay && !job->available_now && !job->once)
        input->traits.bounded = true;
    SourceConfig config = {
        .table = input->table,
        .scan_default = scan_default,
        .replay = job->engine->config.replay,
        .identify = background && job->store,
        .clock = job->engine->clock,
        .offsets = input->has_offsets ? &input->offsets : NULL,
        .wake = input_wake,
        .wake_context = job,
        .notice = input_notice,
        .cancelled = &job->gives_up,
        .available_now = job->available_now || job->once,
        .other_readers = job_other_readers,
    };
    if ((job->available_now || job->once) && !input->traits.bounded && !input->traits.replayable)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1,
                       "the trigger 'available-now' needs inputs that can be read again, and %s "
                       "cannot",
                       input->table->name);
    return class->open(&input->source, &config, err);
}

static Status input_open(Job *job, Input *input, const PhysicalNode *scan, int index, Err *err)
{
    input->index = index;
    input->scan = scan;
    input->table = scan->as.scan.relation ? scan->as.scan.relation
                                          : catalog_find(job->engine->catalog, scan->as.scan.schema,
                                                         scan->as.scan.table);
    mutex_init(&input->lock);
    turnstile_init(&input->watermarks);
    turnstile_init(&input->outputs);
    input->watermark = WM_NONE;
    if (!input->table)
        return err_set(err, SQLSTATE_UNDEFINED_TABLE, -1, "unknown table \"%s\"",
                       scan->as.scan.table);
    job_idle_open(job, input);
    input->spec = (DecodeSpec){
        .table = input->table,
        .columns = scan->as.scan.columns,
        .early = scan->as.scan.early,
        .column_count = scan->as.scan.column_count,
        .batch_rows = (uint16_t)job->engine->batch_rows,
        .zone = job->zone,
    };
    if (!scan->as.scan.filter) {
        /* Nothing to wait for: converting a column at once also validates it. */
        bool *early = ARENA_ARRAY(&job->arena, bool, input->spec.column_count + 1);
        memset(early, true, input->spec.column_count);
        input->spec.early = early;
    }
    input->piece_types = ARENA_ARRAY(&job->arena, Type, input->spec.column_count + 1);
    for (uint16_t c = 0; c < input->spec.column_count; c++)
        input->piece_types[c] = input->table->columns[input->spec.columns[c]].type;
    int64_t rows = settings_int(&job->settings, "batch-rows");
    if (rows >= 1 && rows <= BATCH_ROWS)
        input->spec.batch_rows = (uint16_t)rows;
    return OK;
}

/* Where a source had come to at the last commit: before it is opened. */
static Status input_resume(Job *job, Input *input, Err *err)
{
    const StateTable *table;
    if (input->table->kind == RELATION_TABLE) {
        const SourceClass *class = source_class_find(input->table->connector);
        table = class ? class->offsets : NULL;
    } else {
        table = &relation_source_offsets;
    }
    if (!job->store || !table)
        return OK;
    Type *types = ARENA_ARRAY(&job->arena, Type, table->column_count);
    for (uint16_t i = 0; i < table->column_count; i++)
        types[i] = table->columns[i].type;
    row_store_init(&input->offsets, types, table->column_count);
    char name[32];
    (void)snprintf(name, sizeof name, "offsets_%d", input->index);
    TRY(store_ensure(job->store, name, table, err));
    TRY(store_scan(job->store, name, table, job_collect_rows, &input->offsets, err));
    char key[32];
    (void)snprintf(key, sizeof key, "watermark_%d", input->index);
    TRY(store_get(job->store, key, WM_NONE, &input->watermark, err));
    input->watermarks.value = input->watermark;
    if (input->scan->as.scan.proctime && input->watermark > job->steady_us)
        job->steady_us = input->watermark;
    TRY(job_idle_resume(job, input, err));
    input->has_offsets = job->epoch > 0;
    return OK;
}

Status job_scan_open(Job *job, Err *err)
{
    job->input_count = job->plan->scan_count;
    job->inputs = ARENA_ARRAY(&job->arena, Input, job->input_count + 1);
    job->joint_watermark = WM_NONE;
    job->watermarks = ARENA_ARRAY(&job->arena, int64_t, job->input_count + 1);
    bool follows = job->kind == JOB_NAMED || job->kind == JOB_VIEW;
    for (int i = 0; i < job->input_count; i++) {
        Input *input = &job->inputs[i];
        TRY(input_open(job, input, job->plan->scans[i], i, err));
        TRY(input_resume(job, input, err));
        if (input->table->kind == RELATION_TABLE) {
            TRY(open_connector(job, input, err));
            continue;
        }
        bool followed = follows && input->table->kind != RELATION_SYSTEM;
        input->traits = (SourceTraits){.bounded = !followed, .replayable = true, .ordered = true};
        if (followed) {
            input->followed = input->table->name;
            input->followed_id = input->table->id;
        }
        TRY(relation_source_open(job->engine, job->session, input->table, followed,
                                 job->available_now || job->once, input->scan->append_only,
                                 input->has_offsets ? &input->offsets : NULL, job->file_tag,
                                 &input->source, err));
    }
    job_blocks_choose(job);
    const PhysicalNode *root = job->plan->root;
    Type *types = ARENA_ARRAY(&job->arena, Type, root->column_count + 1);
    for (uint16_t i = 0; i < root->column_count; i++)
        types[i] = root->columns[i].type;
    job->lanes = ARENA_ARRAY(&job->arena, Lane, job->lane_count);
    for (int l = 0; l < job->lane_count; l++) {
        Lane *lane = &job->lanes[l];
        lane->job = job;
        lane->index = l;
        lane->decoders = ARENA_ARRAY(&job->arena, Decoder *, job->input_count + 1);
        arena_init(&lane->arena);
        row_store_init(&lane->held, types, root->column_count);
        for (int k = 0; k < KEPT_KINDS; k++)
            kept_init(&lane->kept[k], k);
        buf_init(&lane->bytes);
    }
    return OK;
}

void job_lanes_close(Job *job)
{
    for (int l = 0; job->lanes && l < job->lane_count; l++) {
        Lane *lane = &job->lanes[l];
        for (int i = 0; lane->decoders && i < job->input_count; i++)
            if (lane->decoders[i])
                lane->decoders[i]->class->free(lane->decoders[i]);
        if (lane->encoder)
            lane->encoder->class->free(lane->encoder);
        if (lane->held.types)
            row_store_deinit(&lane->held);
        arena_deinit(&lane->arena);
        for (int k = 0; k < KEPT_KINDS; k++)
            if (lane->job)
                kept_deinit(&lane->kept[k]);
        list_free(&lane->pieces);
        buf_deinit(&lane->bytes);
    }
    job->lanes = NULL;
}

void job_scan_close(Job *job)
{
    job_lanes_close(job);
    for (int i = 0; i < job->input_count; i++) {
        Input *input = &job->inputs[i];
        if (!input->scan)
            continue;
        blocks_drop(&input->ahead);
        list_free(&input->ahead);
        if (input->source)
            input->source->class->close(input->source);
        if (input->offsets.types)
            row_store_deinit(&input->offsets);
        mutex_deinit(&input->lock);
        turnstile_deinit(&input->watermarks);
        turnstile_deinit(&input->outputs);
    }
    job->input_count = 0;
}

/* ---- a chunk ---- */

static Status fail_by_reject(const Reject *reject, Err *err)
{
    err_set(err, reject->sqlstate, -1, "%s line %lld: %s", reject->file_path,
            (long long)reject->line, reject->reason);
    if (strcmp(reject->sqlstate, SQLSTATE_BAD_COPY) == 0)
        return err_hint(err, "Options such as skip, comment, delimiter and escape say how the file "
                             "is written, as in read_csv('file', skip => 1); 'on-bad-row' => "
                             "'reject' leaves such rows out.");
    if (strcmp(reject->sqlstate, SQLSTATE_LIMIT_EXCEEDED) == 0)
        return err_hint(err, "The option max-line-bytes says how long a row may be.");
    if (strcmp(reject->sqlstate, SQLSTATE_BAD_ENCODING) == 0)
        return err_hint(err, "Text has to be UTF-8; iconv -f LATIN1 -t UTF-8 makes it so, for "
                             "example.");
    return FAIL;
}

/* 'on-bad-row' = 'fail': the first bad row ends the statement. */
static Status check_reject(const Input *input, const Reject *reject, Err *err)
{
    const char *policy = option_get(&input->table->options, NULL, "on-bad-row");
    if (policy && strcmp(policy, "fail") == 0)
        return fail_by_reject(reject, err);
    return OK;
}

static Status check_rejects(Input *input, Decoder *decoder, Err *err)
{
    const Reject *rejects;
    uint32_t count;
    decoder->class->rejects(decoder, &rejects, &count);
    return count ? check_reject(input, &rejects[0], err) : OK;
}

static void keep_rejects(Lane *lane, Input *input, Decoder *decoder)
{
    const Reject *rejects;
    uint32_t count;
    decoder->class->rejects(decoder, &rejects, &count);
    for (uint32_t i = 0; i < count; i++)
        kept_reject(lane, input, &rejects[i]);
}

void job_lane_decode_late(Lane *lane, const Batch *batch)
{
    Decoder *decoder = lane->decoding;
    Batch all = *batch;
    Err ignored;
    /* Once a batch: it converts them for every row of the step that failed. */
    lane->decoding = NULL;
    if (decoder)
        (void)!decoder->class->late(decoder, lane->decoding_batch, &all, &ignored);
}

/* Everything up to the chunk-local watermarks; *batches in the lane's arena. */
static Status decode_early(Lane *lane, Input *input, Decoder *decoder, Chunk *chunk,
                           Batch **batches, uint32_t *count, int64_t *highest, Err *err)
{
    Pipeline *pipeline = lane->job->pipeline;
    *count = 0;
    uint32_t planned;
    TRY(decoder->class->begin(decoder, chunk, &planned, err));
    *batches = ARENA_ARRAY(&lane->arena, Batch, planned + 1);
    uint64_t first = 0, good = 0;
    for (uint32_t b = 0; b < planned; b++) {
        Batch *batch = &(*batches)[b];
        TRY(decoder->class->early(decoder, b, batch, err));
        batch->ticket = chunk->ticket << 24 | first;
        batch->arrival_us = chunk->arrival_us;
        first += batch->row_count;
        good += batch_live(batch);
        lane->decoding = decoder;
        lane->decoding_batch = b;
        Status status = pipeline_scan_wm(pipeline, lane->index, input->index, batch, highest, err);
        lane->decoding = NULL;
        TRY(status);
        *count = b + 1;
    }
    input->rows += good;
    return OK;
}

static Status push_batch(Lane *lane, Input *input, Decoder *decoder, uint32_t b, Batch *batch,
                         int64_t before, Err *err)
{
    Pipeline *pipeline = lane->job->pipeline;
    lane->decoding = decoder;
    lane->decoding_batch = b;
    Status status = pipeline_scan_filter(pipeline, lane->index, input->index, batch, before, err);
    lane->decoding = NULL;
    if (status != OK || !batch_live(batch))
        return status;
    TRY(decoder->class->late(decoder, b, batch, err));
    return pipeline_scan_push(pipeline, lane->index, input->index, batch, err);
}

static Status push_rows(Lane *lane, Input *input, Decoder *decoder, Batch *batches, uint32_t count,
                        int64_t before, Err *err)
{
    Status status = OK;
    for (uint32_t b = 0; b < count && status == OK; b++)
        status = push_batch(lane, input, decoder, b, &batches[b], before, err);
    if (status == STOP)
        kept_drop_from(lane, pipeline_source_end(lane->job->pipeline, input->index));
    return status;
}

/* OK, STOP or FAIL; passes both turnstiles whatever happens, unless they are broken. */
static Status process_chunk(Lane *lane, Input *input, Chunk *chunk, Err *err)
{
    Job *job = lane->job;
    Status status = OK;
    Decoder *decoder = lane->decoders[input->index];
    if (!decoder) {
        status = input->source->class->decoder_new(input->source, &input->spec,
                                                   &lane->decoders[input->index], err);
        decoder = lane->decoders[input->index];
    }
    Batch *batches = NULL;
    uint32_t count = 0;
    int64_t highest = WM_NONE;
    lane->chunk = chunk;
    lane->input = input;
    if (status == OK)
        status = decode_early(lane, input, decoder, chunk, &batches, &count, &highest, err);

    turnstile_enter(&input->watermarks, chunk->ticket);
    int64_t before = input->watermarks.value;
    uint64_t first = input->good_rows;
    for (uint32_t b = 0; b < count; b++)
        input->good_rows += batch_live(&batches[b]);
    if (highest > before)
        input->watermarks.value = highest;
    turnstile_leave(&input->watermarks);

    Err bad = ERR_NONE;
    Status rejected = OK;
    if (decoder)
        rejected = check_rejects(input, decoder, &bad);
    /* Rows before a failing one are delivered first. */
    if (status != STOP && count && rejected == OK) {
        Err *why = status == OK ? err : &bad;
        Status pushed =
            input->in_blocks
                ? blocks_collect(lane, input, decoder, batches, count, before, first, why)
                : push_rows(lane, input, decoder, batches, count, before, why);
        if (status == OK)
            status = pushed;
    }
    if (status == OK && rejected != OK) {
        *err = bad;
        status = FAIL;
    }
    if (decoder)
        keep_rejects(lane, input, decoder);
    if (status == OK && !job_lane_has_output(lane)) {
        turnstile_pass(&input->outputs, chunk->ticket);
        goto done;
    }
    turnstile_enter(&input->outputs, chunk->ticket);
    if (!input->outputs.broken) {
        Err failed = ERR_NONE;
        kept_flush_lane(lane);
        blocks_hand_over(lane, input);
        Status flushed = input->in_blocks ? OK : job_lane_flush(lane, &failed);
        if (status != FAIL && flushed != OK) {
            status = flushed;
            if (flushed == FAIL)
                *err = failed;
        }
        if (status != OK)
            input->outputs.broken = true;
    } else {
        kept_drop_from(lane, 0); /* behind the end */
        status = status == OK ? STOP : status;
    }
    turnstile_leave(&input->outputs);
    if (status != OK) {
        mutex_lock(&input->watermarks.lock);
        input->watermarks.broken = true;
        cond_broadcast(&input->watermarks.moved);
        mutex_unlock(&input->watermarks.lock);
    }
done:
    blocks_drop(&lane->pieces);
    if (decoder)
        decoder->class->end(decoder);
    pipeline_lane_reset(job->pipeline, lane->index);
    arena_reset(&lane->arena);
    lane->chunk = NULL;
    lane->input = NULL;
    return status;
}

/* ---- a round ---- */

/* What a chunk costs at least: some have no bytes (made-up rows, a view's), or very few. */
enum { LEAST_COST_BYTES = 16 << 10 };

typedef struct Round {
    Job *job;
    Input *input;
    int64_t budget, until_us; /* budget under input->lock */
    bool stop, progress;
    /* the outcome of the lowest ticket that did not end OK */
    uint64_t end_ticket;
    Status status;
    Err err;
    Mutex lock;
} Round;

static void round_end(Round *round, uint64_t ticket, Status status, const Err *err)
{
    mutex_lock(&round->lock);
    if (round->status == OK || ticket < round->end_ticket) {
        round->status = status;
        round->end_ticket = ticket;
        if (status == FAIL)
            round->err = *err;
    }
    mutex_unlock(&round->lock);
}

/* A round that is long, for its input always has more, ends early; it has taken something. */
static bool is_long_enough(const Round *round)
{
    return round->budget <= 0 ||
           (round->progress && (round->job->stop || (round->until_us != INT64_MAX &&
                                                     clock_mono_us() >= round->until_us)));
}

/* What the source itself refused, before the chunk at hand: lines too long to be rows, and whole
 * files, which are no rows. */
static Status take_refused(Lane *lane, const Input *input, Err *err)
{
    Status status = OK;
    Reject refused;
    while (input->source->class->take_reject &&
           input->source->class->take_reject(input->source, &refused)) {
        if (status == OK && refused.line >= 0)
            status = check_reject(input, &refused, err);
        if (status == OK)
            kept_reject(lane, input, &refused);
    }
    return status;
}

/* One chunk; false when the round is over for this lane. */
static bool lane_step(Round *round, Lane *lane)
{
    Input *input = round->input;
    Job *job = round->job;
    Chunk *chunk = NULL;
    SourceState state = SOURCE_WAIT;
    Err err = ERR_NONE;
    mutex_lock_soon(&input->lock);
    if (round->stop || job->cancel || is_long_enough(round)) {
        mutex_unlock(&input->lock);
        return false;
    }
    input->wait_until_us = INT64_MAX;
    Status status =
        input->source->class->next(input->source, &chunk, &state, &input->wait_until_us, &err);
    if (status == OK)
        status = take_refused(lane, input, &err);
    if (status != OK) {
        chunk_release(chunk);
        chunk = NULL;
    }
    uint64_t ticket = input->next_ticket;
    if (status == OK && state == SOURCE_CHUNK) {
        job_idle_chunk(job, input);
        chunk->ticket = ticket;
        chunk->arrival_us = job_steady_us(job, chunk->arrival_us);
        input->next_ticket++;
        round->budget -= chunk->length > LEAST_COST_BYTES ? chunk->length : LEAST_COST_BYTES;
        round->progress = true;
        input->bytes += chunk->length;
    } else {
        round->stop = true;
        input->drained = true;
        input->ended |= status == OK && state == SOURCE_END;
    }
    mutex_unlock(&input->lock);
    if (status != OK) {
        round_end(round, ticket, status, &err);
        return false;
    }
    if (state != SOURCE_CHUNK)
        return false;
    status = process_chunk(lane, input, chunk, &err);
    chunk_release(chunk);
    if (status == OK)
        return true;
    mutex_lock(&input->lock);
    round->stop = true;
    mutex_unlock(&input->lock);
    round_end(round, ticket, status, &err);
    return false;
}

static void lane_run(void *arg, int lane)
{
    Round *round = arg;
    while (lane_step(round, &round->job->lanes[lane]))
        ;
}

/* What a socket brings is read by a thread of its own: lanes on all cores would only keep it, and a
 * sender on this machine, from running. */
static int lanes_for(const Job *job, const Input *input)
{
    if (!pipeline_source_is_parallel(job->pipeline, input->index))
        return 1;
    bool is_read_aside = input->source->class->pause != NULL;
    int most = is_read_aside && job->engine->cores > 1 ? job->engine->cores - 1 : job->lane_count;
    return job->lane_count < most ? job->lane_count : most;
}

Status job_round(Job *job, Input *input, int64_t budget, int64_t until_us, bool *progress, Err *err)
{
    Round round = {.job = job, .input = input, .budget = budget, .until_us = until_us};
    mutex_init(&round.lock);
    input->drained = false;
    uint64_t rows = input->rows, bytes = input->bytes;
    int lanes = lanes_for(job, input);
    job->lanes[0].holds = false;
    if (lanes == 1) {
        lane_run(&round, 0);
    } else if (lane_step(&round, &job->lanes[0])) {
        /* There was a chunk: with more to come the other lanes are worth waking. */
        for (int l = 0; l < lanes; l++)
            job->lanes[l].holds = true;
        pool_run(job->engine->pool, lanes, lane_run, &round);
        for (int l = 0; l < lanes; l++)
            job->lanes[l].holds = false;
    }
    *progress = round.progress;
    if (!input->in_blocks)
        input->watermark = input->watermarks.value;
    job->epoch_rows_in += input->rows - rows;
    job->epoch_bytes_in += input->bytes - bytes;
    job->engine->rows_read += input->rows - rows;
    job->engine->bytes_read += input->bytes - bytes;
    mutex_deinit(&round.lock);
    if (round.status == FAIL)
        *err = round.err;
    return round.status;
}

Status job_barrier(Job *job, Err *err)
{
    for (int i = 0; i < job->input_count; i++) {
        const Input *input = &job->inputs[i];
        const char *at_end = option_get(&input->table->options, NULL, "scan.end-watermark");
        bool closes =
            input->ended && input->traits.bounded && !(at_end && strcmp(at_end, "hold") == 0);
        closes |= pipeline_source_is_stopped(job->pipeline, i);
        job->watermarks[i] = closes ? WM_END : input->watermark;
    }
    job_idle_watermarks(job, job->watermarks);
    return pipeline_barrier(job->pipeline, job->watermarks, err);
}
