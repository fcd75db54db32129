/*
 * connector_support.h - for tests of connectors: a folder of their own, tables, sources read to
 * where they wait, and sinks that commit.
 */
#ifndef TESTS_IO_CONNECTOR_SUPPORT_H
#define TESTS_IO_CONNECTOR_SUPPORT_H

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/file.h"
#include "decode_support.h"
#include "io/compress.h"
#include "io/state_rows.h"

static char folder[64];
static Arena arena;
static Buf notices;
static pthread_mutex_t notices_lock = PTHREAD_MUTEX_INITIALIZER;

static inline void set_up(void)
{
    strcpy(folder, "/tmp/streamd-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    arena_init(&arena);
    buf_init(&notices);
}

static inline void tear_down(void)
{
    Err err = ERR_NONE;
    file_fault_set(NULL);
    cr_assert_eq(file_remove_tree(folder, &err), OK);
    arena_deinit(&arena);
    buf_deinit(&notices);
}

/* A test with a folder of its own; `fresh` calls set_up and clears what the file's tests share. */
#define FolderTest(suite, name) Test(suite, name, .init = fresh, .fini = tear_down)

static inline char *in(const char *name)
{
    return path_join(&arena, folder, name);
}

/* Writes a file of the folder, making folders on the way. */
static inline void put_bytes(const char *name, const char *bytes, size_t count)
{
    Err err = ERR_NONE;
    char *path = in(name);
    int fd;
    cr_assert_eq(file_make_directory(path_directory(path, &arena), &err), OK, "%s", err.message);
    cr_assert_eq(file_open(&fd, path, FILE_WRITE_EMPTY, &err), OK, "%s", err.message);
    cr_assert_eq(file_write(fd, bytes, count, path, &err), OK);
    file_close(fd);
}

static inline void put(const char *name, const char *text)
{
    put_bytes(name, text, strlen(text));
}

static inline void append(const char *name, const char *text)
{
    int fd = open(in(name), O_WRONLY | O_APPEND);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

/* The file was changed so many seconds ago. */
static inline void set_age(const char *name, int seconds)
{
    struct timespec times[2];
    clock_gettime(CLOCK_REALTIME, &times[0]);
    times[0].tv_sec -= seconds;
    times[1] = times[0];
    cr_assert_eq(utimensat(AT_FDCWD, in(name), times, 0), 0);
}

static inline const char *get(const char *name)
{
    Err err = ERR_NONE;
    char *data;
    size_t size;
    if (file_read_all(in(name), &arena, &data, &size, &err) != OK)
        return "(missing)";
    return data;
}

/* Names in a folder, hidden ones too, each followed by a blank. */
static inline const char *names_in(const char *name)
{
    Err err = ERR_NONE;
    FileEntry *entries;
    size_t count;
    Buf text;
    buf_init(&text);
    if (file_list_directory(in(name), &arena, &entries, &count, &err) != OK)
        return "(missing)";
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%s ", entries[i].name);
    char *result = arena_strdup(&arena, buf_text(&text));
    buf_deinit(&text);
    return result;
}

static inline Relation *relation(const char *columns, const char *const *options)
{
    DecodeCase given = {.columns = columns, .options = options};
    return table_make(&arena, &given);
}

static inline void take_notice(void *context, const char *text)
{
    (void)context;
    pthread_mutex_lock(&notices_lock);
    buf_printf(&notices, "%s\n", text);
    pthread_mutex_unlock(&notices_lock);
}

/* Was there such a notice? */
static inline bool noticed(const char *part)
{
    pthread_mutex_lock(&notices_lock);
    bool found = strstr(buf_text(&notices), part) != NULL;
    pthread_mutex_unlock(&notices_lock);
    return found;
}

/* ---- sources ---- */

typedef struct SourceRun {
    Source *source;
    SourceConfig config;
    RowStore offsets;
    SourceState state;
    int64_t wait_until_us;
    uint64_t tickets;
    char *columns; /* with `decoded` */
    bool decoded;  /* rows as values instead of raw bytes */
    Decoder *decoder;
    const char *failure; /* "SQLSTATE message" of the call that failed */
    _Atomic int woken;
} SourceRun;

static inline void wake_run(void *context)
{
    ((SourceRun *)context)->woken++;
}

static inline bool source_start(SourceRun *run, const char *connector, const Relation *table)
{
    Err err = ERR_NONE;
    const SourceClass *class = source_class_find(connector);
    cr_assert_not_null(class);
    run->config.table = table;
    run->config.notice = take_notice;
    run->config.wake = wake_run;
    run->config.wake_context = run;
    run->tickets = 0;
    run->failure = NULL;
    run->decoder = NULL;
    if (class->open(&run->source, &run->config, &err) == OK)
        return true;
    run->source = NULL;
    run->failure = arena_printf(&arena, "%s %s", err.sqlstate, err.message);
    return false;
}

static inline void run_decode(SourceRun *run, Buf *out, Chunk *chunk)
{
    static uint16_t wanted[64];
    static bool early[64];
    Err err = ERR_NONE;
    const Relation *table = run->config.table;
    for (uint16_t i = 0; i < 64; i++) {
        wanted[i] = i;
        early[i] = true;
    }
    if (!run->decoder) {
        DecodeSpec spec = {table, wanted, early, (uint16_t)table->column_count, BATCH_ROWS, NULL};
        cr_assert_eq(run->source->class->decoder_new(run->source, &spec, &run->decoder, &err), OK,
                     "%s", err.message);
    }
    DecodeCase given = {0};
    outcome_add(out, out, run->decoder, &given, chunk);
}

/* Reads until the source waits or ends; the bytes (or rows), then rejects of the source itself. */
static inline const char *source_read(SourceRun *run)
{
    Err err = ERR_NONE;
    Buf out;
    buf_init(&out);
    for (;;) {
        Chunk *chunk = NULL;
        run->wait_until_us = 0;
        Status status =
            run->source->class->next(run->source, &chunk, &run->state, &run->wait_until_us, &err);
        Reject reject;
        if (status != OK) {
            run->failure = arena_printf(&arena, "%s %s", err.sqlstate, err.message);
            buf_printf(&out, "FAIL %s", run->failure);
            break;
        }
        if (run->state == SOURCE_CHUNK) {
            cr_assert_eq(chunk->ticket, run->tickets++);
            if (run->decoded)
                run_decode(run, &out, chunk);
            else
                buf_add(&out, chunk->data, chunk->length);
            chunk_release(chunk);
        }
        while (run->source->class->take_reject &&
               run->source->class->take_reject(run->source, &reject))
            buf_printf(&out, "! line %ld @%ld %s %s [%.*s]\n", (long)reject.line,
                       (long)reject.file_offset, reject.sqlstate, reject.reason,
                       (int)(reject.raw.length < 40 ? reject.raw.length : 40), reject.raw.data);
        if (run->state != SOURCE_CHUNK)
            break;
    }
    char *result = arena_strdup(&arena, buf_text(&out));
    buf_deinit(&out);
    return result;
}

/* Reads again and again, up to `ms`, until something has come. */
static inline const char *source_read_soon(SourceRun *run, int ms)
{
    for (int i = 0; i < ms / 5; i++) {
        const char *text = source_read(run);
        if (*text || run->state == SOURCE_END)
            return text;
        usleep(5000);
    }
    return "";
}

static inline void source_stop(SourceRun *run)
{
    if (run->decoder)
        run->decoder->class->free(run->decoder);
    if (run->source)
        run->source->class->close(run->source);
    run->source = NULL;
    run->decoder = NULL;
}

/* Applies changed rows as the store would: by key. */
static inline void rows_apply(RowStore *stored, const RowStore *changes, const StateTable *table)
{
    RowStore merged;
    state_rows_init(&merged, table);
    const RowStore *both[2] = {stored, changes};
    for (int s = 0; s < 2; s++)
        for (size_t b = 0; b < both[s]->batch_count; b++) {
            const Batch *batch = &both[s]->batches[b];
            for (uint32_t r = 0; r < batch->row_count; r++) {
                bool last = batch_weight(batch, r) > 0;
                /* a later row of the same key wins */
                for (int t = s; t < 2 && last; t++)
                    for (size_t c = t == s ? b : 0; c < both[t]->batch_count && last; c++) {
                        const Batch *other = &both[t]->batches[c];
                        for (uint32_t o = t == s && c == b ? r + 1 : 0; o < other->row_count; o++)
                            if (vector_compare(&batch->cols[0], r, &other->cols[0], o) == 0)
                                last = false;
                    }
                if (!last)
                    continue;
                uint16_t pick = (uint16_t)r;
                Batch one = *batch;
                one.sel = &pick;
                one.sel_count = 1;
                row_store_add(&merged, &one);
            }
        }
    row_store_deinit(stored);
    *stored = merged;
}

/* Commits the source's offsets into run->offsets. */
static inline void source_commit(SourceRun *run)
{
    Err err = ERR_NONE;
    const SourceClass *class = run->source->class;
    RowStore changes;
    if (!run->offsets.types)
        state_rows_init(&run->offsets, class->offsets);
    state_rows_init(&changes, class->offsets);
    cr_assert_eq(class->save_offsets(run->source, true, &changes, &err), OK, "%s", err.message);
    rows_apply(&run->offsets, &changes, class->offsets);
    row_store_deinit(&changes);
    if (class->committed)
        class->committed(run->source);
}

/* Stops and starts again from what was committed. */
static inline void source_restart(SourceRun *run, const char *connector)
{
    const Relation *table = run->config.table;
    source_stop(run);
    if (!run->offsets.types)
        state_rows_init(&run->offsets, source_class_find(connector)->offsets);
    run->config.offsets = &run->offsets;
    cr_assert(source_start(run, connector, table), "%s", run->failure);
}

/* ---- sinks ---- */

typedef struct SinkRun {
    Sink *sink;
    SinkConfig config;
    RowStore rows; /* as committed */
    RowStore delta;
    const char *failure;
} SinkRun;

static inline bool sink_start(SinkRun *run, const char *connector, const Relation *table)
{
    Err err = ERR_NONE;
    const SinkClass *class = sink_class_find(connector);
    cr_assert_not_null(class);
    run->config.table = table;
    run->config.notice = take_notice;
    if (!run->config.job_name)
        run->config.job_name = "etl-1a2b3c4d";
    run->failure = NULL;
    if (class->state && !run->rows.types)
        state_rows_init(&run->rows, class->state);
    if (class->open(&run->sink, &run->config, &err) == OK)
        return true;
    run->sink = NULL;
    run->failure = arena_printf(&arena, "%s %s", err.sqlstate, err.message);
    return false;
}

static inline bool sink_outcome(SinkRun *run, Status status, const Err *err)
{
    run->failure = status == OK ? NULL : arena_printf(&arena, "%s %s", err->sqlstate, err->message);
    return status == OK;
}

static inline bool sink_bytes(SinkRun *run, const char *text)
{
    Err err = ERR_NONE;
    return sink_outcome(run, run->sink->class->write_bytes(run->sink, text, strlen(text), 1, &err),
                        &err);
}

static inline bool sink_stage(SinkRun *run, bool roll)
{
    Err err = ERR_NONE;
    state_rows_init(&run->delta, run->sink->class->state);
    Status status = run->sink->class->stage(run->sink, roll, &run->delta, &err);
    if (status != OK)
        row_store_deinit(&run->delta);
    return sink_outcome(run, status, &err);
}

static inline void sink_commit(SinkRun *run)
{
    rows_apply(&run->rows, &run->delta, run->sink->class->state);
    row_store_deinit(&run->delta);
}

static inline bool sink_publish(SinkRun *run)
{
    Err err = ERR_NONE;
    return sink_outcome(run, run->sink->class->publish(run->sink, &err), &err);
}

static inline void sink_epoch(SinkRun *run, bool roll)
{
    cr_assert(sink_stage(run, roll), "%s", run->failure);
    sink_commit(run);
    cr_assert(sink_publish(run), "%s", run->failure);
}

static inline void sink_stop(SinkRun *run)
{
    if (run->sink)
        run->sink->class->close(run->sink);
    run->sink = NULL;
}

static inline bool sink_restart(SinkRun *run, const char *connector)
{
    sink_stop(run);
    run->config.committed = &run->rows;
    return sink_start(run, connector, run->config.table);
}

static inline void sink_end(SinkRun *run)
{
    sink_stop(run);
    if (run->rows.types)
        row_store_deinit(&run->rows);
}

#endif
