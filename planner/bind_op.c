/*
 * bind_op.c - operators, IS, LIKE, BETWEEN, IN and ANY: all become function calls.
 */
#include "planner/bind.h"

/* The function behind an operator: mostly it has the operator's own name. */
static const char *operator_function(BinaryOp op)
{
    if (op == OP_POWER)
        return "power"; /* ^ */
    if (op == OP_DISTINCT)
        return "is_distinct_from";
    if (op == OP_NOT_DISTINCT)
        return "is_not_distinct_from";
    if (op == OP_LIKE || op == OP_NOT_LIKE)
        return "like";
    if (op == OP_ILIKE || op == OP_NOT_ILIKE)
        return "ilike";
    return ast_operator_text(op);
}

static Status negate_if(Binder *binder, bool negated, const Bound *bound, const Bound **out,
                        Err *err)
{
    if (!negated) {
        *out = bound;
        return OK;
    }
    return bind_function(binder, "not", &bound, 1, bound->position, out, err);
}

static Status bind_unary(Binder *binder, const ExprScope *scope, const Expr *expr,
                         const Bound **out, Err *err)
{
    static const char *const names[] = {
        [OP_NOT] = "not", [OP_NEGATE] = "negate", [OP_PLUS] = "plus", [OP_BIT_NOT] = "bit_not"};
    const Bound *arg;
    ExprScope inner = *scope;
    inner.condition = "NOT";
    if (expr->unary.op == OP_NOT)
        TRY(bind_condition(binder, &inner, expr->unary.arg, &arg, err));
    else
        TRY(bind_expr(binder, scope, expr->unary.arg, &arg, err));
    return bind_function(binder, names[expr->unary.op], &arg, 1, bind_pos(binder, expr->position),
                         out, err);
}

static Status compare(Binder *binder, BinaryOp op, const Bound *left, const Bound *right,
                      int32_t position, const Bound **out, Err *err)
{
    const Bound *args[2] = {left, right};
    TRY(bind_function(binder, operator_function(op), args, 2, bind_pos(binder, position), out,
                      err));
    return negate_if(binder, op == OP_NOT_LIKE || op == OP_NOT_ILIKE, *out, out, err);
}

static Status bind_rows_equal(Binder *binder, const ExprScope *scope, const Expr *expr,
                              const Bound **out, Err *err)
{
    const ExprList *left = &expr->binary.left->list, *right = &expr->binary.right->list;
    if (left->count != right->count)
        return err_set(err, SQLSTATE_SYNTAX, bind_pos(binder, expr->position),
                       "unequal number of entries in row expressions");
    const Bound **pairs = ARENA_ARRAY(binder->arena, const Bound *, left->count + 1);
    for (size_t i = 0; i < left->count; i++) {
        const Bound *a, *b;
        TRY(bind_expr(binder, scope, left->at[i], &a, err));
        TRY(bind_expr(binder, scope, right->at[i], &b, err));
        TRY(compare(binder, OP_EQ, a, b, expr->position, &pairs[i], err));
    }
    const Bound *all = bound_list(binder->arena, BOUND_AND, type_of(TYPE_BOOLEAN), pairs,
                                  (int)left->count, bind_pos(binder, expr->position));
    return negate_if(binder, expr->binary.op == OP_NE, all, out, err);
}

static Status bind_binary(Binder *binder, const ExprScope *scope, const Expr *expr,
                          const Bound **out, Err *err)
{
    const Bound *left, *right;
    if (expr->binary.left->kind == EXPR_ROW && expr->binary.right->kind == EXPR_ROW &&
        (expr->binary.op == OP_EQ || expr->binary.op == OP_NE) && expr->binary.left->list.count)
        return bind_rows_equal(binder, scope, expr, out, err);
    TRY(bind_expr(binder, scope, expr->binary.left, &left, err));
    TRY(bind_expr(binder, scope, expr->binary.right, &right, err));
    return compare(binder, expr->binary.op, left, right, expr->position, out, err);
}

static Status bind_logic(Binder *binder, const ExprScope *scope, const Expr *expr,
                         const Bound **out, Err *err)
{
    int count = (int)expr->list.count;
    const Bound **args = ARENA_ARRAY(binder->arena, const Bound *, count + 1);
    ExprScope inner = *scope;
    inner.condition = expr->kind == EXPR_AND ? "AND" : "OR";
    for (int i = 0; i < count; i++)
        TRY(bind_condition(binder, &inner, expr->list.at[i], &args[i], err));
    *out = bound_list(binder->arena, expr->kind == EXPR_AND ? BOUND_AND : BOUND_OR,
                      type_of(TYPE_BOOLEAN), args, count, bind_pos(binder, expr->position));
    return OK;
}

static Status bind_is(Binder *binder, const ExprScope *scope, const Expr *expr, const Bound **out,
                      Err *err)
{
    static const char *const names[][2] = {
        [IS_NULL] = {"is_null", "is_not_null"},
        [IS_TRUE] = {"is_true", "is_not_true"},
        [IS_FALSE] = {"is_false", "is_not_false"},
        [IS_UNKNOWN] = {"is_unknown", "is_not_unknown"},
    };
    const Bound *arg;
    ExprScope inner = *scope;
    inner.condition = "IS";
    if (expr->is.test == IS_NULL)
        TRY(bind_expr(binder, scope, expr->is.arg, &arg, err));
    else
        TRY(bind_condition(binder, &inner, expr->is.arg, &arg, err));
    return bind_function(binder, names[expr->is.test][expr->negated], &arg, 1,
                         bind_pos(binder, expr->position), out, err);
}

static Status bind_like(Binder *binder, const ExprScope *scope, const Expr *expr, const Bound **out,
                        Err *err)
{
    static const char *const names[] = {[LIKE_LIKE] = "like",
                                        [LIKE_ILIKE] = "ilike",
                                        [LIKE_SIMILAR] = "similar_to",
                                        [LIKE_REGEXP] = "~"};
    const Bound *args[3], *result;
    int count = 2;
    TRY(bind_expr(binder, scope, expr->like.value, &args[0], err));
    TRY(bind_expr(binder, scope, expr->like.pattern, &args[1], err));
    if (expr->like.escape) {
        TRY(bind_expr(binder, scope, expr->like.escape, &args[2], err));
        count = 3;
    }
    TRY(bind_function(binder, names[expr->like.kind], args, count, bind_pos(binder, expr->position),
                      &result, err));
    return negate_if(binder, expr->negated, result, out, err);
}

static Status between(Binder *binder, const Expr *expr, const Bound *value, const Bound *low,
                      const Bound *high, const Bound **out, Err *err)
{
    const Bound *pair[2];
    TRY(compare(binder, OP_GE, value, low, expr->position, &pair[0], err));
    TRY(compare(binder, OP_LE, value, high, expr->position, &pair[1], err));
    *out = bound_list(binder->arena, BOUND_AND, type_of(TYPE_BOOLEAN), pair, 2,
                      bind_pos(binder, expr->position));
    return OK;
}

static Status bind_between(Binder *binder, const ExprScope *scope, const Expr *expr,
                           const Bound **out, Err *err)
{
    const Bound *value, *low, *high, *result, *ways[2];
    TRY(bind_expr(binder, scope, expr->between.value, &value, err));
    TRY(bind_expr(binder, scope, expr->between.low, &low, err));
    TRY(bind_expr(binder, scope, expr->between.high, &high, err));
    TRY(between(binder, expr, value, low, high, &result, err));
    if (expr->between.symmetric) {
        ways[0] = result;
        TRY(between(binder, expr, value, high, low, &ways[1], err));
        result = bound_list(binder->arena, BOUND_OR, type_of(TYPE_BOOLEAN), ways, 2,
                            bind_pos(binder, expr->position));
    }
    return negate_if(binder, expr->negated, result, out, err);
}

static Status bind_in(Binder *binder, const ExprScope *scope, const Expr *expr, const Bound **out,
                      Err *err)
{
    int count = (int)expr->in.items.count;
    const Bound **args = ARENA_ARRAY(binder->arena, const Bound *, count + 2), *result;
    TRY(bind_expr(binder, scope, expr->in.value, &args[0], err));
    for (int i = 0; i < count; i++)
        TRY(bind_expr(binder, scope, expr->in.items.at[i], &args[i + 1], err));
    if (count == 1) {
        TRY(compare(binder, OP_EQ, args[0], args[1], expr->position, &result, err));
    } else if (bind_function(binder, "in_list", args, count + 1, bind_pos(binder, expr->position),
                             &result, err) != OK) {
        /* The item that it cannot be compared with says more. */
        for (int i = 0; i < count; i++) {
            Err other = ERR_NONE;
            if (compare(binder, OP_EQ, args[0], args[i + 1], expr->position, &result, &other) !=
                OK) {
                *err = other;
                break;
            }
        }
        return FAIL;
    }
    return negate_if(binder, expr->negated, result, out, err);
}

/* `left op` each of the tests, as one condition; ANY of none is false, ALL of none true. */
static const Bound *quantify(Binder *binder, const Expr *expr, const Bound **tests, int count)
{
    Value none = value_bool(expr->quantified.all);
    return count == 0
               ? bound_const(binder->arena, &none, bind_pos(binder, expr->position))
               : bound_list(binder->arena, expr->quantified.all ? BOUND_AND : BOUND_OR,
                            type_of(TYPE_BOOLEAN), tests, count, bind_pos(binder, expr->position));
}

/* Over a constant array: as if its elements stood in ARRAY[…]. */
static Status bind_constant_array(Binder *binder, const Expr *expr, const Bound *left,
                                  const Bound *array, const Bound **out, Err *err)
{
    Value value;
    int32_t position = bind_pos(binder, expr->position);
    TRY(bound_eval(binder->arena, array, &value, err));
    if (value.is_null) {
        value = value_null(type_of(TYPE_BOOLEAN));
        *out = bound_const(binder->arena, &value, position);
        return OK;
    }
    int count = (int)value.as.list.count;
    const Bound **tests = ARENA_ARRAY(binder->arena, const Bound *, count + 1);
    for (int i = 0; i < count; i++)
        TRY(compare(binder, expr->quantified.op, left,
                    bound_const(binder->arena, &value.as.list.items[i], position), expr->position,
                    &tests[i], err));
    *out = quantify(binder, expr, tests, count);
    return OK;
}

/* x = ANY (array), x <> ALL (array); '{a,b}' is an array of what x is. */
static Status bind_any_of_array(Binder *binder, const ExprScope *scope, const Expr *expr,
                                const Bound **out, Err *err)
{
    const Bound *args[2];
    bool none = expr->quantified.all && expr->quantified.op == OP_NE;
    bool one = !expr->quantified.all && expr->quantified.op == OP_EQ;
    int32_t position = bind_pos(binder, expr->position);
    TRY(bind_expr(binder, scope, expr->quantified.left, &args[0], err));
    TRY(bind_expr(binder, scope, expr->quantified.array, &args[1], err));
    if (args[1]->unknown) {
        Type *element = ARENA_NEW(binder->arena, Type);
        TRY(bind_settle(binder, args[0], &args[0], err));
        *element = args[0]->type;
        TRY(bind_cast(binder, args[1], type_array(element), CAST_IMPLICIT,
                      bind_pos(binder, expr->quantified.array->position), &args[1], err));
    }
    if (args[1]->type.id != TYPE_ARRAY)
        return err_set(err, SQLSTATE_WRONG_OBJECT_TYPE,
                       bind_pos(binder, expr->quantified.array->position),
                       "ANY and ALL take an array on their right");
    if (!none && !one && args[1]->is_constant)
        return bind_constant_array(binder, expr, args[0], args[1], out, err);
    if (!none && !one)
        return bind_unsupported(
            binder, expr->position,
            "ANY and ALL over an array that is no list, but = ANY and <> ALL, are", err);
    TRY(bind_function(binder, "equals_any", args, 2, position, out, err));
    return negate_if(binder, none, *out, out, err);
}

Status bind_quantified(Binder *binder, const ExprScope *scope, const Expr *expr, const Bound **out,
                       Err *err)
{
    if (expr->quantified.query)
        return bind_unsupported(binder, expr->position, "subqueries in expressions are", err);
    const Expr *array = expr->quantified.array;
    if (array->kind != EXPR_ARRAY)
        return bind_any_of_array(binder, scope, expr, out, err);
    int count = (int)array->list.count;
    const Bound **tests = ARENA_ARRAY(binder->arena, const Bound *, count + 1), *left;
    TRY(bind_expr(binder, scope, expr->quantified.left, &left, err));
    for (int i = 0; i < count; i++) {
        const Bound *item;
        TRY(bind_expr(binder, scope, array->list.at[i], &item, err));
        TRY(compare(binder, expr->quantified.op, left, item, expr->position, &tests[i], err));
    }
    *out = quantify(binder, expr, tests, count);
    return OK;
}

Status bind_operator(Binder *binder, const ExprScope *scope, const Expr *expr, const Bound **out,
                     Err *err)
{
    if (expr->kind == EXPR_UNARY)
        return bind_unary(binder, scope, expr, out, err);
    if (expr->kind == EXPR_BINARY)
        return bind_binary(binder, scope, expr, out, err);
    if (expr->kind == EXPR_IS)
        return bind_is(binder, scope, expr, out, err);
    if (expr->kind == EXPR_LIKE)
        return bind_like(binder, scope, expr, out, err);
    if (expr->kind == EXPR_BETWEEN)
        return bind_between(binder, scope, expr, out, err);
    if (expr->kind == EXPR_IN_LIST)
        return bind_in(binder, scope, expr, out, err);
    return bind_logic(binder, scope, expr, out, err);
}
