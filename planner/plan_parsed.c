/*
 * plan_parsed.c - the parsed query as a plan, before any name means something: the first of Spark's
 * four.
 */
#include "planner/plan_steps.h"

typedef struct Printer {
    Buf out;
    int depth;
} Printer;

static void begin_line(Printer *self)
{
    for (int i = 1; i < self->depth; i++)
        buf_add_text(&self->out, "   ");
    if (self->depth)
        buf_add_text(&self->out, "+- ");
    self->depth++;
}

static void end_line(Printer *self)
{
    buf_add_char(&self->out, '\n');
}

static void print_items(Printer *self, const SelectList *items)
{
    buf_add_char(&self->out, '[');
    for (size_t i = 0; i < items->count; i++) {
        buf_add_text(&self->out, i ? ", " : "");
        ast_print_expr(&self->out, items->at[i].expr);
        if (items->at[i].alias.text) {
            buf_add_text(&self->out, " AS ");
            ast_print_name(&self->out, items->at[i].alias);
        }
    }
    buf_add_char(&self->out, ']');
}

static void print_exprs(Printer *self, const ExprList *list)
{
    buf_add_char(&self->out, '[');
    for (size_t i = 0; i < list->count; i++) {
        buf_add_text(&self->out, i ? ", " : "");
        ast_print_expr(&self->out, list->at[i]);
    }
    buf_add_char(&self->out, ']');
}

static void print_group(Printer *self, const GroupItem *group)
{
    static const char *const names[] = {[GROUP_EXPR] = "",
                                        [GROUP_EMPTY] = "",
                                        [GROUP_ROLLUP] = "ROLLUP ",
                                        [GROUP_CUBE] = "CUBE ",
                                        [GROUP_SETS] = "GROUPING SETS ",
                                        [GROUP_SET] = ""};
    if (group->kind == GROUP_EXPR) {
        ast_print_expr(&self->out, group->expr);
        return;
    }
    buf_printf(&self->out, "%s(", names[group->kind]);
    for (uint32_t i = 0; i < group->item_count; i++) {
        buf_add_text(&self->out, i ? ", " : "");
        print_group(self, group->items[i]);
    }
    buf_add_char(&self->out, ')');
}

static void print_groups(Printer *self, const Select *select)
{
    buf_add_char(&self->out, '[');
    if (select->group_all)
        buf_add_text(&self->out, "ALL");
    for (size_t i = 0; i < select->group_by.count; i++) {
        buf_add_text(&self->out, i ? ", " : "");
        print_group(self, select->group_by.at[i]);
    }
    buf_add_char(&self->out, ']');
}

static void print_query(Printer *self, const Query *query);

static void print_alias(Printer *self, const TableRef *ref)
{
    if (ref->alias.text) {
        buf_add_text(&self->out, " AS ");
        ast_print_name(&self->out, ref->alias);
    }
}

static void print_table(Printer *self, const TableRef *ref)
{
    static const char *const joins[] = {
        [JOIN_INNER] = "Inner",    [JOIN_LEFT] = "LeftOuter", [JOIN_RIGHT] = "RightOuter",
        [JOIN_FULL] = "FullOuter", [JOIN_CROSS] = "Cross",    [JOIN_SEMI] = "LeftSemi",
        [JOIN_ANTI] = "LeftAnti"};
    int depth = self->depth;
    begin_line(self);
    switch (ref->kind) {
    case TABLE_NAMED:
        buf_add_text(&self->out, "'UnresolvedRelation ");
        ast_print_names(&self->out, &ref->named.name);
        print_alias(self, ref);
        end_line(self);
        break;
    case TABLE_FILE:
        buf_add_text(&self->out, "'UnresolvedFile ");
        ast_print_string(&self->out, ref->path);
        print_alias(self, ref);
        end_line(self);
        break;
    case TABLE_FUNCTION: {
        Expr call = {.kind = EXPR_CALL, .call = ref->function.call};
        buf_add_text(&self->out, "'UnresolvedTableFunction ");
        ast_print_expr(&self->out, &call);
        print_alias(self, ref);
        end_line(self);
        break;
    }
    case TABLE_QUERY:
        buf_add_text(&self->out, "'SubqueryAlias");
        if (ref->alias.text) {
            buf_add_char(&self->out, ' ');
            ast_print_name(&self->out, ref->alias);
        }
        end_line(self);
        print_query(self, ref->query);
        break;
    case TABLE_JOIN:
        buf_printf(&self->out, "'Join %s", joins[ref->join.kind]);
        if (ref->join.on) {
            buf_add_text(&self->out, ", ");
            ast_print_expr(&self->out, ref->join.on);
        }
        end_line(self);
        print_table(self, ref->join.left);
        print_table(self, ref->join.right);
        break;
    }
    self->depth = depth;
}

static void print_from(Printer *self, const TableList *from)
{
    if (from->count == 0) {
        int depth = self->depth;
        begin_line(self);
        buf_add_text(&self->out, "OneRowRelation");
        end_line(self);
        self->depth = depth;
    } else if (from->count > 1) {
        begin_line(self);
        buf_add_text(&self->out, "'Join Cross");
        end_line(self);
    }
    for (size_t i = 0; i < from->count; i++)
        print_table(self, from->at[i]);
}

static void print_filter(Printer *self, const char *name, const Expr *condition)
{
    if (!condition)
        return;
    begin_line(self);
    buf_printf(&self->out, "'%s ", name);
    ast_print_expr(&self->out, condition);
    end_line(self);
}

static void print_select(Printer *self, const Select *select)
{
    if (select->distinct) {
        begin_line(self);
        buf_add_text(&self->out, "'Distinct");
        if (select->distinct_on.count) {
            buf_add_text(&self->out, " ON ");
            print_exprs(self, &select->distinct_on);
        }
        end_line(self);
    }
    print_filter(self, "Qualify", select->qualify);
    print_filter(self, "Having", select->having);
    begin_line(self);
    if (select->grouped || select->group_all) {
        buf_add_text(&self->out, "'Aggregate ");
        print_groups(self, select);
        buf_add_text(&self->out, ", ");
    } else {
        buf_add_text(&self->out, "'Project ");
    }
    print_items(self, &select->items);
    end_line(self);
    print_filter(self, "Filter", select->where);
    print_from(self, &select->from);
}

static void print_order(Printer *self, const Query *query)
{
    if (query->limit || query->offset) {
        begin_line(self);
        buf_add_text(&self->out, "'Limit");
        if (query->limit) {
            buf_add_char(&self->out, ' ');
            ast_print_expr(&self->out, query->limit);
        }
        if (query->offset) {
            buf_add_text(&self->out, " offset ");
            ast_print_expr(&self->out, query->offset);
        }
        end_line(self);
    }
    if (!query->order_by.count && !query->order_all)
        return;
    begin_line(self);
    buf_add_text(&self->out, query->order_all ? "'Sort [ALL" : "'Sort [");
    for (size_t i = 0; i < query->order_by.count; i++) {
        buf_add_text(&self->out, i ? ", " : "");
        ast_print_expr(&self->out, query->order_by.at[i].expr);
        buf_add_text(&self->out, query->order_by.at[i].descending ? " DESC" : " ASC");
    }
    buf_add_char(&self->out, ']');
    end_line(self);
}

static void print_body(Printer *self, const Query *query)
{
    static const char *const sets[] = {
        [SET_UNION] = "Union", [SET_INTERSECT] = "Intersect", [SET_EXCEPT] = "Except"};
    print_order(self, query);
    switch (query->kind) {
    case QUERY_SELECT:
        print_select(self, query->select);
        return;
    case QUERY_VALUES:
        begin_line(self);
        buf_printf(&self->out, "'Values, %zu row%s", query->rows.count,
                   query->rows.count == 1 ? "" : "s");
        end_line(self);
        return;
    case QUERY_SET:
        begin_line(self);
        buf_printf(&self->out, "'%s%s", sets[query->set.op], query->set.all ? " All" : "");
        end_line(self);
        print_query(self, query->set.left);
        print_query(self, query->set.right);
        return;
    }
}

static void print_query(Printer *self, const Query *query)
{
    int depth = self->depth;
    if (query->with) {
        begin_line(self);
        buf_add_text(&self->out, "'With");
        end_line(self);
        for (size_t i = 0; i < query->with->tables.count; i++) {
            int inner = self->depth;
            begin_line(self);
            buf_add_text(&self->out, "'CTE ");
            ast_print_name(&self->out, query->with->tables.at[i].name);
            end_line(self);
            print_query(self, query->with->tables.at[i].query);
            self->depth = inner;
        }
    }
    print_body(self, query);
    self->depth = depth;
}

const char *plan_parsed_text(Arena *arena, const Query *query)
{
    Printer self = {.depth = 0};
    buf_init(&self.out);
    print_query(&self, query);
    size_t length = self.out.length ? self.out.length - 1 : 0;
    const char *copy = arena_strndup(arena, self.out.data ? self.out.data : "", length);
    buf_deinit(&self.out);
    return copy;
}
