/* script.c - see script.h. */
#include "cli/script.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include "grammar/parse.h"

enum { READ_BYTES = 64 * 1024 };

void script_init_text(Script *script, const char *text)
{
    *script = (Script){.fd = -1, .at_end = true, .line = 1};
    buf_init(&script->text);
    buf_add_text(&script->text, text);
}

Status script_init_file(Script *script, const char *path, Err *err)
{
    int fd = 0;
    if (strcmp(path, "-") != 0) {
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return err_errno(err, errno, "read", path);
    }
    *script = (Script){.name = fd ? path : "standard input", .fd = fd, .line = 1};
    buf_init(&script->text);
    return OK;
}

void script_deinit(Script *script)
{
    if (script->fd > 0)
        (void)close(script->fd);
    buf_deinit(&script->text);
}

static void count_lines(Script *script, size_t upto)
{
    for (; script->counted < upto; script->counted++)
        script->line += script->text.data[script->counted] == '\n';
}

/* Forgets what has been handed out. */
static void drop_done(Script *script)
{
    count_lines(script, script->offset);
    script->text.length -= script->offset;
    if (script->offset)
        memmove(script->text.data, script->text.data + script->offset, script->text.length);
    script->counted -= script->offset;
    script->offset = 0;
}

/* Waits for more text; STOP when woken. */
static Status read_more(Script *script, int wake_fd, Err *err)
{
    drop_done(script);
    struct pollfd waits[2] = {{.fd = script->fd, .events = POLLIN},
                              {.fd = wake_fd, .events = POLLIN}};
    for (;;) {
        if (poll(waits, 2, -1) < 0) {
            if (errno == EINTR)
                continue;
            return err_errno(err, errno, "wait for", script->name);
        }
        if (waits[1].revents)
            return STOP;
        ssize_t got = read(script->fd, buf_reserve(&script->text, READ_BYTES), READ_BYTES);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got < 0)
            return err_errno(err, errno, "read", script->name);
        script->text.length += (size_t)got;
        script->at_end = got == 0;
        return OK;
    }
}

Str script_without_mark(Str text)
{
    static const Str mark = {"\xef\xbb\xbf", 3};
    return str_has_prefix(text, mark) ? (Str){text.data + 3, text.length - 3} : text;
}

static void skip_mark(Script *script)
{
    if (script->begun || script->text.length < 3)
        return;
    Str text = {script->text.data, script->text.length};
    script->begun = true;
    script->offset += text.length - script_without_mark(text).length;
}

Status script_next(Script *script, Piece *piece, int wake_fd, Err *err)
{
    for (;;) {
        ParsePiece found;
        skip_mark(script);
        Str text = {buf_text(&script->text), script->text.length};
        if (parse_next(text, &script->offset, script->at_end, &found)) {
            piece->text = found.text;
            script->begun = true;
            count_lines(script, found.offset);
            piece->line = script->line;
            return OK;
        }
        if (script->at_end)
            return STOP;
        if (script->text.length > PARSE_TEXT_BYTES_MAX)
            return err_set(err, SQLSTATE_LIMIT_EXCEEDED, -1, "a statement is longer than %d bytes",
                           (int)PARSE_TEXT_BYTES_MAX);
        TRY(read_more(script, wake_fd, err));
    }
}
