/*
 * row_cutter.h - a stream of bytes (a connection, the standard input) as chunks of whole rows.
 *
 *     row_cutter_room -> read into it -> row_cutter_add -> deliver is called with whole rows
 *
 * A line longer than 'max-line-bytes' is refused once and left out up to its end.
 */
#ifndef STREAMD_IO_ROW_CUTTER_H
#define STREAMD_IO_ROW_CUTTER_H

#include "io/chunk_pool.h"
#include "io/header_cache.h"

typedef struct RowCutter {
    const Relation *table;
    const FormatClass *format;
    const char *name; /* of where the bytes come from */
    int64_t max_row_bytes;
    const Clock *clock;
    ChunkPool *pool;
    HeaderCache *headers;
    void (*deliver)(void *context, Chunk *chunk); /* takes it; ticket is not set */
    void (*refuse)(void *context, const char *name, int64_t line, int64_t offset, Str raw,
                   const char *sqlstate, const char *reason);
    void *context;

    Chunk *chunk;           /* being filled; it begins at a row, unless a line is being skipped */
    _Atomic int64_t offset; /* of the chunk's first byte; others may read it */
    int64_t line;           /* lines before it */
    bool bound, skipping, refused;
    const FormatBinding *binding;
} RowCutter;

/* The fields above `chunk` have been set. */
void row_cutter_start(RowCutter *cutter);
void row_cutter_stop(RowCutter *cutter);
/* Where to read to; at least a few KiB. */
char *row_cutter_room(RowCutter *cutter, size_t *size);
/* So many bytes have been read.  False: what comes is no rows of the table (and was refused). */
bool row_cutter_add(RowCutter *cutter, size_t count);
/* Nothing follows: what is left is the last row; or, with `broken`, is refused. */
void row_cutter_end(RowCutter *cutter, bool broken);

#endif
