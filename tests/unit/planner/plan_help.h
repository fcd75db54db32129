/*
 * plan_help.h - a catalog with made-up connectors, and statements to plans.
 *
 * Connectors: 'mem' is bounded; 'live' never ends; both take any rows as sinks in all modes,
 * 'log' is a sink for append alone.
 */
#ifndef STREAMD_TESTS_PLAN_HELP_H
#define STREAMD_TESTS_PLAN_HELP_H

#include "grammar/parse.h"
#include "planner/planner.h"

typedef struct Plans {
    Arena arena;
    Catalog *catalog;
    PlannerContext context;
    Buf notices;
} Plans;

void plans_init(Plans *plans);
void plans_deinit(Plans *plans);
/* CREATE adds to the catalog; a query, INSERT or CREATE JOB is planned into *result. */
Status plans_run(Plans *plans, const char *sql, PlanResult *result, Err *err);
/* Text of EXPLAIN, or the error as `ERROR 42703 at 7: message (hint)`. */
void plans_explain(Plans *plans, const char *sql, Buf *out);

#endif
