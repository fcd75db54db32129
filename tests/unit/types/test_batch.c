#include "types_help.h"
#include "types/batch.h"

enum { ROWS = 100 };

/* Rows with an integer, a text longer than a view and an array. */
static void make_batch(Batch *batch, Arena *arena, int64_t first, uint16_t rows)
{
    static Type element;
    element = type_of(TYPE_INT);
    Type types[] = {type_of(TYPE_BIGINT), type_of(TYPE_VARCHAR), type_array(&element)};
    *batch = (Batch){.col_count = 3, .row_count = rows, .ticket = 1000 + (uint64_t)first};
    batch->cols = ARENA_ARRAY(arena, Vector, 3);
    for (int c = 0; c < 3; c++)
        vector_make(&batch->cols[c], arena, types[c], rows, true);
    for (uint32_t i = 0; i < rows; i++) {
        int64_t key = first + i;
        Value number = value_bigint(key);
        Value text = value_text(
            arena, str_from(arena_printf(arena, "the text of row %lld", (long long)key)));
        Value item = value_int((int32_t)key);
        Value list = {.type = types[2], .as.list = {&item, 1}};
        vector_set_value(&batch->cols[0], arena, i, rows, &number);
        vector_set_value(&batch->cols[1], arena, i, rows, &text);
        if (key % 5 == 0)
            vector_set_null(&batch->cols[2], arena, i, rows);
        else
            vector_set_value(&batch->cols[2], arena, i, rows, &list);
    }
}

static void check_row(const Batch *batch, uint32_t row, int64_t key)
{
    char expected[64];
    Buf out;
    buf_init(&out);
    cr_assert_eq(vector_get(&batch->cols[0], row).as.integer, key);
    vector_format(&batch->cols[1], row, NULL, &out);
    (void)snprintf(expected, sizeof expected, "the text of row %lld", (long long)key);
    cr_assert_str_eq(buf_text(&out), expected);
    buf_clear(&out);
    vector_format(&batch->cols[2], row, NULL, &out);
    (void)snprintf(expected, sizeof expected, "{%lld}", (long long)key);
    cr_assert_str_eq(buf_text(&out), key % 5 ? expected : "");
    buf_deinit(&out);
}

Test(batch, copy_keeps_the_live_rows)
{
    Arena arena, source;
    arena_init(&arena);
    arena_init(&source);
    Batch in, out, plain;
    make_batch(&in, &source, 0, ROWS);
    batch_copy(&plain, &in, &arena);
    cr_assert_null(plain.seq);
    cr_assert_eq(plain.ticket, in.ticket);
    static const uint16_t sel[] = {3, 50, 99};
    int32_t weight[ROWS];
    int64_t wm[ROWS];
    for (int i = 0; i < ROWS; i++) {
        weight[i] = i - 200;
        wm[i] = 10 * i;
    }
    in.sel = sel;
    in.sel_count = 3;
    in.weight = weight;
    in.wm = wm;
    in.has_wm = true;
    in.wm_after = 5000;
    batch_copy(&out, &in, &arena);
    arena_deinit(&source);
    cr_assert(out.row_count == 3 && !out.sel && !out.owners);
    for (uint32_t i = 0; i < 3; i++) {
        check_row(&out, i, sel[i]);
        cr_assert_eq(batch_weight(&out, i), weight[sel[i]]);
        cr_assert_eq(out.wm[i], wm[sel[i]]);
        cr_assert_eq(batch_seq(&out, i), 1000u + sel[i]);
    }
    cr_assert(out.has_wm && out.wm_after == 5000);
    for (uint32_t i = 0; i < ROWS; i++)
        check_row(&plain, i, i);
    arena_deinit(&arena);
}

static void check_store(uint16_t rows_per_batch, uint16_t rows_a_call)
{
    Arena scratch;
    arena_init(&scratch);
    Batch in;
    make_batch(&in, &scratch, 0, 1);
    Type types[] = {in.cols[0].type, in.cols[1].type, in.cols[2].type};
    RowStore store;
    row_store_init(&store, types, 3);
    store.rows_per_batch = rows_per_batch;
    store.with_seq = store.with_weight = store.with_wm = true;
    for (int round = 0; round < 2; round++) {
        int64_t wanted = 0;
        uint16_t sel[2 * BATCH_ROWS];
        for (int call = 0; call < 20; call++) {
            arena_reset(&scratch);
            make_batch(&in, &scratch, wanted, (uint16_t)(rows_a_call + 1));
            for (uint16_t i = 0; i < rows_a_call; i++)
                sel[i] = i;
            in.sel = call % 2 ? sel : NULL;
            in.sel_count = rows_a_call;
            if (!in.sel)
                in.row_count = rows_a_call;
            in.has_wm = true;
            in.wm_first = wanted;
            in.wm_after = wanted + 1;
            row_store_add(&store, &in);
            wanted += rows_a_call;
        }
        Value last[3];
        make_batch(&in, &scratch, wanted, 1);
        for (int c = 0; c < 3; c++)
            last[c] = vector_get_deep(&in.cols[c], 0, &scratch);
        row_store_add_values(&store, last);
        arena_reset(&scratch);
        cr_assert_eq(store.row_count, wanted + 1);
        int64_t key = 0;
        for (size_t b = 0; b < store.batch_count; b++) {
            const Batch *batch = &store.batches[b];
            cr_assert(batch->row_count == rows_per_batch || b + 1 == store.batch_count);
            for (uint32_t i = 0; i < batch->row_count; i++, key++) {
                check_row(batch, i, key);
                cr_assert_eq(batch_weight(batch, i), 1);
                if (key == wanted)
                    break;
                cr_assert_eq(batch_seq(batch, i), 1000u + (uint64_t)key);
                cr_assert_eq(batch->wm[i], key / rows_a_call * rows_a_call);
            }
        }
        cr_assert_eq(key, wanted);
        row_store_clear(&store);
        cr_assert_eq(store.row_count, 0);
    }
    row_store_deinit(&store);
    arena_deinit(&scratch);
}

Test(batch, row_store)
{
    check_store(BATCH_ROWS, 1);
    check_store(BATCH_ROWS, 37);
    check_store(BATCH_ROWS, BATCH_ROWS - 1);
    check_store(100, 37);
    check_store(64, 64);
    check_store(7, 100);
    check_store(1, 5);
}

Test(batch, chunks)
{
    for (uint32_t capacity = 0; capacity < 300; capacity += 13) {
        Chunk *chunk = chunk_new(capacity);
        cr_assert_eq((uintptr_t)chunk->data % 64, 0);
        memset(chunk->data, 'x', capacity);
        for (int i = 1; i <= CHUNK_PAD; i++)
            cr_assert(chunk->data[-i] == 0 && chunk->data[capacity + (uint32_t)i - 1] == 0);
        (void)arena_strdup(&chunk->text, "text that dies with the chunk");
        chunk_retain(chunk);
        chunk_release(chunk);
        chunk_release(chunk);
    }
    chunk_release(NULL);
}
