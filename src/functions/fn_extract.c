/*
 * fn_extract.c - EXTRACT, date_part and the functions named after a field.
 *
 * EXTRACT gives BIGINT, but DECIMAL for the fields with a fraction (second, milliseconds,
 * epoch); date_part gives DOUBLE.  year() … second() are Flink's and Spark's: whole
 * numbers, dayofweek from Sunday = 1, weekday from Monday = 0.
 */
#include "functions/time_unit.h"

typedef struct ExtractState {
    TimeUnit unit;
    bool known; /* the field is constant */
    const Zone *zone;
    uint8_t type; /* TypeId of the argument */
} ExtractState;

/* Fields of a day; false if `unit` is none. */
static bool day_field(int32_t days, TimeUnit unit, int64_t *out)
{
    int year, month, day, iso_year, week;
    switch (unit) {
    case UNIT_OF_DOW:
        *out = floor_mod((int64_t)days + 4, 7);
        return true;
    case UNIT_OF_ISODOW:
        *out = floor_mod((int64_t)days + 3, 7) + 1;
        return true;
    case UNIT_OF_JULIAN:
        *out = (int64_t)days + 2440588;
        return true;
    case UNIT_OF_WEEK:
    case UNIT_OF_ISOYEAR:
        time_iso_week(days, &iso_year, &week);
        *out = unit == UNIT_OF_WEEK ? week : iso_year > 0 ? iso_year : iso_year - 1;
        return true;
    case UNIT_OF_DAY:
    case UNIT_OF_MONTH:
    case UNIT_OF_QUARTER:
    case UNIT_OF_YEAR:
    case UNIT_OF_DECADE:
    case UNIT_OF_CENTURY:
    case UNIT_OF_MILLENNIUM:
    case UNIT_OF_DOY:
        break;
    case UNIT_OF_MICROSECONDS:
    case UNIT_OF_MILLISECONDS:
    case UNIT_OF_SECOND:
    case UNIT_OF_MINUTE:
    case UNIT_OF_HOUR:
    case UNIT_OF_EPOCH:
    case UNIT_OF_TIMEZONE:
    case UNIT_OF_TIMEZONE_HOUR:
    case UNIT_OF_TIMEZONE_MINUTE:
        return false;
    }
    civil_from_days(days, &year, &month, &day);
    if (unit == UNIT_OF_DAY)
        *out = day;
    else if (unit == UNIT_OF_MONTH)
        *out = month;
    else if (unit == UNIT_OF_QUARTER)
        *out = (month - 1) / 3 + 1;
    else if (unit == UNIT_OF_DOY)
        *out = (int64_t)days - days_from_civil(year, 1, 1) + 1;
    else if (unit == UNIT_OF_DECADE)
        *out = floor_div(year, 10);
    else if (unit == UNIT_OF_YEAR)
        *out = year > 0 ? year : year - 1; /* there is no year 0 */
    else {
        int64_t span = unit == UNIT_OF_CENTURY ? 100 : 1000;
        *out = year > 0 ? (year - 1) / span + 1 : -((-(int64_t)year) / span + 1);
    }
    return true;
}

/* Fields of a time of day in µs; those with a fraction in millionths; false if `unit` is none. */
static bool time_field(int64_t us, TimeUnit unit, int64_t *out)
{
    if (unit == UNIT_OF_HOUR)
        *out = us / US_PER_HOUR;
    else if (unit == UNIT_OF_MINUTE)
        *out = us / US_PER_MINUTE % 60;
    else if (unit == UNIT_OF_SECOND || unit == UNIT_OF_MILLISECONDS || unit == UNIT_OF_MICROSECONDS)
        *out = us % US_PER_MINUTE;
    else
        return false;
    return true;
}

static bool interval_field(Interval value, TimeUnit unit, i128 *out)
{
    int64_t time;
    if (time_field(value.us, unit, &time)) {
        *out = time;
        return true;
    }
    int64_t years = value.months / 12;
    if (unit == UNIT_OF_DAY)
        *out = value.days;
    else if (unit == UNIT_OF_MONTH)
        *out = value.months % 12;
    else if (unit == UNIT_OF_QUARTER)
        *out = value.months % 12 / 3 + 1;
    else if (unit == UNIT_OF_YEAR)
        *out = years;
    else if (unit == UNIT_OF_DECADE)
        *out = years / 10;
    else if (unit == UNIT_OF_CENTURY)
        *out = years / 100;
    else if (unit == UNIT_OF_MILLENNIUM)
        *out = years / 1000;
    else if (unit == UNIT_OF_EPOCH) /* years of 365.25 days, months of 30 */
        *out = ((i128)years * 36525 * 864 + ((i128)(value.months % 12) * 30 + value.days) * 86400) *
                   US_PER_SECOND +
               value.us;
    else
        return false;
    return true;
}

/* A zone's own fields. */
static bool zone_field(const ExtractState *state, int64_t us, TimeUnit unit, int64_t *out)
{
    int32_t offset = zone_offset_seconds(state->zone, us);
    if (state->type != TYPE_TIMESTAMPTZ)
        return false;
    if (unit == UNIT_OF_TIMEZONE)
        *out = offset;
    else if (unit == UNIT_OF_TIMEZONE_HOUR)
        *out = offset / 3600;
    else if (unit == UNIT_OF_TIMEZONE_MINUTE)
        *out = offset / 60 % 60;
    else
        return false;
    return true;
}

/* Any field of the argument in `row`; second, milliseconds, microseconds and epoch in millionths of
 * a second. */
static bool field_of(const ExtractState *state, const Vector *arg, uint32_t row, TimeUnit unit,
                     i128 *out)
{
    int64_t field = 0;
    bool good;
    if (state->type == TYPE_INTERVAL)
        return interval_field(((const Interval *)arg->data)[row], unit, out);
    if (state->type == TYPE_DATE) {
        int32_t days = ((const int32_t *)arg->data)[row];
        if (unit == UNIT_OF_EPOCH) {
            *out = (i128)days * US_PER_DAY;
            return true;
        }
        good = day_field(days, unit, &field);
    } else {
        int64_t us = ((const int64_t *)arg->data)[row];
        if (unit == UNIT_OF_EPOCH) {
            *out = us;
            return true;
        }
        if (state->type == TYPE_TIME) {
            good = time_field(us, unit, &field);
        } else {
            int64_t wall = state->type == TYPE_TIMESTAMPTZ ? zone_from_utc(state->zone, us) : us;
            good = time_field(floor_mod(wall, US_PER_DAY), unit, &field) ||
                   day_field((int32_t)floor_div(wall, US_PER_DAY), unit, &field) ||
                   zone_field(state, us, unit, &field);
        }
    }
    *out = field;
    return good;
}

static bool has_fraction(TimeUnit unit)
{
    return unit == UNIT_OF_SECOND || unit == UNIT_OF_MILLISECONDS || unit == UNIT_OF_EPOCH;
}

static Status fail_unit(const ExtractState *state, TimeUnit unit, int32_t position, Err *err)
{
    return err_set(err, SQLSTATE_NOT_SUPPORTED, position, "unit \"%s\" not supported for type %s",
                   time_unit_name(unit), type_class(type_of(state->type))->name);
}

/* EXTRACT with a constant field: BIGINT, or the DECIMAL whose integer is the millionths. */
static Status extract_integer(EvalCall *call, Err *err)
{
    const ExtractState *state = call->state;
    const Vector *arg = call->args[call->arg_count - 1];
    int64_t *outs = OUT(call, int64_t);
    (void)err;
    EACH_ROW(call, row)
    {
        i128 field = 0;
        field_of(state, arg, row, state->unit, &field);
        outs[row] = (int64_t)field;
    }
    return OK;
}
static Status extract_decimal(EvalCall *call, Err *err)
{
    const ExtractState *state = call->state;
    (void)err;
    EACH_ROW(call, row)
    field_of(state, call->args[1], row, state->unit, &OUT(call, i128)[row]);
    return OK;
}

static inline Civil civil(int32_t days)
{
    Civil out = time_civil(days);
    out.year -= out.year <= 0; /* there is no year 0 */
    return out;
}

/* The hot ones without a dispatch per row. */
#define QUICK(name, T, expr)                                                                       \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        const T *xs = call->args[call->arg_count - 1]->data;                                       \
        int64_t *outs = OUT(call, int64_t);                                                        \
        (void)err;                                                                                 \
        EACH_ROW(call, row)                                                                        \
        {                                                                                          \
            const T x = xs[row];                                                                   \
            outs[row] = (expr);                                                                    \
        }                                                                                          \
        return OK;                                                                                 \
    }
QUICK(hour_of_timestamp, int64_t, floor_mod(x, US_PER_DAY) / US_PER_HOUR)
QUICK(minute_of_timestamp, int64_t, floor_mod(x, US_PER_HOUR) / US_PER_MINUTE)
QUICK(year_of_timestamp, int64_t, civil((int32_t)floor_div(x, US_PER_DAY)).year)
QUICK(month_of_timestamp, int64_t, civil((int32_t)floor_div(x, US_PER_DAY)).month)
QUICK(day_of_timestamp, int64_t, civil((int32_t)floor_div(x, US_PER_DAY)).day)
QUICK(year_of_date, int32_t, civil(x).year)
QUICK(month_of_date, int32_t, civil(x).month)
QUICK(day_of_date, int32_t, civil(x).day)
QUICK(dow_of_date, int32_t, floor_mod((int64_t)x + 4, 7))

static double field_double(const ExtractState *state, i128 field, TimeUnit unit)
{
    if (unit == UNIT_OF_SECOND || unit == UNIT_OF_EPOCH)
        return (double)field / 1e6;
    (void)state;
    return unit == UNIT_OF_MILLISECONDS ? (double)field / 1e3 : (double)field;
}

/* date_part: DOUBLE, the field may come from a column. */
static Status date_part_one(EvalCall *call, uint32_t row, Err *err)
{
    const ExtractState *state = call->state;
    TimeUnit unit = state->unit;
    i128 field;
    if (!state->known)
        TRY(time_unit_find(text_str(&ARG(call, 0, Text)[row]), &unit, -1, err));
    if (!field_of(state, call->args[1], row, unit, &field))
        return fail_unit(state, unit, -1, err);
    OUT(call, double)[row] = field_double(state, field, unit);
    return OK;
}
EACH(date_part, date_part_one)

/* Whether the type has the field: tried on a value. */
static Status check_unit(const BindCall *call, const ExtractState *state, Type type, Err *err)
{
    Vector probe;
    i128 field;
    vector_make(&probe, call->arena, type, 1, true);
    if (!field_of(state, &probe, 0, state->unit, &field))
        return fail_unit(state, state->unit, call->position, err);
    return OK;
}

static Status fill_state(const BindCall *call, FnBinding *binding, ExtractState *state, Err *err)
{
    state->type = binding->arg_types[call->arg_count - 1].id;
    TRY(bind_session_zone(call, &state->zone, err));
    binding->state = state;
    return OK;
}

static void pick_quick(const ExtractState *state, FnBinding *binding)
{
    static const struct {
        uint8_t type, unit;
        ScalarEval eval;
    } quick[] = {
        {TYPE_TIMESTAMP, UNIT_OF_YEAR, year_of_timestamp},
        {TYPE_TIMESTAMP, UNIT_OF_MONTH, month_of_timestamp},
        {TYPE_TIMESTAMP, UNIT_OF_DAY, day_of_timestamp},
        {TYPE_TIMESTAMP, UNIT_OF_HOUR, hour_of_timestamp},
        {TYPE_TIMESTAMP, UNIT_OF_MINUTE, minute_of_timestamp},
        {TYPE_DATE, UNIT_OF_YEAR, year_of_date},
        {TYPE_DATE, UNIT_OF_MONTH, month_of_date},
        {TYPE_DATE, UNIT_OF_DAY, day_of_date},
        {TYPE_DATE, UNIT_OF_DOW, dow_of_date},
    };
    for (size_t i = 0; i < sizeof quick / sizeof *quick; i++)
        if (quick[i].type == state->type && quick[i].unit == state->unit)
            binding->eval = quick[i].eval;
}

static Status bind_extract(const BindCall *call, FnBinding *binding, Err *err)
{
    ExtractState *state = ARENA_NEW(call->arena, ExtractState);
    TRY(fill_state(call, binding, state, err));
    TRY(bind_unit(call, binding, 0, &state->unit, &state->known, err));
    if (!state->known)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, call->position,
                       "a field of extract that is not constant is not supported yet");
    TRY(check_unit(call, state, binding->arg_types[1], err));
    binding->eval = has_fraction(state->unit) ? extract_decimal : extract_integer;
    binding->result = type_of(TYPE_BIGINT);
    if (state->unit == UNIT_OF_SECOND)
        binding->result = type_decimal(8, 6);
    else if (state->unit == UNIT_OF_MILLISECONDS)
        binding->result = type_decimal(8, 3);
    else if (state->unit == UNIT_OF_EPOCH)
        binding->result = type_decimal(20, 6);
    pick_quick(state, binding);
    return OK;
}

static Status bind_date_part(const BindCall *call, FnBinding *binding, Err *err)
{
    ExtractState *state = ARENA_NEW(call->arena, ExtractState);
    TRY(fill_state(call, binding, state, err));
    TRY(bind_unit(call, binding, 0, &state->unit, &state->known, err));
    if (!state->known)
        return OK;
    binding->flags &= ~(uint32_t)FN_CAN_FAIL;
    return check_unit(call, state, binding->arg_types[1], err);
}

/* ---- year(), month() … ---- */

static Status whole_second(EvalCall *call, Err *err)
{
    TRY(extract_integer(call, err));
    EACH_ROW(call, row)
    OUT(call, int64_t)[row] /= US_PER_SECOND;
    return OK;
}
static Status day_of_week(EvalCall *call, Err *err)
{
    TRY(extract_integer(call, err));
    EACH_ROW(call, row)
    OUT(call, int64_t)[row] += 1;
    return OK;
}

static Status weekday(EvalCall *call, Err *err)
{
    TRY(extract_integer(call, err));
    EACH_ROW(call, row)
    OUT(call, int64_t)[row] = (OUT(call, int64_t)[row] + 6) % 7;
    return OK;
}

static Status bind_field(const BindCall *call, FnBinding *binding, TimeUnit unit, Err *err)
{
    ExtractState *state = ARENA_NEW(call->arena, ExtractState);
    TRY(fill_state(call, binding, state, err));
    state->unit = unit;
    state->known = true;
    TRY(check_unit(call, state, binding->arg_types[0], err));
    if (binding->eval == extract_integer)
        pick_quick(state, binding);
    return OK;
}
#define BIND(name, unit)                                                                           \
    static Status name(const BindCall *call, FnBinding *binding, Err *err)                         \
    {                                                                                              \
        return bind_field(call, binding, unit, err);                                               \
    }
BIND(bind_year, UNIT_OF_YEAR)
BIND(bind_quarter, UNIT_OF_QUARTER)
BIND(bind_month, UNIT_OF_MONTH)
BIND(bind_week, UNIT_OF_WEEK)
BIND(bind_day, UNIT_OF_DAY)
BIND(bind_doy, UNIT_OF_DOY)
BIND(bind_dow, UNIT_OF_DOW)
BIND(bind_hour, UNIT_OF_HOUR)
BIND(bind_minute, UNIT_OF_MINUTE)
BIND(bind_second, UNIT_OF_SECOND)
BIND(bind_decade, UNIT_OF_DECADE)
BIND(bind_century, UNIT_OF_CENTURY)
BIND(bind_isodow, UNIT_OF_ISODOW)
BIND(bind_isoyear, UNIT_OF_ISOYEAR)

#define DATE_ROWS(name, eval, bind)                                                                \
    {name, "8(D)", FN_STRICT, eval, bind}, {name, "8(t)", FN_STRICT, eval, bind},                  \
    {                                                                                              \
        name, "8(z)", FN_STRICT, eval, bind                                                        \
    }
#define TIME_ROWS(name, eval, bind)                                                                \
    {name, "8(t)", FN_STRICT, eval, bind}, {name, "8(z)", FN_STRICT, eval, bind},                  \
    {                                                                                              \
        name, "8(T)", FN_STRICT, eval, bind                                                        \
    }
#define ANY_ROWS(name, result, flags, eval, bind)                                                  \
    {name, result "(st)", flags, eval, bind}, {name, result "(sz)", flags, eval, bind},            \
        {name, result "(sD)", flags, eval, bind}, {name, result "(sT)", flags, eval, bind},        \
    {                                                                                              \
        name, result "(si)", flags, eval, bind                                                     \
    }

extern const ScalarFn fn_extract[];
const ScalarFn fn_extract[] = {
    ANY_ROWS("extract", "8", FN_STRICT, extract_integer, bind_extract),
    ANY_ROWS("date_part", "d", FN_STRICT | FN_CAN_FAIL, date_part, bind_date_part),
    ANY_ROWS("datepart", "d", FN_STRICT | FN_CAN_FAIL, date_part, bind_date_part),
    DATE_ROWS("year", extract_integer, bind_year),
    DATE_ROWS("quarter", extract_integer, bind_quarter),
    DATE_ROWS("month", extract_integer, bind_month),
    DATE_ROWS("week", extract_integer, bind_week),
    DATE_ROWS("weekofyear", extract_integer, bind_week),
    DATE_ROWS("day", extract_integer, bind_day),
    DATE_ROWS("dayofmonth", extract_integer, bind_day),
    DATE_ROWS("dayofyear", extract_integer, bind_doy),
    DATE_ROWS("dayofweek", day_of_week, bind_dow),
    DATE_ROWS("weekday", weekday, bind_dow),
    DATE_ROWS("decade", extract_integer, bind_decade),
    DATE_ROWS("century", extract_integer, bind_century),
    DATE_ROWS("isodow", extract_integer, bind_isodow),
    DATE_ROWS("isoyear", extract_integer, bind_isoyear),
    TIME_ROWS("hour", extract_integer, bind_hour),
    TIME_ROWS("minute", extract_integer, bind_minute),
    TIME_ROWS("second", whole_second, bind_second),
    {NULL, NULL, 0, NULL, NULL},
};
