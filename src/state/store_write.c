/*
 * store_write.c - tables made, changed and dropped; see store.h.
 *
 * Statements are prepared once per table and kept in a small list.
 */
#include "state/store_inside.h"

#include <stdlib.h>
#include <string.h>

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

Status store_ensure(Store *store, const char *name, const StateTable *table, Err *err)
{
    Buf sql;
    buf_init(&sql);
    buf_add_text(&sql, "CREATE TABLE IF NOT EXISTS ");
    store_add_identifier(&sql, name);
    buf_add_text(&sql, table->numbered    ? "("
                       : table->key_count ? "(_key BLOB PRIMARY KEY, "
                                          : "(_id INTEGER PRIMARY KEY, ");
    for (uint16_t i = 0; i < table->column_count; i++) {
        if (i)
            buf_add_text(&sql, ", ");
        store_add_identifier(&sql, table->columns[i].name);
        buf_printf(&sql, " %s", sql_type(table->columns[i].type));
        if (table->numbered && i == 0)
            buf_add_text(&sql, " PRIMARY KEY");
    }
    buf_add_text(&sql, table->key_count && !table->numbered ? ") WITHOUT ROWID" : ")");
    Status status = store_run_sql(store, buf_text(&sql), "make a table in", err);
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
    store_add_identifier(&sql, buf_text(&index));
    buf_add_text(&sql, " ON ");
    store_add_identifier(&sql, name);
    for (uint16_t i = 0; i < count; i++) {
        buf_add_text(&sql, i ? ", " : "(");
        store_add_identifier(&sql, table->columns[columns[i]].name);
    }
    buf_add_text(&sql, ")");
    Status status = store_run_sql(store, buf_text(&sql), "make an index in", err);
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
    store_add_identifier(&sql, name);
    if (table->numbered) {
        buf_add_text(&sql, " WHERE ");
        store_add_identifier(&sql, table->columns[0].name);
        buf_add_text(&sql, " = ?1");
    } else if (table->key_count) {
        buf_add_text(&sql, " WHERE _key = ?1");
    } else {
        buf_add_text(&sql, " WHERE _id = (SELECT _id FROM ");
        store_add_identifier(&sql, name);
        for (uint16_t i = 0; i < table->column_count; i++) {
            buf_add_text(&sql, i ? " AND " : " WHERE ");
            store_add_identifier(&sql, table->columns[i].name);
            buf_printf(&sql, " IS ?%d", i + 2);
        }
        buf_add_text(&sql, " LIMIT 1)");
    }
    Status status = store_prepare(store, buf_text(&sql), out, err);
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
    store_add_identifier(&sql, name);
    buf_add_text(&sql, " VALUES(?1");
    for (int i = 1; i < table->column_count + store_extra_columns(table); i++)
        buf_printf(&sql, ",?%d", i + 1);
    buf_add_text(&sql, ")");
    Status status = store_prepare(store, buf_text(&sql), &made.insert, err);
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
                bind_value(statement, c + 1 + store_extra_columns(table), &rows->cols[c], row);
        TRY(store_step_done(store, statement, "write", err));
    }
    return OK;
}

/* ---- many rows at once ---- */

static Status run_on_table(Store *store, const char *before, const char *name, const char *after,
                           const char *doing, Err *err)
{
    Buf sql;
    buf_init(&sql);
    buf_add_text(&sql, before);
    store_add_identifier(&sql, name);
    buf_add_text(&sql, after);
    Status status = store_run_sql(store, buf_text(&sql), doing, err);
    buf_deinit(&sql);
    return status;
}

Status store_trim(Store *store, const char *name, const StateTable *table, int64_t upto, Err *err)
{
    bool exists;
    TRY(store_has_table(store, name, &exists, err));
    if (!exists || upto == INT64_MIN)
        return OK;
    Buf condition;
    buf_init(&condition);
    store_add_key_clause(&condition, table, " WHERE ", "");
    buf_printf(&condition, " <= %lld", (long long)upto);
    Status status = run_on_table(store, "DELETE FROM ", name, buf_text(&condition), "trim", err);
    buf_deinit(&condition);
    return status;
}

Status store_clear(Store *store, const char *name, Err *err)
{
    bool exists;
    TRY(store_has_table(store, name, &exists, err));
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
