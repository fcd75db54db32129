/* replay.c - see replay.h. */
#include "cli/replay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/file.h"
#include "base/private_dir.h"
#include "cli/interrupt.h"
#include "cli/report.h"
#include "cli/shell.h"

enum { FOLDER_DEPTH_MAX = 64 };

typedef LIST(const char *) Names;

/* ---- which files ---- */

/* SQLite's and DuckDB's. */
static bool is_test(const char *path)
{
    return str_has_suffix(str_from(path), STR(".test"));
}

static bool is_dialog(const char *path)
{
    return is_test(path) || str_has_suffix(str_from(path), STR(".slt"));
}

/* Of RisingWave's suite; others include them. */
static bool is_part(const char *path)
{
    return str_has_suffix(str_from(path), STR(".slt.part"));
}

/* CockroachDB's have no ending at all. */
static bool has_no_ending(const char *path)
{
    return !strchr(path_base(path), '.');
}

static bool is_script(const char *path)
{
    return str_has_suffix(str_from(path), STR(".sql"));
}

/* In a folder: dialogs, and scripts with something recorded beside them. */
static Status find_in_folder(const char *folder, int depth, Arena *arena, Names *names, Err *err)
{
    FileEntry *entries;
    size_t count;
    if (depth > FOLDER_DEPTH_MAX)
        return err_set(err, SQLSTATE_LIMIT_EXCEEDED, -1, "%s is nested too deep", folder);
    TRY(file_list_directory(folder, arena, &entries, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (entries[i].name[0] == '.')
            continue;
        const char *path = path_join(arena, folder, entries[i].name);
        FileInfo info;
        TRY(file_stat(path, &info, err));
        if (info.is_directory) {
            TRY(find_in_folder(path, depth + 1, arena, names, err));
        } else if (is_dialog(path)) {
            list_push(names, path);
        } else if (is_script(path)) {
            int stem = (int)strlen(path) - 4;
            TRY(file_stat(arena_printf(arena, "%.*s.out", stem, path), &info, err));
            if (info.exists)
                list_push(names, path);
        }
    }
    return OK;
}

static Status find_files(const Args *args, Arena *arena, Names *names, Err *err)
{
    for (size_t i = 0; i < args->paths.count; i++) {
        const char *path = args->paths.at[i];
        FileInfo info;
        TRY(file_stat(path, &info, err));
        if (!info.exists)
            return err_set(err, SQLSTATE_UNDEFINED_FILE, -1, "there is no file %s", path);
        if (info.is_directory)
            TRY(find_in_folder(path, 0, arena, names, err));
        else if (is_script(path) || is_dialog(path) || is_part(path) || has_no_ending(path))
            list_push(names, path);
        else
            return err_set(err, SQLSTATE_UNDEFINED_FILE, -1,
                           "replay takes .sql scripts and .slt or .test dialogs, not %s", path);
    }
    /* A wrong folder must not look like a good run. */
    if (!names->count) {
        (void)err_set(err, SQLSTATE_UNDEFINED_FILE, -1, "nothing to replay in %s",
                      args->paths.at[0]);
        return err_hint(err, "In folders, dialogs and scripts with a recorded .out are run; name a "
                             "script to record it with --update.");
    }
    return OK;
}

/* ---- running them ---- */

void replay_notices_init(ReplayNotices *notices)
{
    mutex_init(&notices->lock);
    buf_init(&notices->errors);
}

void replay_notices_deinit(ReplayNotices *notices)
{
    mutex_deinit(&notices->lock);
    buf_deinit(&notices->errors);
}

void replay_notice(void *notices, Severity severity, const char *sqlstate, const char *message,
                   const char *hint)
{
    ReplayNotices *self = notices;
    if (severity != SEVERITY_ERROR)
        return;
    mutex_lock(&self->lock);
    report_notice_text(&self->errors, severity, sqlstate, message, hint);
    mutex_unlock(&self->lock);
}

static Status run_case(ReplayCase *test, Err *err)
{
    Arena *arena = &test->arena;
    char *path = realpath(test->name, NULL);
    if (!path)
        return err_set(err, SQLSTATE_UNDEFINED_FILE, -1, "there is no file %s", test->name);
    test->path = arena_strdup(arena, path);
    free(path);
    test->folder = path_directory(test->path, arena);
    const char *dot = strrchr(path_base(test->path), '.');
    test->stem = dot ? arena_strndup(arena, test->path, (size_t)(dot - test->path)) : test->path;
    PrivateDir scratch;
    TRY(private_dir_make("streamd-replay", &scratch, err));
    test->scratch = arena_strdup(arena, scratch.path);
    char *here = getcwd(NULL, 0);
    int64_t started = clock_mono_us();
    /* DuckDB's name their data from its project's root. */
    test->place = here && is_test(test->path) ? arena_strdup(arena, here) : test->folder;
    if (chdir(test->place) != 0)
        buf_printf(&test->report, "cannot enter %s\n", test->place);
    else if (is_script(test->path))
        replay_sql(test);
    else
        replay_slt(test);
    test->seconds = (double)(clock_mono_us() - started) / 1e6;
    int back = here ? chdir(here) : -1;
    free(here);
    TRY(private_dir_remove(&scratch, err));
    return back == 0 ? OK
                     : err_set(err, SQLSTATE_IO, -1, "cannot go back to the working directory");
}

static void print_case(const Args *args, ReplayCase *test, size_t number)
{
    bool tap = args->tap && strcmp(args->tap, "-") == 0, failed = test->report.length;
    if (tap)
        (void)printf("%s %zu - %s%s%s\n", failed ? "not ok" : "ok", number, test->name,
                     test->skipped && !failed ? " # SKIP " : "",
                     test->skipped && !failed ? test->skipped : "");
    else if (failed && test->records)
        (void)printf("%s: failed, %d of %d records\n", test->name, test->failures, test->records);
    else if (failed)
        (void)printf("%s: failed\n", test->name);
    else if (test->skipped)
        (void)printf("%s: skipped, %s\n", test->name, test->skipped);
    else if (test->recorded)
        (void)printf("%s: recorded\n", test->name);
    for (const char *at = buf_text(&test->report); *at;) {
        size_t length = strcspn(at, "\n");
        (void)printf("%s%.*s\n", tap ? "# " : "", (int)length, at);
        at += length + (at[length] != '\0');
    }
    (void)fflush(stdout);
}

/* A mistyped name would leave a table with the data of every day. */
static Status check_inputs(const Args *args, Err *err)
{
    for (size_t i = 0; i < args->inputs.count; i++)
        if (!*args->inputs.at[i].used)
            return err_set(err, SQLSTATE_UNDEFINED_TABLE, -1,
                           "--input: no script has a table \"%s\"", args->inputs.at[i].table);
    return OK;
}

static int run_all(const Args *args, const Names *names, ReplayCase *tests, Err *err)
{
    size_t failed = 0, skipped = 0, done = 0;
    for (size_t i = 0; i < names->count && !interrupt_asked; i++, done++) {
        ReplayCase *test = &tests[i];
        test->args = args;
        test->name = names->at[i];
        if (run_case(test, err) != OK)
            buf_printf(&test->report, "ERROR: %s: %s\n", err->sqlstate, err->message);
        failed += test->report.length != 0;
        skipped += !test->report.length && test->skipped;
        print_case(args, test, i + 1);
    }
    if (replay_report(args, tests, done, err) != OK) {
        report_error(err, STR(""), NULL);
        return EXIT_USAGE;
    }
    (void)printf("%s%zu passed, %zu failed", args->tap && strcmp(args->tap, "-") == 0 ? "# " : "",
                 done - failed - skipped, failed);
    if (skipped)
        (void)printf(", %zu skipped", skipped);
    (void)printf("\n");
    if (interrupt_exit_code())
        return interrupt_exit_code();
    if (!failed && check_inputs(args, err) != OK) {
        report_usage(err);
        return EXIT_USAGE;
    }
    return failed ? EXIT_MISMATCH : 0;
}

/* What could not be printed must not look like a good run. */
static int end_output(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    int errnum = errno;
    if (errnum == EPIPE)
        return EXIT_READER_GONE;
    Err err = ERR_NONE;
    (void)err_errno(&err, errnum, "write", "the standard output");
    report_error(&err, STR(""), NULL);
    return EXIT_SQL;
}

int replay_run(const Args *args)
{
    Arena arena;
    arena_init(&arena);
    Names names = {0};
    Err err = ERR_NONE;
    int code = EXIT_USAGE;
    if (find_files(args, &arena, &names, &err) != OK) {
        report_usage(&err);
        list_free(&names);
        arena_deinit(&arena);
        return code;
    }
    if (args->tap && strcmp(args->tap, "-") == 0)
        (void)printf("1..%zu\n", names.count);
    ReplayCase *tests = mem_zalloc(sizeof *tests * (names.count + 1));
    for (size_t i = 0; i < names.count; i++) {
        arena_init(&tests[i].arena);
        buf_init(&tests[i].report);
    }
    interrupt_start();
    code = end_output(run_all(args, &names, tests, &err));
    for (size_t i = 0; i < names.count; i++) {
        arena_deinit(&tests[i].arena);
        buf_deinit(&tests[i].report);
    }
    free(tests);
    list_free(&names);
    arena_deinit(&arena);
    return code;
}
