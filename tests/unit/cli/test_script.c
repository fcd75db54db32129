#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>
#include "cli/script.h"

static Err err;

static void expect(Script *script, const char *text, int64_t line)
{
    Piece piece;
    cr_assert_eq(script_next(script, &piece, -1, &err), OK);
    cr_assert(str_equal(piece.text, str_from(text)), STR_FORMAT, STR_ARG(piece.text));
    cr_assert_eq(piece.line, line);
}

Test(script, text)
{
    Script script;
    script_init_text(&script, "SELECT 1;\n\n-- c\n SELECT ';'\n;;\nSELECT 3");
    expect(&script, "SELECT 1", 1);
    expect(&script, "SELECT ';'", 4);
    expect(&script, "SELECT 3", 6);
    Piece piece;
    cr_assert_eq(script_next(&script, &piece, -1, &err), STOP);
    cr_assert_eq(script_next(&script, &piece, -1, &err), STOP);
    script_deinit(&script);
}

Test(script, byte_order_mark)
{
    Script script;
    script_init_text(&script, "\xef\xbb\xbfSELECT 1;\r\nSELECT 2;\r\n");
    expect(&script, "SELECT 1", 1);
    expect(&script, "SELECT 2", 2);
    script_deinit(&script);
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    script = (Script){.name = "pipe", .fd = ends[0], .line = 1};
    cr_assert_eq(write(ends[1], "\xef\xbb\xbf-- c\nSELECT 1;", 17), 17);
    close(ends[1]);
    expect(&script, "SELECT 1", 2);
    script_deinit(&script);
}

Test(script, each_statement_as_soon_as_it_is_there)
{
    int ends[2], wake[2];
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(pipe(wake), 0);
    Script script = {.name = "pipe", .fd = ends[0], .line = 1};
    cr_assert_eq(write(ends[1], "SELECT 1;\nSELECT 2;\nSEL", 23), 23);
    expect(&script, "SELECT 1", 1);
    expect(&script, "SELECT 2", 2);
    cr_assert_eq(write(wake[1], "x", 1), 1);
    Piece piece;
    cr_assert_eq(script_next(&script, &piece, wake[0], &err), STOP, "woken while it waits");
    cr_assert_eq(write(ends[1], "ECT\n3;", 6), 6);
    expect(&script, "SELECT\n3", 3);
    cr_assert_eq(write(ends[1], "\nlast", 5), 5);
    close(ends[1]);
    expect(&script, "last", 5);
    cr_assert_eq(script_next(&script, &piece, -1, &err), STOP);
    script_deinit(&script);
}

Test(script, statements_larger_than_a_read)
{
    char path[] = "/tmp/streamd-script-XXXXXX";
    int fd = mkstemp(path);
    Buf text;
    buf_init(&text);
    for (int i = 0; i < 3; i++) {
        buf_add_text(&text, "SELECT '");
        for (int k = 0; k < 20000; k++)
            buf_add_text(&text, "0123;\n6789");
        buf_add_text(&text, "';\n");
    }
    cr_assert_eq(write(fd, text.data, text.length), (ssize_t)text.length);
    close(fd);
    Script script;
    cr_assert_eq(script_init_file(&script, path, &err), OK);
    for (int i = 0; i < 3; i++) {
        Piece piece;
        cr_assert_eq(script_next(&script, &piece, -1, &err), OK);
        cr_assert_eq(piece.text.length, 200009u);
        cr_assert_eq(piece.line, 1 + i * 20001);
    }
    script_deinit(&script);
    buf_deinit(&text);
    unlink(path);
    cr_assert_eq(script_init_file(&script, path, &err), FAIL);
}
