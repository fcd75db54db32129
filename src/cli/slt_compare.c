/* slt_compare.c - see slt_compare.h. */
#include "cli/slt_compare.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/md5.h"
#include "cli/width.h"

typedef LIST(Str) Strs;

void slt_result_init(SltResult *result)
{
    *result = (SltResult){0};
    arena_init(&result->arena);
}

void slt_result_deinit(SltResult *result)
{
    list_free(&result->cells);
    arena_deinit(&result->arena);
}

void slt_result_clear(SltResult *result, int columns)
{
    result->cells.count = 0;
    arena_reset(&result->arena);
    result->columns = columns;
    result->booleans = NULL;
}

static Str cell_text(SltResult *result, const Vector *vector, uint32_t row, Buf *text, Buf *shown)
{
    if (vector_is_null(vector, row))
        return STR("NULL");
    buf_clear(text);
    buf_clear(shown);
    vector_format(vector, row, result->zone, text);
    width_escape(shown, (Str){buf_text(text), text->length});
    if (!shown->length)
        return STR("(empty)");
    return (Str){arena_strndup(&result->arena, buf_text(shown), shown->length), shown->length};
}

void slt_result_add(SltResult *result, const Batch *batch)
{
    Buf text, shown;
    bool *booleans = ARENA_ARRAY(&result->arena, bool, batch->col_count + 1);
    for (int c = 0; c < batch->col_count; c++)
        booleans[c] = batch->cols[c].type.id == TYPE_BOOLEAN;
    result->booleans = booleans;
    buf_init(&text);
    buf_init(&shown);
    for (uint32_t i = 0, live = batch_live(batch); i < live; i++) {
        uint32_t row = batch_row(batch, i);
        for (int32_t copies = batch_weight(batch, row); copies > 0; copies--) {
            for (int c = 0; c < batch->col_count; c++) {
                Str cell = cell_text(result, &batch->cols[c], row, &text, &shown);
                list_push(&result->cells, cell);
            }
        }
    }
    buf_deinit(&text);
    buf_deinit(&shown);
}

/* ---- lines ---- */

static int compare_strs(const void *a, const void *b)
{
    return str_compare(*(const Str *)a, *(const Str *)b);
}

static void sort_strs(Str *at, size_t count)
{
    if (count)
        qsort(at, count, sizeof *at, compare_strs);
}

static void split_lines(Str text, Strs *lines)
{
    const char *at = text.data, *end = text.data + text.length;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop : end;
        size_t length = (size_t)(stop - at);
        Str line = {at, length && at[length - 1] == '\r' ? length - 1 : length};
        list_push(lines, line);
        at = stop + 1;
    }
}

static void put_lines(Buf *out, const Strs *lines)
{
    for (size_t i = 0; i < lines->count; i++) {
        buf_add(out, lines->at[i].data, lines->at[i].length);
        buf_add_char(out, '\n');
    }
}

/* Runs of blanks and tabs as one blank, none at the ends. */
static Str normal(Str line, Arena *arena)
{
    char *to = arena_alloc(arena, line.length + 1), *start = to;
    for (size_t i = 0; i < line.length; i++) {
        bool blank = line.data[i] == ' ' || line.data[i] == '\t';
        if (!blank)
            *to++ = line.data[i];
        else if (to > start && to[-1] != ' ')
            *to++ = ' ';
    }
    if (to > start && to[-1] == ' ')
        to--;
    return (Str){start, (size_t)(to - start)};
}

/* ---- rows ---- */

static void row_lines(SltResult *result, char between, Strs *lines)
{
    size_t columns = (size_t)result->columns;
    Buf line;
    buf_init(&line);
    for (size_t i = 0; columns && i + columns <= result->cells.count; i += columns) {
        buf_clear(&line);
        for (size_t c = 0; c < columns; c++) {
            if (c)
                buf_add_char(&line, between);
            buf_add(&line, result->cells.at[i + c].data, result->cells.at[i + c].length);
        }
        Str text = {arena_strndup(&result->arena, buf_text(&line), line.length), line.length};
        list_push(lines, text);
    }
    buf_deinit(&line);
}

static bool compare_rows(SltResult *result, SltSort sort, Strs *expected, Strs *got)
{
    bool tabs = false;
    for (size_t i = 0; i < expected->count; i++)
        tabs |= memchr(expected->at[i].data, '\t', expected->at[i].length) != NULL;
    row_lines(result, tabs ? '\t' : ' ', got);
    for (size_t i = 0; i < expected->count && !tabs; i++)
        expected->at[i] = normal(expected->at[i], &result->arena);
    for (size_t i = 0; i < got->count && !tabs; i++)
        got->at[i] = normal(got->at[i], &result->arena);
    if (sort != SLT_NOSORT) {
        sort_strs(expected->at, expected->count);
        sort_strs(got->at, got->count);
    }
    if (expected->count != got->count)
        return false;
    for (size_t i = 0; i < got->count; i++)
        if (!str_equal(expected->at[i], got->at[i]))
            return false;
    return true;
}

/* With BOOLEANs as t and f, as PostgreSQL's protocol writes them and so RisingWave's files. */
static bool compare_short_booleans(SltResult *result, SltSort sort, Strs *expected)
{
    Strs lines = {0};
    SltResult copy = *result;
    memset(&copy.cells, 0, sizeof copy.cells);
    for (size_t i = 0; i < result->cells.count; i++) {
        Str cell = result->cells.at[i];
        if (result->booleans[i % (size_t)result->columns] && !str_equal(cell, STR("NULL")))
            cell.length = 1;
        list_push(&copy.cells, cell);
    }
    bool same = compare_rows(&copy, sort, expected, &lines);
    result->arena = copy.arena;
    list_free(&copy.cells);
    list_free(&lines);
    return same;
}

/* ---- values ---- */

/* As SQLite's runner prints it. */
static Str value_text_of(SltResult *result, Str cell, char type)
{
    if (str_equal(cell, STR("NULL")))
        return cell;
    double number;
    if (type == 'R' && parse_f64(cell.data, cell.data + cell.length, &number))
        return str_from(arena_printf(&result->arena, "%.3f", number));
    int64_t whole;
    if (type == 'I' && !parse_i64(cell.data, cell.data + cell.length, &whole) &&
        parse_f64(cell.data, cell.data + cell.length, &number) && number > -9e18 && number < 9e18)
        return str_from(arena_printf(&result->arena, "%lld", (long long)number));
    return cell;
}

static int compare_width = 1;

static int compare_value_rows(const void *a, const void *b)
{
    const Str *x = a, *y = b;
    for (int i = 0; i < compare_width; i++) {
        int order = str_compare(x[i], y[i]);
        if (order)
            return order;
    }
    return 0;
}

static void value_lines(SltResult *result, Str types, SltSort sort, Strs *values)
{
    size_t columns = (size_t)result->columns;
    for (size_t i = 0; i < result->cells.count; i++) {
        char type = columns && i % columns < types.length ? types.data[i % columns] : 'T';
        Str value = value_text_of(result, result->cells.at[i], type);
        list_push(values, value);
    }
    if (sort == SLT_VALUESORT) {
        sort_strs(values->at, values->count);
    } else if (sort == SLT_ROWSORT && columns && values->count) {
        compare_width = (int)columns; /* qsort has no context; dialogs run one at a time */
        qsort(values->at, values->count / columns, columns * sizeof *values->at,
              compare_value_rows);
    }
}

static void hash_values(const Strs *values, char out[MD5_TEXT_BYTES])
{
    Buf text;
    buf_init(&text);
    put_lines(&text, values);
    md5_text(buf_text(&text), text.length, out);
    buf_deinit(&text);
}

void slt_result_hash(SltResult *result, const SltRecord *record, SltSort sort, char out[33])
{
    Strs values = {0};
    value_lines(result, record->types, sort, &values);
    hash_values(&values, out);
    list_free(&values);
}

/* "30 values hashing to 3c13dee48d9356ae19af2515e05e6b54" */
static bool is_hash_line(Str line)
{
    size_t digits = 0;
    while (digits < line.length && line.data[digits] >= '0' && line.data[digits] <= '9')
        digits++;
    Str rest = {line.data + digits, line.length - digits};
    return digits && str_has_prefix(rest, STR(" values hashing to "));
}

static bool compare_hash(SltResult *result, const SltRecord *record, SltSort sort, Strs *expected,
                         Strs *got)
{
    Strs values = {0};
    value_lines(result, record->types, sort, &values);
    char hash[MD5_TEXT_BYTES];
    hash_values(&values, hash);
    Str line =
        str_from(arena_printf(&result->arena, "%zu values hashing to %s", values.count, hash));
    list_free(&values);
    list_push(got, line);
    return str_equal(line, str_trim(expected->at[0]));
}

static bool compare_values(SltResult *result, const SltRecord *record, SltSort sort, Strs *expected,
                           Strs *got)
{
    value_lines(result, record->types, sort, got);
    if (sort == SLT_VALUESORT)
        sort_strs(expected->at, expected->count);
    if (expected->count != got->count)
        return false;
    for (size_t i = 0; i < got->count; i++)
        if (!str_equal(expected->at[i], got->at[i]) &&
            !str_equal(normal(expected->at[i], &result->arena), normal(got->at[i], &result->arena)))
            return false;
    return true;
}

static int words_in(Str line)
{
    int words = 0;
    for (size_t i = 0; i < line.length; i++) {
        bool blank = line.data[i] == ' ' || line.data[i] == '\t';
        words += !blank && (i == 0 || line.data[i - 1] == ' ' || line.data[i - 1] == '\t');
    }
    return words;
}

bool slt_compare(SltResult *result, const SltRecord *record, SltSort sort, Str expected,
                 Buf *should, Buf *was)
{
    Strs lines = {0}, got = {0};
    split_lines(expected, &lines);
    size_t rows = result->columns ? result->cells.count / (size_t)result->columns : 0;
    bool same;
    if (lines.count == 1 && is_hash_line(lines.at[0])) {
        same = compare_hash(result, record, sort, &lines, &got);
    } else {
        bool one_word = true;
        for (size_t i = 0; i < lines.count; i++)
            one_word &= words_in(lines.at[i]) <= 1;
        /* Of one column both layouts are the same but for the numbers' form, so try rows first. */
        bool in_values = result->columns > 1 && lines.count != rows &&
                         (lines.count == result->cells.count || one_word);
        same = in_values ? compare_values(result, record, sort, &lines, &got)
                         : compare_rows(result, sort, &lines, &got);
        if (!same && result->columns == 1) {
            Strs values = {0};
            same = compare_values(result, record, sort, &lines, &values);
            list_free(&values);
        }
        if (!same && !in_values && result->booleans)
            same = compare_short_booleans(result, sort, &lines);
    }
    if (!same) {
        put_lines(should, &lines);
        put_lines(was, &got);
    }
    list_free(&lines);
    list_free(&got);
    return same;
}

void slt_result_rows(SltResult *result, SltSort sort, Buf *out)
{
    Strs lines = {0};
    bool blanks = false;
    for (size_t i = 0; i < result->cells.count; i++)
        blanks |= memchr(result->cells.at[i].data, ' ', result->cells.at[i].length) != NULL;
    row_lines(result, blanks && result->columns > 1 ? '\t' : ' ', &lines);
    if (sort != SLT_NOSORT)
        sort_strs(lines.at, lines.count);
    put_lines(out, &lines);
    list_free(&lines);
}
