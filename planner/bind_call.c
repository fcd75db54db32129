/*
 * bind_call.c - function calls: scalar functions, aggregates, and the few that are syntax.  A
 * type's name with one argument is a cast: int4('5'), double(x).
 */
#include "planner/bind.h"

#include "functions/registry.h"

bool bind_is_call(const Expr *expr, const char *name)
{
    return expr->kind == EXPR_CALL && expr->call->name.count == 1 &&
           text_equal_nocase(expr->call->name.at[0].text, name);
}

/* What the resolver wants to know of the arguments. */
static BindCall call_of(Binder *binder, BoundArgs args, int arg_count, int32_t position)
{
    Type *given = ARENA_ARRAY(binder->arena, Type, arg_count + 1);
    const Value **constants = ARENA_ARRAY(binder->arena, const Value *, arg_count + 1);
    for (int i = 0; i < arg_count; i++) {
        Value value;
        given[i] = args[i]->type;
        if (args[i]->param && !binder->context->params)
            continue; /* described only: it has no value yet */
        if (args[i]->kind == BOUND_CONST) {
            constants[i] = &args[i]->constant;
        } else if (bound_fold(binder->arena, args[i], &value)) {
            Value *copy = ARENA_NEW(binder->arena, Value);
            *copy = value;
            constants[i] = copy;
        }
    }
    return (BindCall){.given = given,
                      .constants = constants,
                      .arg_count = arg_count,
                      .session = &binder->context->session,
                      .arena = binder->arena,
                      .position = position};
}

static Status cast_args(Binder *binder, BoundArgs args, const Type *types, int count,
                        int32_t position, BoundArgs *out, Err *err)
{
    const Bound **cast = ARENA_ARRAY(binder->arena, const Bound *, count + 1);
    for (int i = 0; i < count; i++) {
        CastWay way = args[i]->unknown ? CAST_IMPLICIT : CAST_EXPLICIT;
        TRY(bind_cast(binder, args[i], types[i], way,
                      args[i]->position >= 0 ? args[i]->position : position, &cast[i], err));
    }
    *out = cast;
    return OK;
}

Status bind_function(Binder *binder, const char *name, BoundArgs args, int arg_count,
                     int32_t position, const Bound **out, Err *err)
{
    BindCall call = call_of(binder, args, arg_count, position);
    FnBinding fn = {.fn = NULL};
    BoundArgs cast;
    TRY(function_resolve(name, &call, &fn, err));
    TRY(cast_args(binder, args, fn.arg_types, arg_count, position, &cast, err));
    *out = bound_call(binder->arena, &fn, cast, arg_count, position);
    return OK;
}

static Status bind_args(Binder *binder, const ExprScope *scope, const FunctionCall *call,
                        const Bound ***out, Err *err)
{
    int count = (int)call->args.count;
    const Bound **args = ARENA_ARRAY(binder->arena, const Bound *, count + 1);
    for (int i = 0; i < count; i++) {
        if (call->arg_names && call->arg_names[i].text)
            return bind_unsupported(binder, call->arg_names[i].position,
                                    "named arguments of functions are", err);
        TRY(bind_expr(binder, scope, call->args.at[i], &args[i], err));
    }
    *out = args;
    return OK;
}

/* ---- aggregates ---- */

static Status aggregate_allowed(Binder *binder, const ExprScope *scope, const Expr *expr, Err *err)
{
    if (scope->in_aggregate)
        return err_set(err, SQLSTATE_GROUPING, bind_pos(binder, expr->position),
                       "aggregate function calls cannot be nested");
    if (!scope->allow_aggregates)
        return err_set(err, SQLSTATE_GROUPING, bind_pos(binder, expr->position),
                       "aggregate functions are not allowed in %s", scope->clause);
    return OK;
}

static Status bind_aggregate_call(Binder *binder, const ExprScope *scope, const Expr *expr,
                                  const char *name, const Bound **out, Err *err)
{
    const FunctionCall *call = expr->call;
    ExprScope inner = *scope;
    const Bound **args;
    BoundArgs cast;
    BoundAggregate aggregate = {.distinct = call->distinct};
    int32_t position = bind_pos(binder, expr->position);
    TRY(aggregate_allowed(binder, scope, expr, err));
    if (call->order_by.count)
        return bind_unsupported(
            binder, expr->position,
            call->within_group ? "WITHIN GROUP is" : "ORDER BY inside an aggregate is", err);
    inner.in_aggregate = true;
    inner.allow_aggregates = inner.allow_explode = false;
    inner.aliases = NULL;
    TRY(bind_args(binder, &inner, call, &args, err));
    int count = (int)call->args.count;
    if (count > 4)
        return bind_unsupported(binder, expr->position,
                                "aggregates of more than four arguments are", err);
    BindCall bind = call_of(binder, args, count, position);
    TRY(aggregate_resolve(name, &bind, &aggregate.binding, err));
    TRY(cast_args(binder, args, aggregate.binding.arg_types, count, position, &cast, err));
    if (call->distinct && call->star)
        return err_set(err, SQLSTATE_SYNTAX, position, "DISTINCT specified but * given");
    if (aggregate.binding.flags & AGG_DISTINCT_IS_NOOP)
        aggregate.distinct = false;
    if (call->filter) {
        inner.clause = "FILTER";
        TRY(bind_condition(binder, &inner, call->filter, &aggregate.filter, err));
        if (bound_is_true(aggregate.filter))
            aggregate.filter = NULL;
    }
    *out = bound_aggregate(binder->arena, &aggregate, cast, count, position);
    return OK;
}

/* ---- calls that are syntax ---- */

static Status bind_coalesce(Binder *binder, const Expr *expr, const Bound **args, int count,
                            const Bound **out, Err *err)
{
    Type type;
    if (count == 0)
        return err_set(err, SQLSTATE_SYNTAX, bind_pos(binder, expr->position),
                       "COALESCE needs arguments");
    TRY(bind_unify(binder, args, count, 1, &type, expr->position, err));
    *out = count == 1 ? args[0]
                      : bound_list(binder->arena, BOUND_COALESCE, type, args, count,
                                   bind_pos(binder, expr->position));
    return OK;
}

/* if(condition, a, b) */
static Status bind_if(Binder *binder, const Expr *expr, const Bound **args, const Bound **out,
                      Err *err)
{
    Type type;
    TRY(bind_unify(binder, args + 1, 2, 1, &type, expr->position, err));
    TRY(bind_cast(binder, args[0], type_of(TYPE_BOOLEAN), CAST_IMPLICIT, expr->position, &args[0],
                  err));
    *out = bound_list(binder->arena, BOUND_CASE, type, args, 3, bind_pos(binder, expr->position));
    return OK;
}

/* decode(x, key, value, …[, otherwise]): a CASE whose NULLs are equal. */
static Status bind_decode(Binder *binder, const Expr *expr, const Bound **args, int count,
                          const Bound **out, Err *err)
{
    int pairs = (count - 1) / 2, position = bind_pos(binder, expr->position);
    Value null = value_null(type_of(TYPE_NULL));
    Type type;
    const Bound **cases = ARENA_ARRAY(binder->arena, const Bound *, 2 * pairs + 1);
    for (int i = 0; i < pairs; i++) {
        const Bound *pair[2] = {args[0], args[2 * i + 1]};
        TRY(bind_function(binder, "is_not_distinct_from", pair, 2, position, &cases[2 * i], err));
        cases[2 * i + 1] = args[2 * i + 2];
    }
    bool otherwise = count == 2 * pairs + 2;
    cases[2 * pairs] = otherwise ? args[count - 1] : bound_unknown(binder->arena, &null, position);
    const Bound **values = ARENA_ARRAY(binder->arena, const Bound *, pairs + 1);
    for (int i = 0; i < pairs; i++)
        values[i] = cases[2 * i + 1];
    values[pairs] = cases[2 * pairs];
    TRY(bind_unify(binder, values, pairs + 1, 1, &type, expr->position, err));
    for (int i = 0; i < pairs; i++)
        cases[2 * i + 1] = values[i];
    cases[2 * pairs] = values[pairs];
    *out = bound_list(binder->arena, BOUND_CASE, type, cases, 2 * pairs + 1, position);
    return OK;
}

/* What makes the array whose elements a function in the SELECT list returns as rows. */
static const char *array_maker(const char *name)
{
    static const char *const makers[][2] = {{"generate_series", "series"},
                                            {"string_to_table", "string_to_array"},
                                            {"regexp_split_to_table", "regexp_split_to_array"}};
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
        if (text_equal_nocase(name, makers[i][0]))
            return makers[i][1];
    return NULL;
}

static Status bind_explode(Binder *binder, const ExprScope *scope, const Expr *expr, bool outer,
                           const Bound **out, Err *err)
{
    ExprScope inner = *scope;
    const Bound **args;
    int32_t position = bind_pos(binder, expr->position);
    const char *name = expr->call->name.at[expr->call->name.count - 1].text;
    if (!scope->allow_explode || !scope->select)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, position, "%s() is not allowed in %s", name,
                       scope->in_aggregate ? "an aggregate" : scope->clause);
    inner.allow_explode = false;
    inner.allow_aggregates = false;
    TRY(bind_args(binder, &inner, expr->call, &args, err));
    int count = (int)expr->call->args.count;
    const char *maker = array_maker(name);
    if (maker) {
        TRY(bind_function(binder, maker, args, count, position, &args[0], err));
        count = 1;
    }
    if (count != 1 || args[0]->type.id != TYPE_ARRAY)
        return err_set(err, SQLSTATE_UNDEFINED_FUNCTION, position, "%s() takes one ARRAY", name);
    for (size_t i = 0; i < scope->select->explodes.count; i++) {
        const ExplodeItem *item = &scope->select->explodes.at[i];
        if (item->outer == outer && bound_equal(item->array, args[0])) {
            *out = bound_column(binder->arena, item->id, name, item->type, position);
            return OK;
        }
    }
    if (scope->select->explodes.count)
        return bind_unsupported(binder, expr->position, "several explode() in one SELECT are", err);
    ExplodeItem item = {.array = args[0],
                        .outer = outer,
                        .id = bind_new_id(binder),
                        .type = *args[0]->type.element};
    list_push_arena(binder->arena, &scope->select->explodes, item);
    *out = bound_column(binder->arena, item.id, name, item.type, position);
    return OK;
}

static const Bound *const_bigint(Binder *binder, int64_t integer, int32_t position)
{
    Value value = value_bigint(integer);
    return bound_const(binder->arena, &value, position);
}

/* GROUPING(a, b): bit i from the highest says that the argument is not in the grouping set. */
static Status bind_grouping_call(Binder *binder, const ExprScope *scope, const Expr *expr,
                                 const Bound **out, Err *err)
{
    const SelectState *select = scope->select;
    int32_t position = bind_pos(binder, expr->position);
    const Bound **args, *sum = const_bigint(binder, 0, position);
    int count = (int)expr->call->args.count;
    ExprScope inner = *scope;
    if (!select || !scope->allow_aggregates)
        return err_set(err, SQLSTATE_GROUPING, position, "GROUPING is not allowed in %s",
                       scope->clause);
    inner.allow_aggregates = false;
    TRY(bind_args(binder, &inner, expr->call, &args, err));
    for (int i = 0; i < count; i++) {
        int key = 0;
        while (key < select->group_key_count && !bound_equal(select->group_keys[key], args[i]))
            key++;
        if (key == select->group_key_count)
            return err_set(err, SQLSTATE_GROUPING, args[i]->position,
                           "arguments to GROUPING must be grouping expressions");
        if (!select->grouping_id)
            continue;
        const Bound *id = bound_column(binder->arena, select->grouping_id, "grouping_id",
                                       type_of(TYPE_BIGINT), position);
        /* id / 2^k % 2 * 2^j: what shifts would say */
        const Bound *pair[2] = {
            id, const_bigint(binder, 1LL << (select->group_key_count - 1 - key), position)};
        TRY(bind_function(binder, "/", pair, 2, position, &pair[0], err));
        pair[1] = const_bigint(binder, 2, position);
        TRY(bind_function(binder, "%", pair, 2, position, &pair[0], err));
        if (count == 1) {
            sum = pair[0];
            break;
        }
        pair[1] = const_bigint(binder, 1LL << (count - 1 - i), position);
        TRY(bind_function(binder, "*", pair, 2, position, &pair[0], err));
        pair[1] = sum;
        TRY(bind_function(binder, "+", pair, 2, position, &sum, err));
    }
    *out = sum;
    return OK;
}

/* Spark's and DuckDB's names of what has an operator or a name of its own. */
static const char *other_name(const char *name, int count)
{
    static const struct {
        const char *said, *meant;
        int count;
    } names[] = {{"negative", "negate", 1},
                 {"positive", "plus", 1},
                 {"isnull", "is_null", 1},
                 {"isnotnull", "is_not_null", 1},
                 {"equal_null", "is_not_distinct_from", 2},
                 {"prefix", "starts_with", 2},
                 {"suffix", "ends_with", 2},
                 {"strlen", "octet_length", 1},
                 {"ord", "ascii", 1},
                 {"unicode", "ascii", 1},
                 {"str_split", "string_split", 2},
                 {"xor", "#", 2},
                 {"list_contains", "array_contains", 2},
                 {"list_position", "array_position", 2},
                 {"list_extract", "array_get", 2},
                 {"array_extract", "array_get", 2},
                 {"list_concat", "array_cat", 2},
                 {"list_append", "array_append", 2},
                 {"list_sort", "array_sort", 1},
                 {"list_distinct", "array_distinct", 1},
                 {"list_reverse", "array_reverse", 1}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (count == names[i].count && text_equal_nocase(name, names[i].said))
            return names[i].meant;
    return name;
}

/* encode('a', 'utf-8') of Spark and Flink, where PostgreSQL's encodings are hex, base64, escape. */
static const char *charset_function(const char *name, const Bound *charset)
{
    Str text = charset->kind == BOUND_CONST && !charset->constant.is_null &&
                       (charset->unknown || type_is_text(charset->type))
                   ? text_str(&charset->constant.as.text)
                   : STR("");
    if (!str_equal_nocase(text, STR("utf-8")) && !str_equal_nocase(text, STR("utf8")))
        return name;
    return text_equal_nocase(name, "encode") ? "convert_to" : "convert_from";
}

static Status bind_scalar_call(Binder *binder, const ExprScope *scope, const Expr *expr,
                               const char *name, const Bound **out, Err *err)
{
    const FunctionCall *call = expr->call;
    const Bound **args;
    int32_t position = bind_pos(binder, expr->position);
    int count = (int)call->args.count;
    if (call->distinct || call->filter || call->star || call->order_by.count) {
        if (!function_exists(name))
            goto missing;
        return err_set(err, SQLSTATE_WRONG_OBJECT_TYPE, position,
                       "%s is no aggregate: %s does not apply", name,
                       call->distinct ? "DISTINCT"
                       : call->filter ? "FILTER"
                       : call->star   ? "*"
                                      : "ORDER BY");
    }
missing:
    if (bind_has_named(call))
        TRY(bind_named_args(binder, scope, call, expr->position, &args, &count, err));
    else
        TRY(bind_args(binder, scope, call, &args, err));
    if (text_equal_nocase(name, "coalesce") ||
        (count == 2 && (text_equal_nocase(name, "ifnull") || text_equal_nocase(name, "nvl"))))
        return bind_coalesce(binder, expr, args, count, out, err);
    if (count == 3 && (text_equal_nocase(name, "if") || text_equal_nocase(name, "iff") ||
                       text_equal_nocase(name, "iif")))
        return bind_if(binder, expr, args, out, err);
    if (count == 3 && text_equal_nocase(name, "nvl2")) {
        TRY(bind_function(binder, "is_not_null", args, 1, position, &args[0], err));
        return bind_if(binder, expr, args, out, err);
    }
    if (count >= 3 && text_equal_nocase(name, "decode"))
        return bind_decode(binder, expr, args, count, out, err);
    Type type;
    if (count == 2 && (text_equal_nocase(name, "encode") || text_equal_nocase(name, "decode")))
        name = charset_function(name, args[1]);
    name = other_name(name, count);
    if (count == 1 && !function_exists(name) &&
        type_resolve(name, NULL, 0, &type, position, NULL) == OK)
        return bind_cast(binder, args[0], type, CAST_EXPLICIT, position, out, err);
    return bind_function(binder, name, args, count, position, out, err);
}

Status bind_call(Binder *binder, const ExprScope *scope, const Expr *expr, const Bound **out,
                 Err *err)
{
    const FunctionCall *call = expr->call;
    const char *name = call->name.at[call->name.count - 1].text;
    if (call->over)
        return bind_unsupported(binder, expr->position, "OVER windows are", err);
    if (text_equal_nocase(name, "explode") || text_equal_nocase(name, "unnest") ||
        array_maker(name))
        return bind_explode(binder, scope, expr, false, out, err);
    if (text_equal_nocase(name, "explode_outer"))
        return bind_explode(binder, scope, expr, true, out, err);
    if (text_equal_nocase(name, "grouping") || text_equal_nocase(name, "grouping_id"))
        return bind_grouping_call(binder, scope, expr, out, err);
    if (text_equal_nocase(name, "window") || text_equal_nocase(name, "session_window")) {
        if (text_equal_nocase(name, "session_window"))
            return bind_unsupported(binder, expr->position, "session windows are", err);
        bind_unsupported(binder, expr->position,
                         "window(…) other than in GROUP BY and as window(…).start or .end is", err);
        return err_hint(err, "Select window.start and window.end.");
    }
    if (aggregate_exists(name))
        return bind_aggregate_call(binder, scope, expr, name, out, err);
    return bind_scalar_call(binder, scope, expr, name, out, err);
}
