/*
 * parse_help.h - what the grammar's tests share: parse in an arena of the test's own.
 */
#ifndef STREAMD_TESTS_PARSE_HELP_H
#define STREAMD_TESTS_PARSE_HELP_H

#include <criterion/criterion.h>
#include "grammar/parse.h"

/* Statements and expressions of these are in static arenas, given back at the next call. */
Statement *parsed(const char *sql);
Expr *parsed_expr(const char *sql);
Select *parsed_select(const char *sql);
/* The print of what was parsed; static too. */
const char *printed(const char *sql);
const char *printed_expr(const char *sql);
/* The error of a statement that must not parse. */
Err refused(const char *sql);

#endif
