/* store_scan.c - tables read as batches; see store.h. */
#include "state/store_inside.h"

#include <string.h>
#include "types/value.h"

static Status read_value(sqlite3_stmt *statement, int at, Vector *vector, uint32_t row,
                         Arena *arena, Err *err)
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
    default: {
        const char *bytes = (const char *)sqlite3_column_text(statement, at);
        Value value;
        TRY(value_parse(vector->type, (Str){bytes, (size_t)sqlite3_column_bytes(statement, at)},
                        NULL, arena, &value, err));
        vector_set_value(vector, arena, row, BATCH_ROWS, &value);
        return OK;
    }
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
                status = read_value(statement, c + store_extra_columns(table), &batch.cols[c],
                                    batch.row_count, &arena, err);
            batch.row_count++;
        }
        if (status == OK && code != SQLITE_ROW && code != SQLITE_DONE)
            status = store_sqlite_error(store, "read", err);
        if (status == OK && batch.row_count)
            status = visit(context, &batch, err);
        arena_reset(&arena);
    }
    (void)sqlite3_finalize(statement);
    arena_deinit(&arena);
    return status == STOP ? OK : status;
}

/* SELECT * FROM name <tail>, or *out = NULL when there is no such table. */
static Status prepare_scan(Store *store, const char *name, const char *tail, sqlite3_stmt **out,
                           Err *err)
{
    bool exists;
    *out = NULL;
    TRY(store_has_table(store, name, &exists, err));
    if (!exists)
        return OK;
    Buf sql;
    buf_init(&sql);
    buf_add_text(&sql, "SELECT * FROM ");
    store_add_identifier(&sql, name);
    buf_add_text(&sql, tail);
    Status status = store_prepare(store, buf_text(&sql), out, err);
    buf_deinit(&sql);
    return status;
}

Status store_scan(Store *store, const char *name, const StateTable *table, StoreVisit visit,
                  void *context, Err *err)
{
    sqlite3_stmt *statement = NULL;
    Buf tail;
    buf_init(&tail);
    store_add_key_clause(&tail, table, " ORDER BY ", "");
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
    store_add_key_clause(&tail, table, " WHERE ", " > ?1 AND ");
    store_add_key_clause(&tail, table, "", " <= ?2");
    store_add_key_clause(&tail, table, " ORDER BY ", "");
    Status status = prepare_scan(store, name, buf_text(&tail), &statement, err);
    buf_deinit(&tail);
    TRY(status);
    if (!statement)
        return OK;
    (void)sqlite3_bind_int64(statement, 1, after);
    (void)sqlite3_bind_int64(statement, 2, upto);
    return scan_statement(store, statement, table, visit, context, err);
}

Status store_row_count(Store *store, const char *name, int64_t *count, Err *err)
{
    bool exists;
    *count = 0;
    TRY(store_has_table(store, name, &exists, err));
    if (!exists)
        return OK;
    Buf sql;
    buf_init(&sql);
    buf_add_text(&sql, "SELECT count(*) FROM ");
    store_add_identifier(&sql, name);
    Status status = store_query_i64(store, buf_text(&sql), count, err);
    buf_deinit(&sql);
    return status;
}

Status store_tables(Store *store, bool (*visit)(void *context, const char *name), void *context,
                    Err *err)
{
    sqlite3_stmt *statement;
    TRY(store_prepare(store, "SELECT name FROM sqlite_master WHERE type='table' ORDER BY name",
                      &statement, err));
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW)
        if (!visit(context, (const char *)sqlite3_column_text(statement, 0)))
            break;
    Status status =
        code == SQLITE_ROW || code == SQLITE_DONE ? OK : store_sqlite_error(store, "read", err);
    (void)sqlite3_finalize(statement);
    return status;
}
