/*
 * file.h - every file-system call of the program.
 *
 * All of them go through here (SQLite's too, by the VFS in state/), so that a
 * test can make the n-th call fail, fall short or be the last one before the
 * process dies.  Calls are retried on EINTR; writes are whole or fail.
 *
 * Fault injection, from the environment at start or by file_fault_set:
 *   STREAMD_FAULT=<n>:<errno name or kill or short>[:<part of a path>]
 * the n-th call (counted from 1 over calls that change something: open for
 * writing, write, fsync, rename, link, unlink, mkdir, ftruncate) whose path contains the part
 * fails with that errno, kills the process with SIGKILL, or writes half and fails.
 * STREAMD_FAULT_COUNT=<file> writes the number of counted calls there at exit.
 */
#ifndef STREAMD_BASE_FILE_H
#define STREAMD_BASE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/arena.h"
#include "base/err.h"

typedef enum FileMode {
    FILE_READ,       /* must exist */
    FILE_READ_NOW,   /* the same; does not wait for a pipe's writer, see file_read_pipe */
    FILE_WRITE_NEW,  /* must not exist */
    FILE_WRITE,      /* made if missing, kept as it is, written at offsets */
    FILE_WRITE_EMPTY /* made or cut to nothing */
} FileMode;

typedef struct FileInfo {
    bool exists, is_directory, is_regular;
    int64_t size, mtime_us, birth_us; /* birth_us 0: the file system does not know */
    uint64_t inode, device;
} FileInfo;

/* First thing in main: a program started with its standard input, output or error closed (`>&-`)
 * would get that number for the next file it opens, and write results or messages into a database.
 * What is closed is held by /dev/null; the output so that writing to it fails, as it should. */
void file_hold_standard(void);

Status file_open(int *fd, const char *path, FileMode mode, Err *err) MUST_CHECK;
void file_close(int fd);
/* Up to `size` bytes at `offset`, fewer only at the end of the file. */
Status file_read_at(int fd, void *to, size_t size, int64_t offset, size_t *got, const char *path,
                    Err *err) MUST_CHECK;
/* The same from a pipe or a device opened with FILE_READ_NOW, which may let one wait for ever:
 * gives up (57014) when *cancelled (NULL: never) is set. */
Status file_read_pipe(int fd, void *to, size_t size, size_t *got, const _Atomic bool *cancelled,
                      const char *path, Err *err) MUST_CHECK;
/* A pipe or a device, to be written.  Waits a moment for a pipe's reader; -1 in *fd: there is none
 * yet. */
Status file_open_pipe(int *fd, const char *path, Err *err) MUST_CHECK;
/* Waits a moment for room and writes what goes in, perhaps nothing; no longer even if `fd` blocks.
 */
Status file_write_pipe(int fd, const char *from, size_t size, size_t *written, const char *path,
                       Err *err) MUST_CHECK;
Status file_write_at(int fd, const void *from, size_t size, int64_t offset, const char *path,
                     Err *err) MUST_CHECK;
Status file_write(int fd, const void *from, size_t size, const char *path, Err *err) MUST_CHECK;
Status file_sync(int fd, const char *path, Err *err) MUST_CHECK; /* fdatasync */
Status file_sync_directory(const char *path, Err *err) MUST_CHECK;
Status file_truncate(int fd, int64_t size, const char *path, Err *err) MUST_CHECK;
Status file_stat(const char *path, FileInfo *info,
                 Err *err) MUST_CHECK; /* missing: exists=false, OK */
Status file_stat_fd(int fd, FileInfo *info, const char *path, Err *err) MUST_CHECK;
Status file_rename(const char *from, const char *to, Err *err) MUST_CHECK; /* replaces */
/* Fails with SQLSTATE 58030 and *existed=true when `to` is there. */
Status file_rename_noreplace(const char *from, const char *to, bool *existed, Err *err) MUST_CHECK;
Status file_unlink(const char *path, bool missing_ok, Err *err) MUST_CHECK;
Status file_make_directory(const char *path, Err *err) MUST_CHECK; /* and its parents; exists: OK */
Status file_remove_tree(const char *path, Err *err) MUST_CHECK;
Status file_read_all(const char *path, Arena *arena, char **data, size_t *size,
                     Err *err) MUST_CHECK;

/* Names in a directory (without . and ..), sorted by bytes; d_type may be unknown. */
typedef struct FileEntry {
    const char *name;
    bool is_directory, is_regular, type_known;
} FileEntry;
Status file_list_directory(const char *path, Arena *arena, FileEntry **entries, size_t *count,
                           Err *err) MUST_CHECK;
/* An exclusive advisory lock that dies with the process; *busy=true (and FAIL) when another has it.
 */
Status file_lock(const char *path, int *fd, bool *busy, Err *err) MUST_CHECK;
char *file_absolute(const char *path, Arena *arena); /* no symlinks resolved; "a/../b" is kept */
const char *path_base(const char *path);             /* after the last '/' */
char *path_directory(const char *path, Arena *arena);
char *path_join(Arena *arena, const char *folder, const char *name);

void file_fault_set(const char *spec); /* NULL: none */
/* For the SQLite VFS and other callers of their own: counts one changing call on `path`; 0 or the
 * errno to fail with (may not return at all). *short_write: write half, then fail. */
int file_fault_point(const char *path, bool *short_write);

#endif
