/*
 * physical_print.c - the physical plan for EXPLAIN: a line a node, inputs indented, expressions
 * in SQL with column names.
 */
#include <stdlib.h>
#include "planner/physical_build.h"
#include "planner/plan_names.h"
#include "planner/program_text.h"

static const char **column_names(const PhysicalNode *node)
{
    const char **names = mem_zalloc(sizeof *names * ((size_t)node->column_count + 1));
    for (uint16_t i = 0; i < node->column_count; i++)
        names[i] = node->columns[i].name;
    return names;
}

static void print_column(const PhysicalNode *node, int column, Buf *out)
{
    buf_add_text(out, column < node->column_count ? node->columns[column].name : "?");
}

/* What a program gives: `text AS name`, or the name alone where it says the same. */
static void print_outputs(const Program *program, const char *const *names,
                          const PhysicalNode *node, const Zone *zone, Buf *out)
{
    ProgramText text;
    program_text_init(&text, program, names, zone);
    for (int i = 0; i < text.output_count; i++) {
        const char *name = i < node->column_count ? node->columns[i].name : "?";
        buf_printf(out, "%s%s", i ? ", " : "", text.outputs[i]);
        if (strcmp(name, text.outputs[i]) != 0 && strcmp(name, "expr") != 0)
            buf_printf(out, " AS %s", name);
    }
    program_text_deinit(&text);
}

static void print_filter(const Program *program, const char *const *names, const Zone *zone,
                         Buf *out)
{
    ProgramText text;
    program_text_init(&text, program, names, zone);
    buf_add_text(out, text.filter ? text.filter : "TRUE");
    program_text_deinit(&text);
}

static void print_names(const PhysicalNode *node, Buf *out)
{
    for (uint16_t i = 0; i < node->column_count; i++)
        buf_printf(out, "%s%s", i ? ", " : "", node->columns[i].name);
}

static void print_scan(const PhysicalNode *node, const Zone *zone, Buf *out)
{
    const char *schema = node->as.scan.schema;
    bool qualified = schema && strcmp(schema, "public") != 0;
    buf_printf(out, "Scan %s%s%s [", qualified ? schema : "", qualified ? "." : "",
               node->as.scan.table);
    if (node->as.scan.project)
        print_outputs(node->as.scan.project, node->as.scan.names, node, zone, out);
    else
        print_names(node, out);
    buf_add_char(out, ']');
    if (node->as.scan.filter) {
        buf_add_text(out, " filter: ");
        print_filter(node->as.scan.filter, node->as.scan.names, zone, out);
    }
    if (node->as.scan.wm) {
        ProgramText text;
        program_text_init(&text, node->as.scan.wm, node->as.scan.names, zone);
        buf_printf(out, " watermark: %s", text.outputs[0]);
        program_text_deinit(&text);
    }
    if (node->as.scan.proctime)
        buf_add_text(out, " watermark: processing time");
    if (node->as.scan.limit >= 0)
        buf_printf(out, " limit: %lld", (long long)node->as.scan.limit);
    if (node->rows >= 0)
        buf_printf(out, " (about %.0f rows)", node->rows);
}

static void print_us(int64_t us, Buf *out)
{
    Value value = {.type = type_of(TYPE_INTERVAL)};
    value.as.interval.days = (int32_t)(us / US_PER_DAY);
    value.as.interval.us = us % US_PER_DAY;
    value_format(&value, NULL, out);
}

static void print_window(const PhysicalNode *node, Buf *out)
{
    buf_printf(out, "Window %s(", plan_window_names[node->as.window.kind]);
    print_column(node->inputs[0], node->as.window.time, out);
    if (node->as.window.kind != WINDOW_TUMBLE) {
        buf_add_text(out, ", ");
        print_us(node->as.window.slide_us, out);
    }
    buf_add_text(out, ", ");
    print_us(node->as.window.size_us, out);
    if (node->as.window.offset_us) {
        buf_add_text(out, ", offset ");
        print_us(node->as.window.offset_us, out);
    }
    buf_add_char(out, ')');
    if (node->as.window.proctime)
        buf_add_text(out, " by processing time");
    if (node->as.window.drop_late)
        buf_add_text(out, " late rows kept aside");
}

static void print_call(const PhysicalNode *input, const PhysicalAggregate *aggregate, Buf *out)
{
    buf_printf(out, "%s(%s", aggregate->name, aggregate->distinct ? "DISTINCT " : "");
    if (aggregate->arg_count == 0)
        buf_add_char(out, '*');
    for (uint16_t i = 0; i < aggregate->arg_count; i++) {
        buf_add_text(out, i ? ", " : "");
        print_column(input, aggregate->args[i], out);
    }
    buf_add_char(out, ')');
    if (aggregate->filter >= 0) {
        buf_add_text(out, " FILTER (WHERE ");
        print_column(input, aggregate->filter, out);
        buf_add_char(out, ')');
    }
}

static void print_aggregate(const PhysicalNode *node, Buf *out)
{
    const PhysicalNode *input = node->inputs[0];
    bool distinct = node->as.aggregate.aggregate_count == 0;
    AggregateEmit emit = node->as.aggregate.emit;
    buf_printf(out, distinct ? "Distinct [" : "Aggregate [");
    for (uint16_t i = 0; i < node->as.aggregate.key_count; i++) {
        buf_add_text(out, i ? ", " : "");
        print_column(input, node->as.aggregate.keys[i], out);
    }
    buf_add_char(out, ']');
    for (int i = 0; i < node->as.aggregate.aggregate_count; i++) {
        buf_add_text(out, i ? ", " : " ");
        print_call(input, &node->as.aggregate.aggregates[i], out);
    }
    buf_printf(out, " emit: %s", plan_emit_names[emit]);
    if (emit != EMIT_FINAL && node->as.aggregate.window_end < 0 && node->as.aggregate.key_count)
        buf_add_text(out, ", state is unbounded");
}

static void print_limit(int64_t limit, int64_t offset, Buf *out)
{
    if (limit >= 0)
        buf_printf(out, " %lld", (long long)limit);
    if (offset > 0)
        buf_printf(out, " offset %lld", (long long)offset);
}

static void print_sort(const PhysicalNode *node, Buf *out)
{
    buf_add_text(out, "Sort [");
    for (int i = 0; i < node->as.sort.key_count; i++) {
        const SortKey *key = &node->as.sort.keys[i];
        buf_add_text(out, i ? ", " : "");
        print_column(node->inputs[0], key->column, out);
        buf_printf(out, "%s", key->descending ? " DESC" : "");
        if (key->nulls_first != key->descending)
            buf_printf(out, " NULLS %s", key->nulls_first ? "FIRST" : "LAST");
    }
    buf_add_char(out, ']');
    if (node->as.sort.limit >= 0 || node->as.sort.offset > 0) {
        buf_add_text(out, " top");
        print_limit(node->as.sort.limit, node->as.sort.offset, out);
    }
}

static void print_expand(const PhysicalNode *node, Buf *out)
{
    buf_add_text(out, "Expand");
    for (uint16_t s = 0; s < node->as.expand.set_count; s++) {
        bool first = true;
        buf_add_text(out, s ? ", (" : " (");
        for (uint16_t k = 0; k < node->as.expand.key_count; k++) {
            if (!(node->as.expand.sets[s] >> k & 1))
                continue;
            buf_add_text(out, first ? "" : ", ");
            print_column(node->inputs[0], node->as.expand.keys[k], out);
            first = false;
        }
        buf_add_char(out, ')');
    }
}

static void print_program_node(const PhysicalNode *node, const Zone *zone, Buf *out)
{
    const char **names = column_names(node->inputs[0]);
    buf_printf(out, "%s ", plan_kind_names[node->kind]);
    if (node->kind == PHYSICAL_FILTER) {
        print_filter(node->as.filter.program, names, zone, out);
    } else {
        buf_add_char(out, '[');
        print_outputs(node->as.project.program, names, node, zone, out);
        buf_add_char(out, ']');
    }
    free(names);
}

void physical_print_node(const PhysicalNode *node, const Zone *zone, Buf *out)
{
    switch (node->kind) {
    case PHYSICAL_SCAN:
        print_scan(node, zone, out);
        return;
    case PHYSICAL_VALUES:
        buf_add_text(out, "Values [");
        print_names(node, out);
        buf_printf(out, "], %u row%s", node->as.values.row_count,
                   node->as.values.row_count == 1 ? "" : "s");
        return;
    case PHYSICAL_FILTER:
    case PHYSICAL_PROJECT:
        print_program_node(node, zone, out);
        return;
    case PHYSICAL_EXPLODE:
        buf_add_text(out, "Explode ");
        print_column(node->inputs[0], node->as.explode.array, out);
        buf_printf(out, "%s%s", node->as.explode.ordinality ? " with ordinality" : "",
                   node->as.explode.outer ? " outer" : "");
        return;
    case PHYSICAL_EXPAND:
        print_expand(node, out);
        return;
    case PHYSICAL_WINDOW:
        print_window(node, out);
        return;
    case PHYSICAL_AGGREGATE:
        print_aggregate(node, out);
        return;
    case PHYSICAL_UNION:
        buf_add_text(out, "Union");
        return;
    case PHYSICAL_SORT:
        print_sort(node, out);
        return;
    case PHYSICAL_LIMIT:
        buf_add_text(out, "Limit");
        print_limit(node->as.limit.limit, node->as.limit.offset, out);
        return;
    case PHYSICAL_CHANGES:
        buf_add_text(out, "Changes op");
        return;
    }
}

static void print_code(const PhysicalNode *node, const char *indent, const Zone *zone, Buf *out)
{
    const struct {
        const char *what;
        const Program *program;
    } scan_programs[] = {{"watermark", node->as.scan.wm},
                         {"filter", node->as.scan.filter},
                         {"project", node->as.scan.project}};
    if (node->kind == PHYSICAL_SCAN) {
        for (size_t i = 0; i < sizeof scan_programs / sizeof *scan_programs; i++) {
            if (!scan_programs[i].program)
                continue;
            buf_printf(out, "%s%s:\n", indent, scan_programs[i].what);
            program_print(scan_programs[i].program, node->as.scan.names, indent, zone, out);
        }
    } else if (node->kind == PHYSICAL_FILTER || node->kind == PHYSICAL_PROJECT) {
        const char **names = column_names(node->inputs[0]);
        program_print(node->kind == PHYSICAL_FILTER ? node->as.filter.program
                                                    : node->as.project.program,
                      names, indent, zone, out);
        free(names);
    }
}

static void print_tree(const PhysicalNode *node, int depth, bool with_programs, const Zone *zone,
                       Buf *out)
{
    Buf indent;
    buf_init(&indent);
    for (int i = 1; i < depth; i++)
        buf_add_text(&indent, "   ");
    buf_add(out, indent.data, indent.length);
    if (depth)
        buf_add_text(out, "+- ");
    physical_print_node(node, zone, out);
    buf_add_char(out, '\n');
    if (with_programs) {
        buf_add_text(&indent, depth ? "      : " : "   : ");
        print_code(node, buf_text(&indent), zone, out);
    }
    buf_deinit(&indent);
    for (int i = 0; i < node->input_count; i++)
        print_tree(node->inputs[i], depth + 1, with_programs, zone, out);
}

const Zone *physical_zone(const PhysicalPlan *plan)
{
    const Zone *zone = NULL;
    Err ignored;
    if (plan->session.timezone &&
        zone_find(str_from(plan->session.timezone), &zone, &ignored) != OK)
        return NULL;
    return zone;
}

void physical_print(const PhysicalPlan *plan, bool with_programs, Buf *out)
{
    print_tree(plan->root, 0, with_programs, physical_zone(plan), out);
    buf_printf(out, "Output: %s%s\n", plan_mode_names[plan->mode],
               plan->bounded ? ", bounded" : ", without end");
    if (plan->unbounded_state)
        buf_add_text(out, "The state is unbounded: every group is kept.\n");
}
