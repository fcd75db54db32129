/* report.c - see report.h. */
#include "cli/report.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include "cli/width.h"

enum { RED = 31, YELLOW = 33 }; /* SGR */
enum { LINE_COLUMNS = 160, BEFORE_COLUMNS = 60 };

/* The line around `position` and a caret under its character; long lines are cut around it. */
static void add_caret(Buf *out, Str statement, size_t position)
{
    size_t from = position, to = position;
    while (from > 0 && statement.data[from - 1] != '\n')
        from--;
    while (to < statement.length && statement.data[to] != '\n' && statement.data[to] != '\r')
        to++;
    size_t start = from, stop = to;
    if (width_text((Str){statement.data + from, to - from}) > LINE_COLUMNS) {
        start = position - from > BEFORE_COLUMNS ? position - BEFORE_COLUMNS : from;
        stop = to - start > LINE_COLUMNS ? start + LINE_COLUMNS : to;
        while (start > from && ((unsigned char)statement.data[start] & 0xc0) == 0x80)
            start--;
        while (stop < to && ((unsigned char)statement.data[stop] & 0xc0) == 0x80)
            stop++;
    }
    if (start > from)
        buf_add_text(out, "…");
    for (const char *at = statement.data + start, *end = statement.data + stop; at < end;) {
        size_t length;
        uint32_t character = width_character(at, end, &length);
        if (character == '\t')
            buf_add_char(out, '\t');
        else
            width_escape(out, (Str){at, length});
        at += length;
    }
    if (stop < to)
        buf_add_text(out, "…");
    buf_add_char(out, '\n');
    if (start > from)
        buf_add_char(out, ' ');
    for (const char *at = statement.data + start, *end = statement.data + position; at < end;) {
        size_t length;
        if (width_character(at, end, &length) == '\t') {
            buf_add_char(out, '\t');
        } else {
            Buf shown;
            buf_init(&shown);
            width_escape(&shown, (Str){at, length});
            width_pad(out, width_text((Str){buf_text(&shown), shown.length}));
            buf_deinit(&shown);
        }
        at += length;
    }
    buf_add_text(out, "^\n");
}

/* A line of what may quote data: control characters would reach the terminal. */
static void add_line(Buf *out, const char *before, const char *text)
{
    buf_add_text(out, before);
    width_escape(out, str_from(text));
    buf_add_char(out, '\n');
}

static void add_error(Buf *out, const char *sqlstate, const char *message)
{
    buf_printf(out, "ERROR: %s", sqlstate && *sqlstate ? sqlstate : SQLSTATE_INTERNAL);
    add_line(out, ": ", message);
}

void report_error_text(Buf *out, const Err *err, Str statement, const char *place)
{
    add_error(out, err->sqlstate, err->message);
    if (err->position >= 0 && statement.length && (size_t)err->position <= statement.length)
        add_caret(out, statement, (size_t)err->position);
    if (place)
        add_line(out, "AT: ", place);
    if (err->hint[0])
        add_line(out, "HINT: ", err->hint);
}

void report_notice_text(Buf *out, Severity severity, const char *sqlstate, const char *message,
                        const char *hint)
{
    if (severity == SEVERITY_ERROR)
        add_error(out, sqlstate, message);
    else
        add_line(out, severity == SEVERITY_WARNING ? "WARNING: " : "NOTICE: ", message);
    if (hint && *hint)
        add_line(out, "HINT: ", hint);
}

static void write_stderr(Buf *text)
{
    size_t at = 0;
    while (at < text->length) {
        ssize_t wrote = write(2, text->data + at, text->length - at);
        if (wrote < 0 && errno != EINTR)
            break;
        at += wrote > 0 ? (size_t)wrote : 0;
    }
    buf_deinit(text);
}

/* The first word of a message in colour, where colours are wanted. */
static void add_coloured(Buf *out, const Buf *text, int colour)
{
    const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");
    const char *colon = text->length ? memchr(text->data, ':', text->length) : NULL;
    size_t word = colon ? (size_t)(colon - text->data) : text->length;
    if (!isatty(2) || (none && *none) || !terminal || strcmp(terminal, "dumb") == 0) {
        buf_add(out, text->data, text->length);
        return;
    }
    buf_printf(out, "\033[%dm", colour);
    buf_add(out, text->data, word);
    buf_add_text(out, "\033[0m");
    buf_add(out, text->data + word, text->length - word);
}

static void show(Buf *text, int colour)
{
    Buf shown;
    buf_init(&shown);
    add_coloured(&shown, text, colour);
    buf_deinit(text);
    write_stderr(&shown);
}

void report_error(const Err *err, Str statement, const char *place)
{
    Buf text;
    buf_init(&text);
    report_error_text(&text, err, statement, place);
    show(&text, RED);
}

void report_notice(Severity severity, const char *sqlstate, const char *message, const char *hint)
{
    Buf text;
    buf_init(&text);
    report_notice_text(&text, severity, sqlstate, message, hint);
    show(&text, severity == SEVERITY_ERROR ? RED : YELLOW);
}

void report_usage(const Err *err)
{
    Buf text;
    buf_init(&text);
    buf_printf(&text, "streamd-cli: %s\n", err->message);
    if (err->hint[0])
        buf_printf(&text, "%s\n", err->hint);
    write_stderr(&text);
}
