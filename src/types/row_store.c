/*
 * row_store.c - rows kept: every batch but the last is full.
 *
 * The last batch starts small and is moved to twice the room as it fills, so that a store of a few
 * rows costs a few rows.
 */
#include "types/batch.h"
#include "types/vector_nested.h"

#include <stdlib.h>

enum { FIRST_ROWS = 64 };

/* What a Batch shows as const. */
struct RowExtra {
    int32_t *weight;
    int64_t *wm;
    uint64_t *seq;
};

void row_store_init(RowStore *store, const Type *types, uint16_t col_count)
{
    *store = (RowStore){.col_count = col_count, .rows_per_batch = BATCH_ROWS};
    arena_init(&store->arena);
    store->types = mem_alloc(sizeof *types * col_count);
    if (col_count)
        memcpy(store->types, types, sizeof *types * col_count);
}

void row_store_deinit(RowStore *store)
{
    arena_deinit(&store->arena);
    free(store->types);
    free(store->batches);
    free(store->extras);
    *store = (RowStore){0};
}

void row_store_clear(RowStore *store)
{
    arena_reset(&store->arena);
    store->batch_count = store->row_count = 0;
}

/* The room that a batch of so many rows has. */
static uint32_t capacity_of(const RowStore *store, uint32_t rows)
{
    uint32_t capacity = FIRST_ROWS;
    if (rows == 0)
        return 0;
    while (capacity < rows)
        capacity *= 2;
    return capacity < store->rows_per_batch ? capacity : store->rows_per_batch;
}

static void *grow_array(Arena *arena, const void *old, size_t size, uint32_t used, uint32_t rows)
{
    void *grown = arena_alloc(arena, size * rows);
    if (used)
        memcpy(grown, old, size * used);
    return grown;
}

static void add_batch(RowStore *store)
{
    if (store->batch_count == store->batch_capacity) {
        store->batch_capacity = store->batch_capacity ? 2 * store->batch_capacity : 4;
        store->batches =
            mem_realloc(store->batches, sizeof *store->batches * store->batch_capacity);
        store->extras = mem_realloc(store->extras, sizeof *store->extras * store->batch_capacity);
    }
    Batch *batch = &store->batches[store->batch_count];
    *batch = (Batch){.cols = arena_alloc(&store->arena, sizeof *batch->cols * store->col_count),
                     .col_count = store->col_count,
                     .has_wm = store->with_wm,
                     .wm_first = WM_NONE,
                     .wm_after = WM_NONE,
                     .ticket = store->row_count};
    store->extras[store->batch_count] = (struct RowExtra){0};
    for (uint16_t c = 0; c < store->col_count; c++)
        vector_make(&batch->cols[c], &store->arena, store->types[c], 0, false);
    store->batch_count++;
}

/* Room in the last batch for up to `wanted` more rows; returns for how many there is, at least 1.
 */
static uint32_t make_room(RowStore *store, uint32_t wanted)
{
    if (store->batch_count == 0 ||
        store->batches[store->batch_count - 1].row_count == store->rows_per_batch)
        add_batch(store);
    Batch *batch = &store->batches[store->batch_count - 1];
    struct RowExtra *extra = &store->extras[store->batch_count - 1];
    uint32_t used = batch->row_count, left = store->rows_per_batch - used;
    uint32_t count = wanted < left ? wanted : left;
    uint32_t rows = capacity_of(store, used + count);
    if (rows == capacity_of(store, used))
        return count;
    for (uint16_t c = 0; c < store->col_count; c++)
        vector_grow(&batch->cols[c], &store->arena, used, rows);
    if (store->with_weight)
        batch->weight = extra->weight =
            grow_array(&store->arena, extra->weight, sizeof *extra->weight, used, rows);
    if (store->with_wm)
        batch->wm = extra->wm = grow_array(&store->arena, extra->wm, sizeof *extra->wm, used, rows);
    if (store->with_seq)
        batch->seq = extra->seq =
            grow_array(&store->arena, extra->seq, sizeof *extra->seq, used, rows);
    return count;
}

/* Live rows from, from + 1, … of the batch. */
static void add_extras(RowStore *store, const Batch *in, uint32_t from, uint32_t count)
{
    Batch *batch = &store->batches[store->batch_count - 1];
    struct RowExtra *extra = &store->extras[store->batch_count - 1];
    uint32_t at = batch->row_count;
    if (store->with_weight)
        for (uint32_t i = 0; i < count; i++)
            extra->weight[at + i] = batch_weight(in, batch_row(in, from + i));
    if (store->with_seq)
        for (uint32_t i = 0; i < count; i++)
            extra->seq[at + i] = batch_seq(in, batch_row(in, from + i));
    if (!store->with_wm)
        return;
    for (uint32_t i = 0; i < count; i++) {
        int64_t wm = in->wm ? in->wm[batch_row(in, from + i)] : in->wm_first;
        extra->wm[at + i] = in->has_wm ? wm : WM_NONE;
    }
    if (count && at == 0)
        batch->wm_first = extra->wm[0];
    if (from + count == batch_live(in))
        batch->wm_after = in->has_wm ? in->wm_after : WM_NONE;
    else /* the batch ends before this row */
        batch->wm_after = in->has_wm && in->wm ? in->wm[batch_row(in, from + count)] : in->wm_first;
}

void row_store_add(RowStore *store, const Batch *batch)
{
    uint32_t live = batch_live(batch);
    for (uint32_t done = 0; done < live;) {
        uint32_t count = make_room(store, live - done);
        Batch *to = &store->batches[store->batch_count - 1];
        uint32_t rows = capacity_of(store, to->row_count + count);
        uint16_t picked[VECTOR_ROWS];
        for (uint32_t part = 0; part < count;) {
            uint32_t now = count - part < VECTOR_ROWS ? count - part : VECTOR_ROWS;
            for (uint32_t i = 0; i < now; i++)
                picked[i] = (uint16_t)batch_row(batch, done + part + i);
            for (uint16_t c = 0; c < store->col_count; c++)
                vector_copy(&to->cols[c], to->row_count + part, rows, &batch->cols[c], picked, now,
                            &store->arena, &store->arena);
            part += now;
        }
        add_extras(store, batch, done, count);
        to->row_count = (uint16_t)(to->row_count + count);
        store->row_count += count;
        done += count;
    }
}

void row_store_add_values(RowStore *store, const Value *values)
{
    (void)make_room(store, 1);
    Batch *batch = &store->batches[store->batch_count - 1];
    uint32_t rows = capacity_of(store, batch->row_count + 1u);
    for (uint16_t c = 0; c < store->col_count; c++)
        vector_set_value(&batch->cols[c], &store->arena, batch->row_count, rows, &values[c]);
    struct RowExtra *extra = &store->extras[store->batch_count - 1];
    if (store->with_weight)
        extra->weight[batch->row_count] = 1;
    if (store->with_wm)
        extra->wm[batch->row_count] = WM_NONE;
    if (store->with_seq)
        extra->seq[batch->row_count] = store->row_count;
    batch->row_count++;
    store->row_count++;
}
