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
    list_free(&cache->bindings);
}

static bool same_binding(const FormatBinding *a, const FormatBinding *b)
{
    size_t size = (size_t)a->field_count * sizeof *a->fields;
    return !a->fields == !b->fields && a->field_count == b->field_count &&
           (!a->fields || memcmp(a->fields, b->fields, size) == 0);
}

/* Headers differ by what they skip, by case and by quotes: what they say is what counts. */
static const FormatBinding *keep_binding(HeaderCache *cache, const FormatBinding *binding)
{
    for (size_t i = 0; i < cache->bindings.count; i++)
        if (same_binding(cache->bindings.at[i], binding))
            return cache->bindings.at[i];
    FormatBinding *kept = ARENA_NEW(cache->arena, FormatBinding);
    kept->field_count = binding->field_count;
    if (binding->fields) {
        size_t size = (size_t)binding->field_count * sizeof *binding->fields;
        uint16_t *fields = arena_alloc(cache->arena, size + 1);
        if (size)
            memcpy(fields, binding->fields, size);
        kept->fields = fields;
    }
    list_push(&cache->bindings, kept);
    return kept;
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
    *out = keep_binding(cache, binding);
    return OK;
}

const CutPlan *header_cache_cut_plan(HeaderCache *cache, const FormatClass *format,
                                     const Relation *table)
{
    if (!cache->cut_plan && format->cut_plan)
        cache->cut_plan = format->cut_plan(table, cache->arena);
    return cache->cut_plan;
}
