#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "state/store_inside.h"
#include "types/value.h"

/* Values of every type as text, NULL last; each list is in SQL's order. */
typedef struct Sample {
    const char *type;
    const char *values[9];
} Sample;

static const Sample samples[] = {
    {"BOOLEAN", {"false", "true", NULL}},
    {"TINYINT", {"-128", "-1", "0", "7", "127", NULL}},
    {"SMALLINT", {"-32768", "0", "32767", NULL}},
    {"INT", {"-2147483648", "-1", "0", "1", "2147483647", NULL}},
    {"BIGINT", {"-9223372036854775808", "-1", "0", "256", "9223372036854775807", NULL}},
    {"FLOAT", {"-Infinity", "-1.5", "0", "1e-30", "3.5", "Infinity", "NaN", NULL}},
    {"DOUBLE", {"-Infinity", "-1e300", "-1e-300", "0", "5e-324", "2.5", "Infinity", "NaN", NULL}},
    {"DECIMAL(9,2)", {"-1234567.89", "-0.01", "0", "0.10", "99.99", NULL}},
    {"DECIMAL(38,4)",
     {"-1234567890123456789012345678901234.5678", "-0.0001", "0", "18446744073709551616", NULL}},
    {"VARCHAR", {"", "a", "a text that is longer than twelve bytes", "ab", "b", "é", NULL}},
    {"BYTES", {"\\x", "\\x00", "\\x0000", "\\x00ff", "\\x01", "\\xff", NULL}},
    {"DATE", {"0001-01-01", "1969-12-31", "1970-01-01", "9999-12-31", NULL}},
    {"TIME", {"00:00:00", "23:59:59.999999", NULL}},
    {"TIMESTAMP", {"0001-01-01 00:00:00", "2024-02-29 12:00:00.000001", NULL}},
    {"TIMESTAMPTZ", {"1969-12-31 23:59:59+00", "2024-02-29 12:00:00+09", NULL}},
    {"INTERVAL", {"-1 day", "1 microsecond", "29 days 23:00:00", "1 month", "1 year", NULL}},
    {"ARRAY<VARCHAR>", {"{}", "{a}", "{a,a}", "{a,b}", "{b}", NULL}},
};
enum { SAMPLES = sizeof samples / sizeof *samples, ROWS = 9 };

static char folder[64], path[96];
static Arena arena;
static Err err;

static void set_up(void)
{
    strcpy(folder, "/tmp/streamd-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/a.db", folder);
    arena_init(&arena);
}

static void tear_down(void)
{
    arena_deinit(&arena);
    cr_assert_eq(file_remove_tree(folder, &err), OK);
}

/* The sample's values as a vector; how many there are, with the NULL. */
static uint16_t make(const Sample *sample, Vector *vector)
{
    Type type;
    cr_assert_eq(type_from_text(str_from(sample->type), &arena, &type, &err), OK);
    vector_make(vector, &arena, type, ROWS, true);
    uint16_t count = 0;
    for (bool last = false; !last; count++) {
        Value value = value_null(type);
        last = !sample->values[count];
        if (!last)
            cr_assert_eq(
                value_parse(type, str_from(sample->values[count]), NULL, &arena, &value, &err), OK,
                "%s %s: %s", sample->type, sample->values[count], err.message);
        vector_set_value(vector, &arena, count, ROWS, &value);
    }
    return count;
}

static Store *open_store(void)
{
    Store *store;
    cr_assert_eq(store_open(&store, path, STORE_CREATE, true, &err), OK, "%s", err.message);
    return store;
}

static void apply(Store *store, const StateTable *table, Vector *cols, const uint16_t *rows,
                  uint16_t count, const int32_t *weights)
{
    Batch batch = {.cols = cols,
                   .col_count = table->column_count,
                   .row_count = ROWS,
                   .sel = rows,
                   .sel_count = count,
                   .weight = weights};
    cr_assert_eq(store_begin(store, &err), OK);
    cr_assert_eq(store_ensure(store, table->name, table, &err), OK, "%s", err.message);
    cr_assert_eq(store_apply(store, table->name, table, &batch, &err), OK, "%s", err.message);
    cr_assert_eq(store_commit(store, &err), OK, "%s", err.message);
}

/* What a scan gives, a line a row. */
static Status add_lines(void *context, const Batch *rows, Err *e)
{
    (void)e;
    for (uint32_t row = 0; row < rows->row_count; row++) {
        for (uint16_t c = 0; c < rows->col_count; c++) {
            if (c)
                buf_add_char(context, ' ');
            if (vector_is_null(&rows->cols[c], row))
                buf_add_text(context, "NULL");
            vector_format(&rows->cols[c], row, NULL, context);
        }
        buf_add_char(context, '\n');
    }
    return OK;
}

static void cr_assert_rows(Store *store, const StateTable *table, const char *expected)
{
    Buf lines;
    buf_init(&lines);
    cr_assert_eq(store_scan(store, table->name, table, add_lines, &lines, &err), OK);
    cr_assert_str_eq(buf_text(&lines), expected);
    buf_deinit(&lines);
}

Test(key_encode, orders_as_sql_does)
{
    arena_init(&arena);
    for (int s = 0; s < SAMPLES; s++) {
        Vector vector;
        uint16_t count = make(&samples[s], &vector);
        for (uint32_t a = 0; a < count; a++)
            for (uint32_t b = 0; b < count; b++) {
                Buf x, y;
                buf_init(&x);
                buf_init(&y);
                key_encode(&x, &vector, 1, a);
                key_encode(&y, &vector, 1, b);
                size_t less = x.length < y.length ? x.length : y.length;
                int order = memcmp(x.data, y.data, less);
                if (order == 0)
                    order = (x.length > y.length) - (x.length < y.length);
                cr_assert_eq((order > 0) - (order < 0), (a > b) - (a < b), "%s: row %u and %u",
                             samples[s].type, a, b);
                buf_deinit(&x);
                buf_deinit(&y);
            }
    }
    arena_deinit(&arena);
}

Test(store, every_type_comes_back, .init = set_up, .fini = tear_down)
{
    /* Put in backwards; a scan is in the order of the key. */
    static const uint16_t backwards[ROWS] = {8, 7, 6, 5, 4, 3, 2, 1, 0};
    Store *store = open_store();
    for (int s = 0; s < SAMPLES; s++) {
        Vector cols[2];
        uint16_t count = make(&samples[s], &cols[0]);
        cols[1] = cols[0];
        StateColumn columns[2] = {{"k", cols[0].type}, {"v", cols[0].type}};
        StateTable table = {samples[s].type, columns, 2, 1, false};
        Buf expected, got;
        buf_init(&expected);
        buf_init(&got);
        Batch all = {.cols = cols, .col_count = 2, .row_count = count};
        cr_assert_eq(add_lines(&expected, &all, &err), OK);
        apply(store, &table, cols, backwards + ROWS - count, count, NULL);
        cr_assert_eq(store_scan(store, table.name, &table, add_lines, &got, &err), OK, "%s: %s",
                     samples[s].type, err.message);
        cr_assert_str_eq(buf_text(&got), buf_text(&expected), "%s", samples[s].type);
        buf_deinit(&expected);
        buf_deinit(&got);
    }
    store_close(store);
}

Test(store, rows_are_replaced_and_deleted_by_key, .init = set_up, .fini = tear_down)
{
    static const uint16_t first[] = {0, 1, 2, 3}, next[] = {1, 3};
    static const int32_t weights[ROWS] = {1, -1, 1, 1};
    static const Sample keys = {"VARCHAR", {"a", "b", "c", NULL}},
                        ones = {"INT", {"1", "1", "1", NULL}},
                        twos = {"INT", {"2", "2", "2", NULL}};
    Vector old[2], new[2];
    make(&keys, &old[0]);
    make(&ones, &old[1]);
    make(&keys, &new[0]);
    make(&twos, &new[1]);
    StateColumn columns[2] = {{"k", old[0].type}, {"v", old[1].type}};
    StateTable table = {"it's a \"table\"", columns, 2, 1, false};
    Store *store = open_store();
    cr_assert_rows(store, &table, "");
    apply(store, &table, old, first, 4, NULL);
    cr_assert_rows(store, &table, "a 1\nb 1\nc 1\nNULL NULL\n");
    apply(store, &table, new, first, 1, NULL);
    apply(store, &table, new, next, 2, weights);
    cr_assert_rows(store, &table, "a 2\nc 1\nNULL NULL\n");
    store_close(store);

    store = open_store(); /* and it is still so */
    cr_assert_rows(store, &table, "a 2\nc 1\nNULL NULL\n");
    cr_assert_eq(store_drop(store, table.name, &err), OK);
    cr_assert_rows(store, &table, "");
    store_close(store);
}

Test(store, without_a_key_equal_rows_go_one_by_one, .init = set_up, .fini = tear_down)
{
    static const uint16_t rows[] = {0, 1, 0, 2}, first[] = {0};
    static const int32_t gone[ROWS] = {-1};
    static const Sample values = {"DOUBLE", {"1.5", "NaN", NULL}};
    Vector vector;
    make(&values, &vector);
    StateColumn column = {"v", vector.type};
    StateTable table = {"rows", &column, 1, 0, false};
    Store *store = open_store();
    apply(store, &table, &vector, rows, 2, NULL);
    apply(store, &table, &vector, rows + 2, 2, NULL);
    cr_assert_rows(store, &table, "1.5\nNaN\n1.5\nNULL\n");
    apply(store, &table, &vector, first, 1, gone);
    int64_t count;
    cr_assert_eq(store_row_count(store, "rows", &count, &err), OK);
    cr_assert_eq(count, 3);
    store_close(store);
}

Test(store, numbered_rows_in_ranges, .init = set_up, .fini = tear_down)
{
    static const Sample numbers = {"BIGINT", {"-5", "1", "2", "3", "100", "7", "8", "9", NULL}};
    Vector vector;
    uint16_t rows[ROWS] = {4, 1, 0, 3, 2};
    make(&numbers, &vector);
    StateColumn column = {"n", vector.type};
    StateTable table = {"numbered", &column, 1, 1, true};
    Store *store = open_store();
    apply(store, &table, &vector, rows, 5, NULL);
    cr_assert_rows(store, &table, "-5\n1\n2\n3\n100\n");
    Buf lines;
    buf_init(&lines);
    cr_assert_eq(store_scan_range(store, "numbered", &table, 1, 3, add_lines, &lines, &err), OK);
    cr_assert_str_eq(buf_text(&lines), "2\n3\n", "after 1, up to 3");
    buf_deinit(&lines);
    cr_assert_eq(store_trim(store, "numbered", &table, 2, &err), OK);
    cr_assert_rows(store, &table, "3\n100\n");
    store_close(store);
}

Test(store, what_is_rolled_back_never_was, .init = set_up, .fini = tear_down)
{
    int64_t value;
    Store *store = open_store();
    cr_assert_eq(store_set(store, "epoch", 7, &err), OK);
    cr_assert_eq(store_begin(store, &err), OK);
    cr_assert(store_in_transaction(store));
    cr_assert_eq(store_set(store, "epoch", 8, &err), OK);
    store_rollback(store);
    cr_assert_not(store_in_transaction(store));
    cr_assert_eq(store_get(store, "epoch", -1, &value, &err), OK);
    cr_assert_eq(value, 7);
    cr_assert_eq(store_get(store, "another", -1, &value, &err), OK);
    cr_assert_eq(value, -1);
    store_close(store);
}

/* One large epoch in months does not take the disk for good. */
Test(store, the_log_shrinks_again, .init = set_up, .fini = tear_down)
{
    enum { MOST = 16 << 20 };
    FileInfo info;
    char log[112];
    (void)snprintf(log, sizeof log, "%s-wal", path);
    Store *store = open_store();
    cr_assert_eq(store_run_sql(store,
                               "CREATE TABLE big (x); INSERT INTO big "
                               "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n "
                               "WHERE i < 30) SELECT zeroblob(1000000) FROM n",
                               "fill", &err),
                 OK, "%s", err.message);
    cr_assert_eq(file_stat(log, &info, &err), OK);
    cr_assert_gt(info.size, MOST);
    for (int i = 0; i < 2; i++)
        cr_assert_eq(store_set(store, "epoch", i, &err), OK);
    cr_assert_eq(file_stat(log, &info, &err), OK);
    cr_assert_leq(info.size, MOST);
    store_close(store);
}

static void cr_assert_refused(StoreMode mode, const char *sqlstate, const char *said)
{
    Store *store = NULL;
    cr_assert_eq(store_open(&store, path, mode, true, &err), FAIL);
    cr_assert_str_eq(err.sqlstate, sqlstate, "%s", err.message);
    cr_assert_not_null(strstr(err.message, said), "%s", err.message);
    cr_assert_null(store);
}

static void change_database(const char *sql)
{
    sqlite3 *db;
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(db);
}

Test(store, foreign_newer_and_broken_databases_are_refused, .init = set_up, .fini = tear_down)
{
    cr_assert_refused(STORE_OPEN, SQLSTATE_UNDEFINED_FILE, "cannot open the database");
    store_close(open_store());
    change_database("PRAGMA user_version = 99");
    cr_assert_refused(STORE_CREATE, SQLSTATE_CORRUPT, "newer version");
    change_database("PRAGMA application_id = 1");
    cr_assert_refused(STORE_OPEN, SQLSTATE_CORRUPT, "not a database of streamd");
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    for (int i = 0; i < 1000; i++)
        (void)fputs("not a database ", file);
    (void)fclose(file);
    cr_assert_refused(STORE_READ_ONLY, SQLSTATE_CORRUPT, "corrupt");
}
