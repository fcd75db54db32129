/* output.c - see output.h. */
#include "cli/output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/file.h"
#include "cli/interrupt.h"

/* How long a reader that takes nothing is waited for after the program was asked to end. */
enum { PATIENCE_US = 3000000, LOOK_MS = 100 };

void output_init(Output *output, int fd, const char *name)
{
    FileInfo info;
    Err ignored = ERR_NONE;
    *output = (Output){.fd = fd, .name = name};
    output->may_block = file_stat_fd(fd, &info, name, &ignored) != OK || !info.is_regular;
    buf_init(&output->buf);
}

void output_deinit(Output *output)
{
    buf_deinit(&output->buf);
}

/* Waits until PIPE_BUF bytes go in without blocking; false: the reader takes none, and the end is
 * due. */
static bool has_room(const Output *output)
{
    struct pollfd wait = {.fd = output->fd, .events = POLLOUT};
    for (int64_t since_us = 0; poll(&wait, 1, LOOK_MS) == 0;) {
        int64_t now_us = clock_mono_us();
        if (since_us && now_us - since_us > PATIENCE_US)
            return false;
        if (!since_us && interrupt_asked)
            since_us = now_us;
    }
    return true;
}

Status output_flush(Output *output, Err *err)
{
    size_t at = 0;
    while (at < output->buf.length && !output->reader_gone) {
        size_t left = output->buf.length - at;
        if (output->may_block && !has_room(output)) {
            output->reader_gone = true;
            break;
        }
        ssize_t wrote = write(output->fd, output->buf.data + at,
                              output->may_block && left > PIPE_BUF ? PIPE_BUF : left);
        if (wrote >= 0) {
            at += (size_t)wrote;
        } else if (errno == EPIPE) {
            output->reader_gone = true;
        } else if (errno != EINTR) {
            int errnum = errno;
            buf_clear(&output->buf);
            return err_errno(err, errnum, "write", output->name);
        }
    }
    buf_clear(&output->buf);
    return output->reader_gone ? STOP : OK;
}
