/* connector_options.c - see connector_options.h. */
#include "io/connector_options.h"

const OptionSpec connector_common_options[] = {
    {.name = "connector", .kind = OPTION_TEXT, .help = "what the table is connected to"},
    {.name = "format", .kind = OPTION_TEXT, .help = "csv, json, text: what its bytes mean"},
    {.name = "max-line-bytes",
     .aliases = "csv.max-line-bytes maxCharsPerColumn",
     .kind = OPTION_BYTES,
     .default_value = "1 MiB",
     .help = "longer rows are rejected"},
    {.name = "scan.watermark.idle-timeout",
     .aliases = "scan.watermark.idle-time",
     .kind = OPTION_DURATION,
     .help = "an input idle that long stops holding the watermark back"},
    {.name = "scan.end-watermark",
     .kind = OPTION_CHOICE,
     .choices = "infinity hold",
     .default_value = "infinity",
     .help = "whether the last windows close when a bounded input ends"},
    {.name = "output-mode",
     .aliases = "outputMode",
     .kind = OPTION_CHOICE,
     .choices = "append update complete",
     .help = "which changes of a result the table gets"},
    {.name = NULL},
};

static int32_t value_position(const Relation *table, const char *name)
{
    for (int i = 0; i < table->options.count; i++)
        if (text_equal_nocase(table->options.at[i].key, name))
            return table->options.at[i].value_position;
    return -1;
}

Status connector_bad_option(const Relation *table, const char *name, const char *why, Err *err)
{
    return err_set(err, SQLSTATE_INVALID_PARAMETER, value_position(table, name), "option '%s' %s",
                   name, why);
}

Status connector_need_option(const Relation *table, const char *name, const char **value, Err *err)
{
    const char *given = option_get(&table->options, NULL, name);
    if (!given || !*given)
        return err_set(err, SQLSTATE_INVALID_PARAMETER, -1, "table %s lacks the option '%s'",
                       table->name ? table->name : "?", name);
    *value = given;
    return OK;
}

Status connector_max_line_bytes(const Relation *table, int64_t *bytes, Err *err)
{
    int64_t given = option_get_bytes(&table->options, connector_common_options, "max-line-bytes");
    if (given < 1 || given > 1 << 30)
        return connector_bad_option(table, "max-line-bytes", "must lie between 1 and 1 GiB", err);
    *bytes = given;
    return OK;
}
