/*
 * slt_foreign.c - settings of other systems' own tests, with which nearly every file of theirs
 * begins.  They say how the dialog is to be run, and nothing of what SQL does.
 */
#include "cli/slt_run.h"

typedef enum Meaning {
    MEANS_NOTHING, /* DuckDB's checks of itself */
    MEANS_FLUSH,   /* RisingWave's: a statement is through all views before the next one */
    MEANS_NO_FLUSH
} Meaning;

static const struct {
    const char *sql;
    Meaning meaning;
} settings[] = {
    {"PRAGMA enable_verification", MEANS_NOTHING},
    {"PRAGMA disable_verification", MEANS_NOTHING},
    {"PRAGMA verify_external", MEANS_NOTHING},
    {"PRAGMA verify_fetch_row", MEANS_NOTHING},
    {"PRAGMA verify_parallelism", MEANS_NOTHING},
    {"PRAGMA verify_serializer", MEANS_NOTHING},
    {"SET RW_IMPLICIT_FLUSH TO true", MEANS_FLUSH},
    {"SET RW_IMPLICIT_FLUSH = true", MEANS_FLUSH},
    {"SET RW_IMPLICIT_FLUSH TO false", MEANS_NO_FLUSH},
    {"SET RW_IMPLICIT_FLUSH = false", MEANS_NO_FLUSH},
};

bool slt_foreign(SltRun *run, Str sql)
{
    Str text = slt_str_normal(sql, &run->test->arena);
    while (text.length && (text.data[text.length - 1] == ';' || text.data[text.length - 1] == ' '))
        text.length--;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (!str_equal_nocase(text, str_from(settings[i].sql)))
            continue;
        if (settings[i].meaning != MEANS_NOTHING)
            run->flushes = settings[i].meaning == MEANS_FLUSH;
        return true;
    }
    return false;
}
