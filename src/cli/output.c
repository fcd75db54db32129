/* output.c - see output.h. */
#include "cli/output.h"

#include <errno.h>
#include <unistd.h>

void output_init(Output *output, int fd, const char *name)
{
    *output = (Output){.fd = fd, .name = name};
    buf_init(&output->buf);
}

void output_deinit(Output *output)
{
    buf_deinit(&output->buf);
}

Status output_flush(Output *output, Err *err)
{
    size_t at = 0;
    while (at < output->buf.length && !output->reader_gone) {
        ssize_t wrote = write(output->fd, output->buf.data + at, output->buf.length - at);
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
