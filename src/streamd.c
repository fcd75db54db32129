/*
 * streamd.c - the daemon: opens the engine on a data directory, resumes its jobs and serves clients
 * until SIGTERM, which commits and leaves.
 */
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/log.h"
#include "base/paths.h"
#include "engine/engine.h"
#include "server/server.h"

enum { EXIT_OTHER = 1, EXIT_USAGE = 2, EXIT_CORRUPT = 5, EXIT_IN_USE = 6 };

static const char help[] =
    "Usage: streamd --data-dir DIR [OPTION]...\n"
    "Keeps SQL queries running over files and sockets, and answers PostgreSQL clients.\n"
    "\n"
    "  --data-dir DIR     where tables, jobs and their state live; made if missing\n"
    "  --socket-dir DIR   where the Unix socket " PATHS_SOCKET_NAME " is made, for psql -h DIR\n"
    "                     (default %s)\n"
    "  --threads N        worker threads (default: one per core)\n"
    "  --max-connections N  sessions at a time (default 100)\n"
    "  --log-level LEVEL  error, warning, info (default) or debug, to stderr\n"
    "  --help, --version\n"
    "\n"
    "Jobs that were running when it ended run again. SIGTERM and SIGINT commit what there is and\n"
    "leave. Exit status: 0 stopped, 1 other errors, 2 wrong usage, 5 corrupt state, 6 the data\n"
    "directory is in use.\n";

typedef struct Options {
    const char *data_dir, *socket_dir;
    int threads, max_connections;
} Options;

static int usage(const char *what, const char *argument)
{
    (void)fprintf(stderr, "streamd: %s%s%s\nTry 'streamd --help'.\n", what, argument ? ": " : "",
                  argument ? argument : "");
    return EXIT_USAGE;
}

static bool read_count(const char *text, int *count)
{
    int64_t value;
    if (!text_to_i64(text, &value) || value < 1 || value > INT_MAX)
        return false;
    *count = (int)value;
    return true;
}

static bool read_level(const char *text)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    for (int i = 0; i <= LOG_DEBUG; i++)
        if (text_equal_nocase(text, names[i])) {
            log_level = (LogLevel)i;
            return true;
        }
    return false;
}

/* -1: go on; else the exit status. */
static int read_options(int argc, char **argv, Options *options)
{
    enum { DATA_DIR = 256, SOCKET_DIR, THREADS, MAX_CONNECTIONS, LEVEL, HELP, VERSION };
    static const struct option known[] = {
        {"data-dir", required_argument, NULL, DATA_DIR},
        {"socket-dir", required_argument, NULL, SOCKET_DIR},
        {"threads", required_argument, NULL, THREADS},
        {"max-connections", required_argument, NULL, MAX_CONNECTIONS},
        {"log-level", required_argument, NULL, LEVEL},
        {"help", no_argument, NULL, HELP},
        {"version", no_argument, NULL, VERSION},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case DATA_DIR:
            options->data_dir = optarg;
            break;
        case SOCKET_DIR:
            options->socket_dir = optarg;
            break;
        case THREADS:
            if (!read_count(optarg, &options->threads) || options->threads > 1024)
                return usage("--threads wants a number from 1 to 1024", optarg);
            break;
        case MAX_CONNECTIONS:
            if (!read_count(optarg, &options->max_connections) || options->max_connections > 10000)
                return usage("--max-connections wants a number from 1 to 10000", optarg);
            break;
        case LEVEL:
            if (!read_level(optarg))
                return usage("--log-level wants error, warning, info or debug", optarg);
            break;
        case HELP:
            (void)printf(help, options->socket_dir);
            return 0;
        case VERSION:
            (void)puts("streamd " STREAMD_VERSION);
            return 0;
        default: /* getopt has said what */
            (void)fputs("Try 'streamd --help'.\n", stderr);
            return EXIT_USAGE;
        }
    }
    if (optind < argc)
        return usage("an argument that is no option", argv[optind]);
    if (!options->data_dir || !*options->data_dir)
        return usage("--data-dir is missing", NULL);
    if (!*options->socket_dir)
        return usage("--socket-dir is empty", NULL);
    return -1;
}

static void engine_notice(void *context, Severity severity, const char *sqlstate,
                          const char *message, const char *hint)
{
    static const LogLevel levels[] = {LOG_INFO, LOG_WARNING, LOG_ERROR};
    bool has_hint = hint && *hint;
    (void)context;
    log_write(levels[severity], "%s%s%s%s%s", sqlstate ? sqlstate : "", sqlstate ? ": " : "",
              message, has_hint ? " - " : "", has_hint ? hint : "");
}

static int fail(const Err *err, bool in_use)
{
    log_write(LOG_ERROR, "%s: %s%s%s", err->sqlstate, err->message, err->hint[0] ? " - " : "",
              err->hint);
    if (in_use)
        return EXIT_IN_USE;
    return strcmp(err->sqlstate, SQLSTATE_CORRUPT) == 0 ? EXIT_CORRUPT : EXIT_OTHER;
}

/* The socket's folder is another daemon's: is that one ours, on the same data directory? */
static int fail_beside(EngineConfig config, const Err *err)
{
    Engine *engine;
    Err other = ERR_NONE;
    bool in_use = false;
    config.resume_jobs = false;
    if (engine_open(&engine, &config, &in_use, &other) == OK)
        engine_close(engine, false);
    return in_use ? fail(&other, true) : fail(err, false);
}

static int serve(const Options *options)
{
    Err err = ERR_NONE;
    Server *server;
    Engine *engine;
    bool in_use = false;
    ServerConfig server_config = {.socket_dir = options->socket_dir,
                                  .max_connections = options->max_connections};
    EngineConfig engine_config = {.data_dir = options->data_dir,
                                  .threads = options->threads,
                                  .resume_jobs = true,
                                  .notice = engine_notice};
    /* The folder first: jobs are resumed by a daemon that can be reached, or not at all. */
    if (server_new(&server, &server_config, &in_use, &err) != OK)
        return in_use ? fail_beside(engine_config, &err) : fail(&err, false);
    if (engine_open(&engine, &engine_config, &in_use, &err) != OK) {
        server_free(server);
        return fail(&err, in_use);
    }
    Status status = server_listen(server, &err);
    if (status == OK)
        status = server_run(server, engine, &err);
    engine_close(engine, false);
    server_free(server);
    if (status != OK)
        return fail(&err, false);
    log_write(LOG_INFO, "stopped");
    return 0;
}

int main(int argc, char **argv)
{
    Arena arena;
    arena_init(&arena);
    log_level = LOG_INFO;
    /* By custom it means to read the configuration again; there is none yet. */
    (void)signal(SIGHUP, SIG_IGN);
    Options options = {.socket_dir = default_socket_dir(&arena)};
    int status = read_options(argc, argv, &options);
    if (status < 0)
        status = serve(&options);
    arena_deinit(&arena);
    return status;
}
