#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include "cli/render.h"

static int ends[2];
static Output output;
static Render render;
static Err err;

static const char *name_list[] = {"n", "t"};

/* Two columns, `count` rows from `first` on. */
static void rows(int first, int count)
{
    RowStore store;
    Type types[] = {type_of(TYPE_INT), type_of(TYPE_VARCHAR)};
    Arena arena;
    arena_init(&arena);
    row_store_init(&store, types, 2);
    for (int i = first; i < first + count; i++) {
        char text[16];
        (void)snprintf(text, sizeof text, "r%d", i);
        Value values[] = {value_int(i),
                          i % 5 == 4 ? value_null(types[1]) : value_text(&arena, str_from(text))};
        row_store_add_values(&store, values);
    }
    for (size_t i = 0; i < store.batch_count; i++)
        cr_assert_eq(render_rows(&render, &store.batches[i], &err), OK);
    row_store_deinit(&store);
    arena_deinit(&arena);
}

static void begin(const char *format, ResultKind kind)
{
    PhysicalColumn columns[] = {{name_list[0], type_of(TYPE_INT)},
                                {name_list[1], type_of(TYPE_VARCHAR)}};
    cr_assert_eq(pipe(ends), 0);
    output_init(&output, ends[1], "pipe");
    render_init(&render, render_class_find(format), &output, true);
    cr_assert_eq(render_columns(&render, &(ResultShape){columns, 2, kind, NULL}, NULL, &err), OK);
}

static void end(const char *wanted, bool failed)
{
    cr_assert_eq(render_end(&render, failed, &err), OK);
    close(ends[1]);
    char text[4096] = "";
    ssize_t got = read(ends[0], text, sizeof text - 1);
    cr_assert(got >= 0);
    text[got] = '\0';
    cr_assert_str_eq(text, wanted);
    close(ends[0]);
    render_deinit(&render);
    output_deinit(&output);
}

Test(render, head_without_rows)
{
    begin("csv", RESULT_ROWS);
    end("n,t\n", false);
    begin("csv", RESULT_ROWS);
    end("", true);
    begin("json", RESULT_ROWS);
    end("[]\n", false);
    begin("jsonl", RESULT_ROWS);
    end("", false);
}

Test(render, rows)
{
    begin("csv", RESULT_ROWS);
    rows(3, 2);
    end("n,t\n3,r3\n4,\n", false);
    begin("json", RESULT_ROWS);
    rows(3, 1);
    rows(4, 1);
    end("[{\"n\":3,\"t\":\"r3\"},\n{\"n\":4,\"t\":null}]\n", false);
}

Test(render, a_stream_is_shown_at_each_flush)
{
    begin("box", RESULT_STREAM);
    cr_assert_eq(render_flush(&render, &err), OK);
    rows(1, 1);
    cr_assert_eq(render_flush(&render, &err), OK);
    char text[1024];
    ssize_t got = read(ends[0], text, sizeof text - 1);
    text[got > 0 ? got : 0] = '\0';
    cr_assert_str_eq(
        text, "┌──────────┬────────────┐\n│        n │ t          │\n├──────────┼────────────┤\n"
              "│        1 │ r1         │\n");
    rows(2, 1);
    end("│        2 │ r2         │\n└──────────┴────────────┘\n", false);
}

Test(render, whole_tables_under_headings)
{
    static const char dashes[] = "-------------------------------------------\n";
    char wanted[1024];
    begin("csv", RESULT_COMPLETE);
    for (int batch = 0; batch < 2; batch++) {
        cr_assert_eq(render_heading(&render, batch, &err), OK);
        if (batch)
            rows(1, 1);
        cr_assert_eq(render_flush(&render, &err), OK);
    }
    (void)snprintf(wanted, sizeof wanted, "%sBatch: 0\n%sn,t\n\n%sBatch: 1\n%sn,t\n1,r1\n\n",
                   dashes, dashes, dashes, dashes);
    end(wanted, false);
    begin("jsonl", RESULT_COMPLETE);
    cr_assert_eq(render_heading(&render, 0, &err), OK);
    rows(1, 1);
    end("{\"n\":1,\"t\":\"r1\"}\n", false);
}

Test(render, lines_of_text)
{
    name_list[0] = "plan";
    PhysicalColumn column = {"plan", type_of(TYPE_VARCHAR)};
    Type type = column.type;
    Arena arena;
    arena_init(&arena);
    static const char *const formats[][2] = {
        {"csv", "a, \"b\"\n\n"},
        {"box", "a, \"b\"\n\n"},
        {"jsonl", "{\"plan\":\"a, \\\"b\\\"\"}\n{\"plan\":\"\"}\n"}};
    for (size_t i = 0; i < 3; i++) {
        begin(formats[i][0], RESULT_TEXT);
        cr_assert_eq(
            render_columns(&render, &(ResultShape){&column, 1, RESULT_TEXT, NULL}, NULL, &err), OK);
        RowStore store;
        row_store_init(&store, &type, 1);
        Value lines[] = {value_text(&arena, STR("a, \"b\"")), value_text(&arena, STR(""))};
        row_store_add_values(&store, &lines[0]);
        row_store_add_values(&store, &lines[1]);
        cr_assert_eq(render_rows(&render, &store.batches[0], &err), OK);
        end(formats[i][1], false);
        row_store_deinit(&store);
    }
    arena_deinit(&arena);
}

Test(render, weights_are_copies)
{
    begin("csv", RESULT_ROWS);
    Arena arena;
    arena_init(&arena);
    Vector vectors[2];
    vector_make(&vectors[0], &arena, type_of(TYPE_INT), 2, true);
    vector_make(&vectors[1], &arena, type_of(TYPE_VARCHAR), 2, true);
    static const int32_t weights[] = {2, -1};
    Batch batch = {.cols = vectors, .col_count = 2, .row_count = 2, .weight = weights};
    cr_assert_eq(render_rows(&render, &batch, &err), OK);
    arena_deinit(&arena);
    end("n,t\n0,\"\"\n0,\"\"\n", false);
}

Test(render, the_reader_has_gone)
{
    (void)signal(SIGPIPE, SIG_IGN);
    begin("csv", RESULT_ROWS);
    close(ends[0]);
    rows(1, 1);
    cr_assert_eq(render_flush(&render, &err), STOP);
    cr_assert(output.reader_gone);
    cr_assert_eq(render_end(&render, false, &err), STOP);
    close(ends[1]);
    render_deinit(&render);
    output_deinit(&output);
}
