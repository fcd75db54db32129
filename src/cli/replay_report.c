/* replay_report.c - TAP 13 and JUnit's XML; see replay.h. */
#include "cli/replay.h"

#include "base/file.h"

static Status write_file(const char *path, Buf *text, Err *err)
{
    int fd;
    TRY(file_open(&fd, path, FILE_WRITE_EMPTY, err));
    Status status = file_write(fd, text->data, text->length, path, err);
    file_close(fd);
    return status;
}

static void tap_text(const ReplayCase *tests, size_t count, Buf *out)
{
    buf_printf(out, "1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        const ReplayCase *test = &tests[i];
        bool skipped = !test->report.length && test->skipped;
        buf_printf(out, "%s %zu - %s%s%s\n", test->report.length ? "not ok" : "ok", i + 1,
                   test->name, skipped ? " # SKIP " : "", skipped ? test->skipped : "");
        const char *at = test->report.data, *end = at + test->report.length;
        while (at && at < end) {
            const char *stop = memchr(at, '\n', (size_t)(end - at));
            stop = stop ? stop : end;
            buf_printf(out, "# %.*s\n", (int)(stop - at), at);
            at = stop + 1;
        }
    }
}

/* XML 1.0 allows no control characters but these three, not even escaped. */
static void add_xml(Buf *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c == '&')
            buf_add_text(out, "&amp;");
        else if (c == '<')
            buf_add_text(out, "&lt;");
        else if (c == '>')
            buf_add_text(out, "&gt;");
        else if (c == '"')
            buf_add_text(out, "&quot;");
        else if ((unsigned char)c < 0x20 && c != '\n' && c != '\t' && c != '\r')
            buf_add_char(out, '?');
        else
            buf_add_char(out, c);
    }
}

static void junit_text(const ReplayCase *tests, size_t count, Buf *out)
{
    size_t failed = 0, skipped = 0;
    double seconds = 0;
    for (size_t i = 0; i < count; i++) {
        failed += tests[i].report.length != 0;
        skipped += !tests[i].report.length && tests[i].skipped;
        seconds += tests[i].seconds;
    }
    buf_printf(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuite name=\"streamd-cli replay\" tests=\"%zu\" failures=\"%zu\" skipped=\"%zu\" "
        "time=\"%.3f\">\n",
        count, failed, skipped, seconds);
    for (size_t i = 0; i < count; i++) {
        const ReplayCase *test = &tests[i];
        buf_add_text(out, "  <testcase name=\"");
        add_xml(out, test->name, strlen(test->name));
        buf_printf(out, "\" time=\"%.3f\"", test->seconds);
        if (!test->report.length && test->skipped) {
            buf_add_text(out, ">\n    <skipped message=\"");
            add_xml(out, test->skipped, strlen(test->skipped));
            buf_add_text(out, "\"/>\n  </testcase>\n");
            continue;
        }
        if (!test->report.length) {
            buf_add_text(out, "/>\n");
            continue;
        }
        buf_add_text(out, ">\n    <failure message=\"differs from what was recorded\">");
        add_xml(out, test->report.data, test->report.length);
        buf_add_text(out, "</failure>\n  </testcase>\n");
    }
    buf_add_text(out, "</testsuite>\n");
}

Status replay_report(const Args *args, const ReplayCase *tests, size_t count, Err *err)
{
    Status status = OK;
    Buf text;
    buf_init(&text);
    if (args->tap && strcmp(args->tap, "-") != 0) {
        tap_text(tests, count, &text);
        status = write_file(args->tap, &text, err);
    }
    if (status == OK && args->junit) {
        buf_clear(&text);
        junit_text(tests, count, &text);
        status =
            write_file(strcmp(args->junit, "-") == 0 ? "/dev/stdout" : args->junit, &text, err);
    }
    buf_deinit(&text);
    return status;
}
