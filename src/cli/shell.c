/* shell.c - see shell.h. */
#include "cli/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include "cli/interactive.h"
#include "cli/interrupt.h"
#include "cli/report.h"
#include "cli/script.h"
#include "io/source_stdin.h"

/* ---- the host of a session ---- */

static Status show_columns(void *context, const ResultShape *result, Err *err)
{
    return render_columns(&((Shell *)context)->render, result, NULL, err);
}

static Status show_rows(void *context, const Batch *batch, Err *err)
{
    return render_rows(&((Shell *)context)->render, batch, err);
}

static Status show_heading(void *context, int64_t number, Err *err)
{
    return render_heading(&((Shell *)context)->render, number, err);
}

static Status show_flush(void *context, Err *err)
{
    return render_flush(&((Shell *)context)->render, err);
}

static void end_result(Shell *shell, bool failed)
{
    Err err = ERR_NONE;
    if (render_end(&shell->render, failed, &err) == FAIL && !shell->output_failed) {
        shell->output_failed = true;
        shell->output_error = err;
    }
}

static void show_done(void *context, const char *tag)
{
    Shell *shell = context;
    bool had_rows = shell->render.columns != NULL, plain = shell->render.plain_text;
    uint64_t rows = shell->render.table_rows;
    end_result(shell, false);
    if (!shell->shows_tags || !shell->host.is_terminal || plain)
        return;
    if (had_rows)
        (void)printf("(%llu row%s)\n", (unsigned long long)rows, rows == 1 ? "" : "s");
    else
        (void)printf("%s\n", tag);
    (void)fflush(stdout);
}

static void show_notice(void *context, Severity severity, const char *sqlstate, const char *message,
                        const char *hint)
{
    (void)context;
    report_notice(severity, sqlstate, message, hint);
}

static Status show_copy(void *context, const char *bytes, size_t count, Err *err)
{
    Shell *shell = context;
    buf_add(&shell->output.buf, bytes, count);
    return output_spill(&shell->output, err);
}

Status shell_init(Shell *shell, const Args *args, Err *err)
{
    int fd = 1;
    if (args->output) {
        fd = open(args->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (fd < 0)
            return err_errno(err, errno, "write", args->output);
    }
    bool is_terminal = isatty(fd);
    *shell = (Shell){.args = args};
    output_init(&shell->output, fd, args->output ? args->output : "the standard output");
    const RenderClass *class =
        args->format ? args->format : render_class_find(is_terminal ? "box" : "csv");
    render_init(&shell->render, class, &shell->output, !args->no_header);
    shell->host = (SessionHost){.context = shell,
                                .columns = show_columns,
                                .rows = show_rows,
                                .heading = show_heading,
                                .flush = show_flush,
                                .done = show_done,
                                .notice = show_notice,
                                .copy_out = show_copy,
                                .is_terminal = is_terminal};
    return OK;
}

void shell_deinit(Shell *shell)
{
    render_deinit(&shell->render);
    output_deinit(&shell->output);
    if (shell->output.fd > 2)
        (void)close(shell->output.fd);
}

/* ---- statements ---- */

static void report_at(const Script *script, const Piece *piece, const Err *err)
{
    char place[256];
    int64_t line = piece->line;
    for (int32_t i = 0; i < err->position && (size_t)i < piece->text.length; i++)
        line += piece->text.data[i] == '\n';
    bool is_file = script && script->name && script->fd > 0;
    (void)snprintf(place, sizeof place, "%s line %lld", is_file ? script->name : "",
                   (long long)line);
    report_error(err, piece->text, is_file ? place : NULL);
}

bool shell_run_statement(Shell *shell, const Script *script, const Piece *piece)
{
    Err err = ERR_NONE;
    Status status = shell->backend.run(shell->backend.self, piece->text, &err);
    if (status == FAIL)
        end_result(shell, true);
    else if (output_flush(&shell->output, &err) == FAIL)
        status = FAIL;
    if (status != FAIL && shell->output_failed) {
        err = shell->output_error;
        status = FAIL;
    }
    shell->output_failed = false;
    if (status == FAIL && !shell->output.reader_gone && !interrupt_asked)
        report_at(script, piece, &err);
    return status != FAIL;
}

int shell_run_script(Shell *shell, Script *script)
{
    int code = 0;
    Piece piece;
    Err err = ERR_NONE;
    for (;;) {
        Status status = interrupt_asked ? STOP : script_next(script, &piece, interrupt_fd(), &err);
        if (status == FAIL) {
            report_error(&err, STR(""), NULL);
            return EXIT_SQL;
        }
        if (status == STOP)
            return code;
        if (!shell_run_statement(shell, script, &piece)) {
            code = EXIT_SQL;
            if (!shell->args->keep_going)
                return code;
        }
        if (shell->output.reader_gone)
            return code;
    }
}

static int run_arg(Shell *shell, const ScriptArg *arg)
{
    Script script;
    Err err = ERR_NONE;
    if (!arg->is_file) {
        script_init_text(&script, arg->text);
    } else if (script_init_file(&script, arg->text, &err) != OK) {
        report_error(&err, STR(""), NULL);
        return EXIT_SQL;
    }
    bool reads_stdin = script.fd == STDIN_FILENO;
    int code = EXIT_SQL;
    if (reads_stdin && source_stdin_take(&err) != OK) {
        report_error(&err, STR(""), NULL);
    } else {
        code = shell_run_script(shell, &script);
        if (reads_stdin)
            source_stdin_release();
    }
    script_deinit(&script);
    return code;
}

static void cancel(void *context)
{
    Shell *shell = context;
    shell->backend.cancel(shell->backend.self);
}

bool shell_is_interactive(const Args *args)
{
    return !args->scripts.count && isatty(0) && isatty(1) && !args->output;
}

int shell_run(Shell *shell)
{
    static const ScriptArg standard_input = {true, "-"};
    interrupt_set_handler(cancel, shell);
    int code = 0;
    const Args *args = shell->args;
    if (shell_is_interactive(args))
        return interactive_run(shell);
    if (!args->scripts.count)
        code = run_arg(shell, &standard_input);
    for (size_t i = 0; i < args->scripts.count; i++) {
        int this_code = run_arg(shell, &args->scripts.at[i]);
        code = this_code ? this_code : code;
        if ((code && !args->keep_going) || interrupt_asked || shell->output.reader_gone)
            break;
    }
    interrupt_set_handler(NULL, NULL);
    return code;
}
