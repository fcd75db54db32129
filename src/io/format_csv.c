/* format_csv.c - CSV: RFC 4180 and what other engines make of it. */
#include "io/csv_options.h"
#include "io/csv_read.h"
#include "io/csv_walk.h"
#include "io/csv_write.h"

/* NULL for a dialect that is none: decoder_new says so before anything is cut. */
static const CutPlan *cut_plan(const Relation *table, Arena *arena)
{
    CsvDialect *dialect = ARENA_NEW(arena, CsvDialect);
    Err err = ERR_NONE;
    return csv_dialect_init(dialect, table, arena, &err) == OK ? (const CutPlan *)dialect : NULL;
}

static size_t cut(const CutPlan *plan, const char *data, size_t length, bool final,
                  int64_t max_row_bytes, int64_t *lines)
{
    *lines = 0;
    return plan ? csv_cut((const CsvDialect *)plan, data, length, final, max_row_bytes, lines) : 0;
}

extern const FormatClass format_csv;
const FormatClass format_csv = {
    .name = "csv",
    .extension = ".csv",
    .options = csv_options,
    .binding_new = csv_binding_new,
    .cut_plan = cut_plan,
    .cut = cut,
    .decoder_new = csv_decoder_new,
    .encoder_new = csv_encoder_new,
};
