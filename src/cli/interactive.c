/* interactive.c - see interactive.h. */
#include "cli/interactive.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/file.h"
#include "cli/interrupt.h"
#include "cli/line_edit.h"
#include "cli/report.h"
#include "grammar/parse.h"

enum { PATH_BYTES = 1024, WATCH_SECONDS = 2, WATCH_SECONDS_MAX = 86400 };

typedef struct Interactive {
    Shell *shell;
    LineEdit edit;
    Buf text;       /* typed, and not run yet */
    Buf last;       /* the statement that ran last, for \watch */
    LineList names; /* of tables, for completion */
    bool timing, leaving;
    _Atomic bool cancelled; /* \watch is to end */
} Interactive;

static void say(const char *format, ...) PRINTF_LIKE(1, 2);
static void say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vprintf(format, args);
    va_end(args);
    (void)fflush(stdout);
}

/* ---- running ---- */

static bool run_text(Interactive *self, Str text)
{
    int64_t started = clock_mono_us();
    Piece piece = {.text = text, .line = 1};
    bool good = shell_run_statement(self->shell, NULL, &piece);
    if (self->timing)
        say("Time: %.3f ms\n", (double)(clock_mono_us() - started) / 1000);
    return good;
}

static void run_complete(Interactive *self)
{
    ParsePiece piece;
    size_t offset = 0;
    Str script = {buf_text(&self->text), self->text.length};
    while (parse_next(script, &offset, false, &piece)) {
        line_edit_remember(&self->edit, (Str){script.data + piece.offset, offset - piece.offset});
        buf_clear(&self->last);
        buf_add(&self->last, piece.text.data, piece.text.length);
        (void)run_text(self, piece.text);
        if (interrupt_asked || self->shell->output.reader_gone)
            break;
    }
    self->text.length -= offset;
    memmove(self->text.data, self->text.data + offset, self->text.length);
    if (!str_trim((Str){self->text.data, self->text.length}).length)
        buf_clear(&self->text);
}

/* ---- backslash commands ---- */

static void help(void)
{
    say("Statements end with a semicolon; Ctrl-C ends one that runs.\n"
        "  \\d [NAME]       tables and views, or one's columns\n"
        "  \\dt             tables\n"
        "  \\x              a line a value, on and off\n"
        "  \\timing         how long each statement takes, on and off\n"
        "  \\i FILE         run a file\n"
        "  \\o [FILE]       results go to a file, or to the terminal again\n"
        "  \\watch [N]      run the last statement every N seconds (2)\n"
        "  \\?              this\n"
        "  \\q              leave, as Ctrl-D does\n");
}

static void toggle_expanded(Shell *shell)
{
    bool on = strcmp(shell->render.class->name, "line") != 0;
    const char *name = on ? "line" : "box";
    render_deinit(&shell->render);
    render_init(&shell->render, render_class_find(name), &shell->output, !shell->args->no_header);
    say("The format is %s.\n", name);
}

static void redirect(Shell *shell, const char *path)
{
    int fd = 1;
    if (*path) {
        fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (fd < 0) {
            Err err = ERR_NONE;
            (void)err_errno(&err, errno, "write", path);
            report_error(&err, STR(""), NULL);
            return;
        }
    }
    if (shell->output.fd > 2)
        (void)close(shell->output.fd);
    shell->output.fd = fd;
}

static void run_file(Interactive *self, const char *path)
{
    Script script;
    Err err = ERR_NONE;
    if (script_init_file(&script, path, &err) != OK) {
        report_error(&err, STR(""), NULL);
        return;
    }
    (void)shell_run_script(self->shell, &script);
    script_deinit(&script);
}

static void watch(Interactive *self, const char *argument)
{
    int64_t seconds = WATCH_SECONDS;
    if (*argument &&
        (!text_to_i64(argument, &seconds) || seconds < 1 || seconds > WATCH_SECONDS_MAX)) {
        say("\\watch takes a number of seconds.\n");
        return;
    }
    self->cancelled = false;
    while (self->last.length && !self->cancelled && !interrupt_asked) {
        if (!run_text(self, (Str){self->last.data, self->last.length}))
            return;
        for (int64_t left = seconds * 20; left > 0 && !self->cancelled && !interrupt_asked; left--)
            (void)poll(NULL, 0, 50);
    }
}

static void describe(Interactive *self, const char *name)
{
    if (!*name) {
        (void)run_text(self, STR("SHOW TABLES"));
        (void)run_text(self, STR("SHOW VIEWS"));
        return;
    }
    Buf sql;
    buf_init(&sql);
    buf_printf(&sql, "DESCRIBE %s", name);
    (void)run_text(self, (Str){sql.data, sql.length});
    buf_deinit(&sql);
}

/* "\i file.sql;" → command and argument */
static void run_command(Interactive *self, Str line)
{
    line = str_trim(line);
    while (line.length && line.data[line.length - 1] == ';')
        line.length--;
    size_t end = 0;
    while (end < line.length && line.data[end] != ' ' && line.data[end] != '\t')
        end++;
    Str word = {line.data, end}, rest = str_trim((Str){line.data + end, line.length - end});
    char argument[PATH_BYTES];
    (void)snprintf(argument, sizeof argument, STR_FORMAT, STR_ARG(rest));
    if (str_equal(word, STR("\\q")))
        self->leaving = true;
    else if (str_equal(word, STR("\\?")) || str_equal(word, STR("\\h")))
        help();
    else if (str_equal(word, STR("\\x")))
        toggle_expanded(self->shell);
    else if (str_equal(word, STR("\\timing")))
        say("Timing is %s.\n", (self->timing = !self->timing) ? "on" : "off");
    else if (str_equal(word, STR("\\d")))
        describe(self, argument);
    else if (str_equal(word, STR("\\dt")))
        (void)run_text(self, STR("SHOW TABLES"));
    else if (str_equal(word, STR("\\i")))
        run_file(self, argument);
    else if (str_equal(word, STR("\\o")))
        redirect(self->shell, argument);
    else if (str_equal(word, STR("\\watch")))
        watch(self, argument);
    else
        say("There is no command " STR_FORMAT "; \\? lists them.\n", STR_ARG(word));
}

/* ---- completion ---- */

static void offer(LineList *candidates, Str word, const char *name, bool as_typed)
{
    size_t length = strlen(name);
    if (length < word.length || !str_equal_nocase((Str){name, word.length}, word))
        return;
    char *copy = mem_strdup(name);
    bool lower = word.length && word.data[0] >= 'a' && word.data[0] <= 'z';
    for (char *at = copy; as_typed && lower && *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at + 32);
    list_push(candidates, copy);
}

static void complete(void *context, Str text, Str word, LineList *candidates)
{
    Interactive *self = context;
    (void)text;
    if (!word.length)
        return;
    for (size_t i = 0; i < self->names.count; i++)
        offer(candidates, word, self->names.at[i], false);
    for (size_t i = 0; parse_keyword(i); i++)
        offer(candidates, word, parse_keyword(i), true);
}

/* The names that statements declare, so that nothing has to be asked for at each Tab. */
static void note_names(Interactive *self, Str script)
{
    ParsePiece piece;
    size_t offset = 0;
    while (parse_next(script, &offset, false, &piece)) {
        Arena arena;
        Statement *statement = NULL;
        Err ignored = ERR_NONE;
        arena_init(&arena);
        if (parse_statement(piece.text, &arena, &statement, &ignored) == OK && statement &&
            statement->kind == STATEMENT_CREATE && statement->create->name.count) {
            const NameList *name = &statement->create->name;
            list_push(&self->names, mem_strdup(ast_last_name(name)));
        }
        arena_deinit(&arena);
    }
}

/* ---- the prompt ---- */

static const char *history_path(Arena *arena)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    const char *folder = state && *state == '/' ? path_join(arena, state, "streamd")
                         : home && *home == '/' ? path_join(arena, home, ".local/state/streamd")
                                                : NULL;
    Err ignored = ERR_NONE;
    if (!folder || file_make_directory(folder, &ignored) != OK)
        return NULL;
    return path_join(arena, folder, "history");
}

static void cancel(void *context)
{
    Interactive *self = context;
    self->cancelled = true;
    self->shell->backend.cancel(self->shell->backend.self);
}

static void take_line(Interactive *self, const Buf *line)
{
    Str typed = {line->data, line->length};
    if (!self->text.length && str_has_prefix(str_trim(typed), STR("\\"))) {
        line_edit_remember(&self->edit, typed);
        run_command(self, typed);
        return;
    }
    buf_add(&self->text, typed.data, typed.length);
    buf_add_char(&self->text, '\n');
    note_names(self, (Str){self->text.data, self->text.length});
    run_complete(self);
}

static void loop(Interactive *self)
{
    Buf line;
    buf_init(&line);
    while (!self->leaving && !interrupt_asked && !self->shell->output.reader_gone) {
        char pending = parse_pending((Str){buf_text(&self->text), self->text.length}), prompt[16];
        (void)snprintf(prompt, sizeof prompt, "streamd%c> ", pending == ' ' ? '=' : pending);
        LineEnd end = line_edit_read(&self->edit, prompt, interrupt_fd(), &line);
        if (end == LINE_CLOSED)
            break;
        if (end == LINE_CANCELLED)
            buf_clear(&self->text);
        else
            take_line(self, &line);
    }
    buf_deinit(&line);
}

int interactive_run(Shell *shell)
{
    Arena arena;
    arena_init(&arena);
    Interactive self = {.shell = shell};
    buf_init(&self.text);
    buf_init(&self.last);
    line_edit_init(&self.edit, history_path(&arena));
    self.edit.complete = complete;
    self.edit.context = &self;
    shell->shows_tags = true;
    interrupt_only_cancels(true);
    interrupt_set_handler(cancel, &self);
    say("streamd-cli %s. \\? for help, \\q to leave.\n", STREAMD_VERSION);
    loop(&self);
    interrupt_set_handler(NULL, NULL);
    line_edit_deinit(&self.edit);
    for (size_t i = 0; i < self.names.count; i++)
        free(self.names.at[i]);
    list_free(&self.names);
    buf_deinit(&self.text);
    buf_deinit(&self.last);
    arena_deinit(&arena);
    return 0;
}
