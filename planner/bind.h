/*
 * bind.h - what the binder's files share.
 *
 * Binding gives meaning to a tree: names become column ids, types are found and
 * casts written out, stars and views are expanded, clauses become logical nodes.
 *
 *     bind_query    WITH, set operations, ORDER BY, LIMIT, VALUES
 *     bind_select   one SELECT, clause by clause
 *     bind_from     tables, views, files, derived tables, table functions
 *     bind_group    GROUP BY, aggregates, GROUPING SETS
 *     bind_expr …   expressions
 */
#ifndef STREAMD_PLANNER_BIND_H
#define STREAMD_PLANNER_BIND_H

#include "base/list.h"
#include "grammar/ast.h"
#include "planner/logical.h"
#include "planner/planner.h"

typedef struct ScopeColumn {
    const char *table; /* what qualifies it; NULL: nothing does */
    LogicalColumn column;
    bool hidden; /* not part of a star */
} ScopeColumn;

/* The columns that expressions of a clause can name. */
typedef struct Scope {
    LIST(ScopeColumn) columns;
    LogicalNode *node; /* what gives them */
} Scope;

typedef struct Cte {
    const CommonTable *table;
    struct Cte *outer; /* those visible to its query */
    bool foreign;      /* defined in other text than the statement's */
    bool used;
} Cte;

typedef struct Binder {
    const PlannerContext *context;
    Arena *arena;
    int32_t next_id, next_window;
    Cte *ctes;       /* the innermost; a chain */
    bool foreign;    /* the text being bound is not the statement's (a view's): no positions */
    int query_depth; /* nesting of queries, views included */
    int query_count; /* how many were bound: CTEs and views are bound where they are used */
    const char *self_view; /* the view being defined: it must not read itself; NULL: none */
    Type *param_types;
    int param_count;
} Binder;

enum { BIND_QUERY_DEPTH_MAX = 300, BIND_QUERY_COUNT_MAX = 20000 };

/* State of one SELECT while its expressions are bound. */
typedef struct SelectState SelectState;

/* Where an expression stands: what it may name and contain. */
typedef struct ExprScope {
    const Scope *scope;
    const char *clause;    /* "WHERE", for messages */
    const char *condition; /* … of what wants a BOOLEAN inside it: "AND"; NULL: the clause itself */
    SelectState *select;   /* explode() and window() find their place here; NULL: not allowed */
    bool allow_aggregates; /* in SELECT, HAVING, ORDER BY */
    bool allow_explode;
    bool in_aggregate;
    const SelectList *aliases; /* names that stand for SELECT items where no column has them */
} ExprScope;

typedef struct ExplodeItem {
    const Bound *array;
    bool outer;
    int32_t id;
    Type type;
} ExplodeItem;

struct SelectState {
    LIST(ExplodeItem) explodes;
    int32_t window_start, window_end; /* ids that window(…) in GROUP BY added; 0: none */
    const Expr *window_call;
    int32_t grouping_id;            /* id of the Expand column; 0: none */
    const Bound *const *group_keys; /* for GROUPING(): in order of the keys */
    int group_key_count;
};

static inline int32_t bind_pos(const Binder *binder, int32_t position)
{
    return binder->foreign ? -1 : position;
}
static inline int32_t bind_new_id(Binder *binder)
{
    return ++binder->next_id;
}
/* 0A000 "<what> are not supported yet" or the like. */
Status bind_unsupported(const Binder *binder, int32_t position, const char *what, Err *err);
void binder_init(Binder *binder, const PlannerContext *context);

/* bind_expr.c */
Status bind_expr(Binder *binder, const ExprScope *scope, const Expr *expr, const Bound **out,
                 Err *err) MUST_CHECK;
/* A BOOLEAN condition; an unknown literal becomes one. */
Status bind_condition(Binder *binder, const ExprScope *scope, const Expr *expr, const Bound **out,
                      Err *err) MUST_CHECK;
/* An expression of constants, evaluated: LIMIT, options of table functions. */
Status bind_constant_expr(Binder *binder, const Expr *expr, const char *what, Value *out,
                          Err *err) MUST_CHECK;
/* bind_literal.c */
Status bind_literal(Binder *binder, const Expr *expr, const Bound **out, Err *err) MUST_CHECK;
/* bind_op.c */
Status bind_operator(Binder *binder, const ExprScope *scope, const Expr *expr, const Bound **out,
                     Err *err) MUST_CHECK;
Status bind_quantified(Binder *binder, const ExprScope *scope, const Expr *expr, const Bound **out,
                       Err *err) MUST_CHECK;
/* bind_call.c */
Status bind_call(Binder *binder, const ExprScope *scope, const Expr *expr, const Bound **out,
                 Err *err) MUST_CHECK;
/* A call of a scalar function with bound arguments: resolves, casts the arguments. */
Status bind_function(Binder *binder, const char *name, BoundArgs args, int arg_count,
                     int32_t position, const Bound **out, Err *err) MUST_CHECK;
bool bind_is_call(const Expr *expr, const char *name);
/* bind_named.c: f(a => 1) of the functions whose arguments have names, in their order. */
bool bind_has_named(const FunctionCall *call);
Status bind_named_args(Binder *binder, const ExprScope *scope, const FunctionCall *call,
                       int32_t position, const Bound ***out, int *out_count, Err *err) MUST_CHECK;

/* bind_cast.c */
typedef enum CastWay { CAST_IMPLICIT, CAST_ASSIGNMENT, CAST_EXPLICIT, CAST_TRY } CastWay;
Status bind_cast(Binder *binder, const Bound *bound, Type to, CastWay way, int32_t position,
                 const Bound **out, Err *err) MUST_CHECK;
/* An unknown literal becomes VARCHAR; everything else stays. */
Status bind_settle(Binder *binder, const Bound *bound, const Bound **out, Err *err) MUST_CHECK;
/* Casts all to their common type. */
Status bind_unify(Binder *binder, const Bound **bounds, int count, int stride, Type *type,
                  int32_t position, Err *err) MUST_CHECK;
/* bind_scope.c */
Status scope_find(const Binder *binder, const Scope *scope, const NameList *name,
                  const ScopeColumn **out, Err *err) MUST_CHECK;
/* The same, NULL instead of an error when there is none (ambiguous ones are one). */
const ScopeColumn *scope_lookup(const Scope *scope, const char *table, const char *name,
                                bool *ambiguous);
void scope_add_node(Binder *binder, Scope *scope, LogicalNode *node, const char *table);
bool scope_has_table(const Scope *scope, const char *table);
const Bound *scope_bound(Binder *binder, const LogicalColumn *column, int32_t position);
/* Column with what the node knows of it, made from an expression (time attributes go along). */
LogicalColumn scope_output(Binder *binder, const LogicalNode *input, const Bound *bound,
                           const char *name);

/* bind_query.c; `expected` (NULL: none): types that VALUES items and unknown literals are to take
 */
typedef struct Expected {
    const Type *types;
    const char *const *names;
    int count;
} Expected;
Status bind_query(Binder *binder, const Query *query, const Expected *expected, LogicalNode **out,
                  Err *err) MUST_CHECK;
Status bind_cte(Binder *binder, Cte *cte, LogicalNode **out, Err *err) MUST_CHECK;
Status bind_limit(Binder *binder, const Query *query, int64_t *limit, int64_t *offset,
                  Err *err) MUST_CHECK;
LogicalNode *bind_limit_node(Binder *binder, const Query *query, LogicalNode *input, int64_t limit,
                             int64_t offset);
/* bind_set.c */
Status bind_set(Binder *binder, const Query *query, const Expected *expected, LogicalNode **out,
                Err *err) MUST_CHECK;
/* bind_values.c */
Status bind_values(Binder *binder, const Query *query, const Expected *expected, LogicalNode **out,
                   Err *err) MUST_CHECK;
LogicalNode *bind_one_row(Binder *binder); /* Values of one row without columns */
/* bind_select.c */
Status bind_select(Binder *binder, const Query *query, const Expected *expected, LogicalNode **out,
                   Err *err) MUST_CHECK;
/* bind_sort.c: ORDER BY over a query's output columns (set operations, VALUES). */
Status bind_order_output(Binder *binder, const Query *query, LogicalNode **node,
                         Err *err) MUST_CHECK;
/* Which output column an ORDER BY or GROUP BY item that is an ordinal says; -1: it is none. */
Status bind_ordinal(const Binder *binder, const Expr *expr, int count, const char *clause, int *out,
                    Err *err) MUST_CHECK;

/* bind_from.c */
Status bind_from(Binder *binder, const TableList *from, Scope *out, Err *err) MUST_CHECK;
Status bind_table_ref(Binder *binder, const TableRef *ref, Scope *out, Err *err) MUST_CHECK;
Status bind_named_table(Binder *binder, const NameList *name, const char *alias, LogicalNode **out,
                        Err *err) MUST_CHECK;
/* bind_scan.c */
Status bind_scan(Binder *binder, const Relation *table, const char *alias, int32_t position,
                 LogicalNode **out, Err *err) MUST_CHECK;
Status bind_file(Binder *binder, Str path, const FunctionCall *call, int32_t position,
                 LogicalNode **out, Err *err) MUST_CHECK;
/* bind_series.c; exclusive: without the end */
Status bind_series(Binder *binder, const TableRef *ref, const char *name, bool exclusive,
                   Scope *out, Err *err) MUST_CHECK;
/* Traits of a relation for the statement at hand. */
Status bind_traits(Binder *binder, const Relation *table, int32_t position, SourceTraits *out,
                   Err *err) MUST_CHECK;
/* The columns of a table as a scope, the computed ones and the watermark bound. */
typedef struct TableBinding {
    LogicalNode *scan;      /* without computed columns */
    const Bound **exprs;    /* per table column: over the scan's columns */
    LogicalColumn *columns; /* per table column */
    const Bound *watermark; /* over the scan's columns; NULL: none */
} TableBinding;
Status bind_table_columns(Binder *binder, const Relation *table, const char *alias,
                          TableBinding *out, Err *err) MUST_CHECK;
/* bind_table_function.c */
Status bind_table_function(Binder *binder, const TableRef *ref, Scope *out, Err *err) MUST_CHECK;
bool bind_is_unnest(const TableRef *ref);
Status bind_unnest(Binder *binder, const TableRef *ref, Scope *left, bool outer,
                   Err *err) MUST_CHECK;
/* bind_window.c */
Status bind_window_function(Binder *binder, const TableRef *ref, WindowKind kind, Scope *out,
                            Err *err) MUST_CHECK;
/* Spark's window(ts, size[, slide[, start]]) over the node of `scope`. */
Status bind_spark_window(Binder *binder, Scope *scope, const Expr *call, SelectState *state,
                         Err *err) MUST_CHECK;
/* bind_group.c */
typedef struct OutItem {
    const Expr *expr;   /* NULL: a column that a star gave */
    const Bound *bound; /* NULL: not bound yet */
    const char *name;
    int32_t position;
} OutItem;
typedef LIST(OutItem) OutList;

typedef struct Grouping {
    LIST(const Bound *) keys;
    LIST(const char *) names;
    LIST(uint64_t) sets; /* grouping sets over the keys */
    bool has_sets;
} Grouping;
/* Binds GROUP BY; items are bound where an ordinal, an alias or ALL names them. */
Status bind_grouping(Binder *binder, const Select *select, const ExprScope *scope, OutList *items,
                     Grouping *out, Err *err) MUST_CHECK;
Status bind_item(Binder *binder, const ExprScope *scope, OutItem *item, Err *err) MUST_CHECK;

/* bind_aggregate.c: puts an Aggregate over `input` and rewrites expressions to read its output. */
typedef struct AggregateState {
    Binder *binder;
    const Grouping *grouping;
    LogicalColumn *key_columns; /* of the output */
    const Bound **key_exprs;    /* what the node groups by: the keys, then what goes with them */
    int key_count;
    LIST(const Bound *) aggregates;
    LIST(LogicalColumn) aggregate_columns;
    int32_t grouping_id; /* 0: none */
    int32_t position;
    const Bound *ungrouped;
} AggregateState;
Status bind_aggregate_start(Binder *binder, const Grouping *grouping, SelectState *select,
                            LogicalNode **input, AggregateState *out, Err *err) MUST_CHECK;
Status bind_aggregate_rewrite(AggregateState *state, const Bound *bound, const Bound **out,
                              Err *err) MUST_CHECK;
LogicalNode *bind_aggregate_finish(AggregateState *state, LogicalNode *input);

/* bind_type.c is plan_type in planner.h */

#endif
