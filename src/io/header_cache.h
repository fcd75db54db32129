/*
 * header_cache.h - what the files or connections of a source share: the binding of headers that say
 * the same, and how rows are cut.  What is kept does not grow with those that come and go.
 */
#ifndef STREAMD_IO_HEADER_CACHE_H
#define STREAMD_IO_HEADER_CACHE_H

#include "base/list.h"
#include "catalog/connector.h"

typedef struct HeaderCache {
    Arena *arena; /* of bindings; lives as long as the source */
    Arena scratch;
    LIST(const FormatBinding *) bindings;
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
