/*
 * program.h - flat vector programs: what expressions compile to.
 *
 * A program runs over one batch.  Registers hold vectors; the first ones are
 * the batch's columns, then come constants (filled once), then temporaries.
 * Each instruction works on the current selection of rows, so a row that a
 * filter dropped or a CASE branch did not take is never computed:
 *
 *     CALL    out = fn(args)
 *     MOVE    out = arg                          (for the selected rows only)
 *     AND3    out = arg0 AND arg1  OR3 …          SQL's three values
 *     FILTER  keep the rows where arg is TRUE, for the rest of the program
 *     BRANCH  push the selection; go on with the rows where arg meets `test`;
 *             none: jump to `target` (the matching ELSE or END)
 *     ELSE    go on with the other rows of the pushed selection; none: jump to `target`
 *     END     pop
 *
 *     CASE WHEN a THEN x ELSE y END       a AND b (b can fail)      coalesce(a, b)
 *         BRANCH a TRUE                       MOVE t = a                MOVE t = a
 *           MOVE t = x                        BRANCH t NOT_FALSE        BRANCH t NULL
 *         ELSE                                  AND3 t = t, b             MOVE t = b
 *           MOVE t = y                        END                       END
 *         END
 *
 * The planner makes programs (compile.c), the plan stores them as JSON, the
 * executor runs them (program_run.c).
 */
#ifndef STREAMD_PLANNER_PROGRAM_H
#define STREAMD_PLANNER_PROGRAM_H

#include "catalog/function.h"

typedef enum Opcode {
    OP_CALL,
    OP_MOVE,
    OP_AND3,
    OP_OR3,
    OP_FILTER,
    OP_BRANCH,
    OP_ELSE,
    OP_END
} Opcode;
typedef enum BranchTest { TEST_TRUE, TEST_NOT_FALSE, TEST_NOT_TRUE, TEST_NULL } BranchTest;

typedef struct Instruction {
    uint8_t op;   /* Opcode */
    uint8_t test; /* BRANCH */
    uint16_t out;
    uint16_t arg_count;
    const uint16_t *args; /* registers */
    const FnBinding *fn;  /* CALL */
    uint32_t target;      /* BRANCH, ELSE: index of the matching ELSE/END */
    int32_t position;     /* in the statement's text, for errors */
} Instruction;

typedef struct ProgramConstant {
    uint16_t reg;
    Value value; /* in the plan's arena */
} ProgramConstant;

typedef struct Program {
    uint16_t input_count; /* registers 0…input_count-1 are the batch's columns */
    uint16_t reg_count;
    const Type *reg_types;
    const bool *input_used; /* per input: is it read at all */
    ProgramConstant *constants;
    int constant_count;
    Instruction *code;
    uint32_t code_count;
    const uint16_t *outputs; /* registers; may be inputs or constants */
    uint16_t output_count;
    bool can_fail;
} Program;

#endif
