#include <criterion/criterion.h>
#include "eval_case.h"

Test(array, split)
{
    static const EvalCase cases[] = {
        {"split", "VARCHAR:a b  c | =VARCHAR: ", "ARRAY<VARCHAR>:{a,b,\"\",c}"},
        {"split", "VARCHAR: | =VARCHAR: ", "ARRAY<VARCHAR>:{\"\"}"},
        {"split", "VARCHAR:, | =VARCHAR:,", "ARRAY<VARCHAR>:{\"\",\"\"}"},
        {"split",
         "VARCHAR:one two three four five six seven eight nine ten eleven twelve thirteen "
         "and a-very-long-word-of-many-letters x | =VARCHAR: ",
         "ARRAY<VARCHAR>:{one,two,three,four,five,six,seven,eight,nine,ten,eleven,twelve,thirteen,"
         "and,a-very-long-word-of-many-letters,x}"},
        {"split", "VARCHAR:a.b.c | VARCHAR:.", "ARRAY<VARCHAR>:{a,b,c}"},
        {"split", "VARCHAR:a::b::c | =VARCHAR:::", "ARRAY<VARCHAR>:{a,b,c}"},
        {"split", "VARCHAR:a||b | =VARCHAR:||", "ARRAY<VARCHAR>:{a,b}"},
        {"split", "VARCHAR:a  b c | =VARCHAR:\\s+", "ARRAY<VARCHAR>:{a,b,c}"},
        {"split", "VARCHAR:añb | VARCHAR:", "ARRAY<VARCHAR>:{a,ñ,b}"},
        {"split", "VARCHAR | =VARCHAR: ", "NULL"},
        {"string_to_array", "VARCHAR:xx~~yy~~zz | VARCHAR:~~ | VARCHAR:yy",
         "ARRAY<VARCHAR>:{xx,NULL,zz}"},
        {"string_to_array", "VARCHAR:abc | VARCHAR", "ARRAY<VARCHAR>:{a,b,c}"},
        {"string_to_array", "VARCHAR:abc | VARCHAR:", "ARRAY<VARCHAR>:{abc}"},
        {"string_to_array", "VARCHAR: | VARCHAR:,", "ARRAY<VARCHAR>:{}"},
        {"string_to_array", "VARCHAR | VARCHAR:,", "NULL"},
        {"array_to_string", "ARRAY<INT>:1;2;NULL;3 | VARCHAR:-", "VARCHAR:1-2-3"},
        {"array_to_string", "ARRAY<INT>:1;2;NULL;3 | VARCHAR:- | VARCHAR:*", "VARCHAR:1-2-*-3"},
        {"array_join", "ARRAY<VARCHAR>:a;b | VARCHAR:, ", "VARCHAR:a, b"},
    };
    CHECK_CASES(cases);
}

Test(array, elements)
{
    static const EvalCase cases[] = {
        {"array", "INT:1 | INT:7 | INT", "ARRAY<INT>:{1,7,NULL}"},
        {"array", "INT:1 | DECIMAL(2,1):2.5", "ARRAY<DECIMAL(11, 1)>:{1.0,2.5}"},
        {"array", "?:a | VARCHAR:a long text of letters",
         "ARRAY<VARCHAR>:{a,\"a long text of letters\"}"},
        {"array", "", "ARRAY<VARCHAR>:{}"},
        {"array_get", "ARRAY<INT>:1;7;9 | INT:2", "INT:7"},
        {"array_get", "ARRAY<INT>:1;2 | INT:0", "NULL"},
        {"array_get", "ARRAY<INT>:1;2 | INT:3", "NULL"},
        {"array_get", "ARRAY<INT>:1;2 | INT:-1", "NULL"},
        {"array_get", "ARRAY<VARCHAR>:a;NULL | BIGINT:2", "NULL"},
        {"element_at", "ARRAY<INT>:1;2 | INT:-1", "INT:2"},
        {"cardinality", "ARRAY<INT>:1;2;3", "INT:3"},
        {"array_length", "ARRAY<INT>:1;2;3 | INT:1", "INT:3"},
        {"array_length", "ARRAY<INT>: | INT:1", "NULL"},
        {"array_contains", "ARRAY<INT>:1;2;3 | INT:2", "BOOLEAN:true"},
        {"array_contains", "ARRAY<INT>:1;2;3 | DECIMAL(2,1):2.5", "BOOLEAN:false"},
        {"array_contains", "ARRAY<VARCHAR>:a;b | ?:b", "BOOLEAN:true"},
        {"array_contains", "ARRAY<VARCHAR>:a;b | INT:1", "!42804"},
        {"array_position", "ARRAY<VARCHAR>:a;b;a | VARCHAR:a", "INT:1"},
        {"array_position", "ARRAY<VARCHAR>:a;b | VARCHAR:x", "NULL"},
        {"equals_any", "INT:2 | ARRAY<INT>:1;2", "BOOLEAN:true"},
        {"equals_any", "INT:3 | ARRAY<INT>:1;NULL", "NULL"},
        {"equals_any", "INT:3 | ARRAY<INT>:1;2", "BOOLEAN:false"},
    };
    CHECK_CASES(cases);
}

Test(array, whole)
{
    static const EvalCase cases[] = {
        {"||", "ARRAY<INT>:1;2 | ARRAY<INT>:3", "ARRAY<INT>:{1,2,3}"},
        {"||", "ARRAY<INT>:1;2 | INT:3", "ARRAY<INT>:{1,2,3}"},
        {"||", "INT:0 | ARRAY<BIGINT>:1;2", "ARRAY<BIGINT>:{0,1,2}"},
        {"array_append", "ARRAY<INT>:1;2 | INT", "ARRAY<INT>:{1,2,NULL}"},
        {"array_prepend", "VARCHAR:a | ARRAY<VARCHAR>:b", "ARRAY<VARCHAR>:{a,b}"},
        {"array_cat", "ARRAY<INT>:1;2 | ARRAY<INT>", "ARRAY<INT>:{1,2}"},
        {"array_reverse", "ARRAY<INT>:1;NULL;3", "ARRAY<INT>:{3,NULL,1}"},
        {"array_slice", "ARRAY<INT>:1;2;3;4 | INT:2 | INT:3", "ARRAY<INT>:{2,3}"},
        {"array_slice", "ARRAY<INT>:1;2;3;4 | INT:-2 | INT:-1", "ARRAY<INT>:{3,4}"},
        {"array_slice", "ARRAY<INT>:1;2;3;4 | INT:3 | INT:2", "ARRAY<INT>:{}"},
        {"array_sort", "ARRAY<INT>:3;NULL;1;2", "ARRAY<INT>:{1,2,3,NULL}"},
        {"array_distinct", "ARRAY<VARCHAR>:b;a;b;NULL;NULL", "ARRAY<VARCHAR>:{b,a,NULL}"},
    };
    CHECK_CASES(cases);
}

Test(bytes, encodings)
{
    static const EvalCase cases[] = {
        {"encode", "BYTES:\\x00ff41 | VARCHAR:hex", "VARCHAR:00ff41"},
        {"encode", "BYTES:\\x00ff41 | VARCHAR:base64", "VARCHAR:AP9B"},
        {"encode", "BYTES:\\x00ff415c | VARCHAR:escape", "VARCHAR:\\000\\377A\\\\"},
        {"encode", "BYTES:\\x00 | VARCHAR:rot13", "!22023 unrecognized encoding: \"rot13\""},
        {"decode", "VARCHAR:00FF | VARCHAR:hex", "BYTES:\\x00ff"},
        {"decode", "VARCHAR:0 | VARCHAR:hex", "!22023"},
        {"decode", "VARCHAR:AP9B | VARCHAR:base64", "BYTES:\\x00ff41"},
        {"decode", "VARCHAR:AP8= | VARCHAR:base64", "BYTES:\\x00ff"},
        {"decode", "VARCHAR:A*8= | VARCHAR:base64", "!22023"},
        {"decode", "VARCHAR:a\\\\\\101 | VARCHAR:escape", "BYTES:\\x615c41"},
        {"hex", "INT:255", "VARCHAR:FF"},
        {"hex", "VARCHAR:Az", "VARCHAR:417A"},
        {"unhex", "VARCHAR:417A", "BYTES:\\x417a"},
        {"to_hex", "INT:-1", "VARCHAR:ffffffff"},
        {"to_hex", "BIGINT:0", "VARCHAR:0"},
        {"bin", "INT:5", "VARCHAR:101"},
        {"to_base64", "VARCHAR:hello", "VARCHAR:aGVsbG8="},
        {"from_base64", "VARCHAR:aGVsbG8=", "VARCHAR:hello"},
        {"from_base64", "VARCHAR:/w==", "!22021"},
        {"convert_from", "BYTES:\\xc3a9 | VARCHAR:UTF8", "VARCHAR:é"},
        {"convert_from", "BYTES:\\xc3 | VARCHAR:UTF8", "!22021"},
        {"convert_to", "VARCHAR:é | VARCHAR:UTF8", "BYTES:\\xc3a9"},
        {"md5", "VARCHAR:", "VARCHAR:d41d8cd98f00b204e9800998ecf8427e"},
        {"md5",
         "VARCHAR:12345678901234567890123456789012345678901234567890123456789012345678901234567890",
         "VARCHAR:57edf4a22be3c955ac49da2e2107b67a"},
    };
    CHECK_CASES(cases);
}

Test(misc, session)
{
    static const EvalCase cases[] = {
        {"pg_typeof", "DECIMAL(5,2):1.00", "VARCHAR:DECIMAL(5, 2)"},
        {"typeof", "INT", "VARCHAR:INT"},
        {"current_user", "", "VARCHAR:tester"},
        {"current_schema", "", "VARCHAR:public"},
        {"nvl", "INT | INT:3", "INT:3"},
        {"ifnull", "INT:1 | BIGINT:3", "BIGINT:1"},
    };
    CHECK_CASES(cases);
}
