#include <criterion/criterion.h>
#include "eval_case.h"

Test(compare, order)
{
    static const EvalCase cases[] = {
        {"=", "INT:1 | INT:1", "BOOLEAN:true"},
        {"=", "INT:1 | ?:1", "BOOLEAN:true"},
        {"=", "INT:1 | DECIMAL(2,1):1.0", "BOOLEAN:true"},
        {"<", "TINYINT:-1 | BIGINT:0", "BOOLEAN:true"},
        {"=", "FLOAT:0.1 | DECIMAL(2,1):0.1", "BOOLEAN:false"},
        {"=", "DOUBLE:NaN | DOUBLE:NaN", "BOOLEAN:true"},
        {"<>", "DOUBLE:NaN | DOUBLE:NaN", "BOOLEAN:false"},
        {">", "DOUBLE:NaN | INT:1", "BOOLEAN:true"},
        {"<", "DOUBLE:NaN | INT:1", "BOOLEAN:false"},
        {"<", "DOUBLE:1 | DOUBLE:NaN", "BOOLEAN:true"},
        {"<=", "DOUBLE:NaN | DOUBLE:NaN", "BOOLEAN:true"},
        {"<=", "DOUBLE:NaN | DOUBLE:1", "BOOLEAN:false"},
        {">=", "DOUBLE:NaN | DOUBLE:1", "BOOLEAN:true"},
        {">=", "FLOAT:1 | FLOAT:NaN", "BOOLEAN:false"},
        {">", "FLOAT:1 | FLOAT:NaN", "BOOLEAN:false"},
        {"=", "DOUBLE:0 | DOUBLE:-0.0", "BOOLEAN:true"},
        {"<", "VARCHAR:a | VARCHAR:b", "BOOLEAN:true"},
        {"<", "VARCHAR:abcdefghijklm | VARCHAR:abcdefghijkln", "BOOLEAN:true"},
        {"=", "VARCHAR:abcdefghijklm | VARCHAR:abcdefghijklm", "BOOLEAN:true"},
        {"<>", "VARCHAR:a | VARCHAR:a ", "BOOLEAN:true"},
        {">=", "VARCHAR:ab | VARCHAR:abc", "BOOLEAN:false"},
        {"=", "BOOLEAN:true | BOOLEAN:false", "BOOLEAN:false"},
        {">", "BOOLEAN:true | BOOLEAN:false", "BOOLEAN:true"},
        {"<", "DATE:2024-01-01 | TIMESTAMP:2024-01-01 00:00:01", "BOOLEAN:true"},
        {">", "TIMESTAMP:2024-01-01 00:00:01 | ?:2024-01-01", "BOOLEAN:true"},
        {"=", "INTERVAL:1 day | INTERVAL:24 hours", "BOOLEAN:true"},
        {"=", "ARRAY<INT>:1;2 | ARRAY<INT>:1;2", "BOOLEAN:true"},
        {"<", "ARRAY<INT>:1;2 | ARRAY<INT>:1;3", "BOOLEAN:true"},
        {"=", "INT:1 | VARCHAR:1", "!42883 operator does not exist: INT = VARCHAR"},
        {"=", "?:a | ?:a", "BOOLEAN:true"},
        {"<", "INT | INT:1", "NULL"},
    };
    CHECK_CASES(cases);
}

Test(compare, distinct_and_in)
{
    static const EvalCase cases[] = {
        {"is_distinct_from", "INT:1 | INT:1", "BOOLEAN:false"},
        {"is_distinct_from", "INT:1 | INT", "BOOLEAN:true"},
        {"is_distinct_from", "INT | INT", "BOOLEAN:false"},
        {"is_distinct_from", "VARCHAR:a | VARCHAR:b", "BOOLEAN:true"},
        {"is_not_distinct_from", "INT:1 | INT:1", "BOOLEAN:true"},
        {"is_not_distinct_from", "INT | INT", "BOOLEAN:true"},
        {"is_not_distinct_from", "INT | INT:1", "BOOLEAN:false"},
        {"in_list", "INT:1 | INT:2 | INT:1", "BOOLEAN:true"},
        {"in_list", "INT:3 | INT:2 | INT:1", "BOOLEAN:false"},
        {"in_list", "INT:3 | INT:2 | INT", "NULL"},
        {"in_list", "INT:2 | INT:2 | INT", "BOOLEAN:true"},
        {"in_list", "INT | INT:2 | INT:3", "NULL"},
        {"in_list", "INT:1 | ?:1 | ?:2", "BOOLEAN:true"},
        {"in_list",
         "BIGINT:9 | INT:1 | INT:2 | INT:3 | INT:4 | INT:5 | INT:6 | INT:7 | INT:8 | INT:9",
         "BOOLEAN:true"},
        {"in_list", "INT:3 | DECIMAL(2,1):3.0 | DECIMAL(2,1):3.5", "BOOLEAN:true"},
        {"in_list", "VARCHAR:x | ?:a | ?:x", "BOOLEAN:true"},
        {"in_list", "VARCHAR:a long text here | ?:a long text there | ?:a long text here",
         "BOOLEAN:true"},
        {"in_list", "DOUBLE:NaN | DOUBLE:1 | DOUBLE:NaN", "BOOLEAN:true"},
    };
    CHECK_CASES(cases);
}

Test(compare, logic)
{
    static const EvalCase cases[] = {
        {"not", "BOOLEAN:true", "BOOLEAN:false"},
        {"not", "BOOLEAN", "NULL"},
        {"is_null", "INT", "BOOLEAN:true"},
        {"is_null", "INT:1", "BOOLEAN:false"},
        {"is_not_null", "VARCHAR:", "BOOLEAN:true"},
        {"is_true", "BOOLEAN", "BOOLEAN:false"},
        {"is_true", "BOOLEAN:true", "BOOLEAN:true"},
        {"is_not_true", "BOOLEAN", "BOOLEAN:true"},
        {"is_not_true", "BOOLEAN:true", "BOOLEAN:false"},
        {"is_false", "BOOLEAN:false", "BOOLEAN:true"},
        {"is_not_false", "BOOLEAN", "BOOLEAN:true"},
        {"is_unknown", "BOOLEAN", "BOOLEAN:true"},
        {"is_not_unknown", "BOOLEAN:false", "BOOLEAN:true"},
    };
    CHECK_CASES(cases);
}

Test(compare, conditional)
{
    static const EvalCase cases[] = {
        {"greatest", "INT:1 | INT:3 | INT:2", "INT:3"},
        {"greatest", "INT:1 | INT", "INT:1"},
        {"greatest", "INT | INT", "NULL"},
        {"least", "INT:1 | INT | INT:-2", "INT:-2"},
        {"least", "BIGINT:1 | INT:2", "BIGINT:1"},
        {"greatest", "INT:1 | DECIMAL(2,1):1.5", "DECIMAL(11, 1):1.5"},
        {"greatest", "VARCHAR:a | ?:b", "VARCHAR:b"},
        {"least", "VARCHAR:a long text here, | ?:a long text here", "VARCHAR:a long text here"},
        {"greatest", "DOUBLE:NaN | DOUBLE:1", "DOUBLE:NaN"},
        {"nullif", "INT:1 | INT:1", "NULL"},
        {"nullif", "INT:1 | INT:2", "INT:1"},
        {"nullif", "INT:1 | ?:1", "NULL"},
        {"nullif", "VARCHAR: | ?:", "NULL"},
        {"nullif", "INT | INT:1", "NULL"},
        {"nullif", "INT:1 | INT", "INT:1"},
    };
    CHECK_CASES(cases);
}
