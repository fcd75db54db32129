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

Test(math, doubles)
{
    static const EvalCase cases[] = {
        {"sqrt", "INT:2", "DOUBLE:1.4142135623730951"},
        {"sqrt", "DOUBLE:-1", "!2201F cannot take square root of a negative number"},
        {"cbrt", "DOUBLE:27", "DOUBLE:3.0"},
        {"exp", "DOUBLE:1", "DOUBLE:2.718281828459045"},
        {"exp", "DOUBLE:1000", "!22003 value out of range: overflow"},
        {"exp", "DOUBLE:-1000", "!22003 value out of range: underflow"},
        {"exp", "DOUBLE:-Infinity", "DOUBLE:0.0"},
        {"ln", "DOUBLE:0", "!2201E cannot take logarithm of zero"},
        {"ln", "DOUBLE:-1", "!2201E cannot take logarithm of a negative number"},
        {"ln", "DOUBLE:0.1", "DOUBLE:-2.3025850929940455"},
        {"log", "INT:100", "DOUBLE:2.0"},
        {"log", "DOUBLE:2 | DOUBLE:8", "DOUBLE:3.0"},
        {"log", "DOUBLE:1 | DOUBLE:8", "!22012"},
        {"log10", "DOUBLE:1000", "DOUBLE:3.0"},
        {"log2", "DOUBLE:8", "DOUBLE:3.0"},
        {"power", "DOUBLE:2 | INT:10", "DOUBLE:1024.0"},
        {"power", "DOUBLE:0 | INT:-1", "!2201F zero raised"},
        {"power", "DOUBLE:-8 | DOUBLE:0.5", "!2201F a negative number"},
        {"power", "DOUBLE:1e200 | DOUBLE:2", "!22003"},
        {"sin", "DOUBLE:1", "DOUBLE:0.8414709848078965"},
        {"sin", "DOUBLE:Infinity", "!22003 input is out of range"},
        {"asin", "DOUBLE:2", "!22003"},
        {"atan2", "DOUBLE:1 | DOUBLE:1", "DOUBLE:0.7853981633974483"},
        {"degrees", "DOUBLE:3.141592653589793", "DOUBLE:180.0"},
        {"pi", "", "DOUBLE:3.141592653589793"},
        {"e", "", "DOUBLE:2.718281828459045"},
        {"isnan", "DOUBLE:NaN", "BOOLEAN:true"},
        {"nanvl", "DOUBLE:NaN | DOUBLE:5", "DOUBLE:5.0"},
        {"sign", "INT:-5", "INT:-1"},
        {"sign", "DOUBLE:-5", "DOUBLE:-1.0"},
        {"sign", "DECIMAL(3,1):-5.5", "DECIMAL(1, 0):-1"},
    };
    CHECK_CASES(cases);
}

Test(math, integers)
{
    static const EvalCase cases[] = {
        {"gcd", "INT:12 | INT:-18", "BIGINT:6"},
        {"gcd", "BIGINT:-9223372036854775808 | BIGINT:0", "!22003"},
        {"lcm", "INT:4 | INT:6", "BIGINT:12"},
        {"lcm", "BIGINT:9223372036854775807 | BIGINT:2", "!22003"},
        {"pmod", "INT:-7 | INT:3", "BIGINT:2"},
        {"pmod", "INT:7 | INT:0", "!22012"},
        {"factorial", "INT:5", "DECIMAL(38, 0):120"},
        {"factorial", "INT:34", "!22003"},
        {"width_bucket", "DOUBLE:5.35 | DOUBLE:0.024 | DOUBLE:10.06 | INT:5", "INT:3"},
        {"width_bucket", "DOUBLE:11 | DOUBLE:0 | DOUBLE:10 | INT:5", "INT:6"},
        {"width_bucket", "DOUBLE:2 | DOUBLE:10 | DOUBLE:0 | INT:5", "INT:5"},
        {"width_bucket", "DOUBLE:2 | DOUBLE:1 | DOUBLE:1 | INT:5", "!2201G"},
        {"&", "INT:12 | INT:10", "INT:8"},
        {"|", "INT:12 | BIGINT:3", "BIGINT:15"},
        {"#", "INT:12 | INT:10", "INT:6"},
        {"~", "INT:0", "INT:-1"},
        {"bit_not", "BIGINT:5", "BIGINT:-6"},
        {"negate", "VARCHAR:a", "!42883 operator does not exist: - VARCHAR"},
        {"<<", "INT:1 | INT:4", "INT:16"},
        {">>", "BIGINT:-8 | INT:1", "BIGINT:-4"},
        {"<<", "INT:1 | INT:33", "INT:2"},
    };
    CHECK_CASES(cases);
}

Test(math, rounding)
{
    static const EvalCase cases[] = {
        {"floor", "DOUBLE:-0.5", "DOUBLE:-1.0"},
        {"ceil", "DOUBLE:-0.5", "DOUBLE:-0.0"},
        {"floor", "DECIMAL(12,4):-5.5000", "DECIMAL(12, 0):-6"},
        {"ceil", "DECIMAL(12,4):9.9900", "DECIMAL(12, 0):10"},
        {"ceil", "INT:5", "INT:5"},
        {"round", "DOUBLE:2.5", "DOUBLE:2.0"},
        {"round", "DOUBLE:-0.5", "DOUBLE:-0.0"},
        {"round", "DECIMAL(12,4):2.5000", "DECIMAL(9, 0):3"},
        {"round", "DECIMAL(12,4):-2.5000", "DECIMAL(9, 0):-3"},
        {"round", "DECIMAL(12,4):12345678.1234 | =INT:1", "DECIMAL(10, 1):12345678.1"},
        {"round", "DECIMAL(12,4):12345678.1234 | =INT:-2", "DECIMAL(9, 0):12345700"},
        {"round", "DECIMAL(12,4):1.1234 | INT:6", "DECIMAL(12, 4):1.1234"},
        {"round", "DOUBLE:2.675 | INT:2", "DOUBLE:2.68"},
        {"round", "DOUBLE:-2.675 | INT:2", "DOUBLE:-2.68"},
        {"round", "DOUBLE:1234.5678 | INT:2", "DOUBLE:1234.57"},
        {"round", "DOUBLE:1250 | INT:-2", "DOUBLE:1300.0"},
        {"round", "DOUBLE:1e300 | INT:2", "DOUBLE:1e+300"},
        {"round", "DOUBLE:NaN | INT:2", "DOUBLE:NaN"},
        {"round", "INT:125 | INT:-1", "BIGINT:130"},
        {"round", "BIGINT:9223372036854775807 | INT:-1", "!22003"},
        {"trunc", "DOUBLE:-2.7", "DOUBLE:-2.0"},
        {"trunc", "DOUBLE:2.679 | INT:2", "DOUBLE:2.67"},
        {"trunc", "DECIMAL(12,4):-5.5678 | =INT:2", "DECIMAL(10, 2):-5.56"},
        {"trunc", "INT:129 | INT:-1", "BIGINT:120"},
        {"truncate", "DECIMAL(12,4):5.9", "DECIMAL(8, 0):5"},
    };
    CHECK_CASES(cases);
}
