#include <criterion/criterion.h>
#include "eval_case.h"

Test(string, length_and_case)
{
    static const EvalCase cases[] = {
        {"length", "VARCHAR:한국 😀", "INT:4"},
        {"char_length", "VARCHAR:", "INT:0"},
        {"octet_length", "VARCHAR:ñ", "INT:2"},
        {"octet_length", "BYTES:\\x414243", "INT:3"},
        {"length", "BYTES:\\x414243", "INT:3"},
        {"bit_length", "VARCHAR:abc", "INT:24"},
        {"upper", "VARCHAR:straße", "VARCHAR:STRAßE"},
        {"upper", "VARCHAR:Widget and a longer one", "VARCHAR:WIDGET AND A LONGER ONE"},
        {"lower", "VARCHAR:ÜNÏCÖDÉ @[`{", "VARCHAR:ünïcödé @[`{"},
        {"lower", "?:ABC", "VARCHAR:abc"},
        {"upper", "INT:1", "!42883 function upper(INT) does not exist"},
        {"uper", "VARCHAR:a", "!42883 function uper(VARCHAR) does not exist"},
        {"initcap", "VARCHAR:hi THOMAS-o'neil éa 1st", "VARCHAR:Hi Thomas-O'Neil Éa 1st"},
        {"reverse", "VARCHAR:añ한b", "VARCHAR:b한ña"},
    };
    CHECK_CASES(cases);
}

Test(string, trim_and_pad)
{
    static const EvalCase cases[] = {
        {"trim", "VARCHAR:  a b  ", "VARCHAR:a b"},
        {"ltrim", "VARCHAR:  a ", "VARCHAR:a "},
        {"rtrim", "VARCHAR: a  ", "VARCHAR: a"},
        {"btrim", "VARCHAR:xyxtrimyyx | VARCHAR:xyz", "VARCHAR:trim"},
        {"btrim", "VARCHAR:éaé | VARCHAR:é", "VARCHAR:a"},
        {"trim", "VARCHAR:    ", "VARCHAR:"},
        {"lpad", "VARCHAR:hi | INT:5 | VARCHAR:xy", "VARCHAR:xyxhi"},
        {"lpad", "VARCHAR:hi | INT:5", "VARCHAR:   hi"},
        {"lpad", "VARCHAR:hello | INT:2", "VARCHAR:he"},
        {"lpad", "VARCHAR:abc | INT:5 | VARCHAR:", "VARCHAR:abc"},
        {"lpad", "VARCHAR:abc | INT:-1 | VARCHAR:x", "VARCHAR:"},
        {"rpad", "VARCHAR:hi | INT:6 | VARCHAR:한é", "VARCHAR:hi한é한é"},
        {"rpad", "VARCHAR:hi | INT:2147483647 | VARCHAR:한é", "!54000"},
        {"repeat", "VARCHAR:ab | INT:3", "VARCHAR:ababab"},
        {"repeat", "VARCHAR:ab | INT:-3", "VARCHAR:"},
        {"repeat", "VARCHAR:ab | INT:2147483647", "!54000"},
        {"repeat", "VARCHAR: | INT:2147483647", "VARCHAR:"},
        {"space", "INT:2", "VARCHAR:  "},
    };
    CHECK_CASES(cases);
}

Test(string, parts)
{
    static const EvalCase cases[] = {
        {"substring", "VARCHAR:hello | INT:2 | INT:3", "VARCHAR:ell"},
        {"substring", "VARCHAR:hello | INT:4", "VARCHAR:lo"},
        {"substring", "VARCHAR:hello | INT:0 | INT:2", "VARCHAR:h"},
        {"substring", "VARCHAR:hello | INT:-3 | INT:2", "VARCHAR:"},
        {"substring", "VARCHAR:hello | INT:-2147483648 | INT:2147483647", "VARCHAR:"},
        {"substring", "VARCHAR:hello | INT:2 | INT:2147483647", "VARCHAR:ello"},
        {"substring", "VARCHAR:hello | INT:2 | INT:-1", "!22011 negative substring length"},
        {"substr", "VARCHAR:Ünïcödé 한국 😀 | INT:4", "VARCHAR:cödé 한국 😀"},
        {"substring", "VARCHAR:Ünïcödé 한국 😀 | INT:9 | INT:2", "VARCHAR:한국"},
        {"substring", "BYTES:\\x41424344 | INT:2 | INT:2", "BYTES:\\x4243"},
        {"left", "VARCHAR:abc | INT:2", "VARCHAR:ab"},
        {"left", "VARCHAR:abc | INT:-1", "VARCHAR:ab"},
        {"left", "VARCHAR:abc | INT:-5", "VARCHAR:"},
        {"right", "VARCHAR:abc | INT:2", "VARCHAR:bc"},
        {"right", "VARCHAR:abc | INT:-1", "VARCHAR:bc"},
        {"right", "VARCHAR:국 😀x | INT:2", "VARCHAR:😀x"},
        {"right", "VARCHAR:abc | INT:-2147483648", "VARCHAR:"},
        {"split_part", "VARCHAR:a,b,c | VARCHAR:, | INT:2", "VARCHAR:b"},
        {"split_part", "VARCHAR:a,b,c | VARCHAR:, | INT:-1", "VARCHAR:c"},
        {"split_part", "VARCHAR:a,b,c | VARCHAR:, | INT:4", "VARCHAR:"},
        {"split_part", "VARCHAR:a,b,c | VARCHAR:, | INT:0",
         "!22023 field position must not be zero"},
        {"split_part", "VARCHAR:abc | VARCHAR: | INT:1", "VARCHAR:abc"},
        {"split_index", "VARCHAR:a/b | VARCHAR:/ | INT:1", "VARCHAR:b"},
        {"split_index", "VARCHAR:a/b | VARCHAR:/ | INT:5", "NULL"},
        {"split_index", "VARCHAR:a/b | VARCHAR:/ | INT:-1", "NULL"},
    };
    CHECK_CASES(cases);
}

Test(string, search)
{
    static const EvalCase cases[] = {
        {"position", "VARCHAR:i | VARCHAR:Widget", "INT:2"},
        {"position", "VARCHAR: | VARCHAR:abc", "INT:1"},
        {"position", "VARCHAR:x | VARCHAR:abc", "INT:0"},
        {"strpos", "VARCHAR:한국 x | VARCHAR:x", "INT:4"},
        {"locate", "VARCHAR:a | VARCHAR:banana | INT:3", "INT:4"},
        {"locate", "VARCHAR:a | VARCHAR:banana | INT:0", "INT:0"},
        {"instr", "VARCHAR:banana | VARCHAR:nan", "INT:3"},
        {"starts_with", "VARCHAR:banana | VARCHAR:ban", "BOOLEAN:true"},
        {"ends_with", "VARCHAR:banana | VARCHAR:ana", "BOOLEAN:true"},
        {"contains", "VARCHAR:banana | VARCHAR:nab", "BOOLEAN:false"},
        {"replace", "VARCHAR:Widget inside | VARCHAR:i | VARCHAR:II", "VARCHAR:WIIdget IInsIIde"},
        {"replace", "VARCHAR:abc | VARCHAR: | VARCHAR:x", "VARCHAR:abc"},
        {"replace", "VARCHAR:aaa | VARCHAR:a | VARCHAR:", "VARCHAR:"},
        {"replace", "VARCHAR:aaa | VARCHAR:aa | VARCHAR:b", "VARCHAR:ba"},
        {"translate", "VARCHAR:12345 | VARCHAR:143 | VARCHAR:ax", "VARCHAR:a2x5"},
        {"translate", "VARCHAR:déjà | VARCHAR:éà | VARCHAR:ea", "VARCHAR:deja"},
        {"overlay", "VARCHAR:Txxxxas | VARCHAR:hom | INT:2 | INT:4", "VARCHAR:Thomas"},
        {"overlay", "VARCHAR:abcdef | VARCHAR:XY | INT:3", "VARCHAR:abXYef"},
        {"overlay", "VARCHAR:abcdef | VARCHAR:XY | INT:0", "!22011"},
        {"overlay", "VARCHAR:abc | VARCHAR:XY | INT:9", "VARCHAR:abcXY"},
    };
    CHECK_CASES(cases);
}

Test(string, build)
{
    static const EvalCase cases[] = {
        {"||", "VARCHAR:a | VARCHAR:b", "VARCHAR:ab"},
        {"||", "VARCHAR:a long text | VARCHAR: and more", "VARCHAR:a long text and more"},
        {"||", "?:a | INT:1", "VARCHAR:a1"},
        {"||", "DOUBLE:1.5 | VARCHAR:!", "VARCHAR:1.5!"},
        {"||", "VARCHAR:a | VARCHAR", "NULL"},
        {"||", "BYTES:\\x41 | BYTES:\\x42", "BYTES:\\x4142"},
        {"||", "INT:1 | INT:2", "!42883"},
        {"concat", "VARCHAR:a | VARCHAR | VARCHAR:b", "VARCHAR:ab"},
        {"concat", "VARCHAR:a | INT:1 | BOOLEAN:true", "VARCHAR:a1true"},
        {"concat_ws", "VARCHAR:/ | VARCHAR:tools | VARCHAR:x", "VARCHAR:tools/x"},
        {"concat_ws", "VARCHAR:/ | VARCHAR | VARCHAR:x", "VARCHAR:x"},
        {"concat_ws", "VARCHAR | VARCHAR:a | VARCHAR:x", "NULL"},
        {"ascii", "VARCHAR:é", "INT:233"},
        {"ascii", "VARCHAR:", "INT:0"},
        {"chr", "INT:233", "VARCHAR:é"},
        {"chr", "INT:0", "!54000 null character not permitted"},
        {"chr", "INT:55296", "!54000"},
        {"quote_literal", "VARCHAR:it's", "VARCHAR:'it''s'"},
        {"quote_literal", "VARCHAR:a\\b", "VARCHAR:E'a\\\\b'"},
        {"quote_nullable", "VARCHAR", "VARCHAR:NULL"},
        {"quote_ident", "VARCHAR:Foo bar", "VARCHAR:\"Foo bar\""},
        {"quote_ident", "VARCHAR:foo", "VARCHAR:foo"},
        {"format", "VARCHAR:Hello %s, %1$s | VARCHAR:World", "VARCHAR:Hello World, World"},
        {"format", "VARCHAR:%I = %L%% | VARCHAR:a b | INT:1", "VARCHAR:\"a b\" = '1'%"},
        {"format", "VARCHAR:[%5s][%-5s] | VARCHAR:ab | VARCHAR:cd", "VARCHAR:[   ab][cd   ]"},
        {"format", "VARCHAR:%s", "!22023 too few arguments for format()"},
        {"format", "VARCHAR:%x | INT:1", "!22023"},
    };
    CHECK_CASES(cases);
}
