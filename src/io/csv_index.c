/* csv_index.c - the separator index at the level that this processor has. */
#include "io/csv_index.h"

#include "io/simd.h"

static const CsvIndexClass *index_class(void)
{
#if defined(__x86_64__)
    switch (simd_level()) {
    case SIMD_AVX512:
        return &csv_index_avx512;
    case SIMD_AVX2:
        return &csv_index_avx2;
    case SIMD_PORTABLE:
        break;
    }
#endif
    return &csv_index_portable;
}

void csv_index(const char *data, size_t length, char delimiter, int quote, uint32_t *at,
               CsvIndex *out)
{
    index_class()->index(data, length, delimiter, quote, at, out);
}

size_t csv_survey(const char *data, size_t length, int quote, bool *has_quotes)
{
    return index_class()->survey(data, length, quote, has_quotes);
}

size_t csv_count_lines(const char *data, size_t length)
{
    bool has_quotes;
    return csv_survey(data, length, -1, &has_quotes);
}

bool csv_utf8_valid(const char *data, size_t length)
{
    return index_class()->utf8_valid(data, length);
}
