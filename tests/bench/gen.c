/*
 * gen.c - deterministic data for the benchmark.
 *
 *   gen tick ROWS FILE           ticks of 900 symbols, 900 rows a second, some symbols more often
 *   gen files COUNT ROWS FOLDER  the same as one file a second, each symbol once a file
 *   gen words BYTES FILE         lines of 8 to 16 words, frequent ones first (Zipf)
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SYMBOLS = 900, WORDS = 100000 };

static uint64_t state = 0x9E3779B97F4A7C15ull;
static uint64_t next_random(void) /* xorshift64* */
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 0x2545F4914F6CDD1Dull;
}
static double uniform(void)
{
    return (double)(next_random() >> 11) * (1.0 / 9007199254740992.0);
}

typedef struct Symbol {
    char code[8];
    int64_t price; /* hundredths */
    double upto;   /* share of rows, cumulated */
} Symbol;
static Symbol symbols[SYMBOLS];

static void make_symbols(void)
{
    double total = 0;
    for (int i = 0; i < SYMBOLS; i++) {
        (void)snprintf(symbols[i].code, sizeof symbols[i].code, "%06d",
                       (i * 37 + 5) * 10 % 1000000);
        symbols[i].price = (int64_t)(exp(7 + uniform() * 6) * 100) / 500 * 500 + 50000;
        symbols[i].upto = total += 1 / pow(i + 3, 0.6);
    }
    for (int i = 0; i < SYMBOLS; i++)
        symbols[i].upto /= total;
}

static int pick_symbol(void)
{
    double at = uniform();
    int low = 0, high = SYMBOLS - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (symbols[middle].upto < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void write_tick(FILE *out, int64_t ms, Symbol *symbol)
{
    int64_t step = symbol->price < 500000 ? 100 : symbol->price < 5000000 ? 5000 : 10000;
    int64_t open = symbol->price, close = open + ((int64_t)(next_random() % 5) - 2) * step;
    if (close < 50000)
        close = 50000 + step;
    int64_t high = (open > close ? open : close) + (int64_t)(next_random() % 3) * step;
    int64_t low = (open < close ? open : close) - (int64_t)(next_random() % 3) * step;
    if (low < 10000)
        low = 10000;
    symbol->price = close;
    int volume = (int)exp(2.0 + uniform() * uniform() * 8.0) + 1;
    (void)fprintf(out,
                  "2024-01-02T%02d:%02d:%02d.%03d,%s,%ld.%02ld,%ld.%02ld,%ld.%02ld,%ld.%02ld,%d\n",
                  (int)(ms / 3600000), (int)(ms / 60000 % 60), (int)(ms / 1000 % 60),
                  (int)(ms % 1000), symbol->code, (long)(open / 100), (long)(open % 100),
                  (long)(high / 100), (long)(high % 100), (long)(low / 100), (long)(low % 100),
                  (long)(close / 100), (long)(close % 100), volume);
}

static FILE *create(const char *path)
{
    FILE *out = fopen(path, "w");
    if (!out) {
        perror(path);
        exit(1);
    }
    (void)setvbuf(out, NULL, _IOFBF, 1 << 20);
    return out;
}

static const char header[] = "timestamp,symbol,open,high,low,close,volume\n";

static void make_ticks(long rows, const char *path)
{
    FILE *out = create(path);
    (void)fputs(header, out);
    double ms = 9 * 3600000.0;
    for (long i = 0; i < rows; i++)
        write_tick(out, (int64_t)(ms += 1000.0 / 900), &symbols[pick_symbol()]);
    (void)fclose(out);
}

static void make_files(long count, long rows, const char *folder)
{
    char path[4096];
    (void)mkdir(folder, 0755);
    for (long f = 0; f < count; f++) {
        (void)snprintf(path, sizeof path, "%s/t%06ld.csv", folder, f);
        FILE *out = create(path);
        (void)fputs(header, out);
        int shift = (int)(next_random() % SYMBOLS);
        for (long i = 0; i < rows; i++)
            write_tick(out, 9 * 3600000L + f * 1000 + i * 1000 / rows,
                       &symbols[(i * 7 + shift) % SYMBOLS]);
        (void)fclose(out);
    }
}

static void make_words(long bytes, const char *path)
{
    static char words[WORDS][16];
    static double upto[WORDS];
    double total = 0;
    for (int i = 0; i < WORDS; i++) {
        int length = i < 50 ? 2 + (int)(next_random() % 3) : 5 + (int)(uniform() * 7);
        for (int c = 0; c < length; c++)
            words[i][c] = "etaoinshrdlcumwfgypbvkjxqz"[(int)(uniform() * uniform() * 26)];
        upto[i] = total += 1 / (i + 2.7);
    }
    FILE *out = create(path);
    for (long written = 0; written < bytes;) {
        int count = 8 + (int)(next_random() % 9);
        for (int w = 0; w < count; w++) {
            double at = uniform() * total;
            int low = 0, high = WORDS - 1;
            while (low < high) {
                int middle = (low + high) / 2;
                if (upto[middle] < at)
                    low = middle + 1;
                else
                    high = middle;
            }
            written += fprintf(out, "%s%c", words[low], w == count - 1 ? '\n' : ' ');
        }
    }
    (void)fclose(out);
}

int main(int argc, char **argv)
{
    make_symbols();
    if (argc == 4 && strcmp(argv[1], "tick") == 0)
        make_ticks(atol(argv[2]), argv[3]);
    else if (argc == 5 && strcmp(argv[1], "files") == 0)
        make_files(atol(argv[2]), atol(argv[3]), argv[4]);
    else if (argc == 4 && strcmp(argv[1], "words") == 0)
        make_words(atol(argv[2]), argv[3]);
    else
        return fprintf(stderr,
                       "usage: gen tick ROWS FILE | files COUNT ROWS FOLDER | words BYTES FILE\n"),
               2;
    return 0;
}
