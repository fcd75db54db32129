/* slt_files.c - the files and connections that a dialog feeds its tables with. */
#include "cli/slt_run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/file.h"
#include "base/net.h"
#include "grammar/parse.h"

enum { WAIT_MS = 10000, STEP_MS = 5 };

/* ---- tables ---- */

static SltTable *find_table(SltRun *run, const char *name)
{
    for (size_t i = run->tables.count; i-- > 0;)
        if (text_equal_nocase(run->tables.at[i].name, name))
            return &run->tables.at[i];
    return NULL;
}

void slt_files_note_create(SltRun *run, const char *sql)
{
    Arena arena;
    arena_init(&arena);
    Statement *statement = NULL;
    Err err = ERR_NONE;
    Status status = parse_statement(str_from(sql), &arena, &statement, &err);
    if (status == OK && statement && statement->kind == STATEMENT_CREATE &&
        statement->create->options.count && statement->create->name.count) {
        const CreateStatement *create = statement->create;
        Arena *keep = &run->test->arena;
        SltTable table = {.name = arena_strdup(keep, ast_last_name(&create->name)),
                          .connector = "",
                          .mode = "connect",
                          .host = "localhost",
                          .fd = -1,
                          .listen_fd = -1};
        for (size_t i = 0; i < create->options.count; i++) {
            const OptionClause *option = &create->options.at[i];
            const char **place = text_equal_nocase(option->key, "connector") ? &table.connector
                                 : text_equal_nocase(option->key, "path")    ? &table.path
                                 : text_equal_nocase(option->key, "mode")    ? &table.mode
                                 : text_equal_nocase(option->key, "host")    ? &table.host
                                 : text_equal_nocase(option->key, "port")    ? &table.port
                                                                             : NULL;
            if (place && option->value)
                *place = arena_strdup(keep, option->value);
        }
        list_push(&run->tables, table);
    }
    arena_deinit(&arena);
}

/* ---- files ---- */

static const char *resolve(SltRun *run, Str word)
{
    const char *path = slt_expand(run, word);
    return *path == '/' ? path : path_join(&run->test->arena, run->files, path);
}

static Status put_lines(SltRun *run, const char *path, const char *text, bool append, bool line_end,
                        Err *err)
{
    Arena *arena = &run->test->arena;
    FileInfo info;
    TRY(file_make_directory(path_directory(path, arena), err));
    TRY(file_stat(path, &info, err));
    /* A new file appears whole, as mv makes it. */
    bool whole = !append || !info.exists;
    const char *target =
        whole ? arena_printf(arena, "%s/.%s.new", path_directory(path, arena), path_base(path))
              : path;
    int fd;
    TRY(file_open(&fd, target, whole ? FILE_WRITE_EMPTY : FILE_WRITE, err));
    size_t length = strlen(text);
    int64_t at = whole ? 0 : info.size;
    Status status = file_write_at(fd, text, length, at, target, err);
    if (status == OK && line_end && length)
        status = file_write_at(fd, "\n", 1, at + (int64_t)length, target, err);
    file_close(fd);
    TRY(status);
    return whole ? file_rename(target, path, err) : OK;
}

static Status feed_file(SltRun *run, const SltTable *table, const SltRecord *record, Err *err)
{
    Arena *arena = &run->test->arena;
    const char *path = table->path;
    FileInfo info;
    if (!path)
        return err_set(err, SQLSTATE_UNDEFINED_OBJECT, -1, "table %s has no path", table->name);
    TRY(file_stat(path, &info, err));
    if (record->words[1].length) {
        path = path_join(arena, path, slt_expand(run, record->words[1]));
    } else if (info.is_directory || (!info.exists && !strchr(path_base(path), '.'))) {
        path = path_join(arena, path, "feed.csv");
    }
    return put_lines(run, path, slt_expand(run, record->sql), true, !record->no_line_end, err);
}

/* ---- sockets ---- */

static void pause_ms(int ms)
{
    (void)poll(NULL, 0, ms);
}

static Status feed_connect(SltTable *table, Err *err)
{
    if (table->fd >= 0)
        return OK;
    if (!table->port)
        return err_set(err, SQLSTATE_UNDEFINED_OBJECT, -1, "table %s has no port", table->name);
    if (text_equal_nocase(table->mode, "listen")) {
        for (int waited = 0; waited < WAIT_MS; waited += STEP_MS) {
            if (net_connect("127.0.0.1", table->port, &table->fd, err) == OK)
                return OK;
            pause_ms(STEP_MS);
        }
        table->fd = -1;
        return FAIL;
    }
    if (table->listen_fd < 0) {
        int port;
        TRY(net_listen("127.0.0.1", table->port, 4, &table->listen_fd, &port, err));
    }
    struct pollfd wait = {.fd = table->listen_fd, .events = POLLIN};
    if (poll(&wait, 1, WAIT_MS) != 1)
        return err_set(err, SQLSTATE_CONNECTION, -1, "table %s did not connect to port %s",
                       table->name, table->port);
    return net_accept(table->listen_fd, &table->fd, err);
}

static Status feed_socket(SltRun *run, SltTable *table, const SltRecord *record, Err *err)
{
    if (str_equal(record->words[1], STR("eof"))) {
        if (table->fd >= 0)
            net_close(table->fd);
        table->fd = -1;
        return OK;
    }
    TRY(feed_connect(table, err));
    const char *text = slt_expand(run, record->sql);
    uint64_t rows, before, now;
    size_t length = strlen(text);
    engine_progress(run->engine, &rows, &before);
    TRY(net_write_all(table->fd, text, length, err));
    if (!record->no_line_end && length) {
        TRY(net_write_all(table->fd, "\n", 1, err));
        length++;
    }
    /* FLUSH waits for what has been read, not for what the kernel still has. */
    for (int waited = 0; waited < WAIT_MS; waited += STEP_MS) {
        engine_progress(run->engine, &rows, &now);
        if (now - before >= length || record->no_line_end)
            break;
        pause_ms(STEP_MS);
    }
    return OK;
}

static Status feed(SltRun *run, const SltRecord *record, Err *err)
{
    const char *name = slt_expand(run, record->words[0]);
    SltTable *table = find_table(run, name);
    if (!table)
        return err_set(err, SQLSTATE_UNDEFINED_TABLE, -1, "no CREATE TABLE %s so far", name);
    if (!run->engine)
        return err_set(err, SQLSTATE_NOT_IN_STATE, -1, "crashed, and not restarted yet");
    if (text_equal_nocase(table->connector, "filesystem"))
        return feed_file(run, table, record, err);
    if (text_equal_nocase(table->connector, "socket"))
        return feed_socket(run, table, record, err);
    return err_set(err, SQLSTATE_NOT_SUPPORTED, -1, "a table of connector '%s' cannot be fed",
                   table->connector);
}

/* By which sources order files, and judge whether they still grow. */
static Status set_age(SltRun *run, const char *path, Str word, Err *err)
{
    int64_t age_us;
    if (!text_to_duration_us(arena_strndup(&run->test->arena, word.data, word.length), &age_us))
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1, "not a duration: \"" STR_FORMAT "\"",
                       STR_ARG(word));
    int64_t at_us = clock_now_us(NULL) - age_us;
    struct timespec times[2] = {{at_us / 1000000, at_us % 1000000 * 1000}, {0, 0}};
    times[1] = times[0];
    return utimensat(AT_FDCWD, path, times, 0) == 0 ? OK : err_errno(err, errno, "age", path);
}

Status slt_files_run(SltRun *run, const SltRecord *record, Err *err)
{
    if (record->verb == SLT_FEED)
        return feed(run, record, err);
    const char *path = resolve(run, record->words[0]);
    if (record->verb == SLT_MKDIR)
        return file_make_directory(path, err);
    if (record->verb == SLT_RENAME)
        return file_rename(path, resolve(run, record->words[1]), err);
    if (record->verb == SLT_REMOVE)
        return file_remove_tree(path, err);
    if (record->verb == SLT_AGE)
        return set_age(run, path, record->words[1], err);
    return put_lines(run, path, slt_expand(run, record->sql), record->verb == SLT_APPEND,
                     !record->no_line_end, err);
}

static Status add_output(const char *path, Arena *arena, int depth, Buf *out, Err *err)
{
    FileInfo info;
    TRY(file_stat(path, &info, err));
    if (!info.exists || depth > 16)
        return OK;
    if (!info.is_directory) {
        char *data;
        size_t size;
        TRY(file_read_all(path, arena, &data, &size, err));
        buf_add(out, data, size);
        return OK;
    }
    FileEntry *entries;
    size_t count;
    TRY(file_list_directory(path, arena, &entries, &count, err));
    for (size_t i = 0; i < count; i++)
        if (entries[i].name[0] != '.' && entries[i].name[0] != '_')
            TRY(add_output(path_join(arena, path, entries[i].name), arena, depth + 1, out, err));
    return OK;
}

Status slt_files_output(SltRun *run, const char *path, Buf *out, Err *err)
{
    return add_output(resolve(run, str_from(path)), &run->test->arena, 0, out, err);
}

void slt_files_close(SltRun *run)
{
    for (size_t i = 0; i < run->tables.count; i++) {
        SltTable *table = &run->tables.at[i];
        if (table->fd >= 0)
            net_close(table->fd);
        if (table->listen_fd >= 0)
            net_close(table->listen_fd);
        table->fd = table->listen_fd = -1;
    }
}
