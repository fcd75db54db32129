/* slt_compare.c - see slt_compare.h. */
#include "cli/slt_compare.h"

#include <stdlib.h>
#include "base/md5.h"

/* ---- values ---- */

/* How values are written one a line. */
typedef enum ValueForm {
    VALUE_TYPED, /* as SQLite's runner: I whole, R with three decimals */
    VALUE_OWN,
    VALUE_DUCKDB /* ours, but BOOLEANs are 1 and 0 */
} ValueForm;

static Str text_of(SltResult *result, size_t cell, char letter, ValueForm form)
{
    Str own = result->cells.at[cell];
    bool is_boolean = result->types[cell % (size_t)result->columns] == TYPE_BOOLEAN;
    double number;
    int64_t whole;
    if (str_equal(own, STR("NULL")) || form == VALUE_OWN)
        return own;
    if (is_boolean && (form == VALUE_DUCKDB || letter == 'I' || letter == 'R'))
        own = str_equal(own, STR("true")) ? STR("1") : STR("0");
    if (form == VALUE_DUCKDB)
        return own;
    if (letter == 'R' && parse_f64(own.data, own.data + own.length, &number))
        return str_from(arena_printf(&result->arena, "%.3f", number));
    if (letter == 'I' && !parse_i64(own.data, own.data + own.length, &whole) &&
        parse_f64(own.data, own.data + own.length, &number) && number > -9e18 && number < 9e18)
        return str_from(arena_printf(&result->arena, "%lld", (long long)number));
    return own;
}

typedef struct SltValue {
    Str text;
    size_t cell;
} SltValue;

typedef LIST(SltValue) SltValues;

static int compare_width = 1;

static int compare_value_rows(const void *a, const void *b)
{
    const SltValue *x = a, *y = b;
    for (int i = 0; i < compare_width; i++) {
        int order = str_compare(x[i].text, y[i].text);
        if (order)
            return order;
    }
    return 0;
}

static void values_of(SltResult *result, Str types, SltSort sort, ValueForm form, SltValues *values)
{
    size_t columns = (size_t)result->columns;
    for (size_t i = 0; i < result->cells.count; i++) {
        char letter = i % columns < types.length ? types.data[i % columns] : 'T';
        SltValue value = {text_of(result, i, letter, form), i};
        list_push(values, value);
    }
    if (!values->count || sort == SLT_NOSORT || sort == SLT_PARTIALSORT)
        return;
    compare_width = sort == SLT_VALUESORT ? 1 : (int)columns; /* dialogs run one at a time */
    qsort(values->at, values->count / (size_t)compare_width,
          (size_t)compare_width * sizeof *values->at, compare_value_rows);
}

static void hash_of(SltResult *result, Str types, SltSort sort, ValueForm form,
                    char out[MD5_TEXT_BYTES])
{
    SltValues values = {0};
    Buf text;
    buf_init(&text);
    values_of(result, types, sort, form, &values);
    for (size_t i = 0; i < values.count; i++) {
        buf_add(&text, values.at[i].text.data, values.at[i].text.length);
        buf_add_char(&text, '\n');
    }
    md5_text(buf_text(&text), text.length, out);
    buf_deinit(&text);
    list_free(&values);
}

void slt_result_hash(SltResult *result, Str types, SltSort sort, char out[33])
{
    hash_of(result, types, sort, VALUE_TYPED, out);
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

static bool compare_hash(SltResult *result, const SltExpected *expected, Str line, SltStrs *got)
{
    for (int form = VALUE_TYPED; form <= VALUE_DUCKDB; form++) {
        char hash[MD5_TEXT_BYTES];
        hash_of(result, expected->types, expected->sort, (ValueForm)form, hash);
        Str text = str_from(
            arena_printf(&result->arena, "%zu values hashing to %s", result->cells.count, hash));
        if (form == VALUE_TYPED)
            list_push(got, text);
        if (str_equal(text, str_trim(line)))
            return true;
    }
    return false;
}

static bool compare_values(SltResult *result, const SltExpected *expected, SltStrs *lines,
                           SltStrs *got)
{
    SltValues values = {0};
    values_of(result, expected->types, expected->sort, VALUE_TYPED, &values);
    if (expected->sort == SLT_VALUESORT)
        slt_strs_sort(lines);
    bool same = lines->count == values.count;
    for (size_t i = 0; i < values.count; i++) {
        Str text = values.at[i].text;
        list_push(got, text);
        same = same && (str_equal(lines->at[i], text) ||
                        str_equal(slt_str_normal(lines->at[i], &result->arena),
                                  slt_str_normal(text, &result->arena)) ||
                        slt_spelled(result, values.at[i].cell, str_trim(lines->at[i])));
    }
    list_free(&values);
    return same;
}

/* ---- one text ---- */

static bool compare_text(SltResult *result, Str expected, Buf *should, Buf *was)
{
    Str text = str_trim(expected);
    for (size_t i = 0; i < result->raws.count; i++) {
        buf_add(was, result->raws.at[i].data, result->raws.at[i].length);
        buf_add_char(was, '\n');
    }
    buf_add(should, text.data, text.length);
    buf_add_char(should, '\n');
    return str_equal(text, str_trim((Str){buf_text(was), was->length}));
}

/* ---- which layout ---- */

static void split_lines(Str text, SltStrs *lines)
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

static bool are_values(const SltResult *result, const SltExpected *expected, const SltStrs *lines)
{
    if (expected->layout != SLT_LAYOUT_ANY)
        return expected->layout == SLT_LAYOUT_VALUES;
    size_t rows = result->columns ? result->cells.count / (size_t)result->columns : 0;
    bool one_word = true;
    for (size_t i = 0; i < lines->count; i++) {
        Str rest = lines->at[i], word;
        one_word &= !slt_next_word(&rest, &word) || !slt_next_word(&rest, &word);
    }
    return result->columns > 1 && !expected->has_names && lines->count != rows &&
           (lines->count == result->cells.count || one_word);
}

bool slt_compare(SltResult *result, const SltExpected *expected, Buf *should, Buf *was)
{
    if (expected->is_text)
        return compare_text(result, expected->text, should, was);
    SltStrs lines = {0}, got = {0};
    split_lines(expected->text, &lines);
    bool same;
    if (lines.count == 1 && is_hash_line(lines.at[0])) {
        same = compare_hash(result, expected, lines.at[0], &got);
    } else if (are_values(result, expected, &lines)) {
        same = compare_values(result, expected, &lines, &got);
    } else {
        same = slt_compare_rows(result, expected, &lines, &got);
        /* Of one column both layouts are the same but for the numbers' form. */
        if (!same && result->columns == 1 && !expected->has_names) {
            SltStrs values = {0};
            same = compare_values(result, expected, &lines, &values);
            list_free(&values);
        }
    }
    if (!same) {
        slt_strs_put(&lines, should);
        slt_strs_put(&got, was);
    }
    list_free(&lines);
    list_free(&got);
    return same;
}
