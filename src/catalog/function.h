/*
 * function.h - what a function is: its signature and its vector kernel.
 *
 * Functions sit below the planner: constant folding calls the same kernel that
 * the executor runs.  One file per topic in functions/ holds a table of
 * ScalarFn (fn_<topic>.c) or AggregateFn (agg_<topic>.c) rows; a new function
 * is one row.
 *
 * Signatures are text: result "(" arguments ")", a letter a type:
 *     b BOOLEAN  1 TINYINT  2 SMALLINT  4 INT  8 BIGINT  f FLOAT  d DOUBLE  n DECIMAL (any p,s)
 *     s VARCHAR  x BYTES  D DATE  T TIME  t TIMESTAMP  z TIMESTAMPTZ  i INTERVAL  j JSON
 *     S ARRAY<VARCHAR>  A ARRAY of anything  a anything (every `a` of a row is one common type)
 *     * anything, each of its own type; a trailing `.` repeats the last argument (one or more);
 *     `?` before an argument: it and those after it may be left out
 * Several rows of one name are overloads; the resolver (functions/resolve.c) takes the one that
 * needs the fewest implicit casts, as PostgreSQL does.  A result that depends on the arguments is
 * set by `bind`.
 */
#ifndef STREAMD_CATALOG_FUNCTION_H
#define STREAMD_CATALOG_FUNCTION_H

#include "types/batch.h"

typedef enum FnFlags {
    FN_STRICT = 1, /* a NULL argument gives NULL; the kernel is not called for such rows */
    FN_TOTAL = 2,  /* strict and harmless on any bits: called for all rows, NULLs put back after */
    FN_CAN_FAIL = 4,    /* may return FAIL for a row: never moved before a filter, nor run unread */
    FN_VOLATILE = 8,    /* another value each call (random): never folded or merged */
    FN_STABLE = 16,     /* one value per batch, from EvalCall (now, proctime) */
    FN_MONOTONIC = 32,  /* never falls while its argument rises: keeps event time's order */
    FN_MAKES_NULL = 64, /* may give NULL without a NULL argument */
} FnFlags;

/* Settings of the session that a function may depend on; stored with a job. */
typedef struct FnSession {
    const char *timezone; /* "UTC" */
    const char *user;
} FnSession;

struct ScalarFn;
typedef struct EvalCall {
    const void *state;         /* what bind made */
    const Vector *const *args; /* FLAT, of the bound types */
    int arg_count;
    Vector *out; /* FLAT, of the result type, room for `rows`; data undefined; valid as below */
    /* The rows to compute; NULL: rows 0…count-1.  Strict: none of them has a NULL argument (unless
     * FN_TOTAL).  out->valid is NULL or already has the NULLs of strict functions; a kernel makes
     * further rows NULL by vector_set_null(out, scratch, row, rows). */
    const uint16_t *sel;
    uint32_t count, rows;
    Arena *scratch;      /* for result text; lives as long as the batch */
    int64_t arrival_us;  /* the batch's stamp, for now() and PROCTIME() */
    uint32_t failed_row; /* set with FAIL: the first row (in sel's order) that fails; rows before it
                            are done */
} EvalCall;
typedef Status (*ScalarEval)(EvalCall *call, Err *err);

/* Filled by the resolver, changed by bind. */
typedef struct FnBinding {
    const struct ScalarFn *fn;
    Type *arg_types; /* what the arguments are cast to */
    int arg_count;
    Type result;
    ScalarEval eval;
    void *state; /* in the arena; rebuilt by bind when a stored plan is loaded */
    uint32_t flags;
} FnBinding;

typedef struct BindCall {
    const Type
        *given; /* argument types as written (a bare string or NULL: TYPE_NULL with a constant) */
    const Value *const
        *constants; /* per argument, NULL where it is not constant (types as given) */
    int arg_count;
    const FnSession *session;
    Arena *arena; /* lives as long as the plan */
    int32_t position;
} BindCall;

typedef struct ScalarFn {
    const char *name; /* lower case */
    const char *signature;
    uint32_t flags;
    ScalarEval eval;
    /* NULL: the signature says it all.  May change anything in `binding`; 42883, 42804 or another
     * error with call->position when the arguments don't do. */
    Status (*bind)(const BindCall *call, FnBinding *binding, Err *err);
} ScalarFn;

/* ---- aggregates ----
 * An aggregate's state is a fixed number of bytes in the group's slot, aligned to 16, plus memory
 * from `heap` if it must.  All zero bytes are the initial state.  Every aggregate is a commutative
 * sum over its rows: order never matters, `merge` adds two states, a weight of -1 takes a row back.
 */
struct AggregateFn;
typedef struct AggBinding AggBinding;
typedef struct AggOps {
    uint32_t state_bytes;
    bool retracts; /* update understands weights other than +1 */
    /* states[i] is the state for the i-th live row of (sel, count); args FLAT; weight by row or
     * NULL. Rows with a NULL first argument are to be ignored by the aggregate (count(*) has no
     * argument). */
    Status (*update)(const AggBinding *binding, uint8_t *const *states, const Vector *const *args,
                     const uint16_t *sel, uint32_t count, const int32_t *weight, Arena *heap,
                     Err *err);
    void (*merge)(const AggBinding *binding, uint8_t *const *into, uint8_t *const *from,
                  uint32_t count, Arena *heap);
    /* Writes rows at…at+count-1 of `out` (FLAT of the result type).  May fail (22003): the job
     * stops. */
    Status (*finish)(const AggBinding *binding, uint8_t *const *states, uint32_t count, Vector *out,
                     uint32_t at, uint32_t out_rows, Arena *scratch, Err *err);
    /* The state as columns, to be stored and read back: column_count types, then save/load of rows.
     */
    int column_count;
    Status (*columns)(const AggBinding *binding, Type *types);
    Status (*save)(const AggBinding *binding, uint8_t *const *states, uint32_t count,
                   Vector *columns, uint32_t at, uint32_t out_rows, Arena *scratch, Err *err);
    Status (*load)(const AggBinding *binding, uint8_t *state, const Vector *columns, uint32_t row,
                   Arena *heap, Err *err);
} AggOps;

struct AggBinding {
    const struct AggregateFn *fn;
    const AggOps *ops;
    Type *arg_types;
    int arg_count;
    Type result;
    void *state; /* in the arena */
    uint32_t flags;
};

typedef enum AggFlags {
    AGG_DISTINCT_IS_NOOP = 1, /* min, max */
    AGG_NEEDS_VALUES =
        2,                 /* min, max over input with retractions: the operator keeps each group's
                              values with counts and calls finish on the extreme one (op_aggregate) */
    AGG_EMPTY_IS_ZERO = 4, /* count: 0 over no rows, not NULL */
} AggFlags;

typedef struct AggregateFn {
    const char *name;
    const char *signature; /* "8(*)", "d(d)"; "8()" for count(*) */
    uint32_t flags;
    const AggOps *ops;
    Status (*bind)(const BindCall *call, AggBinding *binding, Err *err);
} AggregateFn;

#endif
