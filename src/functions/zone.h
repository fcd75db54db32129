/*
 * zone.h - time zones: the system's tz database and fixed offsets.
 *
 * A NULL zone is UTC.  Zones are read once and kept for the life of the process;
 * all functions may be called from any thread.
 */
#ifndef STREAMD_FUNCTIONS_ZONE_H
#define STREAMD_FUNCTIONS_ZONE_H

#include "base/err.h"
#include "base/str.h"

typedef struct Zone Zone;

/* "UTC", "Europe/Berlin", "+09:00", "GMT-3"; *out is NULL for UTC. 22023 for an unknown one. */
Status zone_find(Str name, const Zone **out, Err *err) MUST_CHECK;
/* Seconds east of Greenwich at a moment. */
int32_t zone_offset_seconds(const Zone *zone, int64_t utc_us);
int64_t zone_from_utc(const Zone *zone, int64_t utc_us);
/* As PostgreSQL: a wall time that occurs twice is the later one, one that the clocks skip is read
 * with the offset before. */
int64_t zone_to_utc(const Zone *zone, int64_t wall_us);
/* "+09", "-03:30", "+00"; returns the end. */
char *zone_format_offset(char *to, int32_t seconds);

#endif
