/*
 * eval_case.h - tables of calls and what they give, for the tests of functions.
 *
 * A case is a function's name, its arguments and its result as text:
 *     {"substring", "VARCHAR:hello | INT:2 | INT:3", "VARCHAR:ell"}
 *     {"+", "INT:2147483647 | ?:1", "!22003"}                error, by SQLSTATE
 *     {"upper", "VARCHAR", "NULL"}                          a type alone is a NULL of it
 *     {"cast DATE", "VARCHAR:2024-02-30", "!22008"}         CAST; "try_cast T" too
 * An argument that starts with `=` is a constant in batches too.  `?` is a bare string literal, `?`
 * alone a bare NULL. ARRAY items are separated by `;`.
 *
 * Each case runs with constants, and over a batch with and without a selection; with every argument
 * NULL in one row if the function is strict.
 */
#ifndef STREAMD_TESTS_EVAL_CASE_H
#define STREAMD_TESTS_EVAL_CASE_H

#include "functions/registry.h"

typedef struct EvalCase {
    const char *name, *args, *expected;
} EvalCase;

/* Prints every case that goes wrong; their number. */
int eval_cases(const EvalCase *cases, size_t count);
#define CHECK_CASES(table) cr_assert_eq(eval_cases((table), sizeof(table) / sizeof *(table)), 0)

/* Resolves and evaluates one call over constants; its result as a case's text. */
const char *eval_text(const char *name, const char *args, Arena *arena);
/* Parses "TYPE:text". */
Value eval_value(Str text, Arena *arena);

#endif
