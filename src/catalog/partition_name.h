/*
 * partition_name.h - how PARTITIONED BY names its folders: Hive's and Spark's `column=value`.
 */
#ifndef STREAMD_CATALOG_PARTITION_NAME_H
#define STREAMD_CATALOG_PARTITION_NAME_H

#include "base/buf.h"
#include "base/str.h"

#define PARTITION_NULL "__HIVE_DEFAULT_PARTITION__"

enum { PARTITION_NAME_MOST = 255 }; /* bytes that Linux's file systems take for a name */

/* Adds a column's name or value as a folder's name may hold it: Hive's special characters become
 * %XX. */
void partition_escape(Buf *out, Str value);
/* How many bytes that adds. */
size_t partition_escaped_length(Str value);

#endif
