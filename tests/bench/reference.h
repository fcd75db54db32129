/*
 * reference.h - what the hand-written C references share: reading a file in
 * pieces that end at line ends, numbers by SWAR, threads.
 *
 * The references do exactly one query each, as fast as plain C with a little SIMD
 * goes: no NULLs, no quotes, no checks.  They are a yardstick, not a model.
 */
#ifndef STREAMD_BENCH_REFERENCE_H
#define STREAMD_BENCH_REFERENCE_H

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 512 << 10, SLACK = 4096, PAD = 64, MAX_THREADS = 16 };

static inline uint64_t load8(const void *p)
{
    uint64_t x;
    memcpy(&x, p, 8);
    return x;
}

/* Eight digits at p, the first in the lowest byte. */
static inline uint64_t eight_digits(uint64_t x)
{
    x -= 0x3030303030303030ull;
    x = x * 10 + (x >> 8);
    return (((x & 0x000000FF000000FFull) * 0x000F424000000064ull) +
            (((x >> 16) & 0x000000FF000000FFull) * 0x0000271000000001ull)) >>
           32;
}

/* The number in up to 8 digits that end at `end`. */
static inline uint64_t digits(const char *end, int count)
{
    if (count == 0)
        return 0;
    int shift = (8 - count) * 8;
    uint64_t x = load8(end - 8) >> shift << shift;
    return eight_digits(x | (0x3030303030303030ull & ((1ull << shift) - 1)));
}

/* "ddd.dd" that ends at `end`, in hundredths. */
static inline uint64_t hundredths(const char *end, int length)
{
    return digits(end - 3, length - 3) * 100 + (uint64_t)(end[-2] - '0') * 10 +
           (uint64_t)(end[-1] - '0');
}

/* One file read by several threads, or many files. */
typedef struct Input {
    int fd;
    size_t size;
    char **files;
    size_t file_count;
    atomic_size_t next;
} Input;

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void input_open(Input *in, const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        perror(path);
        exit(1);
    }
    in->next = 0;
    if (!S_ISDIR(info.st_mode)) {
        in->fd = open(path, O_RDONLY);
        in->size = (size_t)info.st_size;
        return;
    }
    DIR *folder = opendir(path);
    struct dirent *entry;
    in->files = malloc(sizeof(char *) * 1000000);
    while ((entry = readdir(folder)) != NULL) {
        char full[4096];
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(full, sizeof full, "%s/%s", path, entry->d_name);
        in->files[in->file_count++] = strdup(full);
    }
    closedir(folder);
    qsort(in->files, in->file_count, sizeof *in->files, compare_names);
}

static size_t read_fully(int fd, char *to, size_t size, size_t offset)
{
    size_t got = 0;
    while (got < size) {
        ssize_t n = pread(fd, to + got, size - got, (off_t)(offset + got));
        if (n <= 0)
            break;
        got += (size_t)n;
    }
    return got;
}

/* The next piece of whole lines; `buffer` has PAD + PIECE + SLACK + PAD bytes. */
static int input_next(Input *in, char *buffer, const char **begin, const char **end)
{
    char *data = buffer + PAD;
    size_t k = atomic_fetch_add(&in->next, 1);
    if (in->files) {
        if (k >= in->file_count)
            return 0;
        int fd = open(in->files[k], O_RDONLY);
        size_t got = read_fully(fd, data, PIECE, 0);
        close(fd);
        *begin = data;
        *end = data + got;
        return 1;
    }
    for (;; k = atomic_fetch_add(&in->next, 1)) {
        size_t at = k * (size_t)PIECE;
        if (at >= in->size)
            return 0;
        size_t from = at ? at - 1 : 0, want = PIECE + SLACK;
        if (from + want > in->size)
            want = in->size - from;
        size_t got = read_fully(in->fd, data, want, from);
        const char *stop = data + got, *start = data;
        if (at) {
            start = memchr(data, '\n', got);
            if (!start)
                continue;
            start++;
        }
        const char *limit = data + (at - from) + PIECE;
        if (limit < stop) {
            const char *line = memchr(limit - 1, '\n', (size_t)(stop - limit + 1));
            stop = line ? line + 1 : stop;
        }
        if (start >= stop)
            continue;
        *begin = start;
        *end = stop;
        return 1;
    }
}

static inline void run_threads(int threads, void *(*work)(void *))
{
    pthread_t handles[MAX_THREADS];
    for (int t = 1; t < threads; t++)
        (void)pthread_create(&handles[t], NULL, work, (void *)(intptr_t)t);
    (void)work(NULL);
    for (int t = 1; t < threads; t++)
        (void)pthread_join(handles[t], NULL);
}

static inline char *put_number(char *to, uint64_t value)
{
    char text[24];
    int at = 24;
    do
        text[--at] = (char)('0' + value % 10);
    while (value /= 10);
    memcpy(to, text + at, (size_t)(24 - at));
    return to + 24 - at;
}

static inline char *put_hundredths(char *to, uint64_t value)
{
    to = put_number(to, value / 100);
    *to++ = '.';
    *to++ = (char)('0' + value % 100 / 10);
    *to++ = (char)('0' + value % 10);
    return to;
}

#endif
