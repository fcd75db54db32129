/*
 * bind_window.c - windows over time: TUMBLE, HOP, CUMULATE as table functions, and Spark's
 * GROUP BY window(…).
 */
#include "planner/bind.h"

enum { WINDOWS_PER_ROW_MAX = 100000 };

static bool is_bounded(const LogicalNode *node)
{
    if (node->kind == LOGICAL_SCAN)
        return node->scan.traits.bounded;
    for (int i = 0; i < node->input_count; i++)
        if (!is_bounded(node->inputs[i]))
            return false;
    return true;
}

/* A length in µs; months have none. */
static Status bind_length(Binder *binder, const Expr *expr, const char *what, bool may_be_zero,
                          int64_t *out, Err *err)
{
    Value value;
    int64_t us;
    TRY(bind_constant_expr(binder, expr, what, &value, err));
    if (!value.is_null && type_is_text(value.type)) {
        Str text = text_str(&value.as.text);
        if (!parse_interval(text.data, text.data + text.length, &value.as.interval))
            return err_set(err, SQLSTATE_DATETIME_FORMAT, bind_pos(binder, expr->position),
                           "invalid input syntax for type interval: \"" STR_FORMAT "\"",
                           STR_ARG(text));
        value.type = type_of(TYPE_INTERVAL);
    }
    if (value.is_null || value.type.id != TYPE_INTERVAL)
        return err_set(err, SQLSTATE_TYPE_MISMATCH, bind_pos(binder, expr->position),
                       "%s must be an INTERVAL", what);
    if (value.as.interval.months)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, bind_pos(binder, expr->position),
                       "%s must have a fixed length: months and years have none", what);
    if (__builtin_mul_overflow((int64_t)value.as.interval.days, US_PER_DAY, &us) ||
        __builtin_add_overflow(us, value.as.interval.us, &us) || us > INT64_MAX / 4 ||
        us < -(INT64_MAX / 4))
        return err_set(err, SQLSTATE_INTERVAL_OVERFLOW, bind_pos(binder, expr->position),
                       "%s is out of range", what);
    if (us <= 0 && !may_be_zero)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, bind_pos(binder, expr->position),
                       "%s must be longer than nothing", what);
    *out = us;
    return OK;
}

typedef struct WindowArgs {
    const Expr *data, *time, *size, *slide, *offset;
    WindowKind kind;
    int32_t position;
} WindowArgs;

static Status check_lengths(Binder *binder, const WindowArgs *args, int64_t size, int64_t slide,
                            Err *err)
{
    const Expr *expr = args->slide ? args->slide : args->size;
    int32_t position = bind_pos(binder, expr->position);
    if (slide > size)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, position,
                       "the window's %s must not be longer than its size",
                       args->kind == WINDOW_CUMULATE ? "step" : "slide");
    if (args->kind == WINDOW_CUMULATE && size % slide != 0)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, position,
                       "the window's size must be a multiple of its step");
    if (size / slide > WINDOWS_PER_ROW_MAX)
        return err_set(err, SQLSTATE_LIMIT_EXCEEDED, position,
                       "a row would belong to more than %d windows", WINDOWS_PER_ROW_MAX);
    return OK;
}

static bool reads_kept_view(const LogicalNode *node)
{
    if (node->kind == LOGICAL_SCAN)
        return node->scan.table->kind == RELATION_MATERIALIZED;
    for (int i = 0; i < node->input_count; i++)
        if (reads_kept_view(node->inputs[i]))
            return true;
    return false;
}

static Status check_time(Binder *binder, const LogicalNode *input, const LogicalColumn *time,
                         int32_t position, Err *err)
{
    if (time->type.id != TYPE_TIMESTAMP && time->type.id != TYPE_TIMESTAMPTZ) {
        err_set(err, SQLSTATE_TYPE_MISMATCH, bind_pos(binder, position),
                "the time column \"%s\" of a window must be a TIMESTAMP, not %s", time->name,
                type_name(time->type, binder->arena));
        return err_hint(err, "CAST it to TIMESTAMP.");
    }
    if (time->rowtime || time->proctime || is_bounded(input))
        return OK;
    err_set(err, SQLSTATE_WINDOWING, bind_pos(binder, position),
            "a window over an input without end needs event time, and \"%s\" has no watermark",
            time->name);
    if (reads_kept_view(input))
        return err_hint(err, "A materialized view keeps no event time: window over its source, or "
                             "over a view that is not materialized.");
    return err_hint(
        err,
        "Declare WATERMARK FOR %s AS %s - INTERVAL '5' SECOND in its CREATE TABLE, or use "
        "a column computed AS PROCTIME().",
        time->name, time->name);
}

static LogicalNode *make_window(Binder *binder, LogicalNode *input, const LogicalColumn *time,
                                WindowKind kind, int64_t size, int64_t slide, int64_t offset)
{
    static const char *const names[] = {"window_start", "window_end", "window_time"};
    static const ColumnRole roles[] = {ROLE_WINDOW_START, ROLE_WINDOW_END, ROLE_WINDOW_TIME};
    LogicalNode *node = logical_node(binder->arena, LOGICAL_WINDOW, 1);
    int count = input->column_count;
    node->inputs[0] = input;
    node->window.kind = kind;
    node->window.time = time->id;
    node->window.size_us = size;
    node->window.slide_us = slide;
    node->window.offset_us = offset;
    node->columns = ARENA_ARRAY(binder->arena, LogicalColumn, count + 3);
    node->column_count = count + 3;
    memcpy(node->columns, input->columns, sizeof *node->columns * (size_t)count);
    binder->next_window++;
    for (int i = 0; i < 3; i++)
        node->columns[count + i] = (LogicalColumn){.id = bind_new_id(binder),
                                                   .name = names[i],
                                                   .type = time->type,
                                                   .rowtime = i == 2 && time->rowtime,
                                                   .proctime = i == 2 && time->proctime,
                                                   .role = (uint8_t)roles[i],
                                                   .cumulates = kind == WINDOW_CUMULATE,
                                                   .window = binder->next_window};
    return node;
}

static Status build(Binder *binder, const WindowArgs *args, LogicalNode *input,
                    const LogicalColumn *time, LogicalNode **out, Err *err)
{
    int64_t size, slide, offset = 0;
    TRY(check_time(binder, input, time, args->time->position, err));
    TRY(bind_length(binder, args->size, "the window's size", false, &size, err));
    slide = size;
    if (args->slide)
        TRY(bind_length(binder, args->slide,
                        args->kind == WINDOW_CUMULATE ? "the window's step" : "the window's slide",
                        false, &slide, err));
    if (args->offset)
        TRY(bind_length(binder, args->offset, "the window's offset", true, &offset, err));
    TRY(check_lengths(binder, args, size, slide, err));
    WindowKind kind = args->kind == WINDOW_HOP && slide == size ? WINDOW_TUMBLE : args->kind;
    *out = make_window(binder, input, time, kind, size, slide, offset);
    return OK;
}

/* Sorts the arguments of TUMBLE, HOP and CUMULATE, positional or named as Flink names them. */
static Status sort_args(Binder *binder, const FunctionCall *call, WindowArgs *args, Err *err)
{
    bool slides = args->kind != WINDOW_TUMBLE;
    const Expr **places[] = {&args->data, &args->time, slides ? &args->slide : &args->size,
                             slides ? &args->size : &args->offset, slides ? &args->offset : NULL};
    static const struct {
        const char *name;
        int place; /* data, time, size, slide, offset */
    } names[] = {{"data", 0},  {"timecol", 1}, {"size", 2},
                 {"slide", 3}, {"step", 3},    {"offset", 4}};
    const Expr **named[] = {&args->data, &args->time, &args->size, &args->slide, &args->offset};
    for (size_t i = 0; i < call->args.count; i++) {
        const Expr **place = i < 5 ? places[i] : NULL;
        if (call->arg_names && call->arg_names[i].text) {
            place = NULL;
            for (size_t k = 0; k < sizeof names / sizeof *names; k++)
                if (text_equal_nocase(names[k].name, call->arg_names[i].text))
                    place = named[names[k].place];
        }
        if (!place || *place)
            return err_set(err, SQLSTATE_UNDEFINED_FUNCTION,
                           bind_pos(binder, call->args.at[i]->position),
                           "too many arguments, or one that is not known");
        *place = call->args.at[i];
    }
    if (args->data && args->time && args->size && (args->slide || !slides) &&
        (slides || !args->slide))
        return OK;
    err_set(err, SQLSTATE_UNDEFINED_FUNCTION, bind_pos(binder, args->position),
            "arguments of the window function are missing");
    return err_hint(err, args->kind == WINDOW_TUMBLE
                             ? "TUMBLE(TABLE t, DESCRIPTOR(ts), size [, offset])."
                         : args->kind == WINDOW_HOP
                             ? "HOP(TABLE t, DESCRIPTOR(ts), slide, size [, offset])."
                             : "CUMULATE(TABLE t, DESCRIPTOR(ts), step, size [, offset]).");
}

/* TABLE t, t, TABLE (query), (query). */
static Status bind_data(Binder *binder, const Expr *data, LogicalNode **out, const char **name,
                        Err *err)
{
    const NameList *table = NULL;
    const Query *query = NULL;
    if (data->kind == EXPR_TABLE) {
        if (data->table->partition_by.count)
            return bind_unsupported(binder, data->position, "PARTITION BY in a window function is",
                                    err);
        query = data->table->query;
        table = &data->table->table;
    } else if (data->kind == EXPR_COLUMN) {
        table = &data->column;
    } else if (data->kind == EXPR_SUBQUERY) {
        query = data->sub.query;
    }
    if (query)
        return bind_query(binder, query, NULL, out, err);
    if (!table || !table->count)
        return err_set(err, SQLSTATE_SYNTAX, bind_pos(binder, data->position),
                       "the first argument of a window function is a table");
    *name = ast_last_name(table);
    return bind_named_table(binder, table, NULL, out, err);
}

static Status find_time(Binder *binder, const WindowArgs *args, const Scope *scope,
                        LogicalColumn *out, Err *err)
{
    const NameList *name = args->time->kind == EXPR_DESCRIPTOR ? &args->time->descriptor
                           : args->time->kind == EXPR_COLUMN   ? &args->time->column
                                                               : NULL;
    const ScopeColumn *column;
    if (!name || (args->time->kind == EXPR_DESCRIPTOR && name->count != 1))
        return err_set(err, SQLSTATE_SYNTAX, bind_pos(binder, args->time->position),
                       "the second argument of a window function is its time column");
    TRY(scope_find(binder, scope, name, &column, err));
    *out = column->column;
    return OK;
}

Status bind_window_function(Binder *binder, const TableRef *ref, WindowKind kind, Scope *out,
                            Err *err)
{
    WindowArgs args = {.kind = kind, .position = ref->position};
    LogicalNode *input, *node;
    LogicalColumn time;
    const char *name = NULL;
    Scope scope = {.node = NULL};
    if (kind == WINDOW_SESSION)
        return bind_unsupported(binder, ref->position, "session windows are", err);
    TRY(sort_args(binder, ref->function.call, &args, err));
    TRY(bind_data(binder, args.data, &input, &name, err));
    scope_add_node(binder, &scope, input, name);
    TRY(find_time(binder, &args, &scope, &time, err));
    TRY(build(binder, &args, input, &time, &node, err));
    const char *alias = ref->alias.text ? ref->alias.text : name;
    scope_add_node(binder, out, node, alias ? arena_strdup(binder->arena, alias) : NULL);
    return OK;
}

Status bind_spark_window(Binder *binder, Scope *scope, const Expr *call, SelectState *state,
                         Err *err)
{
    const ExprList *list = &call->call->args;
    WindowArgs args = {.kind = list->count > 2 ? WINDOW_HOP : WINDOW_TUMBLE,
                       .position = call->position};
    ExprScope expr_scope = {.scope = scope, .clause = "GROUP BY"};
    const Bound *time;
    LogicalNode *node, *input = scope->node;
    if (list->count < 2 || list->count > 4)
        return err_set(err, SQLSTATE_UNDEFINED_FUNCTION, bind_pos(binder, call->position),
                       "window takes a time, a size, and perhaps a slide and a start");
    args.time = list->at[0];
    args.size = list->at[1];
    args.slide = list->count > 2 ? list->at[2] : NULL;
    args.offset = list->count > 3 ? list->at[3] : NULL;
    TRY(bind_expr(binder, &expr_scope, list->at[0], &time, err));
    if (time->kind != BOUND_COLUMN || !logical_column(input, time->column.id))
        return bind_unsupported(binder, list->at[0]->position, "windows over an expression are",
                                err);
    TRY(build(binder, &args, input, logical_column(input, time->column.id), &node, err));
    static const char *const names[] = {"start", "end"};
    for (int i = 0; i < 2; i++) {
        ScopeColumn column = {
            .table = "window", .column = node->columns[input->column_count + i], .hidden = true};
        column.column.name = names[i];
        list_push_arena(binder->arena, &scope->columns, column);
    }
    scope->node = node;
    state->window_start = node->columns[input->column_count].id;
    state->window_end = node->columns[input->column_count + 1].id;
    state->window_call = call;
    return OK;
}
