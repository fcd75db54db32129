/* sink_parts_recover.c - part files after a crash (the rules of delivery), and INSERT OVERWRITE. */
#include "io/file_walk.h"
#include "io/sink_parts.h"

static Status recover_part(FilesystemSink *sink, const SinkRow *row, Err *err)
{
    FileInfo info;
    if (!row->staged || !row->path)
        return err_set(err, SQLSTATE_CORRUPT, -1, "a stored part file has no name");
    /* The key is what lies between the table's path and the file's name. */
    Arena arena;
    arena_init(&arena);
    const char *folder = path_directory(row->path, &arena);
    size_t length = strlen(sink->path);
    const char *key = "";
    if (strncmp(folder, sink->path, length) == 0 && folder[length] == '/')
        key = folder + length + 1;
    Part *part = part_new(sink, key, row->n);
    free(part->final_path);
    part->final_path = mem_strdup(row->path);
    arena_deinit(&arena);
    part->created_us = row->created_us;
    part->rows = part->staged_rows = part->committed_rows = (uint64_t)row->rows;
    part->headed = true;
    TRY(file_stat(row->staged, &info, err));
    if (info.exists) {
        TRY(staged_file_recover(&part->staged, row->length, row->hash, err));
        if (!row->publish)
            return OK; /* appended to by what comes */
        TRY(part_publish(sink, part, true, err));
    } else if (!row->publish) {
        return staged_file_recover(&part->staged, row->length, row->hash,
                                   err); /* says what is gone */
    } else {
        bool exists;
        int64_t final_length;
        uint64_t hash;
        TRY(staged_file_measure(row->path, &exists, &final_length, &hash, err));
        if (!exists)
            TRY(sink_taken_away(sink, row->path, err));
        else if (final_length != row->length || hash != row->hash)
            return err_set(err, SQLSTATE_IO, -1, "%s does not hold what was committed", row->path);
    }
    sink_forget(sink, row->n);
    Parts *parts = sink->state;
    parts->all.count--; /* it was added last */
    part_free(part);
    return OK;
}

Status parts_recover(FilesystemSink *sink, const SinkRows *rows, Err *err)
{
    Parts *parts = sink->state;
    TRY(sink_remove_strays(sink, sink->path, parts->column_count > 0, rows, err));
    for (size_t i = 0; i < rows->count; i++) {
        const SinkRow *row = &rows->at[i];
        if (strcmp(row->kind, "part") == 0)
            TRY(recover_part(sink, row, err));
        else if (strcmp(row->kind, "old") != 0 && strcmp(row->kind, "counter") != 0)
            return err_set(err, SQLSTATE_IO, -1, "%s was a file when this job began, not a folder",
                           sink->path);
    }
    /* What OVERWRITE replaced goes when all that replaces it is there. */
    TRY(sink_sync_folders(sink, err));
    for (size_t i = 0; i < rows->count; i++) {
        if (strcmp(rows->at[i].kind, "old") != 0)
            continue;
        TRY(file_unlink(rows->at[i].path, true, err));
        sink_forget(sink, rows->at[i].n);
    }
    /* Parts that go on take rows again. */
    for (size_t i = 0; i < parts->all.count; i++)
        part_reopen(sink, parts->all.at[i]);
    return OK;
}

static bool own_part(const FilesystemSink *sink, const char *path)
{
    const char *name = path_base(path);
    size_t length = strlen(sink->job);
    return strncmp(name, "part-", 5) == 0 && strncmp(name + 5, sink->job, length) == 0 &&
           name[5 + length] == '-';
}

static Status list_folder(FilesystemSink *sink, const char *folder, Err *err)
{
    Parts *parts = sink->state;
    for (size_t i = 0; i < parts->overwritten.count; i++)
        if (strcmp(parts->overwritten.at[i], folder) == 0)
            return OK;
    Arena arena;
    arena_init(&arena);
    FileWalk walk;
    Status status = file_walk(folder, false, &arena, &walk, NULL, NULL, err);
    for (size_t i = 0; status == OK && i < walk.file_count; i++)
        if (!own_part(sink, walk.files[i]))
            list_push(&parts->old, mem_strdup(walk.files[i]));
    if (status == OK)
        list_push(&parts->overwritten, mem_strdup(folder));
    arena_deinit(&arena);
    return status;
}

Status parts_list_old(FilesystemSink *sink, bool roll, Err *err)
{
    Parts *parts = sink->state;
    /* A job that was resumed has replaced what there was in its first epoch. */
    if (!sink->overwrite || sink->resumed || !roll || parts->old_listed)
        return OK;
    if (parts->column_count == 0)
        return list_folder(sink, sink->path, err);
    for (size_t i = 0; i < parts->all.count; i++)
        if (parts->all.at[i]->rows)
            TRY(list_folder(sink, parts->all.at[i]->staged.folder, err));
    return OK;
}
