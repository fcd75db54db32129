/*
 * slt_parse.h - a sqllogictest file as a list of records.
 *
 *     statement ok | error [RE] | count N | maybe | notice RE
 *     SQL …                                  (up to a blank line; `----`, text after an error: RE)
 *
 *     query [TYPES] [OPTIONS] [LABEL] | query error [RE] | query empty
 *     SQL …
 *     ----
 *     results                                (up to a blank line)
 *
 *     OPTIONS: nosort, rowsort, valuesort, partialsort(1,2), colnames, retry; blanks or commas
 *              between; multiline: one value, up to a line EOF
 *     RE: a regular expression; `(SQLSTATE)` and `pgcode SQLSTATE [RE]` name the code
 *     at the end of either line: retry N backoff 1s (the clock moves in between)
 *
 *     skipif NAME, onlyif NAME               before a record; in a loop also i=1, i<>1, i<1 …
 *     mode skip, mode unskip                 what stands between them is not read
 *     require FEATURE, require-env NAME [V]  the whole file is skipped where there is none
 *     loop i 0 9, foreach i a b …, endloop   ${i} below is its value, 9 not among them;
 *                                            concurrentloop, concurrentforeach: one by one, too
 *     repeat N                               the next record, N times
 *     let a, b                               then SQL of one row: $a and ${a} below are its values
 *     connection NAME                        the next record's session; user NAME: from here on
 *     reconnect                              the session begins anew
 *     sleep 1s                               as advance
 *     control sortmode MODE | resultmode rowwise|valuewise | substitution on|off | spelling own|any
 *     halt (nothing below it is read), hash-threshold N, include FILE (a pattern, too),
 *     subtest NAME and other headings (passed over)
 *
 * and the verbs of streams:
 *
 *     feed TABLE [FILE] [-n]                 rows, up to a blank line, to a table's file or socket
 *     feed TABLE eof                         closes its connection
 *     write FILE [-n], append FILE [-n]      lines, up to a blank line; -n: no end after the last
 *     mkdir FOLDER, remove PATH, rename FROM TO
 *     age FILE 2s                            as if it had been written that long ago
 *     output PATH [rowsort]                  what stands in a file, or in a folder's visible files
 *     ----
 *     lines
 *     advance '1 s'                          the virtual clock; then what is due happens
 *     crash                                  the process dies
 *     restart [threads=N] [batch-rows=N]     the same data directory is opened again
 *     load [PATH [readonly]]                 another data directory, empty but after `readonly`
 *
 * `#` begins a comment line.  Texts are views of the file's text.  A record that cannot be read,
 * and what other runners know and has no meaning here, is SLT_REFUSED: it fails when it is come to,
 * and the rest is run.
 */
#ifndef STREAMD_CLI_SLT_PARSE_H
#define STREAMD_CLI_SLT_PARSE_H

#include "base/arena.h"
#include "base/list.h"
#include "base/str.h"

typedef enum SltVerb {
    SLT_STATEMENT,
    SLT_QUERY,
    SLT_LET,
    SLT_LOOP,
    SLT_FOREACH,
    SLT_ENDLOOP,
    SLT_REPEAT,
    SLT_FEED,
    SLT_WRITE,
    SLT_APPEND,
    SLT_MKDIR,
    SLT_REMOVE,
    SLT_RENAME,
    SLT_AGE,
    SLT_OUTPUT,
    SLT_ADVANCE,
    SLT_CRASH,
    SLT_RESTART,
    SLT_LOAD,
    SLT_RECONNECT,
    SLT_CONNECTION,
    SLT_USER,
    SLT_REQUIRE,
    SLT_REQUIRE_ENV,
    SLT_INCLUDE,
    SLT_CONTROL,
    SLT_HALT,
    SLT_PASSED, /* a heading: nothing to do */
    SLT_REFUSED
} SltVerb;

typedef enum SltSort { SLT_NOSORT, SLT_ROWSORT, SLT_VALUESORT, SLT_PARTIALSORT } SltSort;

typedef enum SltExpect { SLT_OK, SLT_ERROR, SLT_MAYBE, SLT_NOTICE } SltExpect;

enum { SLT_CONDITIONS_MAX = 4 };

/* `onlyif i=1` of a loop's variable. */
typedef struct SltCondition {
    bool only;
    Str text;
} SltCondition;

typedef struct SltRecord {
    SltVerb verb;
    int line;     /* of the verb, from 1 */
    bool skipped; /* by skipif or onlyif of a system's name */
    SltCondition conditions[SLT_CONDITIONS_MAX];
    int condition_count;
    Str sql; /* statement, query, let; the lines of feed, write, append */
    SltExpect expect;
    Str pattern;   /* of the error or notice; empty: any */
    Str sqlstate;  /* of the error; empty: any */
    int64_t count; /* statement count, repeat; -1: any */
    Str types;     /* query's letters; empty: not said */
    SltSort sort;
    bool sort_given;
    Str sort_columns; /* of partialsort: 1,2 */
    bool has_names;   /* colnames: the result's first line */
    bool is_text;     /* multiline: the result is one value's lines */
    Str label;
    Str connection; /* empty: the one in use */
    int retries;
    int64_t backoff_us;
    bool has_result;               /* there is a `----` */
    size_t result_from, result_to; /* its lines in the file's text */
    Str words[3];                  /* arguments of the other verbs */
    Str rest;                      /* all of them */
    bool no_line_end;              /* -n */
    size_t end;                    /* loop, foreach: the index of its endloop */
    const char *why, *why_code;    /* refused: message, SQLSTATE */
} SltRecord;

typedef LIST(SltRecord) SltRecords;

/* `names_connections`: a word after `ok`, `error` or the types is a connection's name, as in
 * DuckDB's files; else an error's pattern and a label.  Fails, naming the line, where a loop has no
 * end; messages of what is refused are in the arena. */
Status slt_parse(Str text, bool names_connections, Arena *arena, SltRecords *out,
                 Err *err) MUST_CHECK;

/* Takes the next word of a line (parted by blanks, tabs) off *rest. */
bool slt_next_word(Str *rest, Str *word);

#endif
