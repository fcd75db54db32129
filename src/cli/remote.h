/* remote.h - statements run by a daemon, and shown as if they had run here. */
#ifndef STREAMD_CLI_REMOTE_H
#define STREAMD_CLI_REMOTE_H

#include "cli/shell.h"

/* *used=false: no daemon was named and none answers, so the engine is to run in this process.
 * Otherwise the exit code; errors are reported. */
int remote_run(Shell *shell, bool *used);

#endif
