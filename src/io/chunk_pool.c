/* chunk_pool.c - see chunk_pool.h. */
#include "io/chunk_pool.h"

#include <stdatomic.h>

void chunk_pool_init(ChunkPool *pool, uint32_t capacity, int limit)
{
    *pool = (ChunkPool){.capacity = capacity, .limit = limit};
}

void chunk_pool_deinit(ChunkPool *pool)
{
    for (int i = 0; i < pool->count; i++)
        chunk_release(pool->chunks[i]);
    pool->count = 0;
}

Chunk *chunk_pool_take(ChunkPool *pool, uint32_t capacity)
{
    if (capacity > pool->capacity)
        return chunk_new(capacity);
    for (int i = 0; i < pool->count; i++) {
        Chunk *chunk = pool->chunks[i];
        if (atomic_load_explicit(&chunk->references, memory_order_acquire) != 1)
            continue;
        arena_reset(&chunk->text);
        chunk->length = 0;
        chunk->line = -1;
        chunk->origin = NULL;
        chunk_retain(chunk);
        return chunk;
    }
    Chunk *chunk = chunk_new(pool->capacity);
    chunk_retain(chunk);
    if (pool->count < pool->limit) {
        pool->chunks[pool->count++] = chunk;
    } else {
        /* All are held by others, some perhaps for long: the pool lets go of one of them. */
        chunk_release(pool->chunks[pool->next]);
        pool->chunks[pool->next] = chunk;
        pool->next = (pool->next + 1) % pool->limit;
    }
    return chunk;
}
