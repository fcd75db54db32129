/*
 * time_text.h - dates and times as people write them, for casts and literals.
 */
#ifndef STREAMD_FUNCTIONS_TIME_TEXT_H
#define STREAMD_FUNCTIONS_TIME_TEXT_H

#include "types/zone.h"

typedef struct TimeText {
    bool has_date, has_time, has_zone;
    int32_t days;      /* since 1970 */
    int64_t us;        /* of the day */
    const Zone *zone;  /* the named one; NULL: offset_us */
    int64_t offset_us; /* east of Greenwich */
} TimeText;

/* Reads what the types' own parsers do not take:
 *     January 8, 1999 · 8 Jan 1999 · 1999-Jan-08 · 08-Jan-99 · 1999/1/8 · 19990108 · epoch
 *     04:05 PM · 040506 behind a date · T · PST, America/New_York, -8 · days of the week · AD, BC
 * Nothing that depends on who reads it (1/8/1999) or when (today).  False: it is none of these. */
bool time_text_read(Str text, TimeText *out);

#endif
