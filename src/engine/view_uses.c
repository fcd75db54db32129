/*
 * view_uses.c - which plain views name a relation in their query.
 *
 * A view is kept as text and bound anew wherever it is used, so what it needs is found in the text.
 */
#include "engine/internal.h"

#include "grammar/parse.h"

typedef struct Search {
    const Catalog *catalog;
    const Relation *relation; /* looked for */
    bool found;
    const Relation *user;
} Search;

static void compare_name(Search *search, const NameList *name)
{
    if (!name->count)
        return;
    if (catalog_find(search->catalog, ast_schema_name(name), ast_last_name(name)) ==
        search->relation)
        search->found = true;
}

static void look_at_table(void *context, const TableRef *table)
{
    Search *search = context;
    if (table->kind == TABLE_NAMED)
        compare_name(search, &table->named.name);
    if (table->kind != TABLE_FUNCTION)
        return;
    /* TUMBLE(TABLE t, …), TUMBLE(t, …) */
    const ExprList *args = &table->function.call->args;
    for (size_t i = 0; i < args->count; i++) {
        if (args->at[i]->kind == EXPR_TABLE)
            compare_name(search, &args->at[i]->table->table);
        else if (args->at[i]->kind == EXPR_COLUMN)
            compare_name(search, &args->at[i]->column);
    }
}

static bool look_at_view(void *context, const Relation *view)
{
    Search *search = context;
    Arena arena;
    Statement *query = NULL;
    Err ignored = ERR_NONE;
    if (view->kind != RELATION_VIEW || view == search->relation)
        return true;
    arena_init(&arena);
    if (parse_statement(str_from(view->query_sql), &arena, &query, &ignored) == OK && query)
        ast_each_table(query, look_at_table, search);
    arena_deinit(&arena);
    if (search->found)
        search->user = view;
    return !search->found;
}

const Relation *view_that_uses(const Engine *engine, const Relation *relation)
{
    Search search = {.catalog = engine->catalog, .relation = relation};
    catalog_each(engine->catalog, look_at_view, &search);
    return search.user;
}
