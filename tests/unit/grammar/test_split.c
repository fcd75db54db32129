#include <stdio.h>
#include "parse_help.h"

/* The statements of a script joined by |. */
static const char *split(const char *script, bool at_end)
{
    static char out[1024];
    size_t offset = 0, length = 0;
    ParsePiece piece;
    out[0] = '\0';
    while (parse_next(str_from(script), &offset, at_end, &piece)) {
        cr_assert_eq(script + piece.offset, piece.text.data);
        length += (size_t)snprintf(out + length, sizeof out - length, "%s%.*s", length ? "|" : "",
                                   (int)piece.text.length, piece.text.data);
    }
    return out;
}

Test(split, scripts)
{
    static const char *const cases[][2] = {
        {"", ""},
        {" \n -- only a comment\n/* and ; another */", ""},
        {";;;", ""},
        {"a; b", "a|b"},
        {"a;b;", "a|b"},
        {" a -- x ; y\n ; /* ; */ b ", "a|b"},
        {"a ';' \"b;\" `c;`; d", "a ';' \"b;\" `c;`|d"},
        {"a E'\\';' ; b", "a E'\\';'|b"},
        {"a $$ ; $$ $x$ ; $$ $x$; b", "a $$ ; $$ $x$ ; $$ $x$|b"},
        {"a /* /* ; */ ; */; b", "a|b"},
        {"a; 'open ; string", "a|'open ; string"},
        {"EXECUTE STATEMENT SET BEGIN INSERT 1; INSERT 2; END;",
         "EXECUTE STATEMENT SET BEGIN|INSERT 1|INSERT 2|END"},
        {"BEGIN STATEMENT SET; INSERT 1; END;", "BEGIN STATEMENT SET|INSERT 1|END"},
        {"a \xff; b", "a \xff|b"},
        {"INSERT INTO t /*+ OPTIONS('a'=';') */; b", "INSERT INTO t /*+ OPTIONS('a'=';') */|b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_assert_str_eq(split(cases[i][0], true), cases[i][1]);
}

Test(split, more_to_come)
{
    size_t offset = 0;
    ParsePiece piece;
    Str text = STR("SELECT 1; SELECT 'a");
    cr_assert(parse_next(text, &offset, false, &piece));
    cr_assert(piece.terminated);
    cr_assert_eq(offset, 9);
    cr_assert(!parse_next(text, &offset, false, &piece));
    cr_assert_eq(offset, 9);
    text = STR("SELECT 1; SELECT 'a;b' ; ");
    cr_assert(parse_next(text, &offset, false, &piece));
    cr_assert(str_equal(piece.text, STR("SELECT 'a;b'")));
    cr_assert(!parse_next(text, &offset, false, &piece));
    cr_assert_eq(offset, text.length);
    offset = 0;
    cr_assert(parse_next(STR("SELECT 1"), &offset, true, &piece));
    cr_assert(!piece.terminated);
    offset = 0;
    cr_assert(!parse_next((Str){NULL, 0}, &offset, true, &piece));
}

Test(split, pending)
{
    static const struct {
        const char *text;
        char pending;
    } cases[] = {
        {"", ' '},           {"SELECT 1;", ' '},     {"SELECT 1; -- x", ' '}, {"SELECT", '-'},
        {"SELECT '", '\''},  {"SELECT E'\\'", '\''}, {"SELECT \"a", '"'},     {"SELECT `", '`'},
        {"SELECT $$ ", '$'}, {"a; /* x", '*'},       {"SELECT (1", '('},      {"SELECT (1)", '-'},
        {"(;", ' '},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_assert_eq(parse_pending(str_from(cases[i].text)), cases[i].pending, "%s", cases[i].text);
}
