/* program_run_inside.h - what program_make.c and program_run.c share. */
#ifndef STREAMD_EXECUTOR_PROGRAM_RUN_INSIDE_H
#define STREAMD_EXECUTOR_PROGRAM_RUN_INSIDE_H

#include "executor/program_run.h"

typedef struct Register {
    Vector vector;
    uint64_t *bits; /* room for its validity */
    void *data;     /* room for its values; NULL: nested, made per run */
    bool ready;     /* an input: flat in `vector`; a temporary: written in this run */
} Register;

typedef struct Level {
    const uint16_t *outer;
    uint32_t outer_count, no_count;
    bool in_else;
    uint16_t yes[BATCH_ROWS], no[BATCH_ROWS];
} Level;

typedef struct Failure {
    uint32_t row;
    Err err;
} Failure;

struct ProgramRun {
    const Program *program;
    const OperatorHost *host;
    int lane, node;
    Register *regs;
    const Vector **args;
    Vector *outputs;
    Vector *constants; /* CONST form, as outputs; by position in program->constants */
    /* of the run going on */
    const Batch *in;
    Arena *scratch;
    uint32_t rows;
    const uint16_t *sel;
    uint32_t count;
    Level *levels;
    uint32_t depth;
    uint32_t limit; /* rows from here on are cut off */
    bool any_dead;
    Failure **rejected;
    uint32_t rejected_count;
    Err *failure;
    uint64_t dead[VALID_WORDS];
    uint16_t kept[BATCH_ROWS], strict[BATCH_ROWS];
};

#endif
