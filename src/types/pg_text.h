/*
 * pg_text.h - values as PostgreSQL writes them, for its wire and for COPY.
 *
 * It differs from the text form of files and terminals (types/format) in this:
 * BOOLEAN is t or f, a float has no needless ".0" and turns to an exponent from
 * 1e15 on (FLOAT from 1e6).  The rest is alike, arrays and rows around them too.
 */
#ifndef STREAMD_TYPES_PG_TEXT_H
#define STREAMD_TYPES_PG_TEXT_H

#include "types/vector.h"

/* One value's text, a TIMESTAMPTZ on the clocks of `zone` (NULL: UTC); NULL inside an array is
 * NULL. */
void pg_text_value(Buf *out, const Value *value, const Zone *zone);
/* A vector's value that is not NULL. */
void pg_text_field(Buf *out, const Vector *column, uint32_t row, const Zone *zone, Arena *scratch);

#endif
