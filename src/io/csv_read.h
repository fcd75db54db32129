/*
 * csv_read.h - CSV to batches.
 */
#ifndef STREAMD_IO_CSV_READ_H
#define STREAMD_IO_CSV_READ_H

#include "catalog/connector.h"
#include "io/csv_options.h"

/* FormatClass.decoder_new and binding_new of CSV. */
Status csv_decoder_new(const DecodeSpec *spec, Decoder **out, Err *err) MUST_CHECK;
Status csv_binding_new(const Relation *table, const char *file_path, Str head, bool whole,
                       Arena *arena, size_t *consumed, int64_t *lines, FormatBinding **out,
                       Err *err) MUST_CHECK;

/* Past a byte order mark and `count` lines; false: more bytes are needed. */
bool csv_skip_lines(Str head, bool whole, int64_t count, size_t *at);
/* What is between the quotes of a field that has them; a view into `raw` where nothing is escaped.
 */
Str csv_unquote(const CsvDialect *dialect, Str raw, Arena *arena);
/* The name that a field of a header stands for: without quotes and the blanks around. */
Str csv_header_name(const CsvDialect *dialect, Str raw, Arena *arena);

#endif
