#include <criterion/criterion.h>
#include "eval_case.h"

Test(cast, numbers)
{
    static const EvalCase cases[] = {
        {"cast INT", "DECIMAL(2,1):1.7", "INT:2"},
        {"cast INT", "DECIMAL(2,1):-1.7", "INT:-2"},
        {"cast INT", "DECIMAL(2,1):2.5", "INT:3"},
        {"cast INT", "DOUBLE:2.5", "INT:2"},
        {"cast INT", "DOUBLE:-1.7", "INT:-2"},
        {"cast INT", "DOUBLE:3e9", "!22003 integer out of range"},
        {"cast INT", "DOUBLE:NaN", "!22003"},
        {"cast BIGINT", "DOUBLE:9223372036854775808", "!22003 bigint out of range"},
        {"cast BIGINT", "DOUBLE:-9223372036854775808", "BIGINT:-9223372036854775808"},
        {"cast INT", "BIGINT:3000000000", "!22003 integer out of range"},
        {"cast TINYINT", "INT:300", "!22003 tinyint out of range"},
        {"try_cast TINYINT", "INT:300", "NULL"},
        {"try_cast TINYINT", "INT:100", "TINYINT:100"},
        {"cast DOUBLE", "FLOAT:0.1", "DOUBLE:0.10000000149011612"},
        {"cast FLOAT", "DOUBLE:0.1", "FLOAT:0.1"},
        {"cast FLOAT", "DOUBLE:1e39", "!22003 value out of range: overflow"},
        {"cast DOUBLE", "DECIMAL(12,4):9.99", "DOUBLE:9.99"},
        {"cast DECIMAL(10,3)", "INT:7", "DECIMAL(10, 3):7.000"},
        {"cast DECIMAL(3,1)", "INT:100", "!22003 numeric field overflow"},
        {"cast DECIMAL(3,1)", "DECIMAL(10,3):12.345", "DECIMAL(3, 1):12.3"},
        {"cast DECIMAL(3,1)", "DECIMAL(10,3):-12.350", "DECIMAL(3, 1):-12.4"},
        {"cast DECIMAL(3,1)", "DOUBLE:0.1", "DECIMAL(3, 1):0.1"},
        {"cast DECIMAL(3,1)", "FLOAT:0.1", "DECIMAL(3, 1):0.1"},
        {"cast DECIMAL(3,1)", "DOUBLE:Infinity", "!22003 cannot convert infinity to DECIMAL"},
        {"cast BOOLEAN", "INT:5", "BOOLEAN:true"},
        {"cast INT", "BOOLEAN:true", "INT:1"},
        {"cast BOOLEAN", "DOUBLE:1", "!42846 cannot cast type DOUBLE to BOOLEAN"},
        {"cast BIGINT", "INT", "NULL"},
    };
    CHECK_CASES(cases);
}

Test(cast, text)
{
    static const EvalCase cases[] = {
        {"cast INT", "VARCHAR:42", "INT:42"},
        {"cast INT", "VARCHAR: 42 ", "INT:42"},
        {"cast INT", "VARCHAR:1.7", "!22P02 invalid input syntax for type INT: \"1.7\""},
        {"cast INT", "VARCHAR:1e3", "!22P02"},
        {"cast INT", "VARCHAR:3000000000", "!22003"},
        {"try_cast INT", "VARCHAR:1x", "NULL"},
        {"try_cast INT", "VARCHAR:12", "INT:12"},
        {"try_cast DATE", "VARCHAR:2024-13-01", "NULL"},
        {"cast DOUBLE", "VARCHAR:1e3", "DOUBLE:1000.0"},
        {"cast DOUBLE", "VARCHAR:nan", "DOUBLE:NaN"},
        {"cast FLOAT", "VARCHAR:0.1", "FLOAT:0.1"},
        {"cast BOOLEAN", "VARCHAR:false", "BOOLEAN:false"},
        {"cast BOOLEAN", "VARCHAR:maybe", "!22P02"},
        {"cast DECIMAL(5,2)", "VARCHAR:1.005", "DECIMAL(5, 2):1.01"},
        {"cast VARCHAR", "BOOLEAN:true", "VARCHAR:true"},
        {"cast VARCHAR", "DOUBLE:1e7", "VARCHAR:10000000.0"},
        {"cast VARCHAR", "FLOAT:2878.9004", "VARCHAR:2878.9004"},
        {"cast VARCHAR", "BIGINT:-9223372036854775808", "VARCHAR:-9223372036854775808"},
        {"cast VARCHAR", "DECIMAL(5,2):-0.05", "VARCHAR:-0.05"},
        {"cast VARCHAR", "TIMESTAMP:2024-01-01 00:00:00.500", "VARCHAR:2024-01-01 00:00:00.5"},
        {"cast VARCHAR", "DATE:1969-12-31", "VARCHAR:1969-12-31"},
        {"cast VARCHAR(3)", "VARCHAR:abcdef", "VARCHAR(3):abc"},
        {"cast VARCHAR(3)", "VARCHAR:äöüß", "VARCHAR(3):äöü"},
        {"cast VARCHAR(2)", "INT:123", "VARCHAR(2):12"},
        {"cast BYTES", "VARCHAR:\\x4142", "BYTES:\\x4142"},
        {"cast VARCHAR", "BYTES:\\x4142", "VARCHAR:\\x4142"},
        {"cast DATE", "VARCHAR:2024-02-29", "DATE:2024-02-29"},
        {"cast DATE", "VARCHAR:2023-02-29", "!22008"},
        {"cast TIMESTAMP(3)", "VARCHAR:2024-02-28 10:00", "TIMESTAMP(3):2024-02-28 10:00:00"},
        {"cast TIMESTAMP(3)", "VARCHAR:2024-02-28T10:00:00.1239",
         "TIMESTAMP(3):2024-02-28 10:00:00.124"},
        {"cast INTERVAL", "VARCHAR:1 day 2 hours", "INTERVAL:1 day 02:00:00"},
        {"cast VARCHAR", "ARRAY<INT>:1;NULL;3", "VARCHAR:{1,NULL,3}"},
        {"cast VARCHAR", "?:plain", "VARCHAR:plain"},
        {"cast INT", "?", "NULL"},
    };
    CHECK_CASES(cases);
}

Test(cast, times)
{
    static const EvalCase cases[] = {
        {"cast DATE", "TIMESTAMP:1969-12-31 23:59:59.999", "DATE:1969-12-31"},
        {"cast DATE", "TIMESTAMP:2024-02-29 23:59:59", "DATE:2024-02-29"},
        {"cast TIMESTAMP", "DATE:1969-12-31", "TIMESTAMP:1969-12-31 00:00:00"},
        {"cast TIMESTAMP(0)", "TIMESTAMP:2024-01-01 00:00:00.5",
         "TIMESTAMP(0):2024-01-01 00:00:01"},
        {"cast TIMESTAMP(0)", "TIMESTAMP:1969-12-31 23:59:59.4",
         "TIMESTAMP(0):1969-12-31 23:59:59"},
        {"cast TIME", "TIMESTAMP:2024-01-01 10:20:30.5", "TIME:10:20:30.5"},
        {"cast INTERVAL", "TIME:10:20:30", "INTERVAL:10:20:30"},
        {"cast TIMESTAMPTZ", "TIMESTAMP:2024-01-01 10:20:30", "TIMESTAMPTZ:2024-01-01 10:20:30+00"},
        {"cast DATE", "INT:1", "!42846"},
    };
    CHECK_CASES(cases);
}

Test(cast, arrays)
{
    static const EvalCase cases[] = {
        {"cast ARRAY<BIGINT>", "ARRAY<INT>:1;NULL;3", "ARRAY<BIGINT>:{1,NULL,3}"},
        {"cast ARRAY<TINYINT>", "ARRAY<INT>:1;300", "!22003 tinyint out of range"},
        {"try_cast ARRAY<TINYINT>", "ARRAY<INT>:1;300;NULL", "ARRAY<TINYINT>:{1,NULL,NULL}"},
        {"cast ARRAY<INT>", "ARRAY<INT>:1;2", "ARRAY<INT>:{1,2}"},
        {"cast ARRAY<INT>", "ARRAY<DATE>:2024-01-01", "!42846"},
        {"cast ARRAY<VARCHAR>", "ARRAY<INT>:1;300", "ARRAY<VARCHAR>:{1,300}"},
    };
    CHECK_CASES(cases);
}
