/*
 * time_math.c - calendar arithmetic with PostgreSQL's answers.
 */
#include "functions/time_math.h"
#include <math.h>

enum { YEAR_MIN = -4713, YEAR_MAX = 294276 };

bool time_year_fits(int64_t year)
{
    return year >= YEAR_MIN && year <= YEAR_MAX;
}

bool date_add_months(int32_t days, int64_t months, int32_t *out)
{
    int year, month, day;
    if (months < -INT32_MAX || months > INT32_MAX)
        return false;
    civil_from_days(days, &year, &month, &day);
    int64_t all = (int64_t)year * 12 + month - 1 + months;
    int64_t new_year = floor_div(all, 12);
    int new_month = (int)floor_mod(all, 12) + 1;
    if (new_year < -5000000 || new_year > 5000000)
        return false;
    int last = days_in_month((int)new_year, new_month);
    *out = days_from_civil(new_year, new_month, day < last ? day : last);
    return true;
}

bool time_add(int64_t us, Interval interval, int64_t *out)
{
    int64_t days, moved;
    if (interval.months) {
        int32_t date;
        int64_t time = floor_mod(us, US_PER_DAY);
        if (!date_add_months((int32_t)floor_div(us, US_PER_DAY), interval.months, &date) ||
            !date_to_us(date, &us) || __builtin_add_overflow(us, time, &us))
            return false;
    }
    return date_to_us(interval.days, &days) && !__builtin_add_overflow(us, days, &moved) &&
           !__builtin_add_overflow(moved, interval.us, out);
}

bool interval_add(Interval a, Interval b, Interval *out)
{
    return !__builtin_add_overflow(a.months, b.months, &out->months) &&
           !__builtin_add_overflow(a.days, b.days, &out->days) &&
           !__builtin_add_overflow(a.us, b.us, &out->us);
}

static bool whole_i32(double value, int32_t *out)
{
    if (!(value > -2147483649.0 && value < 2147483648.0))
        return false;
    *out = (int32_t)value;
    return true;
}

/* As PostgreSQL's interval_mul: fractions of months become days of 30 a month, those of days time.
 */
bool interval_scale(Interval interval, double factor, Interval *out)
{
    Interval made;
    double months = interval.months * factor, days = interval.days * factor;
    if (!whole_i32(months, &made.months) || !whole_i32(days, &made.days))
        return false;
    double month_days = rint((months - made.months) * 30 * 1e6) / 1e6;
    double seconds = (days - made.days + month_days - (double)(int64_t)month_days) * 86400;
    seconds = rint(seconds * 1e6) / 1e6;
    if (fabs(seconds) >= 86400) {
        if (!whole_i32(made.days + trunc(seconds / 86400), &made.days))
            return false;
        seconds -= trunc(seconds / 86400) * 86400;
    }
    if (!whole_i32(made.days + trunc(month_days), &made.days))
        return false;
    double us = rint((double)interval.us * factor + seconds * 1e6);
    if (!(us > -9.2e18 && us < 9.2e18))
        return false;
    made.us = (int64_t)us;
    *out = made;
    return true;
}
