/*
 * plan_table.c - CREATE TABLE, VIEW and their kin: a statement becomes a Relation.
 */
#include "planner/plan_steps.h"
#include "planner/table_options.h"

typedef struct Definition {
    const PlannerContext *context;
    const CreateStatement *create;
    Binder binder;
    Relation *table;
    Arena *arena;         /* the relation's own */
    const Relation *like; /* CREATE TABLE … LIKE; NULL: none */
} Definition;

static Type copy_type(Arena *arena, Type type)
{
    if (type.element) {
        Type *element = ARENA_NEW(arena, Type);
        *element = copy_type(arena, *type.element);
        type.element = element;
    }
    if (type.row) {
        RowType *row = ARENA_NEW(arena, RowType);
        row->count = type.row->count;
        row->names = ARENA_ARRAY(arena, const char *, row->count + 1);
        row->types = ARENA_ARRAY(arena, Type, row->count + 1);
        for (uint16_t i = 0; i < row->count; i++) {
            row->names[i] = arena_strdup(arena, type.row->names[i]);
            row->types[i] = copy_type(arena, type.row->types[i]);
        }
        type.row = row;
    }
    return type;
}

static const char *copy_text(Arena *arena, const char *text)
{
    return text ? arena_strdup(arena, text) : NULL;
}

static const char *expr_text(Arena *arena, const Expr *expr)
{
    Buf text;
    buf_init(&text);
    ast_print_expr(&text, expr);
    const char *copy = arena_strndup(arena, text.data ? text.data : "", text.length);
    buf_deinit(&text);
    return copy;
}

static Relation *relation_new(Arena **arena)
{
    *arena = mem_alloc(sizeof **arena);
    arena_init(*arena);
    Relation *relation = ARENA_NEW(*arena, Relation);
    relation->arena = *arena;
    relation->watermark_column = -1;
    return relation;
}

void plan_relation_free(Relation *relation)
{
    Arena *arena = relation ? relation->arena : NULL;
    if (!arena)
        return;
    arena_deinit(arena);
    free(arena);
}

static Status take_name(Definition *self, Err *err)
{
    const NameList *name = &self->create->name;
    Name last = name->at[name->count - 1];
    self->table->name = arena_strdup(self->arena, last.text);
    self->table->schema = "public";
    if (name->count < 2)
        return OK;
    Name schema = name->at[name->count - 2];
    if (text_equal_nocase(schema.text, "streamd"))
        return err_set(err, SQLSTATE_NO_PRIVILEGE, schema.position,
                       "schema \"streamd\" belongs to the system");
    if (!text_equal_nocase(schema.text, "public"))
        return err_set(err, "3F000", schema.position, "schema \"%s\" does not exist", schema.text);
    return OK;
}

static const Option *find_option(const OptionList *options, const char *key)
{
    for (int i = 0; i < options->count; i++)
        if (text_equal_nocase(options->at[i].key, key))
            return &options->at[i];
    return NULL;
}

/* Options of a table that this one is LIKE, where it does not say its own.  Those of another
 * connector mean nothing here. */
static void add_like_options(Definition *self, int *count)
{
    OptionList *options = &self->table->options;
    const OptionList *theirs = &self->like->options;
    options->count = *count;
    const Option *connector = find_option(options, "connector");
    if (connector && self->like->connector &&
        !text_equal_nocase(connector->value, self->like->connector))
        return;
    for (int i = 0; i < theirs->count; i++)
        if (!find_option(options, theirs->at[i].key))
            options->at[(*count)++] = (Option){.key = arena_strdup(self->arena, theirs->at[i].key),
                                               .value = copy_text(self->arena, theirs->at[i].value),
                                               .key_position = -1,
                                               .value_position = -1};
}

static Status take_options(Definition *self, Err *err)
{
    const CreateStatement *create = self->create;
    Relation *table = self->table;
    int count = (int)create->options.count;
    table->options.at =
        ARENA_ARRAY(self->arena, Option, count + (self->like ? self->like->options.count : 0) + 2);
    for (int i = 0; i < count; i++) {
        const OptionClause *clause = &create->options.at[i];
        table->options.at[i] = (Option){.key = arena_strdup(self->arena, clause->key),
                                        .value = copy_text(self->arena, clause->value),
                                        .key_position = clause->position,
                                        .value_position = clause->value_position};
        for (int k = 0; k < i; k++)
            if (text_equal_nocase(table->options.at[k].key, clause->key))
                return err_set(err, SQLSTATE_SYNTAX, clause->position,
                               "option \"%s\" is given twice", clause->key);
    }
    if (create->format.text)
        table->options.at[count++] =
            (Option){.key = "format",
                     .value = arena_strdup(self->arena, create->format.text),
                     .key_position = create->format.position,
                     .value_position = create->format.position};
    if (self->like)
        add_like_options(self, &count);
    table->options.count = count;
    TRY(table_options_check(self->context, table, self->arena, err));
    table->kind = table->connector ? RELATION_TABLE : RELATION_INTERNAL;
    table->append_only = !table->connector;
    if (!table->connector && create->object != OBJECT_TABLE) {
        err_set(err, SQLSTATE_INVALID_PARAMETER, create->name.at[create->name.count - 1].position,
                "a %s needs the option 'connector'",
                create->object == OBJECT_SOURCE ? "source" : "sink");
        return err_hint(err, "Add WITH ('connector'='filesystem', …).");
    }
    return OK;
}

/* ---- columns ---- */

static int find_column(const Relation *table, const char *name)
{
    for (int i = 0; i < table->column_count; i++)
        if (text_equal_nocase(table->columns[i].name, name))
            return i;
    return -1;
}

static Status missing_column(const Relation *table, Name name, const char *where, Err *err)
{
    Nearest nearest = nearest_start(name.text);
    for (int i = 0; i < table->column_count; i++)
        nearest_offer(&nearest, table->columns[i].name);
    err_set(err, SQLSTATE_UNDEFINED_COLUMN, name.position, "column \"%s\" in %s does not exist",
            name.text, where);
    return nearest_hint(&nearest, err);
}

static Status take_metadata(Definition *self, const ColumnClause *clause, ColumnDef *column,
                            Err *err)
{
    const SourceClass *class =
        self->table->connector ? source_class_find(self->table->connector) : NULL;
    column->metadata =
        copy_text(self->arena, clause->metadata_key ? clause->metadata_key : clause->name.text);
    Nearest nearest = nearest_start(column->metadata);
    for (const ColumnDef *known = class ? class->metadata : NULL; known && known->name; known++) {
        if (text_equal_nocase(known->name, column->metadata)) {
            if (!type_equal(known->type, column->type) && known->type.id != column->type.id)
                return err_set(err, SQLSTATE_TYPE_MISMATCH, clause->name.position,
                               "metadata column \"%s\" is of type %s", column->metadata,
                               type_name(known->type, self->context->arena));
            return OK;
        }
        nearest_offer(&nearest, known->name);
    }
    err_set(err, SQLSTATE_UNDEFINED_COLUMN, clause->name.position,
            "the connector has no metadata column \"%s\"", column->metadata);
    return nearest_hint(&nearest, err);
}

static Status take_column(Definition *self, const ColumnClause *clause, Err *err)
{
    Relation *table = self->table;
    ColumnDef *column = &table->columns[table->column_count];
    if (find_column(table, clause->name.text) >= 0)
        return err_set(err, SQLSTATE_DUPLICATE_COLUMN, clause->name.position,
                       "column \"%s\" specified more than once", clause->name.text);
    if (clause->default_value || clause->check)
        return err_set(err, SQLSTATE_NOT_SUPPORTED,
                       clause->default_value ? clause->default_value->position
                                             : clause->check->position,
                       "%s is not supported yet", clause->default_value ? "DEFAULT" : "CHECK");
    column->name = arena_strdup(self->arena, clause->name.text);
    column->not_null = clause->not_null || clause->primary_key;
    column->comment = copy_text(self->arena, clause->comment);
    if (clause->type) {
        Type type;
        TRY(plan_type(clause->type, self->context->arena, &type, err));
        column->type = copy_type(self->arena, type);
    }
    switch (clause->kind) {
    case COLUMN_CLAUSE_PLAIN:
        if (!clause->type)
            return err_set(err, SQLSTATE_SYNTAX, clause->name.position,
                           "column \"%s\" needs a type", column->name);
        column->kind = COLUMN_PHYSICAL;
        break;
    case COLUMN_CLAUSE_COMPUTED:
        column->kind = COLUMN_COMPUTED;
        column->expr = expr_text(self->arena, clause->expr);
        break;
    case COLUMN_CLAUSE_METADATA:
        column->kind = COLUMN_METADATA;
        if (!clause->type)
            return err_set(err, SQLSTATE_SYNTAX, clause->name.position,
                           "column \"%s\" needs a type", column->name);
        TRY(take_metadata(self, clause, column, err));
        break;
    }
    table->column_count++;
    return OK;
}

static Status take_partitions(Definition *self, Err *err)
{
    const NameList *names = &self->create->partitioned_by;
    for (size_t i = 0; i < names->count; i++) {
        int at = find_column(self->table, names->at[i].text);
        if (at < 0)
            return missing_column(self->table, names->at[i], "PARTITIONED BY", err);
        if (self->table->columns[at].kind != COLUMN_PHYSICAL)
            return err_set(err, SQLSTATE_BAD_OBJECT_DEFINITION, names->at[i].position,
                           "\"%s\" cannot be a partition column", names->at[i].text);
        self->table->columns[at].kind = COLUMN_PARTITION;
    }
    bool rest = names->count == 0;
    for (int i = 0; i < self->table->column_count; i++)
        rest |= self->table->columns[i].kind == COLUMN_PHYSICAL;
    if (!rest)
        return err_set(err, SQLSTATE_BAD_OBJECT_DEFINITION, names->at[0].position,
                       "at least one column must not be a partition column");
    return OK;
}

static Status take_key(Definition *self, const NameList *names, Err *err)
{
    Relation *table = self->table;
    if (table->primary_key_count)
        return err_set(err, SQLSTATE_BAD_OBJECT_DEFINITION, names->at[0].position,
                       "multiple primary keys for table \"%s\" are not allowed", table->name);
    table->primary_key = ARENA_ARRAY(self->arena, const char *, names->count + 1);
    for (size_t i = 0; i < names->count; i++) {
        int at = find_column(table, names->at[i].text);
        if (at < 0)
            return missing_column(table, names->at[i], "PRIMARY KEY", err);
        table->primary_key[table->primary_key_count++] = table->columns[at].name;
    }
    return OK;
}

static Status take_constraints(Definition *self, Err *err)
{
    const CreateStatement *create = self->create;
    for (size_t i = 0; i < create->columns.count; i++) {
        const ColumnClause *clause = &create->columns.at[i];
        NameList name = {0};
        if (!clause->primary_key)
            continue;
        list_push_arena(self->context->arena, &name, clause->name);
        TRY(take_key(self, &name, err));
    }
    for (size_t i = 0; i < create->constraints.count; i++) {
        const TableConstraint *constraint = &create->constraints.at[i];
        if (constraint->kind == CONSTRAINT_PRIMARY_KEY)
            TRY(take_key(self, &constraint->columns, err));
        else
            return err_set(err, SQLSTATE_NOT_SUPPORTED, constraint->position,
                           "%s constraints are not supported yet",
                           constraint->kind == CONSTRAINT_UNIQUE ? "UNIQUE" : "CHECK");
    }
    return OK;
}

static Status find_like(Definition *self, Err *err)
{
    const NameList *name = &self->create->like;
    if (!name->count)
        return OK;
    Name last = name->at[name->count - 1];
    const char *schema = name->count > 1 ? name->at[name->count - 2].text : NULL;
    self->like = catalog_find(self->context->catalog, schema, last.text);
    if (!self->like)
        return catalog_missing(self->context->catalog, schema, last.text, last.position, err);
    if (self->like->kind != RELATION_TABLE && self->like->kind != RELATION_INTERNAL)
        return err_set(err, SQLSTATE_WRONG_OBJECT_TYPE, last.position, "\"%s\" is not a table",
                       self->like->name);
    return OK;
}

/* The columns, key and watermark of the table that this one is LIKE. */
static void take_like(Definition *self)
{
    const Relation *like = self->like;
    Relation *table = self->table;
    for (int i = 0; i < like->column_count; i++) {
        ColumnDef *column = &table->columns[table->column_count++];
        *column = like->columns[i];
        column->name = arena_strdup(self->arena, column->name);
        column->type = copy_type(self->arena, column->type);
        column->expr = copy_text(self->arena, column->expr);
        column->metadata = copy_text(self->arena, column->metadata);
        column->comment = copy_text(self->arena, column->comment);
    }
    table->watermark_column = like->watermark_column;
    table->watermark_expr = copy_text(self->arena, like->watermark_expr);
    table->primary_key = ARENA_ARRAY(self->arena, const char *, like->primary_key_count + 1);
    for (int i = 0; i < like->primary_key_count; i++)
        table->primary_key[table->primary_key_count++] =
            arena_strdup(self->arena, like->primary_key[i]);
}

/* Columns that a computed column or the watermark may name. */
static Scope table_scope(Definition *self, bool with_computed)
{
    Scope scope = {.node = NULL};
    for (int i = 0; i < self->table->column_count; i++) {
        const ColumnDef *def = &self->table->columns[i];
        if (def->kind == COLUMN_COMPUTED && !with_computed)
            continue;
        ScopeColumn column = {
            .table = self->table->name,
            .column = {.id = bind_new_id(&self->binder), .name = def->name, .type = def->type}};
        list_push_arena(self->binder.arena, &scope.columns, column);
    }
    return scope;
}

static Status type_computed(Definition *self, Err *err)
{
    Scope scope = table_scope(self, false);
    ExprScope expr_scope = {.scope = &scope, .clause = "a computed column"};
    for (size_t i = 0; i < self->create->columns.count; i++) {
        const ColumnClause *clause = &self->create->columns.at[i];
        const Bound *bound;
        if (clause->kind != COLUMN_CLAUSE_COMPUTED)
            continue;
        TRY(bind_expr(&self->binder, &expr_scope, clause->expr, &bound, err));
        TRY(bind_settle(&self->binder, bound, &bound, err));
        int at = find_column(self->table, clause->name.text);
        if (clause->type && !type_equal(self->table->columns[at].type, bound->type)) {
            Buf text;
            buf_init(&text);
            buf_printf(&text, "CAST(%s AS ", self->table->columns[at].expr);
            type_print(self->table->columns[at].type, &text);
            buf_add_char(&text, ')');
            self->table->columns[at].expr = arena_strdup(self->arena, buf_text(&text));
            buf_deinit(&text);
            TRY(bind_cast(&self->binder, bound, self->table->columns[at].type, CAST_ASSIGNMENT,
                          clause->expr->position, &bound, err));
        }
        self->table->columns[at].type = copy_type(self->arena, bound->type);
    }
    return OK;
}

static bool is_time(Type type)
{
    return type.id == TYPE_TIMESTAMP || type.id == TYPE_TIMESTAMPTZ;
}

static Status take_watermark(Definition *self, Err *err)
{
    const CreateStatement *create = self->create;
    Scope scope = table_scope(self, true);
    ExprScope expr_scope = {.scope = &scope, .clause = "WATERMARK"};
    const Bound *bound;
    if (create->watermarks.count == 0)
        return OK;
    const Watermark *watermark = &create->watermarks.at[0];
    if (create->watermarks.count > 1)
        return err_set(err, SQLSTATE_BAD_OBJECT_DEFINITION, create->watermarks.at[1].position,
                       "a table has one watermark");
    int at = find_column(self->table, watermark->column.text);
    if (at < 0)
        return missing_column(self->table, watermark->column, "WATERMARK", err);
    Type type = self->table->columns[at].type;
    if (!is_time(type)) {
        err_set(err, SQLSTATE_TYPE_MISMATCH, watermark->column.position,
                "the watermark column \"%s\" must be a TIMESTAMP, not %s", watermark->column.text,
                type_name(type, self->context->arena));
        return err_hint(err, "Add a computed column: ts AS CAST(%s AS TIMESTAMP(3)).",
                        watermark->column.text);
    }
    TRY(bind_expr(&self->binder, &expr_scope, watermark->expr, &bound, err));
    TRY(bind_cast(&self->binder, bound, is_time(bound->type) ? bound->type : type, CAST_ASSIGNMENT,
                  watermark->expr->position, &bound, err));
    self->table->watermark_column = at;
    self->table->watermark_expr = expr_text(self->arena, watermark->expr);
    return OK;
}

/* Columns that the source finds in what it reads. */
static Status infer_columns(Definition *self, Err *err)
{
    Relation *table = self->table;
    const SourceClass *class = table->connector ? source_class_find(table->connector) : NULL;
    SourceTraits traits;
    ColumnDef *columns = NULL;
    int count = 0;
    if (!class)
        return err_set(err, SQLSTATE_SYNTAX, self->create->name.at[0].position,
                       "table \"%s\" needs columns", table->name);
    TRY(class->describe(table, self->context->scan_default, &traits, self->arena, &columns, &count,
                        err));
    table->columns = columns;
    table->column_count = count;
    return OK;
}

static Status columns_of_plan(Definition *self, const LogicalNode *root, Err *err)
{
    Relation *table = self->table;
    const CreateStatement *create = self->create;
    int named = (int)create->columns.count;
    table->columns = ARENA_ARRAY(self->arena, ColumnDef, root->column_count + 1);
    if (named > root->column_count)
        return err_set(err, SQLSTATE_SYNTAX, create->columns.at[root->column_count].name.position,
                       "more column names than the query has columns");
    for (int i = 0; i < root->column_count; i++) {
        const char *name = i < named ? create->columns.at[i].name.text : root->columns[i].name;
        if (find_column(table, name) >= 0)
            return err_set(err, SQLSTATE_DUPLICATE_COLUMN,
                           create->query ? create->query->position : -1,
                           "column \"%s\" specified more than once", name);
        table->columns[table->column_count++] =
            (ColumnDef){.name = arena_strdup(self->arena, name),
                        .type = copy_type(self->arena, root->columns[i].type),
                        .kind = COLUMN_PHYSICAL};
    }
    return OK;
}

static Status define_table(Definition *self, PlanResult *plan, Err *err)
{
    const CreateStatement *create = self->create;
    Relation *table = self->table;
    if (create->from.count)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, create->name.at[0].position,
                       "CREATE SINK … FROM is not supported yet");
    TRY(find_like(self, err));
    TRY(take_options(self, err));
    bool typed =
        create->columns.count && (create->columns.at[0].type || create->columns.at[0].expr);
    if (create->query && !typed) {
        LogicalNode *root;
        TRY(bind_query(&self->binder, create->query, NULL, &root, err));
        TRY(columns_of_plan(self, root, err));
    } else if (create->columns.count || self->like) {
        int inherited = self->like ? self->like->column_count : 0;
        table->columns =
            ARENA_ARRAY(self->arena, ColumnDef, create->columns.count + (size_t)inherited + 1);
        if (self->like)
            take_like(self);
        for (size_t i = 0; i < create->columns.count; i++)
            TRY(take_column(self, &create->columns.at[i], err));
        TRY(type_computed(self, err));
    } else {
        TRY(infer_columns(self, err));
    }
    TRY(take_partitions(self, err));
    TRY(take_constraints(self, err));
    TRY(take_watermark(self, err));
    if (create->query && plan)
        return plan_insert_query(self->context, table, create->query, plan, err);
    return OK;
}

static void take_plan_facts(Definition *self, const PhysicalPlan *plan)
{
    Relation *table = self->table;
    table->append_only = plan->append_only;
    table->key_columns = ARENA_ARRAY(self->arena, const char *, plan->key_count + 1);
    table->key_column_count = plan->key_count;
    for (int i = 0; i < plan->key_count; i++)
        table->key_columns[i] = table->columns[plan->key_columns[i]].name;
}

static Status define_view(Definition *self, PlanResult *plan, Err *err)
{
    const CreateStatement *create = self->create;
    Relation *table = self->table;
    bool materialized = create->object == OBJECT_MATERIALIZED_VIEW;
    PlannerContext context = *self->context;
    PlanResult result = {.parsed = plan_parsed_text(context.arena, create->query)};
    OutputTarget target = {.target = PLAN_MATERIALIZED,
                           .emit = create->query->emit,
                           .emit_position = create->query->emit == QUERY_EMIT_DEFAULT
                                                ? -1
                                                : create->query->emit_position,
                           .op_column = -1};
    LogicalNode *root;
    table->kind = materialized ? RELATION_MATERIALIZED : RELATION_VIEW;
    if (!materialized && create->query->emit != QUERY_EMIT_DEFAULT)
        return err_set(err, SQLSTATE_SYNTAX, create->query->emit_position,
                       "EMIT belongs to the statement that reads a view");
    if (create->options.count)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, create->options.at[0].position,
                       "options of views are not supported yet");
    self->binder.self_view = table->name;
    TRY(bind_query(&self->binder, create->query, NULL, &root, err));
    TRY(columns_of_plan(self, root, err));
    table->query_sql = plan_query_text(self->arena, create->query);
    if (!materialized)
        return OK;
    table->job = table->name;
    TRY(plan_finish(&self->binder, root, &target, &result, err));
    for (int i = 0; i < table->column_count; i++)
        result.physical->root->columns[i].name =
            arena_strdup(context.arena, table->columns[i].name);
    take_plan_facts(self, result.physical);
    if (plan)
        *plan = result;
    return OK;
}

Status plan_table_definition(const PlannerContext *context, const CreateStatement *create,
                             Relation **out, PlanResult *plan, Err *err)
{
    Definition self = {.context = context, .create = create};
    PlannerContext own = *context;
    Status status;
    if (create->object == OBJECT_MATERIALIZED_VIEW) {
        own.target = PLAN_MATERIALIZED;
        self.context = &own;
    }
    self.table = relation_new(&self.arena);
    binder_init(&self.binder, self.context);
    self.table->temporary = create->temporary;
    self.table->sql = copy_text(self.arena, context->sql);
    status = take_name(&self, err);
    if (status == OK)
        status = create->object == OBJECT_VIEW || create->object == OBJECT_MATERIALIZED_VIEW
                     ? define_view(&self, plan, err)
                     : define_table(&self, plan, err);
    if (status != OK) {
        plan_relation_free(self.table);
        return status;
    }
    *out = self.table;
    return OK;
}
