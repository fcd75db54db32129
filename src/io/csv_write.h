/*
 * csv_write.h - batches to CSV.
 *
 * A field is quoted only where it must be: if it holds the delimiter, a quote or a line end, or
 * would read as NULL or as a comment.  NULL is csv.null-value, an empty text is "".
 */
#ifndef STREAMD_IO_CSV_WRITE_H
#define STREAMD_IO_CSV_WRITE_H

#include "catalog/connector.h"

/* FormatClass.encoder_new.  A batch's columns are the table's without COMPUTED and METADATA ones,
 * in order; `skip` (may be NULL) is indexed as table->columns, and what it names is not written. */
Status csv_encoder_new(Encoder **out, const Relation *table, const bool *skip, const Zone *zone,
                       Err *err) MUST_CHECK;

#endif
