#include <criterion/criterion.h>
#include "eval_case.h"

Test(arithmetic, integers)
{
    static const EvalCase cases[] = {
        {"+", "INT:1 | INT:2", "INT:3"},
        {"+", "TINYINT:100 | TINYINT:27", "TINYINT:127"},
        {"+", "TINYINT:100 | TINYINT:28", "!22003 tinyint out of range"},
        {"+", "SMALLINT:32767 | SMALLINT:1", "!22003 smallint out of range"},
        {"+", "INT:2147483647 | INT:1", "!22003 integer out of range"},
        {"+", "BIGINT:9223372036854775807 | BIGINT:1", "!22003 bigint out of range"},
        {"+", "BIGINT:-9223372036854775808 | BIGINT:-1", "!22003 bigint out of range"},
        {"+", "SMALLINT:1 | INT:2", "INT:3"},
        {"+", "INT:2147483647 | BIGINT:1", "BIGINT:2147483648"},
        {"+", "INT:5 | ?:7", "INT:12"},
        {"+", "INT:5 | ?:x", "!22P02 invalid input syntax for type INT: \"x\""},
        {"+", "INT:5 | INT", "NULL"},
        {"+", "BOOLEAN:true | INT:1", "!42883 operator does not exist: BOOLEAN + INT"},
        {"-", "INT:-2147483648 | INT:1", "!22003 integer out of range"},
        {"-", "BIGINT:5 | INT:7", "BIGINT:-2"},
        {"-", "TINYINT:-128 | TINYINT:1", "!22003"},
        {"*", "INT:65536 | INT:32768", "!22003 integer out of range"},
        {"*", "INT:-65536 | INT:32768", "INT:-2147483648"},
        {"*", "BIGINT:3037000500 | BIGINT:3037000500", "!22003 bigint out of range"},
        {"*", "BIGINT:-4294967296 | BIGINT:2147483648", "BIGINT:-9223372036854775808"},
        {"*", "TINYINT:-16 | TINYINT:8", "TINYINT:-128"},
        {"/", "INT:7 | INT:2", "INT:3"},
        {"/", "INT:-7 | INT:2", "INT:-3"},
        {"/", "INT:1 | INT:0", "!22012 division by zero"},
        {"/", "INT:-2147483648 | INT:-1", "!22003 integer out of range"},
        {"/", "BIGINT:-9223372036854775808 | BIGINT:-1", "!22003 bigint out of range"},
        {"%", "INT:-7 | INT:2", "INT:-1"},
        {"%", "INT:-2147483648 | INT:-1", "INT:0"},
        {"%", "INT:7 | INT:0", "!22012"},
        {"mod", "INT:7 | INT:-4", "INT:3"},
        {"negate", "INT:-2147483648", "!22003"},
        {"negate", "BIGINT:5", "BIGINT:-5"},
        {"abs", "INT:-2147483648", "!22003 integer out of range"},
        {"abs", "INT:-3", "INT:3"},
        {"div", "INT:7 | INT:2", "BIGINT:3"},
    };
    CHECK_CASES(cases);
}

Test(arithmetic, floats)
{
    static const EvalCase cases[] = {
        {"-", "FLOAT:25696.8 | FLOAT:22817.9", "FLOAT:2878.9004"},
        {"+", "FLOAT:1.5 | DOUBLE:0.1", "DOUBLE:1.6"},
        {"+", "FLOAT:1.5 | INT:1", "DOUBLE:2.5"},
        {"+", "INT:1 | DOUBLE:0.5", "DOUBLE:1.5"},
        {"*", "FLOAT:1.5 | DECIMAL(2,1):1.5", "DOUBLE:2.25"},
        {"*", "DECIMAL(2,1):1.5 | DOUBLE:2", "DOUBLE:3.0"},
        {"*", "DOUBLE:1e200 | DOUBLE:1e200", "!22003 value out of range: overflow"},
        {"*", "DOUBLE:1e-200 | DOUBLE:1e-200", "!22003 value out of range: underflow"},
        {"*", "DOUBLE:0 | DOUBLE:1e-200", "DOUBLE:0.0"},
        {"*", "DOUBLE:Infinity | DOUBLE:2", "DOUBLE:Infinity"},
        {"*", "DOUBLE:Infinity | DOUBLE:0", "DOUBLE:NaN"},
        {"+", "DOUBLE:1.7e308 | DOUBLE:1.7e308", "!22003"},
        {"+", "DOUBLE:Infinity | DOUBLE:1", "DOUBLE:Infinity"},
        {"-", "DOUBLE:Infinity | DOUBLE:Infinity", "DOUBLE:NaN"},
        {"+", "FLOAT:3e38 | FLOAT:3e38", "!22003"},
        {"/", "DOUBLE:1 | DOUBLE:0", "!22012 division by zero"},
        {"/", "DOUBLE:0 | DOUBLE:0", "!22012"},
        {"/", "DOUBLE:NaN | DOUBLE:0", "DOUBLE:NaN"},
        {"/", "DOUBLE:1 | DOUBLE:Infinity", "DOUBLE:0.0"},
        {"/", "DOUBLE:1 | DOUBLE:4", "DOUBLE:0.25"},
        {"/", "FLOAT:1 | FLOAT:3", "FLOAT:0.33333334"},
        {"%", "DOUBLE:7.5 | DOUBLE:2", "DOUBLE:1.5"},
        {"%", "DOUBLE:7.5 | DOUBLE:0", "!22012"},
        {"negate", "DOUBLE:0", "DOUBLE:-0.0"},
        {"abs", "FLOAT:-1.5", "FLOAT:1.5"},
    };
    CHECK_CASES(cases);
}

Test(arithmetic, decimals)
{
    static const EvalCase cases[] = {
        {"+", "DECIMAL(12,4):9.9900 | DECIMAL(3,2):0.01", "DECIMAL(13, 4):10.0000"},
        {"*", "DECIMAL(12,4):9.9900 | INT:3", "DECIMAL(23, 4):29.9700"},
        {"-", "DECIMAL(12,4):9.9900 | DECIMAL(3,2):9.99", "DECIMAL(13, 4):0.0000"},
        {"*", "DECIMAL(38,2):100.25 | INT:2", "DECIMAL(38, 2):200.50"},
        {"+", "DECIMAL(38,0):99999999999999999999999999999999999999 | INT:1",
         "!22003 numeric field overflow"},
        {"*", "DECIMAL(38,0):99999999999999999999999999999999999999 | INT:2", "!22003"},
        {"*", "DECIMAL(38,20):1.5 | DECIMAL(38,20):1.5", "DECIMAL(38, 20):2.25000000000000000000"},
        {"/", "DECIMAL(12,4):1.0000 | INT:3", "DECIMAL(23, 15):0.333333333333333"},
        {"/", "INT:2 | DECIMAL(2,1):3.0", "DECIMAL(17, 6):0.666667"},
        {"/", "DECIMAL(2,1):1.0 | DECIMAL(2,1):0.0", "!22012"},
        {"%", "DECIMAL(4,2):7.50 | INT:2", "DECIMAL(4, 2):1.50"},
        {"%", "DECIMAL(4,2):-7.50 | INT:2", "DECIMAL(4, 2):-1.50"},
        {"negate", "DECIMAL(4,2):7.50", "DECIMAL(4, 2):-7.50"},
        {"abs", "DECIMAL(4,2):-7.50", "DECIMAL(4, 2):7.50"},
        {"+", "DECIMAL(4,2):7.50 | ?:1.25", "DECIMAL(5, 2):8.75"},
    };
    CHECK_CASES(cases);
}
