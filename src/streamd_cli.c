/* streamd_cli.c - the program streamd-cli. */
#include "base/file.h"
#include "cli/cli.h"

int main(int argc, char **argv)
{
    file_hold_standard();
    return cli_main(argc, argv);
}
