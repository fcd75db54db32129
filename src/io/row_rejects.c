/* row_rejects.c - see row_rejects.h.  Line numbers are counted only when the list is asked for. */
#include "io/row_rejects.h"

#include <stdio.h>
#include <stdlib.h>
#include "io/csv_index.h"

void row_rejects_init(RowRejects *rejects)
{
    *rejects = (RowRejects){0};
    arena_init(&rejects->arena);
}

void row_rejects_deinit(RowRejects *rejects)
{
    free(rejects->rows);
    free(rejects->out);
    arena_deinit(&rejects->arena);
}

void row_rejects_clear(RowRejects *rejects)
{
    if (rejects->count)
        arena_reset(&rejects->arena);
    rejects->count = 0;
    rejects->sorted = false;
}

void row_rejects_add(RowRejects *rejects, const Chunk *chunk, size_t start, size_t end,
                     const char *sqlstate, const char *format, ...)
{
    if (rejects->count == rejects->capacity) {
        rejects->capacity = rejects->capacity ? 2 * rejects->capacity : 16;
        rejects->rows = mem_realloc(rejects->rows, rejects->capacity * sizeof *rejects->rows);
    }
    const ChunkOrigin *origin = chunk->origin;
    RowReject *row = &rejects->rows[rejects->count++];
    rejects->sorted = false;
    if (end > start && chunk->data[end - 1] == '\r')
        end--;
    *row = (RowReject){
        .start = start,
        .reject = {.file_path = origin ? origin->file_path : NULL,
                   .file_offset = chunk->file_offset < 0 ? -1 : chunk->file_offset + (int64_t)start,
                   .raw = {arena_strndup(&rejects->arena, chunk->data + start, end - start),
                           end - start}}};
    memcpy(row->reject.sqlstate, sqlstate, 5);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(row->reject.reason, sizeof row->reject.reason, format, args);
    va_end(args);
}

void row_rejects_too_long(char reason[TOO_LONG_REASON_BYTES], int64_t max_row_bytes)
{
    (void)snprintf(reason, TOO_LONG_REASON_BYTES, "row is longer than %lld bytes",
                   (long long)max_row_bytes);
}

size_t row_rejects_too_long_raw(const char *row, int64_t max_row_bytes)
{
    size_t kept = max_row_bytes < TOO_LONG_RAW_BYTES ? (size_t)max_row_bytes : TOO_LONG_RAW_BYTES;
    /* No half character: the text would not be UTF-8 any more. */
    for (int i = 0; i < 3 && kept > 1 && ((unsigned char)row[kept] & 0xC0) == 0x80; i++)
        kept--;
    return kept - (row[kept - 1] == '\r');
}

void row_rejects_add_too_long(RowRejects *rejects, const Chunk *chunk, size_t start,
                              int64_t max_row_bytes)
{
    char reason[TOO_LONG_REASON_BYTES];
    row_rejects_too_long(reason, max_row_bytes);
    row_rejects_add(rejects, chunk, start,
                    start + row_rejects_too_long_raw(chunk->data + start, max_row_bytes),
                    SQLSTATE_LIMIT_EXCEEDED, "%s", reason);
}

static int by_start(const void *a, const void *b)
{
    size_t x = ((const RowReject *)a)->start, y = ((const RowReject *)b)->start;
    return (x > y) - (x < y);
}

void row_rejects_list(RowRejects *rejects, const Chunk *chunk, const Reject **list, uint32_t *count)
{
    if (!rejects->sorted && rejects->count) {
        qsort(rejects->rows, rejects->count, sizeof *rejects->rows, by_start);
        rejects->out = mem_realloc(rejects->out, rejects->count * sizeof *rejects->out);
        int64_t line = chunk->line;
        size_t seen = 0;
        for (uint32_t i = 0; i < rejects->count; i++) {
            RowReject *row = &rejects->rows[i];
            line += (int64_t)csv_count_lines(chunk->data + seen, row->start - seen);
            seen = row->start;
            row->reject.line = chunk->line < 0 ? -1 : line + 1;
            rejects->out[i] = row->reject;
        }
        rejects->sorted = true;
    }
    *list = rejects->out;
    *count = rejects->count;
}
