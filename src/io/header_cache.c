/* header_cache.c - see header_cache.h. */
#include "io/header_cache.h"

#include <stdlib.h>

void header_cache_init(HeaderCache *cache, Arena *arena)
{
    *cache = (HeaderCache){.arena = arena};
    arena_init(&cache->scratch);
}

void header_cache_deinit(HeaderCache *cache)
{
    arena_deinit(&cache->scratch);
    free(cache->head);
}

Status header_cache_bind(HeaderCache *cache, const FormatClass *format, const Relation *table,
                         const char *path, Str head, bool whole, size_t *consumed, int64_t *lines,
                         const FormatBinding **out, Err *err)
{
    FormatBinding *binding = NULL;
    *consumed = 0;
    *lines = 0;
    *out = NULL;
    if (!format->binding_new)
        return OK;
    arena_reset(&cache->scratch);
    TRY(format->binding_new(table, path, head, whole, &cache->scratch, consumed, lines, &binding,
                            err));
    if (*consumed == SIZE_MAX || !binding)
        return OK;
    if (!cache->head || cache->head_length != *consumed ||
        memcmp(cache->head, head.data, *consumed) != 0) {
        TRY(format->binding_new(table, path, head, whole, cache->arena, consumed, lines, &binding,
                                err));
        cache->head = mem_realloc(cache->head, *consumed + 1);
        memcpy(cache->head, head.data, *consumed);
        cache->head_length = *consumed;
        cache->binding = binding;
    }
    *out = cache->binding;
    return OK;
}

const CutPlan *header_cache_cut_plan(HeaderCache *cache, const FormatClass *format,
                                     const Relation *table)
{
    if (!cache->cut_plan && format->cut_plan)
        cache->cut_plan = format->cut_plan(table, cache->arena);
    return cache->cut_plan;
}
