/*
 * csv_index.h - where the fields of CSV end: one SIMD pass over the text.
 *
 * The pass looks at 64 bytes at a time.  A bit mask says which are separators
 * (delimiter or line end), another which are quotes; the running parity of the quotes (a carry-less
 * product with all ones) says what is inside, where separators do not count:
 *
 *     text      a,"b,c",d        separators  .1...1....1.1      (with a line end at the end)
 *     quotes    ..1...1...       inside      ..1111....         what is left: 1, 7, 9
 *
 * That is only right if each quote opens at a field's start or closes at its end (or is doubled
 * inside).  The pass checks that; where it is not so, or the text ends inside quotes, it says
 * `irregular`, and csv_rows.h reads the text by the letter.
 */
#ifndef STREAMD_IO_CSV_INDEX_H
#define STREAMD_IO_CSV_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CSV_INDEX_SLACK = 64 }; /* entries that may be written beyond the last */

typedef struct CsvIndex {
    size_t count;        /* of separators */
    size_t newlines;     /* of them, line ends */
    size_t last_row_end; /* just after the last of those */
    bool has_quotes;
    bool is_ascii;
    bool irregular;
    bool is_open; /* ends inside quotes */
} CsvIndex;

/* Writes the separators' positions, ascending, to `at`, which has room for length +
 * CSV_INDEX_SLACK; NULL: only counts.  `quote` is -1 where fields are never quoted.  length < 4
 * GiB. */
void csv_index(const char *data, size_t length, char delimiter, int quote, uint32_t *at,
               CsvIndex *out);
/* Line ends in the text, quoted or not. */
size_t csv_count_lines(const char *data, size_t length);
/* The same, and whether the text has any quotes (`quote` -1: none has): a pass much lighter than
 * the index. */
size_t csv_survey(const char *data, size_t length, int quote, bool *has_quotes);
/* As utf8_valid, faster for long text. */
bool csv_utf8_valid(const char *data, size_t length);

/* The implementations. */
typedef struct CsvIndexClass {
    void (*index)(const char *data, size_t length, char delimiter, int quote, uint32_t *at,
                  CsvIndex *out);
    size_t (*survey)(const char *data, size_t length, int quote, bool *has_quotes);
    bool (*utf8_valid)(const char *data, size_t length);
} CsvIndexClass;
bool csv_utf8_valid_avx2(const char *data, size_t length);
extern const CsvIndexClass csv_index_portable, csv_index_avx2, csv_index_avx512;

#endif
