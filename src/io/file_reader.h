/*
 * file_reader.h - one file as chunks of whole rows.
 *
 * Bytes go from the file (or its decompressor) straight into a pooled chunk, which is then cut
 * behind its last whole row; what follows the cut begins the next chunk.  A row longer than the
 * chunk makes the chunk grow up to 'max-line-bytes'; a line beyond that is skipped and refused.
 */
#ifndef STREAMD_IO_FILE_READER_H
#define STREAMD_IO_FILE_READER_H

#include "io/chunk_pool.h"
#include "io/file_scan.h"
#include "io/header_cache.h"
#include "io/partition_cache.h"

enum { FILE_CHUNK_BYTES = 256 * 1024 };

typedef struct Refusal {
    char *file_path;
    int64_t line, file_offset;
    char *raw;
    size_t raw_length;
    char sqlstate[6];
    char *reason;
} Refusal;

/* What the readers of one source share. */
typedef struct ReaderShared {
    const Relation *table;
    const FormatClass *format;
    int64_t max_row_bytes;
    bool identify; /* file_reader_identify will be called */
    const Clock *clock;
    const _Atomic bool *cancelled; /* NULL: never */
    ChunkPool pool;
    uint64_t next_ticket;
    HeaderCache headers;
    PartitionCache partitions;
    LIST(Refusal) refusals;
    size_t refusals_taken;
} ReaderShared;

void reader_shared_init(ReaderShared *shared, Arena *arena);
void reader_shared_deinit(ReaderShared *shared);
/* Adds to the rows and files that the source itself refuses. */
void reader_refuse(ReaderShared *shared, const char *path, int64_t line, int64_t offset, Str raw,
                   const char *sqlstate, const char *reason);

/* The next of them, false when there is none. */
bool reader_take_refusal(ReaderShared *shared, Reject *out);

typedef struct FileReader {
    int fd;       /* -1: no file is open */
    bool is_pipe; /* or a device: it is waited for, unless `cancelled` */
    const _Atomic bool *cancelled;
    ScanFile *file;
    bool final;  /* the file's end ends its last row */
    bool at_end; /* there is nothing more to read now */
    bool left;   /* at the end: bytes that are no whole row */
    int64_t mtime_us;
    int64_t position; /* in the file, of the next read */
    int64_t content;  /* of the content, after what is in `carry` */
    Inflater *inflater;
    Buf raw; /* compressed bytes not yet inflated, from raw_at on */
    size_t raw_at;
    Buf carry;          /* content read but not handed out */
    FileIdentity start; /* of the first bytes, when they were read from offset 0 */
} FileReader;

void file_reader_init(FileReader *reader);
void file_reader_deinit(FileReader *reader);
typedef enum ReaderOpened {
    READER_OPEN,    /* go on with file_reader_next */
    READER_REFUSED, /* `err` says why the file cannot be rows of this table */
    READER_REPLACED /* another file has taken its path since it was looked at */
} ReaderOpened;
/* `track`: the file must be the one that was looked at. Fails when it cannot be read. */
Status file_reader_open(FileReader *reader, ReaderShared *shared, ScanFile *file, bool final,
                        bool track, ReaderOpened *opened, Err *err) MUST_CHECK;
/* The next chunk, NULL at the end; the file's offset and line have moved behind it.  A header that
 * does not fit is READER_REFUSED here too. */
Status file_reader_next(FileReader *reader, ReaderShared *shared, Chunk **chunk,
                        ReaderOpened *opened, Err *err) MUST_CHECK;
/* Brings file->identity up to its offset. */
Status file_reader_identify(FileReader *reader, Err *err) MUST_CHECK;
void file_reader_close(FileReader *reader);
/* The first `size` bytes of a file's content, fewer if it has fewer. */
Status file_reader_sample(const char *path, char *to, size_t size, size_t *got,
                          Err *err) MUST_CHECK;
/* Is a compressed file whole, as far as it is there? */
Status file_reader_is_whole(const char *path, Compression compression, bool *whole,
                            Err *err) MUST_CHECK;

#endif
