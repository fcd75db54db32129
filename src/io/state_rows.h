/*
 * state_rows.h - reading and writing rows of a StateTable as Values.
 */
#ifndef STREAMD_IO_STATE_ROWS_H
#define STREAMD_IO_STATE_ROWS_H

#include "types/state_table.h"

/* Adds one row of the table's columns. weight -1 deletes: only the key columns need values. The
 * store must have been made for the table's types (state_rows_init does) and with weights. */
void state_rows_add(RowStore *out, const StateTable *table, const Value *values, int32_t weight);
void state_rows_init(RowStore *out, const StateTable *table);
/* Calls visit for each row (text is borrowed from the store). */
Status state_rows_each(const RowStore *rows, const StateTable *table,
                       Status (*visit)(void *context, const Value *values, Err *err), void *context,
                       Err *err) MUST_CHECK;
static inline int64_t state_int(const Value *value)
{
    return value->is_null ? 0 : value->as.integer;
}
static inline bool state_bool(const Value *value)
{
    return !value->is_null && value->as.boolean;
}

#endif
