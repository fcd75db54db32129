/*
 * file_fault.c - making the n-th changing call fail; see file.h.
 *
 * The environment is read before main, so that the count is written at exit
 * even by a process that changed nothing.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/thread.h"

enum { HIGHEST_ERRNO = 133, PART_BYTES = 256 };

typedef enum FaultKind { FAULT_ERRNO, FAULT_KILL, FAULT_SHORT } FaultKind;

static atomic_bool active; /* some fault is set, or calls are counted */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    long at, seen; /* at 0: only counts */
    FaultKind kind;
    int errnum;
    char part[PART_BYTES];
} fault;
static const char *count_path;

static int errno_of_name(const char *name, size_t length)
{
    for (int e = 1; e <= HIGHEST_ERRNO; e++) {
        const char *known = strerrorname_np(e);
        if (known && strlen(known) == length && memcmp(known, name, length) == 0)
            return e;
    }
    return 0;
}

/* False: not of the form n:what[:part]. */
static bool fault_parse(const char *spec)
{
    char *what;
    fault.at = strtol(spec, &what, 10);
    if (what == spec || *what++ != ':' || fault.at < 0)
        return false;
    size_t length = strcspn(what, ":");
    const char *part = what[length] ? what + length + 1 : "";
    fault.kind = FAULT_ERRNO;
    fault.errnum = ENOSPC;
    if (length == 4 && memcmp(what, "kill", 4) == 0)
        fault.kind = FAULT_KILL;
    else if (length == 5 && memcmp(what, "short", 5) == 0)
        fault.kind = FAULT_SHORT;
    else if ((fault.errnum = errno_of_name(what, length)) == 0)
        return false;
    (void)snprintf(fault.part, sizeof fault.part, "%s", part);
    return true;
}

void file_fault_set(const char *spec)
{
    mutex_lock(&lock);
    memset(&fault, 0, sizeof fault);
    bool good = !spec || fault_parse(spec);
    atomic_store(&active, (spec && good) || count_path);
    mutex_unlock(&lock);
    if (!good) {
        (void)fprintf(stderr, "streamd: STREAMD_FAULT is not n:errno|kill|short[:part]: %s\n",
                      spec);
        exit(2);
    }
}

static void write_count(void)
{
    char text[32];
    int length = snprintf(text, sizeof text, "%ld\n", fault.seen);
    int fd = open(count_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return;
    ssize_t ignored = write(fd, text, (size_t)length);
    (void)ignored;
    (void)close(fd);
}

__attribute__((constructor)) static void read_environment(void)
{
    const char *spec = getenv("STREAMD_FAULT");
    count_path = getenv("STREAMD_FAULT_COUNT");
    if (count_path)
        (void)atexit(write_count);
    if (spec || count_path)
        file_fault_set(spec && *spec ? spec : NULL);
}

int file_fault_point(const char *path, bool *short_write)
{
    if (!atomic_load_explicit(&active, memory_order_relaxed))
        return 0;
    int errnum = 0;
    mutex_lock(&lock);
    if (strstr(path, fault.part) && ++fault.seen == fault.at) {
        if (fault.kind == FAULT_KILL)
            (void)kill(getpid(), SIGKILL);
        errnum = fault.errnum;
        if (fault.kind == FAULT_SHORT && short_write)
            *short_write = true;
    }
    mutex_unlock(&lock);
    return errnum;
}
