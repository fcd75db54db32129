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

typedef struct SltRun {
    ReplayCase *test;
    const char *files; /* ${TMP} */
    const char *data_dir;
    int threads, batch_rows, timeout_s;
    Clock clock;
    ReplayNotices notices;
    Engine *engine; /* NULL: crashed, not restarted */
    Session *session;
    SltResult result; /* of the statement that ran last */
    char tag[64];
    LIST(SltTable) tables;
    int ports[SLT_PORTS];      /* ${PORT}, ${PORT1}, …; 0: not drawn yet */
    SltSort sort;              /* control sortmode */
    LIST(const char *) labels; /* "label hash" */
} SltRun;

/* ---- slt_files.c ---- */
/* ${TMP}, $__TEST_DIR__, __TEST_DIR__ and ${PORT} replaced; in the test's arena. */
const char *slt_expand(SltRun *run, Str text);

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
/* Moves the clock and waits until what is due has gone through all jobs. */
Status slt_engine_advance(SltRun *run, const SltRecord *record, Err *err) MUST_CHECK;
/* Its rows are in run->result. 57014 when it takes too long. */
Status slt_run_sql(SltRun *run, const char *sql, Err *err) MUST_CHECK;

/* ---- slt_expect.c: each adds what is wrong to the test's report ---- */
/* What --update puts in place of a result. */
typedef struct SltUpdate {
    size_t from, to; /* in the file's text */
    const char *text;
} SltUpdate;
typedef LIST(SltUpdate) SltUpdates;
void slt_fail(SltRun *run, const SltRecord *record, const Err *err);
void slt_expect_statement(SltRun *run, const SltRecord *record);
void slt_expect_query(SltRun *run, const SltRecord *record, Str text, SltUpdates *updates);
void slt_expect_output(SltRun *run, const SltRecord *record, Str text, SltUpdates *updates);

#endif
