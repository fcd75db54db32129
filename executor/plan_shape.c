/* plan_shape.c - see plan_shape.h. */
#include "executor/plan_shape.h"

bool plan_is_stateless(const PhysicalNode *plan)
{
    switch (plan->kind) {
    case PHYSICAL_SCAN:
        return plan->as.scan.limit < 0;
    case PHYSICAL_VALUES:
    case PHYSICAL_FILTER:
    case PHYSICAL_PROJECT:
    case PHYSICAL_EXPLODE:
    case PHYSICAL_EXPAND:
    case PHYSICAL_WINDOW:
    case PHYSICAL_UNION:
        break;
    case PHYSICAL_AGGREGATE:
    case PHYSICAL_SORT:
    case PHYSICAL_LIMIT:
    case PHYSICAL_CHANGES:
        return false;
    }
    for (int i = 0; i < plan->input_count; i++)
        if (!plan_is_stateless(plan->inputs[i]))
            return false;
    return true;
}

int plan_count_scans(const PhysicalNode *plan)
{
    int count = plan->kind == PHYSICAL_SCAN;
    for (int i = 0; i < plan->input_count; i++)
        count += plan_count_scans(plan->inputs[i]);
    return count;
}
