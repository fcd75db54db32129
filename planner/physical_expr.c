/*
 * physical_expr.c - expressions over an input become columns of it.
 */
#include "planner/physical_parts.h"

static bool is_identity(const LogicalNode *input, BoundArgs exprs, int count)
{
    bool same = input->column_count == count;
    for (int i = 0; i < count && same; i++)
        same = exprs[i]->kind == BOUND_COLUMN && exprs[i]->column.id == input->columns[i].id;
    return same;
}

/* The input with other columns: as part of a scan, as the input itself, or by a Project. */
Status physical_projected(PhysicalBuilder *self, LogicalNode *input, BoundArgs exprs,
                          const LogicalColumn *columns, int count, Want want, PhysicalNode **out,
                          Facts *facts, Err *err)
{
    PhysicalNode *below, *node;
    if (input->kind == LOGICAL_SCAN)
        return physical_scan(self, input, exprs, columns, count, want, out, facts, err);
    TRY(physical_build_node(self, input, want, &below, facts, err));
    if (is_identity(input, exprs, count)) {
        for (int i = 0; i < count; i++) /* it may give them other names */
            below->columns[i].name = arena_strdup(self->arena, columns[i].name);
        *out = below;
        return OK;
    }
    node = physical_make(self, PHYSICAL_PROJECT, columns, count, below);
    TRY(compile_program(self->arena, input->columns, input->column_count, NULL, 0, exprs, count,
                        &node->as.project.program, err));
    physical_keep_key(self, facts, columns, count);
    if (!facts->has_key && facts->change == CHANGE_REPLACE)
        facts->change = CHANGE_ANY;
    *out = node;
    return OK;
}

uint16_t physical_need(PhysicalBuilder *self, PhysicalNeeds *needs, const LogicalNode *input,
                       const Bound *bound)
{
    for (size_t i = 0; i < needs->exprs.count; i++)
        if (bound_equal(needs->exprs.at[i], bound))
            return (uint16_t)i;
    const LogicalColumn *known =
        bound->kind == BOUND_COLUMN ? logical_column(input, bound->column.id) : NULL;
    LogicalColumn column = known ? *known
                                 : (LogicalColumn){.id = -1 - (int32_t)needs->columns.count,
                                                   .name = bound_name(self->arena, bound, "expr"),
                                                   .type = bound->type};
    list_push_arena(self->arena, &needs->exprs, bound);
    list_push_arena(self->arena, &needs->columns, column);
    return (uint16_t)(needs->exprs.count - 1);
}

/* Builds the input so that all needed expressions are columns of it; *map: where each of them is.
 */
Status physical_needed(PhysicalBuilder *self, LogicalNode *input, PhysicalNeeds *needs, Want want,
                       PhysicalNode **out, Facts *facts, uint16_t **map, Err *err)
{
    int count = (int)needs->exprs.count;
    bool plain = input->kind != LOGICAL_SCAN;
    if (count > PHYSICAL_COLUMNS_MAX)
        return err_set(err, "54011", -1, "too many columns (at most %d)", PHYSICAL_COLUMNS_MAX);
    *map = ARENA_ARRAY(self->arena, uint16_t, count + 1);
    for (int i = 0; i < count; i++)
        plain &= needs->exprs.at[i]->kind == BOUND_COLUMN;
    if (!plain) {
        for (int i = 0; i < count; i++)
            (*map)[i] = (uint16_t)i;
        return physical_projected(self, input, needs->exprs.at, needs->columns.at, count, want, out,
                                  facts, err);
    }
    TRY(physical_build_node(self, input, want, out, facts, err));
    for (int i = 0; i < count; i++) {
        int at = physical_place(input->columns, input->column_count, needs->exprs.at[i]->column.id);
        if (at < 0)
            return physical_lost_column(err);
        (*map)[i] = (uint16_t)at;
    }
    return OK;
}
