/*
 * file_match.h - telling known files from new ones (a part of file_scan.c's work).
 */
#ifndef STREAMD_IO_FILE_MATCH_H
#define STREAMD_IO_FILE_MATCH_H

#include "io/file_scan.h"

/* Looks at files that were found, all of them (`whole`) or some, and queues what there is to read.
 */
Status file_match(FileScan *scan, const char *const *paths, size_t count, bool whole,
                  Err *err) MUST_CHECK;
/* Queues files in the scan's order; compressed ones wait until they are quiet. */
void file_scan_queue(FileScan *scan, ScanFiles *changed);
/* Looks again when it has not grown for long enough: is it complete? */
void file_scan_wait(FileScan *scan, ScanFile *file, bool left);

#endif
