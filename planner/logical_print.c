/*
 * logical_print.c - logical plans as Spark prints them: one line a node, inputs indented.
 */
#include "planner/logical.h"

static void print_exprs(BoundArgs exprs, int count, const char *separator, const Zone *zone,
                        Buf *out)
{
    for (int i = 0; i < count; i++) {
        if (i)
            buf_add_text(out, separator);
        bound_print(exprs[i], zone, out);
    }
}

static void print_columns(const LogicalColumn *columns, int count, Buf *out)
{
    for (int i = 0; i < count; i++)
        buf_printf(out, "%s%s#%d", i ? ", " : "", columns[i].name, columns[i].id);
}

static void print_named(const Bound *expr, const LogicalColumn *column, const Zone *zone, Buf *out)
{
    bound_print(expr, zone, out);
    if (expr->kind != BOUND_COLUMN || expr->column.id != column->id)
        buf_printf(out, " AS %s#%d", column->name, column->id);
}

static void print_us(int64_t us, Buf *out)
{
    Value value = {.type = type_of(TYPE_INTERVAL)};
    value.as.interval.days = (int32_t)(us / US_PER_DAY);
    value.as.interval.us = us % US_PER_DAY;
    value_format(&value, NULL, out);
}

static void print_scan(const LogicalNode *node, const Zone *zone, Buf *out)
{
    const Relation *table = node->scan.table;
    buf_printf(out, "Scan %s%s%s",
               table->schema && strcmp(table->schema, "public") != 0 ? table->schema : "",
               table->schema && strcmp(table->schema, "public") != 0 ? "." : "", table->name);
    if (node->scan.alias && !text_equal_nocase(node->scan.alias, table->name))
        buf_printf(out, " AS %s", node->scan.alias);
    buf_add_text(out, " [");
    print_columns(node->columns, node->column_count, out);
    buf_add_char(out, ']');
    if (node->scan.conjunct_count) {
        buf_add_text(out, " filter: ");
        print_exprs(node->scan.conjuncts, node->scan.conjunct_count, " AND ", zone, out);
    }
    if (node->scan.limit >= 0)
        buf_printf(out, " limit: %lld", (long long)node->scan.limit);
}

static void print_project(const LogicalNode *node, const Zone *zone, Buf *out)
{
    buf_add_text(out, "Project [");
    for (int i = 0; i < node->column_count; i++) {
        if (i)
            buf_add_text(out, ", ");
        print_named(node->project.exprs[i], &node->columns[i], zone, out);
    }
    buf_add_char(out, ']');
}

static void print_window(const LogicalNode *node, Buf *out)
{
    static const char *const names[] = {"Tumble", "Hop", "Cumulate", "Session"};
    const LogicalColumn *time = logical_column(node->inputs[0], node->window.time);
    buf_printf(out, "%s [%s#%d, ", names[node->window.kind], time ? time->name : "?",
               node->window.time);
    if (node->window.kind == WINDOW_HOP || node->window.kind == WINDOW_CUMULATE) {
        print_us(node->window.slide_us, out);
        buf_add_text(out, ", ");
    }
    print_us(node->window.size_us, out);
    if (node->window.offset_us) {
        buf_add_text(out, ", offset ");
        print_us(node->window.offset_us, out);
    }
    buf_add_char(out, ']');
}

static void print_aggregate(const LogicalNode *node, const Zone *zone, Buf *out)
{
    int keys = node->aggregate.key_count;
    if (node->aggregate.aggregate_count == 0) {
        buf_add_text(out, "Distinct [");
    } else {
        buf_add_text(out, "Aggregate [");
    }
    for (int i = 0; i < keys; i++) {
        if (i)
            buf_add_text(out, ", ");
        print_named(node->aggregate.keys[i], &node->columns[i], zone, out);
    }
    if (node->aggregate.aggregate_count)
        buf_add_text(out, "], [");
    for (int i = 0; i < node->aggregate.aggregate_count; i++) {
        if (i)
            buf_add_text(out, ", ");
        print_named(node->aggregate.aggregates[i], &node->columns[keys + i], zone, out);
    }
    buf_add_char(out, ']');
}

static void print_limit(int64_t limit, int64_t offset, Buf *out)
{
    if (limit >= 0)
        buf_printf(out, " %lld", (long long)limit);
    if (offset > 0)
        buf_printf(out, " offset %lld", (long long)offset);
}

static void print_sort(const LogicalNode *node, Buf *out)
{
    buf_add_text(out, "Sort [");
    for (int i = 0; i < node->sort.key_count; i++) {
        const LogicalSortKey *key = &node->sort.keys[i];
        const LogicalColumn *column = logical_column(node->inputs[0], key->id);
        buf_printf(out, "%s%s#%d %s NULLS %s", i ? ", " : "", column ? column->name : "?", key->id,
                   key->descending ? "DESC" : "ASC", key->nulls_first ? "FIRST" : "LAST");
    }
    buf_add_char(out, ']');
    if (node->sort.limit >= 0 || node->sort.offset > 0) {
        buf_add_text(out, " top");
        print_limit(node->sort.limit, node->sort.offset, out);
    }
}

static void print_expand(const LogicalNode *node, Buf *out)
{
    buf_add_text(out, "Expand [");
    for (int s = 0; s < node->expand.set_count; s++) {
        buf_add_text(out, s ? ", (" : "(");
        bool first = true;
        for (int k = 0; k < node->expand.key_count; k++) {
            if (!(node->expand.sets[s] >> k & 1))
                continue;
            const LogicalColumn *column = logical_column(node->inputs[0], node->expand.keys[k]);
            buf_printf(out, "%s%s#%d", first ? "" : ", ", column ? column->name : "?",
                       node->expand.keys[k]);
            first = false;
        }
        buf_add_char(out, ')');
    }
    buf_add_char(out, ']');
}

void logical_print_node(const LogicalNode *node, const Zone *zone, Buf *out)
{
    switch (node->kind) {
    case LOGICAL_SCAN:
        print_scan(node, zone, out);
        return;
    case LOGICAL_VALUES:
        buf_add_text(out, "Values [");
        print_columns(node->columns, node->column_count, out);
        buf_printf(out, "], %u row%s", node->values.row_count,
                   node->values.row_count == 1 ? "" : "s");
        return;
    case LOGICAL_FILTER:
        buf_add_text(out, "Filter ");
        print_exprs(node->filter.conjuncts, node->filter.conjunct_count, " AND ", zone, out);
        return;
    case LOGICAL_PROJECT:
        print_project(node, zone, out);
        return;
    case LOGICAL_EXPLODE:
        buf_add_text(out, "Explode ");
        bound_print(node->explode.array, zone, out);
        buf_printf(out, "%s%s", node->explode.ordinality ? " with ordinality" : "",
                   node->explode.outer ? " outer" : "");
        return;
    case LOGICAL_EXPAND:
        print_expand(node, out);
        return;
    case LOGICAL_WINDOW:
        print_window(node, out);
        return;
    case LOGICAL_AGGREGATE:
        print_aggregate(node, zone, out);
        return;
    case LOGICAL_UNION:
        buf_add_text(out, "Union [");
        print_columns(node->columns, node->column_count, out);
        buf_add_char(out, ']');
        return;
    case LOGICAL_SORT:
        print_sort(node, out);
        return;
    case LOGICAL_LIMIT:
        buf_add_text(out, "Limit");
        print_limit(node->limit.limit, node->limit.offset, out);
        return;
    }
}

static void print_tree(const LogicalNode *node, int depth, const Zone *zone, Buf *out)
{
    for (int i = 1; i < depth; i++)
        buf_add_text(out, "   ");
    if (depth)
        buf_add_text(out, "+- ");
    logical_print_node(node, zone, out);
    buf_add_char(out, '\n');
    for (int i = 0; i < node->input_count; i++)
        print_tree(node->inputs[i], depth + 1, zone, out);
}

void logical_print(const LogicalNode *node, const Zone *zone, Buf *out)
{
    print_tree(node, 0, zone, out);
}
