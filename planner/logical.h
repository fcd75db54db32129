/*
 * logical.h - the logical plan: relational algebra over bound expressions.
 *
 * Every column has an id that is unique within the statement; a node that hands
 * a column on keeps its id, one that computes gives a new one.  So a rule that
 * moves an expression past nodes that hand its columns on need not rename them.
 * Nodes are never changed once made: rules make new ones, which is why the
 * analyzed plan is still there after optimizing.
 */
#ifndef STREAMD_PLANNER_LOGICAL_H
#define STREAMD_PLANNER_LOGICAL_H

#include "catalog/catalog.h"
#include "catalog/connector.h"
#include "planner/bound.h"
#include "planner/physical.h"

typedef enum LogicalKind {
    LOGICAL_SCAN,
    LOGICAL_VALUES,
    LOGICAL_FILTER,
    LOGICAL_PROJECT,
    LOGICAL_EXPLODE,
    LOGICAL_EXPAND,
    LOGICAL_WINDOW,
    LOGICAL_AGGREGATE, /* DISTINCT too: keys and no aggregates */
    LOGICAL_UNION,
    LOGICAL_SORT,
    LOGICAL_LIMIT,
} LogicalKind;

/* What a column means for time and windows; kept by nodes that hand it on. */
typedef enum ColumnRole {
    ROLE_NONE,
    ROLE_WINDOW_START,
    ROLE_WINDOW_END,
    ROLE_WINDOW_TIME
} ColumnRole;

typedef struct LogicalColumn {
    int32_t id;
    const char *name;
    Type type;
    bool rowtime;   /* event time: a watermark runs along it */
    bool proctime;  /* PROCTIME() */
    uint8_t role;   /* ColumnRole */
    bool cumulates; /* … a CUMULATE: its end does not follow from its start */
    int32_t window; /* … of which Window node */
} LogicalColumn;

typedef struct LogicalSortKey {
    int32_t id;
    bool descending, nulls_first;
} LogicalSortKey;

typedef struct LogicalNode LogicalNode;
struct LogicalNode {
    LogicalKind kind;
    LogicalNode **inputs;
    int input_count;
    LogicalColumn *columns; /* what comes out */
    int column_count;
    int32_t position; /* in the statement's text of what asked for it: GROUP BY, ORDER BY, LIMIT;
                         -1: elsewhere */
    union {
        struct {
            const Relation *table;
            const char *alias; /* NULL: none */
            SourceTraits traits;
            const uint16_t *table_columns; /* of table->columns, parallel to `columns` */
            const Bound *watermark;        /* over the columns of `all`; NULL: none */
            const LogicalColumn *all;      /* every column that can be read, before pruning … */
            const uint16_t *all_table_columns;
            int all_count;
            const Bound *const *conjuncts; /* pushed down; over `all` */
            int conjunct_count;
            int64_t limit; /* rows wanted at most; -1: all */
        } scan;
        struct {
            const Value *values; /* row by row */
            uint32_t row_count;
        } values;
        struct {
            const Bound *const *conjuncts;
            int conjunct_count;
        } filter;
        struct {
            const Bound *const *exprs; /* parallel to `columns` */
        } project;
        struct {
            const Bound *array;
            bool ordinality, outer;
        } explode; /* columns: the input's, element[, number] */
        struct {
            const int32_t *keys; /* ids of input columns */
            int key_count;
            const uint64_t *sets;
            int set_count;
        } expand; /* columns: the input's (keys under new ids, at the keys' places), grouping_id */
        struct {
            WindowKind kind;
            int32_t time; /* id of the input column */
            int64_t size_us, slide_us, offset_us;
        } window; /* columns: the input's, window_start, window_end, window_time */
        struct {
            const Bound *const *keys;
            int key_count;
            const Bound *const *aggregates; /* BOUND_AGGREGATE */
            int aggregate_count;
        } aggregate; /* columns: keys, aggregates */
        struct {
            const LogicalSortKey *keys;
            int key_count;
            int64_t limit, offset; /* limit -1: all */
        } sort;
        struct {
            int64_t limit, offset;
        } limit;
    };
};

LogicalNode *logical_node(Arena *arena, LogicalKind kind, int input_count);
LogicalNode *logical_copy(Arena *arena, const LogicalNode *node);
/* The same node over other inputs. */
LogicalNode *logical_with_input(Arena *arena, const LogicalNode *node, LogicalNode *input);
/* Nodes over one input.  Filter splits ANDs into conjuncts. */
LogicalNode *logical_filter(Arena *arena, LogicalNode *input, BoundArgs conjuncts, int count);
LogicalNode *logical_project(Arena *arena, LogicalNode *input, BoundArgs exprs,
                             const LogicalColumn *columns, int count);
LogicalNode *logical_limit(Arena *arena, LogicalNode *input, int64_t limit, int64_t offset);
LogicalNode *logical_sort(Arena *arena, LogicalNode *input, const LogicalSortKey *keys, int count);
LogicalNode *logical_distinct(Arena *arena, LogicalNode *input); /* an Aggregate of all columns */
/* Keeps the columns with these ids, in this order. */
LogicalNode *logical_keep(Arena *arena, LogicalNode *input, const int32_t *ids, int count);

/* The output column with an id; NULL if the node does not give it. */
const LogicalColumn *logical_column(const LogicalNode *node, int32_t id);
/* Does the node give every column that the expression reads? */
bool logical_gives(const LogicalNode *node, const Bound *bound);
/* May an expression of the node, or of one below it, fail for a row? */
bool logical_can_fail(const LogicalNode *node);
/* Ands of ands become one list, in order. */
BoundArgs logical_conjuncts(Arena *arena, BoundArgs exprs, int count, int *out_count);

/* One line ("Filter (x#1 > 3)"), and the tree. */
void logical_print_node(const LogicalNode *node, const Zone *zone, Buf *out);
void logical_print(const LogicalNode *node, const Zone *zone, Buf *out);

#endif
