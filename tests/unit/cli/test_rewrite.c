#include <criterion/criterion.h>
#include "cli/replay_rewrite.h"

static Arena arena;
static Rewrite rewrite;
static Err err;

#define TABLE(name, options) "CREATE TABLE " name " (a INT) WITH (" options ")"

static void begin(void)
{
    arena_init(&arena);
}

static void end(void)
{
    rewrite_deinit(&rewrite);
    arena_deinit(&arena);
}

static void read_ahead(const char *script, const InputArg *inputs, size_t count)
{
    rewrite_init(&rewrite, &arena, "/scratch", inputs, count);
    rewrite_read_ahead(&rewrite, str_from(script));
}

static void becomes(const char *statement, const char *wanted)
{
    Str out;
    err = ERR_NONE;
    cr_assert_eq(rewrite_statement(&rewrite, str_from(statement), &out, &err), OK, "%s",
                 err.message);
    cr_assert(str_equal(out, str_from(wanted)), STR_FORMAT, STR_ARG(out));
}

Test(rewrite, written_paths_move_wherever_they_are, .init = begin, .fini = end)
{
    read_ahead(
        TABLE("o",
              "'connector'='filesystem', 'path'='./Out/'") ";"
                                                           "CREATE JOB j AS INSERT INTO o SELECT "
                                                           "1;" TABLE(
                                                               "i",
                                                               "'connector'='filesystem', "
                                                               "'path'='In'") ";"
                                                                              "COPY (SELECT 1) TO "
                                                                              "'/abs/c''d.csv'; "
                                                                              "nonsense;",
        NULL, 0);
    becomes(TABLE("o", "'connector'='filesystem', 'path'='./Out/'"),
            TABLE("o", "'connector'='filesystem', 'path'='/scratch/Out/'"));
    becomes(TABLE("back", "path = 'Out', format = 'csv'"),
            TABLE("back", "path = '/scratch/Out', format = 'csv'"));
    becomes(TABLE("i", "'connector'='filesystem', 'path'='In'"),
            TABLE("i", "'connector'='filesystem', 'path'='In'"));
    becomes("SELECT 'Out', * FROM 'Out/*.csv' JOIN read_csv('Out/a.csv') -- FROM 'Out'",
            "SELECT 'Out', * FROM '/scratch/Out/*.csv' JOIN read_csv('/scratch/Out/a.csv') -- FROM "
            "'Out'");
    becomes("SELECT * FROM 'Outer/x'", "SELECT * FROM 'Outer/x'");
    becomes("COPY (SELECT 1) TO '/abs/c''d.csv'", "COPY (SELECT 1) TO '/scratch/abs/c''d.csv'");
}

Test(rewrite, nothing_leaves_the_folder, .init = begin, .fini = end)
{
    read_ahead(TABLE("o", "path = '../../x/../y'") "; INSERT INTO o VALUES (1)", NULL, 0);
    becomes(TABLE("o", "path = '../../x/../y'"), TABLE("o", "path = '/scratch/up/up/x/up/y'"));
}

Test(rewrite, positions_are_put_back, .init = begin, .fini = end)
{
    read_ahead(TABLE("o", "path = 'Out'") "; INSERT INTO o VALUES (1)", NULL, 0);
    becomes("SELECT x FROM 'Out' WHERE bad", "SELECT x FROM '/scratch/Out' WHERE bad");
    static const int32_t positions[][2] = {{7, 7}, {14, 14}, {20, 14}, {35, 26}};
    for (size_t i = 0; i < 4; i++) {
        err.position = positions[i][0];
        rewrite_position(&rewrite, &err);
        cr_assert_eq(err.position, positions[i][1], "%d became %d", positions[i][0], err.position);
    }
    err.position = -1;
    rewrite_position(&rewrite, &err);
    cr_assert_eq(err.position, -1);
}

Test(rewrite, recorded_inputs, .init = begin, .fini = end)
{
    static bool used;
    static const InputArg inputs[] = {{"lines", "/rec/words.txt", &used},
                                      {"stocks", "/rec/s.csv", NULL}};
    read_ahead("", inputs, 2);
    Str out;
    cr_assert_eq(
        rewrite_statement(&rewrite,
                          STR("CREATE TABLE Lines (value STRING) WITH ('connector'='socket', "
                              "'host'='h', 'port'='1', 'format'='text')"),
                          &out, &err),
        OK);
    const char *text = arena_strndup(&arena, out.data, out.length);
    cr_assert(strstr(text, "filesystem") && strstr(text, "/rec/words.txt") &&
                  strstr(text, "'text'"),
              "%s", text);
    cr_assert(!strstr(text, "host") && !strstr(text, "port") && !strstr(text, "socket"), "%s",
              text);
    cr_assert_eq(
        rewrite_statement(
            &rewrite,
            STR(TABLE("stocks", "connector = 'filesystem', path = 'x', 'scan.mode' = 'tail'")),
            &out, &err),
        OK);
    text = arena_strndup(&arena, out.data, out.length);
    cr_assert(strstr(text, "/rec/s.csv") && strstr(text, "tail"), "%s", text);
    cr_assert(used);
}

Test(rewrite, a_socket_without_one_is_an_error, .init = begin, .fini = end)
{
    read_ahead("INSERT INTO sink SELECT 1", NULL, 0);
    Str out;
    cr_assert_eq(rewrite_statement(&rewrite, STR(TABLE("s", "connector = 'socket', port = '1'")),
                                   &out, &err),
                 FAIL);
    cr_assert(strstr(err.hint, "--input s=FILE"), "%s", err.hint);
    cr_assert_eq(rewrite_statement(&rewrite, STR(TABLE("sink", "connector = 'socket', port = '1'")),
                                   &out, &err),
                 OK);
    const char *text = arena_strndup(&arena, out.data, out.length);
    cr_assert(strstr(text, "/scratch/sink.csv"), "%s", text);
}

Test(rewrite, restore, .init = begin, .fini = end)
{
    read_ahead("", NULL, 0);
    Buf text;
    buf_init(&text);
    buf_add_text(&text, "a /scratch/Out/x /scratch, /scratch/y");
    rewrite_restore(&rewrite, &text);
    cr_assert_str_eq(buf_text(&text), "a Out/x /scratch, y");
    buf_deinit(&text);
}
