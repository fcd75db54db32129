/*
 * bind_scope.c - names to columns.
 */
#include "planner/bind.h"

const ScopeColumn *scope_lookup(const Scope *scope, const char *table, const char *name,
                                bool *ambiguous)
{
    const ScopeColumn *found = NULL;
    *ambiguous = false;
    for (size_t i = 0; i < scope->columns.count; i++) {
        const ScopeColumn *column = &scope->columns.at[i];
        if (table ? !column->table || !text_equal_nocase(column->table, table) : column->hidden)
            continue;
        if (!text_equal_nocase(column->column.name, name))
            continue;
        if (found)
            *ambiguous = true;
        else
            found = column;
    }
    return found;
}

bool scope_has_table(const Scope *scope, const char *table)
{
    for (size_t i = 0; i < scope->columns.count; i++)
        if (scope->columns.at[i].table && text_equal_nocase(scope->columns.at[i].table, table))
            return true;
    return false;
}

static void offer_columns(const Scope *scope, const char *table, Nearest *nearest)
{
    for (size_t i = 0; i < scope->columns.count; i++) {
        const ScopeColumn *column = &scope->columns.at[i];
        if (!table || (column->table && text_equal_nocase(column->table, table)))
            nearest_offer(nearest, column->column.name);
    }
}

/* The only table in reach, if it is one. */
static const char *only_table(const Scope *scope)
{
    const char *only = NULL;
    for (size_t i = 0; i < scope->columns.count; i++) {
        const char *table = scope->columns.at[i].table;
        if (!table || (only && !text_equal_nocase(only, table)))
            return NULL;
        only = table;
    }
    return only;
}

static Status missing_table(const Binder *binder, const Scope *scope, Name table, Err *err)
{
    Nearest nearest = nearest_start(table.text);
    err_set(err, SQLSTATE_UNDEFINED_TABLE, bind_pos(binder, table.position),
            "missing FROM-clause entry for table \"%s\"", table.text);
    for (size_t i = 0; i < scope->columns.count; i++)
        if (scope->columns.at[i].table)
            nearest_offer(&nearest, scope->columns.at[i].table);
    const char *only = only_table(scope);
    if (!nearest.best && only)
        return err_hint(err, "The table is called \"%s\" in this query.", only);
    return nearest_hint(&nearest, err);
}

/* No column's name is like it: what else may be meant. */
static Status hint_column(Name name, Err *err)
{
    if (text_equal_nocase(name.text, "window_start") ||
        text_equal_nocase(name.text, "window_end") || text_equal_nocase(name.text, "window_time"))
        return err_hint(err, "A window function in FROM gives it: "
                             "TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE).");
    if (strncmp(name.text, "\xe2\x80", 2) == 0)
        return err_hint(err, "Quotes are straight: ' around text, \" around names.");
    if (name.quoted)
        return err_hint(err, "Text stands in single quotes: '%s'.", name.text);
    return FAIL;
}

Status scope_find(const Binder *binder, const Scope *scope, const NameList *name,
                  const ScopeColumn **out, Err *err)
{
    /* The schema of schema.table.column says nothing more: one table of a name is in reach. */
    Name last = name->at[name->count - 1];
    const char *table = name->count > 1 ? name->at[name->count - 2].text : NULL;
    bool ambiguous;
    const ScopeColumn *found = scope_lookup(scope, table, last.text, &ambiguous);
    int32_t position = bind_pos(binder, last.position);
    if (ambiguous)
        return err_set(err, SQLSTATE_AMBIGUOUS_COLUMN, position,
                       "column reference \"%s\" is ambiguous", last.text);
    if (found) {
        *out = found;
        return OK;
    }
    if (table && !scope_has_table(scope, table))
        return missing_table(binder, scope, name->at[name->count - 2], err);
    Nearest nearest = nearest_start(last.text);
    offer_columns(scope, table, &nearest);
    if (table)
        err_set(err, SQLSTATE_UNDEFINED_COLUMN, position, "column %s.%s does not exist", table,
                last.text);
    else
        err_set(err, SQLSTATE_UNDEFINED_COLUMN, position, "column \"%s\" does not exist",
                last.text);
    return nearest.best ? nearest_hint(&nearest, err) : hint_column(last, err);
}

void scope_add_node(Binder *binder, Scope *scope, LogicalNode *node, const char *table)
{
    for (int i = 0; i < node->column_count; i++) {
        ScopeColumn column = {.table = table, .column = node->columns[i]};
        list_push_arena(binder->arena, &scope->columns, column);
    }
    scope->node = node;
}

const Bound *scope_bound(Binder *binder, const LogicalColumn *column, int32_t position)
{
    return bound_column(binder->arena, column->id, column->name, column->type, position);
}

LogicalColumn scope_output(Binder *binder, const LogicalNode *input, const Bound *bound,
                           const char *name)
{
    LogicalColumn column = {.name = name, .type = bound->type};
    const LogicalColumn *from =
        bound->kind == BOUND_COLUMN ? logical_column(input, bound->column.id) : NULL;
    if (from) {
        column = *from;
        column.name = name;
        return column;
    }
    column.id = bind_new_id(binder);
    column.proctime = bound->kind == BOUND_CALL && strcmp(bound->fn->fn->name, "proctime") == 0;
    return column;
}

Status bind_unsupported(const Binder *binder, int32_t position, const char *what, Err *err)
{
    return err_set(err, SQLSTATE_NOT_SUPPORTED, bind_pos(binder, position), "%s not supported yet",
                   what);
}

void binder_init(Binder *binder, const PlannerContext *context)
{
    *binder = (Binder){.context = context, .arena = context->arena};
    binder->param_count = context->param_count;
    binder->param_types = ARENA_ARRAY(context->arena, Type, context->param_count + 1);
    for (int i = 0; i < context->param_count && context->param_types; i++)
        binder->param_types[i] = context->param_types[i];
}
