/*
 * csv_read.h - CSV to batches.
 */
#ifndef STREAMD_IO_CSV_READ_H
#define STREAMD_IO_CSV_READ_H

#include "catalog/connector.h"

/* FormatClass.decoder_new and binding_new of CSV. */
Status csv_decoder_new(const DecodeSpec *spec, Decoder **out, Err *err) MUST_CHECK;
Status csv_binding_new(const Relation *table, const char *file_path, Str head, bool whole,
                       Arena *arena, size_t *consumed, int64_t *lines, FormatBinding **out,
                       Err *err) MUST_CHECK;

struct FormatBinding {
    const uint16_t *fields; /* per PHYSICAL column, in order: which field it is; NULL: the same place */
};

#endif
