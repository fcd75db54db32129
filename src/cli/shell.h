/*
 * shell.h - runs statements one after the other and shows what they give.
 *
 * Where they run is the Backend's: the engine in this process (local.c) or a daemon (remote.c).
 * Results go through shell->render to shell->output, errors and notices to stderr.
 */
#ifndef STREAMD_CLI_SHELL_H
#define STREAMD_CLI_SHELL_H

#include "cli/args.h"
#include "cli/render.h"
#include "cli/script.h"

enum {
    EXIT_SQL = 1,
    EXIT_USAGE = 2,
    EXIT_CONNECT = 3,
    EXIT_MISMATCH = 4,
    EXIT_CORRUPT = 5,
    EXIT_BUSY = 6,
    EXIT_READER_GONE = 141
};

typedef struct Shell Shell;

/* `self` is what its maker says; cancel comes from another thread. */
typedef struct Backend {
    void *self;
    Status (*run)(void *self, Str statement, Err *err);
    void (*cancel)(void *self);
} Backend;

struct Shell {
    const Args *args;
    Output output;
    Render render;
    Backend backend;
    SessionHost host; /* shows results; its context is the shell */
    Err output_error; /* writing a result failed where nobody could be told */
    bool output_failed;
    bool shows_tags; /* interactive: "CREATE TABLE", "(3 rows)" */
};

/* Opens -o.  Made before anything is run; fails with a message for stderr. */
Status shell_init(Shell *shell, const Args *args, Err *err) MUST_CHECK;
void shell_deinit(Shell *shell);
/* Runs -e, -f or the standard input in order, or what is typed if that is a terminal; returns the
 * exit code so far. Errors are reported. */
int shell_run(Shell *shell);
bool shell_is_interactive(const Args *args);

/* One statement; false: it failed, and that was reported. script NULL: typed. */
bool shell_run_statement(Shell *shell, const Script *script, const Piece *piece);
int shell_run_script(Shell *shell, Script *script); /* the exit code */

#endif
