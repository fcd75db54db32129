/*
 * key_sort.c - see key_sort.h.
 *
 * Keys are read as numbers of many digits, a digit being eight bytes: all
 * items are sorted by their first digit, then each run of items that have it in
 * common by the next one, and so on until every run is one item or the keys end.
 * Only digits are compared and moved, and a key is read no further than it takes
 * to tell it from the others.  Runs wait in a list, not on the stack: how deep
 * it goes is up to the data.
 *
 * Digits of one column, at place `at`:
 *   numbers    the value; of 128 bits two of them
 *   text       seven bytes and how many of them there are, 1 to 8; 9: more follow
 *   NULL       the least or the greatest of all; where a value may be that, too,
 *              a digit that tells them apart comes next
 */
#include "executor/key_sort_inside.h"

#include <stdlib.h>

enum {
    PARALLEL_ITEMS = 1 << 15, /* from which on it is worth waking threads */
    SMALL_RUN = 12,           /* compared key by key */
    TEXT_STEP = 7,
    TEXT_MORE = 9,
};
#define AT_NULL UINT32_MAX
#define SIGN    (1ull << 63)

/* ---- digits ---- */

bool key_has_digits(const KeyColumn *column)
{
    return column->physical != PHYSICAL_INTERVAL && column->physical != PHYSICAL_LIST &&
           column->physical != PHYSICAL_STRUCT;
}

static uint64_t double_digit(double value)
{
    uint64_t bits;
    if (value != value)
        return UINT64_MAX; /* NaN is greatest */
    value += 0.0;
    memcpy(&bits, &value, sizeof bits);
    return bits & SIGN ? ~bits : bits | SIGN;
}

static uint64_t text_digit(const void *value, uint32_t at)
{
    Text text;
    memcpy(&text, value, sizeof text);
    uint32_t left = text.length - at; /* a text that ended is not asked again */
    uint64_t bytes = 0;
    if (left == 0)
        return 1;
    if (left >= sizeof bytes || at == 0) /* even a short one has eight bytes of space */
        memcpy(&bytes, text_bytes(&text) + at, sizeof bytes);
    else
        memcpy(&bytes, text_bytes(&text) + at, left);
    uint32_t unused = left < TEXT_STEP ? 8 - left : 1;
    bytes = __builtin_bswap64(bytes) >> 8 * unused << 8 * unused;
    return bytes | (left > TEXT_STEP ? TEXT_MORE : left + 1);
}

static uint64_t wide_digit(const void *value, uint32_t at)
{
    uint64_t half;
    memcpy(&half, (const char *)value + (at == 0 ? 8 : 0), sizeof half);
    return at == 0 ? half ^ SIGN : half;
}

#define INTEGER(T)                                                                                 \
    do {                                                                                           \
        T integer;                                                                                 \
        memcpy(&integer, value, sizeof integer);                                                   \
        return (uint64_t)((int64_t)integer ^ INT64_MIN);                                           \
    } while (0)

static uint64_t plain_digit(PhysicalClass physical, const void *value, uint32_t at)
{
    switch (physical) {
    case PHYSICAL_BOOL:
        return 1u + (*(const uint8_t *)value & 1u);
    case PHYSICAL_I8:
        INTEGER(int8_t);
    case PHYSICAL_I16:
        INTEGER(int16_t);
    case PHYSICAL_I32:
        INTEGER(int32_t);
    case PHYSICAL_I64:
        INTEGER(int64_t);
    case PHYSICAL_I128:
        return wide_digit(value, at);
    case PHYSICAL_F32: {
        float real;
        memcpy(&real, value, sizeof real);
        return double_digit((double)real);
    }
    case PHYSICAL_F64: {
        double real;
        memcpy(&real, value, sizeof real);
        return double_digit(real);
    }
    case PHYSICAL_VIEW:
        return text_digit(value, at);
    case PHYSICAL_INTERVAL:
    case PHYSICAL_LIST:
    case PHYSICAL_STRUCT:
        break;
    }
    return 1;
}

static uint64_t null_digit(const KeyColumn *column)
{
    return column->nulls_first ? 0 : UINT64_MAX;
}

static inline uint64_t digit_of(const KeyColumn *column, const void *value, uint32_t at)
{
    if (at == AT_NULL)
        return value ? 1 : null_digit(column);
    if (!value)
        return null_digit(column);
    uint64_t digit = plain_digit(column->physical, value, at);
    return column->descending ? ~digit : digit;
}

uint64_t key_first_digit(const KeyColumn *column, const void *value)
{
    return digit_of(column, value, 0);
}

/* Whether a value can have the digit of NULL. */
static bool reaches_null(PhysicalClass physical)
{
    return physical == PHYSICAL_I64 || physical == PHYSICAL_I128 || physical == PHYSICAL_F32 ||
           physical == PHYSICAL_F64;
}

/* Where to go on with items that have `digit` in common. */
KeyPlace key_next_place(const KeySort *sort, KeyPlace place, uint64_t digit)
{
    const KeyColumn *column = &sort->columns[place.column];
    KeyPlace next = {(uint16_t)(place.column + 1), 0};
    bool is_null = digit == null_digit(column);
    if (column->physical == PHYSICAL_VIEW) {
        uint64_t plain = column->descending ? ~digit : digit;
        if (!is_null && (plain & 0xFF) == TEXT_MORE)
            next = (KeyPlace){place.column, place.at + TEXT_STEP};
    } else if (place.at == 0 && is_null && reaches_null(column->physical)) {
        next = (KeyPlace){place.column, AT_NULL};
    } else if (column->physical == PHYSICAL_I128 &&
               (place.at == 0 || (place.at == AT_NULL && !is_null))) {
        next = (KeyPlace){place.column, 1};
    }
    return next;
}

/* ---- by digits ---- */

void key_load_digits(const KeySort *sort, KeyPlace place, KeyItem *items, size_t count)
{
    const KeyColumn *column = &sort->columns[place.column];
    const void *values[KEY_SORT_BLOCK];
    for (size_t at = 0; at < count; at += KEY_SORT_BLOCK) {
        uint32_t block = count - at < KEY_SORT_BLOCK ? (uint32_t)(count - at) : KEY_SORT_BLOCK;
        sort->values(sort->context, place.column, items + at, block, values);
        for (uint32_t i = 0; i < block; i++)
            items[at + i].digit = digit_of(column, values[i], place.at);
    }
}

static void insertion_sort(KeyItem *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        KeyItem item = items[i];
        size_t at = i;
        for (; at > 0 && item.digit < items[at - 1].digit; at--)
            items[at] = items[at - 1];
        items[at] = item;
    }
}

static void merge_runs(const KeyItem *from, KeyItem *to, size_t middle, size_t end)
{
    size_t a = 0, b = middle, out = 0;
    while (a < middle && b < end) {
        bool second = from[b].digit < from[a].digit;
        to[out++] = second ? from[b] : from[a];
        b += second;
        a += !second;
    }
    memcpy(to + out, from + a, (middle - a) * sizeof *to);
    memcpy(to + out + (middle - a), from + b, (end - b) * sizeof *to);
}

static void merge_sort(KeyItem *items, KeyItem *spare, size_t count)
{
    KeyItem *from = items, *to = spare;
    for (size_t at = 0; at < count; at += SMALL_RUN)
        insertion_sort(items + at, count - at < SMALL_RUN ? count - at : SMALL_RUN);
    for (size_t width = SMALL_RUN; width < count; width *= 2) {
        for (size_t at = 0; at < count; at += 2 * width) {
            size_t end = count - at < 2 * width ? count - at : 2 * width;
            merge_runs(from + at, to + at, end < width ? end : width, end);
        }
        KeyItem *swap = from;
        from = to;
        to = swap;
    }
    if (from != items)
        memcpy(items, from, sizeof *items * count);
}

/* From the lowest byte on; bytes that are the same in all (`differ` has no bit there) are left out.
 */
static void radix_sort(KeyItem *items, KeyItem *spare, size_t count, uint64_t differ)
{
    KeyItem *from = items, *to = spare;
    for (int shift = 0; shift < 64; shift += 8) {
        if ((differ >> shift & 0xFF) == 0)
            continue;
        size_t places[256] = {0}, sum = 0;
        for (size_t i = 0; i < count; i++)
            places[from[i].digit >> shift & 0xFF]++;
        for (int b = 0; b < 256; b++) {
            size_t here = places[b];
            places[b] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++)
            to[places[from[i].digit >> shift & 0xFF]++] = from[i];
        KeyItem *swap = from;
        from = to;
        to = swap;
    }
    if (from != items)
        memcpy(items, from, sizeof *items * count);
}

static void sort_digits(KeyItem *items, KeyItem *spare, size_t count)
{
    uint64_t all = ~0ull, any = 0;
    for (size_t i = 0; i < count; i++) {
        all &= items[i].digit;
        any |= items[i].digit;
    }
    uint64_t differ = all ^ any;
    size_t passes = 0, halvings = 0;
    for (int shift = 0; shift < 64; shift += 8)
        passes += (differ >> shift & 0xFF) != 0;
    for (size_t left = count; left > 1; left /= 2)
        halvings++;
    /* A pass goes over the items twice and over its 256 places. */
    if (passes * (2 * count + 256) < 2 * halvings * count)
        radix_sort(items, spare, count, differ);
    else
        merge_sort(items, spare, count);
}

/* ---- by comparing ---- */

static int compare_from(const KeySort *sort, uint16_t column, uint64_t row, uint64_t other)
{
    int order = 0;
    for (; column < sort->column_count && order == 0; column++)
        order = sort->compare(sort->context, column, row, other);
    return order;
}

static void sort_few(const KeySort *sort, uint16_t column, KeyItem *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        KeyItem item = items[i];
        size_t at = i;
        for (; at > 0 && compare_from(sort, column, item.row, items[at - 1].row) < 0; at--)
            items[at] = items[at - 1];
        items[at] = item;
    }
}

/* Where a value has no digits its rank becomes one: found by merging, from below. */
static void rank(const KeySort *sort, uint16_t column, KeyItem *items, KeyItem *spare, size_t count)
{
    KeyItem *from = items, *to = spare;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t at = 0; at < count; at += 2 * width) {
            size_t end = count - at < 2 * width ? count : at + 2 * width;
            size_t middle = count - at < width ? count : at + width;
            for (size_t a = at, b = middle, out = at; out < end; out++) {
                bool second =
                    a == middle ||
                    (b < end && sort->compare(sort->context, column, from[b].row, from[a].row) < 0);
                to[out] = second ? from[b++] : from[a++];
            }
        }
        KeyItem *swap = from;
        from = to;
        to = swap;
    }
    if (from != items)
        memcpy(items, from, sizeof *items * count);
    uint64_t digit = 1;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && sort->compare(sort->context, column, items[i - 1].row, items[i].row) != 0)
            digit++;
        spare[i].digit = digit;
    }
    for (size_t i = 0; i < count; i++)
        items[i].digit = spare[i].digit;
}

/* ---- all of it ---- */

/* Sorts a run as far as it takes to split it into shorter ones, which then wait. */
static void sort_run(const KeySort *sort, KeyRun run, KeyItem *items, KeyItem *spare, KeyRuns *runs)
{
    items += run.from;
    spare += run.from;
    KeyPlace place = run.place;
    for (; place.column < sort->column_count; place = key_next_place(sort, place, items[0].digit)) {
        if (run.count <= SMALL_RUN) {
            sort_few(sort, place.column, items, run.count);
            return;
        }
        if (key_has_digits(&sort->columns[place.column])) {
            key_load_digits(sort, place, items, run.count);
            sort_digits(items, spare, run.count);
        } else {
            rank(sort, place.column, items, spare, run.count);
        }
        if (items[0].digit != items[run.count - 1].digit)
            break;
    }
    if (place.column == sort->column_count)
        return;
    for (size_t from = 0, end; from < run.count; from = end) {
        for (end = from + 1; end < run.count && items[end].digit == items[from].digit; end++)
            ;
        KeyPlace next = key_next_place(sort, place, items[from].digit);
        if (end - from > 1 && next.column < sort->column_count)
            list_push(&runs->waiting, ((KeyRun){run.from + from, end - from, next}));
    }
}

/* Sorts what waits, with all that comes of it, and empties the list. */
static void sort_waiting(const KeySort *sort, KeyItem *items, KeyItem *spare, KeyRuns *runs)
{
    while (runs->waiting.count > 0) {
        KeyRun run = runs->waiting.at[--runs->waiting.count];
        sort_run(sort, run, items, spare, runs);
    }
}

/* ---- by all lanes ---- */

typedef struct Shared {
    const KeySort *sort;
    KeyItem *items, *spare;
    KeyRuns runs;
    _Atomic size_t taken;
} Shared;

static void sort_some(void *context, int lane)
{
    Shared *shared = context;
    KeyRuns own = {0};
    size_t at;
    (void)lane;
    while ((at = shared->taken++) < shared->runs.waiting.count) {
        list_push(&own.waiting, shared->runs.waiting.at[at]);
        sort_waiting(shared->sort, shared->items, shared->spare, &own);
    }
    list_free(&own.waiting);
}

void key_sort(const KeySort *sort, KeyItem *items, size_t count)
{
    if (count < 2)
        return;
    Shared shared = {
        .sort = sort, .items = items, .spare = mem_alloc_wide(sizeof *shared.spare * count)};
    if (parallel_lanes(sort->parallel) > 1 && count >= PARALLEL_ITEMS) {
        key_split(sort, items, shared.spare, count, &shared.runs);
        parallel_run(sort->parallel, sort_some, &shared);
    } else {
        list_push(&shared.runs.waiting, ((KeyRun){0, count, {0, 0}}));
        sort_waiting(sort, items, shared.spare, &shared.runs);
    }
    list_free(&shared.runs.waiting);
    free(shared.spare);
}
