/*
 * output.h - where results go: the standard output or the file of -o, buffered.
 *
 * Formats add bytes to `buf`; it is written when it is large and at the end of
 * each statement.  A reader that has gone (EPIPE) is not an error: output_flush
 * then answers STOP for ever, and the program ends quietly.
 */
#ifndef STREAMD_CLI_OUTPUT_H
#define STREAMD_CLI_OUTPUT_H

#include "base/buf.h"

typedef struct Output {
    int fd;
    bool reader_gone;
    bool may_block;   /* no regular file */
    const char *name; /* for messages */
    Buf buf;
} Output;

enum { OUTPUT_SPILL_BYTES = 64 * 1024 };

void output_init(Output *output, int fd, const char *name);
void output_deinit(Output *output); /* what was not flushed is lost; the descriptor stays open */
Status output_flush(Output *output, Err *err) MUST_CHECK;
/* Writes once there is much. */
static inline Status output_spill(Output *output, Err *err)
{
    return output->buf.length >= OUTPUT_SPILL_BYTES ? output_flush(output, err)
           : output->reader_gone                    ? STOP
                                                    : OK;
}

#endif
