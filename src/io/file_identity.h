/*
 * file_identity.h - knowing a file again: the hashes of its first 64 KiB and of the last 64 KiB
 * before the place up to which it has been read.
 */
#ifndef STREAMD_IO_FILE_IDENTITY_H
#define STREAMD_IO_FILE_IDENTITY_H

#include "base/file.h"

enum { FILE_IDENTITY_BYTES = 64 * 1024 };

typedef struct FileIdentity {
    int64_t length; /* bytes of the file that the hashes are about */
    uint64_t head, tail;
} FileIdentity;

/* Of the first `length` bytes of an open file; *whole = false when it has fewer. */
Status file_identity_read(int fd, int64_t length, FileIdentity *out, bool *whole, const char *path,
                          Err *err) MUST_CHECK;
/* The same when all those bytes are at hand and no more than FILE_IDENTITY_BYTES. */
FileIdentity file_identity_of(const char *bytes, size_t length);
/* Does the file at `path` begin with what the identity is about?  A missing one does not.  *moved:
 * the path is now that of another file than the one with that inode. */
Status file_identity_matches(const char *path, uint64_t inode, const FileIdentity *identity,
                             bool *matches, bool *moved, Err *err) MUST_CHECK;

#endif
