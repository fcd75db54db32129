/* batch.c - chunks and copies of batches; see batch.h. */
#include "types/batch.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { CHUNK_ALIGN = 64 };

Chunk *chunk_new(uint32_t capacity)
{
    Chunk *chunk = mem_zalloc(sizeof *chunk);
    size_t size = ((size_t)capacity + 2 * CHUNK_PAD + CHUNK_ALIGN - 1) & ~(size_t)(CHUNK_ALIGN - 1);
    char *memory = NULL;
    if (posix_memalign((void **)&memory, CHUNK_ALIGN, size) != 0)
        abort();
    /* Readers may look into the pads, so they are defined. */
    memset(memory, 0, CHUNK_PAD);
    memset(memory + size - CHUNK_PAD - CHUNK_ALIGN, 0, CHUNK_PAD + CHUNK_ALIGN);
    chunk->references = 1;
    chunk->capacity = capacity;
    chunk->data = memory + CHUNK_PAD;
    chunk->line = -1;
    arena_init(&chunk->text);
    return chunk;
}

void chunk_retain(Chunk *chunk)
{
    atomic_fetch_add_explicit(&chunk->references, 1, memory_order_relaxed);
}

void chunk_release(Chunk *chunk)
{
    if (!chunk || atomic_fetch_sub_explicit(&chunk->references, 1, memory_order_acq_rel) > 1)
        return;
    arena_deinit(&chunk->text);
    free(chunk->data - CHUNK_PAD);
    free(chunk);
}

void batch_copy(Batch *out, const Batch *in, Arena *arena)
{
    uint32_t live = batch_live(in);
    Batch copy = {
        .cols = arena_alloc(arena, sizeof *copy.cols * in->col_count),
        .col_count = in->col_count,
        .row_count = (uint16_t)live,
        .has_wm = in->has_wm,
        .wm_first = in->wm_first,
        .wm_after = in->wm_after,
        .ticket = in->ticket,
    };
    for (uint16_t c = 0; c < in->col_count; c++) {
        vector_make(&copy.cols[c], arena, in->cols[c].type, live, false);
        vector_copy(&copy.cols[c], 0, live, &in->cols[c], in->sel, live, arena, arena);
    }
    if (in->weight) {
        int32_t *weight = arena_alloc(arena, sizeof *weight * live);
        for (uint32_t i = 0; i < live; i++)
            weight[i] = in->weight[batch_row(in, i)];
        copy.weight = weight;
    }
    if (in->wm) {
        int64_t *wm = arena_alloc(arena, sizeof *wm * live);
        for (uint32_t i = 0; i < live; i++)
            wm[i] = in->wm[batch_row(in, i)];
        copy.wm = wm;
    }
    if (in->seq || in->sel) {
        uint64_t *seq = arena_alloc(arena, sizeof *seq * live);
        for (uint32_t i = 0; i < live; i++)
            seq[i] = batch_seq(in, batch_row(in, i));
        copy.seq = seq;
    }
    *out = copy;
}
