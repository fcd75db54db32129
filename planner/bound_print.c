/*
 * bound_print.c - bound expressions as SQL-like text, for EXPLAIN EXTENDED.
 */
#include <ctype.h>
#include "planner/bound.h"
#include "planner/expr_text.h"

static void print_args(const Bound *bound, Buf *out, const char *separator)
{
    for (int i = 0; i < bound->arg_count; i++) {
        if (i)
            buf_add_text(out, separator);
        bound_print(bound->args[i], out);
    }
}

static void print_case(const Bound *bound, Buf *out)
{
    buf_add_text(out, "CASE");
    for (int i = 0; i + 1 < bound->arg_count; i += 2) {
        buf_add_text(out, " WHEN ");
        bound_print(bound->args[i], out);
        buf_add_text(out, " THEN ");
        bound_print(bound->args[i + 1], out);
    }
    buf_add_text(out, " ELSE ");
    bound_print(bound->args[bound->arg_count - 1], out);
    buf_add_text(out, " END");
}

static void print_call(const Bound *bound, Buf *out)
{
    Buf texts[8];
    const char *views[8];
    if (bound->is_cast) {
        buf_add_text(out, bound->is_try ? "TRY_CAST(" : "CAST(");
        bound_print(bound->args[0], out);
        buf_add_text(out, " AS ");
        type_print(bound->type, out);
        buf_add_char(out, ')');
        return;
    }
    if (bound->arg_count > 8) {
        buf_printf(out, "%s(", bound->fn->fn->name);
        print_args(bound, out, ", ");
        buf_add_char(out, ')');
        return;
    }
    for (int i = 0; i < bound->arg_count; i++) {
        buf_init(&texts[i]);
        bound_print(bound->args[i], &texts[i]);
        views[i] = buf_text(&texts[i]);
    }
    expr_text_call(bound->fn->fn->name, views, bound->arg_count, out);
    for (int i = 0; i < bound->arg_count; i++)
        buf_deinit(&texts[i]);
}

static void print_aggregate(const Bound *bound, Buf *out)
{
    const BoundAggregate *aggregate = bound->aggregate;
    buf_printf(out, "%s(%s", aggregate->binding.fn->name, aggregate->distinct ? "DISTINCT " : "");
    if (bound->arg_count == 0)
        buf_add_char(out, '*');
    print_args(bound, out, ", ");
    buf_add_char(out, ')');
    if (aggregate->filter) {
        buf_add_text(out, " FILTER (WHERE ");
        bound_print(aggregate->filter, out);
        buf_add_char(out, ')');
    }
}

void bound_print(const Bound *bound, Buf *out)
{
    switch (bound->kind) {
    case BOUND_CONST:
        if (bound->param)
            buf_printf(out, "$%d", bound->param);
        else
            value_print_sql(&bound->constant, out);
        return;
    case BOUND_COLUMN:
        buf_printf(out, "%s#%d", bound->column.name, bound->column.id);
        return;
    case BOUND_CALL:
        print_call(bound, out);
        return;
    case BOUND_AND:
    case BOUND_OR:
        buf_add_char(out, '(');
        print_args(bound, out, bound->kind == BOUND_AND ? " AND " : " OR ");
        buf_add_char(out, ')');
        return;
    case BOUND_CASE:
        print_case(bound, out);
        return;
    case BOUND_COALESCE:
        buf_add_text(out, "coalesce(");
        print_args(bound, out, ", ");
        buf_add_char(out, ')');
        return;
    case BOUND_AGGREGATE:
        print_aggregate(bound, out);
        return;
    }
}
