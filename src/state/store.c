/*
 * store.c - batches to SQLite and back; see store.h.
 *
 * Statements are prepared once per table and kept in a small list.  The
 * database's user_version is the format's version; application_id says that
 * the file is ours.
 */
#include "state/store.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/file.h"
#include "base/list.h"
#include "state/vfs.h"

enum { STORE_VERSION = 1, STORE_APPLICATION_ID = 0x73744d64 /* "stMd" */ };

typedef struct StoreTable {
    char *name;
    sqlite3_stmt *insert, *remove;
} StoreTable;

struct Store {
    sqlite3 *db;
    char *path;
    bool read_only;
    sqlite3_stmt *begin, *commit, *rollback, *get, *set;
    LIST(StoreTable) tables;
    Buf key;
};

static Status sqlite_error(Store *store, const char *doing, Err *err)
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

static Status run(Store *store, const char *sql, const char *doing, Err *err)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return sqlite_error(store, doing, err);
    return OK;
}

static Status prepare(Store *store, const char *sql, sqlite3_stmt **out, Err *err)
{
    if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) != SQLITE_OK)
        return sqlite_error(store, "read", err);
    return OK;
}

static Status step_done(Store *store, sqlite3_stmt *statement, const char *doing, Err *err)
{
    int code = sqlite3_step(statement);
    Status status =
        code == SQLITE_DONE || code == SQLITE_ROW ? OK : sqlite_error(store, doing, err);
    (void)sqlite3_reset(statement);
    return status;
}

static Status query_i64(Store *store, const char *sql, int64_t *value, Err *err)
{
    sqlite3_stmt *statement;
    TRY(prepare(store, sql, &statement, err));
    int code = sqlite3_step(statement);
    Status status = OK;
    if (code == SQLITE_ROW)
        *value = sqlite3_column_int64(statement, 0);
    else
        status = sqlite_error(store, "read", err);
    (void)sqlite3_finalize(statement);
    return status;
}

/* Refuses what is not ours or newer, before anything is changed in it; *empty: a new database. */
static Status check_header(Store *store, bool may_be_empty, bool *empty, Err *err)
{
    int64_t version = 0, application = 0, tables = 0;
    TRY(query_i64(store, "PRAGMA user_version", &version, err));
    TRY(query_i64(store, "PRAGMA application_id", &application, err));
    TRY(query_i64(store, "SELECT count(*) FROM sqlite_master", &tables, err));
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
    return run(store, sql, "write", err);
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
        status = sqlite_error(store, "open", err);
        goto done;
    }
    (void)sqlite3_busy_timeout(store->db, 2000);
    (void)sqlite3_extended_result_codes(store->db, 1);
    bool empty = false;
    TRY_GOTO(check_header(store, mode == STORE_CREATE, &empty, err));
    if (!store->read_only) {
        TRY_GOTO(run(store,
                     durable ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                             : "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
                     "open", err));
        TRY_GOTO(
            run(store, "PRAGMA wal_autocheckpoint=2000; PRAGMA temp_store=MEMORY", "open", err));
    } else {
        TRY_GOTO(run(store, "PRAGMA query_only=1; PRAGMA wal_autocheckpoint=0", "open", err));
    }
    if (empty)
        TRY_GOTO(write_header(store, err));
    TRY_GOTO(prepare(store, store->read_only ? "BEGIN" : "BEGIN IMMEDIATE", &store->begin, err));
    TRY_GOTO(prepare(store, "COMMIT", &store->commit, err));
    TRY_GOTO(prepare(store, "ROLLBACK", &store->rollback, err));
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
    return step_done(store, store->begin, "begin a transaction in", err);
}

Status store_commit(Store *store, Err *err)
{
    return step_done(store, store->commit, "commit to", err);
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

/* ---- tables ---- */

static void add_identifier(Buf *sql, const char *name)
{
    buf_add_char(sql, '"');
    for (; *name; name++) {
        if (*name == '"')
            buf_add_char(sql, '"');
        buf_add_char(sql, *name);
    }
    buf_add_char(sql, '"');
}

static const char *sql_type(Type type)
{
    switch (type_physical(type)) {
    case PHYSICAL_BOOL:
    case PHYSICAL_I8:
    case PHYSICAL_I16:
    case PHYSICAL_I32:
    case PHYSICAL_I64:
        return "INTEGER";
    case PHYSICAL_F32:
    case PHYSICAL_F64:
        return "REAL";
    case PHYSICAL_VIEW:
        return type.id == TYPE_BYTES ? "BLOB" : "TEXT";
    case PHYSICAL_I128:
    case PHYSICAL_INTERVAL:
    case PHYSICAL_LIST:
    case PHYSICAL_STRUCT:
    default:
        return "TEXT";
    }
}

/* SQL columns before the table's own: the encoded key, or the row's number. */
static int extra_columns(const StateTable *table)
{
    return table->numbered ? 0 : 1;
}

Status store_ensure(Store *store, const char *name, const StateTable *table, Err *err)
{
    Buf sql;
    buf_init(&sql);
    buf_add_text(&sql, "CREATE TABLE IF NOT EXISTS ");
    add_identifier(&sql, name);
    buf_add_text(&sql, table->numbered    ? "("
                       : table->key_count ? "(_key BLOB PRIMARY KEY, "
                                          : "(_id INTEGER PRIMARY KEY, ");
    for (uint16_t i = 0; i < table->column_count; i++) {
        if (i)
            buf_add_text(&sql, ", ");
        add_identifier(&sql, table->columns[i].name);
        buf_printf(&sql, " %s", sql_type(table->columns[i].type));
        if (table->numbered && i == 0)
            buf_add_text(&sql, " PRIMARY KEY");
    }
    buf_add_text(&sql, table->key_count && !table->numbered ? ") WITHOUT ROWID" : ")");
    Status status = run(store, buf_text(&sql), "make a table in", err);
    buf_deinit(&sql);
    return status;
}

Status store_ensure_index(Store *store, const char *name, const StateTable *table,
                          const uint16_t *columns, uint16_t count, Err *err)
{
    Buf sql, index;
    buf_init(&sql);
    buf_init(&index);
    buf_printf(&index, "%s_by", name);
    for (uint16_t i = 0; i < count; i++)
        buf_printf(&index, "_%u", columns[i]);
    buf_add_text(&sql, "CREATE INDEX IF NOT EXISTS ");
    add_identifier(&sql, buf_text(&index));
    buf_add_text(&sql, " ON ");
    add_identifier(&sql, name);
    for (uint16_t i = 0; i < count; i++) {
        buf_add_text(&sql, i ? ", " : "(");
        add_identifier(&sql, table->columns[columns[i]].name);
    }
    buf_add_text(&sql, ")");
    Status status = run(store, buf_text(&sql), "make an index in", err);
    buf_deinit(&sql);
    buf_deinit(&index);
    return status;
}

static Status prepare_remove(Store *store, const char *name, const StateTable *table,
                             sqlite3_stmt **out, Err *err)
{
    Buf sql;
    buf_init(&sql);
    buf_add_text(&sql, "DELETE FROM ");
    add_identifier(&sql, name);
    if (table->numbered) {
        buf_add_text(&sql, " WHERE ");
        add_identifier(&sql, table->columns[0].name);
        buf_add_text(&sql, " = ?1");
    } else if (table->key_count) {
        buf_add_text(&sql, " WHERE _key = ?1");
    } else {
        buf_add_text(&sql, " WHERE _id = (SELECT _id FROM ");
        add_identifier(&sql, name);
        for (uint16_t i = 0; i < table->column_count; i++) {
            buf_add_text(&sql, i ? " AND " : " WHERE ");
            add_identifier(&sql, table->columns[i].name);
            buf_printf(&sql, " IS ?%d", i + 2);
        }
        buf_add_text(&sql, " LIMIT 1)");
    }
    Status status = prepare(store, buf_text(&sql), out, err);
    buf_deinit(&sql);
    return status;
}

static Status table_statements(Store *store, const char *name, const StateTable *table,
                               StoreTable **out, Err *err)
{
    for (size_t i = 0; i < store->tables.count; i++)
        if (strcmp(store->tables.at[i].name, name) == 0) {
            *out = &store->tables.at[i];
            return OK;
        }
    StoreTable made = {0};
    Buf sql;
    buf_init(&sql);
    buf_add_text(&sql, "INSERT OR REPLACE INTO ");
    add_identifier(&sql, name);
    buf_add_text(&sql, " VALUES(?1");
    for (int i = 1; i < table->column_count + extra_columns(table); i++)
        buf_printf(&sql, ",?%d", i + 1);
    buf_add_text(&sql, ")");
    Status status = prepare(store, buf_text(&sql), &made.insert, err);
    buf_deinit(&sql);
    if (status == OK)
        status = prepare_remove(store, name, table, &made.remove, err);
    if (status != OK) {
        (void)sqlite3_finalize(made.insert);
        return status;
    }
    made.name = mem_strdup(name);
    list_push(&store->tables, made);
    *out = &store->tables.at[store->tables.count - 1];
    return OK;
}

/* Binds one value; text in a Buf-formatted form is copied, views are not (the row is stepped at
 * once). */
static void bind_value(sqlite3_stmt *statement, int at, const Vector *vector, uint32_t row)
{
    if (vector_is_null(vector, row)) {
        (void)sqlite3_bind_null(statement, at);
        return;
    }
    const void *value = vector_value(vector, row);
    switch (type_physical(vector->type)) {
    case PHYSICAL_BOOL:
        (void)sqlite3_bind_int(statement, at, *(const bool *)value);
        return;
    case PHYSICAL_I8:
        (void)sqlite3_bind_int(statement, at, *(const int8_t *)value);
        return;
    case PHYSICAL_I16:
        (void)sqlite3_bind_int(statement, at, *(const int16_t *)value);
        return;
    case PHYSICAL_I32:
        (void)sqlite3_bind_int(statement, at, *(const int32_t *)value);
        return;
    case PHYSICAL_I64:
        (void)sqlite3_bind_int64(statement, at, *(const int64_t *)value);
        return;
    case PHYSICAL_F32:
    case PHYSICAL_F64: {
        double real =
            vector->type.id == TYPE_FLOAT ? (double)*(const float *)value : *(const double *)value;
        if (real != real) /* SQLite would make it NULL */
            (void)sqlite3_bind_blob(statement, at, "NaN", 3, SQLITE_STATIC);
        else
            (void)sqlite3_bind_double(statement, at, real);
        return;
    }
    case PHYSICAL_VIEW: {
        const Text *text = value;
        if (vector->type.id == TYPE_BYTES)
            (void)sqlite3_bind_blob(statement, at, text->length ? text_bytes(text) : "",
                                    (int)text->length, SQLITE_STATIC);
        else
            (void)sqlite3_bind_text(statement, at, text_bytes(text), (int)text->length,
                                    SQLITE_STATIC);
        return;
    }
    case PHYSICAL_I128:
    case PHYSICAL_INTERVAL:
    case PHYSICAL_LIST:
    case PHYSICAL_STRUCT:
    default: {
        Buf text;
        buf_init(&text);
        vector_format(vector, row, NULL, &text);
        (void)sqlite3_bind_text(statement, at, buf_text(&text), (int)text.length, SQLITE_TRANSIENT);
        buf_deinit(&text);
    }
    }
}

Status store_apply(Store *store, const char *name, const StateTable *table, const Batch *rows,
                   Err *err)
{
    uint32_t live = batch_live(rows);
    if (!live)
        return OK;
    StoreTable *statements;
    TRY(table_statements(store, name, table, &statements, err));
    for (uint32_t i = 0; i < live; i++) {
        uint32_t row = batch_row(rows, i);
        bool add = batch_weight(rows, row) > 0;
        sqlite3_stmt *statement = add ? statements->insert : statements->remove;
        buf_clear(&store->key);
        if (table->numbered) {
            bind_value(statement, 1, &rows->cols[0], row);
        } else if (table->key_count) {
            key_encode(&store->key, rows->cols, table->key_count, row);
            (void)sqlite3_bind_blob(statement, 1, buf_text(&store->key), (int)store->key.length,
                                    SQLITE_STATIC);
        } else {
            (void)sqlite3_bind_null(statement, 1);
        }
        if (add || !table->key_count)
            for (uint16_t c = table->numbered; c < table->column_count; c++)
                bind_value(statement, c + 1 + extra_columns(table), &rows->cols[c], row);
        TRY(step_done(store, statement, "write", err));
    }
    return OK;
}

/* ---- reading ---- */

static Status read_value(Store *store, sqlite3_stmt *statement, int at, Vector *vector,
                         uint32_t row, Arena *arena, Err *err)
{
    int stored = sqlite3_column_type(statement, at);
    if (stored == SQLITE_NULL) {
        vector_set_null(vector, arena, row, BATCH_ROWS);
        return OK;
    }
    char *to = (char *)vector->data + (size_t)row * type_size(vector->type);
    int64_t integer = stored == SQLITE_INTEGER ? sqlite3_column_int64(statement, at) : 0;
    switch (type_physical(vector->type)) {
    case PHYSICAL_BOOL:
        *to = integer != 0;
        return OK;
    case PHYSICAL_I8:
        *to = (char)integer;
        return OK;
    case PHYSICAL_I16: {
        int16_t narrow = (int16_t)integer;
        memcpy(to, &narrow, sizeof narrow);
        return OK;
    }
    case PHYSICAL_I32: {
        int32_t narrow = (int32_t)integer;
        memcpy(to, &narrow, sizeof narrow);
        return OK;
    }
    case PHYSICAL_I64:
        memcpy(to, &integer, sizeof integer);
        return OK;
    case PHYSICAL_F32: {
        float real = stored == SQLITE_BLOB ? __builtin_nanf("")
                                           : (float)sqlite3_column_double(statement, at);
        memcpy(to, &real, sizeof real);
        return OK;
    }
    case PHYSICAL_F64: {
        double real =
            stored == SQLITE_BLOB ? __builtin_nan("") : sqlite3_column_double(statement, at);
        memcpy(to, &real, sizeof real);
        return OK;
    }
    case PHYSICAL_VIEW: {
        const char *bytes = sqlite3_column_blob(statement, at);
        int length = sqlite3_column_bytes(statement, at);
        Text text = text_make_copy(arena, length ? bytes : "", (uint32_t)length);
        memcpy(to, &text, sizeof text);
        return OK;
    }
    case PHYSICAL_I128:
    case PHYSICAL_INTERVAL: {
        const char *bytes = (const char *)sqlite3_column_text(statement, at);
        Str text = {bytes, (size_t)sqlite3_column_bytes(statement, at)};
        return type_class(vector->type)->parse(vector->type, text, to, arena, err);
    }
    case PHYSICAL_LIST:
    case PHYSICAL_STRUCT:
    default:
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1,
                       "reading a stored %s back from %s is not supported yet",
                       type_class(vector->type)->name, store->path);
    }
}

static Status scan_statement(Store *store, sqlite3_stmt *statement, const StateTable *table,
                             StoreVisit visit, void *context, Err *err)
{
    Arena arena;
    arena_init(&arena);
    Status status = OK;
    int code = SQLITE_ROW;
    while (status == OK && code == SQLITE_ROW) {
        Batch batch = {.col_count = table->column_count};
        batch.cols = ARENA_ARRAY(&arena, Vector, table->column_count);
        for (uint16_t c = 0; c < table->column_count; c++)
            vector_make(&batch.cols[c], &arena, table->columns[c].type, BATCH_ROWS, true);
        while (status == OK && batch.row_count < BATCH_ROWS &&
               (code = sqlite3_step(statement)) == SQLITE_ROW) {
            for (uint16_t c = 0; status == OK && c < table->column_count; c++)
                status = read_value(store, statement, c + extra_columns(table), &batch.cols[c],
                                    batch.row_count, &arena, err);
            batch.row_count++;
        }
        if (status == OK && code != SQLITE_ROW && code != SQLITE_DONE)
            status = sqlite_error(store, "read", err);
        if (status == OK && batch.row_count)
            status = visit(context, &batch, err);
        arena_reset(&arena);
    }
    (void)sqlite3_finalize(statement);
    arena_deinit(&arena);
    return status == STOP ? OK : status;
}

static Status table_exists(Store *store, const char *name, bool *exists, Err *err)
{
    sqlite3_stmt *statement;
    TRY(prepare(store, "SELECT 1 FROM sqlite_master WHERE type='table' AND name=?1", &statement,
                err));
    (void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    int code = sqlite3_step(statement);
    *exists = code == SQLITE_ROW;
    Status status =
        code == SQLITE_ROW || code == SQLITE_DONE ? OK : sqlite_error(store, "read", err);
    (void)sqlite3_finalize(statement);
    return status;
}

/* " <before> <the key column> <after>" */
static void add_key_clause(Buf *sql, const StateTable *table, const char *before, const char *after)
{
    buf_add_text(sql, before);
    if (table->numbered)
        add_identifier(sql, table->columns[0].name);
    else
        buf_add_text(sql, table->key_count ? "_key" : "_id");
    buf_add_text(sql, after);
}

/* SELECT * FROM name <tail>, or *out = NULL when there is no such table. */
static Status prepare_scan(Store *store, const char *name, const char *tail, sqlite3_stmt **out,
                           Err *err)
{
    bool exists;
    *out = NULL;
    TRY(table_exists(store, name, &exists, err));
    if (!exists)
        return OK;
    Buf sql;
    buf_init(&sql);
    buf_add_text(&sql, "SELECT * FROM ");
    add_identifier(&sql, name);
    buf_add_text(&sql, tail);
    Status status = prepare(store, buf_text(&sql), out, err);
    buf_deinit(&sql);
    return status;
}

Status store_scan(Store *store, const char *name, const StateTable *table, StoreVisit visit,
                  void *context, Err *err)
{
    sqlite3_stmt *statement = NULL;
    Buf tail;
    buf_init(&tail);
    add_key_clause(&tail, table, " ORDER BY ", "");
    Status status = prepare_scan(store, name, buf_text(&tail), &statement, err);
    buf_deinit(&tail);
    TRY(status);
    return statement ? scan_statement(store, statement, table, visit, context, err) : OK;
}

Status store_scan_range(Store *store, const char *name, const StateTable *table, int64_t after,
                        int64_t upto, StoreVisit visit, void *context, Err *err)
{
    sqlite3_stmt *statement = NULL;
    Buf tail;
    buf_init(&tail);
    add_key_clause(&tail, table, " WHERE ", " > ?1 AND ");
    add_key_clause(&tail, table, "", " <= ?2");
    add_key_clause(&tail, table, " ORDER BY ", "");
    Status status = prepare_scan(store, name, buf_text(&tail), &statement, err);
    buf_deinit(&tail);
    TRY(status);
    if (!statement)
        return OK;
    (void)sqlite3_bind_int64(statement, 1, after);
    (void)sqlite3_bind_int64(statement, 2, upto);
    return scan_statement(store, statement, table, visit, context, err);
}

static Status run_on_table(Store *store, const char *before, const char *name, const char *after,
                           const char *doing, Err *err)
{
    Buf sql;
    buf_init(&sql);
    buf_add_text(&sql, before);
    add_identifier(&sql, name);
    buf_add_text(&sql, after);
    Status status = run(store, buf_text(&sql), doing, err);
    buf_deinit(&sql);
    return status;
}

Status store_trim(Store *store, const char *name, const StateTable *table, int64_t upto, Err *err)
{
    bool exists;
    TRY(table_exists(store, name, &exists, err));
    if (!exists || upto == INT64_MIN)
        return OK;
    Buf condition;
    buf_init(&condition);
    add_key_clause(&condition, table, " WHERE ", "");
    buf_printf(&condition, " <= %lld", (long long)upto);
    Status status = run_on_table(store, "DELETE FROM ", name, buf_text(&condition), "trim", err);
    buf_deinit(&condition);
    return status;
}

Status store_clear(Store *store, const char *name, Err *err)
{
    bool exists;
    TRY(table_exists(store, name, &exists, err));
    return exists ? run_on_table(store, "DELETE FROM ", name, "", "clear", err) : OK;
}

Status store_drop(Store *store, const char *name, Err *err)
{
    for (size_t i = 0; i < store->tables.count; i++)
        if (strcmp(store->tables.at[i].name, name) == 0) {
            (void)sqlite3_finalize(store->tables.at[i].insert);
            (void)sqlite3_finalize(store->tables.at[i].remove);
            free(store->tables.at[i].name);
            store->tables.at[i] = store->tables.at[--store->tables.count];
            break;
        }
    return run_on_table(store, "DROP TABLE IF EXISTS ", name, "", "drop a table of", err);
}

Status store_row_count(Store *store, const char *name, int64_t *count, Err *err)
{
    bool exists;
    *count = 0;
    TRY(table_exists(store, name, &exists, err));
    if (!exists)
        return OK;
    Buf sql;
    buf_init(&sql);
    buf_add_text(&sql, "SELECT count(*) FROM ");
    add_identifier(&sql, name);
    Status status = query_i64(store, buf_text(&sql), count, err);
    buf_deinit(&sql);
    return status;
}

Status store_tables(Store *store, bool (*visit)(void *context, const char *name), void *context,
                    Err *err)
{
    sqlite3_stmt *statement;
    TRY(prepare(store, "SELECT name FROM sqlite_master WHERE type='table' ORDER BY name",
                &statement, err));
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW)
        if (!visit(context, (const char *)sqlite3_column_text(statement, 0)))
            break;
    Status status =
        code == SQLITE_ROW || code == SQLITE_DONE ? OK : sqlite_error(store, "read", err);
    (void)sqlite3_finalize(statement);
    return status;
}

/* ---- meta ---- */

Status store_get(Store *store, const char *key, int64_t fallback, int64_t *value, Err *err)
{
    if (!store->get)
        TRY(prepare(store, "SELECT value FROM meta WHERE key=?1", &store->get, err));
    (void)sqlite3_bind_text(store->get, 1, key, -1, SQLITE_STATIC);
    int code = sqlite3_step(store->get);
    Status status = OK;
    if (code == SQLITE_ROW)
        *value = sqlite3_column_int64(store->get, 0);
    else if (code == SQLITE_DONE)
        *value = fallback;
    else
        status = sqlite_error(store, "read", err);
    (void)sqlite3_reset(store->get);
    return status;
}

Status store_set(Store *store, const char *key, int64_t value, Err *err)
{
    if (!store->set)
        TRY(prepare(store, "INSERT OR REPLACE INTO meta VALUES(?1,?2)", &store->set, err));
    (void)sqlite3_bind_text(store->set, 1, key, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(store->set, 2, value);
    return step_done(store, store->set, "write", err);
}
