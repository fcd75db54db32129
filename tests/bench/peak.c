/*
 * peak.c - runs a command and writes "milliseconds KiB status" to a file: wall time and
 * peak memory.  Small itself, since a child's peak counts what it inherits until exec.
 *
 *   peak FILE COMMAND ARG…
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    double start = now_ms();
    pid_t child = vfork();
    if (child == 0) {
        (void)execvp(argv[2], argv + 2);
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) < 0)
        return 1;
    double ms = now_ms() - start;
    FILE *out = fopen(argv[1], "w");
    if (!out)
        return 1;
    (void)fprintf(out, "%.3f %ld %d\n", ms, usage.ru_maxrss,
                  WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return fclose(out) != 0;
}
