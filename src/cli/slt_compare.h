/*
 * slt_compare.h - a query's result against the expected lines of a dialog.
 *
 * Two layouts.  In rows: a line a row, columns parted by tabs, or by any number of blanks.  In
 * values, SQLite's: a line a value, numbers as the type letters say (I whole, R with three
 * decimals), or `N values hashing to MD5`.  Which one it is follows from the number of lines,
 * where no one says.
 *
 *     slt_result.c     the result as text
 *     slt_spelling.c   whether one value is spelled so, by us or by another system
 *     slt_rows.c       rows of it
 *     slt_compare.c    values, hashes, and which layout it is
 */
#ifndef STREAMD_CLI_SLT_COMPARE_H
#define STREAMD_CLI_SLT_COMPARE_H

#include "cli/slt_parse.h"
#include "types/batch.h"

typedef LIST(Str) SltStrs;

/* A result as text, row by row: "NULL", "(empty)", control characters escaped. */
typedef struct SltResult {
    Arena arena;
    Arena scratch; /* of slt_spelled */
    SltStrs cells;
    SltStrs raws; /* the same as PostgreSQL writes them, and nothing escaped */
    int columns;
    const Zone *zone;    /* on whose clocks a TIMESTAMPTZ is shown */
    const char **names;  /* of its columns; NULL: not known */
    const TypeId *types; /* NULL before the first rows */
    bool own_spelling;   /* only ours will do; not of a single result */
} SltResult;

void slt_result_init(SltResult *result);
void slt_result_deinit(SltResult *result);
void slt_result_clear(SltResult *result, int columns);
void slt_result_add(SltResult *result, const Batch *batch); /* its live rows */
/* One number: how many rows a statement changed, as DuckDB shows it. */
void slt_result_set_count(SltResult *result, const char *count);
/* A value as it would stand in SQL's text; in the arena. */
const char *slt_result_raw(const SltResult *result, size_t cell, Arena *arena);

typedef enum SltLayout { SLT_LAYOUT_ANY, SLT_LAYOUT_ROWS, SLT_LAYOUT_VALUES } SltLayout;

typedef struct SltExpected {
    Str text, types;
    SltSort sort;
    Str sort_columns;
    bool has_names;
    bool is_text; /* all rows are one text, unescaped */
    SltLayout layout;
} SltExpected;

/* True: as expected.  Else the lines that it should have been and were are in the two buffers. */
bool slt_compare(SltResult *result, const SltExpected *expected, Buf *should, Buf *was);
/* The result's lines in rows, for --update. */
void slt_result_rows(SltResult *result, SltSort sort, bool names, Buf *out);
/* The MD5 of its values as of the sort mode: queries of one label must agree. */
void slt_result_hash(SltResult *result, Str types, SltSort sort, char out[33]);

/* ---- slt_spelling.c ---- */
/* Is this how the value would be written?  Other systems' BOOLEANs (t, 1), numbers (1 for 1.0,
 * 1.5 for 1.50, floating ones rounded to six digits or more), arrays ([1, 2]), times (T between day
 * and hour) and DuckDB's <REGEX>: count, but with own_spelling. */
bool slt_spelled(SltResult *result, size_t cell, Str text);

/* ---- slt_rows.c ---- */
/* Lines against the result's rows; `expected` and `got` are left as they were compared. */
bool slt_compare_rows(SltResult *result, const SltExpected *expected, SltStrs *lines, SltStrs *got);

/* ---- lists of texts ---- */
void slt_strs_sort(SltStrs *strs);
void slt_strs_put(const SltStrs *strs, Buf *out); /* a line each */
/* Runs of blanks and tabs as one blank, none at the ends. */
Str slt_str_normal(Str line, Arena *arena);

#endif
