/*
 * arena.h - memory that dies together.
 *
 * Four lifetimes exist (process, job, batch, state); each is an Arena.  Memory
 * is taken by bumping a pointer and never freed singly; arena_reset gives all
 * of it back but keeps the largest block for reuse (no more than 16 MiB: what
 * one huge value needed goes), so a scratch arena that is reset per batch
 * settles into no malloc at all.  Under AddressSanitizer freed
 * space is poisoned.  Running out of memory aborts: limits are checked before.
 */
#ifndef STREAMD_BASE_ARENA_H
#define STREAMD_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

typedef struct ArenaBlock ArenaBlock;
typedef struct Arena {
    ArenaBlock *head; /* the block being filled */
    char *at, *end;   /* free space in it */
    size_t taken;     /* bytes handed out since the last reset */
} Arena;

void arena_init(Arena *arena);
void arena_deinit(Arena *arena);
void arena_reset(Arena *arena);

/* Moves everything in `from` into `arena`: it stays where it is, and dies with it. `from` is empty
 * then. */
void arena_join(Arena *arena, Arena *from);

/* Aligned to 16 bytes (arena_alloc_aligned: to `align`, a power of two up to 64). Never NULL.
 * The content is undefined; arena_zalloc clears it. */
void *arena_alloc_aligned(Arena *arena, size_t size, size_t align);
void *arena_alloc(Arena *arena, size_t size);
void *arena_zalloc(Arena *arena, size_t size);
char *arena_strndup(Arena *arena, const char *text, size_t length); /* NUL-terminated */
char *arena_strdup(Arena *arena, const char *text);
char *arena_printf(Arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

#define ARENA_NEW(arena, T)      ((T *)arena_zalloc((arena), sizeof(T)))
#define ARENA_ARRAY(arena, T, n) ((T *)arena_zalloc((arena), sizeof(T) * (size_t)(n)))

/* malloc and friends that abort when memory is out. */
void *mem_alloc(size_t size);
void *mem_zalloc(size_t size);
void *mem_realloc(void *old, size_t size);
/* Memory that is read and written here and there: from 2 MiB on by huge pages where the system has
 * them, since most of such an access is finding the page. For free(). */
void *mem_alloc_wide(size_t size);
char *mem_strdup(const char *text);
char *mem_strndup(const char *text, size_t length);

#endif
