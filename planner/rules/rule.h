/*
 * rule.h - what rules share.
 */
#ifndef STREAMD_PLANNER_RULES_RULE_H
#define STREAMD_PLANNER_RULES_RULE_H

#include "base/list.h"
#include "planner/optimizer.h"

/* What a projection's columns stand for. */
typedef struct Substitution {
    const LogicalColumn *columns;
    BoundArgs exprs;
    int count;
} Substitution;

/* Can the trees be put into one another?  Not if something volatile would run more or less often,
 * nor if the result grew beyond reason. */
bool rule_may_substitute(const Substitution *by, BoundArgs exprs, int count);
const Bound *rule_substitute(Arena *arena, const Substitution *by, const Bound *bound);

/* Splits conjuncts into those that may move (`movable` says so) and those that stay, both in order.
 * After one that stays and can fail nothing moves: what it guards must not run before it. */
typedef struct Conjuncts {
    LIST(const Bound *) moved, kept;
} Conjuncts;
void rule_split(Arena *arena, const LogicalNode *filter, bool (*movable)(void *, const Bound *),
                void *context, Conjuncts *out);
/* A filter, unless there is nothing to filter by. */
LogicalNode *rule_filter(Arena *arena, LogicalNode *input, BoundArgs conjuncts, size_t count);

/* A new node whose columns are its input's. */
LogicalNode *rule_over(Arena *arena, const LogicalNode *node, LogicalNode *input);

/* Applies `change` to every expression of a node; the same node if none changed. */
LogicalNode *rule_map_exprs(Arena *arena, LogicalNode *node,
                            const Bound *(*change)(Arena *arena, const Bound *bound));

#endif
