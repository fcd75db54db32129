/*
 * cast_rules.h - which casts happen unwritten, and what they cost the resolver.
 */
#ifndef STREAMD_FUNCTIONS_CAST_RULES_H
#define STREAMD_FUNCTIONS_CAST_RULES_H

#include "types/type.h"

/* 0: the same type; -1: not without a CAST; else the more, the less wanted.  As PostgreSQL:
 * widening only, DOUBLE the preferred number and TIMESTAMPTZ the preferred time. */
int cast_cost(Type from, Type to);
/* The DECIMAL that holds every value of an integer type or DECIMAL. */
Type cast_decimal_of(Type type);
/* The DECIMAL that a numeric text needs: "12.50" -> DECIMAL(4, 2). */
Type cast_decimal_of_text(Str text);

#endif
