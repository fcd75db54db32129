/* csv_walk.c - see csv_walk.h. */
#include "io/csv_walk.h"

#include <string.h>
#include "io/csv_index.h"

static size_t find_byte(const CsvWalk *walk, size_t from, char wanted)
{
    const char *at =
        from < walk->length ? memchr(walk->data + from, wanted, walk->length - from) : NULL;
    return at ? (size_t)(at - walk->data) : walk->length;
}

/* The next quote or escape in [from, to), or `to`. */
static size_t find_quote(const CsvWalk *walk, size_t from, size_t to)
{
    if (from >= to)
        return to;
    const char *at = memchr(walk->data + from, walk->dialect->quote, to - from);
    if (at)
        to = (size_t)(at - walk->data);
    if (walk->dialect->escape >= 0) {
        at = memchr(walk->data + from, walk->dialect->escape, to - from);
        if (at)
            to = (size_t)(at - walk->data);
    }
    return to;
}

typedef enum QuotedEnd { QUOTED_CLOSED, QUOTED_OPEN, QUOTED_PARTIAL } QuotedEnd;

/* From just after an opening quote to just after the closing one. */
static QuotedEnd walk_quoted(CsvWalk *walk, size_t row_start, size_t *position)
{
    size_t length = walk->length, limit = length;
    if (walk->max_row_bytes > 0 && (uint64_t)walk->max_row_bytes < length - row_start)
        limit = row_start + (size_t)walk->max_row_bytes;
    size_t at = *position;
    for (;;) {
        bool meets = at <= walk->open_from + 1 && walk->open_from + 1 < walk->open_to &&
                     walk->open_from < limit;
        size_t found = find_quote(walk, at, meets ? walk->open_from : limit);
        if (meets && found == walk->open_from) {
            at = walk->open_to;
            walk->jumped = true;
            continue;
        }
        if (found >= limit) {
            if (limit == length && !walk->is_final)
                return QUOTED_PARTIAL;
            *position = found > at ? found : at;
            return QUOTED_OPEN;
        }
        bool has_next = found + 1 < length;
        if (!has_next && !walk->is_final)
            return QUOTED_PARTIAL;
        bool is_quote = walk->data[found] == (char)walk->dialect->quote;
        if (is_quote && !(has_next && walk->data[found + 1] == (char)walk->dialect->quote)) {
            *position = found + 1;
            return QUOTED_CLOSED;
        }
        at = found + 2;
    }
}

/* Is `at` a field's end: a delimiter, a line end or the text's end? */
static bool is_field_end(const CsvWalk *walk, size_t at, bool *partial)
{
    *partial = false;
    if (at >= walk->length)
        return true;
    char c = walk->data[at];
    if (c == walk->dialect->delimiter || c == '\n')
        return true;
    if (c != '\r')
        return false;
    if (at + 1 < walk->length)
        return walk->data[at + 1] == '\n';
    *partial = !walk->is_final;
    return true;
}

static CsvRowKind end_at_line(const CsvWalk *walk, size_t from, CsvRowKind kind, size_t *end)
{
    *end = find_byte(walk, from, '\n');
    return *end == walk->length && !walk->is_final ? CSV_ROW_PARTIAL : kind;
}

static CsvRowKind walk_row(CsvWalk *walk, size_t start, size_t *end, uint32_t *at, size_t *count)
{
    const char *data = walk->data;
    size_t length = walk->length, position = start, fields = 0;
    char delimiter = walk->dialect->delimiter;
    if (walk->dialect->comment >= 0 && start < length &&
        data[start] == (char)walk->dialect->comment)
        return end_at_line(walk, start, CSV_ROW_NOTHING, end);
    for (;; position++) {
        if (position < length && walk->dialect->quote >= 0 &&
            data[position] == (char)walk->dialect->quote) {
            position++;
            bool partial = false;
            QuotedEnd quoted = walk_quoted(walk, start, &position);
            if (quoted == QUOTED_CLOSED && !is_field_end(walk, position, &partial))
                return end_at_line(walk, position, CSV_ROW_TEXT_AFTER_QUOTE, end);
            if (quoted == QUOTED_PARTIAL || partial)
                return CSV_ROW_PARTIAL;
            if (quoted == QUOTED_OPEN) {
                CsvRowKind kind = end_at_line(walk, start, CSV_ROW_OPEN_QUOTE, end);
                walk->open_from = *end + 1 < length ? find_byte(walk, *end + 1, '\n') : length;
                walk->open_to = position;
                return kind;
            }
        }
        while (position < length && data[position] != delimiter && data[position] != '\n')
            position++;
        if (position == length && !walk->is_final)
            return CSV_ROW_PARTIAL;
        if (at)
            at[fields] = (uint32_t)position;
        fields++;
        if (position == length || data[position] == '\n')
            break;
    }
    *end = position;
    *count = fields;
    bool blank = position == start || (position == start + 1 && data[start] == '\r');
    return blank ? CSV_ROW_NOTHING : CSV_ROW_FIELDS;
}

/* More of the row is there than it may have.  Unless it ends in time its first line is bad, for a
 * reason that this line alone tells as well: it is too long itself, or ends within quotes. */
static CsvRowKind judge_length(const CsvWalk *walk, size_t start, CsvRowKind kind, size_t *end)
{
    uint64_t most = (uint64_t)walk->max_row_bytes;
    if (kind != CSV_ROW_PARTIAL && *end - start <= most)
        return kind;
    kind = end_at_line(walk, start, CSV_ROW_OPEN_QUOTE, end);
    return kind == CSV_ROW_OPEN_QUOTE && *end - start > most ? CSV_ROW_TOO_LONG : kind;
}

CsvRowKind csv_walk_row(CsvWalk *walk, size_t start, size_t *end, uint32_t *at, size_t *count)
{
    walk->jumped = false;
    CsvRowKind kind = walk_row(walk, start, end, at, count);
    if (kind == CSV_ROW_FIELDS &&
        walk->jumped) { /* it ends after all: its fields were jumped over */
        walk->open_to = 0;
        kind = walk_row(walk, start, end, at, count);
    }
    if (walk->max_row_bytes > 0 && walk->length - start > (uint64_t)walk->max_row_bytes)
        kind = judge_length(walk, start, kind, end);
    return kind;
}

static size_t cut_by_walking(const CsvDialect *dialect, const char *data, size_t length,
                             int64_t max_row_bytes)
{
    CsvWalk walk = {dialect, data, length, false, max_row_bytes, 0, 0, false};
    size_t start = 0, end = 0, count;
    while (start < length && csv_walk_row(&walk, start, &end, NULL, &count) != CSV_ROW_PARTIAL)
        start = end + 1;
    return start;
}

/* Nearly all text has no quotes: then the last line end is the last row's, and one light pass finds
 * both. */
size_t csv_cut(const CsvDialect *dialect, const char *data, size_t length, bool is_final,
               int64_t max_row_bytes, int64_t *lines)
{
    bool has_quotes;
    *lines = (int64_t)csv_survey(data, length, dialect->quote, &has_quotes);
    if (is_final)
        return length;
    if (!has_quotes) {
        const char *last = memrchr(data, '\n', length);
        return last ? (size_t)(last + 1 - data) : 0;
    }
    CsvIndex index;
    csv_index(data, length, dialect->delimiter, dialect->quote, NULL, &index);
    bool by_letter = index.irregular || dialect->escape >= 0 ||
                     (max_row_bytes > 0 && (uint64_t)max_row_bytes < length) ||
                     (dialect->comment >= 0 && memchr(data, dialect->comment, length));
    size_t cut =
        by_letter ? cut_by_walking(dialect, data, length, max_row_bytes) : index.last_row_end;
    *lines = (int64_t)csv_count_lines(data, cut);
    return cut;
}
