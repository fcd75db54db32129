/*
 * csv_rows.c - from separators to rows.
 *
 * Nearly always every row has exactly the wanted number of fields: then each n-th separator is a
 * line end and there are no others, and the index serves as it is.  Otherwise rows are taken one by
 * one, from the index or, where it cannot be trusted, by the letter.
 */
#include "io/csv_rows.h"

#include <stdlib.h>
#include "io/csv_index.h"
#include "io/csv_walk.h"

void csv_rows_deinit(CsvRowIndex *index)
{
    free(index->separators);
    free(index->copied);
    index->separators = index->copied = NULL;
}

static uint32_t *separators_reserve(CsvRowIndex *index, size_t length)
{
    size_t wanted = length + CSV_INDEX_SLACK + 2;
    if (index->separator_room < wanted) {
        free(index->separators);
        index->separators = mem_alloc(wanted * sizeof(uint32_t));
        index->separator_room = wanted;
    }
    index->separators[0] = UINT32_MAX; /* so that the first field starts at 0 */
    return index->separators + 1;
}

/* Are there `rows` rows of n fields each, none blank, none ended by a return? */
static bool is_regular(const Chunk *chunk, const uint32_t *at, size_t rows, uint32_t n, bool whole)
{
    const char *data = chunk->data;
    unsigned odd = 0;
    const uint32_t *end = at + n - 1;
    for (size_t row = 0; row + !whole < rows; row++, end += n)
        odd |= (unsigned)(data[*end] != '\n') | (unsigned)((data + *end)[-1] == '\r');
    if (!whole && (data[chunk->length - 1] == '\r' || *end != chunk->length))
        return false;
    if (n == 1) /* a blank line has one field too */
        for (size_t row = 0; row < rows; row++)
            odd |= at[row] == (row ? at[row - 1] + 1 : 0);
    return !odd;
}

/* Copies the row's bounds.  In a short row (on-bad-row = null) the missing fields have a length of
 * -1. */
static void row_keep(CsvRowIndex *index, const char *data, size_t start, size_t end,
                     const uint32_t *at, size_t count)
{
    uint32_t n = index->fields;
    size_t used = (size_t)index->rows.count * (n + 1);
    if (used + n + 1 > index->copied_room) {
        index->copied_room = 2 * index->copied_room + 64 * ((size_t)n + 1);
        index->copied = mem_realloc(index->copied, index->copied_room * sizeof(uint32_t));
    }
    uint32_t *bounds = index->copied + used;
    bounds[0] = (uint32_t)start - 1;
    size_t present = count < n ? count : n;
    memcpy(bounds + 1, at, present * sizeof *at);
    if (count <= n && end > start && data[end - 1] == '\r')
        bounds[present]--;
    for (size_t field = present; field < n; field++)
        bounds[field + 1] = bounds[field];
    index->rows.count++;
}

static void row_take(CsvRowIndex *index, const Chunk *chunk, RowRejects *rejects, size_t start,
                     size_t end, const uint32_t *at, size_t count)
{
    if (index->max_row_bytes > 0 && end - start > (uint64_t)index->max_row_bytes) {
        row_rejects_add_too_long(rejects, chunk, start, index->max_row_bytes);
    } else if (count != index->fields && index->dialect->on_bad_row != BAD_ROW_NULL) {
        row_rejects_add(rejects, chunk, start, end, SQLSTATE_BAD_COPY,
                        "expected %u field%s, found %zu", index->fields,
                        index->fields == 1 ? "" : "s", count);
    } else {
        row_keep(index, chunk->data, start, end, at, count);
    }
}

static void take_from_index(CsvRowIndex *index, const Chunk *chunk, RowRejects *rejects,
                            const uint32_t *at, size_t count)
{
    size_t start = 0, first = 0;
    for (size_t i = 0; i < count; i++) {
        size_t end = at[i];
        if (end < chunk->length && chunk->data[end] != '\n')
            continue;
        bool blank = end == start || (end == start + 1 && chunk->data[start] == '\r');
        if (!blank)
            row_take(index, chunk, rejects, start, end, at + first, i + 1 - first);
        start = end + 1;
        first = i + 1;
    }
}

static void take_by_letter(CsvRowIndex *index, const Chunk *chunk, RowRejects *rejects,
                           uint32_t *at)
{
    CsvWalk walk = {index->dialect, chunk->data, chunk->length, true, index->max_row_bytes, 0, 0,
                    false};
    size_t end = 0, count = 0;
    for (size_t start = 0; start < chunk->length; start = end + 1) {
        switch (csv_walk_row(&walk, start, &end, at, &count)) {
        case CSV_ROW_FIELDS:
            row_take(index, chunk, rejects, start, end, at, count);
            break;
        case CSV_ROW_OPEN_QUOTE:
            row_rejects_add(rejects, chunk, start, end, SQLSTATE_BAD_COPY, "unterminated quote");
            break;
        case CSV_ROW_TEXT_AFTER_QUOTE:
            row_rejects_add(rejects, chunk, start, end, SQLSTATE_BAD_COPY,
                            "text after a closing quote");
            break;
        case CSV_ROW_TOO_LONG:
            row_rejects_add_too_long(rejects, chunk, start, index->max_row_bytes);
            break;
        case CSV_ROW_NOTHING:
        case CSV_ROW_PARTIAL: /* not in a final text */
            break;
        }
    }
}

void csv_rows_find(CsvRowIndex *index, const Chunk *chunk, RowRejects *rejects)
{
    const CsvDialect *dialect = index->dialect;
    uint32_t *at = separators_reserve(index, chunk->length);
    CsvIndex found;
    csv_index(chunk->data, chunk->length, dialect->delimiter, dialect->quote, at, &found);
    index->has_quotes = found.has_quotes;
    index->is_ascii = found.is_ascii;
    index->rows = (CsvRows){.data = chunk->data};
    if (chunk->length == 0)
        return;

    bool short_enough =
        index->max_row_bytes <= 0 || chunk->length <= (uint64_t)index->max_row_bytes;
    bool by_letter =
        found.irregular || found.is_open ||
        (found.has_quotes && (dialect->escape >= 0 || !short_enough)) ||
        (dialect->comment >= 0 && memchr(chunk->data, dialect->comment, chunk->length));
    bool whole = chunk->data[chunk->length - 1] == '\n';
    if (!by_letter) {
        size_t rows = found.newlines;
        if (!whole) {
            at[found.count++] = chunk->length;
            rows++;
        }
        if (found.count == rows * index->fields && short_enough &&
            is_regular(chunk, at, rows, index->fields, whole)) {
            index->rows.bounds = at - 1;
            index->rows.stride = index->fields;
            index->rows.count = (uint32_t)rows;
            return;
        }
        take_from_index(index, chunk, rejects, at, found.count);
    } else {
        take_by_letter(index, chunk, rejects, at);
    }
    index->rows.bounds = index->copied;
    index->rows.stride = index->fields + 1;
}
