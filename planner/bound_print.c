/*
 * bound_print.c - bound expressions as SQL-like text, for EXPLAIN EXTENDED.
 */
#include "planner/bound.h"
#include "planner/expr_text.h"

static void print_bound(const Bound *bound, bool with_ids, const Zone *zone, Buf *out);

static void print_args(const Bound *bound, bool with_ids, const Zone *zone, Buf *out,
                       const char *separator)
{
    for (int i = 0; i < bound->arg_count; i++) {
        if (i)
            buf_add_text(out, separator);
        print_bound(bound->args[i], with_ids, zone, out);
    }
}

static void print_case(const Bound *bound, bool with_ids, const Zone *zone, Buf *out)
{
    buf_add_text(out, "CASE");
    for (int i = 0; i + 1 < bound->arg_count; i += 2) {
        buf_add_text(out, " WHEN ");
        print_bound(bound->args[i], with_ids, zone, out);
        buf_add_text(out, " THEN ");
        print_bound(bound->args[i + 1], with_ids, zone, out);
    }
    buf_add_text(out, " ELSE ");
    print_bound(bound->args[bound->arg_count - 1], with_ids, zone, out);
    buf_add_text(out, " END");
}

static void print_call(const Bound *bound, bool with_ids, const Zone *zone, Buf *out)
{
    Buf texts[8];
    const char *views[8];
    if (bound->is_cast) {
        buf_add_text(out, bound->is_try ? "TRY_CAST(" : "CAST(");
        print_bound(bound->args[0], with_ids, zone, out);
        buf_add_text(out, " AS ");
        type_print(bound->type, out);
        buf_add_char(out, ')');
        return;
    }
    if (bound->arg_count > 8) {
        buf_printf(out, "%s(", bound->fn->fn->name);
        print_args(bound, with_ids, zone, out, ", ");
        buf_add_char(out, ')');
        return;
    }
    for (int i = 0; i < bound->arg_count; i++) {
        buf_init(&texts[i]);
        print_bound(bound->args[i], with_ids, zone, &texts[i]);
        views[i] = buf_text(&texts[i]);
    }
    expr_text_call(bound->fn->fn->name, views, bound->arg_count, out);
    for (int i = 0; i < bound->arg_count; i++)
        buf_deinit(&texts[i]);
}

static void print_aggregate(const Bound *bound, bool with_ids, const Zone *zone, Buf *out)
{
    const BoundAggregate *aggregate = bound->aggregate;
    buf_printf(out, "%s(%s", aggregate->binding.fn->name, aggregate->distinct ? "DISTINCT " : "");
    if (bound->arg_count == 0)
        buf_add_char(out, '*');
    print_args(bound, with_ids, zone, out, ", ");
    buf_add_char(out, ')');
    if (aggregate->filter) {
        buf_add_text(out, " FILTER (WHERE ");
        print_bound(aggregate->filter, with_ids, zone, out);
        buf_add_char(out, ')');
    }
}

static void print_bound(const Bound *bound, bool with_ids, const Zone *zone, Buf *out)
{
    switch (bound->kind) {
    case BOUND_CONST:
        if (bound->param)
            buf_printf(out, "$%d", bound->param);
        else
            value_print_sql(&bound->constant, zone, out);
        return;
    case BOUND_COLUMN:
        buf_add_text(out, bound->column.name);
        if (with_ids)
            buf_printf(out, "#%d", bound->column.id);
        return;
    case BOUND_CALL:
        print_call(bound, with_ids, zone, out);
        return;
    case BOUND_AND:
    case BOUND_OR:
        buf_add_char(out, '(');
        print_args(bound, with_ids, zone, out, bound->kind == BOUND_AND ? " AND " : " OR ");
        buf_add_char(out, ')');
        return;
    case BOUND_CASE:
        print_case(bound, with_ids, zone, out);
        return;
    case BOUND_COALESCE:
        buf_add_text(out, "coalesce(");
        print_args(bound, with_ids, zone, out, ", ");
        buf_add_char(out, ')');
        return;
    case BOUND_AGGREGATE:
        print_aggregate(bound, with_ids, zone, out);
        return;
    }
}

void bound_print(const Bound *bound, const Zone *zone, Buf *out)
{
    print_bound(bound, true, zone, out);
}

const char *bound_name(Arena *arena, const Bound *bound, const char *otherwise)
{
    enum { NAME_BYTES = 60 };
    Buf text;
    if (bound->size > NAME_BYTES / 2)
        return otherwise;
    buf_init(&text);
    print_bound(bound, false, NULL, &text);
    const char *name =
        text.length <= NAME_BYTES ? arena_strndup(arena, text.data, text.length) : otherwise;
    buf_deinit(&text);
    return name;
}
