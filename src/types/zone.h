/*
 * zone.h - time zones: the system's tz database and fixed offsets.
 *
 * A NULL zone is UTC.  Zones are read once and kept for the life of the process;
 * all functions may be called from any thread.
 *
 * Names are PostgreSQL's.  "Asia/Seoul" is a file of the database.  What is none and ends with an
 * offset is POSIX's form, whose offsets count *west* of Greenwich: "UTC+3", "+03" and "<-03>+03"
 * all are three hours behind.  ISO 8601, Java, and so Flink and Spark, count east.
 */
#ifndef STREAMD_TYPES_ZONE_H
#define STREAMD_TYPES_ZONE_H

#include "base/err.h"
#include "base/str.h"

typedef struct Zone Zone;

enum { ZONE_NAME_MAX = 64, ZONE_OFFSET_MAX = 12 };

/* *out is NULL for UTC.  22023 for an unknown one. */
Status zone_find(Str name, const Zone **out, Err *err) MUST_CHECK;
/* The same, with "+09:00" and "GMT-3" as ISO 8601 reads them. */
Status zone_find_iso(Str name, const Zone **out, Err *err) MUST_CHECK;
/* For the error that these gave: the nearest name as its hint.  Walks the database. */
void zone_suggest(Str name, Err *err);
/* "5.5", hours east, as SET TIME ZONE takes a bare number.  False: not a number, or no offset. */
bool zone_from_hours(Str number, const Zone **out);
/* As the database writes it; finds the same zone again.  "UTC" for NULL. */
const char *zone_name(const Zone *zone);
/* An offset of POSIX's kind, whose sign is easily mistaken. */
bool zone_counts_west(const Zone *zone);
/* Seconds east of Greenwich at a moment. */
int32_t zone_offset_seconds(const Zone *zone, int64_t utc_us);
int64_t zone_from_utc(const Zone *zone, int64_t utc_us);
/* As PostgreSQL: a wall time that occurs twice is the later one, one that the clocks skip is read
 * with the offset before. */
int64_t zone_to_utc(const Zone *zone, int64_t wall_us);
/* "+09", "-03:30", "+00"; returns the end. */
char *zone_format_offset(char *to, int32_t seconds);

#endif
