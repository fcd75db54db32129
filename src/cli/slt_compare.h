/*
 * slt_compare.h - a query's result against the expected lines of a dialog.
 *
 * Two layouts.  In rows: a line a row, columns parted by tabs, or by any number of blanks.  In
 * values, SQLite's: a line a value, numbers as the type letters say (I whole, R with three
 * decimals), or `N values hashing to MD5`.  Which one it is follows from the number of lines.
 */
#ifndef STREAMD_CLI_SLT_COMPARE_H
#define STREAMD_CLI_SLT_COMPARE_H

#include "cli/slt_parse.h"
#include "types/batch.h"

/* A result as text, row by row: "NULL", "(empty)", control characters escaped. */
typedef struct SltResult {
    Arena arena;
    LIST(Str) cells;
    int columns;
    const Zone *zone;     /* on whose clocks a TIMESTAMPTZ is shown */
    const bool *booleans; /* by column; NULL before the first rows */
} SltResult;

void slt_result_init(SltResult *result);
void slt_result_deinit(SltResult *result);
void slt_result_clear(SltResult *result, int columns);
void slt_result_add(SltResult *result, const Batch *batch); /* its live rows */

/* True: as expected.  Else the lines that it should have been and were are in the two buffers. */
bool slt_compare(SltResult *result, const SltRecord *record, SltSort sort, Str expected,
                 Buf *should, Buf *was);
/* The result's lines in rows, for --update. */
void slt_result_rows(SltResult *result, SltSort sort, Buf *out);
/* The MD5 of its values as of the record's sort mode: queries of one label must agree. */
void slt_result_hash(SltResult *result, const SltRecord *record, SltSort sort, char out[33]);

#endif
