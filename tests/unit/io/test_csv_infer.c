#include <criterion/criterion.h>
#include "io/csv_infer.h"
#include "io/csv_options.h"

/* "name TYPE, …; delimiter; header" */
static void expect(const char *text, bool whole, const char *const *options, const char *expected)
{
    Arena arena;
    arena_init(&arena);
    OptionList given = {.at = ARENA_ARRAY(&arena, Option, 8)};
    for (; options && *options; options += 2)
        given.at[given.count++] = (Option){options[0], options[1], 0, 0};
    CsvInferred inferred;
    Err err = ERR_NONE;
    Buf out;
    buf_init(&out);
    if (csv_infer(&given, "f.csv", str_from(text), whole, &arena, &inferred, &err) == OK) {
        for (int i = 0; i < inferred.column_count; i++)
            buf_printf(&out, "%s%s %s", i ? ", " : "", inferred.columns[i].name,
                       type_name(inferred.columns[i].type, &arena));
        buf_printf(&out, "; %s; %s", option_get(&inferred.options, csv_options, "csv.delimiter"),
                   inferred.has_header ? "header" : "no header");
        cr_assert_eq(option_get_bool(&inferred.options, csv_options, "csv.header"),
                     inferred.has_header);
    } else {
        buf_printf(&out, "%s %s", err.sqlstate, err.message);
    }
    cr_assert_str_eq(buf_text(&out), expected, "got      %s\nexpected %s", buf_text(&out),
                     expected);
    buf_deinit(&out);
    arena_deinit(&arena);
}

#define OPTIONS(...) ((const char *const[]){__VA_ARGS__, NULL})

Test(csv_infer, finds_names_and_types)
{
    expect("timestamp,symbol,open,volume\n2024-01-02T09:00:00.001,005930,71200.00,123\n"
           "2024-01-02T09:00:00.002,000660,7.5,7\n",
           true, NULL,
           "timestamp TIMESTAMP, symbol VARCHAR, open DOUBLE, volume BIGINT; ,; header");
    expect("id;day;ok;at\n1;2024-01-02;true;2024-01-02 10:00:00+02\n;2024-01-03;FALSE;\n", true,
           NULL, "id BIGINT, day DATE, ok BOOLEAN, at TIMESTAMPTZ; ;; header");
    expect("1\t2.5\tx\n2\t3\ty\n", true, NULL,
           "column0 BIGINT, column1 DOUBLE, column2 VARCHAR; \\t; "
           "no header");
    expect("a|b\n2024-01-02|1\n2024-01-02 10:00:00|nan\n", true, NULL,
           "a TIMESTAMP, b DOUBLE; |; header");
    expect("\xEF\xBB\xBFn\r\n9223372036854775807\r\n9223372036854775808\r\n", true, NULL,
           "n DOUBLE; ,; header");
}

Test(csv_infer, detects_headers)
{
    expect("name,city\nbob,paris\n", true, NULL, "name VARCHAR, city VARCHAR; ,; header");
    expect("bob,paris\n", true, NULL, "column0 VARCHAR, column1 VARCHAR; ,; no header");
    expect("bob,1\nann,2\n", true, NULL, "column0 VARCHAR, column1 BIGINT; ,; no header");
    expect("a,b\n1,2\n", true, OPTIONS("csv.header", "false"),
           "column0 VARCHAR, column1 VARCHAR; ,; no header");
    expect("1,2\n3,4\n", true, OPTIONS("csv.header", "true"), "1 BIGINT, 2 BIGINT; ,; header");
    expect("a,,b\n1,2,3\n", true, NULL, "a BIGINT, column1 BIGINT, b BIGINT; ,; header");
    expect(",a,b\n0,x,y\n", true, NULL, "column0 BIGINT, a VARCHAR, b VARCHAR; ,; header");
    expect(",x\n,y\n", true, NULL, "column0 VARCHAR, column1 VARCHAR; ,; no header");
    expect("k,\nv,2\n", true, NULL, "column0 VARCHAR, column1 BIGINT; ,; no header");
    expect("a,A, b \n1,2,\n", true, NULL, "a BIGINT, A_1 BIGINT, b VARCHAR; ,; header");
    expect("a,,a\n1,2,3\n", true, OPTIONS("csv.header", "true"),
           "a BIGINT, column1 BIGINT, a_1 BIGINT; ,; header");
}

Test(csv_infer, follows_the_options)
{
    expect("# c\nx:y\n1:NA\n2:3\n", true,
           OPTIONS("csv.delimiter", ":", "csv.comment", "#", "csv.null-value", "NA"),
           "x BIGINT, y BIGINT; :; header");
    expect("junk\nx,y\n01.02.2024,1\n", true,
           OPTIONS("csv.skip", "1", "csv.date-format", "dd.MM.yyyy"),
           "x DATE, y BIGINT; ,; header");
}

Test(csv_infer, reads_quotes_and_leaves_out_odd_rows)
{
    expect("\"the a\",\"b,c\"\n\"1\",\"x;y\"\n2,\"3\"\"\"\nonly one\n3,\"two\nlines\"\n", true,
           NULL, "the a BIGINT, b,c VARCHAR; ,; header");
    expect("a,b\n1,2\n3,x", false, NULL, "a BIGINT, b BIGINT; ,; header");
    expect("a,b\n1,2\n3,x", true, NULL, "a BIGINT, b VARCHAR; ,; header");
    expect("one line of words", true, NULL, "column0 VARCHAR; ,; no header");
    expect("", true, NULL, "22000 file \"f.csv\" has no rows");
    expect("\n\n", true, NULL, "22000 file \"f.csv\" has no rows");
}
