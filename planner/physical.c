/*
 * physical.c - the optimized logical plan becomes operators.
 *
 * Invariant: a built node's columns are its logical node's, in order, so a column's
 * place is where its id stands there.  A projection over a scan becomes the scan's own,
 * and so do the expressions that an aggregate needs.
 *
 * On the way down goes what is wanted of the rows (watermarks, by a window above); on the
 * way up come facts: does the output carry changes, and is there a key that they keep to.
 */
#include "planner/physical_parts.h"

/* ---- nodes ---- */

PhysicalNode *physical_make(PhysicalBuilder *self, PhysicalKind kind, const LogicalColumn *columns,
                            int count, PhysicalNode *input)
{
    PhysicalNode *node = ARENA_NEW(self->arena, PhysicalNode);
    node->kind = kind;
    node->id = ++self->next_id;
    node->rows = -1;
    node->columns = ARENA_ARRAY(self->arena, PhysicalColumn, count + 1);
    node->column_count = (uint16_t)count;
    for (int i = 0; i < count; i++)
        node->columns[i] = (PhysicalColumn){.name = arena_strdup(self->arena, columns[i].name),
                                            .type = columns[i].type};
    node->inputs = ARENA_ARRAY(self->arena, PhysicalNode *, 1);
    if (input) {
        node->inputs[0] = input;
        node->input_count = 1;
        node->append_only = input->append_only;
        node->has_wm = input->has_wm;
        node->rows = input->rows;
    }
    return node;
}

int physical_place(const LogicalColumn *columns, int count, int32_t id)
{
    for (int i = 0; i < count; i++)
        if (columns[i].id == id)
            return i;
    return -1;
}

Status physical_lost_column(Err *err)
{
    return err_set(err, SQLSTATE_INTERNAL, -1, "the plan lost a column");
}

/* Of a window one bound is enough. */
static bool is_implied(const Facts *facts, int32_t id, const LogicalColumn *columns, int count)
{
    return (id == facts->window_start && physical_place(columns, count, facts->window_end) >= 0) ||
           (id == facts->window_end && !facts->cumulates &&
            physical_place(columns, count, facts->window_start) >= 0);
}

/* The key among these columns; none if one of its columns is not there. */
void physical_keep_key(PhysicalBuilder *self, Facts *facts, const LogicalColumn *columns, int count)
{
    int32_t *key = ARENA_ARRAY(self->arena, int32_t, facts->key_count + 1);
    int kept = 0;
    for (int i = 0; i < facts->key_count; i++) {
        if (physical_place(columns, count, facts->key[i]) >= 0)
            key[kept++] = facts->key[i];
        else if (!is_implied(facts, facts->key[i], columns, count))
            facts->has_key = false;
    }
    facts->key = key;
    facts->key_count = kept;
}

/* ---- stateless nodes ---- */

static Status build_values(PhysicalBuilder *self, const LogicalNode *node, PhysicalNode **out,
                           Facts *facts)
{
    PhysicalNode *made =
        physical_make(self, PHYSICAL_VALUES, node->columns, node->column_count, NULL);
    size_t count = (size_t)node->values.row_count * (size_t)node->column_count;
    made->as.values.values = ARENA_ARRAY(self->arena, Value, count + 1);
    if (count)
        memcpy(made->as.values.values, node->values.values, count * sizeof(Value));
    made->as.values.row_count = node->values.row_count;
    made->append_only = true;
    made->rows = node->values.row_count;
    *facts = (Facts){.change = CHANGE_NONE};
    *out = made;
    return OK;
}

static bool reads_only_key(const Facts *facts, const LogicalNode *filter)
{
    for (int i = 0; i < filter->filter.conjunct_count; i++)
        for (int c = 0; c < filter->column_count; c++) {
            bool is_key = false;
            for (int k = 0; k < facts->key_count; k++)
                is_key |= facts->key[k] == filter->columns[c].id;
            if (!is_key && bound_reads(filter->filter.conjuncts[i], filter->columns[c].id))
                return false;
        }
    return true;
}

static Status build_filter(PhysicalBuilder *self, LogicalNode *node, Want want, PhysicalNode **out,
                           Facts *facts, Err *err)
{
    PhysicalNode *below;
    LogicalNode *input = node->inputs[0];
    TRY(physical_build_node(self, input, want, &below, facts, err));
    PhysicalNode *made =
        physical_make(self, PHYSICAL_FILTER, node->columns, node->column_count, below);
    TRY(compile_program(self->arena, input->columns, input->column_count, node->filter.conjuncts,
                        node->filter.conjunct_count, NULL, 0, &made->as.filter.program, err));
    if (facts->change == CHANGE_REPLACE && !reads_only_key(facts, node))
        facts->change = CHANGE_ANY;
    made->rows = -1;
    *out = made;
    return OK;
}

static Status build_explode(PhysicalBuilder *self, LogicalNode *node, Want want, PhysicalNode **out,
                            Facts *facts, Err *err)
{
    LogicalNode *input = node->inputs[0];
    int added = node->explode.ordinality ? 2 : 1, pass = node->column_count - added;
    uint16_t *map, *passed = ARENA_ARRAY(self->arena, uint16_t, pass + 1);
    PhysicalNeeds needs = {0};
    PhysicalNode *below;
    for (int i = 0; i < pass; i++)
        (void)physical_need(self, &needs, input,
                            bound_column(self->arena, node->columns[i].id, node->columns[i].name,
                                         node->columns[i].type, -1));
    uint16_t array = physical_need(self, &needs, input, node->explode.array);
    TRY(physical_needed(self, input, &needs, want, &below, facts, &map, err));
    PhysicalNode *made =
        physical_make(self, PHYSICAL_EXPLODE, node->columns, node->column_count, below);
    for (int i = 0; i < pass; i++)
        passed[i] = map[i];
    made->as.explode.array = map[array];
    made->as.explode.pass = passed;
    made->as.explode.pass_count = (uint16_t)pass;
    made->as.explode.ordinality = node->explode.ordinality;
    made->as.explode.outer = node->explode.outer;
    made->rows = -1;
    facts->has_key = false;
    if (facts->change == CHANGE_REPLACE)
        facts->change = CHANGE_ANY;
    *out = made;
    return OK;
}

static Status build_expand(PhysicalBuilder *self, LogicalNode *node, Want want, PhysicalNode **out,
                           Facts *facts, Err *err)
{
    PhysicalNode *below;
    LogicalNode *input = node->inputs[0];
    TRY(physical_build_node(self, input, want, &below, facts, err));
    PhysicalNode *made =
        physical_make(self, PHYSICAL_EXPAND, node->columns, node->column_count, below);
    uint16_t *keys = ARENA_ARRAY(self->arena, uint16_t, node->expand.key_count + 1);
    uint64_t *sets = ARENA_ARRAY(self->arena, uint64_t, node->expand.set_count + 1);
    for (int i = 0; i < node->expand.key_count; i++) {
        int at = physical_place(input->columns, input->column_count, node->expand.keys[i]);
        if (at < 0)
            return physical_lost_column(err);
        keys[i] = (uint16_t)at;
    }
    for (int i = 0; i < node->expand.set_count; i++)
        sets[i] = node->expand.sets[i];
    made->as.expand.keys = keys;
    made->as.expand.key_count = (uint16_t)node->expand.key_count;
    made->as.expand.sets = sets;
    made->as.expand.set_count = (uint16_t)node->expand.set_count;
    made->rows = -1;
    facts->has_key = false;
    if (facts->change == CHANGE_REPLACE)
        facts->change = CHANGE_ANY;
    *out = made;
    return OK;
}

static Status build_window(PhysicalBuilder *self, LogicalNode *node, Want want, PhysicalNode **out,
                           Facts *facts, Err *err)
{
    LogicalNode *input = node->inputs[0];
    PhysicalNode *below;
    int time = physical_place(input->columns, input->column_count, node->window.time);
    if (time < 0)
        return physical_lost_column(err);
    bool drop_late = want.drop_late;
    want.rowtime = input->columns[time].rowtime;
    want.proctime = input->columns[time].proctime;
    want.drop_late = false;
    TRY(physical_build_node(self, input, want, &below, facts, err));
    PhysicalNode *made =
        physical_make(self, PHYSICAL_WINDOW, node->columns, node->column_count, below);
    made->as.window.kind = node->window.kind;
    made->as.window.time = (uint16_t)time;
    made->as.window.size_us = node->window.size_us;
    made->as.window.slide_us = node->window.slide_us;
    made->as.window.offset_us = node->window.offset_us;
    made->as.window.proctime = want.proctime;
    made->as.window.drop_late = drop_late && below->has_wm && !want.proctime;
    self->plan->needs_ticks |= want.proctime;
    if (node->window.kind != WINDOW_TUMBLE) {
        facts->has_key = false;
        if (facts->change == CHANGE_REPLACE)
            facts->change = CHANGE_ANY;
    }
    *out = made;
    return OK;
}

static Status build_union(PhysicalBuilder *self, LogicalNode *node, Want want, PhysicalNode **out,
                          Facts *facts, Err *err)
{
    PhysicalNode *made =
        physical_make(self, PHYSICAL_UNION, node->columns, node->column_count, NULL);
    made->inputs = ARENA_ARRAY(self->arena, PhysicalNode *, node->input_count + 1);
    made->input_count = node->input_count;
    made->append_only = made->has_wm = true;
    Change change = CHANGE_NONE;
    for (int i = 0; i < node->input_count; i++) {
        TRY(physical_build_node(self, node->inputs[i], want, &made->inputs[i], facts, err));
        made->append_only &= made->inputs[i]->append_only;
        made->has_wm &= made->inputs[i]->has_wm;
        if (facts->change != CHANGE_NONE)
            change = CHANGE_ANY;
    }
    *facts = (Facts){.change = change};
    *out = made;
    return OK;
}

static bool aggregates_below(const LogicalNode *node)
{
    if (node->kind == LOGICAL_AGGREGATE)
        return true;
    for (int i = 0; i < node->input_count; i++)
        if (aggregates_below(node->inputs[i]))
            return true;
    return false;
}

Status physical_build_node(PhysicalBuilder *self, LogicalNode *node, Want want, PhysicalNode **out,
                           Facts *facts, Err *err)
{
    if (node->column_count > PHYSICAL_COLUMNS_MAX)
        return err_set(err, "54011", node->position, "too many columns (at most %d)",
                       PHYSICAL_COLUMNS_MAX);
    switch (node->kind) {
    case LOGICAL_SCAN:
        return physical_scan(self, node, NULL, node->columns, node->column_count, want, out, facts,
                             err);
    case LOGICAL_VALUES:
        return build_values(self, node, out, facts);
    case LOGICAL_FILTER:
        return build_filter(self, node, want, out, facts, err);
    case LOGICAL_PROJECT:
        return physical_projected(self, node->inputs[0], node->project.exprs, node->columns,
                                  node->column_count, want, out, facts, err);
    case LOGICAL_EXPLODE:
        return build_explode(self, node, want, out, facts, err);
    case LOGICAL_EXPAND:
        return build_expand(self, node, want, out, facts, err);
    case LOGICAL_WINDOW:
        return build_window(self, node, want, out, facts, err);
    case LOGICAL_AGGREGATE:
        return physical_aggregate(self, node, want, out, facts, err);
    case LOGICAL_UNION:
        if (want.top && self->choice->mode == OUTPUT_COMPLETE && !self->choice->final &&
            aggregates_below(node))
            return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                           "UNION ALL of aggregates in complete mode is not supported yet");
        return build_union(self, node, want, out, facts, err);
    case LOGICAL_SORT:
        return physical_sort(self, node, want, out, facts, err);
    case LOGICAL_LIMIT:
        return physical_limit(self, node, want, out, facts, err);
    }
    return err_set(err, SQLSTATE_INTERNAL, -1, "unknown kind of plan node");
}

/* ---- the result ---- */

/* Adds the `op` column: in front of a SELECT's, at its place in a sink's. */
static PhysicalNode *add_changes(PhysicalBuilder *self, const LogicalNode *root,
                                 PhysicalNode *below, const Facts *facts, int op_column)
{
    int count = root->column_count, key_count = facts->has_key ? facts->key_count : count;
    LogicalColumn *columns = ARENA_ARRAY(self->arena, LogicalColumn, count + 1);
    uint16_t *keys = ARENA_ARRAY(self->arena, uint16_t, key_count + 1);
    for (int i = 0, from = 0; i <= count; i++)
        columns[i] = i == op_column ? (LogicalColumn){.name = "op", .type = type_varchar(0)}
                                    : root->columns[from++];
    for (int i = 0; i < key_count; i++)
        keys[i] =
            (uint16_t)(facts->has_key ? physical_place(root->columns, count, facts->key[i]) : i);
    PhysicalNode *node = physical_make(self, PHYSICAL_CHANGES, columns, count + 1, below);
    node->as.changes.keys = keys;
    node->as.changes.key_count = (uint16_t)key_count;
    node->as.changes.op_column = op_column;
    node->append_only = true;
    /* The result's key stands behind `op` now. */
    uint16_t *shifted = ARENA_ARRAY(self->arena, uint16_t, self->plan->key_count + 1);
    for (int i = 0; i < self->plan->key_count; i++)
        shifted[i] = (uint16_t)(self->plan->key_columns[i] +
                                (self->plan->key_columns[i] >= op_column ? 1 : 0));
    self->plan->key_columns = shifted;
    return node;
}

static void note_key(PhysicalBuilder *self, const LogicalNode *root, const Facts *facts)
{
    uint16_t *keys = ARENA_ARRAY(self->arena, uint16_t, facts->key_count + 1);
    if (!facts->has_key)
        return;
    for (int i = 0; i < facts->key_count; i++)
        keys[i] = (uint16_t)physical_place(root->columns, root->column_count, facts->key[i]);
    self->plan->key_columns = keys;
    self->plan->key_count = (uint16_t)facts->key_count;
}

static Status refuse_delete(const OutputTarget *target, Err *err)
{
    err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
            "the query can take rows of its result back, and \"%s\" has no column op to say so",
            target->sink->name);
    return err_hint(err, "Declare a column op STRING beside the query's columns.");
}

Status physical_build(const PlannerContext *context, LogicalNode *root, const OutputTarget *target,
                      const OutputChoice *choice, PhysicalPlan **out, bool *can_delete, Err *err)
{
    PhysicalPlan *plan = ARENA_NEW(context->arena, PhysicalPlan);
    PhysicalBuilder self = {
        .context = context, .arena = context->arena, .choice = choice, .plan = plan};
    Facts facts = {.change = CHANGE_NONE};
    PhysicalNode *node;
    TRY(physical_build_node(&self, root, (Want){.top = true}, &node, &facts, err));
    *can_delete = facts.change == CHANGE_ANY;
    physical_keep_key(&self, &facts, root->columns, root->column_count);
    note_key(&self, root, &facts);
    plan->append_only = node->append_only && choice->mode != OUTPUT_COMPLETE;
    bool select_changes = target->target == PLAN_SELECT && choice->mode == OUTPUT_UPDATE;
    if (target->op_column >= 0)
        node = add_changes(&self, root, node, &facts, target->op_column);
    else if (select_changes)
        node = add_changes(&self, root, node, &facts, 0);
    else if (target->sink && target->sink->connector && choice->mode == OUTPUT_UPDATE &&
             *can_delete)
        return refuse_delete(target, err);
    plan->root = node;
    plan->scans = self.scans.at;
    plan->scan_count = (int)self.scans.count;
    plan->bounded = choice->bounded;
    plan->mode = choice->mode;
    plan->sql = context->sql ? arena_strdup(context->arena, context->sql) : NULL;
    plan->session.timezone =
        context->session.timezone ? arena_strdup(context->arena, context->session.timezone) : NULL;
    plan->session.user =
        context->session.user ? arena_strdup(context->arena, context->session.user) : NULL;
    *out = plan;
    return OK;
}
