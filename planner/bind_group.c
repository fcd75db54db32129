/*
 * bind_group.c - GROUP BY: its keys, and the grouping sets over them.
 *
 * Each item stands for a list of sets of keys (a plain expression for one set of
 * one key); the items' lists are multiplied.
 */
#include "planner/bind.h"

enum { GROUPING_SETS_MAX = 4096, GROUPING_KEYS_MAX = 62 };

typedef LIST(uint64_t) SetList;

typedef struct Grouper {
    Binder *binder;
    const Select *select;
    const ExprScope *scope;
    OutList *items;
    Grouping *out;
} Grouper;

static Status add_key(Grouper *grouper, const Bound *bound, const char *name, uint64_t *set,
                      Err *err)
{
    Grouping *out = grouper->out;
    size_t i = 0;
    TRY(bind_settle(grouper->binder, bound, &bound, err));
    while (i < out->keys.count && !bound_equal(out->keys.at[i], bound))
        i++;
    if (i == out->keys.count) {
        list_push_arena(grouper->binder->arena, &out->keys, bound);
        list_push_arena(grouper->binder->arena, &out->names, name);
    }
    if (i >= GROUPING_KEYS_MAX && out->has_sets)
        return err_set(err, SQLSTATE_LIMIT_EXCEEDED, bound->position,
                       "too many keys in grouping sets");
    if (i < 64)
        *set |= 1ull << i;
    return OK;
}

Status bind_item(Binder *binder, const ExprScope *scope, OutItem *item, Err *err)
{
    if (item->bound)
        return OK;
    return bind_expr(binder, scope, item->expr, &item->bound, err);
}

static Status add_item(Grouper *grouper, OutItem *item, uint64_t *set, Err *err)
{
    ExprScope scope = *grouper->scope;
    scope.allow_aggregates = false;
    TRY(bind_item(grouper->binder, &scope, item, err));
    return add_key(grouper, item->bound, item->name, set, err);
}

static Status find_alias(Grouper *grouper, const Expr *expr, OutItem **out, Err *err)
{
    bool ambiguous;
    *out = NULL;
    if (expr->kind != EXPR_COLUMN || expr->column.count != 1)
        return OK;
    const char *name = expr->column.at[0].text;
    if (scope_lookup(grouper->scope->scope, NULL, name, &ambiguous))
        return OK; /* an input column comes first, as in PostgreSQL */
    for (size_t i = 0; i < grouper->items->count; i++) {
        OutItem *item = &grouper->items->at[i];
        if (!item->expr || !text_equal_nocase(item->name, name))
            continue;
        if (*out)
            return err_set(err, SQLSTATE_AMBIGUOUS_COLUMN,
                           bind_pos(grouper->binder, expr->position),
                           "column reference \"%s\" is ambiguous", name);
        *out = item;
    }
    return OK;
}

static Status add_window(Grouper *grouper, const Expr *expr, uint64_t *set, Err *err)
{
    const SelectState *state = grouper->scope->select;
    const LogicalNode *node = grouper->scope->scope->node;
    if (expr != state->window_call)
        return bind_unsupported(grouper->binder, expr->position, "several windows in GROUP BY are",
                                err);
    int32_t ids[] = {state->window_start, state->window_end};
    for (int i = 0; i < 2; i++) {
        const LogicalColumn *column = logical_column(node, ids[i]);
        TRY(add_key(grouper, scope_bound(grouper->binder, column, -1), column->name, set, err));
    }
    return OK;
}

static Status add_expr(Grouper *grouper, const Expr *expr, uint64_t *set, Err *err)
{
    Binder *binder = grouper->binder;
    ExprScope scope = *grouper->scope;
    const Bound *bound;
    OutItem *item;
    int ordinal;
    if (expr->kind == EXPR_ROW) {
        for (size_t i = 0; i < expr->list.count; i++)
            TRY(add_expr(grouper, expr->list.at[i], set, err));
        return OK;
    }
    TRY(bind_ordinal(binder, expr, (int)grouper->items->count, "GROUP BY", &ordinal, err));
    if (ordinal >= 0)
        return add_item(grouper, &grouper->items->at[ordinal], set, err);
    if (bind_is_call(expr, "window"))
        return add_window(grouper, expr, set, err);
    TRY(find_alias(grouper, expr, &item, err));
    if (item)
        return add_item(grouper, item, set, err);
    scope.allow_aggregates = false;
    TRY(bind_expr(binder, &scope, expr, &bound, err));
    const char *name = bound_name(binder->arena, bound, "key");
    return add_key(grouper, bound, name, set, err);
}

static Status group_sets(Grouper *grouper, const GroupItem *group, SetList *out, Err *err);

/* (a, b) or a, as one set. */
static Status group_composite(Grouper *grouper, const GroupItem *group, uint64_t *set, Err *err)
{
    if (group->kind == GROUP_EXPR)
        return add_expr(grouper, group->expr, set, err);
    for (uint32_t i = 0; i < group->item_count; i++)
        TRY(group_composite(grouper, group->items[i], set, err));
    return OK;
}

static Status too_many(const Grouper *grouper, const GroupItem *group, Err *err)
{
    return err_set(err, SQLSTATE_LIMIT_EXCEEDED, bind_pos(grouper->binder, group->position),
                   "too many grouping sets (at most %d)", GROUPING_SETS_MAX);
}

static Status group_rollup(Grouper *grouper, const GroupItem *group, SetList *out, Err *err)
{
    Arena *arena = grouper->binder->arena;
    uint64_t *parts = ARENA_ARRAY(arena, uint64_t, group->item_count + 1), all = 0;
    for (uint32_t i = 0; i < group->item_count; i++)
        TRY(group_composite(grouper, group->items[i], &parts[i], err));
    if (group->kind == GROUP_ROLLUP) {
        for (uint32_t count = group->item_count + 1; count-- > 0;) {
            all = 0;
            for (uint32_t i = 0; i < count; i++)
                all |= parts[i];
            list_push_arena(arena, out, all);
        }
        return OK;
    }
    if (group->item_count > 12)
        return too_many(grouper, group, err);
    for (uint32_t mask = 1u << group->item_count; mask-- > 0;) {
        all = 0;
        for (uint32_t i = 0; i < group->item_count; i++)
            if (mask >> (group->item_count - 1 - i) & 1)
                all |= parts[i];
        list_push_arena(arena, out, all);
    }
    return OK;
}

static Status group_sets(Grouper *grouper, const GroupItem *group, SetList *out, Err *err)
{
    uint64_t set = 0;
    switch (group->kind) {
    case GROUP_EXPR:
    case GROUP_SET:
        TRY(group_composite(grouper, group, &set, err));
        list_push_arena(grouper->binder->arena, out, set);
        return OK;
    case GROUP_EMPTY:
        list_push_arena(grouper->binder->arena, out, set);
        return OK;
    case GROUP_ROLLUP:
    case GROUP_CUBE:
        return group_rollup(grouper, group, out, err);
    case GROUP_SETS:
        for (uint32_t i = 0; i < group->item_count; i++)
            TRY(group_sets(grouper, group->items[i], out, err));
        return OK;
    }
    return err_set(err, SQLSTATE_INTERNAL, -1, "unknown kind of grouping");
}

static Status multiply(Grouper *grouper, SetList *sets, const SetList *by, const GroupItem *group,
                       Err *err)
{
    SetList product = {0};
    if (sets->count * by->count > GROUPING_SETS_MAX)
        return too_many(grouper, group, err);
    for (size_t a = 0; a < sets->count; a++)
        for (size_t b = 0; b < by->count; b++)
            list_push_arena(grouper->binder->arena, &product, sets->at[a] | by->at[b]);
    *sets = product;
    return OK;
}

static Status check_sets(Grouper *grouper, const GroupItem *group, const SetList *sets, Err *err)
{
    for (size_t i = 0; i < sets->count; i++)
        for (size_t k = 0; k < i; k++)
            if (sets->at[i] == sets->at[k])
                return bind_unsupported(grouper->binder, group->position,
                                        "the same grouping set twice is", err);
    return OK;
}

static Status group_all(Grouper *grouper, Err *err)
{
    uint64_t set = 0;
    for (size_t i = 0; i < grouper->items->count; i++) {
        OutItem *item = &grouper->items->at[i];
        TRY(bind_item(grouper->binder, grouper->scope, item, err));
        if (!bound_has_aggregate(item->bound) && !item->bound->is_constant)
            TRY(add_key(grouper, item->bound, item->name, &set, err));
    }
    return OK;
}

Status bind_grouping(Binder *binder, const Select *select, const ExprScope *scope, OutList *items,
                     Grouping *out, Err *err)
{
    ExprScope group_scope = *scope;
    Grouper grouper = {binder, select, &group_scope, items, out};
    SetList sets = {0};
    if (select->group_all)
        return group_all(&grouper, err);
    group_scope.clause = "GROUP BY";
    group_scope.aliases = NULL;
    for (size_t i = 0; i < select->group_by.count; i++)
        out->has_sets |= select->group_by.at[i]->kind != GROUP_EXPR &&
                         select->group_by.at[i]->kind != GROUP_EMPTY &&
                         select->group_by.at[i]->kind != GROUP_SET;
    list_push_arena(binder->arena, &sets, 0);
    for (size_t i = 0; i < select->group_by.count; i++) {
        SetList by = {0};
        TRY(group_sets(&grouper, select->group_by.at[i], &by, err));
        if (out->has_sets)
            TRY(multiply(&grouper, &sets, &by, select->group_by.at[i], err));
    }
    if (!out->has_sets)
        return OK;
    TRY(check_sets(&grouper, select->group_by.at[0], &sets, err));
    for (size_t i = 0; i < sets.count; i++)
        list_push_arena(binder->arena, &out->sets, sets.at[i]);
    return OK;
}
