/*
 * bind_from.c - FROM: tables, views, CTEs, files, derived tables.
 */
#include "planner/bind.h"

#include "grammar/parse.h"

/* The same columns under other names (the first ones of `names`). */
static LogicalNode *rename_columns(Binder *binder, LogicalNode *node, const char *const *names,
                                   int count)
{
    const Bound **exprs = ARENA_ARRAY(binder->arena, const Bound *, node->column_count + 1);
    LogicalColumn *columns = ARENA_ARRAY(binder->arena, LogicalColumn, node->column_count + 1);
    bool same = true;
    for (int i = 0; i < node->column_count; i++) {
        columns[i] = node->columns[i];
        exprs[i] = scope_bound(binder, &columns[i], -1);
        if (i < count) {
            same &= strcmp(columns[i].name, names[i]) == 0;
            columns[i].name = names[i];
        }
    }
    return same ? node : logical_project(binder->arena, node, exprs, columns, node->column_count);
}

static Status alias_columns(Binder *binder, LogicalNode **node, const NameList *names,
                            const char *what, Err *err)
{
    if (!names->count)
        return OK;
    const char **texts = ARENA_ARRAY(binder->arena, const char *, names->count);
    if ((int)names->count > (*node)->column_count)
        return err_set(err, SQLSTATE_BAD_COLUMN_REFERENCE, bind_pos(binder, names->at[0].position),
                       "%s has %d columns available but %zu columns specified", what,
                       (*node)->column_count, names->count);
    for (size_t i = 0; i < names->count; i++) {
        texts[i] = arena_strdup(binder->arena, names->at[i].text);
        for (size_t k = 0; k < i; k++)
            if (text_equal_nocase(texts[i], texts[k]))
                return err_set(err, SQLSTATE_DUPLICATE_COLUMN,
                               bind_pos(binder, names->at[i].position),
                               "column name \"%s\" specified more than once", texts[i]);
    }
    *node = rename_columns(binder, *node, texts, (int)names->count);
    return OK;
}

Status bind_cte(Binder *binder, Cte *cte, LogicalNode **out, Err *err)
{
    Cte *saved = binder->ctes;
    cte->used = true;
    bool foreign = binder->foreign;
    binder->ctes = cte->outer;
    binder->foreign = cte->foreign;
    Status status = bind_query(binder, cte->table->query, NULL, out, err);
    if (status == OK)
        status = alias_columns(binder, out, &cte->table->columns, cte->table->name.text, err);
    binder->foreign = foreign;
    binder->ctes = saved;
    return status;
}

static Status bind_view(Binder *binder, const Relation *view, int32_t position, LogicalNode **out,
                        Err *err)
{
    Statement *statement;
    Cte *ctes = binder->ctes;
    bool foreign = binder->foreign;
    TRY(parse_statement(str_from(view->query_sql), binder->arena, &statement, err));
    if (!statement || statement->kind != STATEMENT_QUERY)
        return err_set(err, SQLSTATE_CORRUPT, -1, "view \"%s\" has no query", view->name);
    binder->ctes = NULL;
    binder->foreign = true;
    Status status = bind_query(binder, statement->query, NULL, out, err);
    binder->foreign = foreign;
    binder->ctes = ctes;
    if (status != OK) {
        if (err && err->position < 0) {
            Err inner = *err;
            err_set(err, inner.sqlstate, bind_pos(binder, position), "view \"%s\": %s", view->name,
                    inner.message);
            if (inner.hint[0])
                err_hint(err, "%s", inner.hint);
        }
        return status;
    }
    if ((*out)->column_count != view->column_count)
        return err_set(err, SQLSTATE_BAD_OBJECT_DEFINITION, bind_pos(binder, position),
                       "view \"%s\" no longer fits the tables it reads", view->name);
    const char **names = ARENA_ARRAY(binder->arena, const char *, view->column_count + 1);
    for (int i = 0; i < view->column_count; i++)
        names[i] = view->columns[i].name;
    *out = rename_columns(binder, *out, names, view->column_count);
    return OK;
}

Status bind_named_table(Binder *binder, const NameList *name, const char *alias, LogicalNode **out,
                        Err *err)
{
    Name last = name->at[name->count - 1];
    const char *schema = name->count > 1 ? name->at[name->count - 2].text : NULL;
    if (!schema) {
        for (Cte *cte = binder->ctes; cte; cte = cte->outer)
            if (text_equal_nocase(cte->table->name.text, last.text))
                return bind_cte(binder, cte, out, err);
    }
    const Relation *table = catalog_find(binder->context->catalog, schema, last.text);
    if (!table)
        return catalog_missing(binder->context->catalog, schema, last.text,
                               bind_pos(binder, last.position), err);
    bool is_view = table->kind == RELATION_VIEW || table->kind == RELATION_MATERIALIZED;
    if (is_view && binder->self_view && text_equal_nocase(binder->self_view, table->name))
        return err_set(err, SQLSTATE_BAD_OBJECT_DEFINITION, bind_pos(binder, last.position),
                       "view \"%s\" cannot read itself", table->name);
    if (table->kind == RELATION_VIEW)
        return bind_view(binder, table, last.position, out, err);
    return bind_scan(binder, table, alias, last.position, out, err);
}

static Status bind_named_ref(Binder *binder, const TableRef *ref, LogicalNode **out, Err *err)
{
    if (ref->named.as_of)
        return bind_unsupported(binder, ref->position, "FOR SYSTEM_TIME AS OF is", err);
    if (ref->named.sample)
        return bind_unsupported(binder, ref->position, "TABLESAMPLE is", err);
    return bind_named_table(binder, &ref->named.name, ref->alias.text, out, err);
}

static bool is_true_literal(const Expr *expr)
{
    return !expr || (expr->kind == EXPR_LITERAL && expr->literal.kind == LITERAL_BOOL &&
                     expr->literal.integer);
}

static Status refuse_join(const Binder *binder, const TableRef *right, int32_t position, Err *err)
{
    if (right->kind != TABLE_FUNCTION)
        return bind_unsupported(binder, position, "joins are", err);
    const NameList *name = &right->function.call->name;
    return err_set(err, SQLSTATE_NOT_SUPPORTED, bind_pos(binder, right->position),
                   "joins with %s() are not supported yet", name->at[name->count - 1].text);
}

/* The only join there is so far: a table with its own arrays. */
static Status bind_join(Binder *binder, const TableRef *ref, Scope *out, Err *err)
{
    const TableRef *right = ref->join.right;
    bool plain = !ref->join.natural && !ref->join.asof && !ref->join.using_columns.count &&
                 is_true_literal(ref->join.on);
    if (!bind_is_unnest(right) || !plain ||
        (ref->join.kind != JOIN_CROSS && ref->join.kind != JOIN_INNER &&
         ref->join.kind != JOIN_LEFT))
        return refuse_join(binder, right, ref->position, err);
    TRY(bind_table_ref(binder, ref->join.left, out, err));
    return bind_unnest(binder, right, out, ref->join.kind == JOIN_LEFT, err);
}

Status bind_table_ref(Binder *binder, const TableRef *ref, Scope *out, Err *err)
{
    LogicalNode *node = NULL;
    const char *name = ref->alias.text;
    switch (ref->kind) {
    case TABLE_NAMED:
        TRY(bind_named_ref(binder, ref, &node, err));
        if (!name)
            name = ref->named.name.at[ref->named.name.count - 1].text;
        break;
    case TABLE_FILE:
        TRY(bind_file(binder, ref->path, NULL, ref->position, &node, err));
        break;
    case TABLE_FUNCTION:
        return bind_table_function(binder, ref, out, err);
    case TABLE_QUERY:
        TRY(bind_query(binder, ref->query, NULL, &node, err));
        break;
    case TABLE_JOIN:
        return bind_join(binder, ref, out, err);
    }
    if (!node)
        return err_set(err, SQLSTATE_INTERNAL, -1, "unknown kind of table");
    TRY(alias_columns(binder, &node, &ref->columns,
                      arena_printf(binder->arena, "table \"%s\"", name ? name : ""), err));
    scope_add_node(binder, out, node, name ? arena_strdup(binder->arena, name) : NULL);
    return OK;
}

Status bind_from(Binder *binder, const TableList *from, Scope *out, Err *err)
{
    if (from->count == 0) {
        out->node = bind_one_row(binder);
        return OK;
    }
    TRY(bind_table_ref(binder, from->at[0], out, err));
    for (size_t i = 1; i < from->count; i++) {
        if (!bind_is_unnest(from->at[i]))
            return refuse_join(binder, from->at[i], from->at[i]->position, err);
        TRY(bind_unnest(binder, from->at[i], out, false, err));
    }
    return OK;
}
