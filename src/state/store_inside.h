/* store_inside.h - what the store*.c files share. */
#ifndef STREAMD_STATE_STORE_INSIDE_H
#define STREAMD_STATE_STORE_INSIDE_H

#include <sqlite3.h>
#include "base/buf.h"
#include "base/list.h"
#include "state/store.h"

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

/* What SQLite says of its last call, as ours: "cannot <doing> <path>". */
Status store_sqlite_error(Store *store, const char *doing, Err *err);
Status store_run_sql(Store *store, const char *sql, const char *doing, Err *err) MUST_CHECK;
/* The caller finalizes it. */
Status store_prepare(Store *store, const char *sql, sqlite3_stmt **out, Err *err) MUST_CHECK;
/* Runs a statement without rows, and resets it. */
Status store_step_done(Store *store, sqlite3_stmt *statement, const char *doing,
                       Err *err) MUST_CHECK;
Status store_query_i64(Store *store, const char *sql, int64_t *value, Err *err) MUST_CHECK;
Status store_has_table(Store *store, const char *name, bool *exists, Err *err) MUST_CHECK;

void store_add_identifier(Buf *sql, const char *name);
/* " <before> <the key column> <after>" */
void store_add_key_clause(Buf *sql, const StateTable *table, const char *before, const char *after);

/* SQL columns before the table's own: the encoded key, or the row's number. */
static inline int store_extra_columns(const StateTable *table)
{
    return table->numbered ? 0 : 1;
}

#endif
