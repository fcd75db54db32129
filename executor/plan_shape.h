/* plan_shape.h - what the executor asks about a part of a plan. */
#ifndef STREAMD_EXECUTOR_PLAN_SHAPE_H
#define STREAMD_EXECUTOR_PLAN_SHAPE_H

#include "planner/physical.h"

/* The whole subtree keeps nothing from row to row, so its rows may come from any lane. */
bool plan_is_stateless(const PhysicalNode *plan);
int plan_count_scans(const PhysicalNode *plan);

#endif
