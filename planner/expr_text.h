/*
 * expr_text.h - function calls as SQL text: operators between their arguments.
 */
#ifndef STREAMD_PLANNER_EXPR_TEXT_H
#define STREAMD_PLANNER_EXPR_TEXT_H

#include "base/buf.h"

/* `(a + b)`, `(NOT a)`, `(a IS NULL)`, `(a IN (b, c))`, `f(a, b)`. */
void expr_text_call(const char *name, const char *const *args, int arg_count, Buf *out);

#endif
