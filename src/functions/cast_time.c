/*
 * cast_time.c - casts among DATE, TIME, TIMESTAMP, TIMESTAMPTZ and INTERVAL.
 */
#include "functions/cast.h"
#include "functions/time_math.h"

static inline Status date_to_timestamp_one(const CastState *cast, const int32_t *x, int64_t *y,
                                           Arena *scratch, Err *err)
{
    (void)scratch;
    if (__builtin_mul_overflow((int64_t)*x, US_PER_DAY, y))
        return err_set(err, SQLSTATE_DATETIME_OVERFLOW, -1, "date out of range for timestamp");
    if (cast->to.id == TYPE_TIMESTAMPTZ)
        *y = zone_to_utc(cast->zone, *y);
    return OK;
}
CAST_KERNEL(date_to_timestamp, int32_t, int64_t, date_to_timestamp_one)

static inline int64_t wall_time(const CastState *cast, int64_t us)
{
    return cast->from.id == TYPE_TIMESTAMPTZ ? zone_from_utc(cast->zone, us) : us;
}

static inline Status timestamp_to_date_one(const CastState *cast, const int64_t *x, int32_t *y,
                                           Arena *scratch, Err *err)
{
    (void)scratch;
    (void)err;
    *y = (int32_t)floor_div(wall_time(cast, *x), US_PER_DAY);
    return OK;
}
CAST_KERNEL(timestamp_to_date, int64_t, int32_t, timestamp_to_date_one)

static inline Status timestamp_to_time_one(const CastState *cast, const int64_t *x, int64_t *y,
                                           Arena *scratch, Err *err)
{
    (void)scratch;
    (void)err;
    *y = time_round(floor_mod(wall_time(cast, *x), US_PER_DAY), cast->to.precision);
    return OK;
}
CAST_KERNEL(timestamp_to_time, int64_t, int64_t, timestamp_to_time_one)

static inline Status timestamp_to_timestamp_one(const CastState *cast, const int64_t *x, int64_t *y,
                                                Arena *scratch, Err *err)
{
    (void)scratch;
    (void)err;
    *y = *x;
    if (cast->from.id != cast->to.id)
        *y = cast->from.id == TYPE_TIMESTAMPTZ ? zone_from_utc(cast->zone, *x)
                                               : zone_to_utc(cast->zone, *x);
    if (cast->to.precision < 6)
        *y = time_round(*y, cast->to.precision);
    return OK;
}
CAST_KERNEL(timestamp_to_timestamp, int64_t, int64_t, timestamp_to_timestamp_one)

static inline Status time_to_interval_one(const CastState *cast, const int64_t *x, Interval *y,
                                          Arena *scratch, Err *err)
{
    (void)cast;
    (void)scratch;
    (void)err;
    *y = (Interval){.us = *x};
    return OK;
}
CAST_KERNEL(time_to_interval, int64_t, Interval, time_to_interval_one)

static inline Status interval_to_time_one(const CastState *cast, const Interval *x, int64_t *y,
                                          Arena *scratch, Err *err)
{
    (void)scratch;
    (void)err;
    *y = time_round(floor_mod(x->us, US_PER_DAY), cast->to.precision);
    return OK;
}
CAST_KERNEL(interval_to_time, Interval, int64_t, interval_to_time_one)

static inline Status time_to_time_one(const CastState *cast, const int64_t *x, int64_t *y,
                                      Arena *scratch, Err *err)
{
    (void)scratch;
    (void)err;
    *y = time_round(*x, cast->to.precision);
    return OK;
}
CAST_KERNEL(time_to_time, int64_t, int64_t, time_to_time_one)

ScalarEval cast_time_kernel(Type from, Type to, uint32_t *flags)
{
    bool from_stamp = from.id == TYPE_TIMESTAMP || from.id == TYPE_TIMESTAMPTZ;
    bool to_stamp = to.id == TYPE_TIMESTAMP || to.id == TYPE_TIMESTAMPTZ;
    *flags = FN_STRICT;
    if (from.id == TYPE_DATE && to_stamp) {
        *flags |= FN_CAN_FAIL | FN_MONOTONIC;
        return date_to_timestamp;
    }
    if (from_stamp && to.id == TYPE_DATE) {
        *flags |= FN_MONOTONIC;
        return timestamp_to_date;
    }
    if (from_stamp && to_stamp) {
        /* With a zone the wall time falls back once a year. */
        *flags |= from.id == to.id ? FN_MONOTONIC : 0;
        return timestamp_to_timestamp;
    }
    if (from_stamp && to.id == TYPE_TIME)
        return timestamp_to_time;
    if (from.id == TYPE_TIME && to.id == TYPE_INTERVAL)
        return time_to_interval;
    if (from.id == TYPE_INTERVAL && to.id == TYPE_TIME)
        return interval_to_time;
    if (from.id == TYPE_TIME && to.id == TYPE_TIME)
        return time_to_time;
    return NULL;
}
