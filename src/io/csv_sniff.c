/* csv_sniff.c - see csv_sniff.h. */
#include "io/csv_sniff.h"

#include <string.h>

enum { SNIFF_ROWS = 1000 };

typedef struct Fit {
    size_t fields; /* of the first row */
    size_t rows, fitting;
} Fit;

static Fit measure(CsvWalk *walk, size_t start)
{
    Fit fit = {0};
    size_t at = start, end = 0, count = 0;
    walk->open_from = walk->open_to = 0; /* they are of another dialect */
    for (; at < walk->length && fit.rows < SNIFF_ROWS; at = end + 1) {
        CsvRowKind kind = csv_walk_row(walk, at, &end, NULL, &count);
        if (kind == CSV_ROW_PARTIAL)
            break;
        if (kind == CSV_ROW_NOTHING)
            continue;
        if (fit.fields == 0 && kind == CSV_ROW_FIELDS)
            fit.fields = count;
        fit.rows++;
        fit.fitting += kind == CSV_ROW_FIELDS && count == fit.fields;
    }
    walk->open_from = walk->open_to = 0;
    return fit;
}

/* One column is what every text has that is not in this dialect. */
static bool is_better(Fit fit, Fit than)
{
    size_t score = fit.fields > 1 ? fit.fitting : 0, other = than.fields > 1 ? than.fitting : 0;
    return score > other || (score == other && score && fit.fields > than.fields);
}

/* Does a field begin with an apostrophe? */
static bool has_apostrophes(const CsvWalk *walk, size_t start)
{
    const char *from = walk->data + start, *end = walk->data + walk->length, *at = from;
    for (; (at = memchr(at, '\'', (size_t)(end - at))) != NULL; at++)
        if (at == from || strchr(",;\t|\n", at[-1]))
            return true;
    return false;
}

/* The best delimiter for the rest of the dialect. */
static Fit find_delimiter(CsvDialect *dialect, bool given, CsvWalk *walk, size_t start)
{
    static const char candidates[] = {',', ';', '\t', '|'};
    Fit best = {0};
    char delimiter = ',';
    if (given)
        return measure(walk, start);
    for (size_t i = 0; i < sizeof candidates; i++) {
        char c = candidates[i];
        if (c == (char)dialect->quote || c == (char)dialect->comment)
            continue;
        dialect->delimiter = c;
        Fit fit = measure(walk, start);
        if (!best.rows || is_better(fit, best)) {
            best = fit;
            delimiter = c;
        }
    }
    dialect->delimiter = delimiter;
    return best;
}

void csv_sniff(CsvDialect *dialect, const OptionList *given, CsvWalk *walk, size_t start)
{
    bool delimiter = option_is_set(given, "csv.delimiter");
    bool free_quote = dialect->quote >= 0 && !option_is_set(given, "csv.quote");
    CsvDialect plain = *dialect;
    Fit fit = find_delimiter(dialect, delimiter, walk, start);
    if (fit.fitting == fit.rows && fit.fields > 1)
        return;
    const CsvDialect found = *dialect;
    for (int i = 0; i < 3; i++) {
        *dialect = plain;
        if (i == 0 && plain.comment < 0 && !option_is_set(given, "csv.comment"))
            dialect->comment = '#';
        else if (i == 1 && plain.escape < 0 && plain.quote >= 0 &&
                 !option_is_set(given, "csv.escape"))
            dialect->escape = '\\';
        else if (i == 2 && free_quote && has_apostrophes(walk, start))
            dialect->quote = '\'';
        else
            continue;
        fit = find_delimiter(dialect, delimiter, walk, start);
        if (fit.fitting == fit.rows && fit.fields > 1 && fit.rows > 1)
            return;
    }
    *dialect = found;
}
