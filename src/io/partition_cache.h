/*
 * partition_cache.h - the values of partition folders, parsed once a folder: files come and go by
 * the million, their folders do not.
 */
#ifndef STREAMD_IO_PARTITION_CACHE_H
#define STREAMD_IO_PARTITION_CACHE_H

#include "io/partition.h"

typedef struct PartitionSlot {
    uint64_t hash;
    const char *folder; /* NULL: free */
    const Value *values;
} PartitionSlot;

typedef struct PartitionCache {
    Arena *arena; /* of folders and values; lives as long as the source */
    PartitionSlot *slots;
    size_t capacity, used;
} PartitionCache;

void partition_cache_init(PartitionCache *cache, Arena *arena);
void partition_cache_deinit(PartitionCache *cache);
/* As partition_values, for a file's path. */
Status partition_cache_values(PartitionCache *cache, const Relation *table, const char *path,
                              const Value **out, Err *err) MUST_CHECK;

#endif
