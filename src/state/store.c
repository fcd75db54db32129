/*
 * store.c - the database of a store: opened, its transactions, its numbers by name; see store.h.
 *
 * The database's user_version is the format's version; application_id says that
 * the file is ours.
 */
#include "state/store_inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/file.h"
#include "state/vfs.h"

enum { STORE_VERSION = 1, STORE_APPLICATION_ID = 0x73744d64 /* "stMd" */ };

Status store_sqlite_error(Store *store, const char *doing, Err *err)
{
    int code = sqlite3_extended_errcode(store->db);
    const char *message = sqlite3_errmsg(store->db);
    /* SQLite says so of its database only, not of the index that it shares between processes. */
    int system = sqlite3_system_errno(store->db);
    bool full = (code & 0xff) == SQLITE_FULL || system == ENOSPC || system == EDQUOT;
    switch (full ? SQLITE_FULL : code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        err_set(err, SQLSTATE_CORRUPT, -1, "the database %s is corrupt: %s", store->path, message);
        return err_hint(err, "Restore it from a backup, or move the data directory away to begin "
                             "anew; streamd never replaces it by itself.");
    case SQLITE_FULL:
        err_set(err, SQLSTATE_DISK_FULL, -1, "the disk is full: cannot %s %s", doing, store->path);
        return err_hint(err, "Free some space on the disk of the data directory.");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        err_set(err, SQLSTATE_IN_USE, -1, "the database %s is locked by another program",
                store->path);
        return err_hint(err, "Close what has it open, such as a sqlite3 shell.");
    case SQLITE_CANTOPEN:
        return err_set(err, SQLSTATE_UNDEFINED_FILE, -1, "cannot open the database %s: %s",
                       store->path, message);
    default:
        return err_set(err, SQLSTATE_IO, -1, "cannot %s %s: %s", doing, store->path, message);
    }
}

Status store_run_sql(Store *store, const char *sql, const char *doing, Err *err)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return store_sqlite_error(store, doing, err);
    return OK;
}

Status store_prepare(Store *store, const char *sql, sqlite3_stmt **out, Err *err)
{
    if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) != SQLITE_OK)
        return store_sqlite_error(store, "read", err);
    return OK;
}

Status store_step_done(Store *store, sqlite3_stmt *statement, const char *doing, Err *err)
{
    int code = sqlite3_step(statement);
    Status status =
        code == SQLITE_DONE || code == SQLITE_ROW ? OK : store_sqlite_error(store, doing, err);
    (void)sqlite3_reset(statement);
    return status;
}

Status store_query_i64(Store *store, const char *sql, int64_t *value, Err *err)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, sql, &statement, err));
    int code = sqlite3_step(statement);
    Status status = OK;
    if (code == SQLITE_ROW)
        *value = sqlite3_column_int64(statement, 0);
    else
        status = store_sqlite_error(store, "read", err);
    (void)sqlite3_finalize(statement);
    return status;
}

void store_add_identifier(Buf *sql, const char *name)
{
    buf_add_char(sql, '"');
    for (; *name; name++) {
        if (*name == '"')
            buf_add_char(sql, '"');
        buf_add_char(sql, *name);
    }
    buf_add_char(sql, '"');
}

Status store_has_table(Store *store, const char *name, bool *exists, Err *err)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT 1 FROM sqlite_master WHERE type='table' AND name=?1",
                      &statement, err));
    (void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    int code = sqlite3_step(statement);
    *exists = code == SQLITE_ROW;
    Status status =
        code == SQLITE_ROW || code == SQLITE_DONE ? OK : store_sqlite_error(store, "read", err);
    (void)sqlite3_finalize(statement);
    return status;
}

void store_add_key_clause(Buf *sql, const StateTable *table, const char *before, const char *after)
{
    buf_add_text(sql, before);
    if (table->numbered)
        store_add_identifier(sql, table->columns[0].name);
    else
        buf_add_text(sql, table->key_count ? "_key" : "_id");
    buf_add_text(sql, after);
}

/* Refuses what is not ours or newer, before anything is changed in it; *empty: a new database. */
static Status check_header(Store *store, bool may_be_empty, bool *empty, Err *err)
{
    int64_t version = 0, application = 0, tables = 0;
    TRY(store_query_i64(store, "PRAGMA user_version", &version, err));
    TRY(store_query_i64(store, "PRAGMA application_id", &application, err));
    TRY(store_query_i64(store, "SELECT count(*) FROM sqlite_master", &tables, err));
    *empty = application == 0 && version == 0 && tables == 0;
    if (*empty && may_be_empty)
        return OK;
    if (*empty) {
        err_set(err, SQLSTATE_CORRUPT, -1, "the database %s is empty", store->path);
        return err_hint(err, "Restore it from a backup.");
    }
    if (application != STORE_APPLICATION_ID) {
        err_set(err, SQLSTATE_CORRUPT, -1, "%s is not a database of streamd", store->path);
        return err_hint(err, "Choose another data directory.");
    }
    if (version > STORE_VERSION) {
        err_set(err, SQLSTATE_CORRUPT, -1,
                "the database %s was written by a newer version of streamd (format %d, known: %d)",
                store->path, (int)version, STORE_VERSION);
        return err_hint(err, "Use that version, or another data directory.");
    }
    return OK;
}

static Status write_header(Store *store, Err *err)
{
    char sql[200];
    (void)snprintf(sql, sizeof sql,
                   "BEGIN IMMEDIATE; PRAGMA application_id=%d; PRAGMA user_version=%d;"
                   "CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;"
                   "COMMIT",
                   STORE_APPLICATION_ID, STORE_VERSION);
    return store_run_sql(store, sql, "write", err);
}

Status store_open(Store **out, const char *path, StoreMode mode, bool durable, Err *err)
{
    vfs_register();
    Store *store = mem_zalloc(sizeof *store);
    store->path = mem_strdup(path);
    store->read_only = mode == STORE_READ_ONLY;
    buf_init(&store->key);
    int flags =
        SQLITE_OPEN_NOMUTEX | (mode == STORE_READ_ONLY ? SQLITE_OPEN_READONLY
                               : mode == STORE_OPEN    ? SQLITE_OPEN_READWRITE
                                                    : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    Status status = OK;
    if (sqlite3_open_v2(path, &store->db, flags, VFS_NAME) != SQLITE_OK) {
        status = store_sqlite_error(store, "open", err);
        goto done;
    }
    (void)sqlite3_busy_timeout(store->db, 2000);
    (void)sqlite3_extended_result_codes(store->db, 1);
    bool empty = false;
    TRY_GOTO(check_header(store, mode == STORE_CREATE, &empty, err));
    if (!store->read_only) {
        TRY_GOTO(store_run_sql(store,
                               durable ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                                       : "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
                               "open", err));
        TRY_GOTO(
            store_run_sql(store,
                          "PRAGMA wal_autocheckpoint=2000; PRAGMA journal_size_limit=16777216; "
                          "PRAGMA temp_store=MEMORY",
                          "open", err));
    } else {
        TRY_GOTO(
            store_run_sql(store, "PRAGMA query_only=1; PRAGMA wal_autocheckpoint=0", "open", err));
    }
    if (empty)
        TRY_GOTO(write_header(store, err));
    TRY_GOTO(
        store_prepare(store, store->read_only ? "BEGIN" : "BEGIN IMMEDIATE", &store->begin, err));
    TRY_GOTO(store_prepare(store, "COMMIT", &store->commit, err));
    TRY_GOTO(store_prepare(store, "ROLLBACK", &store->rollback, err));
done:
    if (status != OK) {
        store_close(store);
        return status;
    }
    *out = store;
    return OK;
}

void store_close(Store *store)
{
    if (!store)
        return;
    for (size_t i = 0; i < store->tables.count; i++) {
        (void)sqlite3_finalize(store->tables.at[i].insert);
        (void)sqlite3_finalize(store->tables.at[i].remove);
        free(store->tables.at[i].name);
    }
    list_free(&store->tables);
    (void)sqlite3_finalize(store->begin);
    (void)sqlite3_finalize(store->commit);
    (void)sqlite3_finalize(store->rollback);
    (void)sqlite3_finalize(store->get);
    (void)sqlite3_finalize(store->set);
    (void)sqlite3_close(store->db);
    buf_deinit(&store->key);
    free(store->path);
    free(store);
}

const char *store_path(const Store *store)
{
    return store->path;
}

Status store_begin(Store *store, Err *err)
{
    return store_step_done(store, store->begin, "begin a transaction in", err);
}

Status store_commit(Store *store, Err *err)
{
    return store_step_done(store, store->commit, "commit to", err);
}

void store_rollback(Store *store)
{
    if (store_in_transaction(store)) {
        (void)sqlite3_step(store->rollback);
        (void)sqlite3_reset(store->rollback);
    }
}

bool store_in_transaction(const Store *store)
{
    return !sqlite3_get_autocommit(store->db);
}

/* ---- meta ---- */

Status store_get(Store *store, const char *key, int64_t fallback, int64_t *value, Err *err)
{
    if (!store->get)
        TRY(store_prepare(store, "SELECT value FROM meta WHERE key=?1", &store->get, err));
    (void)sqlite3_bind_text(store->get, 1, key, -1, SQLITE_STATIC);
    int code = sqlite3_step(store->get);
    Status status = OK;
    if (code == SQLITE_ROW)
        *value = sqlite3_column_int64(store->get, 0);
    else if (code == SQLITE_DONE)
        *value = fallback;
    else
        status = store_sqlite_error(store, "read", err);
    (void)sqlite3_reset(store->get);
    return status;
}

Status store_set(Store *store, const char *key, int64_t value, Err *err)
{
    if (!store->set)
        TRY(store_prepare(store, "INSERT OR REPLACE INTO meta VALUES(?1,?2)", &store->set, err));
    (void)sqlite3_bind_text(store->set, 1, key, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(store->set, 2, value);
    return store_step_done(store, store->set, "write", err);
}
