/* file_identity.c - see file_identity.h. XXH3 is a fixed format: the hashes are stored. */
#include "io/file_identity.h"

#include <xxhash.h>

FileIdentity file_identity_of(const char *bytes, size_t length)
{
    uint64_t hash = XXH3_64bits(bytes, length);
    return (FileIdentity){(int64_t)length, hash, hash};
}

Status file_identity_read(int fd, int64_t length, FileIdentity *out, bool *whole, const char *path,
                          Err *err)
{
    if (length == 0) {
        *out = file_identity_of("", 0);
        *whole = true;
        return OK;
    }
    char buffer[FILE_IDENTITY_BYTES];
    size_t size = length < FILE_IDENTITY_BYTES ? (size_t)length : FILE_IDENTITY_BYTES, got = 0;
    TRY(file_read_at(fd, buffer, size, 0, &got, path, err));
    FileIdentity identity = file_identity_of(buffer, got);
    identity.length = length;
    *whole = got == size;
    if (*whole && length > FILE_IDENTITY_BYTES) {
        TRY(file_read_at(fd, buffer, size, length - FILE_IDENTITY_BYTES, &got, path, err));
        identity.tail = XXH3_64bits(buffer, got);
        *whole = got == size;
    }
    *out = identity;
    return OK;
}

Status file_identity_matches(const char *path, uint64_t inode, const FileIdentity *identity,
                             bool *matches, bool *moved, Err *err)
{
    *matches = *moved = false;
    FileInfo info;
    TRY(file_stat(path, &info, err));
    *moved = !info.exists || info.inode != inode;
    if (*moved || info.size < identity->length)
        return OK;
    int fd;
    TRY(file_open(&fd, path, FILE_READ, err));
    FileIdentity found;
    bool whole = false;
    Status status = file_stat_fd(fd, &info, path, err);
    *moved = status == OK && info.inode != inode;
    if (status == OK && !*moved)
        status = file_identity_read(fd, identity->length, &found, &whole, path, err);
    file_close(fd);
    if (status != OK || *moved)
        return status;
    *matches = whole && found.head == identity->head && found.tail == identity->tail;
    return OK;
}
