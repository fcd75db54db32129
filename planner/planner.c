/*
 * planner.c - the ways in: bind, optimize, make physical.
 */
#include "planner/planner.h"

#include "planner/bind.h"
#include "planner/optimizer.h"
#include "planner/physical_build.h"
#include "planner/plan_steps.h"

Status plan_finish(Binder *binder, LogicalNode *root, const OutputTarget *target,
                   PlanResult *result, Err *err)
{
    OutputChoice choice;
    LogicalNode *optimized;
    const PlannerContext *context = binder->context;
    result->analyzed = root;
    TRY(optimizer_run(context, root, binder->next_id, result, &optimized, err));
    /* The names of the result are the analyzed plan's, whatever rules did to the root. */
    optimized = logical_copy(context->arena, optimized);
    LogicalColumn *columns = ARENA_ARRAY(context->arena, LogicalColumn, root->column_count + 1);
    for (int i = 0; i < root->column_count; i++) {
        columns[i] = optimized->columns[i];
        columns[i].name = root->columns[i].name;
    }
    optimized->columns = columns;
    result->optimized = optimized;
    TRY(physical_choose(optimized, target, &choice, err));
    TRY(physical_build(context, optimized, target, &choice, &result->physical, &result->can_delete,
                       err));
    result->param_types = binder->param_types;
    result->param_count = binder->param_count;
    for (int i = 0; i < binder->param_count; i++)
        if (binder->param_types[i].id == TYPE_NULL)
            binder->param_types[i] = type_varchar(0);
    return OK;
}

const char *plan_query_text(Arena *arena, const Query *query)
{
    Buf text;
    buf_init(&text);
    ast_print_query(&text, query);
    const char *copy = arena_strndup(arena, text.data ? text.data : "", text.length);
    buf_deinit(&text);
    return copy;
}

Status plan_query(const PlannerContext *context, const Query *query, PlanResult *out, Err *err)
{
    Binder binder;
    LogicalNode *root;
    PlanResult result = {.parsed = plan_parsed_text(context->arena, query)};
    OutputTarget target = {.target = context->target,
                           .emit = query->emit,
                           .emit_position =
                               query->emit == QUERY_EMIT_DEFAULT ? -1 : query->emit_position,
                           .op_column = -1};
    binder_init(&binder, context);
    TRY(bind_query(&binder, query, NULL, &root, err));
    TRY(plan_finish(&binder, root, &target, &result, err));
    *out = result;
    return OK;
}

Status plan_expression(const PlannerContext *context, const Expr *expr, const Type *target,
                       Value *out, Err *err)
{
    Binder binder;
    Scope none = {.node = NULL};
    ExprScope scope = {.scope = &none, .clause = "an expression without a table"};
    const Bound *bound;
    binder_init(&binder, context);
    TRY(bind_expr(&binder, &scope, expr, &bound, err));
    if (target)
        TRY(bind_cast(&binder, bound, *target, CAST_ASSIGNMENT, expr->position, &bound, err));
    else
        TRY(bind_settle(&binder, bound, &bound, err));
    if (!bound->is_constant)
        return err_set(err, SQLSTATE_SYNTAX, expr->position, "the expression must be constant");
    Status status = bound_eval(context->arena, bound, out, err);
    if (status == OK)
        out->type = bound->type;
    else if (err && err->position < 0)
        err->position = expr->position;
    return status;
}
