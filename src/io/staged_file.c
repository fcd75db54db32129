/* staged_file.c - see staged_file.h. */
#include "io/staged_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <xxhash.h>
#include "base/file.h"

enum { COPY_BYTES = 256 * 1024 };

static XXH3_state_t *hash_new(void)
{
    XXH3_state_t *hash = XXH3_createState();
    if (!hash || XXH3_64bits_reset(hash) != XXH_OK)
        abort(); /* out of memory */
    return hash;
}

static void hash_copy(XXH3_state_t **to, const XXH3_state_t *from)
{
    if (!*to)
        *to = hash_new();
    XXH3_copyState(*to, from);
}

char *staged_file_name(Arena *arena, const char *folder, const char *job, int64_t n)
{
    char *name = arena_printf(arena, ".streamd-%s-%" PRId64, job, n);
    return strcmp(folder, ".") == 0 ? name : path_join(arena, folder, name);
}

bool staged_file_parse(const char *name, const char *job, int64_t *n)
{
    static const char prefix[] = ".streamd-";
    size_t length = strlen(job);
    if (strncmp(name, prefix, sizeof prefix - 1) != 0)
        return false;
    name += sizeof prefix - 1;
    if (strncmp(name, job, length) != 0 || name[length] != '-')
        return false;
    name += length + 1;
    if (!*name || strspn(name, "0123456789") != strlen(name))
        return false;
    return text_to_i64(name, n);
}

static void set_path(StagedFile *file)
{
    Arena arena;
    arena_init(&arena);
    free(file->path);
    file->path = mem_strdup(staged_file_name(&arena, file->folder, file->job, file->n));
    arena_deinit(&arena);
}

void staged_file_init(StagedFile *file, const char *folder, const char *job, int64_t n,
                      Compression compression)
{
    *file = (StagedFile){.n = n,
                         .folder = mem_strdup(folder),
                         .job = mem_strdup(job),
                         .fd = -1,
                         .synced = -1,
                         .hash = hash_new(),
                         .compression = compression};
    buf_init(&file->buffer);
    set_path(file);
    if (compression)
        file->deflater = deflater_new(compression);
}

void staged_file_deinit(StagedFile *file)
{
    staged_file_close(file);
    deflater_free(file->deflater);
    buf_deinit(&file->buffer);
    (void)XXH3_freeState(file->hash);
    (void)XXH3_freeState(file->staged.hash);
    (void)XXH3_freeState(file->committed.hash);
    free(file->folder);
    free(file->job);
    free(file->path);
}

void staged_file_close(StagedFile *file)
{
    file_close(file->fd);
    file->fd = -1;
}

static Status open_for_writing(StagedFile *file, Err *err)
{
    if (file->fd >= 0)
        return OK;
    TRY(file_open(&file->fd, file->path, file->exists ? FILE_WRITE : FILE_WRITE_NEW, err));
    file->exists = true;
    return OK;
}

static Status write_out(StagedFile *file, const char *bytes, size_t count, Err *err)
{
    TRY(open_for_writing(file, err));
    TRY(file_write_at(file->fd, bytes, count, file->written, file->path, err));
    file->written += (int64_t)count;
    (void)XXH3_64bits_update(file->hash, bytes, count);
    return OK;
}

Status staged_file_flush(StagedFile *file, Err *err)
{
    if (file->buffer.length)
        TRY(write_out(file, file->buffer.data, file->buffer.length, err));
    buf_clear(&file->buffer);
    return OK;
}

Status staged_file_reserve(StagedFile *file, size_t count, Err *err)
{
    return file->buffer.length + count > STAGED_BUFFER_BYTES ? staged_file_flush(file, err) : OK;
}

void staged_file_take(StagedFile *file, const char *bytes, size_t count)
{
    if (file->deflater)
        deflater_add(file->deflater, bytes, count, &file->buffer);
    else
        buf_add(&file->buffer, bytes, count);
}

Status staged_file_add(StagedFile *file, const char *bytes, size_t count, Err *err)
{
    if (file->deflater || count < STAGED_DIRECT_BYTES) {
        TRY(staged_file_reserve(file, count, err));
        staged_file_take(file, bytes, count);
        return OK;
    }
    TRY(staged_file_flush(file, err));
    return write_out(file, bytes, count, err);
}

uint64_t staged_file_hash(const StagedFile *file)
{
    return XXH3_64bits_digest(file->hash);
}

/* Copies what was written under a new name, and trusts it only with the right hash. */
static Status write_anew(StagedFile *file, int64_t *next_n, Err *err)
{
    char *old_path = mem_strdup(file->path), *bytes = mem_alloc(COPY_BYTES);
    int old_fd = -1, new_fd = -1;
    int64_t old_n = file->n;
    XXH3_state_t *hash = hash_new();
    Status status;
    file->n = (*next_n)++;
    set_path(file);
    TRY_GOTO(file_open(&old_fd, old_path, FILE_READ, err));
    TRY_GOTO(file_open(&new_fd, file->path, FILE_WRITE_NEW, err));
    for (int64_t at = 0; at < file->written;) {
        size_t got,
            want = file->written - at < COPY_BYTES ? (size_t)(file->written - at) : COPY_BYTES;
        TRY_GOTO(file_read_at(old_fd, bytes, want, at, &got, old_path, err));
        if (!got)
            break;
        (void)XXH3_64bits_update(hash, bytes, got);
        TRY_GOTO(file_write_at(new_fd, bytes, got, at, file->path, err));
        at += (int64_t)got;
    }
    if (XXH3_64bits_digest(hash) != staged_file_hash(file)) {
        status = err_set(err, SQLSTATE_IO, -1, "%s: what was written did not outlive a failed sync",
                         old_path);
        goto done;
    }
    TRY_GOTO(file_sync(new_fd, file->path, err));
    staged_file_close(file);
    file->fd = new_fd;
    new_fd = -1;
    file->tainted = false;
    file->synced = file->written;
    Err ignored = ERR_NONE;
    (void)!file_unlink(old_path, true, &ignored); /* recovery removes it otherwise */
done:
    if (status != OK) {
        Err unheard = ERR_NONE;
        if (new_fd >= 0)
            (void)!file_unlink(file->path, true, &unheard);
        file->n = old_n;
        set_path(file);
    }
    file_close(old_fd);
    file_close(new_fd);
    (void)XXH3_freeState(hash);
    free(old_path);
    free(bytes);
    return status;
}

Status staged_file_stage(StagedFile *file, bool sync, int64_t *next_n, Err *err)
{
    if (file->deflater)
        deflater_finish(file->deflater, &file->buffer);
    TRY(staged_file_flush(file, err));
    if (!file->exists)
        TRY(open_for_writing(file, err)); /* an empty file is one too */
    if (sync && file->synced != file->written && !file->tainted) {
        TRY(open_for_writing(file, err));
        Err failure = ERR_NONE;
        if (file_sync(file->fd, file->path, &failure) == OK)
            file->synced = file->written;
        else
            file->tainted = true;
    }
    if (file->tainted)
        TRY(write_anew(file, next_n, err));
    file->staged.length = file->written;
    hash_copy(&file->staged.hash, file->hash);
    return OK;
}

void staged_file_commit(StagedFile *file)
{
    if (!file->staged.hash)
        return;
    file->committed.length = file->staged.length;
    hash_copy(&file->committed.hash, file->staged.hash);
}

Status staged_file_abort(StagedFile *file, Err *err)
{
    buf_clear(&file->buffer);
    if (file->deflater) {
        deflater_free(file->deflater);
        file->deflater = deflater_new(file->compression);
    }
    if (!file->committed.hash) {
        staged_file_close(file);
        if (file->exists)
            TRY(file_unlink(file->path, true, err));
        file->exists = false;
        file->written = 0;
        return OK;
    }
    TRY(open_for_writing(file, err));
    TRY(file_truncate(file->fd, file->committed.length, file->path, err));
    file->written = file->staged.length = file->committed.length;
    hash_copy(&file->hash, file->committed.hash);
    hash_copy(&file->staged.hash, file->committed.hash);
    return OK;
}

/* Hashes the first `limit` bytes (-1: all) of a file. */
static Status hash_file(const char *path, int64_t limit, XXH3_state_t *hash, int64_t *length,
                        Err *err)
{
    int fd;
    TRY(file_open(&fd, path, FILE_READ, err));
    char *bytes = mem_alloc(COPY_BYTES);
    Status status = OK;
    int64_t at = 0;
    while (limit < 0 || at < limit) {
        size_t got, want = limit < 0 || limit - at > COPY_BYTES ? COPY_BYTES : (size_t)(limit - at);
        TRY_GOTO(file_read_at(fd, bytes, want, at, &got, path, err));
        if (!got)
            break;
        (void)XXH3_64bits_update(hash, bytes, got);
        at += (int64_t)got;
    }
    *length = at;
done:
    free(bytes);
    file_close(fd);
    return status;
}

Status staged_file_measure(const char *path, bool *exists, int64_t *length, uint64_t *hash,
                           Err *err)
{
    FileInfo info;
    TRY(file_stat(path, &info, err));
    *exists = info.exists;
    *length = 0;
    *hash = 0;
    if (!info.exists)
        return OK;
    XXH3_state_t *state = hash_new();
    Status status = hash_file(path, -1, state, length, err);
    *hash = XXH3_64bits_digest(state);
    (void)XXH3_freeState(state);
    return status;
}

Status staged_file_recover(StagedFile *file, int64_t length, uint64_t hash, Err *err)
{
    FileInfo info;
    TRY(file_stat(file->path, &info, err));
    if (!info.exists)
        return err_set(err, SQLSTATE_IO, -1, "%s is gone: %" PRId64 " committed bytes were in it",
                       file->path, length);
    if (info.size < length)
        return err_set(err, SQLSTATE_IO, -1,
                       "%s is shorter than committed: %" PRId64 " bytes, not %" PRId64, file->path,
                       info.size, length);
    int64_t hashed;
    TRY(hash_file(file->path, length, file->hash, &hashed, err));
    if (hashed != length || staged_file_hash(file) != hash)
        return err_set(err, SQLSTATE_IO, -1, "%s does not hold what was committed", file->path);
    file->exists = true;
    TRY(open_for_writing(file, err));
    if (info.size > length)
        TRY(file_truncate(file->fd, length, file->path, err));
    file->written = file->synced = file->staged.length = file->committed.length = length;
    hash_copy(&file->staged.hash, file->hash);
    hash_copy(&file->committed.hash, file->hash);
    staged_file_close(file);
    return OK;
}
