/*
 * print_expr.c - expressions as SQL.
 *
 * Parentheses come from a level per operator, PostgreSQL's table turned into
 * numbers: an operand below the level its place asks for is enclosed.  What
 * would not read back is avoided: no `--`, no word that could be a keyword.
 */
#include "grammar/print.h"

#include "grammar/lexer.h"
#include "grammar/sql.h"

enum Level {
    LEVEL_ANY,
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_NOT,
    LEVEL_IS,
    LEVEL_COMPARE,
    LEVEL_LIKE,
    LEVEL_ABOVE_LIKE,
    LEVEL_OTHER,
    LEVEL_ADD,
    LEVEL_MULTIPLY,
    LEVEL_POWER,
    LEVEL_AT,
    LEVEL_COLLATE,
    LEVEL_UNARY,
    LEVEL_PRIMARY,
};

static void print(Buf *out, const Expr *expr, enum Level least);

const char *ast_operator_text(BinaryOp op)
{
    static const char *const texts[OP_BINARY_COUNT] = {
        [OP_ADD] = "+",
        [OP_SUBTRACT] = "-",
        [OP_MULTIPLY] = "*",
        [OP_DIVIDE] = "/",
        [OP_MODULO] = "%",
        [OP_POWER] = "^",
        [OP_CONCAT] = "||",
        [OP_EQ] = "=",
        [OP_NE] = "<>",
        [OP_LT] = "<",
        [OP_LE] = "<=",
        [OP_GT] = ">",
        [OP_GE] = ">=",
        [OP_DISTINCT] = "IS DISTINCT FROM",
        [OP_NOT_DISTINCT] = "IS NOT DISTINCT FROM",
        [OP_BIT_AND] = "&",
        [OP_BIT_OR] = "|",
        [OP_BIT_XOR] = "#",
        [OP_SHIFT_LEFT] = "<<",
        [OP_SHIFT_RIGHT] = ">>",
        [OP_MATCH] = "~",
        [OP_MATCH_NOCASE] = "~*",
        [OP_NOT_MATCH] = "!~",
        [OP_NOT_MATCH_NOCASE] = "!~*",
        [OP_JSON_GET] = "->",
        [OP_JSON_GET_TEXT] = "->>",
        [OP_JSON_PATH] = "#>",
        [OP_JSON_PATH_TEXT] = "#>>",
        [OP_CONTAINS] = "@>",
        [OP_CONTAINED] = "<@",
        [OP_OVERLAPS] = "&&",
        [OP_LIKE] = "LIKE",
        [OP_NOT_LIKE] = "NOT LIKE",
        [OP_ILIKE] = "ILIKE",
        [OP_NOT_ILIKE] = "NOT ILIKE",
    };
    return op < OP_BINARY_COUNT ? texts[op] : "?";
}

/* ---- expressions ---- */

static enum Level binary_level(BinaryOp op)
{
    if (op >= OP_EQ && op <= OP_GE)
        return LEVEL_COMPARE;
    if (op == OP_ADD || op == OP_SUBTRACT)
        return LEVEL_ADD;
    if (op == OP_MULTIPLY || op == OP_DIVIDE || op == OP_MODULO)
        return LEVEL_MULTIPLY;
    if (op == OP_DISTINCT || op == OP_NOT_DISTINCT)
        return LEVEL_IS;
    return op == OP_POWER ? LEVEL_POWER : LEVEL_OTHER;
}

static bool is_negative(const Expr *expr)
{
    return expr->kind == EXPR_LITERAL && expr->literal.text.length &&
           expr->literal.text.data[0] == '-' && expr->literal.kind != LITERAL_STRING &&
           expr->literal.kind != LITERAL_BYTES;
}

static enum Level level_of(const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_OR:
        return LEVEL_OR;
    case EXPR_AND:
        return LEVEL_AND;
    case EXPR_UNARY:
        return expr->unary.op == OP_NOT       ? LEVEL_NOT
               : expr->unary.op == OP_BIT_NOT ? LEVEL_OTHER
                                              : LEVEL_UNARY;
    case EXPR_BINARY:
        return binary_level(expr->binary.op);
    case EXPR_IS:
        return LEVEL_IS;
    case EXPR_QUANTIFIED:
        return LEVEL_COMPARE;
    case EXPR_LIKE:
    case EXPR_BETWEEN:
    case EXPR_IN_LIST:
    case EXPR_IN_QUERY:
        return LEVEL_LIKE;
    case EXPR_COLLATE:
        return LEVEL_COLLATE;
    case EXPR_AT_TIME_ZONE:
        return LEVEL_AT;
    case EXPR_LITERAL:
        return is_negative(expr) ? LEVEL_UNARY : LEVEL_PRIMARY;
    case EXPR_TYPED_LITERAL:
    case EXPR_INTERVAL:
    case EXPR_COLUMN:
    case EXPR_STAR:
    case EXPR_PARAM:
    case EXPR_EXISTS:
    case EXPR_SUBQUERY:
    case EXPR_CAST:
    case EXPR_CASE:
    case EXPR_CALL:
    case EXPR_ARRAY:
    case EXPR_ARRAY_QUERY:
    case EXPR_ROW:
    case EXPR_SUBSCRIPT:
    case EXPR_SLICE:
    case EXPR_FIELD:
    case EXPR_DEFAULT:
    case EXPR_TABLE:
    case EXPR_DESCRIPTOR:
        break;
    }
    return LEVEL_PRIMARY;
}

void print_list(Buf *out, const ExprList *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (i)
            buf_add_text(out, ", ");
        ast_print_expr(out, list->at[i]);
    }
}

static void print_literal(Buf *out, const Expr *expr)
{
    Str text = expr->literal.text;
    switch (expr->literal.kind) {
    case LITERAL_NULL:
        buf_add_text(out, "NULL");
        break;
    case LITERAL_BOOL:
        buf_add_text(out, expr->literal.integer ? "TRUE" : "FALSE");
        break;
    case LITERAL_INTEGER:
    case LITERAL_DECIMAL:
    case LITERAL_FLOAT:
        buf_add(out, text.data, text.length);
        if (expr->literal.suffix)
            buf_printf(out, "%c%s", expr->literal.suffix, expr->literal.suffix == 'B' ? "D" : "");
        break;
    case LITERAL_STRING:
        ast_print_string(out, text);
        break;
    case LITERAL_BYTES:
        buf_add_text(out, "X'");
        for (size_t i = 0; i < text.length; i++)
            buf_printf(out, "%02x", (unsigned)(unsigned char)text.data[i]);
        buf_add_char(out, '\'');
        break;
    }
}

static void print_unary(Buf *out, const Expr *expr)
{
    const Expr *arg = expr->unary.arg;
    switch (expr->unary.op) {
    case OP_NOT:
        buf_add_text(out, "NOT ");
        print(out, arg, LEVEL_NOT);
        break;
    case OP_NEGATE:
    case OP_PLUS:
        buf_add_char(out, expr->unary.op == OP_NEGATE ? '-' : '+');
        print(out, arg, LEVEL_PRIMARY);
        break;
    case OP_BIT_NOT:
        buf_add_text(out, "~ ");
        print(out, arg, LEVEL_ADD);
        break;
    }
}

static void print_binary(Buf *out, const Expr *expr)
{
    enum Level level = binary_level(expr->binary.op);
    bool chains = level != LEVEL_COMPARE && level != LEVEL_IS;
    print(out, expr->binary.left, chains ? level : level + 1);
    buf_printf(out, " %s ", ast_operator_text(expr->binary.op));
    print(out, expr->binary.right, level + 1);
}

static void print_chain(Buf *out, const Expr *expr)
{
    bool is_and = expr->kind == EXPR_AND;
    for (size_t i = 0; i < expr->list.count; i++) {
        if (i)
            buf_add_text(out, is_and ? " AND " : " OR ");
        print(out, expr->list.at[i], is_and ? LEVEL_NOT : LEVEL_AND);
    }
}

static void print_is(Buf *out, const Expr *expr)
{
    static const char *const tests[] = {"NULL", "TRUE", "FALSE", "UNKNOWN"};
    print(out, expr->is.arg, LEVEL_COMPARE);
    buf_printf(out, " IS %s%s", expr->negated ? "NOT " : "", tests[expr->is.test]);
}

static void print_like(Buf *out, const Expr *expr)
{
    static const char *const words[] = {"LIKE", "ILIKE", "SIMILAR TO", "RLIKE"};
    print(out, expr->like.value, LEVEL_ABOVE_LIKE);
    buf_printf(out, " %s%s ", expr->negated ? "NOT " : "", words[expr->like.kind]);
    print(out, expr->like.pattern, LEVEL_OTHER);
    if (expr->like.escape) {
        buf_add_text(out, " ESCAPE ");
        print(out, expr->like.escape, LEVEL_OTHER);
    }
}

static void print_between(Buf *out, const Expr *expr)
{
    print(out, expr->between.value, LEVEL_ABOVE_LIKE);
    buf_printf(out, " %sBETWEEN %s", expr->negated ? "NOT " : "",
               expr->between.symmetric ? "SYMMETRIC " : "");
    print(out, expr->between.low, LEVEL_OTHER);
    buf_add_text(out, " AND ");
    print(out, expr->between.high, LEVEL_OTHER);
}

static void print_quantified(Buf *out, const Expr *expr)
{
    print(out, expr->quantified.left, LEVEL_ABOVE_LIKE);
    buf_printf(out, " %s %s ", ast_operator_text(expr->quantified.op),
               expr->quantified.all ? "ALL" : "ANY");
    if (expr->quantified.query) {
        print_in_parens(out, expr->quantified.query);
    } else {
        /* A scalar subquery as the array: ANY ((SELECT …)::…) would be the set of its rows. */
        buf_add_char(out, '(');
        ast_print_expr(out, expr->quantified.array);
        buf_add_char(out, ')');
    }
}

static void print_case(Buf *out, const CaseExpr *cased)
{
    buf_add_text(out, "CASE");
    if (cased->operand) {
        buf_add_char(out, ' ');
        ast_print_expr(out, cased->operand);
    }
    for (size_t i = 0; i < cased->whens.count; i++) {
        buf_add_text(out, " WHEN ");
        ast_print_expr(out, cased->whens.at[i].when);
        buf_add_text(out, " THEN ");
        ast_print_expr(out, cased->whens.at[i].then);
    }
    if (cased->otherwise) {
        buf_add_text(out, " ELSE ");
        ast_print_expr(out, cased->otherwise);
    }
    buf_add_text(out, " END");
}

/* Before [ and .: what the grammar takes there without parentheses. */
static void print_base(Buf *out, const Expr *expr, bool column)
{
    bool bare = expr->kind == EXPR_SUBSCRIPT || expr->kind == EXPR_SLICE ||
                expr->kind == EXPR_FIELD || expr->kind == EXPR_ARRAY ||
                (expr->kind == EXPR_CALL && !expr->call->over) ||
                (expr->kind == EXPR_COLUMN && column);
    if (!bare)
        buf_add_char(out, '(');
    ast_print_expr(out, expr);
    if (!bare)
        buf_add_char(out, ')');
}

static void print_star(Buf *out, const StarExpr *star)
{
    ast_print_names(out, &star->qualifier);
    buf_add_text(out, star->qualifier.count ? ".*" : "*");
    if (star->exclude.count) {
        buf_add_text(out, " EXCLUDE");
        print_columns(out, &star->exclude);
    }
    if (star->replace.count) {
        buf_add_text(out, " REPLACE (");
        print_items(out, &star->replace);
        buf_add_char(out, ')');
    }
}

static void print_table_arg(Buf *out, const TableArg *arg)
{
    buf_add_text(out, "TABLE ");
    if (arg->query)
        print_in_parens(out, arg->query);
    else
        ast_print_names(out, &arg->table);
    if (arg->partition_by.count) {
        buf_add_text(out, arg->partition_by.count > 1 ? " PARTITION BY (" : " PARTITION BY ");
        print_list(out, &arg->partition_by);
        if (arg->partition_by.count > 1)
            buf_add_char(out, ')');
    }
}

static void print_interval(Buf *out, const Expr *expr)
{
    buf_add_text(out, "INTERVAL ");
    ast_print_string(out, expr->interval.text);
    if (expr->interval.from != UNIT_NONE)
        buf_printf(out, " %s", ast_unit_text(expr->interval.from));
    if (expr->interval.to != UNIT_NONE)
        buf_printf(out, " TO %s", ast_unit_text(expr->interval.to));
}

static void print_bracketed(Buf *out, const char *open, const ExprList *list, const char *close)
{
    buf_add_text(out, open);
    print_list(out, list);
    buf_add_text(out, close);
}

static void print_bare(Buf *out, const Expr *expr)
{
    switch (expr->kind) {
    case EXPR_LITERAL:
        print_literal(out, expr);
        break;
    case EXPR_TYPED_LITERAL:
        ast_print_type(out, expr->typed.type);
        buf_add_char(out, ' ');
        ast_print_string(out, expr->typed.text);
        break;
    case EXPR_INTERVAL:
        print_interval(out, expr);
        break;
    case EXPR_COLUMN:
        ast_print_names(out, &expr->column);
        break;
    case EXPR_STAR:
        print_star(out, expr->star);
        break;
    case EXPR_PARAM:
        buf_printf(out, "$%d", expr->param);
        break;
    case EXPR_UNARY:
        print_unary(out, expr);
        break;
    case EXPR_BINARY:
        print_binary(out, expr);
        break;
    case EXPR_AND:
    case EXPR_OR:
        print_chain(out, expr);
        break;
    case EXPR_IS:
        print_is(out, expr);
        break;
    case EXPR_LIKE:
        print_like(out, expr);
        break;
    case EXPR_BETWEEN:
        print_between(out, expr);
        break;
    case EXPR_IN_LIST:
        print(out, expr->in.value, LEVEL_ABOVE_LIKE);
        print_bracketed(out, expr->negated ? " NOT IN (" : " IN (", &expr->in.items, ")");
        break;
    case EXPR_IN_QUERY:
        print(out, expr->sub.value, LEVEL_ABOVE_LIKE);
        buf_add_text(out, expr->negated ? " NOT IN " : " IN ");
        print_in_parens(out, expr->sub.query);
        break;
    case EXPR_EXISTS:
        buf_add_text(out, "EXISTS ");
        print_in_parens(out, expr->sub.query);
        break;
    case EXPR_SUBQUERY:
        print_in_parens(out, expr->sub.query);
        break;
    case EXPR_ARRAY_QUERY:
        buf_add_text(out, "ARRAY");
        print_in_parens(out, expr->sub.query);
        break;
    case EXPR_QUANTIFIED:
        print_quantified(out, expr);
        break;
    case EXPR_CAST:
        buf_add_text(out, expr->cast.is_try ? "TRY_CAST(" : "CAST(");
        ast_print_expr(out, expr->cast.arg);
        buf_add_text(out, " AS ");
        ast_print_type(out, expr->cast.type);
        buf_add_char(out, ')');
        break;
    case EXPR_CASE:
        print_case(out, expr->cased);
        break;
    case EXPR_CALL:
        print_call(out, expr->call);
        break;
    case EXPR_ARRAY:
        print_bracketed(out, "ARRAY[", &expr->list, "]");
        break;
    case EXPR_ROW:
        print_bracketed(out, "ROW(", &expr->list, ")");
        break;
    case EXPR_SUBSCRIPT:
    case EXPR_SLICE:
        print_base(out, expr->subscript.arg, true);
        buf_add_char(out, '[');
        if (expr->subscript.low)
            ast_print_expr(out, expr->subscript.low);
        if (expr->kind == EXPR_SLICE)
            buf_add_text(out, " : ");
        if (expr->subscript.high)
            ast_print_expr(out, expr->subscript.high);
        buf_add_char(out, ']');
        break;
    case EXPR_FIELD:
        print_base(out, expr->field.arg, false);
        buf_add_char(out, '.');
        ast_print_name(out, expr->field.name);
        break;
    case EXPR_COLLATE:
        print(out, expr->collate.arg, LEVEL_COLLATE);
        buf_add_text(out, " COLLATE ");
        ast_print_names(out, &expr->collate.name);
        break;
    case EXPR_AT_TIME_ZONE:
        print(out, expr->at_zone.arg, LEVEL_AT);
        buf_add_text(out, " AT TIME ZONE ");
        print(out, expr->at_zone.zone, LEVEL_COLLATE);
        break;
    case EXPR_DEFAULT:
        buf_add_text(out, "DEFAULT");
        break;
    case EXPR_TABLE:
        print_table_arg(out, expr->table);
        break;
    case EXPR_DESCRIPTOR:
        buf_add_text(out, "DESCRIPTOR(");
        print_name_list(out, &expr->descriptor);
        buf_add_char(out, ')');
        break;
    }
}

static void print(Buf *out, const Expr *expr, enum Level least)
{
    bool enclose = level_of(expr) < least;
    if (enclose)
        buf_add_char(out, '(');
    print_bare(out, expr);
    if (enclose)
        buf_add_char(out, ')');
}

void ast_print_expr(Buf *out, const Expr *expr)
{
    print(out, expr, LEVEL_ANY);
}

/* ---- calls and windows ---- */

static const char *null_treatment_text(NullTreatment treatment)
{
    return treatment == NULLS_IGNORE    ? " IGNORE NULLS"
           : treatment == NULLS_RESPECT ? " RESPECT NULLS"
                                        : "";
}

/* LEFT(…), GROUPING(…), IF(…): keywords too are fine before a parenthesis, but for a few. */
static bool is_call_name(Name name)
{
    const Keyword *keyword = keyword_find(name.text, strlen(name.text));
    if (!keyword || keyword->reserved || name.quoted)
        return false;
    switch (keyword->token) {
    case TK_ANY:
    case TK_ARRAY:
    case TK_BOTH:
    case TK_CAST:
    case TK_CUBE:
    case TK_DESCRIPTOR:
    case TK_EXISTS:
    case TK_INTERVAL:
    case TK_LEADING:
    case TK_OPERATOR:
    case TK_POSITION:
    case TK_ROLLUP:
    case TK_ROW:
    case TK_SOME:
    case TK_TRAILING:
    case TK_TRY_CAST:
    case TK_VALUES:
        return false;
    default:
        return true;
    }
}

void print_call(Buf *out, const FunctionCall *call)
{
    if (call->name.count == 1 && is_call_name(call->name.at[0]))
        buf_add_text(out, call->name.at[0].text);
    else
        ast_print_names(out, &call->name);
    buf_add_text(out, call->star ? "(*" : call->distinct ? "(DISTINCT " : "(");
    for (size_t i = 0; i < call->args.count; i++) {
        if (i)
            buf_add_text(out, ", ");
        if (call->arg_names && call->arg_names[i].text) {
            ast_print_name(out, call->arg_names[i]);
            buf_add_text(out, " => ");
        }
        ast_print_expr(out, call->args.at[i]);
    }
    if (!call->over)
        buf_add_text(out, null_treatment_text(call->null_treatment));
    if (call->order_by.count) {
        buf_add_text(out, call->within_group ? ") WITHIN GROUP (ORDER BY " : " ORDER BY ");
        print_order(out, &call->order_by);
    }
    buf_add_char(out, ')');
    if (call->filter) {
        buf_add_text(out, " FILTER (WHERE ");
        ast_print_expr(out, call->filter);
        buf_add_char(out, ')');
    }
    if (!call->over)
        return;
    buf_printf(out, "%s OVER ", null_treatment_text(call->null_treatment));
    if (call->over->is_reference) {
        ast_print_name(out, call->over->name);
        return;
    }
    buf_add_char(out, '(');
    print_window(out, call->over);
    buf_add_char(out, ')');
}

void print_direction(Buf *out, const OrderItem *item)
{
    if (item->descending)
        buf_add_text(out, " DESC");
    if (item->nulls != NULLS_DEFAULT)
        buf_add_text(out, item->nulls == NULLS_FIRST ? " NULLS FIRST" : " NULLS LAST");
}

void print_order(Buf *out, const OrderList *order)
{
    for (size_t i = 0; i < order->count; i++) {
        if (i)
            buf_add_text(out, ", ");
        ast_print_expr(out, order->at[i].expr);
        print_direction(out, &order->at[i]);
    }
}

static void print_bound(Buf *out, const FrameBound *bound)
{
    switch (bound->kind) {
    case BOUND_UNBOUNDED_PRECEDING:
        buf_add_text(out, "UNBOUNDED PRECEDING");
        break;
    case BOUND_UNBOUNDED_FOLLOWING:
        buf_add_text(out, "UNBOUNDED FOLLOWING");
        break;
    case BOUND_CURRENT_ROW:
        buf_add_text(out, "CURRENT ROW");
        break;
    case BOUND_PRECEDING:
    case BOUND_FOLLOWING:
        ast_print_expr(out, bound->offset);
        buf_add_text(out, bound->kind == BOUND_PRECEDING ? " PRECEDING" : " FOLLOWING");
        break;
    }
}

void print_window(Buf *out, const WindowSpec *window)
{
    static const char *const units[] = {"", "ROWS", "RANGE", "GROUPS"};
    static const char *const exclusions[] = {"", " EXCLUDE CURRENT ROW", " EXCLUDE GROUP",
                                             " EXCLUDE TIES"};
    const char *gap = "";
    if (window->base.text) {
        ast_print_name(out, window->base);
        gap = " ";
    }
    if (window->partition_by.count) {
        buf_printf(out, "%sPARTITION BY ", gap);
        print_list(out, &window->partition_by);
        gap = " ";
    }
    if (window->order_by.count) {
        buf_printf(out, "%sORDER BY ", gap);
        print_order(out, &window->order_by);
        gap = " ";
    }
    if (window->frame == FRAME_NONE)
        return;
    buf_printf(out, "%s%s BETWEEN ", gap, units[window->frame]);
    print_bound(out, &window->from);
    buf_add_text(out, " AND ");
    print_bound(out, &window->to);
    buf_add_text(out, exclusions[window->exclusion]);
}
