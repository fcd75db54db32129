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
           "n DECIMAL(38, 0); ,; header");
    expect("n,m\n12345678901234567890,123456789012345678901234567890123456789\n1.5,1\n", true, NULL,
           "n DOUBLE, m DOUBLE; ,; header");
}

Test(csv_infer, detects_headers)
{
    expect("name,city\nbob,paris\n", true, NULL, "name VARCHAR, city VARCHAR; ,; header");
    expect("id,name\n", true, NULL, "id VARCHAR, name VARCHAR; ,; header");
    expect("id,5\n", true, NULL, "column0 VARCHAR, column1 BIGINT; ,; no header");
    expect("id,\n", true, NULL, "id VARCHAR, column1 VARCHAR; ,; header");
    expect("bob,1\nann,2\n", true, NULL, "column0 VARCHAR, column1 BIGINT; ,; no header");
    expect("a,b\n1,2\n", true, OPTIONS("csv.header", "false"),
           "column0 VARCHAR, column1 VARCHAR; ,; no header");
    expect("1,2\n3,4\n", true, OPTIONS("csv.header", "true"), "1 BIGINT, 2 BIGINT; ,; header");
    expect("a,,b\n1,2,3\n", true, NULL, "a BIGINT, column1 BIGINT, b BIGINT; ,; header");
    expect(",a,b\n0,x,y\n", true, NULL, "column0 BIGINT, a VARCHAR, b VARCHAR; ,; header");
    expect("\"\",\"x\",\"y\"\n\"r1\",\"a\",\"b\"\n", true, NULL,
           "column0 VARCHAR, x VARCHAR, y VARCHAR; ,; header");
    expect("a,b,\nx,y,\n", true, NULL, "a VARCHAR, b VARCHAR, column2 VARCHAR; ,; header");
    expect("a,,c\nx,y,z\n", true, NULL,
           "column0 VARCHAR, column1 VARCHAR, column2 VARCHAR; ,; no header");
    expect(",x\n,y\n", true, NULL, "column0 VARCHAR, column1 VARCHAR; ,; no header");
    expect("k,\nv,2\n", true, NULL, "column0 VARCHAR, column1 BIGINT; ,; no header");
    expect("a,A, b \n1,2,\n", true, NULL, "a BIGINT, A_1 BIGINT, b VARCHAR; ,; header");
    expect("a,,a\n1,2,3\n", true, OPTIONS("csv.header", "true"),
           "a BIGINT, column1 BIGINT, a_1 BIGINT; ,; header");
}

Test(csv_infer, numbers_can_be_names)
{
    expect("\"\",\"2.5\",\"3\"\n\"a\",1,2\n\"b\",3,4\n", true, NULL,
           "column0 VARCHAR, 2.5 BIGINT, 3 BIGINT; ,; header");
    expect("\"a\",\"1\"\n\"b\",\"2\"\n", true, NULL,
           "column0 VARCHAR, column1 BIGINT; ,; no header");
    expect("country,1960,1961,1962\nAruba,4.82,4.7,4.6\n", true, NULL,
           "country VARCHAR, 1960 DOUBLE, 1961 DOUBLE, 1962 DOUBLE; ,; header");
    expect("x,2011,2010\na,1,n/a\n", true, NULL, "x VARCHAR, 2011 BIGINT, 2010 VARCHAR; ,; header");
    expect("a,1960,1961\nb,1962,1975\n", true, NULL,
           "column0 VARCHAR, column1 BIGINT, column2 BIGINT; ,; no header");
    expect("a,1960,1975,1961\nb,1,2,3\n", true, NULL,
           "column0 VARCHAR, column1 BIGINT, column2 BIGINT, column3 BIGINT; ,; no header");
    expect("a,7,2013\nb,8,\nc,9,\nd,10,\n", true, NULL,
           "a VARCHAR, 7 BIGINT, 2013 VARCHAR; ,; header");
    expect("a,7\nb,\n", true, NULL, "column0 VARCHAR, column1 BIGINT; ,; no header");
}

Test(csv_infer, finds_the_dialect_in_which_all_rows_fit)
{
    expect("# made by hand\na,b\n1,2\n# and\n3,4\n", true, NULL, "a BIGINT, b BIGINT; ,; header");
    expect("#a,b\n1,2\n", true, NULL, "#a BIGINT, b BIGINT; ,; header");
    expect("a;b\n\"x\\\"y\";1\n\"\\\\\";2\n", true, NULL, "a VARCHAR, b BIGINT; ;; header");
    expect("a,b\n'x,y',1\n'z',2\n", true, NULL, "a VARCHAR, b BIGINT; ,; header");
    expect("# x\nid;n\n1;2\n", true, NULL, "id BIGINT, n BIGINT; ;; header");
    expect("\"a\"b,c\nx,y\nz,w\n", true, NULL, "column0 VARCHAR, column1 VARCHAR; ,; no header");
    expect("a,b\nit's,1\nits',2\n", true, NULL, "a VARCHAR, b BIGINT; ,; header");
    expect("a,b\n#1\n1,2\n3\n", true, NULL, "a BIGINT, b BIGINT; ,; header");
    expect("# c\na,b\n1,2\n", true, OPTIONS("csv.comment", "!"), "column0 VARCHAR; ,; no header");
}

Test(csv_infer, says_what_is_no_csv)
{
    expect("a,b\r1,2\r3,4\r", true, NULL,
           "22000 file \"f.csv\" has lines that end with a carriage return alone");
    expect("\"a\rb\",c\n1,2\n", true, NULL, "a\rb BIGINT, c BIGINT; ,; header");
    expect("PK\x03\x04\nx", true, NULL, "22021 file \"f.csv\" is not UTF-8 text");
}

Test(csv_infer, names_are_those_that_the_header_is_bound_by)
{
    expect("\"int\", \"number\"\n1,2\n", true, NULL, "int BIGINT, number BIGINT; ,; header");
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
    expect("\"open\nand on", true, NULL, "column0 VARCHAR; ,; no header");
    expect("\"a\"b\n", true, NULL, "22P04 file \"f.csv\" has no rows without a stray quote");
    expect("a,b,c,d,e\n1", true, OPTIONS("max-line-bytes", "8"), "column0 BIGINT; ,; no header");
    expect("a,b,c,d,e", true, OPTIONS("max-line-bytes", "8"),
           "54000 file \"f.csv\": its first row is longer than 8 bytes");
    expect("", true, NULL, "22000 file \"f.csv\" has no rows");
    expect("\n\n", true, NULL, "22000 file \"f.csv\" has no rows");
}
