/*
 * file_clean.h - 'scan.clean': files that have been read are archived or deleted once every open
 * source with the same path has committed them.
 */
#ifndef STREAMD_IO_FILE_CLEAN_H
#define STREAMD_IO_FILE_CLEAN_H

#include "io/file_scan.h"

typedef struct FileCleaner FileCleaner;
/* Joins those that read `path`; archive NULL: delete. Both are copied. */
FileCleaner *file_cleaner_new(const char *path, const char *archive);
void file_cleaner_free(FileCleaner *cleaner); /* NULL allowed */
/* After a commit: the files whose rows said that they are finished. What was cleaned is forgotten.
 */
void file_cleaner_run(FileCleaner *cleaner, FileScan *scan);
/* Would a scan of `path` read what is archived? */
bool file_cleaner_would_find(const char *path, const char *archive);

#endif
