/*
 * physical_build.h - from the optimized logical plan to operators.
 */
#ifndef STREAMD_PLANNER_PHYSICAL_BUILD_H
#define STREAMD_PLANNER_PHYSICAL_BUILD_H

#include "planner/logical.h"
#include "planner/planner.h"

/* How results come out; see physical_mode.c. */
typedef struct OutputChoice {
    OutputMode mode;
    bool bounded;  /* every source ends */
    bool final;    /* only the last state of each result is wanted: a bounded run in one piece */
    bool explicit; /* asked for by EMIT or 'output-mode' */
    bool is_view;
} OutputChoice;

/* Where results go. */
typedef struct OutputTarget {
    PlanTarget target;
    EmitMode emit;
    int32_t emit_position;
    const Relation *sink;  /* NULL: none */
    int32_t sink_position; /* of its name in INSERT; -1: none */
    SinkTraits traits;
    int op_column; /* position of `op` in the sink's columns; -1: none */
} OutputTarget;

Status physical_choose(const LogicalNode *root, const OutputTarget *target, OutputChoice *out,
                       Err *err) MUST_CHECK;

bool logical_bounded(const LogicalNode *node);
/* Positions among an Aggregate's keys of one window's start and end; false: it is not windowed. */
bool logical_window_keys(const LogicalNode *aggregate, int *start, int *end);

Status physical_build(const PlannerContext *context, LogicalNode *root, const OutputTarget *target,
                      const OutputChoice *choice, PhysicalPlan **out, bool *can_delete,
                      Err *err) MUST_CHECK;

/* One line, as physical_print shows it. */
void physical_print_node(const PhysicalNode *node, const Zone *zone, Buf *out);

#endif
