/*
 * build_call.c - function calls, and the special syntax that stands for some.
 */
#include "grammar/build.h"

#include "grammar/parse.h"
#include "grammar/sql.h"

Args *args_add(Parse *p, Args *args, const Token *name, Expr *value)
{
    if (!args)
        args = ARENA_NEW(p->arena, Args);
    list_push_arena(p->arena, &args->list, value);
    if (name && args->names.count == 0) /* those before were positional */
        for (size_t i = 1; i < args->list.count; i++)
            list_push_arena(p->arena, &args->names, ((Name){0}));
    if (name)
        list_push_arena(p->arena, &args->names, name_make(p, *name));
    else if (args->names.count)
        parse_fail(p, SQLSTATE_SYNTAX, value->start,
                   "positional argument cannot follow named argument");
    return args;
}

Args *args_special(Parse *p, ArgForm form, Expr *first, Expr *second, Expr *third)
{
    Args *args = ARENA_NEW(p->arena, Args);
    Expr *all[] = {first, second, third};
    args->form = form;
    if (!first && form != ARGS_PLAIN) { /* TRIM(BOTH FROM x) */
        all[0] = second;
        all[1] = NULL;
    }
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i])
            list_push_arena(p->arena, &args->list, all[i]);
    return args;
}

/* EXTRACT(YEAR FROM …), TIMESTAMPDIFF(SECOND, …): a bare word becomes a string in lower case; a
 * word in quotes only where nothing but a unit can stand. */
static void word_to_string(Parse *p, Expr *expr, bool quoted_too)
{
    if (expr->kind != EXPR_COLUMN || expr->column.count != 1 ||
        (expr->column.at[0].quoted && !quoted_too))
        return;
    Token word = {.value = str_from(expr->column.at[0].text)};
    Str text = str_from(token_text_lower(p, word));
    expr->kind = EXPR_LITERAL;
    memset(&expr->literal, 0, sizeof expr->literal);
    expr->literal.kind = LITERAL_STRING;
    expr->literal.text = text;
}

static void swap_first_two(Args *args)
{
    if (args->list.count >= 2) {
        Expr *first = args->list.at[0];
        args->list.at[0] = args->list.at[1];
        args->list.at[1] = first;
    }
}

static Name renamed(Name name, const char *text)
{
    name.text = text;
    return name;
}

/* Brings a special form into that of an ordinary call; false if the function has no such form. */
static bool ordinary_form(Parse *p, Name *name, Args *args)
{
    bool trim = text_equal_nocase(name->text, "trim");
    bool substring = text_equal_nocase(name->text, "substring");
    switch (args->form) {
    case ARGS_PLAIN:
        return true;
    case ARGS_FROM:
        if (text_equal_nocase(name->text, "extract") && args->list.count == 2) {
            word_to_string(p, args->list.at[0], true);
            return true;
        }
        if (trim && args->list.count == 2) {
            swap_first_two(args);
            return true;
        }
        return substring;
    case ARGS_FOR:
        if (substring) {
            Token one = {.type = TK_INTEGER, .value = STR("1")};
            one.start = one.end = args->list.at[1]->start;
            list_push_arena(p->arena, &args->list, args->list.at[1]);
            args->list.at[1] = expr_literal(p, one);
        }
        return substring;
    case ARGS_BOTH:
    case ARGS_LEADING:
    case ARGS_TRAILING:
        swap_first_two(args);
        if (args->form != ARGS_BOTH)
            *name = renamed(*name, args->form == ARGS_LEADING ? "ltrim" : "rtrim");
        return trim;
    case ARGS_TRIM:
    case ARGS_TRIM_LEADING:
    case ARGS_TRIM_TRAILING:
        if (args->form != ARGS_TRIM)
            *name = renamed(*name, args->form == ARGS_TRIM_LEADING ? "ltrim" : "rtrim");
        return trim && !args->names.count;
    case ARGS_PLACING:
        return text_equal_nocase(name->text, "overlay");
    case ARGS_TO:
        word_to_string(p, args->list.at[1], false);
        if (text_equal_nocase(name->text, "floor"))
            *name = renamed(*name, "floor_to");
        else if (text_equal_nocase(name->text, "ceil") || text_equal_nocase(name->text, "ceiling"))
            *name = renamed(*name, "ceil_to");
        else
            return false;
        return true;
    }
    return false;
}

static bool takes_unit(const char *name)
{
    static const char *const names[] = {"timestampdiff", "timestampadd", "datediff", "dateadd"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (text_equal_nocase(name, names[i]))
            return true;
    return false;
}

/* `SESSION(TABLE t PARTITION BY a, b, DESCRIPTOR(ts), …)`: what stands between belongs to the
 * partition keys. */
static void gather_partition_keys(Parse *p, ExprList *args)
{
    if (args->count < 3 || args->at[0]->kind != EXPR_TABLE ||
        !args->at[0]->table->partition_by.count)
        return;
    size_t descriptor = 1;
    while (descriptor < args->count && args->at[descriptor]->kind != EXPR_DESCRIPTOR)
        descriptor++;
    if (descriptor == args->count || descriptor == 1)
        return;
    for (size_t i = 1; i < descriptor; i++) {
        list_push_arena(p->arena, &args->at[0]->table->partition_by, args->at[i]);
        expr_adopt(p, args->at[0], args->at[i]);
    }
    memmove(args->at + 1, args->at + descriptor, (args->count - descriptor) * sizeof args->at[0]);
    args->count -= descriptor - 1;
}

Expr *expr_call(Parse *p, const NameList *name, Args *args, Token end)
{
    enum { PARTS_MAX = 3 };
    const Name *last = &name->at[name->count - 1];
    Expr *expr = expr_make(p, EXPR_CALL, (Token){.start = last->position, .end = end.end});
    FunctionCall *call = expr->call = ARENA_NEW(p->arena, FunctionCall);
    expr->start = name->at[0].position;
    call->name = *name;
    if (name->count > PARTS_MAX)
        parse_fail(p, SQLSTATE_SYNTAX, name->at[0].position,
                   "improper qualified name (too many dotted names)");
    if (!ordinary_form(p, &call->name.at[call->name.count - 1], args))
        parse_fail(p, SQLSTATE_SYNTAX, last->position,
                   "function \"%s\" has no such form of arguments", last->text);
    if (args->list.count == 3 && !args->names.count && takes_unit(last->text))
        word_to_string(p, args->list.at[0], false);
    if (!args->names.count)
        gather_partition_keys(p, &args->list);
    call->args = args->list;
    call->arg_names = args->names.count ? args->names.at : NULL;
    call->star = args->star;
    call->distinct = args->distinct;
    call->null_treatment = args->null_treatment;
    call->order_by = order_value(args->order_by);
    expr_adopt_list(p, expr, &call->args);
    for (size_t i = 0; i < call->order_by.count; i++)
        expr_adopt(p, expr, call->order_by.at[i].expr);
    return expr;
}

static Expr *call_named(Parse *p, const char *name, Token at, Expr *const *args, size_t count,
                        int32_t end)
{
    Token word = at;
    word.value = str_from(name);
    Args *list = NULL;
    for (size_t i = 0; i < count; i++)
        list = args_add(p, list, NULL, args[i]);
    return expr_call(p, names_add(p, NULL, name_make(p, word)), list, (Token){.end = end});
}

Expr *expr_operator_call(Parse *p, Token op, Expr *left, Expr *right)
{
    const char *name = op.type == TK_ABSOLUTE      ? "abs"
                       : op.type == TK_SQUARE_ROOT ? "sqrt"
                       : op.type == TK_CUBE_ROOT   ? "cbrt"
                       : op.type == TK_DIV         ? "div"
                                                   : "starts_with";
    Expr *last = right ? right : left;
    return call_named(p, name, op, (Expr *[]){left, right}, right ? 2 : 1, last->end);
}

Expr *expr_overlaps(Parse *p, Expr *left, Token op, Expr *right)
{
    const Expr *sides[] = {left, right};
    for (size_t i = 0; i < 2; i++) {
        if (sides[i]->kind != EXPR_ROW || sides[i]->list.count != 2) {
            parse_fail(p, SQLSTATE_SYNTAX, sides[i]->start,
                       "OVERLAPS takes two values in parentheses on either side");
            return left;
        }
    }
    return call_named(
        p, "overlaps", op,
        (Expr *[]){left->list.at[0], left->list.at[1], right->list.at[0], right->list.at[1]}, 4,
        right->end);
}

Expr *expr_typed_call(Parse *p, Expr *call, TimeZoneKind zone, Token text)
{
    const FunctionCall *said = call->call;
    TypeName *type = type_named(p, &call->call->name);
    bool plain = said->args.count >= 1 && said->args.count <= 2 && !said->arg_names &&
                 !said->distinct && !said->order_by.count && !said->null_treatment;
    for (size_t i = 0; plain && i < said->args.count; i++) {
        const Expr *arg = said->args.at[i];
        plain = arg->kind == EXPR_LITERAL && arg->literal.kind == LITERAL_INTEGER;
        if (plain)
            type_arg(p, type, (Token){.value = arg->literal.text, .start = arg->start});
    }
    if (!plain)
        parse_fail_at(p, text.start, text.end);
    type->zone = zone;
    return expr_typed_literal(p, type, (Token){.start = call->start, .end = call->end}, text);
}

Expr *expr_table_arg(Parse *p, Token at, const NameList *table, Query *query,
                     const ExprList *partition_by)
{
    Expr *expr = expr_make(p, EXPR_TABLE, at);
    expr->table = ARENA_NEW(p->arena, TableArg);
    expr->table->table = names_value(table);
    expr->table->query = query;
    expr->table->partition_by = exprs_value(partition_by);
    if (table)
        expr->position = names_position(table);
    if (query)
        expr_adopt_query(p, expr, query);
    expr_adopt_list(p, expr, partition_by);
    return expr;
}

Expr *expr_table_arg_from(Parse *p, Expr *table, Token at, const ExprList *partition_by)
{
    if (table->kind != EXPR_COLUMN) {
        parse_fail_at(p, at.start, at.end);
        return table;
    }
    NameList name = table->column;
    return expr_table_arg(p, (Token){.start = table->start, .end = table->end}, &name, NULL,
                          partition_by);
}

void call_filter(Parse *p, Expr *call, Expr *condition, Token end)
{
    call->call->filter = condition;
    expr_adopt(p, call, condition);
    call->end = end.end;
}

void call_within_group(Parse *p, Expr *call, OrderList *order_by, Token end)
{
    if (call->call->order_by.count)
        parse_fail(p, SQLSTATE_SYNTAX, call->position,
                   "cannot use both ORDER BY and WITHIN GROUP in one call");
    call->call->within_group = true;
    call->call->order_by = *order_by;
    for (size_t i = 0; i < order_by->count; i++)
        expr_adopt(p, call, order_by->at[i].expr);
    call->end = end.end;
}

void call_over(Parse *p, Expr *call, WindowSpec *over, int32_t end)
{
    over->position = call->position;
    call->call->over = over;
    parse_deepen(p, &call->depth, window_depth(over), call->position);
    call->end = end;
}

/* ---- windows and order ---- */

OrderList *order_add(Parse *p, OrderList *list, OrderItem item)
{
    if (!list)
        list = ARENA_NEW(p->arena, OrderList);
    list_push_arena(p->arena, list, item);
    return list;
}

OrderList order_value(const OrderList *list)
{
    return list ? *list : (OrderList){0};
}

WindowSpec *window_make(Parse *p, int32_t position)
{
    WindowSpec *window = ARENA_NEW(p->arena, WindowSpec);
    window->position = position;
    return window;
}

uint16_t window_depth(const WindowSpec *window)
{
    uint16_t depth = 0;
    for (size_t i = 0; i < window->partition_by.count; i++)
        if (window->partition_by.at[i]->depth > depth)
            depth = window->partition_by.at[i]->depth;
    for (size_t i = 0; i < window->order_by.count; i++)
        if (window->order_by.at[i].expr->depth > depth)
            depth = window->order_by.at[i].expr->depth;
    if (window->from.offset && window->from.offset->depth > depth)
        depth = window->from.offset->depth;
    if (window->to.offset && window->to.offset->depth > depth)
        depth = window->to.offset->depth;
    return depth;
}
