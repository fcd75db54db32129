/*
 * table_options.h - what WITH says of a table, checked against its connector and format.
 */
#ifndef STREAMD_PLANNER_TABLE_OPTIONS_H
#define STREAMD_PLANNER_TABLE_OPTIONS_H

#include "planner/planner.h"

/* The format that a path's extension says ("x.csv.gz": csv); NULL: none. */
const char *table_format_of_path(const char *path);

/* Replaces table->options (keys and values as given) by the checked ones in the arena, with proper
 * names. Sets connector and format from them.  42704, 22023; ignored options become a notice. */
Status table_options_check(const PlannerContext *context, Relation *table, Arena *arena,
                           Err *err) MUST_CHECK;

#endif
