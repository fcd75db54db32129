/*
 * explain.c - the text of EXPLAIN, and of EXTENDED under Spark's four headings.
 */
#include "planner/logical.h"
#include "planner/planner.h"

static void print_firings(const PlanResult *result, Buf *out)
{
    for (int i = 0; i < result->firing_count; i++)
        buf_printf(out, "-- %s: %s\n", result->firings[i].rule, result->firings[i].node);
}

static void print_phases(const PlanResult *result, Buf *out)
{
    buf_printf(out, "== Parsed Logical Plan ==\n%s\n\n", result->parsed ? result->parsed : "");
    buf_add_text(out, "== Analyzed Logical Plan ==\n");
    for (int i = 0; i < result->analyzed->column_count; i++) {
        const LogicalColumn *column = &result->analyzed->columns[i];
        buf_printf(out, "%s%s: ", i ? ", " : "", column->name);
        type_print(column->type, out);
    }
    buf_add_char(out, '\n');
    const Zone *zone = physical_zone(result->physical);
    logical_print(result->analyzed, zone, out);
    buf_add_text(out, "\n== Optimized Logical Plan ==\n");
    logical_print(result->optimized, zone, out);
    print_firings(result, out);
    buf_add_text(out, "\n== Physical Plan ==\n");
}

static bool has_program(const PhysicalNode *node)
{
    bool found = node->kind == PHYSICAL_FILTER || node->kind == PHYSICAL_PROJECT;
    if (node->kind == PHYSICAL_SCAN)
        found = node->as.scan.wm || node->as.scan.filter || node->as.scan.project;
    for (int i = 0; i < node->input_count; i++)
        found |= has_program(node->inputs[i]);
    return found;
}

void plan_explain(const PlanResult *result, ExplainMode mode, bool json, Buf *out)
{
    if (json) {
        physical_to_json(result->physical, out);
        buf_add_char(out, '\n');
        return;
    }
    if (mode == EXPLAIN_EXTENDED)
        print_phases(result, out);
    physical_print(result->physical, mode == EXPLAIN_CODEGEN, out);
    if (mode == EXPLAIN_CODEGEN && !has_program(result->physical->root))
        buf_add_text(out, "Programs: none, every expression was computed while planning\n");
}
