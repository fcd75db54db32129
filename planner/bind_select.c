/*
 * bind_select.c - one SELECT, clause by clause:
 *
 *     FROM → WHERE → window(…) → explode() → Aggregate → HAVING → items → DISTINCT → ORDER BY →
 * LIMIT
 */
#include "planner/bind.h"

typedef struct SelectBinder {
    Binder *binder;
    const Query *query;
    const Select *select;
    const Expected *expected;
    Scope scope;
    SelectState state;
    ExprScope expr_scope;
    OutList items;
    Grouping grouping;
    const Bound *having;
    const Bound **order; /* bound ORDER BY expressions; NULL where an item is meant */
    int *order_items;    /* which item; -1: the expression */
    int order_count;
    bool aggregated;
    AggregateState aggregate;
} SelectBinder;

/* ---- the list ---- */

/* As PostgreSQL names columns. */
static const char *heading(const Expr *expr)
{
    const char *name;
    switch ((int)expr->kind) {
    case EXPR_COLUMN:
        return expr->column.at[expr->column.count - 1].text;
    case EXPR_CALL:
        return expr->call->name.at[expr->call->name.count - 1].text;
    case EXPR_FIELD:
        return expr->field.name.text;
    case EXPR_CAST:
        name = heading(expr->cast.arg);
        if (strcmp(name, "?column?") == 0 && expr->cast.type->kind == TYPE_NAME_PLAIN)
            return expr->cast.type->name.at[expr->cast.type->name.count - 1].text;
        return name;
    case EXPR_COLLATE:
        return heading(expr->collate.arg);
    case EXPR_AT_TIME_ZONE:
        return "timezone";
    case EXPR_SUBSCRIPT:
    case EXPR_SLICE:
        return heading(expr->subscript.arg);
    case EXPR_CASE:
        return "case";
    case EXPR_ARRAY:
        return "array";
    case EXPR_INTERVAL:
        return "interval";
    case EXPR_TYPED_LITERAL:
        return expr->typed.type->name.count
                   ? expr->typed.type->name.at[expr->typed.type->name.count - 1].text
                   : "?column?";
    default:
        return "?column?";
    }
}

/* The names of functions and types are in lower case, whatever way they were written. */
static const char *item_name(Arena *arena, const SelectItem *item)
{
    const Expr *expr = item->expr;
    if (item->alias.text)
        return arena_strdup(arena, item->alias.text);
    char *name = arena_strdup(arena, heading(expr));
    while (expr->kind == EXPR_CAST || expr->kind == EXPR_COLLATE || expr->kind == EXPR_SUBSCRIPT ||
           expr->kind == EXPR_SLICE)
        expr = expr->kind == EXPR_CAST      ? expr->cast.arg
               : expr->kind == EXPR_COLLATE ? expr->collate.arg
                                            : expr->subscript.arg;
    for (char *p = name; *p && expr->kind != EXPR_COLUMN && expr->kind != EXPR_FIELD; p++)
        *p = (char)(*p >= 'A' && *p <= 'Z' ? *p - 'A' + 'a' : *p);
    return name;
}

static bool is_excluded(const StarExpr *star, const char *name, bool *used)
{
    bool found = false;
    for (size_t i = 0; i < star->exclude.count; i++)
        if (text_equal_nocase(star->exclude.at[i].text, name))
            used[i] = found = true;
    return found;
}

static const SelectItem *replacement(const StarExpr *star, const char *name, bool *used)
{
    const SelectItem *found = NULL;
    for (size_t i = 0; i < star->replace.count; i++) {
        if (text_equal_nocase(star->replace.at[i].alias.text, name)) {
            used[i] = true;
            found = &star->replace.at[i];
        }
    }
    return found;
}

static Status unused_star_name(SelectBinder *self, Name name, const char *what, Err *err)
{
    Nearest nearest = nearest_start(name.text);
    for (size_t i = 0; i < self->scope.columns.count; i++)
        nearest_offer(&nearest, self->scope.columns.at[i].column.name);
    err_set(err, SQLSTATE_UNDEFINED_COLUMN, bind_pos(self->binder, name.position),
            "column \"%s\" in %s does not exist", name.text, what);
    return nearest_hint(&nearest, err);
}

static Status expand_star(SelectBinder *self, const Expr *expr, Err *err)
{
    Binder *binder = self->binder;
    const StarExpr *star = expr->star;
    bool *excluded = ARENA_ARRAY(binder->arena, bool, star->exclude.count + 1);
    bool *replaced = ARENA_ARRAY(binder->arena, bool, star->replace.count + 1);
    const char *table =
        star->qualifier.count ? star->qualifier.at[star->qualifier.count - 1].text : NULL;
    bool any = false;
    for (size_t i = 0; i < self->scope.columns.count; i++) {
        const ScopeColumn *column = &self->scope.columns.at[i];
        const char *name = column->column.name;
        if (column->hidden ||
            (table && (!column->table || !text_equal_nocase(column->table, table))))
            continue;
        any = true;
        if (is_excluded(star, name, excluded))
            continue;
        OutItem item = {.name = name, .position = expr->position};
        const SelectItem *other = replacement(star, name, replaced);
        if (other)
            item.expr = other->expr;
        else
            item.bound = scope_bound(binder, &column->column, bind_pos(binder, expr->position));
        list_push_arena(binder->arena, &self->items, item);
    }
    if (table && !any && !scope_has_table(&self->scope, table))
        return err_set(err, SQLSTATE_UNDEFINED_TABLE, bind_pos(binder, expr->position),
                       "missing FROM-clause entry for table \"%s\"", table);
    if (!any && self->select->from.count == 0)
        return err_set(err, SQLSTATE_SYNTAX, bind_pos(binder, expr->position),
                       "SELECT * with no tables specified is not valid");
    for (size_t i = 0; i < star->exclude.count; i++)
        if (!excluded[i])
            return unused_star_name(self, star->exclude.at[i], "EXCLUDE", err);
    for (size_t i = 0; i < star->replace.count; i++)
        if (!replaced[i])
            return unused_star_name(self, star->replace.at[i].alias, "REPLACE", err);
    return OK;
}

static Status list_items(SelectBinder *self, Err *err)
{
    for (size_t i = 0; i < self->select->items.count; i++) {
        const SelectItem *source = &self->select->items.at[i];
        if (source->expr->kind == EXPR_STAR) {
            TRY(expand_star(self, source->expr, err));
            continue;
        }
        OutItem item = {.expr = source->expr,
                        .name = item_name(self->binder->arena, source),
                        .position = source->expr->position};
        list_push_arena(self->binder->arena, &self->items, item);
    }
    return OK;
}

/* ---- what is read ---- */

static Status bind_where(SelectBinder *self, Err *err)
{
    ExprScope scope = {.scope = &self->scope, .clause = "WHERE"};
    const Bound *condition;
    if (!self->select->where)
        return OK;
    TRY(bind_condition(self->binder, &scope, self->select->where, &condition, err));
    self->scope.node = logical_filter(self->binder->arena, self->scope.node, &condition, 1);
    return OK;
}

static Status find_spark_window(SelectBinder *self, Err *err)
{
    for (size_t i = 0; i < self->select->group_by.count; i++) {
        const GroupItem *group = self->select->group_by.at[i];
        if (group->kind == GROUP_EXPR && bind_is_call(group->expr, "session_window"))
            return bind_unsupported(self->binder, group->expr->position, "session windows are",
                                    err);
        if (group->kind == GROUP_EXPR && bind_is_call(group->expr, "window"))
            return bind_spark_window(self->binder, &self->scope, group->expr, &self->state, err);
    }
    return OK;
}

static void add_explodes(SelectBinder *self)
{
    Arena *arena = self->binder->arena;
    for (size_t i = 0; i < self->state.explodes.count; i++) {
        const ExplodeItem *item = &self->state.explodes.at[i];
        LogicalNode *input = self->scope.node, *node = logical_node(arena, LOGICAL_EXPLODE, 1);
        int count = input->column_count;
        node->inputs[0] = input;
        node->explode.array = item->array;
        node->explode.outer = item->outer;
        node->columns = ARENA_ARRAY(arena, LogicalColumn, count + 1);
        memcpy(node->columns, input->columns, sizeof *node->columns * (size_t)count);
        node->columns[count] = (LogicalColumn){.id = item->id, .name = "col", .type = item->type};
        node->column_count = count + 1;
        self->scope.node = node;
    }
}

/* ---- ORDER BY ---- */

static Status find_order_name(SelectBinder *self, const Expr *expr, int *out, Err *err)
{
    *out = -1;
    if (expr->kind != EXPR_COLUMN || expr->column.count != 1)
        return OK;
    const char *name = expr->column.at[0].text;
    for (size_t i = 0; i < self->items.count; i++) {
        if (!text_equal_nocase(self->items.at[i].name, name))
            continue;
        if (*out >= 0 && !bound_equal(self->items.at[*out].bound, self->items.at[i].bound))
            return err_set(err, SQLSTATE_AMBIGUOUS_COLUMN, bind_pos(self->binder, expr->position),
                           "ORDER BY \"%s\" is ambiguous", name);
        if (*out < 0)
            *out = (int)i;
    }
    return OK;
}

static Status bind_order(SelectBinder *self, Err *err)
{
    const OrderList *list = &self->query->order_by;
    ExprScope scope = self->expr_scope;
    scope.clause = "ORDER BY";
    scope.aliases = &self->select->items;
    self->order_count = self->query->order_all ? (int)self->items.count : (int)list->count;
    self->order = ARENA_ARRAY(self->binder->arena, const Bound *, self->order_count + 1);
    self->order_items = ARENA_ARRAY(self->binder->arena, int, self->order_count + 1);
    for (int i = 0; i < self->order_count; i++) {
        int *item = &self->order_items[i];
        if (self->query->order_all) {
            *item = i;
            continue;
        }
        const Expr *expr = list->at[i].expr;
        TRY(bind_ordinal(self->binder, expr, (int)self->items.count, "ORDER BY", item, err));
        if (*item < 0)
            TRY(find_order_name(self, expr, item, err));
        if (*item >= 0)
            continue;
        TRY(bind_expr(self->binder, &scope, expr, &self->order[i], err));
        TRY(bind_settle(self->binder, self->order[i], &self->order[i], err));
        for (size_t k = 0; k < self->items.count && *item < 0; k++)
            if (bound_equal(self->items.at[k].bound, self->order[i]))
                *item = (int)k;
        if (*item < 0 && self->select->distinct)
            return err_set(err, SQLSTATE_BAD_COLUMN_REFERENCE,
                           bind_pos(self->binder, expr->position),
                           "for SELECT DISTINCT, ORDER BY expressions must appear in select list");
    }
    return OK;
}

/* ---- all of it ---- */

static Status unsupported_clauses(SelectBinder *self, Err *err)
{
    const Select *select = self->select;
    if (select->distinct_on.count)
        return bind_unsupported(self->binder, select->distinct_on.at[0]->position, "DISTINCT ON is",
                                err);
    if (select->qualify)
        return bind_unsupported(self->binder, select->qualify->position, "QUALIFY is", err);
    return OK;
}

static Status settle_item(SelectBinder *self, size_t i, Err *err)
{
    OutItem *item = &self->items.at[i];
    const Expected *expected = self->expected;
    if (item->bound->unknown && expected && i < (size_t)expected->count)
        return bind_cast(self->binder, item->bound, expected->types[i], CAST_ASSIGNMENT,
                         item->position, &item->bound, err);
    return bind_settle(self->binder, item->bound, &item->bound, err);
}

static Status bind_clauses(SelectBinder *self, Err *err)
{
    Binder *binder = self->binder;
    const Select *select = self->select;
    self->expr_scope = (ExprScope){.scope = &self->scope,
                                   .clause = "SELECT",
                                   .select = &self->state,
                                   .allow_aggregates = true,
                                   .allow_explode = true};
    if (select->grouped || select->group_all)
        TRY(bind_grouping(binder, select, &self->expr_scope, &self->items, &self->grouping, err));
    self->state.group_keys = self->grouping.keys.at;
    self->state.group_key_count = (int)self->grouping.keys.count;
    if (self->grouping.has_sets)
        self->state.grouping_id = bind_new_id(binder);
    for (size_t i = 0; i < self->items.count; i++) {
        TRY(bind_item(binder, &self->expr_scope, &self->items.at[i], err));
        TRY(settle_item(self, i, err));
        self->aggregated |= bound_has_aggregate(self->items.at[i].bound);
    }
    if (select->having) {
        ExprScope scope = self->expr_scope;
        scope.clause = "HAVING";
        scope.allow_explode = false;
        scope.aliases = &select->items;
        TRY(bind_condition(binder, &scope, select->having, &self->having, err));
    }
    TRY(bind_order(self, err));
    for (int i = 0; i < self->order_count; i++)
        self->aggregated |= self->order[i] && bound_has_aggregate(self->order[i]);
    self->aggregated |= select->grouped || select->group_all || self->having;
    return OK;
}

/* Where the statement asks for grouping: the first key, else the first item. */
static int32_t aggregate_position(const SelectBinder *self)
{
    if (self->select->group_by.count)
        return self->select->group_by.at[0]->position;
    return self->items.count ? self->items.at[0].position : self->query->position;
}

static Status add_aggregate(SelectBinder *self, Err *err)
{
    LogicalNode *input = self->scope.node;
    AggregateState *state = &self->aggregate;
    TRY(bind_aggregate_start(self->binder, &self->grouping, &self->state, &input, state, err));
    state->position = bind_pos(self->binder, aggregate_position(self));
    for (size_t i = 0; i < self->items.count; i++)
        TRY(bind_aggregate_rewrite(state, self->items.at[i].bound, &self->items.at[i].bound, err));
    if (self->having)
        TRY(bind_aggregate_rewrite(state, self->having, &self->having, err));
    for (int i = 0; i < self->order_count; i++)
        if (self->order[i])
            TRY(bind_aggregate_rewrite(state, self->order[i], &self->order[i], err));
    self->scope.node = bind_aggregate_finish(state, input);
    if (self->having)
        self->scope.node = logical_filter(self->binder->arena, self->scope.node, &self->having, 1);
    return OK;
}

/* Every output column gets an id of its own, also where two items are the same column. */
static LogicalColumn item_column(SelectBinder *self, const LogicalColumn *columns, int count,
                                 const Bound *bound, const char *name)
{
    LogicalColumn column = scope_output(self->binder, self->scope.node, bound, name);
    for (int i = 0; i < count; i++)
        if (columns[i].id == column.id)
            column.id = bind_new_id(self->binder);
    return column;
}

static void add_project(SelectBinder *self, LogicalSortKey *keys)
{
    Binder *binder = self->binder;
    int items = (int)self->items.count, count = 0;
    const Bound **exprs = ARENA_ARRAY(binder->arena, const Bound *, items + self->order_count + 1);
    LogicalColumn *columns =
        ARENA_ARRAY(binder->arena, LogicalColumn, items + self->order_count + 1);
    for (; count < items; count++) {
        const OutItem *item = &self->items.at[count];
        exprs[count] = item->bound;
        columns[count] = item_column(self, columns, count, item->bound, item->name);
    }
    for (int i = 0; i < self->order_count; i++) {
        const OrderItem *order =
            self->query->order_all ? &self->query->order_all_item : &self->query->order_by.at[i];
        int at = self->order_items[i];
        if (at < 0) {
            at = count++;
            exprs[at] = self->order[i];
            columns[at] = item_column(self, columns, at, self->order[i],
                                      bound_name(binder->arena, self->order[i], "order"));
        }
        keys[i] = (LogicalSortKey){.id = columns[at].id,
                                   .descending = order->descending,
                                   .nulls_first = order->nulls == NULLS_DEFAULT
                                                      ? order->descending
                                                      : order->nulls == NULLS_FIRST};
    }
    self->scope.node = logical_project(binder->arena, self->scope.node, exprs, columns, count);
}

static Status add_tail(SelectBinder *self, Err *err)
{
    Arena *arena = self->binder->arena;
    LogicalSortKey *keys = ARENA_ARRAY(arena, LogicalSortKey, self->order_count + 1);
    int64_t limit, offset;
    add_project(self, keys);
    LogicalNode *node = self->scope.node;
    int items = (int)self->items.count;
    if (self->select->distinct)
        node = logical_distinct(arena, node);
    if (self->order_count) {
        node = logical_sort(arena, node, keys, self->order_count);
        node->position = bind_pos(self->binder, self->query->order_all
                                                    ? self->query->position
                                                    : self->query->order_by.at[0].expr->position);
    }
    TRY(bind_limit(self->binder, self->query, &limit, &offset, err));
    if (limit >= 0 || offset > 0)
        node = bind_limit_node(self->binder, self->query, node, limit, offset);
    if (node->column_count > items) {
        int32_t *ids = ARENA_ARRAY(arena, int32_t, items + 1);
        for (int i = 0; i < items; i++)
            ids[i] = node->columns[i].id;
        node = logical_keep(arena, node, ids, items);
    }
    self->scope.node = node;
    return OK;
}

Status bind_select(Binder *binder, const Query *query, const Expected *expected, LogicalNode **out,
                   Err *err)
{
    SelectBinder self = {
        .binder = binder, .query = query, .select = query->select, .expected = expected};
    TRY(unsupported_clauses(&self, err));
    TRY(bind_from(binder, &self.select->from, &self.scope, err));
    TRY(bind_where(&self, err));
    TRY(find_spark_window(&self, err));
    TRY(list_items(&self, err));
    TRY(bind_clauses(&self, err));
    add_explodes(&self);
    if (self.aggregated)
        TRY(add_aggregate(&self, err));
    TRY(add_tail(&self, err));
    *out = self.scope.node;
    return OK;
}
