/*
 * streamd.c - the daemon: opens the engine on a data directory, resumes its jobs and serves clients
 * until SIGTERM, which commits and leaves.
 */
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/file.h"
#include "base/log.h"
#include "base/paths.h"
#include "engine/engine.h"
#include "server/server.h"

enum { DATA_DIR = 256, SOCKET_DIR, THREADS, MAX_CONNECTIONS, LEVEL };
enum { EXIT_OTHER = 1, EXIT_USAGE = 2, EXIT_CORRUPT = 5, EXIT_IN_USE = 6 };

static const char help[] =
    "streamd: keeps SQL queries running over files and sockets, and answers PostgreSQL clients\n"
    "\n"
    "  streamd --data-dir DIR [OPTION]…\n"
    "\n"
    "  streamd --data-dir data &\n"
    "  streamd-cli -e \"SHOW JOBS\"      finds it where it listens by default\n"
    "  psql -h %-23s so does any PostgreSQL client\n"
    "\n"
    "      --data-dir DIR         where tables, jobs and their state live; made if missing\n"
    "      --socket-dir DIR       where the Unix socket " PATHS_SOCKET_NAME " is made, for\n"
    "                             psql -h DIR and streamd-cli --socket DIR (%s)\n"
    "      --threads N            worker threads (as many as cores)\n"
    "      --max-connections N    sessions at a time (100)\n"
    "      --log-level LEVEL      error, warning, info (default) or debug, to stderr\n"
    "  -h, --help                 show this\n"
    "  -V, --version              show the version\n"
    "\n"
    "Jobs that were running when it ended run again. SIGTERM and SIGINT commit what there is and\n"
    "leave. Relative paths in SQL are below the folder it was started in; streamd-cli makes them\n"
    "those of its own folder.\n"
    "\n"
    "Exit status: 0 stopped, 1 other errors, 2 usage, 5 corrupt state, 6 data directory in use.\n";

typedef struct Options {
    const char *data_dir, *socket_dir;
    int threads, max_connections;
} Options;

static int usage(const char *what, const char *argument)
{
    (void)fprintf(stderr, "streamd: %s%s%s\nstreamd --help lists the options.\n", what,
                  argument ? ": " : "", argument ? argument : "");
    return EXIT_USAGE;
}

static const struct option known[] = {
    {"data-dir", required_argument, NULL, DATA_DIR},
    {"socket-dir", required_argument, NULL, SOCKET_DIR},
    {"threads", required_argument, NULL, THREADS},
    {"max-connections", required_argument, NULL, MAX_CONNECTIONS},
    {"log-level", required_argument, NULL, LEVEL},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

static int unknown_option(const char *arg)
{
    const char *word = arg + strspn(arg, "-");
    char typed[64];
    (void)snprintf(typed, sizeof typed, "%.*s", (int)strcspn(word, "="), word);
    Nearest nearest = nearest_start(typed);
    for (int i = 0; known[i].name; i++)
        nearest_offer(&nearest, known[i].name);
    if (!nearest.best)
        return usage("unknown option", arg);
    (void)fprintf(stderr, "streamd: unknown option %s\nDid you mean --%s?\n", arg, nearest.best);
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
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":hV", known, NULL)) != -1) {
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
        case 'h':
            (void)printf(help, options->socket_dir, options->socket_dir);
            return 0;
        case 'V':
            (void)puts("streamd " STREAMD_VERSION);
            return 0;
        case ':':
            return usage("this option takes a value", argv[optind - 1]);
        default:
            return unknown_option(argv[optind - 1]);
        }
    }
    if (optind < argc)
        return usage("an argument that is no option", argv[optind]);
    if (!options->data_dir)
        return usage("--data-dir DIR is missing: where tables, jobs and their state live", NULL);
    if (!*options->data_dir)
        return usage("--data-dir is empty", NULL);
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
    file_hold_standard();
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
