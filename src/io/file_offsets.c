/* file_offsets.c - the offset rows of a filesystem source: one a file; see file_scan.h. */
#include <stdlib.h>
#include "base/clock.h"
#include "io/file_scan.h"
#include "io/state_rows.h"

enum OffsetColumn {
    OFFSET_ID,
    OFFSET_PATH,
    OFFSET_INODE,
    OFFSET_BIRTH,
    OFFSET_MTIME,
    OFFSET_SIZE,
    OFFSET_OFFSET,
    OFFSET_LINE,
    OFFSET_HASHED,
    OFFSET_HEAD,
    OFFSET_TAIL,
    OFFSET_GENERATION,
    OFFSET_SEALED,
    OFFSET_REFUSED,
    OFFSET_COLUMNS
};

static StateColumn offset_columns[OFFSET_COLUMNS] = {
    [OFFSET_ID] = {"file", {.id = TYPE_BIGINT}},
    [OFFSET_PATH] = {"path", {.id = TYPE_VARCHAR}},
    [OFFSET_INODE] = {"inode", {.id = TYPE_BIGINT}},
    [OFFSET_BIRTH] = {"birth_us", {.id = TYPE_BIGINT}},
    [OFFSET_MTIME] = {"mtime_us", {.id = TYPE_BIGINT}},
    [OFFSET_SIZE] = {"size", {.id = TYPE_BIGINT}},
    [OFFSET_OFFSET] = {"offset", {.id = TYPE_BIGINT}},
    [OFFSET_LINE] = {"line", {.id = TYPE_BIGINT}},
    [OFFSET_HASHED] = {"hashed", {.id = TYPE_BIGINT}},
    [OFFSET_HEAD] = {"head_hash", {.id = TYPE_BIGINT}},
    [OFFSET_TAIL] = {"tail_hash", {.id = TYPE_BIGINT}},
    [OFFSET_GENERATION] = {"generation", {.id = TYPE_BIGINT}},
    [OFFSET_SEALED] = {"sealed", {.id = TYPE_BOOLEAN}},
    [OFFSET_REFUSED] = {"refused", {.id = TYPE_BOOLEAN}},
};

const StateTable file_offsets_table = {
    .name = "files", .columns = offset_columns, .column_count = OFFSET_COLUMNS, .key_count = 1};

static Status load_row(void *context, const Value *values, Err *err)
{
    (void)err;
    FileScan *scan = context;
    ScanFile *file = mem_zalloc(sizeof *file);
    file->id = state_int(&values[OFFSET_ID]);
    file_scan_set_path(scan, file, text_str(&values[OFFSET_PATH].as.text));
    file->inode = (uint64_t)state_int(&values[OFFSET_INODE]);
    file->birth_us = state_int(&values[OFFSET_BIRTH]);
    file->mtime_us = state_int(&values[OFFSET_MTIME]);
    file->size = state_int(&values[OFFSET_SIZE]);
    file->offset = state_int(&values[OFFSET_OFFSET]);
    file->line = state_int(&values[OFFSET_LINE]);
    file->identity.length = state_int(&values[OFFSET_HASHED]);
    file->identity.head = (uint64_t)state_int(&values[OFFSET_HEAD]);
    file->identity.tail = (uint64_t)state_int(&values[OFFSET_TAIL]);
    file->generation = state_int(&values[OFFSET_GENERATION]);
    file->sealed = file->finished = state_bool(&values[OFFSET_SEALED]);
    file->refused = state_bool(&values[OFFSET_REFUSED]);
    file->compression = compression_of_path(file->path);
    file->stored = true;
    file->saved_offset = file->offset;
    file->saved_sealed = file->sealed;
    file->changed_us = file_scan_now_us(scan);
    file->at = scan->files.count;
    list_push(&scan->files, file);
    file_index_add(scan, file);
    if (file->id >= scan->next_id)
        scan->next_id = file->id + 1;
    return OK;
}

Status file_offsets_load(FileScan *scan, const RowStore *rows, Err *err)
{
    return state_rows_each(rows, &file_offsets_table, load_row, scan, err);
}

static void save_row(const ScanFile *file, RowStore *out)
{
    Value values[OFFSET_COLUMNS];
    int64_t numbers[OFFSET_COLUMNS] = {
        [OFFSET_ID] = file->id,
        [OFFSET_INODE] = (int64_t)file->inode,
        [OFFSET_BIRTH] = file->birth_us,
        [OFFSET_MTIME] = file->mtime_us,
        [OFFSET_SIZE] = file->size,
        [OFFSET_OFFSET] = file->offset,
        [OFFSET_LINE] = file->line,
        [OFFSET_HASHED] = file->identity.length,
        [OFFSET_HEAD] = (int64_t)file->identity.head,
        [OFFSET_TAIL] = (int64_t)file->identity.tail,
        [OFFSET_GENERATION] = file->generation,
    };
    for (int i = 0; i < OFFSET_COLUMNS; i++)
        values[i] = value_bigint(numbers[i]);
    values[OFFSET_PATH] = (Value){.type = type_varchar(0),
                                  .as.text = text_make(file->path, (uint32_t)strlen(file->path))};
    values[OFFSET_SEALED] = value_bool(file->sealed);
    values[OFFSET_REFUSED] = value_bool(file->refused);
    state_rows_add(out, &file_offsets_table, values, 1);
}

typedef struct Counting {
    FileScan *scan;
    size_t found;
} Counting;

static Status count_row(void *context, const Value *values, Err *err)
{
    (void)err;
    Counting *counting = context;
    char *path = mem_strndup(text_str(&values[OFFSET_PATH].as.text).data,
                             text_str(&values[OFFSET_PATH].as.text).length);
    ScanFile *file = file_index_path(counting->scan, path);
    free(path);
    if (!file || (uint64_t)state_int(&values[OFFSET_INODE]) != file->inode)
        return OK;
    /* A sealed file that has grown since has something that was not read. */
    bool whole = state_bool(&values[OFFSET_REFUSED]) ||
                 state_int(&values[OFFSET_OFFSET]) == file->size ||
                 (file->compression && state_bool(&values[OFFSET_SEALED]) &&
                  state_int(&values[OFFSET_SIZE]) == file->size);
    if (!whole)
        return OK;
    counting->found += file->elsewhere != UINT32_MAX;
    file->elsewhere += file->elsewhere != UINT32_MAX;
    return OK;
}

Status file_offsets_count(FileScan *scan, const RowStore *rows, size_t *found, Err *err)
{
    Counting counting = {scan, 0};
    TRY(state_rows_each(rows, &file_offsets_table, count_row, &counting, err));
    *found = counting.found;
    return OK;
}

void file_offsets_save(FileScan *scan, bool changes_only, RowStore *out)
{
    for (size_t i = 0; i < scan->forgotten.count && changes_only; i++) {
        Value id = value_bigint(scan->forgotten.at[i]);
        state_rows_add(out, &file_offsets_table, &id, -1);
    }
    scan->forgotten.count = 0;
    for (size_t i = 0; i < scan->old_paths.count; i++)
        free(scan->old_paths.at[i]);
    scan->old_paths.count = 0;
    const ScanFiles *files = changes_only ? &scan->touched : &scan->files;
    for (size_t i = 0; i < files->count; i++) {
        ScanFile *file = files->at[i];
        file->dirty = false;
        if (file->offset == 0 && !file->sealed && !file->stored)
            continue;
        save_row(file, out);
        file->stored = true;
        file->saved_offset = file->offset;
        file->saved_sealed = file->sealed;
    }
    for (size_t i = 0; i < scan->touched.count; i++)
        scan->touched.at[i]->dirty = false;
    scan->touched.count = 0;
}
