/*
 * time_unit.c - units by name, and calendar steps of them.
 */
#include "functions/time_unit.h"

typedef struct UnitName {
    const char *name;
    TimeUnit unit;
} UnitName;

/* The first name of each unit is its own. */
static const UnitName unit_names[] = {
    {"microseconds", UNIT_OF_MICROSECONDS},
    {"milliseconds", UNIT_OF_MILLISECONDS},
    {"second", UNIT_OF_SECOND},
    {"minute", UNIT_OF_MINUTE},
    {"hour", UNIT_OF_HOUR},
    {"day", UNIT_OF_DAY},
    {"week", UNIT_OF_WEEK},
    {"month", UNIT_OF_MONTH},
    {"quarter", UNIT_OF_QUARTER},
    {"year", UNIT_OF_YEAR},
    {"decade", UNIT_OF_DECADE},
    {"century", UNIT_OF_CENTURY},
    {"millennium", UNIT_OF_MILLENNIUM},
    {"dow", UNIT_OF_DOW},
    {"isodow", UNIT_OF_ISODOW},
    {"doy", UNIT_OF_DOY},
    {"isoyear", UNIT_OF_ISOYEAR},
    {"epoch", UNIT_OF_EPOCH},
    {"julian", UNIT_OF_JULIAN},
    {"timezone", UNIT_OF_TIMEZONE},
    {"timezone_hour", UNIT_OF_TIMEZONE_HOUR},
    {"timezone_minute", UNIT_OF_TIMEZONE_MINUTE},
    {"microsecond", UNIT_OF_MICROSECONDS},
    {"us", UNIT_OF_MICROSECONDS},
    {"usec", UNIT_OF_MICROSECONDS},
    {"millisecond", UNIT_OF_MILLISECONDS},
    {"ms", UNIT_OF_MILLISECONDS},
    {"msec", UNIT_OF_MILLISECONDS},
    {"seconds", UNIT_OF_SECOND},
    {"sec", UNIT_OF_SECOND},
    {"secs", UNIT_OF_SECOND},
    {"s", UNIT_OF_SECOND},
    {"sql_tsi_second", UNIT_OF_SECOND},
    {"minutes", UNIT_OF_MINUTE},
    {"min", UNIT_OF_MINUTE},
    {"mins", UNIT_OF_MINUTE},
    {"m", UNIT_OF_MINUTE},
    {"sql_tsi_minute", UNIT_OF_MINUTE},
    {"hours", UNIT_OF_HOUR},
    {"h", UNIT_OF_HOUR},
    {"hr", UNIT_OF_HOUR},
    {"hrs", UNIT_OF_HOUR},
    {"sql_tsi_hour", UNIT_OF_HOUR},
    {"days", UNIT_OF_DAY},
    {"d", UNIT_OF_DAY},
    {"dd", UNIT_OF_DAY},
    {"dayofmonth", UNIT_OF_DAY},
    {"sql_tsi_day", UNIT_OF_DAY},
    {"weeks", UNIT_OF_WEEK},
    {"w", UNIT_OF_WEEK},
    {"sql_tsi_week", UNIT_OF_WEEK},
    {"months", UNIT_OF_MONTH},
    {"mon", UNIT_OF_MONTH},
    {"mons", UNIT_OF_MONTH},
    {"mm", UNIT_OF_MONTH},
    {"sql_tsi_month", UNIT_OF_MONTH},
    {"quarters", UNIT_OF_QUARTER},
    {"qtr", UNIT_OF_QUARTER},
    {"sql_tsi_quarter", UNIT_OF_QUARTER},
    {"years", UNIT_OF_YEAR},
    {"y", UNIT_OF_YEAR},
    {"yr", UNIT_OF_YEAR},
    {"yrs", UNIT_OF_YEAR},
    {"yyyy", UNIT_OF_YEAR},
    {"yy", UNIT_OF_YEAR},
    {"sql_tsi_year", UNIT_OF_YEAR},
    {"decades", UNIT_OF_DECADE},
    {"centuries", UNIT_OF_CENTURY},
    {"millennia", UNIT_OF_MILLENNIUM},
    {"millenniums", UNIT_OF_MILLENNIUM},
    {"dayofweek_iso", UNIT_OF_ISODOW},
    {"dayofyear", UNIT_OF_DOY},
};

Status time_unit_find(Str name, TimeUnit *out, int32_t position, Err *err)
{
    char text[32];
    name = str_trim(name);
    for (size_t i = 0; i < sizeof unit_names / sizeof *unit_names; i++)
        if (str_equal_nocase(str_from(unit_names[i].name), name)) {
            *out = unit_names[i].unit;
            return OK;
        }
    size_t length = name.length < sizeof text - 1 ? name.length : sizeof text - 1;
    memcpy(text, name.data, length);
    text[length] = 0;
    Nearest nearest = nearest_start(text);
    for (size_t i = 0; i < sizeof unit_names / sizeof *unit_names; i++)
        nearest_offer(&nearest, unit_names[i].name);
    err_set(err, SQLSTATE_INVALID_PARAMETER, position, "unit \"" STR_FORMAT "\" not recognized",
            STR_ARG(name));
    return nearest_hint(&nearest, err);
}

const char *time_unit_name(TimeUnit unit)
{
    return unit_names[unit].name;
}

void time_iso_week(int32_t days, int *year, int *week)
{
    int64_t monday = (int64_t)days - floor_mod((int64_t)days + 3, 7); /* 1970-01-01: a Thursday */
    int month, day;
    /* The week's year is its Thursday's. */
    civil_from_days((int32_t)(monday + 3), year, &month, &day);
    *week = (int)((monday + 3 - days_from_civil(*year, 1, 1)) / 7) + 1;
}

/* The first year of the decade, century or millennium, which count from year 1 but for the decade.
 */
static int64_t first_year(int64_t year, TimeUnit unit)
{
    if (unit == UNIT_OF_DECADE)
        return floor_div(year, 10) * 10;
    int64_t span = unit == UNIT_OF_CENTURY ? 100 : 1000;
    return floor_div(year - 1, span) * span + 1;
}

int32_t date_truncate(int32_t days, TimeUnit unit)
{
    int year, month, day;
    if (unit == UNIT_OF_WEEK)
        return (int32_t)((int64_t)days - floor_mod((int64_t)days + 3, 7));
    if (unit <= UNIT_OF_DAY || unit > UNIT_OF_MILLENNIUM)
        return days;
    civil_from_days(days, &year, &month, &day);
    if (unit == UNIT_OF_MONTH)
        return days - (day - 1);
    if (unit == UNIT_OF_QUARTER)
        return days_from_civil(year, (month - 1) / 3 * 3 + 1, 1);
    return days_from_civil(unit == UNIT_OF_YEAR ? year : first_year(year, unit), 1, 1);
}

/* µs of units of fixed length; 0 for the others. */
static int64_t unit_us(TimeUnit unit)
{
    static const int64_t lengths[] = {1,           1000,       US_PER_SECOND, US_PER_MINUTE,
                                      US_PER_HOUR, US_PER_DAY, 7 * US_PER_DAY};
    return unit <= UNIT_OF_WEEK ? lengths[unit] : 0;
}
static int64_t unit_months(TimeUnit unit)
{
    static const int64_t lengths[] = {1, 3, 12, 120, 1200, 12000};
    return unit >= UNIT_OF_MONTH && unit <= UNIT_OF_MILLENNIUM ? lengths[unit - UNIT_OF_MONTH] : 0;
}

int64_t time_truncate(int64_t us, TimeUnit unit)
{
    if (unit <= UNIT_OF_DAY) {
        int64_t rest = floor_mod(us, unit_us(unit));
        return us < INT64_MIN + rest ? us : us - rest;
    }
    if (unit > UNIT_OF_MILLENNIUM)
        return us;
    int64_t out, days = date_truncate((int32_t)floor_div(us, US_PER_DAY), unit);
    return __builtin_mul_overflow(days, US_PER_DAY, &out) ? us : out;
}

bool time_add_units(int64_t us, TimeUnit unit, int64_t count, int64_t *out)
{
    int64_t step;
    if (unit_us(unit))
        return !__builtin_mul_overflow(count, unit_us(unit), &step) &&
               !__builtin_add_overflow(us, step, out);
    if (__builtin_mul_overflow(count, unit_months(unit), &step) || step != (int32_t)step)
        return false;
    return time_add(us, (Interval){.months = (int32_t)step}, out);
}

static int64_t months_between(int64_t a, int64_t b) /* a <= b */
{
    int32_t day_a = (int32_t)floor_div(a, US_PER_DAY), day_b = (int32_t)floor_div(b, US_PER_DAY);
    int32_t moved = day_a;
    int64_t months = ((int64_t)day_b - day_a) / 31;
    while (date_add_months(day_a, months + 1, &moved) && moved <= day_b)
        months++;
    if (months > 0 && date_add_months(day_a, months, &moved) && moved == day_b &&
        floor_mod(b, US_PER_DAY) < floor_mod(a, US_PER_DAY))
        months--;
    return months;
}

int64_t time_diff_units(int64_t a, int64_t b, TimeUnit unit)
{
    if (unit_us(unit))
        return (int64_t)(((i128)b - a) / unit_us(unit));
    int64_t per = unit_months(unit);
    if (per == 0)
        return 0;
    return a <= b ? months_between(a, b) / per : -(months_between(b, a) / per);
}

Status bind_session_zone(const BindCall *call, const Zone **out, Err *err)
{
    *out = NULL;
    if (!call->session || !call->session->timezone)
        return OK;
    return zone_find(str_from(call->session->timezone), out, err);
}

Status bind_unit(const BindCall *call, const FnBinding *binding, int i, TimeUnit *unit, bool *known,
                 Err *err)
{
    const Str *name;
    TRY(bind_constant_text(call, binding, i, &name, err));
    *known = name != NULL;
    return name ? time_unit_find(*name, unit, call->position, err) : OK;
}
