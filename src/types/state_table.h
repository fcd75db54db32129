/*
 * state_table.h - what an operator's state looks like as a table, and how its
 * changes travel.  The store applies such batches to SQLite tables and knows
 * nothing of operators.
 */
#ifndef STREAMD_TYPES_STATE_TABLE_H
#define STREAMD_TYPES_STATE_TABLE_H

#include "types/batch.h"

typedef struct StateColumn {
    const char *name;
    Type type;
} StateColumn;

typedef struct StateTable {
    const char *name; /* within the operator: "groups" */
    StateColumn *columns;
    uint16_t column_count;
    uint16_t key_count; /* the first columns; unique together (NULLs equal); 0: a multiset */
    /* The one key column is a BIGINT that is never NULL, such as a number that the owner hands out:
     * the store then needs no encoded key beside it, which is twice as fast. */
    bool numbered;
} StateTable;

/* Receives an operator's changed rows: key and value columns in order; weight +1 inserts or
 * replaces the row of that key, -1 deletes it (only the key columns are read then).  The batch is
 * copied or applied before the call returns. */
typedef struct StateOut {
    void *context;
    Status (*put)(void *context, int table, const Batch *rows, Err *err);
} StateOut;

#endif
