/*
 * sink_replaced.c - one file that each result replaces: staged, fsynced, committed with its hash,
 * renamed over the old one.  Complete mode writes a result per epoch, INSERT OVERWRITE one in all.
 */
#include "io/sink_filesystem.h"

typedef struct Replaced {
    StagedFile file;  /* a result that is being written, if begun */
    StagedFile ready; /* a whole one that the commit names, if staged */
    bool begun, staged;
    bool row;  /* the committed rows name one */
    bool done; /* OVERWRITE has replaced the file */
    uint64_t rows;
} Replaced;

static Status begin_result(FilesystemSink *sink, Err *err)
{
    Replaced *replaced = sink->state;
    if (replaced->begun)
        return OK;
    if (replaced->done && sink->mode != OUTPUT_COMPLETE)
        return err_set(err, SQLSTATE_NOT_IN_STATE, -1,
                       "%s was overwritten already, and there are more rows", sink->path);
    TRY(sink_make_folder(sink, sink->folder, err));
    staged_file_init(&replaced->file, sink->folder, sink->job, sink->next_n++, sink->compression);
    staged_file_take(&replaced->file, sink->header.data, sink->header.length);
    replaced->begun = true;
    replaced->rows = 0;
    return OK;
}

/* The rules of recovery for the one file that the commit names. */
static Status recover(FilesystemSink *sink, const SinkRow *row, Err *err)
{
    Replaced *replaced = sink->state;
    FileInfo info;
    if (!row->staged || !row->path)
        return err_set(err, SQLSTATE_CORRUPT, -1, "a stored file has no name");
    replaced->row = true;
    TRY(file_stat(row->staged, &info, err));
    if (info.exists) {
        StagedFile file;
        staged_file_init(&file, sink->folder, sink->job, row->n, COMPRESSION_NONE);
        free(file.path);
        file.path = mem_strdup(row->staged);
        Status status = staged_file_recover(&file, row->length, row->hash, err);
        if (status == OK)
            status = file_rename(row->staged, row->path, err);
        staged_file_deinit(&file);
        if (status != OK)
            return status;
        sink_sync_later(sink, sink->folder);
        return sink_sync_folders(sink, err);
    }
    bool exists;
    int64_t length;
    uint64_t hash;
    TRY(staged_file_measure(row->path, &exists, &length, &hash, err));
    if (!exists)
        return sink_taken_away(sink, row->path, err);
    if (length != row->length || hash != row->hash)
        return err_set(err, SQLSTATE_IO, -1, "%s does not hold what was committed", row->path);
    return OK;
}

static Status replaced_open(FilesystemSink *sink, const SinkRows *rows, Err *err)
{
    Replaced *replaced = mem_zalloc(sizeof *replaced);
    sink->state = replaced;
    if (!rows)
        return OK;
    TRY(sink_remove_strays(sink, sink->folder, false, rows, err));
    for (size_t i = 0; i < rows->count; i++) {
        const SinkRow *row = &rows->at[i];
        if (strcmp(row->kind, "replaced") == 0)
            TRY(recover(sink, row, err));
        else if (strcmp(row->kind, "counter") != 0)
            return err_set(err, SQLSTATE_IO, -1, "%s was not one replaced file when this job began",
                           sink->path);
    }
    /* OVERWRITE is one epoch: what was committed is the whole of it. */
    replaced->done = replaced->row || sink->resumed;
    return OK;
}

static Status drop_result(FilesystemSink *sink, Err *err)
{
    Replaced *replaced = sink->state;
    if (!replaced->begun)
        return OK;
    TRY(staged_file_abort(&replaced->file, err));
    staged_file_deinit(&replaced->file);
    replaced->begun = false;
    return OK;
}

static Status replaced_abort(FilesystemSink *sink, Err *err)
{
    Replaced *replaced = sink->state;
    TRY(drop_result(sink, err));
    if (!replaced->staged)
        return OK;
    TRY(file_unlink(replaced->ready.path, true, err));
    staged_file_deinit(&replaced->ready);
    replaced->staged = false;
    return OK;
}

static Status replaced_restart(FilesystemSink *sink, Err *err)
{
    TRY(drop_result(sink, err));
    return begin_result(sink, err);
}

static Status replaced_write_bytes(FilesystemSink *sink, const char *bytes, size_t count,
                                   uint64_t rows, Err *err)
{
    Replaced *replaced = sink->state;
    TRY(begin_result(sink, err));
    TRY(staged_file_add(&replaced->file, bytes, count, err));
    replaced->rows += rows;
    return OK;
}

static Status replaced_stage(FilesystemSink *sink, bool roll, RowStore *out, Err *err)
{
    Replaced *replaced = sink->state;
    /* OVERWRITE with an empty result empties the file. */
    if (roll && sink->overwrite && sink->mode != OUTPUT_COMPLETE && !replaced->done &&
        !replaced->staged)
        TRY(begin_result(sink, err));
    if (replaced->begun) {
        TRY(staged_file_stage(&replaced->file, sink->sync, &sink->next_n, err));
        sink_sync_later(sink, sink->folder);
        TRY(sink_sync_folders(sink, err));
        SinkRow row = {.n = SINK_ROW_FILE,
                       .kind = "replaced",
                       .publish = true,
                       .staged = replaced->file.path,
                       .path = sink->path,
                       .length = replaced->file.staged.length,
                       .hash = staged_file_hash(&replaced->file),
                       .rows = (int64_t)replaced->rows,
                       .created_us = clock_now_us(sink->clock)};
        sink_row_put(out, &row);
        staged_file_close(&replaced->file);
        replaced->ready = replaced->file;
        replaced->begun = false;
        replaced->staged = replaced->row = true;
    } else if (replaced->row) {
        sink_row_forget(out, SINK_ROW_FILE);
        replaced->row = false;
    }
    sink_put_common(sink, out);
    return OK;
}

static Status replaced_publish(FilesystemSink *sink, Err *err)
{
    Replaced *replaced = sink->state;
    if (replaced->staged) {
        TRY(file_rename(replaced->ready.path, sink->path, err));
        staged_file_deinit(&replaced->ready);
        replaced->staged = false;
        replaced->done = true;
        sink_sync_later(sink, sink->folder);
    }
    return sink_sync_folders(sink, err);
}

static void replaced_close(FilesystemSink *sink)
{
    Replaced *replaced = sink->state;
    Err ignored = ERR_NONE;
    (void)!drop_result(sink, &ignored);
    if (replaced->staged)
        staged_file_deinit(&replaced->ready);
    free(replaced);
}

const Target target_replaced = {
    .open = replaced_open,
    .write_bytes = replaced_write_bytes,
    .restart = replaced_restart,
    .stage = replaced_stage,
    .publish = replaced_publish,
    .abort = replaced_abort,
    .close = replaced_close,
};
