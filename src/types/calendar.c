/*
 * calendar.c - the proleptic Gregorian calendar.
 *
 * Years are counted from March, so that the leap day is a year's last one, and in eras of 400
 * years, which all have 146,097 days.  Year 0 is 1 BC.
 */
#include "types/type.h"

const char *const calendar_months[12] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
const char *const calendar_weekdays[7] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                          "Thursday", "Friday", "Saturday"};

enum {
    DAYS_PER_ERA = 146097,
    EPOCH_SHIFT = 719468, /* days from 0000-03-01 to 1970-01-01 */
    ERAS_BEFORE = 15000   /* that keep the years of all days in 32 bits from being negative */
};

int32_t days_from_civil(int64_t year, int month, int day)
{
    uint32_t years = (uint32_t)(year + (int64_t)ERAS_BEFORE * 400 - (month <= 2));
    uint32_t from_march = (uint32_t)(month > 2 ? month - 3 : month + 9);
    int64_t days = (int64_t)years * 365 + years / 4 - years / 100 + years / 400;
    days += (153 * from_march + 2) / 5;
    return (int32_t)(days + day - 1 - EPOCH_SHIFT - (int64_t)ERAS_BEFORE * DAYS_PER_ERA);
}

void civil_from_days(int32_t days, int *year, int *month, int *day)
{
    int64_t shifted = (int64_t)days + EPOCH_SHIFT;
    int64_t era = (shifted >= 0 ? shifted : shifted - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
    uint32_t day_of_era = (uint32_t)(shifted - era * DAYS_PER_ERA);
    uint32_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    uint32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint32_t from_march = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * from_march + 2) / 5 + 1);
    *month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
    *year = (int)((int64_t)year_of_era + era * 400 + (*month <= 2));
}

int days_in_month(int year, int month)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}
