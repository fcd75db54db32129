/*
 * time_piece.h - the pieces of a date pattern, between time_format.c and time_format_read.c.
 */
#ifndef STREAMD_FUNCTIONS_TIME_PIECE_H
#define STREAMD_FUNCTIONS_TIME_PIECE_H

#include "functions/time_format.h"

typedef enum PieceKind {
    PIECE_LITERAL,
    PIECE_YEAR, /* width 2: two digits, 1970…2069 when read; padded: cut to `width` digits, the
                   nearest to 2020 when read */
    PIECE_ISO_YEAR,
    PIECE_MONTH,
    PIECE_MONTH_NAME,  /* width 3: short */
    PIECE_MONTH_ROMAN, /* I…XII */
    PIECE_DAY,
    PIECE_DOY,
    PIECE_WEEKDAY_NAME,
    PIECE_WEEKDAY,      /* 1…7 from Sunday */
    PIECE_ISO_WEEKDAY,  /* 1…7 from Monday */
    PIECE_WEEK,         /* ISO */
    PIECE_WEEK_OF_YEAR, /* 1…53, the first from January 1 */
    PIECE_WEEK_OF_MONTH,
    PIECE_ISO_DAY_OF_YEAR,
    PIECE_QUARTER,
    PIECE_CENTURY,
    PIECE_HOUR24,    /* 0…23 */
    PIECE_HOUR12,    /* 1…12 */
    PIECE_HOUR11,    /* 0…11 */
    PIECE_HOUR1TO24, /* 1…24 */
    PIECE_MINUTE,
    PIECE_SECOND,
    PIECE_FRACTION,    /* width digits of the second */
    PIECE_DAY_SECONDS, /* since midnight */
    PIECE_JULIAN,
    PIECE_AM,      /* literal: how to write it, "AM" or "A.M." */
    PIECE_ERA,     /* width 4 "A.D." */
    PIECE_ORDINAL, /* st, nd, rd or th of the number before */
    PIECE_OFFSET, /* width 1 "+09", 2 "+0900", 3 "+09:00", 4 "+09" or "+05:30"; padded: Z for UTC */
    PIECE_OFFSET_HOUR,
    PIECE_OFFSET_MINUTE,
    PIECE_OPTIONAL, /* what is up to the matching PIECE_OPTIONAL_END may be missing when read */
    PIECE_OPTIONAL_END,
} PieceKind;

#endif
