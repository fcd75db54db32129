/*
 * physical_load.c - plans read back from JSON; see plan_load.h.
 */
#include "functions/registry.h"
#include "planner/plan_load.h"
#include "planner/plan_names.h"

static Status load_node_program(PlanLoader *self, const json_t *json, const PhysicalNode *node,
                                int outputs, const Program **out, Err *err)
{
    const PhysicalNode *input = node->inputs[0];
    Type *types = ARENA_ARRAY(self->arena, Type, input->column_count + 1);
    for (int i = 0; i < input->column_count; i++)
        types[i] = input->columns[i].type;
    return program_load(self, json_object_get(json, "program"), types, input->column_count,
                        outputs ? node->columns : NULL, outputs, out, err);
}

static Status load_relation(PlanLoader *self, const json_t *json, const Relation **out, Err *err)
{
    Relation *relation = ARENA_NEW(self->arena, Relation);
    const json_t *columns = json_object_get(json, "columns"),
                 *options = json_object_get(json, "options");
    relation->kind = RELATION_TABLE;
    relation->watermark_column = -1;
    relation->name = plan_load_text(self, json, "name");
    relation->connector = plan_load_text(self, json, "connector");
    relation->format = plan_load_text(self, json, "format");
    relation->column_count = (int)json_array_size(columns);
    relation->columns = ARENA_ARRAY(self->arena, ColumnDef, relation->column_count + 1);
    for (int i = 0; i < relation->column_count; i++) {
        const json_t *item = json_array_get(columns, (size_t)i);
        ColumnDef *column = &relation->columns[i];
        column->name = plan_load_text(self, item, "name");
        column->metadata = plan_load_text(self, item, "metadata");
        TRY(plan_load_type(self, json_object_get(item, "type"), &column->type, err));
        int64_t kind = plan_load_integer(item, "kind", -1);
        if (!column->name || kind < COLUMN_PHYSICAL || kind > COLUMN_PARTITION)
            return plan_load_damaged("a column", err);
        column->kind = (uint8_t)kind;
    }
    relation->options.count = (int)json_array_size(options);
    relation->options.at = ARENA_ARRAY(self->arena, Option, relation->options.count + 1);
    for (int i = 0; i < relation->options.count; i++) {
        const json_t *pair = json_array_get(options, (size_t)i);
        const json_t *key = json_array_get(pair, 0), *value = json_array_get(pair, 1);
        if (!json_is_string(key) || !json_is_string(value))
            return plan_load_damaged("an option", err);
        relation->options.at[i] =
            (Option){.key = arena_strdup(self->arena, json_string_value(key)),
                     .value = arena_strdup(self->arena, json_string_value(value)),
                     .key_position = -1,
                     .value_position = -1};
    }
    if (!relation->name || !relation->connector)
        return plan_load_damaged("a table", err);
    *out = relation;
    return OK;
}

/* The types of the decoded columns are those of the programs' inputs. */
static Status load_scan_program(PlanLoader *self, const json_t *json, const char *key,
                                const PhysicalNode *node, int outputs,
                                const PhysicalColumn *columns, const Program **out, Err *err)
{
    const json_t *program = json_object_get(json, key);
    Type *types;
    int count, inputs = node->as.scan.column_count;
    if (!json_is_object(program))
        return OK;
    TRY(plan_load_types(self, json_object_get(program, "registers"), &types, &count, err));
    if (count < inputs)
        return plan_load_damaged(key, err);
    return program_load(self, program, types, inputs, columns, outputs, out, err);
}

static Status load_scan(PlanLoader *self, const json_t *json, PhysicalNode *node, Err *err)
{
    const json_t *relation = json_object_get(json, "relation"),
                 *early = json_object_get(json, "early");
    const json_t *names = json_object_get(json, "names");
    node->as.scan.schema = plan_load_text(self, json, "schema");
    node->as.scan.table = plan_load_text(self, json, "table");
    if (!node->as.scan.table)
        return plan_load_damaged("a scan", err);
    if (json_is_object(relation))
        TRY(load_relation(self, relation, &node->as.scan.relation, err));
    TRY(plan_load_numbers(self, json, "decoded",
                          node->as.scan.relation ? node->as.scan.relation->column_count
                                                 : UINT16_MAX,
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
    node->as.scan.proctime = plan_load_bool(json, "proctime");
    node->as.scan.limit = plan_load_integer(json, "limit", -1);
    TRY(load_scan_program(self, json, "wm", node, 1, NULL, &node->as.scan.wm, err));
    TRY(load_scan_program(self, json, "filter", node, 0, NULL, &node->as.scan.filter, err));
    TRY(load_scan_program(self, json, "project", node, node->column_count, node->columns,
                          &node->as.scan.project, err));
    if (!node->as.scan.project && node->as.scan.column_count != node->column_count)
        return plan_load_damaged("a scan's columns", err);
    if (node->as.scan.wm &&
        type_physical(node->as.scan.wm->reg_types[node->as.scan.wm->outputs[0]]) != PHYSICAL_I64)
        return plan_load_damaged("a watermark", err);
    list_push_arena(self->arena, &self->scans, node);
    return OK;
}

static Status load_values(PlanLoader *self, const json_t *json, PhysicalNode *node, Err *err)
{
    const json_t *list = json_object_get(json, "values");
    int64_t rows = plan_load_integer(json, "rows", -1);
    size_t count = json_array_size(list);
    if (rows < 0 || rows > UINT32_MAX || count != (size_t)rows * node->column_count)
        return plan_load_damaged("values", err);
    node->as.values.values = ARENA_ARRAY(self->arena, Value, count + 1);
    node->as.values.row_count = (uint32_t)rows;
    for (size_t i = 0; i < count; i++)
        TRY(plan_load_value(self, json_array_get(list, i),
                            node->columns[i % node->column_count].type, &node->as.values.values[i],
                            err));
    return OK;
}

static Status load_explode(PlanLoader *self, const json_t *json, PhysicalNode *node, Err *err)
{
    const PhysicalNode *input = node->inputs[0];
    int64_t array = plan_load_integer(json, "array", -1);
    TRY(plan_load_numbers(self, json, "pass", input->column_count, &node->as.explode.pass,
                          &node->as.explode.pass_count, err));
    node->as.explode.ordinality = plan_load_bool(json, "ordinality");
    node->as.explode.outer = plan_load_bool(json, "outer");
    int added = node->as.explode.ordinality ? 2 : 1;
    if (array < 0 || array >= input->column_count || input->columns[array].type.id != TYPE_ARRAY ||
        node->column_count != node->as.explode.pass_count + added)
        return plan_load_damaged("explode", err);
    node->as.explode.array = (uint16_t)array;
    return OK;
}

static Status load_expand(PlanLoader *self, const json_t *json, PhysicalNode *node, Err *err)
{
    const json_t *sets = json_object_get(json, "sets");
    size_t count = json_array_size(sets);
    uint64_t *numbers = ARENA_ARRAY(self->arena, uint64_t, count + 1);
    TRY(plan_load_numbers(self, json, "keys", node->inputs[0]->column_count, &node->as.expand.keys,
                          &node->as.expand.key_count, err));
    if (count > UINT16_MAX || node->as.expand.key_count > 64 ||
        node->column_count != node->inputs[0]->column_count + 1)
        return plan_load_damaged("grouping sets", err);
    for (size_t i = 0; i < count; i++)
        numbers[i] = (uint64_t)json_integer_value(json_array_get(sets, i));
    node->as.expand.sets = numbers;
    node->as.expand.set_count = (uint16_t)count;
    return OK;
}

static Status load_window(const json_t *json, PhysicalNode *node, Err *err)
{
    const PhysicalNode *input = node->inputs[0];
    int64_t time = plan_load_integer(json, "time", -1);
    int kind;
    TRY(plan_load_word(json, "window", plan_window_names, &kind, err));
    node->as.window.kind = (WindowKind)kind;
    node->as.window.size_us = plan_load_integer(json, "size_us", 0);
    node->as.window.slide_us = plan_load_integer(json, "slide_us", 0);
    node->as.window.offset_us = plan_load_integer(json, "offset_us", 0);
    node->as.window.proctime = plan_load_bool(json, "proctime");
    node->as.window.drop_late = plan_load_bool(json, "drop_late");
    if (time < 0 || time >= input->column_count || node->as.window.size_us <= 0 ||
        node->as.window.slide_us <= 0 || node->column_count != input->column_count + 3 ||
        type_physical(input->columns[time].type) != PHYSICAL_I64)
        return plan_load_damaged("a window", err);
    node->as.window.time = (uint16_t)time;
    return OK;
}

static Status load_aggregate_call(PlanLoader *self, const json_t *json, const PhysicalNode *input,
                                  PhysicalAggregate *out, Err *err)
{
    Type *types, result;
    int count;
    const uint16_t *args;
    const json_t *fn = json_object_get(json, "fn");
    TRY(plan_load_types(self, json_object_get(json, "types"), &types, &count, err));
    TRY(plan_load_type(self, json_object_get(json, "result"), &result, err));
    TRY(plan_load_numbers(self, json, "args", input->column_count, &args, &out->arg_count, err));
    out->name = plan_load_text(self, json, "name");
    int64_t filter = plan_load_integer(json, "filter", -1);
    if (!json_is_string(fn) || !out->name || out->arg_count != count || count > 4 || filter < -1 ||
        filter >= input->column_count ||
        (filter >= 0 && input->columns[filter].type.id != TYPE_BOOLEAN))
        return plan_load_damaged("an aggregate", err);
    for (int i = 0; i < count; i++) {
        if (type_physical(types[i]) != type_physical(input->columns[args[i]].type))
            return plan_load_damaged("an aggregate", err);
        out->args[i] = args[i];
    }
    out->filter = (int32_t)filter;
    out->distinct = plan_load_bool(json, "distinct");
    BindCall call = {.given = types,
                     .constants = ARENA_ARRAY(self->arena, const Value *, count + 1),
                     .arg_count = count,
                     .session = &self->plan->session,
                     .arena = self->arena,
                     .position = -1};
    TRY(aggregate_resolve(json_string_value(fn), &call, &out->binding, err));
    return program_load_rebound(json_string_value(fn), out->binding.arg_types, types, count,
                                out->binding.result, result, err);
}

static bool may_have_empty_set(const PhysicalNode *node)
{
    int count = node->as.aggregate.key_count;
    return count > 1 && count <= 65 && node->as.aggregate.window_end < 0 &&
           node->inputs[0]->columns[node->as.aggregate.keys[count - 1]].type.id == TYPE_BIGINT;
}

static Status load_aggregate(PlanLoader *self, const json_t *json, PhysicalNode *node, Err *err)
{
    const json_t *list = json_object_get(json, "aggregates");
    int count = (int)json_array_size(list), emit;
    int64_t start = plan_load_integer(json, "window_start", -1),
            end = plan_load_integer(json, "window_end", -1);
    TRY(plan_load_numbers(self, json, "keys", node->inputs[0]->column_count,
                          &node->as.aggregate.keys, &node->as.aggregate.key_count, err));
    TRY(plan_load_word(json, "emit", plan_emit_names, &emit, err));
    if (node->column_count != node->as.aggregate.key_count + count || start < -1 || end < -1 ||
        start >= node->as.aggregate.key_count || end >= node->as.aggregate.key_count)
        return plan_load_damaged("an aggregate", err);
    node->as.aggregate.window_start = (int32_t)start;
    node->as.aggregate.window_end = (int32_t)end;
    node->as.aggregate.empty_set = plan_load_bool(json, "empty_set");
    if (node->as.aggregate.empty_set && !may_have_empty_set(node))
        return plan_load_damaged("grouping sets", err);
    node->as.aggregate.emit = (AggregateEmit)emit;
    node->as.aggregate.aggregate_count = count;
    node->as.aggregate.aggregates = ARENA_ARRAY(self->arena, PhysicalAggregate, count + 1);
    for (int i = 0; i < count; i++)
        TRY(load_aggregate_call(self, json_array_get(list, (size_t)i), node->inputs[0],
                                &node->as.aggregate.aggregates[i], err));
    return OK;
}

static Status load_sort(PlanLoader *self, const json_t *json, PhysicalNode *node, Err *err)
{
    const json_t *list = json_object_get(json, "keys");
    int count = (int)json_array_size(list);
    SortKey *keys = ARENA_ARRAY(self->arena, SortKey, count + 1);
    for (int i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, (size_t)i);
        int64_t column = plan_load_integer(item, "column", -1);
        if (column < 0 || column >= node->inputs[0]->column_count)
            return plan_load_damaged("a sort", err);
        keys[i] = (SortKey){(uint16_t)column, plan_load_bool(item, "desc"),
                            plan_load_bool(item, "nulls_first")};
    }
    node->as.sort.keys = keys;
    node->as.sort.key_count = count;
    node->as.sort.limit = plan_load_integer(json, "limit", -1);
    node->as.sort.offset = plan_load_integer(json, "offset", 0);
    return OK;
}

static Status load_changes(PlanLoader *self, const json_t *json, PhysicalNode *node, Err *err)
{
    int64_t op = plan_load_integer(json, "op_column", -1);
    TRY(plan_load_numbers(self, json, "keys", node->inputs[0]->column_count, &node->as.changes.keys,
                          &node->as.changes.key_count, err));
    if (op < 0 || op >= node->column_count ||
        node->column_count != node->inputs[0]->column_count + 1)
        return plan_load_damaged("changes", err);
    node->as.changes.op_column = (int32_t)op;
    return OK;
}

static Status load_kind(PlanLoader *self, const json_t *json, PhysicalNode *node, Err *err)
{
    bool is_leaf = node->kind == PHYSICAL_SCAN || node->kind == PHYSICAL_VALUES;
    if (node->kind != PHYSICAL_UNION && node->input_count != (is_leaf ? 0 : 1))
        return plan_load_damaged("a node's inputs", err);
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
                return plan_load_damaged("a union", err);
        return OK;
    case PHYSICAL_SORT:
        return load_sort(self, json, node, err);
    case PHYSICAL_LIMIT:
        node->as.limit.limit = plan_load_integer(json, "limit", -1);
        node->as.limit.offset = plan_load_integer(json, "offset", 0);
        return OK;
    case PHYSICAL_CHANGES:
        return load_changes(self, json, node, err);
    }
    return plan_load_damaged("a node", err);
}

static Status load_node(PlanLoader *self, const json_t *json, Err *err)
{
    PhysicalNode *node = ARENA_NEW(self->arena, PhysicalNode);
    const json_t *inputs = json_object_get(json, "inputs"),
                 *columns = json_object_get(json, "columns");
    size_t column_count = json_array_size(columns);
    int kind;
    TRY(plan_load_word(json, "kind", plan_kind_names, &kind, err));
    node->kind = (PhysicalKind)kind;
    node->id = (int32_t)plan_load_integer(json, "id", 0);
    node->append_only = plan_load_bool(json, "append_only");
    node->has_wm = plan_load_bool(json, "has_wm");
    node->rows = json_number_value(json_object_get(json, "rows"));
    node->input_count = (int)json_array_size(inputs);
    node->inputs = ARENA_ARRAY(self->arena, PhysicalNode *, node->input_count + 1);
    for (int i = 0; i < node->input_count; i++) {
        const json_t *number = json_array_get(inputs, (size_t)i);
        json_int_t at = json_integer_value(number);
        if (!json_is_integer(number) || at < 0 || at >= (json_int_t)self->nodes.count)
            return plan_load_damaged("a node's inputs", err);
        node->inputs[i] = self->nodes.at[at];
    }
    if (column_count > UINT16_MAX)
        return plan_load_damaged("a node's columns", err);
    node->columns = ARENA_ARRAY(self->arena, PhysicalColumn, column_count + 1);
    node->column_count = (uint16_t)column_count;
    for (size_t i = 0; i < column_count; i++) {
        const json_t *column = json_array_get(columns, i);
        node->columns[i].name = plan_load_text(self, column, "name");
        if (!node->columns[i].name)
            return plan_load_damaged("a node's columns", err);
        TRY(plan_load_type(self, json_object_get(column, "type"), &node->columns[i].type, err));
    }
    TRY(load_kind(self, json, node, err));
    list_push_arena(self->arena, &self->nodes, node);
    return OK;
}

static Status load_plan(PlanLoader *self, const json_t *json, Err *err)
{
    PhysicalPlan *plan = self->plan;
    const json_t *nodes = json_object_get(json, "nodes");
    int mode;
    if (plan_load_integer(json, "version", 0) != 1)
        return plan_load_damaged("its version is not known", err);
    TRY(plan_load_word(json, "mode", plan_mode_names, &mode, err));
    plan->mode = (OutputMode)mode;
    plan->bounded = plan_load_bool(json, "bounded");
    plan->needs_ticks = plan_load_bool(json, "needs_ticks");
    plan->append_only = plan_load_bool(json, "append_only");
    plan->unbounded_state = plan_load_bool(json, "unbounded_state");
    plan->session.timezone = plan_load_text(self, json, "timezone");
    plan->session.user = plan_load_text(self, json, "user");
    plan->sql = plan_load_text(self, json, "sql");
    for (size_t i = 0; i < json_array_size(nodes); i++)
        TRY(load_node(self, json_array_get(nodes, i), err));
    if (!self->nodes.count)
        return plan_load_damaged("it has no nodes", err);
    plan->root = self->nodes.at[self->nodes.count - 1];
    plan->scans = self->scans.at;
    plan->scan_count = (int)self->scans.count;
    return plan_load_numbers(self, json, "key", plan->root->column_count, &plan->key_columns,
                             &plan->key_count, err);
}

Status physical_from_json(Str json, Arena *arena, PhysicalPlan **out, Err *err)
{
    json_error_t error;
    json_t *root = json_loadb(json.data ? json.data : "", json.length, 0, &error);
    if (!root)
        return plan_load_damaged(error.text, err);
    PlanLoader self = {.arena = arena, .plan = ARENA_NEW(arena, PhysicalPlan)};
    Status status = load_plan(&self, root, err);
    json_decref(root);
    if (status == OK)
        *out = self.plan;
    return status;
}
