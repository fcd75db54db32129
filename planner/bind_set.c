/*
 * bind_set.c - UNION: columns by position, with common types.  UNION is UNION ALL without
 * duplicates.
 */
#include "planner/bind.h"

#include "functions/registry.h"

/* A column of bare strings or NULLs takes the type of the other side, made wide enough. */
static bool is_literal(const LogicalNode *node, int column)
{
    if (node->kind == LOGICAL_PROJECT)
        return node->project.exprs[column]->kind == BOUND_CONST &&
               node->project.exprs[column]->literal;
    for (int i = 0; node->kind == LOGICAL_UNION && i < node->input_count; i++)
        if (!is_literal(node->inputs[i], column))
            return false;
    return node->kind == LOGICAL_UNION;
}

static Type widen(Type type, const LogicalNode *literals, int column)
{
    if (literals->kind == LOGICAL_PROJECT) {
        const Value *literal = &literals->project.exprs[column]->constant;
        return literal->is_null ? type : type_with_literal(type, text_str(&literal->as.text));
    }
    for (int i = 0; i < literals->input_count; i++)
        type = widen(type, literals->inputs[i], column);
    return type;
}

static Status column_type(LogicalNode *const *sides, int column, int32_t position, Type *out,
                          Err *err)
{
    Type left = sides[0]->columns[column].type, right = sides[1]->columns[column].type;
    bool left_literal = is_literal(sides[0], column), right_literal = is_literal(sides[1], column);
    if (left_literal != right_literal) {
        *out = left_literal ? widen(right, sides[0], column) : widen(left, sides[1], column);
        return OK;
    }
    return type_common(left, right, out, position, err);
}

static LogicalColumn union_column(Binder *binder, const LogicalColumn *a, const LogicalColumn *b,
                                  Type type)
{
    bool same_role = a->role == b->role;
    return (LogicalColumn){.id = bind_new_id(binder),
                           .name = a->name,
                           .type = type,
                           .rowtime = a->rowtime && b->rowtime,
                           .proctime = a->proctime && b->proctime,
                           .role = same_role ? a->role : ROLE_NONE,
                           .cumulates = a->cumulates || b->cumulates,
                           .window = same_role ? a->window : 0};
}

/* The side with its columns cast to the union's types. */
static Status cast_side(Binder *binder, const Query *query, const LogicalColumn *wanted,
                        LogicalNode *side, LogicalNode **out, Err *err)
{
    int count = side->column_count;
    const Bound **exprs = ARENA_ARRAY(binder->arena, const Bound *, count + 1);
    LogicalColumn *columns = ARENA_ARRAY(binder->arena, LogicalColumn, count + 1);
    bool casts = false;
    for (int i = 0; i < count; i++) {
        const Bound *column = scope_bound(binder, &side->columns[i], -1);
        TRY(bind_cast(binder, column, wanted[i].type, CAST_EXPLICIT, query->position, &exprs[i],
                      err));
        columns[i] = scope_output(binder, side, exprs[i], side->columns[i].name);
        casts |= exprs[i] != column;
    }
    *out = casts ? logical_project(binder->arena, side, exprs, columns, count) : side;
    return OK;
}

Status bind_set(Binder *binder, const Query *query, const Expected *expected, LogicalNode **out,
                Err *err)
{
    LogicalNode *sides[2] = {NULL, NULL};
    if (query->set.op != SET_UNION)
        return bind_unsupported(binder, query->position,
                                query->set.op == SET_EXCEPT ? "EXCEPT is" : "INTERSECT is", err);
    TRY(bind_query(binder, query->set.left, expected, &sides[0], err));
    TRY(bind_query(binder, query->set.right, expected, &sides[1], err));
    int count = sides[0]->column_count;
    int32_t position = bind_pos(binder, query->set.right->position);
    if (sides[1]->column_count != count)
        return err_set(err, SQLSTATE_SYNTAX, position,
                       "each UNION query must have the same number of columns");
    LogicalNode *node = logical_node(binder->arena, LOGICAL_UNION, 2);
    node->columns = ARENA_ARRAY(binder->arena, LogicalColumn, count + 1);
    node->column_count = count;
    for (int i = 0; i < count; i++) {
        Type type = type_of(TYPE_NULL);
        TRY(column_type(sides, i, position, &type, err));
        node->columns[i] = union_column(binder, &sides[0]->columns[i], &sides[1]->columns[i], type);
    }
    for (int s = 0; s < 2; s++)
        TRY(cast_side(binder, query, node->columns, sides[s], &node->inputs[s], err));
    *out = query->set.all ? node : logical_distinct(binder->arena, node);
    return OK;
}
