/* row_cutter.c - see row_cutter.h. */
#include "io/row_cutter.h"

#include "io/row_rejects.h"

enum { LEAST_ROOM = 4 * 1024, SHOWN_BYTES = 1024 };

static void fresh_chunk(RowCutter *cutter, const char *from, size_t count)
{
    uint32_t capacity = cutter->pool->capacity;
    while (capacity < count + LEAST_ROOM)
        capacity *= 2;
    Chunk *chunk = chunk_pool_take(cutter->pool, capacity);
    memcpy(chunk->data, from, count);
    chunk->length = (uint32_t)count;
    cutter->chunk = chunk;
}

void row_cutter_start(RowCutter *cutter)
{
    cutter->bound = cutter->format->binding_new == NULL;
    fresh_chunk(cutter, "", 0);
}

void row_cutter_stop(RowCutter *cutter)
{
    chunk_release(cutter->chunk);
    cutter->chunk = NULL;
}

static void refuse(RowCutter *cutter, const char *sqlstate, const char *reason, size_t most)
{
    const Chunk *chunk = cutter->chunk;
    size_t shown = chunk->length < most ? chunk->length : most;
    cutter->refuse(cutter->context, cutter->name, cutter->line + 1, cutter->offset,
                   (Str){chunk->data, shown}, sqlstate, reason);
}

/* The chunk's first bytes are no rows. */
static void drop_front(RowCutter *cutter, size_t count, int64_t lines)
{
    Chunk *chunk = cutter->chunk;
    memmove(chunk->data, chunk->data + count, chunk->length - count);
    chunk->length -= (uint32_t)count;
    cutter->offset += (int64_t)count;
    cutter->line += lines;
}

/* What stands before the first row. False: not all of it is there, or it does not fit. */
static bool bind_header(RowCutter *cutter, bool final)
{
    Chunk *chunk = cutter->chunk;
    size_t consumed;
    int64_t lines;
    Err err = ERR_NONE;
    if (cutter->bound)
        return true;
    Status status = header_cache_bind(cutter->headers, cutter->format, cutter->table, cutter->name,
                                      (Str){chunk->data, chunk->length}, final, &consumed, &lines,
                                      &cutter->binding, &err);
    if (status == OK && consumed == SIZE_MAX && chunk->length > cutter->max_row_bytes)
        status = err_set(&err, SQLSTATE_LIMIT_EXCEEDED, -1, "header is longer than max-line-bytes");
    if (status != OK) {
        refuse(cutter, err.sqlstate, err.message, SHOWN_BYTES);
        cutter->refused = true;
        chunk->length = 0;
        return false;
    }
    if (consumed == SIZE_MAX)
        return false;
    cutter->bound = true;
    drop_front(cutter, consumed, lines);
    return true;
}

/* A line that is too long is told of once and then left out up to its end. True: it has ended. */
static bool skip_line(RowCutter *cutter, bool final)
{
    const Chunk *chunk = cutter->chunk;
    if (!cutter->skipping) {
        char reason[TOO_LONG_REASON_BYTES];
        row_rejects_too_long(reason, cutter->max_row_bytes);
        refuse(cutter, SQLSTATE_LIMIT_EXCEEDED, reason,
               row_rejects_too_long_raw(chunk->data, cutter->max_row_bytes));
    }
    const char *end = memchr(chunk->data, '\n', chunk->length);
    drop_front(cutter, end ? (size_t)(end + 1 - chunk->data) : chunk->length, end ? 1 : 0);
    cutter->skipping = !end && !final;
    return !cutter->skipping;
}

static void hand_out(RowCutter *cutter, size_t rows, int64_t lines)
{
    Chunk *chunk = cutter->chunk;
    fresh_chunk(cutter, chunk->data + rows, chunk->length - rows);
    chunk->length = (uint32_t)rows;
    chunk->file_offset = cutter->offset;
    chunk->line = cutter->line;
    chunk->arrival_us = clock_now_us(cutter->clock);
    ChunkOrigin *origin = ARENA_NEW(&chunk->text, ChunkOrigin);
    *origin = (ChunkOrigin){.file_path = arena_strdup(&chunk->text, cutter->name),
                            .binding = cutter->binding,
                            .max_row_bytes = cutter->max_row_bytes};
    chunk->origin = origin;
    cutter->offset += (int64_t)rows;
    cutter->line += lines;
    cutter->deliver(cutter->context, chunk);
}

static void take_rows(RowCutter *cutter, bool final)
{
    int64_t max = cutter->max_row_bytes;
    const CutPlan *plan = header_cache_cut_plan(cutter->headers, cutter->format, cutter->table);
    while (cutter->chunk->length) {
        if (cutter->skipping) {
            if (!skip_line(cutter, final))
                return;
            continue;
        }
        if (!bind_header(cutter, final))
            return;
        const Chunk *chunk = cutter->chunk;
        int64_t lines = 0;
        size_t rows = chunk->length ? cutter->format->cut(plan, chunk->data, chunk->length, final,
                                                          max, &lines)
                                    : 0;
        if (rows)
            hand_out(cutter, rows, lines);
        else if (chunk->length > max)
            (void)skip_line(cutter, final);
        else
            return;
    }
}

char *row_cutter_room(RowCutter *cutter, size_t *size)
{
    Chunk *chunk = cutter->chunk;
    if (chunk->capacity - chunk->length < LEAST_ROOM) {
        fresh_chunk(cutter, chunk->data, chunk->length);
        chunk_release(chunk);
        chunk = cutter->chunk;
    }
    *size = chunk->capacity - chunk->length;
    return chunk->data + chunk->length;
}

bool row_cutter_add(RowCutter *cutter, size_t count)
{
    cutter->chunk->length += (uint32_t)count;
    take_rows(cutter, false);
    return !cutter->refused;
}

void row_cutter_end(RowCutter *cutter, bool broken)
{
    if (!broken)
        take_rows(cutter, true);
    else if (cutter->chunk->length && !cutter->skipping)
        refuse(cutter, SQLSTATE_CONNECTION, "the connection broke in the middle of this line",
               SHOWN_BYTES);
    cutter->chunk->length = 0;
}
