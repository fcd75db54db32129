/*
 * physical_json.c - plans as JSON, the form in which jobs keep them.
 *
 *     {"version": 1, "mode": …, "nodes": [{"kind": "Scan", "inputs": [], …}, …]}
 *
 * Nodes are a flat list, inputs before the nodes that read them, the root last; so the
 * text is never nested deeply.  Functions are written by name and argument types.
 */
#include <jansson.h>
#include "base/list.h"
#include "planner/physical.h"
#include "planner/plan_names.h"

static json_t *text_json(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *type_json(Type type)
{
    Buf text;
    buf_init(&text);
    type_print(type, &text);
    json_t *json = json_string(buf_text(&text));
    buf_deinit(&text);
    return json;
}

static json_t *types_json(const Type *types, int count)
{
    json_t *list = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(list, type_json(types[i]));
    return list;
}

static json_t *numbers_json(const uint16_t *numbers, int count)
{
    json_t *list = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(list, json_integer(numbers[i]));
    return list;
}

/* Text that is not UTF-8 goes as hexadecimal digits. */
static json_t *bytes_json(Str text)
{
    Buf hex;
    if (utf8_valid(text.data, text.length) && !memchr(text.data, 0, text.length))
        return json_stringn(text.data, text.length);
    buf_init(&hex);
    for (size_t i = 0; i < text.length; i++)
        buf_printf(&hex, "%02x", (unsigned char)text.data[i]);
    json_t *json = json_pack("{s:s}", "hex", buf_text(&hex));
    buf_deinit(&hex);
    return json;
}

static json_t *value_json(const Value *value)
{
    if (value->is_null)
        return json_null();
    if (value->type.id == TYPE_ARRAY || value->type.id == TYPE_ROW) {
        json_t *list = json_array();
        for (uint32_t i = 0; i < value->as.list.count; i++)
            json_array_append_new(list, value_json(&value->as.list.items[i]));
        return list;
    }
    if (type_physical(value->type) == PHYSICAL_VIEW)
        return bytes_json(text_str(&value->as.text));
    Buf text;
    buf_init(&text);
    value_format(value, NULL, &text);
    json_t *json = json_string(buf_text(&text));
    buf_deinit(&text);
    return json;
}

static json_t *function_json(const FnBinding *fn)
{
    bool is_cast = strcmp(fn->fn->name, "cast") == 0;
    json_t *json = json_object();
    json_object_set_new(json, "name", json_string(fn->fn->name));
    json_object_set_new(json, "args", types_json(fn->arg_types, fn->arg_count));
    json_object_set_new(json, "result", type_json(fn->result));
    if (is_cast && fn->flags & FN_MAKES_NULL)
        json_object_set_new(json, "try", json_true());
    return json;
}

static json_t *instruction_json(const Instruction *instruction)
{
    json_t *json = json_object();
    json_object_set_new(json, "op", json_string(plan_op_names[instruction->op]));
    if (instruction->op == OP_BRANCH)
        json_object_set_new(json, "test", json_string(plan_test_names[instruction->test]));
    if (instruction->op <= OP_OR3)
        json_object_set_new(json, "out", json_integer(instruction->out));
    if (instruction->arg_count)
        json_object_set_new(json, "args", numbers_json(instruction->args, instruction->arg_count));
    if (instruction->op == OP_CALL)
        json_object_set_new(json, "fn", function_json(instruction->fn));
    if (instruction->op == OP_BRANCH || instruction->op == OP_ELSE)
        json_object_set_new(json, "target", json_integer(instruction->target));
    if (instruction->position >= 0)
        json_object_set_new(json, "position", json_integer(instruction->position));
    return json;
}

static json_t *program_json(const Program *program)
{
    if (!program)
        return json_null();
    json_t *json = json_object(), *constants = json_array(), *code = json_array();
    json_object_set_new(json, "inputs", json_integer(program->input_count));
    json_object_set_new(json, "registers", types_json(program->reg_types, program->reg_count));
    for (int i = 0; i < program->constant_count; i++)
        json_array_append_new(constants,
                              json_pack("{s:i, s:o}", "reg", (int)program->constants[i].reg,
                                        "value", value_json(&program->constants[i].value)));
    json_object_set_new(json, "constants", constants);
    for (uint32_t i = 0; i < program->code_count; i++)
        json_array_append_new(code, instruction_json(&program->code[i]));
    json_object_set_new(json, "code", code);
    json_object_set_new(json, "outputs", numbers_json(program->outputs, program->output_count));
    return json;
}

static json_t *relation_json(const Relation *relation)
{
    json_t *json = json_object(), *columns = json_array(), *options = json_array();
    for (int i = 0; i < relation->column_count; i++) {
        const ColumnDef *column = &relation->columns[i];
        json_array_append_new(columns,
                              json_pack("{s:s, s:o, s:i, s:o}", "name", column->name, "type",
                                        type_json(column->type), "kind", (int)column->kind,
                                        "metadata", text_json(column->metadata)));
    }
    for (int i = 0; i < relation->options.count; i++)
        json_array_append_new(options, json_pack("[s, s]", relation->options.at[i].key,
                                                 relation->options.at[i].value));
    json_object_set_new(json, "name", json_string(relation->name));
    json_object_set_new(json, "connector", text_json(relation->connector));
    json_object_set_new(json, "format", text_json(relation->format));
    json_object_set_new(json, "columns", columns);
    json_object_set_new(json, "options", options);
    return json;
}

static void scan_json(const PhysicalNode *node, json_t *json)
{
    json_t *early = json_array(), *names = json_array();
    for (int i = 0; i < node->as.scan.column_count; i++) {
        json_array_append_new(early, json_boolean(node->as.scan.early[i]));
        json_array_append_new(names, json_string(node->as.scan.names[i]));
    }
    json_object_set_new(json, "schema", text_json(node->as.scan.schema));
    json_object_set_new(json, "table", text_json(node->as.scan.table));
    if (node->as.scan.relation)
        json_object_set_new(json, "relation", relation_json(node->as.scan.relation));
    json_object_set_new(json, "source", json_integer(node->as.scan.source));
    json_object_set_new(json, "decoded",
                        numbers_json(node->as.scan.columns, node->as.scan.column_count));
    json_object_set_new(json, "names", names);
    json_object_set_new(json, "early", early);
    json_object_set_new(json, "wm", program_json(node->as.scan.wm));
    json_object_set_new(json, "filter", program_json(node->as.scan.filter));
    json_object_set_new(json, "project", program_json(node->as.scan.project));
    json_object_set_new(json, "proctime", json_boolean(node->as.scan.proctime));
    json_object_set_new(json, "limit", json_integer(node->as.scan.limit));
}

static void values_json(const PhysicalNode *node, json_t *json)
{
    json_t *list = json_array();
    size_t count = (size_t)node->as.values.row_count * node->column_count;
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, value_json(&node->as.values.values[i]));
    json_object_set_new(json, "rows", json_integer(node->as.values.row_count));
    json_object_set_new(json, "values", list);
}

static void aggregate_json(const PhysicalNode *node, json_t *json)
{
    json_t *list = json_array();
    for (int i = 0; i < node->as.aggregate.aggregate_count; i++) {
        const PhysicalAggregate *aggregate = &node->as.aggregate.aggregates[i];
        json_t *item = json_object();
        json_object_set_new(item, "name", json_string(aggregate->name));
        json_object_set_new(item, "fn", json_string(aggregate->binding.fn->name));
        json_object_set_new(item, "types",
                            types_json(aggregate->binding.arg_types, aggregate->binding.arg_count));
        json_object_set_new(item, "result", type_json(aggregate->binding.result));
        json_object_set_new(item, "args", numbers_json(aggregate->args, aggregate->arg_count));
        json_object_set_new(item, "filter", json_integer(aggregate->filter));
        json_object_set_new(item, "distinct", json_boolean(aggregate->distinct));
        json_array_append_new(list, item);
    }
    json_object_set_new(json, "keys",
                        numbers_json(node->as.aggregate.keys, node->as.aggregate.key_count));
    json_object_set_new(json, "window_start", json_integer(node->as.aggregate.window_start));
    json_object_set_new(json, "window_end", json_integer(node->as.aggregate.window_end));
    if (node->as.aggregate.empty_set)
        json_object_set_new(json, "empty_set", json_true());
    json_object_set_new(json, "emit", json_string(plan_emit_names[node->as.aggregate.emit]));
    json_object_set_new(json, "aggregates", list);
}

static void window_json(const PhysicalNode *node, json_t *json)
{
    json_object_set_new(json, "window", json_string(plan_window_names[node->as.window.kind]));
    json_object_set_new(json, "time", json_integer(node->as.window.time));
    json_object_set_new(json, "size_us", json_integer(node->as.window.size_us));
    json_object_set_new(json, "slide_us", json_integer(node->as.window.slide_us));
    json_object_set_new(json, "offset_us", json_integer(node->as.window.offset_us));
    json_object_set_new(json, "proctime", json_boolean(node->as.window.proctime));
    json_object_set_new(json, "drop_late", json_boolean(node->as.window.drop_late));
}

static void explode_json(const PhysicalNode *node, json_t *json)
{
    json_object_set_new(json, "array", json_integer(node->as.explode.array));
    json_object_set_new(json, "pass",
                        numbers_json(node->as.explode.pass, node->as.explode.pass_count));
    json_object_set_new(json, "ordinality", json_boolean(node->as.explode.ordinality));
    json_object_set_new(json, "outer", json_boolean(node->as.explode.outer));
}

static void expand_json(const PhysicalNode *node, json_t *json)
{
    json_t *sets = json_array();
    for (int i = 0; i < node->as.expand.set_count; i++)
        json_array_append_new(sets, json_integer((json_int_t)node->as.expand.sets[i]));
    json_object_set_new(json, "keys",
                        numbers_json(node->as.expand.keys, node->as.expand.key_count));
    json_object_set_new(json, "sets", sets);
}

static void sort_json(const PhysicalNode *node, json_t *json)
{
    json_t *keys = json_array();
    for (int i = 0; i < node->as.sort.key_count; i++) {
        const SortKey *key = &node->as.sort.keys[i];
        json_array_append_new(keys, json_pack("{s:i, s:b, s:b}", "column", (int)key->column, "desc",
                                              (int)key->descending, "nulls_first",
                                              (int)key->nulls_first));
    }
    json_object_set_new(json, "keys", keys);
    json_object_set_new(json, "limit", json_integer(node->as.sort.limit));
    json_object_set_new(json, "offset", json_integer(node->as.sort.offset));
}

static void kind_json(const PhysicalNode *node, json_t *json)
{
    switch (node->kind) {
    case PHYSICAL_SCAN:
        scan_json(node, json);
        return;
    case PHYSICAL_VALUES:
        values_json(node, json);
        return;
    case PHYSICAL_FILTER:
        json_object_set_new(json, "program", program_json(node->as.filter.program));
        return;
    case PHYSICAL_PROJECT:
        json_object_set_new(json, "program", program_json(node->as.project.program));
        return;
    case PHYSICAL_EXPLODE:
        explode_json(node, json);
        return;
    case PHYSICAL_EXPAND:
        expand_json(node, json);
        return;
    case PHYSICAL_WINDOW:
        window_json(node, json);
        return;
    case PHYSICAL_AGGREGATE:
        aggregate_json(node, json);
        return;
    case PHYSICAL_UNION:
        return;
    case PHYSICAL_SORT:
        sort_json(node, json);
        return;
    case PHYSICAL_LIMIT:
        json_object_set_new(json, "limit", json_integer(node->as.limit.limit));
        json_object_set_new(json, "offset", json_integer(node->as.limit.offset));
        return;
    case PHYSICAL_CHANGES:
        json_object_set_new(json, "keys",
                            numbers_json(node->as.changes.keys, node->as.changes.key_count));
        json_object_set_new(json, "op_column", json_integer(node->as.changes.op_column));
        return;
    }
}

/* Appends the node after its inputs; gives its place in the list. */
static json_int_t node_json(const PhysicalNode *node, json_t *nodes)
{
    json_t *json = json_object(), *inputs = json_array(), *columns = json_array();
    for (int i = 0; i < node->input_count; i++)
        json_array_append_new(inputs, json_integer(node_json(node->inputs[i], nodes)));
    for (int i = 0; i < node->column_count; i++)
        json_array_append_new(columns, json_pack("{s:s, s:o}", "name", node->columns[i].name,
                                                 "type", type_json(node->columns[i].type)));
    json_object_set_new(json, "kind", json_string(plan_kind_names[node->kind]));
    json_object_set_new(json, "id", json_integer(node->id));
    json_object_set_new(json, "inputs", inputs);
    json_object_set_new(json, "columns", columns);
    json_object_set_new(json, "append_only", json_boolean(node->append_only));
    json_object_set_new(json, "has_wm", json_boolean(node->has_wm));
    json_object_set_new(json, "rows", json_real(node->rows));
    kind_json(node, json);
    json_array_append_new(nodes, json);
    return (json_int_t)json_array_size(nodes) - 1;
}

static int append_text(const char *bytes, size_t count, void *context)
{
    buf_add(context, bytes, count);
    return 0;
}

void physical_to_json(const PhysicalPlan *plan, Buf *out)
{
    json_t *json = json_object(), *nodes = json_array();
    (void)node_json(plan->root, nodes);
    json_object_set_new(json, "version", json_integer(1));
    json_object_set_new(json, "mode", json_string(plan_mode_names[plan->mode]));
    json_object_set_new(json, "bounded", json_boolean(plan->bounded));
    json_object_set_new(json, "needs_ticks", json_boolean(plan->needs_ticks));
    json_object_set_new(json, "append_only", json_boolean(plan->append_only));
    json_object_set_new(json, "unbounded_state", json_boolean(plan->unbounded_state));
    json_object_set_new(json, "key", numbers_json(plan->key_columns, plan->key_count));
    json_object_set_new(json, "timezone", text_json(plan->session.timezone));
    json_object_set_new(json, "user", text_json(plan->session.user));
    json_object_set_new(json, "sql", text_json(plan->sql));
    json_object_set_new(json, "nodes", nodes);
    json_dump_callback(json, append_text, out, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(json);
}
