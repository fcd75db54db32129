/* format_csv.c - CSV: RFC 4180 and what other engines make of it. */
#include "io/csv_options.h"
#include "io/csv_read.h"
#include "io/csv_walk.h"
#include "io/csv_write.h"

static size_t cut(const Relation *table, const char *data, size_t length, bool final,
                  int64_t max_row_bytes, int64_t *lines)
{
    CsvDialect dialect;
    Err err = ERR_NONE;
    if (csv_dialect_init(&dialect, table, NULL, &err) != OK) { /* decoder_new has said so before */
        *lines = 0;
        return 0;
    }
    return csv_cut(&dialect, data, length, final, max_row_bytes, lines);
}

extern const FormatClass format_csv;
const FormatClass format_csv = {
    .name = "csv",
    .extension = ".csv",
    .options = csv_options,
    .binding_new = csv_binding_new,
    .cut = cut,
    .decoder_new = csv_decoder_new,
    .encoder_new = csv_encoder_new,
};
