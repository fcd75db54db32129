/*
 * exec_util.h - plans by hand, rows into them, and what came out as text.
 *
 * A Table is what a source would decode; run_plan cuts it into chunks and
 * batches as asked, deals the chunks out to lanes, and drives the pipeline as
 * the engine does.  Output is one line a row: "a|b|c", with " x-1" behind it
 * when the row has a weight.
 */
#ifndef STREAMD_TESTS_EXEC_UTIL_H
#define STREAMD_TESTS_EXEC_UTIL_H

#include "base/buf.h"
#include "executor/pipeline.h"
#include "functions/registry.h"

/* ---- programs ---- */

typedef struct Asm {
    Arena *arena;
    Program program;
    Type types[64];
    Instruction code[64];
    uint16_t outputs[32];
    ProgramConstant constants[16];
    bool used[32];
} Asm;
Asm *asm_new(Arena *arena, const Type *inputs, uint16_t count);
uint16_t asm_const(Asm *a, Value value);
uint16_t asm_reg(Asm *a, Type type);
/* Arguments are cast as the binder would. */
uint16_t asm_call(Asm *a, const char *name, int count, const uint16_t *args);
#define CALL1(a, name, x)    asm_call((a), (name), 1, (const uint16_t[]){(x)})
#define CALL2(a, name, x, y) asm_call((a), (name), 2, (const uint16_t[]){(x), (y)})
void asm_op(Asm *a, Opcode op, uint16_t out, int count, const uint16_t *args);
void asm_move(Asm *a, uint16_t out, uint16_t in);
void asm_filter(Asm *a, uint16_t arg);
uint32_t asm_branch(Asm *a, BranchTest test, uint16_t arg); /* returns its place */
uint32_t asm_else(Asm *a, uint32_t branch);
void asm_end(Asm *a, uint32_t branch); /* of the BRANCH or its ELSE */
void asm_out(Asm *a, uint16_t reg);
const Program *asm_done(Asm *a);

/* ---- plans ---- */

typedef struct Plan {
    Arena *arena;
    PhysicalPlan plan;
    PhysicalNode *scans[4];
    int next_id;
} Plan;
Plan *plan_new(Arena *arena);
PhysicalNode *plan_node(Plan *p, PhysicalKind kind, int inputs, PhysicalNode *const *in);
void plan_columns(Plan *p, PhysicalNode *node, const Type *types, uint16_t count);
PhysicalNode *plan_scan(Plan *p, const Type *types, uint16_t count);
void plan_scan_watermark(Plan *p, PhysicalNode *scan, uint16_t column, int64_t delay_us);
PhysicalNode *plan_filter(Plan *p, PhysicalNode *in, const Program *program);
PhysicalNode *plan_project(Plan *p, PhysicalNode *in, const Program *program);
PhysicalNode *plan_tumble(Plan *p, PhysicalNode *in, uint16_t time, int64_t size_us);
PhysicalNode *plan_aggregate(Plan *p, PhysicalNode *in, const uint16_t *keys, uint16_t key_count,
                             AggregateEmit emit);
void plan_agg(Plan *p, PhysicalNode *aggregate, const char *name, int32_t arg, bool distinct,
              int32_t filter);
PhysicalNode *plan_limit(Plan *p, PhysicalNode *in, int64_t limit, int64_t offset);
PhysicalNode *plan_sort(Plan *p, PhysicalNode *in, const SortKey *keys, int count, int64_t limit);
const PhysicalPlan *plan_done(Plan *p, PhysicalNode *root);

/* ---- rows ---- */

typedef struct Table {
    Arena *arena;
    Type types[16];
    uint16_t col_count;
    Value *values; /* row by row */
    int32_t *weights;
    size_t row_count, capacity;
    bool weighted;
} Table;
Table *table_new(Arena *arena, const Type *types, uint16_t count);
void table_add(Table *table, int32_t weight, const Value *values);
Value v_null(TypeId type);
Value v_ts(int64_t us);
Value v_text(Arena *arena, const char *text);

typedef struct RunConfig {
    int lanes, batch_rows, chunk_rows;
    int epoch_chunks;   /* end the epoch after so many chunks; 0: never */
    int barrier_chunks; /* 0: each chunk */
    bool restart;       /* save, throw the pipeline away and load after each epoch */
    bool reject;
    bool no_end;   /* the source does not end */
    bool complete; /* a restart clears the output */
} RunConfig;

typedef struct RunResult {
    Buf out;   /* rows */
    Buf notes; /* rejected and late rows */
    Status status;
    Err err;
    int rejected, late;
    uint64_t saved_rows;
    int64_t state_bytes; /* at the end of an epoch, the most */
} RunResult;

void run_plan(const PhysicalPlan *plan, const Table *const *tables, const RunConfig *config,
              RunResult *result);
void run_free(RunResult *result);

/* Deterministic random numbers. */
uint64_t rnd(uint64_t *seed);
/* Lanes with a thread each, made for every piece of work. */
Parallel exec_threads(int lanes);

#endif
