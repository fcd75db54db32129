/* slt_run.h - a dialog while it runs: what its files share. */
#ifndef STREAMD_CLI_SLT_RUN_H
#define STREAMD_CLI_SLT_RUN_H

#include "base/clock.h"
#include "cli/replay.h"
#include "cli/slt_compare.h"
#include "cli/slt_parse.h"

enum { SLT_PORTS = 10, SLT_TIMEOUT_S = 60 };

/* A table that CREATE made: where `feed` puts its rows. */
typedef struct SltTable {
    const char *name, *connector, *path, *mode, *host, *port;
    int fd, listen_fd; /* of a socket; -1: none */
} SltTable;

/* What `let` bound, or a loop stands at. */
typedef struct SltVariable {
    Str name;
    const char *value;
    bool is_loop; /* told where something fails */
} SltVariable;

/* Of `connection` or `user`; the first one has no name. */
typedef struct SltSession {
    const char *name;
    Session *session;
} SltSession;

/* Of `load`. */
typedef struct SltDatabase {
    const char *path; /* as the dialog calls it */
    const char *folder;
} SltDatabase;

typedef struct SltRun {
    ReplayCase *test;
    const char *files; /* ${TMP} */
    const char *data_dir;
    LIST(SltDatabase) databases;
    int threads, batch_rows, timeout_s;
    Clock clock;
    ReplayNotices notices;
    Engine *engine; /* NULL: crashed, not restarted */
    LIST(SltSession) sessions;
    const char *session_name; /* in use */
    SltResult result;         /* of the statement that ran last */
    Buf notice;               /* what it was told */
    char tag[64];
    LIST(SltTable) tables;
    int ports[SLT_PORTS];      /* ${PORT}, ${PORT1}, …; 0: not drawn yet */
    LIST(const char *) labels; /* "label hash" */
    LIST(SltVariable) variables;
    /* control sortmode, resultmode, substitution */
    SltSort sort;
    SltLayout layout;
    bool substitutes;
    bool flushes;           /* after each statement */
    bool names_connections; /* see slt_parse */
    int failures_max;       /* 0: without end */
} SltRun;

/* ---- slt_flow.c ---- */
/* Runs a file's records; stops at halt, at `require` of what there is not, at too many failures. */
Status slt_flow_file(SltRun *run, const char *path, int depth, Err *err) MUST_CHECK;

/* ---- slt_foreign.c ---- */
/* True: it is a setting of another system's tests, and has been seen to. */
bool slt_foreign(SltRun *run, Str sql);

/* ---- slt_expand.c ---- */
/* Folders, ports and variables replaced; in the test's arena. */
const char *slt_expand(SltRun *run, Str text);
const char *slt_variable(const SltRun *run, Str name); /* NULL: there is none */
void slt_variable_set(SltRun *run, Str name, const char *value, bool is_loop);

/* ---- slt_files.c ---- */
/* Remembers what a CREATE that went well declares. */
void slt_files_note_create(SltRun *run, const char *sql);
/* feed, write, append, mkdir, remove, rename. */
Status slt_files_run(SltRun *run, const SltRecord *record, Err *err) MUST_CHECK;
/* The lines of `output PATH`. */
Status slt_files_output(SltRun *run, const char *path, Buf *out, Err *err) MUST_CHECK;
void slt_files_close(SltRun *run); /* connections */

/* ---- slt_engine.c ---- */
Status slt_engine_start(SltRun *run, Err *err) MUST_CHECK;
void slt_engine_stop(SltRun *run); /* also after a start that failed */
void slt_engine_close(SltRun *run, bool crash);
Status slt_engine_restart(SltRun *run, const SltRecord *record, Err *err) MUST_CHECK;
/* Another data directory: a new one, or with `readonly` the one that was loaded by this name. */
Status slt_engine_load(SltRun *run, const SltRecord *record, Err *err) MUST_CHECK;
/* The session in use begins anew. */
void slt_engine_reconnect(SltRun *run);
/* Moves the clock and waits until what is due has gone through all jobs. */
Status slt_engine_advance(SltRun *run, const SltRecord *record, Err *err) MUST_CHECK;
/* Waits until all jobs have seen what there is. */
void slt_engine_settle(SltRun *run);
Status slt_engine_move_clock(SltRun *run, int64_t us, Err *err) MUST_CHECK;
/* In the session of this name, the one in use where it is empty.  Its rows are in run->result.
 * 57014 when it takes too long. */
Status slt_run_sql(SltRun *run, Str connection, const char *sql, Err *err) MUST_CHECK;

/* ---- slt_expect.c: each adds what is wrong to the test's report ---- */
/* What --update puts in place of a result. */
typedef struct SltUpdate {
    size_t from, to; /* in the file's text */
    const char *text;
} SltUpdate;
typedef LIST(SltUpdate) SltUpdates;
/* Counts it in run->test->failures, too. */
void slt_fail(SltRun *run, const SltRecord *record, const Err *err);
void slt_expect_statement(SltRun *run, const SltRecord *record);
void slt_expect_query(SltRun *run, const SltRecord *record, Str text, SltUpdates *updates);
void slt_expect_let(SltRun *run, const SltRecord *record);
void slt_expect_output(SltRun *run, const SltRecord *record, Str text, SltUpdates *updates);

#endif
