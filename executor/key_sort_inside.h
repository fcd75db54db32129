/* key_sort_inside.h - what key_sort.c and key_split.c share. */
#ifndef STREAMD_EXECUTOR_KEY_SORT_INSIDE_H
#define STREAMD_EXECUTOR_KEY_SORT_INSIDE_H

#include "base/list.h"
#include "executor/key_sort.h"

/* A digit of a key: `at` counts its column's bytes or words. */
typedef struct KeyPlace {
    uint16_t column;
    uint32_t at;
} KeyPlace;

/* Items that have all digits before `place` in common. */
typedef struct KeyRun {
    size_t from, count;
    KeyPlace place;
} KeyRun;

typedef struct KeyRuns {
    LIST(KeyRun) waiting;
} KeyRuns;

/* Whether values of this column can be read as digits at all. */
bool key_has_digits(const KeyColumn *column);
void key_load_digits(const KeySort *sort, KeyPlace place, KeyItem *items, size_t count);
/* Where to go on with items that have `digit` in common; behind the last column: they are equal. */
KeyPlace key_next_place(const KeySort *sort, KeyPlace place, uint64_t digit);

/* Long runs cut into short ones by all lanes at once, so that those can be sorted one by one: adds
 * to `runs` what is left to sort of all `count` items. */
void key_split(const KeySort *sort, KeyItem *items, KeyItem *spare, size_t count, KeyRuns *runs);

#endif
