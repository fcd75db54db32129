#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/file.h"
#include "state/vfs.h"

static char folder[64], path[80];
static Err err;

static void set_up(void)
{
    strcpy(folder, "/tmp/streamd-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/a.db", folder);
}

static void tear_down(void)
{
    file_fault_set(NULL);
    cr_assert_eq(file_remove_tree(folder, &err), OK);
}

static int open_it(sqlite3 **db)
{
    vfs_register();
    int rc = sqlite3_open_v2(path, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, VFS_NAME);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(*db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", 0, 0, 0);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(*db, "CREATE TABLE IF NOT EXISTS t (x)", 0, 0, 0);
    return rc;
}

/* 100 rows in one transaction, then the log goes into the database. */
static int script(sqlite3 *db)
{
    int rc =
        sqlite3_exec(db,
                     "BEGIN IMMEDIATE;"
                     "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100)"
                     "INSERT INTO t SELECT zeroblob(1000) FROM n; COMMIT;",
                     0, 0, 0);
    if (rc != SQLITE_OK)
        (void)sqlite3_exec(db, "ROLLBACK", 0, 0, 0);
    int after = sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", 0, 0, 0);
    return rc != SQLITE_OK ? rc : after;
}

static int rows(sqlite3 *db)
{
    sqlite3_stmt *s = NULL;
    cr_assert_eq(sqlite3_prepare_v2(db, "SELECT count(*) FROM t", -1, &s, 0), SQLITE_OK);
    cr_assert_eq(sqlite3_step(s), SQLITE_ROW);
    int count = sqlite3_column_int(s, 0);
    (void)sqlite3_finalize(s);
    cr_assert_eq(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &s, 0), SQLITE_OK);
    cr_assert_eq(sqlite3_step(s), SQLITE_ROW);
    cr_assert_str_eq((const char *)sqlite3_column_text(s, 0), "ok");
    (void)sqlite3_finalize(s);
    return count;
}

Test(vfs, hands_everything_on, .init = set_up, .fini = tear_down)
{
    sqlite3 *db = NULL;
    cr_assert_eq(open_it(&db), SQLITE_OK);
    cr_assert_eq(script(db), SQLITE_OK);
    cr_assert_eq(rows(db), 100);
    (void)sqlite3_exec(db, "PRAGMA mmap_size = 1000000", 0, 0, 0);
    cr_assert_eq(rows(db), 100);
    (void)sqlite3_close(db);
    cr_assert_eq(open_it(&db), SQLITE_OK);
    cr_assert_eq(rows(db), 100);
    (void)sqlite3_close(db);
}

/* Whichever call fails, the rows are there wholly or not at all, and the next attempt works. */
static int each_call_fails(const char *how)
{
    int n = 0, done = 0, failures = 0;
    while (!done) {
        char spec[32];
        sqlite3 *db = NULL;
        cr_assert_eq(open_it(&db), SQLITE_OK);
        int before = rows(db);
        (void)snprintf(spec, sizeof spec, "%d:%s:a.db", ++n, how);
        file_fault_set(spec);
        int rc = script(db);
        file_fault_set(NULL);
        done = rc == SQLITE_OK;
        failures += !done;
        int now = rows(db);
        cr_assert(now == before || now == before + 100, "%d then %d", before, now);
        (void)sqlite3_close(db);
    }
    return failures;
}

Test(vfs, each_call_fails, .init = set_up, .fini = tear_down)
{
    cr_assert_gt(each_call_fails("EIO"), 10);
    cr_assert_gt(each_call_fails("ENOSPC"), 10);
    cr_assert_gt(each_call_fails("short"), 10);
}

Test(vfs, errors_say_why, .init = set_up, .fini = tear_down)
{
    sqlite3 *db = NULL;
    cr_assert_eq(open_it(&db), SQLITE_OK);
    file_fault_set("1:ENOSPC:a.db");
    cr_assert_eq(script(db), SQLITE_FULL);
    file_fault_set("1:EDQUOT:a.db");
    cr_assert_eq(script(db), SQLITE_FULL);
    file_fault_set("1:EIO:a.db");
    cr_assert_eq(sqlite3_exec(db, "INSERT INTO t VALUES (1)", 0, 0, 0), SQLITE_IOERR);
    cr_assert_eq(sqlite3_extended_errcode(db), SQLITE_IOERR_WRITE);
    file_fault_set(NULL);
    (void)sqlite3_close(db);
}

Test(vfs, killed_at_each_call, .init = set_up, .fini = tear_down)
{
    sqlite3 *db = NULL;
    cr_assert_eq(open_it(&db), SQLITE_OK);
    (void)sqlite3_close(db);
    int before = 0;
    for (int n = 1;; n++) {
        pid_t child = fork();
        if (child == 0) {
            char spec[32];
            if (open_it(&db) != SQLITE_OK)
                _exit(1);
            (void)snprintf(spec, sizeof spec, "%d:kill:a.db", n);
            file_fault_set(spec);
            _exit(script(db) == SQLITE_OK ? 0 : 1);
        }
        int how;
        cr_assert_eq(waitpid(child, &how, 0), child);
        cr_assert_eq(open_it(&db), SQLITE_OK);
        int now = rows(db);
        cr_assert(now == before || now == before + 100, "%d then %d", before, now);
        before = now;
        (void)sqlite3_close(db);
        if (WIFEXITED(how)) {
            cr_assert_eq(WEXITSTATUS(how), 0);
            cr_assert_gt(n, 10);
            break;
        }
        cr_assert_eq(WTERMSIG(how), SIGKILL);
    }
}
