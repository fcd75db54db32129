/*
 * bind_scan.c - reading a table: its columns, computed columns and watermark.
 */
#include "planner/bind.h"

#include "grammar/parse.h"

/* Errors in the text of a stored definition have no place in the statement. */
static Status in_definition(Status status, const Relation *table, const char *what, Err *err)
{
    if (status != FAIL || !err)
        return status;
    Err inner = *err;
    err_set(err, inner.sqlstate, -1, "%s of table \"%s\": %s", what, table->name, inner.message);
    if (inner.hint[0])
        err_hint(err, "%s", inner.hint);
    return FAIL;
}

static Status bind_text(Binder *binder, const Scope *scope, const char *text, const char *clause,
                        const Bound **out, Err *err)
{
    Expr *expr;
    const Bound *bound;
    ExprScope expr_scope = {.scope = scope, .clause = clause};
    bool foreign = binder->foreign;
    TRY(parse_expression(str_from(text), binder->arena, &expr, err));
    binder->foreign = true;
    Status status = bind_expr(binder, &expr_scope, expr, &bound, err);
    if (status == OK)
        status = bind_settle(binder, bound, out, err);
    binder->foreign = foreign;
    return status;
}

static LogicalNode *make_scan(Binder *binder, const Relation *table, const char *alias)
{
    LogicalNode *scan = logical_node(binder->arena, LOGICAL_SCAN, 0);
    uint16_t *numbers = ARENA_ARRAY(binder->arena, uint16_t, table->column_count + 1);
    scan->columns = ARENA_ARRAY(binder->arena, LogicalColumn, table->column_count + 1);
    for (int i = 0; i < table->column_count; i++) {
        const ColumnDef *def = &table->columns[i];
        if (def->kind == COLUMN_COMPUTED)
            continue;
        numbers[scan->column_count] = (uint16_t)i;
        scan->columns[scan->column_count++] =
            (LogicalColumn){.id = bind_new_id(binder),
                            .name = def->name,
                            .type = def->type,
                            .rowtime = i == table->watermark_column};
    }
    scan->scan.table = table;
    scan->scan.alias = alias;
    scan->scan.table_columns = numbers;
    scan->scan.all = scan->columns;
    scan->scan.all_table_columns = numbers;
    scan->scan.all_count = scan->column_count;
    scan->scan.limit = -1;
    return scan;
}

typedef struct Substitute {
    const LogicalColumn *columns;
    const Bound *const *exprs;
    int count;
} Substitute;

static const Bound *substitute(void *context, const Bound *bound)
{
    const Substitute *by = context;
    if (bound->kind == BOUND_COLUMN)
        for (int i = 0; i < by->count; i++)
            if (by->columns[i].id == bound->column.id)
                return by->exprs[i];
    return NULL;
}

static Status bind_watermark(Binder *binder, const Relation *table, TableBinding *binding, Err *err)
{
    Scope scope = {.node = binding->scan};
    Substitute by = {binding->columns, binding->exprs, table->column_count};
    const Bound *bound;
    for (int i = 0; i < table->column_count; i++) {
        ScopeColumn column = {.table = table->name, .column = binding->columns[i]};
        list_push_arena(binder->arena, &scope.columns, column);
    }
    TRY(in_definition(bind_text(binder, &scope, table->watermark_expr, "WATERMARK", &bound, err),
                      table, "watermark", err));
    if (bound->type.id != TYPE_TIMESTAMP && bound->type.id != TYPE_TIMESTAMPTZ)
        TRY(bind_cast(binder, bound, type_timestamp(6), CAST_ASSIGNMENT, -1, &bound, err));
    binding->watermark = bound_rewrite(binder->arena, bound, substitute, &by);
    return OK;
}

Status bind_table_columns(Binder *binder, const Relation *table, const char *alias,
                          TableBinding *out, Err *err)
{
    Arena *arena = binder->arena;
    LogicalNode *scan = make_scan(binder, table, alias);
    TableBinding binding = {.scan = scan};
    Scope scope = {.node = NULL};
    int next = 0;
    binding.exprs = ARENA_ARRAY(arena, const Bound *, table->column_count + 1);
    binding.columns = ARENA_ARRAY(arena, LogicalColumn, table->column_count + 1);
    scope_add_node(binder, &scope, scan, table->name);
    for (int i = 0; i < table->column_count; i++) {
        const ColumnDef *def = &table->columns[i];
        if (def->kind != COLUMN_COMPUTED) {
            binding.columns[i] = scan->columns[next++];
            binding.exprs[i] = scope_bound(binder, &binding.columns[i], -1);
            continue;
        }
        TRY(in_definition(
            bind_text(binder, &scope, def->expr, "a computed column", &binding.exprs[i], err),
            table, arena_printf(arena, "computed column \"%s\"", def->name), err));
        binding.columns[i] = scope_output(binder, scan, binding.exprs[i], def->name);
        binding.columns[i].id = bind_new_id(binder);
        binding.columns[i].rowtime = i == table->watermark_column;
    }
    if (table->watermark_expr)
        TRY(bind_watermark(binder, table, &binding, err));
    scan->scan.watermark = binding.watermark;
    *out = binding;
    return OK;
}

Status bind_traits(Binder *binder, const Relation *table, int32_t position, SourceTraits *out,
                   Err *err)
{
    PlanTarget target = binder->context->target;
    bool follows = target == PLAN_JOB || target == PLAN_MATERIALIZED;
    if (!table->connector) {
        bool snapshot = !follows || table->kind == RELATION_SYSTEM;
        /* A table can lose rows by OVERWRITE. A view takes that in; for other jobs the engine
         * refuses it while they follow the table, so that they may append. */
        bool may_shrink = table->kind == RELATION_INTERNAL && target == PLAN_MATERIALIZED;
        *out = (SourceTraits){.bounded = snapshot,
                              .append_only = snapshot || (table->append_only && !may_shrink),
                              .ordered = true,
                              .replayable = true,
                              .estimated_rows = -1};
        return OK;
    }
    const SourceClass *class = source_class_find(table->connector);
    if (!class) {
        err_set(err, SQLSTATE_WRONG_OBJECT_TYPE, bind_pos(binder, position),
                "table \"%s\" cannot be read: connector '%s' is no source", table->name,
                table->connector);
        return FAIL;
    }
    SourceTraits traits = {.estimated_rows = -1};
    Status status = class->describe(table, binder->context->scan_default, &traits, binder->arena,
                                    NULL, NULL, err);
    if (status != OK && err && err->position < 0)
        err->position = bind_pos(binder, position);
    if (status == OK)
        *out = traits;
    return status;
}

Status bind_scan(Binder *binder, const Relation *table, const char *alias, int32_t position,
                 LogicalNode **out, Err *err)
{
    TableBinding binding;
    TRY(bind_table_columns(binder, table, alias, &binding, err));
    TRY(bind_traits(binder, table, position, &binding.scan->scan.traits, err));
    *out = binding.scan;
    if (binding.scan->column_count < table->column_count)
        *out = logical_project(binder->arena, binding.scan, binding.exprs, binding.columns,
                               table->column_count);
    return OK;
}
