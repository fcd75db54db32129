/*
 * physical_load.c - plans read back from JSON.
 *
 * The text comes from disk, so every index is checked before it is used: a damaged plan
 * is an error (XX001), never a crash.  Functions are bound anew; one that is gone, or that
 * now gives another type, is 42883.
 */
#include <jansson.h>
#include "base/list.h"
#include "functions/registry.h"
#include "planner/physical.h"
#include "planner/plan_names.h"

typedef struct Loader {
    Arena *arena;
    PhysicalPlan *plan;
    LIST(PhysicalNode *) nodes;
    LIST(PhysicalNode *) scans;
} Loader;

static Status damaged(const char *what, Err *err)
{
    return err_set(err, SQLSTATE_CORRUPT, -1, "the stored plan is damaged: %s", what);
}

static Status get_text(Loader *self, const json_t *json, const char *key, const char **out)
{
    const json_t *value = json_object_get(json, key);
    *out = json_is_string(value) ? arena_strdup(self->arena, json_string_value(value)) : NULL;
    return OK;
}

static bool get_bool(const json_t *json, const char *key)
{
    return json_is_true(json_object_get(json, key));
}

static int64_t get_integer(const json_t *json, const char *key, int64_t missing)
{
    const json_t *value = json_object_get(json, key);
    return json_is_integer(value) ? json_integer_value(value) : missing;
}

static Status get_word(const json_t *json, const char *key, const char *const *names, int *out,
                       Err *err)
{
    const json_t *value = json_object_get(json, key);
    *out = json_is_string(value) ? plan_name_find(names, json_string_value(value)) : -1;
    return *out < 0 ? damaged(key, err) : OK;
}

/* Numbers below `limit`. */
static Status get_numbers(Loader *self, const json_t *json, const char *key, int limit,
                          const uint16_t **out, uint16_t *count, Err *err)
{
    const json_t *list = json_object_get(json, key);
    size_t size = json_array_size(list);
    if (size > UINT16_MAX)
        return damaged(key, err);
    uint16_t *numbers = ARENA_ARRAY(self->arena, uint16_t, size + 1);
    for (size_t i = 0; i < size; i++) {
        const json_t *item = json_array_get(list, i);
        json_int_t number = json_integer_value(item);
        if (!json_is_integer(item) || number < 0 || number >= limit)
            return damaged(key, err);
        numbers[i] = (uint16_t)number;
    }
    *out = numbers;
    *count = (uint16_t)size;
    return OK;
}

static Status load_type(Loader *self, const json_t *json, Type *out, Err *err)
{
    if (!json_is_string(json))
        return damaged("a type", err);
    return type_from_text(str_from(json_string_value(json)), self->arena, out, err);
}

static Status load_types(Loader *self, const json_t *list, Type **out, int *count, Err *err)
{
    *count = (int)json_array_size(list);
    *out = ARENA_ARRAY(self->arena, Type, *count + 1);
    for (int i = 0; i < *count; i++)
        TRY(load_type(self, json_array_get(list, (size_t)i), &(*out)[i], err));
    return OK;
}

/* ---- values ---- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static Status load_bytes(Loader *self, const json_t *json, Str *out, Err *err)
{
    const json_t *hex = json_object_get(json, "hex");
    if (json_is_string(json)) {
        *out = (Str){json_string_value(json), json_string_length(json)};
        return OK;
    }
    if (!json_is_string(hex))
        return damaged("a value", err);
    size_t length = json_string_length(hex) / 2;
    const char *digits = json_string_value(hex);
    char *bytes = arena_alloc(self->arena, length + 1);
    for (size_t i = 0; i < length; i++) {
        int high = hex_digit(digits[2 * i]), low = hex_digit(digits[2 * i + 1]);
        if (high < 0 || low < 0)
            return damaged("a value", err);
        bytes[i] = (char)(high * 16 + low);
    }
    *out = (Str){bytes, length};
    return OK;
}

static Status load_value(Loader *self, const json_t *json, Type type, Value *out, Err *err);

static Status load_items(Loader *self, const json_t *json, Type type, Value *out, Err *err)
{
    size_t count = json_array_size(json);
    Value value = {.type = type};
    if (!json_is_array(json) || (type.id == TYPE_ARRAY && !type.element) ||
        (type.id == TYPE_ROW && (!type.row || type.row->count != count)))
        return damaged("a value", err);
    value.as.list.items = ARENA_ARRAY(self->arena, Value, count + 1);
    value.as.list.count = (uint32_t)count;
    for (size_t i = 0; i < count; i++)
        TRY(load_value(self, json_array_get(json, i),
                       type.id == TYPE_ARRAY ? *type.element : type.row->types[i],
                       &value.as.list.items[i], err));
    *out = value;
    return OK;
}

static Status load_value(Loader *self, const json_t *json, Type type, Value *out, Err *err)
{
    Str text;
    if (json_is_null(json)) {
        *out = value_null(type);
        return OK;
    }
    if (type.id == TYPE_ARRAY || type.id == TYPE_ROW)
        return load_items(self, json, type, out, err);
    TRY(load_bytes(self, json, &text, err));
    if (type_physical(type) == PHYSICAL_VIEW) {
        *out = value_text(self->arena, text);
        out->type = type;
        return OK;
    }
    uint8_t *physical = arena_zalloc(self->arena, 32);
    const TypeClass *class = type_class(type);
    if (!class || !class->parse)
        return damaged("a value", err);
    TRY(class->parse(type, text, physical, self->arena, err));
    *out = value_load(type, physical);
    return OK;
}

/* ---- programs ---- */

static Status rebound(const char *name, const Type *args, const Type *wanted, int count,
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

static Status load_function(Loader *self, const json_t *json, const Value *const *constants,
                            int arg_count, int32_t position, const FnBinding **out, Err *err)
{
    Type *types, result;
    int count;
    const json_t *name = json_object_get(json, "name");
    if (!json_is_string(name))
        return damaged("a function", err);
    TRY(load_types(self, json_object_get(json, "args"), &types, &count, err));
    TRY(load_type(self, json_object_get(json, "result"), &result, err));
    if (count != arg_count)
        return damaged("a function's arguments", err);
    FnBinding *fn = ARENA_NEW(self->arena, FnBinding);
    if (strcmp(json_string_value(name), "cast") == 0) {
        if (count != 1)
            return damaged("a cast", err);
        TRY(cast_resolve(types[0], result, get_bool(json, "try"), &self->plan->session, self->arena,
                         fn, position, err));
    } else {
        BindCall call = {.given = types,
                         .constants = constants,
                         .arg_count = count,
                         .session = &self->plan->session,
                         .arena = self->arena,
                         .position = position};
        TRY(function_resolve(json_string_value(name), &call, fn, err));
    }
    TRY(rebound(json_string_value(name), fn->arg_types, types, count, fn->result, result, err));
    *out = fn;
    return OK;
}

static Status load_constants(Loader *self, const json_t *json, Program *program, Err *err)
{
    const json_t *list = json_object_get(json, "constants");
    size_t count = json_array_size(list);
    program->constants = ARENA_ARRAY(self->arena, ProgramConstant, count + 1);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);
        int64_t reg = get_integer(item, "reg", -1);
        if (reg < program->input_count || reg >= program->reg_count)
            return damaged("a constant", err);
        program->constants[i].reg = (uint16_t)reg;
        TRY(load_value(self, json_object_get(item, "value"), program->reg_types[reg],
                       &program->constants[i].value, err));
    }
    program->constant_count = (int)count;
    return OK;
}

static Status load_call(Loader *self, const json_t *json, const Program *program,
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
            return damaged("a branch", err);
        if (instruction->op == OP_ELSE && program->code[open[depth - 1]].op != OP_BRANCH)
            return damaged("a branch", err);
        if (closes)
            depth--;
        if (instruction->op == OP_BRANCH || instruction->op == OP_ELSE)
            open[depth++] = i;
    }
    return depth ? damaged("a branch", err) : OK;
}

static Status load_instruction(Loader *self, const json_t *json, Program *program,
                               Instruction *instruction, Err *err)
{
    int op, test = 0;
    TRY(get_word(json, "op", plan_op_names, &op, err));
    instruction->op = (uint8_t)op;
    if (op == OP_BRANCH)
        TRY(get_word(json, "test", plan_test_names, &test, err));
    instruction->test = (uint8_t)test;
    int64_t out = get_integer(json, "out", 0), target = get_integer(json, "target", 0);
    if (out < 0 || (out >= program->reg_count && op <= OP_OR3) || target < 0 || target > UINT32_MAX)
        return damaged("an instruction", err);
    instruction->out = (uint16_t)out;
    instruction->target = (uint32_t)target;
    instruction->position = (int32_t)get_integer(json, "position", -1);
    TRY(get_numbers(self, json, "args", program->reg_count, &instruction->args,
                    &instruction->arg_count, err));
    if (op == OP_CALL) {
        TRY(load_call(self, json, program, instruction, err));
        program->can_fail |= (instruction->fn->flags & FN_CAN_FAIL) != 0;
    }
    return has_shape(program, instruction) ? OK : damaged("an instruction", err);
}

static void note_inputs(Loader *self, Program *program)
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
static Status load_program(Loader *self, const json_t *json, const Type *inputs, int input_count,
                           const PhysicalColumn *outputs, int output_count, const Program **out,
                           Err *err)
{
    Program *program = ARENA_NEW(self->arena, Program);
    Type *types;
    int count;
    TRY(load_types(self, json_object_get(json, "registers"), &types, &count, err));
    if (get_integer(json, "inputs", -1) != input_count || count < input_count || count > UINT16_MAX)
        return damaged("a program", err);
    for (int i = 0; i < input_count; i++)
        if (type_physical(types[i]) != type_physical(inputs[i]))
            return damaged("a program's inputs", err);
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
    TRY(get_numbers(self, json, "outputs", count, &program->outputs, &program->output_count, err));
    if (program->output_count != output_count)
        return damaged("a program's outputs", err);
    for (int i = 0; outputs && i < output_count; i++)
        if (type_physical(types[program->outputs[i]]) != type_physical(outputs[i].type))
            return damaged("a program's outputs", err);
    note_inputs(self, program);
    *out = program;
    return OK;
}

static Status load_node_program(Loader *self, const json_t *json, const PhysicalNode *node,
                                int outputs, const Program **out, Err *err)
{
    const PhysicalNode *input = node->inputs[0];
    Type *types = ARENA_ARRAY(self->arena, Type, input->column_count + 1);
    for (int i = 0; i < input->column_count; i++)
        types[i] = input->columns[i].type;
    return load_program(self, json_object_get(json, "program"), types, input->column_count,
                        outputs ? node->columns : NULL, outputs, out, err);
}

/* ---- nodes ---- */

static Status load_relation(Loader *self, const json_t *json, const Relation **out, Err *err)
{
    Relation *relation = ARENA_NEW(self->arena, Relation);
    const json_t *columns = json_object_get(json, "columns"),
                 *options = json_object_get(json, "options");
    relation->kind = RELATION_TABLE;
    relation->watermark_column = -1;
    (void)get_text(self, json, "name", &relation->name);
    (void)get_text(self, json, "connector", &relation->connector);
    (void)get_text(self, json, "format", &relation->format);
    relation->column_count = (int)json_array_size(columns);
    relation->columns = ARENA_ARRAY(self->arena, ColumnDef, relation->column_count + 1);
    for (int i = 0; i < relation->column_count; i++) {
        const json_t *item = json_array_get(columns, (size_t)i);
        ColumnDef *column = &relation->columns[i];
        (void)get_text(self, item, "name", &column->name);
        (void)get_text(self, item, "metadata", &column->metadata);
        TRY(load_type(self, json_object_get(item, "type"), &column->type, err));
        int64_t kind = get_integer(item, "kind", -1);
        if (!column->name || kind < COLUMN_PHYSICAL || kind > COLUMN_PARTITION)
            return damaged("a column", err);
        column->kind = (uint8_t)kind;
    }
    relation->options.count = (int)json_array_size(options);
    relation->options.at = ARENA_ARRAY(self->arena, Option, relation->options.count + 1);
    for (int i = 0; i < relation->options.count; i++) {
        const json_t *pair = json_array_get(options, (size_t)i);
        const json_t *key = json_array_get(pair, 0), *value = json_array_get(pair, 1);
        if (!json_is_string(key) || !json_is_string(value))
            return damaged("an option", err);
        relation->options.at[i] =
            (Option){.key = arena_strdup(self->arena, json_string_value(key)),
                     .value = arena_strdup(self->arena, json_string_value(value)),
                     .key_position = -1,
                     .value_position = -1};
    }
    if (!relation->name || !relation->connector)
        return damaged("a table", err);
    *out = relation;
    return OK;
}

/* The types of the decoded columns are those of the programs' inputs. */
static Status load_scan_program(Loader *self, const json_t *json, const char *key,
                                const PhysicalNode *node, int outputs,
                                const PhysicalColumn *columns, const Program **out, Err *err)
{
    const json_t *program = json_object_get(json, key);
    Type *types;
    int count, inputs = node->as.scan.column_count;
    if (!json_is_object(program))
        return OK;
    TRY(load_types(self, json_object_get(program, "registers"), &types, &count, err));
    if (count < inputs)
        return damaged(key, err);
    return load_program(self, program, types, inputs, columns, outputs, out, err);
}

static Status load_scan(Loader *self, const json_t *json, PhysicalNode *node, Err *err)
{
    const json_t *relation = json_object_get(json, "relation"),
                 *early = json_object_get(json, "early");
    const json_t *names = json_object_get(json, "names");
    (void)get_text(self, json, "schema", &node->as.scan.schema);
    (void)get_text(self, json, "table", &node->as.scan.table);
    if (!node->as.scan.table)
        return damaged("a scan", err);
    if (json_is_object(relation))
        TRY(load_relation(self, relation, &node->as.scan.relation, err));
    TRY(get_numbers(self, json, "decoded",
                    node->as.scan.relation ? node->as.scan.relation->column_count : UINT16_MAX,
                    &node->as.scan.columns, &node->as.scan.column_count, err));
    bool *flags = ARENA_ARRAY(self->arena, bool, node->as.scan.column_count + 1);
    const char **texts = ARENA_ARRAY(self->arena, const char *, node->as.scan.column_count + 1);
    for (int i = 0; i < node->as.scan.column_count; i++) {
        const char *name = json_string_value(json_array_get(names, (size_t)i));
        flags[i] = json_is_true(json_array_get(early, (size_t)i));
        texts[i] = name ? arena_strdup(self->arena, name) : "?";
    }
    node->as.scan.early = flags;
    node->as.scan.names = texts;
    node->as.scan.source = (int)self->scans.count;
    node->as.scan.proctime = get_bool(json, "proctime");
    node->as.scan.limit = get_integer(json, "limit", -1);
    TRY(load_scan_program(self, json, "wm", node, 1, NULL, &node->as.scan.wm, err));
    TRY(load_scan_program(self, json, "filter", node, 0, NULL, &node->as.scan.filter, err));
    TRY(load_scan_program(self, json, "project", node, node->column_count, node->columns,
                          &node->as.scan.project, err));
    if (!node->as.scan.project && node->as.scan.column_count != node->column_count)
        return damaged("a scan's columns", err);
    if (node->as.scan.wm &&
        type_physical(node->as.scan.wm->reg_types[node->as.scan.wm->outputs[0]]) != PHYSICAL_I64)
        return damaged("a watermark", err);
    list_push_arena(self->arena, &self->scans, node);
    return OK;
}

static Status load_values(Loader *self, const json_t *json, PhysicalNode *node, Err *err)
{
    const json_t *list = json_object_get(json, "values");
    int64_t rows = get_integer(json, "rows", -1);
    size_t count = json_array_size(list);
    if (rows < 0 || rows > UINT32_MAX || count != (size_t)rows * node->column_count)
        return damaged("values", err);
    node->as.values.values = ARENA_ARRAY(self->arena, Value, count + 1);
    node->as.values.row_count = (uint32_t)rows;
    for (size_t i = 0; i < count; i++)
        TRY(load_value(self, json_array_get(list, i), node->columns[i % node->column_count].type,
                       &node->as.values.values[i], err));
    return OK;
}

static Status load_explode(Loader *self, const json_t *json, PhysicalNode *node, Err *err)
{
    const PhysicalNode *input = node->inputs[0];
    int64_t array = get_integer(json, "array", -1);
    TRY(get_numbers(self, json, "pass", input->column_count, &node->as.explode.pass,
                    &node->as.explode.pass_count, err));
    node->as.explode.ordinality = get_bool(json, "ordinality");
    node->as.explode.outer = get_bool(json, "outer");
    int added = node->as.explode.ordinality ? 2 : 1;
    if (array < 0 || array >= input->column_count || input->columns[array].type.id != TYPE_ARRAY ||
        node->column_count != node->as.explode.pass_count + added)
        return damaged("explode", err);
    node->as.explode.array = (uint16_t)array;
    return OK;
}

static Status load_expand(Loader *self, const json_t *json, PhysicalNode *node, Err *err)
{
    const json_t *sets = json_object_get(json, "sets");
    size_t count = json_array_size(sets);
    uint64_t *numbers = ARENA_ARRAY(self->arena, uint64_t, count + 1);
    TRY(get_numbers(self, json, "keys", node->inputs[0]->column_count, &node->as.expand.keys,
                    &node->as.expand.key_count, err));
    if (count > UINT16_MAX || node->as.expand.key_count > 64 ||
        node->column_count != node->inputs[0]->column_count + 1)
        return damaged("grouping sets", err);
    for (size_t i = 0; i < count; i++)
        numbers[i] = (uint64_t)json_integer_value(json_array_get(sets, i));
    node->as.expand.sets = numbers;
    node->as.expand.set_count = (uint16_t)count;
    return OK;
}

static Status load_window(const json_t *json, PhysicalNode *node, Err *err)
{
    const PhysicalNode *input = node->inputs[0];
    int64_t time = get_integer(json, "time", -1);
    int kind;
    TRY(get_word(json, "window", plan_window_names, &kind, err));
    node->as.window.kind = (WindowKind)kind;
    node->as.window.size_us = get_integer(json, "size_us", 0);
    node->as.window.slide_us = get_integer(json, "slide_us", 0);
    node->as.window.offset_us = get_integer(json, "offset_us", 0);
    node->as.window.proctime = get_bool(json, "proctime");
    node->as.window.drop_late = get_bool(json, "drop_late");
    if (time < 0 || time >= input->column_count || node->as.window.size_us <= 0 ||
        node->as.window.slide_us <= 0 || node->column_count != input->column_count + 3 ||
        type_physical(input->columns[time].type) != PHYSICAL_I64)
        return damaged("a window", err);
    node->as.window.time = (uint16_t)time;
    return OK;
}

static Status load_aggregate_call(Loader *self, const json_t *json, const PhysicalNode *input,
                                  PhysicalAggregate *out, Err *err)
{
    Type *types, result;
    int count;
    const uint16_t *args;
    const json_t *fn = json_object_get(json, "fn");
    TRY(load_types(self, json_object_get(json, "types"), &types, &count, err));
    TRY(load_type(self, json_object_get(json, "result"), &result, err));
    TRY(get_numbers(self, json, "args", input->column_count, &args, &out->arg_count, err));
    (void)get_text(self, json, "name", &out->name);
    int64_t filter = get_integer(json, "filter", -1);
    if (!json_is_string(fn) || !out->name || out->arg_count != count || count > 4 || filter < -1 ||
        filter >= input->column_count ||
        (filter >= 0 && input->columns[filter].type.id != TYPE_BOOLEAN))
        return damaged("an aggregate", err);
    for (int i = 0; i < count; i++) {
        if (type_physical(types[i]) != type_physical(input->columns[args[i]].type))
            return damaged("an aggregate", err);
        out->args[i] = args[i];
    }
    out->filter = (int32_t)filter;
    out->distinct = get_bool(json, "distinct");
    BindCall call = {.given = types,
                     .constants = ARENA_ARRAY(self->arena, const Value *, count + 1),
                     .arg_count = count,
                     .session = &self->plan->session,
                     .arena = self->arena,
                     .position = -1};
    TRY(aggregate_resolve(json_string_value(fn), &call, &out->binding, err));
    return rebound(json_string_value(fn), out->binding.arg_types, types, count, out->binding.result,
                   result, err);
}

static Status load_aggregate(Loader *self, const json_t *json, PhysicalNode *node, Err *err)
{
    const json_t *list = json_object_get(json, "aggregates");
    int count = (int)json_array_size(list), emit;
    int64_t start = get_integer(json, "window_start", -1),
            end = get_integer(json, "window_end", -1);
    TRY(get_numbers(self, json, "keys", node->inputs[0]->column_count, &node->as.aggregate.keys,
                    &node->as.aggregate.key_count, err));
    TRY(get_word(json, "emit", plan_emit_names, &emit, err));
    if (node->column_count != node->as.aggregate.key_count + count || start < -1 || end < -1 ||
        start >= node->as.aggregate.key_count || end >= node->as.aggregate.key_count)
        return damaged("an aggregate", err);
    node->as.aggregate.window_start = (int32_t)start;
    node->as.aggregate.window_end = (int32_t)end;
    node->as.aggregate.emit = (AggregateEmit)emit;
    node->as.aggregate.aggregate_count = count;
    node->as.aggregate.aggregates = ARENA_ARRAY(self->arena, PhysicalAggregate, count + 1);
    for (int i = 0; i < count; i++)
        TRY(load_aggregate_call(self, json_array_get(list, (size_t)i), node->inputs[0],
                                &node->as.aggregate.aggregates[i], err));
    return OK;
}

static Status load_sort(Loader *self, const json_t *json, PhysicalNode *node, Err *err)
{
    const json_t *list = json_object_get(json, "keys");
    int count = (int)json_array_size(list);
    SortKey *keys = ARENA_ARRAY(self->arena, SortKey, count + 1);
    for (int i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, (size_t)i);
        int64_t column = get_integer(item, "column", -1);
        if (column < 0 || column >= node->inputs[0]->column_count)
            return damaged("a sort", err);
        keys[i] =
            (SortKey){(uint16_t)column, get_bool(item, "desc"), get_bool(item, "nulls_first")};
    }
    node->as.sort.keys = keys;
    node->as.sort.key_count = count;
    node->as.sort.limit = get_integer(json, "limit", -1);
    node->as.sort.offset = get_integer(json, "offset", 0);
    return OK;
}

static Status load_changes(Loader *self, const json_t *json, PhysicalNode *node, Err *err)
{
    int64_t op = get_integer(json, "op_column", -1);
    TRY(get_numbers(self, json, "keys", node->inputs[0]->column_count, &node->as.changes.keys,
                    &node->as.changes.key_count, err));
    if (op < 0 || op >= node->column_count ||
        node->column_count != node->inputs[0]->column_count + 1)
        return damaged("changes", err);
    node->as.changes.op_column = (int32_t)op;
    return OK;
}

static Status load_kind(Loader *self, const json_t *json, PhysicalNode *node, Err *err)
{
    bool is_leaf = node->kind == PHYSICAL_SCAN || node->kind == PHYSICAL_VALUES;
    if (node->kind != PHYSICAL_UNION && node->input_count != (is_leaf ? 0 : 1))
        return damaged("a node's inputs", err);
    switch (node->kind) {
    case PHYSICAL_SCAN:
        return load_scan(self, json, node, err);
    case PHYSICAL_VALUES:
        return load_values(self, json, node, err);
    case PHYSICAL_FILTER:
        return load_node_program(self, json, node, 0, &node->as.filter.program, err);
    case PHYSICAL_PROJECT:
        return load_node_program(self, json, node, node->column_count, &node->as.project.program,
                                 err);
    case PHYSICAL_EXPLODE:
        return load_explode(self, json, node, err);
    case PHYSICAL_EXPAND:
        return load_expand(self, json, node, err);
    case PHYSICAL_WINDOW:
        return load_window(json, node, err);
    case PHYSICAL_AGGREGATE:
        return load_aggregate(self, json, node, err);
    case PHYSICAL_UNION:
        for (int i = 0; i < node->input_count; i++)
            if (node->inputs[i]->column_count != node->column_count)
                return damaged("a union", err);
        return OK;
    case PHYSICAL_SORT:
        return load_sort(self, json, node, err);
    case PHYSICAL_LIMIT:
        node->as.limit.limit = get_integer(json, "limit", -1);
        node->as.limit.offset = get_integer(json, "offset", 0);
        return OK;
    case PHYSICAL_CHANGES:
        return load_changes(self, json, node, err);
    }
    return damaged("a node", err);
}

static Status load_node(Loader *self, const json_t *json, Err *err)
{
    PhysicalNode *node = ARENA_NEW(self->arena, PhysicalNode);
    const json_t *inputs = json_object_get(json, "inputs"),
                 *columns = json_object_get(json, "columns");
    size_t column_count = json_array_size(columns);
    int kind;
    TRY(get_word(json, "kind", plan_kind_names, &kind, err));
    node->kind = (PhysicalKind)kind;
    node->id = (int32_t)get_integer(json, "id", 0);
    node->append_only = get_bool(json, "append_only");
    node->has_wm = get_bool(json, "has_wm");
    node->rows = json_number_value(json_object_get(json, "rows"));
    node->input_count = (int)json_array_size(inputs);
    node->inputs = ARENA_ARRAY(self->arena, PhysicalNode *, node->input_count + 1);
    for (int i = 0; i < node->input_count; i++) {
        const json_t *number = json_array_get(inputs, (size_t)i);
        json_int_t at = json_integer_value(number);
        if (!json_is_integer(number) || at < 0 || at >= (json_int_t)self->nodes.count)
            return damaged("a node's inputs", err);
        node->inputs[i] = self->nodes.at[at];
    }
    if (column_count > UINT16_MAX)
        return damaged("a node's columns", err);
    node->columns = ARENA_ARRAY(self->arena, PhysicalColumn, column_count + 1);
    node->column_count = (uint16_t)column_count;
    for (size_t i = 0; i < column_count; i++) {
        const json_t *column = json_array_get(columns, i);
        (void)get_text(self, column, "name", &node->columns[i].name);
        if (!node->columns[i].name)
            return damaged("a node's columns", err);
        TRY(load_type(self, json_object_get(column, "type"), &node->columns[i].type, err));
    }
    TRY(load_kind(self, json, node, err));
    list_push_arena(self->arena, &self->nodes, node);
    return OK;
}

static Status load_plan(Loader *self, const json_t *json, Err *err)
{
    PhysicalPlan *plan = self->plan;
    const json_t *nodes = json_object_get(json, "nodes");
    int mode;
    if (get_integer(json, "version", 0) != 1)
        return damaged("its version is not known", err);
    TRY(get_word(json, "mode", plan_mode_names, &mode, err));
    plan->mode = (OutputMode)mode;
    plan->bounded = get_bool(json, "bounded");
    plan->needs_ticks = get_bool(json, "needs_ticks");
    plan->append_only = get_bool(json, "append_only");
    plan->unbounded_state = get_bool(json, "unbounded_state");
    (void)get_text(self, json, "timezone", &plan->session.timezone);
    (void)get_text(self, json, "user", &plan->session.user);
    (void)get_text(self, json, "sql", &plan->sql);
    for (size_t i = 0; i < json_array_size(nodes); i++)
        TRY(load_node(self, json_array_get(nodes, i), err));
    if (!self->nodes.count)
        return damaged("it has no nodes", err);
    plan->root = self->nodes.at[self->nodes.count - 1];
    plan->scans = self->scans.at;
    plan->scan_count = (int)self->scans.count;
    return get_numbers(self, json, "key", plan->root->column_count, &plan->key_columns,
                       &plan->key_count, err);
}

Status physical_from_json(Str json, Arena *arena, PhysicalPlan **out, Err *err)
{
    json_error_t error;
    json_t *root = json_loadb(json.data ? json.data : "", json.length, 0, &error);
    if (!root)
        return damaged(error.text, err);
    Loader self = {.arena = arena, .plan = ARENA_NEW(arena, PhysicalPlan)};
    Status status = load_plan(&self, root, err);
    json_decref(root);
    if (status == OK)
        *out = self.plan;
    return status;
}
