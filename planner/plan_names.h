/*
 * plan_names.h - the enumerations of physical plans as words, for JSON and EXPLAIN.
 */
#ifndef STREAMD_PLANNER_PLAN_NAMES_H
#define STREAMD_PLANNER_PLAN_NAMES_H

#include "planner/physical.h"

extern const char *const plan_kind_names[];   /* by PhysicalKind; end with NULL, as all */
extern const char *const plan_window_names[]; /* WindowKind */
extern const char *const plan_emit_names[];   /* AggregateEmit */
extern const char *const plan_mode_names[];   /* OutputMode */
extern const char *const plan_op_names[];     /* Opcode */
extern const char *const plan_test_names[];   /* BranchTest */

/* The position of a word in such a list; -1: not there. */
int plan_name_find(const char *const *names, const char *word);

#endif
