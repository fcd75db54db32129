/* cli.h - all of streamd-cli; its main is src/streamd_cli.c. */
#ifndef STREAMD_CLI_CLI_H
#define STREAMD_CLI_CLI_H

int cli_main(int argc, char **argv); /* the exit code */

#endif
