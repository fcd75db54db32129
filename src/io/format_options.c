/* format_options.c - options that every format takes. */
#include "io/format_options.h"

const OptionSpec format_common_options[] = {
    {.name = "on-bad-row",
     .kind = OPTION_CHOICE,
     .choices = "reject null fail",
     .default_value = "reject",
     .help = "what becomes of a row that cannot be read: kept aside, read with NULLs, or the end"},
    {.name = "encoding",
     .aliases = "charset csv.encoding csv.charset",
     .kind = OPTION_CHOICE,
     .choices = "utf-8 utf8",
     .default_value = "utf-8",
     .help = "the encoding of text; there is only one"},
    {.name = NULL},
};

BadRow format_bad_row(const Relation *table)
{
    const char *value = option_get(&table->options, format_common_options, "on-bad-row");
    if (value && text_equal_nocase(value, "null"))
        return BAD_ROW_NULL;
    if (value && text_equal_nocase(value, "fail"))
        return BAD_ROW_FAIL;
    return BAD_ROW_REJECT;
}
