/*
 * header_cache.h - what the files or connections of a source share of their format: the binding of
 * equal headers, and how rows are cut.
 */
#ifndef STREAMD_IO_HEADER_CACHE_H
#define STREAMD_IO_HEADER_CACHE_H

#include "catalog/connector.h"

typedef struct HeaderCache {
    Arena *arena; /* of bindings; lives as long as the source */
    Arena scratch;
    char *head; /* the bytes that `binding` was made from */
    size_t head_length;
    const FormatBinding *binding;
    const CutPlan *cut_plan; /* NULL: not made yet, or none */
} HeaderCache;

void header_cache_init(HeaderCache *cache, Arena *arena);
void header_cache_deinit(HeaderCache *cache);
/* As FormatClass.binding_new, which may be NULL. */
Status header_cache_bind(HeaderCache *cache, const FormatClass *format, const Relation *table,
                         const char *path, Str head, bool whole, size_t *consumed, int64_t *lines,
                         const FormatBinding **out, Err *err) MUST_CHECK;

/* FormatClass.cut_plan, made at the first call. */
const CutPlan *header_cache_cut_plan(HeaderCache *cache, const FormatClass *format,
                                     const Relation *table);

#endif
