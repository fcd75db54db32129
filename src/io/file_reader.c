/* file_reader.c - see file_reader.h. */
#include "io/file_reader.h"

#include <stdio.h>
#include "io/row_rejects.h"

enum { POOLED_CHUNKS = 16, RAW_BYTES = 128 * 1024, REFUSED_RAW_BYTES = 1024 };

void reader_shared_init(ReaderShared *shared, Arena *arena)
{
    header_cache_init(&shared->headers, arena);
    partition_cache_init(&shared->partitions, arena);
    chunk_pool_init(&shared->pool, FILE_CHUNK_BYTES, POOLED_CHUNKS);
}

void reader_shared_deinit(ReaderShared *shared)
{
    chunk_pool_deinit(&shared->pool);
    header_cache_deinit(&shared->headers);
    partition_cache_deinit(&shared->partitions);
    for (size_t i = 0; i < shared->refusals.count; i++) {
        free(shared->refusals.at[i].file_path);
        free(shared->refusals.at[i].raw);
        free(shared->refusals.at[i].reason);
    }
    list_free(&shared->refusals);
}

void reader_refuse(ReaderShared *shared, const char *path, int64_t line, int64_t offset, Str raw,
                   const char *sqlstate, const char *reason)
{
    size_t kept = raw.length < REFUSED_RAW_BYTES ? raw.length : REFUSED_RAW_BYTES;
    Refusal refusal = {.file_path = path ? mem_strdup(path) : NULL,
                       .line = line,
                       .file_offset = offset,
                       .raw = mem_strndup(kept ? raw.data : "", kept),
                       .raw_length = kept,
                       .reason = mem_strdup(reason)};
    (void)snprintf(refusal.sqlstate, sizeof refusal.sqlstate, "%s", sqlstate);
    list_push(&shared->refusals, refusal);
}

bool reader_take_refusal(ReaderShared *shared, Reject *out)
{
    if (shared->refusals_taken == shared->refusals.count) {
        for (size_t i = 0; i < shared->refusals.count; i++) {
            free(shared->refusals.at[i].file_path);
            free(shared->refusals.at[i].raw);
            free(shared->refusals.at[i].reason);
        }
        shared->refusals.count = shared->refusals_taken = 0;
        return false;
    }
    const Refusal *refusal = &shared->refusals.at[shared->refusals_taken++];
    *out = (Reject){.file_path = refusal->file_path,
                    .line = refusal->line,
                    .file_offset = refusal->file_offset,
                    .raw = {refusal->raw, refusal->raw_length}};
    (void)snprintf(out->reason, sizeof out->reason, "%s", refusal->reason);
    (void)snprintf(out->sqlstate, sizeof out->sqlstate, "%s", refusal->sqlstate);
    return true;
}

void file_reader_init(FileReader *reader)
{
    *reader = (FileReader){.fd = -1};
    buf_init(&reader->raw);
    buf_init(&reader->carry);
}

void file_reader_deinit(FileReader *reader)
{
    file_reader_close(reader);
    buf_deinit(&reader->raw);
    buf_deinit(&reader->carry);
}

void file_reader_close(FileReader *reader)
{
    file_close(reader->fd);
    inflater_free(reader->inflater);
    reader->fd = -1;
    reader->inflater = NULL;
    reader->file = NULL;
    buf_clear(&reader->raw);
    buf_clear(&reader->carry);
}

/* ---- content ---- */

/* Bytes of the file, fewer than wanted only at its end. */
static Status read_bytes(FileReader *reader, char *to, size_t size, size_t *got, Err *err)
{
    const char *path = reader->file->path;
    if (reader->is_pipe)
        TRY(file_read_pipe(reader->fd, to, size, got, reader->cancelled, path, err));
    else
        TRY(file_read_at(reader->fd, to, size, reader->position, got, path, err));
    reader->position += (int64_t)*got;
    return OK;
}

/* Content from a compressed file: fills `to` unless the file ends. */
static Status read_inflated(FileReader *reader, char *to, size_t size, size_t *got, Err *err)
{
    const char *path = reader->file->path;
    size_t done = 0;
    while (done < size) {
        size_t used, made;
        TRY(inflater_run(reader->inflater, reader->raw.data + reader->raw_at,
                         reader->raw.length - reader->raw_at, &used, to + done, size - done, &made,
                         path, err));
        reader->raw_at += used;
        done += made;
        if (used || made)
            continue;
        size_t rest = reader->raw.length - reader->raw_at, more;
        (void)buf_reserve(&reader->raw, RAW_BYTES);
        memmove(reader->raw.data, reader->raw.data + reader->raw_at, rest);
        reader->raw_at = 0;
        reader->raw.length = rest;
        TRY(read_bytes(reader, reader->raw.data + rest, RAW_BYTES, &more, err));
        reader->raw.length += more;
        if (more)
            continue;
        if (!inflater_whole(reader->inflater))
            return err_set(err, SQLSTATE_DATA, -1, "%s ends in the middle of its compressed data",
                           path);
        break;
    }
    *got = done;
    return OK;
}

/* Content of the file, fewer bytes than wanted only at its end. */
static Status read_content(FileReader *reader, char *to, size_t size, size_t *got, Err *err)
{
    if (reader->inflater)
        TRY(read_inflated(reader, to, size, got, err));
    else
        TRY(read_bytes(reader, to, size, got, err));
    reader->content += (int64_t)*got;
    reader->at_end = *got < size;
    return OK;
}

/* Fills the chunk up to its capacity, beginning with what was carried over. */
static Status fill_chunk(FileReader *reader, Chunk *chunk, Err *err)
{
    if (reader->carry.length) {
        memcpy(chunk->data + chunk->length, reader->carry.data, reader->carry.length);
        chunk->length += (uint32_t)reader->carry.length;
        buf_clear(&reader->carry);
    }
    if (reader->at_end || chunk->length == chunk->capacity)
        return OK;
    size_t got;
    TRY(read_content(reader, chunk->data + chunk->length, chunk->capacity - chunk->length, &got,
                     err));
    chunk->length += (uint32_t)got;
    return OK;
}

/* A chunk of twice the size with the same bytes, filled further. */
static Status grow_chunk(FileReader *reader, ReaderShared *shared, Chunk **chunk, Err *err)
{
    Chunk *larger = chunk_pool_take(&shared->pool, (*chunk)->capacity * 2);
    memcpy(larger->data, (*chunk)->data, (*chunk)->length);
    larger->length = (*chunk)->length;
    chunk_release(*chunk);
    *chunk = larger;
    return fill_chunk(reader, larger, err);
}

/* Leaves the first `count` bytes of the chunk out. */
static void drop_front(Chunk *chunk, size_t count)
{
    memmove(chunk->data, chunk->data + count, chunk->length - count);
    chunk->length -= (uint32_t)count;
}

/* ---- before the first row ---- */

/* Reads what stands before the first row; the chunk then begins at the file's offset.  A file that
 * has not come so far yet leaves the chunk empty. */
static Status bind(FileReader *reader, ReaderShared *shared, Chunk **chunk, ReaderOpened *opened,
                   Err *err)
{
    ScanFile *file = reader->file;
    size_t consumed = 0;
    int64_t lines = 0;
    for (;;) {
        bool whole = reader->at_end && reader->final;
        Err refusal = ERR_NONE;
        if (header_cache_bind(&shared->headers, shared->format, shared->table, file->path,
                              (Str){(*chunk)->data, (*chunk)->length}, whole, &consumed, &lines,
                              &file->binding, &refusal) != OK) {
            *opened = READER_REFUSED;
            if (err)
                *err = refusal;
            return OK;
        }
        file->bound = consumed != SIZE_MAX;
        if (file->bound)
            break;
        if (reader->at_end) {
            reader->left = (*chunk)->length > 0;
            (*chunk)->length = 0;
            return OK;
        }
        if ((*chunk)->length > shared->max_row_bytes) {
            *opened = READER_REFUSED;
            (void)err_set(err, SQLSTATE_DATA, -1, "%s: the header is longer than %lld bytes",
                          file->path, (long long)shared->max_row_bytes);
            return OK;
        }
        TRY(grow_chunk(reader, shared, chunk, err));
    }
    int64_t skip = file->offset > (int64_t)consumed ? file->offset : (int64_t)consumed;
    if (file->offset < (int64_t)consumed) {
        file->offset = (int64_t)consumed;
        file->line = lines;
    }
    if (skip <= (int64_t)(*chunk)->length) {
        drop_front(*chunk, (size_t)skip);
        return OK;
    }
    /* It was read further before: go there. */
    int64_t ahead = skip - reader->content;
    (*chunk)->length = 0;
    if (!reader->inflater) {
        reader->position = reader->content = skip;
        reader->at_end = false;
    } else {
        while (ahead > 0 && !reader->at_end) {
            size_t piece = ahead < (int64_t)(*chunk)->capacity ? (size_t)ahead : (*chunk)->capacity;
            size_t got;
            TRY(read_content(reader, (*chunk)->data, piece, &got, err));
            ahead -= (int64_t)got;
        }
    }
    return fill_chunk(reader, *chunk, err);
}

/* ---- rows ---- */

/* The line at the chunk's beginning is too long: it is left out, with what follows up to its end.
 * In a file that may grow it waits until its end is there. */
static Status skip_line(FileReader *reader, ReaderShared *shared, Chunk *chunk, Err *err)
{
    ScanFile *file = reader->file;
    char start[TOO_LONG_RAW_BYTES];
    size_t kept = row_rejects_too_long_raw(chunk->data, shared->max_row_bytes);
    memcpy(start, chunk->data, kept);
    int64_t skipped = 0;
    for (;;) {
        const char *end = memchr(chunk->data, '\n', chunk->length);
        if (end || reader->at_end) {
            size_t count = end ? (size_t)(end + 1 - chunk->data) : chunk->length;
            if (!end && !reader->final) {
                reader->left = true;
                chunk->length = 0;
                return OK;
            }
            char reason[TOO_LONG_REASON_BYTES];
            row_rejects_too_long(reason, shared->max_row_bytes);
            reader_refuse(shared, file->path, file->line + 1, file->offset, (Str){start, kept},
                          SQLSTATE_LIMIT_EXCEEDED, reason);
            file->offset += skipped + (int64_t)count;
            file->line++;
            drop_front(chunk, count);
            return fill_chunk(reader, chunk, err);
        }
        skipped += chunk->length;
        chunk->length = 0;
        TRY(fill_chunk(reader, chunk, err));
    }
}

static void hand_out(FileReader *reader, ReaderShared *shared, Chunk *chunk, size_t rows,
                     int64_t lines)
{
    ScanFile *file = reader->file;
    if (chunk->length > rows)
        buf_add(&reader->carry, chunk->data + rows, chunk->length - rows);
    chunk->length = (uint32_t)rows;
    chunk->ticket = shared->next_ticket++;
    chunk->file_offset = file->offset;
    chunk->line = file->line;
    chunk->arrival_us = clock_now_us(shared->clock);
    ChunkOrigin *origin = ARENA_NEW(&chunk->text, ChunkOrigin);
    *origin = (ChunkOrigin){.file_path = file->path,
                            .file_mtime_us = reader->mtime_us,
                            .binding = file->binding,
                            .partition_values = file->partition,
                            .max_row_bytes = shared->max_row_bytes};
    chunk->origin = origin;
    file->offset += (int64_t)rows;
    file->line += lines;
}

/* Cuts whole rows off the chunk's front, making it larger for long ones; 0 at the end. */
static Status cut_rows(FileReader *reader, ReaderShared *shared, Chunk **chunk, size_t *rows,
                       int64_t *lines, Err *err)
{
    const CutPlan *plan = header_cache_cut_plan(&shared->headers, shared->format, shared->table);
    while ((*chunk)->length) {
        *lines = 0;
        *rows = shared->format->cut(plan, (*chunk)->data, (*chunk)->length,
                                    reader->at_end && reader->final, shared->max_row_bytes, lines);
        if (*rows)
            return OK;
        if (reader->at_end) {
            reader->left = true;
            return OK;
        }
        if ((*chunk)->length > shared->max_row_bytes)
            TRY(skip_line(reader, shared, *chunk, err));
        else
            TRY(grow_chunk(reader, shared, chunk, err));
    }
    *rows = 0;
    return OK;
}

Status file_reader_next(FileReader *reader, ReaderShared *shared, Chunk **out, ReaderOpened *opened,
                        Err *err)
{
    ScanFile *file = reader->file;
    *opened = READER_OPEN;
    *out = NULL;
    reader->left = false;
    if (reader->at_end && !reader->carry.length)
        return OK;
    Chunk *chunk = chunk_pool_take(&shared->pool, reader->carry.length > FILE_CHUNK_BYTES / 2
                                                      ? (uint32_t)reader->carry.length * 2
                                                      : FILE_CHUNK_BYTES);
    Status status;
    bool at_start = shared->identify && reader->content == 0 && !reader->inflater;
    TRY_GOTO(fill_chunk(reader, chunk, err));
    if (at_start && chunk->length)
        reader->start = file_identity_of(
            chunk->data, chunk->length < FILE_IDENTITY_BYTES ? chunk->length : FILE_IDENTITY_BYTES);
    if (!file->bound || reader->content - (int64_t)chunk->length < file->offset) {
        if (shared->format->binding_new) {
            TRY_GOTO(bind(reader, shared, &chunk, opened, err));
        } else {
            file->bound = true;
        }
    }
    size_t rows = 0;
    int64_t lines = 0;
    if (*opened == READER_OPEN)
        TRY_GOTO(cut_rows(reader, shared, &chunk, &rows, &lines, err));
    if (rows) {
        hand_out(reader, shared, chunk, rows, lines);
        *out = chunk;
        return OK;
    }
done:
    chunk_release(chunk);
    return status;
}

static Status skip_content(FileReader *reader, int64_t count, Err *err)
{
    char waste[16 * 1024];
    while (count > 0 && !reader->at_end) {
        size_t got;
        TRY(read_content(reader, waste,
                         count < (int64_t)sizeof waste ? (size_t)count : sizeof waste, &got, err));
        count -= (int64_t)got;
    }
    return OK;
}

Status file_reader_open(FileReader *reader, ReaderShared *shared, ScanFile *file, bool final,
                        bool track, ReaderOpened *opened, Err *err)
{
    int fd;
    FileInfo info;
    TRY(file_open(&fd, file->path, FILE_READ_NOW, err));
    Status status;
    TRY_GOTO(file_stat_fd(fd, &info, file->path, err));
    *opened = READER_OPEN;
    if (track && info.inode != file->inode) {
        *opened = READER_REPLACED;
        goto done;
    }
    if (!file->bound) {
        Err refusal = ERR_NONE;
        if (partition_cache_values(&shared->partitions, shared->table, file->path, &file->partition,
                                   &refusal) != OK) {
            *opened = READER_REFUSED;
            if (err)
                *err = refusal;
            goto done;
        }
    }
    reader->fd = fd;
    reader->is_pipe = !info.is_regular;
    reader->cancelled = shared->cancelled;
    reader->file = file;
    reader->final = final;
    reader->at_end = reader->left = false;
    reader->mtime_us = info.mtime_us;
    reader->position = reader->content = 0;
    reader->raw_at = 0;
    reader->start = (FileIdentity){0};
    file->mtime_us = info.mtime_us;
    file->size = info.size;
    if (file->compression)
        reader->inflater = inflater_new(file->compression);
    /* A binding is made from the file's beginning; with one reading goes on where it stopped. */
    if (file->bound || !shared->format->binding_new) {
        if (!reader->inflater)
            reader->position = reader->content = file->offset;
        else
            TRY_GOTO(skip_content(reader, file->offset, err));
    }
    return OK;
done:
    if (reader->fd == fd)
        file_reader_close(reader);
    else
        file_close(fd);
    return status;
}

Status file_reader_identify(FileReader *reader, Err *err)
{
    ScanFile *file = reader->file;
    int64_t length = file->compression ? file->size : file->offset;
    if (length == file->identity.length)
        return OK;
    if (length == reader->start.length) {
        file->identity = reader->start;
        return OK;
    }
    bool whole;
    FileIdentity identity;
    TRY(file_identity_read(reader->fd, length, &identity, &whole, file->path, err));
    /* Shorter now: the next look finds another generation. */
    if (whole)
        file->identity = identity;
    return OK;
}

static Status open_plain(FileReader *reader, ScanFile *file, Err *err)
{
    file_reader_init(reader);
    TRY(file_open(&reader->fd, file->path, FILE_READ, err));
    reader->file = file;
    if (file->compression)
        reader->inflater = inflater_new(file->compression);
    return OK;
}

Status file_reader_sample(const char *path, char *to, size_t size, size_t *got, Err *err)
{
    FileReader reader;
    ScanFile file = {.path = path, .compression = compression_of_path(path)};
    TRY(open_plain(&reader, &file, err));
    Status status = read_content(&reader, to, size, got, err);
    file_reader_deinit(&reader);
    return status;
}

Status file_reader_is_whole(const char *path, Compression compression, bool *whole, Err *err)
{
    FileReader reader;
    ScanFile file = {.path = path, .compression = compression};
    TRY(open_plain(&reader, &file, err));
    Err failure = ERR_NONE;
    *whole = skip_content(&reader, INT64_MAX, &failure) == OK;
    file_reader_deinit(&reader);
    return OK;
}
