/* op_values.c - PHYSICAL_VALUES: rows that stand in the statement; the pipeline starts them. */
#include "executor/op_values.h"

extern const OperatorClass operator_values;

static Status create(Operator **out, const PhysicalNode *plan, const OperatorHost *host, int lane,
                     Arena *job, Err *err)
{
    (void)err;
    *out = operator_make(sizeof **out, &operator_values, plan, host, lane, job);
    return OK;
}

static Status push(Operator *op, int input, const Batch *in, Arena *scratch, Err *err)
{
    (void)input;
    return operator_emit(op, in, scratch, err);
}

Status values_emit(Operator *op, int64_t arrival_us, Arena *scratch, Err *err)
{
    const PhysicalNode *plan = op->plan;
    uint16_t columns = plan->column_count;
    for (uint32_t done = 0; done < plan->as.values.row_count;) {
        uint32_t left = plan->as.values.row_count - done;
        uint32_t rows = left < BATCH_ROWS ? left : BATCH_ROWS;
        const Value *values = plan->as.values.values + (size_t)done * columns;
        Batch batch = {.cols = ARENA_ARRAY(scratch, Vector, columns),
                       .col_count = columns,
                       .row_count = (uint16_t)rows,
                       .ticket = done,
                       .arrival_us = arrival_us};
        for (uint16_t c = 0; c < columns; c++) {
            vector_make(&batch.cols[c], scratch, plan->columns[c].type, rows, true);
            for (uint32_t row = 0; row < rows; row++)
                vector_set_value(&batch.cols[c], scratch, row, rows,
                                 &values[(size_t)row * columns + c]);
        }
        TRY(operator_check(op, err));
        TRY(operator_emit(op, &batch, scratch, err));
        done += rows;
    }
    return OK;
}

const OperatorClass operator_values = {
    .name = "values", .kind = PHYSICAL_VALUES, .create = create, .push = push};
