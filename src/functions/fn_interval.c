/*
 * fn_interval.c - intervals made, justified and truncated; periods that overlap; months between.
 */
#include <math.h>
#include "functions/time_unit.h"

#define FAILS (FN_STRICT | FN_CAN_FAIL)
enum { DAYS_PER_MONTH = 30, MONTHS_PER_YEAR = 12 };

/* ---- justify_*: hours become days and days months of 30 ---- */

typedef struct Wide {
    int64_t months, days, us;
} Wide;

static void hours_to_days(Wide *value)
{
    value->days += value->us / US_PER_DAY;
    value->us %= US_PER_DAY;
}
static void days_to_months(Wide *value)
{
    value->months += value->days / DAYS_PER_MONTH;
    value->days %= DAYS_PER_MONTH;
}
/* One sign for days and hours, for months and what is below them. */
static void match_days(Wide *value)
{
    int step = value->days > 0 && value->us < 0 ? 1 : value->days < 0 && value->us > 0 ? -1 : 0;
    value->us += step * US_PER_DAY;
    value->days -= step;
}
static void match_months(Wide *value, bool hours_too)
{
    int64_t below = value->days ? value->days : hours_too ? value->us : 0;
    int step = value->months > 0 && below < 0 ? 1 : value->months < 0 && below > 0 ? -1 : 0;
    value->days += (int64_t)step * DAYS_PER_MONTH;
    value->months -= step;
}

static Status put(EvalCall *call, uint32_t row, const Wide *value, Err *err)
{
    Interval *out = &OUT(call, Interval)[row];
    *out = (Interval){(int32_t)value->months, (int32_t)value->days, value->us};
    if (out->months != value->months || out->days != value->days)
        return kernel_out_of_range(call, row, TYPE_INTERVAL, err);
    return OK;
}
static Wide wide(const EvalCall *call, int arg, uint32_t row)
{
    Interval value = ARG(call, arg, Interval)[row];
    return (Wide){value.months, value.days, value.us};
}

static Status justify_hours_one(EvalCall *call, uint32_t row, Err *err)
{
    Wide value = wide(call, 0, row);
    hours_to_days(&value);
    match_days(&value);
    return put(call, row, &value, err);
}
static Status justify_days_one(EvalCall *call, uint32_t row, Err *err)
{
    Wide value = wide(call, 0, row);
    days_to_months(&value);
    match_months(&value, false);
    return put(call, row, &value, err);
}
static Status justify_interval_one(EvalCall *call, uint32_t row, Err *err)
{
    Wide value = wide(call, 0, row);
    hours_to_days(&value);
    days_to_months(&value);
    match_months(&value, true);
    match_days(&value);
    return put(call, row, &value, err);
}
EACH(justify_hours, justify_hours_one)
EACH(justify_days, justify_days_one)
EACH(justify_interval, justify_interval_one)

/* years, months, weeks, days, hours, minutes, seconds; what is left out is 0. */
static Status make_interval_one(EvalCall *call, uint32_t row, Err *err)
{
    enum { YEARS, MONTHS, WEEKS, DAYS, HOURS, MINUTES, SECONDS };
    int64_t given[SECONDS] = {0};
    double seconds = call->arg_count > SECONDS ? ARG(call, SECONDS, double)[row] : 0;
    for (int i = 0; i < call->arg_count && i < SECONDS; i++)
        given[i] = ARG(call, i, int32_t)[row];
    if (!(fabs(seconds) < 9e12))
        return kernel_out_of_range(call, row, TYPE_INTERVAL, err);
    Wide value = {.months = given[YEARS] * MONTHS_PER_YEAR + given[MONTHS],
                  .days = given[WEEKS] * 7 + given[DAYS],
                  .us = (int64_t)rint(seconds * 1e6)};
    if (__builtin_add_overflow(value.us, given[MINUTES] * US_PER_MINUTE, &value.us) ||
        __builtin_add_overflow(value.us, given[HOURS] * US_PER_HOUR, &value.us))
        return kernel_out_of_range(call, row, TYPE_INTERVAL, err);
    return put(call, row, &value, err);
}
EACH(make_interval, make_interval_one)

static Status interval_trunc_one(EvalCall *call, uint32_t row, Err *err)
{
    static const int64_t lengths[] = {1, 1000, US_PER_SECOND, US_PER_MINUTE, US_PER_HOUR};
    static const int spans[] = {[UNIT_OF_MONTH] = 1,
                                [UNIT_OF_QUARTER] = 3,
                                [UNIT_OF_YEAR] = MONTHS_PER_YEAR,
                                [UNIT_OF_DECADE] = 10 * MONTHS_PER_YEAR,
                                [UNIT_OF_CENTURY] = 100 * MONTHS_PER_YEAR,
                                [UNIT_OF_MILLENNIUM] = 1000 * MONTHS_PER_YEAR};
    Interval value = ARG(call, 1, Interval)[row];
    TimeUnit unit;
    Status status = time_unit_find(text_str(&ARG(call, 0, Text)[row]), &unit, -1, err);
    if (status == OK && (unit == UNIT_OF_WEEK || unit > UNIT_OF_MILLENNIUM))
        status = err_set(err, SQLSTATE_NOT_SUPPORTED, -1, "unit \"%s\" is no part of an interval",
                         time_unit_name(unit));
    TRY(status);
    if (unit <= UNIT_OF_HOUR)
        value.us -= value.us % lengths[unit];
    else
        value.us = 0;
    if (unit >= UNIT_OF_MONTH) {
        value.days = 0;
        value.months -= value.months % spans[unit];
    }
    OUT(call, Interval)[row] = value;
    return OK;
}
EACH(interval_trunc, interval_trunc_one)

static Status always_true(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    OUT(call, bool)[row] = true;
    return OK;
}

/* ---- AT TIME ZONE INTERVAL '…' ---- */

static Status offset_of(EvalCall *call, uint32_t row, int64_t *us, Err *err)
{
    Interval offset = ARG(call, 0, Interval)[row];
    *us = offset.us;
    if (offset.months || offset.days)
        return eval_fail(call, row, err, SQLSTATE_INVALID_PARAMETER, -1,
                         "a time zone given as an interval must not include months or days");
    return OK;
}
static Status wall_to_moment_one(EvalCall *call, uint32_t row, Err *err)
{
    int64_t offset;
    TRY(offset_of(call, row, &offset, err));
    if (__builtin_sub_overflow(ARG(call, 1, int64_t)[row], offset, &OUT(call, int64_t)[row]))
        return kernel_out_of_range(call, row, TYPE_TIMESTAMP, err);
    return OK;
}
static Status moment_to_wall_one(EvalCall *call, uint32_t row, Err *err)
{
    int64_t offset;
    TRY(offset_of(call, row, &offset, err));
    if (__builtin_add_overflow(ARG(call, 1, int64_t)[row], offset, &OUT(call, int64_t)[row]))
        return kernel_out_of_range(call, row, TYPE_TIMESTAMP, err);
    return OK;
}
EACH(wall_to_moment, wall_to_moment_one)
EACH(moment_to_wall, moment_to_wall_one)

/* ---- (start, end) OVERLAPS (start, end) ---- */

typedef struct Period {
    int64_t start, end;
    bool has_start, has_end;
} Period;

/* Arguments arg and arg + 1; the second may be a length.  The earlier end comes first. */
static bool period_read(const EvalCall *call, uint32_t row, int arg, Period *out)
{
    const Vector *second = call->args[arg + 1];
    bool clock = call->args[arg]->type.id == TYPE_TIME;
    out->has_start = !arg_is_null(call, arg, row);
    out->has_end = !arg_is_null(call, arg + 1, row);
    out->start = out->has_start ? ARG(call, arg, int64_t)[row] : 0;
    if (second->type.id != TYPE_INTERVAL) {
        out->end = out->has_end ? ((const int64_t *)second->data)[row] : 0;
    } else {
        out->has_end &= out->has_start;
        Interval length = out->has_end ? ((const Interval *)second->data)[row] : (Interval){0};
        if (clock)
            out->end = floor_mod(out->start + floor_mod(length.us, US_PER_DAY), US_PER_DAY);
        else if (!time_add(out->start, length, &out->end))
            return false;
    }
    if (!out->has_start || (out->has_end && out->end < out->start)) {
        int64_t start = out->end;
        bool has_start = out->has_end;
        out->end = out->start;
        out->has_end = out->has_start;
        out->start = start;
        out->has_start = has_start;
    }
    return true;
}

/* Half open; a period without a length is the point where it starts.  *known: the answer does not
 * depend on an end that is NULL. */
static bool periods_overlap(const Period *a, const Period *b, bool *known)
{
    const Period *first = a->start <= b->start ? a : b, *second = first == a ? b : a;
    *known = a->has_start && b->has_start;
    if (!*known)
        return false;
    if (first->start == second->start) {
        *known = a->has_end && b->has_end;
        return true;
    }
    *known = first->has_end;
    if (!*known)
        return false;
    if (second->start < first->end)
        return true;
    *known = second->has_end;
    return false;
}

static Status overlaps_one(EvalCall *call, uint32_t row, Err *err)
{
    Period a, b;
    bool known;
    if (!period_read(call, row, 0, &a) || !period_read(call, row, 2, &b))
        return kernel_out_of_range(call, row, TYPE_TIMESTAMP, err);
    bool overlap = periods_overlap(&a, &b, &known);
    if (known)
        OUT(call, bool)[row] = overlap;
    else
        out_null(call, row);
    return OK;
}
EACH(overlaps, overlaps_one)

/* ---- Spark's months_between: fractions of months of 31 days ---- */

static Status months_between_one(EvalCall *call, uint32_t row, Err *err)
{
    int64_t times[] = {ARG(call, 0, int64_t)[row], ARG(call, 1, int64_t)[row]};
    int64_t seconds[2];
    Civil dates[2];
    bool last[2];
    for (int i = 0; i < 2; i++) {
        dates[i] = time_civil((int32_t)floor_div(times[i], US_PER_DAY));
        last[i] = dates[i].day == days_in_month(dates[i].year, dates[i].month);
        seconds[i] = floor_mod(times[i], US_PER_DAY) / US_PER_SECOND;
    }
    double months =
        (dates[0].year - dates[1].year) * MONTHS_PER_YEAR + (dates[0].month - dates[1].month);
    if (dates[0].day != dates[1].day && !(last[0] && last[1])) {
        int64_t rest = (int64_t)(dates[0].day - dates[1].day) * 86400 + seconds[0] - seconds[1];
        months += (double)rest / (31 * 86400.0);
    }
    bool rounded = call->arg_count < 3 || ARG(call, 2, bool)[row];
    OUT(call, double)[row] = rounded ? rint(months * 1e8) / 1e8 : months;
    (void)err;
    return OK;
}
EACH(months_between, months_between_one)

MAP1(date_number, int32_t, int32_t, x)

#define NULLS (FN_CAN_FAIL | FN_MAKES_NULL)

extern const ScalarFn fn_interval[];
const ScalarFn fn_interval[] = {
    {"justify_hours", "i(i)", FAILS, justify_hours, NULL},
    {"justify_days", "i(i)", FAILS, justify_days, NULL},
    {"justify_interval", "i(i)", FAILS, justify_interval, NULL},
    {"make_interval", "i(?444444d)", FAILS, make_interval, NULL},
    {"date_trunc", "i(si)", FAILS, interval_trunc, NULL},
    {"isfinite", "b(t)", FN_STRICT, always_true, NULL},
    {"isfinite", "b(z)", FN_STRICT, always_true, NULL},
    {"isfinite", "b(i)", FN_STRICT, always_true, NULL},
    {"timezone", "z(it)", FAILS, wall_to_moment, NULL},
    {"timezone", "t(iz)", FAILS, moment_to_wall, NULL},
    {"overlaps", "b(tttt)", NULLS, overlaps, NULL},
    {"overlaps", "b(titi)", NULLS, overlaps, NULL},
    {"overlaps", "b(ttti)", NULLS, overlaps, NULL},
    {"overlaps", "b(titt)", NULLS, overlaps, NULL},
    {"overlaps", "b(zzzz)", NULLS, overlaps, NULL},
    {"overlaps", "b(TTTT)", NULLS, overlaps, NULL},
    {"overlaps", "b(TiTi)", NULLS, overlaps, NULL},
    {"overlaps", "b(TTTi)", NULLS, overlaps, NULL},
    {"overlaps", "b(TiTT)", NULLS, overlaps, NULL},
    {"months_between", "d(tt?b)", FN_STRICT, months_between, NULL},
    {"unix_date", "4(D)", FN_STRICT | FN_TOTAL, date_number, NULL},
    {"date_from_unix_date", "D(4)", FN_STRICT | FN_TOTAL, date_number, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
