/*
 * optimizer.h - rules on the logical plan, run until none fires.
 *
 * A rule looks at one node and gives a better one, or the same pointer.  It may
 * not change what columns (ids and types) the node gives, which is checked after
 * each firing; a `whole` rule gets the root and may drop columns nobody reads
 * further down.  Each rule is a file in rules/ and a name in the list in
 * meson.build; 'optimizer.disable' switches rules off by name.
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
    bool whole; /* applied to the root only */
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
