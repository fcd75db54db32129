/* args.c - see args.h. */
#include "cli/args.h"

#include <stdio.h>
#include "base/file.h"

typedef enum OptionId {
    OPT_EXECUTE,
    OPT_FILE,
    OPT_FORMAT,
    OPT_OUTPUT,
    OPT_NO_HEADER,
    OPT_CONTINUE,
    OPT_LOCAL,
    OPT_HOST,
    OPT_PORT,
    OPT_SOCKET,
    OPT_DATA_DIR,
    OPT_PROGRESS,
    OPT_THREADS,
    OPT_BATCH_ROWS,
    OPT_HELP,
    OPT_VERSION,
    OPT_UPDATE,
    OPT_INPUT,
    OPT_TAP,
    OPT_JUNIT,
    OPT_TIMEOUT,
    OPT_MAX_FAILURES,
    OPT_OWN_SPELLING
} OptionId;

enum {
    RUN = 1,
    REPLAY = 2,
    BOTH = 3,
    THREADS_MAX = 1024,
    TIMEOUT_MAX = 86400,
    FAILURES_MAX = 1000000
};

typedef struct OptionDef {
    OptionId id;
    int modes;
    char letter; /* 0: none */
    const char *name;
    const char *value; /* NULL: takes none */
    const char *help;
} OptionDef;

static const OptionDef options[] = {
    {OPT_EXECUTE, RUN, 'e', "execute", "SQL", "run these statements; may be repeated"},
    {OPT_FILE, RUN, 'f', "file", "FILE", "run the statements of a file, - is the standard input"},
    {OPT_FORMAT, RUN, 0, "format", "FORMAT",
     "box, csv, tsv, json, jsonl, markdown or line\n"
     "(box on a terminal, csv in a pipe)"},
    {OPT_OUTPUT, RUN, 'o', "output", "FILE", "results go to a file"},
    {OPT_NO_HEADER, RUN, 0, "no-header", NULL, "no line of column names"},
    {OPT_CONTINUE, RUN, 0, "continue", NULL, "go on after a statement that failed"},
    {OPT_LOCAL, RUN, 0, "local", NULL, "run the engine in this process, even if a daemon runs"},
    {OPT_DATA_DIR, RUN, 0, "data-dir", "DIR",
     "where tables, jobs and their state live (runs locally);\n"
     "without it in a temporary folder that goes away"},
    {OPT_HOST, RUN, 0, "host", "HOST", "the daemon's host"},
    {OPT_PORT, RUN, 0, "port", "PORT", "the daemon's port (5432)"},
    {OPT_SOCKET, RUN, 0, "socket", "PATH", "the daemon's Unix socket, or the folder it is in"},
    {OPT_PROGRESS, RUN, 0, "progress", NULL, "rows, bytes and rate on stderr, if it is a terminal"},
    {OPT_THREADS, BOTH, 0, "threads", "N", "worker threads (as many as cores)"},
    {OPT_BATCH_ROWS, BOTH, 0, "batch-rows", "N", "rows a batch, 1 to 2048"},
    {OPT_UPDATE, REPLAY, 0, "update", NULL, "record what scripts print and write as expected"},
    {OPT_INPUT, REPLAY, 0, "input", "TABLE=FILE",
     "feed a recorded file to a socket or watched table"},
    {OPT_TAP, REPLAY, 0, "tap", "[FILE]",
     "the outcome as TAP, on the standard output or in a file"},
    {OPT_JUNIT, REPLAY, 0, "junit", "FILE", "write the outcome as JUnit XML"},
    {OPT_TIMEOUT, REPLAY, 0, "timeout", "SECONDS",
     "how long a statement of a dialog may take (60)"},
    {OPT_MAX_FAILURES, REPLAY, 0, "max-failures", "N",
     "give a dialog up after so many (10); 0: never"},
    {OPT_OWN_SPELLING, REPLAY, 0, "own-spelling", NULL,
     "values in dialogs as they are printed here, not as\n"
     "other systems write them (t, 1 for 1.0, [1, 2])"},
    {OPT_HELP, BOTH, 'h', "help", NULL, "show this"},
    {OPT_VERSION, BOTH, 'V', "version", NULL, "show the version"},
};
enum { OPTION_COUNT = sizeof options / sizeof *options };

static void print_options(Buf *out, int mode, bool shared)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        const OptionDef *option = &options[i];
        if (shared ? option->modes != BOTH : option->modes != mode)
            continue;
        char left[48];
        if (option->letter)
            (void)snprintf(left, sizeof left, "-%c, --%s%s%s", option->letter, option->name,
                           option->value ? " " : "", option->value ? option->value : "");
        else
            (void)snprintf(left, sizeof left, "    --%s%s%s", option->name,
                           option->value ? " " : "", option->value ? option->value : "");
        const char *text = option->help;
        for (const char *end; text; text = end ? end + 1 : NULL) {
            end = strchr(text, '\n');
            int length = end ? (int)(end - text) : (int)strlen(text);
            buf_printf(out, "  %-26s %.*s\n", text == option->help ? left : "", length, text);
        }
    }
}

void args_print_help(Buf *out)
{
    buf_add_text(
        out, "streamd-cli: streaming SQL over CSV folders and sockets\n"
             "\n"
             "  streamd-cli [OPTION]…                 statements from -e, -f, a pipe or a prompt\n"
             "  streamd-cli replay [OPTION]… PATH…    run recorded .sql scripts and .slt dialogs\n"
             "\n"
             "  streamd-cli -e \"SELECT count(*) FROM 'logs/*.csv'\"\n"
             "  streamd-cli --data-dir state -f etl.sql\n"
             "\n"
             "What to run and how to show it\n");
    print_options(out, RUN, false);
    buf_add_text(out, "\nIn both\n");
    print_options(out, RUN, true);
    buf_add_text(out, "\nstreamd-cli replay\n");
    print_options(out, REPLAY, false);
    buf_add_text(
        out,
        "\n"
        "Without --local, --data-dir, --host, --port and --socket a daemon on this machine is\n"
        "asked if there is one; else the engine runs in this process.\n"
        "\n"
        "Exit status: 0 ok, 1 SQL error, 2 usage, 3 cannot connect, 4 replay mismatch,\n"
        "5 corrupt state, 6 data directory in use, 130 and 143 interrupted.\n");
}

static Status unknown_option(const char *arg, int mode, Err *err)
{
    char typed[64];
    const char *word = arg + strspn(arg, "-");
    (void)snprintf(typed, sizeof typed, "%.*s", (int)strcspn(word, "="), word);
    (void)err_set(err, SQLSTATE_SYNTAX, -1, "unknown option %s", arg);
    Nearest nearest = nearest_start(typed);
    for (int i = 0; i < OPTION_COUNT; i++)
        if (options[i].modes & mode)
            nearest_offer(&nearest, options[i].name);
    if (nearest.best)
        return err_hint(err, "Did you mean --%s?", nearest.best);
    return err_hint(err, "streamd-cli --help lists the options.");
}

static Status take_number(const char *name, const char *value, int least, int most, int *out,
                          Err *err)
{
    int64_t number;
    if (!text_to_i64(value, &number) || number < least || number > most)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1,
                       "--%s takes a number from %d to %d, not \"%s\"", name, least, most, value);
    *out = (int)number;
    return OK;
}

static Status take_format(const char *value, const RenderClass **out, Err *err)
{
    const RenderClass *class = render_class_find(value);
    if (!class) {
        (void)err_set(err, SQLSTATE_INVALID_PARAMETER, -1, "unknown format \"%s\"", value);
        Nearest nearest = nearest_start(value);
        Buf names;
        buf_init(&names);
        for (size_t i = 0; render_class_name(i); i++) {
            nearest_offer(&nearest, render_class_name(i));
            buf_printf(&names, "%s%s", i ? ", " : "", render_class_name(i));
        }
        if (nearest.best)
            (void)nearest_hint(&nearest, err);
        else
            (void)err_hint(err, "There are %s.", buf_text(&names));
        buf_deinit(&names);
        return FAIL;
    }
    *out = class;
    return OK;
}

/* An empty one is a script's variable that is not set. */
static Status take_name(const char *name, const char *value, Err *err)
{
    return *value ? OK : err_set(err, SQLSTATE_INVALID_PARAMETER, -1, "--%s is empty", name);
}

static Status take_input(Args *args, const char *value, Arena *arena, Err *err)
{
    const char *equals = strchr(value, '=');
    if (!equals || equals == value || !equals[1])
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1, "--input takes TABLE=FILE, not \"%s\"",
                       value);
    InputArg input = {arena_strndup(arena, value, (size_t)(equals - value)),
                      file_absolute(equals + 1, arena), /* replay changes folders */
                      ARENA_NEW(arena, bool)};
    list_push(&args->inputs, input);
    return OK;
}

static Status apply(Args *args, const OptionDef *option, const char *value, Arena *arena, Err *err)
{
    switch (option->id) {
    case OPT_EXECUTE:
    case OPT_FILE: {
        ScriptArg script = {option->id == OPT_FILE, value};
        list_push(&args->scripts, script);
        return OK;
    }
    case OPT_FORMAT:
        return take_format(value, &args->format, err);
    case OPT_OUTPUT:
        args->output = value;
        return OK;
    case OPT_NO_HEADER:
        args->no_header = true;
        return OK;
    case OPT_CONTINUE:
        args->keep_going = true;
        return OK;
    case OPT_LOCAL:
        args->local = true;
        return OK;
    case OPT_HOST:
        args->host = value;
        return take_name("host", value, err);
    case OPT_PORT: {
        int port;
        TRY(take_number("port", value, 1, 65535, &port, err));
        args->port = value;
        return OK;
    }
    case OPT_SOCKET:
        args->socket = value;
        return take_name("socket", value, err);
    case OPT_DATA_DIR:
        args->data_dir = value;
        return take_name("data-dir", value, err);
    case OPT_PROGRESS:
        args->progress = true;
        return OK;
    case OPT_THREADS:
        return take_number("threads", value, 1, THREADS_MAX, &args->threads, err);
    case OPT_BATCH_ROWS:
        return take_number("batch-rows", value, 1, BATCH_ROWS, &args->batch_rows, err);
    case OPT_HELP:
        args->mode = CLI_HELP;
        return OK;
    case OPT_VERSION:
        args->mode = CLI_VERSION;
        return OK;
    case OPT_UPDATE:
        args->update = true;
        return OK;
    case OPT_INPUT:
        return take_input(args, value, arena, err);
    case OPT_TAP:
        args->tap = value;
        return OK;
    case OPT_JUNIT:
        args->junit = value;
        return OK;
    case OPT_TIMEOUT:
        return take_number("timeout", value, 1, TIMEOUT_MAX, &args->timeout_s, err);
    case OPT_MAX_FAILURES:
        return take_number("max-failures", value, 0, FAILURES_MAX, &args->max_failures, err);
    case OPT_OWN_SPELLING:
        args->own_spelling = true;
        return OK;
    }
    return OK;
}

/* "-e", "-eSQL", "--execute SQL", "--execute=SQL" */
static const OptionDef *find_option(const char *arg, int mode, const char **attached)
{
    *attached = NULL;
    for (int i = 0; i < OPTION_COUNT; i++) {
        const OptionDef *option = &options[i];
        if (!(option->modes & mode))
            continue;
        if (arg[1] != '-') {
            if (arg[1] != option->letter)
                continue;
            if (arg[2])
                *attached = arg + 2;
            return option;
        }
        size_t length = strlen(option->name);
        if (strncmp(arg + 2, option->name, length) == 0 &&
            (arg[2 + length] == '\0' || arg[2 + length] == '=')) {
            if (arg[2 + length])
                *attached = arg + 2 + length + 1;
            return option;
        }
    }
    return NULL;
}

/* `--tap` stands alone when what follows is something to run. */
static bool is_tap_file(const char *next)
{
    if (!next || (next[0] == '-' && next[1]) || !next[0])
        return false;
    FileInfo info = {0};
    Err ignored = ERR_NONE;
    Str name = str_from(next);
    return !str_has_suffix(name, STR(".slt")) && !str_has_suffix(name, STR(".test")) &&
           !str_has_suffix(name, STR(".sql")) &&
           !(file_stat(next, &info, &ignored) == OK && info.is_directory);
}

static Status check(const Args *args, Err *err)
{
    bool remote = args->host || args->port || args->socket;
    if (args->mode == CLI_REPLAY && !args->paths.count)
        return err_set(err, SQLSTATE_SYNTAX, -1, "replay takes the files to run");
    if (remote && (args->local || args->data_dir))
        return err_set(err, SQLSTATE_SYNTAX, -1,
                       "%s runs the engine in this process, %s asks a daemon: choose one",
                       args->local ? "--local" : "--data-dir",
                       args->host   ? "--host"
                       : args->port ? "--port"
                                    : "--socket");
    if (args->socket && args->host)
        return err_set(err, SQLSTATE_SYNTAX, -1,
                       "--socket and --host name two daemons: choose one");
    return OK;
}

Status args_parse(Args *args, int argc, char **argv, Arena *arena, Err *err)
{
    *args = (Args){.max_failures = -1};
    int mode = RUN, at = 1;
    if (at < argc && strcmp(argv[at], "replay") == 0) {
        mode = REPLAY;
        args->mode = CLI_REPLAY;
        at++;
    }
    bool only_paths = false;
    for (; at < argc; at++) {
        const char *arg = argv[at], *attached;
        if (!only_paths && strcmp(arg, "--") == 0) {
            only_paths = true;
            continue;
        }
        if (only_paths || arg[0] != '-' || !arg[1]) {
            if (mode != REPLAY) {
                (void)err_set(err, SQLSTATE_SYNTAX, -1, "unexpected argument \"%s\"", arg);
                return err_hint(err, "Statements are given with -e SQL, files with -f FILE.");
            }
            list_push(&args->paths, arg);
            continue;
        }
        const OptionDef *option = find_option(arg, mode, &attached);
        if (!option || (attached && !option->value))
            return unknown_option(arg, mode, err);
        if (option->id == OPT_TAP && !attached && !is_tap_file(at + 1 < argc ? argv[at + 1] : NULL))
            attached = "-";
        if (option->value && !attached) {
            const char *ignored;
            bool forgotten = at + 1 == argc || (argv[at + 1][0] == '-' && argv[at + 1][1] &&
                                                option->id != OPT_EXECUTE &&
                                                find_option(argv[at + 1], mode, &ignored));
            if (forgotten)
                return err_set(err, SQLSTATE_SYNTAX, -1, "%s takes a value: %s", arg,
                               option->value);
            attached = argv[++at];
        }
        TRY(apply(args, option, attached, arena, err));
        if (args->mode == CLI_HELP || args->mode == CLI_VERSION)
            return OK;
    }
    return check(args, err);
}

void args_deinit(Args *args)
{
    list_free(&args->scripts);
    list_free(&args->inputs);
    list_free(&args->paths);
}
