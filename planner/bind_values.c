/*
 * bind_values.c - VALUES, and the one row that SELECT without FROM reads.
 */
#include "planner/bind.h"

LogicalNode *bind_one_row(Binder *binder)
{
    LogicalNode *node = logical_node(binder->arena, LOGICAL_VALUES, 0);
    node->columns = ARENA_ARRAY(binder->arena, LogicalColumn, 1);
    node->values.row_count = 1;
    node->values.values = ARENA_ARRAY(binder->arena, Value, 1);
    return node;
}

typedef struct Rows {
    const Bound **cells; /* row by row */
    int row_count, column_count;
    Type *types;
} Rows;

static Status bind_cells(Binder *binder, const Query *query, const Expected *expected, Rows *rows,
                         Err *err)
{
    Scope none = {.node = NULL};
    ExprScope scope = {.scope = &none, .clause = "VALUES"};
    for (int r = 0; r < rows->row_count; r++) {
        const ExprList *row = &query->rows.at[r];
        if ((int)row->count != rows->column_count)
            return err_set(err, SQLSTATE_SYNTAX, bind_pos(binder, row->at[0]->position),
                           "VALUES lists must all be the same length");
        for (int c = 0; c < rows->column_count; c++) {
            const Expr *expr = row->at[c];
            const Bound **cell = &rows->cells[r * rows->column_count + c];
            if (expected && expr->kind == EXPR_DEFAULT) {
                Value null = value_null(type_of(TYPE_NULL));
                *cell = bound_unknown(binder->arena, &null, bind_pos(binder, expr->position));
                continue;
            }
            TRY(bind_expr(binder, &scope, expr, cell, err));
        }
    }
    return OK;
}

static Status type_columns(Binder *binder, const Expected *expected, Rows *rows, Err *err)
{
    for (int c = 0; c < rows->column_count; c++) {
        if (!expected || c >= expected->count) {
            TRY(bind_unify(binder, &rows->cells[c], rows->row_count, rows->column_count,
                           &rows->types[c], -1, err));
            continue;
        }
        rows->types[c] = expected->types[c];
        for (int r = 0; r < rows->row_count; r++) {
            const Bound **cell = &rows->cells[r * rows->column_count + c];
            Status status = bind_cast(binder, *cell, rows->types[c], CAST_ASSIGNMENT,
                                      (*cell)->position, cell, err);
            if (status != OK && err && strcmp(err->sqlstate, SQLSTATE_TYPE_MISMATCH) == 0) {
                err_set(err, SQLSTATE_TYPE_MISMATCH, (*cell)->position,
                        "column \"%s\" is of type %s but expression is of type %s",
                        expected->names[c], type_name(expected->types[c], binder->arena),
                        type_name((*cell)->type, binder->arena));
                err_hint(err, "You will need to rewrite or cast the expression.");
            }
            TRY(status);
        }
    }
    return OK;
}

static LogicalColumn *make_columns(Binder *binder, const Rows *rows)
{
    LogicalColumn *columns = ARENA_ARRAY(binder->arena, LogicalColumn, rows->column_count + 1);
    for (int c = 0; c < rows->column_count; c++)
        columns[c] = (LogicalColumn){.id = bind_new_id(binder),
                                     .name = arena_printf(binder->arena, "column%d", c + 1),
                                     .type = rows->types[c]};
    return columns;
}

/* Rows that are not constant: a projection of one row each, all of them together. */
static LogicalNode *computed_rows(Binder *binder, const Rows *rows)
{
    LogicalNode *all = logical_node(binder->arena, LOGICAL_UNION, rows->row_count);
    for (int r = 0; r < rows->row_count; r++)
        all->inputs[r] = logical_project(binder->arena, bind_one_row(binder),
                                         rows->cells + r * rows->column_count,
                                         make_columns(binder, rows), rows->column_count);
    if (rows->row_count == 1)
        return all->inputs[0];
    all->columns = make_columns(binder, rows);
    all->column_count = rows->column_count;
    return all;
}

Status bind_values(Binder *binder, const Query *query, const Expected *expected, LogicalNode **out,
                   Err *err)
{
    Rows rows = {.row_count = (int)query->rows.count, .column_count = (int)query->rows.at[0].count};
    int cells = rows.row_count * rows.column_count;
    rows.cells = ARENA_ARRAY(binder->arena, const Bound *, cells + 1);
    rows.types = ARENA_ARRAY(binder->arena, Type, rows.column_count + 1);
    TRY(bind_cells(binder, query, expected, &rows, err));
    TRY(type_columns(binder, expected, &rows, err));
    Value *values = ARENA_ARRAY(binder->arena, Value, cells + 1);
    for (int i = 0; i < cells; i++) {
        if (!bound_fold(binder->arena, rows.cells[i], &values[i])) {
            *out = computed_rows(binder, &rows);
            return OK;
        }
        values[i].type = rows.types[i % rows.column_count];
    }
    LogicalNode *node = logical_node(binder->arena, LOGICAL_VALUES, 0);
    node->columns = make_columns(binder, &rows);
    node->column_count = rows.column_count;
    node->values.values = values;
    node->values.row_count = (uint32_t)rows.row_count;
    *out = node;
    return OK;
}
