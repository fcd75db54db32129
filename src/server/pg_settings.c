/* pg_settings.c - see pg_settings.h. */
#include "server/pg_settings.h"

#include <stdlib.h>

/* A setting that is unknown here is one that PostgreSQL has and streamd does not. */
static Status set_known(Session *session, const char *name, const char *value, Err *err)
{
    if (session_set(session, name, value, err) == OK || strcmp(err->sqlstate, "42704") == 0)
        return OK;
    err->position = -1;
    return FAIL;
}

static Status set_encoding(Session *session, const char *value, Err *err)
{
    /* A client in the C locale asks for SQL_ASCII and means bytes as they are. */
    static const char *const fine[] = {"utf8", "utf-8", "unicode", "sql_ascii"};
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
        if (text_equal_nocase(value, fine[i]))
            return set_known(session, "client_encoding", "UTF8", err);
    err_set(err, SQLSTATE_INVALID_PARAMETER, -1,
            "invalid value for parameter \"client_encoding\": \"%s\"", value);
    return err_hint(err, "streamd speaks UTF8 only; set PGCLIENTENCODING=UTF8.");
}

static Status set_one(Session *session, const char *name, const char *value, Err *err)
{
    return text_equal_nocase(name, "client_encoding") ? set_encoding(session, value, err)
                                                      : set_known(session, name, value, err);
}

/* "-c key=value", "-ckey=value" or "--key=value"; *used_next: the value was the word after. */
static Status set_option(Session *session, char *word, char *next, bool *used_next, Err *err)
{
    *used_next = false;
    char *setting = NULL;
    if (strcmp(word, "-c") == 0) {
        *used_next = true;
        setting = next;
    } else if (strncmp(word, "-c", 2) == 0 || strncmp(word, "--", 2) == 0) {
        setting = word + 2;
    }
    char *equals = setting ? strchr(setting, '=') : NULL;
    if (!equals)
        return err_set(err, SQLSTATE_SYNTAX, -1, "invalid command-line argument for server: %s",
                       word);
    *equals = '\0';
    for (char *c = setting; *c && word[1] == '-'; c++)
        if (*c == '-')
            *c = '_';
    return set_one(session, setting, equals + 1, err);
}

/* Cuts the next word off *text, in place: parted by blanks, a backslash keeps the next character.
 */
static char *next_word(char **text)
{
    char *from = *text;
    while (*from == ' ' || *from == '\t' || *from == '\n')
        from++;
    if (!*from)
        return NULL;
    char *word = from, *to = from;
    while (*from && *from != ' ' && *from != '\t' && *from != '\n') {
        if (*from == '\\' && from[1])
            from++;
        *to++ = *from++;
    }
    *text = *from ? from + 1 : from;
    *to = '\0';
    return word;
}

static Status set_options(Session *session, const char *options, Err *err)
{
    char *copy = mem_strdup(options), *rest = copy;
    char *word = next_word(&rest);
    Status status = OK;
    while (word && status == OK) {
        char *next = next_word(&rest);
        bool used_next;
        status = set_option(session, word, next, &used_next, err);
        word = used_next && next ? next_word(&rest) : next;
    }
    free(copy);
    return status;
}

Status pg_settings_apply(Session *session, const PgStartup *startup, Err *err)
{
    static const char *const others[] = {"user", "database", "replication", "options"};
    for (int i = 0; i < startup->parameter_count; i++) {
        PgParameter parameter = startup->parameters[i];
        if (!utf8_valid(parameter.name, strlen(parameter.name)) ||
            !utf8_valid(parameter.value, strlen(parameter.value)))
            return err_set(err, SQLSTATE_BAD_ENCODING, -1,
                           "invalid byte sequence for encoding \"UTF8\" in the start-up packet");
    }
    const char *user = pg_startup_get(startup, "user");
    if (!user || !*user)
        return err_set(err, "28000", -1, "no PostgreSQL user name specified in startup packet");
    const char *replication = pg_startup_get(startup, "replication");
    bool off = false;
    if (replication && (!text_to_bool(replication, &off) || off))
        return err_set(err, SQLSTATE_NOT_SUPPORTED, -1, "replication is not supported");
    const char *options = pg_startup_get(startup, "options");
    if (options)
        TRY(set_options(session, options, err));
    for (int i = 0; i < startup->parameter_count; i++) {
        PgParameter parameter = startup->parameters[i];
        bool other = strncmp(parameter.name, "_pq_.", 5) == 0;
        for (size_t k = 0; k < sizeof others / sizeof *others; k++)
            other = other || strcmp(parameter.name, others[k]) == 0;
        if (!other)
            TRY(set_one(session, parameter.name, parameter.value, err));
    }
    return OK;
}

/* Settings that clients keep a copy of: PostgreSQL's name, the session's, and what it is unless the
 * session says. */
static const struct {
    const char *name, *setting, *otherwise;
} reported_settings[] = {
    {"application_name", "application_name", ""},
    {"client_encoding", "client_encoding", "UTF8"},
    {"DateStyle", "datestyle", "ISO, MDY"},
    {"IntervalStyle", "intervalstyle", "postgres"},
    {"TimeZone", "timezone", "UTC"},
    {"standard_conforming_strings", "standard_conforming_strings", "on"},
};
enum { REPORTED_COUNT = sizeof reported_settings / sizeof *reported_settings };
_Static_assert((int)REPORTED_COUNT <= (int)PG_REPORTED_MAX, "PG_REPORTED_MAX");

void pg_reported_update(PgReported *reported, const Session *session, Buf *out)
{
    for (int i = 0; i < REPORTED_COUNT; i++) {
        const char *value = session_setting(session, reported_settings[i].setting);
        if (!value)
            value = reported_settings[i].otherwise;
        if (reported->values[i] && strcmp(reported->values[i], value) == 0)
            continue;
        free(reported->values[i]);
        reported->values[i] = mem_strdup(value);
        pg_parameter_status(out, reported_settings[i].name, value);
    }
}

void pg_reported_start(PgReported *reported, const Session *session, const PgStartup *startup,
                       Buf *out)
{
    pg_reported_update(reported, session, out);
    pg_parameter_status(out, "server_version", "15.0 (streamd " STREAMD_VERSION ")");
    pg_parameter_status(out, "server_encoding", "UTF8");
    pg_parameter_status(out, "integer_datetimes", "on");
    pg_parameter_status(out, "is_superuser", "on");
    pg_parameter_status(out, "session_authorization", pg_startup_get(startup, "user"));
}

void pg_reported_kind(PgReported *reported, ResultKind kind, Buf *out)
{
    static const char *const names[] = {"rows", "text", "stream", "complete"};
    if (reported->kind != kind)
        pg_parameter_status(out, "streamd.result", names[kind]);
    reported->kind = kind;
}

void pg_reported_deinit(PgReported *reported)
{
    for (int i = 0; i < REPORTED_COUNT; i++)
        free(reported->values[i]);
}
