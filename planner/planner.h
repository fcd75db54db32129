/*
 * planner.h - from a parsed statement to a physical plan.
 *
 *     Query (AST) → bind → logical plan → optimizer → physical plan
 *                    names, types            rules        operators, vector programs
 *
 * The planner looks things up (catalog, functions, what a source or sink says of
 * itself) and changes nothing.  Everything it makes lives in context->arena and
 * nothing of it points into the statement's tree or text.
 *
 * Errors carry a position in context->sql wherever the mistake stands there
 * (not for one inside a view's or a computed column's text).
 */
#ifndef STREAMD_PLANNER_PLANNER_H
#define STREAMD_PLANNER_PLANNER_H

#include "grammar/ast.h"
#include "planner/physical.h"

/* Who wants the rows: decides the default mode and what may change. */
typedef enum PlanTarget {
    PLAN_SELECT,      /* a terminal, a pipe or a client */
    PLAN_INSERT,      /* INSERT INTO: tables read as of now */
    PLAN_JOB,         /* CREATE JOB: tables and views are followed */
    PLAN_MATERIALIZED /* CREATE MATERIALIZED VIEW: likewise */
} PlanTarget;

typedef struct PlannerContext {
    const Catalog *catalog;
    FnSession session;
    const char *sql; /* the statement's text; NULL: none */
    PlanTarget target;
    ScanDefault scan_default; /* 'scan.mode' of tables that do not say it */
    /* Values of $1, $2, …; a value of TYPE_NULL that is not NULL cannot be, one of TYPE_NULL that
     * is is a bare NULL. NULL with param_count > 0: the plan is only described, parameters have no
     * value yet. */
    const Value *params;
    int param_count;
    /* Declared types of parameters, or NULL; TYPE_NULL: to be found out.  See
     * PlanResult.param_types. */
    const Type *param_types;
    const char *disabled_rules; /* 'optimizer.disable': names parted by commas; NULL: none */
    Arena *arena;               /* all results */
    void (*notice)(void *context, const char *text); /* for the user; may be NULL */
    void *notice_context;
} PlannerContext;

typedef struct RuleFiring {
    const char *rule;
    const char *node; /* what it was applied to, as one line of EXPLAIN */
} RuleFiring;

struct LogicalNode;
typedef struct PlanResult {
    const char *parsed; /* the query as a tree, before names mean something */
    const struct LogicalNode *analyzed, *optimized;
    RuleFiring *firings;
    int firing_count;
    PhysicalPlan *physical; /* root->columns is the result's shape */
    Type *param_types; /* of $1…, found out from where they stand; VARCHAR where nothing says */
    int param_count;
    const Relation *sink; /* INSERT: borrowed from the catalog; physical->root's columns are its
                             columns in order, except COMPUTED and METADATA ones */
    bool sink_has_op;     /* … and `op` is one of them, filled by the plan */
    bool can_delete; /* unbounded, update mode: the result may lose rows (not only replace them by
                        key) */
} PlanResult;

/* A query on its own (SELECT, VALUES, set operation). */
Status plan_query(const PlannerContext *context, const Query *query, PlanResult *out,
                  Err *err) MUST_CHECK;

/* INSERT: rows are cast to the table's column types, columns not named are NULL, the mode is that
 * of EMIT, else of the table's 'output-mode', else as SPEC says.  In update mode without `op` in
 * the sink the rows still carry weights: the engine drops those below 0.  42P01, 42809 (a view),
 * 42804 (types) … */
Status plan_insert(const PlannerContext *context, const InsertStatement *insert, PlanResult *out,
                   Err *err) MUST_CHECK;
/* The same for a query and a table at hand (CREATE TABLE … AS, CREATE SINK … FROM). */
Status plan_insert_query(const PlannerContext *context, const Relation *sink, const Query *query,
                         PlanResult *out, Err *err) MUST_CHECK;

/* Evaluates an expression without columns now, as `target` if that is not NULL (assignment cast).
 */
Status plan_expression(const PlannerContext *context, const Expr *expr, const Type *target,
                       Value *out, Err *err) MUST_CHECK;

/* CREATE TABLE, SOURCE, SINK, VIEW and MATERIALIZED VIEW: checks everything and makes the Relation
 * in an arena of its own (for catalog_add; plan_relation_free if it is not added).  Options are
 * checked, column types resolved, computed columns and the watermark typed, views bound.  A table
 * without a connector is RELATION_INTERNAL.  `plan` (may be NULL) gets the plan of a materialized
 * view or of CREATE … AS. */
Status plan_table_definition(const PlannerContext *context, const CreateStatement *create,
                             Relation **out, PlanResult *plan, Err *err) MUST_CHECK;
void plan_relation_free(Relation *relation);

/* The type that a TypeName says: 42704, 22023. */
Status plan_type(const TypeName *name, Arena *arena, Type *out, Err *err) MUST_CHECK;

/* The text of EXPLAIN.  `json`: the physical plan as JSON (the other modes' text is left out). */
void plan_explain(const PlanResult *result, ExplainMode mode, bool json, Buf *out);

#endif
