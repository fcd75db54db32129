#include "parse_help.h"

/* head, then `unit` n times, then middle, then `close` n times. */
static char *repeated(const char *head, const char *unit, const char *middle, const char *close,
                      size_t n)
{
    Buf buf;
    buf_init(&buf);
    buf_add_text(&buf, head);
    for (size_t i = 0; i < n; i++)
        buf_add_text(&buf, unit);
    buf_add_text(&buf, middle);
    for (size_t i = 0; i < n; i++)
        buf_add_text(&buf, close);
    buf_add_char(&buf, '\0');
    return buf.data;
}

static const struct {
    const char *head, *unit, *middle, *close;
} nestings[] = {
    {"SELECT ", "(", "1", ")"},
    {"SELECT ", "- ", "a", ""},
    {"SELECT ", "NOT ", "a", ""},
    {"SELECT ", "a + ", "a", ""},
    {"SELECT ", "a || ", "a", ""},
    {"SELECT a", "[1]", "", ""},
    {"SELECT (a)", ".b", "", ""},
    {"SELECT a", "::int", "", ""},
    {"SELECT a::int", "[]", "", ""},
    {"SELECT a", " IS NULL", "", ""},
    {"SELECT ", "f(", "1", ")"},
    {"SELECT ", "ARRAY[", "1", "]"},
    {"SELECT ", "(SELECT ", "1", ")"},
    {"SELECT ", "CASE WHEN a THEN ", "1", " END"},
    {"SELECT * FROM ", "(SELECT * FROM ", "t", ") AS q"},
    {"SELECT CAST(a AS ", "ARRAY<", "INT", ">"},
    {"SELECT * FROM t", " JOIN u USING (x)", "", ""},
    {"SELECT * FROM ", "(", "a JOIN b ON c", ")"},
    {"SELECT 1", " UNION ALL SELECT 1", "", ""},
    {"", "(", "SELECT 1", ")"},
    {"", "WITH a AS (", "SELECT 1", ") SELECT 1"},
    {"", "EXPLAIN ", "SELECT 1", ""},
    {"", "PREPARE p AS ", "SELECT 1", ""},
    {"SELECT 1 FROM t GROUP BY ", "GROUPING SETS (", "a", ")"},
    {"SELECT ", "sum(", "a", ") OVER ()"},
};

Test(limit, nesting)
{
    enum { HARMLESS = 300, DEEP = 100000 };
    for (size_t i = 0; i < sizeof nestings / sizeof nestings[0]; i++) {
        const char *tail = strstr(nestings[i].head, "CAST(") ? ")" : "";
        for (int deep = 0; deep < 2; deep++) {
            char *sql = repeated(nestings[i].head, nestings[i].unit, nestings[i].middle,
                                 nestings[i].close, deep ? DEEP : HARMLESS);
            Buf whole;
            buf_init(&whole);
            buf_printf(&whole, "%s%s", sql, tail);
            if (deep) {
                Err err = refused(buf_text(&whole));
                cr_assert_str_eq(err.sqlstate, "54001", "%s: %s", nestings[i].unit, err.message);
            } else {
                Buf again;
                buf_init(&again);
                buf_add_text(&again, printed(buf_text(&whole)));
                cr_assert_str_eq(printed(buf_text(&again)), buf_text(&again));
                buf_deinit(&again);
            }
            buf_deinit(&whole);
            free(sql);
        }
    }
}

Test(limit, long_lists)
{
    enum { ITEMS = 100000 };
    static const char *const shapes[][4] = {
        {"SELECT a IN (0", ", 1", ")", ""},
        {"SELECT a", " AND a = 1", "", ""},
        {"SELECT a", " OR a = 1", "", ""},
        {"INSERT INTO t VALUES (0)", ", (1)", "", ""},
        {"SELECT 0", ", a AS b", " FROM t", ""},
        {"SELECT * FROM t", ", t", "", ""},
        {"SELECT 1 FROM t GROUP BY a", ", b", "", ""},
        {"SELECT f(0", ", 1", ")", ""},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        char *sql = repeated(shapes[i][0], shapes[i][1], shapes[i][2], shapes[i][3], ITEMS);
        Statement *statement = parsed(sql);
        cr_assert_lt(statement->depth, 10, "%s", shapes[i][1]);
        free(sql);
    }
}

Test(limit, sizes)
{
    char *sql = repeated("SELECT ", "x", "", "", PARSE_IDENTIFIER_BYTES_MAX);
    parsed(sql);
    free(sql);
    sql = repeated("SELECT ", "x", "", "", PARSE_IDENTIFIER_BYTES_MAX + 1);
    cr_assert_str_eq(refused(sql).sqlstate, "42622");
    free(sql);
    sql = repeated("SELECT '", "x", "'", "", PARSE_LITERAL_BYTES_MAX);
    cr_assert_str_eq(refused(sql).sqlstate, "54000");
    free(sql);
    sql = repeated("SELECT 1", " ", "", "", PARSE_TEXT_BYTES_MAX);
    cr_assert_str_eq(refused(sql).sqlstate, "54000");
    free(sql);
    sql = repeated("SELECT '", "x", "'", "", PARSE_LITERAL_BYTES_MAX - 2);
    cr_assert_eq(parsed(sql)->query->select->items.at[0].expr->literal.text.length,
                 PARSE_LITERAL_BYTES_MAX - 2);
    free(sql);
    sql = repeated("SELECT ", "9", "", "", 5000);
    cr_assert(!parsed(sql)->query->select->items.at[0].expr->literal.fits);
    free(sql);
}
