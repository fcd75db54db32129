/*
 * slt_lines.h - a dialog's text, line by line, for slt_parse.c: words of a line, and the blocks of
 * lines that follow one.
 */
#ifndef STREAMD_CLI_SLT_LINES_H
#define STREAMD_CLI_SLT_LINES_H

#include "cli/slt_parse.h"

enum { SLT_WORDS_MAX = 16 };

typedef struct SltLines {
    Str text;
    size_t at;  /* of the next line */
    int number; /* of the line last read */
    bool names_connections;
    bool (*is_known)(Str word); /* begins a record */
} SltLines;

/* A record's first line. */
typedef struct SltLine {
    Str text;
    Str words[SLT_WORDS_MAX];
    int count;
} SltLine;

bool slt_lines_next(SltLines *lines, Str *line);
void slt_line_split(Str text, SltLine *line);
Str slt_line_rest(const SltLine *line, Str word); /* what follows the word */
bool slt_word_is(Str word, const char *text);

/* 42601: what, and the word in quotes. */
Status slt_parse_bad(const char *what, Str word, Err *err) MUST_CHECK;
Status slt_parse_integer(Str word, int64_t least, int64_t most, int64_t *number,
                         Err *err) MUST_CHECK;

/* Lines up to a blank one or, with `is_sql`, to `----` or a comment; true: it was the dashes. */
bool slt_lines_block(SltLines *lines, Str *block, bool is_sql);
/* The same; it may begin with a blank line. */
bool slt_lines_sql(SltLines *lines, Str *sql);
void slt_lines_result(SltLines *lines, SltRecord *record);
/* An error's text may have blank lines in it: two of them end it, or one before a record. */
Str slt_lines_error(SltLines *lines);
/* The next line's first word; nothing at the end or before a blank line. */
Str slt_lines_peek(const SltLines *lines);

/* ---- slt_statement.c: verbs with SQL ---- */
Status slt_parse_statement(SltLines *lines, const SltLine *line, SltRecord *record,
                           Err *err) MUST_CHECK;
Status slt_parse_query(SltLines *lines, const SltLine *line, SltRecord *record,
                       Err *err) MUST_CHECK;
Status slt_parse_let(SltLines *lines, const SltLine *line, SltRecord *record, Err *err) MUST_CHECK;
bool slt_sort_from(Str word, SltSort *sort);

#endif
