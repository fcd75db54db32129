/*
 * batch.h - what moves through the program: up to 2,048 rows in columns.
 *
 * Source rows, operator output, state changes and source offsets are all
 * batches.  A batch is borrowed for one call: whoever keeps rows beyond it
 * copies them (batch_copy) or retains the chunks that text views point into.
 */
#ifndef STREAMD_TYPES_BATCH_H
#define STREAMD_TYPES_BATCH_H

#include "types/vector.h"

enum { BATCH_ROWS = VECTOR_ROWS };

/* A reference-counted buffer of source bytes with CHUNK_PAD readable bytes on both sides. */
enum { CHUNK_PAD = 64 };
typedef struct Chunk {
    _Atomic int32_t references;
    uint32_t capacity;
    char *data; /* points CHUNK_PAD into the allocation */
    uint32_t length;
    Arena text; /* unescaped fields that views point to; dies with the chunk */
    /* Where the bytes come from. */
    uint64_t ticket;     /* position in source order */
    int64_t file_offset; /* of data[0] in the file's (decompressed) content */
    int64_t arrival_us;  /* when it came in, by the engine's clock */
    int64_t line;        /* lines before data[0] in the file, or -1: not known yet */
    void *origin;        /* the source's own: which file or connection */
} Chunk;

Chunk *chunk_new(uint32_t capacity); /* references = 1 */
void chunk_retain(Chunk *chunk);
void chunk_release(Chunk *chunk); /* NULL allowed */

typedef struct Batch {
    Vector *cols;
    uint16_t col_count, row_count; /* rows present in every column */
    uint16_t sel_count;
    bool has_wm;           /* the rows have an event time */
    const uint16_t *sel;   /* live rows, ascending; NULL: all */
    const int32_t *weight; /* any value but 0; NULL: all +1 (append-only, the fast path) */
    /* Watermark of the row's own source before this row, µs (made by closing a window: its end -
     * 1). Never decreases along the rows of one source.  NULL with has_wm: wm_first for every row.
     */
    const int64_t *wm;
    int64_t wm_first, wm_after; /* watermark before the first row, and after the last (has_wm) */
    const uint64_t
        *seq; /* source order of each row, survives filters and exchanges; NULL: ticket + row */
    uint64_t ticket; /* position of the batch in source order: chunk number << 24 | row in chunk */
    int64_t arrival_us; /* stamped once at the source: PROCTIME() and now() of these rows */
    Chunk **owners;     /* what text views point into; NULL: memory that lives long enough */
    uint16_t owner_count;
} Batch;

#define WM_NONE INT64_MIN /* no watermark yet */
#define WM_END  INT64_MAX /* the source has ended: +infinity */

static inline uint32_t batch_live(const Batch *batch)
{
    return batch->sel ? batch->sel_count : batch->row_count;
}
static inline uint32_t batch_row(const Batch *batch, uint32_t i) /* of the i-th live row */
{
    return batch->sel ? batch->sel[i] : i;
}
static inline uint64_t batch_seq(const Batch *batch, uint32_t row)
{
    return batch->seq ? batch->seq[row] : batch->ticket + row;
}
static inline int32_t batch_weight(const Batch *batch, uint32_t row)
{
    return batch->weight ? batch->weight[row] : 1;
}

/* A deep copy of the live rows (sel becomes NULL, vectors FLAT, text copied) in the arena. */
void batch_copy(Batch *out, const Batch *in, Arena *arena);

/* Rows collected over many calls, in whole batches of up to `rows_per_batch`; text is copied. */
typedef struct RowStore {
    Arena arena;
    Type *types;
    uint16_t col_count;
    uint16_t rows_per_batch;
    bool with_weight, with_wm, with_seq; /* set before the first row */
    Batch *batches;                      /* all but the last have rows_per_batch rows */
    size_t batch_count, batch_capacity, row_count;
    struct RowExtra *extras; /* the batches' arrays, to write to */
} RowStore;
void row_store_init(RowStore *store, const Type *types, uint16_t col_count);
void row_store_deinit(RowStore *store);
void row_store_clear(RowStore *store);
void row_store_add(RowStore *store, const Batch *batch); /* the live rows */
/* Adds one row of given values (weight 1). */
void row_store_add_values(RowStore *store, const Value *values);

#endif
