/*
 * program_run.c - the interpreter of vector programs; see program_run.h.
 *
 * The current selection narrows in place:
 *
 *     depth 0   the batch's own rows, then `kept` once a FILTER or a failing row took some away
 *     BRANCH    splits the selection into a level's `yes` and `no`; ELSE goes to `no`, END pops
 *
 * Rows that fail inside a branch are remembered as dead and taken out of the
 * enclosing selections when those come back.
 */
#include "executor/program_run_inside.h"
#include "executor/selection.h"

#include <stdlib.h>

/* ---- the selection ---- */

/* Where the current selection may be written to. */
static uint16_t *own_selection(ProgramRun *run)
{
    if (run->depth == 0)
        return run->kept;
    Level *level = &run->levels[run->depth - 1];
    return level->in_else ? level->no : level->yes;
}

/* Takes rows that failed, or lie behind the one that did, out of the current selection. */
static void drop_failed(ProgramRun *run)
{
    if (run->any_dead) {
        uint16_t *to = own_selection(run);
        run->count = selection_without(to, run->sel, run->count, run->dead);
        run->sel = to;
    }
    if (run->limit < run->rows) {
        if (run->sel) {
            run->count = selection_before(run->sel, run->count, run->limit);
        } else if (run->count > run->limit) {
            uint16_t *to = own_selection(run);
            selection_fill(to, 0, run->limit);
            run->count = run->limit;
            run->sel = to;
        }
    }
}

static void row_failed(ProgramRun *run, uint32_t row, const Instruction *ins, const Err *err)
{
    if (!run->host->reject_rows) {
        if (!run->failure)
            run->failure = arena_alloc(run->scratch, sizeof(Err));
        *run->failure = *err;
        if (run->failure->position < 0)
            run->failure->position = ins->position;
        run->limit = row;
        return;
    }
    if (!run->rejected)
        run->rejected = arena_alloc(run->scratch, sizeof(Failure *) * run->rows);
    Failure *failure = arena_alloc(run->scratch, sizeof *failure);
    *failure = (Failure){row, *err};
    if (failure->err.position < 0)
        failure->err.position = ins->position;
    run->rejected[run->rejected_count++] = failure;
    if (!run->any_dead)
        memset(run->dead, 0, sizeof run->dead);
    run->any_dead = true;
    bitmap_set(run->dead, row);
}

/* ---- registers ---- */

static const Vector *flat(ProgramRun *run, uint16_t r)
{
    Register *reg = &run->regs[r];
    if (r < run->program->input_count && !reg->ready) {
        const Vector *in = &run->in->cols[r];
        if (in->form == VECTOR_FLAT)
            reg->vector = *in;
        else
            vector_flatten(&reg->vector, in, run->rows, run->scratch);
        reg->ready = true;
    }
    return &reg->vector;
}

static uint32_t word_count(const ProgramRun *run)
{
    return (run->rows + 63) / 64;
}

/* The register must keep what it holds for rows that are not selected now. */
static bool is_partial(const ProgramRun *run, const Register *reg)
{
    return run->depth > 0 && reg->ready;
}

/* An empty FLAT vector to write the register's values to. */
static Vector fresh(ProgramRun *run, const Register *reg)
{
    Vector out = {.type = reg->vector.type, .form = VECTOR_FLAT, .data = reg->data};
    if (!reg->data)
        vector_make(&out, run->scratch, reg->vector.type, run->rows, true);
    return out;
}

#define SCATTER(T)                                                                                 \
    do {                                                                                           \
        T *to_ = out->data;                                                                        \
        const T *from_ = in->data;                                                                 \
        for (uint32_t i = 0; i < run->count; i++)                                                  \
            to_[run->sel[i]] = from_[run->sel[i]];                                                 \
    } while (0)

/* Values of the selected rows; validity is move_valid's. */
static void move_values(ProgramRun *run, Vector *out, const Vector *in, uint16_t size)
{
    if (!run->sel) {
        memcpy(out->data, in->data, (size_t)size * run->rows);
        return;
    }
    switch (size) {
    case 1:
        SCATTER(uint8_t);
        break;
    case 2:
        SCATTER(uint16_t);
        break;
    case 4:
        SCATTER(uint32_t);
        break;
    case 8:
        SCATTER(uint64_t);
        break;
    default:
        SCATTER(Text);
        break;
    }
}

/* Its validity in memory of its own: a kernel may have shared an argument's. */
static void own_bits(ProgramRun *run, Register *reg)
{
    uint64_t *bits = reg->bits ? reg->bits : arena_alloc(run->scratch, VALID_WORDS * 8);
    size_t bytes = word_count(run) * sizeof *bits;
    if (!reg->vector.valid)
        memset(bits, 0xFF, bytes);
    else if (reg->vector.valid != bits)
        memcpy(bits, reg->vector.valid, bytes);
    reg->vector.valid = bits;
}

/* The selected rows' validity: given[] (NULL: all valid) replaces what the register holds. */
static void move_valid(ProgramRun *run, Register *reg, const uint64_t *given, bool partial)
{
    if (!given && (!partial || !reg->vector.valid)) {
        reg->vector.valid = NULL;
        return;
    }
    if (!partial) {
        reg->vector.valid = reg->bits;
        memcpy(reg->bits, given, word_count(run) * sizeof *reg->bits);
        return;
    }
    own_bits(run, reg);
    for (uint32_t i = 0; i < run->count; i++) {
        uint32_t row = run->sel ? run->sel[i] : i;
        if (!given || bitmap_get(given, row))
            bitmap_set(reg->vector.valid, row);
        else
            bitmap_clear(reg->vector.valid, row);
    }
}

static void move(ProgramRun *run, Register *reg, const Vector *in)
{
    bool partial = is_partial(run, reg);
    if (in == &reg->vector)
        return;
    if (!reg->data) { /* nested: row by row, the elements behind those that are there */
        if (!partial)
            reg->vector = fresh(run, reg);
        own_bits(run, reg);
        for (uint32_t i = 0; i < run->count; i++) {
            uint16_t row = run->sel ? run->sel[i] : (uint16_t)i;
            vector_copy(&reg->vector, row, run->rows, in, &row, 1, run->scratch, NULL);
        }
    } else {
        reg->vector.data = reg->data;
        move_values(run, &reg->vector, in, type_size(reg->vector.type));
        move_valid(run, reg, in->valid, partial);
    }
    reg->ready = true;
}

/* ---- instructions ---- */

/* AND of the arguments' validities into `bits`; false when no argument has NULLs. */
static bool strict_valid(const ProgramRun *run, const Instruction *ins, uint64_t *bits)
{
    bool any = false;
    uint32_t words = word_count(run);
    for (uint16_t a = 0; a < ins->arg_count; a++) {
        const uint64_t *valid = run->args[a]->valid;
        if (!valid)
            continue;
        if (any)
            for (uint32_t w = 0; w < words; w++)
                bits[w] &= valid[w];
        else
            memcpy(bits, valid, words * sizeof *bits);
        any = true;
    }
    return any;
}

/* The kernel over its rows; rows that fail are rejected, or the first one ends the program. */
static void eval_rows(ProgramRun *run, const Instruction *ins, EvalCall *call)
{
    Err err;
    while (call->count > 0 && ins->fn->eval(call, &err) != OK) {
        uint32_t row = call->failed_row;
        row_failed(run, row, ins, &err);
        if (!run->host->reject_rows)
            return;
        if (!call->sel) {
            selection_fill(run->strict, row + 1, run->rows);
            call->sel = run->strict;
            call->count = run->rows - row - 1;
        } else {
            uint32_t done = selection_before(call->sel, call->count, row + 1);
            call->sel += done;
            call->count -= done;
        }
    }
}

/* Computing the rows that are not selected too is quicker when most are. */
static bool worth_all_rows(const ProgramRun *run, const Instruction *ins)
{
    if (!run->sel || run->count < run->rows / 4 || !(ins->fn->flags & FN_TOTAL) ||
        (ins->fn->flags & FN_CAN_FAIL))
        return false;
    for (uint16_t a = 0; a < ins->arg_count; a++) {
        PhysicalClass physical = type_physical(run->args[a]->type);
        if (physical == PHYSICAL_BOOL || physical >= PHYSICAL_VIEW)
            return false;
    }
    return true;
}

static void run_call(ProgramRun *run, const Instruction *ins)
{
    Register *reg = &run->regs[ins->out];
    bool aside = is_partial(run, reg);
    for (uint16_t a = 0; a < ins->arg_count; a++) {
        run->args[a] = flat(run, ins->args[a]);
        aside |= ins->args[a] == ins->out;
    }
    Vector out;
    if (aside)
        vector_make(&out, run->scratch, reg->vector.type, run->rows, true);
    else
        out = fresh(run, reg);
    uint32_t flags = ins->fn->flags;
    EvalCall call = {
        .state = ins->fn->state,
        .args = run->args,
        .arg_count = ins->arg_count,
        .out = &out,
        .sel = run->sel,
        .count = run->count,
        .rows = run->rows,
        .scratch = run->scratch,
        .arrival_us = run->in->arrival_us,
    };
    if (worth_all_rows(run, ins)) {
        call.sel = NULL;
        call.count = run->rows;
    }
    if (flags & FN_STRICT) {
        uint64_t *bits =
            aside || !reg->bits ? arena_alloc(run->scratch, VALID_WORDS * 8) : reg->bits;
        if (strict_valid(run, ins, bits)) {
            out.valid = bits;
            if (!(flags & FN_TOTAL)) {
                call.count = selection_valid(run->strict, run->sel, run->count, bits);
                call.sel = run->strict;
            }
        }
    }
    eval_rows(run, ins, &call);
    if (aside) {
        move(run, reg, &out);
    } else {
        reg->vector = out;
        reg->vector.child_capacity =
            0; /* the elements may be an argument's: copied before more are added */
        reg->ready = true;
    }
    drop_failed(run);
}

/* Where a is NULL or b is NULL the answer may still be known: a false (AND) or true (OR) operand
 * settles it.  Bytes under a NULL do not matter. */
static void logic_valid(const ProgramRun *run, uint64_t *bits, const Vector *a, const Vector *b,
                        bool is_and)
{
    const uint8_t *x = a->data, *y = b->data;
    for (uint32_t w = 0; w < word_count(run); w++) {
        uint32_t left = run->rows - 64 * w, count = left < 64 ? left : 64;
        uint64_t valid_a = a->valid ? a->valid[w] : UINT64_MAX;
        uint64_t valid_b = b->valid ? b->valid[w] : UINT64_MAX;
        if ((valid_a & valid_b) == UINT64_MAX) {
            bits[w] = UINT64_MAX;
            continue;
        }
        uint64_t true_a = selection_bits(x + 64 * w, count),
                 true_b = selection_bits(y + 64 * w, count);
        uint64_t settles_a = valid_a & (is_and ? ~true_a : true_a);
        uint64_t settles_b = valid_b & (is_and ? ~true_b : true_b);
        bits[w] = (valid_a & valid_b) | settles_a | settles_b;
    }
}

static void logic_rows(ProgramRun *run, Vector *out, const Vector *a, const Vector *b, bool is_and)
{
    const uint8_t *x = a->data, *y = b->data;
    uint8_t *to = out->data;
    if (is_and)
        for (uint32_t i = 0; i < run->rows; i++)
            to[i] = x[i] & y[i];
    else
        for (uint32_t i = 0; i < run->rows; i++)
            to[i] = x[i] | y[i];
}

static void run_logic(ProgramRun *run, const Instruction *ins)
{
    Register *reg = &run->regs[ins->out];
    bool is_and = ins->op == OP_AND3;
    const Vector *first = flat(run, ins->args[0]);
    if (ins->arg_count == 1) {
        move(run, reg, first);
        return;
    }
    bool partial = is_partial(run, reg);
    Vector sum = *first;
    for (uint16_t a = 1; a < ins->arg_count; a++) {
        const Vector *next = flat(run, ins->args[a]);
        Vector out = {.type = reg->vector.type, .form = VECTOR_FLAT};
        bool last = a + 1 == ins->arg_count;
        bool aside = partial || !last || next == &reg->vector;
        out.data = aside ? arena_alloc(run->scratch, run->rows) : reg->data;
        if (sum.valid || next->valid) {
            out.valid = arena_alloc(run->scratch, VALID_WORDS * 8);
            logic_valid(run, out.valid, &sum, next, is_and);
        }
        logic_rows(run, &out, &sum, next, is_and);
        sum = out;
    }
    if (sum.data != reg->data) {
        move(run, reg, &sum);
    } else {
        reg->vector = sum;
        reg->ready = true;
    }
}

static void run_filter(ProgramRun *run, const Instruction *ins)
{
    const Vector *arg = flat(run, ins->args[0]);
    uint16_t *to = own_selection(run);
    uint32_t count = selection_true(to, run->sel, run->count, arg->data, arg->valid);
    if (count == run->count)
        return;
    if (run->depth > 0) { /* the rows are gone for what encloses the branch too */
        if (!run->any_dead)
            memset(run->dead, 0, sizeof run->dead);
        run->any_dead = true;
        uint32_t k = 0;
        for (uint32_t i = 0; i < run->count; i++) {
            uint32_t row = run->sel ? run->sel[i] : i;
            if (k < count && to[k] == row)
                k++;
            else
                bitmap_set(run->dead, row);
        }
    }
    run->sel = to;
    run->count = count;
}

static bool test_row(const Vector *arg, uint8_t test, uint32_t row)
{
    bool valid = !arg->valid || bitmap_get(arg->valid, row);
    if (test == TEST_NULL)
        return !valid;
    bool value = ((const uint8_t *)arg->data)[row] & 1;
    return test == TEST_TRUE        ? valid & value
           : test == TEST_NOT_FALSE ? !valid | value
                                    : !valid | !value;
}

/* Returns the next instruction. */
static uint32_t run_branch(ProgramRun *run, const Instruction *ins, uint32_t at)
{
    const Vector *arg = flat(run, ins->args[0]);
    Level *level = &run->levels[run->depth++];
    level->outer = run->sel;
    level->outer_count = run->count;
    level->in_else = false;
    uint32_t yes = 0, no = 0;
    for (uint32_t i = 0; i < run->count; i++) {
        uint32_t row = run->sel ? run->sel[i] : i;
        bool taken = test_row(arg, ins->test, row);
        level->yes[yes] = (uint16_t)row;
        level->no[no] = (uint16_t)row;
        yes += taken;
        no += !taken;
    }
    level->no_count = no;
    run->sel = level->yes;
    run->count = yes;
    return yes ? at + 1 : ins->target;
}

static uint32_t run_else(ProgramRun *run, const Instruction *ins, uint32_t at)
{
    Level *level = &run->levels[run->depth - 1];
    level->in_else = true;
    run->sel = level->no;
    run->count = level->no_count;
    drop_failed(run);
    return run->count ? at + 1 : ins->target;
}

static void run_end(ProgramRun *run)
{
    const Level *level = &run->levels[--run->depth];
    run->sel = level->outer;
    run->count = level->outer_count;
    drop_failed(run);
}

static void run_code(ProgramRun *run)
{
    const Program *program = run->program;
    for (uint32_t at = 0; at < program->code_count;) {
        const Instruction *ins = &program->code[at];
        switch ((Opcode)ins->op) {
        case OP_CALL:
            run_call(run, ins);
            at++;
            break;
        case OP_MOVE:
            move(run, &run->regs[ins->out], flat(run, ins->args[0]));
            at++;
            break;
        case OP_AND3:
        case OP_OR3:
            run_logic(run, ins);
            at++;
            break;
        case OP_FILTER:
            run_filter(run, ins);
            at++;
            break;
        case OP_BRANCH:
            at = run_branch(run, ins, at);
            break;
        case OP_ELSE:
            at = run_else(run, ins, at);
            break;
        case OP_END:
            run_end(run);
            at++;
            break;
        }
        if (run->depth == 0 && run->count == 0)
            return;
    }
}

static int compare_failures(const void *a, const void *b)
{
    const Failure *x = *(Failure *const *)a, *y = *(Failure *const *)b;
    return (x->row > y->row) - (x->row < y->row);
}

static void collect_outputs(ProgramRun *run)
{
    const Program *program = run->program;
    for (uint16_t o = 0; o < program->output_count; o++) {
        uint16_t r = program->outputs[o];
        run->outputs[o] = r < program->input_count ? run->in->cols[r] : run->regs[r].vector;
        /* A nested temporary that no row reached has no data yet. */
        if (r >= program->input_count && !run->regs[r].ready)
            run->outputs[o] = fresh(run, &run->regs[r]);
    }
    for (int c = 0; c < program->constant_count; c++)
        for (uint16_t o = 0; o < program->output_count; o++)
            if (program->outputs[o] == program->constants[c].reg)
                run->outputs[o] = run->constants[c];
}

/* What an instruction writes that no row reaches (all of its branch failed) may still be read as a
 * whole: then it is the register's own memory, and not what an earlier run pointed to. */
static void forget(Register *reg)
{
    reg->ready = false;
    if (!reg->data)
        return;
    reg->vector.data = reg->data;
    reg->vector.valid = NULL;
}

Status program_run(ProgramRun *run, const Batch *in, Arena *scratch, Err *err)
{
    const Program *program = run->program;
    run->in = in;
    run->scratch = scratch;
    run->rows = run->limit = in->row_count;
    run->sel = in->sel;
    run->count = batch_live(in);
    run->depth = 0;
    run->any_dead = false;
    run->rejected = NULL;
    run->rejected_count = 0;
    run->failure = NULL;
    for (uint16_t r = 0; r < program->reg_count; r++)
        forget(&run->regs[r]);
    for (int c = 0; c < program->constant_count; c++)
        run->regs[program->constants[c].reg].ready = true;
    if (run->count)
        run_code(run);
    collect_outputs(run);
    if (run->rejected_count > 1)
        qsort(run->rejected, run->rejected_count, sizeof *run->rejected, compare_failures);
    for (uint32_t i = 0; i < run->rejected_count; i++)
        run->host->reject(run->host->context, run->lane, run->node, in, run->rejected[i]->row,
                          &run->rejected[i]->err);
    if (!run->failure)
        return OK;
    *err = *run->failure;
    return FAIL;
}

const uint16_t *program_run_rows(const ProgramRun *run, uint16_t *count)
{
    *count = (uint16_t)run->count;
    return run->sel;
}

Vector *program_run_outputs(ProgramRun *run)
{
    return run->outputs;
}

void program_run_batch(ProgramRun *run, const Batch *in, bool columns, Batch *out)
{
    *out = *in;
    out->sel = program_run_rows(run, &out->sel_count);
    if (columns) {
        out->cols = run->outputs;
        out->col_count = run->program->output_count;
    }
}

Status program_run_emit(ProgramRun *run, Operator *op, const Batch *in, bool columns,
                        Arena *scratch, Err *err)
{
    Batch batch;
    Status ran = program_run(run, in, scratch, err);
    program_run_batch(run, in, columns, &batch);
    if (ran == OK)
        return operator_emit(op, &batch, scratch, err);
    /* The rows before the failing one go first: they may fill a LIMIT, or fail before it. */
    Err *later = arena_alloc(scratch, sizeof *later);
    Status status = operator_emit(op, &batch, scratch, later);
    if (status == FAIL)
        *err = *later;
    return status == OK ? FAIL : status;
}
