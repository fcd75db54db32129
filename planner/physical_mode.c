/*
 * physical_mode.c - append, update or complete.
 *
 * Append is possible when no row of the result ever changes: the query has no
 * aggregate, or its aggregates are over windows that close, or its input ends.
 * Otherwise a terminal gets updates, and a sink that cannot take them back gets an
 * error that says what to do.
 */
#include "planner/physical_build.h"

bool logical_bounded(const LogicalNode *node)
{
    if (node->kind == LOGICAL_SCAN)
        return node->scan.traits.bounded;
    for (int i = 0; i < node->input_count; i++)
        if (!logical_bounded(node->inputs[i]))
            return false;
    return true;
}

bool logical_window_keys(const LogicalNode *aggregate, int *start, int *end)
{
    const LogicalNode *input = aggregate->inputs[0];
    *start = *end = -1;
    for (int i = 0; i < aggregate->aggregate.key_count; i++) {
        const Bound *key = aggregate->aggregate.keys[i];
        const LogicalColumn *column =
            key->kind == BOUND_COLUMN ? logical_column(input, key->column.id) : NULL;
        if (!column || column->role != ROLE_WINDOW_END)
            continue;
        for (int k = 0; k < aggregate->aggregate.key_count; k++) {
            const Bound *other = aggregate->aggregate.keys[k];
            const LogicalColumn *first =
                other->kind == BOUND_COLUMN ? logical_column(input, other->column.id) : NULL;
            if (first && first->role == ROLE_WINDOW_START && first->window == column->window)
                *start = k;
        }
        *end = i; /* its start is told by its end, so it need not be a key */
        return true;
    }
    return false;
}

/* Why the result is not append-only (*position: where it says so); NULL: it is. */
static const char *changing(const LogicalNode *node, int32_t *position)
{
    int start, end;
    if (node->kind == LOGICAL_SCAN)
        return node->scan.traits.bounded || node->scan.traits.append_only
                   ? NULL
                   : "a table that it reads changes its rows";
    for (int i = 0; i < node->input_count; i++) {
        const char *why = changing(node->inputs[i], position);
        if (why)
            return why;
    }
    if (node->kind != LOGICAL_AGGREGATE || logical_bounded(node) ||
        logical_window_keys(node, &start, &end) || node->aggregate.aggregate_count == 0)
        return NULL;
    *position = node->position;
    return node->aggregate.key_count ? "its groups change as more rows come"
                                     : "its totals change as more rows come";
}

static Status refuse_append(const OutputTarget *target, const char *why, int32_t position, Err *err)
{
    if (target->sink)
        err_set(err, SQLSTATE_NOT_SUPPORTED, position,
                "the query cannot be written in append mode to \"%s\": %s", target->sink->name,
                why);
    else
        err_set(err, SQLSTATE_NOT_SUPPORTED, position, "the query cannot run in append mode: %s",
                why);
    return err_hint(err,
                    "Declare a WATERMARK and group by window_start, window_end of a window such as "
                    "TUMBLE, or choose a mode: EMIT CHANGES or EMIT COMPLETE.");
}

static const char *sink_option(const Relation *sink, const char *key)
{
    for (int i = 0; sink && i < sink->options.count; i++)
        if (text_equal_nocase(sink->options.at[i].key, key))
            return sink->options.at[i].value;
    return NULL;
}

static bool mode_of(const OutputTarget *target, OutputMode *mode)
{
    const char *option = sink_option(target->sink, "output-mode");
    switch (target->emit) {
    case QUERY_EMIT_ON_CLOSE:
        *mode = OUTPUT_APPEND;
        return true;
    case QUERY_EMIT_CHANGES:
        *mode = OUTPUT_UPDATE;
        return true;
    case QUERY_EMIT_COMPLETE:
        *mode = OUTPUT_COMPLETE;
        return true;
    case QUERY_EMIT_DEFAULT:
        break;
    }
    if (!option)
        return false;
    *mode = text_equal_nocase(option, "complete") ? OUTPUT_COMPLETE
            : text_equal_nocase(option, "update") ? OUTPUT_UPDATE
                                                  : OUTPUT_APPEND;
    return true;
}

static bool has_aggregate(const LogicalNode *node)
{
    if (node->kind == LOGICAL_AGGREGATE)
        return true;
    for (int i = 0; i < node->input_count; i++)
        if (has_aggregate(node->inputs[i]))
            return true;
    return false;
}

static Status check_sink(const OutputTarget *target, OutputMode mode, Err *err)
{
    static const char *const names[] = {"append", "update", "complete"};
    const SinkTraits *traits = &target->traits;
    bool takes = mode == OUTPUT_APPEND   ? traits->append
                 : mode == OUTPUT_UPDATE ? traits->update
                                         : traits->complete;
    if (!target->sink || takes)
        return OK;
    err_set(err, SQLSTATE_NOT_SUPPORTED,
            target->emit_position >= 0 ? target->emit_position : target->sink_position,
            "\"%s\" cannot be written in %s mode", target->sink->name, names[mode]);
    return mode == OUTPUT_COMPLETE && traits->complete_hint
               ? err_hint(err, "%s", traits->complete_hint)
               : FAIL;
}

Status physical_choose(const LogicalNode *root, const OutputTarget *target, OutputChoice *out,
                       Err *err)
{
    OutputChoice choice = {.bounded = logical_bounded(root),
                           .is_view = target->target == PLAN_MATERIALIZED};
    int32_t position = -1;
    const char *why = changing(root, &position);
    bool in_one_piece = target->target == PLAN_SELECT || target->target == PLAN_INSERT;
    choice.explicit = mode_of(target, &choice.mode);
    if (choice.bounded && in_one_piece) {
        /* Only the final result counts: modes change how a sink takes it, not what it is. */
        choice.final = true;
        if (!choice.explicit || target->target == PLAN_SELECT)
            choice.mode = OUTPUT_APPEND;
        TRY(check_sink(target, choice.mode, err));
        *out = choice;
        return OK;
    }
    if (!choice.explicit) {
        bool takes_updates =
            target->target == PLAN_SELECT || target->target == PLAN_MATERIALIZED ||
            (target->sink && target->traits.update &&
             (target->op_column >= 0 || target->traits.immediate || !target->sink->connector));
        choice.mode = why && takes_updates ? OUTPUT_UPDATE : OUTPUT_APPEND;
    }
    if (why && choice.mode == OUTPUT_APPEND)
        return refuse_append(target, why, position, err);
    if (choice.mode == OUTPUT_COMPLETE && target->target == PLAN_MATERIALIZED)
        choice.mode = OUTPUT_UPDATE; /* a view always shows everything */
    if (choice.mode == OUTPUT_COMPLETE && !has_aggregate(root)) {
        err_set(err, SQLSTATE_NOT_SUPPORTED, target->emit_position,
                "complete mode needs a query that aggregates: this one would keep all its input");
        return err_hint(err, "Leave EMIT COMPLETE away: its rows never change.");
    }
    TRY(check_sink(target, choice.mode, err));
    *out = choice;
    return OK;
}
