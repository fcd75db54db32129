/*
 * csv_infer.h - what a CSV file without a table probably holds: FROM 'file.csv'.
 *
 * From the first 20,480 rows of a sample: the dialect (csv_sniff.h), whether the first row
 * is a header, names and types BOOLEAN, BIGINT, DECIMAL(38, 0) for whole numbers that are larger,
 * DOUBLE, DATE, TIMESTAMP, TIMESTAMPTZ or VARCHAR.
 * Digits with a zero in front ("00501") are codes, not numbers: VARCHAR.  What the options say is
 * not guessed. A file that holds only text is taken to have a header.
 */
#ifndef STREAMD_IO_CSV_INFER_H
#define STREAMD_IO_CSV_INFER_H

#include "catalog/catalog.h"

typedef struct CsvInferred {
    ColumnDef *columns;
    int column_count;
    bool has_header;
    OptionList options; /* those given, with csv.delimiter and csv.header made plain */
} CsvInferred;

/* `sample` is the file's beginning, `whole` says that it is all of it; `given` are checked options.
 * Everything is made in the arena.  22000 when there is not a single row. */
Status csv_infer(const OptionList *given, const char *file_path, Str sample, bool whole,
                 Arena *arena, CsvInferred *out, Err *err) MUST_CHECK;

#endif
