#include "parse_help.h"

typedef struct Case {
    const char *sql, *sqlstate;
    int32_t position;
    const char *message;
    const char *hint; /* NULL: none */
} Case;

static void check(const Case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Err err = refused(cases[i].sql);
        cr_assert_str_eq(err.sqlstate, cases[i].sqlstate);
        cr_assert_str_eq(err.message, cases[i].message);
        cr_assert_eq(err.position, cases[i].position, "%s: at %d", cases[i].sql, err.position);
        cr_assert_str_eq(err.hint, cases[i].hint ? cases[i].hint : "");
    }
}

#define CHECK(cases) check(cases, sizeof(cases) / sizeof(cases)[0])

Test(error, syntax)
{
    static const Case cases[] = {
        {"SELECT FROM t", "42601", 7, "syntax error at or near \"FROM\"", NULL},
        {"SELECT a, FROM t", "42601", 10, "syntax error at or near \"FROM\"", NULL},
        {"SELECT * FROM t WHERE", "42601", 21, "syntax error at end of input", NULL},
        {"SELECT (a FROM t", "42601", 10, "syntax error at or near \"FROM\"", NULL},
        {"SELECT a) FROM t", "42601", 8, "syntax error at or near \")\"", NULL},
        {"DROP TABLE", "42601", 10, "syntax error at end of input", NULL},
        {"SELECT 1; SELECT 2", "42601", 10, "syntax error at or near \"SELECT\"", NULL},
        {"SELECT * FROM a JOIN b", "42601", 22, "syntax error at end of input", NULL},
        {"SELECT a FROM t EMIT FOO", "42601", 21, "syntax error at or near \"FOO\"", NULL},
        {"SELECT a NOT b", "42601", 9, "syntax error at or near \"NOT\"", NULL},
        {"SELECT \xc3\xbc FROM t WHERE \xc3\xbc \xc3\xbc", "42601", 26,
         "syntax error at or near \"\xc3\xbc\"", NULL},
        {"EXPLAIN FOO SELECT 1", "42601", 8, "syntax error at or near \"FOO\"", NULL},
        {"EXPLAIN ANALYZE", "42601", 15, "syntax error at end of input", NULL},
        {"EXPLAIN (FOO) SELECT 1", "42601", 9, "unrecognized EXPLAIN option \"FOO\"", NULL},
        {"SHOW FOO BAR", "42601", 9, "syntax error at or near \"BAR\"", NULL},
        {"SHOW COLUMNS", "42601", 12, "syntax error at end of input", NULL},
        {"BEGIN FOO", "42601", 6, "syntax error at or near \"FOO\"", NULL},
        {"COPY t FROM STDOUT", "42601", 12, "syntax error at or near \"STDOUT\"", NULL},
        {"LISTEN x", "42601", 0, "syntax error at or near \"LISTEN\"", NULL},
        {"SELECT INTERVAL '1' SECOND TO DAY", "42601", 30, "syntax error at or near \"DAY\"", NULL},
    };
    CHECK(cases);
}

Test(error, misspelt)
{
    static const Case cases[] = {
        {"SELEC 1", "42601", 0, "syntax error at or near \"SELEC\"", "Did you mean \"SELECT\"?"},
        {"INSRT INTO t VALUES (1)", "42601", 0, "syntax error at or near \"INSRT\"",
         "Did you mean \"INSERT\"?"},
        {"SELECT * FORM t", "42601", 9, "syntax error at or near \"FORM\"",
         "Did you mean \"FROM\"?"},
        {"SELECT a FORM t", "42601", 14, "syntax error at or near \"t\"", "Did you mean \"FROM\"?"},
        {"SELECT * FROM t WERE a = 1", "42601", 21, "syntax error at or near \"a\"",
         "Did you mean \"WHERE\"?"},
        {"CREATE TABEL t (a INT)", "42601", 7, "syntax error at or near \"TABEL\"",
         "Did you mean \"TABLE\"?"},
    };
    CHECK(cases);
}

Test(error, lexemes)
{
    static const Case cases[] = {
        {"SELECT 'abc", "42601", 7, "unterminated quoted string", NULL},
        {"SELECT E'abc\\'", "42601", 7, "unterminated quoted string", NULL},
        {"SELECT X'ab", "42601", 7, "unterminated hexadecimal string", NULL},
        {"SELECT \"abc", "42601", 7, "unterminated quoted identifier", NULL},
        {"SELECT `abc", "42601", 7, "unterminated quoted identifier", NULL},
        {"SELECT $x$abc$x", "42601", 7, "unterminated dollar-quoted string", NULL},
        {"SELECT 1 /* /* */", "42601", 9, "unterminated comment", NULL},
        {"SELECT \"\"", "42601", 7, "zero-length delimited identifier", NULL},
        {"SELECT 1a", "42601", 7, "trailing junk after numeric literal at or near \"1a\"", NULL},
        {"SELECT 1.5e", "42601", 7, "trailing junk after numeric literal at or near \"1.5e\"",
         NULL},
        {"SELECT 0x", "42601", 7, "invalid hexadecimal number", NULL},
        {"SELECT 0xfffffffffffffffff", "22003", 7, "hexadecimal number out of range", NULL},
        {"SELECT X'0'", "22P02", 7, "an odd number of hexadecimal digits in X'…'", NULL},
        {"SELECT X'0g'", "22P02", 9, "invalid hexadecimal digit in X'…'", NULL},
        {"SELECT E'\\u12'", "22025", 9, "invalid escape in a string", NULL},
        {"SELECT E'\\000'", "22025", 9, "invalid escape in a string", NULL},
        {"SELECT E'\\xff'", "22021", 7, "the escapes of a string do not make valid UTF-8", NULL},
        {"SELECT '\xff'", "22021", 8, "invalid UTF-8 in a statement", NULL},
        {"SELECT \\a", "42601", 7, "syntax error at or near \"\\\"", NULL},
        {"SELECT $0", "42P02", 7, "there is no parameter $0", NULL},
        {"SELECT $1a", "42601", 7, "syntax error at or near \"$1a\"", NULL},
    };
    CHECK(cases);
    Arena arena;
    Err err = ERR_NONE;
    Statement *statement = NULL;
    arena_init(&arena);
    cr_assert_eq(parse_statement(STR("SELECT \0"), &arena, &statement, &err), FAIL);
    cr_assert_str_eq(err.sqlstate, "22021");
    cr_assert_eq(err.position, 7);
    arena_deinit(&arena);
}

Test(error, meaning)
{
    static const Case cases[] = {
        {"SELECT f(a => 1, 2)", "42601", 17, "positional argument cannot follow named argument",
         NULL},
        {"SELECT foo(a FROM b)", "42601", 7, "function \"foo\" has no such form of arguments",
         NULL},
        {"SELECT a.b.c.d.e", "42601", 7, "improper qualified name (too many dotted names)", NULL},
        {"SELECT CAST(a AS DECIMAL(99999999999))", "22023", 25,
         "type modifier \"99999999999\" is out of range", NULL},
        {"SELECT 1 FROM t GROUP BY ROLLUP (CUBE (a))", "42601", 33,
         "only expressions may stand inside ROLLUP and CUBE", NULL},
        {"CREATE OR REPLACE TABLE IF NOT EXISTS t (a INT)", "42601", 0,
         "OR REPLACE and IF NOT EXISTS exclude each other", NULL},
        {"WITH a AS (SELECT 1) INSERT INTO t DEFAULT VALUES", "42601", 21,
         "WITH needs a query, not DEFAULT VALUES, behind INSERT", NULL},
    };
    CHECK(cases);
}
