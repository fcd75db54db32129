#include "types_help.h"

static void check(const char *type, const char *text, const char *shown, const char *sql)
{
    Arena arena;
    Buf out;
    arena_init(&arena);
    buf_init(&out);
    Value value = help_value(&arena, type, text);
    value_format(&value, NULL, &out);
    cr_assert_str_eq(buf_text(&out), shown);
    buf_clear(&out);
    value_print_sql(&value, NULL, &out);
    cr_assert_str_eq(buf_text(&out), sql);
    if (text) {
        Value again = help_value(&arena, type, shown), copy = value_copy(&value, &arena);
        cr_assert(value_equal(&value, &again), "%s", shown);
        cr_assert(value_equal(&value, &copy), "%s", shown);
        cr_assert_eq(value_hash(&value), value_hash(&again));
    }
    buf_deinit(&out);
    arena_deinit(&arena);
}

Test(value, text_and_sql)
{
    check("INT", NULL, "NULL", "NULL");
    check("INT", "-5", "-5", "-5");
    check("BOOLEAN", "t", "true", "true");
    check("DOUBLE", "1.5", "1.5", "1.5");
    check("DOUBLE", "nan", "NaN", "CAST('NaN' AS DOUBLE)");
    check("FLOAT", "0.1", "0.1", "CAST(0.1 AS FLOAT)");
    check("FLOAT", "-inf", "-Infinity", "CAST('-Infinity' AS FLOAT)");
    check("DECIMAL(5, 2)", "1.5", "1.50", "1.50");
    check("VARCHAR", "it's a text longer than twelve", "it's a text longer than twelve",
          "'it''s a text longer than twelve'");
    check("BYTES", "\\x00ff", "\\x00ff", "CAST('\\x00ff' AS BYTES)");
    check("DATE", "2024-01-02", "2024-01-02", "DATE '2024-01-02'");
    check("TIMESTAMP", "2024-01-02", "2024-01-02 00:00:00", "TIMESTAMP '2024-01-02 00:00:00'");
    check("INTERVAL", "1 day", "1 day", "INTERVAL '1 day'");
    check("JSON", "[1]", "[1]", "CAST('[1]' AS JSON)");
}

Test(value, arrays)
{
    check("ARRAY<INT>", "{1,2,NULL}", "{1,2,NULL}", "ARRAY[1, 2, NULL]");
    check("ARRAY<INT>", " { 1 , 2 , null } ", "{1,2,NULL}", "ARRAY[1, 2, NULL]");
    check("ARRAY<INT>", "{}", "{}", "ARRAY[]");
    check("ARRAY<VARCHAR>", "{a,\"b c\",\"say \\\"x\\\"\",\"\",\"NULL\", d e ,x\\,y}",
          "{a,\"b c\",\"say \\\"x\\\"\",\"\",\"NULL\",\"d e\",\"x,y\"}",
          "ARRAY['a', 'b c', 'say \"x\"', '', 'NULL', 'd e', 'x,y']");
    check("ARRAY<VARCHAR>", "{\"a\\\\b\",\"{}\"}", "{\"a\\\\b\",\"{}\"}", "ARRAY['a\\b', '{}']");
    check("ARRAY<ARRAY<INT>>", "{{1,2},{3},NULL,{}}", "{{1,2},{3},NULL,{}}",
          "ARRAY[ARRAY[1, 2], ARRAY[3], NULL, ARRAY[]]");
    check("ARRAY<TIMESTAMP>", "{2024-01-02,\"2024-01-02 09:00:00\"}",
          "{\"2024-01-02 00:00:00\",\"2024-01-02 09:00:00\"}",
          "ARRAY[TIMESTAMP '2024-01-02 00:00:00', TIMESTAMP '2024-01-02 09:00:00']");
}

Test(value, rows)
{
    check("ROW<a INT, b VARCHAR>", "(1,abc)", "(1,abc)", "ROW(1, 'abc')");
    check("ROW<a INT, b VARCHAR>", "(,\"\")", "(,\"\")", "ROW(NULL, '')");
    check("ROW<a INT, b VARCHAR>", "(1,\"x \"\"y\"\" \\\\\")", "(1,\"x \"\"y\"\" \\\\\")",
          "ROW(1, 'x \"y\" \\')");
    check("ROW<a ARRAY<INT>, b ROW<c VARCHAR, d INT>>", "(\"{1,2}\",\"(x,3)\")",
          "(\"{1,2}\",\"(x,3)\")", "ROW(ARRAY[1, 2], ROW('x', 3))");
    check("ARRAY<ROW<a INT, b VARCHAR>>", "{\"(1,a)\",NULL,\"(2,\\\"b c\\\")\"}",
          "{\"(1,a)\",NULL,\"(2,\\\"b c\\\")\"}", "ARRAY[ROW(1, 'a'), NULL, ROW(2, 'b c')]");
}

Test(value, bad_nested_text)
{
    static const struct {
        const char *type, *text;
    } bad[] = {
        {"ARRAY<INT>", ""},           {"ARRAY<INT>", "1"},
        {"ARRAY<INT>", "{"},          {"ARRAY<INT>", "{1"},
        {"ARRAY<INT>", "{1,}"},       {"ARRAY<INT>", "{1,,2}"},
        {"ARRAY<INT>", "{1}x"},       {"ARRAY<INT>", "{x}"},
        {"ARRAY<INT>", "{{1}}"},      {"ARRAY<VARCHAR>", "{\"a}"},
        {"ARRAY<VARCHAR>", "{a\\"},   {"ARRAY<ARRAY<INT>>", "{{1}"},
        {"ROW<a INT, b INT>", "(1)"}, {"ROW<a INT, b INT>", "(1,2,3)"},
        {"ROW<a INT, b INT>", "1,2"}, {"ROW<a INT, b INT>", "(1,2"},
        {"ROW<a INT, b INT>", ""},    {"ROW<a INT, b VARCHAR>", "(1,\"x)"},
    };
    Arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Err err = ERR_NONE;
        Type type;
        Value value = value_bigint(99);
        cr_assert_eq((int)type_from_text(str_from(bad[i].type), &arena, &type, &err), OK);
        char *text = help_exact(bad[i].text, strlen(bad[i].text));
        Status status =
            value_parse(type, (Str){text, strlen(bad[i].text)}, NULL, &arena, &value, &err);
        free(text);
        cr_assert_eq((int)status, FAIL, "%s", bad[i].text);
        cr_assert_str_eq(err.sqlstate, SQLSTATE_INVALID_TEXT);
    }
    arena_deinit(&arena);
}

Test(value, order)
{
    Arena arena;
    arena_init(&arena);
    static const char *const ordered[] = {"{}", "{1}", "{1,2}", "{1,3}", "{1,NULL}", "{2}", NULL};
    for (int i = 0; i < 7; i++)
        for (int j = 0; j < 7; j++) {
            Value a = help_value(&arena, "ARRAY<INT>", ordered[i]),
                  b = help_value(&arena, "ARRAY<INT>", ordered[j]);
            int order = value_compare(&a, &b);
            cr_assert_eq((order > 0) - (order < 0), (i > j) - (i < j));
            cr_assert_eq(value_equal(&a, &b), i == j);
        }
    Value one = value_int(1), big_one = value_bigint(1);
    cr_assert_not(value_equal(&one, &big_one));
    arena_deinit(&arena);
}

Test(value, load_and_store)
{
    Arena arena;
    arena_init(&arena);
    static const char *const all[][2] = {
        {"BOOLEAN", "true"},
        {"TINYINT", "-128"},
        {"SMALLINT", "-32768"},
        {"INT", "-2147483648"},
        {"BIGINT", "-9223372036854775808"},
        {"FLOAT", "0.1"},
        {"DOUBLE", "0.1"},
        {"DECIMAL(38, 0)", "-99999999999999999999999999999999999999"},
        {"VARCHAR", "short"},
        {"VARCHAR", "longer than twelve bytes"},
        {"BYTES", "\\x00"},
        {"DATE", "0001-01-01"},
        {"TIME", "23:59:59"},
        {"TIMESTAMPTZ", "2024-01-02 03:04:05+00"},
        {"INTERVAL", "1 mon 2 days 00:00:03"},
        {"JSON", "{}"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        Value value = help_value(&arena, all[i][0], all[i][1]);
        char *physical = malloc(type_size(value.type));
        value_store(&value, physical);
        Value back = value_load(value.type, physical);
        cr_assert(value_equal(&value, &back));
        free(physical);
    }
    arena_deinit(&arena);
}
