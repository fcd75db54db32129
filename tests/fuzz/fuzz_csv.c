/*
 * fuzz_csv.c - random text through the CSV decoder.
 *
 *     fuzz_csv [ROUNDS [SEED]]
 *
 * Deterministic for a seed.  Nothing may crash.  However the text is cut into chunks, whatever the
 * SIMD level and the rows per batch, and whether columns are converted early or late, rows and
 * rejects are the same; and which columns are read changes neither the rejects nor how many rows
 * there are.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                  \
            abort();                                                                               \
        }                                                                                          \
    } while (0)
#define cr_assert(condition, ...)     CHECK(condition)
#define cr_assert_not(condition, ...) CHECK(!(condition))
#define cr_assert_eq(a, b, ...)       CHECK((a) == (b))
#define cr_assert_str_eq(a, b, ...)   CHECK(strcmp(a, b) == 0)
#include "decode_support.h"

static const char *const tables[] = {
    "a INT, b VARCHAR", "a VARCHAR", "a BIGINT, b DOUBLE, c TIMESTAMP(3), d VARCHAR NOT NULL",
    "a DATE, b BOOLEAN, c DECIMAL(9,2), d FLOAT, e TINYINT NOT NULL, f VARCHAR(3)",
    "a VARCHAR, file_offset BIGINT METADATA, b JSON, c BYTES"};

static const char *const options[][9] = {{NULL},
                                         {"csv.escape", "\\", NULL},
                                         {"csv.comment", "#", NULL},
                                         {"on-bad-row", "null", NULL},
                                         {"csv.null-value", "1", "csv.escape", "\\", NULL},
                                         {"csv.quote", "", NULL},
                                         {"csv.delimiter", ";", "csv.quote", "'", NULL},
                                         {"csv.timestamp-format", "yyyy-MM-dd HH:mm", NULL}};

static const char *const pieces[] = {"1",
                                     "-2",
                                     "3.25",
                                     "007",
                                     ",",
                                     ",",
                                     ",",
                                     ",",
                                     ";",
                                     "\n",
                                     "\n",
                                     "\n",
                                     "\r\n",
                                     "\"",
                                     "\"",
                                     "\"\"",
                                     "'",
                                     "\\",
                                     "#",
                                     " ",
                                     "ab",
                                     "\r",
                                     "\xC3\xA9",
                                     "\xFF",
                                     "true",
                                     "false",
                                     "2024-01-02",
                                     "2024-01-02 09:30:00.125",
                                     "99999999999999999999",
                                     "text that is long",
                                     "\"q,r\"",
                                     "\"s\nt\"",
                                     "\"u\"\"v\"",
                                     "{\"a\":1}",
                                     "\\x01",
                                     "nan",
                                     "1e5",
                                     "",
                                     "\t"};

/* Text of pieces; often a row is given the right number of fields. */
static size_t make_text(Random *random, char *text, size_t room, uint32_t fields)
{
    size_t length = 0, count = sizeof pieces / sizeof *pieces;
    bool orderly = random_below(random, 3) > 0;
    for (int n = (int)random_below(random, 80); n > 0 && length + 200 < room; n--) {
        const char *piece = pieces[random_below(random, (uint32_t)count)];
        if (!orderly || random_below(random, 12) == 0) {
            length += strlen(strcpy(text + length, piece));
            continue;
        }
        for (uint32_t field = 0; field < fields && length + 64 < room; field++) {
            do
                piece = pieces[random_below(random, (uint32_t)count)];
            while (strpbrk(piece, ",;\n'\"\\#") && strlen(piece) < 3);
            length += strlen(strcpy(text + length, piece));
            text[length++] = field + 1 < fields ? ',' : '\n';
        }
    }
    return length;
}

int main(int argc, char **argv)
{
    unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 2000;
    unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
    static char text[8192];
    for (unsigned long round = 0; round < rounds; round++) {
        Random random = {(seed << 32 ^ round) * 0x9E3779B97F4A7C15u | 1};
        for (int i = 0; i < 4; i++)
            (void)random_below(&random, 2);
        uint32_t table = random_below(&random, 5);
        uint32_t columns = (uint32_t[]){2, 1, 4, 6, 3}[table];
        DecodeCase given = {
            .columns = tables[table],
            .options = options[random_below(&random, sizeof options / sizeof *options)],
            .max_row_bytes = random_below(&random, 3) ? 0 : 1 + random_below(&random, 60)};
        size_t length = make_text(&random, text, sizeof text, columns);
        simd_set(SIMD_PORTABLE);
        char *expected = decode_all(&given, text, length);
        given.no_text = true;
        char *counted = decode_all(&given, text, length);
        given.no_text = false;
        for (int variant = 0; variant < 5; variant++) {
            DecodeCase other = given;
            other.chunk_bytes = random_below(&random, 3) ? 1 + random_below(&random, 200) : 0;
            other.batch_rows =
                random_below(&random, 2) ? 0 : (uint16_t)(1 + random_below(&random, 9));
            other.late = random_below(&random, 64);
            other.no_text = variant == 4;
            other.wanted = variant == 4 ? 1 + random_below(&random, (1u << columns) - 1) : 0;
            simd_set((SimdLevel)random_below(&random, (uint32_t)simd_best() + 1));
            char *got = decode_all(&other, text, length);
            const char *wanted = other.no_text ? counted : expected;
            if (strcmp(got, wanted) != 0) {
                (void)fprintf(
                    stderr,
                    "round %lu of seed %lu: table %s, option %s, chunks of %zu, %u rows a "
                    "batch, late %lx, wanted %lx, rows up to %zu bytes\n--- text\n%.*s\n--- "
                    "got\n%s\n--- expected\n%s\n",
                    round, seed, other.columns, other.options[0] ? other.options[0] : "-",
                    other.chunk_bytes, other.batch_rows, (unsigned long)other.late,
                    (unsigned long)other.wanted, other.max_row_bytes, (int)length, text, got,
                    wanted);
                return 1;
            }
            free(got);
        }
        free(expected);
        free(counted);
    }
    return 0;
}
