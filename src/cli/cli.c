/* cli.c - from the command line to an exit code. */
#include "cli/cli.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include "cli/interrupt.h"
#include "cli/local.h"
#include "cli/remote.h"
#include "cli/replay.h"
#include "cli/report.h"

static int print_and_end(Buf *text)
{
    Output output;
    Err err = ERR_NONE;
    output_init(&output, 1, "the standard output");
    buf_add(&output.buf, text->data, text->length);
    Status status = output_flush(&output, &err);
    if (status == FAIL)
        report_error(&err, STR(""), NULL);
    output_deinit(&output);
    buf_deinit(text);
    return status == FAIL ? EXIT_SQL : 0;
}

static int run_statements(const Args *args)
{
    Shell shell;
    Err err = ERR_NONE;
    if (shell_init(&shell, args, &err) != OK) {
        report_error(&err, STR(""), NULL);
        return EXIT_SQL;
    }
    bool used;
    int code = remote_run(&shell, &used);
    if (!used)
        code = local_run(&shell);
    bool reader_gone = shell.output.reader_gone;
    shell_deinit(&shell);
    if (interrupt_exit_code())
        return interrupt_exit_code();
    /* As any program in a pipe whose reader has gone. */
    return reader_gone ? EXIT_READER_GONE : code;
}

static int run(const Args *args)
{
    Buf text;
    buf_init(&text); /* holds nothing yet */
    switch (args->mode) {
    case CLI_HELP:
        args_print_help(&text);
        return print_and_end(&text);
    case CLI_VERSION:
        buf_printf(&text, "streamd-cli %s\n", STREAMD_VERSION);
        return print_and_end(&text);
    case CLI_REPLAY:
        return replay_run(args);
    case CLI_RUN:
        break;
    }
    interrupt_start();
    return run_statements(args);
}

int cli_main(int argc, char **argv)
{
    Args args;
    Arena arena;
    Err err = ERR_NONE;
    arena_init(&arena);
    int code = EXIT_USAGE;
    if (args_parse(&args, argc, argv, &arena, &err) == OK)
        code = run(&args);
    else
        report_usage(&err);
    args_deinit(&args);
    arena_deinit(&arena);
    return code;
}
