#include "decode_support.h"
#include "io/csv_put.h"

/* Reads `text`, writes it again. */
static char *rewrite(const DecodeCase *read, const DecodeCase *write, const bool *skip,
                     const char *text, bool odd)
{
    Arena arena;
    arena_init(&arena);
    Relation *from = table_make(&arena, read), *to = table_make(&arena, write);
    uint16_t wanted[16];
    bool early[16];
    for (uint16_t i = 0; i < 16; i++) {
        wanted[i] = i;
        early[i] = true;
    }
    DecodeSpec spec = {from, wanted, early, (uint16_t)from->column_count, BATCH_ROWS, NULL};
    const FormatClass *format = format_class_find("csv");
    Decoder *decoder;
    Encoder *encoder;
    Err err = ERR_NONE;
    Buf out;
    buf_init(&out);
    cr_assert_eq(format->decoder_new(&spec, &decoder, &err), OK);
    cr_assert_eq(format->encoder_new(&encoder, to, skip, NULL, &err), OK, "%s", err.message);
    ChunkOrigin origin = {.file_path = "f", .max_row_bytes = 1 << 20};
    Chunk *chunk = chunk_new((uint32_t)strlen(text));
    chunk->length = (uint32_t)strlen(text);
    memcpy(chunk->data, text, chunk->length);
    chunk->origin = &origin;
    uint32_t batches;
    cr_assert_eq(decoder->class->begin(decoder, chunk, &batches, &err), OK);
    encoder->class->header(encoder, &out);
    Status status = OK;
    for (uint32_t b = 0; b < batches && status == OK; b++) {
        Batch batch;
        uint16_t sel[BATCH_ROWS];
        cr_assert_eq(decoder->class->early(decoder, b, &batch, &err), OK);
        if (odd) {
            batch.sel = sel;
            for (uint16_t row = 1; row < batch.row_count; row = (uint16_t)(row + 2))
                sel[batch.sel_count++] = row;
        }
        status = encoder->class->encode(encoder, &batch, &out, &err);
    }
    decoder->class->end(decoder);
    decoder->class->free(decoder);
    encoder->class->free(encoder);
    chunk_release(chunk);
    if (status != OK)
        buf_printf(&out, "%s %s", err.sqlstate, err.message);
    char *result = strdup(buf_text(&out));
    buf_deinit(&out);
    arena_deinit(&arena);
    return result;
}

static void expect(const char *columns, const char *const *options, const char *text,
                   const char *expected)
{
    DecodeCase read = {.columns = columns};
    DecodeCase write = {.columns = columns, .options = options};
    char *got = rewrite(&read, &write, NULL, text, false);
    cr_assert_str_eq(got, expected, "got:\n%s\nexpected:\n%s", got, expected);
    free(got);
}

#define OPTIONS(...) ((const char *const[]){__VA_ARGS__, NULL})

Test(csv_write, writes_all_types)
{
    const char *row = "true,1,-2,3,-4,1.5,-2.25,12.50,text,2024-01-02,09:00:00.5,"
                      "2024-01-02 09:00:00.001,2024-01-02 09:00:00+00,1 day\n";
    expect("a BOOLEAN, b TINYINT, c SMALLINT, d INT, e BIGINT, f FLOAT, g DOUBLE, h DECIMAL(10,2), "
           "i VARCHAR, j DATE, k TIME, l TIMESTAMP, m TIMESTAMPTZ, n INTERVAL",
           NULL, row, row);
    expect("a INT, b VARCHAR, c DOUBLE", NULL, ",,\n1,\"\",\n", ",,\n1,\"\",\n");
}

Test(csv_write, quotes_where_it_must)
{
    const char *rows =
        "1,\"a,b\"\n2,\"say \"\"hi\"\"\"\n3,\"two\nlines\"\n4,\"a\rb\"\n5, blanks \n6,\"\"\n"
        "7,\"a longer text, which is not inline\"\n8,a longer text without any need\n"
        "9,exactly 12..\n10,\"exactly,13..\"\n";
    expect("a INT, b VARCHAR", NULL, rows, rows);
    expect("a INT, b VARCHAR", OPTIONS("csv.delimiter", ";"), "1,\"a,b\"\n2,a;b\n",
           "1;a,b\n2;\"a;b\"\n");
    expect("a INT, b VARCHAR", OPTIONS("csv.delimiter", "\\t"), "1,\"a,b\"\n", "1\ta,b\n");
    expect("a INT, b VARCHAR", OPTIONS("csv.escape", "\\"), "1,\"a\"\"b\\,\"\n2,\\\n",
           "1,\"a\\\"b\\\\,\"\n2,\\\n");
    expect("a INT, b VARCHAR", OPTIONS("csv.null-value", "NA"), ",\n1,NA\n2,\"\"\n",
           "NA,NA\n1,\"NA\"\n2,\"\"\n");
    expect("b VARCHAR, c INT", OPTIONS("csv.comment", "#"), "#x,1\n", "\"#x\",1\n");
    expect("b DOUBLE, c DATE", OPTIONS("csv.delimiter", "."), "1.5,2024-01-02\n",
           "\"1.5\".2024-01-02\n");
    expect("a INT, b VARCHAR", OPTIONS("csv.quote", ""), "1,x\n2,\"a,b\"\n",
           "22000 a text holds the delimiter or a line end, and the table has no quote");
    expect("b BYTES, c JSON", NULL, "\\x0102,\"{\"\"a\"\":1,\"\"b\"\":2}\"\n",
           "\\x0102,\"{\"\"a\"\":1,\"\"b\"\":2}\"\n");
}

Test(csv_write, writes_a_header)
{
    expect("a INT, b VARCHAR", OPTIONS("csv.header", "true"), "1,x\n", "a,b\n1,x\n");
}

Test(csv_write, writes_times_by_pattern)
{
    expect("a DATE, b TIMESTAMP",
           OPTIONS("csv.date-format", "dd.MM.yyyy", "csv.timestamp-format", "yyyy/MM/dd, HH:mm"),
           "2024-01-02,2024-01-02 09:30:00\n", "02.01.2024,\"2024/01/02, 09:30\"\n");
}

Test(csv_write, writes_the_live_rows_and_leaves_columns_out)
{
    DecodeCase given = {.columns = "a INT, b VARCHAR, c DOUBLE"};
    char *got =
        rewrite(&given, &given, (bool[]){false, true, false}, "1,x,1.5\n2,y,2.5\n3,z,3.5\n", true);
    cr_assert_str_eq(got, "2,2.5\n");
    free(got);
}

/* Anything that is written reads back as it was. */
Test(csv_write, reads_back)
{
    Random random = {31};
    static const char *const options[][5] = {
        {NULL}, {"csv.escape", "\\", NULL}, {"csv.null-value", "ab", "csv.comment", "#", NULL}};
    for (int round = 0; round < 300; round++) {
        const char *const *chosen = options[round % 3];
        Arena arena;
        arena_init(&arena);
        DecodeCase given = {.columns = "a VARCHAR, b VARCHAR, c BIGINT", .options = chosen};
        Relation *table = table_make(&arena, &given);
        Type types[3] = {table->columns[0].type, table->columns[1].type, table->columns[2].type};
        RowStore store;
        row_store_init(&store, types, 3);
        Buf expected, out;
        buf_init(&expected);
        buf_init(&out);
        for (int row = 0; row < 50; row++) {
            Value values[3];
            for (int c = 0; c < 2; c++) {
                char text[40];
                size_t length = random_below(&random, random_below(&random, 2) ? 5 : 40);
                for (size_t i = 0; i < length; i++)
                    text[i] = "abab,\"\\\n\r# x"[random_below(&random, 12)];
                values[c] = random_below(&random, 8) ? value_text(&arena, (Str){text, length})
                                                     : value_null(types[c]);
                if (values[c].is_null)
                    buf_add_char(&expected, '~');
                else
                    buf_add(&expected, text, length);
                buf_add_char(&expected, '|');
            }
            values[2] = value_bigint((int64_t)random_below(&random, 1000) - 500);
            buf_printf(&expected, "%ld\n", (long)values[2].as.integer);
            row_store_add_values(&store, values);
        }
        Encoder *encoder;
        Err err = ERR_NONE;
        cr_assert_eq(format_class_find("csv")->encoder_new(&encoder, table, NULL, NULL, &err), OK);
        for (size_t b = 0; b < store.batch_count; b++)
            cr_assert_eq(encoder->class->encode(encoder, &store.batches[b], &out, &err), OK);
        given.chunk_bytes = random_below(&random, 2) ? 0 : 30;
        char *got = decode_all(&given, out.data, out.length);
        cr_assert_str_eq(got, buf_text(&expected), "csv:\n%s", buf_text(&out));
        free(got);
        encoder->class->free(encoder);
        row_store_deinit(&store);
        buf_deinit(&expected);
        buf_deinit(&out);
        arena_deinit(&arena);
    }
}

/* The writer's own ways with numbers and timestamps write what the types' would. */
Test(csv_write, numbers_and_times_as_their_types_write_them)
{
    Random random = {4};
    char got[PUT_ROOM], expected[PUT_ROOM];
    PutTime last = {.day = INT64_MIN};
    static const double doubles[] = {
        0.0,  -0.0, 0.01,    0.005, 99999999.99, 99999999.999, 1e8,  1e15, 1e16, 1e-4,
        1e-5, -0.1, 1.0 / 3, 1e300, 5e-324,      123456.785,   0.29, 1.1,  100,  1234567.0};
    for (int i = 0; i < 200000; i++) {
        double value = doubles[i % 20];
        if (i >= 20) {
            value = ((double)random_below(&random, UINT32_MAX) - 2e9) /
                    (double)(1 + random_below(&random, 1000));
            if (i % 3 == 0)
                value = (double)(int64_t)value / 100;
            if (i % 7 == 0)
                value = (double)(int64_t)value / 1000;
        }
        *put_f64(got, value) = '\0';
        *format_f64(expected, value) = '\0';
        cr_assert_str_eq(got, expected);

        int64_t integer = (int64_t)((uint64_t)random_below(&random, UINT32_MAX) << 32 |
                                    random_below(&random, UINT32_MAX));
        integer >>= random_below(&random, 64);
        *put_i64(got, integer) = '\0';
        *format_i64(expected, integer) = '\0';
        cr_assert_str_eq(got, expected);

        int64_t us = integer;
        if (us > 400000000000000000 || us < -400000000000000000)
            us /= 1000;
        us = us / (int64_t[]){1, 1000, 10000, 1000000, 60000000}[i % 5] *
             (int64_t[]){1, 1000, 10000, 1000000, 60000000}[i % 5];
        *put_timestamp(got, us, &last) = '\0';
        *format_timestamp(expected, us) = '\0';
        cr_assert_str_eq(got, expected);
    }
    for (int64_t value = -2; value <= 100000001;
         value = value < 20000 ? value + 1 : value * 10 - (value % 10 ? 1 : 7)) {
        *put_i64(got, value) = '\0';
        *format_i64(expected, value) = '\0';
        cr_assert_str_eq(got, expected);
    }
}
