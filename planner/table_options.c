#include "planner/table_options.h"

#include "catalog/connector.h"

const char *table_format_of_path(const char *path)
{
    static const char *const formats[][2] = {
        {".csv", "csv"},     {".tsv", "csv"},  {".json", "json"}, {".jsonl", "json"},
        {".ndjson", "json"}, {".txt", "text"}, {".log", "text"}};
    Str rest = str_from(path);
    if (str_has_suffix(rest, STR(".gz")))
        rest.length -= 3;
    else if (str_has_suffix(rest, STR(".zst")))
        rest.length -= 4;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        size_t length = strlen(formats[i][0]);
        if (rest.length >= length &&
            str_equal_nocase((Str){rest.data + rest.length - length, length},
                             str_from(formats[i][0])))
            return formats[i][1];
    }
    return NULL;
}

static const Option *find(const Relation *table, const char *key)
{
    for (int i = 0; i < table->options.count; i++)
        if (text_equal_nocase(table->options.at[i].key, key))
            return &table->options.at[i];
    return NULL;
}

static void offer(void *context, const char *name)
{
    nearest_offer(context, name);
}

static Status unknown(const Option *option, const char *what, const char *value,
                      void (*names)(void (*visit)(void *context, const char *name), void *context),
                      const char *const *later, Err *err)
{
    Nearest nearest = nearest_start(value);
    names(offer, &nearest);
    for (const char *const *name = later; *name; name++)
        if (text_equal_nocase(*name, value))
            return err_set(err, SQLSTATE_NOT_SUPPORTED, option ? option->value_position : -1,
                           "%s '%s' is not supported yet", what, value);
    err_set(err, SQLSTATE_UNDEFINED_OBJECT, option ? option->value_position : -1,
            "%s '%s' does not exist", what, value);
    return nearest_hint(&nearest, err);
}

/* What a user may well expect. */
static const char *const later_connectors[] = {"sqlite", "kafka",    "upsert-kafka", "mqtt",
                                               "http",   "postgres", "jdbc",         NULL};
static const char *const later_formats[] = {"json", "jsonl", "ndjson", "parquet",
                                            "avro", "orc",   "xml",    NULL};

static Status find_classes(Relation *table, Arena *arena, Err *err)
{
    const Option *connector = find(table, "connector"), *format = find(table, "format");
    const Option *path = find(table, "path");
    if (connector)
        table->connector = arena_strdup(arena, connector->value);
    else if (format || path)
        table->connector = "filesystem"; /* Spark's USING csv LOCATION 'x' */
    if (format)
        table->format = arena_strdup(arena, format->value);
    if (!table->connector)
        return OK;
    if (!source_class_find(table->connector) && !sink_class_find(table->connector))
        return unknown(connector, "connector", table->connector, connector_names, later_connectors,
                       err);
    if (path && path->value && !*path->value)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, path->value_position, "the path is empty");
    if (!table->format && path && path->value)
        table->format = table_format_of_path(path->value);
    if (table->format && !format_class_find(table->format))
        return unknown(format, "format", table->format, format_names, later_formats, err);
    return OK;
}

Status table_options_check(const PlannerContext *context, Relation *table, Arena *arena, Err *err)
{
    const OptionSpec *const *tables;
    OptionList checked;
    Buf notice;
    for (int i = 0; i < table->options.count; i++)
        if (!table->options.at[i].value)
            return err_set(err, SQLSTATE_SYNTAX, table->options.at[i].key_position,
                           "option \"%s\" needs a value", table->options.at[i].key);
    TRY(find_classes(table, arena, err));
    int count = option_tables(table->connector, table->format, &tables);
    buf_init(&notice);
    Status status = options_check(&table->options, tables, count,
                                  table->connector ? table->connector : "an internal table", arena,
                                  &checked, &notice, err);
    if (status == OK && notice.length && context->notice)
        context->notice(context->notice_context, buf_text(&notice));
    buf_deinit(&notice);
    if (status == OK)
        table->options = checked;
    return status;
}
