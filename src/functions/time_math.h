/*
 * time_math.h - arithmetic on points in time, shared by casts and date functions.
 */
#ifndef STREAMD_FUNCTIONS_TIME_MATH_H
#define STREAMD_FUNCTIONS_TIME_MATH_H

#include "types/type.h"

#define US_PER_HOUR   3600000000LL
#define US_PER_MINUTE 60000000LL

/* To `precision` fraction digits (0…6), half away from zero. */
static inline int64_t time_round(int64_t us, int precision)
{
    static const int64_t units[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    if (precision >= 6)
        return us;
    int64_t unit = units[precision], rest = floor_mod(us, unit);
    if (us >= 0 ? rest * 2 >= unit : rest * 2 > unit)
        return us - rest > INT64_MAX - unit ? us - rest : us - rest + unit;
    return us < INT64_MIN + unit ? us : us - rest;
}

typedef struct Civil {
    int year, month, day;
} Civil;

/* civil_from_days for kernels (Neri and Schneider, 2022): years are counted from March and from
 * 1,468,000 years before our era, in unsigned 32 bits. */
static inline Civil time_civil(int32_t days)
{
    enum { ERAS = 3670, DAYS_PER_ERA = 146097, EPOCH_SHIFT = 719468, DAYS_MAX = 530000000 };
    Civil out;
    if (days < -DAYS_MAX || days > DAYS_MAX) {
        civil_from_days(days, &out.year, &out.month, &out.day);
        return out;
    }
    uint32_t quarters = 4 * ((uint32_t)days + EPOCH_SHIFT + ERAS * (uint32_t)DAYS_PER_ERA) + 3;
    uint32_t century = quarters / DAYS_PER_ERA;
    uint32_t in_century = quarters % DAYS_PER_ERA | 3;
    uint64_t product = 2939745ull * in_century;
    uint32_t day_of_year = (uint32_t)product / 2939745 / 4;
    uint32_t month_day = 2141 * day_of_year + 197913;
    bool next_year = day_of_year >= 306; /* January or February */
    out.year = (int)(100 * century + (uint32_t)(product >> 32)) - 400 * ERAS + next_year;
    out.month = (int)(month_day >> 16) - (next_year ? 12 : 0);
    out.day = (int)((month_day & 0xFFFF) / 2141) + 1;
    return out;
}

/* A day's first moment; false where no TIMESTAMP reaches. */
static inline bool date_to_us(int32_t days, int64_t *us)
{
    return !__builtin_mul_overflow((int64_t)days, US_PER_DAY, us);
}

/* ts + months, days, µs as PostgreSQL: months first, the day cut to the month's last; false: out of
 * range. */
bool time_add(int64_t us, Interval interval, int64_t *out) MUST_CHECK;
/* Adds months to a date, the day cut to the month's last. */
bool date_add_months(int32_t days, int64_t months, int32_t *out) MUST_CHECK;
/* Whether the year lies in -4713…294276, the range of timestamps. */
bool time_year_fits(int64_t year);
bool interval_add(Interval a, Interval b, Interval *out) MUST_CHECK;
bool interval_scale(Interval interval, double factor, Interval *out) MUST_CHECK;

#endif
