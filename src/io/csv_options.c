/* csv_options.c - the options of CSV, with the names that Spark's, Flink's and DuckDB's users know.
 */
#include "io/csv_options.h"

const OptionSpec csv_options[] = {
    {.name = "csv.delimiter",
     .aliases = "csv.field-delimiter field-delimiter csv.sep sep delimiter delim csv.delim",
     .kind = OPTION_CHAR,
     .default_value = ",",
     .help = "what stands between fields"},
    {.name = "csv.quote",
     .aliases = "csv.quote-character quote-character quote csv.quoteChar quoteChar",
     .kind = OPTION_CHAR,
     .default_value = "\"",
     .help = "what stands around fields; empty: nothing does"},
    {.name = "csv.disable-quote-character",
     .aliases = "disable-quote-character",
     .kind = OPTION_BOOL,
     .default_value = "false",
     .help = "fields are never quoted"},
    {.name = "csv.escape",
     .aliases = "csv.escape-character escape-character escape csv.escapeChar escapeChar",
     .kind = OPTION_CHAR,
     .help = "within quotes, makes the next character an ordinary one (a quote is also doubled)"},
    {.name = "csv.header",
     .aliases = "header csv.has-header has-header",
     .kind = OPTION_BOOL,
     .default_value = "false",
     .help = "the first line holds the names of the columns"},
    {.name = "csv.bind",
     .aliases = "bind",
     .kind = OPTION_CHOICE,
     .choices = "name position",
     .default_value = "name",
     .help = "whether a header's names or the order of fields decide which column a field is"},
    {.name = "csv.null-value",
     .aliases = "csv.null-literal null-literal nullValue csv.nullValue csv.nullstr nullstr null",
     .kind = OPTION_TEXT,
     .default_value = "",
     .help = "the unquoted field that is NULL"},
    {.name = "csv.comment",
     .aliases = "comments comment csv.comments",
     .kind = OPTION_CHAR,
     .help = "what begins a line that is no row"},
    {.name = "csv.allow-comments",
     .aliases = "allow-comments",
     .kind = OPTION_BOOL,
     .default_value = "false",
     .help = "lines that begin with # are no rows"},
    {.name = "csv.skip",
     .aliases = "skip csv.skip-rows csv.skipRows skipRows",
     .kind = OPTION_INT,
     .default_value = "0",
     .help = "how many lines to leave out at the beginning of a file"},
    {.name = "csv.timestamp-format",
     .aliases = "timestampFormat timestamp-format csv.timestampFormat timestampformat",
     .kind = OPTION_TEXT,
     .help = "how timestamps are written: 'yyyy-MM-dd HH:mm:ss.SSS' and the like"},
    {.name = "csv.date-format",
     .aliases = "dateFormat date-format csv.dateFormat dateformat",
     .kind = OPTION_TEXT,
     .help = "how dates are written: 'yyyy-MM-dd' and the like"},
    {.name = "csv.ignore-parse-errors",
     .aliases = "ignore-parse-errors",
     .kind = OPTION_BOOL,
     .help = "true: as 'on-bad-row'='null'"},
    {.name = "inferSchema",
     .aliases =
         "multiLine ignoreLeadingWhiteSpace ignoreTrailingWhiteSpace enforceSchema maxColumns "
         "samplingRatio quoteAll escapeQuotes lineSep csv.line-delimiter "
         "csv.array-element-delimiter csv.write-bigdecimal-in-scientific-notation",
     .kind = OPTION_IGNORED},
    {.name = NULL},
};

static Status dialect_conflict(const char *what, Err *err)
{
    return err_set(err, SQLSTATE_INVALID_PARAMETER, -1, "invalid CSV options: %s", what);
}

static Status check_characters(const CsvDialect *dialect, Err *err)
{
    const int used[] = {(unsigned char)dialect->delimiter, dialect->quote, dialect->escape,
                        dialect->comment};
    for (int i = 0; i < 4; i++) {
        if (used[i] == '\n' || used[i] == '\r')
            return dialect_conflict("a line end cannot be a delimiter, quote, escape or comment",
                                    err);
        for (int j = 0; j < i; j++)
            if (used[i] >= 0 && used[i] == used[j])
                return dialect_conflict(
                    "delimiter, quote, escape and comment must be different characters", err);
    }
    return OK;
}

static Status pattern_option(const Relation *table, const char *name, Arena *arena,
                             const TimePattern **out, Err *err)
{
    const char *text = option_get(&table->options, csv_options, name);
    *out = NULL;
    return text && *text && arena ? time_pattern_make(text, arena, out, err) : OK;
}

/* Could a number, date or boolean begin like this?  Then the fast ways might take it for one. */
static bool looks_like_value(Str text)
{
    return text.length > 0 && memchr("0123456789+-.tTfF", text.data[0], 17) != NULL;
}

Status csv_dialect_init(CsvDialect *dialect, const Relation *table, Arena *arena, Err *err)
{
    const OptionList *options = &table->options;
    CsvDialect made = {
        .quote = option_get_char(options, csv_options, "csv.quote"),
        .escape = option_get_char(options, csv_options, "csv.escape"),
        .comment = option_get_char(options, csv_options, "csv.comment"),
        .header = option_get_bool(options, csv_options, "csv.header"),
        .skip = option_get_int(options, csv_options, "csv.skip"),
        .null_value = str_from(option_get(options, csv_options, "csv.null-value")),
        .bind_by_position =
            text_equal_nocase(option_get(options, csv_options, "csv.bind"), "position"),
        .on_bad_row = format_bad_row(table),
    };
    int delimiter = option_get_char(options, csv_options, "csv.delimiter");
    if (delimiter < 0)
        return dialect_conflict("the delimiter is empty", err);
    made.delimiter = (char)delimiter;
    if (option_get_bool(options, csv_options, "csv.disable-quote-character"))
        made.quote = -1;
    if (made.escape == made.quote || made.quote < 0)
        made.escape = -1;
    if (made.comment < 0 && option_get_bool(options, csv_options, "csv.allow-comments"))
        made.comment = '#';
    if (made.skip < 0)
        return dialect_conflict("'csv.skip' is below 0", err);
    if (option_get_bool(options, csv_options, "csv.ignore-parse-errors") &&
        !option_is_set(options, "on-bad-row"))
        made.on_bad_row = BAD_ROW_NULL;
    made.null_first = looks_like_value(made.null_value);
    TRY(check_characters(&made, err));
    TRY(pattern_option(table, "csv.timestamp-format", arena, &made.timestamp_pattern, err));
    TRY(pattern_option(table, "csv.date-format", arena, &made.date_pattern, err));
    if (arena)
        made.null_value.data = arena_strndup(arena, made.null_value.data, made.null_value.length);
    *dialect = made;
    return OK;
}
