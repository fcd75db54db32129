/*
 * key_sort.h - many rows in the order of their keys: for ORDER BY and for groups.
 *
 * What is sorted are items of 16 bytes: a number made of eight bytes of the key
 * that orders as they do, and the caller's name for the row.  Sorting is
 * stable: items with equal keys stay in the order in which they came.
 */
#ifndef STREAMD_EXECUTOR_KEY_SORT_H
#define STREAMD_EXECUTOR_KEY_SORT_H

#include "executor/parallel.h"
#include "types/type.h"

typedef struct KeyItem {
    uint64_t digit; /* key_sort's */
    uint64_t row;   /* the caller's */
} KeyItem;

typedef struct KeyColumn {
    PhysicalClass physical;
    bool descending, nulls_first;
} KeyColumn;

enum { KEY_SORT_BLOCK = 256 }; /* items for which values are asked at most */

typedef struct KeySort {
    const KeyColumn *columns;
    uint16_t column_count;
    const void *context;
    /* Where the items' values of a column lie, at any address; NULL: the value is NULL. */
    void (*values)(const void *context, uint16_t column, const KeyItem *items, uint32_t count,
                   const void **values);
    /* Two rows by one column as it is to be ordered, NULLs too: negative, 0 or positive. */
    int (*compare)(const void *context, uint16_t column, uint64_t row, uint64_t other);
    const Parallel *parallel; /* NULL: the calling thread alone. The two above are then called by
                                 several at once */
} KeySort;

/* Sorts; takes 16 bytes an item more while it does. */
void key_sort(const KeySort *sort, KeyItem *items, size_t count);

/* The first number of a value (NULL pointer: of NULL): rows whose numbers differ are in their
 * order, of rows whose numbers are the same nothing is said. */
uint64_t key_first_digit(const KeyColumn *column, const void *value);

#endif
