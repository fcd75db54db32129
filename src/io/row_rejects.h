/*
 * row_rejects.h - the bad rows of a chunk, found in any order, handed out in the file's.
 */
#ifndef STREAMD_IO_ROW_REJECTS_H
#define STREAMD_IO_ROW_REJECTS_H

#include "catalog/connector.h"

typedef struct RowReject {
    size_t start; /* of the row, within the chunk */
    Reject reject;
} RowReject;

typedef struct RowRejects {
    RowReject *rows;
    uint32_t count, capacity;
    bool sorted;
    Reject *out;
    Arena arena;
} RowRejects;

void row_rejects_init(RowRejects *rejects);
void row_rejects_deinit(RowRejects *rejects);
void row_rejects_clear(RowRejects *rejects);
/* The row [start, end) of the chunk, its line end left out. */
void row_rejects_add(RowRejects *rejects, const Chunk *chunk, size_t start, size_t end,
                     const char *sqlstate, const char *format, ...) PRINTF_LIKE(6, 7);
/* DecoderClass.rejects. */
void row_rejects_list(RowRejects *rejects, const Chunk *chunk, const Reject **list,
                      uint32_t *count);

/* A row that begins at `start` and does not end within max_row_bytes.  Reason and kept text are the
 * same wherever that is found out, and however much of the row is there by then. */
void row_rejects_add_too_long(RowRejects *rejects, const Chunk *chunk, size_t start,
                              int64_t max_row_bytes);
enum { TOO_LONG_REASON_BYTES = 64, TOO_LONG_RAW_BYTES = 1024 };
void row_rejects_too_long(char reason[TOO_LONG_REASON_BYTES], int64_t max_row_bytes);
/* How many of its bytes are kept; more than max_row_bytes are there. */
size_t row_rejects_too_long_raw(const char *row, int64_t max_row_bytes);

#endif
