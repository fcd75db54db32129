/*
 * function_tables.h - the tables of all topics, made from the lists in meson.build.
 */
#ifndef STREAMD_FUNCTIONS_FUNCTION_TABLES_H
#define STREAMD_FUNCTIONS_FUNCTION_TABLES_H

#include "catalog/function.h"

/* Each table ends with a row without a name; the list of tables ends with NULL. */
extern const ScalarFn *const function_tables[];
extern const AggregateFn *const aggregate_tables[];

#endif
