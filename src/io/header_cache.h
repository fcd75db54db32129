/*
 * header_cache.h - bindings of headers: files and connections whose first bytes are the same share
 * one.
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
} HeaderCache;

void header_cache_init(HeaderCache *cache, Arena *arena);
void header_cache_deinit(HeaderCache *cache);
/* As FormatClass.binding_new, which may be NULL. */
Status header_cache_bind(HeaderCache *cache, const FormatClass *format, const Relation *table,
                         const char *path, Str head, bool whole, size_t *consumed, int64_t *lines,
                         const FormatBinding **out, Err *err) MUST_CHECK;

#endif
