#include "connector_support.h"

static SourceRun run;
static int feed = -1, old_stdin;

static void fresh(void)
{
    int ends[2];
    set_up();
    run = (SourceRun){0};
    cr_assert_eq(pipe(ends), 0);
    old_stdin = dup(0);
    cr_assert_eq(dup2(ends[0], 0), 0);
    close(ends[0]);
    feed = ends[1];
}

static void say(const char *text)
{
    cr_assert_eq(write(feed, text, strlen(text)), (ssize_t)strlen(text));
}

static void restore(void)
{
    dup2(old_stdin, 0);
    close(old_stdin);
}

FolderTest(source_stdin, rows_come_as_they_are_written)
{
    cr_assert(source_start(&run, "stdin", relation("a VARCHAR", NULL)));
    SourceRun other = {0};
    cr_assert_not(source_start(&other, "stdin", relation("a VARCHAR", NULL)));
    cr_assert(strncmp(other.failure, "55006", 5) == 0);
    say("1\nhal");
    cr_assert_str_eq(source_read_soon(&run, 3000), "1\n");
    say("f\nend");
    cr_assert_str_eq(source_read_soon(&run, 3000), "half\n");
    close(feed);
    cr_assert_str_eq(source_read_soon(&run, 3000), "end");
    cr_assert_str_eq(source_read_soon(&run, 3000), "");
    cr_assert_eq(run.state, SOURCE_END);
    source_stop(&run);
    restore();
}

FolderTest(source_stdin, closing_does_not_wait_for_input)
{
    for (int i = 0; i < 3; i++) {
        cr_assert(source_start(&run, "stdin", relation("a VARCHAR", NULL)), "%s", run.failure);
        say("1\n");
        cr_assert_str_eq(source_read_soon(&run, 3000), "1\n");
        source_stop(&run);
    }
    close(feed);
    restore();
}

FolderTest(source_stdin, a_header_that_does_not_fit)
{
    const char *const options[] = {"csv.header", "true", NULL};
    run.decoded = true;
    cr_assert(source_start(&run, "stdin", relation("a INT", options)));
    say("b\n1\n");
    const char *text = source_read_soon(&run, 3000);
    cr_assert(strncmp(text, "FAIL 42703", 10) == 0, "%s", text);
    source_stop(&run);
    close(feed);
    restore();
}
