/*
 * bind_series.c - generate_series(from, to [, step]) and range in FROM.
 *
 * A series of constants is a table of the datagen connector with one sequence, so its rows are made
 * as they are read, however many there are.
 */
#include "planner/bind.h"

#include "functions/registry.h"
#include "planner/table_options.h"

typedef struct Series {
    Type type;
    int64_t start, end, step;
    bool empty, exclusive; /* the end does not belong to it: range() */
} Series;

static Status wrong_arguments(Binder *binder, const TableRef *ref, const char *name, Err *err)
{
    err_set(err, SQLSTATE_UNDEFINED_FUNCTION, bind_pos(binder, ref->position),
            "%s does not take these arguments", name);
    return err_hint(err, "It takes two whole numbers and a step, or two times and an INTERVAL.");
}

static bool is_time(Type type)
{
    return type.id == TYPE_DATE || type.id == TYPE_TIMESTAMP || type.id == TYPE_TIMESTAMPTZ;
}

/* DATEs become midnights. */
static bool time_of(const Value *value, int64_t *us)
{
    *us = value->as.integer;
    return value->type.id != TYPE_DATE ||
           !__builtin_mul_overflow(value->as.integer, US_PER_DAY, us);
}

static Status time_series(Binder *binder, const TableRef *ref, const Value *values, Series *series,
                          Err *err)
{
    Interval step = values[2].as.interval;
    series->type = values[0].type.id == TYPE_TIMESTAMPTZ || values[1].type.id == TYPE_TIMESTAMPTZ
                       ? type_of(TYPE_TIMESTAMPTZ)
                       : type_of(TYPE_TIMESTAMP);
    series->type.precision = 6;
    if (!time_of(&values[0], &series->start) || !time_of(&values[1], &series->end) ||
        __builtin_mul_overflow((int64_t)step.days, US_PER_DAY, &series->step) ||
        __builtin_add_overflow(series->step, step.us, &series->step))
        return err_set(err, SQLSTATE_DATETIME_OVERFLOW, bind_pos(binder, ref->position),
                       "timestamp out of range");
    if (step.months || series->step < 0)
        return bind_unsupported(binder, ref->position,
                                "a series in steps of months, or backwards in time, is", err);
    return OK;
}

static Status read_series(Binder *binder, const TableRef *ref, const char *name, Series *series,
                          Err *err)
{
    enum { MOST = 3 };
    const FunctionCall *call = ref->function.call;
    Value values[MOST] = {0};
    size_t count = call->args.count, first = 0;
    bool range = series->exclusive, whole = true, null = false;
    if (count > MOST || count < (range ? 1 : 2) || call->arg_names || call->star)
        return wrong_arguments(binder, ref, name, err);
    if (count == 1) { /* range(n) is from 0 */
        values[0] = value_int(0);
        first = 1;
    }
    for (size_t i = 0; i < count; i++) {
        Value *value = &values[first + i];
        TRY(bind_constant_expr(binder, call->args.at[i], "an argument of a series", value, err));
        whole &= type_is_integer(value->type) || value->type.id == TYPE_NULL;
        null |= value->is_null;
    }
    /* Bare strings are what stands at their place beside a time. */
    for (int i = 1; count == MOST && is_time(values[0].type) && i < MOST; i++) {
        Type wanted = i == 1 ? values[0].type : type_of(TYPE_INTERVAL);
        if (type_is_text(values[i].type) && !values[i].is_null)
            TRY(cast_value(&values[i], wanted, &values[i], binder->arena,
                           bind_pos(binder, call->args.at[i]->position), err));
    }
    series->empty = null;
    bool times = is_time(values[0].type) && is_time(values[1].type) && count == MOST &&
                 (values[2].type.id == TYPE_INTERVAL || values[2].type.id == TYPE_NULL);
    if (!whole && !times)
        return wrong_arguments(binder, ref, name, err);
    if (times) {
        TRY(time_series(binder, ref, values, series, err));
    } else {
        bool wide = false;
        for (int i = 0; i < MOST; i++)
            wide |= values[i].type.id == TYPE_BIGINT;
        series->type = type_of(wide ? TYPE_BIGINT : TYPE_INT);
        series->start = values[0].as.integer;
        series->end = values[1].as.integer;
        series->step = count == MOST ? values[2].as.integer : 1;
    }
    if (series->step == 0 && !null)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, bind_pos(binder, ref->position),
                       "step size cannot equal zero");
    return OK;
}

static int64_t series_count(const Series *series)
{
    if (series->empty ||
        (series->step > 0 ? series->end < series->start : series->end > series->start))
        return 0;
    uint64_t way = series->step > 0 ? (uint64_t)series->end - (uint64_t)series->start
                                    : (uint64_t)series->start - (uint64_t)series->end;
    uint64_t stride = series->step > 0 ? (uint64_t)series->step : -(uint64_t)series->step;
    if (series->exclusive)
        return (int64_t)(way / stride + (way % stride != 0));
    uint64_t steps = way / stride;
    return steps < INT64_MAX - 1 ? (int64_t)steps + 1 : INT64_MAX - 1;
}

typedef struct Given {
    LIST(Option) options;
} Given;

static void give(Binder *binder, Given *given, int32_t position, const char *key, const char *value)
{
    Option option = {.key = arena_strdup(binder->arena, key),
                     .value = arena_strdup(binder->arena, value),
                     .key_position = position,
                     .value_position = position};
    list_push_arena(binder->arena, &given->options, option);
}

static void give_sequence(Binder *binder, Given *given, const TableRef *ref,
                          const ColumnDef *column, int64_t start, int64_t step)
{
    Buf text;
    Value first = {.type = column->type, .as.integer = start};
    buf_init(&text);
    value_format(&first, NULL, &text);
    give(binder, given, ref->position, arena_printf(binder->arena, "fields.%s.kind", column->name),
         "sequence");
    give(binder, given, ref->position, arena_printf(binder->arena, "fields.%s.start", column->name),
         buf_text(&text));
    give(
        binder, given, ref->position, arena_printf(binder->arena, "fields.%s.step", column->name),
        arena_printf(binder->arena, "%lld%s", (long long)step, is_time(column->type) ? " us" : ""));
    buf_deinit(&text);
}

Status bind_series(Binder *binder, const TableRef *ref, const char *name, bool exclusive,
                   Scope *out, Err *err)
{
    enum { COLUMNS_MOST = 2, VALUE = 0, ORDINALITY = 1 };
    Arena *arena = binder->arena;
    Series series = {.exclusive = exclusive};
    Relation *table = ARENA_NEW(arena, Relation);
    ColumnDef *columns = ARENA_ARRAY(arena, ColumnDef, COLUMNS_MOST);
    Given given = {0};
    LogicalNode *node;
    int count = ref->function.ordinality ? 2 : 1;
    const char *alias = ref->alias.text ? ref->alias.text : name;
    TRY(read_series(binder, ref, name, &series, err));
    if ((int)ref->columns.count > count)
        return err_set(err, SQLSTATE_BAD_COLUMN_REFERENCE,
                       bind_pos(binder, ref->columns.at[0].position),
                       "table \"%s\" has %d columns available but %zu columns specified", alias,
                       count, ref->columns.count);
    memset(columns, 0, sizeof *columns * COLUMNS_MOST);
    for (int i = 0; i < count; i++) {
        const char *column = (size_t)i < ref->columns.count ? ref->columns.at[i].text
                             : i == ORDINALITY              ? "ordinality"
                                                            : alias;
        columns[i].name = arena_strdup(arena, column);
        columns[i].type = i == ORDINALITY ? type_of(TYPE_BIGINT) : series.type;
    }
    *table = (Relation){.kind = RELATION_TABLE,
                        .name = arena_strdup(arena, name),
                        .connector = "datagen",
                        .columns = columns,
                        .column_count = count,
                        .watermark_column = -1};
    give(binder, &given, ref->position, "connector", table->connector);
    give(binder, &given, ref->position, "rows-per-second", "0");
    give(binder, &given, ref->position, "number-of-rows",
         arena_printf(arena, "%lld", (long long)series_count(&series)));
    give_sequence(binder, &given, ref, &columns[VALUE], series.start,
                  series.step ? series.step : 1);
    if (count > ORDINALITY)
        give_sequence(binder, &given, ref, &columns[ORDINALITY], 1, 1);
    table->options = (OptionList){given.options.at, (int)given.options.count};
    TRY(table_options_check(binder->context, table, arena, err));
    TRY(bind_scan(binder, table, NULL, ref->position, &node, err));
    scope_add_node(binder, out, node, arena_strdup(arena, alias));
    return OK;
}
