/*
 * store.h - a SQLite database that batches are applied to.
 *
 * One Store is one database file: the catalog's, a job's, or an internal
 * table's.  It knows tables (StateTable) and batches, and nothing of operators.
 * WAL, synchronous=FULL; one writing connection, the only one that ever
 * checkpoints; read-only connections for queries.
 *
 * A keyed table holds, before its columns, `_key`: the key columns in an
 * encoding that memcmp orders as SQL does (key_encode), so that NULL keys are
 * unique and a scan is sorted; a numbered one is found by its number.  Values are stored as
 * SQLite's own types:
 *
 *     integers, BOOLEAN, DATE, TIME, TIMESTAMP*   INTEGER      FLOAT, DOUBLE   REAL (NaN: BLOB)
 *     VARCHAR, JSON  TEXT      BYTES  BLOB        DECIMAL, INTERVAL, ARRAY     TEXT
 */
#ifndef STREAMD_STATE_STORE_H
#define STREAMD_STATE_STORE_H

#include "types/state_table.h"

typedef struct Store Store;

typedef enum StoreMode {
    STORE_CREATE,   /* made if it is missing */
    STORE_OPEN,     /* must be there */
    STORE_READ_ONLY /* for queries beside the writer */
} StoreMode;

/* XX001: corrupt, or not a database of ours; 0A000: written by a newer version; 55006: locked.
 * `durable` false: nothing is fsynced (private temporary directories). */
Status store_open(Store **out, const char *path, StoreMode mode, bool durable, Err *err) MUST_CHECK;
void store_close(Store *store); /* NULL allowed; an open transaction is rolled back */
const char *store_path(const Store *store);

/* BEGIN IMMEDIATE / COMMIT / ROLLBACK.  A reader's begin takes a snapshot.  53100: the disk is
 * full. A COMMIT that fails has taken the transaction back: it has to be written anew. */
Status store_begin(Store *store, Err *err) MUST_CHECK;
Status store_commit(Store *store, Err *err) MUST_CHECK;
void store_rollback(Store *store);
bool store_in_transaction(const Store *store);

/* Makes the SQL table `name` for `table` if it is missing. */
Status store_ensure(Store *store, const char *name, const StateTable *table, Err *err) MUST_CHECK;
/* So that equal rows of a table without a key are found by these columns of it. */
Status store_ensure_index(Store *store, const char *name, const StateTable *table,
                          const uint16_t *columns, uint16_t count, Err *err) MUST_CHECK;
/* Applies changed rows (see StateOut): +1 inserts or replaces by key, -1 deletes.  Without a key,
 * +1 appends and -1 deletes one equal row. */
Status store_apply(Store *store, const char *name, const StateTable *table, const Batch *rows,
                   Err *err) MUST_CHECK;
/* All rows, in order of key (or of arrival without one); a missing table has none. The batch dies
 * after the call. */
typedef Status (*StoreVisit)(void *context, const Batch *rows, Err *err);
Status store_scan(Store *store, const char *name, const StateTable *table, StoreVisit visit,
                  void *context, Err *err) MUST_CHECK;
/* Of a numbered table: the rows whose number is in (after, upto]. */
Status store_scan_range(Store *store, const char *name, const StateTable *table, int64_t after,
                        int64_t upto, StoreVisit visit, void *context, Err *err) MUST_CHECK;
/* Of a numbered table: deletes the rows whose number is <= upto. */
Status store_trim(Store *store, const char *name, const StateTable *table, int64_t upto,
                  Err *err) MUST_CHECK;
Status store_clear(Store *store, const char *name, Err *err) MUST_CHECK; /* a missing table: OK */
Status store_drop(Store *store, const char *name, Err *err) MUST_CHECK;
Status store_row_count(Store *store, const char *name, int64_t *count, Err *err) MUST_CHECK;
/* The tables of the database, `visit` false stops. */
Status store_tables(Store *store, bool (*visit)(void *context, const char *name), void *context,
                    Err *err) MUST_CHECK;

/* Small named numbers (epoch, sequence), in table `meta`. */
Status store_get(Store *store, const char *key, int64_t fallback, int64_t *value,
                 Err *err) MUST_CHECK;
Status store_set(Store *store, const char *key, int64_t value, Err *err) MUST_CHECK;

/* Row `row`'s first `count` columns as bytes that memcmp orders as SQL does: NULL last, text by
 * bytes, NaN greatest. */
void key_encode(Buf *out, const Vector *columns, uint16_t count, uint32_t row);

#endif
