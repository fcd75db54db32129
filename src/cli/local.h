/* local.h - the engine in this process: opens it, runs the shell on it, stays for its jobs. */
#ifndef STREAMD_CLI_LOCAL_H
#define STREAMD_CLI_LOCAL_H

#include "cli/shell.h"

int local_run(Shell *shell); /* the exit code; errors are reported */

#endif
