/*
 * program_run.h - runs a vector program (planner/program.h) over a batch.
 *
 * A ProgramRun is one lane's set of registers: made once, used for every batch.
 * What a program gives lives in the registers, in the batch it ran over and in
 * the scratch arena, so it is good until the next run or the batch's end.
 *
 * A row whose expression fails leaves the query (host->reject_rows), or ends it:
 * then everything is cut to the rows before the lowest failing one.
 */
#ifndef STREAMD_EXECUTOR_PROGRAM_RUN_H
#define STREAMD_EXECUTOR_PROGRAM_RUN_H

#include "executor/operator.h"

typedef struct ProgramRun ProgramRun;

/* The program, of plan node `node`, and the host must outlive it; memory comes from `job`. */
ProgramRun *program_run_make(const Program *program, int node, const OperatorHost *host, int lane,
                             Arena *job);

/* Runs over the live rows of `in`.  OK, or FAIL with `err` when a row failed: both times the rows
 * that program_run_rows names have their outputs computed; after FAIL these are rows before the
 * failing one, which the caller delivers before it returns the error. */
Status program_run(ProgramRun *run, const Batch *in, Arena *scratch, Err *err) MUST_CHECK;

/* The rows that are left, ascending; NULL: all rows of the batch. */
const uint16_t *program_run_rows(const ProgramRun *run, uint16_t *count);
/* program->output_count columns; of any form when they are inputs or constants. */
Vector *program_run_outputs(ProgramRun *run);
/* `out` = `in` with the rows that are left and, if `columns`, the outputs as its columns. */
void program_run_batch(ProgramRun *run, const Batch *in, bool columns, Batch *out);
/* What most operators do with a program: runs it, hands the rows that are left to op->out (with the
 * outputs as columns, or as they came), and then returns the error if a row failed. */
Status program_run_emit(ProgramRun *run, Operator *op, const Batch *in, bool columns,
                        Arena *scratch, Err *err) MUST_CHECK;

#endif
