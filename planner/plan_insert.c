/*
 * plan_insert.c - INSERT: the query's columns become the table's.
 */
#include "planner/plan_steps.h"

typedef struct Insertion {
    const PlannerContext *context;
    const Relation *sink;
    const InsertStatement *insert; /* NULL: a query alone */
    const Query *query;            /* NULL: DEFAULT VALUES */
    Binder binder;
    int *writable; /* table columns that rows have: all but computed and metadata ones */
    int writable_count;
    int *source;         /* per writable column: which query column; -1: none */
    const Bound **fixed; /* per writable column: PARTITION (k = v); NULL: none */
    int op;              /* writable column that the plan fills; -1: none */
    int given;           /* query columns expected at most */
} Insertion;

static int find_writable(const Insertion *self, const char *name)
{
    for (int i = 0; i < self->writable_count; i++)
        if (text_equal_nocase(self->sink->columns[self->writable[i]].name, name))
            return i;
    return -1;
}

static Status missing_column(const Insertion *self, Name name, Err *err)
{
    Nearest nearest = nearest_start(name.text);
    for (int i = 0; i < self->sink->column_count; i++) {
        const ColumnDef *column = &self->sink->columns[i];
        if (text_equal_nocase(column->name, name.text))
            return err_set(err, "428C9", name.position,
                           "column \"%s\" of \"%s\" is computed and cannot be written",
                           column->name, self->sink->name);
        nearest_offer(&nearest, column->name);
    }
    err_set(err, SQLSTATE_UNDEFINED_COLUMN, name.position,
            "column \"%s\" of relation \"%s\" does not exist", name.text, self->sink->name);
    return nearest_hint(&nearest, err);
}

static Status check_target(const Insertion *self, Err *err)
{
    const Relation *sink = self->sink;
    const InsertStatement *insert = self->insert;
    int32_t position = insert ? insert->table.at[insert->table.count - 1].position : -1;
    if (sink->kind == RELATION_VIEW || sink->kind == RELATION_MATERIALIZED ||
        sink->kind == RELATION_SYSTEM)
        return err_set(err, SQLSTATE_WRONG_OBJECT_TYPE, position, "cannot insert into %s \"%s\"",
                       sink->kind == RELATION_VIEW           ? "view"
                       : sink->kind == RELATION_MATERIALIZED ? "materialized view"
                                                             : "system table",
                       sink->name);
    if (insert && insert->conflict != CONFLICT_NONE)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, position, "ON CONFLICT is not supported yet");
    if (insert && insert->returning.count)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, insert->returning.at[0].expr->position,
                       "RETURNING is not supported yet");
    return OK;
}

/* The column's type without a length: check_column cares for that. */
static Type assigned_type(const ColumnDef *to)
{
    return to->type.id == TYPE_VARCHAR ? type_varchar(0) : to->type;
}

/* A call of one of fn_assign.c's functions, which say the column's name. */
static Status check(Insertion *self, const char *function, const ColumnDef *to, int64_t number,
                    int32_t position, const Bound **bound, Err *err)
{
    Arena *arena = self->context->arena;
    Value name = value_text(arena, str_from(to->name)), most = value_bigint(number);
    const Bound *args[3] = {*bound};
    int count = 1;
    if (number)
        args[count++] = bound_const(arena, &most, position);
    args[count++] = bound_const(arena, &name, position);
    return bind_function(&self->binder, function, args, count, position, bound, err);
}

/* PARTITIONED BY makes folders of these values; only files are kept in folders. */
static bool names_folders(const Relation *sink)
{
    return sink->connector && text_equal_nocase(sink->connector, "filesystem");
}

/* Has texts of any length. */
static bool is_wordy(Type type)
{
    return type.id == TYPE_VARCHAR || type.id == TYPE_BYTES || type.id == TYPE_JSON;
}

/* What the column's definition asks of a value, beyond its type. */
static Status check_column(Insertion *self, const ColumnDef *to, int32_t position,
                           const Bound **bound, Err *err)
{
    PhysicalClass physical = type_physical(to->type);
    if (to->type.id == TYPE_VARCHAR && to->type.length) {
        TRY(check(self, "check_length", to, to->type.length, position, bound, err));
        Bound *typed = ARENA_NEW(self->context->arena, Bound);
        *typed = **bound;
        typed->type = to->type;
        *bound = typed;
    }
    if (to->kind == COLUMN_PARTITION && names_folders(self->sink) && is_wordy(to->type))
        TRY(check(self, "check_folder", to, 0, position, bound, err));
    if (to->not_null && physical != PHYSICAL_LIST && physical != PHYSICAL_STRUCT)
        TRY(check(self, "check_not_null", to, 0, position, bound, err));
    return OK;
}

static Status bind_partition(Insertion *self, Err *err)
{
    for (size_t i = 0; self->insert && i < self->insert->partition.count; i++) {
        const Assignment *assignment = &self->insert->partition.at[i];
        int at = find_writable(self, assignment->column.text);
        if (at < 0)
            return missing_column(self, assignment->column, err);
        if (!assignment->value)
            continue;
        Scope none = {.node = NULL};
        ExprScope scope = {.scope = &none, .clause = "PARTITION"};
        const Bound *bound;
        TRY(bind_expr(&self->binder, &scope, assignment->value, &bound, err));
        const ColumnDef *to = &self->sink->columns[self->writable[at]];
        int32_t position = assignment->value->position;
        TRY(bind_cast(&self->binder, bound, assigned_type(to), CAST_ASSIGNMENT, position, &bound,
                      err));
        TRY(check_column(self, to, position, &bound, err));
        self->fixed[at] = bound;
    }
    return OK;
}

/* The column `op` is the plan's to fill when the query's columns are all the others. */
static bool is_op_column(const ColumnDef *column)
{
    return text_equal_nocase(column->name, "op") && type_is_text(column->type);
}

static Status count_query_columns(Insertion *self, int *count, Err *err)
{
    Binder binder;
    LogicalNode *node;
    binder_init(&binder, self->context);
    TRY(bind_query(&binder, self->query, NULL, &node, err));
    *count = node->column_count;
    return OK;
}

static Status map_by_list(Insertion *self, Err *err)
{
    const NameList *names = &self->insert->columns;
    for (size_t i = 0; i < names->count; i++) {
        int at = find_writable(self, names->at[i].text);
        if (at < 0)
            return missing_column(self, names->at[i], err);
        if (self->source[at] >= 0 || self->fixed[at])
            return err_set(err, SQLSTATE_DUPLICATE_COLUMN, names->at[i].position,
                           "column \"%s\" specified more than once", names->at[i].text);
        self->source[at] = (int)i;
    }
    self->given = (int)names->count;
    for (int i = 0; i < self->writable_count; i++)
        if (self->source[i] < 0 && !self->fixed[i] &&
            is_op_column(&self->sink->columns[self->writable[i]]))
            self->op = i;
    return OK;
}

static Status map_by_place(Insertion *self, Err *err)
{
    int op = -1, open = 0, count = 0, next = 0;
    for (int i = 0; i < self->writable_count; i++) {
        if (self->fixed[i])
            continue;
        open++;
        if (is_op_column(&self->sink->columns[self->writable[i]]))
            op = i;
    }
    if (op >= 0 && self->query)
        TRY(count_query_columns(self, &count, err));
    if (op >= 0 && count < open)
        self->op = op;
    for (int i = 0; i < self->writable_count; i++)
        if (!self->fixed[i] && i != self->op)
            self->source[i] = next++;
    self->given = next;
    return OK;
}

static Expected expected_types(Insertion *self)
{
    Type *types = ARENA_ARRAY(self->context->arena, Type, self->given + 1);
    const char **names = ARENA_ARRAY(self->context->arena, const char *, self->given + 1);
    for (int i = 0; i < self->writable_count; i++) {
        if (self->source[i] < 0)
            continue;
        types[self->source[i]] = assigned_type(&self->sink->columns[self->writable[i]]);
        names[self->source[i]] = self->sink->columns[self->writable[i]].name;
    }
    return (Expected){.types = types, .names = names, .count = self->given};
}

static int32_t column_position(const LogicalNode *node, int column)
{
    return node->kind == LOGICAL_PROJECT ? node->project.exprs[column]->position : -1;
}

static Status cast_column(Insertion *self, const LogicalNode *node, int column, const ColumnDef *to,
                          const Bound **out, Err *err)
{
    const LogicalColumn *from = &node->columns[column];
    int32_t position = column_position(node, column);
    const Bound *bound =
        bound_column(self->context->arena, from->id, from->name, from->type, position);
    Err ignored = ERR_NONE;
    if (bind_cast(&self->binder, bound, assigned_type(to), CAST_ASSIGNMENT, position, out,
                  &ignored) == OK)
        return check_column(self, to, position, out, err);
    err_set(err, SQLSTATE_TYPE_MISMATCH, position,
            "column \"%s\" is of type %s but expression is of type %s", to->name,
            type_name(to->type, self->context->arena), type_name(from->type, self->context->arena));
    return err_hint(err, "You will need to rewrite or cast the expression.");
}

/* The table's columns in its order. */
static Status make_rows(Insertion *self, LogicalNode *node, LogicalNode **out, Err *err)
{
    Arena *arena = self->context->arena;
    const Bound **exprs = ARENA_ARRAY(arena, const Bound *, self->writable_count + 1);
    LogicalColumn *columns = ARENA_ARRAY(arena, LogicalColumn, self->writable_count + 1);
    int count = 0;
    for (int i = 0; i < self->writable_count; i++) {
        const ColumnDef *to = &self->sink->columns[self->writable[i]];
        int source = self->source[i];
        if (i == self->op)
            continue;
        if (self->fixed[i]) {
            exprs[count] = self->fixed[i];
        } else if (source >= 0 && source < node->column_count) {
            TRY(cast_column(self, node, source, to, &exprs[count], err));
        } else {
            Value null = value_null(to->type);
            exprs[count] = bound_const(arena, &null, -1);
            if (to->not_null)
                return err_set(err, SQLSTATE_NOT_NULL, self->query ? self->query->position : -1,
                               "column \"%s\" of \"%s\" must not be NULL and gets no value",
                               to->name, self->sink->name);
        }
        columns[count] = scope_output(&self->binder, node, exprs[count], to->name);
        for (int k = 0; k < count; k++)
            if (columns[k].id == columns[count].id)
                columns[count].id = bind_new_id(&self->binder);
        count++;
    }
    *out = logical_project(arena, node, exprs, columns, count);
    return OK;
}

static Status sink_traits(const Relation *sink, SinkTraits *out, Err *err)
{
    if (!sink->connector) {
        *out =
            (SinkTraits){.append = true, .update = true, .complete = true, .transactional = true};
        return OK;
    }
    const SinkClass *class = sink_class_find(sink->connector);
    if (!class)
        return err_set(err, SQLSTATE_WRONG_OBJECT_TYPE, -1,
                       "table \"%s\" cannot be written: connector '%s' is no sink", sink->name,
                       sink->connector);
    *out = (SinkTraits){.append = true};
    return class->describe(sink, out, err);
}

static Status prepare(Insertion *self, Err *err)
{
    const Relation *sink = self->sink;
    Arena *arena = self->context->arena;
    TRY(check_target(self, err));
    self->writable = ARENA_ARRAY(arena, int, sink->column_count + 1);
    self->source = ARENA_ARRAY(arena, int, sink->column_count + 1);
    self->fixed = ARENA_ARRAY(arena, const Bound *, sink->column_count + 1);
    self->op = -1;
    for (int i = 0; i < sink->column_count; i++) {
        self->source[i] = -1;
        if (sink->columns[i].kind == COLUMN_PHYSICAL || sink->columns[i].kind == COLUMN_PARTITION)
            self->writable[self->writable_count++] = i;
    }
    TRY(bind_partition(self, err));
    return self->insert && self->insert->columns.count ? map_by_list(self, err)
                                                       : map_by_place(self, err);
}

/* One file is replaced by a whole result, so there has to be one. */
static Status check_overwrite(const OutputTarget *target, const PhysicalPlan *plan, Err *err)
{
    if (!target->traits.overwrites_once || plan->bounded || plan->mode == OUTPUT_COMPLETE)
        return OK;
    err_set(err, SQLSTATE_NOT_SUPPORTED, target->sink_position,
            "\"%s\" is one file, which a query that does not end cannot overwrite",
            target->sink->name);
    return err_hint(err, "INSERT INTO appends to it; with EMIT COMPLETE each epoch's result "
                         "replaces it; a folder's files can be overwritten.");
}

static Status plan_into(Insertion *self, PlanResult *out, Err *err)
{
    PlanResult result = {.sink = self->sink};
    OutputTarget target = {
        .target = self->context->target, .sink = self->sink, .emit_position = -1};
    const NameList *name = self->insert ? &self->insert->table : NULL;
    target.sink_position = name ? name->at[name->count - 1].position : -1;
    LogicalNode *node = NULL, *rows = NULL;
    binder_init(&self->binder, self->context);
    TRY(prepare(self, err));
    TRY(sink_traits(self->sink, &target.traits, err));
    Expected expected = expected_types(self);
    if (self->query) {
        TRY(bind_query(&self->binder, self->query, &expected, &node, err));
        target.emit = self->query->emit;
        if (target.emit != QUERY_EMIT_DEFAULT)
            target.emit_position = self->query->emit_position;
        result.parsed = plan_parsed_text(self->context->arena, self->query);
    } else {
        node = bind_one_row(&self->binder);
        result.parsed = "DEFAULT VALUES";
    }
    bool listed = self->insert && self->insert->columns.count;
    if (node->column_count > self->given || (listed && node->column_count < self->given))
        return err_set(err, SQLSTATE_SYNTAX, self->query ? self->query->position : -1,
                       node->column_count > self->given
                           ? "INSERT has more expressions than target columns"
                           : "INSERT has more target columns than expressions");
    TRY(make_rows(self, node, &rows, err));
    target.op_column = self->op;
    result.sink_has_op = self->op >= 0;
    TRY(plan_finish(&self->binder, rows, &target, &result, err));
    if (self->insert && self->insert->overwrite)
        TRY(check_overwrite(&target, result.physical, err));
    *out = result;
    return OK;
}

Status plan_insert(const PlannerContext *context, const InsertStatement *insert, PlanResult *out,
                   Err *err)
{
    const NameList *name = &insert->table;
    Name last = name->at[name->count - 1];
    const char *schema = name->count > 1 ? name->at[name->count - 2].text : NULL;
    const Relation *sink = catalog_find(context->catalog, schema, last.text);
    if (!sink)
        return catalog_missing(context->catalog, schema, last.text, last.position, err);
    Insertion self = {.context = context, .sink = sink, .insert = insert, .query = insert->query};
    return plan_into(&self, out, err);
}

Status plan_insert_query(const PlannerContext *context, const Relation *sink, const Query *query,
                         PlanResult *out, Err *err)
{
    Insertion self = {.context = context, .sink = sink, .query = query};
    return plan_into(&self, out, err);
}
