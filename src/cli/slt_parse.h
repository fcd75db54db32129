/*
 * slt_parse.h - a sqllogictest file as a list of records.
 *
 *     statement ok | statement error [RE] | statement count N
 *     SQL …                                  (up to a blank line; `----`, text after an error: RE)
 *
 *     query [TYPES] [nosort|rowsort|valuesort] [LABEL] | query error [RE]
 *     SQL …
 *     ----
 *     results                                (up to a blank line)
 *
 *     skipif NAME, onlyif NAME               before a record
 *     halt (nothing below it is read), hash-threshold N, include FILE, control sortmode MODE,
 *     subtest NAME (passed over)
 *
 * and the verbs of streams:
 *
 *     feed TABLE [FILE] [-n]                 rows, up to a blank line, to a table's file or socket
 *     feed TABLE eof                         closes its connection
 *     write FILE [-n], append FILE [-n]      lines, up to a blank line; -n: no line end after the
 * last mkdir FOLDER, remove PATH, rename FROM TO age FILE 2s                            as if it
 * had been written that long ago output PATH [rowsort]                  what stands in a file, or
 * in a folder's visible files
 *     ----
 *     lines
 *     advance '1 s'                          the virtual clock; then what is due happens
 *     crash, restart [-Nthreads …]           the process dies; the same data directory is opened
 * again
 *
 * `#` begins a comment line.  Texts are views of the file's text.
 */
#ifndef STREAMD_CLI_SLT_PARSE_H
#define STREAMD_CLI_SLT_PARSE_H

#include "base/list.h"
#include "base/str.h"

typedef enum SltVerb {
    SLT_STATEMENT,
    SLT_QUERY,
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
    SLT_INCLUDE,
    SLT_HASH_THRESHOLD,
    SLT_SORTMODE,
    SLT_HALT
} SltVerb;

typedef enum SltSort { SLT_NOSORT, SLT_ROWSORT, SLT_VALUESORT } SltSort;

typedef struct SltRecord {
    SltVerb verb;
    int line;      /* of the verb, from 1 */
    bool skipped;  /* by skipif or onlyif */
    Str sql;       /* statement, query; the lines of feed, write, append */
    bool fails;    /* `error`: it must */
    Str pattern;   /* of the error; empty: any */
    int64_t count; /* statement count; -1: any */
    Str types;     /* query's letters; empty: not said */
    SltSort sort;
    bool sort_given;
    Str label;
    bool has_result;               /* there is a `----` */
    size_t result_from, result_to; /* its lines in the file's text */
    Str words[2];                  /* arguments of the other verbs */
    bool no_line_end;              /* -n */
} SltRecord;

typedef LIST(SltRecord) SltRecords;

/* On failure the message names the line. */
Status slt_parse(Str text, SltRecords *out, Err *err) MUST_CHECK;

#endif
