/*
 * physical_scan.c - a scan: which columns it decodes, which of them before the filter, what it
 * computes itself.
 */
#include "planner/physical_parts.h"

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
    int at = physical_place(reads->scan->scan.all, reads->scan->scan.all_count, bound->column.id);
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
static void table_key(PhysicalBuilder *self, const LogicalNode *scan, Facts *facts)
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
Status physical_scan(PhysicalBuilder *self, const LogicalNode *scan, BoundArgs exprs,
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
    PhysicalNode *node = physical_make(self, PHYSICAL_SCAN, columns, count, NULL);
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
    physical_keep_key(self, facts, columns, count);
    *out = node;
    return OK;
}
