/* kept_rows.c - see kept_rows.h. */
#include "executor/kept_rows.h"

#include <stdlib.h>

enum { PART, ROW, SEQ, WEIGHT, FIRST_COLUMN };

void kept_rows_init(KeptRows *kept, const PhysicalNode *plan, bool with_seq)
{
    Type *types = mem_alloc(sizeof *types * (plan->column_count + 1u));
    for (uint16_t c = 0; c < plan->column_count; c++)
        types[c] = plan->columns[c].type;
    *kept = (KeptRows){.saved = 0};
    row_store_init(&kept->rows, types, plan->column_count);
    kept->rows.with_seq = with_seq;
    kept->rows.with_weight = !plan->append_only;
    free(types);
}

void kept_rows_deinit(KeptRows *kept)
{
    row_store_deinit(&kept->rows);
}

void kept_rows_clear(KeptRows *kept)
{
    row_store_clear(&kept->rows);
    kept->changed = 0;
}

void kept_rows_replaced(KeptRows *kept)
{
    kept->changed = 0;
}

void kept_rows_table(const PhysicalNode *plan, StateTable *table, Arena *job)
{
    uint16_t count = (uint16_t)(FIRST_COLUMN + plan->column_count);
    StateColumn *columns = ARENA_ARRAY(job, StateColumn, count);
    columns[PART] = (StateColumn){"part", type_of(TYPE_INT)};
    columns[ROW] = (StateColumn){"row", type_of(TYPE_BIGINT)};
    columns[SEQ] = (StateColumn){"seq", type_of(TYPE_BIGINT)};
    columns[WEIGHT] = (StateColumn){"weight", type_of(TYPE_INT)};
    for (uint16_t c = 0; c < plan->column_count; c++)
        columns[FIRST_COLUMN + c] = (StateColumn){
            arena_printf(job, "c%d_%s", c, plan->columns[c].name), plan->columns[c].type};
    *table =
        (StateTable){.name = "rows", .columns = columns, .column_count = count, .key_count = SEQ};
}

static void fill_key(Batch *batch, int part, size_t first, Arena *scratch)
{
    Value number = value_int(part);
    vector_make_const(&batch->cols[PART], scratch, &number);
    vector_make(&batch->cols[ROW], scratch, type_of(TYPE_BIGINT), batch->row_count, false);
    for (uint32_t i = 0; i < batch->row_count; i++)
        ((int64_t *)batch->cols[ROW].data)[i] = (int64_t)(first + i);
}

static Status put_deleted(KeptRows *kept, int part, const StateTable *table, const StateOut *out,
                          Arena *scratch, Err *err)
{
    for (size_t at = kept->rows.row_count; at < kept->saved; at += BATCH_ROWS) {
        size_t left = kept->saved - at;
        Batch batch = {.cols = ARENA_ARRAY(scratch, Vector, table->column_count),
                       .col_count = table->column_count,
                       .row_count = (uint16_t)(left < BATCH_ROWS ? left : BATCH_ROWS)};
        int32_t *weight = ARENA_ARRAY(scratch, int32_t, batch.row_count);
        for (uint32_t i = 0; i < batch.row_count; i++)
            weight[i] = -1;
        batch.weight = weight;
        fill_key(&batch, part, at, scratch);
        for (uint16_t c = SEQ; c < table->column_count; c++) {
            Value none = value_null(table->columns[c].type);
            vector_make_const(&batch.cols[c], scratch, &none);
        }
        TRY(out->put(out->context, 0, &batch, err));
    }
    return OK;
}

static Status put_batch(const Batch *rows, int part, size_t first, uint32_t skip,
                        const StateTable *table, const StateOut *out, Arena *scratch, Err *err)
{
    Batch batch = {.cols = ARENA_ARRAY(scratch, Vector, table->column_count),
                   .col_count = table->column_count,
                   .row_count = rows->row_count};
    uint16_t *sel = arena_alloc(scratch, sizeof *sel * (rows->row_count + 1u));
    fill_key(&batch, part, first, scratch);
    vector_make(&batch.cols[SEQ], scratch, type_of(TYPE_BIGINT), rows->row_count, false);
    vector_make(&batch.cols[WEIGHT], scratch, type_of(TYPE_INT), rows->row_count, false);
    for (uint32_t i = 0; i < rows->row_count; i++) {
        ((int64_t *)batch.cols[SEQ].data)[i] = rows->seq ? (int64_t)rows->seq[i] : 0;
        ((int32_t *)batch.cols[WEIGHT].data)[i] = batch_weight(rows, i);
    }
    memcpy(&batch.cols[FIRST_COLUMN], rows->cols, sizeof *rows->cols * rows->col_count);
    for (uint32_t i = skip; i < rows->row_count; i++)
        sel[i - skip] = (uint16_t)i;
    batch.sel = sel;
    batch.sel_count = (uint16_t)(rows->row_count - skip);
    return out->put(out->context, 0, &batch, err);
}

Status kept_rows_save(KeptRows *kept, int part, const StateTable *table, bool full,
                      const StateOut *out, Arena *scratch, Err *err)
{
    if (full)
        kept->saved = kept->changed = 0;
    TRY(put_deleted(kept, part, table, out, scratch, err));
    for (size_t b = kept->changed / BATCH_ROWS; b < kept->rows.batch_count; b++) {
        size_t first = b * BATCH_ROWS;
        uint32_t skip = kept->changed > first ? (uint32_t)(kept->changed - first) : 0;
        if (skip < kept->rows.batches[b].row_count)
            TRY(put_batch(&kept->rows.batches[b], part, first, skip, table, out, scratch, err));
    }
    kept->saved = kept->changed = kept->rows.row_count;
    return OK;
}

void kept_rows_load(KeptRows *kept, int part, const Batch *rows, Arena *scratch)
{
    uint16_t *sel = arena_alloc(scratch, sizeof *sel * (rows->row_count + 1u));
    uint64_t *seq = arena_alloc(scratch, sizeof *seq * (rows->row_count + 1u));
    int32_t *weight = arena_alloc(scratch, sizeof *weight * (rows->row_count + 1u));
    Batch batch = *rows;
    batch.sel = sel;
    batch.sel_count = 0;
    for (uint32_t i = 0; i < batch_live(rows); i++) {
        uint32_t row = batch_row(rows, i);
        if (vector_get(&rows->cols[PART], row).as.integer != part)
            continue;
        sel[batch.sel_count++] = (uint16_t)row;
        seq[row] = (uint64_t)vector_get(&rows->cols[SEQ], row).as.integer;
        weight[row] = (int32_t)vector_get(&rows->cols[WEIGHT], row).as.integer;
    }
    batch.seq = seq;
    batch.weight = weight;
    batch.cols = rows->cols + FIRST_COLUMN;
    batch.col_count = (uint16_t)(rows->col_count - FIRST_COLUMN);
    row_store_add(&kept->rows, &batch);
    kept->saved = kept->changed = kept->rows.row_count;
}
