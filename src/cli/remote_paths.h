/*
 * remote_paths.h - relative paths of a statement mean this process's folder, whoever runs it.
 *
 * A daemon on this machine has a working directory of its own, and may have another one tomorrow.
 * So that `FROM 'in/a.csv'` and 'path' = 'out/' are the same files in local and in daemon mode, the
 * literals become absolute before the statement is sent; errors point into the statement as typed.
 */
#ifndef STREAMD_CLI_REMOTE_PATHS_H
#define STREAMD_CLI_REMOTE_PATHS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"

/* Text that stands in place of a literal. */
typedef struct PathEdit {
    size_t at, old_length, new_length; /* in the statement as typed */
} PathEdit;
typedef LIST(PathEdit) PathEdits; /* in the arena, in order */

/* The statement with absolute paths, in the arena, or itself: without any relative path, or if it
 * does not parse (whoever runs it will say why). */
Str remote_paths_absolute(Str statement, Arena *arena, PathEdits *edits);
/* A position in what was sent as one in what was typed. */
int32_t remote_paths_position(const PathEdits *edits, int32_t position);

#endif
