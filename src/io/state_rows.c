/* state_rows.c - see state_rows.h. */
#include "io/state_rows.h"

void state_rows_init(RowStore *out, const StateTable *table)
{
    Type types[64];
    for (uint16_t i = 0; i < table->column_count && i < 64; i++)
        types[i] = table->columns[i].type;
    row_store_init(out, types, table->column_count);
    out->with_weight = true;
}

void state_rows_add(RowStore *out, const StateTable *table, const Value *values, int32_t weight)
{
    if (weight == 1) {
        row_store_add_values(out, values);
        return;
    }
    Arena scratch;
    arena_init(&scratch);
    Batch row = {.cols = ARENA_ARRAY(&scratch, Vector, table->column_count),
                 .col_count = table->column_count,
                 .row_count = 1,
                 .weight = &weight};
    for (uint16_t c = 0; c < table->column_count; c++) {
        Value value =
            c < table->key_count || weight > 0 ? values[c] : value_null(table->columns[c].type);
        value.type = table->columns[c].type;
        vector_make(&row.cols[c], &scratch, value.type, 1, true);
        vector_set_value(&row.cols[c], &scratch, 0, 1, &value);
    }
    row_store_add(out, &row);
    arena_deinit(&scratch);
}

Status state_rows_each(const RowStore *rows, const StateTable *table,
                       Status (*visit)(void *context, const Value *values, Err *err), void *context,
                       Err *err)
{
    Value values[64];
    for (size_t b = 0; b < rows->batch_count; b++) {
        const Batch *batch = &rows->batches[b];
        if (batch->col_count != table->column_count || batch->col_count > 64)
            return err_set(err, SQLSTATE_CORRUPT, -1, "stored rows of %s have %d columns, not %d",
                           table->name, batch->col_count, table->column_count);
        for (uint32_t i = 0; i < batch_live(batch); i++) {
            uint32_t row = batch_row(batch, i);
            if (batch_weight(batch, row) <= 0)
                continue;
            for (uint16_t c = 0; c < batch->col_count; c++)
                values[c] = vector_get(&batch->cols[c], row);
            TRY(visit(context, values, err));
        }
    }
    return OK;
}
