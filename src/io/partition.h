/*
 * partition.h - `k=v` folders: Hive's and Spark's way to keep columns in a path.
 */
#ifndef STREAMD_IO_PARTITION_H
#define STREAMD_IO_PARTITION_H

#include "catalog/catalog.h"
#include "catalog/partition_name.h"

/* %XX back to bytes; what is not of that form stays. */
Str partition_unescape(Str text, Arena *arena);
/* The text after `name=` in the folders of a path, the deepest one; false if there is none. Names
 * match without regard to case. */
bool partition_find(const char *path, const char *name, Str *value);
/* Visits the k=v folders of a path from left to right. */
void partition_each(const char *path, void (*visit)(void *context, Str name, Str value),
                    void *context);
/* The values of the table's PARTITION columns in their order, in the arena; *out = NULL when it has
 * none.  22000 when the path lacks one, 22P02 and the like when one is not of its type; both name
 * path and column. */
Status partition_values(const Relation *table, const char *path, Arena *arena, Value **out,
                        Err *err) MUST_CHECK;

#endif
