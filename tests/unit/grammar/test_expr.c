#include <stdio.h>
#include "parse_help.h"

Test(expr, literals)
{
    Expr *expr = parsed_expr("42");
    cr_assert_eq(expr->kind, EXPR_LITERAL);
    cr_assert_eq(expr->literal.kind, LITERAL_INTEGER);
    cr_assert(expr->literal.fits);
    cr_assert_eq(expr->literal.integer, 42);

    expr = parsed_expr("-9223372036854775808");
    cr_assert_eq(expr->literal.kind, LITERAL_INTEGER);
    cr_assert(expr->literal.fits);
    cr_assert_eq(expr->literal.integer, INT64_MIN);
    expr = parsed_expr("9223372036854775808");
    cr_assert(!expr->literal.fits);
    cr_assert_str_eq(expr->literal.text.data, "9223372036854775808");

    cr_assert_eq(parsed_expr("1.50")->literal.kind, LITERAL_DECIMAL);
    cr_assert_eq(parsed_expr(".5")->literal.kind, LITERAL_DECIMAL);
    cr_assert_eq(parsed_expr("5.")->literal.kind, LITERAL_DECIMAL);
    cr_assert_eq(parsed_expr("1e5")->literal.kind, LITERAL_FLOAT);
    cr_assert_eq(parsed_expr("1.E-5")->literal.kind, LITERAL_FLOAT);
    cr_assert_eq(parsed_expr("0x1F")->literal.integer, 31);
    cr_assert_eq(parsed_expr("007")->literal.integer, 7);
    cr_assert_eq(parsed_expr("NULL")->literal.kind, LITERAL_NULL);
    cr_assert_eq(parsed_expr("true")->literal.kind, LITERAL_BOOL);
    cr_assert_eq(parsed_expr("true")->literal.integer, 1);
    cr_assert_eq(parsed_expr("$12")->param, 12);
}

Test(expr, strings)
{
    static const struct {
        const char *sql, *content;
        size_t length;
    } cases[] = {
        {"'abc'", "abc", 3},
        {"''", "", 0},
        {"'it''s'", "it's", 4},
        {"'a\\n'", "a\\n", 3},
        {"E'a\\n\\t\\\\\\''''", "a\n\t\\''", 6},
        {"e'\\x41\\101\\u00e9\\U0001F600\\q'", "AA\xc3\xa9\xf0\x9f\x98\x80q", 9},
        {"E'\\ud83d\\ude00'", "\xf0\x9f\x98\x80", 4},
        {"$$it's$$", "it's", 4},
        {"$a$ $$ $b$ $a$", " $$ $b$ ", 8},
        {"'-- no /* comment */'", "-- no /* comment */", 19},
        {"'\xc3\xa9'", "\xc3\xa9", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Expr *expr = parsed_expr(cases[i].sql);
        cr_assert_eq(expr->literal.kind, LITERAL_STRING, "%s", cases[i].sql);
        cr_assert_str_eq(expr->literal.text.data, cases[i].content);
        cr_assert_eq(expr->literal.text.length, cases[i].length, "%s", cases[i].sql);
    }
    Expr *bytes = parsed_expr("x'00fF41'");
    cr_assert_eq(bytes->literal.kind, LITERAL_BYTES);
    cr_assert_eq(bytes->literal.text.length, 3);
    cr_assert_arr_eq(bytes->literal.text.data, "\x00\xff\x41", 3);
}

Test(expr, names)
{
    Expr *expr = parsed_expr("Cat.`a b`.\"C\"\"d\".Open");
    cr_assert_eq(expr->kind, EXPR_COLUMN);
    cr_assert_eq(expr->column.count, 4);
    cr_assert_str_eq(expr->column.at[0].text, "Cat");
    cr_assert(!expr->column.at[0].quoted);
    cr_assert_str_eq(expr->column.at[1].text, "a b");
    cr_assert(expr->column.at[1].quoted);
    cr_assert_str_eq(expr->column.at[2].text, "C\"d");
    cr_assert_str_eq(expr->column.at[3].text, "Open");
    cr_assert_eq(expr->position, 17);
    cr_assert_eq(expr->start, 0);
    cr_assert_eq(expr->end, 21);
    cr_assert_eq(expr->column.at[2].width, 6);
}

/* The words that users call their columns. */
Test(expr, words_that_are_names)
{
    static const char *const words[] = {
        "date",   "time",      "timestamp", "open",   "high",   "low",      "close",    "volume",
        "value",  "key",       "window",    "day",    "minute", "second",   "bytes",    "user",
        "start",  "end",       "row",       "rows",   "range",  "count",    "position", "interval",
        "offset", "filter",    "first",     "last",   "desc",   "asc",      "year",     "type",
        "name",   "source",    "sink",      "job",    "model",  "format",   "comment",  "partition",
        "view",   "function",  "language",  "map",    "struct", "any",      "replace",  "left",
        "right",  "full",      "semi",      "asof",   "emit",   "if",       "exists",   "cast",
        "over",   "values",    "current",   "at",     "nulls",  "ignore",   "grouping", "rollup",
        "cube",   "set",       "show",      "begin",  "commit", "copy",     "schema",   "database",
        "array",  "watermark", "primary",   "within", "fetch",  "operator", "similar",  "unbounded",
    };
    char sql[256];
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        Expr *expr = parsed_expr(words[i]);
        cr_assert_eq(expr->kind, EXPR_COLUMN, "%s", words[i]);
        cr_assert_str_eq(expr->column.at[0].text, words[i]);
        snprintf(sql, sizeof sql, "SELECT %s, t.%s, %s + 1 AS %s FROM t WHERE %s > %s ORDER BY %s",
                 words[i], words[i], words[i], words[i], words[i], words[i], words[i]);
        Select *select = parsed_select(sql);
        cr_assert_eq(select->items.count, 3, "%s", sql);
        cr_assert_str_eq(select->items.at[2].alias.text, words[i]);
    }
    for (size_t i = 0; parse_keyword(i); i++) { /* reserved ones too, behind AS and a dot */
        snprintf(sql, sizeof sql, "SELECT t.%s AS %s FROM t", parse_keyword(i), parse_keyword(i));
        Select *select = parsed_select(sql);
        cr_assert_str_eq(select->items.at[0].alias.text, parse_keyword(i));
        cr_assert_str_eq(select->items.at[0].expr->column.at[1].text, parse_keyword(i));
    }
}

Test(expr, precedence)
{
    static const char *const cases[][2] = {
        {"a + b * c", "a + b * c"},
        {"(a + b) * c", "(a + b) * c"},
        {"a - (b - c)", "a - (b - c)"},
        {"(a - b) - c", "a - b - c"},
        {"a ^ b ^ c", "a ^ b ^ c"},
        {"-a ^ 2", "-a ^ 2"},
        {"-(a ^ 2)", "-(a ^ 2)"},
        {"- 5", "-5"},
        {"-(-5)", "-(-5)"},
        {"a - -5", "a - -5"},
        {"-5::int", "-CAST(5 AS int)"},
        {"(-5)::int", "CAST(-5 AS int)"},
        {"NOT a = b AND c", "NOT a = b AND c"},
        {"NOT (a = b AND c)", "NOT (a = b AND c)"},
        {"(NOT a) = b", "(NOT a) = b"},
        {"a OR b AND c", "a OR b AND c"},
        {"(a OR b) AND c", "(a OR b) AND c"},
        {"a = b IS NULL", "a = b IS NULL"},
        {"a = (b IS NULL)", "a = (b IS NULL)"},
        {"a || b + c", "a || b + c"},
        {"a < b || c", "a < b || c"},
        {"a BETWEEN b + 1 AND c AND d", "a BETWEEN b + 1 AND c AND d"},
        {"a BETWEEN (b OR c) AND d", "a BETWEEN (b OR c) AND d"},
        {"a LIKE b || c ESCAPE d", "a LIKE b || c ESCAPE d"},
        {"(a LIKE b) IN (c)", "(a LIKE b) IN (c)"},
        {"a AT TIME ZONE 'UTC' + b", "a AT TIME ZONE 'UTC' + b"},
        {"-a COLLATE \"C\"", "-a COLLATE \"C\""},
        {"(a).b", "(a).b"},
        {"(a + b)[1]", "(a + b)[1]"},
        {"(f(x)).y", "f(x).y"},
        {"(sum(a) OVER w).b", "(sum(a) OVER w).b"},
        {"~ a & b", "~ a & b"},
        {"~ (a & b)", "~ (a & b)"},
        {"a = b = c", "(a = b) = c"},
        {"a IS DISTINCT FROM b OR c", "a IS DISTINCT FROM b OR c"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_assert_str_eq(printed_expr(cases[i][0]), cases[i][1]);
}

Test(expr, conjunctions_are_flat)
{
    Expr *expr = parsed_expr("a AND (b AND c) AND (d OR e OR (f OR g)) AND h");
    cr_assert_eq(expr->kind, EXPR_AND);
    cr_assert_eq(expr->list.count, 5);
    cr_assert_eq(expr->list.at[3]->kind, EXPR_OR);
    cr_assert_eq(expr->list.at[3]->list.count, 4);
    cr_assert_eq(expr->depth, 3);
}

Test(expr, positions)
{
    Expr *expr = parsed_expr("  a.b  +  f( c )");
    cr_assert_eq(expr->position, 7);
    cr_assert_eq(expr->start, 2);
    cr_assert_eq(expr->end, 16);
    cr_assert_eq(expr->binary.left->position, 4);
    cr_assert_eq(expr->binary.left->start, 2);
    cr_assert_eq(expr->binary.right->position, 10);
    expr = parsed_expr("(a) NOT IN (1, 2)");
    cr_assert(expr->negated);
    cr_assert_eq(expr->start, 0);
    cr_assert_eq(expr->end, 17);
    expr = parsed_expr("CAST(a AS INT)");
    cr_assert_eq(expr->position, 0);
    cr_assert_eq(expr->end, 14);
    expr = parsed_expr("a :: INT");
    cr_assert_eq(expr->position, 2);
    cr_assert_eq(expr->start, 0);
    cr_assert_eq(expr->end, 8);
    expr = parsed_expr("CASE WHEN a THEN b END");
    cr_assert_eq(expr->end, 22);
}

Test(expr, special_calls)
{
    static const char *const cases[][2] = {
        {"EXTRACT(YEAR FROM ts)", "EXTRACT('year', ts)"},
        {"extract('Epoch' FROM a - b)", "extract('Epoch', a - b)"},
        {"SUBSTRING(x FROM 2)", "SUBSTRING(x, 2)"},
        {"SUBSTRING(x FROM 2 FOR 3)", "SUBSTRING(x, 2, 3)"},
        {"substring(x FOR 3)", "substring(x, 1, 3)"},
        {"POSITION('a' IN b || c)", "\"POSITION\"('a', b || c)"},
        {"position('a' IN ('abc'))", "\"position\"('a', 'abc')"},
        {"TRIM(x)", "TRIM(x)"},
        {"trim(BOTH 'x' FROM y)", "trim(y, 'x')"},
        {"trim(BOTH FROM y)", "trim(y)"},
        {"trim(LEADING 'x' FROM y)", "ltrim(y, 'x')"},
        {"trim(TRAILING FROM y)", "rtrim(y)"},
        {"trim('x' FROM y)", "trim(y, 'x')"},
        {"overlay(a PLACING b FROM 2 FOR 3)", "overlay(a, b, 2, 3)"},
        {"FLOOR(ts TO HOUR)", "floor_to(ts, 'hour')"},
        {"CEIL(ts TO day)", "ceil_to(ts, 'day')"},
        {"CEILING(ts TO day)", "ceil_to(ts, 'day')"},
        {"TIMESTAMPDIFF(SECOND, a, b)", "TIMESTAMPDIFF('second', a, b)"},
        {"timestampadd(day, 1, ts)", "timestampadd('day', 1, ts)"},
        {"datediff(a, b)", "datediff(a, b)"},
        {"CURRENT_DATE", "CURRENT_DATE()"},
        {"current_timestamp(3)", "current_timestamp(3)"},
        {"\"current_date\"", "\"current_date\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cr_assert_str_eq(printed_expr(cases[i][0]), cases[i][1]);
        bool call = parsed_expr(cases[i][0])->kind == EXPR_CALL;
        cr_assert(call || cases[i][0][0] == '"');
    }
}

Test(expr, intervals)
{
    Expr *expr = parsed_expr("INTERVAL '1 02:03:04' DAY TO SECOND(3)");
    cr_assert_eq(expr->kind, EXPR_INTERVAL);
    cr_assert_eq(expr->interval.from, UNIT_DAY);
    cr_assert_eq(expr->interval.to, UNIT_SECOND);
    cr_assert_str_eq(expr->interval.text.data, "1 02:03:04");
    expr = parsed_expr("interval 5 minutes");
    cr_assert_eq(expr->interval.from, UNIT_MINUTE);
    cr_assert_str_eq(expr->interval.text.data, "5");
    expr = parsed_expr("INTERVAL -5 DAY");
    cr_assert_str_eq(expr->interval.text.data, "-5");
    expr = parsed_expr("INTERVAL '5 minutes'");
    cr_assert_eq(expr->interval.from, UNIT_NONE);
    cr_assert_eq(parsed_expr("interval + 5")->kind, EXPR_BINARY);
    cr_assert_eq(parsed_expr("interval - 5")->kind, EXPR_BINARY);
    Select *select = parsed_select("SELECT interval day, a minute FROM t");
    cr_assert_str_eq(select->items.at[0].alias.text, "day");
}

Test(expr, types)
{
    static const char *const cases[][2] = {
        {"CAST(a AS DECIMAL(10,2))", "CAST(a AS DECIMAL(10, 2))"},
        {"a::double precision", "CAST(a AS DOUBLE PRECISION)"},
        {"a::character varying(5)", "CAST(a AS CHARACTER VARYING(5))"},
        {"a::timestamp(3) with local time zone", "CAST(a AS timestamp(3) WITH LOCAL TIME ZONE)"},
        {"a::int[][3]", "CAST(a AS ARRAY<ARRAY<int>>)"},
        {"CAST(a AS INT ARRAY)", "CAST(a AS ARRAY<INT>)"},
        {"CAST(a AS MAP<STRING,ARRAY<ROW<x INT NOT NULL,y ARRAY<INT>>>>)",
         "CAST(a AS MAP<STRING, ARRAY<ROW<x INT NOT NULL, y ARRAY<INT>>>>)"},
        {"CAST(a AS STRUCT<x: INT, y: STRING COMMENT 'c'>)",
         "CAST(a AS ROW<x INT, y STRING COMMENT 'c'>)"},
        {"CAST(a AS ROW(x INT, y STRING))", "CAST(a AS ROW<x INT, y STRING>)"},
        {"TRY_CAST(a AS INTERVAL DAY TO SECOND)", "TRY_CAST(a AS INTERVAL DAY TO SECOND)"},
        {"'t'::pg_catalog.regclass", "CAST('t' AS pg_catalog.regclass)"},
        {"a >> 2 > b", "a >> 2 > b"},
        {"map < 5 AND struct > 3", "\"map\" < 5 AND \"struct\" > 3"},
        {"DATE '2024-01-02'", "DATE '2024-01-02'"},
        {"TIMESTAMP WITH TIME ZONE 'x'", "TIMESTAMP WITH TIME ZONE 'x'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_assert_str_eq(printed_expr(cases[i][0]), cases[i][1]);
    TypeName *type = parsed_expr("a::numeric(10, 2)")->cast.type;
    cr_assert_eq(type->arg_count, 2);
    cr_assert_eq(type->args[1], 2);
}

Test(expr, calls)
{
    FunctionCall *call = parsed_expr("f(1, b => 2)")->call;
    cr_assert_eq(call->args.count, 2);
    cr_assert_null(call->arg_names[0].text);
    cr_assert_str_eq(call->arg_names[1].text, "b");
    call = parsed_expr("count(*) FILTER (WHERE a)")->call;
    cr_assert(call->star);
    cr_assert_not_null(call->filter);
    call = parsed_expr("percentile_cont(0.5) WITHIN GROUP (ORDER BY x DESC)")->call;
    cr_assert(call->within_group);
    cr_assert(call->order_by.at[0].descending);
    call = parsed_expr("lag(a, 1) IGNORE NULLS OVER (PARTITION BY k ORDER BY t "
                       "ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)")
               ->call;
    cr_assert_eq(call->null_treatment, NULLS_IGNORE);
    cr_assert_eq(call->over->frame, FRAME_ROWS);
    cr_assert_eq(call->over->from.kind, BOUND_PRECEDING);
    cr_assert_eq(call->over->to.kind, BOUND_CURRENT_ROW);
    cr_assert_eq(call->over->partition_by.count, 1);
    call = parsed_expr("sum(DISTINCT x) OVER w")->call;
    cr_assert(call->distinct);
    cr_assert(call->over->is_reference);
    cr_assert_str_eq(call->over->name.text, "w");
}

Test(expr, quantified)
{
    Expr *expr = parsed_expr("a <> ALL (SELECT 1)");
    cr_assert_eq(expr->kind, EXPR_QUANTIFIED);
    cr_assert_eq(expr->quantified.op, OP_NE);
    cr_assert(expr->quantified.all);
    cr_assert_not_null(expr->quantified.query);
    expr = parsed_expr("a NOT LIKE ANY (b)");
    cr_assert_eq(expr->quantified.op, OP_NOT_LIKE);
    cr_assert(!expr->quantified.all);
    cr_assert_not_null(expr->quantified.array);
    cr_assert_eq(parsed_expr("a OPERATOR(pg_catalog.~) b")->binary.op, OP_MATCH);
    cr_assert_eq(parsed_expr("a <=> b")->binary.op, OP_NOT_DISTINCT);
}
