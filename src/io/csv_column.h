/*
 * csv_column.h - fields to values, a column at a time.
 *
 * A row's fields lie between bounds: field f is the bytes from bounds[f] + 1 to bounds[f + 1].
 * Where every row of a chunk has the right number of fields the separator index itself is the array
 * of bounds (stride n: a row's last end is the next one's first bound); otherwise a copy with n + 1
 * bounds a row is made.
 *
 * Each type has a fast way that accepts the plain form of its values and takes the same ones for
 * converting and for validating; whatever it does not accept goes to csv_column_slow, which decides
 * by the type's own parse.  So the two agree by construction, and reading a column or not never
 * changes which rows are bad.
 */
#ifndef STREAMD_IO_CSV_COLUMN_H
#define STREAMD_IO_CSV_COLUMN_H

#include "io/csv_options.h"
#include "types/batch.h"

typedef struct CsvRows {
    const char *data;
    const uint32_t *bounds; /* of the batch's row 0 */
    uint32_t stride;
    uint32_t count;
} CsvRows;

/* A field's bytes. */
typedef struct Field {
    const char *start, *end;
    uint32_t length; /* "negative" (above INT32_MAX) for one that is missing */
} Field;

struct CsvColumn;
/* Rows from…to-1, or sel[from]…sel[to-1]. */
typedef void (*CsvColumnFn)(struct CsvColumn *column, const CsvRows *rows, const uint16_t *sel,
                            uint32_t from, uint32_t to);

/* What a row's bad value is told to; the row may be told several times. */
typedef struct CsvBad {
    void (*tell)(void *context, uint32_t row, const struct CsvColumn *column, const Err *err);
    void *context;
} CsvBad;

typedef struct CsvColumn {
    const char *name;
    Type type;
    const TypeClass *class;
    const CsvDialect *dialect;
    const Zone *zone; /* of a TIMESTAMPTZ that names none */
    uint16_t field;
    bool not_null;
    char special[2]; /* what a text begins with that is not just itself: quote, csv.null-value */
    uint8_t longest; /* the most characters of a timestamp of the type's precision */
    bool quotes;     /* this chunk has some */
    bool check_utf8; /* this chunk is not valid UTF-8 as a whole */
    bool is_wanted;  /* values go to `data`; otherwise rows are only judged */
    void *data;      /* one value a row */
    uint64_t *valid; /* NULL: no NULLs so far */
    uint64_t *valid_space; /* what becomes `valid` with the first NULL */
    Arena *text;           /* unescaped text that views point to */
    Arena *scratch;        /* of a value that is only judged */
    const CsvBad *bad;
    CsvColumnFn convert, validate; /* NULL validate: nothing can be wrong */
    /* The last timestamp's first 16 characters, and the µs they stand for; the last date's 10. */
    char minute_text[16], date_text[16];
    int64_t minute_us;
    int32_t days;
} CsvColumn;

/* Picks convert and validate for the column's type, the dialect and what the chunk is like. */
void csv_column_choose(CsvColumn *column);
/* One field by the letter. */
void csv_column_slow(CsvColumn *column, const CsvRows *rows, uint32_t row);
/* Makes the row NULL, or tells that it is bad if it must not be. */
void csv_column_null(CsvColumn *column, uint32_t row);

/* Convert, validate; the same where the chunk has quotes. */
typedef struct CsvColumnFns {
    CsvColumnFn boolean[4], tinyint[4], smallint[4], integer[4], bigint[4], real[4], dbl[4],
        decimal[4], date[4], timestamp[4], text[2], special_text[2];
} CsvColumnFns;
extern const CsvColumnFns csv_column_portable, csv_column_avx2, csv_column_avx512;

#endif
