/*
 * fn_time_unit.c - date_trunc, FLOOR/CEIL … TO unit, timestampdiff, timestampadd and dates made of
 * parts.
 */
#include <math.h>
#include "functions/time_unit.h"

#define FAILS (FN_STRICT | FN_CAN_FAIL)

typedef struct UnitState {
    TimeUnit unit;
    bool known;
    const Zone *zone; /* NULL for TIMESTAMP and DATE */
    bool sunday;      /* weeks start on Sunday, as Flink's FLOOR */
    int unit_arg;
} UnitState;

/* The unit for a row; ranges only. */
static Status unit_of(const UnitState *state, EvalCall *call, uint32_t row, TimeUnit *unit,
                      Err *err)
{
    *unit = state->unit;
    if (!state->known)
        TRY(time_unit_find(text_str(&ARG(call, state->unit_arg, Text)[row]), unit, -1, err));
    if (*unit > UNIT_OF_MILLENNIUM)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1, "unit \"%s\" is no span of time",
                       time_unit_name(*unit));
    return OK;
}

static int64_t truncate_wall(const UnitState *state, int64_t us, TimeUnit unit)
{
    if (unit == UNIT_OF_WEEK && state->sunday)
        return time_truncate(us + US_PER_DAY, unit) - US_PER_DAY;
    return time_truncate(us, unit);
}

static Status truncate_at(EvalCall *call, uint32_t row, int arg, Err *err)
{
    const UnitState *state = call->state;
    int64_t us = ARG(call, arg, int64_t)[row];
    TimeUnit unit;
    TRY(unit_of(state, call, row, &unit, err));
    int64_t wall = zone_from_utc(state->zone, us);
    OUT(call, int64_t)[row] = zone_to_utc(state->zone, truncate_wall(state, wall, unit));
    return OK;
}
static Status date_trunc_one(EvalCall *call, uint32_t row, Err *err)
{
    return truncate_at(call, row, 1, err);
}
static Status floor_one(EvalCall *call, uint32_t row, Err *err)
{
    return truncate_at(call, row, 0, err);
}
EACH(date_trunc, date_trunc_one)
EACH(floor_to, floor_one)

static Status ceil_one(EvalCall *call, uint32_t row, Err *err)
{
    const UnitState *state = call->state;
    int64_t wall = zone_from_utc(state->zone, ARG(call, 0, int64_t)[row]);
    TimeUnit unit;
    TRY(unit_of(state, call, row, &unit, err));
    int64_t floor = truncate_wall(state, wall, unit);
    if (floor != wall && !time_add_units(floor, unit, 1, &floor))
        return kernel_out_of_range(call, row, TYPE_TIMESTAMP, err);
    OUT(call, int64_t)[row] = zone_to_utc(state->zone, floor);
    return OK;
}
EACH(ceil_to, ceil_one)

static Status floor_date_one(EvalCall *call, uint32_t row, Err *err)
{
    const UnitState *state = call->state;
    int64_t us;
    TimeUnit unit;
    TRY(unit_of(state, call, row, &unit, err));
    if (!date_to_us(ARG(call, 0, int32_t)[row], &us))
        return kernel_out_of_range(call, row, TYPE_DATE, err);
    OUT(call, int32_t)[row] = (int32_t)floor_div(truncate_wall(state, us, unit), US_PER_DAY);
    return OK;
}
static Status ceil_date_one(EvalCall *call, uint32_t row, Err *err)
{
    const UnitState *state = call->state;
    int64_t us;
    TimeUnit unit;
    TRY(unit_of(state, call, row, &unit, err));
    if (!date_to_us(ARG(call, 0, int32_t)[row], &us))
        return kernel_out_of_range(call, row, TYPE_DATE, err);
    int64_t floor = truncate_wall(state, us, unit);
    if (floor != us && !time_add_units(floor, unit, 1, &floor))
        return kernel_out_of_range(call, row, TYPE_DATE, err);
    OUT(call, int32_t)[row] = (int32_t)floor_div(floor, US_PER_DAY);
    return OK;
}
EACH(floor_date, floor_date_one)
EACH(ceil_date, ceil_date_one)

/* The two most used units without a dispatch per row. */
#define TRUNCATE(name, arg, unit_length)                                                           \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        const int64_t *xs = ARG(call, arg, int64_t);                                               \
        int64_t *outs = OUT(call, int64_t);                                                        \
        (void)err;                                                                                 \
        ROW_LOOP(call, row,                                                                        \
                 outs[row] =                                                                       \
                     (int64_t)((uint64_t)xs[row] - (uint64_t)floor_mod(xs[row], unit_length)););   \
        return OK;                                                                                 \
    }
TRUNCATE(trunc_hour, 1, US_PER_HOUR)
TRUNCATE(trunc_minute, 1, US_PER_MINUTE)
TRUNCATE(trunc_day, 1, US_PER_DAY)
TRUNCATE(floor_hour, 0, US_PER_HOUR)
TRUNCATE(floor_minute, 0, US_PER_MINUTE)
TRUNCATE(floor_day, 0, US_PER_DAY)

static Status fill_state(const BindCall *call, FnBinding *binding, int unit_arg, UnitState *state,
                         Err *err)
{
    *state = (UnitState){.unit_arg = unit_arg};
    TRY(bind_unit(call, binding, unit_arg, &state->unit, &state->known, err));
    if (state->known && state->unit > UNIT_OF_MILLENNIUM)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, call->position,
                       "unit \"%s\" is no span of time", time_unit_name(state->unit));
    binding->state = state;
    return OK;
}

static void pick(const UnitState *state, FnBinding *binding, ScalarEval hour, ScalarEval minute,
                 ScalarEval day)
{
    if (state->zone || !state->known)
        return;
    if (state->unit == UNIT_OF_HOUR)
        binding->eval = hour;
    else if (state->unit == UNIT_OF_MINUTE)
        binding->eval = minute;
    else if (state->unit == UNIT_OF_DAY)
        binding->eval = day;
}

/* A unit that is known and a time without a zone's jumps keep the order of their argument. */
static void set_monotonic(const UnitState *state, FnBinding *binding)
{
    if (state->known)
        binding->flags &= ~(uint32_t)FN_CAN_FAIL;
    if (state->known && !state->zone)
        binding->flags |= FN_MONOTONIC;
}

static Status bind_trunc(const BindCall *call, FnBinding *binding, Err *err)
{
    UnitState *state = ARENA_NEW(call->arena, UnitState);
    TRY(fill_state(call, binding, 0, state, err));
    binding->result = binding->arg_types[1];
    if (binding->arg_types[1].id == TYPE_TIMESTAMPTZ) {
        TRY(bind_session_zone(call, &state->zone, err));
        const Str *zone;
        if (call->arg_count > 2) {
            TRY(bind_constant_text(call, binding, 2, &zone, err));
            if (!zone)
                return err_set(
                    err, SQLSTATE_NOT_SUPPORTED, call->position,
                    "a time zone of date_trunc that is not constant is not supported yet");
            Status status = zone_find(*zone, &state->zone, err);
            if (status != OK)
                zone_suggest(*zone, err);
            TRY(status);
        }
    }
    pick(state, binding, trunc_hour, trunc_minute, trunc_day);
    set_monotonic(state, binding);
    return OK;
}

static Status bind_floor(const BindCall *call, FnBinding *binding, Err *err)
{
    UnitState *state = ARENA_NEW(call->arena, UnitState);
    TRY(fill_state(call, binding, 1, state, err));
    state->sunday = true;
    binding->result = binding->arg_types[0];
    if (binding->arg_types[0].id == TYPE_TIMESTAMPTZ)
        TRY(bind_session_zone(call, &state->zone, err));
    if (binding->eval == floor_to)
        pick(state, binding, floor_hour, floor_minute, floor_day);
    set_monotonic(state, binding);
    if (binding->eval == ceil_to || binding->eval == ceil_date)
        binding->flags |= FN_CAN_FAIL;
    return OK;
}

/* Spark's trunc(date, 'MM'). */
static Status trunc_date_one(EvalCall *call, uint32_t row, Err *err)
{
    static const char *const years[] = {"yyyy", "yy"}, *const months[] = {"mm", "mon"};
    Str name = text_str(&ARG(call, 1, Text)[row]);
    TimeUnit unit = UNIT_OF_DAY;
    bool known = false;
    for (int i = 0; i < 2; i++) {
        if (str_equal_nocase(name, str_from(years[i])) ||
            str_equal_nocase(name, str_from(months[i]))) {
            unit = str_equal_nocase(name, str_from(years[i])) ? UNIT_OF_YEAR : UNIT_OF_MONTH;
            known = true;
        }
    }
    if (!known)
        TRY(time_unit_find(name, &unit, -1, err));
    OUT(call, int32_t)[row] = date_truncate(ARG(call, 0, int32_t)[row], unit);
    return OK;
}
EACH(trunc_date, trunc_date_one)

/* date_bin(width, ts, origin), time_bucket(width, ts [, origin]) */
static Status date_bin_one(EvalCall *call, uint32_t row, Err *err)
{
    Interval width = ARG(call, 0, Interval)[row];
    /* time_bucket without an origin: from a Monday, as DuckDB and Timescale */
    const int64_t monday = 10959 * US_PER_DAY; /* 2000-01-03 */
    int64_t us = ARG(call, 1, int64_t)[row], step, offset, binned;
    int64_t origin = call->arg_count > 2 ? ARG(call, 2, int64_t)[row] : monday;
    if (width.months)
        return eval_fail(call, row, err, SQLSTATE_NOT_SUPPORTED, -1,
                         "timestamps cannot be binned into intervals containing months or years");
    if (__builtin_mul_overflow((int64_t)width.days, US_PER_DAY, &step) ||
        __builtin_add_overflow(step, width.us, &step) ||
        __builtin_sub_overflow(us, origin, &offset))
        return kernel_out_of_range(call, row, TYPE_INTERVAL, err);
    if (step <= 0)
        return eval_fail(call, row, err, SQLSTATE_DATETIME_OVERFLOW, -1,
                         "stride must be greater than zero");
    if (__builtin_mul_overflow(floor_div(offset, step), step, &binned) ||
        __builtin_add_overflow(origin, binned, &OUT(call, int64_t)[row]))
        return kernel_out_of_range(call, row, TYPE_TIMESTAMP, err);
    return OK;
}
EACH(date_bin, date_bin_one)

/* ---- timestampdiff, timestampadd ---- */

static Status diff_one(EvalCall *call, uint32_t row, Err *err)
{
    const UnitState *state = call->state;
    TimeUnit unit;
    TRY(unit_of(state, call, row, &unit, err));
    int64_t diff = time_diff_units(ARG(call, 1, int64_t)[row], ARG(call, 2, int64_t)[row], unit);
    if (call->out->type.id == TYPE_BIGINT) {
        OUT(call, int64_t)[row] = diff;
        return OK;
    }
    if ((int32_t)diff != diff)
        return kernel_out_of_range(call, row, TYPE_INT, err);
    OUT(call, int32_t)[row] = (int32_t)diff;
    return OK;
}
EACH(timestampdiff, diff_one)

static Status bind_diff(const BindCall *call, FnBinding *binding, Err *err)
{
    UnitState *state = ARENA_NEW(call->arena, UnitState);
    TRY(fill_state(call, binding, 0, state, err));
    if (state->known && state->unit <= UNIT_OF_MILLISECONDS)
        binding->result = type_of(TYPE_BIGINT);
    return OK;
}

static Status add_one(EvalCall *call, uint32_t row, Err *err)
{
    const UnitState *state = call->state;
    TimeUnit unit;
    TRY(unit_of(state, call, row, &unit, err));
    int64_t wall = zone_from_utc(state->zone, ARG(call, 2, int64_t)[row]), out;
    if (!time_add_units(wall, unit, ARG(call, 1, int64_t)[row], &out))
        return kernel_out_of_range(call, row, TYPE_TIMESTAMP, err);
    OUT(call, int64_t)[row] = zone_to_utc(state->zone, out);
    return OK;
}
EACH(timestampadd, add_one)

static Status add_date_one(EvalCall *call, uint32_t row, Err *err)
{
    const UnitState *state = call->state;
    TimeUnit unit;
    TRY(unit_of(state, call, row, &unit, err));
    int64_t us, out;
    if (!date_to_us(ARG(call, 2, int32_t)[row], &us) ||
        !time_add_units(us, unit, ARG(call, 1, int64_t)[row], &out))
        return kernel_out_of_range(call, row, TYPE_DATE, err);
    OUT(call, int32_t)[row] = (int32_t)floor_div(out, US_PER_DAY);
    return OK;
}
EACH(timestampadd_date, add_date_one)

/* A DATE stays one by days and longer units; by hours and shorter ones it becomes a TIMESTAMP. */
static Status bind_add(const BindCall *call, FnBinding *binding, Err *err)
{
    UnitState *state = ARENA_NEW(call->arena, UnitState);
    TRY(fill_state(call, binding, 0, state, err));
    uint8_t id = binding->arg_types[2].id;
    if (id == TYPE_TIMESTAMPTZ && !(state->known && state->unit <= UNIT_OF_HOUR))
        TRY(bind_session_zone(call, &state->zone, err));
    if (id == TYPE_DATE && state->known && state->unit >= UNIT_OF_DAY) {
        binding->result = type_of(TYPE_DATE);
        binding->eval = timestampadd_date;
    } else if (id == TYPE_DATE) {
        binding->arg_types[2] = type_timestamp(6);
        binding->result = type_timestamp(6);
        binding->eval = timestampadd;
    }
    return OK;
}

/* ---- dates ---- */

static Status add_months_one(EvalCall *call, uint32_t row, Err *err)
{
    if (!date_add_months(ARG(call, 0, int32_t)[row], ARG(call, 1, int64_t)[row],
                         &OUT(call, int32_t)[row]))
        return kernel_out_of_range(call, row, TYPE_DATE, err);
    return OK;
}
EACH(add_months, add_months_one)

static Status last_day(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    {
        int year, month, day;
        int32_t date = ARG(call, 0, int32_t)[row];
        civil_from_days(date, &year, &month, &day);
        OUT(call, int32_t)[row] = date - day + days_in_month(year, month);
    }
    return OK;
}

/* next_day(date, 'Mon'): the first such weekday after the date. */
static Status next_day_one(EvalCall *call, uint32_t row, Err *err)
{
    static const char names[7][3] = {{'s', 'u', 'n'}, {'m', 'o', 'n'}, {'t', 'u', 'e'},
                                     {'w', 'e', 'd'}, {'t', 'h', 'u'}, {'f', 'r', 'i'},
                                     {'s', 'a', 't'}};
    Str name = str_trim(text_str(&ARG(call, 1, Text)[row]));
    int32_t date = ARG(call, 0, int32_t)[row];
    for (int i = 0; i < 7; i++) {
        Str start = {name.data, name.length > 3 ? 3 : name.length};
        bool two = name.length == 2 && str_equal_nocase((Str){names[i], 2}, start);
        if (two || str_equal_nocase((Str){names[i], 3}, start)) {
            int today = (int)floor_mod((int64_t)date + 4, 7);
            OUT(call, int32_t)[row] = date + (i - today + 6) % 7 + 1;
            return OK;
        }
    }
    return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                     "\"" STR_FORMAT "\" is no day of the week", STR_ARG(name));
}
EACH(next_day, next_day_one)

static Status fail_field(EvalCall *call, uint32_t row, const char *what, Err *err)
{
    return eval_fail(call, row, err, SQLSTATE_DATETIME_OVERFLOW, -1, "%s field value out of range",
                     what);
}

static Status make_days(EvalCall *call, uint32_t row, int32_t *days, Err *err)
{
    int32_t year = ARG(call, 0, int32_t)[row], month = ARG(call, 1, int32_t)[row];
    int32_t day = ARG(call, 2, int32_t)[row];
    if (year < 0) /* -1 is 1 BC */
        year++;
    else if (year == 0)
        return fail_field(call, row, "date", err);
    if (!time_year_fits(year) || month < 1 || month > 12 || day < 1 ||
        day > days_in_month(year, month))
        return fail_field(call, row, "date", err);
    *days = days_from_civil(year, month, day);
    return OK;
}
static Status make_date_one(EvalCall *call, uint32_t row, Err *err)
{
    return make_days(call, row, &OUT(call, int32_t)[row], err);
}

/* Hour, minute and second from argument `first` on. */
static Status make_us(EvalCall *call, uint32_t row, int first, int64_t *us, Err *err)
{
    int32_t hour = ARG(call, first, int32_t)[row], minute = ARG(call, first + 1, int32_t)[row];
    double second = ARG(call, first + 2, double)[row];
    bool midnight = hour == 24 && minute == 0 && second == 0;
    if (!midnight &&
        (hour < 0 || hour > 23 || minute < 0 || minute > 59 || !(second >= 0 && second <= 60)))
        return fail_field(call, row, "time", err);
    *us = hour * US_PER_HOUR + minute * US_PER_MINUTE + (int64_t)rint(second * 1e6);
    return OK;
}
static Status make_time_one(EvalCall *call, uint32_t row, Err *err)
{
    return make_us(call, row, 0, &OUT(call, int64_t)[row], err);
}
static Status make_timestamp_one(EvalCall *call, uint32_t row, Err *err)
{
    int32_t days = 0;
    int64_t us = 0;
    TRY(make_days(call, row, &days, err));
    TRY(make_us(call, row, 3, &us, err));
    int64_t day_us;
    if (!date_to_us(days, &day_us) || __builtin_add_overflow(day_us, us, &OUT(call, int64_t)[row]))
        return kernel_out_of_range(call, row, TYPE_TIMESTAMP, err);
    return OK;
}
/* On the session's clocks, or those of the zone named last. */
static Status make_timestamptz_one(EvalCall *call, uint32_t row, Err *err)
{
    enum { ZONE = 6 };
    const Zone *zone = call->state;
    int64_t *out = &OUT(call, int64_t)[row];
    TRY(make_timestamp_one(call, row, err));
    if (call->arg_count > ZONE) {
        /* An offset counts east here, as in PostgreSQL, though not elsewhere. */
        Str name = str_trim(text_str(&ARG(call, ZONE, Text)[row]));
        bool offset = name.length && (name.data[0] == '+' || name.data[0] == '-');
        TRY((offset ? zone_find_iso : zone_find)(name, &zone, err));
    }
    if (zone)
        *out = zone_to_utc(zone, *out);
    return OK;
}
EACH(make_timestamptz, make_timestamptz_one)
static Status bind_make_timestamptz(const BindCall *call, FnBinding *binding, Err *err)
{
    const Zone *zone;
    TRY(bind_session_zone(call, &zone, err));
    binding->state = (void *)(uintptr_t)zone;
    return OK;
}

EACH(make_date, make_date_one)
EACH(make_time, make_time_one)
EACH(make_timestamp, make_timestamp_one)

#define UNIT_ROWS(name)                                                                            \
    {name, "t(s8t)", FAILS, timestampadd, bind_add},                                               \
        {name, "z(s8z)", FAILS, timestampadd, bind_add},                                           \
    {                                                                                              \
        name, "t(s8D)", FAILS, timestampadd, bind_add                                              \
    }

extern const ScalarFn fn_time_unit[];
const ScalarFn fn_time_unit[] = {
    {"date_trunc", "t(st)", FAILS, date_trunc, bind_trunc},
    {"date_trunc", "z(sz?s)", FAILS, date_trunc, bind_trunc},
    {"floor_to", "t(ts)", FAILS, floor_to, bind_floor},
    {"floor_to", "z(zs)", FAILS, floor_to, bind_floor},
    {"floor_to", "T(Ts)", FAILS, floor_to, bind_floor},
    {"ceil_to", "T(Ts)", FAILS, ceil_to, bind_floor},
    {"floor_to", "D(Ds)", FAILS, floor_date, bind_floor},
    {"ceil_to", "t(ts)", FAILS, ceil_to, bind_floor},
    {"ceil_to", "z(zs)", FAILS, ceil_to, bind_floor},
    {"ceil_to", "D(Ds)", FAILS, ceil_date, bind_floor},
    {"trunc", "D(Ds)", FAILS, trunc_date, NULL},
    {"date_bin", "t(itt)", FAILS, date_bin, NULL},
    {"date_bin", "z(izz)", FAILS, date_bin, NULL},
    {"timestampdiff", "4(stt)", FAILS, timestampdiff, bind_diff},
    {"timestampdiff", "4(szz)", FAILS, timestampdiff, bind_diff},
    {"datediff", "4(stt)", FAILS, timestampdiff, bind_diff},
    {"datediff", "4(szz)", FAILS, timestampdiff, bind_diff},
    {"date_diff", "4(stt)", FAILS, timestampdiff, bind_diff},
    {"date_diff", "4(szz)", FAILS, timestampdiff, bind_diff},
    {"time_bucket", "t(it?t)", FAILS, date_bin, NULL},
    {"time_bucket", "z(iz?z)", FAILS, date_bin, NULL},
    UNIT_ROWS("timestampadd"),
    UNIT_ROWS("dateadd"),
    {"add_months", "D(D8)", FAILS, add_months, NULL},
    {"last_day", "D(D)", FN_STRICT, last_day, NULL},
    {"next_day", "D(Ds)", FAILS, next_day, NULL},
    {"make_date", "D(444)", FAILS, make_date, NULL},
    {"make_time", "T(44d)", FAILS, make_time, NULL},
    {"make_timestamp_ntz", "t(44444d)", FAILS, make_timestamp, NULL},
    {"make_timestamp_ltz", "z(44444d?s)", FAILS, make_timestamptz, bind_make_timestamptz},
    {"make_timestamp", "t(44444d)", FAILS, make_timestamp, NULL},
    {"make_timestamptz", "z(44444d?s)", FAILS, make_timestamptz, bind_make_timestamptz},
    {NULL, NULL, 0, NULL, NULL},
};
