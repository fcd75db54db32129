/*
 * optimizer.h - rules on the logical plan, run until none fires.
 *
 * A rule looks at one node and gives a better one, or the same pointer.  It may
 * not change what columns (ids and types) the node gives, which is checked after
 * each firing; a `whole` rule gets the root and may drop columns nobody reads
 * further down.  Each rule is a file in rules/ and a name in the list in
 * meson.build; 'optimizer.disable' switches rules off by name.
 *
 * Which rows fail must not depend on that.  An expression is run for a row only
 * where its value is read, so a filter that sinks below a projection decides for
 * which rows the projection runs; rules of that kind `settle` what fails, and
 * are switched off only where nothing below can fail.
 */
#ifndef STREAMD_PLANNER_OPTIMIZER_H
#define STREAMD_PLANNER_OPTIMIZER_H

#include "planner/logical.h"
#include "planner/planner.h"

typedef struct RuleCall {
    Arena *arena;
    int32_t *next_id;
} RuleCall;

typedef struct Rule {
    const char *name;
    const char *summary;
    bool whole;   /* applied to the root only */
    bool settles; /* decides for which rows an expression is run */
    LogicalNode *(*apply)(RuleCall *call, LogicalNode *node);
} Rule;

/* In order of application; generated. */
extern const Rule *const optimizer_rules[];

/* Fills in firings of `result`.  `next_id`: the highest column id in use. */
Status optimizer_run(const PlannerContext *context, LogicalNode *root, int32_t next_id,
                     PlanResult *result, LogicalNode **out, Err *err) MUST_CHECK;

/* 42704 if the setting names a rule that does not exist. */
Status optimizer_check_setting(const char *disabled, Err *err) MUST_CHECK;

#endif
