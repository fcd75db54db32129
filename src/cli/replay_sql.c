/*
 * replay_sql.c - a script, run with a virtual clock and recorded inputs.
 *
 * What it prints (csv, and the text of the error that ended it) is compared with NAME.out, what it
 * writes with NAME.expected/.  Lines `-- input: TABLE=FILE` in the script name recorded inputs, as
 * --input does; files are looked for beside the script.
 */
#include "cli/replay.h"

#include <unistd.h>
#include "base/clock.h"
#include "base/file.h"
#include "cli/diff.h"
#include "cli/interrupt.h"
#include "cli/replay_rewrite.h"
#include "cli/report.h"
#include "cli/script.h"
#include "cli/shell.h"
#include "io/sink_print.h"

typedef LIST(InputArg) Inputs;

typedef struct SqlRun {
    ReplayCase *test;
    Clock clock;
    ReplayNotices notices;
    Output output;
    Render render;
    Rewrite rewrite;
    Session *session;
} SqlRun;

/* ---- the host of its session: csv into a file ---- */

static Status sql_columns(void *context, const ResultShape *result, Err *err)
{
    return render_columns(&((SqlRun *)context)->render, result, NULL, err);
}

static Status sql_rows(void *context, const Batch *batch, Err *err)
{
    return render_rows(&((SqlRun *)context)->render, batch, err);
}

static Status sql_heading(void *context, int64_t number, Err *err)
{
    return render_heading(&((SqlRun *)context)->render, number, err);
}

static Status sql_flush(void *context, Err *err)
{
    return render_flush(&((SqlRun *)context)->render, err);
}

static void sql_done(void *context, const char *tag)
{
    (void)tag;
    Err err = ERR_NONE;
    if (render_end(&((SqlRun *)context)->render, false, &err) == FAIL)
        buf_printf(&((SqlRun *)context)->test->report, "ERROR: %s: %s\n", err.sqlstate,
                   err.message);
}

static void sql_notice(void *context, Severity severity, const char *sqlstate, const char *message,
                       const char *hint)
{
    (void)context, (void)severity, (void)sqlstate, (void)message, (void)hint;
}

static Status sql_copy(void *context, const char *bytes, size_t count, Err *err)
{
    SqlRun *run = context;
    buf_add(&run->output.buf, bytes, count);
    return output_spill(&run->output, err);
}

/* ---- running ---- */

static void cancel(void *session)
{
    session_cancel(session);
}

/* A script stops at its first error, whose text belongs to what it prints. */
static Status run_statements(SqlRun *run, Script *script, Err *err)
{
    Piece piece;
    for (;;) {
        Status status = interrupt_asked ? STOP : script_next(script, &piece, interrupt_fd(), err);
        if (status != OK)
            return status == STOP ? OK : FAIL;
        Err problem = ERR_NONE;
        Str text;
        status = rewrite_statement(&run->rewrite, piece.text, &text, &problem);
        if (status == OK)
            status = session_run(run->session, text, &problem);
        if (status == FAIL) {
            TRY(render_end(&run->render, true, err));
            rewrite_position(&run->rewrite, &problem);
            report_error_text(&run->output.buf, &problem, piece.text, NULL);
            return output_flush(&run->output, err);
        }
        TRY(output_flush(&run->output, err));
    }
}

static Status run_engine(SqlRun *run, Script *script, Err *err)
{
    const Args *args = run->test->args;
    EngineConfig config = {.threads = args->threads,
                           .batch_rows = args->batch_rows,
                           .clock = &run->clock,
                           .replay = true,
                           .notice = replay_notice,
                           .notice_context = &run->notices};
    Engine *engine;
    bool in_use;
    TRY(engine_open(&engine, &config, &in_use, err));
    SessionHost host = {.context = run,
                        .columns = sql_columns,
                        .rows = sql_rows,
                        .heading = sql_heading,
                        .flush = sql_flush,
                        .done = sql_done,
                        .notice = sql_notice,
                        .copy_out = sql_copy};
    run->session = session_new(engine, &host);
    interrupt_set_handler(cancel, run->session);
    Status status = run_statements(run, script, err);
    (void)engine_wait(engine, &interrupt_asked);
    interrupt_set_handler(NULL, NULL);
    session_free(run->session);
    engine_close(engine, false);
    if (status == OK && run->notices.errors.length) {
        buf_add(&run->output.buf, run->notices.errors.data, run->notices.errors.length);
        status = output_flush(&run->output, err);
    }
    return status;
}

/* ---- recorded inputs ---- */

static void add_input(SqlRun *run, Inputs *inputs, Str line)
{
    const char *equals = memchr(line.data, '=', line.length);
    if (!equals)
        return;
    Arena *arena = &run->test->arena;
    Str table = str_trim((Str){line.data, (size_t)(equals - line.data)});
    Str path = str_trim((Str){equals + 1, line.length - (size_t)(equals + 1 - line.data)});
    InputArg input = {
        arena_strndup(arena, table.data, table.length),
        path_join(arena, run->test->folder, arena_strndup(arena, path.data, path.length)), NULL};
    list_push(inputs, input);
}

static void find_inputs(SqlRun *run, Str script, Inputs *inputs)
{
    static const Str mark = {"-- input:", 9};
    for (size_t at = 0; at < script.length;) {
        const char *from = script.data + at, *stop = memchr(from, '\n', script.length - at);
        size_t length = stop ? (size_t)(stop - from) : script.length - at;
        if (str_has_prefix((Str){from, length}, mark))
            add_input(run, inputs, (Str){from + mark.length, length - mark.length});
        at += length + 1;
    }
    /* Those of the command line count more: rewrite looks from the front. */
    const Args *args = run->test->args;
    for (size_t i = 0; i < args->inputs.count; i++) {
        list_push(inputs, args->inputs.at[i]);
        memmove(inputs->at + i + 1, inputs->at + i, (inputs->count - 1 - i) * sizeof *inputs->at);
        inputs->at[i] = args->inputs.at[i];
    }
}

/* ---- comparing ---- */

static Status write_whole(const char *path, const char *data, size_t size, Err *err)
{
    int fd;
    TRY(file_open(&fd, path, FILE_WRITE_EMPTY, err));
    Status status = file_write(fd, data, size, path, err);
    file_close(fd);
    return status;
}

static Status compare(ReplayCase *test, const Rewrite *rewrite, const char *printed_path, Err *err)
{
    Arena *arena = &test->arena;
    const char *recorded_path = arena_printf(arena, "%s.out", test->stem);
    const char *tree = arena_printf(arena, "%s.expected", test->stem);
    char *printed, *recorded = NULL;
    size_t printed_size, recorded_size = 0;
    FileInfo info;
    TRY(file_read_all(printed_path, arena, &printed, &printed_size, err));
    Buf restored;
    buf_init(&restored);
    buf_add(&restored, printed, printed_size);
    rewrite_restore(rewrite, &restored);
    printed = arena_strndup(arena, buf_text(&restored), restored.length);
    printed_size = restored.length;
    buf_deinit(&restored);
    TRY(file_stat(recorded_path, &info, err));
    if (info.exists)
        TRY(file_read_all(recorded_path, arena, &recorded, &recorded_size, err));
    bool same = info.exists && printed_size == recorded_size &&
                (printed_size == 0 || memcmp(printed, recorded, printed_size) == 0);
    if (test->args->update && !same) {
        TRY(write_whole(recorded_path, printed, printed_size, err));
        test->recorded = true;
    } else if (!same) {
        if (!info.exists)
            buf_add_text(&test->report, "nothing is recorded yet; --update does it\n");
        diff_unified(&test->report, (Str){recorded, recorded_size},
                     arena_printf(arena, "%s.out", path_base(test->stem)),
                     (Str){printed, printed_size}, "printed");
    }
    TRY(file_stat(tree, &info, err));
    if (info.exists || test->args->update)
        return replay_tree(rewrite->folder, tree, test->args->update, &test->recorded,
                           &test->report, err);
    return OK;
}

static Status run_sql(SqlRun *run, Err *err)
{
    ReplayCase *test = run->test;
    Arena *arena = &test->arena;
    const char *printed = path_join(arena, test->scratch, "printed");
    const char *sinks = path_join(arena, test->scratch, "sinks");
    Inputs inputs = {0};
    Str text;
    char *data;
    int fd;
    TRY(file_make_directory(sinks, err));
    TRY(file_read_all(test->path, arena, &data, &text.length, err));
    text.data = data;
    text = script_without_mark(text);
    find_inputs(run, text, &inputs);
    TRY(file_open(&fd, printed, FILE_WRITE_NEW, err));
    output_init(&run->output, fd, printed);
    render_init(&run->render, render_class_find("csv"), &run->output, true);
    sink_print_to(fd);
    rewrite_init(&run->rewrite, arena, sinks, inputs.at, inputs.count);
    rewrite_read_ahead(&run->rewrite, text);
    Script script;
    script_init_text(&script, arena_strndup(arena, text.data, text.length));
    Status status = run_engine(run, &script, err);
    script_deinit(&script);
    sink_print_to(1);
    render_deinit(&run->render);
    output_deinit(&run->output);
    file_close(fd);
    if (status == OK)
        status = compare(test, &run->rewrite, printed, err);
    rewrite_deinit(&run->rewrite);
    list_free(&inputs);
    return status;
}

void replay_sql(ReplayCase *test)
{
    SqlRun run = {.test = test,
                  .clock = {.is_virtual = true,
                            .virtual_us = REPLAY_START_US,
                            .began_us = clock_now_us(NULL)}};
    replay_notices_init(&run.notices);
    Err err = ERR_NONE;
    if (run_sql(&run, &err) != OK)
        buf_printf(&test->report, "ERROR: %s: %s\n", err.sqlstate, err.message);
    replay_notices_deinit(&run.notices);
}
