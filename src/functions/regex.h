/*
 * regex.h - regular expressions: PCRE2 over UTF-8, compiled once a process.
 *
 * Syntax is Perl's, which Java's (Flink, Spark) is near to; PostgreSQL's own
 * escapes \y \m \M \Y \Z are understood in REGEX_POSTGRES patterns.  Unlike
 * PostgreSQL an alternation takes the first branch that matches, not the longest.
 */
#ifndef STREAMD_FUNCTIONS_REGEX_H
#define STREAMD_FUNCTIONS_REGEX_H

#include "functions/kernel.h"

typedef enum RegexFlags {
    REGEX_POSTGRES = 1, /* . takes newlines, ^ and $ are the text's ends; else as in Java */
    REGEX_NOCASE = 2,
    REGEX_LINES = 4, /* . stops at newlines, ^ and $ match at lines (PostgreSQL's flag n) */
    REGEX_EXTENDED = 8,
    REGEX_LITERAL = 16,
    REGEX_GLOBAL = 32, /* all matches; for the caller */
    REGEX_DOT_ALL = 64,
} RegexFlags;

typedef struct Regex Regex;

/* Finds or compiles; 2201B for a bad pattern.  Kept by the process, or when it already keeps many,
 * in the arena. */
Status regex_compile(Str pattern, uint32_t flags, const Regex **out, Arena *arena, int32_t position,
                     Err *err) MUST_CHECK;
uint32_t regex_groups(const Regex *regex);
/* PostgreSQL's flag letters into *flags; 22023 for an unknown one. */
Status regex_read_flags(Str letters, uint32_t *flags, int32_t position, Err *err) MUST_CHECK;

/* One kernel call's matching. */
typedef struct RegexRun {
    void *data, *context;
    const size_t *at; /* after a match: start and end of group g at 2 g, 2 g + 1; REGEX_UNSET if it
                         took no part */
    Str checked; /* the text searched last, and from where: what lies behind is known to be UTF-8 */
    size_t searched_from;
} RegexRun;
#define REGEX_UNSET ((size_t)-1)
void regex_run_init(RegexRun *run, Arena *scratch);
/* Searches from byte `start` on; *found.  FAIL when the match takes too long (54001) or the text is
 * no UTF-8 (22021). */
Status regex_search(const Regex *regex, RegexRun *run, Str text, size_t start, bool *found,
                    Err *err) MUST_CHECK;
/* Where to search after a match (an empty match moves by a character); may be beyond the text's
 * end. */
size_t regex_next(const RegexRun *run, Str text);
/* A SIMILAR TO pattern as a regular expression, in the arena; 22025, 22019, 2201B. */
Status regex_from_similar(Str pattern, Str escape, Str *out, Arena *arena, int32_t position,
                          Err *err) MUST_CHECK;

#endif
