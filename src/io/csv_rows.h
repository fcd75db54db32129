/*
 * csv_rows.h - a chunk's rows: where each field of each row lies (see csv_column.h on bounds).
 */
#ifndef STREAMD_IO_CSV_ROWS_H
#define STREAMD_IO_CSV_ROWS_H

#include "io/csv_column.h"
#include "io/row_rejects.h"

typedef struct CsvRowIndex {
    const CsvDialect *dialect;
    uint32_t fields;
    int64_t max_row_bytes;
    uint32_t *separators; /* one entry before the first is in use as well */
    size_t separator_room;
    uint32_t *copied; /* bounds of rows that are not all alike */
    size_t copied_room;
    /* What csv_rows_find found. */
    CsvRows rows;
    bool has_quotes, is_ascii;
} CsvRowIndex;

/* Finds the rows of the chunk that have the right number of fields; the others are rejected. */
void csv_rows_find(CsvRowIndex *index, const Chunk *chunk, RowRejects *rejects);
void csv_rows_deinit(CsvRowIndex *index);

#endif
