/*
 * csv_options.h - a table's dialect of CSV.
 */
#ifndef STREAMD_IO_CSV_OPTIONS_H
#define STREAMD_IO_CSV_OPTIONS_H

#include "catalog/catalog.h"
#include "io/format_options.h"
#include "io/time_pattern.h"

/* Characters are bytes below 0x80, -1 where there is none. */
typedef struct CsvDialect {
    char delimiter;
    int quote;
    int escape;  /* within quotes, besides the doubled quote; -1: only that */
    int comment; /* begins a line that is not a row */
    bool header, bind_by_position;
    int64_t skip;    /* lines before the header */
    Str null_value;  /* unquoted; empty: the empty field is NULL */
    bool null_first; /* null_value might pass for a value, so it is looked for first */
    BadRow on_bad_row;
    const TimePattern *timestamp_pattern, *date_pattern; /* NULL: ISO */
} CsvDialect;

extern const OptionSpec csv_options[]; /* ends with a NULL name */

/* The dialect of a table's options; 22023 if they contradict each other.  Patterns and texts are in
 * the arena; with NULL there are no patterns, and texts are borrowed from the table. */
Status csv_dialect_init(CsvDialect *dialect, const Relation *table, Arena *arena,
                        Err *err) MUST_CHECK;

#endif
