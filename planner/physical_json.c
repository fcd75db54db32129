/*
 * physical_json.c - the physical plan as JSON, and back.
 *
 *     {"version":1, "sql":…, "timezone":…, "mode":"append", "bounded":…, …, "root": node}
 *     node:    {"kind":"scan", "id":1, "columns":[["ID","INT"],…], "inputs":[node,…], …its own fields}
 *     program: {"inputs":n, "registers":["INT",…], "used":[…], "constants":[[reg,"INT","5"],…],
 *               "code":[["call",out,[args],"name",["INT",…],"result",position],…], "outputs":[…]}
 *
 * Types and values are text, as SQL prints them.  Functions are named and bound
 * again when a plan is loaded, with the same argument types and constants, so a
 * newer version runs its own kernels on an older plan.  Loading checks every
 * index: what comes from a file is not trusted.
 */
#include "planner/physical.h"

#include <jansson.h>
#include <stdlib.h>
#include "functions/registry.h"

enum { PLAN_VERSION = 1 };

static const char *const kind_names[] = {"scan",   "values",    "filter", "project", "explode", "expand",
                                         "window", "aggregate", "union",  "sort",    "limit",   "changes"};
static const char *const mode_names[] = {"append", "update", "complete"};
static const char *const emit_names[] = {"final", "on_close", "changes", "complete", "first"};
static const char *const window_names[] = {"tumble", "hop", "cumulate", "session"};
static const char *const op_names[] = {"call", "move", "and3", "or3", "filter", "branch", "else", "end"};
static const char *const test_names[] = {"true", "not_false", "not_true", "null"};
#define NAME_COUNT(names) ((int)(sizeof(names) / sizeof *(names)))

/* ---- writing ---- */

static json_t *text_json(const char *text)
{
    json_t *made = text ? json_string(text) : json_null();
    return made ? made : json_null();
}

static json_t *type_json(Type type)
{
    Buf text;
    buf_init(&text);
    type_print(type, &text);
    json_t *made = json_stringn(text.data, text.length);
    buf_deinit(&text);
    return made;
}

/* Bytes that JSON cannot carry (a BYTES constant) are in the text form already. */
static json_t *value_json(const Value *value)
{
    if (value->is_null)
        return json_null();
    Buf text;
    buf_init(&text);
    value_format(value, &text);
    json_t *made = json_stringn(buf_text(&text), text.length);
    buf_deinit(&text);
    return made ? made : json_null();
}

static json_t *u16_array(const uint16_t *values, int count)
{
    json_t *array = json_array();
    for (int i = 0; i < count; i++)
        (void)json_array_append_new(array, json_integer(values[i]));
    return array;
}

static json_t *bool_array(const bool *values, int count)
{
    json_t *array = json_array();
    for (int i = 0; i < count; i++)
        (void)json_array_append_new(array, json_boolean(values && values[i]));
    return array;
}

static json_t *types_array(const Type *types, int count)
{
    json_t *array = json_array();
    for (int i = 0; i < count; i++)
        (void)json_array_append_new(array, type_json(types[i]));
    return array;
}

static const char *function_name(const FnBinding *fn)
{
    bool tries = strcmp(fn->fn->name, "cast") == 0 && (fn->flags & FN_MAKES_NULL);
    return tries ? "try_cast" : fn->fn->name;
}

static json_t *instruction_json(const Instruction *in)
{
    json_t *array = json_array();
    (void)json_array_append_new(array, json_string(op_names[in->op]));
    (void)json_array_append_new(array, json_integer(in->out));
    (void)json_array_append_new(array, u16_array(in->args, in->arg_count));
    (void)json_array_append_new(array, json_string(test_names[in->test]));
    (void)json_array_append_new(array, json_integer(in->target));
    (void)json_array_append_new(array, json_integer(in->position));
    if (in->op == OP_CALL) {
        (void)json_array_append_new(array, json_string(function_name(in->fn)));
        (void)json_array_append_new(array, types_array(in->fn->arg_types, in->fn->arg_count));
        (void)json_array_append_new(array, type_json(in->fn->result));
    }
    return array;
}

static json_t *program_json(const Program *program)
{
    if (!program)
        return json_null();
    json_t *object = json_object();
    (void)json_object_set_new(object, "inputs", json_integer(program->input_count));
    (void)json_object_set_new(object, "registers",
                              types_array(program->reg_types, program->reg_count));
    (void)json_object_set_new(object, "used", bool_array(program->input_used, program->input_count));
    json_t *constants = json_array();
    for (int i = 0; i < program->constant_count; i++) {
        const ProgramConstant *constant = &program->constants[i];
        (void)json_array_append_new(constants,
                                    json_pack("[i, o, o]", (int)constant->reg,
                                              type_json(constant->value.type),
                                              value_json(&constant->value)));
    }
    (void)json_object_set_new(object, "constants", constants);
    json_t *code = json_array();
    for (uint32_t i = 0; i < program->code_count; i++)
        (void)json_array_append_new(code, instruction_json(&program->code[i]));
    (void)json_object_set_new(object, "code", code);
    (void)json_object_set_new(object, "outputs", u16_array(program->outputs, program->output_count));
    (void)json_object_set_new(object, "can_fail", json_boolean(program->can_fail));
    return object;
}

static json_t *sort_keys_json(const SortKey *keys, int count)
{
    json_t *array = json_array();
    for (int i = 0; i < count; i++)
        (void)json_array_append_new(array, json_pack("[i, b, b]", (int)keys[i].column,
                                                     (int)keys[i].descending,
                                                     (int)keys[i].nulls_first));
    return array;
}

static json_t *aggregates_json(const PhysicalAggregate *aggregates, int count)
{
    json_t *array = json_array();
    for (int i = 0; i < count; i++) {
        const PhysicalAggregate *agg = &aggregates[i];
        (void)json_array_append_new(
            array, json_pack("{s:s, s:s, s:o, s:o, s:o, s:i, s:b}", "name", agg->name, "function",
                             agg->binding.fn->name, "types",
                             types_array(agg->binding.arg_types, agg->binding.arg_count), "result",
                             type_json(agg->binding.result), "args", u16_array(agg->args, agg->arg_count),
                             "filter", (int)agg->filter, "distinct", (int)agg->distinct));
    }
    return array;
}

static void set(json_t *object, const char *key, json_t *value)
{
    (void)json_object_set_new(object, key, value);
}

static void scan_json(json_t *object, const PhysicalNode *node)
{
    set(object, "schema", text_json(node->as.scan.schema));
    set(object, "table", text_json(node->as.scan.table));
    set(object, "source", json_integer(node->as.scan.source));
    set(object, "reads", u16_array(node->as.scan.columns, node->as.scan.column_count));
    set(object, "early", bool_array(node->as.scan.early, node->as.scan.column_count));
    set(object, "wm", program_json(node->as.scan.wm));
    set(object, "filter", program_json(node->as.scan.filter));
    set(object, "project", program_json(node->as.scan.project));
    set(object, "proctime", json_boolean(node->as.scan.proctime));
    set(object, "limit", json_integer(node->as.scan.limit));
}

static void values_json(json_t *object, const PhysicalNode *node)
{
    json_t *rows = json_array();
    for (uint32_t i = 0; i < node->as.values.row_count * node->column_count; i++)
        (void)json_array_append_new(rows, value_json(&node->as.values.values[i]));
    set(object, "rows", json_integer(node->as.values.row_count));
    set(object, "values", rows);
}

static void expand_json(json_t *object, const PhysicalNode *node)
{
    json_t *sets = json_array();
    for (int i = 0; i < node->as.expand.set_count; i++)
        (void)json_array_append_new(sets, json_integer((json_int_t)node->as.expand.sets[i]));
    set(object, "keys", u16_array(node->as.expand.keys, node->as.expand.key_count));
    set(object, "sets", sets);
}

static void aggregate_json(json_t *object, const PhysicalNode *node)
{
    set(object, "keys", u16_array(node->as.aggregate.keys, node->as.aggregate.key_count));
    set(object, "window_start", json_integer(node->as.aggregate.window_start));
    set(object, "window_end", json_integer(node->as.aggregate.window_end));
    set(object, "emit", json_string(emit_names[node->as.aggregate.emit]));
    set(object, "aggregates",
        aggregates_json(node->as.aggregate.aggregates, node->as.aggregate.aggregate_count));
}

static json_t *node_json(const PhysicalNode *node);

static void node_fields(json_t *object, const PhysicalNode *node)
{
    switch (node->kind) {
    case PHYSICAL_SCAN:
        scan_json(object, node);
        break;
    case PHYSICAL_VALUES:
        values_json(object, node);
        break;
    case PHYSICAL_FILTER:
        set(object, "program", program_json(node->as.filter.program));
        break;
    case PHYSICAL_PROJECT:
        set(object, "program", program_json(node->as.project.program));
        break;
    case PHYSICAL_EXPLODE:
        set(object, "array", json_integer(node->as.explode.array));
        set(object, "pass", u16_array(node->as.explode.pass, node->as.explode.pass_count));
        set(object, "ordinality", json_boolean(node->as.explode.ordinality));
        set(object, "outer", json_boolean(node->as.explode.outer));
        break;
    case PHYSICAL_EXPAND:
        expand_json(object, node);
        break;
    case PHYSICAL_WINDOW:
        set(object, "window", json_string(window_names[node->as.window.kind]));
        set(object, "time", json_integer(node->as.window.time));
        set(object, "size_us", json_integer(node->as.window.size_us));
        set(object, "slide_us", json_integer(node->as.window.slide_us));
        set(object, "offset_us", json_integer(node->as.window.offset_us));
        set(object, "proctime", json_boolean(node->as.window.proctime));
        set(object, "drop_late", json_boolean(node->as.window.drop_late));
        break;
    case PHYSICAL_AGGREGATE:
        aggregate_json(object, node);
        break;
    case PHYSICAL_UNION:
        break;
    case PHYSICAL_SORT:
        set(object, "keys", sort_keys_json(node->as.sort.keys, node->as.sort.key_count));
        set(object, "limit", json_integer(node->as.sort.limit));
        set(object, "offset", json_integer(node->as.sort.offset));
        break;
    case PHYSICAL_LIMIT:
        set(object, "limit", json_integer(node->as.limit.limit));
        set(object, "offset", json_integer(node->as.limit.offset));
        break;
    case PHYSICAL_CHANGES:
        set(object, "keys", u16_array(node->as.changes.keys, node->as.changes.key_count));
        set(object, "op_column", json_integer(node->as.changes.op_column));
        break;
    }
}

static json_t *node_json(const PhysicalNode *node)
{
    json_t *object = json_object();
    set(object, "kind", json_string(kind_names[node->kind]));
    set(object, "id", json_integer(node->id));
    json_t *columns = json_array();
    for (uint16_t i = 0; i < node->column_count; i++)
        (void)json_array_append_new(columns, json_pack("[o, o]", text_json(node->columns[i].name),
                                                       type_json(node->columns[i].type)));
    set(object, "columns", columns);
    set(object, "append_only", json_boolean(node->append_only));
    set(object, "has_wm", json_boolean(node->has_wm));
    set(object, "estimate", json_real(node->rows));
    node_fields(object, node);
    json_t *inputs = json_array();
    for (int i = 0; i < node->input_count; i++)
        (void)json_array_append_new(inputs, node_json(node->inputs[i]));
    set(object, "inputs", inputs);
    return object;
}

void physical_to_json(const PhysicalPlan *plan, Buf *out)
{
    json_t *object = json_object();
    set(object, "version", json_integer(PLAN_VERSION));
    set(object, "sql", text_json(plan->sql));
    set(object, "timezone", text_json(plan->session.timezone));
    set(object, "user", text_json(plan->session.user));
    set(object, "mode", json_string(mode_names[plan->mode]));
    set(object, "bounded", json_boolean(plan->bounded));
    set(object, "needs_ticks", json_boolean(plan->needs_ticks));
    set(object, "append_only", json_boolean(plan->append_only));
    set(object, "unbounded_state", json_boolean(plan->unbounded_state));
    set(object, "key", u16_array(plan->key_columns, plan->key_count));
    set(object, "root", node_json(plan->root));
    char *text = json_dumps(object, JSON_COMPACT);
    buf_add_text(out, text ? text : "{}");
    free(text);
    json_decref(object);
}

/* ---- reading ---- */

typedef struct Reader {
    Arena *arena;
    FnSession session;
    PhysicalPlan *plan;
    Err *err;
    int depth;
} Reader;

static Status broken(Reader *reader, const char *what)
{
    return err_set(reader->err, SQLSTATE_CORRUPT, -1, "a stored plan is damaged: %s", what);
}

static const char *read_text(Reader *reader, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? arena_strdup(reader->arena, text) : NULL;
}

static int64_t read_int(const json_t *object, const char *key, int64_t fallback)
{
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? (int64_t)json_integer_value(value) : fallback;
}

static bool read_bool(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

static int read_name(const json_t *value, const char *const *names, int count)
{
    const char *text = json_string_value(value);
    for (int i = 0; text && i < count; i++)
        if (strcmp(names[i], text) == 0)
            return i;
    return -1;
}

static Status read_type(Reader *reader, const json_t *value, Type *out)
{
    const char *text = json_string_value(value);
    if (!text)
        return broken(reader, "a type is missing");
    return type_from_text(str_from(text), reader->arena, out, reader->err);
}

/* An array of numbers below `limit`. */
static Status read_u16s(Reader *reader, const json_t *array, int limit, const uint16_t **out,
                        uint16_t *count)
{
    size_t n = json_array_size(array);
    uint16_t *values = ARENA_ARRAY(reader->arena, uint16_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        json_int_t value = json_integer_value(json_array_get(array, i));
        if (value < 0 || value >= limit)
            return broken(reader, "an index is out of range");
        values[i] = (uint16_t)value;
    }
    *out = values;
    *count = (uint16_t)n;
    return OK;
}

static Status read_bools(Reader *reader, const json_t *array, size_t count, const bool **out)
{
    bool *values = ARENA_ARRAY(reader->arena, bool, count + 1);
    for (size_t i = 0; i < count; i++)
        values[i] = json_is_true(json_array_get(array, i));
    *out = values;
    return OK;
}

static Status read_types(Reader *reader, const json_t *array, Type **out, int *count)
{
    size_t n = json_array_size(array);
    *out = ARENA_ARRAY(reader->arena, Type, n + 1);
    for (size_t i = 0; i < n; i++)
        TRY(read_type(reader, json_array_get(array, i), &(*out)[i]));
    *count = (int)n;
    return OK;
}

static Status read_value(Reader *reader, Type type, const json_t *value, Value *out)
{
    const char *text = json_string_value(value);
    if (!text) {
        *out = value_null(type);
        return OK;
    }
    if (type_is_text(type)) { /* as it is: blanks count */
        *out = value_text(reader->arena, (Str){text, json_string_length(value)});
        out->type = type;
        return OK;
    }
    return value_parse(type, (Str){text, json_string_length(value)}, reader->arena, out, reader->err);
}

/* Binds a function again: same name, argument types and constants. */
static Status read_call(Reader *reader, const json_t *array, const Program *program, Instruction *in)
{
    const char *name = json_string_value(json_array_get(array, 6));
    Type *types, result;
    int count;
    TRY(read_types(reader, json_array_get(array, 7), &types, &count));
    TRY(read_type(reader, json_array_get(array, 8), &result));
    if (!name || count != in->arg_count)
        return broken(reader, "a call does not fit its function");
    FnBinding *binding = ARENA_NEW(reader->arena, FnBinding);
    bool tries = strcmp(name, "try_cast") == 0;
    if (tries || strcmp(name, "cast") == 0) {
        if (count != 1)
            return broken(reader, "a cast has one argument");
        TRY(cast_resolve(types[0], result, tries, &reader->session, reader->arena, binding,
                         in->position, reader->err));
    } else {
        const Value **constants = ARENA_ARRAY(reader->arena, const Value *, count + 1);
        for (int i = 0; i < count; i++)
            for (int c = 0; c < program->constant_count; c++)
                if (program->constants[c].reg == in->args[i])
                    constants[i] = &program->constants[c].value;
        BindCall call = {.given = types,
                         .constants = constants,
                         .arg_count = count,
                         .session = &reader->session,
                         .arena = reader->arena,
                         .position = in->position};
        TRY(function_resolve(name, &call, binding, reader->err));
        for (int i = 0; i < count; i++)
            if (binding->arg_count != count || !type_equal(binding->arg_types[i], types[i]))
                return broken(reader, "a function no longer takes the types it took");
        if (!type_equal(binding->result, result))
            return broken(reader, "a function no longer gives the type it gave");
    }
    in->fn = binding;
    return OK;
}

static Status read_instruction(Reader *reader, const json_t *array, const Program *program,
                               Instruction *in)
{
    int op = read_name(json_array_get(array, 0), op_names, NAME_COUNT(op_names));
    int test = read_name(json_array_get(array, 3), test_names, NAME_COUNT(test_names));
    json_int_t out = json_integer_value(json_array_get(array, 1));
    json_int_t target = json_integer_value(json_array_get(array, 4));
    if (op < 0 || test < 0 || out < 0 || out >= program->reg_count || target < 0 ||
        target > program->code_count)
        return broken(reader, "an instruction is not known");
    in->op = (uint8_t)op;
    in->test = (uint8_t)test;
    in->out = (uint16_t)out;
    in->target = (uint32_t)target;
    in->position = (int32_t)json_integer_value(json_array_get(array, 5));
    TRY(read_u16s(reader, json_array_get(array, 2), program->reg_count, &in->args, &in->arg_count));
    return op == OP_CALL ? read_call(reader, array, program, in) : OK;
}

static Status read_program(Reader *reader, const json_t *object, int inputs, const Program **out)
{
    *out = NULL;
    if (!json_is_object(object))
        return OK;
    Program *program = ARENA_NEW(reader->arena, Program);
    Type *types;
    int registers;
    TRY(read_types(reader, json_object_get(object, "registers"), &types, &registers));
    program->input_count = (uint16_t)read_int(object, "inputs", 0);
    program->reg_count = (uint16_t)registers;
    program->reg_types = types;
    if (program->input_count != inputs || registers < inputs || registers > UINT16_MAX)
        return broken(reader, "a program does not fit its input");
    TRY(read_bools(reader, json_object_get(object, "used"), program->input_count,
                   &program->input_used));
    const json_t *constants = json_object_get(object, "constants");
    program->constant_count = (int)json_array_size(constants);
    program->constants = ARENA_ARRAY(reader->arena, ProgramConstant, program->constant_count + 1);
    for (int i = 0; i < program->constant_count; i++) {
        const json_t *item = json_array_get(constants, (size_t)i);
        json_int_t reg = json_integer_value(json_array_get(item, 0));
        Type type;
        TRY(read_type(reader, json_array_get(item, 1), &type));
        if (reg < 0 || reg >= registers)
            return broken(reader, "a constant has no register");
        program->constants[i].reg = (uint16_t)reg;
        TRY(read_value(reader, type, json_array_get(item, 2), &program->constants[i].value));
    }
    const json_t *code = json_object_get(object, "code");
    program->code_count = (uint32_t)json_array_size(code);
    program->code = ARENA_ARRAY(reader->arena, Instruction, program->code_count + 1);
    for (uint32_t i = 0; i < program->code_count; i++)
        TRY(read_instruction(reader, json_array_get(code, i), program, &program->code[i]));
    TRY(read_u16s(reader, json_object_get(object, "outputs"), registers, &program->outputs,
                  &program->output_count));
    program->can_fail = read_bool(object, "can_fail");
    *out = program;
    return OK;
}

static Status read_scan(Reader *reader, const json_t *object, PhysicalNode *node)
{
    node->as.scan.schema = read_text(reader, object, "schema");
    node->as.scan.table = read_text(reader, object, "table");
    node->as.scan.source = (int)read_int(object, "source", 0);
    node->as.scan.proctime = read_bool(object, "proctime");
    node->as.scan.limit = read_int(object, "limit", -1);
    uint16_t count;
    TRY(read_u16s(reader, json_object_get(object, "reads"), UINT16_MAX, &node->as.scan.columns, &count));
    node->as.scan.column_count = count;
    TRY(read_bools(reader, json_object_get(object, "early"), count, &node->as.scan.early));
    TRY(read_program(reader, json_object_get(object, "wm"), count, &node->as.scan.wm));
    TRY(read_program(reader, json_object_get(object, "filter"), count, &node->as.scan.filter));
    return read_program(reader, json_object_get(object, "project"), count, &node->as.scan.project);
}

static Status read_values(Reader *reader, const json_t *object, PhysicalNode *node)
{
    const json_t *values = json_object_get(object, "values");
    uint32_t rows = (uint32_t)read_int(object, "rows", 0);
    if (json_array_size(values) != (size_t)rows * node->column_count)
        return broken(reader, "VALUES has another number of values");
    node->as.values.row_count = rows;
    node->as.values.values = ARENA_ARRAY(reader->arena, Value, json_array_size(values) + 1);
    for (size_t i = 0; i < json_array_size(values); i++)
        TRY(read_value(reader, node->columns[i % node->column_count].type, json_array_get(values, i),
                       &node->as.values.values[i]));
    return OK;
}

static Status read_expand(Reader *reader, const json_t *object, PhysicalNode *node, int inputs)
{
    TRY(read_u16s(reader, json_object_get(object, "keys"), inputs, &node->as.expand.keys,
                  &node->as.expand.key_count));
    const json_t *sets = json_object_get(object, "sets");
    node->as.expand.set_count = (uint16_t)json_array_size(sets);
    uint64_t *made = ARENA_ARRAY(reader->arena, uint64_t, node->as.expand.set_count + 1);
    for (uint16_t i = 0; i < node->as.expand.set_count; i++)
        made[i] = (uint64_t)json_integer_value(json_array_get(sets, i));
    node->as.expand.sets = made;
    return OK;
}

static Status read_aggregate_call(Reader *reader, const json_t *object, int inputs,
                                  PhysicalAggregate *agg)
{
    const char *function = json_string_value(json_object_get(object, "function"));
    agg->name = read_text(reader, object, "name");
    agg->filter = (int32_t)read_int(object, "filter", -1);
    agg->distinct = read_bool(object, "distinct");
    Type *types, result;
    int count;
    const uint16_t *args;
    TRY(read_types(reader, json_object_get(object, "types"), &types, &count));
    TRY(read_type(reader, json_object_get(object, "result"), &result));
    TRY(read_u16s(reader, json_object_get(object, "args"), inputs, &args, &agg->arg_count));
    if (!function || agg->arg_count > 4 || agg->filter >= inputs || agg->arg_count != count)
        return broken(reader, "an aggregate does not fit its input");
    memcpy(agg->args, args, agg->arg_count * sizeof *args);
    const Value **constants = ARENA_ARRAY(reader->arena, const Value *, count + 1);
    BindCall call = {.given = types,
                     .constants = constants,
                     .arg_count = count,
                     .session = &reader->session,
                     .arena = reader->arena,
                     .position = -1};
    TRY(aggregate_resolve(function, &call, &agg->binding, reader->err));
    return type_equal(agg->binding.result, result)
               ? OK
               : broken(reader, "an aggregate no longer gives the type it gave");
}

static Status read_aggregate(Reader *reader, const json_t *object, PhysicalNode *node, int inputs)
{
    TRY(read_u16s(reader, json_object_get(object, "keys"), inputs, &node->as.aggregate.keys,
                  &node->as.aggregate.key_count));
    node->as.aggregate.window_start = (int32_t)read_int(object, "window_start", -1);
    node->as.aggregate.window_end = (int32_t)read_int(object, "window_end", -1);
    int emit = read_name(json_object_get(object, "emit"), emit_names, NAME_COUNT(emit_names));
    if (emit < 0 || node->as.aggregate.window_start >= node->as.aggregate.key_count ||
        node->as.aggregate.window_end >= node->as.aggregate.key_count)
        return broken(reader, "an aggregate's keys are out of range");
    node->as.aggregate.emit = (AggregateEmit)emit;
    const json_t *aggregates = json_object_get(object, "aggregates");
    int count = (int)json_array_size(aggregates);
    node->as.aggregate.aggregate_count = count;
    node->as.aggregate.aggregates = ARENA_ARRAY(reader->arena, PhysicalAggregate, count + 1);
    for (int i = 0; i < count; i++)
        TRY(read_aggregate_call(reader, json_array_get(aggregates, (size_t)i), inputs,
                                &node->as.aggregate.aggregates[i]));
    return OK;
}

static Status read_sort(Reader *reader, const json_t *object, PhysicalNode *node, int inputs)
{
    const json_t *keys = json_object_get(object, "keys");
    node->as.sort.key_count = (int)json_array_size(keys);
    SortKey *made = ARENA_ARRAY(reader->arena, SortKey, node->as.sort.key_count + 1);
    for (int i = 0; i < node->as.sort.key_count; i++) {
        const json_t *key = json_array_get(keys, (size_t)i);
        json_int_t column = json_integer_value(json_array_get(key, 0));
        if (column < 0 || column >= inputs)
            return broken(reader, "a sort key is out of range");
        made[i] = (SortKey){(uint16_t)column, json_is_true(json_array_get(key, 1)),
                            json_is_true(json_array_get(key, 2))};
    }
    node->as.sort.keys = made;
    node->as.sort.limit = read_int(object, "limit", -1);
    node->as.sort.offset = read_int(object, "offset", 0);
    return OK;
}

static Status read_window(Reader *reader, const json_t *object, PhysicalNode *node, int inputs)
{
    int kind = read_name(json_object_get(object, "window"), window_names, NAME_COUNT(window_names));
    int64_t time = read_int(object, "time", 0);
    node->as.window.size_us = read_int(object, "size_us", 0);
    node->as.window.slide_us = read_int(object, "slide_us", 0);
    node->as.window.offset_us = read_int(object, "offset_us", 0);
    if (kind < 0 || time < 0 || time >= inputs || node->as.window.size_us <= 0 ||
        node->as.window.slide_us < 0)
        return broken(reader, "a window is not one");
    node->as.window.kind = (WindowKind)kind;
    node->as.window.time = (uint16_t)time;
    node->as.window.proctime = read_bool(object, "proctime");
    node->as.window.drop_late = read_bool(object, "drop_late");
    return OK;
}

static Status read_explode(Reader *reader, const json_t *object, PhysicalNode *node, int inputs)
{
    int64_t array = read_int(object, "array", 0);
    if (array < 0 || array >= inputs)
        return broken(reader, "an array column is out of range");
    node->as.explode.array = (uint16_t)array;
    node->as.explode.ordinality = read_bool(object, "ordinality");
    node->as.explode.outer = read_bool(object, "outer");
    return read_u16s(reader, json_object_get(object, "pass"), inputs, &node->as.explode.pass,
                     &node->as.explode.pass_count);
}

static Status read_changes(Reader *reader, const json_t *object, PhysicalNode *node, int inputs)
{
    node->as.changes.op_column = (int32_t)read_int(object, "op_column", 0);
    if (node->as.changes.op_column < 0 || node->as.changes.op_column >= node->column_count)
        return broken(reader, "the op column is out of range");
    return read_u16s(reader, json_object_get(object, "keys"), inputs, &node->as.changes.keys,
                     &node->as.changes.key_count);
}

static Status read_fields(Reader *reader, const json_t *object, PhysicalNode *node)
{
    int inputs = node->input_count ? node->inputs[0]->column_count : 0;
    bool leaf = node->kind == PHYSICAL_SCAN || node->kind == PHYSICAL_VALUES;
    if (leaf != (node->input_count == 0) || (node->kind != PHYSICAL_UNION && node->input_count > 1))
        return broken(reader, "a node has the wrong number of inputs");
    switch (node->kind) {
    case PHYSICAL_SCAN:
        return read_scan(reader, object, node);
    case PHYSICAL_VALUES:
        return read_values(reader, object, node);
    case PHYSICAL_FILTER:
        return read_program(reader, json_object_get(object, "program"), inputs,
                            &node->as.filter.program);
    case PHYSICAL_PROJECT:
        return read_program(reader, json_object_get(object, "program"), inputs,
                            &node->as.project.program);
    case PHYSICAL_EXPLODE:
        return read_explode(reader, object, node, inputs);
    case PHYSICAL_EXPAND:
        return read_expand(reader, object, node, inputs);
    case PHYSICAL_WINDOW:
        return read_window(reader, object, node, inputs);
    case PHYSICAL_AGGREGATE:
        return read_aggregate(reader, object, node, inputs);
    case PHYSICAL_UNION:
        return OK;
    case PHYSICAL_SORT:
        return read_sort(reader, object, node, inputs);
    case PHYSICAL_LIMIT:
        node->as.limit.limit = read_int(object, "limit", -1);
        node->as.limit.offset = read_int(object, "offset", 0);
        return OK;
    case PHYSICAL_CHANGES:
        return read_changes(reader, object, node, inputs);
    }
    return broken(reader, "a node is not known");
}

static Status read_node(Reader *reader, const json_t *object, PhysicalNode **out)
{
    int kind = read_name(json_object_get(object, "kind"), kind_names, NAME_COUNT(kind_names));
    if (kind < 0 || reader->depth > 500)
        return broken(reader, "a node is not known");
    PhysicalNode *node = ARENA_NEW(reader->arena, PhysicalNode);
    node->kind = (PhysicalKind)kind;
    node->id = (int32_t)read_int(object, "id", 0);
    node->append_only = read_bool(object, "append_only");
    node->has_wm = read_bool(object, "has_wm");
    node->rows = json_number_value(json_object_get(object, "estimate"));
    const json_t *columns = json_object_get(object, "columns");
    node->column_count = (uint16_t)json_array_size(columns);
    node->columns = ARENA_ARRAY(reader->arena, PhysicalColumn, node->column_count + 1);
    for (uint16_t i = 0; i < node->column_count; i++) {
        const json_t *column = json_array_get(columns, i);
        const char *name = json_string_value(json_array_get(column, 0));
        node->columns[i].name = arena_strdup(reader->arena, name ? name : "");
        TRY(read_type(reader, json_array_get(column, 1), &node->columns[i].type));
    }
    const json_t *inputs = json_object_get(object, "inputs");
    node->input_count = (int)json_array_size(inputs);
    node->inputs = ARENA_ARRAY(reader->arena, PhysicalNode *, node->input_count + 1);
    reader->depth++;
    for (int i = 0; i < node->input_count; i++)
        TRY(read_node(reader, json_array_get(inputs, (size_t)i), &node->inputs[i]));
    reader->depth--;
    TRY(read_fields(reader, object, node));
    if (node->kind == PHYSICAL_SCAN)
        reader->plan->scan_count++;
    *out = node;
    return OK;
}

/* Every source index stands for one scan. */
static Status collect_scans(Reader *reader, PhysicalNode *node)
{
    if (node->kind == PHYSICAL_SCAN) {
        int source = node->as.scan.source;
        if (source < 0 || source >= reader->plan->scan_count || reader->plan->scans[source])
            return broken(reader, "scans are not numbered one by one");
        reader->plan->scans[source] = node;
    }
    for (int i = 0; i < node->input_count; i++)
        TRY(collect_scans(reader, node->inputs[i]));
    return OK;
}

static Status read_plan(Reader *reader, const json_t *object)
{
    PhysicalPlan *plan = reader->plan;
    if (read_int(object, "version", 0) != PLAN_VERSION)
        return broken(reader, "it is of another version");
    plan->sql = read_text(reader, object, "sql");
    plan->session.timezone = read_text(reader, object, "timezone");
    plan->session.user = read_text(reader, object, "user");
    reader->session = plan->session;
    plan->bounded = read_bool(object, "bounded");
    plan->needs_ticks = read_bool(object, "needs_ticks");
    plan->append_only = read_bool(object, "append_only");
    plan->unbounded_state = read_bool(object, "unbounded_state");
    int mode = read_name(json_object_get(object, "mode"), mode_names, NAME_COUNT(mode_names));
    if (mode < 0)
        return broken(reader, "its mode is not known");
    plan->mode = (OutputMode)mode;
    TRY(read_node(reader, json_object_get(object, "root"), &plan->root));
    TRY(read_u16s(reader, json_object_get(object, "key"), plan->root->column_count,
                  &plan->key_columns, &plan->key_count));
    plan->scans = ARENA_ARRAY(reader->arena, PhysicalNode *, plan->scan_count + 1);
    return collect_scans(reader, plan->root);
}

Status physical_from_json(Str json, Arena *arena, PhysicalPlan **out, Err *err)
{
    json_error_t error;
    json_t *object = json_loadb(json.data, json.length, JSON_ALLOW_NUL, &error);
    if (!object)
        return err_set(err, SQLSTATE_CORRUPT, -1, "a stored plan is damaged: %s", error.text);
    Reader reader = {.arena = arena, .plan = ARENA_NEW(arena, PhysicalPlan), .err = err};
    Status status = read_plan(&reader, object);
    json_decref(object);
    if (status == OK)
        *out = reader.plan;
    return status;
}
