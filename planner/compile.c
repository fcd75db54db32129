/*
 * compile.c - bound expressions become flat code.
 *
 * Evaluation order is what SQL promises: arguments left to right, what CASE, AND, OR
 * and COALESCE guard only for the rows that get there (as BRANCHes; AND and OR whose
 * later sides cannot fail are computed straight).  A subexpression that was computed for
 * all rows of the current selection is not computed again: results are remembered, and
 * forgotten when the BRANCH ends in which they were computed.
 */
#include "planner/compile.h"

#include "base/list.h"

enum { REGISTERS_MAX = 60000, REMEMBERED_MAX = 512 };

typedef struct Known {
    const Bound *bound;
    uint16_t reg;
} Known;

typedef struct Compiler {
    Arena *arena;
    const LogicalColumn *inputs;
    int input_count;
    bool *input_used;
    LIST(Type) types;
    LIST(ProgramConstant) constants;
    LIST(Instruction) code;
    LIST(Known) known;
    bool can_fail, too_big;
} Compiler;

static uint16_t new_register(Compiler *self, Type type)
{
    if (self->types.count >= REGISTERS_MAX) {
        self->too_big = true;
        return (uint16_t)(self->types.count - 1);
    }
    list_push_arena(self->arena, &self->types, type);
    return (uint16_t)(self->types.count - 1);
}

static uint32_t add(Compiler *self, Opcode op, uint16_t out, const uint16_t *args, int arg_count,
                    int32_t position)
{
    Instruction instruction = {
        .op = (uint8_t)op, .out = out, .arg_count = (uint16_t)arg_count, .position = position};
    uint16_t *copy = ARENA_ARRAY(self->arena, uint16_t, arg_count + 1);
    for (int i = 0; i < arg_count; i++) {
        copy[i] = args[i];
        if (args[i] < self->input_count)
            self->input_used[args[i]] = true;
    }
    instruction.args = copy;
    list_push_arena(self->arena, &self->code, instruction);
    return (uint32_t)self->code.count - 1;
}

static uint32_t add_branch(Compiler *self, uint16_t arg, BranchTest test)
{
    uint32_t at = add(self, OP_BRANCH, 0, &arg, 1, -1);
    self->code.at[at].test = (uint8_t)test;
    return at;
}

/* Ends what instruction `at` (BRANCH or ELSE) began. */
static void add_end(Compiler *self, uint32_t at)
{
    uint32_t end = add(self, OP_END, 0, NULL, 0, -1);
    self->code.at[at].target = end;
}

static uint16_t constant(Compiler *self, const Bound *bound)
{
    Value value = bound->constant;
    size_t count = self->constants.count < REMEMBERED_MAX ? self->constants.count : 0;
    value.type = bound->type;
    for (size_t i = 0; i < count; i++) {
        const ProgramConstant *other = &self->constants.at[i];
        if (type_equal(other->value.type, value.type) && value_equal(&other->value, &value))
            return other->reg;
    }
    ProgramConstant made = {.reg = new_register(self, value.type), .value = value};
    list_push_arena(self->arena, &self->constants, made);
    return made.reg;
}

static uint16_t column(Compiler *self, const Bound *bound)
{
    for (int i = 0; i < self->input_count; i++) {
        if (self->inputs[i].id == bound->column.id) {
            self->input_used[i] = true;
            return (uint16_t)i;
        }
    }
    self->too_big = true; /* cannot be: rules keep what is read */
    return 0;
}

static uint16_t expression(Compiler *self, const Bound *bound);

static uint16_t call(Compiler *self, const Bound *bound)
{
    uint16_t *args = ARENA_ARRAY(self->arena, uint16_t, bound->arg_count + 1);
    for (int i = 0; i < bound->arg_count; i++)
        args[i] = expression(self, bound->args[i]);
    uint16_t out = new_register(self, bound->type);
    uint32_t at = add(self, OP_CALL, out, args, bound->arg_count, bound->position);
    self->code.at[at].fn = bound->fn;
    self->can_fail |= (bound->fn->flags & FN_CAN_FAIL) != 0;
    return out;
}

static uint16_t logic(Compiler *self, const Bound *bound)
{
    bool is_and = bound->kind == BOUND_AND;
    Opcode op = is_and ? OP_AND3 : OP_OR3;
    uint16_t result = expression(self, bound->args[0]);
    bool own = false; /* result is a register of this expression, which may be written again */
    for (int i = 1; i < bound->arg_count; i++) {
        const Bound *arg = bound->args[i];
        if (!arg->can_fail) {
            uint16_t pair[2] = {result, expression(self, arg)};
            uint16_t out = own ? result : new_register(self, bound->type);
            add(self, op, out, pair, 2, bound->position);
            result = out;
            own = true;
            continue;
        }
        if (!own) {
            uint16_t copy = new_register(self, bound->type);
            add(self, OP_MOVE, copy, &result, 1, bound->position);
            result = copy;
            own = true;
        }
        uint32_t branch = add_branch(self, result, is_and ? TEST_NOT_FALSE : TEST_NOT_TRUE);
        size_t known = self->known.count;
        uint16_t pair[2] = {result, expression(self, arg)};
        add(self, op, result, pair, 2, bound->position);
        self->known.count = known;
        add_end(self, branch);
    }
    return result;
}

static uint16_t cased(Compiler *self, const Bound *bound)
{
    int whens = bound->arg_count / 2;
    uint32_t *elses = ARENA_ARRAY(self->arena, uint32_t, whens + 1);
    uint16_t result = new_register(self, bound->type);
    size_t known = self->known.count;
    for (int i = 0; i < whens; i++) {
        uint16_t when = expression(self, bound->args[2 * i]);
        uint32_t branch = add_branch(self, when, TEST_TRUE);
        size_t inner = self->known.count;
        uint16_t then = expression(self, bound->args[2 * i + 1]);
        add(self, OP_MOVE, result, &then, 1, bound->position);
        self->known.count = inner;
        elses[i] = add(self, OP_ELSE, 0, NULL, 0, -1);
        self->code.at[branch].target = elses[i];
    }
    uint16_t otherwise = expression(self, bound->args[bound->arg_count - 1]);
    add(self, OP_MOVE, result, &otherwise, 1, bound->position);
    for (int i = whens; i-- > 0;)
        add_end(self, elses[i]);
    self->known.count = known;
    return result;
}

static uint16_t coalesce(Compiler *self, const Bound *bound)
{
    uint16_t first = expression(self, bound->args[0]);
    uint16_t result = new_register(self, bound->type);
    add(self, OP_MOVE, result, &first, 1, bound->position);
    for (int i = 1; i < bound->arg_count; i++) {
        uint32_t branch = add_branch(self, result, TEST_NULL);
        size_t known = self->known.count;
        uint16_t next = expression(self, bound->args[i]);
        add(self, OP_MOVE, result, &next, 1, bound->position);
        self->known.count = known;
        add_end(self, branch);
    }
    return result;
}

static bool recall(const Compiler *self, const Bound *bound, uint16_t *reg)
{
    for (size_t i = self->known.count; i-- > 0;) {
        if (bound_equal(self->known.at[i].bound, bound)) {
            *reg = self->known.at[i].reg;
            return true;
        }
    }
    return false;
}

static uint16_t expression(Compiler *self, const Bound *bound)
{
    uint16_t reg = 0;
    if (bound->kind == BOUND_CONST)
        return constant(self, bound);
    if (bound->kind == BOUND_COLUMN)
        return column(self, bound);
    if (!bound->is_volatile && recall(self, bound, &reg))
        return reg;
    switch (bound->kind) {
    case BOUND_CALL:
        reg = call(self, bound);
        break;
    case BOUND_AND:
    case BOUND_OR:
        reg = logic(self, bound);
        break;
    case BOUND_CASE:
        reg = cased(self, bound);
        break;
    case BOUND_COALESCE:
        reg = coalesce(self, bound);
        break;
    case BOUND_CONST:
    case BOUND_COLUMN:
    case BOUND_AGGREGATE:
        self->too_big = true;
        return 0;
    }
    if (!bound->is_volatile && self->known.count < REMEMBERED_MAX) {
        Known known = {bound, reg};
        list_push_arena(self->arena, &self->known, known);
    }
    return reg;
}

Status compile_program(Arena *arena, const LogicalColumn *inputs, int input_count,
                       BoundArgs filters, int filter_count, BoundArgs outputs, int output_count,
                       const Program **out, Err *err)
{
    Compiler self = {.arena = arena, .inputs = inputs, .input_count = input_count};
    Program *program = ARENA_NEW(arena, Program);
    uint16_t *registers = ARENA_ARRAY(arena, uint16_t, output_count + 1);
    self.input_used = ARENA_ARRAY(arena, bool, input_count + 1);
    for (int i = 0; i < input_count; i++)
        list_push_arena(arena, &self.types, inputs[i].type);
    for (int i = 0; i < filter_count; i++) {
        uint16_t reg = expression(&self, filters[i]);
        add(&self, OP_FILTER, 0, &reg, 1, filters[i]->position);
    }
    for (int i = 0; i < output_count; i++)
        registers[i] = expression(&self, outputs[i]);
    if (self.too_big)
        return err_set(err, SQLSTATE_TOO_COMPLEX, -1, "the expressions are too complex");
    *program = (Program){.input_count = (uint16_t)input_count,
                         .reg_count = (uint16_t)self.types.count,
                         .reg_types = self.types.at,
                         .input_used = self.input_used,
                         .constants = self.constants.at,
                         .constant_count = (int)self.constants.count,
                         .code = self.code.at,
                         .code_count = (uint32_t)self.code.count,
                         .outputs = registers,
                         .output_count = (uint16_t)output_count,
                         .can_fail = self.can_fail};
    *out = program;
    return OK;
}
