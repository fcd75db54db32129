/*
 * str.h - borrowed text with a length, and the text helpers everybody needs.
 *
 * A Str is not NUL-terminated.  Case folding is ASCII only, as for SQL names.
 */
#ifndef STREAMD_BASE_STR_H
#define STREAMD_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "base/arena.h"
#include "base/err.h"

typedef struct Str {
    const char *data;
    size_t length;
} Str;

#define STR(literal) ((Str){"" literal, sizeof(literal) - 1})
#define STR_FORMAT   "%.*s"
#define STR_ARG(s)   (int)(s).length, (s).data

static inline Str str_from(const char *text)
{
    return (Str){text, strlen(text)};
}

bool str_equal(Str a, Str b);
bool str_equal_nocase(Str a, Str b);
bool text_equal_nocase(const char *a, const char *b);
int str_compare(Str a, Str b); /* by bytes */
Str str_trim(Str s);           /* blanks, tabs, line ends */
bool str_has_prefix(Str s, Str prefix);
bool str_has_suffix(Str s, Str suffix);
bool utf8_valid(const char *data, size_t length);
size_t utf8_count(const char *data, size_t length); /* characters in valid UTF-8 */

/* Optimal string alignment distance without regard to case, cut off above `limit`. */
int text_distance(const char *a, const char *b, int limit);

/* Remembers the known name nearest to `wanted`; the nearest is NULL if none is near enough to be
 * worth a "Did you mean". */
typedef struct Nearest {
    const char *wanted, *best;
    int distance;
} Nearest;
Nearest nearest_start(const char *wanted);
void nearest_offer(Nearest *nearest, const char *name); /* borrowed */
/* Adds the hint `Did you mean "best"?` if there is one; returns FAIL, to end an err_set. */
Status nearest_hint(const Nearest *nearest, Err *err);

/* '128 MiB' -> bytes; '50 ms', '10 min', '1 s', '00:00:01' -> microseconds. Units as in Flink and
 * Spark, case-insensitive; a bare number is bytes, or milliseconds. False: not of that form. */
bool text_to_bytes(const char *text, int64_t *bytes);
bool text_to_duration_us(const char *text, int64_t *us);
bool text_to_bool(const char *text, bool *value);   /* true/false/on/off/yes/no/1/0 */
bool text_to_i64(const char *text, int64_t *value); /* the whole text, blanks around allowed */

#endif
