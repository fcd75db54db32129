/* file_scan.c - finding files and deciding which is read next; see file_scan.h. */
#include "io/file_scan.h"

#include <stdarg.h>
#include <stdio.h>
#include "base/clock.h"
#include "base/hash.h"
#include "io/file_match.h"
#include "io/glob.h"

void file_scan_init(FileScan *scan)
{
    arena_init(&scan->arena);
    scan->due_us = scan->clean_us = INT64_MAX;
    scan->next_id = 1;
}

void file_scan_deinit(FileScan *scan)
{
    folder_watch_free(scan->watch);
    scan->watch = NULL;
    for (size_t i = 0; i < scan->files.count; i++) {
        free(scan->files.at[i]->own_path);
        free(scan->files.at[i]);
    }
    for (size_t i = 0; i < scan->old_paths.count; i++)
        free(scan->old_paths.at[i]);
    list_free(&scan->old_paths);
    list_free(&scan->files);
    list_free(&scan->queue);
    list_free(&scan->waiting);
    list_free(&scan->touched);
    list_free(&scan->forgotten);
    list_free(&scan->told);
    file_index_deinit(scan);
    arena_deinit(&scan->arena);
}

void file_scan_notice(FileScan *scan, const char *format, ...)
{
    char text[ERR_MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (scan->notice)
        scan->notice(scan->context, text);
}

void file_scan_problem(FileScan *scan, const char *format, ...)
{
    enum { TOLD_MAX = 1000 };
    char text[ERR_MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    uint64_t hash = hash_bytes(text, strlen(text));
    for (size_t i = 0; i < scan->told.count; i++)
        if (scan->told.at[i] == hash)
            return;
    if (scan->told.count == TOLD_MAX)
        return;
    list_push(&scan->told, hash);
    file_scan_notice(scan, "%s", text);
}

static void notice_problem(void *context, const Err *err)
{
    file_scan_problem(context, "%s; trying again", err->message);
}

void file_scan_set_path(FileScan *scan, ScanFile *file, Str path)
{
    if (file->own_path)
        list_push(&scan->old_paths, file->own_path);
    file->path = file->own_path = mem_strndup(path.data, path.length);
}

void file_scan_touch(FileScan *scan, ScanFile *file)
{
    if (!file->dirty && scan->track)
        list_push(&scan->touched, file);
    file->dirty = true;
}

/* ---- the queue ---- */

static int order_by_name(const void *a, const void *b)
{
    return strcmp((*(ScanFile *const *)a)->path, (*(ScanFile *const *)b)->path);
}

static int order_by_mtime(const void *a, const void *b)
{
    const ScanFile *x = *(ScanFile *const *)a, *y = *(ScanFile *const *)b;
    if (x->mtime_us != y->mtime_us)
        return x->mtime_us < y->mtime_us ? -1 : 1;
    return order_by_name(a, b);
}

int64_t file_scan_now_us(const FileScan *scan)
{
    bool is_virtual = scan->clock && scan->clock->is_virtual;
    return is_virtual ? scan->clock->virtual_us : clock_mono_us();
}

/* By file_scan_now_us. */
static int64_t seal_due_us(const FileScan *scan, const ScanFile *file)
{
    /* By its mtime; but a clock that runs ahead on a file server, or one here that is set back,
     * must not keep the file open for ever. */
    int64_t now_us = file_scan_now_us(scan);
    int64_t by_change_us = file->changed_us + scan->seal_us;
    if (scan->clock && scan->clock->is_virtual) {
        /* Real time does not count: a file is as old as it was when the clock began. */
        int64_t age_us = scan->clock->began_us - file->mtime_us;
        return scan->available_now ? now_us : by_change_us - (age_us > 0 ? age_us : 0);
    }
    int64_t by_mtime_us = now_us + file->mtime_us + scan->seal_us - clock_now_us(NULL);
    return by_mtime_us < by_change_us ? by_mtime_us : by_change_us;
}

void file_scan_wait(FileScan *scan, ScanFile *file, bool left)
{
    file->left = left;
    if (!file->listed)
        list_push(&scan->waiting, file);
    file->listed = file->waiting = true;
    int64_t due_us = seal_due_us(scan, file);
    if (due_us < scan->due_us)
        scan->due_us = due_us;
}

void file_scan_queue(FileScan *scan, ScanFiles *changed)
{
    if (changed->count)
        qsort(changed->at, changed->count, sizeof(ScanFile *),
              scan->by_mtime ? order_by_mtime : order_by_name);
    if (scan->queue_at == scan->queue.count)
        scan->queue_at = scan->queue.count = 0;
    for (size_t i = 0; i < changed->count; i++) {
        ScanFile *file = changed->at[i];
        if (file->queued)
            continue;
        /* The content of a compressed file is whole when the file is. */
        if (file->compression && scan->mode != SCAN_BOUNDED && !file->seal_next) {
            file_scan_wait(scan, file, true);
            continue;
        }
        file->queued = true;
        list_push(&scan->queue, file);
    }
}

bool file_scan_queued(const FileScan *scan)
{
    return scan->track ? scan->queue_at < scan->queue.count : scan->plain_at < scan->plain_count;
}

ScanFile *file_scan_take(FileScan *scan)
{
    if (!scan->track) {
        if (scan->plain_at == scan->plain_count)
            return NULL;
        const char *path = scan->plain_paths[scan->plain_at++];
        scan->plain_file = (ScanFile){.path = path, .compression = compression_of_path(path)};
        return &scan->plain_file;
    }
    if (scan->queue_at == scan->queue.count)
        return NULL;
    ScanFile *file = scan->queue.at[scan->queue_at++];
    file->queued = file->waiting = false;
    file->reading = true;
    return file;
}

void file_scan_done(FileScan *scan, ScanFile *file, bool left)
{
    if (!scan->track)
        return;
    file->checked = true;
    file->reading = false;
    file_scan_touch(scan, file);
    if (scan->mode == SCAN_BOUNDED || file->seal_next || file->refused) {
        file->sealed = file->finished = true;
        file->seal_next = false;
        return;
    }
    if (scan->mode == SCAN_WATCH && (left || scan->available_now || scan->clean))
        file_scan_wait(scan, file, left);
}

void file_scan_again(FileScan *scan, ScanFile *file)
{
    if (!scan->track)
        return;
    file->size = -1;
    file->seal_next = file->reading = false;
}

static void list_drop(ScanFiles *list, size_t from, const ScanFile *file)
{
    size_t kept = from;
    for (size_t i = from; i < list->count; i++)
        if (list->at[i] != file)
            list->at[kept++] = list->at[i];
    list->count = kept;
}

void file_scan_forget(FileScan *scan, ScanFile *file)
{
    file_index_remove(scan, file);
    if (file->stored)
        list_push(&scan->forgotten, file->id);
    if (file->listed)
        list_drop(&scan->waiting, 0, file);
    if (file->queued)
        list_drop(&scan->queue, scan->queue_at, file);
    if (file->dirty)
        list_drop(&scan->touched, 0, file);
    ScanFile *last = scan->files.at[--scan->files.count];
    scan->files.at[file->at] = last;
    last->at = file->at;
    if (file->own_path)
        list_push(&scan->old_paths, file->own_path);
    free(file);
}

bool file_scan_idle(const FileScan *scan)
{
    for (size_t i = 0; i < scan->waiting.count; i++)
        if (scan->waiting.at[i]->waiting)
            return false;
    return scan->queue_at == scan->queue.count;
}

/* ---- looking ---- */

/* The table's path is not there: an error when it is read once, else something to wait for. */
static Status path_missing(FileScan *scan, const FileWalk *walk, Err *err)
{
    if (scan->mode == SCAN_BOUNDED)
        return walk->missing
                   ? err_set(err, SQLSTATE_UNDEFINED_FILE, -1,
                             "cannot read %s: No such file or directory", scan->path)
                   : err_set(err, SQLSTATE_UNDEFINED_FILE, -1, "no file matches %s", scan->path);
    if (walk->missing && !scan->missing_noticed)
        file_scan_notice(scan, "%s is not there; waiting for it", scan->path);
    scan->missing_noticed = walk->missing;
    return OK;
}

typedef struct DatedPath {
    const char *path;
    int64_t mtime_us;
} DatedPath;

static int order_dated(const void *a, const void *b)
{
    const DatedPath *x = a, *y = b;
    if (x->mtime_us != y->mtime_us)
        return x->mtime_us < y->mtime_us ? -1 : 1;
    return strcmp(x->path, y->path);
}

static Status look_plain(FileScan *scan, const FileWalk *walk, Err *err)
{
    scan->plain_paths = walk->files;
    scan->plain_count = walk->file_count;
    if (!scan->by_mtime || !walk->file_count)
        return OK;
    DatedPath *dated = mem_alloc(sizeof *dated * walk->file_count);
    for (size_t i = 0; i < walk->file_count; i++) {
        FileInfo info;
        if (file_stat(walk->files[i], &info, err) != OK) {
            free(dated);
            return FAIL;
        }
        dated[i] = (DatedPath){walk->files[i], info.mtime_us};
    }
    qsort(dated, walk->file_count, sizeof *dated, order_dated);
    for (size_t i = 0; i < walk->file_count; i++)
        scan->plain_paths[i] = dated[i].path;
    free(dated);
    return OK;
}

/* Watches what the walk has been through; true when a folder is new, so that it may have got files
 * between its listing and its watch. */
static bool watch_folders(FileScan *scan, const FileWalk *walk)
{
    bool added = false;
    if (!scan->watch)
        return false;
    for (size_t i = 0; i < walk->folder_count; i++)
        added |= folder_watch_add(scan->watch, walk->folders[i]);
    if (walk->missing)
        added |= folder_watch_add(scan->watch, walk->existing);
    return added;
}

static Status look_once(FileScan *scan, Err *err)
{
    Arena scratch;
    arena_init(&scratch);
    bool bounded = scan->mode == SCAN_BOUNDED;
    FileWalk walk;
    Status status;
    do {
        arena_reset(&scratch);
        TRY_GOTO(file_walk(scan->path, scan->watch != NULL, scan->track ? &scratch : &scan->arena,
                           &walk, bounded ? NULL : notice_problem, scan, err));
    } while (watch_folders(scan, &walk));
    scan->look_now = false;
    scan->next_look_us = clock_mono_us() + scan->monitor_us;
    if (walk.missing || (!walk.file_count && glob_has_wildcard(scan->path)))
        TRY_GOTO(path_missing(scan, &walk, err));
    else
        scan->missing_noticed = false;
    if (scan->track)
        TRY_GOTO(file_match(scan, walk.files, walk.file_count, true, err));
    else
        TRY_GOTO(look_plain(scan, &walk, err));
done:
    arena_deinit(&scratch);
    return status;
}

Status file_scan_look(FileScan *scan, Err *err)
{
    enum { LOOKS = 5 };
    TRY(look_once(scan, err));
    /* Names changed meanwhile. */
    for (int i = 1; i < LOOKS && scan->look_now; i++)
        TRY(look_once(scan, err));
    return OK;
}

Status file_scan_start(FileScan *scan, void (*wake)(void *context), void *context, Err *err)
{
    if (scan->mode != SCAN_BOUNDED && !scan->available_now && wake)
        scan->watch = folder_watch_new(wake, context);
    return file_scan_look(scan, err);
}

/* Files that events name are looked at alone. */
static Status poll_events(FileScan *scan, Err *err)
{
    FolderEvent event;
    Arena scratch;
    arena_init(&scratch);
    LIST(const char *) paths = {0};
    while (folder_watch_next(scan->watch, &event)) {
        if (event.lost || event.is_folder || !*event.name || scan->missing_noticed) {
            scan->look_now = true;
            continue;
        }
        if (!glob_visible(event.name))
            continue;
        const char *path = strcmp(event.folder, ".") == 0
                               ? arena_strdup(&scratch, event.name)
                               : path_join(&scratch, event.folder, event.name);
        if (file_walk_matches(scan->path, path))
            list_push_arena(&scratch, &paths, path);
    }
    Status status = OK;
    /* One write makes several events. */
    paths.count = file_walk_unique(paths.at, paths.count);
    if (paths.count && !scan->look_now)
        status = file_match(scan, paths.at, paths.count, false, err);
    arena_deinit(&scratch);
    return status;
}

/* Files that have been quiet for long enough are read to their very end. */
static Status poll_waiting(FileScan *scan, int64_t now_us, Err *err)
{
    ScanFiles due = {0};
    LIST(const char *) grown = {0};
    size_t kept = 0;
    scan->due_us = INT64_MAX;
    Status status = OK;
    for (size_t i = 0; i < scan->waiting.count; i++) {
        ScanFile *file = scan->waiting.at[i];
        int64_t due_us = seal_due_us(scan, file);
        FileInfo info = {0};
        file->listed = file->waiting && due_us > now_us;
        Err failure = ERR_NONE;
        if (!file->waiting)
            continue;
        if (due_us > now_us) {
            scan->waiting.at[kept++] = file;
            if (due_us < scan->due_us)
                scan->due_us = due_us;
            continue;
        }
        file->waiting = false;
        if (file_stat(file->path, &info, &failure) != OK || !info.exists)
            continue;
        if (info.inode != file->inode || info.size != file->size ||
            info.mtime_us != file->mtime_us) {
            list_push(&grown, file->path);
        } else if (file->left) {
            file->seal_next = true;
            list_push(&due, file);
        } else {
            file->finished = true;
            scan->clean_us = 0;
            file_scan_touch(scan, file);
        }
    }
    scan->waiting.count = kept;
    file_scan_queue(scan, &due);
    if (grown.count)
        status = file_match(scan, grown.at, grown.count, false, err);
    list_free(&due);
    list_free(&grown);
    return status;
}

Status file_scan_poll(FileScan *scan, Err *err)
{
    if (scan->mode == SCAN_BOUNDED)
        return OK;
    if (scan->watch)
        TRY(poll_events(scan, err));
    if (scan->look_now || (!scan->available_now && clock_mono_us() >= scan->next_look_us))
        TRY(file_scan_look(scan, err));
    int64_t now_us = file_scan_now_us(scan);
    return now_us >= scan->due_us ? poll_waiting(scan, now_us, err) : OK;
}

int64_t file_scan_wait_until_us(const FileScan *scan)
{
    int64_t until_us = scan->due_us;
    if (until_us != INT64_MAX)
        until_us += clock_mono_us() - file_scan_now_us(scan);
    if (!scan->available_now && scan->mode != SCAN_BOUNDED && scan->next_look_us < until_us)
        until_us = scan->next_look_us;
    if (scan->clean && scan->clean_us < until_us)
        until_us = scan->clean_us;
    return until_us == INT64_MAX ? until_us : clock_now_us(NULL) + until_us - clock_mono_us();
}
