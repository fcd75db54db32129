/*
 * format_options.h - options that every format takes.
 */
#ifndef STREAMD_IO_FORMAT_OPTIONS_H
#define STREAMD_IO_FORMAT_OPTIONS_H

#include "catalog/catalog.h"

/* What becomes of a row that cannot be read. */
typedef enum BadRow {
    BAD_ROW_REJECT, /* counted and kept aside */
    BAD_ROW_NULL,   /* bad values become NULL, missing fields too, extra ones are dropped */
    BAD_ROW_FAIL    /* the decoder rejects, the engine stops */
} BadRow;

extern const OptionSpec format_common_options[]; /* ends with a NULL name */

BadRow format_bad_row(const Relation *table);

#endif
