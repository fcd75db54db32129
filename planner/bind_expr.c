/*
 * bind_expr.c - one expression: which kind goes where.
 */
#include "planner/bind.h"

/* `y` that is no column but the alias of a SELECT item stands for that item. */
static const SelectItem *find_alias(const ExprScope *scope, const char *name, bool *ambiguous)
{
    const SelectItem *found = NULL;
    *ambiguous = false;
    for (size_t i = 0; scope->aliases && i < scope->aliases->count; i++) {
        const SelectItem *item = &scope->aliases->at[i];
        if (!item->alias.text || !text_equal_nocase(item->alias.text, name))
            continue;
        *ambiguous = found != NULL;
        found = item;
    }
    return found;
}

static Status bind_column(Binder *binder, const ExprScope *scope, const Expr *expr,
                          const Bound **out, Err *err)
{
    const ScopeColumn *column;
    bool ambiguous;
    if (expr->column.count == 1 && scope->aliases) {
        const char *name = expr->column.at[0].text;
        const SelectItem *item;
        if (!scope_lookup(scope->scope, NULL, name, &ambiguous) &&
            (item = find_alias(scope, name, &ambiguous)) && !ambiguous) {
            ExprScope inner = *scope;
            inner.aliases = NULL;
            return bind_expr(binder, &inner, item->expr, out, err);
        }
    }
    TRY(scope_find(binder, scope->scope, &expr->column, &column, err));
    *out = scope_bound(binder, &column->column, bind_pos(binder, expr->position));
    return OK;
}

static Status bind_case(Binder *binder, const ExprScope *scope, const Expr *expr, const Bound **out,
                        Err *err)
{
    const CaseExpr *cased = expr->cased;
    int whens = (int)cased->whens.count, count = 2 * whens + 1;
    const Bound **args = ARENA_ARRAY(binder->arena, const Bound *, count + 1), *operand = NULL;
    Type type;
    if (cased->operand)
        TRY(bind_expr(binder, scope, cased->operand, &operand, err));
    for (int i = 0; i < whens; i++) {
        const CaseWhen *when = &cased->whens.at[i];
        if (operand) {
            const Bound *pair[2] = {operand, NULL};
            TRY(bind_expr(binder, scope, when->when, &pair[1], err));
            TRY(bind_function(binder, "=", pair, 2, bind_pos(binder, when->when->position),
                              &args[2 * i], err));
        } else {
            ExprScope inner = *scope;
            inner.condition = "CASE WHEN";
            TRY(bind_condition(binder, &inner, when->when, &args[2 * i], err));
        }
        TRY(bind_expr(binder, scope, when->then, &args[2 * i + 1], err));
    }
    if (cased->otherwise) {
        TRY(bind_expr(binder, scope, cased->otherwise, &args[count - 1], err));
    } else {
        Value null = value_null(type_of(TYPE_NULL));
        args[count - 1] = bound_unknown(binder->arena, &null, bind_pos(binder, expr->position));
    }
    /* The results: every other argument, and the last. */
    const Bound **results = ARENA_ARRAY(binder->arena, const Bound *, whens + 1);
    for (int i = 0; i < whens; i++)
        results[i] = args[2 * i + 1];
    results[whens] = args[count - 1];
    TRY(bind_unify(binder, results, whens + 1, 1, &type, expr->position, err));
    for (int i = 0; i < whens; i++)
        args[2 * i + 1] = results[i];
    args[count - 1] = results[whens];
    *out =
        bound_list(binder->arena, BOUND_CASE, type, args, count, bind_pos(binder, expr->position));
    return OK;
}

static Status bind_written_cast(Binder *binder, const ExprScope *scope, const Expr *expr,
                                const Bound **out, Err *err)
{
    const Bound *arg;
    Type type;
    TRY(plan_type(expr->cast.type, binder->arena, &type, err));
    TRY(bind_expr(binder, scope, expr->cast.arg, &arg, err));
    return bind_cast(binder, arg, type, expr->cast.is_try ? CAST_TRY : CAST_EXPLICIT,
                     expr->position, out, err);
}

static Status bind_array(Binder *binder, const ExprScope *scope, const Expr *expr,
                         const Bound **out, Err *err)
{
    int count = (int)expr->list.count;
    const Bound **args = ARENA_ARRAY(binder->arena, const Bound *, count + 1);
    Type type;
    for (int i = 0; i < count; i++)
        TRY(bind_expr(binder, scope, expr->list.at[i], &args[i], err));
    if (count)
        TRY(bind_unify(binder, args, count, 1, &type, expr->position, err));
    return bind_function(binder, "array", args, count, bind_pos(binder, expr->position), out, err);
}

static Status bind_subscript(Binder *binder, const ExprScope *scope, const Expr *expr,
                             const Bound **out, Err *err)
{
    const Bound *args[3];
    int count = 2;
    if (expr->kind == EXPR_SLICE && (!expr->subscript.low || !expr->subscript.high))
        return bind_unsupported(binder, expr->position, "array slices without both bounds are",
                                err);
    TRY(bind_expr(binder, scope, expr->subscript.arg, &args[0], err));
    TRY(bind_expr(binder, scope, expr->subscript.low, &args[1], err));
    if (expr->kind == EXPR_SLICE) {
        TRY(bind_expr(binder, scope, expr->subscript.high, &args[2], err));
        count = 3;
    }
    return bind_function(binder, count == 3 ? "array_slice" : "array_get", args, count,
                         bind_pos(binder, expr->position), out, err);
}

static Status bind_collate(Binder *binder, const ExprScope *scope, const Expr *expr,
                           const Bound **out, Err *err)
{
    static const char *const known[] = {"C", "POSIX", "default", "ucs_basic", "C.UTF-8"};
    Name name = expr->collate.name.at[expr->collate.name.count - 1];
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (text_equal_nocase(name.text, known[i]))
            return bind_expr(binder, scope, expr->collate.arg, out, err);
    err_set(err, SQLSTATE_UNDEFINED_OBJECT, bind_pos(binder, name.position),
            "collation \"%s\" does not exist", name.text);
    return err_hint(err, "Text is ordered by bytes: COLLATE \"C\".");
}

static Status bind_at_zone(Binder *binder, const ExprScope *scope, const Expr *expr,
                           const Bound **out, Err *err)
{
    const Bound *args[2];
    TRY(bind_expr(binder, scope, expr->at_zone.zone, &args[0], err));
    TRY(bind_expr(binder, scope, expr->at_zone.arg, &args[1], err));
    return bind_function(binder, "timezone", args, 2, bind_pos(binder, expr->position), out, err);
}

/* window(ts, '1 minute').start: a column that GROUP BY window(…) added. */
static Status bind_field(Binder *binder, const ExprScope *scope, const Expr *expr,
                         const Bound **out, Err *err)
{
    const Expr *arg = expr->field.arg;
    const SelectState *select = scope->select;
    if (select && select->window_start && bind_is_call(arg, "window")) {
        bool is_start = text_equal_nocase(expr->field.name.text, "start");
        if (is_start || text_equal_nocase(expr->field.name.text, "end")) {
            const LogicalColumn *column = logical_column(
                scope->scope->node, is_start ? select->window_start : select->window_end);
            if (column) {
                *out = scope_bound(binder, column, bind_pos(binder, expr->position));
                return OK;
            }
        }
    }
    return bind_unsupported(binder, expr->position, "fields of rows are", err);
}

static Status bind_kind(Binder *binder, const ExprScope *scope, const Expr *expr, const Bound **out,
                        Err *err)
{
    switch (expr->kind) {
    case EXPR_LITERAL:
    case EXPR_TYPED_LITERAL:
    case EXPR_INTERVAL:
    case EXPR_PARAM:
        return bind_literal(binder, expr, out, err);
    case EXPR_COLUMN:
        return bind_column(binder, scope, expr, out, err);
    case EXPR_UNARY:
    case EXPR_BINARY:
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_IS:
    case EXPR_LIKE:
    case EXPR_BETWEEN:
    case EXPR_IN_LIST:
        return bind_operator(binder, scope, expr, out, err);
    case EXPR_QUANTIFIED:
        return bind_quantified(binder, scope, expr, out, err);
    case EXPR_CAST:
        return bind_written_cast(binder, scope, expr, out, err);
    case EXPR_CASE:
        return bind_case(binder, scope, expr, out, err);
    case EXPR_CALL:
        return bind_call(binder, scope, expr, out, err);
    case EXPR_ARRAY:
        return bind_array(binder, scope, expr, out, err);
    case EXPR_SUBSCRIPT:
    case EXPR_SLICE:
        return bind_subscript(binder, scope, expr, out, err);
    case EXPR_FIELD:
        return bind_field(binder, scope, expr, out, err);
    case EXPR_COLLATE:
        return bind_collate(binder, scope, expr, out, err);
    case EXPR_AT_TIME_ZONE:
        return bind_at_zone(binder, scope, expr, out, err);
    case EXPR_IN_QUERY:
    case EXPR_EXISTS:
    case EXPR_SUBQUERY:
    case EXPR_ARRAY_QUERY:
        return bind_unsupported(binder, expr->position, "subqueries in expressions are", err);
    case EXPR_ROW:
        return bind_unsupported(binder, expr->position, "row values are", err);
    case EXPR_STAR:
        if (expr->star->qualifier.count) /* count(t.*): the whole row */
            return bind_unsupported(binder, expr->position, "row values are", err);
        return err_set(err, SQLSTATE_SYNTAX, bind_pos(binder, expr->position),
                       "* is not allowed in %s", scope->clause);
    case EXPR_DEFAULT:
        return err_set(err, SQLSTATE_SYNTAX, bind_pos(binder, expr->position),
                       "DEFAULT is not allowed in this context");
    case EXPR_TABLE:
    case EXPR_DESCRIPTOR:
        return err_set(err, SQLSTATE_SYNTAX, bind_pos(binder, expr->position),
                       "%s is an argument of a table function in FROM",
                       expr->kind == EXPR_TABLE ? "TABLE" : "DESCRIPTOR");
    }
    return err_set(err, SQLSTATE_INTERNAL, bind_pos(binder, expr->position),
                   "unknown kind of expression");
}

Status bind_expr(Binder *binder, const ExprScope *scope, const Expr *expr, const Bound **out,
                 Err *err)
{
    TRY(bind_kind(binder, scope, expr, out, err));
    if ((*out)->depth > BOUND_DEPTH_MAX)
        return err_set(err, SQLSTATE_TOO_COMPLEX, bind_pos(binder, expr->position),
                       "the expression is nested too deeply");
    return OK;
}

Status bind_condition(Binder *binder, const ExprScope *scope, const Expr *expr, const Bound **out,
                      Err *err)
{
    const Bound *bound;
    TRY(bind_expr(binder, scope, expr, &bound, err));
    if (bound->unknown)
        return bind_cast(binder, bound, type_of(TYPE_BOOLEAN), CAST_IMPLICIT, expr->position, out,
                         err);
    if (bound->type.id != TYPE_BOOLEAN)
        return err_set(err, SQLSTATE_TYPE_MISMATCH, bind_pos(binder, expr->start),
                       "argument of %s must be type BOOLEAN, not type %s",
                       scope->condition ? scope->condition : scope->clause,
                       type_name(bound->type, binder->arena));
    *out = bound;
    return OK;
}

Status bind_constant_expr(Binder *binder, const Expr *expr, const char *what, Value *out, Err *err)
{
    Scope none = {.node = NULL};
    ExprScope scope = {.scope = &none, .clause = what};
    const Bound *bound;
    TRY(bind_expr(binder, &scope, expr, &bound, err));
    if (bound->is_constant) {
        Status status = bound_eval(binder->arena, bound, out, err);
        if (status != OK && err)
            err->position = bind_pos(binder, expr->position);
        return status;
    }
    return err_set(err, SQLSTATE_SYNTAX, bind_pos(binder, expr->position), "%s must be a constant",
                   what);
}
