#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "io/csv_index.h"
#include "io/simd.h"

/* The definition, a byte at a time. */
static void index_plainly(const char *data, size_t length, char delimiter, int quote, uint32_t *at,
                          CsvIndex *out)
{
    bool inside = false;
    *out = (CsvIndex){.is_ascii = true};
    for (size_t i = 0; i < length; i++) {
        char c = data[i];
        out->is_ascii &= (unsigned char)c < 0x80;
        if (quote >= 0 && c == (char)quote) {
            out->has_quotes = true;
            if (!inside) {
                char before = i ? data[i - 1] : '\n';
                out->irregular |= before != '\n' && before != delimiter && before != (char)quote;
            } else {
                char after = i + 1 < length ? data[i + 1] : '\n';
                char next = i + 2 < length ? data[i + 2] : '\n';
                out->irregular |= after != '\n' && after != delimiter && after != (char)quote &&
                                  !(after == '\r' && next == '\n');
            }
            inside = !inside;
        } else if (!inside && (c == delimiter || c == '\n')) {
            at[out->count++] = (uint32_t)i;
            if (c == '\n') {
                out->newlines++;
                out->last_row_end = i + 1;
            }
        }
    }
    out->is_open = inside;
}

static const CsvIndexClass *const classes[] = {&csv_index_portable,
#if defined(__x86_64__)
                                               &csv_index_avx2, &csv_index_avx512
#endif
};

static void compare_levels(const char *data, size_t length, char delimiter, int quote)
{
    uint32_t *expected = malloc((length + 1) * sizeof *expected);
    uint32_t *at = malloc((length + CSV_INDEX_SLACK) * sizeof *at);
    CsvIndex want, got;
    index_plainly(data, length, delimiter, quote, expected, &want);
    for (int level = 0; level <= (int)simd_best(); level++) {
        classes[level]->index(data, length, delimiter, quote, at, &got);
        cr_assert_eq(got.is_ascii, want.is_ascii);
        cr_assert_eq(got.has_quotes, want.has_quotes);
        cr_assert_eq(got.irregular, want.irregular, "level %d, length %zu: %.*s", level, length,
                     (int)length, data);
        cr_assert_eq(got.is_open, want.is_open);
        cr_assert_eq(got.count, want.count);
        cr_assert_eq(got.newlines, want.newlines);
        cr_assert(want.count == 0 || memcmp(at, expected, want.count * sizeof *at) == 0);
        classes[level]->index(data, length, delimiter, quote, NULL, &got);
        cr_assert_eq(got.count, want.count);
        cr_assert_eq(got.newlines, want.newlines);
        cr_assert_eq(got.last_row_end, want.last_row_end);
        cr_assert_eq(got.irregular, want.irregular);
        size_t lines = 0;
        bool any = false, found = true;
        for (size_t i = 0; i < length; i++) {
            lines += data[i] == '\n';
            any |= quote >= 0 && data[i] == (char)quote;
        }
        cr_assert_eq(classes[level]->survey(data, length, quote, &found), lines);
        cr_assert_eq(found, any);
    }
    free(expected);
    free(at);
}

Test(csv_index, agrees_with_its_definition_on_random_text)
{
    static const char *const alphabets[] = {"ab,\n",
                                            "a,\n\"",
                                            "abcdefgh,\"\n\r",
                                            "\"\"\"a,\n",
                                            "aaaaaaaaaaaaaaaaaaaaaaaaa,,\n",
                                            "a\xC3\xA9,\n\"",
                                            "\",\n\r"};
    srand(7);
    for (int round = 0; round < 20000; round++) {
        const char *alphabet = alphabets[rand() % 7];
        size_t letters = strlen(alphabet), length = (size_t)rand() % (round % 10 ? 200 : 2000);
        char *data = malloc(length + 1); /* exact: a sanitizer sees reads beyond */
        for (size_t i = 0; i < length; i++)
            data[i] = alphabet[(size_t)rand() % letters];
        compare_levels(data, length, ',', rand() % 4 ? '"' : -1);
        free(data);
    }
}

/* Quotes that are all in order, across blocks. */
Test(csv_index, agrees_on_well_quoted_text)
{
    srand(8);
    for (int round = 0; round < 5000; round++) {
        char data[600];
        size_t length = 0;
        bool first = true;
        while (length < 500) {
            if (!first)
                data[length++] = rand() % 4 ? ',' : '\n';
            first = false;
            bool quoted = rand() % 2;
            if (quoted)
                data[length++] = '"';
            for (int n = rand() % 20; n > 0; n--) {
                char c = "abc,\n\r"[rand() % (quoted ? 6 : 3)];
                if (quoted && rand() % 8 == 0) {
                    data[length++] = '"';
                    c = '"';
                }
                data[length++] = c;
            }
            if (quoted)
                data[length++] = '"';
            if (rand() % 10 == 0) {
                data[length++] = '\r';
                data[length++] = '\n';
                first = true;
            }
        }
        CsvIndex index;
        csv_index(data, length, ',', '"', NULL, &index);
        cr_assert_not(index.irregular, "%.*s", (int)length, data);
        compare_levels(data, length, ',', '"');
    }
}

Test(csv_index, knows_utf8)
{
    static const char *const pieces[] = {"a",
                                         "plain text of some length, ascii only ",
                                         "\xC3\xA9",
                                         "\xE2\x82\xAC",
                                         "\xF0\x9F\x98\x80",
                                         "\xED\x95\x9C\xEA\xB8\x80",
                                         "\x80",
                                         "\xC0\xAF",
                                         "\xE0\x80\x80",
                                         "\xED\xA0\x80",
                                         "\xF4\x90\x80\x80",
                                         "\xF0\x80\x80\x80",
                                         "\xE2\x82",
                                         "\xF5",
                                         "\xC3",
                                         "\xFF"};
    srand(9);
    for (int round = 0; round < 40000; round++) {
        char text[512];
        size_t length = 0;
        int kinds = rand() % 3 ? 6 : 16;
        while (length < (size_t)rand() % 300)
            length += strlen(strcpy(text + length, pieces[rand() % kinds]));
        if (rand() % 3 == 0 && length)
            text[(size_t)rand() % length] = (char)rand();
        char *exact = malloc(length + 1);
        memcpy(exact, text, length);
        for (int level = 0; level <= (int)simd_best(); level++)
            cr_assert_eq(classes[level]->utf8_valid(exact, length), utf8_valid(text, length));
        free(exact);
    }
}

Test(csv_index, takes_the_zero_byte_for_a_delimiter)
{
    compare_levels("a\0b\0c\nd\0e", 9, '\0', '"');
    compare_levels("", 0, ',', '"');
}

Test(csv_index, level_can_be_lowered)
{
    for (int level = 0; level <= (int)simd_best(); level++) {
        simd_set((SimdLevel)level);
        cr_assert_eq(simd_level(), (SimdLevel)level);
        cr_assert_eq(csv_count_lines("a\nb\n", 4), 2);
    }
}
