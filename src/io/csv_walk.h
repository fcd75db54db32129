/*
 * csv_walk.h - CSV by the letter, a row at a time: what decides wherever the fast pass of
 * csv_index.h does not apply (stray or open quotes, escapes, comments), and what that pass must
 * agree with.
 *
 *     row     = field { delimiter field } line-end          line-end = [\r] \n, or the text's end
 *     field   = quote { character | quote quote | escape character } quote
 *             | { anything but delimiter and line-end }      a quote in here stands for itself
 *
 * - Text after a closing quote makes the row bad; it ends at the next line end, whatever stands
 *   there.
 * - Quotes still open at the text's end or max_row_bytes after the row's start make the row's first
 *   line bad; the next line is a row of its own.  So does a row that has not ended by then: what it
 *   would be further on is never asked, so that it does not matter how much of it is there.
 * - A line that begins with the comment character is no row, and neither is one without a
 *   character.
 */
#ifndef STREAMD_IO_CSV_WALK_H
#define STREAMD_IO_CSV_WALK_H

#include "io/csv_options.h"

typedef enum CsvRowKind {
    CSV_ROW_FIELDS,
    CSV_ROW_NOTHING,    /* a comment or a blank line */
    CSV_ROW_OPEN_QUOTE, /* only the first line of what was looked at */
    CSV_ROW_TEXT_AFTER_QUOTE,
    CSV_ROW_TOO_LONG, /* this line alone is */
    CSV_ROW_PARTIAL,  /* not final: where the row ends cannot be known yet */
} CsvRowKind;

typedef struct CsvWalk {
    const CsvDialect *dialect;
    const char *data;
    size_t length;
    bool is_final; /* nothing follows the text */
    int64_t max_row_bytes;
    /* The text is known to stay inside quotes up to here, if it is so at the line end `open_from`:
     * else a text full of open quotes would be read again and again. */
    size_t open_from, open_to;
    bool jumped; /* over such text, in the row last read */
} CsvWalk;

/* Reads the row at `start`.  *end: its line end, or the text's end; the next row is at *end + 1.
 * With CSV_ROW_FIELDS the ends of its fields (the last is *end) are at[0 … *count-1]; `at` has room
 * for *end - start + 1 of them, NULL: not wanted. */
CsvRowKind csv_walk_row(CsvWalk *walk, size_t start, size_t *end, uint32_t *at, size_t *count);

/* FormatClass.cut: how many leading bytes are whole rows. */
size_t csv_cut(const CsvDialect *dialect, const char *data, size_t length, bool is_final,
               int64_t max_row_bytes, int64_t *lines);

#endif
