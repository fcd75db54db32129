/*
 * replay.h - streamd-cli replay: scripts and dialogs against what was recorded.
 *
 *     replay.c         finds the files, runs one after the other, counts
 *     replay_sql.c     NAME.sql with a virtual clock against NAME.out and NAME.expected/
 *     replay_slt.c     NAME.slt, a sqllogictest dialog (slt_*.c)
 *     replay_tree.c    folders of written files against each other
 *     replay_report.c  TAP and JUnit
 */
#ifndef STREAMD_CLI_REPLAY_H
#define STREAMD_CLI_REPLAY_H

#include "base/thread.h"
#include "cli/args.h"

/* 2000-01-01 00:00:00 UTC: where virtual clocks begin. */
#define REPLAY_START_US 946684800000000LL

typedef struct ReplayCase {
    const Args *args;
    const char *name;    /* as the user gave it */
    const char *path;    /* absolute */
    const char *folder;  /* which it is in */
    const char *place;   /* the working directory while it runs: the same, but of a .test */
    const char *stem;    /* path without its extension */
    const char *scratch; /* an empty folder of its own, removed afterwards */
    Arena arena;
    Buf report;            /* what is wrong, whole lines; empty: passed */
    int records, failures; /* of a dialog: how many were run, and failed */
    const char *skipped;   /* why it was not run to its end; NULL: it was */
    bool recorded;         /* --update wrote something */
    double seconds;
} ReplayCase;

int replay_run(const Args *args); /* the exit code; prints as it goes */

void replay_sql(ReplayCase *test);
void replay_slt(ReplayCase *test);

/* Compares the files under `written` with those under `expected`, or records them there.  Part
 * files of a folder count as one, in order of their numbers: "OutputStream/part.csv".  Differences
 * go to `report`.  Names beginning with '.' or '_' are left out. */
Status replay_tree(const char *written, const char *expected, bool update, bool *recorded,
                   Buf *report, Err *err) MUST_CHECK;

/* Writes --tap and --junit files. */
Status replay_report(const Args *args, const ReplayCase *tests, size_t count, Err *err) MUST_CHECK;

/* What background jobs say while a file runs; any thread. */
typedef struct ReplayNotices {
    Mutex lock;
    Buf errors; /* whole lines */
} ReplayNotices;
void replay_notices_init(ReplayNotices *notices);
void replay_notices_deinit(ReplayNotices *notices);
void replay_notice(void *notices, Severity severity, const char *sqlstate, const char *message,
                   const char *hint);

#endif
