/*
 * private_dir.h - a folder in $TMPDIR (or /tmp) for this process alone, which goes away with it.
 *
 * A process that is killed leaves its folder behind; the next one that makes such a folder removes
 * it.  A lock in the folder says whether its process lives: it is taken before it gets the name by
 * which others find it, so a folder without one is young, of an older version or not ours, and
 * stays.  So do folders of other users.
 */
#ifndef STREAMD_BASE_PRIVATE_DIR_H
#define STREAMD_BASE_PRIVATE_DIR_H

#include "base/arena.h"
#include "base/err.h"

typedef struct PrivateDir {
    char *path; /* absolute; NULL: none was made */
    int lock;
} PrivateDir;

/* Makes $TMPDIR/<stem>-XXXXXX, and removes those of this stem whose processes are gone. */
Status private_dir_make(const char *stem, PrivateDir *dir, Err *err) MUST_CHECK;
/* The folder goes away with all that is in it; nothing is done where none was made. */
Status private_dir_remove(PrivateDir *dir, Err *err) MUST_CHECK;

#endif
