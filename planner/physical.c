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
#include "planner/physical_build.h"

#include "base/list.h"
#include "planner/compile.h"

/* How an output changes. */
typedef enum Change {
    CHANGE_NONE,    /* rows are only added */
    CHANGE_REPLACE, /* rows are replaced by key, never taken away */
    CHANGE_ANY
} Change;

typedef struct Facts {
    Change change;
    const int32_t *key; /* ids of columns that are unique together */
    int key_count;
    bool has_key;
    int32_t window_start, window_end; /* ids in the key that follow from one another; 0: none */
    bool cumulates;                   /* … the end does not follow from the start */
} Facts;

typedef struct Want {
    bool rowtime, proctime; /* a window above runs on the watermark */
    bool drop_late;         /* … and an aggregate above that */
    bool top;               /* no aggregate above: its mode is the query's */
} Want;

typedef struct Builder {
    const PlannerContext *context;
    Arena *arena;
    const OutputChoice *choice;
    PhysicalPlan *plan;
    LIST(PhysicalNode *) scans;
    int32_t next_id;
} Builder;

static Status build(Builder *self, LogicalNode *node, Want want, PhysicalNode **out, Facts *facts,
                    Err *err);

/* ---- nodes ---- */

static PhysicalNode *make(Builder *self, PhysicalKind kind, const LogicalColumn *columns, int count,
                          PhysicalNode *input)
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

static int place(const LogicalColumn *columns, int count, int32_t id)
{
    for (int i = 0; i < count; i++)
        if (columns[i].id == id)
            return i;
    return -1;
}

static Status lost_column(Err *err)
{
    return err_set(err, SQLSTATE_INTERNAL, -1, "the plan lost a column");
}

/* Of a window one bound is enough. */
static bool is_implied(const Facts *facts, int32_t id, const LogicalColumn *columns, int count)
{
    return (id == facts->window_start && place(columns, count, facts->window_end) >= 0) ||
           (id == facts->window_end && !facts->cumulates &&
            place(columns, count, facts->window_start) >= 0);
}

/* The key among these columns; none if one of its columns is not there. */
static void keep_key(Builder *self, Facts *facts, const LogicalColumn *columns, int count)
{
    int32_t *key = ARENA_ARRAY(self->arena, int32_t, facts->key_count + 1);
    int kept = 0;
    for (int i = 0; i < facts->key_count; i++) {
        if (place(columns, count, facts->key[i]) >= 0)
            key[kept++] = facts->key[i];
        else if (!is_implied(facts, facts->key[i], columns, count))
            facts->has_key = false;
    }
    facts->key = key;
    facts->key_count = kept;
}

/* ---- scans ---- */

typedef struct Reads {
    const LogicalNode *scan;
    bool *early, *any;
    bool mark_early;
} Reads;

static void note_read(void *context, const Bound *bound)
{
    Reads *reads = context;
    if (bound->kind != BOUND_COLUMN)
        return;
    int at = place(reads->scan->scan.all, reads->scan->scan.all_count, bound->column.id);
    if (at < 0)
        return;
    reads->any[at] = true;
    if (reads->mark_early)
        reads->early[at] = true;
}

static const Relation *inline_relation(const Relation *table)
{
    return table->id == 0 && table->kind == RELATION_TABLE && table->schema == NULL ? table : NULL;
}

/* Views have a derived key, and the engine keeps the primary keys of its own tables. */
static void table_key(Builder *self, const LogicalNode *scan, Facts *facts)
{
    const Relation *table = scan->scan.table;
    bool is_view = table->kind == RELATION_MATERIALIZED;
    const char **names = is_view ? table->key_columns : table->primary_key;
    int count = is_view ? table->key_column_count : table->primary_key_count, found = 0;
    int32_t *key = ARENA_ARRAY(self->arena, int32_t, count + 1);
    if (!is_view && table->kind != RELATION_INTERNAL)
        return;
    for (int i = 0; i < count; i++)
        for (int c = 0; c < scan->scan.all_count; c++)
            if (text_equal_nocase(scan->scan.all[c].name, names[i]))
                key[found++] = scan->scan.all[c].id;
    if (count == 0 || found != count)
        return;
    facts->key = key;
    facts->key_count = count;
    facts->has_key = true;
}

/* exprs NULL: the scan's own columns. */
static Status build_scan(Builder *self, const LogicalNode *scan, BoundArgs exprs,
                         const LogicalColumn *columns, int count, Want want, PhysicalNode **out,
                         Facts *facts, Err *err)
{
    Arena *arena = self->arena;
    int all = scan->scan.all_count, decoded = 0;
    Reads reads = {.scan = scan,
                   .early = ARENA_ARRAY(arena, bool, all + 1),
                   .any = ARENA_ARRAY(arena, bool, all + 1)};
    bool wm = want.rowtime && scan->scan.watermark && !want.proctime, plain = !exprs;
    if (plain) {
        const Bound **own = ARENA_ARRAY(arena, const Bound *, count + 1);
        for (int i = 0; i < count; i++)
            own[i] = bound_column(arena, columns[i].id, columns[i].name, columns[i].type, -1);
        exprs = own;
    }
    for (int i = 0; i < count; i++)
        bound_walk(exprs[i], note_read, &reads);
    reads.mark_early = true;
    for (int i = 0; i < scan->scan.conjunct_count; i++)
        bound_walk(scan->scan.conjuncts[i], note_read, &reads);
    if (wm)
        bound_walk(scan->scan.watermark, note_read, &reads);

    LogicalColumn *inputs = ARENA_ARRAY(arena, LogicalColumn, all + 1);
    uint16_t *numbers = ARENA_ARRAY(arena, uint16_t, all + 1);
    bool *early = ARENA_ARRAY(arena, bool, all + 1);
    const char **names = ARENA_ARRAY(arena, const char *, all + 1);
    for (int i = 0; i < all; i++) {
        if (!reads.any[i])
            continue;
        inputs[decoded] = scan->scan.all[i];
        names[decoded] = arena_strdup(arena, scan->scan.all[i].name);
        numbers[decoded] = scan->scan.all_table_columns[i];
        early[decoded++] = reads.early[i];
    }
    PhysicalNode *node = make(self, PHYSICAL_SCAN, columns, count, NULL);
    const Relation *table = scan->scan.table;
    node->append_only = scan->scan.traits.bounded || scan->scan.traits.append_only;
    node->has_wm = wm || want.proctime;
    node->rows =
        scan->scan.traits.estimated_rows >= 0 ? (double)scan->scan.traits.estimated_rows : -1;
    node->as.scan.schema = table->schema ? arena_strdup(arena, table->schema) : NULL;
    node->as.scan.table = arena_strdup(arena, table->name);
    node->as.scan.relation = inline_relation(table);
    node->as.scan.source = (int)self->scans.count;
    node->as.scan.columns = numbers;
    node->as.scan.early = early;
    node->as.scan.names = names;
    node->as.scan.column_count = (uint16_t)decoded;
    node->as.scan.proctime = want.proctime;
    node->as.scan.limit = scan->scan.limit;
    list_push_arena(arena, &self->scans, node);
    if (wm)
        TRY(compile_program(arena, inputs, decoded, NULL, 0, &scan->scan.watermark, 1,
                            &node->as.scan.wm, err));
    if (scan->scan.conjunct_count)
        TRY(compile_program(arena, inputs, decoded, scan->scan.conjuncts, scan->scan.conjunct_count,
                            NULL, 0, &node->as.scan.filter, err));
    bool same = decoded == count;
    for (int i = 0; i < count && same; i++)
        same = exprs[i]->kind == BOUND_COLUMN && exprs[i]->column.id == inputs[i].id;
    if (!same)
        TRY(compile_program(arena, inputs, decoded, NULL, 0, exprs, count, &node->as.scan.project,
                            err));
    *facts = (Facts){.change = node->append_only ? CHANGE_NONE : CHANGE_ANY};
    table_key(self, scan, facts);
    keep_key(self, facts, columns, count);
    *out = node;
    return OK;
}

/* ---- expressions over an input ---- */

static bool is_identity(const LogicalNode *input, BoundArgs exprs, int count)
{
    bool same = input->column_count == count;
    for (int i = 0; i < count && same; i++)
        same = exprs[i]->kind == BOUND_COLUMN && exprs[i]->column.id == input->columns[i].id;
    return same;
}

/* The input with other columns: as part of a scan, as the input itself, or by a Project. */
static Status build_projected(Builder *self, LogicalNode *input, BoundArgs exprs,
                              const LogicalColumn *columns, int count, Want want,
                              PhysicalNode **out, Facts *facts, Err *err)
{
    PhysicalNode *below, *node;
    if (input->kind == LOGICAL_SCAN)
        return build_scan(self, input, exprs, columns, count, want, out, facts, err);
    TRY(build(self, input, want, &below, facts, err));
    if (is_identity(input, exprs, count)) {
        *out = below;
        return OK;
    }
    node = make(self, PHYSICAL_PROJECT, columns, count, below);
    TRY(compile_program(self->arena, input->columns, input->column_count, NULL, 0, exprs, count,
                        &node->as.project.program, err));
    keep_key(self, facts, columns, count);
    if (!facts->has_key && facts->change == CHANGE_REPLACE)
        facts->change = CHANGE_ANY;
    *out = node;
    return OK;
}

typedef struct Needs {
    LIST(const Bound *) exprs;
    LIST(LogicalColumn) columns;
} Needs;

static uint16_t need(Builder *self, Needs *needs, const LogicalNode *input, const Bound *bound)
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
static Status build_needed(Builder *self, LogicalNode *input, Needs *needs, Want want,
                           PhysicalNode **out, Facts *facts, uint16_t **map, Err *err)
{
    int count = (int)needs->exprs.count;
    bool plain = input->kind != LOGICAL_SCAN;
    *map = ARENA_ARRAY(self->arena, uint16_t, count + 1);
    for (int i = 0; i < count; i++)
        plain &= needs->exprs.at[i]->kind == BOUND_COLUMN;
    if (!plain) {
        for (int i = 0; i < count; i++)
            (*map)[i] = (uint16_t)i;
        return build_projected(self, input, needs->exprs.at, needs->columns.at, count, want, out,
                               facts, err);
    }
    TRY(build(self, input, want, out, facts, err));
    for (int i = 0; i < count; i++) {
        int at = place(input->columns, input->column_count, needs->exprs.at[i]->column.id);
        if (at < 0)
            return lost_column(err);
        (*map)[i] = (uint16_t)at;
    }
    return OK;
}

/* ---- stateless nodes ---- */

static Status build_values(Builder *self, const LogicalNode *node, PhysicalNode **out, Facts *facts)
{
    PhysicalNode *made = make(self, PHYSICAL_VALUES, node->columns, node->column_count, NULL);
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

static Status build_filter(Builder *self, LogicalNode *node, Want want, PhysicalNode **out,
                           Facts *facts, Err *err)
{
    PhysicalNode *below;
    LogicalNode *input = node->inputs[0];
    TRY(build(self, input, want, &below, facts, err));
    PhysicalNode *made = make(self, PHYSICAL_FILTER, node->columns, node->column_count, below);
    TRY(compile_program(self->arena, input->columns, input->column_count, node->filter.conjuncts,
                        node->filter.conjunct_count, NULL, 0, &made->as.filter.program, err));
    if (facts->change == CHANGE_REPLACE && !reads_only_key(facts, node))
        facts->change = CHANGE_ANY;
    made->rows = -1;
    *out = made;
    return OK;
}

static Status build_explode(Builder *self, LogicalNode *node, Want want, PhysicalNode **out,
                            Facts *facts, Err *err)
{
    LogicalNode *input = node->inputs[0];
    int added = node->explode.ordinality ? 2 : 1, pass = node->column_count - added;
    uint16_t *map, *passed = ARENA_ARRAY(self->arena, uint16_t, pass + 1);
    Needs needs = {0};
    PhysicalNode *below;
    for (int i = 0; i < pass; i++)
        (void)need(self, &needs, input,
                   bound_column(self->arena, node->columns[i].id, node->columns[i].name,
                                node->columns[i].type, -1));
    uint16_t array = need(self, &needs, input, node->explode.array);
    TRY(build_needed(self, input, &needs, want, &below, facts, &map, err));
    PhysicalNode *made = make(self, PHYSICAL_EXPLODE, node->columns, node->column_count, below);
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

static Status build_expand(Builder *self, LogicalNode *node, Want want, PhysicalNode **out,
                           Facts *facts, Err *err)
{
    PhysicalNode *below;
    LogicalNode *input = node->inputs[0];
    TRY(build(self, input, want, &below, facts, err));
    PhysicalNode *made = make(self, PHYSICAL_EXPAND, node->columns, node->column_count, below);
    uint16_t *keys = ARENA_ARRAY(self->arena, uint16_t, node->expand.key_count + 1);
    uint64_t *sets = ARENA_ARRAY(self->arena, uint64_t, node->expand.set_count + 1);
    for (int i = 0; i < node->expand.key_count; i++) {
        int at = place(input->columns, input->column_count, node->expand.keys[i]);
        if (at < 0)
            return lost_column(err);
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

static Status build_window(Builder *self, LogicalNode *node, Want want, PhysicalNode **out,
                           Facts *facts, Err *err)
{
    LogicalNode *input = node->inputs[0];
    PhysicalNode *below;
    int time = place(input->columns, input->column_count, node->window.time);
    if (time < 0)
        return lost_column(err);
    bool drop_late = want.drop_late;
    want.rowtime = input->columns[time].rowtime;
    want.proctime = input->columns[time].proctime;
    want.drop_late = false;
    TRY(build(self, input, want, &below, facts, err));
    PhysicalNode *made = make(self, PHYSICAL_WINDOW, node->columns, node->column_count, below);
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

static Status build_union(Builder *self, LogicalNode *node, Want want, PhysicalNode **out,
                          Facts *facts, Err *err)
{
    PhysicalNode *made = make(self, PHYSICAL_UNION, node->columns, node->column_count, NULL);
    made->inputs = ARENA_ARRAY(self->arena, PhysicalNode *, node->input_count + 1);
    made->input_count = node->input_count;
    made->append_only = made->has_wm = true;
    Change change = CHANGE_NONE;
    for (int i = 0; i < node->input_count; i++) {
        TRY(build(self, node->inputs[i], want, &made->inputs[i], facts, err));
        made->append_only &= made->inputs[i]->append_only;
        made->has_wm &= made->inputs[i]->has_wm;
        if (facts->change != CHANGE_NONE)
            change = CHANGE_ANY;
    }
    *facts = (Facts){.change = change};
    *out = made;
    return OK;
}

/* ---- stateful nodes ---- */

static AggregateEmit choose_emit(Builder *self, const LogicalNode *node, const PhysicalNode *below,
                                 bool windowed, bool top)
{
    const OutputChoice *choice = self->choice;
    if (choice->final || (choice->mode == OUTPUT_APPEND && logical_bounded(node)))
        return windowed ? EMIT_ON_CLOSE : EMIT_FINAL;
    if (top && choice->mode == OUTPUT_COMPLETE)
        return EMIT_COMPLETE;
    if (windowed)
        return top && choice->mode == OUTPUT_UPDATE && choice->explicit ? EMIT_CHANGES
                                                                        : EMIT_ON_CLOSE;
    if (node->aggregate.aggregate_count == 0 && below->append_only)
        return EMIT_FIRST;
    return EMIT_CHANGES;
}

static void aggregate_facts(Builder *self, const LogicalNode *node, const PhysicalNode *made,
                            const PhysicalNode *below, Facts *facts)
{
    int32_t *key = ARENA_ARRAY(self->arena, int32_t, node->aggregate.key_count + 1);
    for (int i = 0; i < node->aggregate.key_count; i++)
        key[i] = node->columns[i].id;
    *facts = (Facts){.key = key, .key_count = node->aggregate.key_count, .has_key = true};
    if (made->as.aggregate.window_end >= 0) {
        const LogicalColumn *start = &node->columns[made->as.aggregate.window_start];
        facts->window_start = start->id;
        facts->window_end = node->columns[made->as.aggregate.window_end].id;
        facts->cumulates = start->cumulates;
    }
    if (made->as.aggregate.emit == EMIT_CHANGES)
        facts->change = below->append_only ? CHANGE_REPLACE : CHANGE_ANY;
}

static bool makes_unbounded_state(const LogicalNode *node, const PhysicalNode *made)
{
    return !logical_bounded(node) && made->as.aggregate.key_count > 0 &&
           made->as.aggregate.window_end < 0;
}

static Status build_aggregate(Builder *self, LogicalNode *node, Want want, PhysicalNode **out,
                              Facts *facts, Err *err)
{
    LogicalNode *input = node->inputs[0];
    int keys = node->aggregate.key_count, count = node->aggregate.aggregate_count, start, end;
    bool windowed = logical_window_keys(node, &start, &end);
    Want below_want = {
        .rowtime = want.rowtime || windowed, .proctime = want.proctime, .drop_late = windowed};
    Needs needs = {0};
    PhysicalNode *below;
    uint16_t *map, *key_columns = ARENA_ARRAY(self->arena, uint16_t, keys + 1);
    PhysicalAggregate *aggregates = ARENA_ARRAY(self->arena, PhysicalAggregate, count + 1);
    for (int i = 0; i < keys; i++)
        key_columns[i] = need(self, &needs, input, node->aggregate.keys[i]);
    for (int i = 0; i < count; i++) {
        const Bound *bound = node->aggregate.aggregates[i];
        PhysicalAggregate *aggregate = &aggregates[i];
        aggregate->name = arena_strdup(self->arena, bound->aggregate->binding.fn->name);
        aggregate->binding = bound->aggregate->binding;
        aggregate->arg_count = (uint16_t)bound->arg_count;
        for (int a = 0; a < bound->arg_count; a++)
            aggregate->args[a] = need(self, &needs, input, bound->args[a]);
        aggregate->filter =
            bound->aggregate->filter ? need(self, &needs, input, bound->aggregate->filter) : -1;
        aggregate->distinct = bound->aggregate->distinct;
    }
    TRY(build_needed(self, input, &needs, below_want, &below, facts, &map, err));
    for (int i = 0; i < keys; i++)
        key_columns[i] = map[key_columns[i]];
    for (int i = 0; i < count; i++) {
        for (int a = 0; a < aggregates[i].arg_count; a++)
            aggregates[i].args[a] = map[aggregates[i].args[a]];
        if (aggregates[i].filter >= 0)
            aggregates[i].filter = map[aggregates[i].filter];
    }
    PhysicalNode *made = make(self, PHYSICAL_AGGREGATE, node->columns, node->column_count, below);
    made->as.aggregate.keys = key_columns;
    made->as.aggregate.key_count = (uint16_t)keys;
    made->as.aggregate.window_start = windowed ? start : -1;
    made->as.aggregate.window_end = windowed ? end : -1;
    made->as.aggregate.aggregates = aggregates;
    made->as.aggregate.aggregate_count = count;
    made->as.aggregate.emit = choose_emit(self, node, below, windowed, want.top);
    made->append_only = made->as.aggregate.emit != EMIT_CHANGES;
    made->has_wm = windowed && below->has_wm;
    made->rows = -1;
    self->plan->unbounded_state |= makes_unbounded_state(node, made);
    aggregate_facts(self, node, made, below, facts);
    *out = made;
    return OK;
}

static Status build_sort(Builder *self, LogicalNode *node, Want want, PhysicalNode **out,
                         Facts *facts, Err *err)
{
    PhysicalNode *below;
    LogicalNode *input = node->inputs[0];
    bool complete = self->choice->mode == OUTPUT_COMPLETE && want.top;
    if (!logical_bounded(node) && !complete) {
        err_set(err, SQLSTATE_NOT_SUPPORTED, node->position,
                "ORDER BY needs the end of its input, and this one has none");
        return err_hint(err, "Use EMIT COMPLETE with an aggregate, or read bounded input.");
    }
    TRY(build(self, input, want, &below, facts, err));
    PhysicalNode *made = make(self, PHYSICAL_SORT, node->columns, node->column_count, below);
    SortKey *keys = ARENA_ARRAY(self->arena, SortKey, node->sort.key_count + 1);
    for (int i = 0; i < node->sort.key_count; i++) {
        int at = place(input->columns, input->column_count, node->sort.keys[i].id);
        if (at < 0)
            return lost_column(err);
        keys[i] = (SortKey){.column = (uint16_t)at,
                            .descending = node->sort.keys[i].descending,
                            .nulls_first = node->sort.keys[i].nulls_first};
    }
    made->as.sort.keys = keys;
    made->as.sort.key_count = node->sort.key_count;
    made->as.sort.limit = node->sort.limit;
    made->as.sort.offset = node->sort.offset;
    made->has_wm = false;
    *out = made;
    return OK;
}

static Status build_limit(Builder *self, LogicalNode *node, Want want, PhysicalNode **out,
                          Facts *facts, Err *err)
{
    PhysicalNode *below;
    TRY(build(self, node->inputs[0], want, &below, facts, err));
    if (facts->change != CHANGE_NONE) {
        err_set(err, SQLSTATE_NOT_SUPPORTED, node->position,
                "LIMIT over rows that change is not supported yet");
        return err_hint(err, "Use EMIT COMPLETE.");
    }
    PhysicalNode *made = make(self, PHYSICAL_LIMIT, node->columns, node->column_count, below);
    made->as.limit.limit = node->limit.limit;
    made->as.limit.offset = node->limit.offset;
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

static Status build(Builder *self, LogicalNode *node, Want want, PhysicalNode **out, Facts *facts,
                    Err *err)
{
    switch (node->kind) {
    case LOGICAL_SCAN:
        return build_scan(self, node, NULL, node->columns, node->column_count, want, out, facts,
                          err);
    case LOGICAL_VALUES:
        return build_values(self, node, out, facts);
    case LOGICAL_FILTER:
        return build_filter(self, node, want, out, facts, err);
    case LOGICAL_PROJECT:
        return build_projected(self, node->inputs[0], node->project.exprs, node->columns,
                               node->column_count, want, out, facts, err);
    case LOGICAL_EXPLODE:
        return build_explode(self, node, want, out, facts, err);
    case LOGICAL_EXPAND:
        return build_expand(self, node, want, out, facts, err);
    case LOGICAL_WINDOW:
        return build_window(self, node, want, out, facts, err);
    case LOGICAL_AGGREGATE:
        return build_aggregate(self, node, want, out, facts, err);
    case LOGICAL_UNION:
        if (want.top && self->choice->mode == OUTPUT_COMPLETE && !self->choice->final &&
            aggregates_below(node))
            return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                           "UNION ALL of aggregates in complete mode is not supported yet");
        return build_union(self, node, want, out, facts, err);
    case LOGICAL_SORT:
        return build_sort(self, node, want, out, facts, err);
    case LOGICAL_LIMIT:
        return build_limit(self, node, want, out, facts, err);
    }
    return err_set(err, SQLSTATE_INTERNAL, -1, "unknown kind of plan node");
}

/* ---- the result ---- */

/* Adds the `op` column: in front of a SELECT's, at its place in a sink's. */
static PhysicalNode *add_changes(Builder *self, const LogicalNode *root, PhysicalNode *below,
                                 const Facts *facts, int op_column)
{
    int count = root->column_count, key_count = facts->has_key ? facts->key_count : count;
    LogicalColumn *columns = ARENA_ARRAY(self->arena, LogicalColumn, count + 1);
    uint16_t *keys = ARENA_ARRAY(self->arena, uint16_t, key_count + 1);
    for (int i = 0, from = 0; i <= count; i++)
        columns[i] = i == op_column ? (LogicalColumn){.name = "op", .type = type_varchar(0)}
                                    : root->columns[from++];
    for (int i = 0; i < key_count; i++)
        keys[i] = (uint16_t)(facts->has_key ? place(root->columns, count, facts->key[i]) : i);
    PhysicalNode *node = make(self, PHYSICAL_CHANGES, columns, count + 1, below);
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

static void note_key(Builder *self, const LogicalNode *root, const Facts *facts)
{
    uint16_t *keys = ARENA_ARRAY(self->arena, uint16_t, facts->key_count + 1);
    if (!facts->has_key)
        return;
    for (int i = 0; i < facts->key_count; i++)
        keys[i] = (uint16_t)place(root->columns, root->column_count, facts->key[i]);
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
    Builder self = {.context = context, .arena = context->arena, .choice = choice, .plan = plan};
    Facts facts = {.change = CHANGE_NONE};
    PhysicalNode *node;
    TRY(build(&self, root, (Want){.top = true}, &node, &facts, err));
    *can_delete = facts.change == CHANGE_ANY;
    keep_key(&self, &facts, root->columns, root->column_count);
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
