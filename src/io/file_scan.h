/*
 * file_scan.h - which files a filesystem table has, how far each has been read, and which is to be
 * read next.  file_reader.h reads one of them.
 *
 * A file goes through these states (bounded scans use only the first and the last):
 *
 *            found / grown               all whole rows read
 *     unknown ----------> QUEUED --taken--> being read ------> IDLE --(grows)--> QUEUED
 *                            ^                  | something is left at its end
 *                            |  seal-after      v
 *                            +-------------- WAITING         QUEUED to be sealed: read to the end,
 *                                                            then SEALED for good
 *
 * A file is known again by its content (file_identity.h) and its path or its inode and birth time.
 */
#ifndef STREAMD_IO_FILE_SCAN_H
#define STREAMD_IO_FILE_SCAN_H

#include "catalog/connector.h"
#include "base/list.h"
#include "io/compress.h"
#include "io/file_identity.h"
#include "io/file_walk.h"
#include "io/folder_watch.h"

typedef enum ScanMode { SCAN_BOUNDED, SCAN_WATCH, SCAN_TAIL } ScanMode;

typedef struct ScanFile {
    int64_t id;
    const char *path;
    char *own_path; /* the memory that it is in; NULL: not the file's own */
    uint64_t inode;
    int64_t birth_us, mtime_us, size; /* as last looked at; size -1: look again */
    int64_t offset;                   /* of the content: reading goes on there */
    int64_t line;                     /* lines before it */
    FileIdentity identity;
    int64_t generation;
    int64_t changed_us; /* by file_scan_now_us: when a change was seen last */
    Compression compression;
    bool sealed;    /* what was left at its end was taken as final */
    bool finished;  /* read to its end, and not expected to grow */
    bool checked;   /* read up to its last whole row since the start of this process */
    bool left;      /* waiting: something that is no whole row stands at its end */
    bool seal_next; /* queued to be read to its very end */
    bool queued, waiting, refused, warned;
    bool overgrown;         /* sealed, and there is more that is not read */
    bool listed;            /* in `waiting`, perhaps no longer waiting */
    bool reading;           /* taken, and not yet done */
    size_t at;              /* place in `files` */
    bool dirty;             /* differs from what save gave last: in `touched` */
    bool stored;            /* save gave a row for it */
    int64_t saved_offset;   /* and said so far, */
    bool saved_sealed;      /* and that */
    uint32_t elsewhere;     /* jobs that are not loaded and have read it: while cleaning */
    struct CleanVote *vote; /* this source needs it no longer, see file_clean.h */
    bool superseded;        /* another file has its path now, */
    int64_t superseded_us;  /* by file_scan_now_us: since then */
    struct Found *claim;    /* during a look: what it was found as */
    bool bound;             /* binding and partition values are there */
    const Value *partition;
    const FormatBinding *binding;
} ScanFile;

typedef LIST(ScanFile *) ScanFiles;

typedef struct ScanSlot {
    uint64_t hash;
    ScanFile *file;
} ScanSlot;
/* Files by path or inode: open addressing; a moved file leaves a stone behind. */
typedef struct ScanIndex {
    ScanSlot *slots;
    size_t capacity, used;
} ScanIndex;

typedef struct FileScan {
    const char *path;
    ScanMode mode;
    bool by_mtime; /* order: else by name */
    bool track;    /* files are remembered: not so for a bounded scan that nobody resumes */
    bool identify; /* by their content too */
    bool available_now, clean;
    int64_t monitor_us, seal_us;
    const Clock *clock; /* a virtual one decides what has been quiet for long enough; may be NULL */
    void (*notice)(void *context, const char *text);
    void *context;

    Arena arena;              /* lives as long as the source */
    LIST(char *) old_paths;   /* chunks that are being read may name them: until the next commit */
    const char **plain_paths; /* without track: what is to be read, one after the other */
    size_t plain_count, plain_at;
    ScanFile plain_file;
    ScanFiles files;
    ScanIndex by_path, by_inode;
    ScanFiles queue; /* from queue_at on */
    size_t queue_at;
    ScanFiles waiting;
    ScanFiles touched;
    LIST(int64_t) forgotten; /* ids whose rows are to be deleted */
    int64_t next_id;
    int64_t next_look_us; /* monotonic: the next whole look; */
    int64_t due_us;       /* by file_scan_now_us: the first of `waiting` is due, INT64_MAX: none */
    FolderWatch *watch;
    bool look_now, missing_noticed;
    int64_t clean_us;    /* monotonic: then there may be something to clean; INT64_MAX: never */
    LIST(uint64_t) told; /* hashes of problems that a notice has named */
} FileScan;

void file_scan_init(FileScan *scan);
/* What sealing goes by: monotonic time, or a virtual clock. */
int64_t file_scan_now_us(const FileScan *scan);
/* Something that is tried again and again is told once. */
void file_scan_problem(FileScan *scan, const char *format, ...) PRINTF_LIKE(2, 3);
void file_scan_deinit(FileScan *scan);
/* The first look. A bounded scan fails when the path is not there (58P01). */
Status file_scan_start(FileScan *scan, void (*wake)(void *context), void *context,
                       Err *err) MUST_CHECK;
/* Looks at everything now. */
Status file_scan_look(FileScan *scan, Err *err) MUST_CHECK;
/* Does what is due: events, whole looks, sealing. */
Status file_scan_poll(FileScan *scan, Err *err) MUST_CHECK;
/* The next file to read, NULL when there is none now. */
ScanFile *file_scan_take(FileScan *scan);
bool file_scan_queued(const FileScan *scan); /* take would give one */
/* After it was read: `left`: something that is no whole row stands at its end. */
void file_scan_done(FileScan *scan, ScanFile *file, bool left);
/* It could not be opened or is no longer the same: to be looked at again. */
void file_scan_again(FileScan *scan, ScanFile *file);
/* Machine's time until which nothing is due (INT64_MAX: for ever). */
int64_t file_scan_wait_until_us(const FileScan *scan);
/* Neither queued nor waiting files: an available-now run is through. */
bool file_scan_idle(const FileScan *scan);
/* Takes a file out: it is gone for good. */
void file_scan_forget(FileScan *scan, ScanFile *file);
void file_scan_touch(FileScan *scan, ScanFile *file);              /* its offset row has changed */
void file_scan_set_path(FileScan *scan, ScanFile *file, Str path); /* copies it */
void file_scan_notice(FileScan *scan, const char *format, ...) PRINTF_LIKE(2, 3);

/* ---- file_index.c ---- */
ScanFile *file_index_path(const FileScan *scan, const char *path);
/* Visits by *at, which begins with 0. */
ScanFile *file_index_inode(const FileScan *scan, uint64_t inode, size_t *at);
void file_index_add(FileScan *scan, ScanFile *file);
void file_index_remove(FileScan *scan, ScanFile *file); /* before path or inode change */
void file_index_deinit(FileScan *scan);

/* ---- file_offsets.c: the rows that are committed ---- */
extern const StateTable file_offsets_table;
Status file_offsets_load(FileScan *scan, const RowStore *rows, Err *err) MUST_CHECK;
void file_offsets_save(FileScan *scan, bool changes_only, RowStore *out);
/* Adds 1 to `elsewhere` (but UINT32_MAX) of the files that these rows of another job have read to
 * their end; *found: how many. */
Status file_offsets_count(FileScan *scan, const RowStore *rows, size_t *found, Err *err) MUST_CHECK;

#endif
