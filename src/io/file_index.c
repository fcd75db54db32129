/* file_index.c - files by path and by inode; see file_scan.h. */
#include "io/file_scan.h"

#include <stdlib.h>
#include "base/hash.h"

static ScanFile stone; /* where a file was taken out */

static void index_put(ScanIndex *index, uint64_t hash, ScanFile *file)
{
    size_t at = hash & (index->capacity - 1);
    while (index->slots[at].file)
        at = (at + 1) & (index->capacity - 1);
    index->slots[at] = (ScanSlot){hash, file};
    index->used++;
}

static void index_add(ScanIndex *index, uint64_t hash, ScanFile *file)
{
    if (2 * (index->used + 1) > index->capacity) {
        ScanIndex old = *index;
        size_t live = 0;
        for (size_t i = 0; i < old.capacity; i++)
            live += old.slots[i].file && old.slots[i].file != &stone;
        size_t capacity = 64;
        while (capacity < 4 * (live + 1))
            capacity *= 2;
        *index = (ScanIndex){mem_zalloc(sizeof(ScanSlot) * capacity), capacity, 0};
        for (size_t i = 0; i < old.capacity; i++)
            if (old.slots[i].file && old.slots[i].file != &stone)
                index_put(index, old.slots[i].hash, old.slots[i].file);
        free(old.slots);
    }
    index_put(index, hash, file);
}

static void index_remove(ScanIndex *index, uint64_t hash, const ScanFile *file)
{
    if (!index->capacity)
        return;
    for (size_t at = hash & (index->capacity - 1); index->slots[at].file;
         at = (at + 1) & (index->capacity - 1))
        if (index->slots[at].file == file) {
            index->slots[at] = (ScanSlot){0, &stone};
            return;
        }
}

static uint64_t path_hash(const char *path)
{
    return hash_bytes(path, strlen(path));
}

ScanFile *file_index_path(const FileScan *scan, const char *path)
{
    const ScanIndex *index = &scan->by_path;
    uint64_t hash = path_hash(path);
    if (!index->capacity)
        return NULL;
    for (size_t at = hash & (index->capacity - 1); index->slots[at].file;
         at = (at + 1) & (index->capacity - 1)) {
        ScanFile *file = index->slots[at].file;
        if (file != &stone && index->slots[at].hash == hash && !file->superseded &&
            strcmp(file->path, path) == 0)
            return file;
    }
    return NULL;
}

ScanFile *file_index_inode(const FileScan *scan, uint64_t inode, size_t *at)
{
    const ScanIndex *index = &scan->by_inode;
    uint64_t hash = hash_u64(inode);
    if (!index->capacity)
        return NULL;
    for (;; ++*at) {
        const ScanSlot *slot = &index->slots[(hash + *at) & (index->capacity - 1)];
        if (!slot->file)
            return NULL;
        if (slot->file != &stone && slot->hash == hash && slot->file->inode == inode) {
            ++*at;
            return slot->file;
        }
    }
}

void file_index_add(FileScan *scan, ScanFile *file)
{
    index_add(&scan->by_path, path_hash(file->path), file);
    index_add(&scan->by_inode, hash_u64(file->inode), file);
}

void file_index_remove(FileScan *scan, ScanFile *file)
{
    index_remove(&scan->by_path, path_hash(file->path), file);
    index_remove(&scan->by_inode, hash_u64(file->inode), file);
}

void file_index_deinit(FileScan *scan)
{
    free(scan->by_path.slots);
    free(scan->by_inode.slots);
    scan->by_path = scan->by_inode = (ScanIndex){0};
}
