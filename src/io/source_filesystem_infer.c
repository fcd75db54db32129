/*
 * source_filesystem_infer.c - see source_filesystem.h.
 *
 * The first file that is not empty is looked into; the names of the k=v folders of all files become
 * columns behind its own, unless it has one of that name itself.
 */
#include <stdio.h>
#include "base/list.h"
#include "io/csv_infer.h"
#include "io/file_reader.h"
#include "io/file_walk.h"
#include "io/partition.h"
#include "io/source_filesystem.h"

enum {
    SAMPLE_ROWS = 20480,
    SAMPLE_LEAST = 1024 * 1024, /* bytes looked at, at first and at most */
    SAMPLE_MOST = 32 * 1024 * 1024
};

static size_t count_lines(const char *data, size_t length)
{
    size_t lines = 0;
    const char *end = data + length;
    while ((data = memchr(data, '\n', (size_t)(end - data))) != NULL) {
        lines++;
        data++;
    }
    return lines;
}

/* Enough of the first file that has something in it. */
static Status take_sample(const FileWalk *walk, Arena *scratch, Str *sample, bool *whole,
                          const char **path, Err *err)
{
    *sample = STR("");
    *whole = true;
    for (size_t i = 0; i < walk->file_count && sample->length == 0; i++) {
        *path = walk->files[i];
        FileInfo info;
        TRY(file_stat(*path, &info, err));
        if (info.exists && !info.is_regular) {
            (void)err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                          "%s is not a regular file and cannot be looked into", *path);
            return err_hint(err, "Create a table with columns for it.");
        }
        size_t size = SAMPLE_LEAST;
        do {
            char *bytes = arena_alloc(scratch, size);
            TRY(file_reader_sample(*path, bytes, size, &sample->length, err));
            sample->data = bytes;
            *whole = sample->length < size;
            size *= 4;
        } while (!*whole && size <= SAMPLE_MOST &&
                 count_lines(sample->data, sample->length) <= SAMPLE_ROWS);
    }
    return OK;
}

/* ---- folders ---- */

typedef struct Folder {
    Str name;
    bool is_number, is_date;
} Folder;

typedef struct Folders {
    LIST(Folder) list;
    Arena *arena;
} Folders;

static void see_folder(void *context, Str name, Str value)
{
    Folders *folders = context;
    Folder *folder = NULL;
    for (size_t i = 0; i < folders->list.count && !folder; i++)
        if (str_equal_nocase(folders->list.at[i].name, name))
            folder = &folders->list.at[i];
    if (!folder) {
        Folder made = {name, true, true};
        list_push_arena(folders->arena, &folders->list, made);
        folder = &folders->list.at[folders->list.count - 1];
    }
    if (str_equal(value, STR(PARTITION_NULL)))
        return;
    Str text = partition_unescape(value, folders->arena);
    int64_t number;
    int32_t days;
    /* 007 is a code, not a number. */
    bool code = text.length > 1 && text.data[0] == '0';
    folder->is_number &= !code && parse_i64(text.data, text.data + text.length, &number);
    folder->is_date &= parse_date(text.data, text.data + text.length, &days);
}

static bool has_column(const ColumnDef *columns, int count, Str name)
{
    for (int i = 0; i < count; i++)
        if (str_equal_nocase(str_from(columns[i].name), name))
            return true;
    return false;
}

static void add_folders(const FileWalk *walk, Arena *scratch, Arena *arena, ColumnDef **columns,
                        int *count)
{
    Folders folders = {.arena = scratch};
    for (size_t i = 0; i < walk->file_count; i++)
        partition_each(walk->files[i], see_folder, &folders);
    ColumnDef *all = ARENA_ARRAY(arena, ColumnDef, (size_t)*count + folders.list.count);
    if (*count)
        memcpy(all, *columns, sizeof *all * (size_t)*count);
    for (size_t i = 0; i < folders.list.count; i++) {
        const Folder *folder = &folders.list.at[i];
        if (has_column(all, *count, folder->name))
            continue;
        all[(*count)++] =
            (ColumnDef){.name = arena_strndup(arena, folder->name.data, folder->name.length),
                        .kind = COLUMN_PARTITION,
                        .type = type_of(folder->is_number ? TYPE_BIGINT
                                        : folder->is_date ? TYPE_DATE
                                                          : TYPE_VARCHAR)};
    }
    *columns = all;
}

/* ---- formats ---- */

static void one_column(Arena *arena, TypeId type, ColumnDef **columns, int *count)
{
    *columns = ARENA_NEW(arena, ColumnDef);
    **columns = (ColumnDef){.name = "value", .type = type_of(type)};
    *count = 1;
}

Status source_filesystem_infer(const Relation *table, Arena *arena, ColumnDef **columns,
                               int *column_count, OptionList *options, Err *err)
{
    const char *path = option_get(&table->options, NULL, "path");
    const char *format = table->format ? table->format : "csv";
    Arena scratch;
    arena_init(&scratch);
    FileWalk walk;
    Status status;
    *options = table->options;
    TRY_GOTO(file_walk(path ? path : "", false, &scratch, &walk, NULL, NULL, err));
    if (!walk.file_count) {
        status = walk.missing ? err_set(err, SQLSTATE_UNDEFINED_FILE, -1,
                                        "cannot read %s: No such file or directory", path)
                              : err_set(err, SQLSTATE_UNDEFINED_FILE, -1, "no file in %s", path);
        goto done;
    }
    if (text_equal_nocase(format, "csv")) {
        Str sample;
        bool whole;
        const char *file = walk.files[0];
        CsvInferred found;
        TRY_GOTO(take_sample(&walk, &scratch, &sample, &whole, &file, err));
        TRY_GOTO(csv_infer(&table->options, file, sample, whole, arena, &found, err));
        *columns = found.columns;
        *column_count = found.column_count;
        *options = found.options;
    } else if (text_equal_nocase(format, "text")) {
        one_column(arena, TYPE_VARCHAR, columns, column_count);
    } else if (text_equal_nocase(format, "raw")) {
        one_column(arena, TYPE_BYTES, columns, column_count);
    } else {
        status = err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                         "the columns of format %s cannot be inferred: not supported yet", format);
        goto done;
    }
    add_folders(&walk, &scratch, arena, columns, column_count);
done:
    arena_deinit(&scratch);
    return status;
}
