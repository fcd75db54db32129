/*
 * list.h - typed growable arrays.
 *
 *     LIST(int) numbers = {0};
 *     list_push(&numbers, 7);
 *     for (size_t i = 0; i < numbers.count; i++) use(numbers.at[i]);
 *     list_free(&numbers);
 *
 * list_push_arena grows in an arena instead; such a list is never freed.
 */
#ifndef STREAMD_BASE_LIST_H
#define STREAMD_BASE_LIST_H

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"

#define LIST(T)                                                                                    \
    struct {                                                                                       \
        T *at;                                                                                     \
        size_t count, capacity;                                                                    \
    }

#define list_reserve(list, n)                                                                      \
    do {                                                                                           \
        if ((list)->capacity < (n)) {                                                              \
            (list)->capacity = (n) > 2 * (list)->capacity ? (n) : 2 * (list)->capacity;            \
            (list)->at = mem_realloc((list)->at, (list)->capacity * sizeof *(list)->at);           \
        }                                                                                          \
    } while (0)

#define list_push(list, value)                                                                     \
    do {                                                                                           \
        list_reserve((list), (list)->count + 1);                                                   \
        (list)->at[(list)->count++] = (value);                                                     \
    } while (0)

#define list_push_arena(arena, list, value)                                                        \
    do {                                                                                           \
        if ((list)->count == (list)->capacity) {                                                   \
            size_t list_cap_ = (list)->capacity ? 2 * (list)->capacity : 8;                        \
            void *list_new_ = arena_alloc((arena), list_cap_ * sizeof *(list)->at);                \
            if ((list)->count)                                                                     \
                memcpy(list_new_, (list)->at, (list)->count * sizeof *(list)->at);                 \
            (list)->at = list_new_;                                                                \
            (list)->capacity = list_cap_;                                                          \
        }                                                                                          \
        (list)->at[(list)->count++] = (value);                                                     \
    } while (0)

#define list_free(list)                                                                            \
    do {                                                                                           \
        free((list)->at);                                                                          \
        (list)->at = NULL;                                                                         \
        (list)->count = (list)->capacity = 0;                                                      \
    } while (0)

#endif
