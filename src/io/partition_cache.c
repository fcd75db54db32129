/* partition_cache.c - see partition_cache.h. */
#include "io/partition_cache.h"

#include <stdlib.h>
#include <string.h>
#include "base/hash.h"

void partition_cache_init(PartitionCache *cache, Arena *arena)
{
    *cache = (PartitionCache){.arena = arena};
}

void partition_cache_deinit(PartitionCache *cache)
{
    free(cache->slots);
}

/* The slot of a folder, or the free one where it belongs. */
static PartitionSlot *find_slot(PartitionCache *cache, uint64_t hash, Str folder)
{
    size_t at = hash & (cache->capacity - 1);
    while (cache->slots[at].folder &&
           (cache->slots[at].hash != hash || !str_equal(str_from(cache->slots[at].folder), folder)))
        at = (at + 1) & (cache->capacity - 1);
    return &cache->slots[at];
}

static void make_room(PartitionCache *cache)
{
    if (2 * (cache->used + 1) <= cache->capacity)
        return;
    PartitionSlot *old = cache->slots;
    size_t old_capacity = cache->capacity;
    cache->capacity = old_capacity ? 2 * old_capacity : 16;
    cache->slots = mem_zalloc(cache->capacity * sizeof *cache->slots);
    for (size_t i = 0; i < old_capacity; i++)
        if (old[i].folder)
            *find_slot(cache, old[i].hash, str_from(old[i].folder)) = old[i];
    free(old);
}

Status partition_cache_values(PartitionCache *cache, const Relation *table, const char *path,
                              const Value **out, Err *err)
{
    const char *slash = strrchr(path, '/');
    Str folder = {path, slash ? (size_t)(slash - path) : 0};
    uint64_t hash = hash_bytes(folder.data, folder.length);
    make_room(cache);
    PartitionSlot *slot = find_slot(cache, hash, folder);
    if (!slot->folder) {
        Value *values;
        TRY(partition_values(table, path, cache->arena, &values, err));
        if (!values) {
            *out = NULL; /* the table has none */
            return OK;
        }
        *slot =
            (PartitionSlot){hash, arena_strndup(cache->arena, folder.data, folder.length), values};
        cache->used++;
    }
    *out = slot->values;
    return OK;
}
