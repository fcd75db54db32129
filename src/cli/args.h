/*
 * args.h - what the command line asks for.
 *
 * Nothing is opened here.  An error carries the message for stderr; its exit code is 2.
 */
#ifndef STREAMD_CLI_ARGS_H
#define STREAMD_CLI_ARGS_H

#include "base/err.h"
#include "base/list.h"
#include "cli/render.h"

typedef enum CliMode { CLI_RUN, CLI_HELP, CLI_VERSION, CLI_REPLAY } CliMode;

/* -e and -f, in the order given. */
typedef struct ScriptArg {
    bool is_file; /* text is a path, "-" the standard input */
    const char *text;
} ScriptArg;

typedef struct InputArg {
    const char *table, *path;
    bool *used; /* set when a table takes it; NULL: nobody asks */
} InputArg;

typedef struct Args {
    CliMode mode;
    LIST(ScriptArg) scripts;
    const RenderClass *format; /* NULL: by where the output goes */
    const char *output;        /* -o; NULL: the standard output */
    bool no_header, keep_going, local, progress;
    const char *host, *port, *socket; /* NULL: not given */
    const char *data_dir;             /* NULL: none */
    int threads, batch_rows;          /* 0: not given */
    /* replay */
    bool update;
    int timeout_s;           /* 0: not given */
    int max_failures;        /* of a dialog; 0: without end, -1: not given */
    bool own_spelling;       /* only our own spelling of values will do */
    const char *tap, *junit; /* NULL: not asked for; "-": the standard output */
    LIST(InputArg) inputs;
    LIST(const char *) paths;
} Args;

/* Strings stay argv's, or are in the arena. */
Status args_parse(Args *args, int argc, char **argv, Arena *arena, Err *err) MUST_CHECK;
void args_deinit(Args *args);
void args_print_help(Buf *out);

#endif
