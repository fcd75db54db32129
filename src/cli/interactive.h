/* interactive.h - statements typed at a prompt, and the backslash commands. */
#ifndef STREAMD_CLI_INTERACTIVE_H
#define STREAMD_CLI_INTERACTIVE_H

#include "cli/shell.h"

/* Until \q or Ctrl-D; the exit code.  Ctrl-C ends a statement, not the program. */
int interactive_run(Shell *shell);

#endif
