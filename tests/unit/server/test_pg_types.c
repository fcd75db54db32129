#include <criterion/criterion.h>
#include <math.h>
#include "server/pg_protocol.h"
#include "server/pg_types.h"
#include "types/pg_text.h"

static Arena arena;

static void start(void)
{
    arena_init(&arena);
}

static void stop(void)
{
    arena_deinit(&arena);
}

TestSuite(pg_types, .init = start, .fini = stop);

static const char *shown(const Value *value)
{
    Buf out;
    buf_init(&out);
    pg_text_value(&out, value, NULL);
    const char *text = arena_strdup(&arena, buf_text(&out));
    buf_deinit(&out);
    return text;
}

static const char *shown_as(Type type, const char *text)
{
    Err err = ERR_NONE;
    Value value;
    cr_assert_eq(value_parse(type, str_from(text), NULL, &arena, &value, &err), OK, "%s",
                 err.message);
    return shown(&value);
}

static const char *f64(double number)
{
    Value value = value_double(number);
    return shown(&value);
}

static const char *f32(float number)
{
    Value value = {.type = type_of(TYPE_FLOAT), .as.f32 = number};
    return shown(&value);
}

/* What PostgreSQL 15 answers to SELECT …::float8 and ::float4. */
Test(pg_types, floats)
{
    cr_assert_str_eq(f64(2878.9004), "2878.9004");
    cr_assert_str_eq(f64(2559), "2559");
    cr_assert_str_eq(f64(0), "0");
    cr_assert_str_eq(f64(-0.0), "-0");
    cr_assert_str_eq(f64(-1.5), "-1.5");
    cr_assert_str_eq(f64(100000), "100000");
    cr_assert_str_eq(f64(123456789012345.0), "123456789012345");
    cr_assert_str_eq(f64(100000000000000.5), "100000000000000.5");
    cr_assert_str_eq(f64(1e14), "100000000000000");
    cr_assert_str_eq(f64(1e15), "1e+15");
    cr_assert_str_eq(f64(-1234567890123456.0), "-1.234567890123456e+15");
    cr_assert_str_eq(f64(1234567890123450.0), "1.23456789012345e+15");
    cr_assert_str_eq(f64(1234567890123456.5), "1.2345678901234565e+15");
    cr_assert_str_eq(f64(1e16), "1e+16");
    cr_assert_str_eq(f64(1e300), "1e+300");
    cr_assert_str_eq(f64(0.0001), "0.0001");
    cr_assert_str_eq(f64(0.00001), "1e-05");
    cr_assert_str_eq(f64(5e-324), "5e-324");
    cr_assert_str_eq(f64((double)NAN), "NaN");
    cr_assert_str_eq(f64((double)INFINITY), "Infinity");
    cr_assert_str_eq(f64(-(double)INFINITY), "-Infinity");
    cr_assert_str_eq(f32(1.5f), "1.5");
    cr_assert_str_eq(f32(123456), "123456");
    cr_assert_str_eq(f32(1234567), "1.234567e+06");
    cr_assert_str_eq(f32(1000000), "1e+06");
    cr_assert_str_eq(f32(-1234567.5f), "-1.2345675e+06");
    cr_assert_str_eq(f32(0.1f), "0.1");
    cr_assert_str_eq(f32(16777216), "1.6777216e+07");
}

Test(pg_types, others)
{
    cr_assert_str_eq(shown_as(type_of(TYPE_BOOLEAN), "true"), "t");
    cr_assert_str_eq(shown_as(type_of(TYPE_BOOLEAN), "false"), "f");
    cr_assert_str_eq(shown_as(type_of(TYPE_TINYINT), "-128"), "-128");
    cr_assert_str_eq(shown_as(type_of(TYPE_SMALLINT), "-32768"), "-32768");
    cr_assert_str_eq(shown_as(type_of(TYPE_INT), "-2147483648"), "-2147483648");
    cr_assert_str_eq(shown_as(type_of(TYPE_BIGINT), "-9223372036854775808"),
                     "-9223372036854775808");
    cr_assert_str_eq(shown_as(type_decimal(10, 2), "12.5"), "12.50");
    cr_assert_str_eq(shown_as(type_varchar(0), ""), "");
    cr_assert_str_eq(shown_as(type_varchar(0), "more than twelve bytes"), "more than twelve bytes");
    cr_assert_str_eq(shown_as(type_of(TYPE_BYTES), "\\x00ff"), "\\x00ff");
    cr_assert_str_eq(shown_as(type_of(TYPE_DATE), "2024-02-29"), "2024-02-29");
    cr_assert_str_eq(shown_as(type_of(TYPE_TIME), "09:00:00.5"), "09:00:00.5");
    cr_assert_str_eq(shown_as(type_timestamp(6), "2024-01-02 09:00:00.001"),
                     "2024-01-02 09:00:00.001");
    cr_assert_str_eq(shown_as(type_timestamp(6), "2024-01-02T09:00:00"), "2024-01-02 09:00:00");
    cr_assert_str_eq(shown_as(type_of(TYPE_TIMESTAMPTZ), "2024-01-02 09:00:00+09"),
                     "2024-01-02 00:00:00+00");
    cr_assert_str_eq(shown_as(type_of(TYPE_INTERVAL), "1 year 2 days 03:04:05"),
                     "1 year 2 days 03:04:05");
    cr_assert_str_eq(shown_as(type_of(TYPE_JSON), "{\"a\": 1}"), "{\"a\": 1}");
}

Test(pg_types, nested)
{
    Type boolean = type_of(TYPE_BOOLEAN), number = type_of(TYPE_DOUBLE), text = type_varchar(0),
         bytes = type_of(TYPE_BYTES), stamp = type_timestamp(6);
    cr_assert_str_eq(shown_as(type_array(&boolean), "{true,NULL,false}"), "{t,NULL,f}");
    cr_assert_str_eq(shown_as(type_array(&number), "{1.0,2.5}"), "{1,2.5}");
    cr_assert_str_eq(shown_as(type_array(&text), "{a b,\"\",\"NULL\",\"q\\\"\"}"),
                     "{\"a b\",\"\",\"NULL\",\"q\\\"\"}");
    cr_assert_str_eq(shown_as(type_array(&bytes), "{\"\\\\x01\"}"), "{\"\\\\x01\"}");
    cr_assert_str_eq(shown_as(type_array(&stamp), "{\"2024-01-02 09:00:00\"}"),
                     "{\"2024-01-02 09:00:00\"}");
    cr_assert_str_eq(shown_as(type_array(&text), "{}"), "{}");
    const char *names[] = {"a", "b", "c"};
    Type fields[] = {boolean, text, number};
    RowType row = {names, fields, 3};
    Type type = {.id = TYPE_ROW, .row = &row};
    cr_assert_str_eq(shown_as(type, "(true,,\"2.0\")"), "(t,,2)");
}

Test(pg_types, messages)
{
    PhysicalColumn columns[] = {{"n", type_of(TYPE_INT)}, {"price", type_decimal(10, 2)}};
    Buf out;
    buf_init(&out);
    pg_types_describe(&out, columns, 2);
    static const char described[] = "T\0\0\0\62\0\2"
                                    "n\0\0\0\0\0\0\0\0\0\0\27\0\4\xff\xff\xff\xff\0\0"
                                    "price\0\0\0\0\0\0\0\0\0\6\xa4\xff\xff\0\x0a\0\6\0\0";
    cr_assert_eq(out.length, sizeof described - 1);
    cr_assert_arr_eq(out.data, described, out.length);

    Vector vectors[2];
    vector_make(&vectors[0], &arena, columns[0].type, 3, true);
    vector_make(&vectors[1], &arena, columns[1].type, 3, true);
    ((int32_t *)vectors[0].data)[1] = -7;
    vector_set_null(&vectors[1], &arena, 1, 3);
    ((i128 *)vectors[1].data)[2] = 150;
    Batch batch = {.cols = vectors, .col_count = 2, .row_count = 3};
    buf_clear(&out);
    pg_types_row(&out, &batch, 1, NULL, &arena);
    pg_types_row(&out, &batch, 2, NULL, &arena);
    static const char rows[] = "D\0\0\0\20\0\2\0\0\0\2-7\xff\xff\xff\xff"
                               "D\0\0\0\23\0\2\0\0\0\1"
                               "0\0\0\0\4"
                               "1.50";
    cr_assert_eq(out.length, sizeof rows - 1);
    cr_assert_arr_eq(out.data, rows, out.length);
    buf_deinit(&out);
}
