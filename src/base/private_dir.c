/* private_dir.c - see private_dir.h. */
#include "base/private_dir.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/file.h"

#define LOCK_NAME ".lock"

enum { RANDOM_LETTERS = 6 };

static bool is_ours(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid();
}

/* "<stem>-" and what mkdtemp puts behind it. */
static bool is_name(const char *name, const char *stem)
{
    size_t length = strlen(stem);
    if (strncmp(name, stem, length) != 0 || name[length] != '-' ||
        strlen(name) != length + 1 + RANDOM_LETTERS)
        return false;
    for (name += length + 1; *name; name++)
        if (!isalnum((unsigned char)*name))
            return false;
    return true;
}

/* Whatever fails here is left for another time. */
static void remove_left(const char *base, const char *stem, Arena *arena)
{
    FileEntry *entries;
    size_t count;
    Err ignored = ERR_NONE;
    if (file_list_directory(base, arena, &entries, &count, &ignored) != OK)
        return;
    for (size_t i = 0; i < count; i++) {
        if (!is_name(entries[i].name, stem))
            continue;
        const char *path = path_join(arena, base, entries[i].name);
        const char *lock_path = path_join(arena, path, LOCK_NAME);
        FileInfo info;
        if (!is_ours(path) || file_stat(lock_path, &info, &ignored) != OK || !info.exists)
            continue;
        int lock;
        bool busy;
        if (file_lock(lock_path, &lock, &busy, &ignored) != OK)
            continue;
        (void)!file_remove_tree(path, &ignored);
        file_close(lock);
    }
}

/* Without a lock the folder is as good; only nobody will remove it. */
static void take_lock(PrivateDir *dir, Arena *arena)
{
    const char *young = path_join(arena, dir->path, LOCK_NAME ".young");
    Err ignored = ERR_NONE;
    bool busy;
    if (file_lock(young, &dir->lock, &busy, &ignored) != OK)
        dir->lock = -1;
    else if (file_rename(young, path_join(arena, dir->path, LOCK_NAME), &ignored) != OK) {
        file_close(dir->lock);
        dir->lock = -1;
    }
}

Status private_dir_make(const char *stem, PrivateDir *dir, Err *err)
{
    *dir = (PrivateDir){.lock = -1};
    const char *base = getenv("TMPDIR");
    Arena arena;
    arena_init(&arena);
    base = file_absolute(base && *base ? base : "/tmp", &arena);
    char *path = arena_printf(&arena, "%s/%s-XXXXXX", base, stem);
    Status status = OK;
    if (mkdtemp(path)) {
        dir->path = mem_strdup(path);
        take_lock(dir, &arena);
        remove_left(base, stem, &arena);
    } else {
        status = err_errno(err, errno, "make the temporary directory", path);
    }
    arena_deinit(&arena);
    return status;
}

Status private_dir_remove(PrivateDir *dir, Err *err)
{
    if (!dir->path)
        return OK;
    Status status = file_remove_tree(dir->path, err);
    if (dir->lock >= 0)
        file_close(dir->lock);
    free(dir->path);
    *dir = (PrivateDir){.lock = -1};
    return status;
}
