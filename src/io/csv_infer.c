/* csv_infer.c - see csv_infer.h. */
#include "io/csv_infer.h"

#include <stdlib.h>
#include "io/csv_read.h"
#include "io/csv_walk.h"

enum { INFER_ROWS = 20480, SNIFF_ROWS = 1000, ROW_BYTES_MAX = 1 << 20, FIELDS_MAX = 65535 };

/* What all values of a column so far could be, and what was seen of them. */
enum {
    MAY_BOOLEAN = 1,
    MAY_BIGINT = 2,
    MAY_DOUBLE = 4,
    MAY_DATE = 8,
    MAY_TIMESTAMP = 16,
    MAY_ALL = 31,
    HAS_VALUE = 32,
    HAS_ZONE = 64
};

typedef struct Sample {
    CsvDialect dialect;
    CsvWalk walk;
    size_t start; /* of the first row */
    Arena *arena;
    uint32_t *ends;
} Sample;

/* ---- the delimiter ---- */

/* How well the delimiter fits: rows that have as many fields as the first one, 0 if that is one. */
static size_t delimiter_score(Sample *sample, char delimiter, size_t *fields)
{
    size_t at = sample->start, end = 0, count = 0, score = 0, rows = 0;
    sample->dialect.delimiter = delimiter;
    *fields = 0;
    for (; at < sample->walk.length && rows < SNIFF_ROWS; at = end + 1) {
        CsvRowKind kind = csv_walk_row(&sample->walk, at, &end, NULL, &count);
        if (kind == CSV_ROW_PARTIAL)
            break;
        if (kind != CSV_ROW_FIELDS)
            continue;
        if (rows++ == 0)
            *fields = count;
        score += count == *fields;
    }
    return *fields > 1 ? score : 0;
}

static char sniff_delimiter(Sample *sample)
{
    static const char candidates[] = {',', ';', '\t', '|'};
    char best = ',';
    size_t best_score = 0, best_fields = 0;
    for (size_t i = 0; i < sizeof candidates; i++) {
        char c = candidates[i];
        if (c == (char)sample->dialect.quote || c == (char)sample->dialect.comment)
            continue;
        size_t fields, score = delimiter_score(sample, c, &fields);
        if (score > best_score || (score == best_score && score && fields > best_fields)) {
            best = c;
            best_score = score;
            best_fields = fields;
        }
    }
    return best;
}

/* ---- types ---- */

/* Something like "+02:00" or "Z" after the time. */
static bool has_zone(Str text)
{
    char last = text.data[text.length - 1];
    if (last == 'Z' || last == 'z')
        return true;
    for (size_t i = 11; i < text.length; i++)
        if (text.data[i] == '+' || text.data[i] == '-')
            return true;
    return false;
}

/* "007" and "-05" but not "0", "0.5": digits that a number would not keep. */
static bool has_leading_zero(Str text)
{
    size_t at = text.data[0] == '-' || text.data[0] == '+';
    return text.length > at + 1 && text.data[at] == '0' && text.data[at + 1] >= '0' &&
           text.data[at + 1] <= '9';
}

static bool is_date(const CsvDialect *dialect, Str text)
{
    int64_t us;
    int32_t days;
    if (dialect->date_pattern)
        return time_pattern_parse(dialect->date_pattern, text, false, NULL, &us);
    return parse_date(text.data, text.data + text.length, &days);
}

static bool is_timestamp(const CsvDialect *dialect, Str text)
{
    int64_t us;
    if (dialect->timestamp_pattern)
        return time_pattern_parse(dialect->timestamp_pattern, text, false, NULL, &us);
    return parse_timestamp(text.data, text.data + text.length, &us);
}

/* `may` without what the value cannot be. */
static unsigned narrow(const CsvDialect *dialect, unsigned may, Str text)
{
    const char *from = text.data, *end = text.data + text.length;
    int64_t integer;
    double number;
    may |= HAS_VALUE;
    if (!(may & MAY_ALL))
        return may;
    if ((may & MAY_BOOLEAN) && !str_equal_nocase(str_trim(text), STR("true")) &&
        !str_equal_nocase(str_trim(text), STR("false")))
        may &= ~(unsigned)MAY_BOOLEAN;
    if ((may & (MAY_BIGINT | MAY_DOUBLE)) && (text.length == 0 || has_leading_zero(str_trim(text))))
        may &= ~(unsigned)(MAY_BIGINT | MAY_DOUBLE);
    if ((may & MAY_BIGINT) && !parse_i64(from, end, &integer))
        may &= ~(unsigned)MAY_BIGINT;
    if ((may & MAY_DOUBLE) && !parse_f64(from, end, &number))
        may &= ~(unsigned)MAY_DOUBLE;
    if ((may & MAY_DATE) && !is_date(dialect, text))
        may &= ~(unsigned)MAY_DATE;
    if (may & MAY_TIMESTAMP) {
        if (!is_timestamp(dialect, text))
            may &= ~(unsigned)MAY_TIMESTAMP;
        else if (has_zone(text))
            may |= HAS_ZONE;
    }
    return may;
}

static Type type_of_mask(unsigned may)
{
    if (!(may & HAS_VALUE))
        return type_varchar(0);
    if (may & MAY_BOOLEAN)
        return type_of(TYPE_BOOLEAN);
    if (may & MAY_BIGINT)
        return type_of(TYPE_BIGINT);
    if (may & MAY_DOUBLE)
        return type_of(TYPE_DOUBLE);
    if (may & MAY_DATE)
        return type_of(TYPE_DATE);
    if (!(may & MAY_TIMESTAMP))
        return type_varchar(0);
    Type type = type_timestamp(6);
    if (may & HAS_ZONE)
        type.id = TYPE_TIMESTAMPTZ;
    return type;
}

/* ---- rows ---- */

/* A field as text; *is_null: it stands for NULL. */
static Str field_text(const Sample *sample, size_t start, size_t end, bool *is_null)
{
    const CsvDialect *dialect = &sample->dialect;
    Str raw = {sample->walk.data + start, end - start};
    bool quoted = raw.length >= 2 && dialect->quote >= 0 && *raw.data == (char)dialect->quote;
    *is_null = !quoted && (raw.length == 0 || str_equal(raw, dialect->null_value));
    return quoted ? csv_unquote(dialect, raw, sample->arena) : raw;
}

/* The next row of fields at or after *at; its fields' ends are in sample->ends. */
static bool next_row(Sample *sample, size_t *at, size_t *start, size_t *count)
{
    size_t end = 0;
    while (*at < sample->walk.length) {
        *start = *at;
        CsvRowKind kind = csv_walk_row(&sample->walk, *at, &end, sample->ends, count);
        if (kind == CSV_ROW_PARTIAL)
            return false;
        *at = end + 1;
        if (kind != CSV_ROW_FIELDS)
            continue;
        uint32_t *last = &sample->ends[*count - 1];
        if (end > *start && sample->walk.data[*last - 1] == '\r')
            --*last;
        return true;
    }
    return false;
}

static void narrow_row(const Sample *sample, size_t start, size_t count, unsigned *may)
{
    for (size_t i = 0; i < count; start = sample->ends[i] + 1u, i++) {
        bool is_null;
        Str text = field_text(sample, start, sample->ends[i], &is_null);
        if (!is_null)
            may[i] = narrow(&sample->dialect, may[i], text);
    }
}

/* ---- header and names ---- */

static bool name_is_taken(const ColumnDef *columns, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (text_equal_nocase(columns[i].name, name))
            return true;
    return false;
}

/* "x", then "x_1", "x_2" … */
static const char *name_make(const ColumnDef *columns, int count, const char *wanted, Arena *arena)
{
    const char *name = wanted;
    for (int i = 1; name_is_taken(columns, count, name); i++)
        name = arena_printf(arena, "%s_%d", wanted, i);
    return name;
}

/* Is the first row unlike the others?  One of its fields must not be of its column's type.  A file
 * of nothing but text cannot tell, and is taken to have a header if no field of it is missing; so
 * is one of text behind numbers that have no name (pandas' index). */
static bool guess_header(const Sample *sample, size_t start, size_t count, const unsigned *may,
                         size_t body_rows)
{
    bool only_text = true, differs = false;
    for (size_t i = 0; i < count; start = sample->ends[i] + 1u, i++) {
        bool is_null;
        Str text = field_text(sample, start, sample->ends[i], &is_null);
        bool body_is_text = type_of_mask(may[i]).id == TYPE_VARCHAR;
        if (is_null || str_trim(text).length == 0) {
            only_text &= i == 0 && count > 1 && !body_is_text;
            continue;
        }
        only_text &= body_is_text &&
                     type_of_mask(narrow(&sample->dialect, MAY_ALL, text)).id == TYPE_VARCHAR;
        differs |= !body_is_text && !(narrow(&sample->dialect, may[i], text) & may[i] & MAY_ALL);
    }
    return differs || (only_text && body_rows > 0);
}

/* False: the header does not name them all, or two alike, so that they are told by position. */
static bool name_columns(const Sample *sample, size_t start, size_t count, bool has_header,
                         ColumnDef *columns)
{
    bool named = true;
    for (size_t i = 0; i < count; start = sample->ends[i] + 1u, i++) {
        const char *name = "";
        if (has_header) {
            bool is_null;
            Str text = str_trim(field_text(sample, start, sample->ends[i], &is_null));
            name = arena_strndup(sample->arena, text.data, text.length);
        }
        named &= *name && !name_is_taken(columns, (int)i, name);
        if (!*name)
            name = arena_printf(sample->arena, "column%zu", i);
        columns[i].name = name_make(columns, (int)i, name, sample->arena);
    }
    return named;
}

static OptionList plain_options(const OptionList *given, char delimiter, bool has_header,
                                bool by_name, Arena *arena)
{
    OptionList list = {.at = ARENA_ARRAY(arena, Option, given->count + 3)};
    for (int i = 0; i < given->count; i++)
        if (!text_equal_nocase(given->at[i].key, "csv.delimiter") &&
            !text_equal_nocase(given->at[i].key, "csv.header"))
            list.at[list.count++] = given->at[i];
    const char *text = delimiter == '\t' ? "\\t" : arena_printf(arena, "%c", delimiter);
    if (delimiter <= ' ' && delimiter != '\t')
        text = option_get(given, csv_options, "csv.delimiter");
    list.at[list.count++] = (Option){"csv.delimiter", text, -1, -1};
    list.at[list.count++] = (Option){"csv.header", has_header ? "true" : "false", -1, -1};
    if (has_header && !by_name && !option_is_set(given, "csv.bind"))
        list.at[list.count++] = (Option){"csv.bind", "position", -1, -1};
    return list;
}

Status csv_infer(const OptionList *given, const char *file_path, Str head, bool whole, Arena *arena,
                 CsvInferred *out, Err *err)
{
    Relation table = {.options = *given, .name = file_path};
    Sample sample = {.arena = arena};
    TRY(csv_dialect_init(&sample.dialect, &table, arena, err));
    if (!csv_skip_lines(head, true, sample.dialect.skip, &sample.start))
        return err_set(err, SQLSTATE_DATA, -1, "file \"%s\" has no rows", file_path);
    sample.walk = (CsvWalk){.dialect = &sample.dialect,
                            .data = head.data,
                            .length = head.length,
                            .is_final = whole,
                            .max_row_bytes = ROW_BYTES_MAX};
    if (!option_is_set(given, "csv.delimiter"))
        sample.dialect.delimiter = sniff_delimiter(&sample);

    /* A text with `length` bytes has no row of more fields. */
    sample.ends = mem_alloc((head.length + 2) * sizeof(uint32_t));
    size_t at = sample.start, first = 0, start = 0, count = 0, body_rows = 0, columns = 0;
    bool any = next_row(&sample, &at, &first, &columns);
    if (!any || columns > FIELDS_MAX) {
        free(sample.ends);
        return err_set(err, SQLSTATE_DATA, -1, "file \"%s\" has %s", file_path,
                       any ? "too many fields" : "no rows");
    }
    size_t first_length = at - first <= head.length - first ? at - first : head.length - first;
    if (memchr(head.data + first, '\0', first_length) ||
        !utf8_valid(head.data + first, first_length)) {
        free(sample.ends);
        return err_set(err, SQLSTATE_BAD_ENCODING, -1, "file \"%s\" is not UTF-8 text", file_path);
    }
    unsigned *may = ARENA_ARRAY(arena, unsigned, columns);
    for (size_t i = 0; i < columns; i++)
        may[i] = MAY_ALL;
    while (body_rows < INFER_ROWS && next_row(&sample, &at, &start, &count))
        if (count == columns) { /* others will be rejected when they are read */
            narrow_row(&sample, start, count, may);
            body_rows++;
        }

    at = sample.start;
    (void)next_row(&sample, &at, &first, &columns);
    bool has_header = option_is_set(given, "csv.header")
                          ? sample.dialect.header
                          : guess_header(&sample, first, columns, may, body_rows);
    if (!has_header)
        narrow_row(&sample, first, columns, may);
    ColumnDef *defs = ARENA_ARRAY(arena, ColumnDef, columns);
    bool by_name = name_columns(&sample, first, columns, has_header, defs);
    for (size_t i = 0; i < columns; i++)
        defs[i].type = type_of_mask(may[i]);
    free(sample.ends);
    *out =
        (CsvInferred){defs, (int)columns, has_header,
                      plain_options(given, sample.dialect.delimiter, has_header, by_name, arena)};
    return OK;
}
