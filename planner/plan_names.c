#include "planner/plan_names.h"

#include <string.h>

const char *const plan_kind_names[] = {
    [PHYSICAL_SCAN] = "Scan",       [PHYSICAL_VALUES] = "Values",
    [PHYSICAL_FILTER] = "Filter",   [PHYSICAL_PROJECT] = "Project",
    [PHYSICAL_EXPLODE] = "Explode", [PHYSICAL_EXPAND] = "Expand",
    [PHYSICAL_WINDOW] = "Window",   [PHYSICAL_AGGREGATE] = "Aggregate",
    [PHYSICAL_UNION] = "Union",     [PHYSICAL_SORT] = "Sort",
    [PHYSICAL_LIMIT] = "Limit",     [PHYSICAL_CHANGES] = "Changes",
    [PHYSICAL_CHANGES + 1] = NULL,
};
const char *const plan_window_names[] = {"tumble", "hop", "cumulate", "session", NULL};
const char *const plan_emit_names[] = {"final",    "on window close", "changes",
                                       "complete", "first",           NULL};
const char *const plan_mode_names[] = {"append", "update", "complete", NULL};
const char *const plan_op_names[] = {"call",   "move", "and", "or", "filter",
                                     "branch", "else", "end", NULL};
const char *const plan_test_names[] = {"true", "not false", "not true", "null", NULL};

int plan_name_find(const char *const *names, const char *word)
{
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], word) == 0)
            return i;
    return -1;
}
