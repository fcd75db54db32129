/* sink_files.c - the committed rows of a filesystem sink and what its targets share. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include "base/thread.h"
#include "io/glob.h"
#include "io/sink_filesystem.h"
#include "io/state_rows.h"

static StateColumn sink_columns[SINK_COLUMNS] = {
    [SINK_N] = {"n", {.id = TYPE_BIGINT}},
    [SINK_KIND] = {"kind", {.id = TYPE_VARCHAR}},
    [SINK_PUBLISH] = {"publish", {.id = TYPE_BOOLEAN}},
    [SINK_STAGED] = {"staged", {.id = TYPE_VARCHAR}},
    [SINK_PATH] = {"path", {.id = TYPE_VARCHAR}},
    [SINK_AT] = {"at", {.id = TYPE_BIGINT}},
    [SINK_LENGTH] = {"length", {.id = TYPE_BIGINT}},
    [SINK_HASH] = {"hash", {.id = TYPE_BIGINT}},
    [SINK_ROWS] = {"row_count", {.id = TYPE_BIGINT}},
    [SINK_CREATED] = {"created_us", {.id = TYPE_BIGINT}},
    [SINK_BYTES] = {"bytes", {.id = TYPE_BYTES}},
    [SINK_HEADED] = {"headed", {.id = TYPE_BOOLEAN}},
    [SINK_INODE] = {"inode", {.id = TYPE_BIGINT}},
    [SINK_BIRTH] = {"birth_us", {.id = TYPE_BIGINT}},
};

const StateTable sink_files_table = {
    .name = "sink_files", .columns = sink_columns, .column_count = SINK_COLUMNS, .key_count = 1};

static Value text_value(const char *text)
{
    if (!text)
        return value_null(type_of(TYPE_VARCHAR));
    return (Value){.type = type_of(TYPE_VARCHAR),
                   .as.text = text_make(text, (uint32_t)strlen(text))};
}

void sink_row_put(RowStore *out, const SinkRow *row)
{
    Value values[SINK_COLUMNS] = {
        [SINK_N] = value_bigint(row->n),
        [SINK_KIND] = text_value(row->kind),
        [SINK_PUBLISH] = value_bool(row->publish),
        [SINK_STAGED] = text_value(row->staged),
        [SINK_PATH] = text_value(row->path),
        [SINK_AT] = value_bigint(row->at),
        [SINK_LENGTH] = value_bigint(row->length),
        [SINK_HASH] = value_bigint((int64_t)row->hash),
        [SINK_ROWS] = value_bigint(row->rows),
        [SINK_CREATED] = value_bigint(row->created_us),
        [SINK_BYTES] = {.type = type_of(TYPE_BYTES),
                        .is_null = !row->bytes.length,
                        .as.text = text_make(row->bytes.data, (uint32_t)row->bytes.length)},
        [SINK_HEADED] = value_bool(row->headed),
        [SINK_INODE] = value_bigint((int64_t)row->inode),
        [SINK_BIRTH] = value_bigint(row->birth_us),
    };
    state_rows_add(out, &sink_files_table, values, 1);
}

void sink_row_forget(RowStore *out, int64_t n)
{
    Value key = value_bigint(n);
    state_rows_add(out, &sink_files_table, &key, -1);
}

typedef struct Loading {
    Arena *arena;
    SinkRows rows;
} Loading;

static char *text_of(const Value *value, Arena *arena)
{
    if (value->is_null)
        return NULL;
    Str text = text_str(&value->as.text);
    return arena_strndup(arena, text.data, text.length);
}

static Status load_row(void *context, const Value *values, Err *err)
{
    Loading *loading = context;
    SinkRow row = {
        .n = state_int(&values[SINK_N]),
        .kind = text_of(&values[SINK_KIND], loading->arena),
        .publish = state_bool(&values[SINK_PUBLISH]),
        .staged = text_of(&values[SINK_STAGED], loading->arena),
        .path = text_of(&values[SINK_PATH], loading->arena),
        .at = state_int(&values[SINK_AT]),
        .length = state_int(&values[SINK_LENGTH]),
        .hash = (uint64_t)state_int(&values[SINK_HASH]),
        .rows = state_int(&values[SINK_ROWS]),
        .created_us = state_int(&values[SINK_CREATED]),
        .headed = state_bool(&values[SINK_HEADED]),
        .inode = (uint64_t)state_int(&values[SINK_INODE]),
        .birth_us = state_int(&values[SINK_BIRTH]),
    };
    if (!row.kind)
        return err_set(err, SQLSTATE_CORRUPT, -1, "a stored row of sink_files has no kind");
    if (!values[SINK_BYTES].is_null) {
        Str bytes = text_str(&values[SINK_BYTES].as.text);
        row.bytes = (Str){arena_strndup(loading->arena, bytes.data, bytes.length), bytes.length};
    }
    list_push_arena(loading->arena, &loading->rows, row);
    return OK;
}

Status sink_rows_load(const RowStore *committed, Arena *arena, SinkRows *out, Err *err)
{
    Loading loading = {.arena = arena};
    TRY(state_rows_each(committed, &sink_files_table, load_row, &loading, err));
    *out = loading.rows;
    return OK;
}

void sink_put_common(FilesystemSink *sink, RowStore *out)
{
    for (size_t i = 0; i < sink->forgotten.count; i++)
        sink_row_forget(out, sink->forgotten.at[i]);
    sink->forgotten.count = 0;
    if (sink->next_n == sink->stored_next_n)
        return;
    SinkRow counter = {.n = SINK_ROW_COUNTER, .kind = "counter", .at = sink->next_n};
    sink_row_put(out, &counter);
    sink->stored_next_n = sink->next_n;
}

void sink_forget(FilesystemSink *sink, int64_t n)
{
    list_push(&sink->forgotten, n);
}

void sink_notice(FilesystemSink *sink, const char *format, ...)
{
    char text[ERR_MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (sink->notice)
        sink->notice(sink->notice_context, text);
}

/* ---- folders ---- */

void sink_sync_later(FilesystemSink *sink, const char *folder)
{
    if (!sink->sync)
        return;
    for (size_t i = 0; i < sink->folders.count; i++)
        if (strcmp(sink->folders.at[i], folder) == 0)
            return;
    list_push(&sink->folders, mem_strdup(folder));
}

Status sink_make_folder(FilesystemSink *sink, const char *folder, Err *err)
{
    Arena arena;
    arena_init(&arena);
    LIST(const char *) made = {0};
    Status status;
    const char *at = folder;
    for (;;) {
        FileInfo info;
        TRY_GOTO(file_stat(at, &info, err));
        if (info.exists)
            break;
        list_push_arena(&arena, &made, at);
        const char *parent = path_directory(at, &arena);
        if (strcmp(parent, at) == 0)
            break;
        at = parent;
    }
    if (made.count) {
        TRY_GOTO(file_make_directory(folder, err));
        sink_sync_later(sink, at); /* holds the name of the first one made */
        for (size_t i = 1; i < made.count; i++)
            sink_sync_later(sink, made.at[i]);
    }
    status = OK;
done:
    arena_deinit(&arena);
    return status;
}

Status sink_sync_folders(FilesystemSink *sink, Err *err)
{
    while (sink->folders.count) {
        char *folder = sink->folders.at[sink->folders.count - 1];
        TRY(file_sync_directory(folder, err));
        free(folder);
        sink->folders.count--;
    }
    return OK;
}

static bool is_kept(const SinkRows *keep, const char *path)
{
    for (size_t i = 0; keep && i < keep->count; i++)
        if (keep->at[i].staged && strcmp(keep->at[i].staged, path) == 0)
            return true;
    return false;
}

Status sink_remove_strays(FilesystemSink *sink, const char *folder, bool below,
                          const SinkRows *keep, Err *err)
{
    Arena arena;
    arena_init(&arena);
    FileEntry *entries;
    size_t count;
    FileInfo info;
    Status status;
    TRY_GOTO(file_stat(folder, &info, err));
    if (!info.exists)
        goto done;
    TRY_GOTO(file_list_directory(folder, &arena, &entries, &count, err));
    for (size_t i = 0; i < count; i++) {
        const char *path =
            strcmp(folder, ".") == 0 ? entries[i].name : path_join(&arena, folder, entries[i].name);
        int64_t n;
        if (staged_file_parse(entries[i].name, sink->job, &n)) {
            if (!is_kept(keep, path))
                TRY_GOTO(file_unlink(path, true, err));
            if (n >= sink->next_n)
                sink->next_n = n + 1;
        } else if (below && strchr(entries[i].name, '=') &&
                   (entries[i].is_directory || !entries[i].type_known)) {
            TRY_GOTO(file_stat(path, &info, err));
            if (info.is_directory)
                TRY_GOTO(sink_remove_strays(sink, path, below, keep, err));
        }
    }
done:
    arena_deinit(&arena);
    return status;
}

Status sink_taken_away(FilesystemSink *sink, const char *path, Err *err)
{
    if (sink->fail_on_missing)
        return err_set(err, SQLSTATE_IO, -1,
                       "%s is gone: it was committed, and neither it nor its staged file is there",
                       path);
    sink_notice(sink, "%s was committed and is gone; its reader has taken it away", path);
    return OK;
}

/* ---- one writer a file ---- */

struct TargetLock {
    char *path;
    struct TargetLock *next;
};
static pthread_mutex_t locks_lock = PTHREAD_MUTEX_INITIALIZER;
static struct TargetLock *locks;

struct TargetLock *target_lock(const char *path, Err *err)
{
    Arena arena;
    arena_init(&arena);
    const char *absolute = file_absolute(path, &arena);
    mutex_lock(&locks_lock);
    struct TargetLock *lock = locks;
    while (lock && strcmp(lock->path, absolute) != 0)
        lock = lock->next;
    struct TargetLock *made = NULL;
    if (lock) {
        (void)err_set(err, SQLSTATE_IN_USE, -1, "%s is being written by another job", path);
    } else {
        made = mem_zalloc(sizeof *made);
        made->path = mem_strdup(absolute);
        made->next = locks;
        locks = made;
    }
    mutex_unlock(&locks_lock);
    arena_deinit(&arena);
    return made;
}

void target_unlock(struct TargetLock *lock)
{
    if (!lock)
        return;
    mutex_lock(&locks_lock);
    struct TargetLock **at = &locks;
    while (*at != lock)
        at = &(*at)->next;
    *at = lock->next;
    mutex_unlock(&locks_lock);
    free(lock->path);
    free(lock);
}
