/*
 * compile.h - from bound expressions to a vector program.
 */
#ifndef STREAMD_PLANNER_COMPILE_H
#define STREAMD_PLANNER_COMPILE_H

#include "planner/logical.h"

/* A program over batches with the columns `inputs`: keeps the rows for which the filters are TRUE,
 * one after the other, then computes the outputs for them.  54001 when it needs too many registers.
 */
Status compile_program(Arena *arena, const LogicalColumn *inputs, int input_count,
                       BoundArgs filters, int filter_count, BoundArgs outputs, int output_count,
                       const Program **out, Err *err) MUST_CHECK;

#endif
