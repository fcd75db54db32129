#include <criterion/criterion.h>
#include <stdio.h>
#include "cli/report.h"

static const char *report(int32_t position, const char *statement, const char *place,
                          const char *hint)
{
    static Buf out;
    Err err = {.sqlstate = "42601", .position = position, .message = "m"};
    (void)snprintf(err.hint, sizeof err.hint, "%s", hint);
    buf_deinit(&out);
    buf_init(&out);
    report_error_text(&out, &err, str_from(statement), place);
    return buf_text(&out);
}

Test(report, parts)
{
    cr_assert_str_eq(report(-1, "SELECT 1", NULL, ""), "ERROR: 42601: m\n");
    cr_assert_str_eq(report(7, "SELECT 1", NULL, ""), "ERROR: 42601: m\nSELECT 1\n       ^\n");
    cr_assert_str_eq(report(0, "x\ny", "f line 3", "H."),
                     "ERROR: 42601: m\nx\n^\nAT: f line 3\nHINT: H.\n");
    cr_assert_str_eq(report(2, "x\ny", NULL, ""), "ERROR: 42601: m\ny\n^\n");
    cr_assert_str_eq(report(1, "x\ny", NULL, ""), "ERROR: 42601: m\nx\n ^\n", "the end of a line");
    cr_assert_str_eq(report(3, "x\ny", NULL, ""), "ERROR: 42601: m\ny\n ^\n", "the end of all");
    cr_assert_str_eq(report(4, "x\ny", NULL, ""), "ERROR: 42601: m\n", "beyond it");
}

Test(report, columns)
{
    cr_assert_str_eq(report(5, "\t\xec\xb2\xb4 x", NULL, ""),
                     "ERROR: 42601: m\n\t\xec\xb2\xb4 x\n\t   ^\n");
    cr_assert_str_eq(report(1, "\x1bx", NULL, ""), "ERROR: 42601: m\n\\x1bx\n    ^\n", "escaped");
}

Test(report, long_lines_are_cut)
{
    char text[1001];
    memset(text, 'x', 1000);
    text[1000] = '\0';
    text[500] = '!';
    const char *shown = report(500, text, NULL, "");
    const char *line = strchr(shown, '\n') + 1, *caret = strchr(line, '\n') + 1;
    cr_assert_lt(caret - line, 200);
    cr_assert_eq(strchr(caret, '^') - caret, strchr(line, '!') - line - 2,
                 "the sign before the cut has three bytes and one column");
}
