/* local.c - see local.h. */
#include "cli/local.h"

#include <unistd.h>
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "io/sink_print.h"

static Status run_statement(void *self, Str statement, Err *err)
{
    return session_run(self, statement, err);
}

static void cancel_statement(void *self)
{
    session_cancel(self);
}

/* What a background job has to say. */
static void job_notice(void *context, Severity severity, const char *sqlstate, const char *message,
                       const char *hint)
{
    (void)context;
    report_notice(severity, sqlstate, message, hint);
}

static int open_failed(const Err *err, bool in_use)
{
    Err shown = *err;
    if (in_use)
        (void)err_hint(&shown,
                       "A streamd that has it is asked without --data-dir; else stop the other "
                       "program or choose another directory.");
    report_error(&shown, STR(""), NULL);
    if (in_use)
        return EXIT_BUSY;
    return strcmp(err->sqlstate, SQLSTATE_CORRUPT) == 0 ? EXIT_CORRUPT : EXIT_SQL;
}

int local_run(Shell *shell)
{
    const Args *args = shell->args;
    EngineConfig config = {.data_dir = args->data_dir,
                           .threads = args->threads,
                           .batch_rows = args->batch_rows,
                           .notice = job_notice};
    Engine *engine;
    bool in_use = false;
    Err err = ERR_NONE;
    if (engine_open(&engine, &config, &in_use, &err) != OK)
        return open_failed(&err, in_use);
    sink_print_to(shell->output.fd);
    Session *session = session_new(engine, &shell->host);
    shell->backend = (Backend){session, run_statement, cancel_statement};
    Progress *progress = args->progress ? progress_start(engine) : NULL;
    int code = shell_run(shell);
    bool stays = !shell_is_interactive(args) && !interrupt_asked && !shell->output.reader_gone &&
                 (!code || args->keep_going);
    if (stays && isatty(STDERR_FILENO) && engine_is_busy(engine))
        report_notice(SEVERITY_NOTICE, SQLSTATE_WARNING,
                      "jobs are running; Ctrl-C commits what they have and leaves", NULL);
    if (stays)
        (void)engine_wait(engine, &interrupt_asked);
    progress_stop(progress);
    if (!code && engine_failed_jobs(engine))
        code = EXIT_SQL;
    session_free(session);
    engine_close(engine, false);
    return code;
}
