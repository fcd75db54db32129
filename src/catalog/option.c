/*
 * option.c - checking WITH options against what connectors and formats declare.
 *
 * Proper names win over aliases, earlier tables over later ones.  Keys match
 * without regard to case.  A checked list holds proper names only, so looking
 * an option up afterwards is a plain search.
 */
#include "catalog/option.h"

#include <stdlib.h>

static const Option *option_find(const OptionList *options, const char *name)
{
    for (int i = 0; i < options->count; i++)
        if (text_equal_nocase(options->at[i].key, name))
            return &options->at[i];
    return NULL;
}

/* A spec's name may hold one `*` for a name of the user's: "fields.*.kind". */
static bool spec_matches(const OptionSpec *spec, const char *name)
{
    const char *star = strchr(spec->name, '*');
    if (!star)
        return text_equal_nocase(spec->name, name);
    size_t front = (size_t)(star - spec->name), back = strlen(star + 1), length = strlen(name);
    return length > front + back &&
           str_equal_nocase((Str){spec->name, front}, (Str){name, front}) &&
           str_equal_nocase((Str){star + 1, back}, (Str){name + length - back, back});
}

static const OptionSpec *spec_find(const OptionSpec *specs, const char *name)
{
    for (const OptionSpec *spec = specs; spec && spec->name; spec++)
        if (spec_matches(spec, name))
            return spec;
    return NULL;
}

const char *option_get(const OptionList *options, const OptionSpec *specs, const char *name)
{
    const Option *option = option_find(options, name);
    if (option)
        return option->value;
    const OptionSpec *spec = spec_find(specs, name);
    return spec ? spec->default_value : NULL;
}

bool option_is_set(const OptionList *options, const char *name)
{
    return option_find(options, name) != NULL;
}

bool option_get_bool(const OptionList *options, const OptionSpec *specs, const char *name)
{
    const char *text = option_get(options, specs, name);
    bool value = false;
    return text && text_to_bool(text, &value) && value;
}

int64_t option_get_int(const OptionList *options, const OptionSpec *specs, const char *name)
{
    const char *text = option_get(options, specs, name);
    int64_t value = 0;
    return text && text_to_i64(text, &value) ? value : 0;
}

int64_t option_get_bytes(const OptionList *options, const OptionSpec *specs, const char *name)
{
    const char *text = option_get(options, specs, name);
    int64_t value = 0;
    return text && text_to_bytes(text, &value) ? value : 0;
}

int64_t option_get_duration_us(const OptionList *options, const OptionSpec *specs, const char *name)
{
    const char *text = option_get(options, specs, name);
    int64_t value = 0;
    return text && text_to_duration_us(text, &value) ? value : 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool option_text_to_char(const char *text, int *value)
{
    size_t length = strlen(text);
    if (length == 0) {
        *value = -1;
        return true;
    }
    if (length == 1 && (unsigned char)text[0] < 0x80) {
        *value = (unsigned char)text[0];
        return true;
    }
    if (text[0] != '\\')
        return false;
    if (length == 2) {
        static const char names[] = "tnrfvb0\\'\"", chars[] = "\t\n\r\f\v\b\0\\'\"";
        const char *at = memchr(names, text[1], sizeof names - 1);
        if (at)
            *value = (unsigned char)chars[at - names];
        return at != NULL;
    }
    /* \u0001, \x01, as Hive's and Spark's users write control characters */
    bool wide = length == 6 && (text[1] == 'u' || text[1] == 'U');
    if (!wide && !(length == 4 && text[1] == 'x'))
        return false;
    int code = 0;
    for (size_t i = 2; i < length; i++) {
        int digit = hex_digit(text[i]);
        if (digit < 0)
            return false;
        code = code * 16 + digit;
    }
    *value = code;
    return code < 0x80;
}

int option_get_char(const OptionList *options, const OptionSpec *specs, const char *name)
{
    const char *text = option_get(options, specs, name);
    int value = -1;
    return text && option_text_to_char(text, &value) ? value : -1;
}

/* Does a blank-separated list hold `word`? */
static bool words_hold(const char *words, const char *word)
{
    Str wanted = str_from(word);
    while (words && *words) {
        size_t length = strcspn(words, " ");
        if (length && str_equal_nocase((Str){words, length}, wanted))
            return true;
        words += length;
        words += *words == ' ';
    }
    return false;
}

/* The choice as it is declared, so that code compares it exactly; NULL if there is none such. */
static const char *choice_find(const char *choices, const char *value, Arena *arena)
{
    while (choices && *choices) {
        size_t length = strcspn(choices, " ");
        if (length && str_equal_nocase((Str){choices, length}, str_from(value)))
            return arena_strndup(arena, choices, length);
        choices += length;
        choices += *choices == ' ';
    }
    return NULL;
}

static const OptionSpec *spec_search(const OptionSpec *const *tables, int table_count,
                                     const char *key)
{
    for (int i = 0; i < table_count; i++) {
        const OptionSpec *spec = spec_find(tables[i], key);
        if (spec)
            return spec;
    }
    for (int i = 0; i < table_count; i++)
        for (const OptionSpec *spec = tables[i]; spec && spec->name; spec++)
            if (words_hold(spec->aliases, key))
                return spec;
    return NULL;
}

static Status option_unknown(const OptionSpec *const *tables, int table_count, const char *what,
                             const Option *option, Arena *arena, Err *err)
{
    Nearest nearest = nearest_start(option->key);
    for (int i = 0; i < table_count; i++)
        for (const OptionSpec *spec = tables[i]; spec && spec->name; spec++) {
            nearest_offer(&nearest, spec->name);
            for (const char *at = spec->aliases; at && *at;) {
                size_t length = strcspn(at, " ");
                if (length)
                    nearest_offer(&nearest, arena_strndup(arena, at, length));
                at += length;
                at += *at == ' ';
            }
        }
    err_set(err, SQLSTATE_UNDEFINED_OBJECT, option->key_position, "unknown option \"%s\" of %s",
            option->key, what);
    return nearest_hint(&nearest, err);
}

/* What a value of the kind looks like, for messages; NULL: anything goes. */
static const char *value_problem(const OptionSpec *spec, const char *value)
{
    bool flag;
    int64_t number;
    int character;
    switch (spec->kind) {
    case OPTION_BOOL:
        return text_to_bool(value, &flag) ? NULL : "true or false";
    case OPTION_INT:
        return text_to_i64(value, &number) ? NULL : "a whole number";
    case OPTION_BYTES:
        return text_to_bytes(value, &number) ? NULL : "a size such as '128 MiB'";
    case OPTION_DURATION:
        return text_to_duration_us(value, &number) ? NULL : "a duration such as '10 s'";
    case OPTION_CHAR:
        return option_text_to_char(value, &character) ? NULL
                                                      : "one ASCII character, such as ';' or '\\t'";
    case OPTION_TEXT:
    case OPTION_CHOICE:
    case OPTION_IGNORED:
        return NULL;
    }
    return NULL;
}

static Status option_check(const OptionSpec *spec, const Option *option, Arena *arena,
                           const char **value, Err *err)
{
    *value = option->value;
    if (spec->kind == OPTION_CHOICE) {
        *value = choice_find(spec->choices, option->value, arena);
        if (*value)
            return OK;
        Nearest nearest = nearest_start(option->value);
        for (const char *at = spec->choices; at && *at;) {
            size_t length = strcspn(at, " ");
            if (length)
                nearest_offer(&nearest, arena_strndup(arena, at, length));
            at += length;
            at += *at == ' ';
        }
        err_set(err, SQLSTATE_INVALID_PARAMETER, option->value_position,
                "invalid value \"%s\" for option \"%s\": expected one of %s", option->value,
                spec->name, spec->choices);
        return nearest_hint(&nearest, err);
    }
    const char *expected = value_problem(spec, option->value);
    if (!expected)
        return OK;
    return err_set(err, SQLSTATE_INVALID_PARAMETER, option->value_position,
                   "invalid value \"%s\" for option \"%s\": expected %s", option->value, spec->name,
                   expected);
}

Status options_check(const OptionList *given, const OptionSpec *const *tables, int table_count,
                     const char *what, Arena *arena, OptionList *out, Buf *notice, Err *err)
{
    OptionList checked = {.at = ARENA_ARRAY(arena, Option, given->count + 1)};
    for (int i = 0; i < given->count; i++) {
        const Option *option = &given->at[i];
        const OptionSpec *spec = spec_search(tables, table_count, option->key);
        if (!spec)
            return option_unknown(tables, table_count, what, option, arena, err);
        if (spec->kind == OPTION_IGNORED) {
            if (notice)
                buf_printf(notice, "%soption \"%s\" has no meaning here and is ignored",
                           notice->length ? "\n" : "", option->key);
            continue;
        }
        const char *value;
        TRY(option_check(spec, option, arena, &value, err));
        const char *key = strchr(spec->name, '*') ? arena_strdup(arena, option->key) : spec->name;
        const Option *earlier = option_find(&checked, key);
        if (earlier && strcmp(earlier->value, value) != 0)
            return err_set(err, SQLSTATE_SYNTAX, option->key_position,
                           "option \"%s\" is given twice, as '%s' and '%s'", key, earlier->value,
                           value);
        if (earlier)
            continue;
        checked.at[checked.count++] =
            (Option){key, arena_strdup(arena, value), option->key_position, option->value_position};
    }
    *out = checked;
    return OK;
}
