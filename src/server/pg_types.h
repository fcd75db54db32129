/*
 * pg_types.h - rows as PostgreSQL writes them on the wire, in its text form.
 *
 * It differs from the text form of files and terminals (types/format) in this:
 * BOOLEAN is t or f, a float has no needless ".0" and turns to an exponent from
 * 1e15 on (FLOAT from 1e6).  The rest is alike, arrays and rows around them too.
 */
#ifndef STREAMD_SERVER_PG_TYPES_H
#define STREAMD_SERVER_PG_TYPES_H

#include "base/buf.h"
#include "planner/physical.h"
#include "types/batch.h"

/* A RowDescription message. */
void pg_types_describe(Buf *out, const PhysicalColumn *columns, int count);
/* A DataRow message of one row (present, whether live or not). */
void pg_types_row(Buf *out, const Batch *batch, uint32_t row, Arena *scratch);
/* One value's text; NULL inside an array is NULL. */
void pg_types_value(Buf *out, const Value *value);

#endif
