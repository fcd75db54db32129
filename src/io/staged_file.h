/*
 * staged_file.h - a file that grows under a hidden name until it is published: `.streamd-<job>-<n>`
 * in the folder of its target.
 *
 * It knows the running hash of all its bytes, so that recovery can tell it from anything else, and
 * so that after a failed fsync, when the kernel may have thrown pages away, it can be copied under
 * another name: the copy is good iff the bytes read back have that hash.
 *
 *     bytes:   |---- committed ----|---- staged, not yet committed ----|-- written --|-- in buffer
 * --|
 */
#ifndef STREAMD_IO_STAGED_FILE_H
#define STREAMD_IO_STAGED_FILE_H

#include "base/arena.h"
#include "base/buf.h"
#include "io/compress.h"

enum { STAGED_BUFFER_BYTES = 1024 * 1024, STAGED_DIRECT_BYTES = 64 * 1024 };

struct XXH3_state_s;
typedef struct StagedMark { /* a place in the file to which one can go back */
    int64_t length;
    struct XXH3_state_s *hash;
} StagedMark;

typedef struct StagedFile {
    int64_t n;
    char *folder, *job, *path;
    int fd;          /* -1: closed for the moment */
    bool exists;     /* it has been made */
    bool tainted;    /* an fsync failed since the last good one */
    int64_t written; /* bytes in the file; buffer.length more to come */
    int64_t synced;  /* -1: never */
    Buf buffer;
    struct XXH3_state_s *hash; /* of the written bytes */
    Compression compression;
    Deflater *deflater;
    StagedMark staged, committed; /* by the last stage; as of the last commit */
} StagedFile;

/* Nothing is made on disk before the first bytes are written. */
void staged_file_init(StagedFile *file, const char *folder, const char *job, int64_t n,
                      Compression compression);
/* Closes it and frees the memory; the file stays where it is. */
void staged_file_deinit(StagedFile *file);
/* Takes over an existing one at its committed length: cuts what is longer, checks length and hash.
 * 58030 saying what is missing or different. */
Status staged_file_recover(StagedFile *file, int64_t length, uint64_t hash, Err *err) MUST_CHECK;

/* Either takes all bytes or fails having taken none, and may then be called again. */
Status staged_file_add(StagedFile *file, const char *bytes, size_t count, Err *err) MUST_CHECK;
/* The two halves of adding: what can fail, and then the bytes (as many as were reserved, in all).
 */
Status staged_file_reserve(StagedFile *file, size_t count, Err *err) MUST_CHECK;
void staged_file_take(StagedFile *file, const char *bytes, size_t count);
/* Bytes added so far, as far as compression has let them out. */
static inline int64_t staged_file_length(const StagedFile *file)
{
    return file->written + (int64_t)file->buffer.length;
}
/* Writes out what is buffered; may be called again after a failure. */
Status staged_file_flush(StagedFile *file, Err *err) MUST_CHECK;
/* Ends a member of compression, writes everything, and with `sync` makes it durable, under another
 * name (numbered by *next_n) if an fsync failed. May be called again after a failure. */
Status staged_file_stage(StagedFile *file, bool sync, int64_t *next_n, Err *err) MUST_CHECK;
uint64_t staged_file_hash(const StagedFile *file); /* of what is written */
void staged_file_close(StagedFile *file);  /* its descriptor: to be opened again when needed */
void staged_file_commit(StagedFile *file); /* what was staged is committed */
/* Back to what was committed; a file that never was is removed. */
Status staged_file_abort(StagedFile *file, Err *err) MUST_CHECK;

char *staged_file_name(Arena *arena, const char *folder, const char *job, int64_t n);
/* Is `name` the staged file of this job? Then its number. */
bool staged_file_parse(const char *name, const char *job, int64_t *n);
/* Length and hash of any file; *exists=false when there is none. */
Status staged_file_measure(const char *path, bool *exists, int64_t *length, uint64_t *hash,
                           Err *err) MUST_CHECK;

#endif
