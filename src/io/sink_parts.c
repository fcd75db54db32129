/*
 * sink_parts.c - part files: staged in their folder over many epochs, published when they are
 * large or old enough, at FLUSH and at the end.
 *
 *     write -> [buffer] -> .streamd-<job>-<n> --stage: fsync, row--> commit --publish-->
 * part-<job>-<n>.csv
 */
#include "io/sink_parts.h"

#include <inttypes.h>
#include "base/hash.h"

static Parts *parts_of(const FilesystemSink *sink)
{
    return sink->state;
}

static uint32_t bucket_of(Str key)
{
    return (uint32_t)hash_bytes(key.data, key.length) % PART_BUCKETS;
}

Part *part_new(FilesystemSink *sink, const char *key, int64_t n)
{
    Part *part = mem_zalloc(sizeof *part);
    Arena arena;
    arena_init(&arena);
    const char *folder = *key ? path_join(&arena, sink->path, key) : sink->path;
    const char *name =
        arena_printf(&arena, "part-%s-%" PRId64 "%s%s", sink->job, n, sink->format->extension,
                     compression_extension(sink->compression));
    staged_file_init(&part->staged, folder, sink->job, n, sink->compression);
    part->final_path =
        mem_strdup(strcmp(folder, ".") == 0 ? name : path_join(&arena, folder, name));
    part->key = mem_strdup(key);
    part->created_us = clock_now_us(sink->clock);
    list_push(&parts_of(sink)->all, part);
    arena_deinit(&arena);
    return part;
}

void part_free(Part *part)
{
    staged_file_deinit(&part->staged);
    free(part->final_path);
    free(part->key);
    free(part->picked);
    free(part);
}

/* Takes no more rows. */
static void part_close(FilesystemSink *sink, Part *part)
{
    Part **at = &parts_of(sink)->buckets[bucket_of(str_from(part->key))];
    while (*at && *at != part)
        at = &(*at)->next;
    if (*at)
        *at = part->next;
    part->full = true;
}

Part *parts_find(FilesystemSink *sink, Str key)
{
    Part **bucket = &parts_of(sink)->buckets[bucket_of(key)];
    for (Part *part = *bucket; part; part = part->next)
        if (str_equal(str_from(part->key), key))
            return part;
    char *copy = mem_strndup(key.data, key.length);
    Part *part = part_new(sink, copy, sink->next_n++);
    free(copy);
    part->next = *bucket;
    *bucket = part;
    return part;
}

void part_reopen(FilesystemSink *sink, Part *part)
{
    Part **bucket = &parts_of(sink)->buckets[bucket_of(str_from(part->key))];
    part->full = staged_file_length(&part->staged) >= sink->roll_bytes;
    for (const Part *other = *bucket; other; other = other->next)
        part->full |= strcmp(other->key, part->key) == 0;
    if (part->full)
        return;
    part->next = *bucket;
    *bucket = part;
}

Status part_prepare(FilesystemSink *sink, Part *part, size_t count, Err *err)
{
    if (!part->staged.exists)
        TRY(sink_make_folder(sink, part->staged.folder, err));
    return staged_file_reserve(&part->staged, count + sink->header.length, err);
}

static void part_has(FilesystemSink *sink, Part *part, uint64_t rows)
{
    part->rows += rows;
    part->changed = true;
    if (staged_file_length(&part->staged) >= sink->roll_bytes)
        part_close(sink, part);
}

static void part_head(FilesystemSink *sink, Part *part)
{
    if (!part->headed)
        staged_file_take(&part->staged, sink->header.data, sink->header.length);
    part->headed = true;
}

void part_take(FilesystemSink *sink, Part *part, const char *bytes, size_t count, uint64_t rows)
{
    part_head(sink, part);
    staged_file_take(&part->staged, bytes, count);
    part_has(sink, part, rows);
}

static Status parts_write_bytes(FilesystemSink *sink, const char *bytes, size_t count,
                                uint64_t rows, Err *err)
{
    Part *part = parts_find(sink, STR(""));
    TRY(part_prepare(sink, part, 0, err));
    part_head(sink, part);
    TRY(staged_file_add(&part->staged, bytes, count, err));
    part_has(sink, part, rows);
    return OK;
}

static Status parts_open(FilesystemSink *sink, const SinkRows *rows, Err *err)
{
    sink->state = mem_zalloc(sizeof(Parts));
    parts_split_init(sink);
    return rows ? parts_recover(sink, rows, err) : OK;
}

static Status parts_restart(FilesystemSink *sink, Err *err)
{
    return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                   "complete mode needs a file, and %s is a folder", sink->path);
}

static bool is_due(const FilesystemSink *sink, Part *part, bool roll)
{
    int64_t now_us = clock_now_us(sink->clock);
    if (part->created_us > now_us)
        part->created_us = now_us; /* the clock was set back */
    return roll || part->full || sink->roll_us <= 0 || now_us - part->created_us >= sink->roll_us;
}

static void put_rows(FilesystemSink *sink, RowStore *out)
{
    Parts *parts = sink->state;
    for (size_t i = 0; i < parts->all.count; i++) {
        Part *part = parts->all.at[i];
        if (!part->changed && !part->listed)
            continue;
        SinkRow row = {.n = part->staged.n,
                       .kind = "part",
                       .publish = part->listed,
                       .staged = part->staged.path,
                       .path = part->final_path,
                       .length = part->staged.staged.length,
                       .hash = staged_file_hash(&part->staged),
                       .rows = (int64_t)part->rows,
                       .created_us = part->created_us};
        sink_row_put(out, &row);
        part->changed = false;
        part->staged_rows = part->rows;
    }
    for (size_t i = 0; i < parts->old.count && !parts->old_listed; i++) {
        if (i == parts->old_n.count)
            list_push(&parts->old_n, sink->next_n++);
        SinkRow row = {
            .n = parts->old_n.at[i], .kind = "old", .publish = true, .path = parts->old.at[i]};
        sink_row_put(out, &row);
    }
    parts->old_listed = parts->old.count > 0;
}

static Status parts_stage(FilesystemSink *sink, bool roll, RowStore *out, Err *err)
{
    Parts *parts = sink->state;
    for (size_t i = 0; i < parts->all.count; i++) {
        Part *part = parts->all.at[i];
        if (!part->rows || part->listed)
            continue;
        int64_t n = part->staged.n;
        bool is_new = !part->staged.exists || part->staged.synced < 0;
        if (part->changed)
            TRY(staged_file_stage(&part->staged, sink->sync, &sink->next_n, err));
        if (part->staged.n != n || is_new)
            sink_sync_later(sink, part->staged.folder);
        /* A row of the old number says that there is a file, and there is another one now. */
        if (part->staged.n != n && part->staged.committed.hash)
            sink_forget(sink, n);
        if (part->staged.fd >= 0 && parts->all.count > 64)
            staged_file_close(&part->staged);
    }
    TRY(parts_list_old(sink, roll, err));
    TRY(sink_sync_folders(sink, err));
    for (size_t i = 0; i < parts->all.count; i++) {
        Part *part = parts->all.at[i];
        if (part->rows && !part->listed && is_due(sink, part, roll)) {
            part_close(sink, part);
            part->listed = true;
        }
    }
    put_rows(sink, out);
    sink_put_common(sink, out);
    return OK;
}

/* Is the final file ours? It has the staged one's length and hash. */
static Status final_matches(const Part *part, bool *exists, bool *same, Err *err)
{
    int64_t length;
    uint64_t hash;
    TRY(staged_file_measure(part->final_path, exists, &length, &hash, err));
    *same =
        *exists && length == part->staged.staged.length && hash == staged_file_hash(&part->staged);
    return OK;
}

Status part_publish(FilesystemSink *sink, Part *part, bool recovering, Err *err)
{
    bool existed, same;
    FileInfo info;
    TRY(file_stat(part->staged.path, &info, err));
    staged_file_close(&part->staged);
    if (info.exists) {
        Err failure = ERR_NONE;
        if (file_rename_noreplace(part->staged.path, part->final_path, &existed, &failure) == OK) {
            sink_sync_later(sink, part->staged.folder);
            return OK;
        }
        if (!existed) {
            if (err)
                *err = failure;
            return FAIL;
        }
        TRY(final_matches(part, &existed, &same, err));
        if (!same)
            return err_set(err, SQLSTATE_IO, -1,
                           "cannot publish %s: another file of that name is there",
                           part->final_path);
        sink_sync_later(sink, part->staged.folder);
        return file_unlink(part->staged.path, true, err);
    }
    /* Already renamed, before a crash or by a call that failed later. */
    TRY(final_matches(part, &existed, &same, err));
    if (same)
        return OK;
    if (existed)
        return err_set(err, SQLSTATE_IO, -1, "%s does not hold what was committed",
                       part->final_path);
    if (recovering)
        return sink_taken_away(sink, part->final_path, err);
    return err_set(err, SQLSTATE_IO, -1, "%s is gone: it was committed and not yet published",
                   part->staged.path);
}

static Status remove_old(FilesystemSink *sink, Err *err)
{
    Parts *parts = sink->state;
    Arena arena;
    arena_init(&arena);
    Status status = OK;
    while (parts->old_listed && parts->old.count) {
        char *path = parts->old.at[parts->old.count - 1];
        TRY_GOTO(file_unlink(path, true, err));
        sink_sync_later(sink, path_directory(path, &arena));
        sink_forget(sink, parts->old_n.at[--parts->old_n.count]);
        free(path);
        parts->old.count--;
    }
    parts->old_listed = false;
done:
    arena_deinit(&arena);
    return status;
}

static Status parts_publish(FilesystemSink *sink, Err *err)
{
    Parts *parts = sink->state;
    size_t kept = 0, i = 0;
    Status status = OK;
    for (; i < parts->all.count; i++) {
        Part *part = parts->all.at[i];
        staged_file_commit(&part->staged);
        part->committed_rows = part->staged_rows;
        if (!part->listed) {
            parts->all.at[kept++] = part;
            continue;
        }
        status = part_publish(sink, part, false, err);
        if (status != OK)
            break;
        sink_forget(sink, part->staged.n);
        part_free(part);
    }
    while (i < parts->all.count)
        parts->all.at[kept++] = parts->all.at[i++];
    parts->all.count = kept;
    if (status == OK)
        status = sink_sync_folders(sink, err);
    if (status == OK)
        status = remove_old(sink, err);
    return status == OK ? sink_sync_folders(sink, err) : status;
}

static Status parts_abort(FilesystemSink *sink, Err *err)
{
    Parts *parts = sink->state;
    size_t kept = 0;
    for (size_t i = 0; i < parts->all.count; i++) {
        Part *part = parts->all.at[i];
        if (staged_file_abort(&part->staged, err) != OK) {
            while (i < parts->all.count)
                parts->all.at[kept++] = parts->all.at[i++];
            parts->all.count = kept;
            return FAIL;
        }
        part->changed = part->listed = false;
        part->rows = part->committed_rows;
        if (part->staged.committed.hash) {
            parts->all.at[kept++] = part;
            if (part->full)
                part_reopen(sink, part);
        } else {
            part_close(sink, part);
            part_free(part);
        }
    }
    parts->all.count = kept;
    parts->old_listed = false;
    return OK;
}

static int64_t parts_due_us(FilesystemSink *sink)
{
    const Parts *parts = sink->state;
    int64_t due_us = INT64_MAX;
    for (size_t i = 0; i < parts->all.count; i++) {
        Part *part = parts->all.at[i];
        int64_t now_us = clock_now_us(sink->clock);
        if (part->created_us > now_us)
            part->created_us = now_us; /* the clock was set back */
        int64_t part_us = part->created_us + sink->roll_us;
        if (part->rows && !part->listed && part_us < due_us)
            due_us = part_us;
    }
    return due_us;
}

static void parts_close(FilesystemSink *sink)
{
    Parts *parts = sink->state;
    for (size_t i = 0; i < parts->all.count; i++) {
        Part *part = parts->all.at[i];
        Err ignored = ERR_NONE;
        /* What no commit knows would only lie about. */
        if (!part->staged.committed.hash && !part->staged.staged.hash)
            (void)!staged_file_abort(&part->staged, &ignored);
        part_free(part);
    }
    for (size_t i = 0; i < parts->overwritten.count; i++)
        free(parts->overwritten.at[i]);
    for (size_t i = 0; i < parts->old.count; i++)
        free(parts->old.at[i]);
    list_free(&parts->all);
    list_free(&parts->overwritten);
    list_free(&parts->old);
    list_free(&parts->old_n);
    free(parts);
}

const Target target_parts = {
    .open = parts_open,
    .write_bytes = parts_write_bytes,
    .write = parts_write,
    .restart = parts_restart,
    .stage = parts_stage,
    .publish = parts_publish,
    .abort = parts_abort,
    .due_us = parts_due_us,
    .close = parts_close,
};
