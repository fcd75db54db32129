/*
 * time_format.h - patterns that write and read points in time.
 *
 * Java's letters (Flink's DATE_FORMAT, Spark: "yyyy-MM-dd HH:mm:ss.SSS"),
 * PostgreSQL's (to_char: "YYYY-MM-DD HH24:MI:SS.MS") and C's (DuckDB's strftime:
 * "%Y-%m-%d %H:%M:%S") become one list of pieces.
 */
#ifndef STREAMD_FUNCTIONS_TIME_FORMAT_H
#define STREAMD_FUNCTIONS_TIME_FORMAT_H

#include "base/buf.h"
#include "types/zone.h"

typedef enum TimeStyle { STYLE_JAVA, STYLE_POSTGRES, STYLE_C } TimeStyle;

typedef struct TimePiece {
    uint8_t kind;  /* PieceKind */
    uint8_t width; /* digits, or letters of a name */
    char letters;  /* case of names: 'u'pper, 'l'ower, 'c'apital */
    bool padded;   /* PostgreSQL pads names to 9 */
    Str literal;
} TimePiece;

typedef struct TimeFormat {
    const TimePiece *pieces;
    uint32_t count;
    bool lenient; /* PostgreSQL's: any separator stands for any other, or for none */
} TimeFormat;

/* 22023 for a letter that means nothing.  Memory from the arena; the pattern's bytes are copied. */
Status time_format_compile(Str pattern, TimeStyle style, TimeFormat *out, Arena *arena,
                           int32_t position, Err *err) MUST_CHECK;
/* Which style a pattern for reading is of: PostgreSQL's if it holds MI, HH24, YYYY, DD … */
TimeStyle time_format_guess(Str pattern);
/* Writes a wall time; offset_seconds is what zone letters show. */
void time_format_write(const TimeFormat *format, int64_t wall_us, int32_t offset_seconds, Buf *out);
/* Reads a wall time; *offset_seconds when the pattern has a zone (*has_offset). 22007, 22008. */
Status time_format_read(const TimeFormat *format, Str text, int64_t *wall_us, bool *has_offset,
                        int32_t *offset_seconds, Err *err) MUST_CHECK;

#endif
