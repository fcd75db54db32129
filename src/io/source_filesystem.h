/*
 * source_filesystem.h - columns of files that have no DDL.
 */
#ifndef STREAMD_IO_SOURCE_FILESYSTEM_H
#define STREAMD_IO_SOURCE_FILESYSTEM_H

#include "catalog/connector.h"

/* SourceClass.infer: columns from a sample of the first file, then those of its k=v folders. 0A000
 * for formats whose columns cannot be inferred. */
Status source_filesystem_infer(const Relation *table, Arena *arena, ColumnDef **columns,
                               int *column_count, OptionList *options, Err *err) MUST_CHECK;

#endif
