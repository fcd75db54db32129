/*
 * sink_parts.h - part files in a folder: what writing, publishing and recovery share.
 */
#ifndef STREAMD_IO_SINK_PARTS_H
#define STREAMD_IO_SINK_PARTS_H

#include "io/sink_filesystem.h"

enum { PART_BUCKETS = 1024 };

typedef struct Part {
    StagedFile staged;
    char *key; /* "day=2024-01-01/k=7", "" when unpartitioned */
    char *final_path;
    int64_t created_us;
    uint64_t rows, staged_rows, committed_rows;
    bool headed;      /* its header is in it */
    bool full;        /* takes no more */
    bool listed;      /* named for publishing by the last stage */
    bool changed;     /* has bytes that no stage has seen */
    uint16_t *picked; /* rows of the batch at hand that go here */
    uint16_t picked_count;
    struct Part *next; /* of its bucket, while it takes rows */
} Part;

typedef struct Parts {
    LIST(Part *) all;
    Part *buckets[PART_BUCKETS]; /* open parts by key */
    LIST(char *) overwritten;    /* folders whose old files have been listed */
    LIST(char *) old;            /* paths listed, to be removed after publishing; with */
    LIST(int64_t) old_n;         /* the numbers of their rows */
    bool old_listed;             /* by a stage */
    uint16_t column_count;       /* partition columns: their places in the batch and names */
    uint16_t *columns;
    const char **names;
} Parts;

/* The open part for a key, made when there is none. */
Part *parts_find(FilesystemSink *sink, Str key);
Part *part_new(FilesystemSink *sink, const char *key, int64_t n);
void part_free(Part *part);
/* Lets a part that recovery has found take rows again, unless another of its key does. */
void part_reopen(FilesystemSink *sink, Part *part);
/* What can fail of adding so many bytes to a part, and then the adding. */
Status part_prepare(FilesystemSink *sink, Part *part, size_t count, Err *err) MUST_CHECK;
void part_take(FilesystemSink *sink, Part *part, const char *bytes, size_t count, uint64_t rows);
Status part_publish(FilesystemSink *sink, Part *part, bool recovering, Err *err) MUST_CHECK;
/* sink_parts_recover.c, sink_parts_split.c */
Status parts_recover(FilesystemSink *sink, const SinkRows *rows, Err *err) MUST_CHECK;
Status parts_write(FilesystemSink *sink, const Batch *batch, Err *err) MUST_CHECK;
void parts_split_init(FilesystemSink *sink);
/* Keeps the memory and descriptors of many open parts within bounds. */
Status parts_trim(FilesystemSink *sink, Err *err) MUST_CHECK;
/* Lists what INSERT OVERWRITE replaces. */
Status parts_list_old(FilesystemSink *sink, bool roll, Err *err) MUST_CHECK;

#endif
