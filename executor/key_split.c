/*
 * key_split.c - the first step of sorting many items by all lanes at once; see key_sort_inside.h.
 *
 *     share of each lane ──> digits ──> which bucket? ──> each bucket's items side by side
 *
 * Buckets are ranges of digits, bounded by digits of a sample.  A digit that the
 * sample met has a bucket of its own (from it up to the next number), so a run
 * that has two digits at all falls into two buckets at least: digits that
 * nearly all items share cannot keep it from ending.  Each lane writes its
 * items of a bucket behind those of the lanes before it, so that equal keys
 * stay in their order.
 */
#include "executor/key_sort_inside.h"

#include <stdlib.h>

enum {
    SAMPLE = 1024,
    BUCKETS = 64,      /* at most */
    RUNS_PER_LANE = 8, /* so many and more, for lanes to end at about the same time */
};

typedef struct Split {
    const KeySort *sort;
    KeyItem *items, *spare; /* of the run */
    KeyRun run;
    int lanes;
    uint64_t *lowest, *highest; /* digits, by lane */
    uint64_t bounds[BUCKETS];   /* where buckets begin; the first one begins at 0 */
    int buckets;
    size_t (*places)[BUCKETS]; /* by lane: items of a bucket, then where the next one goes */
} Split;

static size_t share(const Split *split, int lane)
{
    return parallel_share(split->run.count, split->lanes, lane);
}

static void load_share(void *context, int lane)
{
    Split *split = context;
    size_t from = share(split, lane), end = share(split, lane + 1);
    key_load_digits(split->sort, split->run.place, split->items + from, end - from);
    uint64_t lowest = UINT64_MAX, highest = 0;
    for (size_t i = from; i < end; i++) {
        uint64_t digit = split->items[i].digit;
        lowest = digit < lowest ? digit : lowest;
        highest = digit > highest ? digit : highest;
    }
    split->lowest[lane] = lowest;
    split->highest[lane] = highest;
}

static int bucket_of(const Split *split, uint64_t digit)
{
    int low = 0, high = split->buckets - 1;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (split->bounds[middle] <= digit)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

static void count_share(void *context, int lane)
{
    Split *split = context;
    for (size_t i = share(split, lane), end = share(split, lane + 1); i < end; i++)
        split->places[lane][bucket_of(split, split->items[i].digit)]++;
}

static void move_share(void *context, int lane)
{
    Split *split = context;
    for (size_t i = share(split, lane), end = share(split, lane + 1); i < end; i++) {
        int bucket = bucket_of(split, split->items[i].digit);
        split->spare[split->places[lane][bucket]++] = split->items[i];
    }
}

static void copy_share(void *context, int lane)
{
    Split *split = context;
    size_t from = share(split, lane), end = share(split, lane + 1);
    memcpy(split->items + from, split->spare + from, (end - from) * sizeof *split->items);
}

static int compare_digits(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void add_bound(Split *split, uint64_t digit)
{
    if (digit > split->bounds[split->buckets - 1] && split->buckets < BUCKETS)
        split->bounds[split->buckets++] = digit;
}

static void choose_bounds(Split *split)
{
    uint64_t sample[SAMPLE];
    for (size_t i = 0; i < SAMPLE; i++)
        sample[i] = split->items[parallel_share(split->run.count, SAMPLE, (int)i)].digit;
    qsort(sample, SAMPLE, sizeof *sample, compare_digits);
    split->bounds[0] = 0;
    split->buckets = 1;
    for (size_t i = 0; i < BUCKETS / 2; i++) {
        uint64_t digit = sample[i * SAMPLE / (BUCKETS / 2)];
        add_bound(split, digit);
        if (digit < UINT64_MAX)
            add_bound(split, digit + 1);
    }
}

/* Numbers of items become places in `spare`: by bucket, by lane within it. Adds the buckets as runs
 * that go on at the same place. */
static void make_places(Split *split, KeyRuns *runs)
{
    size_t at = 0;
    for (int b = 0; b < split->buckets; b++) {
        size_t from = at;
        for (int lane = 0; lane < split->lanes; lane++) {
            size_t count = split->places[lane][b];
            split->places[lane][b] = at;
            at += count;
        }
        if (at - from > 1)
            list_push(&runs->waiting,
                      ((KeyRun){split->run.from + from, at - from, split->run.place}));
    }
}

/* Cuts a run into the shorter ones that are left to sort. */
static void split_run(Split *split, KeyRuns *runs)
{
    const KeySort *sort = split->sort;
    KeyPlace *place = &split->run.place;
    while (place->column < sort->column_count) {
        if (!key_has_digits(&sort->columns[place->column])) {
            list_push(&runs->waiting, split->run);
            return;
        }
        parallel_run(sort->parallel, load_share, split);
        for (int lane = 1; lane < split->lanes; lane++) {
            if (split->lowest[lane] < split->lowest[0])
                split->lowest[0] = split->lowest[lane];
            if (split->highest[lane] > split->highest[0])
                split->highest[0] = split->highest[lane];
        }
        if (split->lowest[0] != split->highest[0])
            break;
        *place = key_next_place(sort, *place, split->lowest[0]);
    }
    if (place->column == sort->column_count)
        return;
    choose_bounds(split);
    memset(split->places, 0, sizeof *split->places * (size_t)split->lanes);
    parallel_run(sort->parallel, count_share, split);
    make_places(split, runs);
    parallel_run(sort->parallel, move_share, split);
    parallel_run(sort->parallel, copy_share, split);
}

void key_split(const KeySort *sort, KeyItem *items, KeyItem *spare, size_t count, KeyRuns *runs)
{
    int lanes = parallel_lanes(sort->parallel);
    size_t long_run = count / (size_t)(RUNS_PER_LANE * lanes);
    Split split = {.sort = sort, .lanes = lanes};
    split.lowest = mem_alloc(sizeof *split.lowest * 2 * (size_t)lanes);
    split.highest = split.lowest + lanes;
    split.places = mem_alloc(sizeof *split.places * (size_t)lanes);
    KeyRuns cut = {0};
    list_push(&cut.waiting, ((KeyRun){0, count, {0, 0}}));
    while (cut.waiting.count > 0) {
        KeyRun run = cut.waiting.at[--cut.waiting.count];
        if (run.count <= long_run || run.count < SAMPLE ||
            !key_has_digits(&sort->columns[run.place.column])) {
            list_push(&runs->waiting, run);
            continue;
        }
        split.run = run;
        split.items = items + run.from;
        split.spare = spare + run.from;
        split_run(&split, &cut);
    }
    list_free(&cut.waiting);
    free(split.lowest);
    free(split.places);
}
