/*
 * sink_growing.c - one file that is appended to.
 *
 * Up to 4 MiB of an epoch's bytes ride in its commit; more are staged in a file that the commit
 * names.  After the commit they are written at the length that the target had, and fsynced; the row
 * says "length bytes from `at` on", so writing them again changes nothing.
 *
 *     target:  |------ as found or published ------| at: the epoch's bytes | length
 *
 * A target that does not exist yet is made by renaming the staged file; one that has gone is begun
 * anew, with its header; one of another length than committed stops the job.
 */
#include <inttypes.h>
#include "io/sink_filesystem.h"

enum { COMMIT_BYTES = 4 * 1024 * 1024, COPY_BYTES = 1024 * 1024 };

/* Bytes on their way into the target. */
typedef struct Tail {
    Buf bytes;
    StagedFile file; /* instead, if spilled */
    bool spilled;
    bool headed;  /* it begins with the file's header */
    bool renamed; /* the staged file has become the target */
    uint64_t rows;
} Tail;

/* Where a tail belongs. */
typedef struct Place {
    int64_t at;
    uint64_t inode; /* of the target as it was committed, 0: it was not there */
    int64_t birth_us;
    bool again; /* the tail may have been written before, in part or whole */
} Place;

typedef struct Growing {
    Tail open;  /* this epoch's */
    Tail ready; /* of the epoch that the commit names, if staged */
    bool staged;
    bool begun;     /* the first bytes of this run of the sink are in `open` or beyond */
    Place place;    /* of what is ready */
    int64_t length; /* of the target, when all that is ready is in it */
    int64_t created_us;
    Deflater *deflater;
    Buf head; /* the header as it stands in the file */
} Growing;

static void tail_init(Tail *tail)
{
    *tail = (Tail){0};
    buf_init(&tail->bytes);
}

static void tail_deinit(Tail *tail)
{
    if (tail->spilled)
        staged_file_deinit(&tail->file);
    buf_deinit(&tail->bytes);
    *tail = (Tail){0};
}

static int64_t tail_length(const Tail *tail)
{
    return (int64_t)tail->bytes.length + (tail->spilled ? staged_file_length(&tail->file) : 0);
}

/* Moves what is in memory to the staged file, making one. */
static Status tail_spill(FilesystemSink *sink, Tail *tail, Err *err)
{
    if (!tail->spilled) {
        TRY(sink_make_folder(sink, sink->folder, err));
        staged_file_init(&tail->file, sink->folder, sink->job, sink->next_n++, COMPRESSION_NONE);
        tail->spilled = true;
    }
    if (tail->bytes.length)
        TRY(staged_file_add(&tail->file, tail->bytes.data, tail->bytes.length, err));
    buf_clear(&tail->bytes);
    return OK;
}

static Status growing_write_bytes(FilesystemSink *sink, const char *bytes, size_t count,
                                  uint64_t rows, Err *err)
{
    Growing *growing = sink->state;
    Tail *tail = &growing->open;
    if (tail->bytes.length + count > COMMIT_BYTES || (tail->spilled && tail->bytes.length))
        TRY(tail_spill(sink, tail, err));
    if (!growing->begun) {
        tail->headed = growing->length == 0;
        if (tail->headed)
            buf_add(&tail->bytes, growing->head.data, growing->head.length);
        growing->begun = true;
    }
    if (growing->deflater)
        deflater_add(growing->deflater, bytes, count, &tail->bytes);
    else if (tail->spilled) {
        if (tail->bytes.length)
            TRY(tail_spill(sink, tail, err));
        TRY(staged_file_add(&tail->file, bytes, count, err));
    } else
        buf_add(&tail->bytes, bytes, count);
    tail->rows += rows;
    return OK;
}

/* ---- the target ---- */

static Status write_at(int fd, FilesystemSink *sink, const Tail *tail, int64_t at, Err *err)
{
    if (!tail->spilled)
        return tail->bytes.length
                   ? file_write_at(fd, tail->bytes.data, tail->bytes.length, at, sink->path, err)
                   : OK;
    int from = -1;
    char *bytes = mem_alloc(COPY_BYTES);
    Status status;
    TRY_GOTO(file_open(&from, tail->file.path, FILE_READ, err));
    for (int64_t done = 0; done < tail->file.written;) {
        size_t got;
        TRY_GOTO(file_read_at(from, bytes, COPY_BYTES, done, &got, tail->file.path, err));
        if (!got) {
            status = err_set(err, SQLSTATE_IO, -1, "%s is shorter than committed", tail->file.path);
            break;
        }
        TRY_GOTO(file_write_at(fd, bytes, got, at + done, sink->path, err));
        done += (int64_t)got;
    }
done:
    file_close(from);
    free(bytes);
    return status;
}

/* Appends the tail at `at`, behind `head` (may be empty). */
static Status append(FilesystemSink *sink, const Tail *tail, int64_t at, Str head, Err *err)
{
    int fd;
    TRY(file_open(&fd, sink->path, FILE_WRITE, err));
    Status status;
    if (head.length)
        TRY_GOTO(file_write_at(fd, head.data, head.length, at, sink->path, err));
    TRY_GOTO(write_at(fd, sink, tail, at + (int64_t)head.length, err));
    TRY_GOTO(sink->sync ? file_sync(fd, sink->path, err) : OK);
done:
    file_close(fd);
    return status;
}

/* Is the target, of `size` bytes, the beginning of the header and the tail? */
static Status is_begun_anew(FilesystemSink *sink, const Tail *tail, int64_t size, bool *anew,
                            Err *err)
{
    const Growing *growing = sink->state;
    int64_t head = (int64_t)growing->head.length;
    *anew = false;
    if (size > head + tail_length(tail) || size == 0)
        return OK;
    char *mine = mem_alloc(COPY_BYTES), *theirs = mem_alloc(COPY_BYTES);
    int fd = -1, from = -1;
    bool same = true;
    Status status;
    TRY_GOTO(file_open(&fd, sink->path, FILE_READ, err));
    if (tail->spilled)
        TRY_GOTO(file_open(&from, tail->file.path, FILE_READ, err));
    for (int64_t done = 0; done < size && same;) {
        size_t got, count = size - done < COPY_BYTES ? (size_t)(size - done) : COPY_BYTES;
        if (done < head && (int64_t)count > head - done)
            count = (size_t)(head - done);
        const char *wanted = mine;
        if (done < head)
            wanted = growing->head.data + done;
        else if (!tail->spilled)
            wanted = tail->bytes.data + (done - head);
        else
            TRY_GOTO(file_read_at(from, mine, count, done - head, &got, tail->file.path, err));
        TRY_GOTO(file_read_at(fd, theirs, count, done, &got, sink->path, err));
        same = got == count && memcmp(wanted, theirs, count) == 0;
        done += (int64_t)count;
    }
    *anew = same;
    status = OK;
done:
    file_close(fd);
    file_close(from);
    free(mine);
    free(theirs);
    return status;
}

static bool same_file(const Place *place, const FileInfo *info)
{
    return place->inode == info->inode &&
           (!place->birth_us || !info->birth_us || place->birth_us == info->birth_us);
}

/* Puts the tail into the target; *length: of the target afterwards. */
static Status put_tail(FilesystemSink *sink, Tail *tail, const Place *place, int64_t *length,
                       Err *err)
{
    const Growing *growing = sink->state;
    FileInfo info;
    int64_t count = tail_length(tail), at = place->at;
    int64_t head = tail->headed ? 0 : (int64_t)growing->head.length;
    TRY(file_stat(sink->path, &info, err));
    if (!info.exists && tail->headed && tail->spilled) {
        bool existed;
        TRY(file_rename_noreplace(tail->file.path, sink->path, &existed, err));
        tail->renamed = true;
        sink_sync_later(sink, sink->folder);
    }
    if (tail->renamed) {
        *length = count;
        return OK;
    }
    /* Another file in its place is perhaps the one that was begun anew before a crash. */
    bool anew = !info.exists;
    if (info.exists && place->again && at > 0 && !same_file(place, &info))
        TRY(is_begun_anew(sink, tail, info.size, &anew, err));
    if (!info.exists) {
        if (at > 0)
            sink_notice(sink, "%s has gone and is begun anew", sink->path);
        TRY(sink_make_folder(sink, sink->folder, err));
        sink_sync_later(sink, sink->folder);
    }
    if (anew)
        at = 0;
    if (at > 0)
        head = 0;
    int64_t end = at + head + count;
    bool fits = anew || info.size == at || (place->again && info.size > at && info.size <= end);
    if (!fits)
        return err_set(err, SQLSTATE_NOT_IN_STATE, -1,
                       "%s has %" PRId64 " bytes where %" PRId64
                       " were committed; something else writes to it",
                       sink->path, info.size, at);
    TRY(append(sink, tail, at, (Str){growing->head.data, (size_t)head}, err));
    *length = end;
    return OK;
}

/* ---- recovery ---- */

/* The staged file is gone: then its bytes must stand in the target. */
static Status check_published(FilesystemSink *sink, const SinkRow *row, Err *err)
{
    bool exists;
    int64_t length;
    uint64_t hash = 0;
    FileInfo info;
    TRY(file_stat(sink->path, &info, err));
    if (!info.exists)
        return sink_taken_away(sink, sink->path, err);
    if (row->headed) {
        TRY(staged_file_measure(sink->path, &exists, &length, &hash, err));
        if (length == row->length && hash == row->hash)
            return OK;
    } else if (info.size == row->length) {
        /* Its bytes were copied, fsynced, and only then the staged file was removed. */
        return OK;
    }
    return err_set(err, SQLSTATE_IO, -1,
                   "%s is gone and %s does not hold what was committed: %" PRId64
                   " bytes, not %" PRId64,
                   row->staged, sink->path, info.size, row->length);
}

static Status recover(FilesystemSink *sink, const SinkRow *row, Err *err)
{
    Growing *growing = sink->state;
    Tail tail;
    tail_init(&tail);
    tail.headed = row->headed;
    Place place = {row->at, row->inode, row->birth_us, true};
    Status status = OK;
    growing->length = row->length;
    growing->created_us = row->created_us;
    if (row->staged) {
        FileInfo info;
        TRY_GOTO(file_stat(row->staged, &info, err));
        if (!info.exists) {
            status = check_published(sink, row, err);
            FileInfo target;
            if (status == OK)
                TRY_GOTO(file_stat(sink->path, &target, err));
            if (status == OK)
                growing->length = target.exists ? target.size : 0;
            goto done;
        }
        tail.spilled = true;
        staged_file_init(&tail.file, sink->folder, sink->job, row->n, COMPRESSION_NONE);
        free(tail.file.path);
        tail.file.path = mem_strdup(row->staged);
        int64_t head = row->at == 0 && !row->headed ? (int64_t)growing->head.length : 0;
        TRY_GOTO(staged_file_recover(&tail.file, row->length - row->at - head, row->hash, err));
    } else {
        buf_add(&tail.bytes, row->bytes.data, row->bytes.length);
    }
    TRY_GOTO(put_tail(sink, &tail, &place, &growing->length, err));
    TRY_GOTO(sink_sync_folders(sink, err));
    if (row->staged)
        TRY_GOTO(file_unlink(row->staged, true, err));
    growing->begun = growing->length > 0;
done:
    tail_deinit(&tail);
    return status;
}

/* A line that somebody left unfinished is ended, so that ours begins one of its own. */
static Status end_last_line(FilesystemSink *sink, int64_t length, Err *err)
{
    Growing *growing = sink->state;
    char last = '\n';
    size_t got;
    int fd;
    if (length == 0 || growing->deflater)
        return OK;
    TRY(file_open(&fd, sink->path, FILE_READ, err));
    Status status = file_read_at(fd, &last, 1, length - 1, &got, sink->path, err);
    file_close(fd);
    if (status == OK && last != '\n')
        buf_add_char(&growing->open.bytes, '\n');
    return status;
}

static Status growing_open(FilesystemSink *sink, const SinkRows *rows, Err *err)
{
    Growing *growing = mem_zalloc(sizeof *growing);
    sink->state = growing;
    tail_init(&growing->open);
    tail_init(&growing->ready);
    growing->created_us = clock_now_us(sink->clock);
    buf_init(&growing->head);
    if (sink->compression) {
        growing->deflater = deflater_new(sink->compression);
        deflater_add(growing->deflater, sink->header.data, sink->header.length, &growing->head);
        deflater_finish(growing->deflater, &growing->head);
    } else {
        buf_add(&growing->head, sink->header.data, sink->header.length);
    }
    const SinkRow *own = NULL;
    if (rows)
        TRY(sink_remove_strays(sink, sink->folder, false, rows, err));
    for (size_t i = 0; rows && i < rows->count; i++) {
        if (strcmp(rows->at[i].kind, "growing") == 0)
            own = &rows->at[i];
        else if (strcmp(rows->at[i].kind, "counter") != 0)
            return err_set(err, SQLSTATE_IO, -1, "%s was not one growing file when this job began",
                           sink->path);
    }
    if (own)
        return recover(sink, own, err);
    FileInfo info;
    TRY(file_stat(sink->path, &info, err));
    growing->length = info.exists ? info.size : 0;
    return end_last_line(sink, growing->length, err);
}

/* ---- epochs ---- */

static Status growing_restart(FilesystemSink *sink, Err *err)
{
    return err_set(err, SQLSTATE_INTERNAL, -1, "%s is appended to and cannot be begun again",
                   sink->path);
}

static Status growing_stage(FilesystemSink *sink, bool roll, RowStore *out, Err *err)
{
    (void)roll;
    Growing *growing = sink->state;
    Tail *tail = &growing->open;
    if (growing->deflater)
        deflater_finish(growing->deflater, &tail->bytes);
    if (!growing->begun || tail_length(tail) == 0)
        return OK;
    if (tail->spilled || tail->bytes.length > COMMIT_BYTES) {
        TRY(tail_spill(sink, tail, err));
        TRY(staged_file_stage(&tail->file, sink->sync, &sink->next_n, err));
        staged_file_close(&tail->file);
        sink_sync_later(sink, sink->folder);
        TRY(sink_sync_folders(sink, err));
    }
    FileInfo info;
    TRY(file_stat(sink->path, &info, err));
    if (!info.exists && growing->length > 0) {
        sink_notice(sink, "%s has gone and is begun anew", sink->path);
        growing->length = 0;
    }
    growing->place = (Place){growing->length, info.exists ? info.inode : 0, info.birth_us, false};
    if (growing->length == 0 && !tail->headed)
        growing->length = (int64_t)growing->head.length;
    growing->length += tail_length(tail);
    SinkRow row = {.n = SINK_ROW_FILE,
                   .kind = "growing",
                   .publish = true,
                   .staged = tail->spilled ? tail->file.path : NULL,
                   .path = sink->path,
                   .at = growing->place.at,
                   .headed = tail->headed,
                   .inode = growing->place.inode,
                   .birth_us = growing->place.birth_us,
                   .length = growing->length,
                   .hash = tail->spilled ? staged_file_hash(&tail->file) : 0,
                   .rows = (int64_t)tail->rows,
                   .created_us = growing->created_us};
    if (!tail->spilled)
        row.bytes = (Str){tail->bytes.data, tail->bytes.length};
    sink_row_put(out, &row);
    sink_put_common(sink, out);
    growing->ready = *tail;
    growing->staged = true;
    tail_init(tail);
    return OK;
}

static Status growing_publish(FilesystemSink *sink, Err *err)
{
    Growing *growing = sink->state;
    if (!growing->staged)
        return sink_sync_folders(sink, err);
    Tail *tail = &growing->ready;
    int64_t length;
    /* Nobody holds on to a length that was never committed: an INSERT appends to what there is now.
     */
    if (!sink->sync && !growing->place.again) {
        FileInfo info;
        TRY(file_stat(sink->path, &info, err));
        growing->place.at = info.exists ? info.size : 0;
    }
    Status status = put_tail(sink, tail, &growing->place, &length, err);
    growing->place.again = true;
    if (status != OK)
        return status;
    TRY(sink_sync_folders(sink, err));
    if (tail->spilled)
        TRY(file_unlink(tail->file.path, true, err));
    /* Begun anew it is shorter than the commit says, and the next one goes on from there. */
    growing->length = length;
    growing->staged = false;
    tail_deinit(tail);
    return OK;
}

static Status growing_abort(FilesystemSink *sink, Err *err)
{
    Growing *growing = sink->state;
    if (growing->staged) {
        growing->length = growing->place.at;
        if (growing->ready.spilled)
            TRY(staged_file_abort(&growing->ready.file, err));
        tail_deinit(&growing->ready);
        growing->staged = false;
    }
    if (growing->open.spilled)
        TRY(staged_file_abort(&growing->open.file, err));
    tail_deinit(&growing->open);
    tail_init(&growing->open);
    if (growing->deflater) {
        deflater_free(growing->deflater);
        growing->deflater = deflater_new(sink->compression);
    }
    growing->begun = false;
    return growing->length ? end_last_line(sink, growing->length, err) : OK;
}

static void growing_close(FilesystemSink *sink)
{
    Growing *growing = sink->state;
    Err ignored = ERR_NONE;
    if (growing->open.spilled)
        (void)!staged_file_abort(&growing->open.file, &ignored);
    tail_deinit(&growing->open);
    tail_deinit(&growing->ready);
    deflater_free(growing->deflater);
    buf_deinit(&growing->head);
    free(growing);
}

const Target target_growing = {
    .open = growing_open,
    .write_bytes = growing_write_bytes,
    .restart = growing_restart,
    .stage = growing_stage,
    .publish = growing_publish,
    .abort = growing_abort,
    .close = growing_close,
};
