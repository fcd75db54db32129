/*
 * program_load.c - vector programs from JSON.  Functions are bound anew; one that is gone, or that
 * now gives another type, is 42883.
 */
#include "functions/registry.h"
#include "planner/plan_load.h"
#include "planner/plan_names.h"

Status program_load_rebound(const char *name, const Type *args, const Type *wanted, int count,
                            Type result, Type wanted_result, Err *err)
{
    bool same = type_equal(result, wanted_result);
    for (int i = 0; i < count && same; i++)
        same = type_equal(args[i], wanted[i]);
    if (same)
        return OK;
    return err_set(err, SQLSTATE_UNDEFINED_FUNCTION, -1,
                   "function %s is no longer what it was when the plan was stored", name);
}

static Status load_function(PlanLoader *self, const json_t *json, const Value *const *constants,
                            int arg_count, int32_t position, const FnBinding **out, Err *err)
{
    Type *types, result;
    int count;
    const json_t *name = json_object_get(json, "name");
    if (!json_is_string(name))
        return plan_load_damaged("a function", err);
    TRY(plan_load_types(self, json_object_get(json, "args"), &types, &count, err));
    TRY(plan_load_type(self, json_object_get(json, "result"), &result, err));
    if (count != arg_count)
        return plan_load_damaged("a function's arguments", err);
    FnBinding *fn = ARENA_NEW(self->arena, FnBinding);
    if (strcmp(json_string_value(name), "cast") == 0) {
        if (count != 1)
            return plan_load_damaged("a cast", err);
        TRY(cast_resolve(types[0], result, plan_load_bool(json, "try"), &self->plan->session,
                         self->arena, fn, position, err));
    } else {
        BindCall call = {.given = types,
                         .constants = constants,
                         .arg_count = count,
                         .session = &self->plan->session,
                         .arena = self->arena,
                         .position = position};
        TRY(function_resolve(json_string_value(name), &call, fn, err));
    }
    TRY(program_load_rebound(json_string_value(name), fn->arg_types, types, count, fn->result,
                             result, err));
    *out = fn;
    return OK;
}

static Status load_constants(PlanLoader *self, const json_t *json, Program *program, Err *err)
{
    const json_t *list = json_object_get(json, "constants");
    size_t count = json_array_size(list);
    program->constants = ARENA_ARRAY(self->arena, ProgramConstant, count + 1);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);
        int64_t reg = plan_load_integer(item, "reg", -1);
        if (reg < program->input_count || reg >= program->reg_count)
            return plan_load_damaged("a constant", err);
        program->constants[i].reg = (uint16_t)reg;
        TRY(plan_load_value(self, json_object_get(item, "value"), program->reg_types[reg],
                            &program->constants[i].value, err));
    }
    program->constant_count = (int)count;
    return OK;
}

static Status load_call(PlanLoader *self, const json_t *json, const Program *program,
                        Instruction *instruction, Err *err)
{
    const Value **constants = ARENA_ARRAY(self->arena, const Value *, instruction->arg_count + 1);
    for (int a = 0; a < instruction->arg_count; a++)
        for (int i = 0; i < program->constant_count; i++)
            if (program->constants[i].reg == instruction->args[a])
                constants[a] = &program->constants[i].value;
    return load_function(self, json_object_get(json, "fn"), constants, instruction->arg_count,
                         instruction->position, &instruction->fn, err);
}

static bool has_shape(const Program *program, const Instruction *instruction)
{
    int args = instruction->arg_count;
    if (instruction->out < program->input_count && instruction->op <= OP_OR3)
        return false;
    switch ((Opcode)instruction->op) {
    case OP_CALL:
        if (!type_equal(program->reg_types[instruction->out], instruction->fn->result) &&
            type_physical(program->reg_types[instruction->out]) !=
                type_physical(instruction->fn->result))
            return false;
        for (int i = 0; i < args; i++)
            if (type_physical(program->reg_types[instruction->args[i]]) !=
                type_physical(instruction->fn->arg_types[i]))
                return false;
        return true;
    case OP_MOVE:
        return args == 1 && type_physical(program->reg_types[instruction->args[0]]) ==
                                type_physical(program->reg_types[instruction->out]);
    case OP_AND3:
    case OP_OR3:
        return args == 2 && program->reg_types[instruction->args[0]].id == TYPE_BOOLEAN &&
               program->reg_types[instruction->args[1]].id == TYPE_BOOLEAN &&
               program->reg_types[instruction->out].id == TYPE_BOOLEAN;
    case OP_FILTER:
        return args == 1 && program->reg_types[instruction->args[0]].id == TYPE_BOOLEAN;
    case OP_BRANCH:
        return args == 1 && (instruction->test == TEST_NULL ||
                             program->reg_types[instruction->args[0]].id == TYPE_BOOLEAN);
    case OP_ELSE:
    case OP_END:
        return args == 0;
    }
    return false;
}

/* BRANCH, ELSE and END are nested, and their targets are one another. */
static Status check_branches(const Program *program, Arena *arena, Err *err)
{
    uint32_t *open = ARENA_ARRAY(arena, uint32_t, program->code_count + 1), depth = 0;
    for (uint32_t i = 0; i < program->code_count; i++) {
        const Instruction *instruction = &program->code[i];
        bool closes = instruction->op == OP_ELSE || instruction->op == OP_END;
        if (closes && (depth == 0 || program->code[open[depth - 1]].target != i))
            return plan_load_damaged("a branch", err);
        if (instruction->op == OP_ELSE && program->code[open[depth - 1]].op != OP_BRANCH)
            return plan_load_damaged("a branch", err);
        if (closes)
            depth--;
        if (instruction->op == OP_BRANCH || instruction->op == OP_ELSE)
            open[depth++] = i;
    }
    return depth ? plan_load_damaged("a branch", err) : OK;
}

static Status load_instruction(PlanLoader *self, const json_t *json, Program *program,
                               Instruction *instruction, Err *err)
{
    int op, test = 0;
    TRY(plan_load_word(json, "op", plan_op_names, &op, err));
    instruction->op = (uint8_t)op;
    if (op == OP_BRANCH)
        TRY(plan_load_word(json, "test", plan_test_names, &test, err));
    instruction->test = (uint8_t)test;
    int64_t out = plan_load_integer(json, "out", 0), target = plan_load_integer(json, "target", 0);
    if (out < 0 || (out >= program->reg_count && op <= OP_OR3) || target < 0 || target > UINT32_MAX)
        return plan_load_damaged("an instruction", err);
    instruction->out = (uint16_t)out;
    instruction->target = (uint32_t)target;
    instruction->position = (int32_t)plan_load_integer(json, "position", -1);
    TRY(plan_load_numbers(self, json, "args", program->reg_count, &instruction->args,
                          &instruction->arg_count, err));
    if (op == OP_CALL) {
        TRY(load_call(self, json, program, instruction, err));
        program->can_fail |= (instruction->fn->flags & FN_CAN_FAIL) != 0;
    }
    return has_shape(program, instruction) ? OK : plan_load_damaged("an instruction", err);
}

static void note_inputs(PlanLoader *self, Program *program)
{
    bool *used = ARENA_ARRAY(self->arena, bool, program->input_count + 1);
    for (uint32_t i = 0; i < program->code_count; i++)
        for (int a = 0; a < program->code[i].arg_count; a++)
            if (program->code[i].args[a] < program->input_count)
                used[program->code[i].args[a]] = true;
    for (int i = 0; i < program->output_count; i++)
        if (program->outputs[i] < program->input_count)
            used[program->outputs[i]] = true;
    program->input_used = used;
}

/* `inputs`: the types of the columns it runs over; `outputs` (NULL: none): of what it gives. */
Status program_load(PlanLoader *self, const json_t *json, const Type *inputs, int input_count,
                    const PhysicalColumn *outputs, int output_count, const Program **out, Err *err)
{
    Program *program = ARENA_NEW(self->arena, Program);
    Type *types;
    int count;
    TRY(plan_load_types(self, json_object_get(json, "registers"), &types, &count, err));
    if (plan_load_integer(json, "inputs", -1) != input_count || count < input_count ||
        count > UINT16_MAX)
        return plan_load_damaged("a program", err);
    for (int i = 0; i < input_count; i++)
        if (type_physical(types[i]) != type_physical(inputs[i]))
            return plan_load_damaged("a program's inputs", err);
    program->input_count = (uint16_t)input_count;
    program->reg_count = (uint16_t)count;
    program->reg_types = types;
    TRY(load_constants(self, json, program, err));
    const json_t *code = json_object_get(json, "code");
    program->code = ARENA_ARRAY(self->arena, Instruction, json_array_size(code) + 1);
    program->code_count = (uint32_t)json_array_size(code);
    for (uint32_t i = 0; i < program->code_count; i++)
        TRY(load_instruction(self, json_array_get(code, i), program, &program->code[i], err));
    TRY(check_branches(program, self->arena, err));
    TRY(plan_load_numbers(self, json, "outputs", count, &program->outputs, &program->output_count,
                          err));
    if (program->output_count != output_count)
        return plan_load_damaged("a program's outputs", err);
    for (int i = 0; outputs && i < output_count; i++)
        if (type_physical(types[program->outputs[i]]) != type_physical(outputs[i].type))
            return plan_load_damaged("a program's outputs", err);
    note_inputs(self, program);
    *out = program;
    return OK;
}
