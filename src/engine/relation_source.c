/*
 * relation_source.c - views, internal and system tables as sources.
 *
 * A snapshot gives the rows as of the last commit and ends.  A follower first
 * registers, then gives a snapshot, then the changes after it, as rows with
 * weights; its offset is the number of the last change it has handed out.
 */
#include "engine/internal.h"

#include <stdlib.h>

static StateColumn offset_columns[] = {{"relation", {.id = TYPE_BIGINT}},
                                       {"seq", {.id = TYPE_BIGINT}}};
const StateTable relation_source_offsets = {"offsets", offset_columns, 2, 1, true};

typedef struct RelationSource {
    Source base;
    Engine *engine;
    const Relation *relation;
    char *path;
    bool follow, ends, append_only, snapshot_taken;
    int64_t seq;
    RowStore rows; /* being handed out */
    size_t next_batch;
    Type *types;
    /* a follower's: whom it follows, and how far the followed one knows of it */
    InternalTable *table; /* NULL: a view, whose job may come and go */
    char *follower;
    int64_t registered, saved;
} RelationSource;

typedef struct RelationDecoder {
    Decoder base;
    RelationSource *source;
    DecodeSpec spec;
    Arena arena;
    Chunk *chunk;
    Vector *columns;
} RelationDecoder;

/* A table that a job follows with an append-only plan has lost rows: while the job was not loaded,
 * for otherwise the statement is refused. */
static Status check_shrunk(const RelationSource *source, Err *err)
{
    for (size_t i = 0; source->append_only && i < source->rows.batch_count; i++) {
        const Batch *batch = &source->rows.batches[i];
        for (uint32_t row = 0; batch->weight && row < batch->row_count; row++)
            if (batch->weight[row] < 0) {
                err_set(err, SQLSTATE_NOT_IN_STATE, -1,
                        "rows of \"%s\" that this job has taken were overwritten",
                        source->relation->name);
                return err_hint(err, "Drop the job and create it again.");
            }
    }
    return OK;
}

/* Chunks carry no bytes: `origin` is the batch. Its rows are kept by the chunk's own arena. */
static Status next_chunk(Source *base, Chunk **chunk, SourceState *state, int64_t *wait_until_us,
                         Err *err)
{
    RelationSource *source = (RelationSource *)base;
    (void)wait_until_us;
    while (source->next_batch == source->rows.batch_count) {
        row_store_clear(&source->rows);
        source->next_batch = 0;
        if (!source->path) {
            *state = SOURCE_END; /* ready rows */
            return OK;
        }
        if (!source->snapshot_taken) {
            if (relation_read(source->path, source->relation, &source->rows, &source->seq, err) !=
                OK)
                return engine_relation_failed(source->engine, source->relation, err);
            source->snapshot_taken = true;
        } else if (!source->follow) {
            *state = SOURCE_END;
            return OK;
        } else {
            /* asked before the last look */
            bool ended = source->ends && !engine_makers_run(source->engine, source->relation->id);
            TRY(relation_read_changes(source->path, source->relation, source->seq, &source->rows,
                                      &source->seq, err));
            TRY(check_shrunk(source, err));
            if (!source->rows.row_count) {
                *state = ended ? SOURCE_END : SOURCE_WAIT;
                return OK;
            }
        }
    }
    Chunk *made = chunk_new(64);
    Batch *copy = ARENA_NEW(&made->text, Batch);
    batch_copy(copy, &source->rows.batches[source->next_batch++], &made->text);
    made->origin = copy;
    made->length = copy->row_count;
    made->arrival_us = engine_now_us(source->engine);
    made->line = -1;
    *chunk = made;
    *state = SOURCE_CHUNK;
    return OK;
}

static Status decoder_begin(Decoder *base, Chunk *chunk, uint32_t *batches, Err *err)
{
    RelationDecoder *decoder = (RelationDecoder *)base;
    (void)err;
    const Batch *rows = chunk->origin;
    decoder->chunk = chunk;
    *batches =
        (uint32_t)((rows->row_count + decoder->spec.batch_rows - 1) / decoder->spec.batch_rows);
    return OK;
}

static Status decoder_early(Decoder *base, uint32_t b, Batch *out, Err *err)
{
    RelationDecoder *decoder = (RelationDecoder *)base;
    (void)err;
    const Batch *rows = decoder->chunk->origin;
    uint32_t from = b * decoder->spec.batch_rows, count = rows->row_count - from;
    if (count > decoder->spec.batch_rows)
        count = decoder->spec.batch_rows;
    *out = (Batch){.col_count = decoder->spec.column_count, .row_count = (uint16_t)count};
    out->cols = ARENA_ARRAY(&decoder->arena, Vector, decoder->spec.column_count + 1);
    uint16_t *sel = arena_alloc(&decoder->arena, sizeof(uint16_t) * (count + 1));
    for (uint32_t i = 0; i < count; i++)
        sel[i] = (uint16_t)(from + i);
    for (uint16_t c = 0; c < decoder->spec.column_count; c++) {
        const Vector *column = &rows->cols[decoder->spec.columns[c]];
        if (from == 0 && count == rows->row_count) {
            out->cols[c] = *column;
            continue;
        }
        vector_make(&out->cols[c], &decoder->arena, column->type, count, false);
        vector_copy(&out->cols[c], 0, count, column, sel, count, &decoder->arena, NULL);
    }
    if (rows->weight)
        out->weight = rows->weight + from;
    out->owners = &decoder->chunk;
    out->owner_count = 1;
    return OK;
}

static Status decoder_late(Decoder *base, uint32_t b, Batch *batch, Err *err)
{
    (void)base, (void)b, (void)batch, (void)err;
    return OK;
}

static void decoder_rejects(Decoder *base, const Reject **rejects, uint32_t *count)
{
    (void)base;
    *rejects = NULL;
    *count = 0;
}

static void decoder_end(Decoder *base)
{
    arena_reset(&((RelationDecoder *)base)->arena);
}

static void decoder_free(Decoder *base)
{
    RelationDecoder *decoder = (RelationDecoder *)base;
    arena_deinit(&decoder->arena);
    free(decoder);
}

static const DecoderClass decoder_class = {decoder_begin,   decoder_early, decoder_late,
                                           decoder_rejects, decoder_end,   decoder_free};

static Status make_decoder(Source *base, const DecodeSpec *spec, Decoder **out, Err *err)
{
    (void)err;
    RelationDecoder *decoder = mem_zalloc(sizeof *decoder);
    decoder->base.class = &decoder_class;
    decoder->source = (RelationSource *)base;
    decoder->spec = *spec;
    arena_init(&decoder->arena);
    *out = &decoder->base;
    return OK;
}

static Status save_offsets(Source *base, bool changes_only, RowStore *out, Err *err)
{
    (void)changes_only, (void)err;
    RelationSource *source = (RelationSource *)base;
    if (!source->relation || !source->snapshot_taken)
        return OK;
    Value values[] = {value_bigint(source->relation->id), value_bigint(source->seq)};
    row_store_add_values(out, values);
    source->saved = source->seq;
    return OK;
}

static void source_close(Source *base)
{
    RelationSource *source = (RelationSource *)base;
    row_store_deinit(&source->rows);
    free(source->types);
    free(source->follower);
    free(source->path);
    free(source);
}

static void source_committed(Source *base);
static const SourceClass relation_class = {
    .name = "relation",
    .offsets = &relation_source_offsets,
    .next = next_chunk,
    .decoder_new = make_decoder,
    .save_offsets = save_offsets,
    .committed = source_committed,
    .queued_chunks = 1, /* the first look takes all that was committed */
    .close = source_close,
};
static const SourceClass rows_class = {
    .name = "rows",
    .next = next_chunk,
    .decoder_new = make_decoder,
    .close = source_close,
};

static RelationSource *source_new(Engine *engine, const Relation *relation)
{
    RelationSource *source = mem_zalloc(sizeof *source);
    source->base.class = &relation_class;
    source->engine = engine;
    source->relation = relation;
    source->types = mem_zalloc(sizeof(Type) * (size_t)(relation->column_count + 1));
    for (int i = 0; i < relation->column_count; i++)
        source->types[i] = relation->columns[i].type;
    row_store_init(&source->rows, source->types, (uint16_t)relation->column_count);
    return source;
}

/* What came after `seq` was kept only for those that are registered. */
static Status check_kept(const RelationSource *source, const RelationStore *followed, int64_t seq,
                         Err *err)
{
    Arena arena;
    arena_init(&arena);
    const char **names;
    int count;
    bool registered = seq < 0 || followed->seq <= seq;
    Status status = relation_store_followers(followed, &arena, &names, &count, err);
    for (int i = 0; status == OK && i < count; i++)
        registered |= strcmp(names[i], source->follower) == 0;
    if (status == OK && !registered) {
        err_set(err, SQLSTATE_NOT_IN_STATE, -1,
                "changes of \"%s\" that this job has not taken are no longer kept",
                source->relation->name);
        status = err_hint(err, "Drop the job and create it again.");
    }
    arena_deinit(&arena);
    return status;
}

static Status follow(RelationSource *source, RelationStore *followed, Mutex *lock, int64_t seq,
                     bool opening, Err *err)
{
    mutex_lock(lock);
    Status status = opening ? check_kept(source, followed, seq, err) : OK;
    source->registered = seq < 0 ? followed->seq : seq;
    if (status == OK)
        status = relation_store_follow(followed, source->follower, source->registered, err);
    mutex_unlock(lock);
    return status;
}

/* A view whose job is not loaded: nobody else writes its database (ddl is held). */
static Status follow_stopped(RelationSource *source, int64_t seq, Err *err)
{
    Store *store = NULL;
    RelationStore followed;
    TRY(store_open(&store, source->path, STORE_OPEN, !source->engine->is_private, err));
    Status status = relation_store_open(&followed, store, source->relation, err);
    if (status == OK) {
        source->registered = seq < 0 ? followed.seq : seq;
        status = check_kept(source, &followed, seq, err);
        if (status == OK)
            status = relation_store_follow(&followed, source->follower, source->registered, err);
        relation_store_close(&followed);
    }
    store_close(store);
    return status;
}

/* Tells the followed relation that everything up to `seq` is committed here (-1: from now on). */
static Status register_follower(RelationSource *source, int64_t seq, bool opening, Err *err)
{
    if (source->table)
        return follow(source, &source->table->relation, &source->table->lock, seq, opening, err);
    Job *job = engine_pin_view(source->engine, source->relation->id);
    if (!job)
        return opening ? follow_stopped(source, seq, err) : OK;
    Status status = follow(source, &job->relation, &job->store_lock, seq, opening, err);
    engine_unpin(source->engine, job);
    return status;
}

static Status unfollow(RelationStore *followed, Mutex *lock, const char *follower, Err *err)
{
    mutex_lock(lock);
    Status status = relation_store_unfollow(followed, follower, err);
    mutex_unlock(lock);
    return status;
}

/* A view whose job is not loaded. */
static Status unfollow_stopped(Engine *engine, const Relation *view, const char *follower, Err *err)
{
    Store *store = NULL;
    RelationStore followed;
    Arena arena;
    arena_init(&arena);
    Status status = store_open(&store, engine_job_path(engine, view->id, &arena), STORE_OPEN,
                               !engine->is_private, err);
    arena_deinit(&arena);
    if (status == OK)
        status = relation_store_open(&followed, store, view, err);
    if (status == OK) {
        status = relation_store_unfollow(&followed, follower, err);
        relation_store_close(&followed);
    }
    store_close(store);
    return status;
}

void relation_source_unfollow(Engine *engine, const Relation *relation, const char *follower)
{
    Err ignored = ERR_NONE;
    Status status;
    if (relation->kind == RELATION_INTERNAL) {
        InternalTable *table;
        status = engine_internal_table(engine, relation, &table, &ignored);
        if (status == OK)
            status = unfollow(&table->relation, &table->lock, follower, &ignored);
    } else {
        Job *job = engine_pin_view(engine, relation->id);
        status = job ? unfollow(&job->relation, &job->store_lock, follower, &ignored)
                     : unfollow_stopped(engine, relation, follower, &ignored);
        if (job)
            engine_unpin(engine, job);
    }
    (void)status;
}

static void source_committed(Source *base)
{
    RelationSource *source = (RelationSource *)base;
    Err ignored;
    /* Should it fail, the log is trimmed later: it only holds more than it must. */
    if (source->follower && source->saved > source->registered &&
        register_follower(source, source->saved, false, &ignored) != OK)
        source->registered = source->saved;
}

bool relation_source_is_midway(const Source *base)
{
    const RelationSource *source = (const RelationSource *)base;
    return source->next_batch < source->rows.batch_count;
}

Status relation_source_open(Engine *engine, Session *session, const Relation *relation, bool follow,
                            bool ends, bool append_only, const RowStore *offsets,
                            const char *follower, Source **out, Err *err)
{
    RelationSource *source = source_new(engine, relation);
    source->follow = follow;
    source->ends = ends;
    source->append_only = append_only;
    Status status = OK;
    Arena arena;
    arena_init(&arena);
    if (relation->kind == RELATION_SYSTEM) {
        source->rows.with_weight = false;
        source->base.class = &rows_class;
        status = system_table_rows(engine, session, relation, &source->rows, err);
    } else if (relation->kind == RELATION_INTERNAL) {
        status = engine_internal_table(engine, relation, &source->table, err);
        source->path = mem_strdup(engine_table_path(engine, relation->id, &arena));
    } else {
        source->path = mem_strdup(engine_job_path(engine, relation->id, &arena));
    }
    arena_deinit(&arena);
    source->rows.with_weight = follow;
    int64_t seq = -1;
    if (offsets && offsets->batch_count) {
        const Batch *last = &offsets->batches[offsets->batch_count - 1];
        seq = ((const int64_t *)last->cols[1].data)[last->row_count - 1];
        source->snapshot_taken = true;
        source->seq = seq;
    }
    if (status == OK && follow) {
        source->follower = mem_strdup(follower);
        status = register_follower(source, seq, true, err);
    }
    if (status != OK) {
        source_close(&source->base);
        return status;
    }
    *out = &source->base;
    return OK;
}
