/*
 * sink_filesystem.h - what the parts of the filesystem sink share.
 *
 * What a 'path' means decides the Target:
 *     parts     a folder: part files, rolled            sink_parts.c
 *     growing   a file that is appended to              sink_growing.c
 *     replaced  a file that is replaced by each result  sink_replaced.c
 *     device    /dev/null, a pipe: bytes leave at once  sink_device.c
 *
 * Every call may be repeated after it failed: write and write_bytes have then taken nothing, stage
 * and publish go on where they failed (a full disk).  After a failed fsync stage copies what it
 * cannot trust (staged_file.h); if that is not whole the epoch is lost, and the job begins it again
 * from its last commit.
 */
#ifndef STREAMD_IO_SINK_FILESYSTEM_H
#define STREAMD_IO_SINK_FILESYSTEM_H

#include "base/file.h"
#include "base/list.h"
#include "catalog/connector.h"
#include "io/staged_file.h"

/* Columns of the rows that are committed. */
enum SinkColumn {
    SINK_N,       /* key: the number in the names; SINK_ROW_COUNTER and SINK_ROW_FILE are others */
    SINK_KIND,    /* "part", "old", "replaced", "growing", "counter" */
    SINK_PUBLISH, /* it is listed for publishing */
    SINK_STAGED,  /* path of the staged file; NULL: there is none */
    SINK_PATH,    /* final path */
    SINK_AT,      /* growing: where the bytes go */
    SINK_LENGTH,  /* of the staged file, committed; growing: of the target after publishing */
    SINK_HASH,    /* of the staged bytes */
    SINK_ROWS,
    SINK_CREATED,
    SINK_BYTES,  /* growing: the bytes themselves */
    SINK_HEADED, /* growing: they begin with the file's header */
    SINK_INODE,  /* growing: of the target as it was; 0: it was not there */
    SINK_BIRTH,
    SINK_COLUMNS
};
enum { SINK_ROW_COUNTER = 0, SINK_ROW_FILE = 1, SINK_ROW_FIRST = 2 };
extern const StateTable sink_files_table;

typedef struct SinkRow {
    int64_t n;
    const char *kind, *staged, *path; /* staged NULL: none */
    bool publish, headed;
    int64_t at, length, rows, created_us, birth_us;
    uint64_t hash, inode;
    Str bytes;
} SinkRow;
void sink_row_put(RowStore *out, const SinkRow *row);
void sink_row_forget(RowStore *out, int64_t n);
/* The committed rows, in the arena. */
typedef LIST(SinkRow) SinkRows;
Status sink_rows_load(const RowStore *committed, Arena *arena, SinkRows *out, Err *err) MUST_CHECK;

typedef struct FilesystemSink FilesystemSink;
typedef struct Target {
    Status (*open)(FilesystemSink *sink, const SinkRows *rows, Err *err); /* rows NULL: a new job */
    Status (*write_bytes)(FilesystemSink *sink, const char *bytes, size_t count, uint64_t rows,
                          Err *err);
    Status (*write)(FilesystemSink *sink, const Batch *batch, Err *err); /* NULL: write_bytes */
    Status (*restart)(FilesystemSink *sink, Err *err);
    Status (*stage)(FilesystemSink *sink, bool roll, RowStore *out, Err *err);
    Status (*publish)(FilesystemSink *sink, Err *err);
    Status (*abort)(FilesystemSink *sink, Err *err);
    int64_t (*due_us)(FilesystemSink *sink); /* NULL: never */
    void (*close)(FilesystemSink *sink);
} Target;
extern const Target target_parts, target_growing, target_replaced, target_device;

struct FilesystemSink {
    Sink base;
    const Target *target;
    void *state; /* the target's own */
    Arena arena;
    const Relation *table;
    const Zone *zone;
    const FormatClass *format;
    Encoder *encoder;
    bool *skip;         /* per column of the table: a partition column */
    const char *path;   /* clean */
    const char *folder; /* where the staged files are (parts: the target itself) */
    const char *job;    /* as it stands in names */
    const Clock *clock;
    Compression compression;
    Buf header, bytes; /* what begins each file; scratch */
    OutputMode mode;
    bool overwrite, sync, fail_on_missing, resumed;
    int64_t next_n, stored_next_n;
    int64_t roll_bytes, roll_us;
    LIST(char *) folders;    /* to be synced at the next stage */
    LIST(int64_t) forgotten; /* rows that the next stage removes */
    void (*notice)(void *context, const char *text);
    void *notice_context;
    const _Atomic bool *cancelled; /* NULL: never */
    struct TargetLock *lock;
};

/* ---- shared by the targets ---- */

/* Makes a folder and remembers what has to be synced for it to last. */
Status sink_make_folder(FilesystemSink *sink, const char *folder, Err *err) MUST_CHECK;
void sink_sync_later(FilesystemSink *sink, const char *folder);
Status sink_sync_folders(FilesystemSink *sink, Err *err) MUST_CHECK;
void sink_notice(FilesystemSink *sink, const char *format, ...) PRINTF_LIKE(2, 3);
/* Rows of the counter and of what was forgotten; at the end of a target's stage. */
void sink_put_common(FilesystemSink *sink, RowStore *out);
void sink_forget(FilesystemSink *sink, int64_t n);
/* Removes staged files of this job that `keep` does not list; in sub-folders k=v too. */
Status sink_remove_strays(FilesystemSink *sink, const char *folder, bool below,
                          const SinkRows *keep, Err *err) MUST_CHECK;
/* A listed file whose staged and final file are gone: taken by its reader, or 58030. */
Status sink_taken_away(FilesystemSink *sink, const char *path, Err *err) MUST_CHECK;

/* One writer of a growing or replaced file in this process. */
struct TargetLock *target_lock(const char *path, Err *err); /* NULL: 55006 */
void target_unlock(struct TargetLock *lock);                /* NULL allowed */

#endif
