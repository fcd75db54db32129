/*
 * kept_rows.h - rows that an operator holds back, as state: for ORDER BY and ordered UNION ALL in
 * jobs.
 *
 * One table: (part, row) are the key, row counting from 0 in the order of the
 * store.  Rows are only added at the end, or all replaced (kept_rows_replaced).
 */
#ifndef STREAMD_EXECUTOR_KEPT_ROWS_H
#define STREAMD_EXECUTOR_KEPT_ROWS_H

#include "executor/operator.h"

typedef struct KeptRows {
    RowStore rows;
    size_t saved;   /* rows of this part in the store */
    size_t changed; /* rows from here on are not saved as they are */
} KeptRows;

void kept_rows_init(KeptRows *kept, const PhysicalNode *plan, bool with_seq);
void kept_rows_deinit(KeptRows *kept);
void kept_rows_clear(KeptRows *kept);
/* The caller has put other rows into `rows`. */
void kept_rows_replaced(KeptRows *kept);

/* The table "rows" for rows with the plan's columns. */
void kept_rows_table(const PhysicalNode *plan, StateTable *table, Arena *job);
Status kept_rows_save(KeptRows *kept, int part, const StateTable *table, bool full,
                      const StateOut *out, Arena *scratch, Err *err) MUST_CHECK;
/* Adds the stored rows of `part` to it. Rows come in the order of their keys. */
void kept_rows_load(KeptRows *kept, int part, const Batch *rows, Arena *scratch);

#endif
