/*
 * plan_load.h - what reading plans back from JSON shares.
 *
 * The text comes from disk, so every index is checked before it is used: a damaged plan is an
 * error (XX001), never a crash.
 */
#ifndef STREAMD_PLANNER_PLAN_LOAD_H
#define STREAMD_PLANNER_PLAN_LOAD_H

#include <jansson.h>
#include "base/list.h"
#include "planner/physical.h"

typedef struct PlanLoader {
    Arena *arena;
    PhysicalPlan *plan;
    LIST(PhysicalNode *) nodes;
    LIST(PhysicalNode *) scans;
} PlanLoader;

/* XX001: the stored plan is damaged: what. */
Status plan_load_damaged(const char *what, Err *err);

/* Members of an object.  Text that is not there is NULL; a flag, false; a number, `missing`. */
const char *plan_load_text(PlanLoader *self, const json_t *json, const char *key);
bool plan_load_bool(const json_t *json, const char *key);
int64_t plan_load_integer(const json_t *json, const char *key, int64_t missing);
/* One of `names` (ends with NULL). */
Status plan_load_word(const json_t *json, const char *key, const char *const *names, int *out,
                      Err *err) MUST_CHECK;
/* Numbers below `limit`. */
Status plan_load_numbers(PlanLoader *self, const json_t *json, const char *key, int limit,
                         const uint16_t **out, uint16_t *count, Err *err) MUST_CHECK;
Status plan_load_type(PlanLoader *self, const json_t *json, Type *out, Err *err) MUST_CHECK;
Status plan_load_types(PlanLoader *self, const json_t *list, Type **out, int *count,
                       Err *err) MUST_CHECK;
Status plan_load_value(PlanLoader *self, const json_t *json, Type type, Value *out,
                       Err *err) MUST_CHECK;

/* program_load.c.  `inputs`: the types of the columns it runs over; `outputs` (NULL: any): of what
 * it gives.  42883 when a function is gone or another one now. */
Status program_load(PlanLoader *self, const json_t *json, const Type *inputs, int input_count,
                    const PhysicalColumn *outputs, int output_count, const Program **out,
                    Err *err) MUST_CHECK;
/* Is what was bound now what the plan says it was? */
Status program_load_rebound(const char *name, const Type *args, const Type *wanted, int count,
                            Type result, Type wanted_result, Err *err) MUST_CHECK;

#endif
