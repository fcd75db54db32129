#include <criterion/criterion.h>
#include <stdlib.h>
#include "cli/args.h"

static Args args;
static Arena arena;
static Err err;

static Status parse(int count, const char *const *words)
{
    char *argv[16] = {mem_strdup("streamd-cli")};
    for (int i = 0; i < count; i++)
        argv[i + 1] = arena_strdup(&arena, words[i]);
    err = ERR_NONE;
    Status status = args_parse(&args, count + 1, argv, &arena, &err);
    free(argv[0]);
    return status;
}
#define PARSE(...)                                                                                 \
    parse(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *), (const char *[]){__VA_ARGS__})

static void setup(void)
{
    arena_init(&arena);
}

static void teardown(void)
{
    args_deinit(&args);
    arena_deinit(&arena);
}

Test(args, scripts_keep_their_order, .init = setup, .fini = teardown)
{
    cr_assert_eq(
        PARSE("-e", "SELECT 1", "-f", "a.sql", "-eSELECT 2", "--execute=SELECT 3", "--file", "-"),
        OK);
    cr_assert_eq(args.scripts.count, 5u);
    cr_assert_str_eq(args.scripts.at[0].text, "SELECT 1");
    cr_assert(args.scripts.at[1].is_file);
    cr_assert_str_eq(args.scripts.at[2].text, "SELECT 2");
    cr_assert_str_eq(args.scripts.at[3].text, "SELECT 3");
    cr_assert_str_eq(args.scripts.at[4].text, "-");
}

Test(args, values, .init = setup, .fini = teardown)
{
    cr_assert_eq(PARSE("--format", "JSON", "--no-header", "--continue", "--threads", "4",
                       "--batch-rows=7", "--data-dir", "d", "-o", "x", "--progress"),
                 OK);
    cr_assert_str_eq(args.format->name, "json");
    cr_assert(args.no_header && args.keep_going && args.progress && !args.local);
    cr_assert_eq(args.threads, 4);
    cr_assert_eq(args.batch_rows, 7);
    cr_assert_str_eq(args.data_dir, "d");
    cr_assert_str_eq(args.output, "x");
}

Test(args, a_value_may_look_like_an_option, .init = setup, .fini = teardown)
{
    cr_assert_eq(PARSE("-e", "--a comment"), OK);
    cr_assert_str_eq(args.scripts.at[0].text, "--a comment");
}

Test(args, unknown_ones_are_named_with_the_nearest, .init = setup, .fini = teardown)
{
    cr_assert_eq(PARSE("--no-haeder"), FAIL);
    cr_assert(strstr(err.message, "--no-haeder"));
    cr_assert_str_eq(err.hint, "Did you mean --no-header?");
    args_deinit(&args);
    cr_assert_eq(PARSE("-x"), FAIL);
    args_deinit(&args);
    cr_assert_eq(PARSE("--local=yes"), FAIL, "takes no value");
    args_deinit(&args);
    cr_assert_eq(PARSE("--update"), FAIL, "of replay alone");
}

Test(args, bad_values, .init = setup, .fini = teardown)
{
    static const char *const bad[][2] = {{"--format", "cvs"}, {"--threads", "0"},
                                         {"--threads", "1x"}, {"--batch-rows", "2049"},
                                         {"--port", "65536"}, {"--port", "-1"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_assert_eq(parse(2, bad[i]), FAIL, "%s %s", bad[i][0], bad[i][1]);
        args_deinit(&args);
    }
    cr_assert_eq(PARSE("-e"), FAIL);
    args_deinit(&args);
    cr_assert_eq(PARSE("--data-dir", "d", "--port", "5"), FAIL, "two places at once");
    args_deinit(&args);
    cr_assert_eq(PARSE("SELECT 1"), FAIL);
}

Test(args, help_ends_the_reading, .init = setup, .fini = teardown)
{
    cr_assert_eq(PARSE("--help", "--nonsense"), OK);
    cr_assert_eq(args.mode, CLI_HELP);
    args_deinit(&args);
    cr_assert_eq(PARSE("replay", "--version"), OK);
    cr_assert_eq(args.mode, CLI_VERSION);
}

Test(args, replay, .init = setup, .fini = teardown)
{
    cr_assert_eq(
        PARSE("replay", "--update", "--input", "lines=/tmp/x=y", "--tap", "a.slt", "--", "-b.sql"),
        OK);
    cr_assert_eq(args.mode, CLI_REPLAY);
    cr_assert(args.update);
    cr_assert_str_eq(args.tap, "-", "what follows is to be run");
    cr_assert_eq(args.paths.count, 2u);
    cr_assert_str_eq(args.paths.at[1], "-b.sql");
    cr_assert_str_eq(args.inputs.at[0].table, "lines");
    cr_assert_str_eq(args.inputs.at[0].path, "/tmp/x=y");
    args_deinit(&args);
    cr_assert_eq(PARSE("replay", "--tap", "out.tap", "--junit=j.xml", "--timeout", "9",
                       "--max-failures", "0", "--own-spelling", "a.slt"),
                 OK);
    cr_assert_str_eq(args.tap, "out.tap");
    cr_assert_str_eq(args.junit, "j.xml");
    cr_assert_eq(args.timeout_s, 9);
    cr_assert(args.max_failures == 0 && args.own_spelling);
    args_deinit(&args);
    cr_assert_eq(PARSE("replay", "--input", "lines", "a.slt"), FAIL);
    args_deinit(&args);
    cr_assert_eq(PARSE("replay"), FAIL);
}
