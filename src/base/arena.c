/* arena.c - bump allocation in doubling blocks; see arena.h. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

/* A block beyond LARGEST_KEPT was made for one huge value, and goes when the arena is reset. */
enum { FIRST_BLOCK = 4096, LARGEST_STEP = 1 << 20, LARGEST_KEPT = 16 << 20, MAX_ALIGN = 64 };

struct ArenaBlock {
    ArenaBlock *next;
    size_t size; /* of the space after this header */
    _Alignas(16) char space[];
};

_Noreturn static void out_of_memory(size_t size)
{
    (void)fprintf(stderr, "streamd: out of memory (%zu bytes wanted)\n", size);
    abort();
}

void *mem_alloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p)
        out_of_memory(size);
    return p;
}

void *mem_zalloc(size_t size)
{
    void *p = calloc(1, size ? size : 1);
    if (!p)
        out_of_memory(size);
    return p;
}

void *mem_realloc(void *old, size_t size)
{
    void *p = realloc(old, size ? size : 1);
    if (!p)
        out_of_memory(size);
    return p;
}

void *mem_alloc_wide(size_t size)
{
    enum { HUGE_PAGE = 2 << 20 };
    if (size < HUGE_PAGE)
        return mem_alloc(size);
    void *p = NULL;
    if (posix_memalign(&p, HUGE_PAGE, size) != 0)
        out_of_memory(size);
    (void)madvise(p, size / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
    return p;
}

char *mem_strndup(const char *text, size_t length)
{
    char *copy = mem_alloc(length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *mem_strdup(const char *text)
{
    return mem_strndup(text, strlen(text));
}

void arena_init(Arena *arena)
{
    *arena = (Arena){0};
}

void arena_deinit(Arena *arena)
{
    ArenaBlock *block = arena->head;
    while (block) {
        ArenaBlock *next = block->next;
        UNPOISON(block->space, block->size);
        free(block);
        block = next;
    }
    *arena = (Arena){0};
}

void arena_reset(Arena *arena)
{
    ArenaBlock *kept = NULL;
    for (ArenaBlock *b = arena->head; b; b = b->next)
        if (b->size <= LARGEST_KEPT && (!kept || b->size > kept->size))
            kept = b;
    /* Of the newest block only what was handed out needs poisoning again. */
    if (kept)
        POISON(kept->space, kept == arena->head ? (size_t)(arena->at - kept->space) : kept->size);
    for (ArenaBlock *b = arena->head, *next; b; b = next) {
        next = b->next;
        if (b == kept)
            continue;
        UNPOISON(b->space, b->size);
        free(b);
    }
    *arena = (Arena){.head = kept};
    if (kept) {
        kept->next = NULL;
        arena->at = kept->space;
        arena->end = kept->space + kept->size;
    }
}

void arena_join(Arena *arena, Arena *from)
{
    if (!arena->head) {
        *arena = *from;
    } else if (from->head) {
        ArenaBlock *last = from->head;
        while (last->next)
            last = last->next;
        last->next = arena->head->next;
        arena->head->next = from->head;
        arena->taken += from->taken;
    }
    *from = (Arena){0};
}

static void add_block(Arena *arena, size_t wanted)
{
    size_t size = arena->head ? arena->head->size * 2 : FIRST_BLOCK;
    if (size > LARGEST_STEP)
        size = LARGEST_STEP;
    if (size < wanted + MAX_ALIGN)
        size = wanted + MAX_ALIGN;
    ArenaBlock *block = mem_alloc(sizeof *block + size);
    block->next = arena->head;
    block->size = size;
    arena->head = block;
    arena->at = block->space;
    arena->end = block->space + size;
    POISON(block->space, size);
}

void *arena_alloc_aligned(Arena *arena, size_t size, size_t align)
{
    uintptr_t start = ((uintptr_t)arena->at + (align - 1)) & ~(uintptr_t)(align - 1);
    if (!arena->head || start + size > (uintptr_t)arena->end) {
        add_block(arena, size);
        start = ((uintptr_t)arena->at + (align - 1)) & ~(uintptr_t)(align - 1);
    }
    char *p = arena->at + (start - (uintptr_t)arena->at);
    arena->at = p + size;
    arena->taken += size;
    UNPOISON(p, size);
    return p;
}

void *arena_alloc(Arena *arena, size_t size)
{
    return arena_alloc_aligned(arena, size, 16);
}

void *arena_zalloc(Arena *arena, size_t size)
{
    return memset(arena_alloc(arena, size), 0, size);
}

char *arena_strndup(Arena *arena, const char *text, size_t length)
{
    char *copy = arena_alloc_aligned(arena, length + 1, 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *arena_strdup(Arena *arena, const char *text)
{
    return arena_strndup(arena, text, strlen(text));
}

char *arena_printf(Arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = arena_alloc_aligned(arena, (size_t)length + 1, 1);
    (void)vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}
