/*
 * engine.h - the engine as its users see it: streamd's sessions and streamd-cli alike.
 *
 * An Engine owns one data directory: its lock, catalog, jobs and threads.
 * Sessions run statements on it, one at a time each; a statement blocks its
 * caller until it is done, and hands its result to the session's host as it
 * comes.  Several sessions may run at once, each from a thread of its own.
 */
#ifndef STREAMD_ENGINE_ENGINE_H
#define STREAMD_ENGINE_ENGINE_H

#include "base/clock.h"
#include "planner/physical.h"

typedef struct Engine Engine;
typedef struct Session Session;

typedef enum Severity { SEVERITY_NOTICE, SEVERITY_WARNING, SEVERITY_ERROR } Severity;

typedef struct EngineConfig {
    const char *data_dir; /* NULL: a private temporary directory that goes away at engine_close */
    int threads;          /* 0: as many as cores */
    int batch_rows;       /* 0: 2048 */
    const Clock *clock;   /* NULL: the machine's */
    bool replay;          /* sources are read to their end, names order files, everything settles */
    bool resume_jobs;     /* start all jobs that were running (the daemon does) */
    /* What no session asked for: a background job's error or notice.  Any thread. */
    void (*notice)(void *context, Severity severity, const char *sqlstate, const char *message,
                   const char *hint);
    void *notice_context;
} EngineConfig;

/* 55006 with *in_use=true: another process has the data directory; XX001: a database is corrupt or
 * newer. */
Status engine_open(Engine **out, const EngineConfig *config, bool *in_use, Err *err) MUST_CHECK;
/* Stops every job (commits what it has first, unless `crash`: then as if killed) and closes. */
void engine_close(Engine *engine, bool crash);

/* Jobs with an outside source that are still running, or followers that have not caught up. */
bool engine_is_busy(Engine *engine);
/* Blocks until engine_is_busy is false or *interrupted; false when interrupted. */
bool engine_wait(Engine *engine, const _Atomic bool *interrupted);
int engine_failed_jobs(Engine *engine); /* since the engine was opened */
const char *engine_data_dir(const Engine *engine);
/* Virtual time has moved: sources look at it again (replay's `advance`). */
void engine_clock_moved(Engine *engine);

/* What a statement's result is, so that a face can show it. */
typedef enum ResultKind {
    RESULT_ROWS,    /* a table; bounded */
    RESULT_TEXT,    /* one VARCHAR column of lines: EXPLAIN, SHOW CREATE */
    RESULT_STREAM,  /* rows as they come, until cancelled; `op` first if they can change */
    RESULT_COMPLETE /* a whole table per `heading` */
} ResultKind;

typedef struct ResultShape {
    const PhysicalColumn *columns;
    int column_count;
    ResultKind kind;
    const Zone *zone; /* the session's, on whose clocks a TIMESTAMPTZ is shown; NULL: UTC */
} ResultShape;

typedef struct SessionHost {
    void *context;
    Status (*columns)(void *context, const ResultShape *shape, Err *err);
    Status (*rows)(void *context, const Batch *batch, Err *err);
    /* RESULT_COMPLETE: a new whole table follows. */
    Status (*heading)(void *context, int64_t number, Err *err);
    /* RESULT_STREAM, RESULT_COMPLETE: nothing more for the moment; show what there is. */
    Status (*flush)(void *context, Err *err);
    /* The statement is done: "SELECT 5", "INSERT 0 3", "CREATE TABLE". Not called when it failed.
     */
    void (*done)(void *context, const char *tag);
    void (*notice)(void *context, Severity severity, const char *sqlstate, const char *message,
                   const char *hint);
    /* COPY … TO STDOUT: so many columns; then the text, whole lines, values in PostgreSQL's form.
     * copy_out NULL: not supported by this face; copy_begin may be NULL. */
    Status (*copy_begin)(void *context, int columns, Err *err);
    Status (*copy_out)(void *context, const char *bytes, size_t count, Err *err);
    bool is_terminal;
} SessionHost;

Session *session_new(Engine *engine, const SessionHost *host);
void session_free(Session *session);
/* Runs one statement (text without its semicolon; positions in *err are offsets into it). */
Status session_run(Session *session, Str statement, Err *err) MUST_CHECK;
/* From any thread: the statement that runs ends. A streaming SELECT ends as done; others with
 * 57014. */
void session_cancel(Session *session);
/* For command-line options: the same as SET. */
Status session_set(Session *session, const char *key, const char *value, Err *err) MUST_CHECK;
const char *session_setting(const Session *session, const char *key); /* NULL: unknown */
/* Progress of the statement or jobs, for --progress: rows and bytes read so far. */
void engine_progress(Engine *engine, uint64_t *rows, uint64_t *bytes);

#endif
