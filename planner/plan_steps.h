/*
 * plan_steps.h - what the ways into the planner share.
 */
#ifndef STREAMD_PLANNER_PLAN_STEPS_H
#define STREAMD_PLANNER_PLAN_STEPS_H

#include "planner/bind.h"
#include "planner/physical_build.h"

/* From the analyzed plan on: optimizes, chooses the mode, makes the physical plan. */
Status plan_finish(Binder *binder, LogicalNode *root, const OutputTarget *target,
                   PlanResult *result, Err *err) MUST_CHECK;
const char *plan_query_text(Arena *arena, const Query *query); /* as SQL */
/* plan_parsed.c: as a tree, before names mean something. */
const char *plan_parsed_text(Arena *arena, const Query *query);

#endif
