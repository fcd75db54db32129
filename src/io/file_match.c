/*
 * file_match.c - telling known files from new ones.
 *
 * Several names are looked at together, because a log is rotated by giving the old file a new name
 * and its name to a new file.  Who is who is found out in this order:
 *
 *     1. path, inode, size and mtime as stored: the same, unread
 *     2. inode (and birth time) and content as stored: the same, perhaps renamed
 *     3. path and content as stored: the same, rewritten or on another mount
 *     4. path as stored, other or less content: a new generation
 *     5. anything else: new
 *
 * Files are renamed while they are looked at, too: one may be seen under its old name and under the
 * new one, or under neither.  So a name is asked again before what it stands for is taken as news,
 * and a file whose path now belongs to another is kept until whole looks have not found it
 * elsewhere for a while.
 */
#include "io/file_match.h"

#include "base/clock.h"

enum { SUPERSEDED_US = 60 * 1000 * 1000 };

typedef struct Found {
    const char *path;
    FileInfo info;
    ScanFile *file; /* whom it was found to be */
    bool changed, skip;
} Found;

/* Reading a file failed: the end of a bounded scan, else a notice and another try later. */
static Status found_failed(FileScan *scan, Found *found, const Err *failure, Err *err)
{
    found->skip = true;
    if (scan->mode == SCAN_BOUNDED) {
        if (err)
            *err = *failure;
        return FAIL;
    }
    ScanFile *file = file_index_path(scan, found->path);
    if (!file || !file->warned)
        file_scan_notice(scan, "%s", failure->message);
    if (file)
        file->warned = true;
    return OK;
}

/* Its name belongs to another file since a moment ago: the next look tells more. */
static void found_moved(FileScan *scan, Found *found)
{
    found->skip = scan->mode != SCAN_BOUNDED;
    scan->look_now = true;
}

static Status has_content(FileScan *scan, Found *found, const ScanFile *file, bool *same, Err *err)
{
    *same = found->info.size >= file->identity.length;
    if (!*same || !scan->identify || file->identity.length == 0)
        return OK;
    Err failure = ERR_NONE;
    bool moved;
    if (file_identity_matches(found->path, found->info.inode, &file->identity, same, &moved,
                              &failure) == OK) {
        if (moved)
            found_moved(scan, found);
        return OK;
    }
    *same = false;
    return found_failed(scan, found, &failure, err);
}

static void claim(Found *found, ScanFile *file, bool changed)
{
    found->file = file;
    found->changed = changed;
    file->claim = found;
}

static bool is_named(const char *path, uint64_t inode)
{
    FileInfo info;
    Err ignored = ERR_NONE;
    return file_stat(path, &info, &ignored) == OK && info.exists && info.inode == inode;
}

/* Is the name that a file was known by still its name? Then another name is a second one. */
static bool still_there(const ScanFile *file)
{
    return !file->superseded && is_named(file->path, file->inode);
}

/* A file that this look has seen before, under a name that it has no longer. */
static bool take_claim(FileScan *scan, Found *found, ScanFile *file)
{
    Found *before = file->claim;
    if (scan->mode == SCAN_BOUNDED || before->info.inode != found->info.inode ||
        is_named(before->path, found->info.inode))
        return false;
    before->file = NULL;
    found_moved(scan, before);
    claim(found, file, true);
    return true;
}

static Status match_inode(FileScan *scan, Found *found, Err *err)
{
    size_t at = 0;
    ScanFile *file;
    while ((file = file_index_inode(scan, found->info.inode, &at)) != NULL) {
        if (file->birth_us && found->info.birth_us && file->birth_us != found->info.birth_us)
            continue;
        if (file->claim) {
            if (take_claim(scan, found, file))
                return OK;
            continue;
        }
        if (strcmp(file->path, found->path) != 0 && still_there(file))
            continue;
        bool same;
        TRY(has_content(scan, found, file, &same, err));
        if (found->skip)
            return OK;
        if (same) {
            claim(found, file, true);
            return OK;
        }
    }
    return OK;
}

static void reset_generation(ScanFile *file)
{
    file->generation++;
    file->offset = file->line = 0;
    file->identity = (FileIdentity){0};
    file->sealed = file->finished = file->refused = file->bound = file->warned = false;
    file->checked = file->overgrown = false;
    file->partition = NULL;
    file->binding = NULL;
}

static ScanFile *add_file(FileScan *scan, const Found *found, int64_t generation)
{
    ScanFile *file = mem_zalloc(sizeof *file);
    file->id = scan->next_id++;
    file_scan_set_path(scan, file, str_from(found->path));
    file->inode = found->info.inode;
    file->birth_us = found->info.birth_us;
    file->size = -1;
    file->generation = generation;
    file->compression = compression_of_path(file->path);
    file->at = scan->files.count;
    list_push(&scan->files, file);
    file_index_add(scan, file);
    return file;
}

static Status match_path(FileScan *scan, Found *found, Err *err)
{
    ScanFile *file = file_index_path(scan, found->path);
    if (!file || file->claim) {
        if (scan->mode != SCAN_BOUNDED && !is_named(found->path, found->info.inode))
            found_moved(scan, found);
        else
            claim(found, add_file(scan, found, 0), true);
        return OK;
    }
    bool same;
    TRY(has_content(scan, found, file, &same, err));
    if (found->skip)
        return OK;
    if (!same && file->inode != found->info.inode) {
        file->superseded_us = file->superseded ? file->superseded_us : file_scan_now_us(scan);
        file->superseded = true;
        file = add_file(scan, found, file->generation + 1);
    } else if (!same) {
        reset_generation(file);
    }
    claim(found, file, true);
    return OK;
}

/* Takes over what the file looks like now; true when there may be something to read. */
static bool take_over(FileScan *scan, const Found *found)
{
    ScanFile *file = found->file;
    if (!found->changed && scan->clean && !file->checked && !file->finished &&
        file->offset == file->size && scan->mode == SCAN_WATCH) {
        /* Read to its end before a restart: if it does not grow, it can be cleaned. */
        file->checked = true;
        file_scan_wait(scan, file, false);
    }
    if (!found->changed)
        return !file->checked && !file->sealed && !file->queued && !file->waiting &&
               (file->offset < file->size || file->compression);
    bool grown = found->info.size != file->size;
    if (strcmp(file->path, found->path) != 0 || file->inode != found->info.inode) {
        file_index_remove(scan, file);
        if (strcmp(file->path, found->path) != 0) {
            file_scan_set_path(scan, file, str_from(found->path));
            file->bound = false; /* partition values come from the path */
        }
        file->inode = found->info.inode;
        file->superseded = false;
        file_index_add(scan, file);
    }
    int64_t old_size = file->size;
    file->birth_us = found->info.birth_us;
    file->mtime_us = found->info.mtime_us;
    file->size = found->info.size;
    file->warned = false;
    file_scan_touch(scan, file);
    if (grown)
        file->changed_us = file_scan_now_us(scan);
    if (file->sealed && file->refused && grown)
        reset_generation(file);
    if (file->sealed) {
        if (grown && old_size >= 0) {
            file->overgrown = true;
            file_scan_notice(scan,
                             "%s has grown by %lld bytes after it was taken as complete; they are "
                             "not read",
                             file->path, (long long)(file->size - old_size));
        }
        return false;
    }
    file->finished = false;
    return file->size > file->identity.length || !file->checked;
}

/* It went before a restart, and that was not committed. */
static bool was_cleaned(const FileScan *scan, const ScanFile *file)
{
    FileInfo info;
    Err ignored = ERR_NONE;
    return scan->clean && file->stored && !file->checked && !file->claim && !file->refused &&
           (file->sealed || file->offset == file->size) &&
           file_stat(file->path, &info, &ignored) == OK && !info.exists;
}

Status file_match(FileScan *scan, const char *const *paths, size_t count, bool whole, Err *err)
{
    Found *all = mem_zalloc(sizeof *all * (count ? count : 1));
    ScanFiles changed = {0};
    Status status = OK;
    for (size_t i = 0; i < count; i++) {
        Found *found = &all[i];
        found->path = paths[i];
        Err failure = ERR_NONE;
        if (file_stat(found->path, &found->info, &failure) != OK)
            TRY_GOTO(found_failed(scan, found, &failure, err));
        found->skip |= !found->info.exists || !found->info.is_regular;
        if (found->skip)
            continue;
        ScanFile *file = file_index_path(scan, found->path);
        if (file && !file->claim && file->inode == found->info.inode &&
            file->size == found->info.size && file->mtime_us == found->info.mtime_us)
            claim(found, file, false);
    }
    for (size_t i = 0; i < count; i++)
        if (!all[i].skip && !all[i].file)
            TRY_GOTO(match_inode(scan, &all[i], err));
    for (size_t i = scan->files.count; whole && i-- > 0;) {
        ScanFile *file = scan->files.at[i];
        if (file->superseded && !file->claim && !file->reading &&
            file_scan_now_us(scan) - file->superseded_us >= SUPERSEDED_US)
            file_scan_forget(scan, file);
        else if (was_cleaned(scan, file))
            file_scan_forget(scan, file);
    }
    for (size_t i = 0; i < count; i++)
        if (!all[i].skip && !all[i].file)
            TRY_GOTO(match_path(scan, &all[i], err));
    for (size_t i = 0; i < count; i++)
        if (all[i].file && take_over(scan, &all[i]))
            list_push(&changed, all[i].file);
    file_scan_queue(scan, &changed);
done:
    for (size_t i = 0; i < count; i++)
        if (all[i].file)
            all[i].file->claim = NULL;
    list_free(&changed);
    free(all);
    return status;
}
