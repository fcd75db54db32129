/*
 * file_walk.h - the files that a table's 'path' stands for: a file, a folder with all below it, or
 * a pattern (see glob.h).
 */
#ifndef STREAMD_IO_FILE_WALK_H
#define STREAMD_IO_FILE_WALK_H

#include "base/file.h"
#include "base/list.h"

typedef struct FileWalk {
    const char **files; /* sorted by bytes, each once; in the caller's arena */
    size_t file_count;
    const char *
        *folders; /* those that were looked into, for watching; empty with want_folders false */
    size_t folder_count;
    bool missing;         /* a plain path, or the folder that a pattern begins with, is not there */
    const char *existing; /* then: its nearest folder that is */
} FileWalk;

/* Folders that cannot be read: an error, or with `problem` that is told and the walk goes on. */
Status file_walk(const char *path, bool want_folders, Arena *arena, FileWalk *out,
                 void (*problem)(void *context, const Err *err), void *context,
                 Err *err) MUST_CHECK;
/* Sorts paths by bytes and leaves each once; returns how many there are then. */
size_t file_walk_unique(const char **paths, size_t count);
/* Would the walk find this path, if it is there? */
bool file_walk_matches(const char *path, const char *candidate);

#endif
