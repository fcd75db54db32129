#include <criterion/criterion.h>
#include "eval_case.h"

Test(pattern, like)
{
    static const EvalCase cases[] = {
        {"like", "VARCHAR:Widget | =VARCHAR:W%", "BOOLEAN:true"},
        {"like", "VARCHAR:Widget | =VARCHAR:%i%", "BOOLEAN:true"},
        {"like", "VARCHAR:Widget | =VARCHAR:_idget", "BOOLEAN:true"},
        {"like", "VARCHAR:widget and more | =VARCHAR:%more", "BOOLEAN:true"},
        {"like", "VARCHAR:100% x | =VARCHAR:%!%% | =VARCHAR:!", "BOOLEAN:true"},
        {"like", "VARCHAR:a_b | =VARCHAR:%!_% | =VARCHAR:!", "BOOLEAN:true"},
        {"like", "VARCHAR:ab | =VARCHAR:%!_% | =VARCHAR:!", "BOOLEAN:false"},
        {"like", "VARCHAR:a% | =VARCHAR:a\\%", "BOOLEAN:true"},
        {"like", "VARCHAR:a\\b | =VARCHAR:a\\b | =VARCHAR:", "BOOLEAN:true"},
        {"like", "VARCHAR:abc | =VARCHAR:abc", "BOOLEAN:true"},
        {"like", "VARCHAR:abc | =VARCHAR:ab", "BOOLEAN:false"},
        {"like", "VARCHAR: | =VARCHAR:%", "BOOLEAN:true"},
        {"like", "VARCHAR: | =VARCHAR:", "BOOLEAN:true"},
        {"like", "VARCHAR:x | =VARCHAR:", "BOOLEAN:false"},
        {"like", "VARCHAR:한국 | =VARCHAR:__", "BOOLEAN:true"},
        {"like", "VARCHAR:한국어 | =VARCHAR:_국%", "BOOLEAN:true"},
        {"like", "VARCHAR:aXbYc | =VARCHAR:a%b%c", "BOOLEAN:true"},
        {"like", "VARCHAR:abcabd | =VARCHAR:%ab_", "BOOLEAN:true"},
        {"like", "VARCHAR:abcabd | =VARCHAR:%ab_d", "BOOLEAN:false"},
        {"like", "VARCHAR:abab | =VARCHAR:ab%ab", "BOOLEAN:true"},
        {"like", "VARCHAR:aba | =VARCHAR:ab%ba", "BOOLEAN:false"},
        {"like", "VARCHAR:xaybz | =VARCHAR:%a_b%", "BOOLEAN:true"},
        {"like", "VARCHAR:mississippi | =VARCHAR:%iss%issi_p%", "BOOLEAN:true"},
        {"like", "VARCHAR:a\nb | =VARCHAR:a%b", "BOOLEAN:true"},
        {"like", "VARCHAR:a | VARCHAR:a\\", "!22025 LIKE pattern must not end with escape"},
        {"like", "VARCHAR:a | VARCHAR:a | VARCHAR:xy", "!22019"},
        {"like", "VARCHAR:abc | VARCHAR:a%", "BOOLEAN:true"},
        {"like", "VARCHAR | =VARCHAR:a%", "NULL"},
        {"not_like", "VARCHAR:abc | =VARCHAR:a%", "BOOLEAN:false"},
        {"ilike", "VARCHAR:WIDGET | =VARCHAR:%dGe%", "BOOLEAN:true"},
        {"ilike", "VARCHAR:ÜNÏ | VARCHAR:ünï", "BOOLEAN:true"},
        {"~~", "VARCHAR:abc | =VARCHAR:a%", "BOOLEAN:true"},
    };
    CHECK_CASES(cases);
}

Test(pattern, similar)
{
    static const EvalCase cases[] = {
        {"similar_to", "VARCHAR:tools | =VARCHAR:(tools|toys)", "BOOLEAN:true"},
        {"similar_to", "VARCHAR:toolsx | =VARCHAR:(tools|toys)", "BOOLEAN:false"},
        {"similar_to", "VARCHAR:Wear | =VARCHAR:[A-Z][a-z]{2,9}", "BOOLEAN:true"},
        {"similar_to", "VARCHAR:abc | =VARCHAR:a.c", "BOOLEAN:false"},
        {"similar_to", "VARCHAR:abc | VARCHAR:a_c", "BOOLEAN:true"},
        {"similar_to", "VARCHAR:abc | =VARCHAR:a%", "BOOLEAN:true"},
        {"similar_to", "VARCHAR:a%c | =VARCHAR:a\\%c", "BOOLEAN:true"},
        {"similar_to", "VARCHAR:a\nc | =VARCHAR:a%c", "BOOLEAN:true"},
        {"similar_to", "VARCHAR:a^$. | =VARCHAR:a^$.", "BOOLEAN:true"},
        {"similar_to", "VARCHAR:a%c | =VARCHAR:a#%c | =VARCHAR:#", "BOOLEAN:true"},
        {"similar_to", "VARCHAR:a | VARCHAR:(a", "!2201B"},
        {"not_similar_to", "VARCHAR:abc | =VARCHAR:a%", "BOOLEAN:false"},
    };
    CHECK_CASES(cases);
}

Test(pattern, regexp)
{
    static const EvalCase cases[] = {
        {"~", "VARCHAR:foobar | =VARCHAR:o{2}b", "BOOLEAN:true"},
        {"!~", "VARCHAR:foobar | VARCHAR:o{2}b", "BOOLEAN:false"},
        {"~*", "VARCHAR:FOObar | =VARCHAR:o{2}b", "BOOLEAN:true"},
        {"!~*", "VARCHAR:FOObar | =VARCHAR:x", "BOOLEAN:true"},
        {"~", "VARCHAR:a\nb | =VARCHAR:a.b", "BOOLEAN:true"},
        {"rlike", "VARCHAR:a\nb | =VARCHAR:a.b", "BOOLEAN:false"},
        {"~", "VARCHAR:a word | =VARCHAR:\\mwo", "BOOLEAN:true"},
        {"~", "VARCHAR:a | VARCHAR:(", "!2201B invalid regular expression:"},
        {"~", "VARCHAR:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! | VARCHAR:^(a+)+$", "!54001"},
        {"regexp_like", "VARCHAR:Hello | VARCHAR:hello | VARCHAR:i", "BOOLEAN:true"},
        {"regexp_like", "VARCHAR:Hello | VARCHAR:hello | VARCHAR:?", "!22023"},
        {"regexp_count", "VARCHAR:banana | VARCHAR:an", "INT:2"},
        {"regexp_count", "VARCHAR:banana | VARCHAR:an | INT:3", "INT:1"},
        {"regexp_count", "VARCHAR:abc | VARCHAR:x*", "INT:4"},
        {"regexp_count", "VARCHAR:abc | VARCHAR:b | INT:0", "!22023"},
        {"regexp_substr", "VARCHAR:number of your street | VARCHAR:[^ ]* | INT:1 | INT:2",
         "VARCHAR:"},
        {"regexp_substr", "VARCHAR:abc123 | VARCHAR:[0-9]+", "VARCHAR:123"},
        {"regexp_substr", "VARCHAR:abc | VARCHAR:[0-9]+", "NULL"},
        {"regexp_substr", "VARCHAR:ABCDEF | VARCHAR:c(.)(..) | INT:1 | INT:1 | VARCHAR:i | INT:2",
         "VARCHAR:EF"},
        {"regexp_instr", "VARCHAR:한국 x1 | VARCHAR:[0-9]", "INT:5"},
        {"regexp_extract", "VARCHAR:/item/42 | =VARCHAR:/item/([0-9]+) | INT:1", "VARCHAR:42"},
        {"regexp_extract", "VARCHAR:/item/42 | =VARCHAR:/item/([0-9]+)", "VARCHAR:/item/42"},
        {"regexp_extract", "VARCHAR:abc | =VARCHAR:x(.) | INT:1", "NULL"},
        {"regexp_extract", "VARCHAR:abc | =VARCHAR:a(x)? | INT:1", "NULL"},
        {"regexp_extract", "VARCHAR:abc | =VARCHAR:a | INT:1", "!22023"},
        {"regexp_extract_all", "VARCHAR:a1b22 | VARCHAR:([a-z])([0-9]+) | INT:2",
         "ARRAY<VARCHAR>:{1,22}"},
        {"regexp_match", "VARCHAR:foobarbequebaz | VARCHAR:(bar)(beque)",
         "ARRAY<VARCHAR>:{bar,beque}"},
        {"regexp_match", "VARCHAR:foobarbequebaz | VARCHAR:bar.*que", "ARRAY<VARCHAR>:{barbeque}"},
        {"regexp_match", "VARCHAR:foo | VARCHAR:bar", "NULL"},
        {"regexp_split_to_array", "VARCHAR:hello  world x | VARCHAR:\\s+",
         "ARRAY<VARCHAR>:{hello,world,x}"},
        {"regexp_split_to_array", "VARCHAR:abc | VARCHAR:", "ARRAY<VARCHAR>:{a,b,c}"},
        {"regexp_replace", "VARCHAR:/item/42 | =VARCHAR:[0-9]+$ | VARCHAR:#", "VARCHAR:/item/#"},
        {"regexp_replace", "VARCHAR:aaa | VARCHAR:a | VARCHAR:b", "VARCHAR:baa"},
        {"regexp_replace", "VARCHAR:aaa | VARCHAR:a | VARCHAR:b | VARCHAR:g", "VARCHAR:bbb"},
        {"regexp_replace", "VARCHAR:abc | VARCHAR:(b) | VARCHAR:<\\1>", "VARCHAR:a<b>c"},
        {"regexp_replace", "VARCHAR:abc | VARCHAR:b | VARCHAR:[\\&\\\\]", "VARCHAR:a[b\\]c"},
        {"regexp_replace", "VARCHAR:abc | VARCHAR:x* | VARCHAR:- | VARCHAR:g", "VARCHAR:-a-b-c-"},
        {"regexp_replace",
         "VARCHAR:A PostgreSQL function | VARCHAR:a|e|i|o|u | VARCHAR:X | INT:1 | "
         "INT:3 | VARCHAR:i",
         "VARCHAR:A PostgrXSQL function"},
        {"regexp_replace", "VARCHAR:ünï | VARCHAR:ï | VARCHAR:i", "VARCHAR:üni"},
    };
    CHECK_CASES(cases);
}
