/* settings.c - see settings.h. */
#include "engine/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include "types/zone.h"
#include "planner/optimizer.h"

const OptionSpec settings_specs[] = {
    {"trigger", NULL, OPTION_TEXT, NULL, "continuous",
     "when jobs take input: continuous, once, available-now, or a duration such as '1 s'"},
    {"epoch.interval", "execution.checkpointing.interval checkpoint.interval", OPTION_DURATION,
     NULL, "1 s", "the longest an epoch lasts"},
    {"epoch.min-interval", "execution.checkpointing.min-pause", OPTION_DURATION, NULL, "100 ms",
     "no commit sooner than this after the one before, when the input is drained"},
    {"epoch.max-bytes", NULL, OPTION_BYTES, NULL, "64 MiB", "input of an epoch at most"},
    {"on-error", NULL, OPTION_CHOICE, "reject fail", "reject",
     "what a row does whose expression fails in an INSERT or job"},
    {"rejects.max-rows", NULL, OPTION_INT, NULL, "1000000",
     "rejected and late rows kept per job, each"},
    {"timezone", "time zone table.local-time-zone spark.sql.session.timeZone", OPTION_TEXT, NULL,
     "UTC", "the session's time zone"},
    {"output-mode", NULL, OPTION_CHOICE, "append update complete", NULL,
     "of sinks and queries that do not say"},
    {"optimizer.disable", NULL, OPTION_TEXT, NULL, "",
     "rules to leave out (not where they decide which rows fail), comma-separated"},
    {"state.ttl", "table.exec.state.ttl", OPTION_DURATION, NULL, NULL,
     "how long state without a watermark is kept"},
    {"threads", "parallelism.default max_parallel_workers", OPTION_INT, NULL, NULL,
     "worker threads a statement uses"},
    {"batch-rows", NULL, OPTION_INT, NULL, NULL, "rows a batch, 1 to 2048"},
    {"application_name", NULL, OPTION_TEXT, NULL, "", "as clients call themselves"},
    {"client_encoding", NULL, OPTION_TEXT, NULL, "UTF8", "always UTF8"},
    {"client_min_messages", NULL, OPTION_TEXT, NULL, "notice", "accepted for clients' sake"},
    {"datestyle", NULL, OPTION_TEXT, NULL, "ISO, MDY", "accepted for clients' sake"},
    {"intervalstyle", NULL, OPTION_TEXT, NULL, "postgres", "accepted for clients' sake"},
    {"extra_float_digits", NULL, OPTION_TEXT, NULL, "1", "accepted for clients' sake"},
    {"bytea_output", NULL, OPTION_TEXT, NULL, "hex", "accepted for clients' sake"},
    {"standard_conforming_strings", NULL, OPTION_TEXT, NULL, "on", "always on"},
    {"search_path", NULL, OPTION_TEXT, NULL, "public", "accepted for clients' sake"},
    {"statement_timeout", NULL, OPTION_TEXT, NULL, "0", "accepted for clients' sake"},
    {"lock_timeout", NULL, OPTION_TEXT, NULL, "0", "accepted for clients' sake"},
    {"idle_in_transaction_session_timeout", NULL, OPTION_TEXT, NULL, "0",
     "accepted for clients' sake"},
    {"row_security", NULL, OPTION_TEXT, NULL, "off", "accepted for clients' sake"},
    {"transaction_isolation", NULL, OPTION_TEXT, NULL, "read committed", "shown to clients"},
    {"server_version", NULL, OPTION_TEXT, NULL, "15.0", "shown to clients"},
    {"server_encoding", NULL, OPTION_TEXT, NULL, "UTF8", "shown to clients"},
    {"integer_datetimes", NULL, OPTION_TEXT, NULL, "on", "shown to clients"},
    {"max_identifier_length", NULL, OPTION_TEXT, NULL, "255", "shown to clients"},
    /* Flink's and Spark's that have no meaning here. */
    {"execution.runtime-mode", NULL, OPTION_IGNORED, NULL, NULL, NULL},
    {"pipeline.name", NULL, OPTION_IGNORED, NULL, NULL, NULL},
    {"sql-client.execution.result-mode", NULL, OPTION_IGNORED, NULL, NULL, NULL},
    {"spark.sql.shuffle.partitions", NULL, OPTION_IGNORED, NULL, NULL, NULL},
    {NULL, NULL, OPTION_TEXT, NULL, NULL, NULL},
};
_Static_assert(sizeof settings_specs / sizeof *settings_specs <= SETTING_MAX, "SETTING_MAX");

static int setting_index(const char *key)
{
    for (int i = 0; settings_specs[i].name; i++)
        if (text_equal_nocase(settings_specs[i].name, key))
            return i;
    return -1;
}

void settings_init(Settings *settings)
{
    *settings = (Settings){0};
}

void settings_copy(Settings *to, const Settings *from)
{
    for (int i = 0; i < SETTING_MAX; i++)
        to->values[i] = from->values[i] ? mem_strdup(from->values[i]) : NULL;
}

void settings_reset_all(Settings *settings)
{
    for (int i = 0; i < SETTING_MAX; i++) {
        free(settings->values[i]);
        settings->values[i] = NULL;
    }
}

void settings_deinit(Settings *settings)
{
    settings_reset_all(settings);
}

static Status check_trigger(const char *value, int32_t position, Err *err)
{
    int64_t us;
    if (text_equal_nocase(value, "continuous") || text_equal_nocase(value, "once") ||
        text_equal_nocase(value, "available-now"))
        return OK;
    if (!text_to_duration_us(value, &us) || us <= 0 || us % 1000000) {
        err_set(err, SQLSTATE_INVALID_PARAMETER, position, "bad trigger \"%s\"", value);
        return err_hint(err, "Use 'continuous', 'once', 'available-now', or whole seconds such as "
                             "'1 s'.");
    }
    return OK;
}

/* Names that only other rooms know. */
static Status check_names(const char *setting, const char *value, int32_t position, Err *err)
{
    Status status = OK;
    if (text_equal_nocase(setting, "optimizer.disable"))
        status = optimizer_check_setting(value, err);
    if (status != OK && err)
        err->position = position;
    return status;
}

/* Flink and Spark write offsets as ISO 8601 does, PostgreSQL as POSIX; a bare number is hours east
 * there. */
static Status check_zone(const char *key, const char *value, const char **stored, int32_t position,
                         Err *err)
{
    const Zone *zone;
    bool iso = text_equal_nocase(key, "table.local-time-zone") ||
               text_equal_nocase(key, "spark.sql.session.timeZone");
    if (iso || !zone_from_hours(str_from(value), &zone)) {
        Status status = (iso ? zone_find_iso : zone_find)(str_from(value), &zone, err);
        if (status != OK) {
            if (err)
                err->position = position;
            zone_suggest(str_from(value), err);
            return FAIL;
        }
    }
    *stored = zone_name(zone);
    return OK;
}

/* Settings with one meaning, which clients believe: what says so in other words is stored as the
 * default. */
static const struct {
    const char *name, *words; /* NULL: nobody sets it */
} fixed_settings[] = {
    {"client_encoding", "UTF8|UTF-8|UNICODE|SQL_ASCII"}, /* SQL_ASCII: bytes as they are */
    {"datestyle", "ISO|ISO, MDY|ISO,MDY|ISO, DMY|ISO,DMY|ISO, YMD|ISO,YMD"},
    {"intervalstyle", "postgres"},
    {"bytea_output", "hex"},
    {"standard_conforming_strings", "on|true|yes|1"},
    {"server_version", NULL},
    {"server_encoding", NULL},
    {"integer_datetimes", NULL},
    {"max_identifier_length", NULL},
};

static bool is_one_of(const char *value, const char *words)
{
    for (const char *word = words, *end;; word = end + 1) {
        end = strchrnul(word, '|');
        if (strlen(value) == (size_t)(end - word) && strncasecmp(value, word, strlen(value)) == 0)
            return true;
        if (!*end)
            return false;
    }
}

static Status check_fixed(int at, const char **value, int32_t key_position, int32_t value_position,
                          Err *err)
{
    const OptionSpec *spec = &settings_specs[at];
    for (size_t i = 0; i < sizeof fixed_settings / sizeof *fixed_settings; i++) {
        const char *words = fixed_settings[i].words;
        if (strcmp(fixed_settings[i].name, spec->name) != 0)
            continue;
        if (!words)
            return err_set(err, "55P02", key_position, "the setting \"%s\" cannot be changed",
                           spec->name);
        if (!is_one_of(*value, words)) {
            err_set(err, SQLSTATE_INVALID_PARAMETER, value_position,
                    "invalid value for parameter \"%s\": \"%s\"", spec->name, *value);
            return err_hint(err, "It is always %s here.", spec->default_value);
        }
        *value = spec->default_value;
    }
    return OK;
}

Status settings_set(Settings *settings, const char *key, const char *value, int32_t key_position,
                    int32_t value_position, Err *err)
{
    Arena arena;
    arena_init(&arena);
    Buf notice;
    buf_init(&notice);
    Option option = {key, value ? value : "", key_position, value_position};
    OptionList given = {&option, 1}, checked;
    const OptionSpec *tables[] = {settings_specs};
    Status status = OK;
    int at = -1;
    if (value) {
        status = options_check(&given, tables, 1, "SET", &arena, &checked, &notice, err);
        if (status != OK && err && strcmp(err->sqlstate, SQLSTATE_UNDEFINED_OBJECT) == 0)
            (void)snprintf(err->message, sizeof err->message, "unknown setting \"%s\"", key);
        if (status != OK)
            goto done;
        if (checked.count == 0)
            goto done; /* ignored: known, without a meaning here */
        at = setting_index(checked.at[0].key);
        if (text_equal_nocase(settings_specs[at].name, "state.ttl")) {
            status = err_set(err, SQLSTATE_NOT_SUPPORTED, key_position,
                             "the setting 'state.ttl' is not supported yet");
            goto done;
        }
        if (text_equal_nocase(settings_specs[at].name, "trigger"))
            TRY_GOTO(check_trigger(value, value_position, err));
        TRY_GOTO(check_names(settings_specs[at].name, value, value_position, err));
        const char *stored = checked.at[0].value;
        if (text_equal_nocase(settings_specs[at].name, "timezone"))
            TRY_GOTO(check_zone(key, value, &stored, value_position, err));
        TRY_GOTO(check_fixed(at, &stored, key_position, value_position, err));
        free(settings->values[at]);
        settings->values[at] = mem_strdup(stored);
        goto done;
    }
    at = setting_index(key);
    if (at < 0) {
        Nearest nearest = nearest_start(key);
        for (int i = 0; settings_specs[i].name; i++)
            nearest_offer(&nearest, settings_specs[i].name);
        err_set(err, SQLSTATE_UNDEFINED_OBJECT, key_position, "unknown setting \"%s\"", key);
        status = nearest_hint(&nearest, err);
        goto done;
    }
    free(settings->values[at]);
    settings->values[at] = NULL;
done:
    buf_deinit(&notice);
    arena_deinit(&arena);
    return status;
}

const char *settings_get(const Settings *settings, const char *key)
{
    int at = setting_index(key);
    if (at < 0)
        return NULL;
    return settings->values[at] ? settings->values[at] : settings_specs[at].default_value;
}

int64_t settings_duration_us(const Settings *settings, const char *key)
{
    int64_t us = 0;
    const char *value = settings_get(settings, key);
    return value && text_to_duration_us(value, &us) ? us : 0;
}

int64_t settings_bytes(const Settings *settings, const char *key)
{
    int64_t bytes = 0;
    const char *value = settings_get(settings, key);
    return value && text_to_bytes(value, &bytes) ? bytes : 0;
}

int64_t settings_int(const Settings *settings, const char *key)
{
    int64_t number = 0;
    const char *value = settings_get(settings, key);
    return value && text_to_i64(value, &number) ? number : 0;
}

Status settings_zone(const Settings *settings, const Zone **out, Err *err)
{
    return zone_find(str_from(settings_get(settings, "timezone")), out, err);
}

void settings_write(const Settings *settings, Buf *out)
{
    for (int i = 0; settings_specs[i].name; i++)
        if (settings->values[i])
            buf_printf(out, "%s=%s\n", settings_specs[i].name, settings->values[i]);
}

void settings_read(Settings *settings, Str text)
{
    while (text.length) {
        const char *end = memchr(text.data, '\n', text.length);
        size_t length = end ? (size_t)(end - text.data) : text.length;
        const char *equals = memchr(text.data, '=', length);
        if (equals) {
            char *key = mem_strndup(text.data, (size_t)(equals - text.data));
            int at = setting_index(key);
            free(key);
            if (at >= 0) {
                free(settings->values[at]);
                settings->values[at] =
                    mem_strndup(equals + 1, length - (size_t)(equals + 1 - text.data));
            }
        }
        size_t skip = length + (end ? 1 : 0);
        text.data += skip;
        text.length -= skip;
    }
}
