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

#define VFS_NAME "streamd" /* what sqlite3_open_v2 takes */

/* Makes the VFS known to SQLite, once for all threads, not as the default.  If SQLite refuses,
 * opening a database with VFS_NAME fails. */
void vfs_register(void);

#endif
