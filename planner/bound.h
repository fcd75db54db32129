/*
 * bound.h - expressions after names and types are known.
 *
 * A Bound tree says what to compute: every function is chosen, every cast is
 * written out, every column is an id that is unique within the statement (two
 * reads of one table have different ids).  Bounds are never changed once made,
 * so they may be shared between plans; rules make new ones.
 */
#ifndef STREAMD_PLANNER_BOUND_H
#define STREAMD_PLANNER_BOUND_H

#include "catalog/function.h"

typedef enum BoundKind {
    BOUND_CONST,
    BOUND_COLUMN,
    BOUND_CALL,
    BOUND_AND, /* two or more args, left to right */
    BOUND_OR,
    BOUND_CASE,      /* args: when, then, when, then, …, else */
    BOUND_COALESCE,  /* args of one type; the first that is not NULL */
    BOUND_AGGREGATE, /* in an Aggregate node, and in the binder until it is put there */
} BoundKind;

/* The binder refuses deeper trees and rules do not make them, so recursive walks are safe. */
enum { BOUND_DEPTH_MAX = 5000 };

typedef struct Bound Bound;

typedef struct BoundAggregate {
    AggBinding binding;
    const Bound *filter; /* NULL: none */
    bool distinct;
} BoundAggregate;

struct Bound {
    BoundKind kind;
    bool unknown;     /* CONST: a bare string or NULL that still takes the type of what is around it
                         (type is TYPE_NULL, a string's constant.type VARCHAR) */
    bool can_fail;    /* the tree may fail for a row */
    bool is_volatile; /* it gives another value each time */
    bool is_constant; /* no column, nothing volatile or stable: may be folded */
    uint16_t depth;   /* height of the tree; at most BOUND_DEPTH_MAX */
    uint32_t size;    /* nodes of the tree (shared ones counted as often as they are reached) */
    int32_t position; /* in the statement's text; -1: elsewhere */
    Type type;
    const Bound *const *args;
    int arg_count;
    union {
        Value constant;
        struct {
            int32_t id;
            const char *name; /* for printing */
        } column;
        const FnBinding *fn; /* CALL */
        const BoundAggregate *aggregate;
    };
    bool literal;        /* CONST: was unknown and took VARCHAR for want of anything better */
    int param;           /* CONST: the parameter it stands for; 0: none */
    bool is_cast;        /* CALL: made by cast_resolve */
    bool is_try;         /* … with try */
    const char *written; /* CALL: the name it was called by, for headings; NULL: fn's */
};

typedef const Bound *const *BoundArgs;

const Bound *bound_const(Arena *arena, const Value *value, int32_t position);
const Bound *bound_unknown(Arena *arena, const Value *value, int32_t position); /* text or NULL */
const Bound *bound_column(Arena *arena, int32_t id, const char *name, Type type, int32_t position);
const Bound *bound_call(Arena *arena, const FnBinding *fn, BoundArgs args, int arg_count,
                        int32_t position);
/* AND, OR, CASE, COALESCE; AND and OR of one argument are that argument, nested ones are made flat.
 */
const Bound *bound_list(Arena *arena, BoundKind kind, Type type, BoundArgs args, int arg_count,
                        int32_t position);
const Bound *bound_aggregate(Arena *arena, const BoundAggregate *aggregate, BoundArgs args,
                             int arg_count, int32_t position);
/* The same node with other arguments. */
const Bound *bound_with_args(Arena *arena, const Bound *bound, BoundArgs args);

/* Same structure, functions, constants and columns; positions don't matter. Volatile calls differ.
 */
bool bound_equal(const Bound *a, const Bound *b);
bool bound_is_true(const Bound *bound); /* the constant TRUE */
bool bound_reads(const Bound *bound, int32_t id);
bool bound_has_aggregate(const Bound *bound);

/* Makes a new tree: `replace` gives what stands for a node (NULL: go on with its arguments). */
typedef const Bound *(*BoundReplace)(void *context, const Bound *bound);
const Bound *bound_rewrite(Arena *arena, const Bound *bound, BoundReplace replace, void *context);
/* Calls visit for each node, parents first. */
void bound_walk(const Bound *bound, void (*visit)(void *context, const Bound *bound),
                void *context);

/* bound_eval.c: the value of a constant tree (is_constant), by the functions' own kernels. */
Status bound_eval(Arena *arena, const Bound *bound, Value *out, Err *err) MUST_CHECK;
/* The same; false when it is not constant or fails. */
bool bound_fold(Arena *arena, const Bound *bound, Value *out);

/* SQL-like text with names and ids: (High#3 - Low#4). */
void bound_print(const Bound *bound, const Zone *zone, Buf *out);
/* The same without ids, in the arena; `otherwise` when it is too long to be a name. */
const char *bound_name(Arena *arena, const Bound *bound, const char *otherwise);

#endif
