/*
 * time_pattern.h - dates and timestamps in a user's own form, as Java and Spark write patterns.
 *
 *     y year   M month (MMM MMMM: English names)   d day   H hour 0…23   h hour 1…12   a AM or PM
 *     m minute   s second   S fraction of a second   X x Z z zone (an offset or Z)   E day of the
 * week 'text' and anything that is not a letter stand for themselves; '' is an apostrophe
 *
 * A letter repeated n times writes at least n digits (yy: two digits, 1970…2069).  Reading wants
 * exactly n digits where n > 1, and one or more (as many as there may be) for a single letter.
 */
#ifndef STREAMD_IO_TIME_PATTERN_H
#define STREAMD_IO_TIME_PATTERN_H

#include "types/type.h"

typedef struct TimePattern TimePattern;

enum { TIME_PATTERN_MAX = 256 }; /* bytes that time_pattern_format writes at most */

/* 22023 for a letter that means nothing here. */
Status time_pattern_make(const char *text, Arena *arena, const TimePattern **out,
                         Err *err) MUST_CHECK;
/* The whole text, blanks around it allowed, to µs since the epoch; a zone's offset is taken off
 * when `with_zone`, and without one the text is wall time of `zone`.  False: not of that form, or
 * no such time. */
bool time_pattern_parse(const TimePattern *pattern, Str text, bool with_zone, const Zone *zone,
                        int64_t *us);
/* On the clocks of `zone` (NULL: UTC, and of all that is no TIMESTAMPTZ); returns the end. */
char *time_pattern_format(const TimePattern *pattern, int64_t us, const Zone *zone, char *to);

#endif
