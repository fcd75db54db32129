/*
 * physical.h - the physical plan: data that the executor turns into operators.
 *
 * A tree of nodes; rows flow from the leaves (scans, values) to the root.  It
 * holds no pointer into the parser's or binder's memory: it is written as JSON
 * (physical_json.c), stored with each job and read back, so a job goes on with
 * the plan it had.  Node ids are stable: they name an operator's state.
 */
#ifndef STREAMD_PLANNER_PHYSICAL_H
#define STREAMD_PLANNER_PHYSICAL_H

#include "catalog/catalog.h"
#include "catalog/connector.h"
#include "planner/program.h"

typedef enum PhysicalKind {
    PHYSICAL_SCAN,
    PHYSICAL_VALUES,
    PHYSICAL_FILTER,
    PHYSICAL_PROJECT,
    PHYSICAL_EXPLODE,   /* one row per element of an array column */
    PHYSICAL_EXPAND,    /* GROUPING SETS: one row per set, other keys NULL, set number added */
    PHYSICAL_WINDOW,    /* TUMBLE, HOP, CUMULATE: adds window_start, window_end, window_time */
    PHYSICAL_AGGREGATE, /* grouped, global, windowed; DISTINCT is one without aggregates */
    PHYSICAL_UNION,     /* UNION ALL */
    PHYSICAL_SORT,
    PHYSICAL_LIMIT,
    PHYSICAL_CHANGES /* weights become an `op` column */
} PhysicalKind;

typedef struct PhysicalColumn {
    const char *name;
    Type type;
} PhysicalColumn;

typedef enum WindowKind { WINDOW_TUMBLE, WINDOW_HOP, WINDOW_CUMULATE, WINDOW_SESSION } WindowKind;

typedef struct PhysicalAggregate {
    const char *name; /* "sum", for names of state columns and EXPLAIN */
    AggBinding binding;
    uint16_t args[4]; /* input columns */
    uint16_t arg_count;
    int32_t filter; /* BOOLEAN input column of FILTER (WHERE …); -1: none */
    bool distinct;
} PhysicalAggregate;

/* When an aggregate's rows come out. */
typedef enum AggregateEmit {
    EMIT_FINAL,    /* once, when the input ends, by key */
    EMIT_ON_CLOSE, /* windows when the watermark passes their end, by (window_end, key) */
    EMIT_CHANGES,  /* at the end of each epoch: -old +new of the groups that changed, by key */
    EMIT_COMPLETE, /* at the end of each epoch that changed it: everything, by key */
    EMIT_FIRST     /* DISTINCT over append-only unbounded input: a key when it first comes */
} AggregateEmit;

typedef struct SortKey {
    uint16_t column;
    bool descending, nulls_first;
} SortKey;

typedef struct PhysicalNode {
    PhysicalKind kind;
    int32_t id;
    struct PhysicalNode **inputs;
    int input_count;
    PhysicalColumn *columns; /* what comes out */
    uint16_t column_count;
    bool append_only; /* its output never carries weights */
    bool has_wm;      /* its output carries watermarks */
    double rows;      /* estimate; negative: unknown */
    union {
        struct {
            const char *schema, *table; /* looked up in the catalog when the job is opened … */
            const Relation
                *relation; /* … unless it is an unnamed one (FROM 'file'), which lives here */
            int source;    /* index of this scan among the plan's scans, in order of FROM */
            const uint16_t *columns; /* of the table (not computed ones), decoded in this order */
            const bool *early;       /* decoded before the filter: what wm and filter read */
            uint16_t column_count;
            const Program
                *wm; /* one TIMESTAMP output over the decoded columns; NULL: nobody needs it */
            const Program *filter; /* pushed-down conjuncts as FILTER instructions; NULL: none */
            const Program
                *project;  /* outputs = the node's columns; NULL: the decoded ones as they are */
            bool proctime; /* rows' watermark is their arrival stamp */
            int64_t limit; /* rows wanted at most; -1: all */
            const char *const *names; /* of the decoded columns, for EXPLAIN */
        } scan;
        struct {
            Value *values; /* row by row */
            uint32_t row_count;
        } values;
        struct {
            const Program *program; /* FILTER instructions only */
        } filter;
        struct {
            const Program *program;
        } project;
        struct {
            uint16_t array;       /* input column of ARRAY type */
            const uint16_t *pass; /* input columns that are repeated; then comes the element */
            uint16_t pass_count;
            bool ordinality; /* … and its number from 1 as BIGINT */
            bool outer;      /* an empty or NULL array gives one row with a NULL element */
        } explode;
        struct {
            /* Output: input columns, with keys not in the set NULL, then grouping_id BIGINT, whose
             * bit i (from the first key, highest) says that key i is not in the set. */
            const uint16_t *keys;
            uint16_t key_count;
            const uint64_t *sets; /* per set: bit k = key k is in it (k as in keys) */
            uint16_t set_count;
        } expand;
        struct {
            WindowKind kind;
            uint16_t time;                        /* input TIMESTAMP column */
            int64_t size_us, slide_us, offset_us; /* CUMULATE: slide is the step */
            bool proctime;
            bool drop_late; /* an aggregate follows: rows late for a window are counted and kept
                               aside */
        } window;
        struct {
            const uint16_t *keys; /* input columns; output: keys in this order, then aggregates */
            uint16_t key_count;
            int32_t window_start, window_end; /* positions among keys; -1: not windowed */
            bool empty_set; /* the keys are all those of an EXPAND with the set (), then
                             * grouping_id: that set has its row over no input too */
            PhysicalAggregate *aggregates;
            int aggregate_count;
            AggregateEmit emit;
        } aggregate;
        struct {
            const SortKey *keys;
            int key_count;
            int64_t limit, offset; /* top-N: only these rows; limit -1: all */
        } sort;
        struct {
            int64_t limit, offset; /* limit -1: all */
        } limit;
        struct {
            const uint16_t *keys; /* a -1 row followed by a +1 row with equal keys is an update */
            uint16_t key_count;
            int32_t
                op_column; /* where `op` stands in the output; the other columns keep their order */
        } changes;
    } as;
} PhysicalNode;

typedef struct PhysicalPlan {
    PhysicalNode *root;
    PhysicalNode **scans; /* by source index */
    int scan_count;
    bool bounded;     /* every source ends by itself */
    bool needs_ticks; /* PROCTIME windows: the engine says what time it is */
    bool append_only; /* the result is only ever added to */
    OutputMode mode;
    const uint16_t *key_columns; /* derived key of the result (unique in it); 0: the whole row */
    uint16_t key_count;
    bool unbounded_state; /* EXPLAIN says so */
    const char *sql;      /* the statement's text, for positions in errors */
    FnSession session;    /* settings that the functions depend on */
} PhysicalPlan;

/* JSON, as stored; loading binds functions again by name and argument types (a function that is
 * gone: 42883). physical_from_json makes everything in the arena. */
void physical_to_json(const PhysicalPlan *plan, Buf *out);
Status physical_from_json(Str json, Arena *arena, PhysicalPlan **out, Err *err) MUST_CHECK;
/* The node as one line of EXPLAIN ("Scan stocks [ID, High] filter: …"), and its tree. */
void physical_print(const PhysicalPlan *plan, bool with_programs, Buf *out);
/* On whose clocks the plan's statement shows a TIMESTAMPTZ. */
const Zone *physical_zone(const PhysicalPlan *plan);

#endif
