/* socket_hub.c - hubs by table, and their readers' queues; see socket_hub.h. */
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include "base/net.h"
#include "io/socket_hub_internal.h"

static pthread_mutex_t hubs_lock = PTHREAD_MUTEX_INITIALIZER;
static SocketHub *hubs;

/* ---- readers ---- */

static size_t queued(const SocketReader *reader)
{
    return reader->queue.count - reader->queue_at;
}

bool hub_is_full(const SocketHub *hub)
{
    size_t limit = hub->full ? SOCKET_QUEUE_RESUME : SOCKET_QUEUE_CHUNKS;
    for (const SocketReader *reader = hub->readers; reader; reader = reader->next)
        if (reader->paused || queued(reader) >= limit ||
            reader->refusals.count >= SOCKET_REFUSALS ||
            (queued(reader) > 1 && reader->queue_bytes > SOCKET_QUEUE_BYTES))
            return true;
    return false;
}

static void wake(const SocketReader *reader)
{
    if (reader->wake)
        reader->wake(reader->context);
}

static Chunk *copy_chunk(SocketHub *hub, const Chunk *chunk)
{
    Chunk *copy = chunk_pool_take(&hub->pool, chunk->length);
    memcpy(copy->data, chunk->data, chunk->length);
    copy->length = chunk->length;
    copy->file_offset = chunk->file_offset;
    copy->arrival_us = chunk->arrival_us;
    copy->line = chunk->line;
    ChunkOrigin *origin = ARENA_NEW(&copy->text, ChunkOrigin);
    *origin = *(const ChunkOrigin *)chunk->origin;
    origin->file_path = arena_strdup(&copy->text, origin->file_path);
    copy->origin = origin;
    return copy;
}

void hub_deliver(SocketHub *hub, Chunk *chunk)
{
    mutex_lock(&hub->lock);
    for (SocketReader *reader = hub->readers; reader; reader = reader->next) {
        /* Decoders keep texts in the chunk, so each reader has one of its own. */
        Chunk *own = reader->next ? copy_chunk(hub, chunk) : chunk;
        bool was_empty = queued(reader) == 0;
        if (was_empty)
            reader->queue_at = reader->queue.count = 0;
        list_push(&reader->queue, own);
        reader->queue_bytes += own->capacity;
        if (was_empty)
            wake(reader);
    }
    if (!hub->readers)
        chunk_release(chunk);
    hub->full = hub_is_full(hub);
    bool full = hub->full;
    mutex_unlock(&hub->lock);
    if (full)
        hub_read(hub, false);
}

void hub_refuse(SocketHub *hub, const char *peer, int64_t line, int64_t offset, Str raw,
                const char *sqlstate, const char *reason)
{
    mutex_lock(&hub->lock);
    for (SocketReader *reader = hub->readers; reader; reader = reader->next) {
        Refusal refusal = {.file_path = mem_strdup(peer),
                           .line = line,
                           .file_offset = offset,
                           .raw = mem_strndup(raw.length ? raw.data : "", raw.length),
                           .raw_length = raw.length,
                           .reason = mem_strdup(reason)};
        (void)snprintf(refusal.sqlstate, sizeof refusal.sqlstate, "%s", sqlstate);
        list_push(&reader->refusals, refusal);
        wake(reader);
    }
    hub->full = hub_is_full(hub);
    bool full = hub->full;
    mutex_unlock(&hub->lock);
    if (full)
        hub_read(hub, false);
}

void hub_notice(SocketHub *hub, const char *format, ...)
{
    char text[ERR_MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    mutex_lock(&hub->lock);
    for (SocketReader *reader = hub->readers; reader; reader = reader->next) {
        list_push(&reader->notices, mem_strdup(text));
        wake(reader);
    }
    mutex_unlock(&hub->lock);
}

void hub_end(SocketHub *hub)
{
    mutex_lock(&hub->lock);
    hub->ended = true;
    for (SocketReader *reader = hub->readers; reader; reader = reader->next)
        wake(reader);
    mutex_unlock(&hub->lock);
}

Chunk *socket_hub_take(SocketReader *reader, bool *ended)
{
    SocketHub *hub = reader->hub;
    Chunk *chunk = NULL;
    mutex_lock(&hub->lock);
    if (queued(reader)) {
        chunk = reader->queue.at[reader->queue_at++];
        reader->queue_bytes -= chunk->capacity;
    }
    *ended = !chunk && hub->ended;
    bool resume = hub->full && !hub_is_full(hub);
    mutex_unlock(&hub->lock);
    if (resume)
        socket_loop_call(&hub->call);
    if (chunk)
        chunk->ticket = reader->next_ticket++;
    return chunk;
}

char *socket_hub_take_notice(SocketReader *reader)
{
    char *text = NULL;
    mutex_lock(&reader->hub->lock);
    if (reader->notices.count) {
        text = reader->notices.at[0];
        reader->notices.count--;
        memmove(reader->notices.at, reader->notices.at + 1,
                reader->notices.count * sizeof *reader->notices.at);
    }
    mutex_unlock(&reader->hub->lock);
    return text;
}

static void free_refusal(Refusal *refusal)
{
    free(refusal->file_path);
    free(refusal->raw);
    free(refusal->reason);
}

bool socket_hub_take_refusal(SocketReader *reader, Reject *out)
{
    SocketHub *hub = reader->hub;
    mutex_lock(&hub->lock);
    bool some = reader->refusals_taken < reader->refusals.count;
    if (some) {
        const Refusal *refusal = &reader->refusals.at[reader->refusals_taken++];
        *out = (Reject){.file_path = refusal->file_path,
                        .line = refusal->line,
                        .file_offset = refusal->file_offset,
                        .raw = {refusal->raw, refusal->raw_length}};
        (void)snprintf(out->reason, sizeof out->reason, "%s", refusal->reason);
        (void)snprintf(out->sqlstate, sizeof out->sqlstate, "%s", refusal->sqlstate);
    } else {
        for (size_t i = 0; i < reader->refusals.count; i++)
            free_refusal(&reader->refusals.at[i]);
        reader->refusals.count = reader->refusals_taken = 0;
    }
    bool resume = !some && hub->full && !hub_is_full(hub);
    mutex_unlock(&hub->lock);
    if (resume)
        socket_loop_call(&hub->call);
    return some;
}

void socket_hub_pause(SocketReader *reader, bool paused)
{
    mutex_lock(&reader->hub->lock);
    reader->paused = paused;
    mutex_unlock(&reader->hub->lock);
    socket_loop_call(&reader->hub->call);
}

int socket_hub_port(const SocketReader *reader)
{
    return reader->hub->port;
}

void socket_hub_status(const SocketReader *reader,
                       void (*row)(void *context, const char *name, int64_t offset, int64_t size),
                       void *context)
{
    SocketHub *hub = reader->hub;
    mutex_lock(&hub->lock);
    for (const SocketConnection *c = hub->connections; c; c = c->next)
        row(context, c->cutter.name, atomic_load(&c->cutter.offset), -1);
    mutex_unlock(&hub->lock);
}

/* ---- hubs ---- */

static char *hub_key(const Relation *table)
{
    Buf key;
    buf_init(&key);
    buf_printf(&key, "%s.%s %s", table->schema ? table->schema : "", table->name ? table->name : "",
               table->format ? table->format : "");
    for (int i = 0; i < table->column_count; i++)
        buf_printf(&key, "\n%s", table->columns[i].name);
    for (int i = 0; i < table->options.count; i++)
        buf_printf(&key, "\n%s=%s", table->options.at[i].key, table->options.at[i].value);
    char *text = mem_strdup(buf_text(&key));
    buf_deinit(&key);
    return text;
}

/* What the format looks at, for the first reader's relation may go before the hub does. */
static void copy_table(SocketHub *hub, const Relation *table)
{
    Arena *arena = &hub->arena;
    Relation *copy = &hub->table;
    copy->kind = table->kind;
    copy->schema = arena_strdup(arena, table->schema ? table->schema : "public");
    copy->name = arena_strdup(arena, table->name ? table->name : "");
    copy->format = table->format ? arena_strdup(arena, table->format) : NULL;
    copy->watermark_column = -1;
    copy->columns = ARENA_ARRAY(arena, ColumnDef, table->column_count + 1);
    copy->column_count = table->column_count;
    for (int i = 0; i < table->column_count; i++) {
        const ColumnDef *from = &table->columns[i];
        copy->columns[i] = (ColumnDef){.name = arena_strdup(arena, from->name),
                                       .type = type_of(from->type.id),
                                       .kind = from->kind,
                                       .not_null = from->not_null};
    }
    copy->options.at = ARENA_ARRAY(arena, Option, table->options.count + 1);
    copy->options.count = table->options.count;
    for (int i = 0; i < table->options.count; i++)
        copy->options.at[i] = (Option){arena_strdup(arena, table->options.at[i].key),
                                       arena_strdup(arena, table->options.at[i].value), -1, -1};
}

static void run_call(SocketCall *call)
{
    hub_look((SocketHub *)(void *)((char *)call - offsetof(SocketHub, call)));
}

static void run_close(SocketCall *call)
{
    hub_shut((SocketHub *)(void *)((char *)call - offsetof(SocketHub, close)));
}

static void hub_free(SocketHub *hub)
{
    chunk_pool_deinit(&hub->pool);
    header_cache_deinit(&hub->headers);
    mutex_deinit(&hub->lock);
    cond_deinit(&hub->closed_cond);
    arena_deinit(&hub->arena);
    free(hub->key);
    free(hub);
}

static Status hub_new(SocketHub **out, const Relation *table, const FormatClass *format,
                      const SocketOptions *options, Err *err)
{
    SocketHub *hub = mem_zalloc(sizeof *hub);
    arena_init(&hub->arena);
    mutex_init(&hub->lock);
    cond_init(&hub->closed_cond);
    chunk_pool_init(&hub->pool, SOCKET_CHUNK_BYTES, CHUNK_POOL_SIZE);
    header_cache_init(&hub->headers, &hub->arena);
    hub->key = hub_key(table);
    hub->format = format;
    hub->options = *options;
    hub->options.host = arena_strdup(&hub->arena, options->host);
    hub->options.port = arena_strdup(&hub->arena, options->port);
    hub->listen_fd = -1;
    hub->call.run = run_call;
    hub->close.run = run_close;
    copy_table(hub, table);
    Status status = OK;
    if (options->listen) {
        status = net_listen(options->host, options->port, 1024, &hub->listen_fd, &hub->port, err);
        if (status == OK)
            status = net_set_nonblocking(hub->listen_fd, true, err);
    }
    if (status == OK)
        status = socket_loop_join(&hub->loop, err);
    if (status != OK) {
        net_close(hub->listen_fd);
        hub_free(hub);
        return status;
    }
    *out = hub;
    return OK;
}

Status socket_hub_join(const Relation *table, const FormatClass *format,
                       const SocketOptions *options, SocketReader *reader, Err *err)
{
    char *key = hub_key(table);
    Status status = OK;
    mutex_lock(&hubs_lock);
    SocketHub *hub = hubs;
    /* One whose input has ended has nothing to give to those that come later. */
    while (hub && (hub->ended || strcmp(hub->key, key) != 0))
        hub = hub->next_hub;
    if (!hub) {
        status = hub_new(&hub, table, format, options, err);
        if (status == OK) {
            hub->next_hub = hubs;
            hubs = hub;
        }
    }
    if (status == OK) {
        hub->references++;
        reader->hub = hub;
        mutex_lock(&hub->lock);
        reader->next = hub->readers;
        hub->readers = reader;
        mutex_unlock(&hub->lock);
        socket_loop_call(&hub->call);
    }
    mutex_unlock(&hubs_lock);
    free(key);
    return status;
}

static void hub_close(SocketHub *hub)
{
    hub->closing = true;
    socket_loop_call(&hub->close);
    /* The port must be free again when this returns. */
    mutex_lock(&hub->lock);
    while (!hub->closed)
        cond_wait(&hub->closed_cond, &hub->lock);
    mutex_unlock(&hub->lock);
    socket_loop_leave();
    hub_free(hub);
}

void socket_hub_leave(SocketReader *reader)
{
    SocketHub *hub = reader->hub;
    mutex_lock(&hub->lock);
    SocketReader **at = &hub->readers;
    while (*at != reader)
        at = &(*at)->next;
    *at = reader->next;
    mutex_unlock(&hub->lock);
    while (queued(reader))
        chunk_release(reader->queue.at[reader->queue_at++]);
    for (size_t i = 0; i < reader->refusals.count; i++)
        free_refusal(&reader->refusals.at[i]);
    for (size_t i = 0; i < reader->notices.count; i++)
        free(reader->notices.at[i]);
    list_free(&reader->queue);
    list_free(&reader->refusals);
    list_free(&reader->notices);
    mutex_lock(&hubs_lock);
    bool last = --hub->references == 0;
    if (last) {
        SocketHub **link = &hubs;
        while (*link != hub)
            link = &(*link)->next_hub;
        *link = hub->next_hub;
        hub_close(hub);
    } else {
        socket_loop_call(&hub->call);
    }
    mutex_unlock(&hubs_lock);
}
