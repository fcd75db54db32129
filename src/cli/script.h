/*
 * script.h - statements one after the other from a text, a file or a stream.
 *
 * From a stream (a pipe, a terminal) each statement is handed out as soon as its semicolon has
 * been read, without waiting for more.
 */
#ifndef STREAMD_CLI_SCRIPT_H
#define STREAMD_CLI_SCRIPT_H

#include "base/buf.h"
#include "base/str.h"

typedef struct Script {
    const char *name; /* of a file, for messages; NULL: -e */
    int fd;           /* -1: all text is there */
    bool at_end;
    bool begun;     /* what stands before the first statement is known */
    Buf text;       /* what was read and not dropped */
    size_t offset;  /* where the next statement begins */
    size_t counted; /* lines are counted up to here */
    int64_t line;   /* of text[counted], from 1 */
} Script;

typedef struct Piece {
    Str text;     /* valid until the next script_next */
    int64_t line; /* its first line in the script */
} Piece;

void script_init_text(Script *script, const char *text);                        /* copies */
Status script_init_file(Script *script, const char *path, Err *err) MUST_CHECK; /* "-": fd 0 */
void script_deinit(Script *script);
/* Without the byte order mark that editors on Windows put in front (script_next passes over it). */
Str script_without_mark(Str text);
/* STOP: no more. `wake_fd` (-1: none): when it becomes readable while waiting for input, STOP. */
Status script_next(Script *script, Piece *piece, int wake_fd, Err *err) MUST_CHECK;

#endif
