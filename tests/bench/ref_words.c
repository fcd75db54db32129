/*
 * ref_words.c - by hand: words parted by blanks, counted.
 *
 *   ref_words FILE OUT THREADS
 */
#include "reference.h"

enum { SLOTS = 1 << 18 };
typedef struct Word {
    uint64_t a, b; /* up to 16 bytes, zeros after */
    uint64_t count;
} Word;

static Input input;
static Word *tables[MAX_THREADS];

static Word *find(Word *table, uint64_t a, uint64_t b)
{
    uint64_t hash = (a ^ (b * 0xC2B2AE3D27D4EB4Full)) * 0x9E3779B97F4A7C15ull;
    for (uint32_t at = (uint32_t)(hash >> 46);; at = (at + 1) % SLOTS) {
        Word *word = table + at;
        if (word->a == a && word->b == b)
            return word;
        if (!word->a) {
            word->a = a;
            word->b = b;
            return word;
        }
    }
}

/* Bytes of the word at p: up to the next blank or line end. */
static inline int word_length(const char *p)
{
    for (int at = 0;; at += 8) {
        uint64_t x = load8(p + at);
        uint64_t blank = x ^ 0x2020202020202020ull, line = x ^ 0x0A0A0A0A0A0A0A0Aull;
        uint64_t hit = ((blank - 0x0101010101010101ull) & ~blank & 0x8080808080808080ull) |
                       ((line - 0x0101010101010101ull) & ~line & 0x8080808080808080ull);
        if (hit)
            return at + (__builtin_ctzll(hit) >> 3);
    }
}

static inline uint64_t keep(uint64_t x, int bytes)
{
    return bytes >= 8 ? x : bytes <= 0 ? 0 : x & ((1ull << (bytes * 8)) - 1);
}

static void *work(void *arg)
{
    Word *table = tables[(intptr_t)arg] = calloc(SLOTS, sizeof(Word));
    char *buffer = calloc(1, PAD + PIECE + SLACK + PAD);
    const char *p, *end;
    while (input_next(&input, buffer, &p, &end))
        while (p < end) {
            int length = word_length(p);
            if (length)
                find(table, keep(load8(p), length), keep(load8(p + 8), length - 8))->count++;
            p += length + 1;
        }
    free(buffer);
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return fprintf(stderr, "usage: ref_words FILE OUT THREADS\n"), 2;
    int threads = atoi(argv[3]);
    input_open(&input, argv[1]);
    run_threads(threads, work);
    for (int t = 1; t < threads; t++)
        for (int i = 0; i < SLOTS; i++)
            if (tables[t][i].a)
                find(tables[0], tables[t][i].a, tables[t][i].b)->count += tables[t][i].count;
    FILE *out = fopen(argv[2], "w");
    for (int i = 0; i < SLOTS; i++) {
        char text[17] = {0};
        memcpy(text, &tables[0][i], 16);
        if (tables[0][i].a)
            (void)fprintf(out, "%s,%lu\n", text, (unsigned long)tables[0][i].count);
    }
    (void)fclose(out);
    return 0;
}
