/* pg_types.h - rows as PostgreSQL sends them on the wire, in its text form (types/pg_text.h). */
#ifndef STREAMD_SERVER_PG_TYPES_H
#define STREAMD_SERVER_PG_TYPES_H

#include "base/buf.h"
#include "planner/physical.h"
#include "types/batch.h"

/* A RowDescription message. */
void pg_types_describe(Buf *out, const PhysicalColumn *columns, int count);
/* A DataRow message of one row (present, whether live or not). */
void pg_types_row(Buf *out, const Batch *batch, uint32_t row, const Zone *zone, Arena *scratch);

#endif
