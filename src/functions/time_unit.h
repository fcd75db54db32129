/*
 * time_unit.h - the fields of a point in time: year, week, second …
 */
#ifndef STREAMD_FUNCTIONS_TIME_UNIT_H
#define STREAMD_FUNCTIONS_TIME_UNIT_H

#include "functions/kernel.h"
#include "functions/time_math.h"
#include "types/zone.h"

typedef enum TimeUnit {
    UNIT_OF_MICROSECONDS,
    UNIT_OF_MILLISECONDS,
    UNIT_OF_SECOND,
    UNIT_OF_MINUTE,
    UNIT_OF_HOUR,
    UNIT_OF_DAY,
    UNIT_OF_WEEK, /* ISO: from Monday; week 1 has the year's first Thursday */
    UNIT_OF_MONTH,
    UNIT_OF_QUARTER,
    UNIT_OF_YEAR,
    UNIT_OF_DECADE,
    UNIT_OF_CENTURY,
    UNIT_OF_MILLENNIUM,
    /* to be read only */
    UNIT_OF_DOW,    /* 0…6 from Sunday */
    UNIT_OF_ISODOW, /* 1…7 from Monday */
    UNIT_OF_DOY,
    UNIT_OF_ISOYEAR,
    UNIT_OF_EPOCH,
    UNIT_OF_JULIAN,
    UNIT_OF_TIMEZONE, /* seconds east; TIMESTAMPTZ only */
    UNIT_OF_TIMEZONE_HOUR,
    UNIT_OF_TIMEZONE_MINUTE,
} TimeUnit;

/* By name, in any case, singular or plural, or abbreviated as in PostgreSQL. 22023 for an unknown
 * one. */
Status time_unit_find(Str name, TimeUnit *out, int32_t position, Err *err) MUST_CHECK;
const char *time_unit_name(TimeUnit unit);

/* ISO week of a day and the year it belongs to. */
void time_iso_week(int32_t days, int *year, int *week);
/* The start of the unit that a wall time lies in (a readable-only unit: the time itself). */
int64_t time_truncate(int64_t us, TimeUnit unit);
int32_t date_truncate(int32_t days, TimeUnit unit);
/* Adds whole units; false: out of range. */
bool time_add_units(int64_t us, TimeUnit unit, int64_t count, int64_t *out) MUST_CHECK;
/* Whole units from a to b, negative when b is earlier; months by the calendar: Jan 31 to Feb 29 is
 * one. */
int64_t time_diff_units(int64_t a, int64_t b, TimeUnit unit);

/* The session's zone. */
Status bind_session_zone(const BindCall *call, const Zone **out, Err *err) MUST_CHECK;
/* The unit named by argument i; *known=false when it is not constant. */
Status bind_unit(const BindCall *call, const FnBinding *binding, int i, TimeUnit *unit, bool *known,
                 Err *err) MUST_CHECK;

#endif
