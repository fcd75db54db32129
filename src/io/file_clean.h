/*
 * file_clean.h - 'scan.clean': files that have been read are archived or deleted once every open
 * source with the same path, and every job that reads the table and is not loaded, has committed
 * them.
 */
#ifndef STREAMD_IO_FILE_CLEAN_H
#define STREAMD_IO_FILE_CLEAN_H

#include "io/file_scan.h"

typedef struct FileCleaner FileCleaner;
/* Joins those that read `path`; archive NULL: delete. Both are copied. */
FileCleaner *file_cleaner_new(const char *path, const char *archive);
void file_cleaner_free(FileCleaner *cleaner); /* NULL allowed */
/* After a commit, or when a file has not grown for long enough: the files that were committed to
 * their end, by jobs that are not loaded too. What was cleaned is forgotten. */
void file_cleaner_run(FileCleaner *cleaner, FileScan *scan, const SourceConfig *config);
/* Would a scan of `path` read what is archived? */
bool file_cleaner_would_find(const char *path, const char *archive);

#endif
