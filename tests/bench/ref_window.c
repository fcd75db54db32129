/*
 * ref_window.c - by hand: SELECT symbol, minute, count(*), sum(volume), avg(close), min(low),
 * max(high) GROUP BY symbol, minute.
 *
 *   ref_window FILE|FOLDER OUT THREADS
 */
#include "reference.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

enum { MINUTES = 1440, BUCKETS = 4096, SYMBOLS = 2048 };
typedef struct Group {
    uint32_t count, low, high, unused; /* low: inverted, so that zero is the start */
    uint64_t volume, close;
} Group;
typedef struct Table {
    uint64_t keys[BUCKETS], symbols[SYMBOLS];
    uint16_t ids[BUCKETS];
    int count;
    Group *minutes[MINUTES];
} Table;

static Input input;
static Table *tables[MAX_THREADS];

static int symbol_id(Table *table, uint64_t key)
{
    uint32_t at = (uint32_t)((key * 0x9E3779B97F4A7C15ull) >> 52);
    while (table->keys[at] != key) {
        if (!table->keys[at]) {
            table->keys[at] = key;
            table->ids[at] = (uint16_t)table->count;
            table->symbols[table->count++] = key;
            break;
        }
        at = (at + 1) % BUCKETS;
    }
    return table->ids[at];
}

static Group *minute_groups(Table *table, int minute)
{
    if (!table->minutes[minute])
        table->minutes[minute] = calloc(SYMBOLS, sizeof(Group));
    return table->minutes[minute];
}

/* Ends of the five fields after the symbol, relative to t; at most 64 bytes ahead. */
static inline void field_ends(const char *t, unsigned ends[5])
{
#if defined(__AVX2__)
    const __m256i comma = _mm256_set1_epi8(','), line = _mm256_set1_epi8('\n');
    __m256i a = _mm256_loadu_si256((const void *)t), b = _mm256_loadu_si256((const void *)(t + 32));
    uint64_t low = (uint32_t)_mm256_movemask_epi8(
        _mm256_or_si256(_mm256_cmpeq_epi8(a, comma), _mm256_cmpeq_epi8(a, line)));
    uint64_t high = (uint32_t)_mm256_movemask_epi8(
        _mm256_or_si256(_mm256_cmpeq_epi8(b, comma), _mm256_cmpeq_epi8(b, line)));
    uint64_t mask = low | high << 32;
    for (int i = 0; i < 5; i++, mask &= mask - 1)
        ends[i] = (unsigned)__builtin_ctzll(mask);
#else
    unsigned at = 0;
    for (int i = 0; i < 5; i++, at++) {
        while (t[at] != ',' && t[at] != '\n')
            at++;
        ends[i] = at;
    }
#endif
}

static void scan(Table *table, const char *p, const char *end)
{
    if (*p == 't') { /* the header */
        const char *line = memchr(p, '\n', (size_t)(end - p));
        p = line ? line + 1 : end;
    }
    uint64_t seen_a = 0, seen_b = 0;
    Group *groups = NULL;
    while (p < end) {
        uint64_t a = load8(p), b = load8(p + 8);
        if (a != seen_a || b != seen_b) {
            seen_a = a;
            seen_b = b;
            groups = minute_groups(table, ((p[11] - '0') * 10 + p[12] - '0') * 60 +
                                              (p[14] - '0') * 10 + p[15] - '0');
        }
        unsigned ends[5];
        const char *t = p + 31;
        field_ends(t, ends);
        Group *group = groups + symbol_id(table, load8(p + 24) & 0xFFFFFFFFFFFFull);
        uint32_t high = (uint32_t)hundredths(t + ends[1], (int)(ends[1] - ends[0] - 1));
        uint32_t low = ~(uint32_t)hundredths(t + ends[2], (int)(ends[2] - ends[1] - 1));
        group->count++;
        group->high = high > group->high ? high : group->high;
        group->low = low > group->low ? low : group->low;
        group->close += hundredths(t + ends[3], (int)(ends[3] - ends[2] - 1));
        group->volume += digits(t + ends[4], (int)(ends[4] - ends[3] - 1));
        p = t + ends[4] + 1;
    }
}

static void *work(void *arg)
{
    Table *table = tables[(intptr_t)arg] = calloc(1, sizeof(Table));
    char *buffer = calloc(1, PAD + PIECE + SLACK + PAD);
    const char *begin, *end;
    while (input_next(&input, buffer, &begin, &end))
        scan(table, begin, end);
    free(buffer);
    return NULL;
}

static void merge(Table *into, const Table *from)
{
    for (int s = 0; s < from->count; s++) {
        int id = symbol_id(into, from->symbols[s]);
        for (int m = 0; m < MINUTES; m++) {
            if (!from->minutes[m] || !from->minutes[m][s].count)
                continue;
            Group *a = minute_groups(into, m) + id;
            const Group *b = from->minutes[m] + s;
            a->count += b->count;
            a->volume += b->volume;
            a->close += b->close;
            a->low = b->low > a->low ? b->low : a->low;
            a->high = b->high > a->high ? b->high : a->high;
        }
    }
}

static void write_result(const Table *table, const char *path)
{
    char *out = malloc((size_t)table->count * MINUTES * 8 + (1 << 20)), *to = out;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    for (int m = 0; m < MINUTES; m++) {
        if (!table->minutes[m])
            continue;
        for (int s = 0; s < table->count; s++) {
            const Group *group = table->minutes[m] + s;
            if (!group->count)
                continue;
            memcpy(to, &table->symbols[s], 8);
            to += 6;
            to += sprintf(to, ",2024-01-02 %02d:%02d:00,", m / 60, m % 60);
            to = put_number(to, group->count);
            *to++ = ',';
            to = put_number(to, group->volume);
            *to++ = ',';
            uint64_t average = (group->close * 100 + group->count / 2) / group->count;
            to = put_number(to, average / 10000);
            to += sprintf(to, ".%04u,", (unsigned)(average % 10000));
            to = put_hundredths(to, (uint32_t)~group->low);
            *to++ = ',';
            to = put_hundredths(to, group->high);
            *to++ = '\n';
        }
        if (write(fd, out, (size_t)(to - out)) != to - out)
            exit(1);
        to = out;
    }
    close(fd);
    free(out);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return fprintf(stderr, "usage: ref_window FILE|FOLDER OUT THREADS\n"), 2;
    int threads = atoi(argv[3]);
    input_open(&input, argv[1]);
    run_threads(threads, work);
    for (int t = 1; t < threads; t++)
        merge(tables[0], tables[t]);
    write_result(tables[0], argv[2]);
    return 0;
}
