#include "decode_support.h"

#define CASE(cols, ...) (&(DecodeCase){.columns = (cols), __VA_ARGS__})
#define OPTIONS(...)                                                                               \
    .options = (const char *const[])                                                               \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

Test(csv_read, reads_plain_rows)
{
    expect_decoded(CASE("a INT, b VARCHAR, c DOUBLE"), "1,x,1.5\n2,yy,-2.25\n3,,\n",
                   "1|x|1.5\n2|yy|-2.25\n3|~|~\n");
    expect_decoded(CASE("a INT, b VARCHAR"), "1,no end of line", "1|no end of line\n");
    expect_decoded(CASE("a INT, b VARCHAR"), "", "");
    expect_decoded(CASE("a INT"), "1\n\n2\n\n", "1\n2\n");
    expect_decoded(CASE("a VARCHAR"), "x\n\ny", "x\ny\n");
    expect_decoded(CASE("a VARCHAR, b VARCHAR"), ",\n", "~|~\n");
}

Test(csv_read, reads_carriage_returns)
{
    expect_decoded(CASE("a INT, b VARCHAR"), "1,x\r\n2,\r\n\r\n3,z\r", "1|x\n2|~\n3|z\n");
    expect_decoded(CASE("a VARCHAR, b INT"), "x,1\r\ny,2\n\"z\",\"3\"\r\n", "x|1\ny|2\nz|3\n");
    expect_decoded(CASE("a VARCHAR, b VARCHAR"), "a\rb,\"c\"\r\n", "a\rb|c\n");
    expect_decoded(CASE("a VARCHAR"), "x\r\n\r\ny\r\n", "x\ny\n");
}

Test(csv_read, reads_quotes)
{
    expect_decoded(CASE("a INT, b VARCHAR"),
                   "1,\"a,b\"\n2,\"\"\n3,\"say \"\"hi\"\"\"\n4,\"\"\"\"\n",
                   "1|a,b\n2|\n3|say \"hi\"\n4|\"\n");
    expect_decoded(CASE("a INT, b VARCHAR, c INT"), "1,\"two\nlines\",3\n2,x,4\n",
                   "1|two\nlines|3\n2|x|4\n");
    expect_decoded(CASE("a INT, b VARCHAR"), "\"1\",\"a long text, longer than twelve\"\n",
                   "1|a long text, longer than twelve\n");
    expect_decoded(CASE("a INT, b VARCHAR"), "1,5\" disk\n2,a\"b\"c\n3,\"q\"\n",
                   "1|5\" disk\n2|a\"b\"c\n3|q\n");
    expect_decoded(CASE("a INT, b VARCHAR, c VARCHAR", OPTIONS("csv.escape", "\\")),
                   "1,\"a\\\"b\",\\x\n2,\"c\\\\\",\"d\"\"e\"\n", "1|a\"b|\\x\n2|c\\|d\"e\n");
    expect_decoded(CASE("a INT, b VARCHAR", OPTIONS("csv.quote", "'", "csv.delimiter", ";")),
                   "1;'a;''b'\n2;\"c\"\n", "1|a;'b\n2|\"c\"\n");
    expect_decoded(CASE("a INT, b VARCHAR", OPTIONS("csv.quote", "")), "1,\"a\"\n2,\"b\n",
                   "1|\"a\"\n2|\"b\n");
    expect_decoded(CASE("a INT, b VARCHAR", OPTIONS("csv.disable-quote-character", "true")),
                   "1,\"a\"\n2,\"b\n", "1|\"a\"\n2|\"b\n");
}

Test(csv_read, rejects_bad_values)
{
    expect_decoded(CASE("k VARCHAR, v INT"), "a,1\nb,oops\nc,3\n",
                   "a|1\nc|3\n! line 2 @4 22P02 column v: invalid input syntax for type INT: "
                   "\"oops\" [b,oops]\n");
    expect_decoded(CASE("v TINYINT, w INT"),
                   "127,2147483647\n128,1\n-128,-2147483648\n1,2147483648\n",
                   "127|2147483647\n-128|-2147483648\n"
                   "! line 2 @15 22003 column v: value \"128\" is out of range for type TINYINT "
                   "[128,1]\n"
                   "! line 4 @38 22003 column w: value \"2147483648\" is out of range for type INT "
                   "[1,2147483648]\n");
    expect_decoded(
        CASE("d DATE"), "2024-02-29\n2023-02-29\nx\n",
        "2024-02-29\n! line 2 @11 22008 column d: value \"2023-02-29\" is out of "
        "range for type DATE [2023-02-29]\n! line 3 @22 22007 column d: invalid input syntax "
        "for type DATE: \"x\" [x]\n");
    /* the first bad field is named, whatever is read */
    expect_decoded(
        CASE("a INT, b INT", .wanted = 2), "x,y\n1,2\n",
        "2\n! line 1 @0 22P02 column a: invalid input syntax for type INT: \"x\" [x,y]\n");
    expect_decoded(
        CASE("a INT, b VARCHAR"), "\"\",x\n",
        "! line 1 @0 22P02 column a: invalid input syntax for type INT: \"\" [\"\",x]\n");
    expect_decoded(CASE("a INT NOT NULL, b VARCHAR NOT NULL"), "1,x\n,y\n2,\n3,\"\"\n",
                   "1|x\n3|\n! line 2 @4 23502 column a: must not be NULL [,y]\n"
                   "! line 3 @7 23502 column b: must not be NULL [2,]\n");
    expect_decoded(CASE("a VARCHAR(3), b INT"), "abc,1\nabcd,2\n\xC3\xA9\xC3\xA9\xC3\xA9,3\n",
                   "abc|1\n\xC3\xA9\xC3\xA9\xC3\xA9|3\n! line 2 @6 22001 column a: value of 4 "
                   "characters is too long for type VARCHAR(3) [abcd,2]\n");
}

Test(csv_read, rejects_bad_rows)
{
    expect_decoded(CASE("a INT, b INT, c INT"), "1,2,3\n4,5\n6,7,8,9\n\n10,11,12\n",
                   "1|2|3\n10|11|12\n! line 2 @6 22P04 expected 3 fields, found 2 [4,5]\n"
                   "! line 3 @10 22P04 expected 3 fields, found 4 [6,7,8,9]\n");
    expect_decoded(CASE("a INT, b VARCHAR"), "1,\"a\"b\n2,\"x\" \n3,c\n",
                   "3|c\n! line 1 @0 22P04 text after a closing quote [1,\"a\"b]\n"
                   "! line 2 @7 22P04 text after a closing quote [2,\"x\" ]\n");
    expect_decoded(CASE("a INT, b VARCHAR"), "1,a\n2,\"open\n3,c\n4,d\n",
                   "1|a\n3|c\n4|d\n! line 2 @4 22P04 unterminated quote [2,\"open]\n");
    expect_decoded(CASE("a INT, b VARCHAR"), "1,a\xFF\n2,\xC3\xA9\n3,\xE2\x82\n\xC3\xA9,d\n",
                   "2|\xC3\xA9\n! line 1 @0 22021 column b: invalid UTF-8 [1,a\xFF]\n"
                   "! line 3 @10 22021 column b: invalid UTF-8 [3,\xE2\x82]\n"
                   "! line 4 @15 22P02 column a: invalid input syntax for type INT: \"\xC3\xA9\" "
                   "[\xC3\xA9,d]\n");
    expect_decoded(CASE("a INT, b VARCHAR", .max_row_bytes = 10), "1,short\n2,far too long\n3,ok\n",
                   "1|short\n3|ok\n! line 2 @8 54000 row is longer than 10 bytes [2,far too ]\n");
    /* quotes that do not close in time: the first line is bad, the next is a row */
    expect_decoded(CASE("a INT, b VARCHAR", .max_row_bytes = 12),
                   "1,\"abc\n2,def\n3,ghi\n4,\"x\"\n5,y\n",
                   "2|def\n3|ghi\n4|x\n5|y\n! line 1 @0 22P04 unterminated quote [1,\"abc]\n");
}

Test(csv_read, can_put_nulls_for_what_is_bad)
{
    expect_decoded(CASE("a INT, b VARCHAR, c DATE", OPTIONS("on-bad-row", "null")),
                   "1,x,2024-01-01\noops,y,2024-13-01\n2\n3,z,2024-01-02,extra\n",
                   "1|x|2024-01-01\n~|y|~\n2|~|~\n3|z|2024-01-02\n");
    expect_decoded(CASE("a INT, b VARCHAR", OPTIONS("csv.ignore-parse-errors", "true")),
                   "x,y\r\n1\r\n", "~|y\n1|~\n");
    expect_decoded(CASE("a INT NOT NULL, b VARCHAR", OPTIONS("on-bad-row", "null")), "x,y\n1,z\n",
                   "1|z\n! line 1 @0 23502 column a: must not be NULL [x,y]\n");
    expect_decoded(CASE("a VARCHAR, b VARCHAR", OPTIONS("on-bad-row", "null")),
                   "a\xFF,y\n\xC3\xA9,z\n", "~|y\n\xC3\xA9|z\n");
}

Test(csv_read, knows_null_values)
{
    expect_decoded(CASE("a INT, b VARCHAR", OPTIONS("csv.null-value", "NA")),
                   "NA,NA\n1,\"NA\"\n2,\n,x\n3,NAN\n", "~|~\n1|NA\n2|\n~|x\n3|NAN\n");
    expect_decoded(CASE("a INT, b DOUBLE, c VARCHAR", OPTIONS("csv.null-value", "-999")),
                   "-999,-999,-999\n1,-999.0,x\n", "~|~|~\n1|-999.0|x\n");
    expect_decoded(CASE("a INT, b VARCHAR", OPTIONS("csv.null-value", "\\N")), "\\N,\\N\n4,\\M\n",
                   "~|~\n4|\\M\n");
}

Test(csv_read, leaves_out_comments)
{
    expect_decoded(CASE("a INT, b VARCHAR", OPTIONS("csv.comment", "#")),
                   "# a \"comment\n1,x\n#2,y\n3,#z\n#", "1|x\n3|#z\n");
    expect_decoded(CASE("a INT, b VARCHAR", OPTIONS("csv.allow-comments", "true")),
                   "#\n1,\"#\n#\"\n", "1|#\n#\n");
}

Test(csv_read, reads_only_what_is_wanted)
{
    const char *text = "1,x,2.5,2024-01-01\n2,y,3.5,2024-01-02\n3,z,4.5,2024-01-03\n";
    expect_decoded(CASE("a INT, b VARCHAR, c DOUBLE, d DATE", .wanted = 10), text,
                   "x|2024-01-01\ny|2024-01-02\nz|2024-01-03\n");
    expect_decoded(CASE("a INT, b VARCHAR, c DOUBLE, d DATE", .late = 14, .late_odd = true), text,
                   "1|x|2.5|2024-01-01\n3|z|4.5|2024-01-03\n");
    expect_decoded(CASE("a INT, b VARCHAR, c DOUBLE, d DATE", .batch_rows = 1), text,
                   "1|x|2.5|2024-01-01\n2|y|3.5|2024-01-02\n3|z|4.5|2024-01-03\n");
}

Test(csv_read, fills_what_is_not_in_the_file)
{
    expect_decoded(CASE("a INT, region VARCHAR PARTITION, file_path VARCHAR METADATA, "
                        "file_offset BIGINT METADATA, file_mtime TIMESTAMP METADATA, b INT"),
                   "1,2\n\n33,44\n5,6\n",
                   "1|north|dir/f.csv|0|2024-01-02 09:00:00|2\n"
                   "33|north|dir/f.csv|5|2024-01-02 09:00:00|44\n"
                   "5|north|dir/f.csv|11|2024-01-02 09:00:00|6\n");
}

#define HEADED(cols, ...) CASE(cols, .with_binding = true, __VA_ARGS__)

Test(csv_read, binds_a_header_by_name)
{
    const char *text = "B, a ,\"c\"\nx,1,2.5\ny,2,3.5\n";
    expect_decoded(HEADED("a INT, b VARCHAR, c DOUBLE", OPTIONS("csv.header", "true")), text,
                   "1|x|2.5\n2|y|3.5\n");
    expect_decoded(
        HEADED("a INT, b VARCHAR, c DOUBLE", OPTIONS("csv.header", "true"), .wanted = 5, .late = 4),
        text, "1|2.5\n2|3.5\n");
    expect_decoded(
        HEADED("b VARCHAR, a INT, z DOUBLE", OPTIONS("csv.header", "true", "csv.bind", "position")),
        text, "x|1|2.5\ny|2|3.5\n");
    expect_decoded(HEADED("a INT, b VARCHAR, d DOUBLE", OPTIONS("csv.header", "true")), text,
                   "42703 file \"dir/f.csv\": its header has column \"c\", which table \"t\" has "
                   "not");
    expect_decoded(HEADED("a INT, b VARCHAR, c DOUBLE, extra INT", OPTIONS("csv.header", "true")),
                   text, "42703 file \"dir/f.csv\": its header has no column \"extra\"");
    expect_decoded(HEADED("a INT", OPTIONS("csv.header", "true")), "a,A\n1,2\n",
                   "42701 file \"dir/f.csv\": its header has column \"A\" twice");
    expect_decoded(HEADED("a INT", OPTIONS("csv.header", "true")), "", "");
    expect_decoded(HEADED("a INT", OPTIONS("csv.header", "true")), "a", "");
}

Test(csv_read, passes_over_what_stands_before_the_rows)
{
    const char *expected = "1|x\n2|y\n! line 6 @36 22P02 column a: invalid input syntax for type "
                           "INT: \"z\" [z,z]\n";
    for (size_t piece = 0; piece < 8; piece++)
        expect_decoded(HEADED("a INT, b VARCHAR", OPTIONS("csv.skip", "2", "csv.header", "true"),
                              .chunk_bytes = piece),
                       "\xEF\xBB\xBFmade by hand\n\"open\n a,b\r\n1,x\n2,y\nz,z\n", expected);
    expect_decoded(HEADED("a INT, b VARCHAR"),
                   "\xEF\xBB\xBF"
                   "1,x\n",
                   "1|x\n");
}

/* Text made of little pieces in any order gives the same rows and rejects however it is cut. */
Test(csv_read, does_not_depend_on_chunks_levels_or_batches)
{
    static const char *const pieces[] = {
        "1",        "2",    ",",       ",",  ",x", "\n", "\n",    "\"",        "\"\"",
        "\r\n",     "ab,c", "\"a,b\"", "\\", "#",  " ",  "7,y\n", "8,\"z\"\n", "9,\"q\nr\"\n",
        "\xC3\xA9", "\xFF"};
    static const char *const options[][7] = {
        {NULL},
        {"csv.escape", "\\", NULL},
        {"csv.comment", "#", NULL},
        {"on-bad-row", "null", NULL},
        {"csv.escape", "\\", "csv.comment", "#", "csv.null-value", "x", NULL},
        {"csv.quote", "", NULL}};
    Random random = {12345};
    for (int round = 0; round < 3000; round++) {
        char text[2000];
        size_t length = 0;
        for (int n = (int)random_below(&random, 60); n > 0; n--) {
            bool orderly = random_below(&random, 3) == 0;
            const char *piece =
                pieces[orderly ? 15 + random_below(&random, 3) : random_below(&random, 20)];
            length += strlen(strcpy(text + length, piece));
        }
        DecodeCase given = {.columns = "a INT, b VARCHAR",
                            .options = options[random_below(&random, 6)],
                            .max_row_bytes =
                                random_below(&random, 2) ? 0 : 1 + random_below(&random, 40)};
        simd_set(SIMD_PORTABLE);
        char *expected = decode_all(&given, text, length);
        for (int variant = 0; variant < 6; variant++) {
            DecodeCase other = given;
            other.chunk_bytes = random_below(&random, 3) ? 1 + random_below(&random, 50) : 0;
            other.batch_rows =
                random_below(&random, 2) ? 0 : (uint16_t)(1 + random_below(&random, 5));
            other.late = random_below(&random, 4);
            simd_set((SimdLevel)random_below(&random, (uint32_t)simd_best() + 1));
            char *got = decode_all(&other, text, length);
            cr_assert_str_eq(got, expected,
                             "round %d, pieces of %zu, max %zu, options %s\ntext:\n%.*s\ngot:\n%s\n"
                             "expected:\n%s",
                             round, other.chunk_bytes, other.max_row_bytes,
                             given.options[0] ? given.options[0] : "-", (int)length, text, got,
                             expected);
            free(got);
        }
        free(expected);
    }
    simd_set(simd_best());
}

/* A row of several lines that is too long, and a line that is: the same however much of it is there
 * when that is found out, for a socket hands over what has come. */
Test(csv_read, tells_long_rows_alike_wherever_they_are_cut)
{
    static const char text[] =
        "1,\"ab\ncd\",x\n2,\"ab\ncd\",\"efgh\ni\"\n3,\"k\"lmnopqrstuvwxyz\n4,\"z\",\n";
    static const char expected[] =
        "1|ab\ncd|x\n4|z|~\n"
        "! line 3 @12 22P04 unterminated quote [2,\"ab]\n"
        "! line 4 @18 22P04 expected 3 fields, found 2 [cd\",\"efgh\ni\"]\n"
        "! line 6 @31 54000 row is longer than 12 bytes [3,\"k\"lmnopqr]\n";
    for (size_t piece = 1; piece < sizeof text; piece++)
        expect_decoded(
            CASE("a INT, b VARCHAR, c VARCHAR", .max_row_bytes = 12, .chunk_bytes = piece), text,
            expected);
}

Test(csv_read, keeps_whole_characters_of_a_long_row)
{
    expect_decoded(CASE("a VARCHAR", .max_row_bytes = 4), "abc\xC3\xA9\xC3\xA9\nx\n",
                   "x\n! line 1 @0 54000 row is longer than 4 bytes [abc]\n");
}

/* Each line opens a quote that never closes: reading stays linear. */
Test(csv_read, is_not_slowed_down_by_open_quotes)
{
    size_t lines = 40000, length = lines * 6;
    char *text = malloc(length + 1);
    for (size_t i = 0; i < lines; i++)
        memcpy(text + 6 * i, "a\",\"\xC3\xA9" + (i % 2 ? 0 : 0), 4),
            memcpy(text + 6 * i + 4, "b\n", 2);
    text[length] = '\0';
    for (int piece = 0; piece < 2; piece++) {
        DecodeCase given = {.columns = "a VARCHAR, b VARCHAR",
                            .chunk_bytes = piece ? 100000 : 0,
                            .max_row_bytes = 50000};
        char *got = decode_all(&given, text, length);
        cr_assert(strncmp(got, "! line 1 @0 22P04 unterminated quote", 36) == 0, "%.100s", got);
        free(got);
    }
    free(text);
}

Test(csv_read, many_chunks_and_batches)
{
    Buf text, expected;
    buf_init(&text);
    buf_init(&expected);
    for (int i = 0; i < 30000; i++) {
        buf_printf(&text, "%d,name %d,%d.25\n", i, i % 900, i);
        buf_printf(&expected, "%d|name %d|%d.25\n", i, i % 900, i);
    }
    expect_decoded(CASE("a INT, b VARCHAR, c DOUBLE", .chunk_bytes = 100000, .late = 5),
                   buf_text(&text), buf_text(&expected));
    buf_deinit(&text);
    buf_deinit(&expected);
}

Test(csv_read, refuses_tables_it_cannot_fill)
{
    expect_decoded(CASE("a ARRAY<INT>"), "x\n",
                   "0A000 column \"a\": ARRAY and ROW in this format are not supported yet");
    expect_decoded(CASE("file_path VARCHAR METADATA"), "x\n",
                   "42P17 table \"t\" has no column that a CSV file could hold");
    expect_decoded(CASE("a INT, b INT", OPTIONS("csv.quote", ",")), "1,2\n",
                   "22023 invalid CSV options: delimiter, quote, escape and comment must be "
                   "different characters");
}
