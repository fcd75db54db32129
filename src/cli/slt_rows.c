/*
 * slt_rows.c - a result in rows against a dialog's lines; see slt_compare.h.
 *
 * Lines are compared as texts first, ours and PostgreSQL's; where that fails, value by value.
 */
#include "cli/slt_compare.h"

#include <stdlib.h>

enum { ROWS_MATCHED_MAX = 2000, WORDS_TRIED_MAX = 64 };

static size_t count_rows(const SltResult *result)
{
    return result->columns ? result->cells.count / (size_t)result->columns : 0;
}

/* ---- lines of a result ---- */

static void row_lines(SltResult *result, const SltStrs *cells, char between, SltStrs *lines)
{
    size_t columns = (size_t)result->columns;
    Buf line;
    buf_init(&line);
    for (size_t i = 0; columns && i + columns <= cells->count; i += columns) {
        buf_clear(&line);
        for (size_t c = 0; c < columns; c++) {
            if (c)
                buf_add_char(&line, between);
            buf_add(&line, cells->at[i + c].data, cells->at[i + c].length);
        }
        Str text = {arena_strndup(&result->arena, buf_text(&line), line.length), line.length};
        list_push(lines, between == ' ' ? slt_str_normal(text, &result->arena) : text);
    }
    buf_deinit(&line);
}

static Str names_line(SltResult *result, char between)
{
    Buf line;
    buf_init(&line);
    for (int c = 0; c < result->columns && result->names; c++) {
        if (c)
            buf_add_char(&line, between);
        buf_add_text(&line, result->names[c]);
    }
    Str text = {arena_strndup(&result->arena, buf_text(&line), line.length), line.length};
    buf_deinit(&line);
    return text;
}

/* ---- order ---- */

/* The words of a line that partialsort names. */
static Str key_of(Str line, Str columns, Arena *arena)
{
    Str words[64], rest = line;
    size_t count = 0;
    while (count < 64 && slt_next_word(&rest, &words[count]))
        count++;
    Buf key;
    buf_init(&key);
    for (size_t i = 0, number = 0; i <= columns.length; i++) {
        char c = i < columns.length ? columns.data[i] : ',';
        if (c >= '0' && c <= '9' && number < 64) {
            number = number * 10 + (size_t)(c - '0');
        } else if (c == ',') {
            if (number && number <= count)
                buf_add(&key, words[number - 1].data, words[number - 1].length);
            buf_add_char(&key, ' ');
            number = 0;
        }
    }
    Str text = {arena_strndup(arena, buf_text(&key), key.length), key.length};
    buf_deinit(&key);
    return text;
}

/* Rows that are alike in the named columns and follow one another may come in any order. */
static void sort_partially(SltStrs *lines, Str columns, Arena *arena)
{
    for (size_t from = 0, to; from < lines->count; from = to) {
        Str key = key_of(lines->at[from], columns, arena);
        for (to = from + 1; to < lines->count; to++)
            if (!str_equal(key, key_of(lines->at[to], columns, arena)))
                break;
        SltStrs group = {.at = lines->at + from, .count = to - from};
        slt_strs_sort(&group);
    }
}

static void put_in_order(SltResult *result, const SltExpected *expected, SltStrs *lines)
{
    if (expected->sort == SLT_PARTIALSORT)
        sort_partially(lines, expected->sort_columns, &result->arena);
    else if (expected->sort != SLT_NOSORT)
        slt_strs_sort(lines);
}

static bool same_texts(const SltStrs *a, const SltStrs *b)
{
    for (size_t i = 0; i < a->count && i < b->count; i++)
        if (!str_equal(a->at[i], b->at[i]))
            return false;
    return a->count == b->count;
}

/* ---- value by value ---- */

static size_t count_words(Str text)
{
    Str rest = text, word;
    size_t words = 0;
    while (slt_next_word(&rest, &word))
        words++;
    return words;
}

static bool match_from(SltResult *result, size_t cell, size_t left, Str line);

/* The value takes the line's next words, as many as it has itself or, in another form, more or
 * fewer. */
static bool match_words(SltResult *result, size_t cell, size_t left, Str line, size_t words)
{
    Str rest = line, word;
    for (size_t i = 0; i < words; i++)
        if (!slt_next_word(&rest, &word))
            return false;
    Str text = str_trim((Str){line.data, line.length - rest.length});
    return slt_spelled(result, cell, text) && match_from(result, cell + 1, left - 1, rest);
}

static bool match_from(SltResult *result, size_t cell, size_t left, Str line)
{
    if (!left)
        return str_trim(line).length == 0;
    const char *tab = memchr(line.data, '\t', line.length);
    if (tab && left > 1) {
        size_t length = (size_t)(tab - line.data);
        if (slt_spelled(result, cell, (Str){line.data, length}) &&
            match_from(result, cell + 1, left - 1, (Str){tab + 1, line.length - length - 1}))
            return true;
    }
    if (left == 1)
        return slt_spelled(result, cell, str_trim(line));
    size_t own = count_words(result->cells.at[cell]);
    if (own && match_words(result, cell, left, line, own))
        return true;
    size_t most = count_words(line); /* an array may be many: [1, 2, 3] */
    for (size_t words = 1; words <= most && words <= WORDS_TRIED_MAX; words++)
        if (words != own && match_words(result, cell, left, line, words))
            return true;
    return false;
}

static bool match_row(SltResult *result, size_t row, Str line)
{
    size_t columns = (size_t)result->columns;
    return match_from(result, row * columns, columns, line);
}

/* With sorting: each line has a row of its own. */
static bool match_rows(SltResult *result, SltSort sort, const SltStrs *lines)
{
    size_t rows = count_rows(result);
    if (rows != lines->count || (sort != SLT_NOSORT && rows > ROWS_MATCHED_MAX))
        return false;
    bool *taken = ARENA_ARRAY(&result->arena, bool, rows + 1);
    for (size_t i = 0; i < rows; i++) {
        size_t row = sort == SLT_NOSORT ? i : 0;
        while (row < rows && (taken[row] || !match_row(result, row, lines->at[i]))) {
            if (sort == SLT_NOSORT)
                return false;
            row++;
        }
        if (row == rows)
            return false;
        taken[row] = true;
    }
    return true;
}

/* ---- all of it ---- */

static bool compare_body(SltResult *result, const SltExpected *expected, SltStrs *lines,
                         SltStrs *got, char between)
{
    SltStrs given = {0}, raw = {0};
    for (size_t i = 0; i < lines->count; i++) {
        list_push(&given, lines->at[i]);
        if (between == ' ')
            lines->at[i] = slt_str_normal(lines->at[i], &result->arena);
    }
    row_lines(result, &result->cells, between, got);
    put_in_order(result, expected, lines);
    put_in_order(result, expected, got);
    bool same = same_texts(lines, got);
    if (!same && !result->own_spelling && lines->count == got->count) {
        row_lines(result, &result->raws, between, &raw);
        put_in_order(result, expected, &raw);
        same = same_texts(lines, &raw) || match_rows(result, expected->sort, &given);
    }
    list_free(&given);
    list_free(&raw);
    return same;
}

bool slt_compare_rows(SltResult *result, const SltExpected *expected, SltStrs *lines, SltStrs *got)
{
    char between = ' ';
    for (size_t i = 0; i < lines->count; i++)
        if (memchr(lines->at[i].data, '\t', lines->at[i].length))
            between = '\t';
    if (!expected->has_names)
        return compare_body(result, expected, lines, got, between);
    /* The names stand above what may be sorted. */
    Arena *arena = &result->arena;
    SltStrs body = {0}, rows = {0};
    Str names = names_line(result, between);
    for (size_t i = 1; i < lines->count; i++)
        list_push(&body, lines->at[i]);
    bool same = compare_body(result, expected, &body, &rows, between) && lines->count &&
                str_equal(slt_str_normal(lines->at[0], arena), slt_str_normal(names, arena));
    list_push(got, names);
    for (size_t i = 0; i < rows.count; i++)
        list_push(got, rows.at[i]);
    for (size_t i = 0; i < body.count; i++)
        lines->at[i + 1] = body.at[i];
    list_free(&body);
    list_free(&rows);
    return same;
}

void slt_result_rows(SltResult *result, SltSort sort, bool names, Buf *out)
{
    SltStrs lines = {0};
    bool blanks = false;
    for (size_t i = 0; i < result->cells.count; i++)
        blanks |= memchr(result->cells.at[i].data, ' ', result->cells.at[i].length) != NULL;
    char between = blanks && result->columns > 1 ? '\t' : ' ';
    row_lines(result, &result->cells, between, &lines);
    if (sort != SLT_NOSORT && sort != SLT_PARTIALSORT)
        slt_strs_sort(&lines);
    if (names) {
        Str line = names_line(result, between);
        buf_add(out, line.data, line.length);
        buf_add_char(out, '\n');
    }
    slt_strs_put(&lines, out);
    list_free(&lines);
}
