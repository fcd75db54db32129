/*
 * source_stdin.c - the standard input as rows.
 *
 * A thread reads it, for reading may wait; whole rows stand in a short queue until they are taken.
 * There is one standard input, so one source at a time; what was read from it cannot be read again.
 */
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "base/file.h"
#include "base/list.h"
#include "base/thread.h"
#include "io/connector_options.h"
#include "io/file_reader.h"
#include "io/row_cutter.h"
#include "io/source_stdin.h"

extern const SourceClass source_stdin;

enum { QUEUED_CHUNKS = 12 }; /* fewer than the pool has */

static const OptionSpec stdin_options[] = {
    {.name = "scan.mode",
     .kind = OPTION_CHOICE,
     .choices = "bounded unbounded watch tail",
     .default_value = "bounded",
     .help = "unbounded: results do not wait for the end"},
    {.name = NULL},
};

typedef struct StdinSource {
    Source base;
    SourceConfig config;
    Arena arena;
    ReaderShared shared; /* its pool, headers and refusals */
    RowCutter cutter;    /* the thread's */
    Thread thread;
    int stop_fd;
    Mutex lock;
    Cond taken;
    LIST(Chunk *) queue; /* from queue_at on */
    size_t queue_at;
    bool stopping, ended;
    Err failure; /* with its sqlstate set: reading failed */
} StdinSource;

static atomic_flag stdin_taken = ATOMIC_FLAG_INIT;

Status source_stdin_take(Err *err)
{
    if (atomic_flag_test_and_set(&stdin_taken))
        return err_set(err, SQLSTATE_IN_USE, -1, "the standard input is being read already");
    return OK;
}

void source_stdin_release(void)
{
    atomic_flag_clear(&stdin_taken);
}

static Status stdin_format(const Relation *table, const FormatClass **format, Err *err)
{
    const char *name = table->format ? table->format : "csv";
    *format = format_class_find(name);
    if (!*format || !(*format)->decoder_new)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                       "format %s cannot be read from the standard input", name);
    return OK;
}

static Status stdin_describe(const Relation *table, ScanDefault scan_default, SourceTraits *traits,
                             Arena *arena, ColumnDef **columns, int *column_count, Err *err)
{
    const FormatClass *format;
    int64_t max_line;
    (void)scan_default;
    (void)arena;
    (void)column_count;
    TRY(stdin_format(table, &format, err));
    TRY(connector_max_line_bytes(table, &max_line, err));
    if (columns)
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                       "the columns of the standard input cannot be inferred; name them");
    const char *mode = option_get(&table->options, stdin_options, "scan.mode");
    *traits = (SourceTraits){
        .bounded = text_equal_nocase(mode, "bounded"), .append_only = true, .estimated_rows = -1};
    return OK;
}

/* ---- the thread ---- */

static void wake(const StdinSource *source)
{
    if (source->config.wake)
        source->config.wake(source->config.wake_context);
}

static void deliver(void *context, Chunk *chunk)
{
    StdinSource *source = context;
    mutex_lock(&source->lock);
    while (source->queue.count - source->queue_at >= QUEUED_CHUNKS && !source->stopping)
        cond_wait(&source->taken, &source->lock);
    if (source->queue.count == source->queue_at)
        source->queue.count = source->queue_at = 0;
    list_push(&source->queue, chunk);
    mutex_unlock(&source->lock);
    wake(source);
}

static void refuse(void *context, const char *name, int64_t line, int64_t offset, Str raw,
                   const char *sqlstate, const char *reason)
{
    StdinSource *source = context;
    mutex_lock(&source->lock);
    reader_refuse(&source->shared, name, line, offset, raw, sqlstate, reason);
    mutex_unlock(&source->lock);
}

static bool wait_for_input(const StdinSource *source)
{
    struct pollfd fds[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
                            {.fd = source->stop_fd, .events = POLLIN}};
    while (poll(fds, 2, -1) < 0)
        ;
    return !fds[1].revents;
}

/* A statement that reads its input once fails with a header that does not fit. */
static void header_failed(StdinSource *source, Err *failure)
{
    Refusal *last = &source->shared.refusals.at[--source->shared.refusals.count];
    (void)err_set(failure, last->sqlstate, -1, "%s", last->reason);
    free(last->file_path);
    free(last->raw);
    free(last->reason);
}

static void run(void *arg)
{
    StdinSource *source = arg;
    Err failure = ERR_NONE;
    while (wait_for_input(source)) {
        size_t size;
        char *room = row_cutter_room(&source->cutter, &size);
        ssize_t got = read(STDIN_FILENO, room, size);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got < 0)
            (void)err_errno(&failure, errno, "read", "the standard input");
        if (got > 0 && row_cutter_add(&source->cutter, (size_t)got))
            continue;
        if (got == 0)
            row_cutter_end(&source->cutter, false);
        break;
    }
    mutex_lock(&source->lock);
    if (source->cutter.refused && !source->config.identify)
        header_failed(source, &failure);
    source->failure = failure;
    source->ended = true;
    mutex_unlock(&source->lock);
    wake(source);
}

/* ---- the class ---- */

static void stdin_close(Source *base)
{
    StdinSource *source = (StdinSource *)base;
    uint64_t one = 1;
    mutex_lock(&source->lock);
    source->stopping = true;
    cond_broadcast(&source->taken);
    mutex_unlock(&source->lock);
    if (source->stop_fd >= 0 && write(source->stop_fd, &one, sizeof one) < 0)
        abort();
    thread_join(&source->thread);
    while (source->queue_at < source->queue.count)
        chunk_release(source->queue.at[source->queue_at++]);
    list_free(&source->queue);
    row_cutter_stop(&source->cutter);
    reader_shared_deinit(&source->shared);
    arena_deinit(&source->arena);
    mutex_deinit(&source->lock);
    cond_deinit(&source->taken);
    file_close(source->stop_fd);
    free(source);
    source_stdin_release();
}

static Status stdin_open(Source **out, const SourceConfig *config, Err *err)
{
    const FormatClass *format;
    int64_t max_line;
    TRY(stdin_format(config->table, &format, err));
    TRY(connector_max_line_bytes(config->table, &max_line, err));
    TRY(source_stdin_take(err));
    StdinSource *source = mem_zalloc(sizeof *source);
    source->base.class = &source_stdin;
    source->config = *config;
    source->failure = ERR_NONE;
    arena_init(&source->arena);
    mutex_init(&source->lock);
    cond_init(&source->taken);
    reader_shared_init(&source->shared, &source->arena);
    source->cutter = (RowCutter){.table = config->table,
                                 .format = format,
                                 .name = "stdin",
                                 .max_row_bytes = max_line,
                                 .clock = config->clock,
                                 .pool = &source->shared.pool,
                                 .headers = &source->shared.headers,
                                 .deliver = deliver,
                                 .refuse = refuse,
                                 .context = source};
    row_cutter_start(&source->cutter);
    source->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    Status status = source->stop_fd < 0 ? err_errno(err, errno, "open", "an event") : OK;
    if (status == OK)
        status = thread_start(&source->thread, run, source, "stdin", err);
    if (status != OK) {
        stdin_close(&source->base);
        return status;
    }
    *out = &source->base;
    return OK;
}

static Status stdin_next(Source *base, Chunk **chunk, SourceState *state, int64_t *wait_until_us,
                         Err *err)
{
    StdinSource *source = (StdinSource *)base;
    Chunk *next = NULL;
    mutex_lock(&source->lock);
    bool ended = source->ended;
    if (source->queue_at < source->queue.count) {
        next = source->queue.at[source->queue_at++];
        cond_signal(&source->taken);
    }
    mutex_unlock(&source->lock);
    if (!next && ended && *source->failure.sqlstate) {
        if (err)
            *err = source->failure;
        return FAIL;
    }
    *wait_until_us = INT64_MAX;
    *state = next ? SOURCE_CHUNK : ended ? SOURCE_END : SOURCE_WAIT;
    if (next) {
        next->ticket = source->shared.next_ticket++;
        *chunk = next;
    }
    return OK;
}

static Status stdin_decoder_new(Source *base, const DecodeSpec *spec, Decoder **out, Err *err)
{
    return ((StdinSource *)base)->cutter.format->decoder_new(spec, out, err);
}

static Status stdin_refresh(Source *base, Err *err)
{
    (void)base;
    (void)err;
    return OK;
}

static bool stdin_take_reject(Source *base, Reject *out)
{
    StdinSource *source = (StdinSource *)base;
    mutex_lock(&source->lock);
    bool some = reader_take_refusal(&source->shared, out);
    mutex_unlock(&source->lock);
    return some;
}

const SourceClass source_stdin = {
    .name = "stdin",
    .options = stdin_options,
    .describe = stdin_describe,
    .open = stdin_open,
    .next = stdin_next,
    .decoder_new = stdin_decoder_new,
    .refresh = stdin_refresh,
    .queued_chunks = 2 * QUEUED_CHUNKS,
    .take_reject = stdin_take_reject,
    .close = stdin_close,
};
