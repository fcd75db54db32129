/*
 * chunk_pool.h - chunks whose memory is used again.
 *
 * The pool keeps a reference of its own on every chunk it has handed out; one that nobody else
 * holds any more is free.  Made for one thread at a time, while others may release chunks.
 */
#ifndef STREAMD_IO_CHUNK_POOL_H
#define STREAMD_IO_CHUNK_POOL_H

#include "types/batch.h"

enum { CHUNK_POOL_SIZE = 64 };
typedef struct ChunkPool {
    Chunk *chunks[CHUNK_POOL_SIZE];
    uint32_t capacity; /* of pooled chunks; larger ones are made and freed singly */
    int count, next, limit;
} ChunkPool;

/* Keeps up to `limit` chunks (at most CHUNK_POOL_SIZE) of `capacity` bytes. */
void chunk_pool_init(ChunkPool *pool, uint32_t capacity, int limit);
void chunk_pool_deinit(ChunkPool *pool);
/* A chunk of at least `capacity` bytes with length 0 and an empty arena; the caller releases it. */
Chunk *chunk_pool_take(ChunkPool *pool, uint32_t capacity);

#endif
