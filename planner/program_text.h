/*
 * program_text.h - vector programs as text: what they compute, and their code.
 */
#ifndef STREAMD_PLANNER_PROGRAM_TEXT_H
#define STREAMD_PLANNER_PROGRAM_TEXT_H

#include "planner/physical.h"

/* SQL-like texts of a program, found out by running it over texts instead of values. */
typedef struct ProgramText {
    char **outputs; /* output_count of them */
    char *filter;   /* conjuncts with AND; NULL: none */
    int output_count;
} ProgramText;

/* `names`: of the input columns; `zone`: of TIMESTAMPTZ constants.  Free with program_text_deinit.
 */
void program_text_init(ProgramText *text, const Program *program, const char *const *names,
                       const Zone *zone);
void program_text_deinit(ProgramText *text);

/* One instruction a line. */
void program_print(const Program *program, const char *const *names, const char *indent,
                   const Zone *zone, Buf *out);

#endif
