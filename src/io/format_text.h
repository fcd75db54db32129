/*
 * format_text.h - lines as they are: formats "text" and "raw", which are one.
 *
 * A table of this format has one column, VARCHAR or BYTES; a row is a line without its end.  Empty
 * lines are rows.  A VARCHAR line that is not valid UTF-8 is rejected.
 */
#ifndef STREAMD_IO_FORMAT_TEXT_H
#define STREAMD_IO_FORMAT_TEXT_H

#include "catalog/connector.h"

/* The members of FormatClass. */
extern const OptionSpec text_options[];
Status text_binding_new(const Relation *table, const char *file_path, Str head, bool whole,
                        Arena *arena, size_t *consumed, int64_t *lines, FormatBinding **out,
                        Err *err) MUST_CHECK;
size_t text_cut(const CutPlan *plan, const char *data, size_t length, bool final,
                int64_t max_row_bytes, int64_t *lines);
Status text_decoder_new(const DecodeSpec *spec, Decoder **out, Err *err) MUST_CHECK;
Status text_encoder_new(Encoder **out, const Relation *table, const bool *skip, const Zone *zone,
                        Err *err) MUST_CHECK;

#endif
