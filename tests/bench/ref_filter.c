/*
 * ref_filter.c - by hand: SELECT timestamp, symbol, close WHERE volume > LIMIT.
 *
 *   ref_filter FILE OUT LIMIT THREADS      rows come in any order of pieces
 */
#include "reference.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

static Input input;
static int out_fd;
static uint64_t limit;
static pthread_mutex_t out_lock = PTHREAD_MUTEX_INITIALIZER;

/* The end of this line. */
static inline const char *line_end(const char *p)
{
#if defined(__AVX2__)
    const __m256i line = _mm256_set1_epi8('\n');
    for (;; p += 32) {
        unsigned mask = (unsigned)_mm256_movemask_epi8(
            _mm256_cmpeq_epi8(_mm256_loadu_si256((const void *)p), line));
        if (mask)
            return p + __builtin_ctz(mask);
    }
#else
    return memchr(p, '\n', 4096);
#endif
}

static char *scan(const char *p, const char *end, char *to)
{
    if (*p == 't')
        p = line_end(p) + 1;
    while (p < end) {
        const char *stop = line_end(p + 40), *volume = stop;
        while (volume[-1] != ',')
            volume--;
        if (digits(stop, (int)(stop - volume)) > limit) {
            const char *close = volume - 1, *from = close;
            while (from[-1] != ',')
                from--;
            memcpy(to, p, 31);
            to[10] = ' ';
            to += 31;
            memcpy(to, from, (size_t)(close - from));
            to += close - from;
            *to++ = '\n';
        }
        p = stop + 1;
    }
    return to;
}

static void *work(void *arg)
{
    (void)arg;
    char *buffer = calloc(1, PAD + PIECE + SLACK + PAD), *out = malloc(PIECE + SLACK);
    const char *begin, *end;
    while (input_next(&input, buffer, &begin, &end)) {
        char *to = scan(begin, end, out);
        pthread_mutex_lock(&out_lock);
        if (write(out_fd, out, (size_t)(to - out)) != to - out)
            exit(1);
        pthread_mutex_unlock(&out_lock);
    }
    free(buffer);
    free(out);
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return fprintf(stderr, "usage: ref_filter FILE OUT LIMIT THREADS\n"), 2;
    input_open(&input, argv[1]);
    limit = strtoull(argv[3], NULL, 10);
    out_fd = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0644);
    run_threads(atoi(argv[4]), work);
    close(out_fd);
    return 0;
}
