#include "decode_support.h"

Test(text, a_line_is_a_row)
{
    DecodeCase given = {.format = "text", .columns = "value VARCHAR"};
    for (size_t piece = 0; piece < 12; piece++) {
        given.chunk_bytes = piece;
        expect_decoded(&given, "one, two\n\n\"three\r\nlast", "one, two\n\n\"three\nlast\n");
    }
    given.format = "raw";
    given.late = 1;
    given.columns = "line VARCHAR, file_offset BIGINT METADATA";
    expect_decoded(&given, "a\nbc\nd", "a|0\nbc|2\nd|5\n");
    given.with_binding = true;
    expect_decoded(&given, "\xEF\xBB\xBFx\n", "x|3\n");
}

Test(text, rejects_what_is_no_text)
{
    DecodeCase given = {.format = "text", .columns = "value VARCHAR"};
    expect_decoded(&given, "a\nb\xFF\n\xC3\xA9\n",
                   "a\n\xC3\xA9\n! line 2 @2 22021 column value: invalid UTF-8 [b\xFF]\n");
    given.columns = "value VARCHAR(2)";
    expect_decoded(&given, "ab\nabc\n",
                   "ab\n! line 2 @3 22001 column value: line is too long for the column's type "
                   "[abc]\n");
    given.columns = "value BYTES";
    expect_decoded(&given, "a\xFF\n", "\\x61ff\n");
    given.columns = "value INT";
    expect_decoded(&given, "1\n",
                   "42804 column \"value\" of format 'text' must be VARCHAR or BYTES");
    given.columns = "a VARCHAR, b VARCHAR";
    expect_decoded(&given, "1\n", "42P17 format 'text' has one column, table \"t\" has more");
}

Test(text, writes_lines)
{
    Arena arena;
    arena_init(&arena);
    DecodeCase given = {.columns = "value VARCHAR"};
    Relation *table = table_make(&arena, &given);
    Encoder *encoder;
    Err err = ERR_NONE;
    cr_assert_eq(format_class_find("TEXT")->encoder_new(&encoder, table, NULL, NULL, &err), OK);
    RowStore store;
    row_store_init(&store, &table->columns[0].type, 1);
    Value values[] = {value_text(&arena, STR("a,\"b")), value_null(table->columns[0].type),
                      value_text(&arena, STR("a text of more than twelve bytes"))};
    for (int i = 0; i < 3; i++)
        row_store_add_values(&store, &values[i]);
    Buf out;
    buf_init(&out);
    encoder->class->header(encoder, &out);
    cr_assert_eq(encoder->class->encode(encoder, &store.batches[0], &out, &err), OK);
    cr_assert_str_eq(buf_text(&out), "a,\"b\n\na text of more than twelve bytes\n");
    buf_deinit(&out);
    row_store_deinit(&store);
    encoder->class->free(encoder);
    arena_deinit(&arena);
}
