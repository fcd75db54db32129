/*
 * build_expr.c - expressions for the grammar's actions.
 */
#include "grammar/build.h"

#include "grammar/parse.h"
#include "grammar/sql.h"

Expr *expr_make(Parse *p, ExprKind kind, Token at)
{
    Expr *expr = ARENA_NEW(p->arena, Expr);
    expr->kind = kind;
    expr->depth = 1;
    expr->position = expr->start = at.start;
    expr->end = at.end;
    return expr;
}

void expr_adopt(Parse *p, Expr *parent, const Expr *child)
{
    if (!child)
        return;
    parse_deepen(p, &parent->depth, child->depth, parent->position);
    if (child->start < parent->start)
        parent->start = child->start;
    if (child->end > parent->end)
        parent->end = child->end;
}

void expr_adopt_list(Parse *p, Expr *parent, const ExprList *list)
{
    for (size_t i = 0; list && i < list->count; i++)
        expr_adopt(p, parent, list->at[i]);
}

void expr_adopt_query(Parse *p, Expr *parent, const Query *query)
{
    parse_deepen(p, &parent->depth, query->depth, parent->position);
    if (query->end > parent->end)
        parent->end = query->end;
}

Expr *expr_enclose(Expr *expr, Token open, Token close)
{
    expr->start = open.start;
    expr->end = close.end;
    return expr;
}

ExprList *exprs_add(Parse *p, ExprList *list, Expr *expr)
{
    if (!list)
        list = ARENA_NEW(p->arena, ExprList);
    list_push_arena(p->arena, list, expr);
    return list;
}

ExprList exprs_value(const ExprList *list)
{
    return list ? *list : (ExprList){0};
}

/* ---- literals ---- */

static void integer_literal(Parse *p, Expr *expr)
{
    Str digits = expr->literal.text;
    while (digits.length > 1 && digits.data[0] == '0') {
        digits.data++;
        digits.length--;
    }
    /* Far more digits than 64 bits hold need not be looked at. */
    int64_t value;
    expr->literal.text = (Str){arena_strndup(p->arena, digits.data, digits.length), digits.length};
    if (digits.length < 24 && text_to_i64(expr->literal.text.data, &value)) {
        expr->literal.integer = value;
        expr->literal.fits = true;
    }
}

Expr *expr_literal(Parse *p, Token token)
{
    Expr *expr = expr_make(p, EXPR_LITERAL, token);
    bool is_number = token.type == TK_INTEGER || token.type == TK_DECIMAL || token.type == TK_FLOAT;
    expr->literal.suffix = is_number ? (char)token.part : 0;
    switch (token.type) {
    case TK_TRUE:
    case TK_FALSE:
        expr->literal.kind = LITERAL_BOOL;
        expr->literal.integer = token.type == TK_TRUE;
        return expr;
    case TK_INTEGER:
        expr->literal.kind = LITERAL_INTEGER;
        expr->literal.text = token.value;
        integer_literal(p, expr);
        return expr;
    case TK_DECIMAL:
    case TK_FLOAT:
        expr->literal.kind = token.type == TK_DECIMAL ? LITERAL_DECIMAL : LITERAL_FLOAT;
        expr->literal.text = token_str(p, token);
        return expr;
    case TK_STRING:
    case TK_BYTES:
        expr->literal.kind = token.type == TK_STRING ? LITERAL_STRING : LITERAL_BYTES;
        expr->literal.text = token_str(p, token);
        return expr;
    default:
        expr->literal.kind = LITERAL_NULL;
        return expr;
    }
}

/* -5 is one literal, so that the smallest BIGINT can be written. */
static bool negate_literal(Parse *p, Expr *arg, Token minus)
{
    if (arg->kind != EXPR_LITERAL || arg->literal.text.length == 0 ||
        arg->literal.text.data[0] == '-')
        return false;
    LiteralKind kind = arg->literal.kind;
    if (kind != LITERAL_INTEGER && kind != LITERAL_DECIMAL && kind != LITERAL_FLOAT)
        return false;
    const char *text = arena_printf(p->arena, "-" STR_FORMAT, STR_ARG(arg->literal.text));
    arg->literal.text = str_from(text);
    arg->position = arg->start = minus.start;
    int64_t value;
    if (kind == LITERAL_INTEGER && arg->literal.text.length < 24) {
        arg->literal.fits = text_to_i64(text, &value);
        arg->literal.integer = arg->literal.fits ? value : 0;
    }
    return true;
}

Expr *expr_typed_literal(Parse *p, TypeName *type, Token name, Token text)
{
    Expr *expr = expr_make(p, EXPR_TYPED_LITERAL, name);
    expr->typed.type = type;
    expr->typed.text = token_str(p, text);
    expr->end = text.end;
    return expr;
}

Expr *expr_interval(Parse *p, Token keyword, const Token *sign, Token text, const Token *from,
                    const Token *to)
{
    Expr *expr = expr_make(p, EXPR_INTERVAL, keyword);
    expr->interval.text = token_str(p, text);
    if (sign && sign->type == TK_MINUS)
        expr->interval.text = str_from(arena_printf(p->arena, "-%s", expr->interval.text.data));
    if (from)
        expr->interval.from = unit_from(*from);
    if (to)
        expr->interval.to = unit_from(*to);
    if (to && expr->interval.to >= expr->interval.from)
        parse_fail_at(p, to->start, to->end);
    expr->end = to ? to->end : from ? from->end : text.end;
    return expr;
}

Token interval_part(Parse *p, const Token *before, Token text, Token unit)
{
    Token part = before ? *before : text;
    part.value =
        str_from(arena_printf(p->arena, STR_FORMAT "%s" STR_FORMAT " " STR_FORMAT,
                              STR_ARG(before ? before->value : (Str){.data = ""}),
                              before ? " " : "", STR_ARG(text.value), STR_ARG(unit.value)));
    part.type = TK_STRING;
    part.owned = true;
    part.end = unit.end;
    return part;
}

Expr *expr_param(Parse *p, Token token)
{
    enum { PARAMS_MAX = 65535 }; /* the protocol's count is 16 bits */
    Expr *expr = expr_make(p, EXPR_PARAM, token);
    int64_t number = 0;
    if (token.type == TK_QUESTION) {
        number = ++p->question_count;
    } else {
        for (size_t i = 0; i < token.value.length; i++) {
            char c = token.value.data[i];
            if (c < '0' || c > '9') {
                parse_fail_at(p, token.start, token.end);
                return expr;
            }
            if (number <= PARAMS_MAX)
                number = number * 10 + (c - '0');
        }
    }
    if (number < 1 || number > PARAMS_MAX)
        parse_fail(p, SQLSTATE_UNDEFINED_PARAMETER, token.start, "there is no parameter $%lld",
                   (long long)number);
    expr->param = (int32_t)number;
    if (expr->param > p->param_count)
        p->param_count = expr->param;
    return expr;
}

/* CURRENT_DATE and its like are calls without parentheses. */
static bool is_clock_word(Name name)
{
    static const char *const words[] = {
        "current_date", "current_time",    "current_timestamp", "localtime",    "localtimestamp",
        "current_user", "current_catalog", "current_schema",    "current_role", "session_user",
    };
    if (name.quoted)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (text_equal_nocase(name.text, words[i]))
            return true;
    return false;
}

Expr *expr_column(Parse *p, const NameList *name)
{
    enum { PARTS_MAX = 4 };
    const Name *last = &name->at[name->count - 1];
    Token at = {.start = last->position, .end = names_end(name)};
    if (name->count == 1 && is_clock_word(name->at[0])) {
        Expr *call = expr_make(p, EXPR_CALL, at);
        call->call = ARENA_NEW(p->arena, FunctionCall);
        call->call->name = *name;
        return call;
    }
    if (name->count > PARTS_MAX)
        parse_fail(p, SQLSTATE_SYNTAX, name->at[0].position,
                   "improper qualified name (too many dotted names)");
    Expr *expr = expr_make(p, EXPR_COLUMN, at);
    expr->start = name->at[0].position;
    expr->column = *name;
    return expr;
}

Expr *expr_star(Parse *p, const NameList *qualifier, Token star)
{
    Expr *expr = expr_make(p, EXPR_STAR, star);
    expr->star = ARENA_NEW(p->arena, StarExpr);
    expr->star->qualifier = names_value(qualifier);
    if (qualifier)
        expr->start = qualifier->at[0].position;
    return expr;
}

/* ---- operators ---- */

Expr *expr_unary(Parse *p, UnaryOp op, Token at, Expr *arg)
{
    if (op == OP_NEGATE && negate_literal(p, arg, at))
        return arg;
    Expr *expr = expr_make(p, EXPR_UNARY, at);
    expr->unary.op = op;
    expr->unary.arg = arg;
    expr_adopt(p, expr, arg);
    return expr;
}

static const struct {
    int token;
    BinaryOp op;
} binary_tokens[] = {
    {TK_PLUS, OP_ADD},
    {TK_MINUS, OP_SUBTRACT},
    {TK_STAR, OP_MULTIPLY},
    {TK_SLASH, OP_DIVIDE},
    {TK_PERCENT, OP_MODULO},
    {TK_CARET, OP_POWER},
    {TK_CONCAT, OP_CONCAT},
    {TK_EQ, OP_EQ},
    {TK_NE, OP_NE},
    {TK_LT, OP_LT},
    {TK_LE, OP_LE},
    {TK_GT, OP_GT},
    {TK_GE, OP_GE},
    {TK_NULL_SAFE_EQ, OP_NOT_DISTINCT},
    {TK_AMP, OP_BIT_AND},
    {TK_BAR, OP_BIT_OR},
    {TK_HASH, OP_BIT_XOR},
    {TK_SHIFT_LEFT, OP_SHIFT_LEFT},
    {TK_SHIFT_RIGHT, OP_SHIFT_RIGHT},
    {TK_TILDE, OP_MATCH},
    {TK_TILDE_STAR, OP_MATCH_NOCASE},
    {TK_NOT_TILDE, OP_NOT_MATCH},
    {TK_NOT_TILDE_STAR, OP_NOT_MATCH_NOCASE},
    {TK_ARROW, OP_JSON_GET},
    {TK_ARROW_TEXT, OP_JSON_GET_TEXT},
    {TK_HASH_ARROW, OP_JSON_PATH},
    {TK_HASH_ARROW_TEXT, OP_JSON_PATH_TEXT},
    {TK_CONTAINS, OP_CONTAINS},
    {TK_CONTAINED, OP_CONTAINED},
    {TK_OVERLAPS, OP_OVERLAPS},
    {TK_LIKE, OP_LIKE},
    {TK_LIKE_OP, OP_LIKE},
    {TK_NOT_LIKE_OP, OP_NOT_LIKE},
    {TK_ILIKE, OP_ILIKE},
    {TK_ILIKE_OP, OP_ILIKE},
};

static BinaryOp binary_op(int token)
{
    for (size_t i = 0; i < sizeof binary_tokens / sizeof binary_tokens[0]; i++)
        if (binary_tokens[i].token == token)
            return binary_tokens[i].op;
    return OP_BINARY_COUNT;
}

Expr *expr_binary_op(Parse *p, Expr *left, BinaryOp op, Token at, Expr *right)
{
    Expr *expr = expr_make(p, EXPR_BINARY, at);
    expr->binary.op = op;
    expr->binary.left = left;
    expr->binary.right = right;
    expr_adopt(p, expr, left);
    expr_adopt(p, expr, right);
    return expr;
}

Expr *expr_binary(Parse *p, Expr *left, Token op, Expr *right)
{
    bool nocase = op.type == TK_ILIKE_OP || op.type == TK_NOT_ILIKE_OP;
    bool negated = op.type == TK_NOT_LIKE_OP || op.type == TK_NOT_ILIKE_OP;
    if (nocase || negated || op.type == TK_LIKE_OP)
        return expr_like(
            p, left, negated,
            (Token){.type = nocase ? TK_ILIKE : TK_LIKE, .start = op.start, .end = op.end}, right,
            NULL);
    if (op.type == TK_STARTS_WITH || op.type == TK_DIV)
        return expr_operator_call(p, op, left, right);
    BinaryOp kind = binary_op(op.type);
    if (kind == OP_BINARY_COUNT) /* OPERATOR(…) with something that is no binary operator */
        parse_fail_at(p, op.start, op.end);
    return expr_binary_op(p, left, kind == OP_BINARY_COUNT ? OP_EQ : kind, op, right);
}

Expr *expr_and_or(Parse *p, ExprKind kind, Expr *left, Token at, Expr *right)
{
    Expr *expr = left;
    if (left->kind != kind) {
        expr = expr_make(p, kind, at);
        expr_adopt(p, expr, left);
        list_push_arena(p->arena, &expr->list, left);
    }
    if (right->kind == kind) {
        for (size_t i = 0; i < right->list.count; i++) {
            list_push_arena(p->arena, &expr->list, right->list.at[i]);
            expr_adopt(p, expr, right->list.at[i]);
        }
        if (right->end > expr->end)
            expr->end = right->end;
    } else {
        list_push_arena(p->arena, &expr->list, right);
        expr_adopt(p, expr, right);
    }
    return expr;
}

Expr *expr_is(Parse *p, Expr *arg, Token at, bool negated, IsTest test, Token end)
{
    Expr *expr = expr_make(p, EXPR_IS, at);
    expr->negated = negated;
    expr->is.test = test;
    expr->is.arg = arg;
    expr_adopt(p, expr, arg);
    expr->end = end.end;
    return expr;
}

Expr *expr_like(Parse *p, Expr *value, bool negated, Token at, Expr *pattern, Expr *escape)
{
    Expr *expr = expr_make(p, EXPR_LIKE, at);
    expr->negated = negated;
    expr->like.kind = at.type == TK_ILIKE        ? LIKE_ILIKE
                      : at.type == TK_SIMILAR_TO ? LIKE_SIMILAR
                      : at.type == TK_RLIKE      ? LIKE_REGEXP
                                                 : LIKE_LIKE;
    expr->like.value = value;
    expr->like.pattern = pattern;
    expr->like.escape = escape;
    expr_adopt(p, expr, value);
    expr_adopt(p, expr, pattern);
    expr_adopt(p, expr, escape);
    return expr;
}

Expr *expr_between(Parse *p, Expr *value, bool negated, Token at, bool symmetric, Expr *low,
                   Expr *high)
{
    Expr *expr = expr_make(p, EXPR_BETWEEN, at);
    expr->negated = negated;
    expr->between.value = value;
    expr->between.low = low;
    expr->between.high = high;
    expr->between.symmetric = symmetric;
    expr_adopt(p, expr, value);
    expr_adopt(p, expr, low);
    expr_adopt(p, expr, high);
    return expr;
}

Expr *expr_in_list(Parse *p, Expr *value, bool negated, Token at, const ExprList *items, Token end)
{
    Expr *expr = expr_make(p, EXPR_IN_LIST, at);
    expr->negated = negated;
    expr->in.value = value;
    expr->in.items = *items;
    expr_adopt(p, expr, value);
    expr_adopt_list(p, expr, items);
    expr->end = end.end;
    return expr;
}

Expr *expr_sub(Parse *p, ExprKind kind, Token at, Expr *value, Query *query, bool negated)
{
    Expr *expr = expr_make(p, kind, at);
    expr->negated = negated;
    expr->sub.value = value;
    expr->sub.query = query;
    expr_adopt(p, expr, value);
    expr_adopt_query(p, expr, query);
    return expr;
}

/* LIKE ANY ('a', 'b') */
Expr *expr_array_of(Parse *p, Token at, Expr *first, const ExprList *others, Token end)
{
    ExprList *list = exprs_add(p, NULL, first);
    for (size_t i = 0; others && i < others->count; i++)
        list = exprs_add(p, list, others->at[i]);
    return expr_list(p, EXPR_ARRAY, at, list, end);
}

/* LIKE ANY ('a'): a pattern, where '{a}' would be an array. */
static bool is_pattern(BinaryOp op, const Expr *array)
{
    bool like = op == OP_LIKE || op == OP_NOT_LIKE || op == OP_ILIKE || op == OP_NOT_ILIKE;
    return like && array && array->kind == EXPR_LITERAL && array->literal.kind == LITERAL_STRING &&
           !(array->literal.text.length && array->literal.text.data[0] == '{');
}

Expr *expr_quantified(Parse *p, Expr *left, Token op, bool negated, Expr *array, Query *query,
                      int32_t end)
{
    Expr *expr = expr_make(p, EXPR_QUANTIFIED, op);
    BinaryOp kind = binary_op(op.part);
    if (negated && kind != OP_LIKE && kind != OP_ILIKE)
        parse_fail_at(p, op.start, op.end);
    if (negated)
        kind = kind == OP_LIKE ? OP_NOT_LIKE : OP_NOT_ILIKE;
    if (is_pattern(kind, array))
        array = expr_array_of(p, op, array, NULL, (Token){.end = end});
    expr->quantified.op = kind;
    expr->quantified.all = (op.value.data[op.value.length - 1] | 0x20) == 'l'; /* ALL */
    expr->quantified.left = left;
    expr->quantified.array = array;
    expr->quantified.query = query;
    expr_adopt(p, expr, left);
    expr_adopt(p, expr, array);
    if (query)
        expr_adopt_query(p, expr, query);
    expr->end = end;
    return expr;
}

/* ---- the rest ---- */

Expr *expr_cast(Parse *p, Token at, Expr *arg, TypeName *type, bool is_try)
{
    Expr *expr = expr_make(p, EXPR_CAST, at);
    expr->cast.arg = arg;
    expr->cast.type = type;
    expr->cast.is_try = is_try;
    parse_deepen(p, &expr->depth, arg->depth, at.start);
    parse_deepen(p, &expr->depth, type->depth, at.start);
    expr->end = type->end;
    return expr;
}

Expr *expr_list(Parse *p, ExprKind kind, Token at, const ExprList *items, Token end)
{
    Expr *expr = expr_make(p, kind, at);
    expr->list = exprs_value(items);
    expr_adopt_list(p, expr, items);
    expr->end = end.end;
    return expr;
}

Expr *expr_case(Parse *p, Token at, Expr *operand, const WhenList *whens, Expr *otherwise,
                Token end)
{
    Expr *expr = expr_make(p, EXPR_CASE, at);
    expr->cased = ARENA_NEW(p->arena, CaseExpr);
    expr->cased->operand = operand;
    expr->cased->whens.at = whens->at;
    expr->cased->whens.count = whens->count;
    expr->cased->otherwise = otherwise;
    expr_adopt(p, expr, operand);
    for (size_t i = 0; i < whens->count; i++) {
        expr_adopt(p, expr, whens->at[i].when);
        expr_adopt(p, expr, whens->at[i].then);
    }
    expr_adopt(p, expr, otherwise);
    expr->end = end.end;
    return expr;
}

Expr *expr_subscript(Parse *p, ExprKind kind, Expr *arg, Token at, Expr *low, Expr *high, Token end)
{
    Expr *expr = expr_make(p, kind, at);
    expr->subscript.arg = arg;
    expr->subscript.low = low;
    expr->subscript.high = high;
    expr_adopt(p, expr, arg);
    expr_adopt(p, expr, low);
    expr_adopt(p, expr, high);
    expr->end = end.end;
    return expr;
}

Expr *expr_field(Parse *p, Expr *arg, Token name)
{
    Expr *expr = expr_make(p, EXPR_FIELD, name);
    expr->field.arg = arg;
    expr->field.name = name_make(p, name);
    expr_adopt(p, expr, arg);
    return expr;
}
