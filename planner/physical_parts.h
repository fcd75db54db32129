/*
 * physical_parts.h - what the makers of physical nodes share.
 *
 * On the way down goes what is wanted of the rows (Want); on the way up come facts.
 */
#ifndef STREAMD_PLANNER_PHYSICAL_PARTS_H
#define STREAMD_PLANNER_PHYSICAL_PARTS_H

#include "base/list.h"
#include "planner/compile.h"
#include "planner/physical_build.h"

enum { PHYSICAL_COLUMNS_MAX = 16000 };

/* How an output changes. */
typedef enum Change {
    CHANGE_NONE,    /* rows are only added */
    CHANGE_REPLACE, /* rows are replaced by key, never taken away */
    CHANGE_ANY
} Change;

typedef struct Facts {
    Change change;
    const int32_t *key; /* ids of columns that are unique together */
    int key_count;
    bool has_key;
    int32_t window_start, window_end; /* ids in the key that follow from one another; 0: none */
    bool cumulates;                   /* … the end does not follow from the start */
} Facts;

typedef struct Want {
    bool rowtime, proctime; /* a window above runs on the watermark */
    bool drop_late;         /* … and an aggregate above that */
    bool top;               /* no aggregate above: its mode is the query's */
} Want;

typedef struct PhysicalBuilder {
    const PlannerContext *context;
    Arena *arena;
    const OutputChoice *choice;
    PhysicalPlan *plan;
    LIST(PhysicalNode *) scans;
    int32_t next_id;
} PhysicalBuilder;

/* Expressions that a node needs as columns of its input. */
typedef struct PhysicalNeeds {
    LIST(const Bound *) exprs;
    LIST(LogicalColumn) columns;
} PhysicalNeeds;

/* physical.c */
Status physical_build_node(PhysicalBuilder *self, LogicalNode *node, Want want, PhysicalNode **out,
                           Facts *facts, Err *err) MUST_CHECK;
/* A node over `input` (NULL: none), which it takes its facts from. */
PhysicalNode *physical_make(PhysicalBuilder *self, PhysicalKind kind, const LogicalColumn *columns,
                            int count, PhysicalNode *input);
int physical_place(const LogicalColumn *columns, int count, int32_t id); /* -1: not there */
Status physical_lost_column(Err *err);
/* The key among these columns; none if one of its columns is not there. */
void physical_keep_key(PhysicalBuilder *self, Facts *facts, const LogicalColumn *columns,
                       int count);

/* physical_expr.c: the input with other columns, as part of a scan, as itself, or by a Project. */
Status physical_projected(PhysicalBuilder *self, LogicalNode *input, BoundArgs exprs,
                          const LogicalColumn *columns, int count, Want want, PhysicalNode **out,
                          Facts *facts, Err *err) MUST_CHECK;
uint16_t physical_need(PhysicalBuilder *self, PhysicalNeeds *needs, const LogicalNode *input,
                       const Bound *bound);
/* Builds the input so that all needed expressions are columns of it; *map: where each of them is.
 */
Status physical_needed(PhysicalBuilder *self, LogicalNode *input, PhysicalNeeds *needs, Want want,
                       PhysicalNode **out, Facts *facts, uint16_t **map, Err *err) MUST_CHECK;

/* physical_scan.c; exprs NULL: the scan's own columns. */
Status physical_scan(PhysicalBuilder *self, const LogicalNode *scan, BoundArgs exprs,
                     const LogicalColumn *columns, int count, Want want, PhysicalNode **out,
                     Facts *facts, Err *err) MUST_CHECK;

/* physical_state.c */
Status physical_aggregate(PhysicalBuilder *self, LogicalNode *node, Want want, PhysicalNode **out,
                          Facts *facts, Err *err) MUST_CHECK;
Status physical_sort(PhysicalBuilder *self, LogicalNode *node, Want want, PhysicalNode **out,
                     Facts *facts, Err *err) MUST_CHECK;
Status physical_limit(PhysicalBuilder *self, LogicalNode *node, Want want, PhysicalNode **out,
                      Facts *facts, Err *err) MUST_CHECK;

#endif
