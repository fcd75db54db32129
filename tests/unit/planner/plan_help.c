#include "plan_help.h"

#include <stdio.h>

static const OptionSpec options[] = {
    {.name = "connector", .kind = OPTION_TEXT},
    {.name = "format", .kind = OPTION_TEXT},
    {.name = "path", .kind = OPTION_TEXT},
    {.name = "csv.header", .aliases = "header", .kind = OPTION_BOOL},
    {.name = "on-bad-row", .kind = OPTION_TEXT},
    {.name = "rows", .kind = OPTION_INT, .default_value = "10"},
    {.name = "output-mode", .kind = OPTION_CHOICE, .choices = "append update complete"},
    {.name = NULL}};
static const ColumnDef metadata[] = {{.name = "file_path", .type = {.id = TYPE_VARCHAR}},
                                     {.name = NULL}};

static ColumnDef *file_columns(Arena *arena)
{
    ColumnDef *columns = ARENA_ARRAY(arena, ColumnDef, 3);
    columns[0] = (ColumnDef){.name = "id", .type = type_of(TYPE_INT)};
    columns[1] = (ColumnDef){.name = "name", .type = type_varchar(0)};
    return columns;
}

static Status describe_bounded(const Relation *table, ScanDefault scan_default,
                               SourceTraits *traits, Arena *arena, ColumnDef **columns,
                               int *column_count, Err *err)
{
    (void)table;
    (void)scan_default;
    (void)err;
    *traits = (SourceTraits){.bounded = true, .append_only = true, .estimated_rows = -1};
    if (columns) {
        *columns = file_columns(arena);
        *column_count = 2;
    }
    return OK;
}

static Status describe_live(const Relation *table, ScanDefault scan_default, SourceTraits *traits,
                            Arena *arena, ColumnDef **columns, int *column_count, Err *err)
{
    TRY(describe_bounded(table, scan_default, traits, arena, columns, column_count, err));
    traits->bounded = false;
    return OK;
}

static Status sink_any(const Relation *table, SinkTraits *traits, Err *err)
{
    (void)table;
    (void)err;
    *traits = (SinkTraits){.append = true, .update = true, .complete = true, .transactional = true};
    return OK;
}

static Status sink_append(const Relation *table, SinkTraits *traits, Err *err)
{
    (void)table;
    (void)err;
    *traits = (SinkTraits){.append = true};
    return OK;
}

static const SourceClass sources[] = {
    {.name = "mem", .options = options, .metadata = metadata, .describe = describe_bounded},
    {.name = "filesystem", .options = options, .metadata = metadata, .describe = describe_bounded},
    {.name = "live", .options = options, .metadata = metadata, .describe = describe_live}};
static const SinkClass sinks[] = {{.name = "mem", .options = options, .describe = sink_any},
                                  {.name = "live", .options = options, .describe = sink_any},
                                  {.name = "log", .options = options, .describe = sink_append}};
static const FormatClass formats[] = {{.name = "csv"}, {.name = "text"}, {.name = "json"}};

const SourceClass *source_class_find(const char *name)
{
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (text_equal_nocase(sources[i].name, name))
            return &sources[i];
    return NULL;
}

const SinkClass *sink_class_find(const char *name)
{
    for (size_t i = 0; i < sizeof sinks / sizeof *sinks; i++)
        if (text_equal_nocase(sinks[i].name, name))
            return &sinks[i];
    return NULL;
}

const FormatClass *format_class_find(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (text_equal_nocase(formats[i].name, name))
            return &formats[i];
    return NULL;
}

void connector_names(void (*visit)(void *context, const char *name), void *context)
{
    visit(context, "mem");
    visit(context, "live");
    visit(context, "log");
}

void format_names(void (*visit)(void *context, const char *name), void *context)
{
    visit(context, "csv");
}

int option_tables(const char *connector, const char *format, const OptionSpec *const **tables)
{
    static const OptionSpec *const known[] = {options};
    (void)connector;
    (void)format;
    *tables = known;
    return 1;
}

static void add_notice(void *context, const char *text)
{
    Buf *notices = context;
    buf_printf(notices, "%s\n", text);
}

void plans_init(Plans *plans)
{
    *plans = (Plans){.catalog = catalog_new()};
    arena_init(&plans->arena);
    buf_init(&plans->notices);
    plans->context = (PlannerContext){.catalog = plans->catalog,
                                      .session = {.timezone = "UTC", .user = "me"},
                                      .target = PLAN_SELECT,
                                      .arena = &plans->arena,
                                      .notice = add_notice,
                                      .notice_context = &plans->notices};
}

void plans_deinit(Plans *plans)
{
    catalog_free(plans->catalog);
    arena_deinit(&plans->arena);
    buf_deinit(&plans->notices);
}

static Status run_create(Plans *plans, const CreateStatement *create, PlanResult *result, Err *err)
{
    Relation *relation = NULL;
    PlannerContext context = plans->context;
    if (create->object == OBJECT_JOB) {
        context.target = PLAN_JOB;
        context.scan_default = SCAN_DEFAULT_WATCH;
        return plan_insert(&context, create->body->insert, result, err);
    }
    TRY(plan_table_definition(&context, create, &relation, result, err));
    static int64_t id;
    relation->id = ++id;
    Status status = catalog_add(plans->catalog, relation, create->or_replace, err);
    if (status != OK)
        plan_relation_free(relation);
    return status;
}

Status plans_run(Plans *plans, const char *sql, PlanResult *result, Err *err)
{
    Statement *statement;
    TRY(parse_statement(str_from(sql), &plans->arena, &statement, err));
    plans->context.sql = sql;
    PlannerContext insert = plans->context;
    insert.target = PLAN_INSERT;
    if (!statement)
        return OK;
    if (statement->kind == STATEMENT_QUERY)
        return plan_query(&plans->context, statement->query, result, err);
    if (statement->kind == STATEMENT_INSERT)
        return plan_insert(&insert, statement->insert, result, err);
    if (statement->kind == STATEMENT_CREATE)
        return run_create(plans, statement->create, result, err);
    if (statement->kind == STATEMENT_SET) {
        plans->context.disabled_rules =
            arena_strdup(&plans->arena, statement->set->values.at[0].value);
        return OK;
    }
    return err_set(err, SQLSTATE_NOT_SUPPORTED, -1, "not a statement for the planner");
}

static ExplainMode mode_of(Plans *plans, const char **sql)
{
    static const struct {
        const char *prefix;
        ExplainMode mode;
    } prefixes[] = {{"EXPLAIN EXTENDED ", EXPLAIN_EXTENDED}, {"EXPLAIN CODEGEN ", EXPLAIN_CODEGEN}};
    (void)plans;
    for (size_t i = 0; i < 2; i++) {
        size_t length = strlen(prefixes[i].prefix);
        if (strncmp(*sql, prefixes[i].prefix, length) == 0) {
            *sql += length;
            return prefixes[i].mode;
        }
    }
    return EXPLAIN_PLAN;
}

static void print_shape(const PhysicalPlan *plan, Buf *out)
{
    buf_add_text(out, "=> ");
    for (uint16_t i = 0; i < plan->root->column_count; i++) {
        buf_printf(out, "%s%s ", i ? ", " : "", plan->root->columns[i].name);
        type_print(plan->root->columns[i].type, out);
    }
    if (plan->key_count) {
        buf_add_text(out, "; key");
        for (uint16_t i = 0; i < plan->key_count; i++)
            buf_printf(out, " %u", plan->key_columns[i]);
    }
    buf_add_char(out, '\n');
}

/* The plan written as JSON and read back must print alike. */
static void check_json(Plans *plans, const PhysicalPlan *plan, Buf *out)
{
    Buf json, a, b;
    PhysicalPlan *back;
    Err err = ERR_NONE;
    buf_init(&json);
    buf_init(&a);
    buf_init(&b);
    physical_to_json(plan, &json);
    if (physical_from_json((Str){json.data, json.length}, &plans->arena, &back, &err) != OK) {
        buf_printf(out, "JSON: %s %s\n%s\n", err.sqlstate, err.message, buf_text(&json));
    } else {
        physical_print(plan, true, &a);
        physical_print(back, true, &b);
        if (strcmp(buf_text(&a), buf_text(&b)) != 0)
            buf_printf(out, "JSON differs:\n%s", buf_text(&b));
        Buf again;
        buf_init(&again);
        physical_to_json(back, &again);
        if (strcmp(buf_text(&json), buf_text(&again)) != 0)
            buf_printf(out, "JSON is not stable:\n%s\n%s\n", buf_text(&json), buf_text(&again));
        buf_deinit(&again);
    }
    buf_deinit(&json);
    buf_deinit(&a);
    buf_deinit(&b);
}

void plans_explain(Plans *plans, const char *sql, Buf *out)
{
    PlanResult result = {.parsed = NULL};
    Err err = ERR_NONE;
    buf_clear(&plans->notices);
    ExplainMode mode = mode_of(plans, &sql);
    Status status = plans_run(plans, sql, &result, &err);
    if (plans->notices.length)
        buf_printf(out, "NOTICE: %s", buf_text(&plans->notices));
    if (status != OK) {
        buf_printf(out, "ERROR %s at %d: %s\n", err.sqlstate, err.position, err.message);
        if (err.hint[0])
            buf_printf(out, "HINT: %s\n", err.hint);
        return;
    }
    if (!result.physical)
        return;
    plan_explain(&result, mode, false, out);
    print_shape(result.physical, out);
    check_json(plans, result.physical, out);
}
