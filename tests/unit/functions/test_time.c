#include <criterion/criterion.h>
#include "eval_case.h"
#include "functions/time_math.h"

Test(time, extract)
{
    static const EvalCase cases[] = {
        {"extract", "=VARCHAR:year | TIMESTAMP:2024-03-01 09:13:51.5", "BIGINT:2024"},
        {"extract", "=VARCHAR:MONTH | TIMESTAMP:2024-03-01 09:13:51.5", "BIGINT:3"},
        {"extract", "=VARCHAR:day | DATE:2024-03-01", "BIGINT:1"},
        {"extract", "=VARCHAR:hour | TIMESTAMP:1969-12-31 23:59:59", "BIGINT:23"},
        {"extract", "=VARCHAR:year | TIMESTAMP:1969-12-31 23:59:59", "BIGINT:1969"},
        {"extract", "=VARCHAR:minute | TIMESTAMP:1969-12-31 23:58:59", "BIGINT:58"},
        {"extract", "=VARCHAR:second | TIMESTAMP:2024-01-01 00:00:12.345",
         "DECIMAL(8, 6):12.345000"},
        {"extract", "=VARCHAR:millisecond | TIMESTAMP:2024-01-01 00:00:12.345",
         "DECIMAL(8, 3):12345.000"},
        {"extract", "=VARCHAR:microseconds | TIMESTAMP:2024-01-01 00:00:12.345", "BIGINT:12345000"},
        {"extract", "=VARCHAR:epoch | TIMESTAMP:2024-01-01 00:00:12.345",
         "DECIMAL(20, 6):1704067212.345000"},
        {"extract", "=VARCHAR:epoch | DATE:1970-01-02", "DECIMAL(20, 6):86400.000000"},
        {"extract", "=VARCHAR:dow | DATE:2024-03-03", "BIGINT:0"},
        {"extract", "=VARCHAR:isodow | DATE:2024-03-03", "BIGINT:7"},
        {"extract", "=VARCHAR:doy | DATE:2024-12-31", "BIGINT:366"},
        {"extract", "=VARCHAR:doy | DATE:1969-12-31", "BIGINT:365"},
        {"extract", "=VARCHAR:quarter | DATE:2024-10-31", "BIGINT:4"},
        {"extract", "=VARCHAR:week | DATE:2021-01-03", "BIGINT:53"},
        {"extract", "=VARCHAR:isoyear | DATE:2021-01-03", "BIGINT:2020"},
        {"extract", "=VARCHAR:week | DATE:2024-12-30", "BIGINT:1"},
        {"extract", "=VARCHAR:century | DATE:2000-12-31", "BIGINT:20"},
        {"extract", "=VARCHAR:millennium | DATE:2001-01-01", "BIGINT:3"},
        {"extract", "=VARCHAR:decade | DATE:1999-01-01", "BIGINT:199"},
        {"extract", "=VARCHAR:julian | DATE:2024-01-01", "BIGINT:2460311"},
        {"extract", "=VARCHAR:hour | TIME:10:20:30", "BIGINT:10"},
        {"extract", "=VARCHAR:hour | INTERVAL:1 day 30 hours", "BIGINT:30"},
        {"extract", "=VARCHAR:day | INTERVAL:1 day 30 hours", "BIGINT:1"},
        {"extract", "=VARCHAR:epoch | INTERVAL:1 year 1 month", "DECIMAL(20, 6):34149600.000000"},
        {"extract", "=VARCHAR:hour | DATE:2024-01-01",
         "!0A000 unit \"hour\" not supported for type DATE"},
        {"extract", "=VARCHAR:yaer | DATE:2024-01-01", "!22023 unit \"yaer\" not recognized"},
        {"date_part", "VARCHAR:second | TIMESTAMP:2024-01-01 00:00:12.345", "DOUBLE:12.345"},
        {"date_part", "VARCHAR:years | DATE:2024-01-01", "DOUBLE:2024.0"},
        {"year", "DATE:1969-12-31", "BIGINT:1969"},
        {"quarter", "DATE:2020-02-29", "BIGINT:1"},
        {"month", "TIMESTAMP:2020-02-29 00:00:00", "BIGINT:2"},
        {"week", "DATE:2024-01-01", "BIGINT:1"},
        {"dayofmonth", "DATE:2020-02-29", "BIGINT:29"},
        {"dayofyear", "DATE:2020-02-29", "BIGINT:60"},
        {"dayofweek", "DATE:2024-03-03", "BIGINT:1"},
        {"hour", "TIMESTAMP:2020-02-29 13:14:15.6", "BIGINT:13"},
        {"minute", "TIMESTAMPTZ:2020-02-29 13:14:15.6+00", "BIGINT:14"},
        {"second", "TIMESTAMP:2020-02-29 13:14:15.6", "BIGINT:15"},
        {"hour", "DATE:2020-02-29", "BIGINT:0"},
    };
    CHECK_CASES(cases);
}

Test(time, arithmetic)
{
    static const EvalCase cases[] = {
        {"+", "TIMESTAMP:2020-02-29 00:00:00 | =INTERVAL:1 day", "TIMESTAMP:2020-03-01 00:00:00"},
        {"+", "TIMESTAMP(3):2020-02-29 00:00:00 | INTERVAL:1 day", "TIMESTAMP:2020-03-01 00:00:00"},
        {"-", "TIMESTAMP:2020-02-29 00:00:00 | =INTERVAL:90 minutes",
         "TIMESTAMP:2020-02-28 22:30:00"},
        {"+", "TIMESTAMP:2020-02-29 00:00:00 | =INTERVAL:1 year", "TIMESTAMP:2021-02-28 00:00:00"},
        {"+", "TIMESTAMP:2024-01-31 10:00:00 | INTERVAL:1 month", "TIMESTAMP:2024-02-29 10:00:00"},
        {"-", "TIMESTAMP:2024-03-31 10:00:00 | INTERVAL:1 month", "TIMESTAMP:2024-02-29 10:00:00"},
        {"+", "TIMESTAMP:1969-12-31 23:00:00 | INTERVAL:1 month", "TIMESTAMP:1970-01-31 23:00:00"},
        {"+", "INTERVAL:1 hour | TIMESTAMP:2024-01-31 10:00:00", "TIMESTAMP:2024-01-31 11:00:00"},
        {"+", "DATE:2024-01-31 | =INTERVAL:1 month", "TIMESTAMP:2024-02-29 00:00:00"},
        {"+", "DATE:2024-01-01 | INTERVAL:1 day", "TIMESTAMP:2024-01-02 00:00:00"},
        {"+", "TIMESTAMP:2024-01-01 00:00:00 | ?:1 day", "TIMESTAMP:2024-01-02 00:00:00"},
        {"-", "TIMESTAMP:2024-01-02 00:00:00 | ?:2024-01-01", "INTERVAL:1 day"},
        {"+", "DATE:2024-01-01 | INT:31", "DATE:2024-02-01"},
        {"-", "DATE:2024-01-01 | INT:1", "DATE:2023-12-31"},
        {"-", "DATE:2024-03-01 | DATE:2024-02-28", "INT:2"},
        {"+", "DATE:2024-01-01 | BIGINT:9223372036854775807", "!22008 date out of range"},
        {"+", "DATE:2024-01-01 | TIME:10:00:00", "TIMESTAMP:2024-01-01 10:00:00"},
        {"-", "TIMESTAMP:2024-01-02 01:00:00 | TIMESTAMP:2024-01-01 02:00:00", "INTERVAL:23:00:00"},
        {"-", "TIMESTAMP:2024-01-01 00:00:00 | TIMESTAMP:2024-01-03 02:00:00",
         "INTERVAL:-2 days -02:00:00"},
        {"+", "INTERVAL:1 day | INTERVAL:2 hours", "INTERVAL:1 day 02:00:00"},
        {"-", "INTERVAL:1 day | INTERVAL:2 hours", "INTERVAL:1 day -02:00:00"},
        {"*", "INTERVAL:1 day | INT:3", "INTERVAL:3 days"},
        {"*", "DOUBLE:1.5 | INTERVAL:1 month", "INTERVAL:1 mon 15 days"},
        {"/", "INTERVAL:1 hour | INT:2", "INTERVAL:00:30:00"},
        {"/", "INTERVAL:1 hour | INT:0", "!22012"},
        {"negate", "INTERVAL:1 hour", "INTERVAL:-01:00:00"},
        {"+", "TIME:23:00:00 | INTERVAL:2 hours", "TIME:01:00:00"},
        {"-", "TIME:01:00:00 | TIME:00:30:00", "INTERVAL:00:30:00"},
        {"age", "TIMESTAMP:2001-04-10 00:00:00 | TIMESTAMP:1957-06-13 00:00:00",
         "INTERVAL:43 years 9 mons 27 days"},
        {"age", "TIMESTAMP:1957-06-13 00:00:00 | TIMESTAMP:2001-04-10 00:00:00",
         "INTERVAL:-43 years -9 mons -27 days"},
        {"date_add", "DATE:2024-02-28 | INT:2", "DATE:2024-03-01"},
        {"date_sub", "DATE:2024-03-01 | INT:2", "DATE:2024-02-28"},
        {"datediff", "DATE:2024-03-01 | DATE:2024-02-01", "INT:29"},
    };
    CHECK_CASES(cases);
}

Test(time, units)
{
    static const EvalCase cases[] = {
        {"date_trunc", "=VARCHAR:hour | TIMESTAMP:2024-03-01 09:13:51.5",
         "TIMESTAMP:2024-03-01 09:00:00"},
        {"date_trunc", "VARCHAR:month | TIMESTAMP:1969-12-31 23:00:00",
         "TIMESTAMP:1969-12-01 00:00:00"},
        {"date_trunc", "VARCHAR:week | DATE:2024-03-06", "TIMESTAMP:2024-03-04 00:00:00"},
        {"date_trunc", "VARCHAR:quarter | TIMESTAMP:2024-12-31 23:00:00",
         "TIMESTAMP:2024-10-01 00:00:00"},
        {"date_trunc", "VARCHAR:century | TIMESTAMP:2024-12-31 23:00:00",
         "TIMESTAMP:2001-01-01 00:00:00"},
        {"date_trunc", "VARCHAR:milliseconds | TIMESTAMP:2024-12-31 23:00:00.123456",
         "TIMESTAMP:2024-12-31 23:00:00.123"},
        {"date_trunc", "VARCHAR:dow | TIMESTAMP:2024-12-31 23:00:00", "!0A000"},
        {"date_trunc", "=VARCHAR:day | TIMESTAMPTZ:2024-01-01 20:00:00+00 | =VARCHAR:Asia/Seoul",
         "TIMESTAMPTZ:2024-01-01 15:00:00+00"},
        {"floor_to", "TIMESTAMP:2024-03-01 09:13:51.5 | =VARCHAR:MINUTE",
         "TIMESTAMP:2024-03-01 09:13:00"},
        {"floor_to", "TIMESTAMP:2024-03-01 09:13:51.5 | =VARCHAR:DAY",
         "TIMESTAMP:2024-03-01 00:00:00"},
        {"floor_to", "DATE:2024-03-06 | =VARCHAR:WEEK", "DATE:2024-03-03"},
        {"floor_to", "DATE:2024-03-06 | VARCHAR:month", "DATE:2024-03-01"},
        {"ceil_to", "TIMESTAMP:2024-03-01 09:13:51.5 | =VARCHAR:HOUR",
         "TIMESTAMP:2024-03-01 10:00:00"},
        {"ceil_to", "TIMESTAMP:2024-03-01 09:00:00 | =VARCHAR:HOUR",
         "TIMESTAMP:2024-03-01 09:00:00"},
        {"ceil_to", "DATE:2024-03-06 | VARCHAR:year", "DATE:2025-01-01"},
        {"date_bin",
         "INTERVAL:15 minutes | TIMESTAMP:2020-02-11 15:44:17 | TIMESTAMP:2001-01-01 "
         "00:02:30",
         "TIMESTAMP:2020-02-11 15:32:30"},
        {"timestampdiff",
         "VARCHAR:MINUTE | TIMESTAMP:2024-01-01 00:00:00 | TIMESTAMP:2024-01-01 "
         "00:10:59",
         "INT:10"},
        {"timestampdiff",
         "VARCHAR:MINUTE | TIMESTAMP:2024-01-01 00:00:30 | TIMESTAMP:2024-01-01 "
         "00:00:00",
         "INT:0"},
        {"timestampdiff",
         "VARCHAR:SECOND | TIMESTAMP:2024-01-01 00:00:30 | TIMESTAMP:2024-01-01 "
         "00:00:00",
         "INT:-30"},
        {"timestampdiff",
         "VARCHAR:DAY | TIMESTAMP:2024-01-01 23:00:00 | TIMESTAMP:2024-01-02 "
         "01:00:00",
         "INT:0"},
        {"timestampdiff", "VARCHAR:MONTH | TIMESTAMP:2024-01-31 00:00:00 | DATE:2024-02-29",
         "INT:1"},
        {"timestampdiff",
         "VARCHAR:MONTH | TIMESTAMP:2024-01-15 12:00:00 | TIMESTAMP:2024-02-15 "
         "11:00:00",
         "INT:0"},
        {"timestampdiff", "VARCHAR:YEAR | DATE:2024-02-29 | DATE:2020-02-29", "INT:-4"},
        {"timestampdiff", "VARCHAR:SECOND | DATE:1900-01-01 | DATE:2024-02-29", "!22003"},
        {"timestampdiff", "=VARCHAR:MICROSECOND | DATE:2024-01-01 | DATE:2024-01-02",
         "BIGINT:86400000000"},
        {"timestampadd", "=VARCHAR:MONTH | INT:1 | TIMESTAMP:2024-01-31 00:00:00",
         "TIMESTAMP:2024-02-29 00:00:00"},
        {"timestampadd", "=VARCHAR:DAY | INT:1 | DATE:2024-01-31", "DATE:2024-02-01"},
        {"timestampadd", "=VARCHAR:HOUR | INT:1 | DATE:2024-01-31",
         "TIMESTAMP:2024-01-31 01:00:00"},
        {"timestampadd",
         "VARCHAR:YEAR | BIGINT:9223372036854775807 | TIMESTAMP:2024-01-31 00:00:00", "!22008"},
        {"add_months", "DATE:2024-01-31 | INT:1", "DATE:2024-02-29"},
        {"add_months", "DATE:2024-01-31 | BIGINT:9000000000000", "!22008"},
        {"last_day", "DATE:2023-02-10", "DATE:2023-02-28"},
        {"next_day", "DATE:2015-01-14 | VARCHAR:TU", "DATE:2015-01-20"},
        {"next_day", "DATE:2015-01-14 | VARCHAR:Wednesday", "DATE:2015-01-21"},
        {"next_day", "DATE:2015-01-14 | VARCHAR:x", "!22023"},
        {"make_date", "INT:2024 | INT:2 | INT:29", "DATE:2024-02-29"},
        {"make_date", "INT:2023 | INT:2 | INT:29", "!22008 date field value out of range"},
        {"make_time", "INT:8 | INT:15 | DOUBLE:23.5", "TIME:08:15:23.5"},
        {"make_timestamp", "INT:2013 | INT:7 | INT:15 | INT:8 | INT:15 | DOUBLE:23.5",
         "TIMESTAMP:2013-07-15 08:15:23.5"},
        {"make_timestamp", "INT:2013 | INT:7 | INT:15 | INT:25 | INT:15 | DOUBLE:23.5", "!22008"},
    };
    CHECK_CASES(cases);
}

Test(time, formats)
{
    static const EvalCase cases[] = {
        {"date_format", "TIMESTAMP:2024-03-01 09:13:51.5 | =VARCHAR:yyyy-MM-dd HH:mm",
         "VARCHAR:2024-03-01 09:13"},
        {"date_format", "TIMESTAMP:2024-03-01 15:03:01.5 | VARCHAR:EEEE, d. MMM yy h:mm a SSS",
         "VARCHAR:Friday, 1. Mar 24 3:03 PM 500"},
        {"date_format", "DATE:1969-12-31 | =VARCHAR:yyyyMMdd'T'HH''D DDD w Q",
         "VARCHAR:19691231T00'365 365 1 4"},
        {"date_format", "DATE:1969-12-31 | VARCHAR:J", "!22023 unknown letter \"J\""},
        {"to_char", "TIMESTAMP:2024-03-01 15:03:01.5 | =VARCHAR:YYYY-MM-DD HH24:MI:SS.MS",
         "VARCHAR:2024-03-01 15:03:01.500"},
        {"to_char", "TIMESTAMP:2024-03-01 15:03:01.5 | VARCHAR:Dy, DD Mon YYYY HH12:MI am",
         "VARCHAR:Fri, 01 Mar 2024 03:03 pm"},
        {"to_char", "TIMESTAMP:2024-03-01 15:03:01.5 | VARCHAR:Day|FMDay|FMDD|MONTH|\"MM\"",
         "VARCHAR:Friday   |Friday|1|MARCH    |MM"},
        {"to_char", "TIMESTAMP:2024-12-30 15:03:01.5 | VARCHAR:IYYY-IW-ID DDD Q J CC",
         "VARCHAR:2025-01-1 365 4 2460675 21"},
        {"to_timestamp", "VARCHAR:2024-03-01 09:13:51.25 | =VARCHAR:yyyy-MM-dd HH:mm:ss.SSS",
         "TIMESTAMP:2024-03-01 09:13:51.25"},
        {"to_timestamp", "VARCHAR:20240301091351 | VARCHAR:yyyyMMddHHmmss",
         "TIMESTAMP:2024-03-01 09:13:51"},
        {"to_timestamp", "VARCHAR:05 Dec 2000 | VARCHAR:DD Mon YYYY",
         "TIMESTAMP:2000-12-05 00:00:00"},
        {"to_timestamp", "VARCHAR:1/2/24 3:04 PM | VARCHAR:M/d/yy h:mm a",
         "TIMESTAMP:2024-01-02 15:04:00"},
        {"to_timestamp", "VARCHAR:2024-03-01T09:13:51+09:00 | VARCHAR:yyyy-MM-dd'T'HH:mm:ssXXX",
         "TIMESTAMP:2024-03-01 00:13:51"},
        {"to_timestamp", "VARCHAR:2024-13-01 | VARCHAR:yyyy-MM-dd", "!22008"},
        {"to_timestamp", "VARCHAR:2024-12 | VARCHAR:yyyy-MM-dd", "!22007"},
        {"to_timestamp", "VARCHAR:2024-12-01x | VARCHAR:yyyy-MM-dd", "!22007"},
        {"try_to_timestamp", "VARCHAR:2024-12 | VARCHAR:yyyy-MM-dd", "NULL"},
        {"to_timestamp", "VARCHAR:2024-03-01 09:13:51", "TIMESTAMP:2024-03-01 09:13:51"},
        {"to_timestamp", "DOUBLE:1284352323.5", "TIMESTAMPTZ:2010-09-13 04:32:03.5+00"},
        {"to_timestamp", "DOUBLE:NaN", "!22008"},
        {"to_date", "VARCHAR:05 Dec 2000 | VARCHAR:DD Mon YYYY", "DATE:2000-12-05"},
        {"to_date", "VARCHAR:2024-03-01 09:13:51", "DATE:2024-03-01"},
        {"to_date", "VARCHAR:x", "!22007"},
        {"dayname", "DATE:2024-03-01", "VARCHAR:Friday"},
        {"monthname", "DATE:2024-03-01", "VARCHAR:March"},
        {"from_unixtime", "BIGINT:1704067212", "VARCHAR:2024-01-01 00:00:12"},
        {"from_unixtime", "INT:0 | VARCHAR:yyyy", "VARCHAR:1970"},
        {"from_unixtime", "BIGINT:9223372036854775807", "!22008"},
        {"unix_timestamp", "VARCHAR:2024-01-01 00:00:12", "BIGINT:1704067212"},
        {"unix_timestamp", "VARCHAR:2024 | VARCHAR:yyyy", "BIGINT:1704067200"},
        {"unix_timestamp", "TIMESTAMP:2024-01-01 00:00:12.9", "BIGINT:1704067212"},
        {"timestamp_millis", "BIGINT:1704067212345", "TIMESTAMPTZ:2024-01-01 00:00:12.345+00"},
        {"to_timestamp_ltz", "BIGINT:1704067212345 | INT:3",
         "TIMESTAMPTZ:2024-01-01 00:00:12.345+00"},
        {"to_timestamp_ltz", "BIGINT:1704067212345 | INT:4", "!22023"},
        {"epoch", "TIMESTAMP:2024-01-01 00:00:12.345", "DOUBLE:1704067212.345"},
        {"unix_millis", "TIMESTAMPTZ:1969-12-31 23:59:59.9995+00", "BIGINT:-1"},
    };
    CHECK_CASES(cases);
}

Test(time, zones)
{
    static const EvalCase cases[] = {
        {"timezone", "=VARCHAR:Asia/Seoul | TIMESTAMP:2024-01-01 00:00:00",
         "TIMESTAMPTZ:2023-12-31 15:00:00+00"},
        {"timezone", "VARCHAR:asia/seoul | TIMESTAMPTZ:2024-01-01 00:00:00+00",
         "TIMESTAMP:2024-01-01 09:00:00"},
        /* Berlin: the clocks skip 02:00…03:00 on 2024-03-31, and repeat it on 2024-10-27. */
        {"timezone", "VARCHAR:Europe/Berlin | TIMESTAMP:2024-03-31 01:59:59",
         "TIMESTAMPTZ:2024-03-31 00:59:59+00"},
        {"timezone", "VARCHAR:Europe/Berlin | TIMESTAMP:2024-03-31 02:30:00",
         "TIMESTAMPTZ:2024-03-31 01:30:00+00"},
        {"timezone", "VARCHAR:Europe/Berlin | TIMESTAMP:2024-03-31 03:00:00",
         "TIMESTAMPTZ:2024-03-31 01:00:00+00"},
        {"timezone", "VARCHAR:Europe/Berlin | TIMESTAMP:2024-10-27 02:30:00",
         "TIMESTAMPTZ:2024-10-27 01:30:00+00"},
        {"timezone", "VARCHAR:Europe/Berlin | TIMESTAMPTZ:2024-10-27 00:30:00+00",
         "TIMESTAMP:2024-10-27 02:30:00"},
        {"timezone", "VARCHAR:Europe/Berlin | TIMESTAMPTZ:2024-10-27 01:30:00+00",
         "TIMESTAMP:2024-10-27 02:30:00"},
        /* Beyond the file's transitions: by its rule. */
        {"timezone", "VARCHAR:America/New_York | TIMESTAMPTZ:2100-07-01 12:00:00+00",
         "TIMESTAMP:2100-07-01 08:00:00"},
        {"timezone", "VARCHAR:America/New_York | TIMESTAMPTZ:2100-01-01 12:00:00+00",
         "TIMESTAMP:2100-01-01 07:00:00"},
        {"timezone", "VARCHAR:Australia/Sydney | TIMESTAMPTZ:2100-01-01 12:00:00+00",
         "TIMESTAMP:2100-01-01 23:00:00"},
        {"timezone", "VARCHAR:+09:30 | TIMESTAMPTZ:2024-01-01 00:00:00+00",
         "TIMESTAMP:2023-12-31 14:30:00"},
        {"timezone", "VARCHAR:UTC-3 | TIMESTAMPTZ:2024-01-01 00:00:00+00",
         "TIMESTAMP:2024-01-01 03:00:00"},
        {"timezone", "VARCHAR:<+03>-03 | TIMESTAMPTZ:2024-01-01 00:00:00+00",
         "TIMESTAMP:2024-01-01 03:00:00"},
        {"timezone", "VARCHAR:FOO+3:30 | TIMESTAMPTZ:2024-01-01 00:00:00+00",
         "TIMESTAMP:2023-12-31 20:30:00"},
        {"timezone", "VARCHAR:UTC+25 | TIMESTAMPTZ:2024-01-01 00:00:00+00", "!22023"},
        {"timezone", "VARCHAR:UTC+3: | TIMESTAMPTZ:2024-01-01 00:00:00+00", "!22023"},
        {"timezone", "VARCHAR:<+03 | TIMESTAMPTZ:2024-01-01 00:00:00+00", "!22023"},
        {"timezone", "VARCHAR:+ | TIMESTAMPTZ:2024-01-01 00:00:00+00", "!22023"},
        {"from_utc_timestamp", "TIMESTAMP:2024-01-01 00:00:00 | VARCHAR:GMT+9",
         "TIMESTAMP:2024-01-01 09:00:00"},
        {"to_utc_timestamp", "TIMESTAMP:2024-01-01 00:00:00 | VARCHAR:-0330",
         "TIMESTAMP:2024-01-01 03:30:00"},
        {"from_utc_timestamp", "TIMESTAMP:2024-01-01 00:00:00 | VARCHAR:FOO+9", "!22023"},
        {"timezone", "VARCHAR:../etc/passwd | TIMESTAMPTZ:2024-01-01 00:00:00+00",
         "!22023 time zone \"../etc/passwd\" not recognized"},
        {"timezone", "VARCHAR:Europe | TIMESTAMPTZ:2024-01-01 00:00:00+00", "!22023"},
        {"timezone", "VARCHAR:Mars/Olympus | TIMESTAMPTZ:2024-01-01 00:00:00+00", "!22023"},
        {"from_utc_timestamp", "TIMESTAMP:2024-01-01 00:00:00 | VARCHAR:Asia/Seoul",
         "TIMESTAMP:2024-01-01 09:00:00"},
        {"to_utc_timestamp", "TIMESTAMP:2024-01-01 00:00:00 | VARCHAR:Asia/Seoul",
         "TIMESTAMP:2023-12-31 15:00:00"},
        {"now", "", "TIMESTAMPTZ:1970-01-01 00:00:00+00"},
        {"current_date", "", "DATE:1970-01-01"},
        {"localtimestamp", "", "TIMESTAMP:1970-01-01 00:00:00"},
        {"current_time", "", "TIME:00:00:00"},
    };
    CHECK_CASES(cases);
}

Test(time, the_quick_calendar_is_the_calendar)
{
    for (int64_t days = -540000000; days <= 540000000; days += 1009) {
        int year, month, day;
        civil_from_days((int32_t)days, &year, &month, &day);
        Civil civil = time_civil((int32_t)days);
        cr_assert(civil.year == year && civil.month == month && civil.day == day, "day %ld",
                  (long)days);
    }
    for (int32_t days = -800000; days <= 800000; days++) {
        int year, month, day;
        civil_from_days(days, &year, &month, &day);
        Civil civil = time_civil(days);
        cr_assert(civil.year == year && civil.month == month && civil.day == day, "day %d", days);
    }
}
