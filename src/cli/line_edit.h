/*
 * line_edit.h - a line from a terminal: editing, history, completion.
 *
 * One line of the screen, scrolled sideways when the text is longer.  Keys are as in Emacs and
 * every shell: arrows, Home, End, Ctrl-A -B -D -E -F -H -K -L -N -P -T -U -W -Y, Alt-B -F -D, Tab.
 * The terminal is in raw mode only while a line is being read.
 */
#ifndef STREAMD_CLI_LINE_EDIT_H
#define STREAMD_CLI_LINE_EDIT_H

#include "base/buf.h"
#include "base/list.h"
#include "base/str.h"

typedef LIST(char *) LineList;

typedef struct LineEdit {
    LineList history;         /* the oldest first */
    const char *history_path; /* NULL: not kept */
    Buf cut;                  /* for Ctrl-Y */
    /* Adds candidates for the word that ends the text: mem_alloc'd. NULL: no completion. */
    void (*complete)(void *context, Str text, Str word, LineList *candidates);
    void *context;
} LineEdit;

typedef enum LineEnd {
    LINE_READ,
    LINE_CANCELLED, /* Ctrl-C */
    LINE_CLOSED     /* Ctrl-D on an empty line, the terminal has gone, or a signal */
} LineEnd;

/* path NULL: history is not kept. */
void line_edit_init(LineEdit *edit, const char *history_path);
void line_edit_deinit(LineEdit *edit);
LineEnd line_edit_read(LineEdit *edit, const char *prompt, int wake_fd, Buf *line);
/* Line ends in it become blanks; what equals the last entry is left out. */
void line_edit_remember(LineEdit *edit, Str text);

#endif
