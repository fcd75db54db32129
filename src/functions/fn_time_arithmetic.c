/*
 * fn_time_arithmetic.c - + - * / with dates, times and intervals, and age.
 *
 * DATE ± INTERVAL is a TIMESTAMP, DATE ± whole number a DATE. Months are added before
 * days, and the day of the month is cut to the month's last.
 */
#include "functions/time_unit.h"

#define FAILS (FN_STRICT | FN_CAN_FAIL)

static bool interval_negate(Interval value, Interval *out)
{
    return !__builtin_sub_overflow(0, value.months, &out->months) &&
           !__builtin_sub_overflow(0, value.days, &out->days) &&
           !__builtin_sub_overflow(0, value.us, &out->us);
}

typedef struct ShiftState {
    const Zone *zone;  /* TIMESTAMPTZ: months and days are counted on its clocks */
    bool has_constant; /* the interval, already negated for - */
    Interval constant;
    int time_arg, interval_arg;
    bool negative, is_date, zoned;
} ShiftState;

static Status shift_one(const ShiftState *state, EvalCall *call, uint32_t row, Interval by,
                        Err *err)
{
    const Vector *arg = call->args[state->time_arg];
    int64_t us;
    if (!state->is_date)
        us = ((const int64_t *)arg->data)[row];
    else if (!date_to_us(((const int32_t *)arg->data)[row], &us))
        return kernel_out_of_range(call, row, TYPE_TIMESTAMP, err);
    int64_t *out = &OUT(call, int64_t)[row];
    bool wall = state->zoned && state->zone && (by.months || by.days);
    if (wall)
        us = zone_from_utc(state->zone, us);
    if (!time_add(us, wall ? (Interval){by.months, by.days, 0} : by, out))
        return kernel_out_of_range(call, row, TYPE_TIMESTAMP, err);
    if (wall) {
        *out = zone_to_utc(state->zone, *out);
        if (__builtin_add_overflow(*out, by.us, out))
            return kernel_out_of_range(call, row, TYPE_TIMESTAMP, err);
    }
    return OK;
}

static Status shift_time(EvalCall *call, Err *err)
{
    const ShiftState *state = call->state;
    const Interval *by = ARG(call, state->interval_arg, Interval);
    EACH_ROW(call, row)
    {
        Interval step = by[row];
        if (state->negative && !interval_negate(step, &step))
            return kernel_out_of_range(call, row, TYPE_INTERVAL, err);
        TRY(shift_one(state, call, row, step, err));
    }
    return OK;
}

/* A constant without months on plain timestamps: one addition. */
static Status shift_constant(EvalCall *call, Err *err)
{
    const ShiftState *state = call->state;
    const int64_t *restrict xs = ARG(call, state->time_arg, int64_t);
    int64_t *restrict outs = OUT(call, int64_t);
    const uint64_t by = (uint64_t)(state->constant.days * US_PER_DAY + state->constant.us);
    uint64_t bad = 0;
    ROW_LOOP(call, row, const uint64_t x = (uint64_t)xs[row]; const uint64_t r = x + by;
             outs[row] = (int64_t)r; bad |= (x ^ r) & (by ^ r););
    if ((int64_t)bad < 0) {
        EACH_ROW(call, row)
        {
            int64_t ignored;
            if (__builtin_add_overflow(xs[row], (int64_t)by, &ignored))
                return kernel_out_of_range(call, row, TYPE_TIMESTAMP, err);
        }
    }
    return OK;
}

static Status bind_shift(const BindCall *call, FnBinding *binding, bool negative, Err *err)
{
    ShiftState *state = ARENA_NEW(call->arena, ShiftState);
    const Value *constant;
    state->interval_arg = binding->arg_types[0].id == TYPE_INTERVAL ? 0 : 1;
    state->time_arg = 1 - state->interval_arg;
    state->negative = negative;
    state->is_date = binding->arg_types[state->time_arg].id == TYPE_DATE;
    state->zoned = binding->arg_types[state->time_arg].id == TYPE_TIMESTAMPTZ;
    binding->state = state;
    if (!state->is_date)
        binding->result = binding->arg_types[state->time_arg];
    binding->result.precision = 6;
    TRY(bind_session_zone(call, &state->zone, err));
    TRY(bind_constant(call, binding, state->interval_arg, &constant, err));
    if (!constant || constant->is_null)
        return OK;
    state->constant = constant->as.interval;
    if (negative && !interval_negate(state->constant, &state->constant))
        return err_set(err, SQLSTATE_INTERVAL_OVERFLOW, call->position, "interval out of range");
    int64_t days, ignored;
    bool plain = !state->is_date && state->constant.months == 0 &&
                 !(state->zoned && state->zone && state->constant.days) &&
                 date_to_us(state->constant.days, &days) &&
                 !__builtin_add_overflow(days, state->constant.us, &ignored);
    if (plain)
        binding->eval = shift_constant;
    if (!(state->zoned && state->zone))
        binding->flags |= FN_MONOTONIC;
    return OK;
}
static Status bind_later(const BindCall *call, FnBinding *binding, Err *err)
{
    return bind_shift(call, binding, false, err);
}
static Status bind_earlier(const BindCall *call, FnBinding *binding, Err *err)
{
    return bind_shift(call, binding, true, err);
}

/* ---- DATE and whole numbers ---- */

static Status date_move(EvalCall *call, uint32_t row, int32_t date, int64_t days, Err *err)
{
    int64_t out;
    if (__builtin_add_overflow((int64_t)date, days, &out) || (int32_t)out != out)
        return kernel_out_of_range(call, row, TYPE_DATE, err);
    OUT(call, int32_t)[row] = (int32_t)out;
    return OK;
}
static Status date_plus_one(EvalCall *call, uint32_t row, Err *err)
{
    return date_move(call, row, ARG(call, 0, int32_t)[row], ARG(call, 1, int64_t)[row], err);
}
static Status plus_date_one(EvalCall *call, uint32_t row, Err *err)
{
    return date_move(call, row, ARG(call, 1, int32_t)[row], ARG(call, 0, int64_t)[row], err);
}
static Status date_minus_one(EvalCall *call, uint32_t row, Err *err)
{
    int64_t days;
    if (__builtin_sub_overflow(0, ARG(call, 1, int64_t)[row], &days))
        return kernel_out_of_range(call, row, TYPE_DATE, err);
    return date_move(call, row, ARG(call, 0, int32_t)[row], days, err);
}
static Status date_difference_one(EvalCall *call, uint32_t row, Err *err)
{
    int64_t days = (int64_t)ARG(call, 0, int32_t)[row] - ARG(call, 1, int32_t)[row];
    if ((int32_t)days != days)
        return kernel_out_of_range(call, row, TYPE_INT, err);
    OUT(call, int32_t)[row] = (int32_t)days;
    return OK;
}
EACH(date_plus, date_plus_one)
EACH(plus_date, plus_date_one)
EACH(date_minus, date_minus_one)
EACH(date_difference, date_difference_one)

static Status date_plus_time_one(EvalCall *call, uint32_t row, Err *err)
{
    int64_t *out = &OUT(call, int64_t)[row], us;
    if (!date_to_us(ARG(call, 0, int32_t)[row], &us) ||
        __builtin_add_overflow(us, ARG(call, 1, int64_t)[row], out))
        return kernel_out_of_range(call, row, TYPE_TIMESTAMP, err);
    return OK;
}
static Status time_plus_date_one(EvalCall *call, uint32_t row, Err *err)
{
    int64_t *out = &OUT(call, int64_t)[row], us;
    if (!date_to_us(ARG(call, 1, int32_t)[row], &us) ||
        __builtin_add_overflow(us, ARG(call, 0, int64_t)[row], out))
        return kernel_out_of_range(call, row, TYPE_TIMESTAMP, err);
    return OK;
}
EACH(date_plus_time, date_plus_time_one)
EACH(time_plus_date, time_plus_date_one)

/* ---- differences ---- */

/* Of timestamps: days and a time of day, as PostgreSQL. */
static Status time_difference_one(EvalCall *call, uint32_t row, Err *err)
{
    int64_t us;
    if (__builtin_sub_overflow(ARG(call, 0, int64_t)[row], ARG(call, 1, int64_t)[row], &us))
        return kernel_out_of_range(call, row, TYPE_INTERVAL, err);
    OUT(call, Interval)
    [row] = (Interval){.days = (int32_t)(us / US_PER_DAY), .us = us % US_PER_DAY};
    return OK;
}
EACH(time_difference, time_difference_one)
static Status clock_difference(EvalCall *call, Err *err)
{
    (void)err;
    EACH_ROW(call, row)
    OUT(call, Interval)
    [row] = (Interval){.us = ARG(call, 0, int64_t)[row] - ARG(call, 1, int64_t)[row]};
    return OK;
}

/* TIME ± INTERVAL goes round the clock. */
#define CLOCK(name, time, sign, interval)                                                          \
    static Status name(EvalCall *call, Err *err)                                                   \
    {                                                                                              \
        (void)err;                                                                                 \
        EACH_ROW(call, row)                                                                        \
        OUT(call, int64_t)                                                                         \
        [row] = floor_mod(ARG(call, time, int64_t)[row] sign floor_mod(                            \
                              ARG(call, interval, Interval)[row].us, US_PER_DAY),                  \
                          US_PER_DAY);                                                             \
        return OK;                                                                                 \
    }
CLOCK(clock_plus, 0, +, 1)
CLOCK(plus_clock, 1, +, 0)
CLOCK(clock_minus, 0, -, 1)

/* The symbolic difference in years, months, days and time: a - b. */
static Status age_one(EvalCall *call, uint32_t row, Err *err)
{
    int64_t a = ARG(call, 0, int64_t)[row], b = ARG(call, 1, int64_t)[row];
    bool negative = a < b;
    int64_t late = negative ? b : a, early = negative ? a : b;
    int y1, m1, d1, y0, m0, d0;
    (void)err;
    civil_from_days((int32_t)floor_div(late, US_PER_DAY), &y1, &m1, &d1);
    civil_from_days((int32_t)floor_div(early, US_PER_DAY), &y0, &m0, &d0);
    int64_t us = floor_mod(late, US_PER_DAY) - floor_mod(early, US_PER_DAY);
    int days = d1 - d0, months = (y1 - y0) * 12 + m1 - m0;
    if (us < 0) {
        us += US_PER_DAY;
        days--;
    }
    if (days < 0) { /* days of the earlier one's month */
        days += days_in_month(y0, m0);
        months--;
    }
    OUT(call, Interval)
    [row] = negative ? (Interval){-months, -days, -us} : (Interval){months, days, us};
    return OK;
}
EACH(age, age_one)

/* ---- intervals ---- */

static Status interval_plus_one(EvalCall *call, uint32_t row, Err *err)
{
    if (!interval_add(ARG(call, 0, Interval)[row], ARG(call, 1, Interval)[row],
                      &OUT(call, Interval)[row]))
        return kernel_out_of_range(call, row, TYPE_INTERVAL, err);
    return OK;
}
static Status interval_minus_one(EvalCall *call, uint32_t row, Err *err)
{
    Interval by;
    if (!interval_negate(ARG(call, 1, Interval)[row], &by) ||
        !interval_add(ARG(call, 0, Interval)[row], by, &OUT(call, Interval)[row]))
        return kernel_out_of_range(call, row, TYPE_INTERVAL, err);
    return OK;
}
static Status interval_times(EvalCall *call, uint32_t row, Interval value, double factor, Err *err)
{
    if (!interval_scale(value, factor, &OUT(call, Interval)[row]))
        return kernel_out_of_range(call, row, TYPE_INTERVAL, err);
    return OK;
}
static Status interval_times_one(EvalCall *call, uint32_t row, Err *err)
{
    return interval_times(call, row, ARG(call, 0, Interval)[row], ARG(call, 1, double)[row], err);
}
static Status times_interval_one(EvalCall *call, uint32_t row, Err *err)
{
    return interval_times(call, row, ARG(call, 1, Interval)[row], ARG(call, 0, double)[row], err);
}
static Status interval_divide_one(EvalCall *call, uint32_t row, Err *err)
{
    double by = ARG(call, 1, double)[row];
    if (by == 0)
        return kernel_zero_divide(call, row, err);
    return interval_times(call, row, ARG(call, 0, Interval)[row], 1 / by, err);
}
EACH(interval_plus, interval_plus_one)
EACH(interval_minus, interval_minus_one)
EACH(interval_times_number, interval_times_one)
EACH(number_times_interval, times_interval_one)
EACH(interval_divide, interval_divide_one)

extern const ScalarFn fn_time_arithmetic[];
const ScalarFn fn_time_arithmetic[] = {
    {"+", "t(ti)", FAILS, shift_time, bind_later},
    {"+", "t(it)", FAILS, shift_time, bind_later},
    {"+", "z(zi)", FAILS, shift_time, bind_later},
    {"+", "z(iz)", FAILS, shift_time, bind_later},
    {"+", "t(Di)", FAILS, shift_time, bind_later},
    {"+", "t(iD)", FAILS, shift_time, bind_later},
    {"+", "i(ii)", FAILS, interval_plus, NULL},
    {"+", "D(D8)", FAILS, date_plus, NULL},
    {"+", "D(8D)", FAILS, plus_date, NULL},
    {"+", "t(DT)", FAILS, date_plus_time, NULL},
    {"+", "t(TD)", FAILS, time_plus_date, NULL},
    {"+", "T(Ti)", FN_STRICT, clock_plus, NULL},
    {"+", "T(iT)", FN_STRICT, plus_clock, NULL},
    {"-", "t(ti)", FAILS, shift_time, bind_earlier},
    {"-", "z(zi)", FAILS, shift_time, bind_earlier},
    {"-", "t(Di)", FAILS, shift_time, bind_earlier},
    {"-", "i(ii)", FAILS, interval_minus, NULL},
    {"-", "i(tt)", FAILS, time_difference, NULL},
    {"-", "i(zz)", FAILS, time_difference, NULL},
    {"-", "4(DD)", FAILS, date_difference, NULL},
    {"-", "D(D8)", FAILS, date_minus, NULL},
    {"-", "i(TT)", FN_STRICT, clock_difference, NULL},
    {"-", "T(Ti)", FN_STRICT, clock_minus, NULL},
    {"*", "i(id)", FAILS, interval_times_number, NULL},
    {"*", "i(di)", FAILS, number_times_interval, NULL},
    {"/", "i(id)", FAILS, interval_divide, NULL},
    {"age", "i(tt)", FN_STRICT, age, NULL},
    {"date_add", "D(D8)", FAILS, date_plus, NULL},
    {"date_sub", "D(D8)", FAILS, date_minus, NULL},
    {"date_add", "t(ti)", FAILS, shift_time, bind_later},
    {"date_sub", "t(ti)", FAILS, shift_time, bind_earlier},
    {"datediff", "4(DD)", FAILS, date_difference, NULL},
    {"date_diff", "4(DD)", FAILS, date_difference, NULL},
    {"dateadd", "D(D8)", FAILS, date_plus, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
