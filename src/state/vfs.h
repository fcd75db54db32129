/*
 * vfs.h - SQLite's file calls, countable and breakable.
 *
 * A VFS named "streamd" that hands everything on to the default one, but asks
 * file_fault_point (base/file.h) first about each call that changes a file:
 * creating open, write, sync, truncate, delete.  So one test's counter runs over our own calls
 * and SQLite's alike.  The WAL index (-shm), which no recovery reads, is left out.
 */
#ifndef STREAMD_STATE_VFS_H
#define STREAMD_STATE_VFS_H

#include "base/err.h"

/* Makes the VFS known to SQLite, once for all threads, not as the default; *name is what
 * sqlite3_open_v2 takes.  XX000 if SQLite refuses. */
Status vfs_register(const char **name, Err *err) MUST_CHECK;

#endif
