/* csv_infer.c - see csv_infer.h. */
#include "io/csv_infer.h"

#include <stdlib.h>
#include "io/connector_options.h"
#include "io/csv_read.h"
#include "io/csv_sniff.h"

enum { INFER_ROWS = 20480, DECIMAL_DIGITS = 38, FIELDS_MAX = 65535 };

/* What all values of a column so far could be, and what was seen of them. */
enum {
    MAY_BOOLEAN = 1,
    MAY_BIGINT = 2,
    MAY_DOUBLE = 4,
    MAY_DATE = 8,
    MAY_TIMESTAMP = 16,
    MAY_DECIMAL = 32, /* without a point: numbers that BIGINT has no room for */
    MAY_NUMBER = MAY_BIGINT | MAY_DOUBLE | MAY_DECIMAL,
    MAY_ALL = 63,
    HAS_VALUE = 64,
    HAS_ZONE = 128,
    HAS_QUOTES = 256,
    SECOND_IS_YEAR = 512
};

typedef struct Sample {
    CsvDialect dialect;
    CsvWalk walk;
    size_t start; /* of the first row */
    Arena *arena;
    uint32_t *ends;
} Sample;

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

/* Digits that DECIMAL(38, 0) has room for. */
static bool is_whole_number(Str text)
{
    size_t digits = 0;
    for (size_t i = text.data[0] == '-' || text.data[0] == '+'; i < text.length; i++, digits++)
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    return digits > 0 && digits <= DECIMAL_DIGITS;
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
    if ((may & MAY_NUMBER) && (str_trim(text).length == 0 || has_leading_zero(str_trim(text))))
        may &= ~(unsigned)MAY_NUMBER;
    if ((may & MAY_BIGINT) && !parse_i64(from, end, &integer))
        may &= ~(unsigned)MAY_BIGINT;
    if ((may & MAY_DECIMAL) && !is_whole_number(str_trim(text)))
        may &= ~(unsigned)MAY_DECIMAL;
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
    if (may & MAY_DECIMAL)
        return type_decimal(DECIMAL_DIGITS, 0);
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

typedef struct Field {
    Str text;
    bool is_null, is_quoted;
} Field;

static Field field_at(const Sample *sample, size_t start, size_t end)
{
    const CsvDialect *dialect = &sample->dialect;
    Str raw = {sample->walk.data + start, end - start};
    bool quoted = raw.length >= 2 && dialect->quote >= 0 && *raw.data == (char)dialect->quote;
    bool null = !quoted && (raw.length == 0 || str_equal(raw, dialect->null_value));
    return (Field){quoted ? csv_unquote(dialect, raw, sample->arena) : raw, null, quoted};
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

/* Is the row at `first` the first that is one?  A header stands before all of them, bad ones too.
 */
static bool is_first(Sample *sample, size_t first)
{
    size_t at = sample->start, end = 0, count;
    while (at < first && csv_walk_row(&sample->walk, at, &end, NULL, &count) == CSV_ROW_NOTHING)
        at = end + 1;
    return at == first;
}

static bool is_year(Str text, int64_t *year)
{
    text = str_trim(text);
    return text.length == 4 && parse_i64(text.data, text.data + 4, year) && *year >= 1800 &&
           *year < 2200;
}

static void narrow_row(const Sample *sample, size_t start, size_t count, bool is_second,
                       unsigned *may)
{
    int64_t year;
    for (size_t i = 0; i < count; start = sample->ends[i] + 1u, i++) {
        Field field = field_at(sample, start, sample->ends[i]);
        if (field.is_quoted)
            may[i] |= HAS_QUOTES;
        if (field.is_null)
            continue;
        may[i] = narrow(&sample->dialect, may[i], field.text);
        if (is_second && is_year(field.text, &year))
            may[i] |= SECOND_IS_YEAR;
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

/* Years in order, as the names of columns that hold numbers: country,1960,1961,1962. */
typedef struct Years {
    size_t seen, in_second; /* numbers; of them, with a year in the second row too */
    int64_t last, step;
    bool broken;
} Years;

static void years_take(Years *years, Str text, unsigned may)
{
    int64_t year = 0;
    years->broken |= !is_year(text, &year);
    if (years->seen == 1)
        years->step = year - years->last;
    else if (years->seen > 1)
        years->broken |= year - years->last != years->step;
    years->last = year;
    years->seen++;
    years->in_second += (may & SECOND_IS_YEAR) != 0;
}

static bool years_are_names(const Years *years)
{
    return years->seen > 1 && !years->broken && years->step && years->in_second < years->seen;
}

/* A field that a header may leave out: the name of the rows' own names (R, pandas), or of what a
 * delimiter at the end of each row makes a column. */
static bool may_be_missing(size_t i, size_t count, unsigned may)
{
    return count > 1 && ((i == 0 && (may & HAS_VALUE)) || (i == count - 1 && !(may & HAS_VALUE)));
}

/* Is the first row unlike the others?  That is so when
 * - one of its fields is not of its column's type, or stands alone in its column;
 * - all of it is quoted, and columns of numbers below are not;
 * - its numbers are years in order, those of the next row are not, and the rest is text.
 * A file of nothing but text cannot tell, and is taken to have a header if no field of it is
 * missing; of a single line of it, only if that has several fields. */
static bool guess_header(const Sample *sample, size_t start, size_t count, const unsigned *may,
                         size_t body_rows)
{
    bool only_text = true, whole = true, differs = false, alone = false;
    bool quoted = true, bare_below = false, text_seen = false;
    Years years = {0};
    for (size_t i = 0; i < count; start = sample->ends[i] + 1u, i++) {
        Field field = field_at(sample, start, sample->ends[i]);
        bool body_is_text = type_of_mask(may[i]).id == TYPE_VARCHAR;
        quoted &= field.is_quoted;
        bare_below |= !body_is_text && !(may[i] & HAS_QUOTES);
        if (field.is_null || str_trim(field.text).length == 0) {
            whole &= may_be_missing(i, count, may[i]);
            continue;
        }
        bool is_text =
            type_of_mask(narrow(&sample->dialect, MAY_ALL, field.text)).id == TYPE_VARCHAR;
        text_seen |= is_text;
        only_text &= is_text && body_is_text;
        alone |= !(may[i] & HAS_VALUE);
        differs |=
            !body_is_text && !(narrow(&sample->dialect, may[i], field.text) & may[i] & MAY_ALL);
        if (!is_text)
            years_take(&years, field.text, may[i]);
    }
    if (body_rows == 0)
        return only_text && whole && count > 1;
    return differs || (quoted && bare_below) || (alone && whole && body_rows > 2) ||
           (only_text && whole) || (text_seen && whole && years_are_names(&years));
}

/* False: the header does not name them all, or two alike, so that they are told by position. */
static bool name_columns(const Sample *sample, size_t start, size_t count, bool has_header,
                         ColumnDef *columns)
{
    bool named = true;
    for (size_t i = 0; i < count; start = sample->ends[i] + 1u, i++) {
        const char *name = "";
        if (has_header) {
            Str raw = {sample->walk.data + start, sample->ends[i] - start};
            Str text = csv_header_name(&sample->dialect, raw, sample->arena);
            name = arena_strndup(sample->arena, text.data, text.length);
        }
        named &= *name && !name_is_taken(columns, (int)i, name);
        if (!*name)
            name = arena_printf(sample->arena, "column%zu", i);
        columns[i].name = name_make(columns, (int)i, name, sample->arena);
    }
    return named;
}

static const char *character_text(char c, Arena *arena)
{
    return c == '\t' ? "\\t" : arena_printf(arena, "%c", c);
}

/* The options given, and what was found out. */
static OptionList plain_options(const OptionList *given, const CsvDialect *plain,
                                const CsvDialect *found, bool has_header, bool by_name,
                                Arena *arena)
{
    OptionList list = {.at = ARENA_ARRAY(arena, Option, given->count + 6)};
    for (int i = 0; i < given->count; i++)
        if (!text_equal_nocase(given->at[i].key, "csv.delimiter") &&
            !text_equal_nocase(given->at[i].key, "csv.header"))
            list.at[list.count++] = given->at[i];
    const char *text = character_text(found->delimiter, arena);
    if (found->delimiter <= ' ' && found->delimiter != '\t')
        text = option_get(given, csv_options, "csv.delimiter");
    list.at[list.count++] = (Option){"csv.delimiter", text, -1, -1};
    list.at[list.count++] = (Option){"csv.header", has_header ? "true" : "false", -1, -1};
    if (has_header && !by_name && !option_is_set(given, "csv.bind"))
        list.at[list.count++] = (Option){"csv.bind", "position", -1, -1};
    if (found->comment != plain->comment)
        list.at[list.count++] =
            (Option){"csv.comment", character_text((char)found->comment, arena), -1, -1};
    if (found->escape != plain->escape)
        list.at[list.count++] =
            (Option){"csv.escape", character_text((char)found->escape, arena), -1, -1};
    if (found->quote != plain->quote)
        list.at[list.count++] =
            (Option){"csv.quote", character_text((char)found->quote, arena), -1, -1};
    return list;
}

/* ---- what is no CSV ---- */

static Status not_text(const char *file_path, Str head, Err *err)
{
    static const struct {
        const char *bytes, *hint;
        size_t count;
    } kinds[] = {
        {"\xff\xfe", "It is UTF-16; make it UTF-8, with iconv -f UTF-16 -t UTF-8 for example.", 2},
        {"\xfe\xff", "It is UTF-16; make it UTF-8, with iconv -f UTF-16 -t UTF-8 for example.", 2},
        {"\x1f\x8b", "It is compressed with gzip; its name must end in .gz.", 2},
        {"\x28\xb5\x2f\xfd", "It is compressed with zstd; its name must end in .zst.", 4},
        {"PK\x03\x04", "It is a ZIP archive; unpack it first.", 4},
        {"PAR1", "It is a Parquet file.", 4},
        {"SQLite format 3", "It is an SQLite database.", 15},
    };
    err_set(err, SQLSTATE_BAD_ENCODING, -1, "file \"%s\" is not UTF-8 text", file_path);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (head.length >= kinds[i].count && !memcmp(head.data, kinds[i].bytes, kinds[i].count))
            return err_hint(err, "%s", kinds[i].hint);
    return FAIL;
}

/* Not one that can be read. */
static Status no_rows(Sample *sample, const char *file_path, Err *err)
{
    CsvRowKind kind = CSV_ROW_NOTHING;
    size_t end = 0, count;
    for (size_t at = sample->start; at < sample->walk.length && kind == CSV_ROW_NOTHING;
         at = end + 1)
        kind = csv_walk_row(&sample->walk, at, &end, NULL, &count);
    if (kind == CSV_ROW_NOTHING)
        return err_set(err, SQLSTATE_DATA, -1, "file \"%s\" has no rows", file_path);
    if (kind != CSV_ROW_TOO_LONG && kind != CSV_ROW_PARTIAL)
        return err_set(err, SQLSTATE_BAD_COPY, -1, "file \"%s\" has no rows without a stray quote",
                       file_path);
    size_t seen = sample->walk.length - sample->start;
    if ((int64_t)seen > sample->walk.max_row_bytes)
        seen = (size_t)sample->walk.max_row_bytes;
    err_set(err, SQLSTATE_LIMIT_EXCEEDED, -1, "file \"%s\": its first row is longer than %zu bytes",
            file_path, seen);
    return err_hint(err, "The option max-line-bytes says how long a row may be.");
}

/* Is it? `row` is the first one. */
static Status check_text(const char *file_path, Str head, Str row, Err *err)
{
    bool archive = head.length >= 4 && !memcmp(head.data, "PK\x03\x04", 4);
    if (archive || memchr(row.data, '\0', row.length) || !utf8_valid(row.data, row.length))
        return not_text(file_path, head, err);
    return OK;
}

/* Old Macintosh programs end lines so; here it is a character of a field. */
static Status check_line_ends(const Sample *sample, const char *file_path, size_t start,
                              size_t count, Err *err)
{
    for (size_t i = 0; i < count; start = sample->ends[i] + 1u, i++) {
        Field field = field_at(sample, start, sample->ends[i]);
        if (field.is_quoted || !memchr(field.text.data, '\r', field.text.length))
            continue;
        err_set(err, SQLSTATE_DATA, -1,
                "file \"%s\" has lines that end with a carriage return alone", file_path);
        return err_hint(err, "Make them line feeds, with tr '\\r' '\\n' for example.");
    }
    return OK;
}

/* ---- all of it ---- */

Status csv_infer(const OptionList *given, const char *file_path, Str head, bool whole, Arena *arena,
                 CsvInferred *out, Err *err)
{
    Relation table = {.options = *given, .name = file_path};
    Sample sample = {.arena = arena};
    int64_t max_row_bytes;
    TRY(csv_dialect_init(&sample.dialect, &table, arena, err));
    TRY(connector_max_line_bytes(&table, &max_row_bytes, err));
    if (!csv_skip_lines(head, true, sample.dialect.skip, &sample.start))
        return err_set(err, SQLSTATE_DATA, -1, "file \"%s\" has no rows", file_path);
    sample.walk = (CsvWalk){.dialect = &sample.dialect,
                            .data = head.data,
                            .length = head.length,
                            .is_final = whole,
                            .max_row_bytes = max_row_bytes};
    const CsvDialect plain = sample.dialect;
    csv_sniff(&sample.dialect, given, &sample.walk, sample.start);

    /* A text with `length` bytes has no row of more fields. */
    sample.ends = mem_alloc((head.length + 2) * sizeof(uint32_t));
    size_t at = sample.start, first = 0, start = 0, count = 0, body_rows = 0, columns = 0;
    bool any = next_row(&sample, &at, &first, &columns);
    if (!any || columns > FIELDS_MAX) {
        free(sample.ends);
        return any ? err_set(err, SQLSTATE_DATA, -1, "file \"%s\" has too many fields", file_path)
                   : no_rows(&sample, file_path, err);
    }
    size_t first_length = at - first <= head.length - first ? at - first : head.length - first;
    Status status = check_text(file_path, head, (Str){head.data + first, first_length}, err);
    if (status == OK)
        status = check_line_ends(&sample, file_path, first, columns, err);
    if (status != OK) {
        free(sample.ends);
        return status;
    }
    unsigned *may = ARENA_ARRAY(arena, unsigned, columns);
    for (size_t i = 0; i < columns; i++)
        may[i] = MAY_ALL;
    while (body_rows < INFER_ROWS && next_row(&sample, &at, &start, &count))
        if (count == columns) { /* others will be rejected when they are read */
            narrow_row(&sample, start, count, body_rows == 0, may);
            body_rows++;
        }

    at = sample.start;
    (void)next_row(&sample, &at, &first, &columns);
    bool has_header =
        option_is_set(given, "csv.header")
            ? sample.dialect.header
            : is_first(&sample, first) && guess_header(&sample, first, columns, may, body_rows);
    if (!has_header)
        narrow_row(&sample, first, columns, false, may);
    ColumnDef *defs = ARENA_ARRAY(arena, ColumnDef, columns);
    bool by_name = name_columns(&sample, first, columns, has_header, defs);
    for (size_t i = 0; i < columns; i++)
        defs[i].type = type_of_mask(may[i]);
    free(sample.ends);
    *out = (CsvInferred){defs, (int)columns, has_header,
                         plain_options(given, &plain, &sample.dialect, has_header, by_name, arena)};
    return OK;
}
