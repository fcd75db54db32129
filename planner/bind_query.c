/*
 * bind_query.c - whole queries: WITH, set operations, what follows them.
 */
#include "planner/bind.h"

static Status bind_with(Binder *binder, const With *with, Err *err)
{
    if (with->recursive)
        return bind_unsupported(binder, with->tables.count ? with->tables.at[0].name.position : -1,
                                "recursive queries are", err);
    for (size_t i = 0; i < with->tables.count; i++) {
        const CommonTable *table = &with->tables.at[i];
        for (size_t k = 0; k < i; k++)
            if (text_equal_nocase(with->tables.at[k].name.text, table->name.text))
                return err_set(err, SQLSTATE_DUPLICATE_ALIAS,
                               bind_pos(binder, table->name.position),
                               "WITH query name \"%s\" specified more than once", table->name.text);
        Cte *cte = ARENA_NEW(binder->arena, Cte);
        cte->table = table;
        cte->outer = binder->ctes;
        cte->foreign = binder->foreign;
        binder->ctes = cte;
    }
    return OK;
}

static Status limit_value(Binder *binder, const Expr *expr, const char *what, int64_t missing,
                          int64_t *out, Err *err)
{
    Value value;
    Scope none = {.node = NULL};
    ExprScope scope = {.scope = &none, .clause = what};
    const Bound *bound;
    *out = missing;
    if (!expr)
        return OK;
    TRY(bind_expr(binder, &scope, expr, &bound, err));
    TRY(bind_cast(binder, bound, type_of(TYPE_BIGINT), CAST_ASSIGNMENT, expr->position, &bound,
                  err));
    if (!bound->is_constant)
        return err_set(err, SQLSTATE_SYNTAX, bind_pos(binder, expr->position),
                       "%s must be a constant", what);
    Status status = bound_eval(binder->arena, bound, &value, err);
    if (status != OK && err && err->position < 0)
        err->position = bind_pos(binder, expr->position);
    TRY(status);
    if (value.is_null)
        return OK;
    if (value.as.integer < 0)
        return err_set(err, strcmp(what, "LIMIT") == 0 ? "2201W" : "2201X",
                       bind_pos(binder, expr->position), "%s must not be negative", what);
    *out = value.as.integer;
    return OK;
}

Status bind_limit(Binder *binder, const Query *query, int64_t *limit, int64_t *offset, Err *err)
{
    if (query->with_ties)
        return bind_unsupported(binder, query->limit ? query->limit->position : query->position,
                                "WITH TIES is", err);
    TRY(limit_value(binder, query->limit, "LIMIT", -1, limit, err));
    return limit_value(binder, query->offset, "OFFSET", 0, offset, err);
}

LogicalNode *bind_limit_node(Binder *binder, const Query *query, LogicalNode *input, int64_t limit,
                             int64_t offset)
{
    LogicalNode *node = logical_limit(binder->arena, input, limit, offset);
    const Expr *expr = query->limit ? query->limit : query->offset;
    node->position = bind_pos(binder, expr ? expr->position : -1);
    return node;
}

static Status bind_body(Binder *binder, const Query *query, const Expected *expected,
                        LogicalNode **out, Err *err)
{
    int64_t limit, offset;
    if (query->with)
        TRY(bind_with(binder, query->with, err));
    if (query->kind == QUERY_SELECT)
        return bind_select(binder, query, expected, out, err);
    if (query->kind == QUERY_VALUES)
        TRY(bind_values(binder, query, expected, out, err));
    else
        TRY(bind_set(binder, query, expected, out, err));
    TRY(bind_order_output(binder, query, out, err));
    TRY(bind_limit(binder, query, &limit, &offset, err));
    if (limit >= 0 || offset > 0)
        *out = bind_limit_node(binder, query, *out, limit, offset);
    return OK;
}

Status bind_query(Binder *binder, const Query *query, const Expected *expected, LogicalNode **out,
                  Err *err)
{
    Cte *ctes = binder->ctes;
    if (binder->query_depth >= BIND_QUERY_DEPTH_MAX || binder->query_count >= BIND_QUERY_COUNT_MAX)
        return err_set(err, SQLSTATE_TOO_COMPLEX, bind_pos(binder, query->position),
                       "the query is nested too deeply or has too many parts");
    if (query->emit != QUERY_EMIT_DEFAULT && binder->query_depth > 0)
        return err_set(err, SQLSTATE_SYNTAX, bind_pos(binder, query->emit_position),
                       "EMIT belongs at the end of the statement");
    binder->query_depth++;
    binder->query_count++;
    Status status = bind_body(binder, query, expected, out, err);
    /* What no one reads is looked at, too: it may name what is not there. */
    LogicalNode *unread;
    for (Cte *cte = binder->ctes; status == OK && cte != ctes; cte = cte->outer)
        if (!cte->used)
            status = bind_cte(binder, cte, &unread, err);
    binder->query_depth--;
    binder->ctes = ctes;
    return status;
}
